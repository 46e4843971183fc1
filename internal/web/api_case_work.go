package web

import (
	"context"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
)

type advanceIn struct {
	ByID
	Body struct {
		Event  string `json:"event" enum:"demand_withdrawn,demand_expired,suit_withdrawn,recalled,uncollectible,time_barred,declined"`
		Reason string `json:"reason,omitempty" maxLength:"2000"`
	}
}

type reasonIn struct {
	ByID
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"2000"`
	}
}

type assignIn struct {
	ByID
	Body struct {
		LawyerID    *uuid.UUID `json:"lawyer_id,omitempty"`
		ParalegalID *uuid.UUID `json:"paralegal_id,omitempty"`
	}
}

type contactIn struct {
	ByID
	Body struct {
		Kind       string    `json:"kind" enum:"call,note,visit"`
		Text       string    `json:"text" minLength:"1" maxLength:"10000"`
		OccurredAt time.Time `json:"occurred_at,omitzero"`
		Internal   bool      `json:"internal,omitempty" doc:"For the firm's eyes only"`
	}
}

type contactOut struct {
	Kind       string    `json:"kind"`
	Text       string    `json:"text"`
	OccurredAt time.Time `json:"occurred_at,omitzero"`
	Internal   bool      `json:"internal"`
}

type holdIn struct {
	ByID
	Body struct {
		Scope     string   `json:"scope" enum:"all,contact,judicial"`
		Reason    string   `json:"reason" minLength:"1" maxLength:"2000"`
		LiftsWhen string   `json:"lifts_when,omitempty" maxLength:"2000"`
		UntilOn   day.Date `json:"until_on,omitzero"`
	}
}

type holdOut struct {
	ID        uuid.UUID `json:"id"`
	CaseID    uuid.UUID `json:"case_id"`
	Scope     string    `json:"scope"`
	Reason    string    `json:"reason"`
	LiftsWhen string    `json:"lifts_when,omitempty"`
	OpenedOn  day.Date  `json:"opened_on"`
	UntilOn   day.Date  `json:"until_on,omitzero"`
	LiftedOn  day.Date  `json:"lifted_on,omitzero"`
}

type disputeIn struct {
	ByID
	Body struct {
		Contested money.Amount `json:"contested"`
		Reason    string       `json:"reason" minLength:"1" maxLength:"2000"`
	}
}

type resolveIn struct {
	ByID
	Body struct {
		State      string `json:"state" enum:"upheld,rejected,withdrawn"`
		Resolution string `json:"resolution" minLength:"1" maxLength:"2000"`
	}
}

type disputeOut struct {
	ID          uuid.UUID    `json:"id"`
	CaseID      uuid.UUID    `json:"case_id"`
	Contested   money.Amount `json:"contested"`
	Reason      string       `json:"reason"`
	RaisedOn    day.Date     `json:"raised_on"`
	AnswerDueOn day.Date     `json:"answer_due_on"`
	State       string       `json:"state" enum:"open,upheld,rejected,withdrawn"`
	ResolvedOn  day.Date     `json:"resolved_on,omitzero"`
	Resolution  string       `json:"resolution,omitempty"`
}

type promiseIn struct {
	ByID
	Body struct {
		Amount money.Amount `json:"amount"`
		DueOn  day.Date     `json:"due_on"`
	}
}

type promiseOut struct {
	ID     uuid.UUID    `json:"id"`
	CaseID uuid.UUID    `json:"case_id"`
	Amount money.Amount `json:"amount"`
	DueOn  day.Date     `json:"due_on"`
	MadeOn day.Date     `json:"made_on"`
	State  string       `json:"state" enum:"open,kept,partly_kept,broken,cancelled"`
}

// caseWorkAPI is what people do to a case.
func (s *Server) caseWorkAPI() {
	act(s, access.To(access.ActAdvance, access.ObjCase), post("/cases/{id}/advance", "advanceCase", "Mover de fase / Move to another stage", 200),
		func(ctx context.Context, who evidence.Actor, in *advanceIn) (*cases.Case, error) {
			return s.Cases.Advance(ctx, who, in.ID, cases.Event(in.Body.Event), in.Body.Reason)
		}, caseView)
	act(s, access.To(access.ActRecall, access.ObjCase), post("/cases/{id}/recall", "recallCase", "Retirar el expediente / Recall the case", 200),
		func(ctx context.Context, who evidence.Actor, in *reasonIn) (*cases.Case, error) {
			return s.Cases.Advance(ctx, who, in.ID, cases.Recalled, in.Body.Reason)
		}, caseView)
	act(s, access.To(access.ActAssign, access.ObjCase), post("/cases/{id}/assign", "assignCase", "Asignar / Assign", 200),
		func(ctx context.Context, who evidence.Actor, in *assignIn) (*cases.Case, error) {
			return s.Cases.Assign(ctx, who, in.ID, in.Body.LawyerID, in.Body.ParalegalID)
		}, caseView)
	act(s, access.To(access.ActRecord, access.ObjInteraction), post("/cases/{id}/interactions", "recordInteraction", "Anotar una llamada, nota o visita / Note a call, note or visit", 201),
		func(ctx context.Context, who evidence.Actor, in *contactIn) (cases.Contact, error) {
			return s.Cases.Write(ctx, who, in.ID, cases.Contact{Kind: in.Body.Kind, Text: in.Body.Text, At: in.Body.OccurredAt, Internal: in.Body.Internal})
		}, func(_ evidence.Actor, c cases.Contact) contactOut {
			return contactOut{c.Kind, c.Text, c.At, c.Internal}
		})
	s.holdAPI()
	s.disputeAPI()
	act(s, access.To(access.ActRecord, access.ObjPromise), post("/cases/{id}/promises", "recordPromise", "Anotar un compromiso de pago / Note a promise to pay", 201),
		func(ctx context.Context, who evidence.Actor, in *promiseIn) (cases.Promise, error) {
			return s.Cases.RecordPromise(ctx, who, in.ID, in.Body.Amount, in.Body.DueOn)
		}, func(_ evidence.Actor, p cases.Promise) promiseOut {
			return promiseOut{p.ID, p.CaseID, money.Of(p.Minor, p.Currency), p.DueOn, p.MadeOn, p.State}
		})
}

func (s *Server) holdAPI() {
	act(s, access.To(access.ActPlace, access.ObjHold), post("/cases/{id}/holds", "placeHold", "Retener / Place a hold", 201),
		func(ctx context.Context, who evidence.Actor, in *holdIn) (cases.Hold, error) {
			return s.Cases.PlaceHold(ctx, who, in.ID, cases.Hold{Scope: in.Body.Scope, Reason: in.Body.Reason, LiftsWhen: in.Body.LiftsWhen, UntilOn: in.Body.UntilOn})
		}, holdView)
	act(s, access.To(access.ActLift, access.ObjHold), post("/holds/{id}/lift", "liftHold", "Levantar la retención / Lift the hold", 200),
		func(ctx context.Context, who evidence.Actor, in *reasonIn) (cases.Hold, error) {
			return s.Cases.LiftHold(ctx, who, in.ID, in.Body.Reason)
		}, holdView)
}

func (s *Server) disputeAPI() {
	act(s, access.To(access.ActRecord, access.ObjDispute), post("/cases/{id}/disputes", "raiseDispute", "Anotar una disputa / Record a dispute", 201),
		func(ctx context.Context, who evidence.Actor, in *disputeIn) (cases.Dispute, error) {
			return s.Cases.RaiseDispute(ctx, who, in.ID, in.Body.Contested, in.Body.Reason)
		}, disputeView)
	act(s, access.To(access.ActResolve, access.ObjDispute), post("/disputes/{id}/resolve", "resolveDispute", "Resolver la disputa / Resolve the dispute", 200),
		func(ctx context.Context, who evidence.Actor, in *resolveIn) (cases.Dispute, error) {
			return s.Cases.ResolveDispute(ctx, who, in.ID, in.Body.State, in.Body.Resolution)
		}, disputeView)
}

func holdView(_ evidence.Actor, h cases.Hold) holdOut {
	return holdOut{h.ID, h.CaseID, h.Scope, h.Reason, h.LiftsWhen, h.OpenedOn, h.UntilOn, h.LiftedOn}
}

func disputeView(_ evidence.Actor, d cases.Dispute) disputeOut {
	return disputeOut{d.ID, d.CaseID, money.Of(d.ContestedMinor, d.Currency), d.Reason, d.RaisedOn, d.AnswerDueOn, d.State, d.ResolvedOn, d.Resolution}
}
