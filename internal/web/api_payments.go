package web

import (
	"context"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/payments"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

type paymentIn struct {
	ByID
	Body struct {
		Amount         money.Amount `json:"amount"`
		ReceivedOn     day.Date     `json:"received_on"`
		Source         string       `json:"source,omitempty" enum:"bank,direct,card" doc:"direct for a client's report, bank for the firm's, when absent"`
		PayerReference string       `json:"payer_reference,omitempty" maxLength:"200" doc:"The payer's words"`
		ExternalRef    string       `json:"external_ref,omitempty" maxLength:"100" doc:"The reporter's own key: the same key is the same payment"`
	}
}

type paymentsIn struct {
	Body struct {
		ClientID *uuid.UUID      `json:"client_id,omitempty" doc:"Only people of the firm name the client"`
		Items    []paymentItemIn `json:"items" minItems:"1" maxItems:"500"`
	}
}

// paymentItemIn holds values as text: a wrong value refuses the item, never the list.
type paymentItemIn struct {
	ExternalRef      string    `json:"external_ref" maxLength:"100" doc:"The reporter's own key of the payment"`
	DebtRef          string    `json:"debt_external_ref,omitempty" maxLength:"100" doc:"The client's own key of the debt; or payment_reference, or case_id"`
	PaymentReference string    `json:"payment_reference,omitempty" maxLength:"40"`
	CaseID           uuid.UUID `json:"case_id,omitzero"`
	Amount           string    `json:"amount"`
	Currency         string    `json:"currency"`
	ReceivedOn       string    `json:"received_on"`
	Source           string    `json:"source,omitempty"`
	PayerReference   string    `json:"payer_reference,omitempty" maxLength:"200"`
}

type paymentOut struct {
	ID             uuid.UUID    `json:"id"`
	Amount         money.Amount `json:"amount"`
	ReceivedOn     day.Date     `json:"received_on"`
	Source         string       `json:"source" enum:"bank,direct,card"`
	PayerReference string       `json:"payer_reference,omitempty"`
	ExternalRef    string       `json:"external_ref,omitempty"`
	Unallocated    money.Amount `json:"unallocated" doc:"What met no debt"`
	Shares         []shareOut   `json:"shares,omitempty" doc:"How it stands allocated"`
	ReturnedOn     day.Date     `json:"returned_on,omitzero"`
	ReturnReason   string       `json:"return_reason,omitempty"`
	Repeated       bool         `json:"repeated,omitempty" doc:"It had been recorded before"`
}

type shareOut struct {
	CaseID    uuid.UUID    `json:"case_id"`
	DebtID    uuid.UUID    `json:"debt_id"`
	Component string       `json:"component" enum:"principal,interest,cost,compensation,court_fee"`
	Amount    money.Amount `json:"amount"`
}

type paymentFateOut struct {
	N           int         `json:"n"`
	ExternalRef string      `json:"external_ref"`
	Status      string      `json:"status" enum:"recorded,repeated,rejected,failed" doc:"failed is ours: send the item again"`
	Payment     *paymentOut `json:"payment,omitempty"`
	Reasons     []reasonOut `json:"reasons,omitempty"`
}

type paymentFatesOut struct {
	Items []paymentFateOut `json:"items"`
}

type moneyKnownIn struct {
	Body struct {
		ClientID uuid.UUID `json:"client_id"`
		Until    day.Date  `json:"until" doc:"Every payment up to this day is recorded"`
	}
}

type moneyKnownOut struct {
	Until day.Date `json:"until"`
}

// paymentAPI takes money in, one payment or a list, and back.
func (s *Server) paymentAPI() {
	record := access.To(access.ActRecord, access.ObjPayment)
	act(s, record, needsKey(post("/cases/{id}/payments", "recordPayment", "Registrar un cobro / Record a payment", 201)),
		func(ctx context.Context, who evidence.Actor, in *paymentIn) (payments.Payment, error) {
			b := in.Body
			return s.Payments.Record(ctx, who, payments.Received{CaseID: in.ID, Amount: b.Amount, ReceivedOn: b.ReceivedOn, Source: payments.Source(b.Source),
				PayerReference: b.PayerReference, ExternalRef: b.ExternalRef})
		}, paymentView)
	read(s, access.To(access.ActRead, access.ObjPayment), get("/cases/{id}/payments", "listPayments", "Los cobros del deudor / The debtor's payments"), s.listPayments)
	act(s, record, needsKey(post("/payments:batch", "recordPayments", "Registrar una lista de cobros / Record a list of payments", 200)), s.recordPayments, paymentFatesView)
	act(s, access.To(access.ActReverse, access.ObjPayment), post("/payments/{id}/return", "returnPayment", "Registrar una devolución / Record a returned payment", 200),
		func(ctx context.Context, who evidence.Actor, in *reasonIn) (payments.Payment, error) {
			return s.Payments.Return(ctx, who, in.ID, in.Body.Reason)
		}, paymentView)
	act(s, access.To(access.ActReconcile, access.ObjPayment), post("/payments:known", "knowMoneyUntil", "Cobros conocidos hasta un día / Money known up to a day", 200),
		func(ctx context.Context, who evidence.Actor, in *moneyKnownIn) (day.Date, error) {
			return in.Body.Until, s.Payments.KnowMoneyUntil(ctx, who, in.Body.ClientID, in.Body.Until)
		}, func(_ evidence.Actor, until day.Date) moneyKnownOut { return moneyKnownOut{until} })
}

func (s *Server) recordPayments(ctx context.Context, who evidence.Actor, in *paymentsIn) (payments.Fates, error) {
	client, err := clientOf(who, in.Body.ClientID)
	if err != nil {
		return nil, err
	}
	list := make([]payments.Received, len(in.Body.Items))
	for i, item := range in.Body.Items {
		amount, err := money.Parse(item.Amount, money.Currency(item.Currency))
		if err != nil { // the action refuses what has no amount, and so the item alone
			amount = money.Amount{}
		}
		received, err := day.Parse(item.ReceivedOn)
		if err != nil {
			received = day.Date{}
		}
		list[i] = payments.Received{CaseID: item.CaseID, Reference: item.PaymentReference, ClientID: client, DebtRef: item.DebtRef, Amount: amount,
			ReceivedOn: received, Source: payments.Source(item.Source), PayerReference: item.PayerReference, ExternalRef: item.ExternalRef}
	}
	fates := s.Payments.Batch(ctx, who, list)
	for i, f := range fates {
		if f.Err != nil && problem.Of(f.Err) == nil {
			requestOf(ctx).log.Error("recording a payment of a batch", "item", i, "error", f.Err.Error())
		}
	}
	return fates, ctx.Err()
}

func (s *Server) listPayments(ctx context.Context, who evidence.Actor, in *ByID) (Page[paymentOut], error) {
	page := Page[paymentOut]{Data: []paymentOut{}}
	err := s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		c, err := cases.Get(tx, who, in.ID)
		if err != nil {
			return err
		}
		if err := access.Require(who, access.To(access.ActRead, access.ObjPayment), c.Place(), access.NoState); err != nil {
			return err
		}
		all, err := s.Payments.OfAccount(tx, c.ClientID, c.AccountID, 1000)
		for _, p := range all {
			page.Data = append(page.Data, paymentView(who, p))
		}
		return err
	})
	return page, err
}

