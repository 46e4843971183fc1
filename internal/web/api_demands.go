package web

import (
	"context"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/demands"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/statements"
)

type demandIn struct {
	ByID
	Body struct {
		Template string            `json:"template,omitempty" maxLength:"80" doc:"That of the jurisdiction and the debtor's language when absent"`
		Values   map[string]string `json:"values,omitempty" doc:"Fields of the template that people write, and term_days"`
		CaseIDs  []uuid.UUID       `json:"case_ids,omitempty" maxItems:"200" doc:"More cases of the same debtor that the letter claims together"`
	}
}

type demandEditIn struct {
	ByID
	IfMatch string `header:"If-Match"`
	Body    struct {
		Values map[string]string `json:"values"`
	}
}

type noteIn struct {
	ByID
	Body struct {
		Note string `json:"note,omitempty" maxLength:"2000"`
	}
}

type dispatchIn struct {
	ByID
	Body struct {
		Channel           string   `json:"channel" enum:"burofax,carta_notarial,certified_email,post"`
		OperatorReference string   `json:"operator_reference,omitempty" maxLength:"100"`
		On                day.Date `json:"on,omitzero" doc:"Today when absent"`
		Document          *fileIn  `json:"document,omitempty" doc:"The operator's receipt"`
	}
}

type deliveryIn struct {
	ByID
	Body struct {
		Result   string   `json:"result" enum:"delivered,refused,returned"`
		On       day.Date `json:"on"`
		Grade    int      `json:"grade" minimum:"1" maximum:"5" doc:"Proof grade: 3 delivered per operator, 4 received by signature"`
		Document *fileIn  `json:"document,omitempty" doc:"The proof; needed for delivered"`
	}
}

type demandOut struct {
	ID                 uuid.UUID      `json:"id"`
	CaseIDs            []uuid.UUID    `json:"case_ids"`
	Template           string         `json:"template"`
	Language           string         `json:"language"`
	State              string         `json:"state" enum:"draft,in_review,approved,issued,dispatched,delivered,refused,returned,cancelled"`
	AsOf               day.Date       `json:"as_of" doc:"Day of the statement in the letter"`
	TermDays           int            `json:"term_days"`
	TermOn             day.Date       `json:"term_on,omitzero" doc:"Last day of the term; only after a proof of receipt"`
	IssuedOn           day.Date       `json:"issued_on,omitzero"`
	DocumentID         *uuid.UUID     `json:"document_id,omitempty" doc:"The letter as issued"`
	Channel            string         `json:"channel,omitempty"`
	OperatorReference  string         `json:"operator_reference,omitempty"`
	DispatchedOn       day.Date       `json:"dispatched_on,omitzero"`
	DeliveredOn        day.Date       `json:"delivered_on,omitzero"`
	DeliveryGrade      int            `json:"delivery_grade,omitempty"`
	DeliveryDocumentID *uuid.UUID     `json:"delivery_document_id,omitempty"`
	Version            int            `json:"version"`
	Firm               *demandFirmOut `json:"firm,omitempty" doc:"Only for the firm's people"`
}

type demandFirmOut struct {
	Values      map[string]string `json:"values"`
	ReviewNote  string            `json:"review_note,omitempty"`
	DraftedBy   uuid.UUID         `json:"drafted_by"`
	SubmittedOn day.Date          `json:"submitted_on,omitzero"`
	ApprovedBy  *uuid.UUID        `json:"approved_by,omitempty"`
	ApprovedOn  day.Date          `json:"approved_on,omitzero"`
	SignedBy    *uuid.UUID        `json:"signed_by,omitempty"`
}

func (d demandOut) version() int { return d.Version }

// demandAPI drafts, reviews, signs and follows formal demands.
func (s *Server) demandAPI() {
	see := access.To(access.ActRead, access.ObjDemand)
	act(s, access.To(access.ActDraft, access.ObjDemand), post("/cases/{id}/demands", "draftDemand", "Redactar un requerimiento / Draft a demand", 201),
		func(ctx context.Context, who evidence.Actor, in *demandIn) (demands.Demand, error) {
			return s.Demands.Draft(ctx, who, append([]uuid.UUID{in.ID}, in.Body.CaseIDs...), in.Body.Template, in.Body.Values)
		}, demandView)
	read(s, see, get("/cases/{id}/demands", "listDemands", "Los requerimientos del expediente / The demands of the case"), s.listDemands)
	read(s, see, get("/demands/{id}", "getDemand", "Un requerimiento / One demand"), func(ctx context.Context, who evidence.Actor, in *ByID) (demandOut, error) {
		d, err := s.Demands.Read(ctx, who, in.ID)
		return demandView(who, d), err
	})
	read(s, see, get("/demands/{id}/checklist", "getDemandChecklist", "Lo que la ley pide y cómo está / What the law asks and how it stands"),
		func(ctx context.Context, who evidence.Actor, in *ByID) (Page[statements.Check], error) {
			items, err := s.Demands.Checklist(ctx, who, in.ID)
			return Page[statements.Check]{Data: items}, err
		})
	download(s, see, get("/demands/{id}/preview", "previewDemand", "La carta en PDF / The letter as PDF"), func(ctx context.Context, who evidence.Actor, in *ByID) (fileOut, error) {
		pdf, err := s.Demands.Preview(ctx, who, in.ID)
		return fileOut{"application/pdf", "requerimiento.pdf", pdf}, err
	})
	s.demandReviewAPI()
	s.demandDeliveryAPI()
}

