package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
)

func (s *Server) limitationPages() {
	s.page("POST", "/cases/{id}/limitation/facts", access.To(access.ActRecord, access.ObjLimitation), s.recordLimitation)
	s.page("POST", "/cases/{id}/limitation/facts/{fact}/reverse", access.To(access.ActReverse, access.ObjLimitation), s.reverseLimitation)
	s.page("POST", "/cases/{id}/limitation/law", access.To(access.ActEdit, access.ObjLimitation), s.setLimitation)
}

// limitationPart is the section of the case page on limitation.
type limitationPart struct {
	cases.LimitationSheet
	Acts    []law.LimitationAct
	Regions []law.RegionalLaw
	Kinds   []string
	Papers  []choice // documents of the case that may prove a fact
	Counts  map[string]bool
}

// readLimitation reads the section, and the papers and words that its forms offer.
func readLimitation(s *Server, tx *postgres.Tx, r *http.Request, who evidence.Actor, p *caseSheet) (err error) {
	part := &limitationPart{Acts: law.LimitationActs, Regions: p.pack.LimitationRegions(), Counts: map[string]bool{}}
	if part.LimitationSheet, err = cases.LimitationOf(tx, p.pack, p.Case, p.Today); err != nil {
		return err
	}
	part.Kinds = p.pack.LimitationKinds("")
	for _, region := range part.Regions {
		for _, kind := range p.pack.LimitationKinds(region.ID) {
			if !slices.Contains(part.Kinds, kind) {
				part.Kinds = append(part.Kinds, kind)
			}
		}
	}
	for _, d := range part.Debts {
		for _, step := range d.Limitation.Steps {
			part.Counts[step.Ref] = true
		}
	}
	if err := readPapers(s, tx, r, who, p); err != nil {
		return err
	}
	for _, d := range p.Papers {
		part.Papers = append(part.Papers, choice{d.ID.String(), d.Name})
	}
	p.Limitation = part
	return nil
}

// LimitationPassed says that the first of the debts can no longer be sued on.
func (p caseSheet) LimitationPassed() bool {
	return !p.Facts.LimitationOn.IsZero() && p.Facts.LimitationOn.Before(p.Today)
}

// LimitationTone is how pressing the last day is: past or within the nearest alarm, within any alarm, or neither.
func (p caseSheet) LimitationTone() string {
	days, err := p.pack.LimitationAlarmDays()
	left := p.Facts.LimitationOn.DaysSince(p.Today)
	switch {
	case left < 0, err == nil && left <= days[len(days)-1]:
		return "danger"
	case err == nil && left <= days[0]:
		return "warn"
	}
	return "mute"
}

func (s *Server) recordLimitation(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onCase(s, w, r, who, "limitation", "limitation_recorded", "limitation", func(ctx context.Context, id uuid.UUID) (cases.LimitationFact, error) {
		f := cases.LimitationFact{Act: law.LimitationAct(r.PostFormValue("act")), Note: r.PostFormValue("note")}
		var err error
		if f.From, err = dayOf(r, "from_on"); err != nil {
			return f, err
		}
		if f.Received, err = dayOf(r, "received_on"); err != nil {
			return f, err
		}
		if f.To, err = dayOf(r, "to_on"); err != nil {
			return f, err
		}
		f.Grade, _ = strconv.Atoi(r.PostFormValue("grade"))
		f.DocumentID, f.DebtID = chosen(r, "document_id"), chosen(r, "debt_id")
		return s.Cases.RecordLimitation(ctx, who, id, f)
	})
}

// chosen is the id in a field of choice; nil when none was chosen.
func chosen(r *http.Request, field string) *uuid.UUID {
	id, err := uuid.Parse(r.PostFormValue(field))
	if err != nil {
		return nil
	}
	return &id
}

func (s *Server) reverseLimitation(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onCase(s, w, r, who, "limitationback", "limitation_reversed", "limitation", func(ctx context.Context, _ uuid.UUID) (cases.LimitationFact, error) {
		return s.Cases.ReverseLimitation(ctx, who, part(r, "fact"), r.PostFormValue("reason"))
	})
}

func (s *Server) setLimitation(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onCase(s, w, r, who, "limitationlaw", "limitation_law_set", "limitation", func(ctx context.Context, id uuid.UUID) (cases.Debt, error) {
		under := cases.LimitationUnder{Kind: r.PostFormValue("kind"), Region: r.PostFormValue("region"), Reason: r.PostFormValue("reason")}
		if debt := chosen(r, "debt_id"); debt != nil {
			under.DebtID = *debt
		}
		return s.Cases.SetLimitation(ctx, who, id, under)
	})
}
