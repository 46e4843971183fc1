package law

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// spoken is a period's slices as "first day, days, rate, interest".
func spoken(all []Slice) string {
	var lines []string
	for _, s := range all {
		lines = append(lines, fmt.Sprintf("%s %d %s %s", s.From, s.Days, s.RatePct, s.Amount.Decimal()))
	}
	return strings.Join(lines, "|")
}

func TestColombianDefaultInterestIsOneAndAHalfTimesTheBankRate(t *testing.T) {
	base, after, to := money.Of(10_000_000_00, money.COP), day.MustParse("2026-03-31"), day.MustParse("2026-05-31")
	if _, err := pack(t, "CO").Interest(Terms{Regime: StatutoryCommercial}, base, after, to); problem.Of(err) == nil || problem.Of(err).Code != "fact_unverified" {
		t.Fatalf("nobody confirmed how an effective rate is charged: %v", err)
	}
	got, err := vouching(t, "CO", "co.setting.rate_conversion").Interest(Terms{Regime: StatutoryCommercial}, base, after, to)
	if want := "2026-04-01 30 26.76 196809.20|2026-05-01 31 28.17 213026.53"; err != nil || spoken(got) != want {
		t.Errorf("effective: %s, want %s (%v)", spoken(got), want, err)
	}
	if s := got[0]; s.RateID != "co.statutory_commercial.2026-04-01" || !strings.Contains(s.Law, "1,5 × 17,84 %; efectivo anual") || !strings.HasPrefix(s.Publication, "Resolución 0517 de 2026") || s.Confidence != Unverified {
		t.Errorf("the slice does not say what it is: %+v", s)
	}
	lib := fresh(t)
	if err := lib.Adopt([]Change{{Seq: 1, Jurisdiction: "CO", Kind: ChangeSetting, At: instant("2026-12-01T10:00:00Z"), Setting: "rate_conversion", SettingValue: "nominal"}}); err != nil {
		t.Fatal(err)
	}
	p, _ := lib.Pack("CO")
	got, err = p.Interest(Terms{Regime: StatutoryCommercial}, base, after, to)
	if want := "2026-04-01 30 26.76 219945.21|2026-05-01 31 28.17 239252.05"; err != nil || spoken(got) != want || got[0].Confidence != ReadSecondary {
		t.Errorf("nominal: %s, want %s (%v)", spoken(got), want, err)
	}
}

// Made-up certificates, adopted as a firm would: the table is cut where they change.
func TestColombianCertificatesAreAdoptedByPeriod(t *testing.T) {
	lib, err := fresh(t).Confirm("co.setting.rate_conversion")
	if err != nil {
		t.Fatal(err)
	}
	month := func(seq int64, from, to, pct string) Change {
		return Change{Seq: seq, Jurisdiction: "CO", Kind: ChangeRate, At: instant("2027-01-10T10:00:00Z"), Regime: StatutoryCommercial, From: day.MustParse(from), To: day.MustParse(to),
			Pct: decimal.RequireFromString(pct), Publication: "Resolución inventada", Confidence: ReadLaw}
	}
	if err := lib.Adopt([]Change{month(1, "2027-04-01", "2027-04-30", "20.00"), month(2, "2027-05-01", "2027-05-31", "22.00")}); err != nil {
		t.Fatal(err)
	}
	p, _ := lib.Pack("CO")
	got, err := p.Interest(Terms{Regime: StatutoryCommercial}, money.Of(5_000_000_00, money.COP), day.MustParse("2027-03-31"), day.MustParse("2027-05-31"))
	if want := "2027-04-01 30 30 108991.87|2027-05-01 31 33 122581.90"; err != nil || spoken(got) != want {
		t.Errorf("%s, want %s (%v)", spoken(got), want, err)
	}
}

