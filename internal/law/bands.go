package law

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// bandsOf are the parts of a regime whose rate depends on the amount, each a table of its own named regime/band (CL Ley 18.010
// art. 6: the CMF may distinguish by the amount of the credit). A regime with one table has none.
func (i interestDoc) bandsOf() map[Regime][]Regime {
	all := map[Regime][]Regime{}
	for _, name := range slices.Sorted(maps.Keys(i.Regimes)) {
		if whole, _, banded := strings.Cut(string(name), "/"); banded {
			all[Regime(whole)] = append(all[Regime(whole)], name)
		}
	}
	return all
}

// firstEnd is the day to which every band is covered; open when none of them ends.
func (p *Pack) firstEnd(bands []Regime) (first day.Date, open bool) {
	for _, b := range bands {
		last, open := p.CoveredTo(b)
		if last.IsZero() && !open {
			return day.Date{}, false
		}
		first = day.Earlier(first, last)
	}
	return first, first.IsZero()
}

// band is the table of a debt: the regime itself, or the band in which its principal stands, valued in units of account on the day
// it fell due. Problems: unit_missing, band_missing.
func (p *Pack) band(terms Terms, base money.Amount, after day.Date) (Regime, error) {
	if len(p.banded[terms.Regime]) == 0 {
		return terms.Regime, nil
	}
	principal, on := terms.Principal, terms.DueOn
	if principal.IsZero() {
		principal = base
	}
	if on.IsZero() {
		on = after
	}
	for _, name := range p.banded[terms.Regime] {
		b := p.doc.Interest.Regimes[name]
		value := decimal.NewFromInt(1) // of a principal that is kept in the unit itself
		if principal.Currency != b.Unit {
			var err error
			if value, _, err = p.Unit(b.Unit, on); err != nil {
				return "", err
			}
		}
		exponent, _ := principal.Currency.Exponent()
		amount := decimal.New(principal.Minor, int32(-exponent))
		if amount.GreaterThan(b.Over.Mul(value)) && (b.UpTo.IsZero() || !amount.GreaterThan(b.UpTo.Mul(value))) {
			return name, nil
		}
	}
	es, en := terms.Regime.words()
	return "", problem.New(problem.Invalid, "band_missing",
		fmt.Sprintf("%s: ningún tramo del %s comprende ese importe.", p.Code, es), fmt.Sprintf("%s: no band of %s holds that amount.", p.Code, en))
}
