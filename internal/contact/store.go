package contact

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

func insert(tx *evidence.Tx, m Message) error {
	_, err := tx.NamedExecContext(tx.Context(), `insert into messages (client_id, id, account_id, channel, step, template, template_version, language,
			to_name, to_address, contact_point_id, subject, body_text, body_html, claim_minor, state, reserved_on)
		values (:client_id, :id, :account_id, :channel, :step, :template, :template_version, :language,
			:to_name, :to_address, :contact_point_id, :subject, :body_text, :body_html, :claim_minor, :state, :reserved_on)`, m)
	if err != nil {
		return fmt.Errorf("writing message %s: %w", m.ID, err)
	}
	if _, err := tx.Exec(`insert into message_cases (client_id, message_id, case_id, step) values ($1, $2, $3, $4)`, m.ClientID, m.ID, m.CaseID, m.Step); err != nil {
		return fmt.Errorf("putting message %s into case %s: %w", m.ID, m.CaseID, err)
	}
	return nil
}

const (
	columns = `m.client_id, m.id, m.account_id, y.case_id, c.number as case_number, m.channel, m.step, m.template, m.template_version, m.language, m.to_name, m.to_address,
		m.contact_point_id, m.subject, m.state, m.grade, m.reserved_on, m.sent_at, m.sent_on, m.provider_reference, m.provider_answer, m.claim_minor`
	// A message that covers several cases is shown under the first of them that the reader reaches.
	from = ` from messages m
		join lateral (select z.case_id from message_cases z where z.client_id = m.client_id and z.message_id = m.id order by z.case_id limit 1) y on true
		join cases c on c.client_id = m.client_id and c.id = y.case_id`
)

// held is a message with its lease.
type held struct {
	Message
	Lease   *uuid.UUID `db:"lease"`
	Expired bool       `db:"expired"`
}

func lockMessage(tx *postgres.Tx, client, id uuid.UUID) (held, error) {
	var h held
	err := tx.Get(&h, `select `+columns+`, m.body_text, m.body_html, m.lease, coalesce(m.lease_until < clock_timestamp(), false) as expired`+from+`
		where m.client_id = $1 and m.id = $2 for no key update of m`, client, id)
	if err != nil {
		return h, fmt.Errorf("locking message %s: %w", id, err)
	}
	return h, nil
}

func lease(tx *postgres.Tx, client, id, token uuid.UUID) error {
	return tx.One(`update messages set state = 'sending', lease = $3, lease_until = clock_timestamp() + $4::interval where client_id = $1 and id = $2 and state = 'reserved'`,
		client, id, token, fmt.Sprintf("%d seconds", int(LeaseTime.Seconds())))
}

// logContact counts the attempt for the caps that protect the person, once for a message.
func logContact(tx *postgres.Tx, person uuid.UUID, m Message, at *situation) error {
	_, err := tx.Exec(`insert into contact_log (person_id, id, channel, happened_at, on_day) values ($1, $2, $3, $4, $5) on conflict do nothing`,
		person, m.ID, m.Channel, at.now, at.today)
	if err != nil {
		return fmt.Errorf("counting the contact of message %s: %w", m.ID, err)
	}
	return nil
}

func sent(tx *evidence.Tx, h *hand, reference, said string, today day.Date) error {
	return tx.One(`update messages set state = 'sent', grade = 2, sent_at = $4, sent_on = $5, provider_reference = $6, provider_answer = $7, lease = null, lease_until = null
		where client_id = $1 and id = $2 and lease = $3 and state = 'sending'`, h.message.ClientID, h.message.ID, h.lease, tx.Now, today, reference, said)
}

func settle(tx *evidence.Tx, h *hand, state State, said string) error {
	return tx.One(`update messages set state = $4, provider_answer = $5, lease = null, lease_until = null where client_id = $1 and id = $2 and lease = $3 and state = 'sending'`,
		h.message.ClientID, h.message.ID, h.lease, state, said)
}

// Unfinished lists messages that their job has left behind: a worker vanished while it was sending (Send makes the message
// ambiguous), or a message of an earlier day still waits.
func (d *Desk) Unfinished(ctx context.Context, who evidence.Actor, today day.Date, limit int) (all []SendMessage, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		return tx.Select(&all, `select client_id as client, id as message from messages
			where state = 'sending' and lease_until < clock_timestamp() or state = 'reserved' and reserved_on < $1 order by id limit $2`, today, limit)
	})
	return all, err
}

// Filter narrows the list of messages; zero fields do not.
type Filter struct {
	Client, Case uuid.UUID
	State        State
}

// Cursor is where a page of messages ended; the zero cursor begins at the newest.
type Cursor struct {
	ReservedOn day.Date
	ID         uuid.UUID
}

// List reads messages within reach, the newest first, without their texts.
func (d *Desk) List(ctx context.Context, who evidence.Actor, f Filter, after Cursor, limit int) (all []Message, err error) {
	if err := access.RequireSome(who, access.To(access.ActList, access.ObjMessage)); err != nil {
		return nil, err
	}
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		return tx.Select(&all, `select `+columns+from+`
			where ($1 = '00000000-0000-0000-0000-000000000000'::uuid or m.client_id = $1) and ($2 = '' or m.state = $2)
			  and ($3 = '00000000-0000-0000-0000-000000000000'::uuid or exists (select 1 from message_cases w where w.client_id = m.client_id and w.message_id = m.id and w.case_id = $3))
			  and ($4::date is null or (m.reserved_on, m.id) < ($4, $5))
			order by m.reserved_on desc, m.id desc limit $6`, f.Client, f.State, f.Case, after.ReservedOn, after.ID, limit)
	})
	if err != nil {
		return nil, fmt.Errorf("listing messages: %w", err)
	}
	return all, nil
}

// Get reads one message with its texts.
func (d *Desk) Get(ctx context.Context, who evidence.Actor, id uuid.UUID) (m Message, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		if err := tx.Get(&m, `select `+columns+`, m.body_text, m.body_html`+from+` where m.id = $1`, id); err != nil {
			return err
		}
		c, err := cases.Get(tx, who, m.CaseID)
		if err != nil {
			return err
		}
		return access.Require(who, access.To(access.ActRead, access.ObjMessage), c.Place(), m.state())
	})
	return m, err
}

// state is the message's own in the words of the policy.
func (m Message) state() access.State {
	switch m.State {
	case Reserved, Sending:
		return access.StateReserved
	case Sent, Bounced:
		return access.StateSent
	case Ambiguous:
		return access.StateAmbiguous
	case Failed:
		return access.StateFailed
	}
	return access.StateCancelled
}
