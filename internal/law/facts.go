package law

import (
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
		if f == (Fact{}) && !p.Whole() {
			return
		}
		id := p.id(path)
		all = append(all, NamedFact{ID: id, Confirmed: p.confirmed[id], Fact: f})
	}
	given := func(path string, f Fact) {
		if f != (Fact{}) {
			add(path, f)
		}
	}
	p.interestFacts(add)
	add("calendar", p.doc.Calendar.Fact)
	add("court_calendar", p.doc.Calendar.Court.Fact)
	given("grace", p.doc.Calendar.Grace.Fact)
	add("allocation", p.doc.Allocation.Fact)
	given("compensation", p.doc.Compensation.Fact)
	p.limitationFacts(add)
	for _, t := range p.doc.Terms {
		add("term."+t.ID, t.Fact)
	}
	for _, pr := range p.doc.Procedures {
		add("procedure."+pr.ID, pr.Fact)
		add("procedure."+pr.ID+".court", pr.Court.Fact)
		given("procedure."+pr.ID+".scope", pr.Scope.Fact)
		given("procedure."+pr.ID+".counsel", pr.Counsel.Fact)
		given("procedure."+pr.ID+".negotiation", pr.Negotiation.Fact)
	}
	given("court_fee", p.doc.CourtFee.Fact)
	add("demand_term", p.doc.Demand.Term.Fact)
	for _, r := range p.doc.Contact.Rules {
		add("contact."+r.ID, r.Fact)
	}
	for _, c := range p.doc.Contact.Caps {
		add("cap."+c.ID, c.Fact)
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
	add("limitation_restart", l.Restart)
	add("letter", l.Letter.Fact)
}
