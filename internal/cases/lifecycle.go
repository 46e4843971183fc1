package cases

import (
	"fmt"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/problem"
)

// Stage is where a case stands (fase).
type Stage string

const (
	Intake        Stage = "intake"
	Amicable      Stage = "amicable"
	FormalDemand  Stage = "formal_demand"
	PreLitigation Stage = "pre_litigation"
	Judicial      Stage = "judicial"
	Enforcement   Stage = "enforcement"
	Closed        Stage = "closed"
)

// Stages in the order of the life of a case, closed last.
var Stages = []Stage{Intake, Amicable, FormalDemand, PreLitigation, Judicial, Enforcement, Closed}

// Event moves a case; the outcome of a closing is the event itself.
type Event string

const (
	Accepted        Event = "accepted"
	DemandStarted   Event = "demand_started"
	DemandWithdrawn Event = "demand_withdrawn"
	DemandExpired   Event = "demand_expired"
	SuitFiled       Event = "suit_filed"
	SuitWithdrawn   Event = "suit_withdrawn"
	TitleObtained   Event = "title_obtained"
	Paid            Event = "paid"
	Settled         Event = "settled"
	Recalled        Event = "recalled"
	Uncollectible   Event = "uncollectible"
	TimeBarred      Event = "time_barred"
	Declined        Event = "declined"
)

// Step is one legal move. Manual events are offered as buttons and through the API's advance; the others happen as part of
// an action (a payment, a filing). Guard says why the case may not move now, or nil.
type Step struct {
	From       Stage
	Event      Event
	To         Stage
	Manual     bool
	Permission access.Permission
	Guard      func(Facts, day.Date) error
}

// Steps is the step table: Advance, the buttons, the API, the database's legal pairs and the diagram are made from it.
var Steps = steps()

func steps() []Step {
	advance, recall := access.To(access.ActAdvance, access.ObjCase), access.To(access.ActRecall, access.ObjCase)
	table := []Step{
		{Intake, Accepted, Amicable, false, advance, nil},
		{Amicable, DemandStarted, FormalDemand, false, advance, notHeld},
		{FormalDemand, DemandWithdrawn, Amicable, true, advance, nil},
		{FormalDemand, DemandExpired, PreLitigation, true, advance, demandTermOver},
		{PreLitigation, SuitFiled, Judicial, false, advance, maySue},
		{Judicial, SuitWithdrawn, PreLitigation, true, advance, nil},
		{Judicial, TitleObtained, Enforcement, false, advance, nil},
	}
	for _, from := range Stages[:len(Stages)-1] {
		table = append(table,
			Step{from, Paid, Closed, false, advance, nothingOpen},
			Step{from, Settled, Closed, false, advance, nothingOpen},
			Step{from, Recalled, Closed, true, recall, nil},
			Step{from, Uncollectible, Closed, true, advance, noLiveAgreement},
			Step{from, TimeBarred, Closed, true, advance, limitationPast},
			Step{from, Declined, Closed, true, advance, noLiveAgreement})
	}
	return table
}

// StepFor finds the legal move of an event from a stage.
func StepFor(from Stage, event Event) (Step, bool) {
	for _, s := range Steps {
		if s.From == from && s.Event == event {
			return s, true
		}
	}
	return Step{}, false
}

var errNoStep = problem.New(problem.Conflict, "step_not_possible", "Desde la fase actual no cabe ese paso.", "That step is not possible from the present stage.")

// Advance moves a locked case by an event, if the step table and the guard allow it, on the given day. The caller logs the
// returned entry with its own. A closed case keeps no plan, task, hold, promise or dispute open;
// its deadlines end with it (court counts only those of open cases).
func (c *Case) Advance(tx *evidence.Tx, event Event, today day.Date, reason string) (evidence.Entry, error) {
	step, ok := StepFor(c.Stage, event)
	if !ok {
		return evidence.Entry{}, errNoStep
	}
	if step.Guard != nil {
		facts, err := FactsOf(tx.Tx, c.ClientID, c.ID)
		if err != nil {
			return evidence.Entry{}, err
		}
		if err := step.Guard(facts, today); err != nil {
			return evidence.Entry{}, err
		}
	}
	if err := c.move(tx, step, today); err != nil {
		return evidence.Entry{}, err
	}
	kind := "case.advanced"
	if step.To == Closed {
		kind = "case.closed"
	}
	entry := c.Entry(kind, evidence.Fields{"from": string(step.From), "event": string(event), "to": string(step.To), "on": today.String(), "reason": reason})
	c.Stage, c.StageSince = step.To, today
	return entry, nil
}

func (c *Case) move(tx *evidence.Tx, step Step, today day.Date) error {
	if step.To != Closed {
		err := tx.One(`update cases set stage = $4, stage_from = stage, stage_event = $5, stage_since = $6, plan_due = true, version = version + 1
			where client_id = $1 and id = $2 and stage = $3`, c.ClientID, c.ID, step.From, step.To, step.Event, today)
		return err
	}
	err := tx.One(`update cases set stage = $4, stage_from = stage, stage_event = $5, stage_since = $6, outcome = $5, closed_on = $6,
		next_step = null, next_on = null, plan_due = false, plan_error = null, version = version + 1
		where client_id = $1 and id = $2 and stage = $3`, c.ClientID, c.ID, step.From, step.To, step.Event, today)
	if err != nil {
		return err
	}
	for _, q := range []string{
		`update tasks set done_on = $3 where client_id = $1 and case_id = $2 and done_on is null`,
		`update holds set lifted_on = $3 where client_id = $1 and case_id = $2 and lifted_on is null`,
		`update promises set state = 'cancelled', judged_on = $3 where client_id = $1 and case_id = $2 and state = 'open'`,
		`update disputes set state = 'withdrawn', resolved_on = $3, resolution = 'case closed' where client_id = $1 and case_id = $2 and state = 'open'`,
	} {
		if _, err := tx.Exec(q, c.ClientID, c.ID, today); err != nil {
			return fmt.Errorf("ending what is open in case %s: %w", c.Number, err)
		}
	}
	outcome := string(step.Event)
	c.Outcome = &outcome
	return nil
}
