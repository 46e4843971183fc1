package money

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestParseRefusesWhatIsNoPlainAmount(t *testing.T) {
	for in, want := range map[string]error{
		"": ErrForm, "1,5": ErrForm, " 1": ErrForm, "+1": ErrForm, "1e3": ErrForm, "1.": ErrForm, ".5": ErrForm, "01": ErrForm,
		"--1": ErrForm, "١٢": ErrForm, "1.234": ErrDecimals, "10000000000000.00": ErrRange, "NaN": ErrForm,
	} {
		if _, err := Parse(in, EUR); !errors.Is(err, want) {
			t.Errorf("Parse(%q) = %v, want %v", in, err, want)
		}
	}
	if _, err := Parse("1", "XXX"); !errors.Is(err, ErrCurrency) {
		t.Errorf("unknown currency passed: %v", err)
	}
	if _, err := Parse("1.5", CLP); !errors.Is(err, ErrDecimals) {
		t.Errorf("Chilean pesos have no decimals: %v", err)
	}
}

func TestDecimalReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]Currency{EUR, CLP, CLF, MXN}).Draw(t, "currency")
		a := Of(rapid.Int64Range(-999_999_999_999_999, 999_999_999_999_999).Draw(t, "minor"), c)
		back, err := Parse(a.Decimal(), c)
		if err != nil || back != a {
			t.Fatalf("%v → %q → %v, %v", a, a.Decimal(), back, err)
		}
	})
}

func TestSplitSumsExactlyAndDiffersByOneUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Of(rapid.Int64Range(-1e12, 1e12).Draw(t, "minor"), EUR)
		parts := a.Split(rapid.IntRange(1, 60).Draw(t, "n"))
		if Sum(EUR, parts...) != a {
			t.Fatalf("%v split into %v", a, parts)
		}
		if d := parts[0].Minor - parts[len(parts)-1].Minor; d < -1 || d > 1 {
			t.Fatalf("parts differ by %d", d)
		}
	})
}

func TestMixingCurrenciesPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("EUR + MXN did not panic")
		}
	}()
	Of(1, EUR).Plus(Of(1, MXN))
}

func TestPrintedForPeople(t *testing.T) {
	for _, c := range []struct {
		a            Amount
		locale, want string
	}{
		{Of(1238417, EUR), "es", "12.384,17\u00a0€"},
		{Of(1238417, EUR), "en", "€12,384.17"},
		{Of(-123, EUR), "es", "−1,23\u00a0€"},
		{Of(123450, MXN), "es-MX", "$\u00a01,234.50"},
		{Of(123450, PEN), "es-PE", "S/\u00a01,234.50"},
		{Of(1234567, CLP), "es", "$\u00a01.234.567"},
		{Of(5, EUR), "es", "0,05\u00a0€"},
	} {
		if got := c.a.In(c.locale); got != c.want {
			t.Errorf("%v in %s = %q, want %q", c.a, c.locale, got, c.want)
		}
	}
}
