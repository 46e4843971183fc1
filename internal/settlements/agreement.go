// Package settlements is the agreement (acuerdo) on a debtor's account: what is paid instead of the claim, and when. The
// rule: terms beyond the client's authority wait for the client, instalments sum exactly to the total, and a discount is
// waived only when everything agreed is paid; until then a broken agreement leaves the whole claim standing.
package settlements

import (
	"context"
	"fmt"
	"slices"
	"strings"

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

// Desk is where agreements are made and watched.
type Desk struct {
	Log   *evidence.Log
	Law   *law.Library
	Book  *ledger.Book
	Shelf *letters.Shelf
	Store *documents.Store
}

// State of an agreement. The first three are live: an account has at most one live agreement.
type State string

const (
	AwaitingClient State = "awaiting_client"
	Proposed       State = "proposed" // to the debtor
	Active         State = "active"
	Kept           State = "kept"
	Broken         State = "broken"
	Refused        State = "refused" // by the client
	Cancelled      State = "cancelled"
)

// Agreement covers one case or more of one account.
type Agreement struct {
	ClientID               uuid.UUID      `db:"client_id"`
	ID                     uuid.UUID      `db:"id"`
	AccountID              uuid.UUID      `db:"account_id"`
	Kind                   Kind           `db:"kind"`
	State                  State          `db:"state"`
	Currency               money.Currency `db:"currency"`
	ClaimMinor             int64          `db:"claim_minor"`
	TotalMinor             int64          `db:"total_minor"`
	DiscountPrincipalMinor int64          `db:"discount_principal_minor"`
	DiscountInterestMinor  int64          `db:"discount_interest_minor"`
	DiscountCostMinor      int64          `db:"discount_cost_minor"` // of costs, compensation and court fees
	AsOf                   day.Date       `db:"as_of"`               // the day of the claim
	ProposedOn             day.Date       `db:"proposed_on"`
	AcceptedOn             day.Date       `db:"accepted_on"`
	EndedOn                day.Date       `db:"ended_on"`
	ProposedBy             uuid.UUID      `db:"proposed_by"`
	DocumentID             *uuid.UUID     `db:"document_id"`
	ToleranceDays          int            `db:"tolerance_days"` // after a due date, before the agreement is broken
	Version                int            `db:"version"`
	CaseIDs                []uuid.UUID    `db:"-"`
	Instalments            []Instalment   `db:"-"`
}

// tolerance is how many days after its due date an instalment may still arrive.
const tolerance = 5

// Claim, Total and Discount as amounts.
func (a Agreement) Claim() money.Amount { return money.Of(a.ClaimMinor, a.Currency) }
func (a Agreement) Total() money.Amount { return money.Of(a.TotalMinor, a.Currency) }
func (a Agreement) Discount() Claim {
	return Claim{money.Of(a.DiscountPrincipalMinor, a.Currency), money.Of(a.DiscountInterestMinor, a.Currency), money.Of(a.DiscountCostMinor, a.Currency)}
}

// Open is what is still to be paid for the agreement to be kept.
func (a Agreement) Open() money.Amount {
	open := a.Total().Zero()
	for _, i := range a.Instalments {
		open = open.Plus(i.Open())
	}
	return open
}

// Covers says whether the case is one of the agreement's.
func (a Agreement) Covers(caseID uuid.UUID) bool {
	return slices.Contains(a.CaseIDs, caseID)
}

// live are the states in which an agreement binds or waits for an answer.
var live = []State{AwaitingClient, Proposed, Active}

// entries are the agreement's line in the log of every case it covers. Offers are confidential negotiation.
func (a Agreement) entries(covered []*cases.Case, kind string, class evidence.Class, fields evidence.Fields) []evidence.Entry {
	out := make([]evidence.Entry, len(covered))
	for i, c := range covered {
		own := evidence.Fields{"agreement": a.ID.String()}
		for name, value := range fields {
			own[name] = value
		}
		out[i] = c.Entry(kind, own)
		out[i].Class = class
	}
	return out
}

// terms are what the log, the client's inbox and the debtor are told of the agreement.
func (a Agreement) terms() map[string]string {
	plan := make([]string, len(a.Instalments))
	for i, one := range a.Instalments {
		plan[i] = one.DueOn.String() + " " + one.Amount.Decimal()
	}
	d := a.Discount()
	return map[string]string{"kind": string(a.Kind), "currency": string(a.Currency), "claim": a.Claim().Decimal(), "total": a.Total().Decimal(),
		"discount_principal": d.Principal.Decimal(), "discount_interest": d.Interest.Decimal(), "discount_cost": d.Cost.Decimal(),
		"as_of": a.AsOf.String(), "instalments": strings.Join(plan, "; ")}
}

var (
	errLive    = problem.New(problem.Conflict, "agreement_live", "El deudor ya tiene un acuerdo en vigor o pendiente.", "The debtor already has an agreement live or pending.")
	errState   = problem.New(problem.Conflict, "agreement_state", "El acuerdo ya no está en ese punto.", "The agreement is no longer at that point.")
	errSource  = problem.New(problem.Invalid, "acceptance_source_missing", "Escriba cómo consta la aceptación del deudor.", "Write how the debtor's acceptance is evidenced.")
	errChanged = problem.New(problem.Conflict, "claim_changed", "Lo reclamado ha cambiado desde la propuesta: cancélela y proponga de nuevo.", "The claim has changed since the proposal: cancel it and propose again.")
	errReason  = problem.New(problem.Invalid, "reason_missing", "Escriba el motivo.", "Write the reason.")
)

// Propose puts terms on the table. Inside the client's authority they go to the debtor; beyond it they wait in the client's
// inbox, asked in the same transaction.
func (d *Desk) Propose(ctx context.Context, who evidence.Actor, caseID uuid.UUID, terms Terms) (Agreement, error) {
	made, err := evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Agreement, []evidence.Entry, error) {
		covered, err := lockCovered(tx, caseID, terms.WholeAccount)
		if err != nil {
			return Agreement{}, nil, err
		}
		a, why, err := d.drawUp(tx, covered, terms)
		if err != nil {
			return a, nil, err
		}
		if err := insert(tx, a); err != nil {
			return a, nil, err
		}
		if len(why) == 0 {
			return a, a.entries(covered, "agreement.proposed", evidence.Confidential, a.terms()), replan(tx, covered)
		}
		summary := a.terms()
		summary["beyond"] = strings.Join(why, ", ")
		_, asked, err := clients.Ask(tx, a.ClientID, caseID, "agreement", a.ID, summary, a.ProposedOn)
		if err != nil {
			return a, nil, err
		}
		return a, append(a.entries(covered, "agreement.sent_to_client", evidence.Confidential, summary), asked), replan(tx, covered)
	})
	if name, _ := postgres.Broken(err); name == "agreements_one_live" {
		return made, errLive
	}
	return made, err
}

