package web

import (
	"context"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/payments"
)

type costIn struct {
	ByID
	Body struct {
		Component  string       `json:"component" enum:"cost,court_fee"`
		Amount     money.Amount `json:"amount" doc:"As spent; of proved costs the fixed compensation is taken off"`
		On         day.Date     `json:"on" doc:"The day it arose"`
		DebtID     uuid.UUID    `json:"debt_id,omitzero" doc:"The oldest debt of the case when absent"`
		Basis      string       `json:"basis" minLength:"1" maxLength:"2000" doc:"The article or the reason"`
		BorneBy    string       `json:"borne_by,omitempty" enum:"debtor,client,firm,undecided" doc:"The debtor when absent; only what the debtor bears is claimed"`
		Proved     bool         `json:"proved,omitempty" doc:"Recovery costs that the document proves (ES Ley 3/2004 art. 8.1)"`
		DocumentID *uuid.UUID   `json:"document_id,omitempty" doc:"A document of the case"`
		Contacted  bool         `json:"contacted,omitempty" doc:"The debtor had the free useful contact without which the law takes some off (CL Ley 19.496 art. 37)"`
	}
}

type bearerIn struct {
	ByID
	Body struct {
		BorneBy string `json:"borne_by" enum:"debtor,client,firm,undecided"`
		Basis   string `json:"basis" minLength:"1" maxLength:"2000" doc:"The decision or the reason"`
	}
}

type waiverIn struct {
	ByID
	Body struct {
		Component string       `json:"component" enum:"principal,ordinary_interest,interest,compensation,cost,court_fee"`
		Amount    money.Amount `json:"amount" doc:"At most what is open of the component today"`
		Basis     string       `json:"basis" minLength:"1" maxLength:"2000"`
	}
}

type writeOffIn struct {
	ByID
	Body struct {
		All       bool         `json:"all,omitempty" doc:"All that is open, without component and amount"`
		Component string       `json:"component,omitempty" enum:"principal,ordinary_interest,interest,compensation,cost,court_fee"`
		Amount    money.Amount `json:"amount,omitzero"`
		Basis     string       `json:"basis" minLength:"1" maxLength:"2000"`
	}
}

type interestTermsIn struct {
	ByID
	Body struct {
		FromOn     day.Date   `json:"from_on" doc:"The terms hold from the day after"`
		Regime     law.Regime `json:"regime" minLength:"1" maxLength:"40" doc:"In the words of the jurisdiction's pack"`
		AgreedRate string     `json:"agreed_rate,omitempty" pattern:"^[0-9]{1,4}([.][0-9]{1,6})?$" doc:"Yearly per cent, under regime agreed alone"`
		Kind       string     `json:"kind" enum:"agreement,correction"`
		Basis      string     `json:"basis" minLength:"1" maxLength:"2000" doc:"The clause or the reason"`
	}
}

type presentationIn struct {
	ByID
	Body struct {
		On         day.Date  `json:"on"`
		DocumentID uuid.UUID `json:"document_id" doc:"The document of the case that proves that it was presented and not paid"`
		Surcharge  bool      `json:"surcharge,omitempty" doc:"The debtor drew the cheque without funds: 10 % of what is not covered (ES Ley 19/1985 art. 149)"`
	}
}

type enteredOut struct {
	CaseID  uuid.UUID     `json:"case_id"`
	Entries []ledger.Line `json:"entries" doc:"Ledger lines as written, with reversals and what was applied again"`
	Freed   []freedOut    `json:"freed" doc:"What of earlier payments met no debt any more and is unallocated again"`
}

type freedOut struct {
	PaymentID uuid.UUID    `json:"payment_id"`
	Amount    money.Amount `json:"amount"`
}

type recomputeIn struct {
	ByID
	Body struct {
		Since  day.Date `json:"since" doc:"The first day on which the corrected figures hold"`
		Reason string   `json:"reason" minLength:"1" maxLength:"2000" doc:"The correction"`
	}
}

