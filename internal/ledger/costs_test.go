package ledger_test

import (
	"testing"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/testfirm"
)

func (d *desk) spend(c *cases.Case, proved bool, s ledger.Spending) (ledger.Line, error) {
	d.t.Helper()
	s.Debt, s.Basis = d.statement(c, "2026-03-02").Debts[0].DebtID, "factura del operador"
	return act(d, []*cases.Case{c}, func(tx *evidence.Tx) (ledger.Line, []evidence.Entry, error) {
		if proved {
			return d.book.AddProvedCost(tx, c, s)
		}
		return d.book.AddCost(tx, c, s)
	})
}

func (d *desk) bears(c *cases.Case, line uuid.UUID, by ledger.Bearer) (ledger.Changed, error) {
	d.t.Helper()
	return act(d, []*cases.Case{c}, func(tx *evidence.Tx) (ledger.Changed, []evidence.Entry, error) {
		return d.book.Bears(tx, c, line, by, "decreto de costas")
	})
}

// paper puts a document into the case, for the foreign key alone.
func (d *desk) paper(c *cases.Case) *uuid.UUID {
	d.t.Helper()
	id := uuid.Must(uuid.NewV7())
	_, err := act(d, []*cases.Case{c}, func(tx *evidence.Tx) (int64, []evidence.Entry, error) {
		n, err := tx.Exec(`insert into documents (client_id, id, account_id, case_id, kind, name, media_type, sha256, bytes, added_on)
			values ($1, $2, $3, $4, 'other', 'burofax.pdf', 'application/pdf', decode(repeat('00', 32), 'hex'), 1, '2026-03-02')`, c.ClientID, id, c.AccountID, c.ID)
		return n, nil, err
	})
	d.ok(err)
	return &id
}

func eur(s string) money.Amount {
	a, err := money.Parse(s, money.EUR)
	if err != nil {
		panic(err)
	}
	return a
}

func TestWhatTheDebtorDoesNotBearIsAdvancedAndNotClaimed(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{NoCompensation: true})
	before := d.statement(c, "2026-03-02").Open
	fee, err := d.spend(c, false, ledger.Spending{Component: ledger.CourtFee, Amount: eur("100.00"), On: day.Of(2026, 2, 1), BorneBy: ledger.Undecided})
	d.ok(err)
	_, err = d.spend(c, false, ledger.Spending{Component: ledger.Fee, Amount: eur("250.00"), On: day.Of(2026, 2, 1)})
	d.ok(err)
	s := d.statement(c, "2026-03-02")
	if s.Open != before || s.Advanced != eur("100.00") || !s.Total(ledger.CourtFee).Charged.IsZero() {
		t.Errorf("open %s (%s before), advanced %s, court fee %+v", s.Open, before, s.Advanced, s.Total(ledger.CourtFee))
	}
	for _, l := range s.Debts[0].Lines {
		if l.Component == ledger.Fee {
			t.Errorf("the firm's fee is in the claim: %+v", l)
		}
	}
	changed, err := d.bears(c, fee.ID, ledger.ByDebtor)
	d.ok(err)
	s = d.statement(c, "2026-03-02")
	if x := s.Total(ledger.CourtFee); !s.Advanced.IsZero() || x.Left != eur("100.00") || s.Open != before.Plus(eur("100.00")) {
		t.Errorf("awarded: advanced %s, court fee %+v", s.Advanced, x)
	}
	_, payment := d.pay("2026-03-02", s.Open.Decimal(), nil, c)
	awarded := changed.Lines[len(changed.Lines)-1]
	changed, err = d.bears(c, awarded.ID, ledger.ByClient)
	d.ok(err)
	if got := changed.Freed[payment]; got != eur("100.00") || !d.statement(c, "2026-03-02").Open.IsZero() {
		t.Errorf("what had paid the fee: %v is free again", changed.Freed)
	}
	if _, err = d.bears(c, fee.ID, ledger.ByFirm); code(err) != "line_not_standing" {
		t.Errorf("the line that was entered again: %v", err)
	}
	for _, wrong := range []ledger.Spending{{Component: ledger.Fee, BorneBy: ledger.ByDebtor}, {Component: ledger.Cost, BorneBy: "nobody"}} {
		wrong.Amount, wrong.On = eur("1.00"), day.Of(2026, 2, 1)
		if _, err := d.spend(c, false, wrong); code(err) != "bearer_invalid" {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}

// Ley 3/2004 art. 8.1: 250.00 proved beside the fixed 40.00 are 210.00; what is proved later is owed whole.
func TestProvedCostsComeBesideTheFixedCompensationLessIt(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{})
	proof := d.paper(c)
	if _, err := d.spend(c, true, ledger.Spending{Amount: eur("250.00"), On: day.Of(2026, 2, 1)}); code(err) != "cost_without_proof" {
		t.Errorf("without a document: %v", err)
	}
	if _, err := d.spend(c, true, ledger.Spending{Amount: eur("40.00"), On: day.Of(2026, 2, 1), Document: proof}); code(err) != "cost_covered" {
		t.Errorf("no more than the compensation: %v", err)
	}
	line, err := d.spend(c, true, ledger.Spending{Amount: eur("250.00"), On: day.Of(2026, 2, 1), Document: proof})
	d.ok(err)
	if line.Amount != eur("210.00") || *line.Proved != eur("250.00") || *line.DocumentID != *proof {
		t.Errorf("charged %+v", line)
	}
	line, err = d.spend(c, true, ledger.Spending{Amount: eur("30.00"), On: day.Of(2026, 2, 2), Document: proof})
	d.ok(err)
	if line.Amount != eur("30.00") {
		t.Errorf("the second proof: %s", line.Amount)
	}
	stored := d.statement(c, "2026-03-02")
	if got := stored.Total(ledger.Cost).Charged; got != eur("240.00") {
		t.Errorf("costs %s", got)
	}
}

