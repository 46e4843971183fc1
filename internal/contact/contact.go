// Package contact is the one point from which messages leave the house, with their fate, and where replies are taken down.
// The rule: reserve, check again, send, finalise; a step is sent once, a refused attempt is logged with the rule that refused
// it, and a message whose outcome nobody knows is never sent again by itself.
package contact

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Desk is where messages are written and sent.
type Desk struct {
	Log    *evidence.Log
	Law    *law.Library
	Shelf  *letters.Shelf
	Book   *ledger.Book
	Sender *Sender
}

// State is how far a message has come.
type State string

const (
	Reserved  State = "reserved"  // written, not yet handed to the server
	Sending   State = "sending"   // a worker holds it under a lease
	Sent      State = "sent"      // the server accepted it: proof of grade 2, never of delivery
	Failed    State = "failed"    // the server refused it
	Bounced   State = "bounced"   // accepted and later returned
	Ambiguous State = "ambiguous" // nobody knows; a person decides
	Withdrawn State = "withdrawn" // a fact forbade it between writing and sending
)

// Message (comunicación) is one thing sent to a debtor.
type Message struct {
	ClientID          uuid.UUID  `db:"client_id" json:"client_id"`
	ID                uuid.UUID  `db:"id" json:"id"`
	AccountID         uuid.UUID  `db:"account_id" json:"account_id"`
	CaseID            uuid.UUID  `db:"case_id" json:"case_id"` // the first of its cases
	CaseNumber        string     `db:"case_number" json:"case_number"`
	Channel           string     `db:"channel" json:"channel"`
	Step              string     `db:"step" json:"step"`
	Template          string     `db:"template" json:"template"`
	TemplateVersion   int        `db:"template_version" json:"template_version"`
	Language          string     `db:"language" json:"language"`
	ToName            string     `db:"to_name" json:"to_name"`
	ToAddress         string     `db:"to_address" json:"to_address"`
	ContactPointID    *uuid.UUID `db:"contact_point_id" json:"-"`
	Subject           string     `db:"subject" json:"subject"`
	State             State      `db:"state" json:"state"`
	Grade             int        `db:"grade" json:"grade"` // of proof: 2 accepted by a server
	ReservedOn        day.Date   `db:"reserved_on" json:"reserved_on"`
	SentAt            *time.Time `db:"sent_at" json:"sent_at"`
	SentOn            day.Date   `db:"sent_on" json:"sent_on"`
	ProviderReference string     `db:"provider_reference" json:"provider_reference"` // the Message-ID
	ProviderAnswer    string     `db:"provider_answer" json:"provider_answer"`
	ClaimMinor        int64      `db:"claim_minor" json:"-"` // what the message says is owed
	BodyText          string     `db:"body_text" json:"body_text,omitempty"`
	BodyHTML          string     `db:"body_html" json:"-"`
}

// SendMessage is the job that sends a reserved message.
type SendMessage struct {
	Client  uuid.UUID `json:"client" river:"unique"`
	Message uuid.UUID `json:"message" river:"unique"`
}

// SendAttempts is how often a server that says "later" is asked before a person is.
const SendAttempts = 8

// Kind names the job.
func (SendMessage) Kind() string { return "send_message" }

// InsertOpts makes one job of a message.
func (SendMessage) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: SendAttempts, UniqueOpts: river.UniqueOpts{ByArgs: true}}
}

// Reminder is what the strategy asks to be sent.
type Reminder struct {
	CaseID    uuid.UUID
	Step      string
	Template  string
	DecidedOn day.Date // the day that it was decided for: money must be known up to it; zero when a person asks
}

// Outcome of Remind: the message, or why nothing was written.
type Outcome struct {
	Message Message
	Refused *Refusal
}

var errStepSent = problem.New(problem.Conflict, "step_already_sent", "Este paso ya se envió en este expediente.", "This step was already sent in this case.")

