package law

import (
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"recobro/internal/day"
	"recobro/internal/money"
)

// Worked examples under the three day counts, computed apart from this program; the slices are "first day, days, rate, interest".
var worked = []struct {
	id, pack        string
	regime          Regime
	count           DayCount
	principal       string
	due, end        string
	sum, slicesOfIt string
}{
	{"ES-01", "ES", StatutoryCommercial, Act365, "12345.67", "2022-03-15", "2024-10-31", "3456.20",
		"2022-03-16 107 8 289.53|2022-07-01 184 8 497.89|2023-01-01 181 10.5 642.82|2023-07-01 184 12 746.83|2024-01-01 182 12.5 769.49|2024-07-01 123 12.25 509.64"},
	{"ES-01", "ES", StatutoryCommercial, ActAct, "12345.67", "2022-03-15", "2024-10-31", "3452.71",
		"2022-03-16 107 8 289.53|2022-07-01 184 8 497.89|2023-01-01 181 10.5 642.82|2023-07-01 184 12 746.83|2024-01-01 182 12.5 767.39|2024-07-01 123 12.25 508.25"},
	{"ES-01", "ES", StatutoryCommercial, Act360, "12345.67", "2022-03-15", "2024-10-31", "3504.20",
		"2022-03-16 107 8 293.55|2022-07-01 184 8 504.80|2023-01-01 181 10.5 651.75|2023-07-01 184 12 757.20|2024-01-01 182 12.5 780.18|2024-07-01 123 12.25 516.72"},
	{"ES-02", "ES", StatutoryCommercial, Act365, "1000.00", "2023-01-31", "2023-06-30", "43.15",
		"2023-02-01 150 10.5 43.15"},
	{"ES-02", "ES", StatutoryCommercial, ActAct, "1000.00", "2023-01-31", "2023-06-30", "43.15",
		"2023-02-01 150 10.5 43.15"},
	{"ES-02", "ES", StatutoryCommercial, Act360, "1000.00", "2023-01-31", "2023-06-30", "43.75",
		"2023-02-01 150 10.5 43.75"},
	{"ES-03", "ES", StatutoryCommercial, Act365, "5000.00", "2012-12-31", "2013-06-30", "209.56",
		"2013-01-01 54 7.75 57.33|2013-02-24 127 8.75 152.23"},
	{"ES-03", "ES", StatutoryCommercial, ActAct, "5000.00", "2012-12-31", "2013-06-30", "209.56",
		"2013-01-01 54 7.75 57.33|2013-02-24 127 8.75 152.23"},
	{"ES-03", "ES", StatutoryCommercial, Act360, "5000.00", "2012-12-31", "2013-06-30", "212.47",
		"2013-01-01 54 7.75 58.13|2013-02-24 127 8.75 154.34"},
	{"ES-06", "ES", StatutoryCommercial, Act365, "10000.00", "2024-06-30", "2024-07-01", "3.36",
		"2024-07-01 1 12.25 3.36"},
	{"ES-06", "ES", StatutoryCommercial, ActAct, "10000.00", "2024-06-30", "2024-07-01", "3.35",
		"2024-07-01 1 12.25 3.35"},
	{"ES-06", "ES", StatutoryCommercial, Act360, "10000.00", "2024-06-30", "2024-07-01", "3.40",
		"2024-07-01 1 12.25 3.40"},
	{"ES-08", "ES", Legal, Act365, "2500.00", "2014-11-10", "2016-02-10", "109.89",
		"2014-11-11 51 4 13.97|2015-01-01 365 3.5 87.50|2016-01-01 41 3 8.42"},
	{"ES-08", "ES", Legal, ActAct, "2500.00", "2014-11-10", "2016-02-10", "109.87",
		"2014-11-11 51 4 13.97|2015-01-01 365 3.5 87.50|2016-01-01 41 3 8.40"},
	{"ES-08", "ES", Legal, Act360, "2500.00", "2014-11-10", "2016-02-10", "111.43",
		"2014-11-11 51 4 14.17|2015-01-01 365 3.5 88.72|2016-01-01 41 3 8.54"},
	{"ES-10", "ES", Judgment, Act365, "20000.00", "2024-02-10", "2025-06-30", "1455.62",
		"2024-02-11 506 5.25 1455.62"},
	{"ES-10", "ES", Judgment, ActAct, "20000.00", "2024-02-10", "2025-06-30", "1453.06",
		"2024-02-11 325 5.25 932.38|2025-01-01 181 5.25 520.68"},
	{"ES-10", "ES", Judgment, Act360, "20000.00", "2024-02-10", "2025-06-30", "1475.83",
		"2024-02-11 506 5.25 1475.83"},
	{"ES-12", "ES", Bill, Act365, "3000.00", "2024-05-06", "2024-12-31", "103.13",
		"2024-05-07 239 5.25 103.13"},
	{"ES-12", "ES", Bill, ActAct, "3000.00", "2024-05-06", "2024-12-31", "102.85",
		"2024-05-07 239 5.25 102.85"},
	{"ES-12", "ES", Bill, Act360, "3000.00", "2024-05-06", "2024-12-31", "104.56",
		"2024-05-07 239 5.25 104.56"},
	{"MX-01", "MX", StatutoryCommercial, Act365, "100000.00", "2024-01-15", "2024-12-15", "5506.85",
		"2024-01-16 335 6 5506.85"},
	{"MX-01", "MX", StatutoryCommercial, ActAct, "100000.00", "2024-01-15", "2024-12-15", "5491.80",
		"2024-01-16 335 6 5491.80"},
	{"MX-01", "MX", StatutoryCommercial, Act360, "100000.00", "2024-01-15", "2024-12-15", "5583.33",
		"2024-01-16 335 6 5583.33"},
	{"CO-00", "CO", Legal, Act365, "5000000.00", "2025-03-31", "2025-09-30", "150410.96",
		"2025-04-01 183 6 150410.96"},
	{"CO-00", "CO", Legal, ActAct, "5000000.00", "2025-03-31", "2025-09-30", "150410.96",
		"2025-04-01 183 6 150410.96"},
	{"CO-00", "CO", Legal, Act360, "5000000.00", "2025-03-31", "2025-09-30", "152500.00",
		"2025-04-01 183 6 152500.00"},
	{"ES-05", "ES", StatutoryCommercial, Act365, "10000.00", "2024-06-30", "2024-06-30", "0.00", ""},
	{"PE-01", "PE", Legal, Act365, "10000.00", "2013-12-01", "2013-12-31", "18.70", "2013-12-02 30 0.187032 18.70"},
	{"PE-01 commercial", "PE", StatutoryCommercial, Act360, "10000.00", "2013-12-01", "2013-12-31", "18.70", "2013-12-02 30 0.187032 18.70"},
}