func TestGrowthIsRightToFortyDecimals(t *testing.T) {
	for _, c := range []struct {
		pct        string
		days, year int
		want       string
	}{
		{"21", 1, 2, "0.1"}, {"10", 365, 365, "0.1"}, {"10", 730, 365, "0.21"}, {"33.1", 1, 3, "0.1"}, {"0.0001", 0, 365, "0"},
		{"26.76", 31, 365, "0.0203435794634756627034969651792876308377"},
		{"100", 1, 365, "0.0019008376772348457892303014968822613599"},
		{"26.76", 400, 365, "0.2967529329065987154529349399806708678627"},
	} {
		if got := growth(pct(c.pct), c.days, c.year); !got.Equal(pct(c.want)) {
			t.Errorf("%s %% in %d of %d days: %s, want %s", c.pct, c.days, c.year, got, c.want)
		}
	}
	// The year's power of the day's growth is the year's growth again.
	rapid.Check(t, func(t *rapid.T) {
		rate := decimal.New(rapid.Int64Range(1, 10_000).Draw(t, "rate"), -2)
		days := rapid.IntRange(1, 364).Draw(t, "days")
		one := decimal.NewFromInt(1)
		left, right, g := one, one, one.Add(growth(rate, days, 365))
		for range 365 {
			left = left.Mul(g).Round(60)
		}
		for range days {
			right = right.Mul(one.Add(rate.Shift(-2))).Round(60)
		}
		if off := left.Sub(right).Abs(); off.GreaterThan(decimal.New(1, -36).Mul(right)) {
			t.Fatalf("%s %% in %d days is off by %s", rate, days, off)
		}
	})
}

func BenchmarkGrowth(b *testing.B) {
	for b.Loop() {
		growth(decimal.New(2676, -2), 31, 365)
	}
}

