package law

import (
	"cmp"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// With answers a library of its own in which these changes, and no others, are adopted: what an approval would make is seen
// before it is given. Problems as of Adopt.
func (l *Library) With(changes []Change) (*Library, error) {
	out := &Library{shipped: l.shipped, confirmed: l.confirmed}
	return out, out.Adopt(changes)
}

// RateTable is one regime as people read it: rates by period, or accumulated factors by day. A regime that follows another has
// the other's figures, its own points added.
type RateTable struct {
	Regime    Regime
	Follows   Regime          // the regime whose figures it uses; empty when they are its own
	AddPoints decimal.Decimal // on those figures, in per cent points
	Fact
	Periods []RatePeriod // in order of time
	Factors []Figure     // in order of time
}

// RatePeriod is a yearly per cent with the days it rules, both included; zero From or To are open ends. ID is the fact that a
// lawyer ticks.
type RatePeriod struct {
	ID          string
	From, To    day.Date
	Pct         decimal.Decimal
	Publication string
	Vouched     bool
	Fact
}

// Figure is a factor or a unit's value of one day.
type Figure struct {
	On          day.Date
	Value       decimal.Decimal
	Source      string
	Publication string
	Confidence  Confidence
}

// UnitTable is a unit of account with its values in the pack's currency.
type UnitTable struct {
	Code money.Currency
	Name problem.Text
	Fact
	Values []Figure // in order of time
}

// NamedSetting is a choice that the firm makes where no law does.
type NamedSetting struct {
	Name, Value string
	Confirmed   bool
	Fact
}

// RateTables are the regimes of the pack by name.
func (p *Pack) RateTables() []RateTable {
	var all []RateTable
	for _, regime := range slices.Sorted(maps.Keys(p.doc.Interest.Regimes)) {
		doc, laid := p.doc.Interest.Regimes[regime], p.tables[regime]
		t := RateTable{Regime: regime, Follows: doc.SameAs, AddPoints: doc.AddPoints, Fact: doc.Fact}
		for _, r := range laid.rates {
			t.Periods = append(t.Periods, RatePeriod{ID: r.id, From: r.from, To: r.to, Pct: r.pct, Publication: r.publication, Vouched: r.vouched, Fact: r.Fact})
		}
		for _, f := range laid.factors {
			t.Factors = append(t.Factors, Figure{f.On, f.Value, cmp.Or(f.Source, doc.Source), f.Publication, cmp.Or(f.Confidence, doc.Confidence)})
		}
		all = append(all, t)
	}
	return all
}

// UnitTables are the units of account of the pack by code.
func (p *Pack) UnitTables() []UnitTable {
	var all []UnitTable
	for _, code := range slices.Sorted(maps.Keys(p.doc.Units)) {
		doc := p.doc.Units[code]
		t := UnitTable{Code: money.Currency(code), Name: doc.Name, Fact: doc.Fact}
		for _, v := range p.units[code] {
			t.Values = append(t.Values, Figure{v.On, v.Value, cmp.Or(v.Source, doc.Source), v.Publication, cmp.Or(v.Confidence, doc.Confidence)})
		}
		all = append(all, t)
	}
	return all
}

// Settings are the pack's settings by name.
func (p *Pack) Settings() []NamedSetting {
	var all []NamedSetting
	for _, name := range slices.Sorted(maps.Keys(p.doc.Settings)) {
		s := p.doc.Settings[name]
		all = append(all, NamedSetting{name, s.Value, p.confirmed[p.id(settingID(name))], s.Fact})
	}
	return all
}
