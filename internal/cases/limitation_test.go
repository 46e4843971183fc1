package cases_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
)

// sure is a bench whose lawyers have confirmed that an interruption starts the whole term again.
func sure(t *testing.T) bench {
	t.Helper()
	b := newBench(t)
	var err error
	if b.desk.Law, err = b.Law.Confirm("es.limitation_restart"); err != nil {
		t.Fatal(err)
	}
	return b
}

// paper puts a document into a case by hand, as far as a test of cases can.
func (b bench) paper(t *testing.T, c *cases.Case) *uuid.UUID {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	_, err := evidence.Record(context.Background(), b.Log, b.Job, func(tx *evidence.Tx) (bool, []evidence.Entry, error) {
		_, err := tx.Exec(`insert into documents (client_id, id, account_id, case_id, kind, class, name, media_type, sha256, bytes, added_on)
			values ($1, $2, $3, $4, 'delivery_proof', 'open', 'acuse.pdf', 'application/pdf', sha256('x'), 1, '2026-03-02')`, c.ClientID, id, c.AccountID, c.ID)
		return true, []evidence.Entry{c.Entry("document.added", evidence.Fields{})}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return &id
}

func (b bench) debts(t *testing.T, c *cases.Case) (all []cases.Debt) {
	t.Helper()
	err := b.DB.App.View(context.Background(), b.Job.Token, func(tx *postgres.Tx) (err error) {
		all, err = cases.DebtsOf(tx, c.ClientID, c.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (b bench) old(t *testing.T, due day.Date) *cases.Case {
	t.Helper()
	return b.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{DueOn: due}}})
}

func TestAFactMovesTheLastDayAndTakingItBackMovesItBack(t *testing.T) {
	b, ctx := sure(t), context.Background()
	c := b.old(t, day.Of(2021, 5, 10))
	f, err := b.desk.RecordLimitation(ctx, b.Paralegal, c.ID, cases.LimitationFact{Act: law.LetterAct, From: day.Of(2025, 11, 1), Received: day.Of(2025, 11, 3), Grade: 4, DocumentID: b.paper(t, c), Note: "Burofax"})
	if err != nil {
		t.Fatal(err)
	}
	if on := b.debts(t, c)[0].LimitationOn; on != day.Of(2030, 11, 3) {
		t.Errorf("after the letter %s", on)
	}
	sheet, err := b.desk.Limitation(ctx, b.Lawyer, c.ID)
	if err != nil || len(sheet.Facts) != 1 || len(sheet.Debts) != 1 || sheet.Debts[0].Limitation.On != day.Of(2030, 11, 3) || !strings.Contains(sheet.Debts[0].Limitation.Explain().ES, "reclamación escrita") {
		t.Errorf("%+v, %v", sheet, err)
	}
	if kinds := b.Kinds(c); !slices.Contains(kinds, "limitation.fact_recorded") || !slices.Contains(kinds, "limitation.recomputed") {
		t.Errorf("log %v", kinds)
	}
	if _, err := b.desk.ReverseLimitation(ctx, b.Paralegal, f.ID, "no era de esta deuda"); problem.Of(err) == nil || problem.Of(err).Kind != problem.Forbidden {
		t.Errorf("a paralegal took a fact back: %v", err)
	}
	if _, err := b.desk.ReverseLimitation(ctx, b.Lawyer, f.ID, ""); code(err) != "reason_missing" {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := b.desk.ReverseLimitation(ctx, b.Lawyer, f.ID, "no era de esta deuda"); err != nil {
		t.Fatal(err)
	}
	if on := b.debts(t, c)[0].LimitationOn; on != day.Of(2026, 5, 10) {
		t.Errorf("taken back %s", on)
	}
	if _, err := b.desk.ReverseLimitation(ctx, b.Lawyer, f.ID, "otra vez"); code(err) != "limitation_fact_reversed" {
		t.Errorf("taken back twice: %v", err)
	}
	if sheet, err = b.desk.Limitation(ctx, b.Lawyer, c.ID); err != nil || len(sheet.Facts) != 1 || !sheet.Facts[0].Reversed {
		t.Errorf("%+v, %v", sheet.Facts, err)
	}
}

func TestAnUnconfirmedRuleKeepsTheEarlierDayAndSaysTheLater(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	c := b.old(t, day.Of(2021, 5, 10))
	_, err := b.desk.RecordLimitation(ctx, b.Lawyer, c.ID, cases.LimitationFact{Act: law.AcknowledgementAct, From: day.Of(2025, 11, 3), DocumentID: b.paper(t, c)})
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := b.desk.Limitation(ctx, b.Lawyer, c.ID)
	if err != nil || sheet.Debts[0].LimitationOn != day.Of(2026, 5, 10) || sheet.Debts[0].Limitation.Later != day.Of(2030, 11, 3) {
		t.Errorf("%+v, %v", sheet.Debts[0], err)
	}
}

func TestAFactWithoutItsProofOrWithImpossibleDaysIsRefused(t *testing.T) {
	b, ctx := sure(t), context.Background()
	c, other := b.old(t, day.Of(2021, 5, 10)), b.old(t, day.Of(2021, 5, 10))
	paper, foreign := b.paper(t, c), b.paper(t, other)
	stranger := b.debts(t, other)[0].ID
	good := cases.LimitationFact{Act: law.LetterAct, From: day.Of(2025, 11, 1), Received: day.Of(2025, 11, 3), Grade: 3, DocumentID: paper}
	for want, change := range map[string]func(*cases.LimitationFact){
		"limitation_act_unknown":   func(f *cases.LimitationFact) { f.Act = "phone call" },
		"limitation_proof_missing": func(f *cases.LimitationFact) { f.DocumentID = nil },
		"limitation_days":          func(f *cases.LimitationFact) { f.Received = day.Of(2025, 10, 3) },
		"debt_unknown":             func(f *cases.LimitationFact) { f.DebtID = &stranger },
	} {
		f := good
		change(&f)
		if _, err := b.desk.RecordLimitation(ctx, b.Lawyer, c.ID, f); code(err) != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	f := good
	f.DocumentID = foreign
	if _, err := b.desk.RecordLimitation(ctx, b.Lawyer, c.ID, f); code(err) != "limitation_proof_missing" {
		t.Errorf("another case's paper: %v", err)
	}
	f = good
	f.From = b.Clock.Today().AddDays(1)
	if _, err := b.desk.RecordLimitation(ctx, b.Lawyer, c.ID, f); code(err) != "limitation_days" {
		t.Errorf("tomorrow: %v", err)
	}
	if _, err := b.desk.RecordLimitation(ctx, b.ClientAdminA, c.ID, good); problem.Of(err) == nil || problem.Of(err).Kind != problem.NotFound {
		t.Errorf("a client recorded a fact: %v", err)
	}
	if on := b.debts(t, c)[0].LimitationOn; on != day.Of(2026, 5, 10) {
		t.Errorf("what was refused moved the day to %s", on)
	}
}

func TestAFactAboutTheSameThingReplacesTheOneBefore(t *testing.T) {
	b, ctx := sure(t), context.Background()
	c := b.old(t, day.Of(2021, 5, 10))
	suit := uuid.Must(uuid.NewV7())
	tell := func(f cases.LimitationFact) (n int) {
		t.Helper()
		_, err := evidence.Record(ctx, b.Log, b.Job, func(tx *evidence.Tx) (bool, []evidence.Entry, error) {
			locked, err := cases.Lock(tx, c.ID, "case:read")
			if err != nil {
				return false, nil, err
			}
			pack, err := b.desk.Pack(locked)
			if err != nil {
				return false, nil, err
			}
			f.About = &suit
			entries, err := cases.Interrupted(tx, pack, []*cases.Case{locked}, f)
			n = len(entries)
			return true, append(entries, locked.Entry("note.written", evidence.Fields{"text": "x"})), err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	filed := cases.LimitationFact{Act: law.SuitAct, From: day.Of(2025, 6, 2)}
	if n := tell(filed); n != 2 {
		t.Errorf("filed: %d entries", n)
	}
	if n := tell(filed); n != 0 {
		t.Errorf("filed again: %d entries", n)
	}
	served := filed
	served.Received, served.Grade = day.Of(2025, 7, 1), 4
	if n := tell(served); n != 1 { // in Spain a suit counts from its filing
		t.Errorf("served: %d entries", n)
	}
	corrected := filed
	corrected.From = day.Of(2025, 6, 1)
	tell(corrected)
	sheet, err := b.desk.Limitation(ctx, b.Lawyer, c.ID)
	standing := slices.DeleteFunc(slices.Clone(sheet.Facts), func(f cases.LimitationFact) bool { return f.Reversed })
	if err != nil || len(sheet.Facts) != 3 || len(standing) != 1 || standing[0].Received != day.Of(2025, 7, 1) || sheet.Debts[0].LimitationOn != day.Of(2030, 6, 1) {
		t.Errorf("%+v, %v", sheet, err)
	}
	tell(cases.LimitationFact{Act: law.DismissalAct, From: day.Of(2026, 1, 15)})
	if on := b.debts(t, c)[0].LimitationOn; on != day.Of(2026, 5, 10) {
		t.Errorf("dismissed: %s", on)
	}
}

func TestOnlyALawyerSaysUnderWhichLawATermRuns(t *testing.T) {
	b, ctx := sure(t), context.Background()
	c := b.old(t, day.Of(2021, 5, 10))
	debt := b.debts(t, c)[0]
	under := cases.LimitationUnder{DebtID: debt.ID, Kind: "services", Region: "CT", Reason: "contrato sujeto al derecho catalán"}
	if _, err := b.desk.SetLimitation(ctx, b.Paralegal, c.ID, under); problem.Of(err) == nil || problem.Of(err).Kind != problem.Forbidden {
		t.Errorf("a paralegal set it: %v", err)
	}
	set, err := b.desk.SetLimitation(ctx, b.Lawyer, c.ID, under)
	if err != nil || set.LimitationOn != day.Of(2024, 5, 10) || set.Region != "CT" || set.LimitationKind != "services" {
		t.Errorf("%+v, %v", set, err)
	}
	for want, change := range map[string]func(*cases.LimitationUnder){
		"limitation_region_unknown": func(u *cases.LimitationUnder) { u.Region = "XX" },
		"limitation_unknown":        func(u *cases.LimitationUnder) { u.Region = "NC" },
		"reason_missing":            func(u *cases.LimitationUnder) { u.Reason = " " },
		"debt_unknown":              func(u *cases.LimitationUnder) { u.DebtID = uuid.Must(uuid.NewV7()) },
	} {
		u := under
		change(&u)
		if _, err := b.desk.SetLimitation(ctx, b.Lawyer, c.ID, u); code(err) != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	if kinds := b.Kinds(c); !slices.Contains(kinds, "limitation.law_set") {
		t.Errorf("log %v", kinds)
	}
}

// tasks are the alarms of a case that are open, by kind.
func (b bench) alarms(t *testing.T, c *cases.Case) (kinds []string) {
	t.Helper()
	err := b.DB.App.View(context.Background(), b.Job.Token, func(tx *postgres.Tx) error {
		all, err := cases.TasksOf(tx, c.ClientID, c.ID)
		for _, task := range all {
			if strings.HasPrefix(task.Kind, "limitation_") {
				kinds = append(kinds, task.Kind)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

// ring runs the day's alarms twice: the second run rings nothing.
func (b bench) ring(t *testing.T) int {
	t.Helper()
	ctx := context.Background()
	today := b.Clock.Today()
	if err := b.desk.EndLimitationAlarms(ctx, b.Job, today); err != nil {
		t.Fatal(err)
	}
	rung, err := b.desk.LimitationAlarms(ctx, b.Job, today, 100)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.desk.EndLimitationAlarms(ctx, b.Job, today); err != nil {
		t.Fatal(err)
	}
	if again, err := b.desk.LimitationAlarms(ctx, b.Job, today, 100); err != nil || again != 0 {
		t.Errorf("the second run rang %d, %v", again, err)
	}
	return rung
}

func TestAnAlarmRingsOnceForEachThresholdAndEndsWhenTheDayMoves(t *testing.T) {
	b, ctx := sure(t), context.Background() // the clock stands on 2 March 2026
	far, c, past := b.old(t, day.Of(2024, 5, 10)), b.old(t, day.Of(2021, 8, 20)), b.old(t, day.Of(2021, 2, 1))
	if rung := b.ring(t); rung != 1 || !slices.Equal(b.alarms(t, c), []string{"limitation_first"}) || len(b.alarms(t, far))+len(b.alarms(t, past)) != 0 {
		t.Fatalf("rang %d: %v", rung, b.alarms(t, c))
	}
	if kinds := b.Kinds(c); !slices.Contains(kinds, "limitation.alarm") {
		t.Errorf("log %v", kinds)
	}
	b.Clock.On(day.Of(2026, 6, 21)) // sixty days before 20 August
	if rung := b.ring(t); rung != 1 || !slices.Equal(b.alarms(t, c), []string{"limitation_second"}) {
		t.Errorf("rang %d: %v", rung, b.alarms(t, c))
	}
	b.Clock.On(day.Of(2026, 8, 10))
	if rung := b.ring(t); rung != 1 || !slices.Equal(b.alarms(t, c), []string{"limitation_last"}) {
		t.Errorf("rang %d: %v", rung, b.alarms(t, c))
	}
	f := cases.LimitationFact{Act: law.LetterAct, From: day.Of(2026, 8, 9), Received: day.Of(2026, 8, 10), Grade: 4, DocumentID: b.paper(t, c)}
	if _, err := b.desk.RecordLimitation(ctx, b.Lawyer, c.ID, f); err != nil {
		t.Fatal(err)
	}
	if rung := b.ring(t); rung != 0 || len(b.alarms(t, c)) != 0 {
		t.Errorf("interrupted, yet %d rang: %v", rung, b.alarms(t, c))
	}
	b.Clock.On(day.Of(2031, 8, 1)) // ten days before the new last day: the same threshold rings again
	if rung := b.ring(t); rung != 1 || !slices.Equal(b.alarms(t, c), []string{"limitation_last"}) {
		t.Errorf("rang %d: %v", rung, b.alarms(t, c))
	}
}

func TestAnAlarmThatWasAttendedToIsNotRungAgain(t *testing.T) {
	b := sure(t)
	c := b.old(t, day.Of(2021, 8, 20))
	b.ring(t)
	_, err := evidence.Record(context.Background(), b.Log, b.Job, func(tx *evidence.Tx) (bool, []evidence.Entry, error) {
		return true, []evidence.Entry{c.Entry("task.done", evidence.Fields{})}, cases.CloseTask(tx, c.ClientID, c.ID, "limitation_first", b.Clock.Today())
	})
	if err != nil {
		t.Fatal(err)
	}
	b.Clock.AddDays(1)
	if rung := b.ring(t); rung != 0 || len(b.alarms(t, c)) != 0 {
		t.Errorf("rang %d: %v", rung, b.alarms(t, c))
	}
}

func TestConfirmingARuleMovesTheDaysThatWaitedForIt(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	c := b.old(t, day.Of(2021, 5, 10))
	if _, err := b.desk.RecordLimitation(ctx, b.Lawyer, c.ID, cases.LimitationFact{Act: law.AcknowledgementAct, From: day.Of(2025, 11, 3), DocumentID: b.paper(t, c)}); err != nil {
		t.Fatal(err)
	}
	if moved, _, err := b.desk.LimitationMoved(ctx, b.Job, uuid.Nil, 10); err != nil || len(moved) != 0 {
		t.Errorf("before: %v, %v", moved, err)
	}
	var err error
	if b.desk.Law, err = b.Law.Confirm("es.limitation_restart"); err != nil {
		t.Fatal(err)
	}
	moved, last, err := b.desk.LimitationMoved(ctx, b.Job, uuid.Nil, 10)
	if err != nil || !slices.Equal(moved, []uuid.UUID{c.ID}) || last != c.ID {
		t.Fatalf("%v, %s, %v", moved, last, err)
	}
	for range 2 {
		if err := b.desk.RefreshLimitation(ctx, b.Job, c.ID); err != nil {
			t.Fatal(err)
		}
	}
	if on := b.debts(t, c)[0].LimitationOn; on != day.Of(2030, 11, 3) {
		t.Errorf("confirmed: %s", on)
	}
}

func TestTheListByLastDayHoldsOpenCasesInItsOrderAcrossPages(t *testing.T) {
	b, ctx := sure(t), context.Background() // 2 March 2026
	var want []uuid.UUID
	for _, due := range []day.Date{day.Of(2021, 3, 2), day.Of(2021, 3, 20), day.Of(2021, 3, 20), day.Of(2021, 5, 1)} {
		want = append(want, b.old(t, due).ID)
	}
	closed := b.old(t, day.Of(2021, 3, 10))
	b.old(t, day.Of(2021, 3, 1))
	b.old(t, day.Of(2021, 12, 1))
	both := b.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{DueOn: day.Of(2021, 2, 1)}, {DueOn: day.Of(2021, 5, 31)}}})
	want = append(want, both.ID) // its first debt is past, the second is not
	if _, err := b.desk.Advance(ctx, b.Lawyer, closed.ID, cases.Uncollectible, "x"); err != nil {
		t.Fatal(err)
	}
	f := cases.Filter{LastFrom: b.Clock.Today(), LastTo: b.Clock.Today().AddDays(180), Limit: 2}
	var got []uuid.UUID
	for {
		lines, next, err := b.desk.List(ctx, b.Lawyer, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			got = append(got, l.ID)
			if l.LastOn.Before(f.LastFrom) || l.LastOn.After(f.LastTo) {
				t.Errorf("%s prescribes on %s", l.Number, l.LastOn)
			}
		}
		if f.After = next; next == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
