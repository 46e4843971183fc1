package law

import (
	"slices"
	"strings"
	"testing"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// pactado is the interest of 36.500,00 at an agreed rate: a per cent is 1,00 a day.
func pactado(p *Pack, rate string, consumer bool, after, to string) ([]Slice, error) {
	return p.Interest(Terms{Regime: Agreed, AgreedRate: pct(rate), Consumer: consumer}, money.Of(36_500_00, p.Currency), day.MustParse(after), day.MustParse(to))
}

func TestAnAgreedRateWhoseLimitIsNotKnownIsRefusedUntilTheFirmVouchesForIt(t *testing.T) {
	for _, code := range library(t).Codes() {
		consumer := code == "ES" // between Spanish businesses no law limits it
		for _, rate := range []string{"0", "-1", "1001"} {
			if _, err := pactado(pack(t, code), rate, consumer, "2006-01-01", "2006-01-11"); problem.Of(err) == nil || problem.Of(err).Code != "agreed_rate_invalid" {
				t.Errorf("%s accepts %s %%: %v", code, rate, err)
			}
		}
		_, err := pactado(pack(t, code), "10", consumer, "2006-01-01", "2006-01-11")
		id := strings.ToLower(code) + ".agreed_cap"
		if e := problem.Of(err); e == nil || e.Code != "fact_unverified" || !strings.Contains(e.Text.ES, id) || !strings.Contains(e.Text.ES, "2006-01-02") {
			t.Errorf("%s: no figure of the limit, and yet %v", code, err)
		}
		got, err := pactado(vouching(t, code, id), "10", consumer, "2006-01-01", "2006-01-11")
		if err != nil || len(got) != 1 || got[0].Amount.Decimal() != money.Of(100_00, got[0].Amount.Currency).Decimal() || got[0].Confidence != Unverified || !strings.Contains(got[0].Law, "responde el despacho") {
			t.Errorf("%s: %+v, %v", code, got, err)
		}
		if _, law, _, ok := pack(t, code).AgreedCap(consumer); !ok || law == "" {
			t.Errorf("%s has no word on the limit of agreed rates", code)
		}
	}
	if got, err := pactado(pack(t, "ES"), "10", false, "2006-01-01", "2006-01-11"); err != nil || spoken(got) != "2006-01-02 10 10 100.00" || got[0].Confidence != ReadLaw {
		t.Errorf("between Spanish businesses: %+v, %v", got, err)
	}
}

func TestColombianInterestAboveTheLimitIsLost(t *testing.T) {
	p := pack(t, "CO") // 1,5 × 19,19 = 28,785 in June and July 2026, 1,5 × 19,77 = 29,655 in August
	got, err := pactado(p, "29", false, "2026-07-29", "2026-08-02")
	if want := "2026-07-30 2 0 0.00|2026-08-01 2 29 58.00"; err != nil || spoken(got) != want {
		t.Fatalf("%s, want %s (%v)", spoken(got), want, err)
	}
	if !strings.Contains(got[0].Law, "Ley 45 de 1990, art. 72: 29 % pactado, por encima del tope del 28,785 %") || got[0].RateID != "co.statutory_commercial.2026-07-01" {
		t.Errorf("the cut does not say why: %+v", got[0])
	}
	if got, err := pactado(p, "28.785", false, "2026-05-31", "2026-08-31"); err != nil || len(got) != 1 {
		t.Errorf("at the limit nothing is cut, and one rate is one slice: %s, %v", spoken(got), err)
	}
}

func TestChileanInterestAboveTheMaximumFallsToTheCurrentRateOfTheAgreement(t *testing.T) {
	lib := fresh(t)
	rate := func(seq int64, from, to, figure string) Change {
		return Change{Seq: seq, Jurisdiction: "CL", Kind: ChangeRate, At: instant("2026-07-01T10:00:00Z"), Regime: StatutoryCommercial, From: day.MustParse(from), To: day.MustParse(to), Pct: pct(figure), Source: "Certificado inventado", Confidence: ReadLaw}
	}
	if err := lib.Adopt([]Change{rate(1, "2026-04-15", "2026-05-14", "10.00"), rate(2, "2026-05-15", "2026-06-14", "3.00")}); err != nil {
		t.Fatal(err)
	}
	p, _ := lib.Pack("CL")
	for _, c := range []struct{ rate, agreedOn, after, to, want string }{
		{"15.00", "2026-04-20", "2026-05-10", "2026-05-20", "2026-05-11 10 15 1500000"}, // 1,5 × 10
		{"15.01", "2026-04-20", "2026-05-10", "2026-05-20", "2026-05-11 10 10 1000000"},
		{"5.00", "2026-05-15", "2026-05-20", "2026-05-30", "2026-05-21 10 5 500000"}, // 3 + 2 is more than 1,5 × 3
		{"5.01", "2026-05-15", "2026-05-20", "2026-05-30", "2026-05-21 10 3 300000"},
		{"5.01", "2026-05-20", "2026-05-31", "2026-06-30", "2026-06-01 30 3 900000"}, // the rate of the agreement stays, also on days without a table
		{"15.01", "", "2026-05-10", "2026-05-20", "2026-05-11 10 10 1000000"},        // no day of the agreement: the first day of interest
	} {
		terms := Terms{Regime: Agreed, AgreedRate: pct(c.rate)}
		if c.agreedOn != "" {
			terms.AgreedOn = day.MustParse(c.agreedOn)
		}
		got, err := p.Interest(terms, money.Of(365_000_000, money.CLP), day.MustParse(c.after), day.MustParse(c.to))
		if err != nil || spoken(got) != c.want {
			t.Errorf("%s %% agreed on %s: %s, want %s (%v)", c.rate, c.agreedOn, spoken(got), c.want, err)
		}
	}
}

func TestPeruvianInterestAboveThePublishedMaximumFallsToIt(t *testing.T) {
	lib := fresh(t)
	limit := Change{Seq: 1, Jurisdiction: "PE", Kind: ChangeRate, At: instant("2026-07-01T10:00:00Z"), Regime: MaxAgreed, From: day.MustParse("2026-05-01"), Pct: pct("50"), Source: "Circular inventada", Confidence: ReadLaw}
	if err := lib.Adopt([]Change{limit}); err != nil {
		t.Fatal(err)
	}
	p, _ := lib.Pack("PE")
	if got, err := pactado(p, "60", false, "2026-05-01", "2026-05-11"); err != nil || spoken(got) != "2026-05-02 10 50 500.00" {
		t.Errorf("%s, %v", spoken(got), err)
	}
	if _, err := p.Interest(Terms{Regime: MaxAgreed}, money.Of(100, money.PEN), day.MustParse("2026-05-01"), day.MustParse("2026-05-11")); problem.Of(err) == nil || problem.Of(err).Code != "regime_unknown" {
		t.Errorf("the limit is no interest of debts: %v", err)
	}
}

func TestAnAgreedRateIsJudgedWhenTheDebtIsTakenOn(t *testing.T) {
	for _, c := range []struct {
		code, rate string
		consumer   bool
		want       []string
	}{
		{"ES", "3.12", false, []string{"agreed_rate_below_floor"}}, {"ES", "3.13", false, nil}, {"ES", "3.12", true, []string{"agreed_cap_unknown"}},
		{"CO", "30", false, []string{"agreed_rate_above_cap"}}, {"CO", "20", true, nil}, {"PE", "20", false, []string{"agreed_cap_unknown"}}, {"MX", "20", false, []string{"agreed_cap_unknown"}},
	} {
		var codes []string
		for _, r := range pack(t, c.code).JudgeAgreedRate(pct(c.rate), c.consumer, day.MustParse("2026-08-15")) {
			if codes = append(codes, r.Code); !both(r.Text) {
				t.Errorf("%s: %+v has no words", c.code, r)
			}
		}
		if !slices.Equal(codes, c.want) {
			t.Errorf("%s %s %%, consumer %v: %v, want %v", c.code, c.rate, c.consumer, codes, c.want)
		}
	}
}
