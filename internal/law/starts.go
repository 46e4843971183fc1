package law

import (
	"fmt"
	"slices"
)

// InterestStart is the fact from which interest of a regime runs; its own day bears none, the next one is the first.
type InterestStart string

const (
	StartDue          InterestStart = "due"          // the day the debt falls due, without any demand: ES CCom 63.1
	StartDemand       InterestStart = "demand"       // the judicial or extrajudicial demand: ES CC 1100 and 1108, PE CC 1333
	StartPresentation InterestStart = "presentation" // of a cheque: ES Ley 19/1985 art. 149
	StartJudgment     InterestStart = "judgment"     // of first instance: ES LEC 576.1
)

var starts = []InterestStart{StartDue, StartDemand, StartPresentation, StartJudgment}

// startRule is from when interest runs, for every kind of debt or for one.
type startRule struct {
	Fact `yaml:",inline"`
	From InterestStart `yaml:"from"`
	Kind string        `yaml:"kind"` // of debt; empty is any other
}

func (r startRule) path(regime Regime) string {
	if r.Kind == "" {
		return "start." + string(regime)
	}
	return "start." + string(regime) + "." + r.Kind
}

// defaultRule gives debts of a kind, or of a debtor, their regime where nothing is agreed.
type defaultRule struct {
	Fact   `yaml:",inline"`
	Kind   string `yaml:"kind"`
	Who    string `yaml:"who"` // business, consumer; empty is both
	Regime Regime `yaml:"regime"`
}

func (r defaultRule) path() string {
	path := "default"
	for _, part := range []string{r.Kind, r.Who} {
		if part != "" {
			path += "." + part
		}
	}
	return path
}

func (i interestDoc) startsOf(regime Regime) []startRule {
	if regime == Agreed {
		return i.Agreed.Start
	}
	return i.Regimes[regime].Start
}

// StartFor is from when interest of a regime runs on a debt of that kind ("cheque", "note", "invoice", …; empty is any), with the
// article that says so. A regime that the pack does not have starts when the debt falls due, and the Fact is empty.
func (p *Pack) StartFor(regime Regime, debtKind string) (InterestStart, Fact) {
	start, fact := StartDue, Fact{}
	for _, r := range p.doc.Interest.startsOf(regime) {
		if r.Kind == debtKind {
			return r.From, r.Fact
		}
		if r.Kind == "" {
			start, fact = r.From, r.Fact
		}
	}
	return start, fact
}

// StartOf is StartFor of debts without a rule of their kind.
func (p *Pack) StartOf(regime Regime) (InterestStart, Fact) { return p.StartFor(regime, "") }

// RegimeFor is the regime of a new debt: the agreed one, else the first of the pack's rows that fits its kind ("invoice", "cheque",
// "note", …) and its debtor. business says that the debtor is no consumer. A jurisdiction without a rule for it answers None.
func (p *Pack) RegimeFor(debtKind string, business, agreed bool) Regime {
	if agreed {
		return Agreed
	}
	who := "consumer"
	if business {
		who = "business"
	}
	for _, r := range p.doc.Interest.Default {
		if (r.Kind == "" || r.Kind == debtKind) && (r.Who == "" || r.Who == who) {
			return r.Regime
		}
	}
	return None
}

func (p *Pack) checkStarts() error {
	i := p.doc.Interest
	all := append(slices.Clone(i.Agreed.Start), startRule{From: StartDue})
	for _, t := range i.Regimes {
		all = append(all, t.Start...)
	}
	for _, r := range all {
		if !slices.Contains(starts, r.From) {
			return fmt.Errorf("interest: %q is no fact from which interest runs", r.From)
		}
	}
	for _, r := range i.Default {
		_, known := regimeWords[r.Regime]
		if !known && r.Regime != None || !slices.Contains([]string{"", "business", "consumer"}, r.Who) {
			return fmt.Errorf("interest: the default of %s %s names no regime, or is nobody's", r.Kind, r.Who)
		}
	}
	return nil
}

// startFacts lists from when each regime runs, and which debts have it.
func (p *Pack) startFacts(add func(string, Fact)) {
	for _, regime := range []Regime{Agreed, StatutoryCommercial, Legal, Judgment, Bill} {
		for _, r := range p.doc.Interest.startsOf(regime) {
			add(r.path(regime), r.Fact)
		}
	}
	for _, r := range p.doc.Interest.Default {
		add(r.path(), r.Fact)
	}
}
