package web

import (
	"context"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/problem"
)

type limitationFactIn struct {
	ByID
	Body struct {
		Act        string     `json:"act" enum:"letter,notarial,acknowledgement,payment,suit,suit_dismissed,negotiation,conciliation,suspension"`
		FromOn     day.Date   `json:"from_on" doc:"Sent, filed, signed, paid or attempted; first day of a suspension"`
		ReceivedOn day.Date   `json:"received_on,omitzero" doc:"The debtor had the letter, or was served"`
		ToOn       day.Date   `json:"to_on,omitzero" doc:"Last day of a suspension, end of a negotiation, finality of a judgment"`
		Grade      int        `json:"grade,omitempty" minimum:"0" maximum:"5" doc:"Proof grade of the receipt: 3 delivered per operator, 4 received by signature"`
		DebtID     *uuid.UUID `json:"debt_id,omitempty" doc:"Every debt of the case when absent"`
		DocumentID uuid.UUID  `json:"document_id" doc:"The document of the case that proves it"`
		Note       string     `json:"note,omitempty" maxLength:"2000"`
	}
}

type limitationLawIn struct {
	ByID
	Body struct {
		DebtID uuid.UUID `json:"debt_id"`
		Kind   string    `json:"kind" minLength:"1" maxLength:"40" doc:"Kind of claim in the words of the jurisdiction's pack"`
		Region string    `json:"region,omitempty" maxLength:"10" doc:"Whose civil law governs, ISO 3166-2 without the country; the common law when absent"`
		Reason string    `json:"reason" minLength:"1" maxLength:"2000"`
	}
}

type limitationFactOut struct {
	ID         uuid.UUID  `json:"id"`
	CaseID     uuid.UUID  `json:"case_id"`
	DebtID     *uuid.UUID `json:"debt_id,omitempty"`
	Act        string     `json:"act"`
	FromOn     day.Date   `json:"from_on"`
	ReceivedOn day.Date   `json:"received_on,omitzero"`
	ToOn       day.Date   `json:"to_on,omitzero"`
	Grade      int        `json:"grade"`
	DocumentID *uuid.UUID `json:"document_id,omitempty"`
	About      *uuid.UUID `json:"about,omitempty" doc:"The demand, proceeding or agreement that it comes from"`
	Note       string     `json:"note,omitempty"`
	Reversed   bool       `json:"reversed"`
}

type limitationStepOut struct {
	FromOn     day.Date     `json:"from_on"`
	Rule       problem.Text `json:"rule"`
	Law        string       `json:"law"`
	Effect     string       `json:"effect" enum:"term,transitional,interrupts,suspends"`
	LastOn     day.Date     `json:"last_on"`
	FactID     string       `json:"fact_id,omitempty"`
	Confidence string       `json:"confidence"`
}

type limitationIgnoredOut struct {
	FactID string       `json:"fact_id"`
	Act    string       `json:"act"`
	Code   string       `json:"code"`
	Why    problem.Text `json:"why"`
}

type limitationOtherOut struct {
	Name   problem.Text `json:"name"`
	LastOn day.Date     `json:"last_on"`
	Law    string       `json:"law"`
}

type debtLimitationOut struct {
	DebtID     uuid.UUID              `json:"debt_id"`
	Number     string                 `json:"number"`
	Kind       string                 `json:"kind"`
	Region     string                 `json:"region"`
	LastOn     day.Date               `json:"last_on" doc:"Last day to sue, as it stands on the debt"`
	Passed     bool                   `json:"passed"`
	Law        string                 `json:"law"`
	Confidence string                 `json:"confidence,omitempty"`
	Fatal      bool                   `json:"fatal" doc:"Nothing interrupts the term"`
	Steps      []limitationStepOut    `json:"steps"`
	Ignored    []limitationIgnoredOut `json:"ignored"`
	Others     []limitationOtherOut   `json:"others"`
	Warnings   []problem.Text         `json:"warnings"`
	LaterOn    day.Date               `json:"later_on,omitzero" doc:"The day that confirming would give"`
	Confirm    []string               `json:"confirm,omitempty" doc:"The facts of the pack to confirm for it"`
	Explained  problem.Text           `json:"explained"`
	Problem    *reasonOut             `json:"problem,omitempty"`
}

type limitationOut struct {
	Debts           []debtLimitationOut `json:"debts"`
	Facts           []limitationFactOut `json:"facts"`
	SuggestedRegion string              `json:"suggested_region,omitempty" doc:"By the debtor's address; a lawyer decides"`
}

