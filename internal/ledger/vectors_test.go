package ledger_test

import (
	"strings"
	"testing"

	"recobro/internal/day"
	"recobro/internal/ledger"
	"recobro/internal/testfirm"
)

// The worked examples rest on Ley 3/2004 arts. 5, 7 and 8 with the rates of 2023-I 10.50 %, 2023-II 12.00 %, 2024-I 12.50 %, 2024-II 12.25 %,
// days counted after the due day up to and including the payment's, ACT/365, rounded half up per slice.
func TestPartialPaymentsFallAsTheLawOrAnAgreementOrders(t *testing.T) {
	costsFirst := &ledger.Wish{Order: []ledger.Component{ledger.Compensation, ledger.Cost, ledger.Interest, ledger.Principal}, Basis: "pacto de imputación, cláusula 4"}
	costsSecond := &ledger.Wish{Order: []ledger.Component{ledger.Interest, ledger.Compensation, ledger.Cost, ledger.Principal}, Basis: "como CC Perú, art. 1257"}
	type payment struct{ on, amount, interest, principal, costs, rest string }
	for _, v := range []struct {
		name, principal, due, end string
		cost                      bool
		wish                      *ledger.Wish
		payments                  []payment
		final                     [4]string // principal, interest, costs, total
	}{
		{"ES-P1 interest, then principal (CC 1173)", "10000.00", "2023-05-31", "2024-10-31", true, nil,
			[]payment{{"2023-12-15", "3000.00", "638.63", "2361.37", "0.00", "0.00"}, {"2024-05-20", "4000.00", "409.03", "3590.97", "0.00", "0.00"}},
			[4]string{"4047.66", "223.92", "250.00", "4521.58"}},
		{"ES-P2 costs first by agreement", "10000.00", "2023-05-31", "2024-10-31", true, costsFirst,
			[]payment{{"2023-12-15", "3000.00", "638.63", "2321.37", "40.00", "0.00"}, {"2024-05-20", "4000.00", "411.17", "3378.83", "210.00", "0.00"}},
			[4]string{"4299.80", "237.87", "0.00", "4537.67"}},
		{"ORD-1 costs, interest, principal", "10000.00", "2023-05-31", "2024-03-31", true, costsFirst,
			[]payment{{"2023-12-15", "660.00", "620.00", "0.00", "40.00", "0.00"}}, [4]string{"10000.00", "382.87", "210.00", "10592.87"}},
		{"ORD-2 interest, costs, principal", "10000.00", "2023-05-31", "2024-03-31", true, costsSecond,
			[]payment{{"2023-12-15", "660.00", "638.63", "0.00", "21.37", "0.00"}}, [4]string{"10000.00", "364.24", "228.63", "10592.87"}},
		{"ES-P4 what is too much is surfaced", "1000.00", "2024-01-31", "2024-04-30", false, nil,
			[]payment{{"2024-03-31", "1100.00", "20.55", "1000.00", "40.00", "39.45"}}, [4]string{"0.00", "0.00", "0.00", "0.00"}},
	} {
		t.Run(strings.Fields(v.name)[0], func(t *testing.T) {
			d := open(t)
			c := d.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Principal: v.principal, DueOn: day.MustParse(v.due)}}})
			for i, p := range v.payments {
				if i == 1 && v.cost {
					d.cost(c, "2024-02-01", "210.00")
				}
				made, _ := d.pay(p.on, p.amount, v.wish, c)
				sums := map[ledger.Component]string{}
				costs := made.Amount.Zero()
				for _, s := range made.Shares {
					sums[s.Component] = s.Amount.Decimal()
					if s.Component == ledger.Compensation || s.Component == ledger.Cost {
						costs = costs.Plus(s.Amount)
					}
				}
				if got := (payment{p.on, p.amount, or0(sums[ledger.Interest]), or0(sums[ledger.Principal]), costs.Decimal(), made.Unallocated.Decimal()}); got != p {
					t.Errorf("got %+v, want %+v", got, p)
				}
			}
			if len(v.payments) == 1 && v.cost {
				d.cost(c, "2024-02-01", "210.00")
			}
			d.opens(c, v.end, v.final[0], v.final[1], v.final[2], v.final[3])
		})
	}
}

