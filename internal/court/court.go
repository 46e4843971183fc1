// Package court is what happens before a court: proceedings of one or more cases, the filings that are drafted, signed and
// filed, the acts of the court and the parties, and the deadlines that acts start. The rule: nothing is filed unless every
// gate to court holds, and a deadline always explains itself.
package court

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Desk is where proceedings are opened, filed and followed.
type Desk struct {
	Log       *evidence.Log
	Law       *law.Library
	Shelf     *letters.Shelf
	Book      *ledger.Book
	Documents *documents.Desk
}

// State of a proceeding.
type State string

const (
	Preparing State = "preparing"
	Filed     State = "filed"
	Admitted  State = "admitted"
	Served    State = "served"
	Opposed   State = "opposed"
	Decided   State = "decided"
	Ended     State = "ended"
)

// Proceeding (procedimiento) is one court process of cases of one account.
type Proceeding struct {
	ClientID     uuid.UUID   `db:"client_id" json:"-"`
	ID           uuid.UUID   `db:"id" json:"id"`
	AccountID    uuid.UUID   `db:"account_id" json:"-"`
	CaseIDs      []uuid.UUID `db:"-" json:"case_ids"`
	Jurisdiction string      `db:"jurisdiction" json:"jurisdiction"`
	Procedure    string      `db:"procedure" json:"procedure"` // its id in the jurisdiction's pack
	Court        string      `db:"court" json:"court"`
	Region       string      `db:"region" json:"region,omitempty"` // where the court sits, by ISO 3166-2; empty: national holidays only
	Town         string      `db:"town" json:"town,omitempty"`
	DocketNumber string      `db:"docket_number" json:"docket_number,omitempty"`
	State        State       `db:"state" json:"state"`
	OpenedOn     day.Date    `db:"opened_on" json:"opened_on"`
	FiledOn      day.Date    `db:"filed_on" json:"filed_on"`
	PackVersion  string      `db:"pack_version" json:"pack_version"` // of the law it started under and keeps
	Follows      *uuid.UUID  `db:"follows" json:"follows,omitempty"` // the proceeding that it goes on from
	Title        string      `db:"title" json:"title,omitempty"`     // what it enforces, of the procedure's titles
	ClaimMinor   int64       `db:"claim_minor" json:"-"`             // in the currency of its cases; as filed once it is
	FeeMinor     int64       `db:"fee_minor" json:"-"`               // the court fee that was charged
	FeeLine      *uuid.UUID  `db:"fee_line" json:"-"`                // its line in the ledger of the first case
	Defendants   []uuid.UUID `db:"-" json:"defendants"`
}

var (
	errTogether = problem.New(problem.Invalid, "proceeding_cases", "Un procedimiento es de expedientes de un mismo deudor y cliente.", "A proceeding is of cases of one debtor and client.")
	errStage    = problem.New(problem.Conflict, "step_not_possible", "Desde la fase actual no cabe ese paso.", "That step is not possible from the present stage.")
	errLive     = problem.New(problem.Conflict, "proceeding_live", "El expediente ya tiene un procedimiento en curso.", "The case already has a proceeding under way.")
	errAllowed  = problem.New(problem.Conflict, "suit_already_allowed", "El cliente ya autorizó demandar: no hace falta preguntar.", "The client already allows the suit: there is nothing to ask.")
	errReason   = problem.New(problem.Invalid, "reason_missing", "Escriba el motivo.", "Write the reason.")
	errDay      = problem.New(problem.Invalid, "day_impossible", "Esa fecha no puede ser: es futura o anterior al paso previo.", "That date cannot be: it is in the future or before the step before.")
)

// work is one action on a proceeding, with its cases under their locks and the entries it leaves.
type work struct {
	*evidence.Tx
	desk       *Desk
	proceeding *Proceeding
	cases      []*cases.Case
	pack       *law.Pack
	today      day.Date
	entries    []evidence.Entry
}