// limitationAPI shows how long a case can be sued on and why, and takes the facts that stop its terms.
func (s *Server) limitationAPI() {
	read(s, access.To(access.ActRead, access.ObjLimitation), get("/cases/{id}/limitation", "getLimitation", "La prescripción y su porqué / Limitation and why"), s.getLimitation)
	act(s, access.To(access.ActRecord, access.ObjLimitation), post("/cases/{id}/limitation/facts", "recordLimitationFact", "Anotar un hecho que interrumpe o suspende / Record a fact that interrupts or suspends", 201),
		func(ctx context.Context, who evidence.Actor, in *limitationFactIn) (cases.LimitationFact, error) {
			b := in.Body
			return s.Cases.RecordLimitation(ctx, who, in.ID, cases.LimitationFact{Act: law.LimitationAct(b.Act), From: b.FromOn, Received: b.ReceivedOn, To: b.ToOn, Grade: b.Grade,
				DebtID: b.DebtID, DocumentID: &b.DocumentID, Note: b.Note})
		}, limitationFactView)
	act(s, access.To(access.ActReverse, access.ObjLimitation), post("/limitation_facts/{id}/reverse", "reverseLimitationFact", "Anular un hecho / Take a fact back", 200),
		func(ctx context.Context, who evidence.Actor, in *reasonIn) (cases.LimitationFact, error) {
			return s.Cases.ReverseLimitation(ctx, who, in.ID, in.Body.Reason)
		}, limitationFactView)
	act(s, access.To(access.ActEdit, access.ObjLimitation), post("/cases/{id}/limitation/law", "setLimitationLaw", "Fijar la clase de pretensión y la ley que la rige / Set the kind of claim and the law that governs it", 200),
		func(ctx context.Context, who evidence.Actor, in *limitationLawIn) (cases.Debt, error) {
			return s.Cases.SetLimitation(ctx, who, in.ID, cases.LimitationUnder{DebtID: in.Body.DebtID, Kind: in.Body.Kind, Region: in.Body.Region, Reason: in.Body.Reason})
		}, func(_ evidence.Actor, d cases.Debt) debtOut { return debtView(d) })
}

func (s *Server) getLimitation(ctx context.Context, who evidence.Actor, in *ByID) (limitationOut, error) {
	out := limitationOut{Debts: []debtLimitationOut{}, Facts: []limitationFactOut{}}
	sheet, err := s.Cases.Limitation(ctx, who, in.ID)
	for _, d := range sheet.Debts {
		out.Debts = append(out.Debts, debtLimitationView(d, sheet.Today))
	}
	for _, f := range sheet.Facts {
		out.Facts = append(out.Facts, limitationFactView(who, f))
	}
	out.SuggestedRegion = sheet.Suggested
	return out, err
}

func debtLimitationView(d cases.DebtLimitation, today day.Date) debtLimitationOut {
	l := d.Limitation
	out := debtLimitationOut{DebtID: d.ID, Number: d.Number, Kind: d.LimitationKind, Region: d.Region, LastOn: d.LimitationOn, Passed: d.LimitationOn.Before(today), Law: d.LimitationLaw,
		Confidence: string(l.Confidence), Fatal: l.Fatal, Steps: []limitationStepOut{}, Ignored: []limitationIgnoredOut{}, Others: []limitationOtherOut{}, Warnings: l.Warnings,
		LaterOn: l.Later, Confirm: l.Confirm}
	if out.Warnings == nil {
		out.Warnings = []problem.Text{}
	}
	if d.Problem != nil {
		out.Problem = &reasonOut{Code: d.Problem.Code, Text: d.Problem.Text}
		return out
	}
	out.Explained = l.Explain()
	for _, step := range l.Steps {
		out.Steps = append(out.Steps, limitationStepOut{step.From, step.Rule, step.Law, step.Effect, step.On, step.Ref, string(step.Confidence)})
	}
	for _, f := range l.Ignored {
		out.Ignored = append(out.Ignored, limitationIgnoredOut{f.Ref, string(f.Act), f.Code, f.Why})
	}
	for _, o := range l.Others {
		out.Others = append(out.Others, limitationOtherOut{o.Name, o.On, o.Law})
	}
	return out
}

func limitationFactView(_ evidence.Actor, f cases.LimitationFact) limitationFactOut {
	return limitationFactOut{f.ID, f.CaseID, f.DebtID, string(f.Act), f.From, f.Received, f.To, f.Grade, f.DocumentID, f.About, f.Note, f.Reversed}
}
