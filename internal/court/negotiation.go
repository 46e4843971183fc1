package court

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// The ways of settling out of court that a gate may ask for (ES LO 1/2025 arts. 5.1 and 14 to 19).
const Talks = "negotiation"

var (
	means   = []string{Talks, "mediation", "conciliation", "binding_offer", "expert", "collaborative"}
	endings = []string{"", "refused", "no_agreement", "not_attended"}
)

// provenGrade is the least proof of receipt that needs, and has, a document behind it: delivered per operator.
const provenGrade = 3

// Negotiation (intento de negociación) is one request to settle made to one debtor, with the proof of its receipt and how it ended.
type Negotiation struct {
	ClientID    uuid.UUID  `db:"client_id" json:"-"`
	ID          uuid.UUID  `db:"id" json:"id"`
	AccountID   uuid.UUID  `db:"account_id" json:"-"`
	PartyID     uuid.UUID  `db:"party_id" json:"party_id"`
	Means       string     `db:"means" json:"means"`
	Channel     string     `db:"channel" json:"channel"`
	RequestedOn day.Date   `db:"requested_on" json:"requested_on"`
	ReceivedOn  day.Date   `db:"received_on" json:"received_on"`
	EndedOn     day.Date   `db:"ended_on" json:"ended_on"`
	Grade       int        `db:"grade" json:"grade"` // of the proof of receipt, 1 to 5; 0 while it has not arrived
	EndedHow    string     `db:"ended_how" json:"ended_how"`
	DocumentID  *uuid.UUID `db:"document_id" json:"document_id"`
}

var (
	errMeans     = problem.New(problem.Invalid, "negotiation_means", "Ese medio de negociar no existe.", "There is no such means of negotiating.")
	errReceipt   = problem.New(problem.Invalid, "negotiation_receipt", "La recepción lleva su día y un grado de prueba de 1 a 5; desde 3, con su justificante.", "A receipt has its day and a proof grade of 1 to 5; from 3 on, with its document.")
	errTalksEnd  = problem.New(problem.Invalid, "negotiation_end", "El fin lleva su día y cómo terminó: rechazada, sin acuerdo o sin asistir.", "The end has its day and how it came: refused, no agreement or not attended.")
	errTalksDays = problem.New(problem.Invalid, "day_impossible", "Esa fecha no puede ser: es futura o anterior al paso previo.", "That date cannot be: it is in the future or before the step before.")
)

// RecordNegotiation takes down an attempt to negotiate with one debtor of a case's account. A request is known by its party, means
// and day: taking it down again adds its receipt or its end.
func (d *Desk) RecordNegotiation(ctx context.Context, who evidence.Actor, caseID uuid.UUID, in Negotiation, proof *documents.Upload) (Negotiation, error) {
	permission := access.To(access.ActRecord, access.ObjProceeding)
	paper, err := d.prepare(who, permission, proof, documents.DeliveryProof)
	if err != nil {
		return Negotiation{}, err
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Negotiation, []evidence.Entry, error) {
		w, err := d.lock(tx, []uuid.UUID{caseID}, permission, access.NoState)
		if err != nil {
			return Negotiation{}, nil, err
		}
		c := w.cases[0]
		n := in
		n.ClientID, n.ID, n.AccountID, n.Channel = c.ClientID, uuid.Must(uuid.NewV7()), c.AccountID, strings.TrimSpace(in.Channel)
		party, err := w.party(n.PartyID)
		if err != nil {
			return Negotiation{}, nil, err
		}
		if err := n.check(w.today, paper != nil); err != nil {
			return Negotiation{}, nil, err
		}
		doc, attachments, err := w.attach(paper)
		if err != nil {
			return Negotiation{}, nil, err
		}
		n.DocumentID = doc
		if n, err = insertNegotiation(tx, n); err != nil {
			return Negotiation{}, nil, err
		}
		entry := c.Entry("negotiation.recorded", evidence.Fields{"negotiation": n.ID.String(), "party": party.ID.String(), "name": party.Name, "means": n.Means, "channel": n.Channel,
			"requested_on": n.RequestedOn.String(), "received_on": n.ReceivedOn.String(), "grade": strconv.Itoa(n.Grade), "ended_on": n.EndedOn.String(), "ended_how": n.EndedHow})
		entry.Attachments = attachments
		return n, []evidence.Entry{entry}, w.handOver(nil, "", "")
	})
}

