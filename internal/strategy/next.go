package strategy

import (
	"fmt"
	"slices"
	"time"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/problem"
)

// Action is what a decision asks for.
type Action string

const (
	Remind          Action = "remind"            // send the template by e-mail
	PrepareDemand   Action = "prepare_demand"    // a person drafts the formal demand
	ExpireDemand    Action = "expire_demand"     // its term is over: to the stage before court
	AskSuitApproval Action = "ask_suit_approval" // the client decides
	PrepareSuit     Action = "prepare_suit"      // a lawyer prepares the filing
	OpenTask        Action = "open_task"         // other work for a person
	Wait            Action = "wait"              // a fact stops the case; On says when to look again, zero: when a fact changes
	None            Action = "none"              // there is nothing to plan
)

// The steps that no plan has to write: they follow from the facts of every case.
const (
	stepTimeBarred   = "time_barred"
	stepReviewPerson = "review_person"
	stepDemandTerm   = "demand_term"
)

// Excluded is a step that was left out, and why.
type Excluded struct {
	Step   string
	Reason Reason
}

// Decision is the next step of a case: what, when and why.
type Decision struct {
	Plan     string // id of the plan
	Version  int
	Step     string
	Name     problem.Text // of the step
	On       day.Date
	Action   Action
	Template string // of a reminder
	Task     string // kind of the task that a person gets
	Reason   Reason
	Excluded []Excluded
}

// Due says whether the decision is to be carried out on the day.
func (d Decision) Due(today day.Date) bool {
	return d.Action != Wait && d.Action != None && !d.On.After(today)
}

// DecidedFor is the day up to which money must be known when the decision is carried out on a day: the step's own, or the day
// before when the step is older. The term of a demand is judged for its last day.
func (d Decision) DecidedFor(today day.Date) day.Date {
	on := d.On
	if d.Action == ExpireDemand {
		on = on.AddDays(-1)
	}
	return day.Later(on, today.AddDays(-1))
}

// Next decides what a case does next, from its facts on a day. It is pure. An error means that the case cannot be planned:
// no strategy covers it, or a fact that every case has is missing.
//
// Nothing is decided against the debtor for a day up to which money is not known: the day of the step, or yesterday when the
// step is older, must not be later than the account's money known up to. An account whose bank was never read (zero) is not
// held back: the client reports payments itself.
func (p *Plans) Next(f cases.Facts, today day.Date, pack *law.Pack) (Decision, error) {
	plan, err := p.For(f)
	if err != nil {
		return Decision{}, err
	}
	if f.MandateVersion == nil || f.OpenedOn.IsZero() || f.Debts == 0 {
		return Decision{}, fmt.Errorf("planning case %s: it has no mandate, no day of opening or no debts", f.Number)
	}
	d := Decision{Plan: plan.ID, Version: plan.Version}
	if nothing, ok := nothingToPlan(f); ok {
		d.Action, d.Reason = None, nothing
		return d, nil
	}
	if decided := d.ofAnyCase(f, today); decided {
		return d, nil
	}
	switch f.Stage {
	case cases.FormalDemand:
		d.ofDemand(f)
	default:
		if err := d.ofSteps(plan, f, today, pack); err != nil {
			return Decision{}, err
		}
	}
	d.holdUntilMoneyIsKnown(f, today)
	return d, nil
}

func nothingToPlan(f cases.Facts) (Reason, bool) {
	switch {
	case f.Stage == cases.Closed:
		return reasonClosed, true
	case f.Stage == cases.Intake:
		return reasonIntake, true
	case f.PrincipalMinor <= 0:
		return reasonNothingOwed, true
	case f.Stage == cases.Judicial || f.Stage == cases.Enforcement:
		return reasonInCourt, true
	}
	return Reason{}, false
}

// ofAnyCase decides what holds whatever the plan says.
func (d *Decision) ofAnyCase(f cases.Facts, today day.Date) bool {
	switch {
	case !f.DeceasedOn.IsZero():
		d.person(f, today, stepReviewPerson, reasonDeceased)
	case !f.InsolventOn.IsZero():
		d.person(f, today, stepReviewPerson, reasonInsolvent)
	case f.HoldAll || f.HoldContact:
		d.wait(reasonHold)
	case f.LiveAgreement():
		d.wait(reasonAgreement)
	case !f.PromiseDue.IsZero():
		d.wait(reasonPromise)
	case f.ContestedMinor >= f.PrincipalMinor:
		d.wait(reasonDisputed)
	case f.Pending > 0:
		d.wait(reasonPending)
	case !f.LimitationOn.IsZero() && f.LimitationOn.Before(today):
		d.person(f, today, stepTimeBarred, reasonTimeBarred)
	default:
		return false
	}
	return true
}

func (d *Decision) wait(why Reason) { d.Action, d.Reason, d.On, d.Step = Wait, why, day.Date{}, "" }

// person opens a task for the step, once; after that the case is in the hands of people.
func (d *Decision) person(f cases.Facts, today day.Date, step string, why Reason) {
	if slices.Contains(f.StepsDone, step) {
		d.wait(why)
		return
	}
	d.Step, d.Task, d.Action, d.On, d.Reason = step, step, OpenTask, today, why
	d.Name = why.Text
}