func TestWorkedInterestExamples(t *testing.T) {
	for _, c := range worked {
		p := pack(t, c.pack)
		got, err := p.Interest(Terms{Regime: c.regime, DayCount: c.count}, amount(t, c.principal, p.Currency), day.MustParse(c.due), day.MustParse(c.end))
		if sum := total(got, p.Currency); err != nil || sum.Decimal() != c.sum || spoken(got) != c.slicesOfIt {
			t.Errorf("%s %s: %s in %s, want %s in %s (%v)", c.id, c.count, sum, spoken(got), c.sum, c.slicesOfIt, err)
		}
		for _, s := range got {
			if s.Law == "" || s.Source == "" || s.RateID == "" || surety[s.Confidence] == 0 || s.Base != amount(t, c.principal, p.Currency) {
				t.Errorf("%s: the slice of %s does not say where it comes from: %+v", c.id, s.From, s)
			}
		}
	}
	for _, c := range worked { // the pack's setting is ACT/365
		if p := pack(t, c.pack); c.count == Act365 {
			got, err := p.Interest(Terms{Regime: c.regime}, amount(t, c.principal, p.Currency), day.MustParse(c.due), day.MustParse(c.end))
			if err != nil || spoken(got) != c.slicesOfIt {
				t.Errorf("%s without a day count: %s, %v", c.id, spoken(got), err)
			}
		}
	}
}

