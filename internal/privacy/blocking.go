package privacy

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Blocked is a closed case that nobody works with any more (art. 32 LOPDGDD): blocked, proposed for destruction, destroyed.
type Blocked struct {
	ClientID      uuid.UUID  `db:"client_id"`
	CaseID        uuid.UUID  `db:"case_id"`
	AccountID     uuid.UUID  `db:"account_id"`
	PersonID      *uuid.UUID `db:"person_id"`
	Number        string     `db:"number"`
	State         string     `db:"state"`
	BlockedOn     day.Date   `db:"blocked_on"`
	BlockedBy     uuid.UUID  `db:"blocked_by"`
	RetainedUntil day.Date   `db:"retained_until"` // destroyed on this day or later
	ProposedOn    day.Date   `db:"proposed_on"`
	ProposedBy    *uuid.UUID `db:"proposed_by"`
	DestroyedOn   day.Date   `db:"destroyed_on"`
	DestroyedBy   *uuid.UUID `db:"destroyed_by"`
	Held          bool       `db:"held"`
}

const blockedColumns = `client_id, case_id, account_id, person_id, number, state, blocked_on, blocked_by, retained_until, proposed_on, proposed_by,
	destroyed_on, destroyed_by, exists (select 1 from legal_holds h where h.lifted_on is null and h.target in (case_id, account_id, person_id, client_id)) as held`

// Disclosure shows a blocked case to the person who asked, for an authority, until an instant, by grant of a second person.
type Disclosure struct {
	ID        uuid.UUID  `db:"id"`
	ClientID  uuid.UUID  `db:"client_id"`
	CaseID    uuid.UUID  `db:"case_id"`
	Recipient string     `db:"recipient"` // judge, prosecutor or authority: art. 32.2 LOPDGDD knows no other
	Reason    string     `db:"reason"`
	AskedBy   uuid.UUID  `db:"asked_by"`
	AskedOn   day.Date   `db:"asked_on"`
	GrantedBy *uuid.UUID `db:"granted_by"`
	UntilAt   *time.Time `db:"until_at"`
}

const disclosureColumns = `id, client_id, case_id, recipient, reason, asked_by, asked_on, granted_by, until_at`

// disclosed is how long a granted disclosure stands.
const disclosed = 8 * time.Hour

var (
	errOpen       = problem.New(problem.Conflict, "case_open", "Solo se bloquea un expediente cerrado.", "Only a closed case is blocked.")
	errTooEarly   = problem.New(problem.Conflict, "before_its_day", "Aún no ha llegado el día de ese paso.", "The day of that step has not come.")
	errState      = problem.New(problem.Conflict, "blocked_case_state", "El expediente bloqueado no está en ese estado.", "The blocked case is not in that state.")
	errTwoPersons = problem.New(problem.Forbidden, "second_person_needed", "Quien propone o pide no confirma: hace falta una segunda persona.", "Whoever proposes or asks does not confirm: it takes a second person.")
	errDisclosure = problem.New(problem.Invalid, "disclosure_incomplete", "Diga para qué juez, fiscal o autoridad y por qué.", "Say for which judge, prosecutor or authority and why.")
	errGranted    = problem.New(problem.Conflict, "disclosure_granted", "Ese acceso ya está concedido.", "That disclosure is granted already.")
)

// Block takes a closed case out of everybody's sight once its term has passed, or at once for a verified request of erasure.
func (d *Desk) Block(ctx context.Context, who evidence.Actor, caseID uuid.UUID) (Blocked, error) {
	if err := access.Require(who, access.To(access.ActPlace, access.ObjDataBlock), access.Place{}, access.NoState); err != nil {
		return Blocked{}, err
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Blocked, []evidence.Entry, error) {
		c, err := cases.Lock(tx, caseID, access.To(access.ActRead, access.ObjCase))
		if err != nil {
			return Blocked{}, nil, err
		}
		if c.Stage != cases.Closed {
			return Blocked{}, nil, errOpen
		}
		b := Blocked{ClientID: c.ClientID, CaseID: c.ID, AccountID: c.AccountID, Number: c.Number, State: "blocked", BlockedOn: today(tx), BlockedBy: who.ID}
		if err := d.blockable(tx, c, &b); err != nil {
			return b, nil, err
		}
		_, err = tx.NamedExecContext(tx.Context(), `insert into blocked_cases (client_id, case_id, account_id, person_id, number, state, blocked_on, blocked_by, retained_until)
			values (:client_id, :case_id, :account_id, :person_id, :number, :state, :blocked_on, :blocked_by, :retained_until)`, b)
		return b, []evidence.Entry{b.entry("case.blocked", nil)}, err
	})
}