// log writes one entry into the chain of every case of the proceeding.
func (w *work) log(kind string, fields evidence.Fields, attachments ...evidence.Attachment) {
	fields["proceeding"] = w.proceeding.ID.String()
	for _, c := range w.cases {
		entry := c.Entry(kind, fields)
		entry.Attachments = attachments
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

// attach puts a stored paper into the first case; the entries of all cases cite it.
func (w *work) attach(doc *documents.Doc) (*uuid.UUID, []evidence.Attachment, error) {
	if doc == nil {
		return nil, nil, nil
	}
	made, att, err := documents.Add(w.Tx, w.cases[0], *doc, w.today)
	return &made.ID, []evidence.Attachment{att}, err
}

// lock takes the cases in the order of ids, which must be of one account, and asks the permission of each.
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
	if len(w.cases) == 0 || slices.ContainsFunc(w.cases, func(c *cases.Case) bool {
		first := w.cases[0]
		return c.ClientID != first.ClientID || c.AccountID != first.AccountID || c.Currency != first.Currency || c.Jurisdiction != first.Jurisdiction
	}) {
		return nil, errTogether
	}
	var err error
	if w.pack, err = d.Law.Pack(w.cases[0].Jurisdiction); err != nil {
		return nil, err
	}
	w.today = tx.Today(w.pack.Zone)
	return w, nil
}

// hold takes a proceeding with its cases for a change; nobody changes it while its cases are held.
func (d *Desk) hold(tx *evidence.Tx, id uuid.UUID, p access.Permission, state access.State) (*work, error) {
	seen, err := byID(tx.Tx, id)
	if err != nil {
		return nil, err
	}
	w, err := d.lock(tx, seen.CaseIDs, p, state)
	if err != nil {
		return nil, err
	}
	now, err := byID(tx.Tx, id)
	if err != nil {
		return nil, err
	}
	w.proceeding = &now
	w.pack, err = d.packOf(now)
	return w, err
}

// packOf is the law that a proceeding started under, whatever has changed since.
func (d *Desk) packOf(p Proceeding) (*law.Pack, error) {
	if p.PackVersion == "" { // from before versions were kept
		return d.Law.Pack(p.Jurisdiction)
	}
	return d.Law.PackVersion(p.Jurisdiction, p.PackVersion)
}

// claim is all that stands open of the cases on a day.
func (d *Desk) claim(tx *postgres.Tx, all []*cases.Case, on day.Date) (money.Amount, error) {
	ids := make([]uuid.UUID, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	s, err := d.Book.Statement(tx, all[0].ClientID, ids, on, time.Time{})
	return s.Open, err
}

// AskToSue puts the question of the suit into the client's inbox, with what is claimed and what filing costs. When the mandate or
// an earlier answer already allows it there is nothing to ask.
func (d *Desk) AskToSue(ctx context.Context, who evidence.Actor, caseID uuid.UUID) (clients.Approval, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (clients.Approval, []evidence.Entry, error) {
		w, err := d.lock(tx, []uuid.UUID{caseID}, access.To(access.ActRecord, access.ObjProceeding), access.NoState)
		if err != nil {
			return clients.Approval{}, nil, err
		}
		c := w.cases[0]
		facts, err := cases.FactsOf(tx.Tx, c.ClientID, c.ID)
		switch {
		case err != nil:
			return clients.Approval{}, nil, err
		case c.Stage == cases.Closed:
			return clients.Approval{}, nil, errStage
		case facts.MaySueWithoutAsking || facts.SuitApproval != nil && *facts.SuitApproval == "granted":
			return clients.Approval{}, nil, errAllowed
		}
		summary, err := w.suit(c)
		if err != nil {
			return clients.Approval{}, nil, err
		}
		a, entry, err := clients.Ask(tx, c.ClientID, c.ID, "suit", c.ID, summary, w.today)
		return a, []evidence.Entry{entry}, err
	})
}

// suit is what the client reads before it decides: the claim, the usual procedure for it and the court fee.
func (w *work) suit(c *cases.Case) (map[string]string, error) {
	claim, err := w.desk.claim(w.Tx.Tx, w.cases, w.today)
	if err != nil {
		return nil, err
	}
	client, err := clients.Get(w.Tx.Tx, c.ClientID)
	if err != nil {
		return nil, err
	}
	summary := map[string]string{"case": c.Number, "debtor": c.DebtorName, "amount": claim.Decimal(), "currency": string(claim.Currency), "as_of": w.today.String()}
	for _, pr := range w.pack.Procedures() {
		if takes, err := w.pack.Takes(pr, claim, w.today); err != nil || !takes { // a limit that is not known is no reason to ask for less
			continue
		}
		summary["procedure"] = pr.ID
		if fee, ok := w.pack.CourtFee(pr.ID, isCompany(client), claim); ok {
			summary["court_fee"], summary["court_fee_electronic"], summary["court_fee_form"] = fee.Amount.Decimal(), fee.Electronic.Decimal(), fee.Form
		}
		break
	}
	return summary, nil
}

// DecideSuit records the client's answer to the question of a suit.
func (d *Desk) DecideSuit(ctx context.Context, who evidence.Actor, approvalID uuid.UUID, granted bool, reason string) (clients.Approval, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (clients.Approval, []evidence.Entry, error) {
		asked, err := clients.ApprovalOf(tx.Tx, approvalID)
		if err != nil {
			return asked, nil, err
		}
		if asked.Kind != "suit" {
			return clients.Approval{}, nil, fmt.Errorf("deciding the suit of approval %s: %w", approvalID, problem.Missing)
		}
		act := access.ActRefuse
		if granted {
			act = access.ActGrant
		}
		w, err := d.lock(tx, []uuid.UUID{asked.CaseID}, access.To(act, access.ObjApproval), access.StateAwaitingClient)
		if err != nil {
			return clients.Approval{}, nil, err
		}
		a, entry, err := clients.Decide(tx, approvalID, granted, reason, w.today)
		if err != nil {
			return clients.Approval{}, nil, err
		}
		return a, []evidence.Entry{entry}, w.handOver(nil, "", "")
	})
}