// Each step of the same examples, read off one ledger afterwards: principal, interest, costs, total at the end of the day.
func TestEveryStepOfTheWorkedExamplesStandsInTheStatementOfItsDay(t *testing.T) {
	costsFirst := &ledger.Wish{Order: []ledger.Component{ledger.Compensation, ledger.Cost, ledger.Interest, ledger.Principal}, Basis: "pacto de imputación, cláusula 4"}
	costsSecond := &ledger.Wish{Order: []ledger.Component{ledger.Interest, ledger.Compensation, ledger.Cost, ledger.Principal}, Basis: "como CC Perú, art. 1257"}
	two := [][2]string{{"2023-12-15", "3000.00"}, {"2024-05-20", "4000.00"}}
	for name, v := range map[string]struct {
		wish     *ledger.Wish
		payments [][2]string
		steps    map[string][4]string
	}{
		"ES-P1": {nil, two, map[string][4]string{"2023-12-15": {"7638.63", "0.00", "40.00", "7678.63"}, "2024-02-01": {"7638.63", "123.89", "250.00", "8012.52"},
			"2024-05-20": {"4047.66", "0.00", "250.00", "4297.66"}, "2024-10-31": {"4047.66", "223.92", "250.00", "4521.58"}}},
		"ES-P2": {costsFirst, two, map[string][4]string{"2023-12-15": {"7678.63", "0.00", "0.00", "7678.63"}, "2024-02-01": {"7678.63", "124.54", "210.00", "8013.17"},
			"2024-05-20": {"4299.80", "0.00", "0.00", "4299.80"}, "2024-10-31": {"4299.80", "237.87", "0.00", "4537.67"}}},
		"ORD-1": {costsFirst, [][2]string{{"2023-12-15", "660.00"}}, map[string][4]string{"2023-12-15": {"10000.00", "18.63", "0.00", "10018.63"},
			"2024-02-01": {"10000.00", "180.82", "210.00", "10390.82"}, "2024-03-31": {"10000.00", "382.87", "210.00", "10592.87"}}},
		"ORD-2": {costsSecond, [][2]string{{"2023-12-15", "660.00"}}, map[string][4]string{"2023-12-15": {"10000.00", "0.00", "18.63", "10018.63"},
			"2024-02-01": {"10000.00", "162.19", "228.63", "10390.82"}, "2024-03-31": {"10000.00", "364.24", "228.63", "10592.87"}}},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			c := d.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Principal: "10000.00", DueOn: day.Of(2023, 5, 31)}}})
			_, err := d.spend(c, true, ledger.Spending{Amount: eur("250.00"), On: day.Of(2024, 2, 1), Document: d.paper(c)}) // less the 40.00: 210.00
			d.ok(err)
			for _, p := range v.payments {
				d.pay(p[0], p[1], v.wish, c)
			}
			for on, want := range v.steps {
				d.opens(c, on, want[0], want[1], want[2], want[3])
			}
		})
	}
}

func or0(s string) string {
	if s == "" {
		return "0.00"
	}
	return s
}

// The case that runs through the design of the pages: two invoices of one debtor, rates of 2026-I 10.15 % and 2026-II 10.40 %, one payment.
func TestTheStatementOfTheDesignIsReproducedToTheCent(t *testing.T) {
	d := open(t)
	d.Clock.On(day.Of(2026, 11, 23))
	c := d.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{
		{Number: "F-2026-1187", Principal: "8345.67", DueOn: day.Of(2026, 4, 21)}, {Number: "F-2026-1240", Principal: "4000.00", DueOn: day.Of(2026, 5, 15)}}})
	made, _ := d.pay("2026-10-28", "1500.00", nil, c)
	var falls []string
	for _, s := range made.Shares {
		falls = append(falls, string(s.Component)+" "+s.Amount.Decimal()+" "+s.Basis)
	}
	want := []string{
		"interest 447.80 CC, art. 1173; CCom, art. 318", "interest 187.94 CC, art. 1173; CCom, art. 318",
		"principal 584.24 CC, art. 1173; CCom, art. 318; CC, art. 1174", "principal 280.02 CC, art. 1173; CCom, art. 318; CC, art. 1174"}
	if strings.Join(falls, "\n") != strings.Join(want, "\n") {
		t.Errorf("the payment fell\n%s\nwant\n%s", strings.Join(falls, "\n"), strings.Join(want, "\n"))
	}
	d.opens(c, "2026-11-23", "11481.41", "85.06", "80.00", "11646.47")
	s := d.statement(c, "2026-11-23")
	if s.Total(ledger.Interest).Charged.Decimal() != "720.80" || s.Total(ledger.Interest).Paid.Decimal() != "635.74" || s.Charged.Decimal() != "13146.47" || s.DailyInterest.Decimal() != "3.27" {
		t.Errorf("interest %+v, charged %s, daily %v", s.Total(ledger.Interest), s.Charged, s.DailyInterest)
	}
	var slices []string
	for _, debt := range s.Debts {
		for _, x := range debt.Slices {
			slices = append(slices, strings.Join([]string{debt.Number, x.From.String(), x.To.String(), x.Base.Decimal(), x.RatePct, x.Amount.Decimal()}, " "))
		}
	}
	golden := `F-2026-1187 2026-04-22 2026-06-30 8345.67 10.15 162.45
F-2026-1187 2026-07-01 2026-10-28 8345.67 10.4 285.35
F-2026-1187 2026-10-29 2026-11-23 7761.43 10.4 57.50
F-2026-1240 2026-05-16 2026-06-30 4000.00 10.15 51.17
F-2026-1240 2026-07-01 2026-10-28 4000.00 10.4 136.77
F-2026-1240 2026-10-29 2026-11-23 3719.98 10.4 27.56`
	if strings.Join(slices, "\n") != golden {
		t.Errorf("slices\n%s\nwant\n%s", strings.Join(slices, "\n"), golden)
	}
	if len(s.Rates) != 2 || s.Rates[0].Source != "BOE-A-2025-27201" || s.Rates[1].Source != "BOE-A-2026-14327" {
		t.Errorf("rates %+v", s.Rates)
	}
}
