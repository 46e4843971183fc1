// Package cases holds the file on a debt: persons, accounts, parties, debts, the case with its stage, and what stops or
// delays it (holds, disputes, promises). The rule: a case moves only by a step of the table in lifecycle.go, under its lock.
package cases

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Desk is where people and jobs work on cases.
type Desk struct {
	Log *evidence.Log
	Law *law.Library
}

// Case is the firm's file (expediente) on one debt, or on several of one debtor when the client consolidates.
type Case struct {
	ClientID     uuid.UUID      `db:"client_id"`
	ID           uuid.UUID      `db:"id"`
	AccountID    uuid.UUID      `db:"account_id"`
	Number       string         `db:"number"`
	DebtorName   string         `db:"debtor_name"`
	Jurisdiction string         `db:"jurisdiction"`
	Currency     money.Currency `db:"currency"`
	Business     bool           `db:"business"`
	Stage        Stage          `db:"stage"`
	StageSince   day.Date       `db:"stage_since"`
	Outcome      *string        `db:"outcome"`
	OpenedOn     day.Date       `db:"opened_on"`
	ClosedOn     day.Date       `db:"closed_on"`
	TeamID       int64          `db:"team_id"`
	LawyerID     *uuid.UUID     `db:"lawyer_id"`
	ParalegalID  *uuid.UUID     `db:"paralegal_id"`
	NextStep     *string        `db:"next_step"`
	NextOn       day.Date       `db:"next_on"`
	PlanError    *string        `db:"plan_error"`
	Version      int            `db:"version"`
}

const columns = `client_id, id, account_id, number, debtor_name, jurisdiction, currency, business, stage, stage_since, outcome, opened_on, closed_on,
	team_id, lawyer_id, paralegal_id, next_step, next_on, plan_error, version`

// Place says where the case hangs, for the policy.
func (c *Case) Place() access.Place {
	return access.Place{Client: c.ClientID, Account: c.AccountID, Case: c.ID, Team: c.TeamID, Lawyer: c.LawyerID, Paralegal: c.ParalegalID}
}

// State is the case's own state in the words of the policy.
func (c *Case) State() access.State {
	if c.Stage == Closed {
		return access.StateClosed
	}
	return access.StateOpen
}

// Entry makes a log entry of this case.
func (c *Case) Entry(kind string, fields evidence.Fields) evidence.Entry {
	return evidence.Entry{Subject: evidence.CaseOf(c.ClientID, c.ID), Kind: kind, Fields: fields}
}

// Lock takes the case for a change and asks whether the actor may do this to it. Out of reach is not found. The permission's
// state is the case's own (open, closed) unless the caller asks again with the state of its own thing.
func Lock(tx *evidence.Tx, id uuid.UUID, p access.Permission) (*Case, error) {
	c, err := lock(tx, id)
	if err != nil {
		return nil, err
	}
	return c, access.Require(tx.Actor, p, c.Place(), stateFor(p, c))
}

// LockFor takes the case and asks with the state of the thing that is acted on.
func LockFor(tx *evidence.Tx, id uuid.UUID, p access.Permission, state access.State) (*Case, error) {
	c, err := lock(tx, id)
	if err != nil {
		return nil, err
	}
	return c, access.Require(tx.Actor, p, c.Place(), state)
}

// stateFor is the case's own state for what is done to the case, and none for new things put into it.
func stateFor(p access.Permission, c *Case) access.State {
	if p.Object() == access.ObjCase {
		return c.State()
	}
	return access.NoState
}

func lock(tx *evidence.Tx, id uuid.UUID) (*Case, error) {
	var c Case
	if err := tx.Get(&c, `select `+columns+` from cases where id = $1 for no key update`, id); err != nil {
		return nil, fmt.Errorf("locking case %s: %w", id, err)
	}
	return &c, nil
}

// LockOpen is Lock for what only an open case can take.
func LockOpen(tx *evidence.Tx, id uuid.UUID, p access.Permission) (*Case, error) {
	c, err := Lock(tx, id, p)
	if err == nil && c.Stage == Closed {
		return nil, problem.New(problem.Conflict, "case_closed", "El expediente está cerrado.", "The case is closed.")
	}
	return c, err
}

// LockAccount takes every open case of an account in the order of ids and asks the permission of each.
func LockAccount(tx *evidence.Tx, client, account uuid.UUID, p access.Permission) ([]*Case, error) {
	var all []*Case
	err := tx.Select(&all, `select `+columns+` from cases where client_id = $1 and account_id = $2 and stage <> 'closed' order by id for no key update`, client, account)
	if err != nil {
		return nil, fmt.Errorf("locking the cases of account %s: %w", account, err)
	}
	if len(all) == 0 {
		return nil, problem.Missing
	}
	for _, c := range all {
		if err := access.Require(tx.Actor, p, c.Place(), stateFor(p, c)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Get reads a case that the actor may read.
func Get(tx *postgres.Tx, who evidence.Actor, id uuid.UUID) (*Case, error) {
	var c Case
	if err := tx.Get(&c, `select `+columns+` from cases where id = $1`, id); err != nil {
		return nil, err
	}
	return &c, access.Require(who, access.To(access.ActRead, access.ObjCase), c.Place(), c.State())
}

// Replan marks the case as due for planning: whoever changes a fact calls it, and nobody calls the strategy.
func Replan(tx *evidence.Tx, client, id uuid.UUID) error {
	_, err := tx.Exec(`update cases set plan_due = true, plan_error = null where client_id = $1 and id = $2 and stage <> 'closed'`, client, id)
	return err
}

// Pack is the law of the case's jurisdiction.
func (d *Desk) Pack(c *Case) (*law.Pack, error) { return d.Law.Pack(c.Jurisdiction) }

// today is the business day where the case is.
func (d *Desk) today(tx *evidence.Tx, c *Case) (day.Date, error) {
	pack, err := d.Pack(c)
	if err != nil {
		return day.Date{}, err
	}
	return tx.Today(pack.Zone), nil
}

// Advance moves a case by a manual event, with a reason where one is needed.
func (d *Desk) Advance(ctx context.Context, who evidence.Actor, id uuid.UUID, event Event, reason string) (*Case, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (*Case, []evidence.Entry, error) {
		c, err := lock(tx, id)
		if err != nil {
			return nil, nil, err
		}
		if err := access.Require(who, access.To(access.ActRead, access.ObjCase), c.Place(), c.State()); err != nil {
			return nil, nil, err
		}
		step, ok := StepFor(c.Stage, event)
		if !ok || !step.Manual {
			return nil, nil, errNoStep
		}
		if err := access.Require(who, step.Permission, c.Place(), c.State()); err != nil {
			return nil, nil, err
		}
		today, err := d.today(tx, c)
		if err != nil {
			return nil, nil, err
		}
		entry, err := c.Advance(tx, event, today, reason)
		return c, []evidence.Entry{entry}, err
	})
}
