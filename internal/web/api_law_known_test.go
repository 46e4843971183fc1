package web_test

import (
	"net/url"
	"testing"
	"time"

	"recobro/internal/law"
	"recobro/internal/testfirm"
	packs "recobro/policies/law"
)

// known is what these tests read of a statement.
type known struct {
	KnownAt time.Time `json:"known_at"`
	Open    struct{ Amount string }
	Law     string
}

func TestAStatementKeepsItsEarlierFigureAsKnownAfterARateIsApprovedInAnotherProcess(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	base := "/api/v1/cases/" + c.ID.String() + "/statement?as_of=2026-03-31"
	read := func(o *outside, query string) (k known) {
		t.Helper()
		o.good(o.Lawyer, 200, "GET", base+query, "").into(t, &k)
		return k
	}
	before := read(o, "")
	elsewhere := *o.Firm
	library, err := law.Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere.Law = library
	other := openFor(t, &elsewhere) // a second process on the same database: nobody has told it anything yet
	o.Clock.AddDays(1)
	change := o.proposed(o.Finance, rateBody("2026-01-01", "2026-06-30", "20"))
	o.good(o.Lawyer, 200, "POST", "/api/v1/law/changes/"+change.ID+"/approve", "")
	o.Clock.AddDays(1) // what is recorded now is known later than the approval
	o.good(o.KeyA, 201, "POST", "/api/v1/cases/"+c.ID.String()+"/payments", `{"amount":{"amount":"10.00","currency":"EUR"},"received_on":"2026-03-03"}`, "Idempotency-Key", "late")
	there, here := read(other, ""), read(o, "")
	if here.Open.Amount == before.Open.Amount || here != there {
		t.Errorf("before %+v, here %+v, there %+v", before, here, there)
	}
	o.Clock.AddDays(1)
	for _, k := range []known{before, here} {
		query := "&known_at=" + url.QueryEscape(k.KnownAt.Format(time.RFC3339Nano))
		if again, far := read(o, query), read(other, query); again != k || far != k {
			t.Errorf("as known at %s: %+v, in the other process %+v, not %+v", k.KnownAt, again, far, k)
		}
	}
}