// lockCovered takes the case, or every open case of its account in the same currency.
func lockCovered(tx *evidence.Tx, caseID uuid.UUID, wholeAccount bool) ([]*cases.Case, error) {
	propose := access.To(access.ActPropose, access.ObjAgreement)
	if !wholeAccount {
		c, err := cases.LockOpen(tx, caseID, propose)
		return []*cases.Case{c}, err
	}
	named, err := cases.Get(tx.Tx, tx.Actor, caseID)
	if err != nil {
		return nil, err
	}
	all, err := cases.LockAccount(tx, named.ClientID, named.AccountID, propose)
	covered := all[:0]
	for _, c := range all {
		if c.Currency == named.Currency {
			covered = append(covered, c)
		}
	}
	return covered, err
}

// drawUp makes the agreement of the terms and names what of it is beyond the mandate.
func (d *Desk) drawUp(tx *evidence.Tx, covered []*cases.Case, terms Terms) (a Agreement, why []string, err error) {
	first := covered[0]
	today, err := d.today(tx, first)
	if err != nil {
		return a, nil, err
	}
	ids := make([]uuid.UUID, len(covered))
	for i, c := range covered {
		ids[i] = c.ID
	}
	asOf, _, err := d.Book.DocumentDay(tx.Tx, first.ClientID, ids, today) // the letter of agreement states interest to that day
	if err != nil {
		return a, nil, err
	}
	claim, err := d.claimAt(tx.Tx, covered, asOf)
	if err != nil {
		return a, nil, err
	}
	given, err := terms.check(claim)
	if err != nil {
		return a, nil, err
	}
	plan, err := terms.schedule(today)
	if err != nil {
		return a, nil, err
	}
	mandate, err := clients.MandateOf(tx.Tx, first.ClientID)
	if err != nil {
		return a, nil, err
	}
	a = Agreement{ClientID: first.ClientID, ID: uuid.Must(uuid.NewV7()), AccountID: first.AccountID, Kind: terms.Kind, State: Proposed, Currency: first.Currency,
		ClaimMinor: claim.Total().Minor, TotalMinor: terms.Total.Minor, DiscountPrincipalMinor: given.Principal.Minor,
		DiscountInterestMinor: given.Interest.Minor, DiscountCostMinor: given.Cost.Minor, AsOf: asOf, ProposedOn: today,
		ProposedBy: tx.Actor.ID, ToleranceDays: tolerance, Version: 1, CaseIDs: ids, Instalments: plan}
	if why = beyond(mandate, claim, given, plan, today); len(why) > 0 {
		a.State = AwaitingClient
	}
	return a, why, nil
}