// ofDemand follows a demand that is under way: drafting, signing and dispatch are in the hands of people.
func (d *Decision) ofDemand(f cases.Facts) {
	switch {
	case f.DemandState == nil:
		d.wait(reasonWithPeople)
	case *f.DemandState == "refused" || *f.DemandState == "returned":
		d.wait(reasonNotDelivered)
	case *f.DemandState != "delivered" || f.DemandTermOn.IsZero():
		d.wait(reasonDemandUnderWay)
	default:
		d.Step, d.Action, d.On, d.Reason, d.Name = stepDemandTerm, ExpireDemand, f.DemandTermOn.AddDays(1), reasonTermOver, reasonTermOver.Text
	}
}

// ofSteps takes the first step of the plan that is neither done nor superfluous and whose conditions hold.
func (d *Decision) ofSteps(plan *Plan, f cases.Facts, today day.Date, pack *law.Pack) error {
	withPeople := false
	for _, s := range plan.Steps {
		if s.Stage != f.Stage {
			continue
		}
		if slices.Contains(f.StepsDone, s.ID) {
			d.Excluded = append(d.Excluded, Excluded{s.ID, reasonDone})
			withPeople = withPeople || s.Channel != Email && !anyHolds(s.EndsWhen, plan, f)
			continue
		}
		on, left, err := s.when(plan, f, today, pack)
		if err != nil {
			return err
		}
		if left != nil {
			d.Excluded = append(d.Excluded, Excluded{s.ID, *left})
			continue
		}
		d.take(s, f, on)
		return nil
	}
	switch {
	case f.Stage == cases.Amicable && f.DemandID != nil:
		d.wait(reasonDemandUnderWay)
	case withPeople:
		d.wait(reasonWithPeople)
	case anyHolds([]Word{"proceeding_open"}, plan, f):
		d.wait(reasonProceeding)
	default:
		d.wait(reasonPlanDone)
	}
	return nil
}

// when is the day of a step, or why it is left out.
func (s Step) when(plan *Plan, f cases.Facts, today day.Date, pack *law.Pack) (day.Date, *Reason, error) {
	if anyHolds(s.EndsWhen, plan, f) {
		return day.Date{}, &reasonSuperfluous, nil
	}
	if why := unusable(f); s.Channel == Email && why != nil {
		return day.Date{}, why, nil
	}
	for _, w := range s.OnlyIf {
		if (w == "worth_suing" || w == "suit_ruled_out") && f.Currency != plan.Segment.Currency {
			return day.Date{}, nil, problem.New(problem.Conflict, "strategy_currency",
				"El umbral de la estrategia está en otra moneda que la deuda.", "The strategy's threshold is in another currency than the debt.")
		}
		if !words[w].holds(plan, f) {
			return day.Date{}, &Reason{"not_" + string(w), words[w].not}, nil
		}
	}
	on := f.OpenedOn.AddDays(s.DaysAfterOpening)
	if s.DaysInStage > 0 {
		on = day.Later(on, f.StageSince.AddDays(s.DaysInStage))
	}
	if !f.LastSentOn.IsZero() && (s.Channel == Email || s.DaysAfterLastSend > 0) {
		on = day.Later(on, f.LastSentOn.AddDays(max(s.DaysAfterLastSend, plan.MinGapDays)))
	}
	if s.Channel != Email {
		return on, nil, nil
	}
	return openDay(pack, !f.Business, on, today)
}

// openDay is the first day, from a day or from today, on which the contact rules let an e-mail out at all.
func openDay(pack *law.Pack, consumer bool, on, today day.Date) (day.Date, *Reason, error) {
	from := day.Later(on, today)
	noon := time.Date(from.Year, from.Month, from.Day, 12, 0, 0, 0, pack.Zone)
	w := pack.MayContact(law.ContactAsk{Channel: "email", Consumer: consumer, At: noon})
	switch {
	case w.Allowed:
		return on, nil, nil
	case w.Next.IsZero():
		return day.Date{}, &Reason{reasonBarred.Code, w.Why}, nil
	}
	return day.In(w.Next, pack.Zone), nil, nil
}

func anyHolds(list []Word, plan *Plan, f cases.Facts) bool {
	return slices.ContainsFunc(list, func(w Word) bool { return words[w].holds(plan, f) })
}

// take turns a step of the plan into what is to be done.
func (d *Decision) take(s Step, f cases.Facts, on day.Date) {
	d.Step, d.Name, d.On, d.Reason = s.ID, s.Name, on, reasonDue
	switch s.Channel {
	case Email:
		d.Action, d.Template = Remind, s.Template
	case Task:
		d.Action, d.Task = OpenTask, s.Task
	case Demand:
		d.Action, d.Task = PrepareDemand, string(PrepareDemand)
	case Suit:
		d.takeSuit(f)
	}
}

func (d *Decision) takeSuit(f cases.Facts) {
	switch {
	case f.HoldJudicial:
		d.wait(reasonHold)
	case f.MaySueWithoutAsking || f.SuitApproval != nil && *f.SuitApproval == "granted":
		d.Action, d.Task = PrepareSuit, string(PrepareSuit)
	case f.SuitApproval != nil && *f.SuitApproval == "open":
		d.wait(reasonApprovalOpen)
	default:
		d.Action, d.Reason = AskSuitApproval, reasonAsk
	}
}

// holdUntilMoneyIsKnown keeps the rule of Next. The term of a demand is judged for its last day.
func (d *Decision) holdUntilMoneyIsKnown(f cases.Facts, today day.Date) {
	if f.KnownUntil.IsZero() || !d.Due(today) || d.Action == OpenTask {
		return
	}
	if d.DecidedFor(today).After(f.KnownUntil) {
		d.Action, d.Reason, d.On = Wait, reasonMoneyUnknown, today.AddDays(1)
	}
}
