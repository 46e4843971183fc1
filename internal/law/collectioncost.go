package law

import (
	"fmt"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/money"
)

// collectionCostDoc limits what collecting out of court may cost a consumer: nothing until AfterDays of delay, then the per cents of
// each band of the overdue debt, one upon the other, in units of account. Less is taken off where the free useful contact that the
// law asks for was not made.
type collectionCostDoc struct {
	Fact      `yaml:",inline"`
	AfterDays int             `yaml:"after_days"`
	Unit      money.Currency  `yaml:"unit"`
	Bands     []costBand      `yaml:"bands"`
	Less      decimal.Decimal `yaml:"less_without_contact"`
}

// costBand is a per cent of what of the debt lies above the band before and up to UpTo units; zero is without end.
type costBand struct {
	UpTo decimal.Decimal `yaml:"up_to"`
	Pct  decimal.Decimal `yaml:"pct"`
}

// CollectionCostLimit is the most that collection costs of a consumer's overdue debt may come to on a day, in the currency of the
// debt, rounded half up (CL Ley 19.496 art. 37: after day 20, 9 % up to 10 UF, 6 % from 10 to 50, 3 % above; 0.2 UF less unless the debtor
// had a free useful contact within 15 days of the due day). limited is false where the law has no such limit. Problems: unit_missing,
// fact_unverified.
func (p *Pack) CollectionCostLimit(overdue money.Amount, business bool, dueOn, on day.Date, contacted bool) (most money.Amount, source Fact, limited bool, err error) {
	c := p.doc.CollectionCosts
	most = overdue.Zero()
	if len(c.Bands) == 0 || business {
		return most, Fact{}, false, nil
	}
	if err := p.allow(p.id("collection_costs"), c.Fact); err != nil {
		return most, c.Fact, true, err
	}
	if on.DaysSince(dueOn) <= c.AfterDays || !overdue.IsPositive() {
		return most, c.Fact, true, nil
	}
	value, worth := decimal.NewFromInt(1), c.Fact
	if overdue.Currency != c.Unit {
		if value, worth, err = p.Unit(c.Unit, on); err != nil {
			return most, c.Fact, true, err
		}
	}
	exponent, _ := overdue.Currency.Exponent()
	debt, below, sum := decimal.New(overdue.Minor, int32(-exponent)), decimal.Zero, decimal.Zero
	for _, b := range c.Bands {
		above := debt
		if b.UpTo.IsPositive() {
			above = decimal.Min(debt, b.UpTo.Mul(value))
		}
		if above.GreaterThan(below) {
			sum, below = sum.Add(above.Sub(below).Mul(b.Pct).Shift(-2)), above
		}
	}
	if !contacted {
		sum = decimal.Max(decimal.Zero, sum.Sub(c.Less.Mul(value)))
	}
	source = c.Fact
	source.Confidence = weaker(source.Confidence, worth.Confidence)
	return money.Of(sum.Shift(int32(exponent)).Round(0).IntPart(), overdue.Currency), source, true, nil
}

func (p *Pack) checkCollectionCosts() error {
	c := p.doc.CollectionCosts
	if _, known := p.doc.Units[string(c.Unit)]; len(c.Bands) > 0 && (!known || c.AfterDays < 0 || c.Less.IsNegative()) {
		return fmt.Errorf("collection costs: a unit of the pack and days of delay")
	}
	for i, b := range c.Bands {
		last := i+1 == len(c.Bands)
		if !plain(b.Pct) || b.Pct.GreaterThan(hundred) || last != b.UpTo.IsZero() || i > 0 && !last && !b.UpTo.GreaterThan(c.Bands[i-1].UpTo) {
			return fmt.Errorf("collection costs: bands in order, each with its per cent, the last without end")
		}
	}
	return nil
}

// LimitsCollectionCosts says whether the law limits what a consumer bears of collection costs (CL Ley 19.496 art. 37).
func (p *Pack) LimitsCollectionCosts() bool { return len(p.doc.CollectionCosts.Bands) > 0 }
