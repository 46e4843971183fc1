package ledger_test

import (
	"testing"
	"time"

	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/testfirm"
)

// By hand, apart from this program: Ley 3/2004 (2022-II 8 %, 2023-I 10.50 %, 2023-II 12 %, 2024-I 12.50 %, 2024-II 12.25 %), ACT/365, half up per slice, interest before
// principal (CC 1173), a payment's own day bears interest, 40.00 of compensation last. Payments stand in the order in which they were recorded.
func TestWorkedPayments(t *testing.T) {
	type paid struct{ on, amount string }
	d := open(t)
	for _, v := range []struct {
		name, principal, due string
		payments             []paid
		end                  string
		open                 [3]string // principal, interest, compensation
		total, over          string
	}{
		// 2 days 0.68, of which 0.50 is paid; 2 days more are again 0.68, though 4 at once would be 1.37.
		{"a payment that pays interest alone ends the slice too", "1000.00", "2024-01-31", []paid{{"2024-02-02", "0.50"}}, "2024-02-04", [3]string{"1000.00", "0.86", "40.00"}, "1040.86", "0.00"},
		// 91 days at 12.5 %: 155.82; 844.18 of principal; 92 days of 4155.82 at 12.25 %: 128.32.
		{"on the last day of a rate", "5000.00", "2024-03-31", []paid{{"2024-06-30", "1000.00"}}, "2024-09-30", [3]string{"4155.82", "128.32", "40.00"}, "4324.14", "0.00"},
		// 155.82 and one day at 12.25 %: 1.68; 842.50 of principal; 91 days of 4157.50: 126.97.
		{"on the first day of a rate", "5000.00", "2024-03-31", []paid{{"2024-07-01", "1000.00"}}, "2024-09-30", [3]string{"4157.50", "126.97", "40.00"}, "4324.47", "0.00"},
		// 1200.00 for 46 days at 12.5 %: 18.90; 184 at 12.25 %: 74.10.
		{"on the due day", "2000.00", "2024-05-15", []paid{{"2024-05-15", "800.00"}}, "2024-12-31", [3]string{"1200.00", "93.00", "40.00"}, "1333.00", "0.00"},
		{"before the due day", "2000.00", "2024-05-15", []paid{{"2024-05-01", "800.00"}}, "2024-12-31", [3]string{"1200.00", "93.00", "40.00"}, "1333.00", "0.00"},
		// 60 days of 7500.00 to 29 February: 154.11, then 2445.89 of principal; 122 days at 12.5 % 211.16 and 184 at 12.25 % 312.11.
		{"two on 29 February", "7500.00", "2023-12-31", []paid{{"2024-02-29", "100.00"}, {"2024-02-29", "2500.00"}}, "2024-12-31", [3]string{"5054.11", "523.27", "40.00"}, "5617.38", "0.00"},
		{"the same money at once", "7500.00", "2023-12-31", []paid{{"2024-02-29", "2600.00"}}, "2024-12-31", [3]string{"5054.11", "523.27", "40.00"}, "5617.38", "0.00"},
		// 60 days of 1200.00: 24.66; 1200.00 and 40.00; 735.34 too much.
		{"too much", "1200.00", "2024-01-10", []paid{{"2024-03-10", "2000.00"}}, "2024-06-30", [3]string{"0.00", "0.00", "0.00"}, "0.00", "735.34"},
		// To 20-03-2023: 31 days 61.15 and 79 days 204.53; 1734.32 of principal, 7265.68 are left. To 15-01-2024: 102 days 213.19, 184 days 439.52, 15 days 37.32;
		// 2309.97 of principal, 4955.71 are left; 167 days at 12.5 %: 283.43.
		{"an earlier one recorded later", "9000.00", "2022-11-30", []paid{{"2024-01-15", "3000.00"}, {"2023-03-20", "2000.00"}}, "2024-06-30", [3]string{"4955.71", "283.43", "40.00"}, "5279.14", "0.00"},
	} {
		t.Run(v.name, func(t *testing.T) {
			d := &desk{d.Firm, d.book, t}
			c := d.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Principal: v.principal, DueOn: day.MustParse(v.due)}}})
			over := eur("0.00")
			for _, p := range v.payments {
				made, _ := d.pay(p.on, p.amount, nil, c)
				over = over.Plus(made.Unallocated)
				for _, freed := range made.Freed {
					over = over.Plus(freed)
				}
			}
			if d.opens(c, v.end, v.open[0], v.open[1], v.open[2], v.total); over.Decimal() != v.over {
				t.Errorf("too much: %s, want %s", over, v.over)
			}
		})
	}
}

