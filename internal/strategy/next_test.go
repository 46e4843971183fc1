package strategy_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/strategy"
	"recobro/policies/collection"
	lawpolicy "recobro/policies/law"
)

func shipped(t *testing.T) (*strategy.Plans, *law.Library) {
	t.Helper()
	plans, err := strategy.Load(collection.FS)
	if err != nil {
		t.Fatal(err)
	}
	library, err := law.Load(lawpolicy.FS)
	if err != nil {
		t.Fatal(err)
	}
	return plans, library
}

func to[T any](v T) *T { return &v }

// opened is a Spanish company's case, opened on Monday 2 March 2026.
func opened() cases.Facts {
	return cases.Facts{ClientID: uuid.New(), CaseID: uuid.New(), Number: "R-1", Stage: cases.Amicable, StageSince: day.Of(2026, 3, 2), Jurisdiction: "ES", Currency: "EUR",
		Business: true, OpenedOn: day.Of(2026, 3, 2), Debts: 1, PrincipalMinor: 1000_00, LimitationOn: day.Of(2030, 11, 28), Email: to("deudor@deudores.example"),
		MandateVersion: to(1), Language: "es", DebtorKind: "company", DebtorCountry: "ES"}
}

func TestNextDecidesFromFacts(t *testing.T) {
	plans, library := shipped(t)
	delivered := func(f *cases.Facts) {
		f.Stage, f.StageSince = cases.FormalDemand, day.Of(2026, 3, 25)
		f.DemandID, f.DemandState, f.DemandTermOn = to(uuid.New()), to("delivered"), day.Of(2026, 4, 10)
	}
	court := func(f *cases.Facts) {
		f.Stage, f.StageSince, f.DemandID, f.DemandState = cases.PreLitigation, day.Of(2026, 4, 11), to(uuid.New()), to("delivered")
	}
	reminded := func(f *cases.Facts) {
		f.StepsDone, f.Sent, f.LastSentOn = []string{"reminder_first"}, 1, day.Of(2026, 3, 3)
	}
	for _, c := range []struct {
		claim  string
		today  string
		facts  []func(*cases.Facts)
		action strategy.Action
		step   string
		on     string
		why    string
	}{
		{"the first reminder is due a day after opening", "2026-03-02", nil, strategy.Remind, "reminder_first", "2026-03-03", "due"},
		{"the second reminder follows on day ten", "2026-03-04", []func(*cases.Facts){reminded}, strategy.Remind, "reminder_second", "2026-03-12", "due"},
		{"a first reminder sent late pushes the second", "2026-03-12", []func(*cases.Facts){reminded, func(f *cases.Facts) { f.LastSentOn = day.Of(2026, 3, 11) }}, strategy.Remind, "reminder_second", "2026-03-18", "due"},
		{"the demand comes on day twenty", "2026-03-13", []func(*cases.Facts){reminded, func(f *cases.Facts) {
			f.StepsDone = append(f.StepsDone, "reminder_second")
			f.LastSentOn = day.Of(2026, 3, 12)
		}}, strategy.PrepareDemand, "demand", "2026-03-22", "due"},
		{"without an e-mail address the demand comes sooner", "2026-03-02", []func(*cases.Facts){func(f *cases.Facts) { f.Email = nil }}, strategy.PrepareDemand, "demand_unreachable", "2026-03-12", "due"},
		{"after a bounce the demand is the next channel", "2026-03-05", []func(*cases.Facts){reminded, func(f *cases.Facts) { f.Email, f.Bounced = nil, 1 }}, strategy.PrepareDemand, "demand_unreachable", "2026-03-12", "due"},
		{"who opted out gets no reminder but the demand", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.OptedOutOn = day.Of(2026, 3, 4) }}, strategy.PrepareDemand, "demand_unreachable", "2026-03-12", "due"},
		{"who has a lawyer gets no reminder", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.Represented = true }}, strategy.PrepareDemand, "demand_unreachable", "2026-03-12", "due"},
		{"a death goes to a person", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.DeceasedOn = day.Of(2026, 3, 1) }}, strategy.OpenTask, "review_person", "2026-03-05", "deceased"},
		{"a death that a person looks at waits", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.DeceasedOn = day.Of(2026, 3, 1); f.StepsDone = []string{"review_person"} }}, strategy.Wait, "", "", "deceased"},
		{"an insolvency goes to a person", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.InsolventOn = day.Of(2026, 3, 1) }}, strategy.OpenTask, "review_person", "2026-03-05", "insolvent"},
		{"a hold waits", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.HoldContact = true }}, strategy.Wait, "", "", "hold"},
		{"a judicial hold does not stop reminders", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.HoldJudicial = true }}, strategy.Remind, "reminder_first", "2026-03-03", "due"},
		{"a live agreement waits", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.AgreementState = to("active") }}, strategy.Wait, "", "", "agreement_live"},
		{"a broken agreement goes on where the case was", "2026-03-05", []func(*cases.Facts){reminded, func(f *cases.Facts) { f.AgreementState = to("broken") }}, strategy.Remind, "reminder_second", "2026-03-12", "due"},
		{"an open promise waits", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.PromiseDue = day.Of(2026, 3, 20) }}, strategy.Wait, "", "", "promise_open"},
		{"a dispute over everything waits", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.ContestedMinor = 1000_00 }}, strategy.Wait, "", "", "fully_disputed"},
		{"a dispute over a part goes on", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.ContestedMinor = 999_99 }}, strategy.Remind, "reminder_first", "2026-03-03", "due"},
		{"a message under way waits", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.Pending = 1 }}, strategy.Wait, "", "", "message_pending"},
		{"money known for the day lets the reminder go", "2026-03-03", []func(*cases.Facts){func(f *cases.Facts) { f.KnownUntil = day.Of(2026, 3, 3) }}, strategy.Remind, "reminder_first", "2026-03-03", "due"},
		{"money not known for the day waits a day", "2026-03-03", []func(*cases.Facts){func(f *cases.Facts) { f.KnownUntil = day.Of(2026, 3, 2) }}, strategy.Wait, "reminder_first", "2026-03-04", "money_not_known"},
		{"an old step waits for yesterday's money", "2026-03-09", []func(*cases.Facts){func(f *cases.Facts) { f.KnownUntil = day.Of(2026, 3, 7) }}, strategy.Wait, "reminder_first", "2026-03-10", "money_not_known"},
		{"an old step goes with yesterday's money", "2026-03-09", []func(*cases.Facts){func(f *cases.Facts) { f.KnownUntil = day.Of(2026, 3, 8) }}, strategy.Remind, "reminder_first", "2026-03-03", "due"},
		{"nothing owed, nothing planned", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.PrincipalMinor = 0 }}, strategy.None, "", "", "nothing_owed"},
		{"a closed case plans nothing", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.Stage = cases.Closed }}, strategy.None, "", "", "case_closed"},
		{"a case in intake plans nothing", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.Stage = cases.Intake }}, strategy.None, "", "", "in_intake"},
		{"the court sets the steps of a suit", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.Stage = cases.Judicial }}, strategy.None, "", "", "in_court"},
		{"a time-barred debt goes to a person", "2026-03-05", []func(*cases.Facts){func(f *cases.Facts) { f.LimitationOn = day.Of(2026, 3, 4) }}, strategy.OpenTask, "time_barred", "2026-03-05", "time_barred"},
		{"all steps done waits", "2026-04-05", []func(*cases.Facts){func(f *cases.Facts) {
			f.StepsDone = []string{"reminder_first", "reminder_second", "demand"}
		}}, strategy.Wait, "", "", "with_people"},
		{"a demand that is being drafted waits", "2026-04-05", []func(*cases.Facts){func(f *cases.Facts) { f.DemandID, f.DemandState = to(uuid.New()), to("draft") }}, strategy.Wait, "", "", "demand_under_way"},
		{"a demand under way waits", "2026-04-05", []func(*cases.Facts){delivered, func(f *cases.Facts) { f.DemandState = to("dispatched") }}, strategy.Wait, "", "", "demand_under_way"},
		{"a demand that came back waits for a person", "2026-04-05", []func(*cases.Facts){delivered, func(f *cases.Facts) { f.DemandState = to("returned") }}, strategy.Wait, "", "", "demand_not_delivered"},
		{"the term of the demand ends the day after its last", "2026-04-05", []func(*cases.Facts){delivered}, strategy.ExpireDemand, "demand_term", "2026-04-11", "demand_term_over"},
		{"no default before the money of the last day is known", "2026-04-11", []func(*cases.Facts){delivered, func(f *cases.Facts) { f.KnownUntil = day.Of(2026, 4, 9) }}, strategy.Wait, "demand_term", "2026-04-12", "money_not_known"},
		{"default once the money of the last day is known", "2026-04-11", []func(*cases.Facts){delivered, func(f *cases.Facts) { f.KnownUntil = day.Of(2026, 4, 10) }}, strategy.ExpireDemand, "demand_term", "2026-04-11", "demand_term_over"},
		{"the client is asked before a suit", "2026-04-14", []func(*cases.Facts){court}, strategy.AskSuitApproval, "suit", "2026-04-14", "suit_needs_approval"},
		{"an open question waits", "2026-04-14", []func(*cases.Facts){court, func(f *cases.Facts) { f.SuitApproval = to("open") }}, strategy.Wait, "", "", "approval_open"},
		{"a granted question prepares the suit", "2026-04-14", []func(*cases.Facts){court, func(f *cases.Facts) { f.SuitApproval = to("granted") }}, strategy.PrepareSuit, "suit", "2026-04-14", "due"},
		{"a mandate to sue needs no question", "2026-04-14", []func(*cases.Facts){court, func(f *cases.Facts) { f.MaySueWithoutAsking = true }}, strategy.PrepareSuit, "suit", "2026-04-14", "due"},
		{"a judicial hold stops the suit", "2026-04-14", []func(*cases.Facts){court, func(f *cases.Facts) { f.MaySueWithoutAsking, f.HoldJudicial = true, true }}, strategy.Wait, "", "", "hold"},
		{"a small claim is not sued", "2026-04-14", []func(*cases.Facts){court, func(f *cases.Facts) { f.PrincipalMinor = 499_99 }}, strategy.OpenTask, "propose_uncollectible", "2026-06-10", "due"},
		{"a refused suit ends in a proposal to close", "2026-04-14", []func(*cases.Facts){court, func(f *cases.Facts) { f.SuitApproval = to("refused") }}, strategy.OpenTask, "propose_uncollectible", "2026-06-10", "due"},
		{"silence is no approval", "2026-04-14", []func(*cases.Facts){court, func(f *cases.Facts) { f.SuitApproval = to("expired") }}, strategy.OpenTask, "propose_uncollectible", "2026-06-10", "due"},
		{"an open proceeding waits", "2026-04-14", []func(*cases.Facts){court, func(f *cases.Facts) { f.ProceedingState = to("preparing") }}, strategy.Wait, "", "", "proceeding_open"},
		{"Mexican reminders keep the week", "2026-03-06", []func(*cases.Facts){func(f *cases.Facts) {
			f.Jurisdiction, f.Currency, f.OpenedOn = "MX", "MXN", day.Of(2026, 3, 6)
		}}, strategy.Remind, "reminder_first", "2026-03-09", "due"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			f := opened()
			for _, set := range c.facts {
				set(&f)
			}
			pack, err := library.Pack(f.Jurisdiction)
			if err != nil {
				t.Fatal(err)
			}
			d, err := plans.Next(f, day.MustParse(c.today), pack)
			if err != nil {
				t.Fatal(err)
			}
			if d.Action != c.action || d.Step != c.step || d.On.String() != c.on || d.Reason.Code != c.why {
				t.Errorf("decided %s %q on %q because %s; want %s %q on %q because %s (left out: %v)", d.Action, d.Step, d.On, d.Reason.Code, c.action, c.step, c.on, c.why, d.Excluded)
			}
			if d.Reason.Text.ES == "" || d.Reason.Text.EN == "" {
				t.Errorf("reason %s has no sentence in both languages", d.Reason.Code)
			}
			if d.Action == strategy.Remind && d.Template == "" {
				t.Error("a reminder without a template")
			}
		})
	}
}

