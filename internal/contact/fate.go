package contact

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Bounce takes down that a sent message came back: the address is not used again. reference is the Message-ID or the message's
// own id; a message that is not known is problem.Missing, and a second report of the same bounce changes nothing.
func (d *Desk) Bounce(ctx context.Context, who evidence.Actor, reference, diagnosis string) error {
	var m Message
	err := d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		return tx.Get(&m, `select `+columns+from+` where m.provider_reference = $1 or m.id::text = $1 limit 1`, reference)
	})
	if err != nil {
		return fmt.Errorf("finding the message that bounced: %w", err)
	}
	if m.State == Bounced {
		return nil
	}
	return d.change(ctx, who, m, func(tx *evidence.Tx, c *cases.Case) ([]evidence.Entry, error) {
		err := tx.One(`update messages set state = 'bounced', provider_answer = $3 where client_id = $1 and id = $2 and state = 'sent'`, m.ClientID, m.ID, diagnosis)
		if err == nil && m.ContactPointID != nil {
			err = cases.SetContactPoint(tx, m.ClientID, *m.ContactPointID, "bad")
		}
		return []evidence.Entry{c.Entry("message.bounced", evidence.Fields{"message": m.ID.String(), "to": m.ToAddress, "diagnosis": oneLine(diagnosis)})}, err
	})
}

// Resolve settles a message of unknown outcome by what a person found out: it was sent, or it was not.
func (d *Desk) Resolve(ctx context.Context, who evidence.Actor, id uuid.UUID, outcome State, reason string) error {
	if outcome != Sent && outcome != Failed || reason == "" {
		return problem.New(problem.Invalid, "message_outcome", "Diga si se envió (sent) o no (failed) y cómo lo sabe.", "Say whether it was sent or failed, and how you know.")
	}
	m, err := d.Get(ctx, who, id)
	if err != nil {
		return err
	}
	return d.change(ctx, who, m, func(tx *evidence.Tx, c *cases.Case) ([]evidence.Entry, error) {
		pack, err := d.Law.Pack(c.Jurisdiction)
		if err != nil {
			return nil, err
		}
		today := tx.Today(pack.Zone)
		err = tx.One(`update messages set state = $3, grade = case when $3 = 'sent' then 1 else 0 end,
			sent_at = case when $3 = 'sent' then $4::timestamptz end, sent_on = case when $3 = 'sent' then $5::date end
			where client_id = $1 and id = $2 and state = 'ambiguous'`, m.ClientID, m.ID, outcome, tx.Now, today)
		if err != nil {
			return nil, err
		}
		return []evidence.Entry{c.Entry("message.resolved", evidence.Fields{"message": m.ID.String(), "outcome": string(outcome), "reason": reason, "grade": "1"})},
			cases.CloseTask(tx, c.ClientID, c.ID, "resolve_message", today)
	})
}

// GiveUp ends a message that the server put off too often; a person looks for another way.
func (d *Desk) GiveUp(ctx context.Context, who evidence.Actor, client, id uuid.UUID) error {
	m, err := d.Get(ctx, who, id)
	if err != nil {
		return err
	}
	return d.change(ctx, who, m, func(tx *evidence.Tx, c *cases.Case) ([]evidence.Entry, error) {
		pack, err := d.Law.Pack(c.Jurisdiction)
		if err != nil {
			return nil, err
		}
		if err := tx.One(`update messages set state = 'failed' where client_id = $1 and id = $2 and state = 'reserved'`, client, id); err != nil {
			return nil, err
		}
		return []evidence.Entry{c.Entry("message.failed", evidence.Fields{"message": m.ID.String(), "to": m.ToAddress, "answer": "put off too often"})},
			cases.OpenTask(tx, c.ClientID, c.ID, "reach_debtor", "paralegal", tx.Today(pack.Zone))
	})
}

// Reply is what a debtor answered.
type Reply struct {
	From, Text string
	At         time.Time // zero: now
}

// RecordReply takes a debtor's answer down and asks a person to read it.
func (d *Desk) RecordReply(ctx context.Context, who evidence.Actor, caseID uuid.UUID, r Reply) error {
	if r.Text == "" {
		return problem.New(problem.Invalid, "reply_empty", "Escriba lo que contestó el deudor.", "Write what the debtor answered.")
	}
	_, err := evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Reply, []evidence.Entry, error) {
		c, err := cases.LockOpen(tx, caseID, access.To(access.ActRecord, access.ObjInteraction))
		if err != nil {
			return r, nil, err
		}
		pack, err := d.Law.Pack(c.Jurisdiction)
		if err != nil {
			return r, nil, err
		}
		if err := cases.OpenTask(tx, c.ClientID, c.ID, "read_reply", "paralegal", tx.Today(pack.Zone)); err != nil {
			return r, nil, err
		}
		entry := c.Entry("reply.received", evidence.Fields{"from": r.From, "text": r.Text, "grade": "1"})
		entry.Occurred = r.At
		return r, []evidence.Entry{entry}, cases.Replan(tx, c.ClientID, c.ID)
	})
	return err
}
