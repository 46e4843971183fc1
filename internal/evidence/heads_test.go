package evidence_test

import (
	"testing"
	"time"

	"recobro/internal/evidence"
	"recobro/internal/evidence/tree"
	"recobro/internal/testfirm"
)

func sequenced(t *testing.T, f *testfirm.Firm) {
	t.Helper()
	for n := 1; n > 0; {
		var err error
		if n, err = (&tree.Sequencer{DB: f.DB.Log}).Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func said(t *testing.T, f *testfirm.Firm, want bool) {
	t.Helper()
	if got, err := f.Log.RecordHeads(t.Context(), f.Job); err != nil || got != want {
		t.Fatalf("heads were said: %v, %v; want %v", got, err, want)
	}
}

func TestHeadsAreSaidOnceADayAndVerifyHoldsTheCasesToThem(t *testing.T) {
	f := testfirm.New(t)
	said(t, f, false) // there is no tree yet
	for range 3 {
		f.OpenCase(testfirm.Opts{})
	}
	sequenced(t, f)
	said(t, f, true)
	said(t, f, false)
	f.OpenCase(testfirm.Opts{})
	f.Clock.AddDays(1)
	sequenced(t, f)
	said(t, f, true)
	sequenced(t, f)
	check := func() evidence.TreeReport {
		r, err := f.Log.VerifyTree(t.Context(), f.Job, evidence.TreeCheck{Late: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := check(); r.Heads != 2 || len(r.Findings) != 0 {
		t.Fatalf("%+v", r)
	}
	for name, change := range map[string]string{
		"a head that lies":       `update ev.openings set opening = replace(convert_from(opening, 'UTF8'), '"value":"3"', '"value":"2"')::bytea`,
		"a list without opening": `delete from ev.openings`,
	} {
		tx := f.DB.Super.MustBegin()
		tx.MustExec(`alter table ev.openings disable trigger all`)
		tx.MustExec(change + ` where (subject, seq) = (select subject, min(seq) from ev.events where type = 'log.heads' group by subject)`)
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		if r := check(); len(r.Findings) == 0 {
			t.Errorf("%s was not found", name)
		}
	}
}
