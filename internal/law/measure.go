package law

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// measureDoc is a unit in which a law states amounts (CO SMLMV, PE URP), with its dated values in the pack's currency.
type measureDoc struct {
	Unit   string         `yaml:"unit"`
	Name   problem.Text   `yaml:"name"`
	Values []measureValue `yaml:"values"`
}

type measureValue struct {
	Fact  `yaml:",inline"`
	From  day.Date        `yaml:"from"`
	To    day.Date        `yaml:"to"`
	Value decimal.Decimal `yaml:"value"`
}

func (m measureDoc) path(v measureValue) string { return "measure." + m.Unit + "." + v.From.String() }

// limit reads "15000.00" or "40 SMLMV" as an amount on a day; has is false without a figure. Problem: unit_missing.
func (p *Pack) limit(figure string, on day.Date) (limit money.Amount, has bool, err error) {
	count, unit, inUnits := strings.Cut(figure, " ")
	switch {
	case figure == "":
		return limit, false, nil
	case !inUnits:
		limit, err = money.Parse(figure, p.Currency)
		return limit, true, err
	}
	n, err := decimal.NewFromString(count)
	if err != nil {
		return limit, false, fmt.Errorf("reading the limit %q: %w", figure, err)
	}
	for _, m := range p.doc.Measures {
		for _, v := range m.Values {
			if m.Unit != unit || on.Before(v.From) || on.After(v.To) {
				continue
			}
			exponent, _ := p.Currency.Exponent()
			return money.Of(n.Mul(v.Value).Shift(int32(exponent)).Round(0).IntPart(), p.Currency), true, p.allow(p.id(m.path(v)), v.Fact)
		}
	}
	return limit, false, problem.New(problem.Invalid, "unit_missing", fmt.Sprintf("%s: falta el valor de %s el %s.", p.Code, unit, on),
		fmt.Sprintf("%s: no value of %s on %s.", p.Code, unit, on))
}

// checkLimit refuses a limit that is neither an amount of the pack's currency nor a number of one of its measures.
func (p *Pack) checkLimit(figure string) error {
	count, unit, inUnits := strings.Cut(figure, " ")
	if figure == "" {
		return nil
	}
	if !inUnits {
		if _, err := money.Parse(figure, p.Currency); err != nil {
			return fmt.Errorf("amount %q: %w", figure, err)
		}
		return nil
	}
	if n, err := decimal.NewFromString(count); err != nil || !n.IsPositive() {
		return fmt.Errorf("limit %q: no number", figure)
	}
	for _, m := range p.doc.Measures {
		if m.Unit == unit {
			return nil
		}
	}
	return fmt.Errorf("limit %q: the pack has no measure %s", figure, unit)
}
