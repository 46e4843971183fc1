package ledger_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/testfirm"
)

func TestFixingInterestNeverChangesTheStatement(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Principal: "8345.67", DueOn: day.Of(2024, 3, 5)}}})
	days := []string{"2024-03-06", "2024-09-17", "2025-12-31", "2026-03-02"}
	before := map[string]string{}
	for _, on := range days {
		before[on] = d.statement(c, on).Total(ledger.Interest).Charged.Decimal()
	}
	for _, on := range []string{"2024-03-06", "2024-07-13", "2025-02-28", "2026-01-19"} {
		if lines := d.fix(c, on); len(lines) != 1 || !strings.Contains(lines[0].Basis, "Ley 3/2004, arts. 5 y 7") {
			t.Errorf("fixing to %s wrote %+v", on, lines)
		}
	}
	if again := d.fix(c, "2025-02-28"); len(again) != 0 {
		t.Errorf("fixing a day already covered wrote %+v", again)
	}
	for _, on := range days {
		if got := d.statement(c, on).Total(ledger.Interest).Charged.Decimal(); got != before[on] {
			t.Errorf("after fixing, interest on %s is %s, was %s", on, got, before[on])
		}
	}
}

func TestStatementAsKnownThenIsUnchangedByLaterEntries(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{})
	d.pay("2026-01-15", "200.00", nil, c)
	then := d.statement(c, "2026-03-01")
	was, _ := json.Marshal(then)
	_, bounced := d.pay("2025-12-20", "300.00", nil, c)
	_, err := d.waive(c, ledger.Interest, "2026-02-01", "1.00")
	d.ok(err)
	d.Clock.AddDays(3)
	d.fix(c, "2026-03-05")
	line := d.lineOf(c, bounced)
	_, err = d.reverse(c, line)
	d.ok(err)
	again, err := d.tryStatement(c, "2026-03-01", then.KnownAt)
	d.ok(err)
	if is, _ := json.Marshal(again); string(is) != string(was) {
		t.Errorf("as known then it %s", differs(string(was), string(is), nil))
	}
	if now := d.statement(c, "2026-03-01"); now.Waived.IsZero() {
		t.Error("the statement of today does not know the waiver")
	}
}

func (d *desk) lineOf(c *cases.Case, payment uuid.UUID) uuid.UUID {
	d.t.Helper()
	last := uuid.Nil
	for _, debt := range d.statement(c, d.Clock.Today().String()).Debts {
		for _, l := range debt.Lines {
			if l.PaymentID != nil && *l.PaymentID == payment && l.Kind == ledger.Paying {
				last = l.ID // of those that were undone and fell again, the one that stands
			}
		}
	}
	if last == uuid.Nil {
		d.t.Fatalf("no line of payment %s", payment)
	}
	return last
}

// Two payments recorded in the wrong order leave the same claim as in the right one.
func TestBackdatedPaymentFallsAsIfRecordedInTime(t *testing.T) {
	d := open(t)
	right, wrong := d.OpenCase(testfirm.Opts{}), d.OpenCase(testfirm.Opts{})
	d.pay("2025-12-10", "400.00", nil, right)
	d.pay("2026-02-10", "500.00", nil, right)
	d.pay("2026-02-10", "500.00", nil, wrong)
	d.fix(wrong, "2026-02-20")
	made, _ := d.pay("2025-12-10", "400.00", nil, wrong)
	for _, on := range []string{"2025-12-31", "2026-02-10", "2026-03-02"} {
		a, b := d.statement(right, on), d.statement(wrong, on)
		for _, c := range ledger.Components {
			if a.Total(c) != b.Total(c) {
				t.Errorf("%s on %s: %+v in time, %+v backdated", c, on, a.Total(c), b.Total(c))
			}
		}
	}
	if len(made.Freed) != 0 {
		t.Errorf("freed %v", made.Freed)
	}
}

func TestMoneyThatALaterPaymentNoLongerNeedsIsFreed(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{NoCompensation: true})
	open := d.statement(c, "2026-02-10").Open
	_, late := d.pay("2026-02-10", open.Decimal(), nil, c)
	made, _ := d.pay("2025-11-20", "600.00", nil, c) // before it fell due: no interest on it at all
	freed := made.Freed[late]
	if want := d.statement(c, "2026-02-10"); !want.Open.IsZero() || freed.Cmp(money.Of(60000, money.EUR)) <= 0 {
		t.Errorf("open %s, freed %s: 600.00 and its interest were expected back", want.Open, freed)
	}
	if got := d.statement(c, "2026-03-02").Paid.Plus(freed); got != open.Plus(money.Of(60000, money.EUR)) {
		t.Errorf("applied and freed are %s, received were %s and 600.00", got, open)
	}
}

