package law

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// NamedFact is a fact with the id by which a firm confirms it.
type NamedFact struct {
	ID        string
	Confirmed bool
	Fact
}

// Facts lists what the pack rests on, in the order of the file. The settings page shows those that are unverified.
func (p *Pack) Facts() []NamedFact {
	var all []NamedFact
	add := func(path string, f Fact) {
		id := p.id(path)
		all = append(all, NamedFact{ID: id, Confirmed: p.confirmed[id], Fact: f})
	}
	p.interestFacts(add)
	add("calendar", p.doc.Calendar.Fact)
	add("court_calendar", p.doc.Calendar.Court.Fact)
	if p.doc.Calendar.Grace.Until != "" {
		add("grace", p.doc.Calendar.Grace.Fact)
	}
	return all
}

func (p *Pack) interestFacts(add func(string, Fact)) {
	i := p.doc.Interest
	add("agreed", i.Agreed.Fact)
	if i.Agreed.Cap.Law != "" {
		add("agreed_cap", i.Agreed.Cap.Fact)
	}
	for _, regime := range slices.Sorted(maps.Keys(i.Regimes)) {
		table := i.Regimes[regime]
		add(string(regime), table.Fact)
		for _, row := range table.Rates {
			id := p.rateID(regime, row)
			add(id[len(p.Code)+1:], Fact{Law: table.Law, Source: row.Source, Confidence: row.Confidence, Note: row.Note})
		}
	}
}

// check refuses a pack that could mislead: a fact without a known confidence or without its article, an id twice.
func (p *Pack) check() error {
	seen := map[string]bool{}
	for _, f := range p.Facts() {
		switch {
		case surety[f.Confidence] == 0:
			return fmt.Errorf("%s: confidence %q is not known", f.ID, f.Confidence)
		case f.Confidence == ReadLaw && (f.Law == "" || f.Source == "" && f.ID != p.id("agreed_cap")):
			return fmt.Errorf("%s: a fact that was read in the law names its article and publication", f.ID)
		case seen[f.ID]:
			return fmt.Errorf("%s: the id is there twice", f.ID)
		}
		seen[f.ID] = true
	}
	return errors.Join(p.checkInterest())
}

func (p *Pack) checkInterest() error {
	for regime, table := range p.doc.Interest.Regimes {
		if _, known := regimeWords[regime]; !known || regime == Agreed {
			return fmt.Errorf("interest regime %q is not known", regime)
		}
		if table.SameAs != "" {
			base, ok := p.doc.Interest.Regimes[table.SameAs]
			if !ok || base.SameAs != "" || len(table.Rates) > 0 {
				return fmt.Errorf("interest %s: same_as %q must name a regime with rates of its own", regime, table.SameAs)
			}
		}
		for i, row := range table.Rates {
			switch {
			case row.Pct.IsNegative() || row.Pct.GreaterThan(hundred):
				return fmt.Errorf("interest %s: %s per cent is no rate", regime, row.Pct)
			case !row.To.IsZero() && row.To.Before(row.From), i > 0 && (table.Rates[i-1].To.IsZero() || !table.Rates[i-1].To.Before(row.From)):
				return fmt.Errorf("interest %s: the rate from %s overlaps or runs backwards", regime, row.From)
			}
		}
		for _, f := range table.Factors {
			if f.On.IsZero() || !f.Value.IsPositive() {
				return fmt.Errorf("interest %s: factor of %s is not positive", regime, f.On)
			}
		}
	}
	return nil
}
