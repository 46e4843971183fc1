package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"recobro/internal/court"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/problem"
)

// onProceeding is a form of the proceeding's page.
func onProceeding[T any](s *Server, w http.ResponseWriter, r *http.Request, who evidence.Actor, name, done string, do func(context.Context, uuid.UUID) (T, error)) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	return submit(s, w, r, submitted[T]{name: name, done: done,
		do:    func(ctx context.Context) (T, error) { return do(ctx, id) },
		next:  func(T) string { return proceedingURL(id) },
		again: func(t tried) error { return s.showProceeding(w, r, who, t) }})
}

func (s *Server) recordCourtAct(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onProceeding(s, w, r, who, "act", "act_recorded", func(ctx context.Context, id uuid.UUID) (court.Act, error) {
		on, err := dayOf(r, "on")
		if err != nil {
			return court.Act{}, err
		}
		paper, err := uploadOf(r, "document")
		if err != nil {
			return court.Act{}, err
		}
		return s.Court.RecordAct(ctx, who, id, court.ActIn{Kind: r.PostFormValue("kind"), On: on, Note: r.PostFormValue("note"), DocketNumber: r.PostFormValue("docket_number"),
			CostsAwarded: yesOrNo(r.PostFormValue("costs_awarded")), Document: paper})
	})
}

// recordNegotiation takes down an attempt to settle with one debtor, from the case's page.
func (s *Server) recordNegotiation(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onCase(s, w, r, who, "negotiation", "negotiation_recorded", "court", func(ctx context.Context, id uuid.UUID) (court.Negotiation, error) {
		n := court.Negotiation{Means: r.PostFormValue("means"), Channel: r.PostFormValue("channel"), EndedHow: r.PostFormValue("ended_how")}
		var err error
		if n.PartyID, err = uuid.Parse(r.PostFormValue("party_id")); err != nil {
			return n, problem.Missing
		}
		for field, to := range map[string]*day.Date{"requested_on": &n.RequestedOn, "received_on": &n.ReceivedOn, "ended_on": &n.EndedOn} {
			if *to, err = dayOf(r, field); err != nil {
				return n, err
			}
		}
		if !n.ReceivedOn.IsZero() {
			n.Grade, _ = strconv.Atoi(r.PostFormValue("grade")) // what is no number is no grade, which the desk refuses
		}
		proof, err := uploadOf(r, "proof")
		if err != nil {
			return n, err
		}
		return s.Court.RecordNegotiation(ctx, who, id, n, proof)
	})
}

// yesOrNo is an answer that may be left open.
func yesOrNo(value string) *bool {
	if value == "" {
		return nil
	}
	yes := value == "yes"
	return &yes
}

func (s *Server) draftFiling(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onProceeding(s, w, r, who, "draft", "filing_drafted", func(ctx context.Context, id uuid.UUID) (court.Filing, error) {
		return s.Court.DraftFiling(ctx, who, id, nil)
	})
}

func (s *Server) completeDeadline(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onProceeding(s, w, r, who, "deadline", "deadline_met", func(ctx context.Context, _ uuid.UUID) (court.Deadline, error) {
		on, err := dayOf(r, "on")
		if err != nil {
			return court.Deadline{}, err
		}
		return s.Court.CompleteDeadline(ctx, who, part(r, "deadline"), on)
	})
}

// filingSteps are what each step is told when it is done.
var filingSteps = map[string]string{"submit": "filing_submitted", "approve": "filing_approved", "reject": "filing_rejected", "sign": "filing_signed", "file": "filing_filed"}

// filingStep is the handler of one step of a filing.
func (s *Server) filingStep(step string) func(http.ResponseWriter, *http.Request, evidence.Actor) error {
	return func(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
		return onProceeding(s, w, r, who, "filing", filingSteps[step], func(ctx context.Context, _ uuid.UUID) (court.Filing, error) {
			return s.moveFiling(ctx, r, who, step, part(r, "filing"))
		})
	}
}

func (s *Server) moveFiling(ctx context.Context, r *http.Request, who evidence.Actor, step string, id uuid.UUID) (court.Filing, error) {
	switch step {
	case "submit":
		return s.Court.Submit(ctx, who, id)
	case "approve":
		return s.Court.Approve(ctx, who, id, r.PostFormValue("note"))
	case "reject":
		return s.Court.Reject(ctx, who, id, r.PostFormValue("note"))
	case "sign":
		return s.Court.Sign(ctx, who, id)
	}
	on, err := dayOf(r, "on")
	if err != nil {
		return court.Filing{}, err
	}
	receipt, err := uploadOf(r, "receipt")
	if err != nil {
		return court.Filing{}, err
	}
	return s.Court.File(ctx, who, id, court.FiledAt{DocketNumber: r.PostFormValue("docket_number"), On: on, Receipt: receipt})
}

func (s *Server) filingPreview(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	id := part(r, "filing")
	pdf, err := s.Court.Preview(r.Context(), who, id)
	if err != nil {
		return err
	}
	return sendPDF(w, "filing-"+id.String()+".pdf", pdf)
}