// banded is Chile with a made-up table by the amount of the credit.
func banded(t *testing.T) *Pack {
	t.Helper()
	lib, err := Load(shippedWith(t, "cl.yaml", func(raw string) string {
		return strings.Replace(raw, "    legal:\n", `    legal/small:
      {law: "Ley 18.010, art. 16", source: inventado, confidence: read_law, unit: CLF, up_to: "50", rates: [{from: 2026-04-15, to: 2026-05-14, pct: "30", source: inventado, confidence: read_law}]}
    legal/large:
      {law: "Ley 18.010, art. 16", source: inventado, confidence: read_law, unit: CLF, over: "50", rates: [{from: 2026-04-15, to: 2026-06-14, pct: "10", source: inventado, confidence: read_law}]}
    legal:
`, 1)
	}))
	if err != nil {
		t.Fatal(err)
	}
	p, err := lib.Pack("CL")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAChileanRateByBandsIsThatOfThePrincipalInUF(t *testing.T) {
	p, due := banded(t), day.MustParse("2026-04-20")
	uf, _, err := p.Unit(money.CLF, due)
	if err != nil {
		t.Fatal(err)
	}
	limit := uf.Mul(decimal.NewFromInt(50)).IntPart()
	for principal, want := range map[int64]string{limit: "30", limit + 1: "10"} {
		terms := Terms{Regime: Legal, Principal: money.Of(principal, money.CLP), DueOn: due}
		got, err := p.Interest(terms, money.Of(1_000, money.CLP), day.MustParse("2026-04-30"), day.MustParse("2026-05-10")) // the rest of a part payment
		if err != nil || len(got) != 1 || got[0].RatePct.String() != want {
			t.Errorf("principal of %d: %+v, %v", principal, got, err)
		}
	}
	if _, err := p.Interest(Terms{Regime: Legal}, money.Of(1_000, money.CLP), day.MustParse("2026-10-31"), day.MustParse("2026-11-01")); problem.Of(err) == nil || problem.Of(err).Code != "unit_missing" {
		t.Errorf("a debt of a day without a UF: %v", err)
	}
	if last, open := p.CoveredTo(Legal); open || last.String() != "2026-05-14" {
		t.Errorf("the bands are covered to %s", last)
	}
}

// CL-01 of the worked examples: synthetic monthly rates, here to the whole peso that the currency has.
func TestChileanInvoiceBearsTheCurrentRateByCertificate(t *testing.T) {
	lib := fresh(t)
	var all []Change
	for i, r := range [][3]string{{"2026-04-01", "2026-04-15", "9.60"}, {"2026-04-16", "2026-05-15", "9.36"}, {"2026-05-16", "2026-06-15", "9.12"}} {
		all = append(all, Change{Seq: int64(i), Jurisdiction: "CL", Kind: ChangeRate, At: instant("2026-07-01T10:00:00Z"), Regime: StatutoryCommercial, From: day.MustParse(r[0]), To: day.MustParse(r[1]), Pct: pct(r[2]),
			Source: "certificado inventado", Publication: "Diario Oficial inventado", Confidence: ReadLaw})
	}
	if err := lib.Adopt(all); err != nil {
		t.Fatal(err)
	}
	p, _ := lib.Pack("CL")
	for c, want := range map[money.Currency]string{
		money.CLP: "2026-04-01 15 9.6 13611|2026-04-16 30 9.36 26541|2026-05-16 16 9.12 13792",
		money.USD: "2026-04-01 15 9.6 13610.96|2026-04-16 30 9.36 26541.37|2026-05-16 16 9.12 13792.44"} {
		got, err := p.Interest(Terms{Regime: StatutoryCommercial}, amount(t, "3450000", c), day.MustParse("2026-03-31"), day.MustParse("2026-05-31"))
		if err != nil || spoken(got) != want {
			t.Errorf("%s: %s, want %s (%v)", c, spoken(got), want, err)
		}
	}
	if fee, law, ok := p.Compensation("invoice", true, money.Of(3_450_000, money.CLP)); !ok || fee.Decimal() != "34500" || law != "Ley 19.983, art. 2 ter" {
		t.Errorf("the fixed fee is %s by %s", fee, law)
	}
}

func TestUnitsOfTheMonthAndTheYearStandForAllTheirDays(t *testing.T) {
	for _, c := range []struct{ code, unit, on, want string }{
		{"CL", "CLF", "2026-10-10", "41136.24"}, {"CL", "CLF", "2010-12-25", ""}, {"CL", "CLF", "2026-10-11", ""}, {"CL", "UTM", "2026-10-31", "72151"}, {"CL", "UTM", "2026-11-01", ""},
		{"PE", "UIT", "2026-12-31", "5500"}, {"PE", "URP", "2025-07-07", "535"}, {"PE", "URP", "2024-07-07", ""}, {"CO", "SMLMV", "2026-05-05", "1750905"}, {"ES", "CLF", "2026-05-05", ""},
	} {
		v, f, err := pack(t, c.code).Unit(money.Currency(c.unit), day.MustParse(c.on))
		missing := problem.Of(err) != nil && problem.Of(err).Code == "unit_missing"
		if missing != (c.want == "") || !missing && (v.String() != c.want || f.Source == "" || err != nil) {
			t.Errorf("%s %s on %s: %s of %+v, %v", c.code, c.unit, c.on, v, f, err)
		}
	}
}

func TestASpanishChequeWithoutFundsOwesTheTenthOfWhatIsUncovered(t *testing.T) {
	sum, f, ok, err := pack(t, "ES").ChequeSurcharge(amount(t, "3000.05", money.EUR))
	if err != nil || !ok || sum.Decimal() != "300.01" || f.Law != "Ley 19/1985, art. 149" {
		t.Errorf("%s by %+v, %v", sum, f, err)
	}
	if _, _, ok, err := pack(t, "MX").ChequeSurcharge(amount(t, "3000.05", money.MXN)); ok || err != nil {
		t.Errorf("Mexico: %v, %v", ok, err)
	}
}
