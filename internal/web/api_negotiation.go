package web

import (
	"context"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/court"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

type gatesIn struct {
	ByID
	Procedure string `query:"procedure" required:"true" minLength:"1" maxLength:"60" doc:"Its id in the jurisdiction's pack"`
}

type negotiationIn struct {
	ByID
	Body struct {
		PartyID     uuid.UUID `json:"party_id" doc:"The debtor or guarantor who was asked to negotiate"`
		Means       string    `json:"means" enum:"negotiation,mediation,conciliation,binding_offer,expert,collaborative"`
		Channel     string    `json:"channel" minLength:"1" maxLength:"60"`
		RequestedOn day.Date  `json:"requested_on"`
		ReceivedOn  day.Date  `json:"received_on,omitzero"`
		Grade       int       `json:"grade,omitempty" minimum:"0" maximum:"5" doc:"Proof grade of the receipt; from 3 on with its document"`
		EndedOn     day.Date  `json:"ended_on,omitzero"`
		EndedHow    string    `json:"ended_how,omitempty" enum:"refused,no_agreement,not_attended"`
		Document    *fileIn   `json:"document,omitempty" doc:"Proof of the receipt"`
	}
}

type negotiationOut struct {
	ID          uuid.UUID  `json:"id"`
	PartyID     uuid.UUID  `json:"party_id"`
	Means       string     `json:"means"`
	Channel     string     `json:"channel"`
	RequestedOn day.Date   `json:"requested_on"`
	ReceivedOn  day.Date   `json:"received_on,omitzero"`
	Grade       int        `json:"grade"`
	EndedOn     day.Date   `json:"ended_on,omitzero"`
	EndedHow    string     `json:"ended_how,omitempty"`
	DocumentID  *uuid.UUID `json:"document_id,omitempty"`
}

// negotiationAPI takes down attempts to settle with each debtor and tells which gates to court stand open.
func (s *Server) negotiationAPI() {
	list := access.To(access.ActList, access.ObjProceeding)
	act(s, access.To(access.ActRecord, access.ObjProceeding), post("/cases/{id}/negotiations", "recordNegotiation", "Anotar un intento de negociación / Record an attempt to negotiate", 201),
		func(ctx context.Context, who evidence.Actor, in *negotiationIn) (court.Negotiation, error) {
			b := in.Body
			return s.Court.RecordNegotiation(ctx, who, in.ID, court.Negotiation{PartyID: b.PartyID, Means: b.Means, Channel: b.Channel, RequestedOn: b.RequestedOn,
				ReceivedOn: b.ReceivedOn, Grade: b.Grade, EndedOn: b.EndedOn, EndedHow: b.EndedHow}, b.Document.upload())
		}, negotiationView)
	read(s, list, get("/cases/{id}/negotiations", "listNegotiations", "Los intentos de negociación / The attempts to negotiate"), s.listNegotiations)
	read(s, list, get("/cases/{id}/gates", "listGates", "Qué falta para demandar / What is missing to sue"),
		func(ctx context.Context, who evidence.Actor, in *gatesIn) (Page[gateOut], error) {
			gates, err := s.Court.Gates(ctx, who, in.ID, in.Procedure)
			return Page[gateOut]{Data: gateViews(gates)}, err
		})
}

func negotiationView(_ evidence.Actor, n court.Negotiation) negotiationOut {
	return negotiationOut{n.ID, n.PartyID, n.Means, n.Channel, n.RequestedOn, n.ReceivedOn, n.Grade, n.EndedOn, n.EndedHow, n.DocumentID}
}

func (s *Server) listNegotiations(ctx context.Context, who evidence.Actor, in *ByID) (Page[negotiationOut], error) {
	page := Page[negotiationOut]{Data: []negotiationOut{}}
	err := s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		c, err := cases.Get(tx, who, in.ID)
		if err != nil {
			return err
		}
		if err := access.Require(who, access.To(access.ActList, access.ObjProceeding), c.Place(), access.NoState); err != nil {
			return err
		}
		all, err := court.Negotiations(tx, c)
		for _, n := range all {
			page.Data = append(page.Data, negotiationView(who, n))
		}
		return err
	})
	return page, err
}
