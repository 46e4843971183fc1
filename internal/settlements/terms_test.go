package settlements

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/money"
)

var today = day.Of(2026, 3, 2)

func eur(minor int64) money.Amount { return money.Of(minor, money.EUR) }

func TestInstalmentsSumExactlyToTheTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := eur(rapid.Int64Range(1, 1e15).Draw(t, "total"))
		count := rapid.IntRange(1, maxInstalments).Draw(t, "count")
		terms := Terms{Kind: Instalments, Total: total, Count: count, FirstDueOn: today.AddDays(rapid.IntRange(0, 400).Draw(t, "days")),
			EveryMonths: rapid.IntRange(0, 6).Draw(t, "every")}
		plan, err := terms.schedule(today)
		if err != nil {
			if !errors.Is(err, errDates) && !(errors.Is(err, errSum) && total.Minor < int64(count)) {
				t.Fatalf("%+v: %v", terms, err)
			}
			return
		}
		sum := total.Zero()
		for i, one := range plan {
			sum = sum.Plus(one.Amount)
			if one.N != i+1 || !one.Amount.IsPositive() || (i > 0 && !plan[i-1].DueOn.Before(one.DueOn)) {
				t.Fatalf("instalment %d of %v", i, plan)
			}
		}
		if sum != total || len(plan) != count {
			t.Fatalf("%d instalments sum to %v, not %v", len(plan), sum, total)
		}
	})
}

func TestListedInstalmentsThatDoNotFitAreRefused(t *testing.T) {
	one := func(on day.Date, minor int64) Instalment { return Instalment{DueOn: on, Amount: eur(minor)} }
	for name, c := range map[string]struct {
		terms Terms
		want  error
	}{
		"a cent too little":      {Terms{Total: eur(100), Instalments: []Instalment{one(today, 50), one(today.AddDays(1), 49)}}, errSum},
		"a cent too much":        {Terms{Total: eur(100), Instalments: []Instalment{one(today, 50), one(today.AddDays(1), 51)}}, errSum},
		"a negative one":         {Terms{Total: eur(100), Instalments: []Instalment{one(today, 150), one(today.AddDays(1), -50)}}, errSum},
		"an overflow":            {Terms{Total: eur(100), Instalments: []Instalment{one(today, 1<<62), one(today.AddDays(1), 1<<62)}}, errSum},
		"another currency":       {Terms{Total: eur(100), Instalments: []Instalment{{DueOn: today, Amount: money.Of(100, money.MXN)}}}, errSum},
		"the past":               {Terms{Total: eur(100), Instalments: []Instalment{one(today.AddDays(-1), 100)}}, errDates},
		"not in order":           {Terms{Total: eur(100), Instalments: []Instalment{one(today.AddDays(9), 50), one(today.AddDays(9), 50)}}, errDates},
		"beyond ten years":       {Terms{Total: eur(100), Instalments: []Instalment{one(today.AddMonths(121), 100)}}, errDates},
		"neither list nor count": {Terms{Total: eur(100)}, errCount},
		"both list and count":    {Terms{Total: eur(100), Count: 1, FirstDueOn: today, Instalments: []Instalment{one(today, 100)}}, errCount},
		"more parts than cents":  {Terms{Total: eur(2), Count: 3, FirstDueOn: today}, errSum},
	} {
		if plan, err := c.terms.schedule(today); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v", name, plan, err)
		}
	}
}

func TestDiscountTakesInterestThenCostsThenPrincipal(t *testing.T) {
	claim := Claim{Principal: eur(1000), Interest: eur(100), Cost: eur(40)}
	for _, c := range []struct {
		total, principal, interest, cost int64
	}{{1140, 0, 0, 0}, {1100, 0, 40, 0}, {1040, 0, 100, 0}, {1020, 0, 100, 20}, {1000, 0, 100, 40}, {600, 400, 100, 40}} {
		got := discount(claim, eur(c.total))
		if got != (Claim{eur(c.principal), eur(c.interest), eur(c.cost)}) {
			t.Errorf("to %d: %+v", c.total, got)
		}
	}
}

