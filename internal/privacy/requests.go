package privacy

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Request is what a data subject asked of the firm.
type Request struct {
	ID           uuid.UUID `db:"id"`
	Kind         string    `db:"kind"`  // access, rectification, erasure, objection, restriction, portability
	State        string    `db:"state"` // received, verified, answered, refused
	Jurisdiction string    `db:"jurisdiction"`
	Country      string    `db:"country"` // of the tax id
	TaxID        string    `db:"tax_id"`
	Name         string    `db:"name"`
	Wish         string    `db:"wish"`
	ReceivedOn   day.Date  `db:"received_on"`
	DueOn        day.Date  `db:"due_on"`
	VerifiedHow  string    `db:"verified_how"`
	Outcome      string    `db:"outcome"`
	AnsweredOn   day.Date  `db:"answered_on"`
	RecordedBy   uuid.UUID `db:"recorded_by"`
}

const requestColumns = `id, kind, state, jurisdiction, country, tax_id, name, wish, received_on, due_on, verified_how, outcome, answered_on, recorded_by`

// RequestKinds are the rights that may be exercised (arts. 15 to 21 RGPD).
var RequestKinds = []string{"access", "rectification", "erasure", "objection", "restriction", "portability"}

var (
	errRequest    = problem.New(problem.Invalid, "data_request_incomplete", "Indique el derecho, la jurisdicción, el país y el número fiscal de la persona y el día en que llegó.", "Give the right, the jurisdiction, the person's country and tax id, and the day it came.")
	errVerified   = problem.New(problem.Conflict, "identity_not_verified", "Antes hay que comprobar la identidad de quien pide.", "Verify first that the person is who they say.")
	errSaySo      = problem.New(problem.Invalid, "outcome_missing", "Diga cómo o por qué.", "Say how or why.")
	errNotYetDay  = problem.New(problem.Invalid, "received_in_the_future", "No puede haber llegado después de hoy.", "It cannot have come after today.")
	errNotOpenNow = problem.New(problem.Conflict, "data_request_closed", "Esa solicitud ya no está en ese estado.", "That request is no longer in that state.")
)

// Receive records a request and the day until which it must be answered: art. 12.3 RGPD one month in Spain; elsewhere the
// term that is known or set, else privacy_term_missing.
func (d *Desk) Receive(ctx context.Context, who evidence.Actor, r Request) (Request, error) {
	if err := access.Require(who, access.To(access.ActRecord, access.ObjDataRequest), access.Place{}, access.NoState); err != nil {
		return r, err
	}
	if !slices.Contains(RequestKinds, r.Kind) || r.Jurisdiction == "" || r.Country == "" || r.TaxID == "" || r.ReceivedOn.IsZero() {
		return r, errRequest
	}
	id, err := law.CheckTaxID(r.Country, r.TaxID)
	if err != nil {
		return r, err
	}
	r.ID, r.State, r.TaxID, r.RecordedBy = uuid.Must(uuid.NewV7()), "received", id.Normal, who.ID
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Request, []evidence.Entry, error) {
		if r.ReceivedOn.After(today(tx)) {
			return r, nil, errNotYetDay
		}
		terms, err := readTerms(tx.Tx)
		if err != nil {
			return r, nil, err
		}
		term, err := terms.of(r.Jurisdiction, "answer", "")
		if err != nil {
			return r, nil, err
		}
		r.DueOn = term.From(r.ReceivedOn)
		_, err = tx.NamedExecContext(tx.Context(), `insert into data_requests (id, kind, state, jurisdiction, country, tax_id, name, wish, received_on, due_on, recorded_by)
			values (:id, :kind, :state, :jurisdiction, :country, :tax_id, :name, :wish, :received_on, :due_on, :recorded_by)`, r)
		return r, []evidence.Entry{r.entry("data_request.received")}, err
	})
}

// Verify records how the identity of the person was checked (art. 12.6 RGPD).
func (d *Desk) Verify(ctx context.Context, who evidence.Actor, id uuid.UUID, how string) (Request, error) {
	return d.move(ctx, who, id, "data_request.verified", how, func(tx *evidence.Tx, r *Request) error {
		r.State, r.VerifiedHow = "verified", how
		return tx.OneOr(errNotOpenNow, `update data_requests set state = 'verified', verified_how = $2 where id = $1 and state = 'received'`, id, how)
	})
}

// Answer ends a verified request with what was done or sent.
func (d *Desk) Answer(ctx context.Context, who evidence.Actor, id uuid.UUID, outcome string) (Request, error) {
	return d.move(ctx, who, id, "data_request.answered", outcome, func(tx *evidence.Tx, r *Request) error {
		if r.State == "received" {
			return errVerified
		}
		r.State, r.Outcome, r.AnsweredOn = "answered", outcome, today(tx)
		return tx.OneOr(errNotOpenNow, `update data_requests set state = 'answered', outcome = $2, answered_on = $3 where id = $1 and state = 'verified'`, id, outcome, r.AnsweredOn)
	})
}

// Refuse ends a request for a reason (art. 12.5 RGPD; a claim that is still pursued: art. 17.3.e).
func (d *Desk) Refuse(ctx context.Context, who evidence.Actor, id uuid.UUID, reason string) (Request, error) {
	return d.move(ctx, who, id, "data_request.refused", reason, func(tx *evidence.Tx, r *Request) error {
		r.State, r.Outcome, r.AnsweredOn = "refused", reason, today(tx)
		return tx.OneOr(errNotOpenNow, `update data_requests set state = 'refused', outcome = $2, answered_on = $3 where id = $1 and state in ('received', 'verified')`,
			id, reason, r.AnsweredOn)
	})
}

func (d *Desk) move(ctx context.Context, who evidence.Actor, id uuid.UUID, kind, said string, step func(*evidence.Tx, *Request) error) (Request, error) {
	if err := access.Require(who, access.To(access.ActResolve, access.ObjDataRequest), access.Place{}, access.StateOpen); err != nil {
		return Request{}, err
	}
	if said == "" {
		return Request{}, errSaySo
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Request, []evidence.Entry, error) {
		r, err := requestByID(tx.Tx, id)
		if err != nil {
			return r, nil, err
		}
		if err := step(tx, &r); err != nil {
			return r, nil, err
		}
		return r, []evidence.Entry{r.entry(kind)}, nil
	})
}

func requestByID(tx *postgres.Tx, id uuid.UUID) (Request, error) {
	var r Request
	if err := tx.Get(&r, `select `+requestColumns+` from data_requests where id = $1`, id); err != nil {
		return r, fmt.Errorf("reading data request %s: %w", id, err)
	}
	return r, nil
}

// Requests lists the newest first; the open ones by their day before them.
func Requests(tx *postgres.Tx, limit int) (all []Request, err error) {
	if err := tx.Select(&all, `select `+requestColumns+` from data_requests order by state in ('answered', 'refused'), due_on, id desc limit $1`, limit); err != nil {
		return nil, fmt.Errorf("reading data requests: %w", err)
	}
	return all, nil
}

// entry tells the firm's chain without naming the person: the request's id leads there while it is kept.
func (r Request) entry(kind string) evidence.Entry {
	return firmEntry(kind, evidence.Fields{"request": r.ID.String(), "kind": r.Kind, "state": r.State, "jurisdiction": r.Jurisdiction,
		"received_on": r.ReceivedOn.String(), "due_on": r.DueOn.String()})
}

// today is the business day in the zone of the firm's country: the terms of data protection are counted there.
func today(tx *evidence.Tx) day.Date { return tx.Today(zone) }

var zone = func() *time.Location {
	z, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		panic(err)
	}
	return z
}()
