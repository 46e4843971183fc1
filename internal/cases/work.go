package cases

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// Hold (retención) stops a scope of the work on a case until a day or until somebody lifts it.
type Hold struct {
	ClientID  uuid.UUID `db:"client_id" json:"-"`
	ID        uuid.UUID `db:"id" json:"id"`
	CaseID    uuid.UUID `db:"case_id" json:"case_id"`
	Scope     string    `db:"scope" json:"scope"` // all, contact or judicial
	Reason    string    `db:"reason" json:"reason"`
	LiftsWhen string    `db:"lifts_when" json:"lifts_when,omitempty"`
	OpenedOn  day.Date  `db:"opened_on" json:"opened_on"`
	UntilOn   day.Date  `db:"until_on" json:"until_on"`
	LiftedOn  day.Date  `db:"lifted_on" json:"lifted_on"`
}

var (
	errScope  = problem.New(problem.Invalid, "hold_scope_unknown", "El alcance es all, contact o judicial.", "The scope is all, contact or judicial.")
	errReason = problem.New(problem.Invalid, "reason_missing", "Escriba el motivo.", "Write the reason.")
)

// change runs one action on an open case under its lock and its permission, and marks the case for planning.
func change[T any](ctx context.Context, d *Desk, who evidence.Actor, id uuid.UUID, p access.Permission, fn func(*evidence.Tx, *Case, day.Date) (T, evidence.Entry, error)) (T, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (T, []evidence.Entry, error) {
		var none T
		c, err := LockOpen(tx, id, p)
		if err != nil {
			return none, nil, err
		}
		today, err := d.today(tx, c)
		if err != nil {
			return none, nil, err
		}
		made, entry, err := fn(tx, c, today)
		if err != nil {
			return none, nil, err
		}
		return made, []evidence.Entry{entry}, Replan(tx, c.ClientID, c.ID)
	})
}

