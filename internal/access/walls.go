package access

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Wall is an ethical wall: a person has nothing to do with a client, with one debtor of it, or with one case.
type Wall struct {
	ClientID   uuid.UUID  `db:"client_id"`
	ID         uuid.UUID  `db:"id"`
	UserID     uuid.UUID  `db:"user_id"`
	UserName   string     `db:"user_name"`
	AccountID  *uuid.UUID `db:"account_id"` // of the debtor; nil unless the wall stands before one debtor
	CaseID     *uuid.UUID `db:"case_id"`    // nil unless it stands before one case
	Reason     string     `db:"reason"`
	RaisedAt   time.Time  `db:"raised_at"`
	LiftedAt   *time.Time `db:"lifted_at"`
	LiftReason string     `db:"lift_reason"`
}

var (
	errWallReason = problem.New(problem.Invalid, "wall_reason", "Escriba por qué.", "Say why.")
	errWallPlace  = problem.New(problem.Invalid, "wall_place",
		"Un muro separa a una persona del despacho de un cliente, de un deudor o de un expediente que existen.",
		"A wall stands between a person of the firm and a client, a debtor or a case that exist.")
)

// RaiseWall puts a wall between a person and a client, or one debtor or case of it. It acts at once, on every page, call and search.
func RaiseWall(ctx context.Context, log *evidence.Log, who evidence.Actor, w Wall) (Wall, error) {
	if err := Require(who, To(ActPlace, ObjWall), Place{}, NoState); err != nil {
		return w, err
	}
	if strings.TrimSpace(w.Reason) == "" {
		return w, errWallReason
	}
	return evidence.Record(ctx, log, who, func(tx *evidence.Tx) (Wall, []evidence.Entry, error) {
		id, err := uuid.NewV7()
		if err != nil {
			return w, nil, fmt.Errorf("numbering a wall: %w", err)
		}
		w.ID = id
		fit := false
		if err := tx.Get(&fit, `select exists (select 1 from users where id = $1 and role not in ('client_admin', 'client_viewer'))`, w.UserID); err != nil || !fit {
			return w, nil, cmp.Or(err, error(errWallPlace))
		}
		err = tx.Get(&w.RaisedAt, `insert into walls (client_id, id, user_id, account_id, case_id, reason, raised_by) values ($1, $2, $3, $4, $5, $6, $7) returning raised_at`,
			w.ClientID, w.ID, w.UserID, w.AccountID, w.CaseID, w.Reason, who.ID)
		if postgres.Code(err) == "23503" {
			return w, nil, errWallPlace
		}
		return w, []evidence.Entry{w.entry("wall.raised", w.Reason)}, err
	})
}

// LiftWall takes a wall away; one that is lifted already is a conflict.
func LiftWall(ctx context.Context, log *evidence.Log, who evidence.Actor, id uuid.UUID, reason string) (Wall, error) {
	if err := Require(who, To(ActLift, ObjWall), Place{}, NoState); err != nil {
		return Wall{}, err
	}
	if strings.TrimSpace(reason) == "" {
		return Wall{}, errWallReason
	}
	return evidence.Record(ctx, log, who, func(tx *evidence.Tx) (Wall, []evidence.Entry, error) {
		var w Wall
		if err := tx.Get(&w, `select `+wallColumns+` from walls w join users u on u.id = w.user_id where w.id = $1`, id); err != nil {
			return w, nil, err
		}
		w.LiftReason = reason
		err := tx.One(`update walls set lifted_by = $3, lifted_at = clock_timestamp(), lift_reason = $4 where client_id = $1 and id = $2 and lifted_at is null`,
			w.ClientID, w.ID, who.ID, reason)
		return w, []evidence.Entry{w.entry("wall.lifted", reason)}, err
	})
}

const wallColumns = `w.client_id, w.id, w.user_id, u.name as user_name, w.account_id, w.case_id, w.reason, w.raised_at, w.lifted_at, w.lift_reason`

// Walls lists the walls of the firm, those that stand first.
func Walls(ctx context.Context, log *evidence.Log, who evidence.Actor) (all []Wall, err error) {
	if err := Require(who, To(ActList, ObjWall), Place{}, NoState); err != nil {
		return nil, err
	}
	err = log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		return tx.Select(&all, `select `+wallColumns+` from walls w join users u on u.id = w.user_id order by w.lifted_at desc nulls first, w.id desc limit 500`)
	})
	return all, err
}

func (w Wall) entry(kind, reason string) evidence.Entry {
	fields := evidence.Fields{"wall": w.ID.String(), "user": w.UserID.String(), "client": w.ClientID.String(), "reason": reason}
	if w.AccountID != nil {
		fields["account"] = w.AccountID.String()
	}
	if w.CaseID != nil {
		fields["case"] = w.CaseID.String()
	}
	return evidence.Entry{Subject: evidence.Firm, Kind: kind, Class: evidence.Internal, Fields: fields}
}
