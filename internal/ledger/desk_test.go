package ledger_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
	lawpolicy "recobro/policies/law"
)

// desk is a test firm with the ledger's book, and short words for what the tests do.
type desk struct {
	*testfirm.Firm
	book *ledger.Book
	t    testing.TB
}

func open(t testing.TB) *desk {
	t.Helper()
	f := testfirm.New(t)
	return &desk{f, &ledger.Book{Law: f.Law}, t}
}

// own gives the book a library of its own with what shipped, the facts that the firm answers for, and these changes.
func (d *desk) own(changes ...law.Change) {
	d.t.Helper()
	shipped, err := law.Load(lawpolicy.FS)
	d.ok(err)
	d.book.Law, err = shipped.Confirm("mx.allocation", "cl.agreed_cap")
	d.ok(err)
	d.ok(d.book.Law.Adopt(changes))
}

func (d *desk) ok(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// act runs one ledger action on cases under their locks; an action without entries is logged as the caller would.
func act[T any](d *desk, cs []*cases.Case, fn func(*evidence.Tx) (T, []evidence.Entry, error)) (T, error) {
	return evidence.Record(context.Background(), d.Log, d.Job, func(tx *evidence.Tx) (T, []evidence.Entry, error) {
		for _, c := range cs {
			if _, err := cases.Lock(tx, c.ID, "case:read"); err != nil {
				var none T
				return none, nil, err
			}
		}
		made, entries, err := fn(tx)
		if len(entries) == 0 {
			entries = []evidence.Entry{cs[0].Entry("test.nothing_changed", nil)}
		}
		return made, entries, err
	})
}

func (d *desk) tryPay(on, amount string, wish *ledger.Wish, cs ...*cases.Case) (ledger.Allocated, uuid.UUID, error) {
	d.t.Helper()
	sum, err := money.Parse(amount, cs[0].Currency)
	d.ok(err)
	p := ledger.Payment{ID: uuid.Must(uuid.NewV7()), Amount: sum, ReceivedOn: day.MustParse(on), Wish: wish}
	made, err := act(d, cs, func(tx *evidence.Tx) (ledger.Allocated, []evidence.Entry, error) { return d.receive(tx, p, cs) })
	return made, p.ID, err
}

// receive stores a payment as package payments does, and applies it.
func (d *desk) receive(tx *evidence.Tx, p ledger.Payment, cs []*cases.Case) (ledger.Allocated, []evidence.Entry, error) {
	_, err := tx.Exec(`insert into payments (client_id, id, account_id, minor, currency, received_on, source) values ($1, $2, $3, $4, $5, $6, 'bank')`,
		cs[0].ClientID, p.ID, cs[0].AccountID, p.Amount.Minor, p.Amount.Currency, p.ReceivedOn)
	if err != nil {
		return ledger.Allocated{}, nil, err
	}
	return d.book.Pay(tx, cs, p)
}

func (d *desk) pay(on, amount string, wish *ledger.Wish, cs ...*cases.Case) (ledger.Allocated, uuid.UUID) {
	d.t.Helper()
	made, id, err := d.tryPay(on, amount, wish, cs...)
	d.ok(err)
	return made, id
}

func (d *desk) cost(c *cases.Case, on, amount string) ledger.Line {
	d.t.Helper()
	debt := d.statement(c, on).Debts[0].DebtID
	sum, err := money.Parse(amount, c.Currency)
	d.ok(err)
	line, err := act(d, []*cases.Case{c}, func(tx *evidence.Tx) (ledger.Line, []evidence.Entry, error) {
		return d.book.AddCost(tx, c, ledger.Spending{Debt: debt, Component: ledger.Cost, Amount: sum, On: day.MustParse(on), Basis: "gastos de burofax acreditados"})
	})
	d.ok(err)
	return line
}

func (d *desk) fix(c *cases.Case, on string) []ledger.Line {
	d.t.Helper()
	lines, err := act(d, []*cases.Case{c}, func(tx *evidence.Tx) ([]ledger.Line, []evidence.Entry, error) {
		return d.book.FixInterest(tx, c, day.MustParse(on), "requerimiento")
	})
	d.ok(err)
	return lines
}

func (d *desk) waive(c *cases.Case, component ledger.Component, on, amount string) (ledger.Changed, error) {
	d.t.Helper()
	sum, err := money.Parse(amount, c.Currency)
	d.ok(err)
	return act(d, []*cases.Case{c}, func(tx *evidence.Tx) (ledger.Changed, []evidence.Entry, error) {
		return d.book.Waive(tx, c, component, sum, day.MustParse(on), "acuerdo")
	})
}

func (d *desk) reverse(c *cases.Case, ids ...uuid.UUID) (ledger.Changed, error) {
	return act(d, []*cases.Case{c}, func(tx *evidence.Tx) (ledger.Changed, []evidence.Entry, error) {
		return d.book.Reverse(tx, []*cases.Case{c}, "error de carga", ids...)
	})
}

func (d *desk) tryStatement(c *cases.Case, asOf string, known time.Time) (s ledger.Statement, err error) {
	err = d.DB.App.View(context.Background(), d.Job.Token, func(tx *postgres.Tx) error {
		s, err = d.book.Statement(tx, c.ClientID, []uuid.UUID{c.ID}, day.MustParse(asOf), known)
		return err
	})
	return s, err
}

func (d *desk) statement(c *cases.Case, asOf string) ledger.Statement {
	d.t.Helper()
	s, err := d.tryStatement(c, asOf, time.Time{})
	d.ok(err)
	return s
}

// opens checks the open sums of a statement: principal, interest, compensation and cost together, total.
func (d *desk) opens(c *cases.Case, asOf, principal, interest, costs, total string) {
	d.t.Helper()
	s := d.statement(c, asOf)
	got := [4]string{s.Total(ledger.Principal).Left.Decimal(), s.Total(ledger.Interest).Left.Decimal(),
		s.Total(ledger.Compensation).Left.Plus(s.Total(ledger.Cost).Left).Decimal(), s.Open.Decimal()}
	if want := [4]string{principal, interest, costs, total}; got != want {
		d.t.Errorf("on %s open: principal, interest, costs, total %v, want %v", asOf, got, want)
	}
}

func code(err error) string {
	if p := problem.Of(err); p != nil {
		return p.Code
	}
	return ""
}

type viewTx = *postgres.Tx

func (d *desk) view(fn func(viewTx) error) error {
	return d.DB.App.View(context.Background(), d.Job.Token, fn)
}
