package court_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/court"
	"recobro/internal/day"
	"recobro/internal/demands"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
	shipped "recobro/letters"
)

// office is the test firm with its court desk.
type office struct {
	*testfirm.Firm
	*court.Desk
	demands *demands.Desk
	cases   *cases.Desk
}

func open(t testing.TB) office {
	t.Helper()
	return openFor(t, testfirm.New(t))
}

func openFor(t testing.TB, f *testfirm.Firm) office {
	t.Helper()
	store, err := documents.OpenStore(t.TempDir())
	must(t, err)
	t.Cleanup(func() { _ = store.Close() })
	shelf, err := letters.Load(shipped.FS)
	must(t, err)
	papers, book := &documents.Desk{Log: f.Log, Law: f.Law, Store: store}, &ledger.Book{Law: f.Law}
	return office{f, &court.Desk{Log: f.Log, Law: f.Law, Shelf: shelf, Book: book, Documents: papers},
		&demands.Desk{Log: f.Log, Law: f.Law, Shelf: shelf, Book: book, Documents: papers}, &cases.Desk{Log: f.Log, Law: f.Law}}
}

// on moves the clock to a day up to which all money is known.
func (o office) on(t testing.TB, d day.Date, client uuid.UUID) {
	t.Helper()
	o.Clock.On(d)
	_, err := evidence.Record(context.Background(), o.Firm.Log, o.Job, func(tx *evidence.Tx) (bool, []evidence.Entry, error) {
		err := cases.KnowMoneyUntil(tx, client, d)
		return true, []evidence.Entry{{Subject: evidence.ClientOf(client), Kind: "money.known", Fields: evidence.Fields{"until": d.String()}}}, err
	})
	must(t, err)
}

// scan is a picture, as a court or an operator might hand one out.
func scan(t testing.TB) []byte {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 420, 594))
	for i := range picture.Pix {
		picture.Pix[i] = 235
	}
	for y := 80; y < 500; y += 24 {
		for x := 50; x < 370; x++ {
			picture.SetGray(x, y, color.Gray{90})
		}
	}
	var b bytes.Buffer
	must(t, png.Encode(&b, picture))
	return b.Bytes()
}

// delivered opens a case whose demand reached the debtor on 6 March 2026; with the invoice among its papers when asked.
func (o office) delivered(t testing.TB, opts testfirm.Opts, invoice bool) *cases.Case {
	t.Helper()
	c := o.OpenCase(opts)
	o.deliver(t, c, invoice)
	return c
}

// deliver brings the demand of a case to its debtor on 6 March 2026.
func (o office) deliver(t testing.TB, c *cases.Case, invoice bool) {
	t.Helper()
	ctx := context.Background()
	o.on(t, day.Of(2026, 3, 3), c.ClientID)
	if invoice {
		_, err := o.Documents.Attach(ctx, o.Paralegal, c.ID, documents.Upload{Kind: documents.Invoice, Name: "F-2026-1187.png", MediaType: "image/png", Data: scan(t)})
		must(t, err)
	}
	d, err := o.demands.Draft(ctx, o.Paralegal, []uuid.UUID{c.ID}, "", nil)
	must(t, err)
	_, err = o.demands.Submit(ctx, o.Paralegal, d.ID)
	must(t, err)
	_, err = o.demands.Approve(ctx, o.Lawyer, d.ID, "")
	must(t, err)
	_, err = o.demands.Sign(ctx, o.Lawyer, d.ID)
	must(t, err)
	_, err = o.demands.Dispatch(ctx, o.Paralegal, d.ID, demands.Dispatch{Channel: demands.Burofax, OperatorReference: "NB00000001"})
	must(t, err)
	o.on(t, day.Of(2026, 3, 9), c.ClientID)
	_, err = o.demands.Deliver(ctx, o.Paralegal, d.ID, demands.Delivery{State: demands.Delivered, On: day.Of(2026, 3, 6), Grade: 4,
		Proof: &documents.Upload{Name: "acuse.png", MediaType: "image/png", Data: append(scan(t), 0)}})
	must(t, err)
}

// ready is a case before the suit, allowed by the client, on 20 April 2026.
func (o office) ready(t testing.TB, opts testfirm.Opts, invoice bool) *cases.Case {
	t.Helper()
	c := o.delivered(t, opts, invoice)
	o.allow(t, c)
	return c
}

// allow brings a delivered case before the suit, allowed by the client, on 20 April 2026.
func (o office) allow(t testing.TB, c *cases.Case) {
	t.Helper()
	ctx := context.Background()
	o.on(t, day.Of(2026, 4, 20), c.ClientID)
	_, err := o.cases.Advance(ctx, o.Lawyer, c.ID, cases.DemandExpired, "")
	must(t, err)
	a, err := o.AskToSue(ctx, o.Paralegal, c.ID)
	must(t, err)
	_, err = o.DecideSuit(ctx, o.ClientAdminA, a.ID, true, "adelante")
	must(t, err)
}

// approved is a filing that waits for its signature.
func (o office) approved(t testing.TB, c *cases.Case) (court.Proceeding, court.Filing) {
	return o.approvedIn(t, c, court.Opening{Procedure: "monitorio", Court: "Tribunal de Instancia de Valdemiel, Sección Civil"})
}

func (o office) approvedIn(t testing.TB, c *cases.Case, in court.Opening) (court.Proceeding, court.Filing) {
	t.Helper()
	ctx := context.Background()
	p, err := o.Open(ctx, o.Paralegal, []uuid.UUID{c.ID}, in)
	must(t, err)
	f, err := o.DraftFiling(ctx, o.Paralegal, p.ID, map[string]string{"client_representative": "doña Rosa Ficticia Prado, administradora única"})
	must(t, err)
	_, err = o.Submit(ctx, o.Paralegal, f.ID)
	must(t, err)
	f, err = o.Approve(ctx, o.Lawyer2, f.ID, "")
	must(t, err)
	return p, f
}

// filed is a proceeding before the court since 20 April 2026.
func (o office) filed(t testing.TB, c *cases.Case) (court.Proceeding, court.Filing) {
	t.Helper()
	ctx := context.Background()
	p, f := o.approved(t, c)
	_, err := o.Sign(ctx, o.Lawyer, f.ID)
	must(t, err)
	f, err = o.File(ctx, o.Lawyer, f.ID, court.FiledAt{DocketNumber: "412/2026", Receipt: &documents.Upload{Name: "justificante.png", MediaType: "image/png", Data: append(scan(t), 1)}})
	must(t, err)
	return p, f
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
