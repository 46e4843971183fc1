package ledger

import (
	"fmt"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/money"
)

// A case kept in a unit of account (the Chilean UF, CLF) is owed in the unit and paid in the country's money: what arrives is
// converted at the unit's value of the day on which it was received, and the lines keep both.

// Pays says whether money of a currency can pay what is owed in another: its own, or a unit of account of the jurisdiction whose
// money it is.
func Pays(pack *law.Pack, paid, owed money.Currency) bool {
	return paid == owed || (owed == money.CLF && paid == pack.Currency && paid == money.CLP)
}

// conversion is the value of a unit on a day.
type conversion struct {
	unit, paid money.Currency
	value      decimal.Decimal // of one unit, in the money
	source     law.Fact
	basis      string
}

func (f *file) unitOn(paid money.Currency, on day.Date) (*conversion, error) {
	return unitOn(f.claims[0].pack, f.currency, paid, on)
}

// unitOn asks the law for the unit's value; unit_missing where the day has none.
func unitOn(pack *law.Pack, unit, paid money.Currency, on day.Date) (*conversion, error) {
	value, source, err := pack.Unit(unit, on)
	if err != nil {
		return nil, err
	}
	return &conversion{unit, paid, value, source, fmt.Sprintf("%s a %s %s del %s", unit, value, paid, on)}, nil
}

// worth is what an amount of units is in money, rounded half up.
func (u *conversion) worth(units money.Amount) decimal.Decimal {
	exp, _ := u.unit.Exponent()
	cents, _ := u.paid.Exponent()
	return decimal.New(units.Minor, int32(-exp)).Mul(u.value).Shift(int32(cents))
}

// back is what an amount of units is in money, rounded half up.
func (u *conversion) back(units money.Amount) money.Amount {
	return money.Of(u.worth(units).Round(0).IntPart(), u.paid)
}

// into is the largest amount of units that is worth no more than the money: whoever pays what a statement says in money has paid
// it in units.
func (u *conversion) into(paid money.Amount) money.Amount {
	exp, _ := u.unit.Exponent()
	cents, _ := u.paid.Exponent()
	half := decimal.New(5, -1)
	limit := decimal.NewFromInt(paid.Minor).Add(half).Shift(int32(-cents))
	units, rest := limit.QuoRem(u.value, int32(exp))
	minor := units.Shift(int32(exp)).IntPart()
	if rest.IsZero() { // half a unit of money more would already be rounded up
		minor--
	}
	return money.Of(max(minor, 0), u.unit)
}

// share is the part of the money, negative like a payment's line, that goes with units beyond those taken before: the shares of a
// payment add up to what all its units are worth.
func (u *conversion) share(before, units money.Amount) *money.Amount {
	part := u.back(before).Minus(u.back(before.Plus(units)))
	return &part
}

// took is what of a payment fell on a line, in the payment's own currency, positive.
func (l Line) took() money.Amount {
	if l.Received != nil {
		return l.Received.Neg()
	}
	return l.Amount.Neg()
}

// InUnit converts money into the unit of account in which a case is kept, at the value of a day; money of the case's own currency
// is answered as it is. Problems: unit_missing, payment_invalid.
func (b *Book) InUnit(jurisdiction string, paid money.Amount, owed money.Currency, on day.Date) (money.Amount, error) {
	u, err := b.between(jurisdiction, paid.Currency, owed, on)
	if err != nil || u == nil {
		return paid, err
	}
	return u.into(paid), nil
}

// InMoney is the least money that pays an amount of a unit of account on a day; problems as of InUnit.
func (b *Book) InMoney(jurisdiction string, owed money.Amount, paid money.Currency, on day.Date) (money.Amount, error) {
	u, err := b.between(jurisdiction, paid, owed.Currency, on)
	if err != nil || u == nil {
		return owed, err
	}
	return u.back(owed), nil
}

func (b *Book) between(jurisdiction string, paid, owed money.Currency, on day.Date) (*conversion, error) {
	if paid == owed {
		return nil, nil
	}
	pack, err := b.Law.Pack(jurisdiction)
	if err != nil {
		return nil, err
	}
	if !Pays(pack, paid, owed) {
		return nil, errPayment
	}
	return unitOn(pack, owed, paid, on)
}