// CC Peru 1244 to 1246, by the factors of December 2013: in default on the 1st (6.60851), 1000.00 paid on the 15th (6.61435). 10 000 × (6.61435 ÷ 6.60851 − 1) =
// 8.84, so 991.16 are principal; to the 31st (6.62087) 9008.84 × (6.62087 ÷ 6.61435 − 1) = 8.88.
func TestAPaymentCutsTheFactorsOfPeru(t *testing.T) {
	d := open(t)
	lima := d.AddClient(clients.Client{Name: "Textiles Huáscar S.A.C.", Country: "PE", City: "Lima", Currency: money.PEN})
	c := d.OpenCase(testfirm.Opts{Client: &lima, Invoices: []testfirm.Invoice{{Principal: "10000.00", DueOn: day.Of(2013, 12, 1)}}})
	d.inDefault(c, "2013-12-01")
	d.pay("2013-12-15", "1000.00", nil, c)
	d.opens(c, "2013-12-31", "9008.84", "8.88", "0.00", "9017.72")
	if s := d.statement(c, "2013-12-31").Debts[0].Slices; len(s) != 2 || s[0].Amount.Decimal() != "8.84" || s[1].Days != 16 {
		t.Errorf("slices %+v", s)
	}
	if _, err := d.tryStatement(c, "2014-01-01", time.Time{}); code(err) != "rate_missing" {
		t.Errorf("a day without a factor: %v", err)
	}
	if _, _, err := d.tryPay("2013-12-20", "0.01", &ledger.Wish{Order: []ledger.Component{ledger.Principal}}, c); code(err) != "allocation_order_invalid" {
		t.Errorf("another order without an agreement: %v", err)
	}
}

// CL Ley 19.496 art. 37: the UF of 02-03-2026 is 39 801.98. A consumer's 1 000 000 pesos overdue since 01-12-2025: 9 % of 398 019.80 and 6 % of the other
// 601 980.20 are 71 940.59; without a useful contact 0.2 UF less, 63 980.20.
func TestAConsumerInChileBearsNoMoreCollectionCostsThanTheLawAllows(t *testing.T) {
	d := open(t)
	chile := d.AddClient(clients.Client{Name: "Áridos Quilaco SpA", Country: "CL", City: "Quilaco", Currency: money.CLP})
	debtOf := func(person bool) *cases.Case {
		return d.OpenCase(testfirm.Opts{Client: &chile, Person: person, NoCompensation: true,
			Invoices: []testfirm.Invoice{{Principal: "1000000", DueOn: day.Of(2025, 12, 1), Regime: law.None}}})
	}
	pesos := func(n int64) ledger.Spending {
		return ledger.Spending{Component: ledger.Cost, Amount: money.Of(n, money.CLP), On: day.Of(2026, 3, 2)}
	}
	c := debtOf(true)
	if _, err := d.spend(c, false, pesos(63_981)); code(err) != "cost_above_limit" {
		t.Errorf("a peso more without a contact: %v", err)
	}
	_, err := d.spend(c, false, pesos(63_980))
	d.ok(err)
	more := pesos(7_961)
	more.Contacted = true
	_, err = d.spend(c, false, more)
	d.ok(err)
	more.Amount = money.Of(1, money.CLP)
	if _, err := d.spend(c, false, more); code(err) != "cost_above_limit" {
		t.Errorf("a peso more than the whole: %v", err)
	}
	early := pesos(1)
	early.On = day.Of(2025, 12, 21)
	if _, err := d.spend(debtOf(true), false, early); code(err) != "cost_above_limit" {
		t.Errorf("on day 20 of the delay: %v", err)
	}
	_, err = d.spend(debtOf(false), false, pesos(500_000)) // a business is not protected
	d.ok(err)
}
