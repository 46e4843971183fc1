// Package strategy decides which step a case takes next, when, and why. The rule: the decision is made from the facts of the
// case and never from a counter of what was done; the same facts on the same day give the same decision, with its reason.
package strategy

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/goccy/go-yaml"

	"recobro/internal/cases"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// Channel is how a step of a plan is taken.
type Channel string

const (
	Email  Channel = "email"  // a reminder by e-mail from a template
	Task   Channel = "task"   // work for a person
	Demand Channel = "demand" // the formal demand is prepared by a person
	Suit   Channel = "suit"   // the client is asked, then the suit is prepared
)

// Step is one line of a plan. Its day is the latest of the days it gives.
type Step struct {
	ID                string       `yaml:"id"`
	Name              problem.Text `yaml:"name"`
	Stage             cases.Stage  `yaml:"stage"` // only while the case is in this stage
	Channel           Channel      `yaml:"channel"`
	Template          string       `yaml:"template"`             // of an e-mail
	Task              string       `yaml:"task"`                 // kind of the task, for channel task
	DaysAfterOpening  int          `yaml:"days_after_opening"`   // since the case was opened
	DaysInStage       int          `yaml:"days_in_stage"`        // since the case came into the stage
	DaysAfterLastSend int          `yaml:"days_after_last_send"` // since the last message went out
	OnlyIf            []Word       `yaml:"only_if"`              // all must hold, else the step is left out for now
	EndsWhen          []Word       `yaml:"ends_when"`            // any makes the step superfluous
}

// Segment says which cases a plan is for. From and To are the open principal: From inclusive, To exclusive, empty for no bound.
type Segment struct {
	Jurisdiction string         `yaml:"jurisdiction"`
	Business     bool           `yaml:"business"`
	Currency     money.Currency `yaml:"currency"` // of every amount in the plan
	From         string         `yaml:"from"`
	To           string         `yaml:"to"`
	Language     string         `yaml:"language"` // of the debtor; empty for any

	from, to *money.Amount
}

// Plan is one version of a strategy (política de cobranza).
type Plan struct {
	ID              string       `yaml:"id"`
	Version         int          `yaml:"version"`
	Name            problem.Text `yaml:"name"`
	Segment         Segment      `yaml:"segment"`
	MinGapDays      int          `yaml:"min_gap_days"` // between two messages, even when one went out late
	Steps           []Step       `yaml:"steps"`
	WorthSuingFrom  string       `yaml:"worth_suing_from"` // open principal from which a suit pays; below it none is proposed
	worthSuingMinor int64
}

// Plans holds the newest version of every plan. It does not change after Load and may be shared.
type Plans struct{ byID map[string]*Plan }

// Load reads every *.yaml of files as a plan. An unknown key, condition, stage or channel is an error that names the file.
func Load(files fs.FS) (*Plans, error) {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("finding collection plans: no *.yaml (%v)", err)
	}
	all := &Plans{byID: map[string]*Plan{}}
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("reading plan %s: %w", name, err)
		}
		p := &Plan{}
		if err := yaml.UnmarshalWithOptions(raw, p, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("reading plan %s: %w", name, err)
		}
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("reading plan %s: %w", name, err)
		}
		old := all.byID[p.ID]
		if old != nil && old.Version == p.Version {
			return nil, fmt.Errorf("reading plan %s: %s version %d twice", name, p.ID, p.Version)
		}
		if old == nil || old.Version < p.Version {
			all.byID[p.ID] = p
		}
	}
	return all, nil
}

// All lists the plans by id.
func (p *Plans) All() []*Plan {
	out := make([]*Plan, 0, len(p.byID))
	for _, id := range slices.Sorted(maps.Keys(p.byID)) {
		out = append(out, p.byID[id])
	}
	return out
}

