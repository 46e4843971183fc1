package web

import (
	"context"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/court"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/statements"
)

type proceedingIn struct {
	ByID
	Body struct {
		Procedure  string      `json:"procedure" minLength:"1" maxLength:"60" doc:"Its id in the jurisdiction's pack, such as monitorio"`
		Court      string      `json:"court,omitempty" maxLength:"300"`
		Region     string      `json:"region,omitempty" maxLength:"6" doc:"Where the court sits, by ISO 3166-2, such as ES-MD: its holidays count"`
		Town       string      `json:"town,omitempty" maxLength:"100" doc:"The court's town, for its local holidays"`
		Title      string      `json:"title,omitempty" maxLength:"60" doc:"What is enforced, of the procedure's titles; absent where the debts or the proceeding before give it"`
		Defendants []uuid.UUID `json:"defendants,omitempty" maxItems:"50" doc:"Parties of the account; the principal debtor and every guarantor when absent"`
		Follows    *uuid.UUID  `json:"follows,omitempty" doc:"The proceeding that this one goes on from"`
		CaseIDs    []uuid.UUID `json:"case_ids,omitempty" maxItems:"200" doc:"More cases of the same debtor that sue together"`
	}
}

type filingIn struct {
	ByID
	Body struct {
		Values map[string]string `json:"values,omitempty" doc:"Fields of the petition that people write"`
	}
}

type filingEditIn struct {
	ByID
	IfMatch string `header:"If-Match"`
	Body    struct {
		Values map[string]string `json:"values"`
	}
}

type fileAtIn struct {
	ByID
	Body struct {
		DocketNumber string   `json:"docket_number,omitempty" maxLength:"100"`
		Court        string   `json:"court,omitempty" maxLength:"300"`
		Region       string   `json:"region,omitempty" maxLength:"6" doc:"Where the court sits, when another than was planned"`
		Town         string   `json:"town,omitempty" maxLength:"100"`
		FiledOn      day.Date `json:"filed_on,omitzero" doc:"Today when absent"`
		OnPaper      bool     `json:"on_paper,omitempty" doc:"Not through the electronic service: the court fee is not reduced"`
		Receipt      *fileIn  `json:"receipt,omitempty"`
	}
}

type actIn struct {
	ByID
	Body struct {
		Kind         string   `json:"kind" minLength:"1" maxLength:"60" doc:"An act of the procedure that may come now; the refusal of another names them"`
		HappenedOn   day.Date `json:"happened_on"`
		Note         string   `json:"note,omitempty" maxLength:"2000"`
		DocketNumber string   `json:"docket_number,omitempty" maxLength:"100" doc:"With the act that begins a procedure whose petition is written outside"`
		CostsAwarded *bool    `json:"costs_awarded,omitempty" doc:"With a judgment: whether the debtor was ordered to pay the costs"`
		Document     *fileIn  `json:"document,omitempty"`
	}
}

type correctionIn struct {
	ByID
	Body struct {
		HappenedOn day.Date `json:"happened_on"`
		Reason     string   `json:"reason" minLength:"1" maxLength:"2000"`
	}
}

type metIn struct {
	ByID
	Body struct {
		MetOn day.Date `json:"met_on,omitzero" doc:"Today when absent"`
	}
}

