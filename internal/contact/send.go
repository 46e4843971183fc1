package contact

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

// LeaseTime is how long a worker may take over one delivery; after it nobody knows what became of the message.
const LeaseTime = 2 * time.Minute

var (
	// ErrBusy says that another worker is sending the message at this moment.
	ErrBusy = errors.New("another worker is sending the message")
	// ErrClosed says that the contact rules let nothing out at this hour.
	ErrClosed = errors.New("outside the hours of the contact rules")
	// ErrLater says that the server took nothing and the message may be tried again.
	ErrLater = errors.New("the mail server said later")
)

// hand is a message in the hands of one worker.
type hand struct {
	message Message
	lease   uuid.UUID
	firm    clients.Firm
	refused *Refusal // a fact forbids it now
	expired bool     // an earlier worker vanished while it was sending
	over    bool     // nothing is left to do
}

// Send carries a reserved message out: it takes it under a lease, looks at the facts again, hands it to the server outside any
// transaction, and writes down what the server said. ErrBusy, ErrClosed and ErrLater ask the caller to come again.
func (d *Desk) Send(ctx context.Context, who evidence.Actor, client, id uuid.UUID) error {
	h, err := d.take(ctx, who, client, id)
	switch {
	case err != nil || h.over:
		return err
	case h.expired:
		return d.finalise(ctx, who, h, answer{fate: unknown, text: "the worker that was sending it did not come back"})
	case h.refused != nil:
		return d.withdraw(ctx, who, h)
	}
	m := h.message
	said := d.Sender.send(ctx, letter{id: m.ID.String(), fromName: h.firm.Name, replyTo: h.firm.Email, toName: m.ToName, to: m.ToAddress,
		subject: m.Subject, text: m.BodyText, page: m.BodyHTML, at: d.Log.Now()})
	// The server has answered: what it said is written down even when the caller is leaving.
	if err := d.finalise(context.WithoutCancel(ctx), who, h, said); err != nil {
		return err
	}
	if said.fate == later {
		return fmt.Errorf("sending message %s: %w: %s", id, ErrLater, said.text)
	}
	return nil
}

// take puts the message under a lease, or says why it is not to be sent.
func (d *Desk) take(ctx context.Context, who evidence.Actor, client, id uuid.UUID) (*hand, error) {
	h := &hand{lease: uuid.New()}
	err := d.Log.DB.Write(ctx, who.Token, func(tx *postgres.Tx) error {
		h.refused, h.expired, h.over = nil, false, false
		held, err := lockMessage(tx, client, id)
		if err != nil {
			return err
		}
		h.message = held.Message
		switch {
		case held.State == Sending && held.Expired:
			h.expired, h.lease = true, *held.Lease
			return nil
		case held.State == Sending:
			return ErrBusy
		case held.State != Reserved:
			h.over = true
			return nil
		}
		if h.firm, err = clients.FirmOf(tx); err != nil {
			return err
		}
		at, err := d.situation(tx, client, held.CaseID, d.Log.Now())
		if err != nil {
			return err
		}
		if h.refused, err = d.forbidden(tx, held.Message, at); err != nil || h.refused != nil {
			return err
		}
		if w := at.mayWrite(nil); !w.Allowed {
			return ErrClosed
		}
		if err := logContact(tx, at.account.PersonID, held.Message, at); err != nil {
			return err
		}
		return lease(tx, client, id, h.lease)
	})
	return h, err
}

// forbidden looks at the facts again just before the sending.
func (d *Desk) forbidden(tx *postgres.Tx, m Message, at *situation) (*Refusal, error) {
	if no := at.byFacts(); no != nil {
		return no, nil
	}
	if address, err := mail.ParseAddress(*at.facts.Email); err != nil || address.Address != m.ToAddress {
		return refusal("address_changed", "El correo del deudor ha cambiado.", "The debtor's e-mail address has changed."), nil
	}
	changed, err := d.claimChanged(tx, m, at.today)
	if err != nil || !changed {
		return nil, err
	}
	return refusal("claim_changed", "Lo que dice la comunicación ya no es lo que se debe.", "What the message says is no longer what is owed."), nil
}

func (d *Desk) withdraw(ctx context.Context, who evidence.Actor, h *hand) error {
	m := h.message
	return d.change(ctx, who, m, func(tx *evidence.Tx, c *cases.Case) ([]evidence.Entry, error) {
		err := tx.One(`update messages set state = 'withdrawn' where client_id = $1 and id = $2 and state = 'reserved'`, m.ClientID, m.ID)
		return []evidence.Entry{c.Entry("message.withdrawn", evidence.Fields{"message": m.ID.String(), "rule": h.refused.Rule, "reason": h.refused.Text.ES})}, err
	})
}

// change runs one change of a message under the lock of its case, which it marks for planning.
func (d *Desk) change(ctx context.Context, who evidence.Actor, m Message, fn func(*evidence.Tx, *cases.Case) ([]evidence.Entry, error)) error {
	_, err := evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (uuid.UUID, []evidence.Entry, error) {
		c, err := cases.LockFor(tx, m.CaseID, access.To(access.ActResolve, access.ObjMessage), access.StateAmbiguous)
		if err != nil {
			return m.ID, nil, err
		}
		entries, err := fn(tx, c)
		if err != nil {
			return m.ID, nil, fmt.Errorf("changing message %s: %w", m.ID, err)
		}
		return m.ID, entries, cases.Replan(tx, m.ClientID, m.CaseID)
	})
	return err
}

// finalise writes down what the server said, under the lease that the message was sent with.
func (d *Desk) finalise(ctx context.Context, who evidence.Actor, h *hand, said answer) error {
	return d.change(ctx, who, h.message, func(tx *evidence.Tx, c *cases.Case) ([]evidence.Entry, error) {
		m := h.message
		pack, err := d.Law.Pack(c.Jurisdiction)
		if err != nil {
			return nil, err
		}
		today := tx.Today(pack.Zone)
		fields := evidence.Fields{"message": m.ID.String(), "to": m.ToAddress, "answer": oneLine(said.text), "message_id": d.Sender.messageID(m.ID.String())}
		switch said.fate {
		case accepted:
			fields["grade"] = "2"
			return []evidence.Entry{c.Entry("message.sent", fields)}, sent(tx, h, fields["message_id"], said.text, today)
		case later:
			entry := c.Entry("message.deferred", fields)
			entry.Class = evidence.Internal
			return []evidence.Entry{entry}, settle(tx, h, Reserved, said.text)
		case refused:
			entries := []evidence.Entry{c.Entry("message.failed", fields)}
			if err := settle(tx, h, Failed, said.text); err != nil || !said.badAddress || m.ContactPointID == nil {
				return entries, err
			}
			return entries, cases.SetContactPoint(tx, m.ClientID, *m.ContactPointID, "bad")
		}
		if err := settle(tx, h, Ambiguous, said.text); err != nil {
			return nil, err
		}
		return []evidence.Entry{c.Entry("message.ambiguous", fields)}, cases.OpenTask(tx, c.ClientID, c.ID, "resolve_message", "paralegal", today)
	})
}