// Decide carries the client's answer out: granted, the terms go to the debtor; refused, they are off the table.
func (d *Desk) Decide(ctx context.Context, who evidence.Actor, approvalID uuid.UUID, granted bool, reason string) (clients.Approval, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (clients.Approval, []evidence.Entry, error) {
		asked, err := clients.ApprovalOf(tx.Tx, approvalID)
		if err == nil && asked.Kind != "agreement" {
			err = problem.Missing
		}
		if err != nil {
			return clients.Approval{}, nil, err
		}
		a, covered, err := lockAgreement(tx, asked.About, access.To(access.ActRead, access.ObjAgreement), AwaitingClient)
		if err != nil {
			return clients.Approval{}, nil, err
		}
		today, err := d.today(tx, covered[0])
		if err != nil {
			return clients.Approval{}, nil, err
		}
		decided, answer, err := clients.Decide(tx, approvalID, granted, reason, today)
		if err != nil {
			return clients.Approval{}, nil, err
		}
		kind := "agreement.proposed"
		a.State = Proposed
		if !granted {
			kind, a.State, a.EndedOn = "agreement.refused", Refused, today
		}
		fields := a.terms()
		fields["reason"] = reason
		entries := append(a.entries(covered, kind, evidence.Confidential, fields), answer)
		return decided, entries, a.become(tx, covered, AwaitingClient)
	})
}

// lockAgreement takes the cases of an agreement in the order of their ids, then reads it again and asks the permission in its
// present state. Who may read it but comes when it is no longer in one of the states is told so.
func lockAgreement(tx *evidence.Tx, id uuid.UUID, p access.Permission, in ...State) (Agreement, []*cases.Case, error) {
	read, err := get(tx.Tx, id)
	if err != nil {
		return read, nil, err
	}
	covered := make([]*cases.Case, len(read.CaseIDs))
	for i, one := range read.CaseIDs {
		if covered[i], err = cases.LockFor(tx, one, access.To(access.ActRead, access.ObjCase), access.StateOpen); err != nil {
			return read, nil, err
		}
	}
	a, err := get(tx.Tx, id)
	if err != nil {
		return a, nil, err
	}
	there := slices.Contains(in, a.State)
	if !there {
		p = access.To(access.ActRead, access.ObjAgreement)
	}
	for _, c := range covered {
		if err := access.Require(tx.Actor, p, c.Place(), access.State(a.State)); err != nil {
			return a, nil, err
		}
	}
	if !there {
		return a, nil, errState
	}
	return a, covered, nil
}

func get(tx *postgres.Tx, id uuid.UUID) (Agreement, error) {
	found, err := load(tx, `a.id = $1`, id)
	if err == nil && len(found) == 0 {
		err = problem.Missing
	}
	if err != nil {
		return Agreement{}, err
	}
	return found[0], nil
}

// Get reads an agreement that the actor may read.
func Get(tx *postgres.Tx, who evidence.Actor, id uuid.UUID) (Agreement, error) {
	a, err := get(tx, id)
	if err != nil {
		return a, err
	}
	c, err := cases.Get(tx, who, a.CaseIDs[0])
	if err != nil {
		return a, err
	}
	return a, access.Require(who, access.To(access.ActRead, access.ObjAgreement), c.Place(), access.State(a.State))
}

// OfCase lists the agreements that cover a case, the oldest first. The caller has asked agreement:list on the case.
func OfCase(tx *postgres.Tx, client, caseID uuid.UUID) ([]Agreement, error) {
	return load(tx, `a.client_id = $1 and a.id in (select agreement_id from agreement_cases where client_id = $1 and case_id = $2)`, client, caseID)
}

// today is the business day where the case is.
func (d *Desk) today(tx *evidence.Tx, c *cases.Case) (day.Date, error) {
	pack, err := d.Law.Pack(c.Jurisdiction)
	if err != nil {
		return day.Date{}, err
	}
	return tx.Today(pack.Zone), nil
}

func replan(tx *evidence.Tx, covered []*cases.Case) error {
	for _, c := range covered {
		if err := cases.Replan(tx, c.ClientID, c.ID); err != nil {
			return fmt.Errorf("replanning case %s: %w", c.Number, err)
		}
	}
	return nil
}

// become writes the new state of an agreement, and has its cases planned anew.
func (a Agreement) become(tx *evidence.Tx, covered []*cases.Case, from State) error {
	if err := move(tx, a, from); err != nil {
		return err
	}
	return replan(tx, covered)
}