func TestAWriteOffIsNoWaiverAndFallsWithWhatItRestsOn(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{})
	d.pay("2026-01-10", "100.00", nil, c)
	before := d.statement(c, "2026-03-02")
	changed, err := act(d, []*cases.Case{c}, func(tx *evidence.Tx) (ledger.Changed, []evidence.Entry, error) {
		return d.book.WriteOffRest(tx, c, d.Clock.Today(), "concurso sin masa")
	})
	d.ok(err)
	s := d.statement(c, "2026-12-31")
	if !s.Open.IsZero() || !s.Waived.IsZero() || s.WrittenOff != before.Open || s.Charged != s.Paid.Plus(s.WrittenOff) {
		t.Errorf("open %s, waived %s, written off %s of %s", s.Open, s.Waived, s.WrittenOff, before.Open)
	}
	d.pay("2026-02-10", "50.00", nil, c) // learnt of later: less remains to be written off
	s = d.statement(c, "2026-12-31")
	if !s.Open.IsZero() || s.Paid != eur("150.00") || s.WrittenOff.Cmp(before.Open.Minus(eur("49.00"))) > 0 {
		t.Errorf("after an earlier payment: open %s, paid %s, written off %s", s.Open, s.Paid, s.WrittenOff)
	}
	if len(changed.Lines) == 0 || changed.Lines[len(changed.Lines)-1].Kind != ledger.WritingOff {
		t.Errorf("lines %+v", changed.Lines)
	}
}