func (p *Plan) check() error {
	if _, known := p.Segment.Currency.Exponent(); !known || p.ID == "" || p.Version < 1 || p.Name.ES == "" || p.Segment.Jurisdiction == "" || len(p.Steps) == 0 {
		return fmt.Errorf("id, version, name, segment with jurisdiction and currency, and steps are needed")
	}
	for _, bound := range []struct {
		text string
		into **money.Amount
	}{{p.Segment.From, &p.Segment.from}, {p.Segment.To, &p.Segment.to}} {
		if bound.text == "" {
			continue
		}
		a, err := money.Parse(bound.text, p.Segment.Currency)
		if err != nil {
			return fmt.Errorf("amount %q of the segment: %w", bound.text, err)
		}
		*bound.into = &a
	}
	worth, err := money.Parse(p.WorthSuingFrom, p.Segment.Currency)
	if err != nil {
		return fmt.Errorf("worth_suing_from %q: %w", p.WorthSuingFrom, err)
	}
	p.worthSuingMinor = worth.Minor
	seen := map[string]bool{stepTimeBarred: true, stepReviewPerson: true, stepDemandTerm: true}
	for _, s := range p.Steps {
		if seen[s.ID] || s.ID == "" {
			return fmt.Errorf("step %q stands twice, is reserved or has no id", s.ID)
		}
		seen[s.ID] = true
		if err := s.check(); err != nil {
			return fmt.Errorf("step %s: %w", s.ID, err)
		}
	}
	return nil
}

func (s Step) check() error {
	for _, w := range slices.Concat(s.OnlyIf, s.EndsWhen) {
		if words[w] == nil {
			return fmt.Errorf("condition %q is none of %v", w, Words())
		}
	}
	switch {
	case s.Name.ES == "" || s.Name.EN == "":
		return fmt.Errorf("a name in both languages is needed")
	case s.Stage != cases.Amicable && s.Stage != cases.PreLitigation:
		return fmt.Errorf("stage %q is neither amicable nor pre_litigation", s.Stage)
	case !slices.Contains([]Channel{Email, Task, Demand, Suit}, s.Channel):
		return fmt.Errorf("channel %q is none of email, task, demand, suit", s.Channel)
	case (s.Channel == Email) != (s.Template != "") || (s.Channel == Task) != (s.Task != ""):
		return fmt.Errorf("an e-mail needs a template and a task its kind, and nothing else has them")
	case s.Channel == Suit && s.Stage != cases.PreLitigation, s.Channel == Demand && s.Stage != cases.Amicable:
		return fmt.Errorf("channel %s does not belong to stage %s", s.Channel, s.Stage)
	case s.DaysAfterOpening < 0 || s.DaysInStage < 0 || s.DaysAfterLastSend < 0 || s.DaysAfterOpening+s.DaysInStage == 0:
		return fmt.Errorf("days_after_opening or days_in_stage is needed, and none is negative")
	}
	return nil
}

var errNoPlan = problem.New(problem.Conflict, "strategy_missing", "Ninguna estrategia cubre este expediente.", "No strategy covers this case.")

// For finds the plan of a case: the one that the client's mandate names, else the one of its segment. Of several, the one
// that says more about the case wins (language, amount), then the first by id.
func (p *Plans) For(f cases.Facts) (*Plan, error) {
	if f.MandateStrategy != nil && *f.MandateStrategy != "" {
		if plan := p.byID[*f.MandateStrategy]; plan != nil {
			return plan, nil
		}
		return nil, errNoPlan.With(problem.Reason{Code: "strategy_of_mandate", Text: problem.Text{
			ES: "El encargo nombra una estrategia que no existe.", EN: "The mandate names a strategy that does not exist."}})
	}
	var best *Plan
	for _, plan := range p.All() {
		if plan.Segment.covers(f) && (best == nil || plan.Segment.weight() > best.Segment.weight()) {
			best = plan
		}
	}
	if best == nil {
		return nil, errNoPlan
	}
	return best, nil
}

func (s Segment) covers(f cases.Facts) bool {
	bounded := s.from != nil || s.to != nil
	return s.Jurisdiction == f.Jurisdiction && s.Business == f.Business && (s.Language == "" || s.Language == f.Language) &&
		(!bounded || s.Currency == f.Currency) &&
		(s.from == nil || f.PrincipalMinor >= s.from.Minor) && (s.to == nil || f.PrincipalMinor < s.to.Minor)
}

func (s Segment) weight() int {
	n := 0
	for _, given := range []bool{s.Language != "", s.from != nil, s.to != nil} {
		if given {
			n++
		}
	}
	return n
}