// ES-12: the cheque's interest and its tenth, together with the principal.
func TestAChequeOwesInterestAndItsTenth(t *testing.T) {
	p, principal := pack(t, "ES"), money.Of(3_000_00, money.EUR)
	got, err := p.Interest(Terms{Regime: p.RegimeFor("cheque", true, false)}, principal, day.MustParse("2024-05-06"), day.MustParse("2024-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	tenth, _, _, _ := p.ChequeSurcharge(principal)
	if owed := principal.Plus(total(got, money.EUR)).Plus(tenth); owed.Decimal() != "3403.13" {
		t.Errorf("owed %s", owed)
	}
}

// drawn is a stretch of days of a regime whose table has no gap there.
func drawn(t *rapid.T) (p *Pack, terms Terms, after, to day.Date) {
	code := rapid.SampledFrom([]string{"ES", "ES", "MX", "CO"}).Draw(t, "pack")
	terms = Terms{Regime: StatutoryCommercial, DayCount: rapid.SampledFrom([]DayCount{Act365, ActAct, Act360}).Draw(t, "count")}
	if code == "ES" {
		terms.Regime = rapid.SampledFrom([]Regime{StatutoryCommercial, Legal, Judgment, Bill, Agreed}).Draw(t, "regime")
		terms.AgreedRate = pct("7.25")
	}
	after = day.MustParse("2018-01-01").AddDays(rapid.IntRange(0, 1500).Draw(t, "after"))
	to = after.AddDays(rapid.IntRange(1, 900).Draw(t, "days"))
	return steady()[code], terms, after, to
}

func TestInterestGrowsWithDaysAndWithTheBase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, terms, after, to := drawn(t)
		base := rapid.Int64Range(0, 1e12).Draw(t, "base")
		more := base + rapid.Int64Range(0, 1e12).Draw(t, "more")
		earns := func(base int64, to day.Date) int64 {
			s, err := p.Interest(terms, money.Of(base, p.Currency), after, to)
			if err != nil {
				t.Fatal(err)
			}
			return total(s, p.Currency).Minor
		}
		whole := earns(base, to)
		if longer := earns(base, to.AddDays(1)); longer < whole {
			t.Fatalf("a day more earns less: %d, then %d", whole, longer)
		}
		if greater := earns(more, to); greater < whole {
			t.Fatalf("%d earn %d, %d earn %d", base, whole, more, greater)
		}
	})
}

func TestDayCountsDifferOnlyInLeapYears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, terms, _, _ := drawn(t)
		year := rapid.SampledFrom([]int{2018, 2019, 2021, 2022, 2023}).Draw(t, "year")
		first := day.Of(year-1, 12, 31).AddDays(rapid.IntRange(0, 200).Draw(t, "first"))
		last := first.AddDays(rapid.IntRange(1, 160).Draw(t, "length"))
		base := money.Of(rapid.Int64Range(1, 1e12).Draw(t, "base"), p.Currency)
		said := map[DayCount]string{}
		for _, count := range []DayCount{Act365, ActAct} {
			terms.DayCount = count
			s, err := p.Interest(terms, base, first, last)
			if err != nil {
				t.Fatal(err)
			}
			said[count] = spoken(s)
		}
		if said[Act365] == "" || said[Act365] != said[ActAct] {
			t.Fatalf("in %d: %s and %s", year, said[Act365], said[ActAct])
		}
	})
}

// steady are the packs of a firm that confirmed how effective rates are charged.
var steady = sync.OnceValue(func() map[string]*Pack {
	lib, err := shipped()
	if err == nil {
		lib, err = lib.Confirm("co.setting.rate_conversion")
	}
	if err != nil {
		panic(err)
	}
	all := map[string]*Pack{}
	for _, code := range lib.Codes() {
		all[code], _ = lib.Pack(code)
	}
	return all
})

// Of simple interest; an effective rate is charged anew from the principal in every part.
func TestSplittingAPeriodChangesNothingButRounding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, terms, after, to := drawn(t)
		p := steady()[rapid.SampledFrom([]string{"ES", "MX"}).Draw(t, "simple")]
		if p.Code == "MX" {
			terms.Regime = StatutoryCommercial
		}
		base := money.Of(rapid.Int64Range(1, 1e12).Draw(t, "base"), p.Currency)
		sum := int64(0)
		cuts := []day.Date{after, to}
		for range rapid.IntRange(1, 6).Draw(t, "cuts") {
			cuts = append(cuts, after.AddDays(rapid.IntRange(0, to.DaysSince(after)).Draw(t, "cut")))
		}
		slices.SortFunc(cuts, func(a, b day.Date) int { return a.DaysSince(b) })
		for i := range cuts[1:] {
			s, err := p.Interest(terms, base, cuts[i], cuts[i+1])
			if err != nil {
				t.Fatal(err)
			}
			sum += total(s, p.Currency).Minor
		}
		whole, err := p.Interest(terms, base, after, to)
		if err != nil {
			t.Fatal(err)
		}
		if off := sum - total(whole, p.Currency).Minor; off > int64(len(cuts)) || off < -int64(len(cuts)) {
			t.Fatalf("cut at %v: %d minor units away", cuts, off)
		}
	})
}
