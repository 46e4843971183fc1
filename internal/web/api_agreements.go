package web

import (
	"context"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/settlements"
)

type termsIn struct {
	ByID
	Body struct {
		Kind         string              `json:"kind" enum:"full_with_discount,instalments,extension,interest_waiver"`
		Total        money.Amount        `json:"total"`
		Discount     *money.Amount       `json:"discount,omitempty" doc:"Only a check: the claim less the total"`
		Instalments  []instalmentTermsIn `json:"instalments,omitempty" maxItems:"120" doc:"One by one; or count and first_due_on"`
		Count        int                 `json:"count,omitempty" minimum:"1" maximum:"120" doc:"Equal parts"`
		FirstDueOn   day.Date            `json:"first_due_on,omitzero"`
		EveryMonths  int                 `json:"every_months,omitempty" minimum:"1" maximum:"12" default:"1"`
		WholeAccount bool                `json:"whole_account,omitempty" doc:"Every open case of the debtor, not only this one"`
	}
}

type instalmentTermsIn struct {
	DueOn  day.Date     `json:"due_on"`
	Amount money.Amount `json:"amount"`
}

type acceptanceIn struct {
	ByID
	Body struct {
		Source    string `json:"source" minLength:"1" maxLength:"2000" doc:"How the debtor's acceptance is evidenced"`
		Signatory string `json:"signatory,omitempty" maxLength:"200" doc:"Who answers for the debtor, as the agreement names them"`
	}
}

type agreementOut struct {
	ID            uuid.UUID       `json:"id"`
	CaseIDs       []uuid.UUID     `json:"case_ids"`
	Kind          string          `json:"kind" enum:"full_with_discount,instalments,extension,interest_waiver"`
	State         string          `json:"state" enum:"awaiting_client,proposed,active,kept,broken,refused,cancelled"`
	Claim         money.Amount    `json:"claim" doc:"What was owed on as_of"`
	Total         money.Amount    `json:"total"`
	Open          money.Amount    `json:"open" doc:"Still to be paid for the agreement to be kept"`
	Discount      discountOut     `json:"discount"`
	Instalments   []instalmentOut `json:"instalments"`
	AsOf          day.Date        `json:"as_of"`
	ProposedOn    day.Date        `json:"proposed_on"`
	AcceptedOn    day.Date        `json:"accepted_on,omitzero"`
	EndedOn       day.Date        `json:"ended_on,omitzero"`
	ToleranceDays int             `json:"tolerance_days"`
	DocumentID    *uuid.UUID      `json:"document_id,omitempty"`
}

type discountOut struct {
	Principal money.Amount `json:"principal"`
	Interest  money.Amount `json:"interest"`
	Cost      money.Amount `json:"cost" doc:"Of costs, compensation and court fees"`
}

type instalmentOut struct {
	N      int          `json:"n"`
	DueOn  day.Date     `json:"due_on"`
	Amount money.Amount `json:"amount"`
	Paid   money.Amount `json:"paid"`
}

// agreementAPI proposes agreements, takes the debtor's answer and ends them. What the client decides stands in api_approvals.go.
func (s *Server) agreementAPI() {
	see := access.To(access.ActRead, access.ObjAgreement)
	act(s, access.To(access.ActPropose, access.ObjAgreement), post("/cases/{id}/agreements", "proposeAgreement", "Proponer un acuerdo / Propose an agreement", 201), s.proposeAgreement, agreementView)
	read(s, see, get("/cases/{id}/agreements", "listAgreements", "Los acuerdos del expediente / The agreements of the case"), s.listAgreements)
	read(s, see, get("/agreements/{id}", "getAgreement", "Un acuerdo / One agreement"), s.getAgreement)
	act(s, access.To(access.ActAccept, access.ObjAgreement), post("/agreements/{id}/accept", "acceptAgreement", "El deudor acepta / The debtor accepts", 200),
		func(ctx context.Context, who evidence.Actor, in *acceptanceIn) (settlements.Agreement, error) {
			return s.Settlements.Accept(ctx, who, in.ID, settlements.Acceptance{Source: in.Body.Source, Signatory: in.Body.Signatory})
		}, agreementView)
	act(s, access.To(access.ActCancel, access.ObjAgreement), post("/agreements/{id}/cancel", "cancelAgreement", "Cancelar el acuerdo / Cancel the agreement", 200),
		func(ctx context.Context, who evidence.Actor, in *reasonIn) (settlements.Agreement, error) {
			return s.Settlements.Cancel(ctx, who, in.ID, in.Body.Reason)
		}, agreementView)
}

func (s *Server) proposeAgreement(ctx context.Context, who evidence.Actor, in *termsIn) (settlements.Agreement, error) {
	b := in.Body
	terms := settlements.Terms{Kind: settlements.Kind(b.Kind), Total: b.Total, Discount: b.Discount, Count: b.Count, FirstDueOn: b.FirstDueOn,
		EveryMonths: b.EveryMonths, WholeAccount: b.WholeAccount}
	for _, i := range b.Instalments {
		terms.Instalments = append(terms.Instalments, settlements.Instalment{DueOn: i.DueOn, Amount: i.Amount})
	}
	return s.Settlements.Propose(ctx, who, in.ID, terms)
}

func (s *Server) getAgreement(ctx context.Context, who evidence.Actor, in *ByID) (out agreementOut, err error) {
	err = s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		a, err := settlements.Get(tx, who, in.ID)
		out = agreementView(who, a)
		return err
	})
	return out, err
}

func (s *Server) listAgreements(ctx context.Context, who evidence.Actor, in *ByID) (Page[agreementOut], error) {
	page := Page[agreementOut]{Data: []agreementOut{}}
	err := s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		c, err := cases.Get(tx, who, in.ID)
		if err != nil {
			return err
		}
		if err := access.Require(who, access.To(access.ActRead, access.ObjAgreement), c.Place(), access.NoState); err != nil {
			return err
		}
		all, err := settlements.OfCase(tx, c.ClientID, c.ID)
		for _, a := range all {
			page.Data = append(page.Data, agreementView(who, a))
		}
		return err
	})
	return page, err
}

func agreementView(_ evidence.Actor, a settlements.Agreement) agreementOut {
	d := a.Discount()
	out := agreementOut{ID: a.ID, CaseIDs: a.CaseIDs, Kind: string(a.Kind), State: string(a.State), Claim: a.Claim(), Total: a.Total(), Open: a.Open(),
		Discount: discountOut{d.Principal, d.Interest, d.Cost}, Instalments: []instalmentOut{}, AsOf: a.AsOf, ProposedOn: a.ProposedOn, AcceptedOn: a.AcceptedOn,
		EndedOn: a.EndedOn, ToleranceDays: a.ToleranceDays, DocumentID: a.DocumentID}
	for _, i := range a.Instalments {
		out.Instalments = append(out.Instalments, instalmentOut{i.N, i.DueOn, i.Amount, i.Paid})
	}
	return out
}
