package law

import (
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
	packs "recobro/policies/law"
)

var shipped = sync.OnceValues(func() (*Library, error) { return Load(packs.FS) })

func library(t testing.TB) *Library {
	t.Helper()
	lib, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func pack(t testing.TB, code string) *Pack {
	t.Helper()
	p, err := library(t).Pack(code)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// vouching is a pack whose firm confirmed some facts.
func vouching(t testing.TB, code string, ids ...string) *Pack {
	t.Helper()
	lib, err := library(t).Confirm(ids...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := lib.Pack(code)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func amount(t testing.TB, s string, c money.Currency) money.Amount {
	t.Helper()
	a, err := money.Parse(s, c)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return a
}

func total(slices []Slice, c money.Currency) money.Amount {
	sum := money.Of(0, c)
	for _, s := range slices {
		sum = sum.Plus(s.Amount)
	}
	return sum
}

func TestMissingRateNamesJurisdictionRegimeAndPeriod(t *testing.T) {
	for _, c := range []struct {
		pack           string
		regime         Regime
		from, to       string
		missing, until string
	}{
		{"ES", StatutoryCommercial, "2026-12-01", "2027-02-01", "2027-01-01", "2027-02-01"},
		{"ES", StatutoryCommercial, "2013-06-01", "2014-02-01", "2013-07-01", "2013-12-31"},
		{"ES", StatutoryCommercial, "2004-06-01", "2006-02-01", "2004-06-02", "2004-12-31"},
		{"ES", Legal, "2026-12-31", "2027-01-01", "2027-01-01", "2027-01-01"},
		{"CL", StatutoryCommercial, "2026-03-31", "2026-05-31", "2026-04-01", "2026-05-31"},
		{"CL", Legal, "2026-03-31", "2026-05-31", "2026-04-01", "2026-05-31"},
		{"CO", StatutoryCommercial, "2026-08-31", "2026-10-31", "2026-10-01", "2026-10-31"},
		{"CO", StatutoryCommercial, "2024-10-01", "2025-02-01", "2024-11-01", "2024-12-31"}, // sources do not agree: nothing is loaded
		{"PE", Legal, "2026-03-31", "2026-05-31", "2026-04-01", "2026-05-31"},
		{"MX", Judgment, "2026-03-31", "2026-05-31", "2026-04-01", "2026-05-31"},
	} {
		p := pack(t, c.pack)
		if c.pack == "CO" {
			p = vouching(t, "CO", "co.setting.rate_conversion")
		}
		got, err := p.Interest(Terms{Regime: c.regime}, money.Of(100_000, p.Currency), day.MustParse(c.from), day.MustParse(c.to))
		e := problem.Of(err)
		if e == nil || e.Code != "rate_missing" || got != nil {
			t.Errorf("%s %s %s: %v, %v", c.pack, c.regime, c.from, got, err)
			continue
		}
		word, _ := c.regime.words()
		for _, want := range []string{c.pack, word, c.missing, c.until} {
			if !strings.Contains(e.Text.ES, want) {
				t.Errorf("%q does not name %s", e.Text.ES, want)
			}
		}
	}
}

func TestUnverifiedHalfYearCountsOnlyOnceConfirmed(t *testing.T) {
	lib, err := library(t).Confirm("es.statutory_commercial.2013-07-01")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := lib.Pack("ES")
	got, err := p.Interest(Terms{Regime: StatutoryCommercial}, money.Of(100_000, money.EUR), day.MustParse("2013-06-30"), day.MustParse("2013-12-31"))
	if err != nil || len(got) != 1 || got[0].Confidence != Unverified || got[0].Amount.Decimal() != "42.85" {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := pack(t, "ES").Interest(Terms{Regime: StatutoryCommercial}, money.Of(100_000, money.EUR), day.MustParse("2013-06-30"), day.MustParse("2013-12-31")); err == nil {
		t.Fatal("confirming in one library changed another")
	}
	if _, err := library(t).Confirm("es.statutory_commercial.1999-07-01"); problem.Of(err) == nil {
		t.Fatalf("a fact that no pack has was confirmed: %v", err)
	}
}

func TestInterestWithoutBothDaysOrKnownTermsIsRefused(t *testing.T) {
	p, base, d := pack(t, "ES"), money.Of(100, money.EUR), day.MustParse("2025-01-01")
	for code, call := range map[string]func() ([]Slice, error){
		"period_open":    func() ([]Slice, error) { return p.Interest(Terms{Regime: Legal}, base, d, day.Date{}) },
		"base_negative":  func() ([]Slice, error) { return p.Interest(Terms{Regime: Legal}, base.Neg(), d, d.AddDays(1)) },
		"regime_unknown": func() ([]Slice, error) { return p.Interest(Terms{Regime: "guess"}, base, d, d.AddDays(1)) },
		"day_count_unknown": func() ([]Slice, error) {
			return p.Interest(Terms{Regime: Legal, DayCount: "30/360"}, base, d, d.AddDays(1))
		},
	} {
		if got, err := call(); problem.Of(err) == nil || problem.Of(err).Code != code || got != nil {
			t.Errorf("%s: %v, %v", code, got, err)
		}
	}
	if got, err := p.Interest(Terms{Regime: None}, base, d, d.AddDays(900)); err != nil || got != nil {
		t.Errorf("no interest: %v, %v", got, err)
	}
}

func TestCoveredToSaysWhereTheRatesEnd(t *testing.T) {
	for _, c := range []struct {
		pack   string
		regime Regime
		last   string
		open   bool
	}{{"ES", StatutoryCommercial, "2026-12-31", false}, {"ES", Judgment, "2026-12-31", false}, {"MX", StatutoryCommercial, "", true}, {"CL", StatutoryCommercial, "", false}, {"PE", Legal, "2024-09-18", false}, {"ES", Agreed, "", true}, {"CO", Agreed, "2026-09-30", false}, {"CL", Agreed, "", true}} {
		if last, open := pack(t, c.pack).CoveredTo(c.regime); last.String() != c.last || open != c.open {
			t.Errorf("%s %s covered to %s, open %v", c.pack, c.regime, last, open)
		}
	}
}

func TestSlicesCoverEveryDayOnceAndEachIsRoundedByItself(t *testing.T) {
	p := pack(t, "ES")
	rapid.Check(t, func(t *rapid.T) {
		after := day.MustParse("2016-01-01").AddDays(rapid.IntRange(0, 3500).Draw(t, "after"))
		to := day.Earlier(after.AddDays(rapid.IntRange(0, 2000).Draw(t, "days")), day.MustParse("2026-12-31"))
		cut := after.AddDays(rapid.IntRange(0, max(0, to.DaysSince(after))).Draw(t, "cut"))
		count := rapid.SampledFrom([]DayCount{Act365, ActAct, Act360}).Draw(t, "count")
		base := money.Of(rapid.Int64Range(1, 1e11).Draw(t, "base"), money.EUR)
		interest := func(a, b day.Date) []Slice {
			s, err := p.Interest(Terms{Regime: StatutoryCommercial, DayCount: count}, base, a, b)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		whole, next := interest(after, to), after.AddDays(1)
		for _, s := range whole {
			if s.From != next || s.Days != s.To.DaysSince(s.From)+1 {
				t.Fatalf("slice %+v does not begin on %s", s, next)
			}
			alone := interest(s.From.AddDays(-1), s.To)
			if len(alone) != 1 || alone[0].Amount != s.Amount {
				t.Fatalf("slice %+v computed alone is %+v", s, alone)
			}
			next = s.To.AddDays(1)
		}
		if after.Before(to) && next != to.AddDays(1) {
			t.Fatalf("days after %s have no slice", next)
		}
		parts := total(interest(after, cut), money.EUR).Plus(total(interest(cut, to), money.EUR))
		if diff := parts.Minus(total(whole, money.EUR)).Minor; diff < -1 || diff > 1 {
			t.Fatalf("cutting the range once changes the sum by %d cents", diff)
		}
	})
}