func TestTermsMustFitTheirKind(t *testing.T) {
	claim := Claim{Principal: eur(1000_00), Interest: eur(100_00), Cost: eur(40_00)}
	full, less := claim.Total(), eur(1050_00)
	for name, c := range map[string]struct {
		terms Terms
		want  error
	}{
		"discount without discount":      {Terms{Kind: FullWithDiscount, Total: full, Count: 1}, errTerms},
		"discount":                       {Terms{Kind: FullWithDiscount, Total: less, Count: 1}, nil},
		"one instalment":                 {Terms{Kind: Instalments, Total: full, Count: 1}, errTerms},
		"instalments of the whole claim": {Terms{Kind: Instalments, Total: full, Count: 2}, nil},
		"extension with a discount":      {Terms{Kind: Extension, Total: less, Count: 1}, errTerms},
		"extension":                      {Terms{Kind: Extension, Total: full, Count: 1}, nil},
		"interest waiver":                {Terms{Kind: InterestWaiver, Total: less, Count: 1}, nil},
		"interest waiver of principal":   {Terms{Kind: InterestWaiver, Total: eur(900_00), Count: 1}, errTerms},
		"more than the claim":            {Terms{Kind: Instalments, Total: full.Plus(eur(1)), Count: 2}, errTotal},
		"nothing":                        {Terms{Kind: FullWithDiscount, Total: eur(0), Count: 1}, errTotal},
		"another currency":               {Terms{Kind: FullWithDiscount, Total: money.Of(1000_00, money.MXN), Count: 1}, errTotal},
		"a discount that is not one":     {Terms{Kind: FullWithDiscount, Total: less, Count: 1, Discount: &full}, errAllowed},
		"an invented kind":               {Terms{Kind: "gift", Total: less, Count: 1}, errKind},
	} {
		if _, err := c.terms.check(claim); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatIsBeyondTheMandateIsNamed(t *testing.T) {
	claim := Claim{Principal: eur(1000_00), Interest: eur(100_00), Cost: eur(40_00)}
	mandate := clients.Mandate{MaxDiscountPrincipalBP: 1000, MaxDiscountInterestBP: 5000, MaxMonths: 6, MinInstalmentMinor: 100_00}
	for name, c := range map[string]struct {
		given Claim
		due   []day.Date
		parts []int64
		want  []string
	}{
		"inside, to the cent":    {Claim{eur(100_00), eur(50_00), eur(20_00)}, []day.Date{today.AddMonths(6)}, []int64{1}, nil},
		"a cent of principal":    {Claim{eur(100_01), eur(0), eur(0)}, []day.Date{today}, []int64{1}, []string{"discount_principal"}},
		"a cent of interest":     {Claim{eur(0), eur(50_01), eur(0)}, []day.Date{today}, []int64{1}, []string{"discount_interest"}},
		"a cent of costs":        {Claim{eur(0), eur(0), eur(20_01)}, []day.Date{today}, []int64{1}, []string{"discount_cost"}},
		"a day too long":         {Claim{eur(0), eur(0), eur(0)}, []day.Date{today.AddMonths(6).AddDays(1)}, []int64{1}, []string{"months"}},
		"a small instalment":     {Claim{eur(0), eur(0), eur(0)}, []day.Date{today, today.AddDays(1)}, []int64{100_00, 99_99}, []string{"instalment_too_small"}},
		"everything at the same": {Claim{eur(500_00), eur(100_00), eur(40_00)}, []day.Date{today, today.AddMonths(7)}, []int64{1, 1}, []string{"discount_principal", "discount_interest", "discount_cost", "months", "instalment_too_small"}},
	} {
		plan := make([]Instalment, len(c.due))
		for i := range plan {
			plan[i] = Instalment{N: i + 1, DueOn: c.due[i], Amount: eur(c.parts[i])}
		}
		if got := beyond(mandate, claim, c.given, plan, today); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestAuthorityIsExactForLargeAmounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole, bp := rapid.Int64Range(0, 1e14).Draw(t, "whole"), rapid.Int64Range(0, 10000).Draw(t, "bp")
		allowed := whole * bp / 10000 // fits: 1e14 * 1e4 is below 2^63
		if exceeds(allowed, whole, bp) || !exceeds(allowed+1, whole, bp) {
			t.Fatalf("%d of %d at %d bp", allowed, whole, bp)
		}
	})
}
