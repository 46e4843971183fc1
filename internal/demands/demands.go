// Package demands is the formal demand (requerimiento): drafted by one person, reviewed and signed by another, its exact bytes
// frozen when it is issued, dispatched with proof, and its delivery proven. The rule: who drafts neither approves nor signs,
// an issued letter never changes, and no term runs before a proof of receipt.
package demands

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/problem"
)

// Desk is where demands are written, signed and followed.
type Desk struct {
	Log       *evidence.Log
	Law       *law.Library
	Shelf     *letters.Shelf
	Book      *ledger.Book
	Documents *documents.Desk
}

// State of a demand.
type State string

const (
	Draft      State = "draft"
	InReview   State = "in_review"
	Approved   State = "approved"
	Issued     State = "issued"
	Dispatched State = "dispatched"
	Delivered  State = "delivered"
	Refused    State = "refused"
	Returned   State = "returned"
	Cancelled  State = "cancelled"
)

// Fields are what people may write into the letter, by the names of the template's fields.
type Fields map[string]string

// Scan reads a jsonb column.
func (f *Fields) Scan(src any) error {
	b, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("reading fields from %T", src)
	}
	return json.Unmarshal(b, f)
}

// Value writes a jsonb column.
func (f Fields) Value() (driver.Value, error) {
	if f == nil {
		return "{}", nil
	}
	b, err := json.Marshal(f)
	return string(b), err
}

// Demand is one formal letter about one or more cases of one account.
type Demand struct {
	ClientID           uuid.UUID   `db:"client_id" json:"-"`
	ID                 uuid.UUID   `db:"id" json:"id"`
	AccountID          uuid.UUID   `db:"account_id" json:"-"`
	CaseIDs            []uuid.UUID `db:"-" json:"case_ids"`
	Template           string      `db:"template" json:"template"`
	TemplateVersion    int         `db:"template_version" json:"template_version"`
	Language           string      `db:"language" json:"language"`
	State              State       `db:"state" json:"state"`
	Fields             Fields      `db:"fields" json:"fields"`
	AsOf               day.Date    `db:"as_of" json:"as_of"`         // the day of the statement in the letter; settled by the signature
	TermDays           int         `db:"term_days" json:"term_days"` // calendar days from receipt
	TermOn             day.Date    `db:"term_on" json:"term_on"`     // last day of the term, once there is a proof of receipt
	ReviewNote         string      `db:"review_note" json:"review_note,omitempty"`
	DraftedBy          uuid.UUID   `db:"drafted_by" json:"drafted_by"`
	SubmittedOn        day.Date    `db:"submitted_on" json:"submitted_on"`
	ApprovedBy         *uuid.UUID  `db:"approved_by" json:"approved_by"`
	ApprovedOn         day.Date    `db:"approved_on" json:"approved_on"`
	SignedBy           *uuid.UUID  `db:"signed_by" json:"signed_by"`
	IssuedOn           day.Date    `db:"issued_on" json:"issued_on"`
	DocumentID         *uuid.UUID  `db:"document_id" json:"document_id"`
	Channel            string      `db:"channel" json:"channel,omitempty"`
	OperatorReference  string      `db:"operator_reference" json:"operator_reference,omitempty"`
	DispatchedOn       day.Date    `db:"dispatched_on" json:"dispatched_on"`
	DeliveredOn        day.Date    `db:"delivered_on" json:"delivered_on"`
	DeliveryGrade      int         `db:"delivery_grade" json:"delivery_grade"` // proof grade, 1 to 5
	DeliveryDocumentID *uuid.UUID  `db:"delivery_document_id" json:"delivery_document_id"`
	Version            int         `db:"version" json:"version"`
}

// live says that the demand is still on its way or has arrived; a case has at most one such demand.
func (d *Demand) live() bool {
	return d.State != Cancelled && d.State != Refused && d.State != Returned
}

var (
	errDrafter  = problem.New(problem.Forbidden, "drafter_cannot_decide", "Quien redacta no aprueba ni firma.", "Who drafts neither approves nor signs.")
	errNoPerson = problem.New(problem.Forbidden, "person_needed", "Solo una persona puede hacerlo.", "Only a person can do this.")
	errStage    = problem.New(problem.Conflict, "step_not_possible", "Desde la fase actual no cabe ese paso.", "That step is not possible from the present stage.")
	errState    = problem.New(problem.Conflict, "demand_state", "El requerimiento no está en la fase que eso pide.", "The demand is not in the state for that.")
	errTogether = problem.New(problem.Invalid, "demand_cases", "Un requerimiento es para expedientes de un mismo deudor y cliente.", "A demand is for cases of one debtor and client.")
	errLive     = problem.New(problem.Conflict, "demand_live", "El expediente ya tiene un requerimiento en curso.", "The case already has a demand under way.")
	errStale    = problem.New(problem.Stale, "version_stale", "El requerimiento ha cambiado; vuelva a cargarlo.", "The demand has changed; load it again.")
	errReason   = problem.New(problem.Invalid, "reason_missing", "Escriba el motivo.", "Write the reason.")
)

