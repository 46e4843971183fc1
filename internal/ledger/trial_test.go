package ledger_test

import (
	"testing"

	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
)

// A calculation without a case and the statement of a case are one calculation: ES-P1 without its costs.
func TestATrialSaysWhatTheStatementOfSuchACaseSays(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Principal: "10000.00", DueOn: day.MustParse("2023-05-31")}}})
	trial := ledger.Trial{Pack: spain(d), Terms: law.Terms{Regime: law.StatutoryCommercial}, Principal: money.Of(10_000_00, money.EUR), After: day.MustParse("2023-05-31")}
	for _, p := range [][2]string{{"2023-12-15", "3000.00"}, {"2024-05-20", "4000.00"}} {
		d.pay(p[0], p[1], nil, c)
		amount, _ := money.Parse(p[1], money.EUR)
		trial.Received = append([]ledger.Receipt{{On: day.MustParse(p[0]), Amount: amount}}, trial.Received...) // in no order
	}
	on := day.MustParse("2024-10-31")
	got, rest, err := trial.Statement(on)
	if err != nil || !rest.IsZero() {
		t.Fatalf("%v, rest %s", err, rest)
	}
	want := d.statement(c, "2024-10-31").Debts[0]
	for _, component := range []ledger.Component{ledger.Principal, ledger.Interest} {
		if got.Total(component).Sum != want.Total(component).Sum {
			t.Errorf("%s: %+v, the case says %+v", component, got.Total(component), want.Total(component))
		}
	}
	if len(got.Slices) != len(want.Slices) || got.DailyInterest.Cmp(*want.DailyInterest) != 0 {
		t.Errorf("%d slices and %s a day, the case has %d and %s", len(got.Slices), got.DailyInterest, len(want.Slices), want.DailyInterest)
	}
	if got.Total(ledger.Principal).Left.Decimal() != "4047.66" || got.Total(ledger.Interest).Left.Decimal() != "223.92" {
		t.Errorf("ES-P1 comes out as %+v", got.Totals)
	}
}

func TestATrialRefusesMoneyThatCannotBeItsOwn(t *testing.T) {
	d := open(t)
	trial := ledger.Trial{Pack: spain(d), Terms: law.Terms{Regime: law.Legal}, Principal: money.Of(100_00, money.EUR), After: day.MustParse("2024-01-31")}
	for name, r := range map[string]ledger.Receipt{
		"another currency": {On: day.MustParse("2024-02-01"), Amount: money.Of(1, money.MXN)},
		"nothing":          {On: day.MustParse("2024-02-01"), Amount: money.Of(0, money.EUR)},
		"before the debt":  {On: day.MustParse("2024-01-30"), Amount: money.Of(1, money.EUR)},
	} {
		trial.Received = []ledger.Receipt{r}
		if _, _, err := trial.Statement(day.MustParse("2024-03-01")); problem.Of(err) == nil || problem.Of(err).Code != "payment_invalid" {
			t.Errorf("%s: %v", name, err)
		}
	}
	trial.Received = []ledger.Receipt{{On: day.MustParse("2024-02-15"), Amount: money.Of(500_00, money.EUR)}}
	if _, rest, err := trial.Statement(day.MustParse("2024-03-01")); err != nil || rest.Decimal() != "399.87" { // 100.00 × 3.25 % × 15 ÷ 365 = 0.13
		t.Errorf("what is too much comes out as %s, %v", rest.Decimal(), err)
	}
}

func spain(d *desk) *law.Pack {
	pack, err := d.Law.Pack("ES")
	d.ok(err)
	return pack
}
