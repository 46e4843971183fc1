package demands_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/demands"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
	shipped "recobro/letters"
)

// office is the test firm with its demand desk.
type office struct {
	*testfirm.Firm
	*demands.Desk
	folder string
}

func open(t testing.TB) office {
	t.Helper()
	f := testfirm.New(t)
	folder := t.TempDir()
	store, err := documents.OpenStore(folder)
	must(t, err)
	t.Cleanup(func() { _ = store.Close() })
	shelf, err := letters.Load(shipped.FS)
	must(t, err)
	o := office{f, &demands.Desk{Log: f.Log, Law: f.Law, Shelf: shelf, Book: &ledger.Book{Law: f.Law},
		Documents: &documents.Desk{Log: f.Log, Law: f.Law, Store: store}}, folder}
	o.knowMoney(t, f.ClientA.ID)
	return o
}

// knowMoney says that all money received up to today is known.
func (o office) knowMoney(t testing.TB, client uuid.UUID) {
	t.Helper()
	_, err := evidence.Record(context.Background(), o.Firm.Log, o.Job, func(tx *evidence.Tx) (bool, []evidence.Entry, error) {
		err := cases.KnowMoneyUntil(tx, client, o.Clock.Today())
		return true, []evidence.Entry{{Subject: evidence.ClientOf(client), Kind: "money.known", Fields: evidence.Fields{"until": o.Clock.Today().String()}}}, err
	})
	must(t, err)
}

func (o office) openCase(t testing.TB, opts testfirm.Opts) *cases.Case {
	t.Helper()
	c := o.OpenCase(opts)
	o.knowMoney(t, c.ClientID)
	return c
}

// approved is a demand that waits for its signature.
func (o office) approved(t testing.TB, c *cases.Case) demands.Demand {
	t.Helper()
	ctx := context.Background()
	d, err := o.Draft(ctx, o.Paralegal, []uuid.UUID{c.ID}, "", nil)
	must(t, err)
	_, err = o.Submit(ctx, o.Paralegal, d.ID)
	must(t, err)
	d, err = o.Approve(ctx, o.Lawyer, d.ID, "conforme")
	must(t, err)
	return d
}

// dispatched is a demand on its way since today.
func (o office) dispatched(t testing.TB, c *cases.Case) demands.Demand {
	t.Helper()
	ctx := context.Background()
	d, err := o.Sign(ctx, o.Lawyer, o.approved(t, c).ID)
	must(t, err)
	d, err = o.Dispatch(ctx, o.Paralegal, d.ID, demands.Dispatch{Channel: demands.Burofax, OperatorReference: "NB00000001"})
	must(t, err)
	return d
}

func proof() *documents.Upload {
	return &documents.Upload{Name: "acuse.pdf", MediaType: "application/pdf", Data: []byte("%PDF-1.7\n% acuse de recibo\n")}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused asserts the code of a problem.
func refused(t testing.TB, err error, code string) {
	t.Helper()
	if p := problem.Of(err); p == nil || p.Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

// statement reads the ledger's own figures.
func (o office) statement(t testing.TB, c *cases.Case, asOf day.Date) (s ledger.Statement) {
	t.Helper()
	must(t, o.DB.App.View(context.Background(), o.Job.Token, func(tx *postgres.Tx) (err error) {
		s, err = o.Book.Statement(tx, c.ClientID, []uuid.UUID{c.ID}, asOf, o.Clock.Now().AddDate(1, 0, 0))
		return err
	}))
	return s
}