// Remind writes a reminder and leaves the job to send it, or logs which rule refused it and when it may be tried again. A step
// is written once for a case, whoever asks.
func (d *Desk) Remind(ctx context.Context, who evidence.Actor, r Reminder) (Outcome, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Outcome, []evidence.Entry, error) {
		if err := lockPerson(tx, r.CaseID); err != nil {
			return Outcome{}, nil, err
		}
		c, err := cases.LockOpen(tx, r.CaseID, access.To(access.ActDraft, access.ObjMessage))
		if err != nil {
			return Outcome{}, nil, err
		}
		at, err := d.situation(tx.Tx, c.ClientID, c.ID, tx.Now)
		if err != nil {
			return Outcome{}, nil, err
		}
		refused, err := at.refuse(tx.Tx, r.DecidedOn)
		if err != nil {
			return Outcome{}, nil, err
		}
		if refused != nil {
			entry, err := d.refused(tx, c, at, r, *refused)
			return Outcome{Refused: refused}, []evidence.Entry{entry}, err
		}
		m, entry, err := d.reserve(tx, c, at, r)
		return Outcome{Message: m}, []evidence.Entry{entry}, err
	})
}

// refused logs the attempt as proof of compliance and puts the case off.
func (d *Desk) refused(tx *evidence.Tx, c *cases.Case, at *situation, r Reminder, why Refusal) (evidence.Entry, error) {
	fields := evidence.Fields{"step": r.Step, "channel": "email", "rule": why.Rule, "reason": why.Text.ES, "law": why.Law}
	if why.Next.IsZero() {
		return c.Entry("contact.refused", fields), cases.Replan(tx, c.ClientID, c.ID)
	}
	fields["next"] = why.Next.UTC().Format(time.RFC3339)
	return c.Entry("contact.refused", fields), cases.LookAgain(tx, c.ClientID, c.ID, day.In(why.Next, at.pack.Zone))
}

// reserve writes the message, marks the step as done and enqueues the sending.
func (d *Desk) reserve(tx *evidence.Tx, c *cases.Case, at *situation, r Reminder) (Message, evidence.Entry, error) {
	m, err := d.write(tx.Tx, c, at, r)
	if err != nil {
		return m, evidence.Entry{}, err
	}
	if err := insert(tx, m); err != nil {
		if name, _ := postgres.Broken(err); name == "message_once_per_step" {
			return m, evidence.Entry{}, errStepSent
		}
		return m, evidence.Entry{}, err
	}
	if err := cases.StepDone(tx, c.ClientID, c.ID, r.Step); err != nil {
		return m, evidence.Entry{}, err
	}
	text, page := sha256.Sum256([]byte(m.BodyText)), sha256.Sum256([]byte(m.BodyHTML))
	entry := c.Entry("message.reserved", evidence.Fields{"message": m.ID.String(), "step": r.Step, "channel": m.Channel, "to": m.ToAddress, "subject": m.Subject,
		"text_sha256": hex.EncodeToString(text[:]), "html_sha256": hex.EncodeToString(page[:]), "claim": money.Of(m.ClaimMinor, c.Currency).Decimal(), "currency": string(c.Currency),
		"as_of": m.ReservedOn.String(), "decided_on": r.DecidedOn.String(), "money_known_until": at.facts.KnownUntil.String()})
	entry.Template = fmt.Sprintf("%s %d", m.Template, m.TemplateVersion)
	return m, entry, tx.Enqueue(SendMessage{Client: m.ClientID, Message: m.ID})
}

// lockPerson comes before the case in the order of locks: two clients' reminders to one person are judged one after the other.
func lockPerson(tx *evidence.Tx, caseID uuid.UUID) error {
	var id uuid.UUID
	err := tx.Get(&id, `select p.id from persons p where p.id = (select a.person_id from cases c join accounts a on a.client_id = c.client_id and a.id = c.account_id
		where c.id = $1) for no key update`, caseID)
	if err != nil {
		return fmt.Errorf("locking the person of case %s: %w", caseID, err)
	}
	return nil
}
