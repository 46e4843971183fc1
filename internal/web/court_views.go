package web

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"recobro/internal/court"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
)

type proceedingOut struct {
	ID           uuid.UUID   `json:"id"`
	CaseIDs      []uuid.UUID `json:"case_ids,omitempty"`
	Jurisdiction string      `json:"jurisdiction"`
	Procedure    string      `json:"procedure"`
	Court        string      `json:"court"`
	Region       string      `json:"region,omitempty" doc:"Where the court sits, by ISO 3166-2"`
	Town         string      `json:"town,omitempty"`
	DocketNumber string      `json:"docket_number,omitempty"`
	State        string      `json:"state" enum:"preparing,filed,admitted,served,opposed,decided,ended"`
	OpenedOn     day.Date    `json:"opened_on"`
	FiledOn      day.Date    `json:"filed_on,omitzero"`
	Filings      []filingOut `json:"filings,omitempty"`
	Acts         []actOut    `json:"acts,omitempty"`
}

type filingOut struct {
	ID                uuid.UUID      `json:"id"`
	ProceedingID      uuid.UUID      `json:"proceeding_id"`
	Template          string         `json:"template"`
	State             string         `json:"state" enum:"draft,in_review,approved,signed,filed,admitted,returned,cancelled"`
	Claim             money.Amount   `json:"claim"`
	AsOf              day.Date       `json:"as_of"`
	Annexes           []court.Annex  `json:"annexes"`
	SignedOn          day.Date       `json:"signed_on,omitzero"`
	FiledOn           day.Date       `json:"filed_on,omitzero"`
	DocumentID        *uuid.UUID     `json:"document_id,omitempty" doc:"The pack as signed: petition, index and annexes"`
	ReceiptDocumentID *uuid.UUID     `json:"receipt_document_id,omitempty"`
	Version           int            `json:"version"`
	Firm              *filingFirmOut `json:"firm,omitempty" doc:"Only for the firm's people"`
}

type filingFirmOut struct {
	Values     map[string]string `json:"values"`
	ReviewNote string            `json:"review_note,omitempty"`
	DraftedBy  uuid.UUID         `json:"drafted_by"`
	ApprovedBy *uuid.UUID        `json:"approved_by,omitempty"`
	ApprovedOn day.Date          `json:"approved_on,omitzero"`
	SignedBy   *uuid.UUID        `json:"signed_by,omitempty"`
}

func (f filingOut) version() int { return f.Version }

type actOut struct {
	ID           uuid.UUID  `json:"id"`
	ProceedingID uuid.UUID  `json:"proceeding_id"`
	Kind         string     `json:"kind"`
	HappenedOn   day.Date   `json:"happened_on"`
	Note         string     `json:"note,omitempty"`
	DocumentID   *uuid.UUID `json:"document_id,omitempty"`
	RecordedAt   time.Time  `json:"recorded_at,omitzero"`
}

type deadlineOut struct {
	ID           uuid.UUID    `json:"id"`
	CaseID       uuid.UUID    `json:"case_id"`
	ProceedingID *uuid.UUID   `json:"proceeding_id,omitempty"`
	ActID        *uuid.UUID   `json:"act_id,omitempty"`
	Rule         string       `json:"rule"`
	Law          string       `json:"law"`
	Trigger      string       `json:"trigger"`
	TriggerOn    day.Date     `json:"trigger_on"`
	RawOn        day.Date     `json:"raw_on,omitzero" doc:"The last day before it moved because nobody works on it"`
	DueOn        day.Date     `json:"due_on"`
	GraceAt      *time.Time   `json:"grace_at,omitempty" doc:"Until when a writ still counts"`
	Calendar     string       `json:"calendar"`
	Skipped      []skippedOut `json:"skipped" doc:"Stretches of days that did not count"`
	Explanation  toldOut      `json:"explanation" doc:"How the deadline came about, to be read aloud"`
	Whose        string       `json:"whose" enum:"ours,theirs"`
	MetOn        day.Date     `json:"met_on,omitzero"`
	ReplacedBy   *uuid.UUID   `json:"replaced_by,omitempty"`
}

type toldOut struct {
	ES string `json:"es"`
	EN string `json:"en"`
}

type skippedOut struct {
	From day.Date `json:"from"`
	To   day.Date `json:"to"`
	ES   string   `json:"es"`
	EN   string   `json:"en"`
}

func (s *Server) getProceeding(ctx context.Context, who evidence.Actor, in *ByID) (proceedingOut, error) {
	p, filings, acts, err := s.Court.Read(ctx, who, in.ID)
	if err != nil {
		return proceedingOut{}, err
	}
	out := proceedingView(p)
	for _, f := range filings {
		out.Filings = append(out.Filings, filingView(who, f))
	}
	for _, a := range acts {
		out.Acts = append(out.Acts, actView(who, a))
	}
	return out, nil
}

func proceedingView(p court.Proceeding) proceedingOut {
	return proceedingOut{ID: p.ID, CaseIDs: p.CaseIDs, Jurisdiction: p.Jurisdiction, Procedure: p.Procedure, Court: p.Court, Region: p.Region, Town: p.Town, DocketNumber: p.DocketNumber,
		State: string(p.State), OpenedOn: p.OpenedOn, FiledOn: p.FiledOn}
}

func filingView(who evidence.Actor, f court.Filing) filingOut {
	out := filingOut{ID: f.ID, ProceedingID: f.ProceedingID, Template: f.Template, State: string(f.State), Claim: f.Claim(), AsOf: f.AsOf, Annexes: f.Annexes.V,
		SignedOn: f.SignedOn, FiledOn: f.FiledOn, DocumentID: f.DocumentID, ReceiptDocumentID: f.ReceiptDocumentID, Version: f.Version}
	if who.Staff {
		out.Firm = &filingFirmOut{f.Fields.V, f.ReviewNote, f.DraftedBy, f.ApprovedBy, f.ApprovedOn, f.SignedBy}
	}
	return out
}

func actView(_ evidence.Actor, a court.Act) actOut {
	return actOut{a.ID, a.ProceedingID, a.Kind, a.HappenedOn, a.Note, a.DocumentID, a.RecordedAt}
}

func deadlineView(l court.Deadline) deadlineOut {
	out := deadlineOut{l.ID, l.CaseID, l.ProceedingID, l.ActID, l.Rule, l.Law, l.Trigger, l.TriggerOn, l.RawOn, l.DueOn, l.GraceAt, l.Calendar, nil, toldOut{}, l.Whose, l.MetOn, l.ReplacedBy}
	if err := json.Unmarshal(l.Skipped, &out.Skipped); err != nil {
		out.Skipped = nil
	}
	if err := json.Unmarshal(l.Explanation, &out.Explanation); err != nil {
		out.Explanation = toldOut{}
	}
	return out
}

func deadlinePage(all []court.Deadline) Page[deadlineOut] {
	page := Page[deadlineOut]{Data: make([]deadlineOut, len(all))}
	for i, l := range all {
		page.Data[i] = deadlineView(l)
	}
	return page
}