func paymentView(_ evidence.Actor, p payments.Payment) paymentOut {
	out := paymentOut{ID: p.ID, Amount: p.Amount(), ReceivedOn: p.ReceivedOn, Source: string(p.Source), PayerReference: p.PayerReference, ExternalRef: p.ExternalRef,
		Unallocated: p.Unallocated(), ReturnedOn: p.ReturnedOn, ReturnReason: p.ReturnReason, Repeated: p.Repeated}
	for _, one := range p.Shares {
		out.Shares = append(out.Shares, shareOut{one.CaseID, one.DebtID, string(one.Component), one.Amount()})
	}
	return out
}

func paymentFatesView(who evidence.Actor, fates payments.Fates) paymentFatesOut {
	out := paymentFatesOut{Items: make([]paymentFateOut, len(fates))}
	for i, f := range fates {
		fate := &out.Items[i]
		fate.N, fate.ExternalRef = i, f.ExternalRef
		refused := problem.Of(f.Err)
		switch {
		case refused != nil:
			fate.Status, fate.Reasons = "rejected", append(reasonsView(refused.Reasons), reasonOut{Code: refused.Code, Text: refused.Text})
		case f.Err != nil:
			fate.Status = "failed"
		default:
			payment := paymentView(who, f.Payment)
			fate.Status, fate.Payment = map[bool]string{true: "repeated", false: "recorded"}[f.Payment.Repeated], &payment
		}
	}
	return out
}
