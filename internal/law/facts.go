package law

import (
	"cmp"
	"maps"
	"slices"
)

// NamedFact is a fact with the id by which a firm confirms it.
type NamedFact struct {
	ID        string
	Confirmed bool // or ticked
	Period    bool // the figure of a period of a rate, which a lawyer may tick
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
	figure := func(path string, f Fact) {
		add(path, f)
		all[len(all)-1].Period = true
	}
	given := func(path string, f Fact) {
		if f != (Fact{}) {
			add(path, f)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.doc.Settings)) {
		add(settingID(name), p.doc.Settings[name].Fact)
	}
	p.interestFacts(add, figure)
	for _, code := range slices.Sorted(maps.Keys(p.doc.Units)) {
		add("unit."+code, p.doc.Units[code].Fact)
	}
	p.calendarFacts(add)
	p.allocationFacts(add)
	given("compensation", p.doc.Compensation.Fact)
	given("collection_costs", p.doc.CollectionCosts.Fact)
	p.limitationFacts(add)
	for _, t := range p.doc.Terms {
		add("term."+t.ID, t.Fact)
	}
	p.procedureFacts(add)
	given("court_fee", p.doc.CourtFee.Fact)
	add("demand_term", p.doc.Demand.Term.Fact)
	for _, r := range p.doc.Contact.Rules {
		add("contact."+r.ID, r.Fact)
	}
	given("contact.zones", p.doc.Contact.Zones.Fact)
	for _, c := range p.doc.Contact.Caps {
		add("cap."+c.ID, c.Fact)
	}
	return all
}

func (p *Pack) interestFacts(add, figure func(string, Fact)) {
	p.startFacts(add)
	i := p.doc.Interest
	add("agreed", i.Agreed.Fact)
	if c := i.Agreed.Cap; c.Law != "" {
		f := c.Fact
		if t := i.Regimes[i.own(c.Of)]; len(t.Rates) == 0 { // the rule was read, its figures are not there
			f.Confidence = Unverified
		}
		add("agreed_cap", f)
	}
	if i.Agreed.Floor.Of != "" {
		add("agreed_floor", i.Agreed.Floor.Fact)
	}
	if i.Cheque.Fact != (Fact{}) {
		add("cheque_surcharge", i.Cheque.Fact)
	}
	for _, regime := range slices.Sorted(maps.Keys(i.Regimes)) {
		table := i.Regimes[regime]
		add(string(regime), table.Fact)
		for _, row := range table.Rates {
			id := p.rateID(regime, row)
			figure(id[len(p.Code)+1:], Fact{Law: cmp.Or(row.Law, table.Law), Source: row.Source, Confidence: row.Confidence, Note: row.Note})
		}
		p.factorFacts(regime, figure)
	}
}

// factorFacts lists accumulated factors by the year, each year as sure as its least sure factor.
func (p *Pack) factorFacts(regime Regime, figure func(string, Fact)) {
	table, year := p.doc.Interest.Regimes[regime], Fact{}
	for i, f := range table.Factors {
		row := Fact{Law: table.Law, Source: cmp.Or(f.Source, table.Source), Confidence: cmp.Or(f.Confidence, table.Confidence)}
		if year.Confidence == "" || weaker(row.Confidence, year.Confidence) != year.Confidence {
			year = row
		}
		if i+1 == len(table.Factors) || table.Factors[i+1].On.Year != f.On.Year {
			figure(p.factorsID(regime, f.On.Year)[len(p.Code)+1:], year)
			year = Fact{}
		}
	}
}
