package access

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Desk keeps people's accounts: their own, and those an administrator keeps.
type Desk struct {
	Log      *evidence.Log
	Identity func(context.Context) (evidence.Actor, error) // Recobro itself, for what nobody who is signed in may record
}

// Notify is the job that mails a person about their account. Link is the one-time link the mail brings, if any; its token is made
// when the mail is written, so that no secret waits in a queue.
type Notify struct {
	User uuid.UUID  `json:"user"`
	What string     `json:"what"` // kind of the entry it tells about
	Link *uuid.UUID `json:"link,omitempty"`
}

// Kind names the job.
func (Notify) Kind() string { return "notify_person" }

// What a mail to a person may tell.
const (
	Invited        = "user.invited"
	ResetAsked     = "user.reset_asked"
	PasswordReset  = "user.password_reset"
	PasswordSet    = "user.password_changed"
	FactorAdded    = "user.factor_added"
	FactorRemoved  = "user.factor_removed"
	CodesRenewed   = "user.recovery_codes_renewed"
	FactorsReset   = "user.factors_reset"
	enrolled       = "user.enrolled"
	sessionsEnded  = "session.ended"
	personChanged  = "user.changed"
	personDisabled = "user.disabled"
	personEnabled  = "user.enabled"
)

// recorder is who stands in the log for what a person does, and in which chain: the firm's people in the firm's, a company's
// people in the company's. Whoever reaches no chain (an external lawyer) is written down by Recobro itself.
func (d *Desk) recorder(ctx context.Context, who evidence.Actor, clients []uuid.UUID) (evidence.Actor, evidence.Subject, error) {
	switch {
	case Role(who.Role) == External:
		job, err := d.Identity(ctx)
		return job, evidence.Firm, err
	case Role(who.Role).IsClient() && len(clients) > 0:
		return who, evidence.ClientOf(clients[0]), nil
	}
	return who, evidence.Firm, nil
}

// change is one change of a person's account that stands in the log; the person hears of it by mail when tell is set.
type change struct {
	user    uuid.UUID
	clients []uuid.UUID
	kind    string
	fields  evidence.Fields
	made    User // what the caller hears of; only the id unless said
	tell    *Notify
}

func (d *Desk) record(ctx context.Context, who evidence.Actor, c change, fn func(*evidence.Tx) error) error {
	as, subject, err := d.recorder(ctx, who, c.clients)
	if err != nil {
		return err
	}
	fields := evidence.Fields{"user": c.user.String()}
	for name, value := range c.fields {
		fields[name] = value
	}
	c.made.ID = c.user
	_, err = evidence.Record(ctx, d.Log, as, func(tx *evidence.Tx) (User, []evidence.Entry, error) {
		if err := fn(tx); err != nil {
			return User{}, nil, err
		}
		if c.tell != nil {
			if err := tx.Enqueue(*c.tell); err != nil {
				return User{}, nil, err
			}
		}
		return c.made, []evidence.Entry{{Subject: subject, Kind: c.kind, Class: evidence.Internal, Fields: fields}}, nil
	})
	return err
}

// holds runs a function of the database that says whether it did its work; refused is the answer when it did not.
func holds(tx *postgres.Tx, refused error, query string, args ...any) error {
	done := false
	if err := tx.Get(&done, query, args...); err != nil {
		return fmt.Errorf("changing an account: %w", err)
	}
	if !done {
		return refused
	}
	return nil
}

var errLink = problem.New(problem.NotFound, "link_over", "El enlace ya se usó o ha caducado; pida otro.", "The link was used or is over; ask for another.")
