package jobs_test

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/contact"
	"recobro/internal/contact/mailbox"
	"recobro/internal/court"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/evidence/tree"
	"recobro/internal/gazette"
	"recobro/internal/jobs"
	"recobro/internal/ledger"
	shelf "recobro/internal/letters"
	"recobro/internal/money"
	"recobro/internal/payments"
	"recobro/internal/settlements"
	"recobro/internal/strategy"
	"recobro/internal/testfirm"
	"recobro/letters"
	"recobro/policies/collection"
)

// works is a firm with its jobs and a mail server.
type works struct {
	*testfirm.Firm
	box    *mailbox.Box
	desk   *jobs.Desk
	pay    *payments.Desk
	runner *jobs.Runner
}

func open(t *testing.T, pace jobs.Pace) *works {
	t.Helper()
	f := testfirm.New(t)
	box, err := mailbox.Open(1000)
	must(t, err)
	t.Cleanup(func() { _ = box.Close() })
	templates, err := shelf.Load(letters.FS)
	must(t, err)
	plans, err := strategy.Load(collection.FS)
	must(t, err)
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	book := &ledger.Book{Law: f.Law}
	deals := &settlements.Desk{Log: f.Log, Law: f.Law, Book: book, Shelf: templates}
	w := &works{Firm: f, box: box, pay: &payments.Desk{Log: f.Log, Law: f.Law, Book: book, Settlements: deals}, desk: &jobs.Desk{Worker: f.DB.Worker, Log: f.Log, Logger: logger, Gazette: &gazette.Desk{Log: f.Log, Law: f.Law},
		Cases: &cases.Desk{Log: f.Log, Law: f.Law}, Settlements: deals, Court: &court.Desk{Log: f.Log, Law: f.Law, Shelf: templates, Book: book},
		Strategy: &strategy.Desk{Log: f.Log, Law: f.Law, Plans: plans},
		Contact: &contact.Desk{Log: f.Log, Law: f.Law, Shelf: templates, Book: book,
			Sender: &contact.Sender{Addr: box.Addr(), Plain: true, From: "recobro@quimera.example"}}}}
	w.runner, err = w.desk.Start(t.Context(), f.DB.RiverDSN, pace)
	must(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := w.runner.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// day runs one business day of the firm.
func (w *works) day() jobs.Day {
	w.T.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	course, err := w.desk.Daily(ctx, w.Clock.Today())
	must(w.T, err)
	must(w.T, w.runner.Drain(ctx))
	if course.Failed > 0 {
		w.T.Fatalf("%d actions failed on %s", course.Failed, w.Clock.Today())
	}
	return course
}

func (w *works) kinds(c *cases.Case) string {
	w.T.Helper()
	var kinds []string
	must(w.T, w.DB.Super.Select(&kinds, `select type from ev.events where subject_kind = 'case' and subject = $1 order by seq`, c.ID))
	return strings.Join(kinds, " ")
}

func (w *works) tasks(c *cases.Case) (kinds []string) {
	w.T.Helper()
	must(w.T, w.DB.Super.Select(&kinds, `select kind from app.tasks where case_id = $1 and done_on is null order by kind`, c.ID))
	return kinds
}

func TestThreeWeeksOfACaseWithoutAnybody(t *testing.T) {
	w := open(t, jobs.Brisk)
	c := w.OpenCase(testfirm.Opts{})
	sentOn := map[string]string{}
	for range 25 {
		w.day()
		for _, m := range w.box.Mails() {
			if sentOn[m.MessageID] == "" {
				sentOn[m.MessageID] = w.Clock.Today().String()
			}
		}
		w.Clock.AddDays(1)
	}
	days := make([]string, 0, 2)
	for _, on := range sentOn {
		days = append(days, on)
	}
	slices.Sort(days)
	if !slices.Equal(days, []string{"2026-03-03", "2026-03-12"}) {
		t.Errorf("reminders went out on %v", days)
	}
	if got := w.tasks(c); !slices.Equal(got, []string{"prepare_demand"}) {
		t.Errorf("tasks are %v", got)
	}
	log := w.kinds(c)
	if strings.Count(log, "message.sent") != 2 || strings.Count(log, "step.taken") != 1 {
		t.Errorf("the log holds %s", log)
	}
}

func TestPaidCaseIsNotReminded(t *testing.T) {
	w := open(t, jobs.Brisk)
	c := w.OpenCase(testfirm.Opts{})
	w.day()
	w.Clock.AddDays(1)
	_, err := w.pay.Record(t.Context(), w.Job, payments.Received{ClientID: c.ClientID, CaseID: c.ID, Amount: money.Of(5000_00, money.EUR), ReceivedOn: w.Clock.Today(), Source: payments.Bank})
	must(t, err)
	for range 3 {
		w.day()
		w.Clock.AddDays(1)
	}
	if n := len(w.box.Mails()); n != 0 {
		t.Errorf("%d reminders after the payment", n)
	}
}

func TestTwoCoursesAtOnceDoEachStepOnce(t *testing.T) {
	w := open(t, jobs.Brisk)
	var all []*cases.Case
	for i := range 12 {
		o := testfirm.Opts{}
		if i%3 == 0 { // without an address the demand is the next step
			d := w.Debtor("ES", false)
			d.Email = ""
			o.Debtor = &d
		}
		all = append(all, w.OpenCase(o))
	}
	w.Clock.AddDays(10)
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			if _, err := w.desk.Daily(context.Background(), w.Clock.Today()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	must(t, w.runner.Drain(t.Context()))
	if n := len(w.box.Mails()); n != 8 {
		t.Errorf("%d reminders for 8 debtors", n)
	}
	for i, c := range all {
		log := w.kinds(c)
		if want := map[bool]string{true: "step.taken", false: "message.sent"}[i%3 == 0]; strings.Count(log, want) != 1 {
			t.Errorf("case %d: %s", i, log)
		}
	}
}

func TestADayLiftsHoldsJudgesPromisesAndEndsQuestions(t *testing.T) {
	w := open(t, jobs.Brisk)
	ctx := t.Context()
	held, kept, broken, asked := w.OpenCase(testfirm.Opts{}), w.OpenCase(testfirm.Opts{}), w.OpenCase(testfirm.Opts{}), w.OpenCase(testfirm.Opts{})
	until := w.Clock.Today().AddDays(3)
	_, err := w.desk.Cases.PlaceHold(ctx, w.Job, held.ID, cases.Hold{Scope: "all", Reason: "queja", UntilOn: until})
	must(t, err)
	for _, c := range []*cases.Case{kept, broken} {
		_, err := w.desk.Cases.RecordPromise(ctx, w.Job, c.ID, money.Of(100_00, money.EUR), until)
		must(t, err)
	}
	_, err = evidence.Record(ctx, w.Log, w.Job, func(tx *evidence.Tx) (clients.Approval, []evidence.Entry, error) {
		a, entry, err := clients.Ask(tx, asked.ClientID, asked.ID, "suit", asked.ID, map[string]string{}, w.Clock.Today())
		return a, []evidence.Entry{entry}, err
	})
	must(t, err)
	w.Clock.AddDays(2)
	_, err = w.pay.Record(ctx, w.Job, payments.Received{ClientID: kept.ClientID, CaseID: kept.ID, Amount: money.Of(100_00, money.EUR), ReceivedOn: w.Clock.Today(), Source: payments.Bank})
	must(t, err)
	w.Clock.AddDays(12)
	must(t, w.pay.KnowMoneyUntil(ctx, w.Job, kept.ClientID, w.Clock.Today()))
	course := w.day()
	if course.HoldsLifted != 1 || course.PromisesJudged != 2 || course.ApprovalsExpired != 1 {
		t.Errorf("the day did %+v", course)
	}
	for c, want := range map[*cases.Case]string{held: "hold.lifted", kept: "promise.kept", broken: "promise.broken", asked: "approval.expired"} {
		if log := w.kinds(c); !strings.Contains(log, want) {
			t.Errorf("no %s in %s", want, log)
		}
	}
	if again := w.day(); again.HoldsLifted+again.PromisesJudged+again.ApprovalsExpired != 0 {
		t.Errorf("the same day again did %+v", again)
	}
}

func TestDemandTermOverLeadsToTheQuestionOfASuit(t *testing.T) {
	w := open(t, jobs.Brisk)
	c := w.OpenCase(testfirm.Opts{})
	demand := uuid.New()
	_, err := w.DB.Super.Exec(`set session_replication_role = replica;
		alter table app.demands drop constraint demands_issued_has_bytes, drop constraint demands_delivery_has_proof;
		update app.cases set stage = 'formal_demand', stage_from = 'amicable', stage_event = 'demand_started', stage_since = '2026-03-02';
		insert into app.demands (client_id, id, account_id, template, template_version, language, state, as_of, term_days, term_on, drafted_by, delivered_on, delivery_grade)
		select client_id, '` + demand.String() + `', account_id, 'formal_demand', 1, 'es', 'dispatched', '2026-03-02', 10, '2026-03-15', gen_random_uuid(), '2026-03-05', 4 from app.cases;
		insert into app.demand_cases select client_id, '` + demand.String() + `', id from app.cases;
		update app.demands set state = 'delivered';
		set session_replication_role = default`)
	must(t, err)
	w.Clock.On(day.Of(2026, 3, 15))
	if course := w.day(); course.Acted[strategy.ExpireDemand] != 0 {
		t.Fatalf("the demand ended on its last day: %v", course.Acted)
	}
	w.Clock.On(day.Of(2026, 3, 16))
	if course := w.day(); course.Acted[strategy.ExpireDemand] != 1 || w.Case(c.ID).Stage != cases.PreLitigation {
		t.Fatalf("the day after did %v; the case is in %s", course.Acted, w.Case(c.ID).Stage)
	}
	w.Clock.On(day.Of(2026, 3, 19))
	if course := w.day(); course.Acted[strategy.AskSuitApproval] != 1 || !strings.Contains(w.kinds(c), "approval.asked") {
		t.Errorf("three days later: %v; the log holds %s", course.Acted, w.kinds(c))
	}
	if course := w.day(); len(course.Plan.Due) != 0 {
		t.Errorf("with the question open, due are %v", course.Plan.Due)
	}
}

func TestAFailingCaseHoldsUpNoOther(t *testing.T) {
	w := open(t, jobs.Brisk)
	// Chile's rate of those days is not in its pack: the claim cannot be computed, so nothing can be written.
	bad, good := w.OpenCase(testfirm.Opts{Jurisdiction: "CL", Currency: money.CLP}), w.OpenCase(testfirm.Opts{})
	w.Clock.AddDays(1)
	course, err := w.desk.Daily(t.Context(), w.Clock.Today())
	must(t, err)
	must(t, w.runner.Drain(t.Context()))
	if course.Failed != 1 || strings.Contains(w.kinds(bad), "message") || !strings.Contains(w.kinds(good), "message.sent") {
		t.Errorf("%d failed; the good case: %s", course.Failed, w.kinds(good))
	}
	if got := w.Case(bad.ID); got.PlanError == nil || *got.PlanError != "rate_missing" || got.NextOn != w.Clock.Today().AddDays(1) {
		t.Errorf("the bad case is set aside as %v until %s", got.PlanError, got.NextOn)
	}
}

func TestTheHourlyCourseRunsByItself(t *testing.T) {
	pace := jobs.Brisk
	pace.Hourly = true
	w := open(t, pace)
	w.OpenCase(testfirm.Opts{})
	w.Clock.AddDays(1)
	_, err := evidence.Record(t.Context(), w.Log, w.Job, func(tx *evidence.Tx) (int, []evidence.Entry, error) {
		return 0, []evidence.Entry{{Subject: evidence.Firm, Kind: "test.done"}}, tx.Enqueue(jobs.BusinessDay{Hour: "2026-03-03T08"})
	})
	must(t, err)
	for deadline := time.Now().Add(10 * time.Second); len(w.box.Mails()) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nothing was sent")
		}
	}
}

func TestTheDaysHeadsAreSaidOnce(t *testing.T) {
	w := open(t, jobs.Brisk)
	w.OpenCase(testfirm.Opts{})
	_, err := (&tree.Sequencer{DB: w.DB.Log}).Step(t.Context())
	must(t, err)
	for _, hour := range []string{"2026-03-03T08", "2026-03-03T09"} {
		_, err := evidence.Record(t.Context(), w.Log, w.Job, func(tx *evidence.Tx) (int, []evidence.Entry, error) {
			return 0, []evidence.Entry{{Subject: evidence.Firm, Kind: "test.done"}}, tx.Enqueue(jobs.DailyHeads{Hour: hour})
		})
		must(t, err)
		must(t, w.runner.Drain(t.Context()))
	}
	var n int
	must(t, w.DB.Super.Get(&n, `select count(*) from ev.events where type = 'log.heads'`))
	if n != 1 {
		t.Fatalf("%d lists of heads on one day", n)
	}
}

func TestDrainIsQuickWhenIdleAndWaitsWhenBusy(t *testing.T) {
	w := open(t, jobs.Brisk)
	must(t, w.runner.Drain(t.Context()))
	began := time.Now()
	for range 10 {
		must(t, w.runner.Drain(t.Context()))
	}
	idle := time.Since(began) / 10
	if idle > 20*time.Millisecond {
		t.Errorf("an idle drain takes %v", idle)
	}
	for range 20 {
		w.OpenCase(testfirm.Opts{})
	}
	w.Clock.AddDays(1)
	_, err := w.desk.Daily(t.Context(), w.Clock.Today())
	must(t, err)
	began = time.Now()
	must(t, w.runner.Drain(t.Context()))
	t.Logf("idle %v; 20 messages drained in %v", idle, time.Since(began))
	if n := len(w.box.Mails()); n != 20 {
		t.Errorf("%d of 20 messages after the drain", n)
	}
}

func TestMessageWhoseServerSaysLaterComesThroughByItself(t *testing.T) {
	w := open(t, jobs.Brisk)
	d := w.Debtor("ES", false)
	d.Email = "ocupado9@deudores.example"
	c := w.OpenCase(testfirm.Opts{Debtor: &d})
	w.Clock.AddDays(1)
	w.day()
	if log := w.kinds(c); !strings.Contains(log, "message.deferred") {
		t.Fatalf("the log holds %s", log)
	}
	w.Clock.AddDays(1) // the next day finishes what waits
	w.day()
	if len(w.box.Mails()) != 1 || !strings.Contains(w.kinds(c), "message.sent") {
		t.Errorf("%d mails; the log holds %s", len(w.box.Mails()), w.kinds(c))
	}
}

type extra struct{}

func (extra) Kind() string { return "extra" }

func TestOtherPackagesAddTheirWorkers(t *testing.T) {
	w := open(t, jobs.Brisk)
	must(t, w.runner.Stop(t.Context()))
	done := make(chan bool, 1)
	more, err := w.desk.Start(t.Context(), w.DB.RiverDSN, jobs.Brisk, func(all *river.Workers) {
		river.AddWorker(all, river.WorkFunc(func(context.Context, *river.Job[extra]) error { done <- true; return nil }))
	})
	must(t, err)
	defer func() { must(t, more.Stop(context.Background())) }()
	_, err = evidence.Record(t.Context(), w.Log, w.Job, func(tx *evidence.Tx) (int, []evidence.Entry, error) {
		return 0, []evidence.Entry{{Subject: evidence.Firm, Kind: "test.done"}}, tx.Enqueue(extra{})
	})
	must(t, err)
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Error("the extra job was not worked")
	}
}
