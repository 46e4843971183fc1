package web

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"recobro/internal/court"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/problem"
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
	PackVersion  string      `json:"pack_version,omitempty" doc:"Of the law that it started under and keeps"`
	Follows      *uuid.UUID  `json:"follows,omitempty" doc:"The proceeding that it goes on from"`
	Title        string      `json:"title,omitempty"`
	Defendants   []uuid.UUID `json:"defendants,omitempty"`
	Filings      []filingOut `json:"filings,omitempty"`
	Acts         []actOut    `json:"acts,omitempty"`
	Outcome      string      `json:"outcome,omitempty" doc:"How the procedure ended: title, opposed, paid, settled, dismissed, withdrawn, not_found, unsatisfied"`
	NextActs     []nextOut   `json:"next_acts,omitempty" doc:"The acts that may be recorded now"`
	NextSuits    []nextOut   `json:"next_procedures,omitempty" doc:"The procedures that may be opened now and go on from this one"`
	Gates        []gateOut   `json:"gates,omitempty" doc:"While it is being prepared: what must stand before it is filed"`
}

// nextOut is an act or a procedure that may come.
type nextOut struct {
	ID  string `json:"id"`
	ES  string `json:"es"`
	EN  string `json:"en"`
	By  string `json:"by,omitempty" doc:"creditor, debtor, court or notary"`
	Law string `json:"law,omitempty"`
}

// gateOut is one gate to court as it stands.
type gateOut struct {
	ID        string        `json:"id"`
	Text      problem.Text  `json:"text"`
	Party     string        `json:"party,omitempty" doc:"The defendant that it is about"`
	PartyName string        `json:"party_name,omitempty"`
	Open      bool          `json:"open"`
	Code      string        `json:"code,omitempty" doc:"Why it is closed"`
	Missing   *problem.Text `json:"missing,omitempty" doc:"What is missing and how it is mended"`
	Law       string        `json:"law,omitempty"`
	SueBy     day.Date      `json:"sue_by,omitzero" doc:"The last day to sue on this negotiation"`
}

func gateViews(gates []law.Gate) []gateOut {
	all := make([]gateOut, len(gates))
	for i, g := range gates {
		all[i] = gateOut{ID: g.ID, Text: g.Text, Party: g.Party, PartyName: g.PartyName, Open: g.Open(), Code: g.Code, Law: g.Law, SueBy: g.SueBy.Due}
		if !g.Open() {
			all[i].Missing = &g.Missing
		}
	}
	return all
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
	CostsAwarded *bool      `json:"costs_awarded,omitempty"`
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
	ahead, err := s.Court.Ahead(ctx, who, in.ID)
	if err != nil {
		return proceedingOut{}, err
	}
	out.Outcome, out.Gates = string(ahead.Outcome), gateViews(ahead.Gates)
	for _, a := range ahead.Next {
		out.NextActs = append(out.NextActs, nextOut{a.ID, a.Name.ES, a.Name.EN, a.By, a.Law})
	}
	for _, p := range ahead.Follow {
		out.NextSuits = append(out.NextSuits, nextOut{ID: p.ID, ES: p.Name.ES, EN: p.Name.EN, Law: p.Law})
	}
	return out, nil
}

func proceedingView(p court.Proceeding) proceedingOut {
	return proceedingOut{ID: p.ID, CaseIDs: p.CaseIDs, Jurisdiction: p.Jurisdiction, Procedure: p.Procedure, Court: p.Court, Region: p.Region, Town: p.Town, DocketNumber: p.DocketNumber,
		State: string(p.State), OpenedOn: p.OpenedOn, FiledOn: p.FiledOn,
		PackVersion: p.PackVersion, Follows: p.Follows, Title: p.Title, Defendants: p.Defendants}
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
	return actOut{a.ID, a.ProceedingID, a.Kind, a.HappenedOn, a.Note, a.DocumentID, a.RecordedAt, a.CostsAwarded}
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