func TestStepsLeftOutSayWhy(t *testing.T) {
	plans, library := shipped(t)
	pack, err := library.Pack("ES")
	if err != nil {
		t.Fatal(err)
	}
	for want, set := range map[string]func(*cases.Facts){
		"bounced":     func(f *cases.Facts) { f.Email, f.Bounced = nil, 1 },
		"no_email":    func(f *cases.Facts) { f.Email = nil },
		"opted_out":   func(f *cases.Facts) { f.OptedOutOn = day.Of(2026, 3, 1) },
		"represented": func(f *cases.Facts) { f.Represented = true },
		"step_done":   func(f *cases.Facts) { f.StepsDone = []string{"reminder_first"} },
	} {
		f := opened()
		set(&f)
		d, err := plans.Next(f, day.Of(2026, 3, 5), pack)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Excluded) == 0 || d.Excluded[0].Step != "reminder_first" || d.Excluded[0].Reason.Code != want {
			t.Errorf("left out %v, want reminder_first because %s", d.Excluded, want)
		}
	}
}

func TestCaseWithoutAPlanIsAnError(t *testing.T) {
	plans, library := shipped(t)
	pack, _ := library.Pack("ES")
	for claim, set := range map[string]func(*cases.Facts){
		"no segment":               func(f *cases.Facts) { f.Jurisdiction = "FR" },
		"unknown mandate plan":     func(f *cases.Facts) { f.MandateStrategy = to("nobody-s") },
		"no mandate":               func(f *cases.Facts) { f.MandateVersion = nil },
		"threshold other money":    func(f *cases.Facts) { f.Stage, f.Currency = cases.PreLitigation, "USD" },
		"facts of a broken debtor": func(f *cases.Facts) { f.Debts = 0 },
	} {
		f := opened()
		set(&f)
		if d, err := plans.Next(f, day.Of(2026, 3, 5), pack); err == nil {
			t.Errorf("%s: decided %v", claim, d)
		}
	}
}

