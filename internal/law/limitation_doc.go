package law

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// limitationDoc is what a pack knows of limitation.
type limitationDoc struct {
	Periods     []periodDoc     `yaml:"periods"`
	Regions     []regionDoc     `yaml:"regions"` // places with a civil law of their own
	Claims      []claimDoc      `yaml:"claims"`  // the kind of claim that a debt's own kind means until a lawyer says otherwise
	Acts        []actDoc        `yaml:"acts"`
	Suspensions []suspensionDoc `yaml:"suspensions"`
	Restart     Fact            `yaml:"restart"` // an interruption starts the whole term again
}

// periodDoc is the term of one kind of claim. Who narrows it to claims against businesses or consumers; Region to a regional
// law. Everywhere marks a law of the whole state, which a regional law does not displace. A row with an Action is a second,
// named action on the same claim: the row without one governs.
type periodDoc struct {
	Fact         `yaml:",inline"`
	Kind         string           `yaml:"kind"`
	Who          string           `yaml:"who"`
	Region       string           `yaml:"region"`
	Everywhere   bool             `yaml:"everywhere"`
	Action       string           `yaml:"action"`
	Name         problem.Text     `yaml:"name"` // of the second action
	Years        int              `yaml:"years"`
	Months       int              `yaml:"months"`
	Fatal        bool             `yaml:"fatal"`         // caducidad: nothing interrupts it
	FromServices bool             `yaml:"from_services"` // runs from the end of the services when that came before the due day
	Transitional *transitionalDoc `yaml:"transitional"`
}

// transitionalDoc keeps an older, longer term for older claims, but not beyond Latest.
type transitionalDoc struct {
	Fact       `yaml:",inline"`
	BornBefore day.Date `yaml:"born_before"`
	Years      int      `yaml:"years"`
	Latest     day.Date `yaml:"latest"`
}

// suspensionDoc is a stretch of days during which no term ran.
type suspensionDoc struct {
	Fact `yaml:",inline"`
	From day.Date `yaml:"from"`
	To   day.Date `yaml:"to"`
}

// regionDoc is a place with a civil law of its own; its confidence and Law are those of the rule of restart there.
type regionDoc struct {
	Fact   `yaml:",inline"`
	ID     string       `yaml:"id"` // ISO 3166-2 without the country
	Name   problem.Text `yaml:"name"`
	Postal []string     `yaml:"postal"` // beginnings of its postal codes: only for suggesting
}

type claimDoc struct {
	Debt   string `yaml:"debt"`
	Who    string `yaml:"who"`
	Region string `yaml:"region"`
	Kind   string `yaml:"kind"`
	Note   string `yaml:"note"`
}

// actDoc says what an act does to the term. The first row that fits the claim decides.
type actDoc struct {
	Fact       `yaml:",inline"`
	Act        LimitationAct `yaml:"act"`
	Kinds      []string      `yaml:"kinds"`  // only of these kinds of claim
	Region     string        `yaml:"region"` // only under this regional law
	Effect     string        `yaml:"effect"` // interrupts, suspends, nothing or annuls
	Counts     string        `yaml:"counts"` // act: the day of the act; received: the day the debtor had it
	Grade      int           `yaml:"grade"`  // least proof grade of the receipt
	Once       string        `yaml:"once"`   // acts that share this word count once among them
	Within     int           `yaml:"within"` // months: received within them it counts from its own day, else from the receipt
	FromEnd    bool          `yaml:"from_end"`
	OwnRestart bool          `yaml:"own_restart"` // that the term starts again was read for this very act
	Becomes    string        `yaml:"becomes"`     // the kind of claim whose term runs afterwards
	Warn       problem.Text  `yaml:"warn"`        // what a lawyer should know of it when the debtor is a business
	Late       problem.Text  `yaml:"late"`        // what it may mean after the last day
}

// The effects of an act.
const (
	interrupts = "interrupts"
	suspends   = "suspends"
	nothing    = "nothing"
	annuls     = "annuls" // takes the effect of an earlier suit away
)

// RegionalLaw is a region whose civil law differs, for a lawyer to choose from.
type RegionalLaw struct {
	ID   string
	Name problem.Text
}

// LimitationRegions lists the regions with a civil law of their own.
func (p *Pack) LimitationRegions() []RegionalLaw {
	var all []RegionalLaw
	for _, r := range p.doc.Limitation.Regions {
		all = append(all, RegionalLaw{r.ID, r.Name})
	}
	return all
}

// LimitationRegionLike suggests the region of a postal code, empty for the common law: a hint for the lawyer who decides, since
// what counts is the law that governs the contract and not where somebody lives.
func (p *Pack) LimitationRegionLike(postalCode string) string {
	for _, r := range p.doc.Limitation.Regions {
		for _, start := range r.Postal {
			if strings.HasPrefix(postalCode, start) {
				return r.ID
			}
		}
	}
	return ""
}

// LimitationKinds lists the kinds of claim that have a term under the law of a region ("": the common one).
func (p *Pack) LimitationKinds(region string) []string {
	var all []string
	for _, d := range p.doc.Limitation.Periods {
		if d.Action == "" && d.rules(region) && !slices.Contains(all, d.Kind) {
			all = append(all, d.Kind)
		}
	}
	return all
}

