package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"recobro/internal/demands"
	"recobro/internal/evidence"
)

func demandURL(d demands.Demand) string { return "/demands/" + d.ID.String() }

func (s *Server) draftDemand(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	return submit(s, w, r, submitted[demands.Demand]{name: "demand", done: "demand_drafted", next: demandURL,
		do: func(ctx context.Context) (demands.Demand, error) {
			return s.Demands.Draft(ctx, who, []uuid.UUID{id}, "", nil)
		},
		again: func(t tried) error { return s.showCase(w, r, who, t) }})
}

// onDemand is a form of the demand's page.
func (s *Server) onDemand(w http.ResponseWriter, r *http.Request, who evidence.Actor, name, done string, do func(context.Context, uuid.UUID) (demands.Demand, error)) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	return submit(s, w, r, submitted[demands.Demand]{name: name, done: done, next: demandURL,
		do:    func(ctx context.Context) (demands.Demand, error) { return do(ctx, id) },
		again: func(t tried) error { return s.showDemand(w, r, who, t) }})
}

func (s *Server) saveDemand(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onDemand(w, r, who, "fields", "demand_edited", func(ctx context.Context, id uuid.UUID) (demands.Demand, error) {
		values := map[string]string{}
		for _, name := range append([]string{"term_days"}, demandInputs...) {
			if _, sent := r.PostForm[name]; sent {
				values[name] = r.PostFormValue(name)
			}
		}
		return s.Demands.Update(ctx, who, id, number(r.PostFormValue("version")), values)
	})
}

func (s *Server) submitDemand(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onDemand(w, r, who, "submit", "demand_submitted", func(ctx context.Context, id uuid.UUID) (demands.Demand, error) { return s.Demands.Submit(ctx, who, id) })
}

func (s *Server) approveDemand(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onDemand(w, r, who, "approve", "demand_approved", func(ctx context.Context, id uuid.UUID) (demands.Demand, error) {
		return s.Demands.Approve(ctx, who, id, r.PostFormValue("note"))
	})
}

func (s *Server) rejectDemand(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onDemand(w, r, who, "approve", "demand_rejected", func(ctx context.Context, id uuid.UUID) (demands.Demand, error) {
		return s.Demands.Reject(ctx, who, id, r.PostFormValue("note"))
	})
}

func (s *Server) signDemand(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onDemand(w, r, who, "sign", "demand_signed", func(ctx context.Context, id uuid.UUID) (demands.Demand, error) { return s.Demands.Sign(ctx, who, id) })
}

func (s *Server) cancelDemand(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onDemand(w, r, who, "cancel", "demand_cancelled", func(ctx context.Context, id uuid.UUID) (demands.Demand, error) {
		return s.Demands.Cancel(ctx, who, id, r.PostFormValue("reason"))
	})
}

func (s *Server) dispatchDemand(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onDemand(w, r, who, "dispatch", "demand_dispatched", func(ctx context.Context, id uuid.UUID) (demands.Demand, error) {
		on, err := dayOf(r, "on")
		if err != nil {
			return demands.Demand{}, err
		}
		proof, err := uploadOf(r, "proof")
		if err != nil {
			return demands.Demand{}, err
		}
		return s.Demands.Dispatch(ctx, who, id, demands.Dispatch{Channel: r.PostFormValue("channel"), OperatorReference: r.PostFormValue("operator_reference"), On: on, Proof: proof})
	})
}

func (s *Server) deliverDemand(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onDemand(w, r, who, "delivery", "delivery_recorded", func(ctx context.Context, id uuid.UUID) (demands.Demand, error) {
		on, err := dayOf(r, "on")
		if err != nil {
			return demands.Demand{}, err
		}
		proof, err := uploadOf(r, "proof")
		if err != nil {
			return demands.Demand{}, err
		}
		grade, _ := strconv.Atoi(r.PostFormValue("grade"))
		return s.Demands.Deliver(ctx, who, id, demands.Delivery{State: demands.State(r.PostFormValue("state")), On: on, Grade: grade, Proof: proof})
	})
}
