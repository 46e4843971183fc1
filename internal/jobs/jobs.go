// Package jobs does what nobody clicks: the daily course of the business, the steps that are due, the messages that wait.
// The rule: a job carries ids and calls one action, which decides again by itself; a job that runs twice does its work once,
// and one case that fails holds up no other.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/contact"
	"recobro/internal/court"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/gazette"
	"recobro/internal/postgres"
	"recobro/internal/settlements"
	"recobro/internal/strategy"
)

// Desk holds the actions that jobs call. Their logs must write through the worker's or the application's pool; the identities
// come from Worker, as only that database role may open one.
type Desk struct {
	Worker      *postgres.DB
	Log         *evidence.Log
	Cases       *cases.Desk
	Contact     *contact.Desk
	Strategy    *strategy.Desk
	Settlements *settlements.Desk
	Court       *court.Desk
	Gazette     *gazette.Desk
	Logger      *slog.Logger

	mu    sync.Mutex
	who   evidence.Actor
	until time.Time
}

// identityLife is how long one identity of the jobs lives; it is opened anew before it ends.
const identityLife = 15 * time.Minute

// Identity is Recobro itself with the whole firm in reach. It is shared for some minutes: one row for each job would be a write
// for each job.
func (d *Desk) Identity(ctx context.Context) (evidence.Actor, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if time.Now().Before(d.until) {
		return d.who, nil
	}
	who, err := access.OpenJob(ctx, d.Worker, "worker", nil, identityLife)
	if err != nil {
		return who, err
	}
	d.who, d.until = who, time.Now().Add(identityLife-5*time.Minute)
	return who, nil
}

// Day is what one course of the business did.
type Day struct {
	HoldsLifted, PromisesJudged, ApprovalsExpired int
	LimitationMoved, LimitationAlarms             int
	Agreements                                    settlements.Sweep
	Plan                                          strategy.Report
	Acted                                         map[strategy.Action]int // what was carried out of Plan.Due
	Failed                                        int                     // cases and things whose action failed; each is in the program's log
}

// Daily runs the whole course of a business day, one thing after the other, and comes back when all is done but the sending of
// what it wrote. It may run several times a day: contact hours open later in the west.
func (d *Desk) Daily(ctx context.Context, today day.Date) (Day, error) {
	course, err := d.Settle(ctx, today)
	if err != nil {
		return course, err
	}
	who, err := d.Identity(ctx)
	if err != nil {
		return course, err
	}
	if course.Plan, err = d.Strategy.Sweep(ctx, who, today, false, nil); err != nil {
		return course, err
	}
	course.Acted = map[strategy.Action]int{}
	for _, a := range course.Plan.Due {
		done, err := d.Act(ctx, a)
		switch {
		case ctx.Err() != nil:
			return course, ctx.Err()
		case err != nil:
			course.fail(d.Logger, "acting on a case", a.CaseID, err)
		case done != strategy.None:
			course.Acted[done]++
		}
	}
	return course, nil
}

// Settle is the part of the day that comes before planning: what is over ends, what can be judged is judged, and messages that
// their job left behind are finished.
func (d *Desk) Settle(ctx context.Context, today day.Date) (Day, error) {
	var course Day
	who, err := d.Identity(ctx)
	if err != nil {
		return course, err
	}
	for _, part := range []func(context.Context, evidence.Actor, day.Date, *Day) error{
		d.liftHolds, d.judgePromises, d.expireApprovals, d.endAgreements, d.moveLimitation, d.ringLimitation, d.finishMessages} {
		if err := part(ctx, who, today, &course); err != nil {
			return course, fmt.Errorf("running the day %s: %w", today, err)
		}
	}
	return course, nil
}

func (c *Day) fail(logger *slog.Logger, doing string, id uuid.UUID, err error) {
	c.Failed++
	logger.Error(doing, "id", id, "error", err)
}

// page is how many things one look takes up.
const page = 500

// each works through what list gives, page by page, until a page brings nothing that was not seen: what fails stays in the list.
func each[T any](list func(limit int) ([]T, error), id func(T) uuid.UUID, do func(T)) error {
	seen := map[uuid.UUID]bool{}
	for {
		found, err := list(page + len(seen))
		if err != nil {
			return err
		}
		fresh := 0
		for _, one := range found {
			if !seen[id(one)] {
				seen[id(one)] = true
				fresh++
				do(one)
			}
		}
		if fresh == 0 {
			return nil
		}
	}
}