func TestReturnedPaymentLeavesNoTrace(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{})
	before := d.statement(c, "2026-03-02")
	_, first := d.pay("2026-01-10", "350.00", nil, c)
	_, err := d.waive(c, ledger.Compensation, "2026-02-01", "40.00")
	d.ok(err)
	changed, err := d.reverse(c, d.lineOf(c, first))
	d.ok(err)
	after := d.statement(c, "2026-03-02")
	if after.Paid.Minor != 0 || after.Charged != before.Charged || after.Waived.Decimal() != "40.00" {
		t.Errorf("charged %s (%s before), paid %s, waived %s", after.Charged, before.Charged, after.Paid, after.Waived)
	}
	if len(changed.Lines) == 0 {
		t.Error("the reversal shows no lines")
	}
	if _, err := d.reverse(c, changed.Lines[0].ID); code(err) != "line_not_standing" {
		t.Errorf("reversing a reversal: %v", err)
	}
}

func TestAgreementsWaiverRevivesWithItsInterest(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{})
	before := d.statement(c, "2026-03-02")
	waived, err := d.waive(c, ledger.Principal, "2026-01-31", "250.00")
	d.ok(err)
	if d.statement(c, "2026-03-02").Open.Cmp(before.Open.Minus(money.Of(25000, money.EUR))) >= 0 {
		t.Error("the waived principal still bears interest")
	}
	_, err = d.reverse(c, waived.Lines[0].ID)
	d.ok(err)
	if after := d.statement(c, "2026-03-02"); after.Open != before.Open {
		t.Errorf("open %s after the waiver fell, %s before it", after.Open, before.Open)
	}
}

func TestWaiverIsNeverMoreThanIsOpen(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{})
	for component, amount := range map[ledger.Component]string{ledger.Principal: "1000.01", ledger.Compensation: "40.01", ledger.Cost: "0.01", ledger.Interest: "900.00"} {
		if _, err := d.waive(c, component, "2026-03-02", amount); code(err) != "waiver_invalid" {
			t.Errorf("waiving %s of %s: %v", amount, component, err)
		}
	}
	_, err := act(d, []*cases.Case{c}, func(tx *evidence.Tx) (ledger.Changed, []evidence.Entry, error) {
		return d.book.WaiveRest(tx, c, d.Clock.Today(), "cierre por acuerdo")
	})
	d.ok(err)
	if s := d.statement(c, "2026-12-31"); !s.Open.IsZero() {
		t.Errorf("after waiving the rest %s are open", s.Open)
	}
}

func TestWhatAnEarlierMovementDoesNotTouchIsNotWrittenAgain(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{})
	d.pay("2026-02-01", "100.00", nil, c)
	changed, err := d.waive(c, ledger.Compensation, "2026-01-01", "40.00")
	d.ok(err)
	if len(changed.Lines) != 1 || changed.Lines[0].Kind != ledger.Waiver {
		t.Errorf("wrote %+v", changed.Lines)
	}
}

func TestPayerNamesTheDebt(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Principal: "500.00", DueOn: day.Of(2025, 6, 1)}, {Principal: "700.00", DueOn: day.Of(2025, 9, 1)}}})
	second := d.statement(c, "2026-03-02").Debts[1].DebtID
	made, _ := d.pay("2026-03-02", "300.00", &ledger.Wish{Debt: &second}, c)
	for _, s := range made.Shares {
		if s.DebtID != second || !strings.HasPrefix(s.Basis, "designada por el deudor") {
			t.Errorf("fell on %+v", s)
		}
	}
	elsewhere := uuid.New()
	if _, _, err := d.tryPay("2026-03-02", "1.00", &ledger.Wish{Debt: &elsewhere}, c); code(err) != "designated_debt_unknown" {
		t.Errorf("naming a debt of nobody: %v", err)
	}
	if _, _, err := d.tryPay("2026-03-02", "1.00", &ledger.Wish{Order: []ledger.Component{ledger.Cost, ledger.Cost}, Basis: "pacto"}, c); code(err) != "allocation_order_invalid" {
		t.Errorf("an order that repeats itself: %v", err)
	}
	// The wish survives being undone and falling again.
	d.pay("2026-02-01", "100.00", nil, c)
	if p := d.statement(c, "2026-03-02").Debts[1]; p.Total(ledger.Interest).Left.Minor != 0 {
		t.Errorf("the named debt has %s of interest open", p.Total(ledger.Interest).Left)
	}
}