func TestTheMandateMayNameThePlan(t *testing.T) {
	plans, library := shipped(t)
	pack, _ := library.Pack("ES")
	f := opened()
	f.MandateStrategy = to("es-b2c")
	d, err := plans.Next(f, day.Of(2026, 3, 2), pack)
	if err != nil || d.Plan != "es-b2c" || d.On.String() != "2026-03-05" {
		t.Errorf("decided %v (%v)", d, err)
	}
}

func TestThePlanThatSaysMoreAboutTheCaseWins(t *testing.T) {
	source, err := collection.FS.ReadFile("es-b2b.yaml")
	if err != nil {
		t.Fatal(err)
	}
	large := strings.Replace(strings.Replace(string(source), "id: es-b2b", "id: es-b2b-large", 1), "  currency: EUR", "  currency: EUR\n  from: \"5000.00\"", 1)
	plans, err := strategy.Load(fstest.MapFS{"a.yaml": {Data: source}, "b.yaml": {Data: []byte(large)}})
	if err != nil {
		t.Fatal(err)
	}
	for minor, want := range map[int64]string{4999_99: "es-b2b", 5000_00: "es-b2b-large"} {
		f := opened()
		f.PrincipalMinor = minor
		if plan, err := plans.For(f); err != nil || plan.ID != want {
			t.Errorf("%d falls under %v (%v), want %s", minor, plan, err, want)
		}
	}
}

func TestPlansWithMistakesAreRefused(t *testing.T) {
	source, err := collection.FS.ReadFile("es-b2b.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{
		{"only_if: [usable_email]", "only_if: [usable_mail]"}, {"channel: email", "channel: pigeon"}, {"stage: amicable", "stage: judicial"},
		{"template: reminder_first", "subject: x"}, {"id: reminder_second", "id: reminder_first"}, {"id: demand_unreachable", "id: time_barred"},
		{"currency: EUR", "currency: XXX"}, {"worth_suing_from: \"500.00\"", "worth_suing_from: \"500.001\""}, {"days_after_opening: 1\n", "days_after_opening: -1\n"},
		{"version: 1", "version: 0"}, {"task: propose_uncollectible", "template: x"},
	} {
		broken := strings.Replace(string(source), c[0], c[1], 1)
		if broken == string(source) {
			t.Fatalf("%q is not in the plan any more", c[0])
		}
		if _, err := strategy.Load(fstest.MapFS{"x.yaml": {Data: []byte(broken)}}); err == nil {
			t.Errorf("a plan with %q loads", c[1])
		}
	}
}
