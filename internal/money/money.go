// Package money holds amounts as whole minor units of a currency: split, compared, printed, never a float.
// The rule: amounts of two currencies never meet; mixing them is a programming error and panics.
package money

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
)

// Currency is an ISO 4217 code that Recobro knows (see exponents).
type Currency string

const (
	EUR Currency = "EUR"
	MXN Currency = "MXN"
	PEN Currency = "PEN"
	CLP Currency = "CLP"
	CLF Currency = "CLF" // Unidad de Fomento, a unit of account
	COP Currency = "COP"
	USD Currency = "USD"
)

var exponents = map[Currency]int{EUR: 2, MXN: 2, PEN: 2, CLP: 0, CLF: 4, COP: 2, USD: 2}

// Exponent is the number of decimals of the currency (ISO 4217); known says whether Recobro handles the currency.
func (c Currency) Exponent() (digits int, known bool) {
	digits, known = exponents[c]
	return
}

// Amount is a count of minor units of one currency. The zero value has no currency and only serves as "nothing yet".
type Amount struct {
	Minor    int64
	Currency Currency
}

var (
	ErrCurrency = errors.New("unknown currency")
	ErrForm     = errors.New("not a plain decimal number")
	ErrDecimals = errors.New("more decimals than the currency has")
	ErrRange    = errors.New("amount out of range")
)

// Of makes an amount of minor units.
func Of(minor int64, c Currency) Amount { return Amount{minor, c} }

// Parse reads the wire form: an optional minus, digits, optionally a point and at most the currency's decimals.
// No spaces, exponents, signs of plus, grouping or other digits than ASCII. The limit is 15 digits in all.
func Parse(s string, c Currency) (Amount, error) {
	exp, known := c.Exponent()
	if !known {
		return Amount{}, ErrCurrency
	}
	digits, negative := strings.CutPrefix(s, "-")
	whole, frac, point := strings.Cut(digits, ".")
	if whole == "" || (point && frac == "") || !onlyDigits(whole) || !onlyDigits(frac) || (len(whole) > 1 && whole[0] == '0') {
		return Amount{}, ErrForm
	}
	if len(frac) > exp {
		return Amount{}, ErrDecimals
	}
	all := whole + frac + strings.Repeat("0", exp-len(frac))
	if len(all) > 15 {
		return Amount{}, ErrRange
	}
	var n int64
	for _, d := range all {
		n = n*10 + int64(d-'0')
	}
	if negative {
		n = -n
	}
	return Amount{n, c}, nil
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Plus adds two amounts of one currency. A zero amount without currency takes the other's.
func (a Amount) Plus(b Amount) Amount {
	c := a.with(b)
	sum := a.Minor + b.Minor
	if (b.Minor > 0 && sum < a.Minor) || (b.Minor < 0 && sum > a.Minor) {
		panic(fmt.Sprintf("money: %d + %d %s overflows", a.Minor, b.Minor, c))
	}
	return Amount{sum, c}
}

// Minus subtracts b from a.
func (a Amount) Minus(b Amount) Amount { return a.Plus(b.Neg()) }

// Neg turns the sign.
func (a Amount) Neg() Amount {
	if a.Minor == math.MinInt64 {
		panic("money: overflow")
	}
	return Amount{-a.Minor, a.Currency}
}

func (a Amount) with(b Amount) Currency {
	switch {
	case a.Currency == b.Currency || (b.Currency == "" && b.Minor == 0):
		return a.Currency
	case a.Currency == "" && a.Minor == 0:
		return b.Currency
	}
	panic(fmt.Sprintf("money: %s meets %s", a.Currency, b.Currency))
}

// Cmp is -1, 0 or 1 as a is less than, equal to or greater than b.
func (a Amount) Cmp(b Amount) int {
	a.with(b)
	switch {
	case a.Minor < b.Minor:
		return -1
	case a.Minor > b.Minor:
		return 1
	}
	return 0
}

// Min is the smaller of two amounts of one currency.
func (a Amount) Min(b Amount) Amount {
	if a.Cmp(b) <= 0 {
		return a
	}
	return b
}

// Zero is nothing of the same currency.
func (a Amount) Zero() Amount     { return Amount{0, a.Currency} }
func (a Amount) IsZero() bool     { return a.Minor == 0 }
func (a Amount) IsPositive() bool { return a.Minor > 0 }
func (a Amount) IsNegative() bool { return a.Minor < 0 }

// Split divides a into n parts that differ by at most one minor unit and sum exactly to a; the larger parts come first.
func (a Amount) Split(n int) []Amount {
	if n < 1 {
		panic("money: split into no parts")
	}
	parts := make([]Amount, n)
	base, rest := a.Minor/int64(n), a.Minor%int64(n)
	for i := range parts {
		parts[i] = Amount{base, a.Currency}
		switch {
		case rest > 0:
			parts[i].Minor++
			rest--
		case rest < 0:
			parts[i].Minor--
			rest++
		}
	}
	return parts
}

// Sum adds amounts of the currency c.
func Sum(c Currency, amounts ...Amount) Amount {
	total := Amount{0, c}
	for _, a := range amounts {
		total = total.Plus(a)
	}
	return total
}

// Decimal is the wire form: "-1234.50", with exactly the currency's decimals.
func (a Amount) Decimal() string {
	exp, _ := a.Currency.Exponent()
	whole, frac := a.digits(exp)
	sign := ""
	if a.Minor < 0 {
		sign = "-"
	}
	if exp == 0 {
		return sign + whole
	}
	return sign + whole + "." + frac
}

func (a Amount) digits(exp int) (whole, frac string) {
	u := uint64(a.Minor)
	if a.Minor < 0 {
		u = -u
	}
	s := fmt.Sprintf("%0*d", exp+1, u)
	return s[:len(s)-exp], s[len(s)-exp:]
}

// String is for logs and tests: "1234.50 EUR".
func (a Amount) String() string { return a.Decimal() + " " + string(a.Currency) }

type wire struct {
	Amount   string   `json:"amount"`
	Currency Currency `json:"currency"`
}

// MarshalJSON writes {"amount":"1234.50","currency":"EUR"}.
func (a Amount) MarshalJSON() ([]byte, error) { return json.Marshal(wire{a.Decimal(), a.Currency}) }

// UnmarshalJSON reads what MarshalJSON writes.
func (a *Amount) UnmarshalJSON(b []byte) error {
	var w wire
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	parsed, err := Parse(w.Amount, w.Currency)
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}