// check refuses an attempt that could not have happened so, or whose receipt nothing proves.
func (n Negotiation) check(today day.Date, proved bool) error {
	switch {
	case !slices.Contains(means, n.Means) || n.Channel == "":
		return errMeans
	case n.RequestedOn.IsZero() || n.RequestedOn.After(today), !n.ReceivedOn.IsZero() && (n.ReceivedOn.Before(n.RequestedOn) || n.ReceivedOn.After(today)),
		!n.EndedOn.IsZero() && (n.EndedOn.Before(n.RequestedOn) || n.EndedOn.After(today)):
		return errTalksDays
	case n.ReceivedOn.IsZero() != (n.Grade == 0) || n.Grade < 0 || n.Grade > 5 || n.Grade >= provenGrade && !proved:
		return errReceipt
	case !slices.Contains(endings, n.EndedHow) || n.EndedOn.IsZero() != (n.EndedHow == ""):
		return errTalksEnd
	}
	return nil
}

// party is somebody of the account who answers for the debt.
func (w *work) party(id uuid.UUID) (cases.Party, error) {
	all, err := cases.PartiesOf(w.Tx.Tx, w.cases[0].ClientID, w.cases[0].AccountID)
	if err != nil {
		return cases.Party{}, err
	}
	i := slices.IndexFunc(all, func(p cases.Party) bool { return p.ID == id && slices.Contains(sued, p.Role) })
	if i < 0 {
		return cases.Party{}, errDefendants
	}
	return all[i], nil
}

const negotiationColumns = `client_id, id, account_id, party_id, means, channel, requested_on, received_on, ended_on, grade, ended_how, document_id`

// insertNegotiation writes the attempt, or adds receipt and end to the one that is there.
func insertNegotiation(tx *evidence.Tx, n Negotiation) (Negotiation, error) {
	query, args, err := tx.BindNamed(`insert into negotiation_attempts (`+negotiationColumns+`)
		values (:client_id, :id, :account_id, :party_id, :means, :channel, :requested_on, :received_on, :ended_on, :grade, :ended_how, :document_id)
		on conflict on constraint negotiation_once do update set received_on = coalesce(excluded.received_on, negotiation_attempts.received_on),
			grade = case when excluded.received_on is null then negotiation_attempts.grade else excluded.grade end,
			ended_on = coalesce(excluded.ended_on, negotiation_attempts.ended_on), ended_how = coalesce(nullif(excluded.ended_how, ''), negotiation_attempts.ended_how),
			document_id = coalesce(excluded.document_id, negotiation_attempts.document_id)
		returning `+negotiationColumns, n)
	if err != nil {
		return n, fmt.Errorf("binding negotiation %s: %w", n.ID, err)
	}
	var kept Negotiation
	if err := tx.Get(&kept, query, args...); err != nil {
		return n, fmt.Errorf("recording negotiation %s: %w", n.ID, err)
	}
	return kept, nil
}

// attemptsOf reads the attempts to negotiate of an account, the oldest first.
func attemptsOf(tx *postgres.Tx, client, account uuid.UUID) ([]Negotiation, error) {
	var all []Negotiation
	err := tx.Select(&all, `select `+negotiationColumns+` from negotiation_attempts where client_id = $1 and account_id = $2 order by requested_on, id`, client, account)
	if err != nil {
		return nil, fmt.Errorf("reading the negotiations of account %s: %w", account, err)
	}
	return all, nil
}

// Negotiations lists the attempts taken down for a case's account; the caller has read the case and asked for proceeding:list. What a
// delivered demand proves for the principal debtor stands with the demand.
func Negotiations(tx *postgres.Tx, c *cases.Case) ([]Negotiation, error) {
	return attemptsOf(tx, c.ClientID, c.AccountID)
}
