package court_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"recobro/internal/court"
	"recobro/internal/day"
	"recobro/internal/gazette"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
)

// adopt puts changes on the shelf after all that the firm approved already.
func (o office) adopt(t testing.TB, changes ...law.Change) {
	t.Helper()
	var all []law.Change
	must(t, o.DB.App.View(context.Background(), o.Job.Token, func(tx *postgres.Tx) (err error) {
		all, err = gazette.Load(tx)
		return err
	}))
	for _, c := range changes {
		c.Seq = all[len(all)-1].Seq + 1
		all = append(all, c)
	}
	must(t, o.Firm.Law.Adopt(all))
}

// served is a payment requirement served on 4 May 2026 by a court of a place.
func (o office) served(t testing.TB, place law.Place) (court.Proceeding, court.Act) {
	t.Helper()
	ctx := context.Background()
	c := o.ready(t, testfirm.Opts{}, true)
	p, f := o.approvedIn(t, c, court.Opening{Procedure: "monitorio", Place: place})
	_, err := o.Sign(ctx, o.Lawyer, f.ID)
	must(t, err)
	_, err = o.File(ctx, o.Lawyer, f.ID, court.FiledAt{DocketNumber: "9/2026"})
	must(t, err)
	o.on(t, day.Of(2026, 5, 7), c.ClientID)
	act, err := o.RecordAct(ctx, o.Lawyer, p.ID, court.ActIn{Kind: "served", On: day.Of(2026, 5, 4)})
	must(t, err)
	return p, act
}

// requirement is the open deadline of the payment requirement.
func (o office) requirement(t testing.TB, p court.Proceeding) court.Deadline {
	t.Helper()
	all, err := o.Deadlines(context.Background(), o.Lawyer, p.ID)
	must(t, err)
	for _, l := range all {
		if l.Rule == "payment_requirement" && l.ReplacedBy == nil {
			return l
		}
	}
	t.Fatal("no open payment requirement")
	return court.Deadline{}
}

func TestTermsOfACourtAreCountedByTheHolidaysOfItsPlace(t *testing.T) {
	o := open(t)
	for _, c := range []struct {
		place law.Place
		due   day.Date
	}{
		{law.Place{}, day.Of(2026, 6, 1)},
		{law.Place{Region: "ES-MD", Town: "Getafe"}, day.Of(2026, 6, 1)},
		{law.Place{Region: "ES-MD", Town: "Madrid"}, day.Of(2026, 6, 2)},
	} {
		p, _ := o.served(t, c.place)
		l := o.requirement(t, p)
		if l.DueOn != c.due || l.GraceAt == nil || !strings.Contains(string(l.Explanation), "Requerimiento de pago notificado al deudor: el 4 de mayo de 2026") {
			t.Errorf("%+v: due %s, grace %v: %s", c.place, l.DueOn, l.GraceAt, l.Explanation)
		}
		if c.place.Town == "Madrid" && !strings.Contains(string(l.Explanation), "San Isidro") {
			t.Errorf("the holiday of the town is not named: %s", l.Explanation)
		}
	}
	c := o.ready(t, testfirm.Opts{}, true)
	for place, code := range map[law.Place]string{{Region: "ES-XX"}: "region_unknown", {Town: "Madrid"}: "region_missing"} {
		_, err := o.Open(context.Background(), o.Lawyer, []uuid.UUID{c.ID}, court.Opening{Procedure: "monitorio", Place: place})
		refused(t, err, code)
	}
}

func TestAnApprovedHolidayRecomputesTheOpenDeadlinesOfItsPlace(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	madrid, act := o.served(t, law.Place{Region: "ES-MD", Town: "Getafe"})
	elsewhere, _ := o.served(t, law.Place{Region: "ES-CT"})
	before, other := o.requirement(t, madrid), o.requirement(t, elsewhere)
	on, place := day.Of(2026, 5, 18), law.Place{Region: "ES-MD"}
	change := law.Change{Jurisdiction: "ES", Kind: law.ChangeHoliday, At: time.Date(2026, 5, 7, 9, 0, 0, 0, time.UTC), On: on, Region: "ES-MD",
		Name: problem.Text{ES: "Luto oficial", EN: "Day of mourning"}, Source: "BOCM", Confidence: law.ReadLaw}
	o.adopt(t, change)

	if _, err := o.RecomputeDeadlines(ctx, o.Lawyer, "ES", place, on, "luto"); problem.Of(err) == nil {
		t.Errorf("a person recomputed the deadlines of the firm: %v", err)
	}
	for i, want := range []int{1, 0} {
		if n, err := o.RecomputeDeadlines(ctx, o.Job, "ES", place, on, "luto oficial, BOCM"); err != nil || n != want {
			t.Fatalf("run %d changed %d deadlines, %v", i+1, n, err)
		}
	}
	after := o.requirement(t, madrid)
	if after.DueOn != before.DueOn.AddDays(1) || after.ActID == nil || *after.ActID != act.ID || !strings.Contains(string(after.Skipped), "Luto oficial") {
		t.Errorf("due %s after %s, act %v, skipped %s", after.DueOn, before.DueOn, after.ActID, after.Skipped)
	}
	if got := o.requirement(t, elsewhere); got.ID != other.ID {
		t.Error("the holiday of Madrid replaced a deadline in Catalonia")
	}
	var replaced uuid.UUID
	must(t, o.DB.Super.Get(&replaced, `select replaced_by from app.deadlines where id = $1`, before.ID))
	if replaced != after.ID {
		t.Errorf("the old deadline names %s, not its successor", replaced)
	}
	_, err := o.CorrectAct(ctx, o.Lawyer, act.ID, day.Of(2026, 5, 6), "fecha del acuse")
	must(t, err)
	if l := o.requirement(t, madrid); l.DueOn != day.Of(2026, 6, 4) {
		t.Errorf("the corrected trigger forgot the holiday: %s", l.DueOn)
	}
	gone := change
	gone.Kind, gone.At = law.ChangeHolidayRemoved, change.At.Add(time.Hour)
	o.adopt(t, change, gone)
	if n, err := o.RecomputeDeadlines(ctx, o.Job, "ES", law.Place{}, on, "anulada"); err != nil || n != 1 {
		t.Errorf("taking it away changed %d, %v", n, err)
	}
	if l := o.requirement(t, madrid); l.DueOn != day.Of(2026, 6, 3) {
		t.Errorf("without the holiday the term ends on %s", l.DueOn)
	}
}

func TestAHolidayOnTheDayOfGraceMovesTheGraceAlone(t *testing.T) {
	o := open(t)
	p, _ := o.served(t, law.Place{Region: "ES-MD"})
	before, on := o.requirement(t, p), day.Of(2026, 6, 2)
	o.adopt(t, law.Change{Jurisdiction: "ES", Kind: law.ChangeHoliday, At: time.Date(2026, 5, 7, 9, 0, 0, 0, time.UTC), On: on,
		Name: problem.Text{ES: "Fiesta", EN: "Holiday"}, Source: "BOE", Confidence: law.ReadLaw})
	if n, err := o.RecomputeDeadlines(context.Background(), o.Job, "ES", law.Place{}, on, "fiesta nacional"); err != nil || n != 1 {
		t.Fatalf("%d, %v", n, err)
	}
	if l := o.requirement(t, p); l.DueOn != before.DueOn || !l.GraceAt.Equal(before.GraceAt.AddDate(0, 0, 1)) {
		t.Errorf("due %s, grace %s; before %s, %s", l.DueOn, l.GraceAt, before.DueOn, before.GraceAt)
	}
}
