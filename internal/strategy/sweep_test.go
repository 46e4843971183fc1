package strategy_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/strategy"
	"recobro/internal/testfirm"
)

// planColumns is what a sweep writes.
type planColumns struct {
	ID       uuid.UUID
	Strategy string
	NextStep *string `db:"next_step"`
	NextOn   *string `db:"next_on"`
	PlanDue  bool    `db:"plan_due"`
	Error    *string `db:"plan_error"`
	Touched  string  // which transaction wrote the row last
}

func columnsOf(t *testing.T, f *testfirm.Firm) map[uuid.UUID]planColumns {
	t.Helper()
	var rows []planColumns
	if err := f.DB.Super.Select(&rows, `select id, strategy, next_step, next_on::text, plan_due, plan_error as plan_error, xmin::text as touched from app.cases`); err != nil {
		t.Fatal(err)
	}
	out := map[uuid.UUID]planColumns{}
	for _, r := range rows {
		out[r.ID] = r
	}
	return out
}

func deskOf(t *testing.T, f *testfirm.Firm) *strategy.Desk {
	t.Helper()
	plans, _ := shipped(t)
	return &strategy.Desk{Log: f.Log, Law: f.Law, Plans: plans}
}

func TestSweepPlansOnceAndReturnsWhatIsDue(t *testing.T) {
	f := testfirm.New(t)
	desk := deskOf(t, f)
	a, b := f.OpenCase(testfirm.Opts{}), f.OpenCase(testfirm.Opts{Client: &f.ClientB})
	first, err := desk.Sweep(t.Context(), f.Job, f.Clock.Today(), false, nil)
	if err != nil {
		t.Fatal(err)
	}
	if first.Seen != 2 || len(first.Due) != 0 {
		t.Fatalf("the first sweep saw %d cases and %d due", first.Seen, len(first.Due))
	}
	planned := columnsOf(t, f)
	for id, want := range map[uuid.UUID]string{a.ID: "es-b2b", b.ID: "mx-b2b"} {
		p := planned[id]
		if p.PlanDue || p.Strategy != want || p.NextStep == nil || *p.NextStep != "reminder_first" || *p.NextOn != "2026-03-03" {
			t.Errorf("case %s is planned as %+v", id, p)
		}
	}
	f.Clock.AddDays(1)
	for range 2 {
		due, err := desk.Sweep(t.Context(), f.Job, f.Clock.Today(), false, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(due.Due) != 2 || due.Due[0].Action != strategy.Remind {
			t.Fatalf("due are %v", due.Due)
		}
		if !samePlan(columnsOf(t, f), planned) {
			t.Error("a sweep that decides the same wrote again")
		}
	}
}

func samePlan(a, b map[uuid.UUID]planColumns) bool {
	for id, p := range a {
		if p.Touched != b[id].Touched {
			return false
		}
	}
	return true
}

func TestDrySweepWritesNothing(t *testing.T) {
	f := testfirm.New(t)
	desk := deskOf(t, f)
	f.OpenCase(testfirm.Opts{})
	before := columnsOf(t, f)
	f.Clock.AddDays(1)
	report, err := desk.Sweep(t.Context(), f.Job, f.Clock.Today(), true, nil)
	if err != nil {
		t.Fatal(err)
	}
	if report.Seen != 1 || len(report.Due) != 1 {
		t.Errorf("the dry sweep saw %d and found %d due", report.Seen, len(report.Due))
	}
	if !samePlan(columnsOf(t, f), before) {
		t.Error("the dry sweep wrote")
	}
}

func TestPoisonedCaseIsSetAsideAndStopsNobody(t *testing.T) {
	f := testfirm.New(t)
	desk := deskOf(t, f)
	bad, good := f.OpenCase(testfirm.Opts{}), f.OpenCase(testfirm.Opts{})
	if _, err := f.DB.Super.Exec(`update app.cases set jurisdiction = 'FR' where id = $1`, bad.ID); err != nil {
		t.Fatal(err)
	}
	report, err := desk.Sweep(t.Context(), f.Job, f.Clock.Today(), false, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := columnsOf(t, f)
	if report.SetAside != 1 || got[bad.ID].Error == nil || *got[bad.ID].Error != "jurisdiction_unknown" || got[bad.ID].PlanDue {
		t.Errorf("set aside %d; the bad case stands as %+v", report.SetAside, got[bad.ID])
	}
	if got[good.ID].NextStep == nil {
		t.Errorf("the good case stands as %+v", got[good.ID])
	}
	again, err := desk.Sweep(t.Context(), f.Job, f.Clock.Today(), false, nil)
	if err != nil || again.Seen != 0 {
		t.Errorf("the next sweep saw %d cases (%v)", again.Seen, err)
	}
}

// A change that commits while a sweep runs must not lose its request for planning: the sweep leaves a case that is being
// worked on alone.
func TestSweepDoesNotSwallowAChangeUnderWay(t *testing.T) {
	f := testfirm.New(t)
	desk := deskOf(t, f)
	c := f.OpenCase(testfirm.Opts{})
	_, err := evidence.Record(t.Context(), f.Log, f.Job, func(tx *evidence.Tx) (int, []evidence.Entry, error) {
		held, err := cases.LockOpen(tx, c.ID, access.To(access.ActPlace, access.ObjHold))
		if err != nil {
			return 0, nil, err
		}
		report, err := desk.Sweep(context.Background(), f.Job, f.Clock.Today(), false, nil)
		if err != nil || report.Seen != 0 {
			t.Errorf("the sweep took the case from under the action: %d (%v)", report.Seen, err)
		}
		return 0, []evidence.Entry{held.Entry("test.done", nil)}, cases.Replan(tx, held.ClientID, held.ID)
	})
	if err != nil {
		t.Fatal(err)
	}
	if !columnsOf(t, f)[c.ID].PlanDue {
		t.Error("the case does not wait for planning any more")
	}
	report, err := desk.Sweep(t.Context(), f.Job, f.Clock.Today(), false, nil)
	if err != nil || report.Seen != 1 {
		t.Errorf("the next sweep saw %d (%v)", report.Seen, err)
	}
}

func TestSweepReachesEveryCaseAcrossBatches(t *testing.T) {
	f := testfirm.New(t)
	desk := deskOf(t, f)
	c := f.OpenCase(testfirm.Opts{})
	// Copies of one case are enough to fill a batch and begin the next.
	if _, err := f.DB.Super.Exec(`set session_replication_role = replica;
		insert into app.cases select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'number', 'R-' || n))).* from app.cases c, generate_series(1, 600) n;
		insert into app.debts select (jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid(), 'case_id', c.id, 'external_ref', c.number, 'number', c.number))).* from app.cases c, app.debts d where c.id <> d.case_id;
		insert into app.ledger_entries select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'case_id', d.case_id, 'debt_id', d.id))).* from app.debts d, app.ledger_entries l where d.case_id <> l.case_id;
		set session_replication_role = default`); err != nil {
		t.Fatal(err)
	}
	calls := 0
	report, err := desk.Sweep(t.Context(), f.Job, day.Of(2026, 3, 3), false, func(strategy.Report) { calls++ })
	if err != nil {
		t.Fatal(err)
	}
	if report.Seen != 601 || len(report.Due) != 601 || calls != 2 || report.SetAside != 0 {
		t.Errorf("saw %d, due %d, set aside %d, in %d batches", report.Seen, len(report.Due), report.SetAside, calls)
	}
	if err := f.DB.App.View(t.Context(), f.Job.Token, func(tx *postgres.Tx) error {
		facts, err := cases.FactsOf(tx, c.ClientID, c.ID)
		if err == nil && (facts.NextStep == nil || *facts.NextStep != "reminder_first") {
			t.Errorf("the next step is %v", facts.NextStep)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