// LimitationKind is the kind of claim that a debt of a kind (invoice, instalment, cheque, note, other) means until a lawyer says
// otherwise. Where a debt may be several the shortest term is taken: that never loses a claim.
func (p *Pack) LimitationKind(debt string, business bool, region string) string {
	for _, c := range p.doc.Limitation.Claims {
		if c.Debt == debt && c.Region == region && fitsWho(c.Who, business) {
			return c.Kind
		}
	}
	if region != "" {
		return p.LimitationKind(debt, business, "")
	}
	return "general"
}

// LimitationAlarmDays are the days before the last one on which the firm wants to be told, the farthest first.
func (p *Pack) LimitationAlarmDays() (all []int, err error) {
	value, _, err := p.Setting("limitation_alarm_days")
	if err != nil {
		return nil, err
	}
	for _, word := range strings.Fields(value) {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil, fmt.Errorf("reading the days of alarm %q: %w", value, err)
		}
		all = append(all, n)
	}
	return all, nil
}

// alarmDays lets one to three falling numbers of days through.
func alarmDays(value string) bool {
	words := strings.Fields(value)
	last := 3651
	for _, word := range words {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n >= last {
			return false
		}
		last = n
	}
	return len(words) >= 1 && len(words) <= 3 && value == strings.Join(words, " ")
}

func fitsWho(who string, business bool) bool {
	return who == "" || (who == "business") == business
}

// rules says whether the row counts under the law of a region.
func (d periodDoc) rules(region string) bool { return d.Region == region || d.Everywhere }

func (d periodDoc) path() string {
	path := "limitation"
	for _, part := range []string{d.Region, d.Kind, d.Who, d.Action} {
		if part != "" {
			path += "." + part
		}
	}
	return path
}

func (a actDoc) path() string {
	return strings.Join(append([]string{"limitation_act." + strings.TrimPrefix(a.Region+"."+string(a.Act), ".")}, a.Kinds...), ".")
}

func (p *Pack) limitationFacts(add func(string, Fact)) {
	l := p.doc.Limitation
	for _, d := range l.Periods {
		add(d.path(), d.Fact)
		if d.Transitional != nil {
			add(d.path()+".transitional", d.Transitional.Fact)
		}
	}
	for _, s := range l.Suspensions {
		add("suspension."+s.From.String(), s.Fact)
	}
	for _, r := range l.Regions {
		add("limitation_restart."+r.ID, r.Fact)
	}
	for _, a := range l.Acts {
		add(a.path(), a.Fact)
	}
	add("limitation_restart", l.Restart)
}

func (p *Pack) checkLimitation() error {
	l := p.doc.Limitation
	kinds, regions := map[string]bool{}, map[string]bool{"": true}
	for _, r := range l.Regions {
		regions[r.ID] = true
	}
	general := false
	for _, d := range l.Periods {
		switch {
		case (d.Years == 0) == (d.Months == 0) || !slices.Contains([]string{"", "consumer", "business"}, d.Who):
			return fmt.Errorf("limitation %s: years or months, of consumers, businesses or both", d.Kind)
		case !regions[d.Region], d.Everywhere && d.Region != "":
			return fmt.Errorf("limitation %s: region %q is not listed, or the term is both regional and everywhere", d.Kind, d.Region)
		case (d.Action != "") != both(d.Name):
			return fmt.Errorf("limitation %s: a second action has an id and a name", d.Kind)
		}
		general = general || d.Kind == "general" && d.Who == "" && d.Region == "" && d.Action == ""
		kinds[d.Kind] = true
	}
	if !general {
		return errors.New("limitation: no general period")
	}
	for _, s := range l.Suspensions {
		if s.To.Before(s.From) {
			return fmt.Errorf("limitation: the suspension from %s runs backwards", s.From)
		}
	}
	for _, c := range l.Claims {
		if !kinds[c.Kind] || !regions[c.Region] || c.Note == "" {
			return fmt.Errorf("limitation: the claim of a debt %s is %q in %q, which has no term, or says not why", c.Debt, c.Kind, c.Region)
		}
	}
	return checkActs(l.Acts, kinds, regions)
}

func checkActs(acts []actDoc, kinds, regions map[string]bool) error {
	for _, a := range acts {
		switch {
		case !slices.Contains(LimitationActs, a.Act) || !regions[a.Region]:
			return fmt.Errorf("limitation: act %q in region %q is not known", a.Act, a.Region)
		case !slices.Contains([]string{interrupts, suspends, nothing, annuls}, a.Effect):
			return fmt.Errorf("limitation act %s: effect %q", a.Act, a.Effect)
		case !slices.Contains([]string{"", "act", "received"}, a.Counts) || a.Effect == interrupts && a.Counts == "":
			return fmt.Errorf("limitation act %s: an interruption counts from the act or from its receipt", a.Act)
		case a.Becomes != "" && !kinds[a.Becomes]:
			return fmt.Errorf("limitation act %s: becomes %q, which has no term", a.Act, a.Becomes)
		}
		for _, k := range a.Kinds {
			if !kinds[k] {
				return fmt.Errorf("limitation act %s: the kind %q has no term", a.Act, k)
			}
		}
	}
	for _, act := range LimitationActs {
		if !slices.ContainsFunc(acts, func(a actDoc) bool { return a.Act == act && len(a.Kinds) == 0 && a.Region == "" }) {
			return fmt.Errorf("limitation: the pack does not say what the act %s does", act)
		}
	}
	return nil
}