// PlaceHold opens a hold on a case.
func (d *Desk) PlaceHold(ctx context.Context, who evidence.Actor, caseID uuid.UUID, h Hold) (Hold, error) {
	if h.Scope != "all" && h.Scope != "contact" && h.Scope != "judicial" {
		return h, errScope
	}
	if h.Reason == "" {
		return h, errReason
	}
	return change(ctx, d, who, caseID, access.To(access.ActPlace, access.ObjHold), func(tx *evidence.Tx, c *Case, today day.Date) (Hold, evidence.Entry, error) {
		h.ClientID, h.ID, h.CaseID, h.OpenedOn = c.ClientID, newID(), c.ID, today
		_, err := tx.Exec(`insert into holds (client_id, id, case_id, scope, reason, lifts_when, opened_on, until_on) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			h.ClientID, h.ID, h.CaseID, h.Scope, h.Reason, h.LiftsWhen, h.OpenedOn, h.UntilOn)
		return h, c.Entry("hold.placed", evidence.Fields{"hold": h.ID.String(), "scope": h.Scope, "reason": h.Reason, "until": h.UntilOn.String()}), err
	})
}

// LiftHold ends a hold; lifting one that is over is a conflict.
func (d *Desk) LiftHold(ctx context.Context, who evidence.Actor, id uuid.UUID, reason string) (Hold, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Hold, []evidence.Entry, error) {
		var h Hold
		if err := tx.Get(&h, `select client_id, id, case_id, scope, reason, lifts_when, opened_on, until_on, lifted_on from holds where id = $1`, id); err != nil {
			return h, nil, err
		}
		c, err := LockFor(tx, h.CaseID, access.To(access.ActLift, access.ObjHold), access.StateOpen)
		if err != nil {
			return h, nil, err
		}
		if h.LiftedOn, err = d.today(tx, c); err != nil {
			return h, nil, err
		}
		if err := tx.One(`update holds set lifted_on = $3 where client_id = $1 and id = $2 and lifted_on is null`, h.ClientID, h.ID, h.LiftedOn); err != nil {
			return h, nil, err
		}
		return h, []evidence.Entry{c.Entry("hold.lifted", evidence.Fields{"hold": h.ID.String(), "reason": reason})}, Replan(tx, c.ClientID, c.ID)
	})
}

// HoldsOver lists open holds whose last day is before today: the daily sweep lifts them.
func (d *Desk) HoldsOver(ctx context.Context, who evidence.Actor, today day.Date, limit int) (ids []uuid.UUID, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *dbTx) error {
		return tx.Select(&ids, `select id from holds where lifted_on is null and until_on < $1 order by id limit $2`, today, limit)
	})
	return ids, err
}

// Dispute is what the debtor contests; the rest goes on.
type Dispute struct {
	ClientID       uuid.UUID      `db:"client_id" json:"-"`
	ID             uuid.UUID      `db:"id" json:"id"`
	CaseID         uuid.UUID      `db:"case_id" json:"case_id"`
	ContestedMinor int64          `db:"contested_minor" json:"-"`
	Currency       money.Currency `db:"-" json:"-"` // of the case; only in what an action answers
	Reason         string         `db:"reason" json:"reason"`
	RaisedOn       day.Date       `db:"raised_on" json:"raised_on"`
	AnswerDueOn    day.Date       `db:"answer_due_on" json:"answer_due_on"`
	State          string         `db:"state" json:"state"`
	ResolvedOn     day.Date       `db:"resolved_on" json:"resolved_on"`
	Resolution     string         `db:"resolution" json:"resolution,omitempty"`
}

// answerDays is how long the client has to answer a dispute before the firm asks again.
const answerDays = 10

// RaiseDispute records what the debtor contests and why.
func (d *Desk) RaiseDispute(ctx context.Context, who evidence.Actor, caseID uuid.UUID, contested money.Amount, reason string) (Dispute, error) {
	if reason == "" {
		return Dispute{}, errReason
	}
	return change(ctx, d, who, caseID, access.To(access.ActRecord, access.ObjDispute), func(tx *evidence.Tx, c *Case, today day.Date) (Dispute, evidence.Entry, error) {
		if contested.Currency != c.Currency || !contested.IsPositive() {
			return Dispute{}, evidence.Entry{}, problem.New(problem.Invalid, "dispute_amount", "El importe disputado no es válido para este expediente.", "The contested amount does not fit this case.")
		}
		q := Dispute{ClientID: c.ClientID, ID: newID(), CaseID: c.ID, ContestedMinor: contested.Minor, Currency: c.Currency, Reason: reason, RaisedOn: today, AnswerDueOn: today.AddDays(answerDays), State: "open"}
		_, err := tx.Exec(`insert into disputes (client_id, id, case_id, contested_minor, reason, raised_on, answer_due_on) values ($1, $2, $3, $4, $5, $6, $7)`,
			q.ClientID, q.ID, q.CaseID, q.ContestedMinor, q.Reason, q.RaisedOn, q.AnswerDueOn)
		return q, c.Entry("dispute.raised", evidence.Fields{"dispute": q.ID.String(), "contested": contested.Decimal(), "currency": string(contested.Currency), "reason": reason, "answer_due_on": q.AnswerDueOn.String()}), err
	})
}

// ResolveDispute closes a dispute: upheld, rejected or withdrawn.
func (d *Desk) ResolveDispute(ctx context.Context, who evidence.Actor, id uuid.UUID, state, resolution string) (Dispute, error) {
	if state != "upheld" && state != "rejected" && state != "withdrawn" {
		return Dispute{}, problem.New(problem.Invalid, "dispute_state", "Una disputa se estima, se rechaza o se retira.", "A dispute is upheld, rejected or withdrawn.")
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Dispute, []evidence.Entry, error) {
		var q Dispute
		if err := tx.Get(&q, `select client_id, id, case_id, contested_minor, reason, raised_on, answer_due_on, state, resolved_on, resolution from disputes where id = $1`, id); err != nil {
			return q, nil, err
		}
		c, err := LockFor(tx, q.CaseID, access.To(access.ActResolve, access.ObjDispute), access.StateOpen)
		if err != nil {
			return q, nil, err
		}
		if q.ResolvedOn, err = d.today(tx, c); err != nil {
			return q, nil, err
		}
		q.State, q.Resolution, q.Currency = state, resolution, c.Currency
		err = tx.One(`update disputes set state = $3, resolved_on = $4, resolution = $5 where client_id = $1 and id = $2 and state = 'open'`, q.ClientID, q.ID, state, q.ResolvedOn, resolution)
		if err != nil {
			return q, nil, err
		}
		return q, []evidence.Entry{c.Entry("dispute."+state, evidence.Fields{"dispute": q.ID.String(), "resolution": resolution})}, Replan(tx, c.ClientID, c.ID)
	})
}

// Promise (compromiso de pago) is one date and amount promised.
type Promise struct {
	ClientID uuid.UUID      `db:"client_id" json:"-"`
	ID       uuid.UUID      `db:"id" json:"id"`
	CaseID   uuid.UUID      `db:"case_id" json:"case_id"`
	Minor    int64          `db:"minor" json:"-"`
	Currency money.Currency `db:"-" json:"-"` // of the case; only in what an action answers
	DueOn    day.Date       `db:"due_on" json:"due_on"`
	MadeOn   day.Date       `db:"made_on" json:"made_on"`
	State    string         `db:"state" json:"state"`
	JudgedOn day.Date       `db:"judged_on" json:"judged_on"`
}

// RecordPromise takes down that the debtor promises to pay an amount by a day; it is declared by a person (grade 1).
func (d *Desk) RecordPromise(ctx context.Context, who evidence.Actor, caseID uuid.UUID, amount money.Amount, dueOn day.Date) (Promise, error) {
	return change(ctx, d, who, caseID, access.To(access.ActRecord, access.ObjPromise), func(tx *evidence.Tx, c *Case, today day.Date) (Promise, evidence.Entry, error) {
		if amount.Currency != c.Currency || !amount.IsPositive() || dueOn.Before(today) {
			return Promise{}, evidence.Entry{}, problem.New(problem.Invalid, "promise_terms", "El compromiso necesita un importe positivo y un día que no haya pasado.", "A promise needs a positive amount and a day that is not past.")
		}
		p := Promise{ClientID: c.ClientID, ID: newID(), CaseID: c.ID, Minor: amount.Minor, Currency: c.Currency, DueOn: dueOn, MadeOn: today, State: "open"}
		_, err := tx.Exec(`insert into promises (client_id, id, case_id, minor, due_on, made_on) values ($1, $2, $3, $4, $5, $6)`, p.ClientID, p.ID, p.CaseID, p.Minor, p.DueOn, p.MadeOn)
		return p, c.Entry("promise.recorded", evidence.Fields{"promise": p.ID.String(), "amount": amount.Decimal(), "currency": string(amount.Currency), "due_on": dueOn.String(), "grade": "1"}), err
	})
}

// JudgePromise closes a promise by what was received between its making and its due day. It is judged only once money is
// known for the whole of its due day; the caller (a job) hands in the sum received.
func (d *Desk) JudgePromise(ctx context.Context, who evidence.Actor, id uuid.UUID, received func(*evidence.Tx, Promise) (int64, error)) (Promise, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Promise, []evidence.Entry, error) {
		var p Promise
		if err := tx.Get(&p, `select client_id, id, case_id, minor, due_on, made_on, state, judged_on from promises where id = $1`, id); err != nil {
			return p, nil, err
		}
		c, err := LockOpen(tx, p.CaseID, access.To(access.ActRecord, access.ObjPromise))
		if err != nil {
			return p, nil, err
		}
		sum, err := received(tx, p)
		if err != nil {
			return p, nil, err
		}
		switch {
		case sum >= p.Minor:
			p.State = "kept"
		case sum > 0:
			p.State = "partly_kept"
		default:
			p.State = "broken"
		}
		if p.JudgedOn, err = d.today(tx, c); err != nil {
			return p, nil, err
		}
		if err := tx.One(`update promises set state = $3, judged_on = $4 where client_id = $1 and id = $2 and state = 'open'`, p.ClientID, p.ID, p.State, p.JudgedOn); err != nil {
			return p, nil, err
		}
		return p, []evidence.Entry{c.Entry("promise."+p.State, evidence.Fields{"promise": p.ID.String(), "received": money.Of(sum, c.Currency).Decimal()})}, Replan(tx, c.ClientID, c.ID)
	})
}

// PromisesDue lists open promises that can be judged: money is known for their due day.
func (d *Desk) PromisesDue(ctx context.Context, who evidence.Actor, limit int) (ids []uuid.UUID, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *dbTx) error {
		return tx.Select(&ids, `select p.id from promises p join cases c on c.client_id = p.client_id and c.id = p.case_id
			join accounts a on a.client_id = c.client_id and a.id = c.account_id
			where p.state = 'open' and p.due_on <= a.known_until order by p.id limit $1`, limit)
	})
	return ids, err
}

// Contact that somebody had with the debtor outside the system's channels: a call, a note, a visit.
type Contact struct {
	Kind     string // call, note or visit
	Text     string
	At       time.Time // zero: now
	Internal bool      // a note for the firm's eyes only
}

// Write takes down a call, note or visit as a declared entry of the log.
func (d *Desk) Write(ctx context.Context, who evidence.Actor, caseID uuid.UUID, in Contact) (Contact, error) {
	kinds := map[string]string{"call": "call.noted", "note": "note.written", "visit": "visit.noted"}
	kind, ok := kinds[in.Kind]
	if !ok || in.Text == "" {
		return in, problem.New(problem.Invalid, "contact_incomplete", "Indique si es una llamada, una nota o una visita, y escriba el texto.", "Say whether it is a call, note or visit, and write the text.")
	}
	object, class := access.ObjInteraction, evidence.Open
	if in.Internal {
		object, class = access.ObjNoteInternal, evidence.Internal
	}
	return change(ctx, d, who, caseID, access.To(access.ActRecord, object), func(tx *evidence.Tx, c *Case, _ day.Date) (Contact, evidence.Entry, error) {
		entry := c.Entry(kind, evidence.Fields{"text": in.Text, "grade": "1"})
		entry.Class, entry.Occurred = class, in.At
		return in, entry, nil
	})
}

// KnowMoneyUntil moves the day up to which the money of accounts is known: bank lines of that day are all in. Planning looks
// again at the cases whose decision waited for it: a step put off for that stands on the day after it was put off.
func KnowMoneyUntil(tx *evidence.Tx, client uuid.UUID, until day.Date) error {
	if _, err := tx.Exec(`update accounts set known_until = $2 where client_id = $1 and (known_until is null or known_until < $2)`, client, until); err != nil {
		return fmt.Errorf("moving the money known of client %s: %w", client, err)
	}
	_, err := tx.Exec(`update cases set plan_due = true where client_id = $1 and stage <> 'closed' and next_on <= $2::date + 1`, client, until)
	if err != nil {
		return fmt.Errorf("replanning the cases of client %s that waited for its money: %w", client, err)
	}
	return nil
}