// blockable finds the person and the days of the case; errTooEarly before the day of blocking unless erasure was asked.
func (d *Desk) blockable(tx *evidence.Tx, c *cases.Case, b *Blocked) error {
	terms, err := readTerms(tx.Tx)
	if err != nil {
		return err
	}
	var kinds []string
	if err := tx.Select(&kinds, `select distinct kind from debts where client_id = $1 and case_id = $2 order by kind`, c.ClientID, c.ID); err != nil {
		return fmt.Errorf("reading the debts of case %s: %w", c.ID, err)
	}
	for _, kind := range kinds {
		term, err := terms.of(c.Jurisdiction, "destroy", kind)
		if err != nil {
			return err
		}
		if until := term.From(c.ClosedOn); b.RetainedUntil.IsZero() || until.After(b.RetainedUntil) {
			b.RetainedUntil = until
		}
	}
	var asked bool
	if err := tx.Get(&b.PersonID, `select person_id from accounts where client_id = $1 and id = $2`, c.ClientID, c.AccountID); err != nil {
		return fmt.Errorf("reading the person of account %s: %w", c.AccountID, err)
	}
	err = tx.Get(&asked, `select exists (select 1 from data_requests r join persons p on p.country = r.country and p.tax_id = r.tax_id
		where p.id = $1 and r.kind in ('erasure', 'restriction') and r.state in ('verified', 'answered'))`, b.PersonID)
	if err != nil || asked {
		return err
	}
	term, err := terms.of(c.Jurisdiction, "block", "")
	if err == nil && term.From(c.ClosedOn).After(today(tx)) {
		err = errTooEarly
	}
	return err
}

// AskDisclosure asks a second person to let the dpo see a blocked case for an authority.
func (d *Desk) AskDisclosure(ctx context.Context, who evidence.Actor, caseID uuid.UUID, recipient, reason string) (Disclosure, error) {
	if err := access.Require(who, access.To(access.ActRequest, access.ObjDataBlock), access.Place{}, access.NoState); err != nil {
		return Disclosure{}, err
	}
	if reason == "" || (recipient != "judge" && recipient != "prosecutor" && recipient != "authority") {
		return Disclosure{}, errDisclosure
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Disclosure, []evidence.Entry, error) {
		b, err := blockedByID(tx.Tx, caseID)
		if err != nil {
			return Disclosure{}, nil, err
		}
		if b.State == "destroyed" {
			return Disclosure{}, nil, errState
		}
		s := Disclosure{ID: uuid.Must(uuid.NewV7()), ClientID: b.ClientID, CaseID: b.CaseID, Recipient: recipient, Reason: reason, AskedBy: who.ID, AskedOn: today(tx)}
		_, err = tx.NamedExecContext(tx.Context(), `insert into disclosures (id, client_id, case_id, recipient, reason, asked_by, asked_on)
			values (:id, :client_id, :case_id, :recipient, :reason, :asked_by, :asked_on)`, s)
		return s, []evidence.Entry{b.entry("disclosure.asked", evidence.Fields{"disclosure": s.ID.String(), "recipient": recipient, "reason": reason})}, err
	})
}

// GrantDisclosure lets the one who asked see the case for the next eight hours of the clock on the wall.
func (d *Desk) GrantDisclosure(ctx context.Context, who evidence.Actor, id uuid.UUID) (Disclosure, error) {
	if err := access.Require(who, access.To(access.ActGrant, access.ObjDataBlock), access.Place{}, access.NoState); err != nil {
		return Disclosure{}, err
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Disclosure, []evidence.Entry, error) {
		var s Disclosure
		if err := tx.Get(&s, `select `+disclosureColumns+` from disclosures where id = $1`, id); err != nil {
			return s, nil, fmt.Errorf("reading disclosure %s: %w", id, err)
		}
		if s.AskedBy == who.ID {
			return s, nil, errTwoPersons
		}
		b, err := blockedByID(tx.Tx, s.CaseID)
		if err != nil {
			return s, nil, err
		}
		err = tx.Get(&s, `update disclosures set granted_by = $2, until_at = clock_timestamp() + $3::interval where id = $1 and granted_by is null returning `+disclosureColumns,
			id, who.ID, fmt.Sprintf("%d seconds", int(disclosed.Seconds())))
		if problem.Of(err) != nil {
			err = errGranted
		}
		if err != nil {
			return s, nil, err
		}
		return s, []evidence.Entry{b.entry("disclosure.granted", evidence.Fields{"disclosure": s.ID.String(), "until": s.UntilAt.UTC().Format(time.RFC3339)})}, nil
	})
}

func blockedByID(tx *postgres.Tx, caseID uuid.UUID) (Blocked, error) {
	var b Blocked
	if err := tx.Get(&b, `select `+blockedColumns+` from blocked_cases where case_id = $1`, caseID); err != nil {
		return b, fmt.Errorf("reading blocked case %s: %w", caseID, err)
	}
	return b, nil
}

// BlockedCases lists what is blocked, the next to be destroyed first, the destroyed last. The caller has asked data_block:list.
func BlockedCases(tx *postgres.Tx, limit int) (all []Blocked, err error) {
	if err := tx.Select(&all, `select `+blockedColumns+` from blocked_cases order by state = 'destroyed', retained_until, case_id limit $1`, limit); err != nil {
		return nil, fmt.Errorf("reading the blocked cases: %w", err)
	}
	return all, nil
}

// Disclosures lists the newest first.
func Disclosures(tx *postgres.Tx, limit int) (all []Disclosure, err error) {
	if err := tx.Select(&all, `select `+disclosureColumns+` from disclosures order by id desc limit $1`, limit); err != nil {
		return nil, fmt.Errorf("reading disclosures: %w", err)
	}
	return all, nil
}

func (b Blocked) entry(kind string, more evidence.Fields) evidence.Entry {
	fields := evidence.Fields{"number": b.Number, "retained_until": b.RetainedUntil.String()}
	for name, value := range more {
		fields[name] = value
	}
	return evidence.Entry{Subject: evidence.CaseOf(b.ClientID, b.CaseID), Kind: kind, Class: evidence.Internal, Fields: fields}
}
