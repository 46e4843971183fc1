package law

import (
	"github.com/shopspring/decimal"

	"recobro/internal/money"
)

// surchargeDoc is a per cent of an unpaid amount, due once beside interest.
type surchargeDoc struct {
	Fact `yaml:",inline"`
	Pct  decimal.Decimal `yaml:"pct"`
}

// ChequeSurcharge is what the drawer of a cheque without funds owes beside interest: a per cent of the uncovered amount, rounded half
// up (ES 10 %, Ley 19/1985 art. 149). ok is false where the law gives nothing, or nothing is uncovered; fact_unverified when
// nobody confirmed it.
func (p *Pack) ChequeSurcharge(uncovered money.Amount) (amount money.Amount, source Fact, ok bool, err error) {
	c := p.doc.Interest.Cheque
	if c.Pct.IsZero() || !uncovered.IsPositive() {
		return uncovered.Zero(), Fact{}, false, nil
	}
	minor := decimal.NewFromInt(uncovered.Minor).Mul(c.Pct).DivRound(hundred, 0)
	return money.Of(minor.IntPart(), uncovered.Currency), c.Fact, true, p.allow(p.id("cheque_surcharge"), c.Fact)
}

// SurchargesCheques says whether the law gives a surcharge on cheques without funds (ES Ley 19/1985 art. 149).
func (p *Pack) SurchargesCheques() bool { return p.doc.Interest.Cheque.Pct.IsPositive() }
