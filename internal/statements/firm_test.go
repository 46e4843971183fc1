package statements_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/money"
	"recobro/internal/payments"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/settlements"
	"recobro/internal/statements"
	"recobro/internal/testfirm"
	shipped "recobro/letters"
)

// office is the test firm with its desk of statements.
type office struct {
	*testfirm.Firm
	desk *statements.Desk
	pay  *payments.Desk
}

func open(t testing.TB) office {
	t.Helper()
	f := testfirm.New(t)
	shelf, err := letters.Load(shipped.FS)
	must(t, err)
	book := &ledger.Book{Law: f.Law}
	deals := &settlements.Desk{Log: f.Log, Law: f.Law, Book: book, Shelf: shelf}
	return office{f, &statements.Desk{Law: f.Law, Shelf: shelf, Book: book, Now: f.Clock.Now},
		&payments.Desk{Log: f.Log, Law: f.Law, Book: book, Settlements: deals}}
}

func (o office) read(who evidence.Actor, q statements.Question) (s statements.Statement, err error) {
	err = o.DB.App.View(context.Background(), who.Token, func(tx *postgres.Tx) (err error) {
		s, err = o.desk.Read(tx, who, q)
		return err
	})
	return s, err
}

func (o office) of(t testing.TB, c *cases.Case) statements.Statement {
	t.Helper()
	s, err := o.read(o.Lawyer, statements.Question{Subject: statements.Subject{Case: c.ID}})
	must(t, err)
	return s
}

// paid records a payment of a case.
func (o office) paid(t testing.TB, c *cases.Case, amount string, on day.Date) {
	t.Helper()
	sum, err := money.Parse(amount, c.Currency)
	must(t, err)
	_, err = o.pay.Record(context.Background(), o.Finance, payments.Received{CaseID: c.ID, Amount: sum, ReceivedOn: on, Source: payments.Source("bank")})
	must(t, err)
}

// costs charges a cost that the client bears for now.
func (o office) costs(t testing.TB, c *cases.Case, minor int64, by ledger.Bearer) {
	t.Helper()
	book := ledger.Book{Law: o.Law}
	_, err := evidence.Record(context.Background(), o.Log, o.Job, func(tx *evidence.Tx) (bool, []evidence.Entry, error) {
		held, err := cases.Lock(tx, c.ID, access.To(access.ActRead, access.ObjCase))
		if err != nil {
			return false, nil, err
		}
		debts, err := cases.DebtsOf(tx.Tx, c.ClientID, c.ID)
		if err != nil {
			return false, nil, err
		}
		_, entries, err := book.AddCost(tx, held, ledger.Spending{Debt: debts[0].ID, Component: ledger.Cost, Amount: money.Of(minor, c.Currency), On: day.Of(2026, 2, 10),
			Basis: "=cmd()|burofax", BorneBy: by})
		return true, entries, err
	})
	must(t, err)
}

// invoices are n of a case, each of another amount and day.
func invoices(n int) []testfirm.Invoice {
	all := make([]testfirm.Invoice, n)
	for i := range all {
		all[i] = testfirm.Invoice{Number: fmt.Sprintf("F-2025-%04d", i+1), Principal: fmt.Sprintf("%d", 1000+137*i), DueOn: day.Of(2025, 6, 15).AddDays(11 * i)}
	}
	return all
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t testing.TB, err error, code string) {
	t.Helper()
	if p := problem.Of(err); p == nil || p.Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func number(t testing.TB, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	must(t, err)
	return n
}

func itoa(n int) string { return strconv.Itoa(n) }