func (s *Server) demandReviewAPI() {
	act(s, access.To(access.ActEdit, access.ObjDemand), patch("/demands/{id}", "editDemand", "Corregir el borrador / Edit the draft"), s.patchDemand, demandView)
	act(s, access.To(access.ActSubmit, access.ObjDemand), post("/demands/{id}/submit", "submitDemand", "Enviar a revisión / Send to review", 200),
		func(ctx context.Context, who evidence.Actor, in *ByID) (demands.Demand, error) {
			return s.Demands.Submit(ctx, who, in.ID)
		}, demandView)
	act(s, access.To(access.ActApprove, access.ObjDemand), post("/demands/{id}/approve", "approveDemand", "Aprobar / Approve", 200),
		func(ctx context.Context, who evidence.Actor, in *noteIn) (demands.Demand, error) {
			return s.Demands.Approve(ctx, who, in.ID, in.Body.Note)
		}, demandView)
	act(s, access.To(access.ActReject, access.ObjDemand), post("/demands/{id}/reject", "rejectDemand", "Devolver / Reject", 200),
		func(ctx context.Context, who evidence.Actor, in *reasonIn) (demands.Demand, error) {
			return s.Demands.Reject(ctx, who, in.ID, in.Body.Reason)
		}, demandView)
	act(s, access.To(access.ActSign, access.ObjDemand), post("/demands/{id}/sign", "signDemand", "Firmar y emitir / Sign and issue", 200),
		func(ctx context.Context, who evidence.Actor, in *ByID) (demands.Demand, error) {
			return s.Demands.Sign(ctx, who, in.ID)
		}, demandView)
	act(s, access.To(access.ActCancel, access.ObjDemand), post("/demands/{id}/cancel", "cancelDemand", "Cancelar / Cancel", 200),
		func(ctx context.Context, who evidence.Actor, in *reasonIn) (demands.Demand, error) {
			return s.Demands.Cancel(ctx, who, in.ID, in.Body.Reason)
		}, demandView)
}

func (s *Server) demandDeliveryAPI() {
	act(s, access.To(access.ActDispatch, access.ObjDemand), post("/demands/{id}/dispatch", "dispatchDemand", "Anotar el envío / Record the dispatch", 200),
		func(ctx context.Context, who evidence.Actor, in *dispatchIn) (demands.Demand, error) {
			return s.Demands.Dispatch(ctx, who, in.ID, demands.Dispatch{Channel: in.Body.Channel, OperatorReference: in.Body.OperatorReference, On: in.Body.On, Proof: in.Body.Document.upload()})
		}, demandView)
	act(s, access.To(access.ActDeliver, access.ObjDemand), post("/demands/{id}/delivery", "recordDelivery", "Anotar la entrega / Record the delivery", 200),
		func(ctx context.Context, who evidence.Actor, in *deliveryIn) (demands.Demand, error) {
			return s.Demands.Deliver(ctx, who, in.ID, demands.Delivery{State: demands.State(in.Body.Result), On: in.Body.On, Grade: in.Body.Grade, Proof: in.Body.Document.upload()})
		}, demandView)
}

func (s *Server) patchDemand(ctx context.Context, who evidence.Actor, in *demandEditIn) (demands.Demand, error) {
	version, err := ifMatch(in.IfMatch)
	if err != nil {
		return demands.Demand{}, err
	}
	return s.Demands.Update(ctx, who, in.ID, version, in.Body.Values)
}

func (s *Server) listDemands(ctx context.Context, who evidence.Actor, in *ByID) (Page[demandOut], error) {
	page := Page[demandOut]{Data: []demandOut{}}
	err := s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		c, err := cases.Get(tx, who, in.ID)
		if err != nil {
			return err
		}
		all, err := demands.List(tx, who, c)
		for _, d := range all {
			page.Data = append(page.Data, demandView(who, d))
		}
		return err
	})
	return page, err
}

func demandView(who evidence.Actor, d demands.Demand) demandOut {
	out := demandOut{ID: d.ID, CaseIDs: d.CaseIDs, Template: d.Template, Language: d.Language, State: string(d.State), AsOf: d.AsOf, TermDays: d.TermDays, TermOn: d.TermOn,
		IssuedOn: d.IssuedOn, DocumentID: d.DocumentID, Channel: d.Channel, OperatorReference: d.OperatorReference, DispatchedOn: d.DispatchedOn, DeliveredOn: d.DeliveredOn,
		DeliveryGrade: d.DeliveryGrade, DeliveryDocumentID: d.DeliveryDocumentID, Version: d.Version}
	if who.Staff {
		out.Firm = &demandFirmOut{d.Fields, d.ReviewNote, d.DraftedBy, d.SubmittedOn, d.ApprovedBy, d.ApprovedOn, d.SignedBy}
	}
	return out
}