// work is one action on a demand, with its cases under their locks and the entries it leaves.
type work struct {
	*evidence.Tx
	desk    *Desk
	demand  *Demand
	cases   []*cases.Case
	pack    *law.Pack
	today   day.Date
	entries []evidence.Entry
}

// log writes one entry into the chain of every case of the demand.
func (w *work) log(kind string, fields evidence.Fields, attachments ...evidence.Attachment) {
	if fields == nil {
		fields = evidence.Fields{}
	}
	fields["demand"] = w.demand.ID.String()
	for _, c := range w.cases {
		entry := c.Entry(kind, fields)
		entry.Attachments = attachments
		entry.Template = fmt.Sprintf("%s.%s %d", w.demand.Template, w.demand.Language, w.demand.TemplateVersion)
		w.entries = append(w.entries, entry)
	}
}

// advance moves every case that stands in the stage.
func (w *work) advance(from cases.Stage, event cases.Event, reason string) error {
	entries, err := cases.AdvanceAll(w.Tx, w.cases, from, event, w.today, reason)
	w.entries = append(w.entries, entries...)
	return err
}

// handOver closes the tasks that this action answers and opens the next one for a role, in every case.
func (w *work) handOver(done []string, next, role string) error {
	return cases.HandOver(w.Tx, w.cases, w.today, done, next, role)
}

// change runs one action on a demand: its cases locked in the order of ids, the permission asked of each, then the demand
// itself. from are the states in which the action is possible; in any other one the permission is asked as if it were in the
// first of them, so that who could never do it hears no more than that, and who could hears a conflict.
func (d *Desk) change(ctx context.Context, who evidence.Actor, id uuid.UUID, act access.Action, from []State, fn func(*work) error) (Demand, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Demand, []evidence.Entry, error) {
		seen, err := byID(tx.Tx, id)
		if err != nil {
			return Demand{}, nil, err
		}
		state := from[0]
		if slices.Contains(from, seen.State) {
			state = seen.State
		}
		w, err := d.lock(tx, seen.CaseIDs, access.To(act, access.ObjDemand), access.State(state))
		if err != nil {
			return Demand{}, nil, err
		}
		now, err := byID(tx.Tx, id) // nobody changes it while its cases are held
		if err != nil {
			return Demand{}, nil, err
		}
		if !slices.Contains(from, now.State) {
			return Demand{}, nil, errState
		}
		w.demand = &now
		if err := fn(w); err != nil {
			return Demand{}, nil, err
		}
		return now, w.entries, nil
	})
}

// lock takes the cases, which must be of one account, and asks the permission of each.
func (d *Desk) lock(tx *evidence.Tx, ids []uuid.UUID, p access.Permission, state access.State) (*work, error) {
	w := &work{Tx: tx, desk: d}
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	for _, id := range slices.Compact(ids) {
		c, err := cases.LockFor(tx, id, p, state)
		if err != nil {
			return nil, err
		}
		w.cases = append(w.cases, c)
	}
	if !together(w.cases) {
		return nil, errTogether
	}
	var err error
	if w.pack, err = d.Law.Pack(w.cases[0].Jurisdiction); err != nil {
		return nil, err
	}
	w.today = tx.Today(w.pack.Zone)
	return w, nil
}

// together tells whether one letter can speak of all the cases.
func together(all []*cases.Case) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(c *cases.Case) bool {
		first := all[0]
		return c.ClientID != first.ClientID || c.AccountID != first.AccountID || c.Currency != first.Currency || c.Jurisdiction != first.Jurisdiction
	})
}

// mayGoOn asks, for every case, whether its stage, a hold or an agreement forbids that the letter leaves the house.
func (w *work) mayGoOn() error {
	for _, c := range w.cases {
		if c.Stage != cases.Amicable && c.Stage != cases.FormalDemand {
			return errStage
		}
		facts, err := cases.FactsOf(w.Tx.Tx, c.ClientID, c.ID)
		if err != nil {
			return err
		}
		if err := cases.MayDemand(facts, w.today); err != nil {
			return err
		}
	}
	return nil
}
