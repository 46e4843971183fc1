package law

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/money"
)

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
	value, _, err := p.Unit(money.Currency(unit), on)
	if err != nil {
		return limit, false, err
	}
	exponent, _ := p.Currency.Exponent()
	return money.Of(n.Mul(value).Shift(int32(exponent)).Round(0).IntPart(), p.Currency), true, nil
}

// checkLimit refuses a limit that is neither an amount of the pack's currency nor a number of one of its units.
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
	if _, known := p.doc.Units[unit]; known {
		return nil
	}
	return fmt.Errorf("limit %q: the pack has no unit %s", figure, unit)
}