// ledgerAPI is what people write into the ledger of a case themselves.
func (s *Server) ledgerAPI() {
	act(s, access.To(access.ActRecord, access.ObjLedgerEntry), needsKey(post("/cases/{id}/costs", "addCost", "Cargar un coste o una tasa / Charge a cost or court fee", 201)),
		func(ctx context.Context, who evidence.Actor, in *costIn) (payments.Entered, error) {
			b := in.Body
			return s.Payments.AddCost(ctx, who, in.ID, ledger.Spending{Debt: b.DebtID, Component: ledger.Component(b.Component), Amount: b.Amount, On: b.On, Basis: b.Basis,
				BorneBy: ledger.Bearer(b.BorneBy), Document: b.DocumentID, Contacted: b.Contacted}, b.Proved)
		}, enteredView)
	act(s, access.To(access.ActEdit, access.ObjLedgerEntry), post("/ledger_entries/{id}/bearer", "setBearer", "Cambiar quién soporta un coste / Change who bears a cost", 200),
		func(ctx context.Context, who evidence.Actor, in *bearerIn) (payments.Entered, error) {
			return s.Payments.Bears(ctx, who, in.ID, ledger.Bearer(in.Body.BorneBy), in.Body.Basis)
		}, enteredView)
	act(s, access.To(access.ActReverse, access.ObjLedgerEntry), post("/ledger_entries/{id}/reverse", "reverseEntry", "Anular un apunte / Reverse a ledger line", 200),
		func(ctx context.Context, who evidence.Actor, in *reasonIn) (payments.Entered, error) {
			return s.Payments.Reverse(ctx, who, in.ID, in.Body.Reason)
		}, enteredView)
	act(s, access.To(access.ActEdit, access.ObjLedgerEntry), post("/cases/{id}/recompute", "recomputeLedger", "Recalcular tras corregirse un tipo / Recompute after a rate was corrected", 200),
		func(ctx context.Context, who evidence.Actor, in *recomputeIn) (payments.Entered, error) {
			return s.Payments.Recompute(ctx, who, in.ID, in.Body.Since, in.Body.Reason)
		}, enteredView)
	s.givingUpAPI()
	s.termsAPI()
}

func (s *Server) givingUpAPI() {
	act(s, access.To(access.ActAdjust, access.ObjLedgerEntry), needsKey(post("/cases/{id}/waivers", "waive", "Condonar / Waive", 201)),
		func(ctx context.Context, who evidence.Actor, in *waiverIn) (payments.Entered, error) {
			return s.Payments.Waive(ctx, who, in.ID, payments.GivenUp{Component: ledger.Component(in.Body.Component), Amount: in.Body.Amount, Basis: in.Body.Basis})
		}, enteredView)
	act(s, access.To(access.ActAdjust, access.ObjLedgerEntry), needsKey(post("/cases/{id}/write_offs", "writeOff", "Dar por fallido / Write off", 201)),
		func(ctx context.Context, who evidence.Actor, in *writeOffIn) (payments.Entered, error) {
			return s.Payments.WriteOff(ctx, who, in.ID, payments.GivenUp{All: in.Body.All, Component: ledger.Component(in.Body.Component), Amount: in.Body.Amount, Basis: in.Body.Basis})
		}, enteredView)
}

func (s *Server) termsAPI() {
	act(s, access.To(access.ActEdit, access.ObjDebt), post("/debts/{id}/interest_terms", "setInterestTerms", "Fijar las condiciones de interés / Set the interest terms", 201),
		func(ctx context.Context, who evidence.Actor, in *interestTermsIn) (payments.Entered, error) {
			b := in.Body
			rate, err := ledger.Percent(b.AgreedRate)
			if err != nil {
				return payments.Entered{}, err
			}
			return s.Payments.SetTerms(ctx, who, ledger.Terms{Debt: in.ID, FromOn: b.FromOn, Regime: b.Regime, AgreedPct: rate, Kind: ledger.TermsKind(b.Kind), Basis: b.Basis})
		}, enteredView)
	act(s, access.To(access.ActEdit, access.ObjDebt), post("/debts/{id}/presentation", "presentCheque", "Anotar la presentación de un cheque / Record that a cheque was presented", 201),
		func(ctx context.Context, who evidence.Actor, in *presentationIn) (payments.Entered, error) {
			return s.Payments.Present(ctx, who, payments.Presentation{Debt: in.ID, On: in.Body.On, Document: in.Body.DocumentID, Surcharge: in.Body.Surcharge})
		}, enteredView)
}

func enteredView(_ evidence.Actor, e payments.Entered) enteredOut {
	out := enteredOut{CaseID: e.CaseID, Entries: []ledger.Line{}, Freed: []freedOut{}}
	out.Entries = append(out.Entries, e.Lines...)
	for _, f := range e.Freed {
		out.Freed = append(out.Freed, freedOut{f.PaymentID, f.Amount})
	}
	return out
}
