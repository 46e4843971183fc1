package web

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

type grantIn struct {
	ByID
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"2000"`
	}
}

type approvalOut struct {
	ID        uuid.UUID         `json:"id"`
	ClientID  uuid.UUID         `json:"client_id"`
	CaseID    uuid.UUID         `json:"case_id"`
	Kind      string            `json:"kind" enum:"agreement,suit"`
	About     uuid.UUID         `json:"about" doc:"The agreement, or the case to be sued"`
	Summary   map[string]string `json:"summary" doc:"What the client reads before it decides"`
	AskedOn   day.Date          `json:"asked_on"`
	ExpiresOn day.Date          `json:"expires_on" doc:"Without an answer by then nothing is granted"`
	State     string            `json:"state" enum:"open,granted,refused,expired"`
	DecidedOn day.Date          `json:"decided_on,omitzero"`
	Reason    string            `json:"reason,omitempty"`
}

// approvalAPI is the client's inbox: what waits for its decision.
func (s *Server) approvalAPI() {
	read(s, access.To(access.ActList, access.ObjApproval), get("/approvals", "listApprovals", "Lo que espera una decisión / What waits for a decision"), s.listApprovals)
	act(s, access.To(access.ActGrant, access.ObjApproval), post("/approvals/{id}/grant", "grantApproval", "Conceder / Grant", 200),
		func(ctx context.Context, who evidence.Actor, in *grantIn) (clients.Approval, error) {
			return s.decide(ctx, who, in.ID, true, in.Body.Reason)
		}, approvalView)
	act(s, access.To(access.ActRefuse, access.ObjApproval), post("/approvals/{id}/refuse", "refuseApproval", "Denegar / Refuse", 200),
		func(ctx context.Context, who evidence.Actor, in *reasonIn) (clients.Approval, error) {
			return s.decide(ctx, who, in.ID, false, in.Body.Reason)
		}, approvalView)
}

// decide carries a decision out. What a granted question does is the affair of the package that asked.
func (s *Server) decide(ctx context.Context, who evidence.Actor, id uuid.UUID, granted bool, reason string) (clients.Approval, error) {
	var asked clients.Approval
	err := s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		asked, err = clients.ApprovalOf(tx, id)
		return err
	})
	if err != nil {
		return clients.Approval{}, err
	}
	switch asked.Kind {
	case "agreement":
		return s.Settlements.Decide(ctx, who, id, granted, reason)
	case "suit":
		return s.Court.DecideSuit(ctx, who, id, granted, reason)
	}
	return clients.Approval{}, fmt.Errorf("deciding approval %s of kind %q: %w", id, asked.Kind, problem.Missing)
}

func (s *Server) listApprovals(ctx context.Context, who evidence.Actor, in *ListIn) (Page[approvalOut], error) {
	var after uuid.UUID
	if in.Cursor != "" {
		var err error
		if after, err = uuid.Parse(in.Cursor); err != nil {
			return Page[approvalOut]{}, errCursor
		}
	}
	var all []clients.Approval
	err := s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		all, err = clients.Waiting(tx, after, in.Limit+1)
		return err
	})
	return pageOf(all, in.Limit, func(a clients.Approval) approvalOut { return approvalView(who, a) }, func(a clients.Approval) string { return a.ID.String() }), err
}

func approvalView(_ evidence.Actor, a clients.Approval) approvalOut {
	out := approvalOut{ID: a.ID, ClientID: a.ClientID, CaseID: a.CaseID, Kind: a.Kind, About: a.About, Summary: map[string]string{}, AskedOn: a.AskedOn,
		ExpiresOn: a.ExpiresOn, State: a.State, DecidedOn: a.DecidedOn, Reason: a.Reason}
	if err := json.Unmarshal(a.Summary, &out.Summary); err != nil {
		out.Summary = map[string]string{}
	}
	return out
}