type upcomingIn struct {
	Until day.Date `query:"until" required:"true"`
	Limit int      `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// courtAPI opens proceedings, writes and files what goes to court, and keeps acts and deadlines.
func (s *Server) courtAPI() {
	act(s, access.To(access.ActRecord, access.ObjProceeding), post("/cases/{id}/ask_to_sue", "askToSue", "Pedir al cliente permiso para demandar / Ask the client to allow the suit", 201),
		func(ctx context.Context, who evidence.Actor, in *ByID) (clients.Approval, error) {
			return s.Court.AskToSue(ctx, who, in.ID)
		}, approvalView)
	act(s, access.To(access.ActRecord, access.ObjProceeding), post("/cases/{id}/proceedings", "openProceeding", "Abrir un procedimiento / Open a proceeding", 201),
		func(ctx context.Context, who evidence.Actor, in *proceedingIn) (court.Proceeding, error) {
			return s.Court.Open(ctx, who, append([]uuid.UUID{in.ID}, in.Body.CaseIDs...),
				court.Opening{Procedure: in.Body.Procedure, Court: in.Body.Court, Place: law.Place{Region: in.Body.Region, Town: in.Body.Town},
					Title: in.Body.Title, Defendants: in.Body.Defendants, Follows: in.Body.Follows})
		}, func(_ evidence.Actor, p court.Proceeding) proceedingOut { return proceedingView(p) })
	read(s, access.To(access.ActList, access.ObjProceeding), get("/cases/{id}/proceedings", "listProceedings", "Los procedimientos del expediente / The proceedings of the case"), s.listProceedings)
	read(s, access.To(access.ActRead, access.ObjProceeding), get("/proceedings/{id}", "getProceeding", "Un procedimiento / One proceeding"), s.getProceeding)
	s.negotiationAPI()
	s.filingAPI()
	s.actAPI()
}

func (s *Server) filingAPI() {
	see := access.To(access.ActRead, access.ObjFiling)
	act(s, access.To(access.ActDraft, access.ObjFiling), post("/proceedings/{id}/filings", "draftFiling", "Redactar el escrito inicial / Draft the initial filing", 201),
		func(ctx context.Context, who evidence.Actor, in *filingIn) (court.Filing, error) {
			return s.Court.DraftFiling(ctx, who, in.ID, in.Body.Values)
		}, filingView)
	read(s, see, get("/filings/{id}", "getFiling", "Un escrito / One filing"), func(ctx context.Context, who evidence.Actor, in *ByID) (filingOut, error) {
		f, err := s.Court.ReadFiling(ctx, who, in.ID)
		return filingView(who, f), err
	})
	read(s, see, get("/filings/{id}/checklist", "getFilingChecklist", "Lo que ha de saber quien firma / What whoever signs has to know"),
		func(ctx context.Context, who evidence.Actor, in *ByID) (Page[statements.Check], error) {
			items, err := s.Court.Checklist(ctx, who, in.ID)
			return Page[statements.Check]{Data: items}, err
		})
	download(s, see, get("/filings/{id}/preview", "previewFiling", "El escrito en PDF / The filing as PDF"), func(ctx context.Context, who evidence.Actor, in *ByID) (fileOut, error) {
		pdf, err := s.Court.Preview(ctx, who, in.ID)
		return fileOut{"application/pdf", "escrito.pdf", pdf}, err
	})
	act(s, access.To(access.ActEdit, access.ObjFiling), patch("/filings/{id}", "editFiling", "Corregir el borrador / Edit the draft"), s.patchFiling, filingView)
	act(s, access.To(access.ActSubmit, access.ObjFiling), post("/filings/{id}/submit", "submitFiling", "Enviar a revisión / Send to review", 200),
		func(ctx context.Context, who evidence.Actor, in *ByID) (court.Filing, error) {
			return s.Court.Submit(ctx, who, in.ID)
		}, filingView)
	act(s, access.To(access.ActApprove, access.ObjFiling), post("/filings/{id}/approve", "approveFiling", "Aprobar / Approve", 200),
		func(ctx context.Context, who evidence.Actor, in *noteIn) (court.Filing, error) {
			return s.Court.Approve(ctx, who, in.ID, in.Body.Note)
		}, filingView)
	act(s, access.To(access.ActReject, access.ObjFiling), post("/filings/{id}/reject", "rejectFiling", "Devolver / Reject", 200),
		func(ctx context.Context, who evidence.Actor, in *reasonIn) (court.Filing, error) {
			return s.Court.Reject(ctx, who, in.ID, in.Body.Reason)
		}, filingView)
	act(s, access.To(access.ActSign, access.ObjFiling), post("/filings/{id}/sign", "signFiling", "Firmar / Sign", 200),
		func(ctx context.Context, who evidence.Actor, in *ByID) (court.Filing, error) {
			return s.Court.Sign(ctx, who, in.ID)
		}, filingView)
	act(s, access.To(access.ActCancel, access.ObjFiling), post("/filings/{id}/cancel", "cancelFiling", "Cancelar / Cancel", 200),
		func(ctx context.Context, who evidence.Actor, in *reasonIn) (court.Filing, error) {
			return s.Court.Cancel(ctx, who, in.ID, in.Body.Reason)
		}, filingView)
	act(s, access.To(access.ActFile, access.ObjFiling), post("/filings/{id}/file", "fileFiling", "Presentar / File", 200),
		func(ctx context.Context, who evidence.Actor, in *fileAtIn) (court.Filing, error) {
			return s.Court.File(ctx, who, in.ID, court.FiledAt{DocketNumber: in.Body.DocketNumber, Court: in.Body.Court,
				Place: law.Place{Region: in.Body.Region, Town: in.Body.Town}, On: in.Body.FiledOn, OnPaper: in.Body.OnPaper, Receipt: in.Body.Receipt.upload()})
		}, filingView)
}

func (s *Server) actAPI() {
	act(s, access.To(access.ActRecord, access.ObjAct), post("/proceedings/{id}/acts", "recordAct", "Anotar una actuación / Record an act", 201),
		func(ctx context.Context, who evidence.Actor, in *actIn) (court.Act, error) {
			b := in.Body
			return s.Court.RecordAct(ctx, who, in.ID, court.ActIn{Kind: b.Kind, On: b.HappenedOn, Note: b.Note, DocketNumber: b.DocketNumber, CostsAwarded: b.CostsAwarded, Document: b.Document.upload()})
		}, actView)
	act(s, access.To(access.ActEdit, access.ObjAct), post("/acts/{id}/correct", "correctAct", "Corregir el día de una actuación / Correct the day of an act", 200),
		func(ctx context.Context, who evidence.Actor, in *correctionIn) (court.Act, error) {
			return s.Court.CorrectAct(ctx, who, in.ID, in.Body.HappenedOn, in.Body.Reason)
		}, actView)
	read(s, access.To(access.ActList, access.ObjDeadline), get("/proceedings/{id}/deadlines", "listDeadlines", "Los plazos del procedimiento / The deadlines of the proceeding"),
		func(ctx context.Context, who evidence.Actor, in *ByID) (Page[deadlineOut], error) {
			all, err := s.Court.Deadlines(ctx, who, in.ID)
			return deadlinePage(all), err
		})
	read(s, access.To(access.ActList, access.ObjDeadline), get("/deadlines", "upcomingDeadlines", "Los plazos abiertos hasta un día / The open deadlines up to a day"), s.upcomingDeadlines)
	act(s, access.To(access.ActComplete, access.ObjDeadline), post("/deadlines/{id}/complete", "completeDeadline", "Plazo cumplido / Deadline met", 200),
		func(ctx context.Context, who evidence.Actor, in *metIn) (court.Deadline, error) {
			return s.Court.CompleteDeadline(ctx, who, in.ID, in.Body.MetOn)
		}, func(_ evidence.Actor, l court.Deadline) deadlineOut { return deadlineView(l) })
}

func (s *Server) patchFiling(ctx context.Context, who evidence.Actor, in *filingEditIn) (court.Filing, error) {
	version, err := ifMatch(in.IfMatch)
	if err != nil {
		return court.Filing{}, err
	}
	return s.Court.Update(ctx, who, in.ID, version, in.Body.Values)
}

func (s *Server) listProceedings(ctx context.Context, who evidence.Actor, in *ByID) (Page[proceedingOut], error) {
	page := Page[proceedingOut]{Data: []proceedingOut{}}
	err := s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		c, err := cases.Get(tx, who, in.ID)
		if err != nil {
			return err
		}
		if err := access.Require(who, access.To(access.ActList, access.ObjProceeding), c.Place(), access.NoState); err != nil {
			return err
		}
		all, err := court.List(tx, c.ClientID, c.ID)
		for _, p := range all {
			page.Data = append(page.Data, proceedingView(p))
		}
		return err
	})
	return page, err
}

func (s *Server) upcomingDeadlines(ctx context.Context, who evidence.Actor, in *upcomingIn) (Page[deadlineOut], error) {
	var all []court.Deadline
	err := s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		all, err = court.Upcoming(tx, in.Until, in.Limit)
		return err
	})
	return deadlinePage(all), err
}
