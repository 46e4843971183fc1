package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/contact"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/strategy"
)

// Act carries out what a sweep found due, after deciding again from the facts of this moment: when these decide something else,
// or nothing for today, it does nothing (strategy.None) and the next sweep sees the case again. It answers with what it did.
func (d *Desk) Act(ctx context.Context, a strategy.Act) (strategy.Action, error) {
	who, err := d.Identity(ctx)
	if err != nil {
		return strategy.None, err
	}
	next, today, err := d.Strategy.Next(ctx, who, a.ClientID, a.CaseID)
	if err != nil {
		return strategy.None, err
	}
	if next.Step != a.Step || next.Action != a.Action || !next.Due(today) {
		return strategy.None, nil
	}
	done, err := d.carryOut(ctx, who, a.CaseID, next, today)
	if p := problem.Of(err); p != nil && p.Kind == problem.Conflict { // somebody was faster; the next sweep sees what is so now
		d.Logger.Info("the case has changed meanwhile", "case", a.CaseID, "step", a.Step, "problem", p.Code)
		return strategy.None, nil
	}
	if err != nil {
		err = fmt.Errorf("%s in case %s: %w", next.Action, a.CaseID, err)
		return strategy.None, errors.Join(err, d.setAside(ctx, who, a, err, today))
	}
	return done, nil
}

// setAside puts a case whose step failed off to the next day, with the reason for the person who looks after it.
func (d *Desk) setAside(ctx context.Context, who evidence.Actor, a strategy.Act, failed error, today day.Date) error {
	why := failed.Error()
	if p := problem.Of(failed); p != nil {
		why = p.Code
	}
	return d.Log.DB.Write(context.WithoutCancel(ctx), who.Token, func(tx *postgres.Tx) error {
		return cases.SetAside(tx, a.ClientID, a.CaseID, why, today.AddDays(1))
	})
}

func (d *Desk) carryOut(ctx context.Context, who evidence.Actor, caseID uuid.UUID, next strategy.Decision, today day.Date) (done strategy.Action, err error) {
	switch next.Action {
	case strategy.Remind:
		return d.remind(ctx, who, caseID, next, today)
	case strategy.ExpireDemand:
		_, err = d.Cases.Advance(ctx, who, caseID, cases.DemandExpired, next.Reason.Code)
	case strategy.AskSuitApproval:
		_, err = d.Court.AskToSue(ctx, who, caseID)
	default:
		err = d.openTask(ctx, who, caseID, next)
	}
	return next.Action, err
}

// remind writes the reminder, unless contact hours open later today: that is no attempt, and the next sweep comes back.
func (d *Desk) remind(ctx context.Context, who evidence.Actor, caseID uuid.UUID, next strategy.Decision, today day.Date) (strategy.Action, error) {
	later, err := d.Contact.OpensLaterToday(ctx, who, caseID)
	if err != nil || later {
		return strategy.None, err
	}
	out, err := d.Contact.Remind(ctx, who, contact.Reminder{CaseID: caseID, Step: next.Step, Template: next.Template, DecidedOn: next.DecidedFor(today)})
	if err != nil || out.Refused != nil {
		return strategy.None, err
	}
	return strategy.Remind, nil
}

// roleOf says whose work a task of the strategy is.
func roleOf(task string) access.Role {
	if task == string(strategy.PrepareDemand) {
		return access.Paralegal
	}
	return access.Lawyer
}

var errTaken = problem.New(problem.Conflict, "step_taken", "El paso ya está en manos de una persona.", "A person has the step already.")

// openTask gives the step to a person and remembers it as taken.
func (d *Desk) openTask(ctx context.Context, who evidence.Actor, caseID uuid.UUID, next strategy.Decision) error {
	_, err := evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (string, []evidence.Entry, error) {
		c, err := cases.LockOpen(tx, caseID, access.To(access.ActRecord, access.ObjTask))
		if err != nil {
			return "", nil, err
		}
		facts, err := cases.FactsOf(tx.Tx, c.ClientID, c.ID)
		if err != nil {
			return "", nil, err
		}
		if slices.Contains(facts.StepsDone, next.Step) {
			return "", nil, errTaken
		}
		pack, err := d.Cases.Pack(c)
		if err != nil {
			return "", nil, err
		}
		role := string(roleOf(next.Task))
		if err := cases.OpenTask(tx, c.ClientID, c.ID, next.Task, role, tx.Today(pack.Zone)); err != nil {
			return "", nil, err
		}
		entry := c.Entry("step.taken", evidence.Fields{"step": next.Step, "task": next.Task, "role": role, "strategy": fmt.Sprintf("%s %d", next.Plan, next.Version), "reason": next.Reason.Code})
		entry.Class = evidence.Internal
		return next.Task, []evidence.Entry{entry}, cases.StepDone(tx, c.ClientID, c.ID, next.Step)
	})
	return err
}
