package privacy

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Hold is a legal hold: while it stands nothing in its reach is destroyed. It has an owner and a day on which somebody looks
// whether it is still needed; on that day it does not end by itself.
type Hold struct {
	ID       uuid.UUID  `db:"id"`
	Scope    string     `db:"scope"` // case, account, person or client
	Target   uuid.UUID  `db:"target"`
	Reason   string     `db:"reason"`
	Owner    uuid.UUID  `db:"owner"`
	FromOn   day.Date   `db:"from_on"`
	ReviewOn day.Date   `db:"review_on"`
	LiftedOn day.Date   `db:"lifted_on"`
	LiftedBy *uuid.UUID `db:"lifted_by"`
}

const holdColumns = `id, scope, target, reason, owner, from_on, review_on, lifted_on, lifted_by`

var (
	errHold   = problem.New(problem.Invalid, "legal_hold_incomplete", "Diga el alcance, el motivo y un día de revisión posterior a hoy.", "Give the scope, the reason and a day of review after today.")
	errLifted = problem.New(problem.Conflict, "legal_hold_lifted", "Esa retención ya está levantada.", "That hold is lifted already.")
	errHeld   = problem.New(problem.Conflict, "under_legal_hold", "Hay una retención legal: nada se destruye mientras siga en pie.", "There is a legal hold: nothing is destroyed while it stands.")
)

// PlaceHold puts a case, an account, a person or all of a client under legal hold.
func (d *Desk) PlaceHold(ctx context.Context, who evidence.Actor, h Hold) (Hold, error) {
	if err := access.Require(who, access.To(access.ActPlace, access.ObjLegalHold), access.Place{}, access.NoState); err != nil {
		return h, err
	}
	h.ID, h.Owner = uuid.Must(uuid.NewV7()), who.ID
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Hold, []evidence.Entry, error) {
		h.FromOn = today(tx)
		if h.Reason == "" || !h.ReviewOn.After(h.FromOn) {
			return h, nil, errHold
		}
		rows, err := tx.Exec(`insert into legal_holds (id, scope, target, reason, owner, from_on, review_on) select $1, $2, $3, $4, $5, $6, $7
			where case $2 when 'case' then exists (select 1 from cases where id = $3) or exists (select 1 from blocked_cases where case_id = $3 and state <> 'destroyed')
				when 'account' then exists (select 1 from accounts where id = $3) when 'person' then exists (select 1 from persons where id = $3)
				when 'client' then exists (select 1 from clients where id = $3) else false end`, h.ID, h.Scope, h.Target, h.Reason, h.Owner, h.FromOn, h.ReviewOn)
		if err == nil && rows == 0 {
			err = problem.Missing
		}
		return h, []evidence.Entry{h.entry("legal_hold.placed")}, err
	})
}

// LiftHold ends a hold.
func (d *Desk) LiftHold(ctx context.Context, who evidence.Actor, id uuid.UUID) (Hold, error) {
	if err := access.Require(who, access.To(access.ActLift, access.ObjLegalHold), access.Place{}, access.StateActive); err != nil {
		return Hold{}, err
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Hold, []evidence.Entry, error) {
		var h Hold
		if err := tx.Get(&h, `select `+holdColumns+` from legal_holds where id = $1`, id); err != nil {
			return h, nil, fmt.Errorf("reading legal hold %s: %w", id, err)
		}
		h.LiftedOn, h.LiftedBy = today(tx), &who.ID
		err := tx.OneOr(errLifted, `update legal_holds set lifted_on = $2, lifted_by = $3 where id = $1 and lifted_on is null`, id, h.LiftedOn, who.ID)
		return h, []evidence.Entry{h.entry("legal_hold.lifted")}, err
	})
}

// Holds lists the standing ones by their day of review, then the lifted.
func Holds(tx *postgres.Tx, limit int) (all []Hold, err error) {
	if err := tx.Select(&all, `select `+holdColumns+` from legal_holds order by lifted_on is not null, review_on, id limit $1`, limit); err != nil {
		return nil, fmt.Errorf("reading legal holds: %w", err)
	}
	return all, nil
}

func (h Hold) entry(kind string) evidence.Entry {
	return firmEntry(kind, evidence.Fields{"hold": h.ID.String(), "scope": h.Scope, "target": h.Target.String(), "reason": h.Reason,
		"from_on": h.FromOn.String(), "review_on": h.ReviewOn.String()})
}

// held says whether a hold reaches the case.
func held(tx *postgres.Tx, b Blocked) (is bool, err error) {
	err = tx.Get(&is, `select exists (select 1 from legal_holds where lifted_on is null and target in ($1, $2, $3, $4))`, b.CaseID, b.AccountID, b.PersonID, b.ClientID)
	return is, err
}