func itself(id uuid.UUID) uuid.UUID { return id }

func (d *Desk) liftHolds(ctx context.Context, who evidence.Actor, today day.Date, course *Day) error {
	return each(func(limit int) ([]uuid.UUID, error) { return d.Cases.HoldsOver(ctx, who, today, limit) }, itself, func(id uuid.UUID) {
		if _, err := d.Cases.LiftHold(ctx, who, id, "until"); err != nil {
			course.fail(d.Logger, "lifting a hold", id, err)
			return
		}
		course.HoldsLifted++
	})
}

func (d *Desk) judgePromises(ctx context.Context, who evidence.Actor, _ day.Date, course *Day) error {
	return each(func(limit int) ([]uuid.UUID, error) { return d.Cases.PromisesDue(ctx, who, limit) }, itself, func(id uuid.UUID) {
		if _, err := d.Cases.JudgePromise(ctx, who, id, received); err != nil {
			course.fail(d.Logger, "judging a promise", id, err)
			return
		}
		course.PromisesJudged++
	})
}

// received is what was paid on the case from the day of a promise to its due day, payments that were reversed left out.
func received(tx *evidence.Tx, p cases.Promise) (sum int64, err error) {
	err = tx.Get(&sum, `select coalesce(-sum(l.minor), 0)::bigint from ledger_entries l
		where l.client_id = $1 and l.case_id = $2 and l.kind = 'payment' and l.effective_on between $3 and $4
		  and not exists (select 1 from ledger_entries r where r.client_id = l.client_id and r.reverses = l.id)`, p.ClientID, p.CaseID, p.MadeOn, p.DueOn)
	if err != nil {
		return 0, fmt.Errorf("summing what came for promise %s: %w", p.ID, err)
	}
	return sum, nil
}

// expireApprovals closes questions about suits that nobody answered; agreements end their own.
func (d *Desk) expireApprovals(ctx context.Context, who evidence.Actor, today day.Date, course *Day) error {
	list := func(limit int) (all []clients.Approval, err error) {
		err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
			all, err = clients.Overdue(tx, today, limit)
			return err
		})
		return all, err
	}
	return each(list, func(a clients.Approval) uuid.UUID { return a.ID }, func(a clients.Approval) {
		if a.Kind != "suit" {
			return
		}
		if err := d.expireApproval(ctx, who, a, today); err != nil {
			course.fail(d.Logger, "closing a question", a.ID, err)
			return
		}
		course.ApprovalsExpired++
	})
}

func (d *Desk) expireApproval(ctx context.Context, who evidence.Actor, a clients.Approval, today day.Date) error {
	_, err := evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (uuid.UUID, []evidence.Entry, error) {
		c, err := cases.LockFor(tx, a.CaseID, access.To(access.ActRead, access.ObjCase), access.StateOpen)
		if err != nil {
			return a.ID, nil, err
		}
		entry, err := clients.Expire(tx, a, today)
		if err != nil {
			return a.ID, nil, err
		}
		if c.Stage != cases.Closed {
			if err := cases.OpenTask(tx, c.ClientID, c.ID, "approval_expired", string(access.Lawyer), today); err != nil {
				return a.ID, nil, err
			}
		}
		return a.ID, []evidence.Entry{entry}, cases.Replan(tx, c.ClientID, c.ID)
	})
	return err
}

func (d *Desk) endAgreements(ctx context.Context, who evidence.Actor, today day.Date, course *Day) (err error) {
	course.Agreements, err = d.Settlements.Breach(ctx, who, today)
	return err
}

func (d *Desk) finishMessages(ctx context.Context, who evidence.Actor, today day.Date, course *Day) error {
	list := func(limit int) ([]contact.SendMessage, error) { return d.Contact.Unfinished(ctx, who, today, limit) }
	return each(list, func(m contact.SendMessage) uuid.UUID { return m.Message }, func(m contact.SendMessage) {
		if err := d.Contact.Send(ctx, who, m.Client, m.Message); err != nil && !waits(err) {
			course.fail(d.Logger, "finishing a message", m.Message, err)
		}
	})
}