func TestTheMostOnerousDebtIsPaidFirst(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{NoCompensation: true, Invoices: []testfirm.Invoice{
		{Number: "cheap", Principal: "500.00", DueOn: day.Of(2025, 6, 1), Regime: law.Legal}, {Number: "dear", Principal: "500.00", DueOn: day.Of(2025, 9, 1)},
		{Number: "not due", Principal: "500.00", IssuedOn: day.Of(2026, 2, 1), DueOn: day.Of(2026, 6, 1), Regime: law.Agreed, AgreedPct: "20"}}})
	interest := d.statement(c, "2026-03-02").Total(ledger.Interest).Left
	d.pay("2026-03-02", interest.Plus(money.Of(60000, money.EUR)).Decimal(), nil, c)
	left := map[string]string{}
	for _, debt := range d.statement(c, "2026-03-02").Debts {
		left[debt.Number] = debt.Total(ledger.Principal).Left.Decimal()
	}
	if left["dear"] != "0.00" || left["cheap"] != "400.00" || left["not due"] != "500.00" {
		t.Errorf("principal left: %v", left)
	}
}

// A rate read wrongly is corrected: what was fixed and applied under it is computed again.
func TestCorrectedRateIsRecomputed(t *testing.T) {
	d := open(t)
	c, same := d.OpenCase(testfirm.Opts{}), d.OpenCase(testfirm.Opts{})
	d.pay("2026-01-15", "100.00", nil, same)
	d.fix(same, "2026-02-01")
	d.own(law.Change{Seq: 1, Jurisdiction: "ES", Kind: law.ChangeRate, At: d.Clock.Now().AddDate(0, -1, 0), Regime: law.StatutoryCommercial,
		From: day.Of(2025, 7, 1), To: day.Of(2025, 12, 31), Pct: decimal.RequireFromString("90.15"), Source: "BOE-A-2025-13217", Confidence: law.ReadLaw})
	d.pay("2026-01-15", "100.00", nil, c)
	d.fix(c, "2026-02-01")
	d.own()
	if _, err := d.tryStatement(c, "2026-03-02", time.Time{}); code(err) != "interest_below_paid" {
		t.Errorf("a statement below what was paid: %v", err)
	}
	_, err := act(d, []*cases.Case{c}, func(tx *evidence.Tx) (ledger.Changed, []evidence.Entry, error) {
		return d.book.Recompute(tx, []*cases.Case{c}, day.Of(2025, 7, 1), "tipo del segundo semestre de 2025 corregido")
	})
	d.ok(err)
	if a, b := d.statement(c, "2026-03-02"), d.statement(same, "2026-03-02"); a.Open != b.Open || a.Total(ledger.Interest) != b.Total(ledger.Interest) {
		t.Errorf("recomputed %+v, computed rightly at once %+v", a.Totals, b.Totals)
	}
}

func TestInterestFixedTooHighIsFixedAgain(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Regime: law.Agreed, AgreedPct: "20"}}})
	d.fix(c, "2026-02-01")
	d.DB.Super.MustExec(`alter table app.debts disable trigger all; update app.debts set agreed_rate_pct = 10 where case_id = '` + c.ID.String() + `'; alter table app.debts enable trigger all`)
	lines := d.fix(c, "2026-03-02")
	booked := money.Of(0, money.EUR)
	for _, l := range d.statement(c, "2026-03-02").Debts[0].Lines {
		if l.Component == ledger.Interest {
			booked = booked.Plus(l.Amount)
		}
	}
	if earned := d.statement(c, "2026-03-02").Total(ledger.Interest).Charged; booked != earned || len(lines) != 2 || lines[0].Kind != ledger.Reversal {
		t.Errorf("booked %s, earned %s by %+v", booked, earned, lines)
	}
}