// ES-P5, LEC 654.3, by hand: 10 000.00 due 31-05-2023 with 300.00 of ordinary interest, in enforcement. To 15-12-2023 it earned 86.30 + 552.33 =
// 638.63; of 4 000.00 the ordinary interest takes 300.00 and the principal 3 700.00: the default interest waits. To 20-05-2024 6 300.00 earn
// 6 300 × 12 % × 16 / 365 = 33.14 and 6 300 × 12.5 % × 141 / 365 = 304.21, together 975.98; of 7 000.00 the principal takes 6 300.00 and the default
// interest 700.00. What remains is 275.98 of interest and the compensation of 40.00. By CC 1173 the same money would have paid the interest first.
func TestMoneyInEnforcementFallsByTheOrderOfArticle654(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Principal: "10000.00", Ordinary: "300.00", DueOn: day.Of(2023, 5, 31)}}})
	c.Stage, c.StageSince = cases.Enforcement, day.Of(2023, 6, 15)
	for _, p := range []struct{ on, amount, want string }{
		{"2023-12-15", "4000.00", "ordinary_interest 300.00 LEC, art. 654.3\nprincipal 3700.00 LEC, art. 654.3\n"},
		{"2024-05-20", "7000.00", "principal 6300.00 LEC, art. 654.3\ninterest 700.00 LEC, art. 654.3\n"},
	} {
		made, _ := d.pay(p.on, p.amount, nil, c)
		got := ""
		for _, s := range made.Shares {
			got += string(s.Component) + " " + s.Amount.Decimal() + " " + s.Basis + "\n"
		}
		if got != p.want || !made.Unallocated.IsZero() {
			t.Errorf("on %s:\n%swant\n%s", p.on, got, p.want)
		}
	}
	d.opens(c, "2024-10-31", "0.00", "275.98", "40.00", "315.98")

	// A payment learnt of afterwards that came before the enforcement falls by the common order, and the later ones again by theirs.
	d.pay("2023-06-10", "100.00", nil, c) // 10 days at 10.5 %: 28.77; ordinary interest 100.00 by CC 1173
	first := d.statement(c, "2023-12-15")
	if x := first.Total(ledger.OrdinaryInterest); x.Paid.Decimal() != "300.00" || first.Total(ledger.Interest).Paid.Decimal() != "0.00" || first.Total(ledger.Principal).Paid.Decimal() != "3800.00" {
		t.Errorf("after the earlier payment: %+v", first.Totals)
	}
}

// ES-P6, CC 1174, by hand: 3 000.00 and 1 000.00 due 31-01-2024. To 31-03-2024, 60 days at 12.5 %, they earn 61.64 and 20.55. Of 1 000.00 these 82.19
// go to the interest and 917.81 to the principal, 3 to 1: 688.3575 and 229.4525, that is 688.36 and 229.45. To 30-04-2024, 30 days: 2 311.64
// earn 23.75 and 770.55 earn 7.92.
func TestEqualDebtsArePaidInProportion(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Number: "A", Principal: "3000.00", DueOn: day.Of(2024, 1, 31)}, {Number: "B", Principal: "1000.00", DueOn: day.Of(2024, 1, 31)}}})
	made, _ := d.pay("2024-03-31", "1000.00", nil, c)
	names := map[uuid.UUID]string{}
	for _, debt := range d.statement(c, "2024-04-30").Debts {
		names[debt.DebtID] = debt.Number
	}
	got := map[string]string{}
	for _, s := range made.Shares {
		got[names[s.DebtID]+" "+string(s.Component)] = s.Amount.Decimal()
	}
	for what, want := range map[string]string{"A interest": "61.64", "B interest": "20.55", "A principal": "688.36", "B principal": "229.45"} {
		if got[what] != want {
			t.Errorf("%s: %s, want %s", what, got[what], want)
		}
	}
	d.opens(c, "2024-04-30", "3082.19", "31.67", "80.00", "3193.86")
}

// Ley 19/1985 art. 149: 10 % of what is uncovered, once, and of cheques alone; 1 000.00 owe 100.00.
func TestAChequeWithoutFundsIsSurchargedOnce(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Kind: "cheque", Principal: "1000.00"}}})
	surcharge := func(c *cases.Case) (ledger.Line, error) {
		debt := d.statement(c, "2026-03-02").Debts[0].DebtID
		return act(d, []*cases.Case{c}, func(tx *evidence.Tx) (ledger.Line, []evidence.Entry, error) {
			return d.book.SurchargeCheque(tx, c, debt, day.Of(2026, 1, 10), "devuelto por falta de fondos")
		})
	}
	if s := d.statement(c, "2026-03-02"); !s.Total(ledger.Compensation).Charged.IsZero() {
		t.Errorf("a cheque owes the compensation of invoices: %+v", s.Totals)
	}
	line, err := surcharge(c)
	d.ok(err)
	if line.Amount != eur("100.00") || line.Component != ledger.Compensation {
		t.Errorf("charged %+v", line)
	}
	if _, err := surcharge(c); code(err) != "surcharged_before" {
		t.Errorf("a second time: %v", err)
	}
	if _, err := surcharge(d.OpenCase(testfirm.Opts{})); code(err) != "cost_invalid" {
		t.Errorf("an invoice: %v", err)
	}
}
