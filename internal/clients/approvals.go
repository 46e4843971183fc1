package clients

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Approval is a question that waits for the client: an agreement beyond the firm's authority, or a suit.
type Approval struct {
	ClientID  uuid.UUID       `db:"client_id" json:"client_id"`
	ID        uuid.UUID       `db:"id" json:"id"`
	CaseID    uuid.UUID       `db:"case_id" json:"case_id"`
	Kind      string          `db:"kind" json:"kind"` // agreement or suit
	About     uuid.UUID       `db:"about" json:"about"`
	Summary   json.RawMessage `db:"summary" json:"summary"` // what the client reads before it decides
	AskedOn   day.Date        `db:"asked_on" json:"asked_on"`
	ExpiresOn day.Date        `db:"expires_on" json:"expires_on"` // without an answer the question lapses: nothing is granted by silence
	State     string          `db:"state" json:"state"`
	DecidedOn day.Date        `db:"decided_on" json:"decided_on"`
	Reason    string          `db:"reason" json:"reason,omitempty"`
}

const approvalColumns = `client_id, id, case_id, kind, about, summary, asked_on, expires_on, state, decided_on, reason`

var errAsked = problem.New(problem.Conflict, "approval_already_asked", "El cliente ya tiene esta pregunta pendiente.", "The client already has this question waiting.")

// Ask puts a question into the client's inbox, inside the transaction of the action that needs the answer. The caller
// returns the entry among its own.
func Ask(tx *evidence.Tx, client, caseID uuid.UUID, kind string, about uuid.UUID, summary map[string]string, today day.Date) (Approval, evidence.Entry, error) {
	m, err := MandateOf(tx.Tx, client)
	if err != nil {
		return Approval{}, evidence.Entry{}, err
	}
	text, err := json.Marshal(summary)
	if err != nil {
		return Approval{}, evidence.Entry{}, fmt.Errorf("writing the question to client %s: %w", client, err)
	}
	a := Approval{ClientID: client, ID: uuid.Must(uuid.NewV7()), CaseID: caseID, Kind: kind, About: about, Summary: text,
		AskedOn: today, ExpiresOn: today.AddDays(m.ApprovalDays), State: "open"}
	_, err = tx.Exec(`insert into approvals (client_id, id, case_id, kind, about, summary, asked_on, expires_on) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ClientID, a.ID, a.CaseID, a.Kind, a.About, text, a.AskedOn, a.ExpiresOn)
	if name, _ := postgres.Broken(err); name == "approvals_one_open" {
		return a, evidence.Entry{}, errAsked
	}
	if err != nil {
		return a, evidence.Entry{}, fmt.Errorf("asking client %s about %s: %w", client, about, err)
	}
	return a, evidence.Entry{Subject: evidence.CaseOf(client, caseID), Kind: "approval.asked", Class: evidence.Confidential,
		Fields: evidence.Fields{"approval": a.ID.String(), "kind": kind, "expires_on": a.ExpiresOn.String(), "summary": string(text)}}, nil
}

// ApprovalOf reads one question; the policy is asked by whoever answers it.
func ApprovalOf(tx *postgres.Tx, id uuid.UUID) (Approval, error) {
	var a Approval
	err := tx.Get(&a, `select `+approvalColumns+` from approvals where id = $1`, id)
	return a, err
}

// Decide records the client's answer inside the transaction that also carries it out. granted false is a refusal.
func Decide(tx *evidence.Tx, id uuid.UUID, granted bool, reason string, today day.Date) (Approval, evidence.Entry, error) {
	var a Approval
	if err := tx.Get(&a, `select `+approvalColumns+` from approvals where id = $1 for no key update`, id); err != nil {
		return a, evidence.Entry{}, err
	}
	act := access.ActGrant
	if !granted {
		act = access.ActRefuse
	}
	if err := access.Require(tx.Actor, access.To(act, access.ObjApproval), access.Place{Client: a.ClientID}, access.StateAwaitingClient); err != nil {
		return a, evidence.Entry{}, err
	}
	if a.State == "open" && a.ExpiresOn.Before(today) {
		return a, evidence.Entry{}, problem.New(problem.Conflict, "approval_expired", "El plazo para responder ya pasó.", "The time to answer is over.")
	}
	state := map[bool]string{true: "granted", false: "refused"}[granted]
	entry, err := decide(tx, &a, state, reason, today)
	return a, entry, err
}

// Expire closes a question that nobody answered, inside the transaction of the job that takes the consequence.
func Expire(tx *evidence.Tx, a Approval, today day.Date) (evidence.Entry, error) {
	return decide(tx, &a, "expired", "", today)
}

func decide(tx *evidence.Tx, a *Approval, state, reason string, today day.Date) (evidence.Entry, error) {
	var by *uuid.UUID
	if !tx.Actor.IsJob() {
		by = &tx.Actor.ID
	}
	err := tx.One(`update approvals set state = $3, decided_by = $4, decided_on = $5, reason = $6 where client_id = $1 and id = $2 and state = 'open'`,
		a.ClientID, a.ID, state, by, today, reason)
	if err != nil {
		return evidence.Entry{}, err
	}
	a.State, a.DecidedOn, a.Reason = state, today, reason
	return evidence.Entry{Subject: evidence.CaseOf(a.ClientID, a.CaseID), Kind: "approval." + state, Class: evidence.Confidential,
		Fields: evidence.Fields{"approval": a.ID.String(), "kind": a.Kind, "about": a.About.String(), "reason": reason}}, nil
}

// Waiting lists open questions about cases within reach, the oldest first, after the given one.
func Waiting(tx *postgres.Tx, after uuid.UUID, limit int) ([]Approval, error) {
	var all []Approval
	err := tx.Select(&all, `select `+approvalColumns+` from approvals where state = 'open' and id > $1
		and exists (select 1 from cases c where c.client_id = approvals.client_id and c.id = approvals.case_id) order by id limit $2`, after, limit)
	return all, err
}

// Overdue lists open questions whose time is over.
func Overdue(tx *postgres.Tx, today day.Date, limit int) ([]Approval, error) {
	var all []Approval
	err := tx.Select(&all, `select `+approvalColumns+` from approvals where state = 'open' and expires_on < $1 order by expires_on, id limit $2`, today, limit)
	return all, err
}

// LatestAbout finds the newest question of a kind about a thing, in whatever state; problem.Missing when none was asked.
func LatestAbout(tx *postgres.Tx, client uuid.UUID, kind string, about uuid.UUID) (Approval, error) {
	var a Approval
	err := tx.Get(&a, `select `+approvalColumns+` from approvals where client_id = $1 and kind = $2 and about = $3 order by id desc limit 1`, client, kind, about)
	return a, err
}
