package web

import (
	"context"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/gazette"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// ByJurisdiction is the address of one pack.
type ByJurisdiction struct {
	Jurisdiction string `path:"jurisdiction" pattern:"^[A-Z]{2}$" doc:"ISO code of the country"`
}

type changeIn struct {
	Body struct {
		Jurisdiction string         `json:"jurisdiction" pattern:"^[A-Z]{2}$"`
		Kind         law.ChangeKind `json:"kind" enum:"rate,factor,unit_value,holiday,holiday_removed,setting"`
		Rows         []gazette.Row  `json:"rows" minItems:"1" maxItems:"5000"`
		Law          string         `json:"law,omitempty" maxLength:"300" doc:"The article, where it is not the table's"`
		Source       string         `json:"source" minLength:"1" maxLength:"300" doc:"Where it was read"`
		Publication  string         `json:"publication,omitempty" maxLength:"300" doc:"The official publication, as statements and letters print it"`
		Confidence   law.Confidence `json:"confidence" enum:"read_law,read_secondary,computed,house_rule"`
		Note         string         `json:"note,omitempty" maxLength:"2000"`
	}
}

type seriesIn struct {
	Body struct {
		Jurisdiction string         `json:"jurisdiction" pattern:"^[A-Z]{2}$"`
		Kind         law.ChangeKind `json:"kind" enum:"rate,factor,unit_value"`
		Regime       law.Regime     `json:"regime,omitempty" maxLength:"40" doc:"rate, factor"`
		Unit         string         `json:"unit,omitempty" maxLength:"3" doc:"unit_value"`
		DecimalMark  gazette.Mark   `json:"decimal_mark" enum:"comma,point"`
		CSV          string         `json:"csv" minLength:"1" maxLength:"1000000" doc:"rate: from; to; per cent. factor, unit_value: day; value"`
		Law          string         `json:"law,omitempty" maxLength:"300"`
		Source       string         `json:"source" minLength:"1" maxLength:"300"`
		Publication  string         `json:"publication,omitempty" maxLength:"300"`
		Confidence   law.Confidence `json:"confidence" enum:"read_law,read_secondary,computed"`
		Note         string         `json:"note,omitempty" maxLength:"2000"`
	}
}

type vouchIn struct {
	Body struct {
		Facts []string `json:"facts" minItems:"1" maxItems:"5000" doc:"Ids of facts"`
		Note  string   `json:"note,omitempty" maxLength:"2000"`
	}
}

type changesIn struct {
	ListIn
	Jurisdiction string `query:"jurisdiction" pattern:"^[A-Z]{2}$"`
	State        string `query:"state" enum:"proposed,approved,rejected,withdrawn"`
}

type changeOut struct {
	ID           uuid.UUID      `json:"id"`
	Jurisdiction string         `json:"jurisdiction"`
	Kind         law.ChangeKind `json:"kind" enum:"rate,factor,unit_value,holiday,holiday_removed,confirm,tick,setting"`
	Rows         []gazette.Row  `json:"rows"`
	Law          string         `json:"law,omitempty"`
	Source       string         `json:"source,omitempty"`
	Publication  string         `json:"publication,omitempty"`
	Confidence   law.Confidence `json:"confidence,omitempty"`
	Note         string         `json:"note,omitempty"`
	ProposedBy   *uuid.UUID     `json:"proposed_by,omitempty" doc:"Absent for Recobro itself"`
	ProposedAt   time.Time      `json:"proposed_at"`
	State        gazette.State  `json:"state" enum:"proposed,approved,rejected,withdrawn"`
	DecidedBy    *uuid.UUID     `json:"decided_by,omitempty"`
	DecidedAt    *time.Time     `json:"decided_at,omitempty"`
	Reason       string         `json:"reason,omitempty"`
	Seq          int64          `json:"seq,omitempty" doc:"Order of approval"`
	Pack         string         `json:"pack,omitempty" doc:"Version of the pack that this approval made, or would make now"`
}

// lawAPI is the gazette: what the packs say, what the firm proposes and approves, and what its lawyers vouch for.
func (s *Server) lawAPI() {
	list, see, propose := access.To(access.ActList, access.ObjLaw), access.To(access.ActRead, access.ObjLaw), access.To(access.ActPropose, access.ObjLaw)
	read(s, list, get("/law/changes", "listLawChanges", "Cambios de la normativa / Changes of the law"), s.listChanges)
	read(s, see, get("/law/changes/{id}", "getLawChange", "Un cambio / One change"), func(ctx context.Context, who evidence.Actor, in *ByID) (changeOut, error) {
		c, err := s.changeOf(ctx, who, in.ID)
		return changeView(who, c), err
	})
	act(s, propose, post("/law/changes", "proposeLawChange", "Proponer un cambio / Propose a change", 201),
		func(ctx context.Context, who evidence.Actor, in *changeIn) (gazette.Change, error) {
			b := in.Body
			return s.Gazette.Propose(ctx, who, gazette.Change{Jurisdiction: b.Jurisdiction, Kind: b.Kind, Rows: b.Rows, Law: b.Law, Source: b.Source,
				Publication: b.Publication, Confidence: b.Confidence, Note: b.Note})
		}, changeView)
	act(s, propose, post("/law/series", "proposeLawSeries", "Proponer una serie / Propose a series of figures", 201), s.proposeSeries, changeView)
	act(s, access.To(access.ActApprove, access.ObjLaw), post("/law/changes/{id}/approve", "approveLawChange", "Aprobar: otra persona que quien propuso / Approve: another person than the proposer", 200),
		func(ctx context.Context, who evidence.Actor, in *ByID) (gazette.Change, error) {
			return s.Gazette.Approve(ctx, who, in.ID)
		}, changeView)
	act(s, access.To(access.ActReject, access.ObjLaw), post("/law/changes/{id}/reject", "rejectLawChange", "Rechazar / Reject", 200),
		func(ctx context.Context, who evidence.Actor, in *reasonIn) (gazette.Change, error) {
			return s.Gazette.Reject(ctx, who, in.ID, in.Body.Reason)
		}, changeView)
	act(s, access.To(access.ActCancel, access.ObjLaw), post("/law/changes/{id}/withdraw", "withdrawLawChange", "Retirar la propuesta propia / Withdraw one's own proposal", 200),
		func(ctx context.Context, who evidence.Actor, in *ByID) (gazette.Change, error) {
			return s.Gazette.Withdraw(ctx, who, in.ID)
		}, changeView)
	vouch := access.To(access.ActVerify, access.ObjLaw)
	act(s, vouch, post("/law/tick", "tickRates", "Responder de tipos de fuente secundaria / Vouch for rates of a secondary source", 200),
		func(ctx context.Context, who evidence.Actor, in *vouchIn) ([]gazette.Change, error) {
			return s.Gazette.Tick(ctx, who, in.Body.Facts, in.Body.Note)
		}, changeViews)
	act(s, vouch, post("/law/confirm", "confirmFacts", "Responder de datos sin verificar / Vouch for unverified facts", 200),
		func(ctx context.Context, who evidence.Actor, in *vouchIn) ([]gazette.Change, error) {
			return s.Gazette.Confirm(ctx, who, in.Body.Facts, in.Body.Note)
		}, changeViews)
	s.packAPI()
	s.checkAPI()
}

func (s *Server) proposeSeries(ctx context.Context, who evidence.Actor, in *seriesIn) (gazette.Change, error) {
	b := in.Body
	rows, err := gazette.Series{Kind: b.Kind, Regime: b.Regime, Unit: b.Unit, Mark: b.DecimalMark}.Read([]byte(b.CSV))
	if err != nil {
		return gazette.Change{}, err
	}
	return s.Gazette.Propose(ctx, who, gazette.Change{Jurisdiction: b.Jurisdiction, Kind: b.Kind, Rows: rows, Law: b.Law, Source: b.Source,
		Publication: b.Publication, Confidence: b.Confidence, Note: b.Note})
}

func (s *Server) listChanges(ctx context.Context, who evidence.Actor, in *changesIn) (Page[changeOut], error) {
	f := gazette.Filter{Jurisdiction: in.Jurisdiction, State: gazette.State(in.State), Limit: in.Limit + 1}
	if in.Cursor != "" {
		var err error
		if f.Before, err = uuid.Parse(in.Cursor); err != nil || f.Before == uuid.Nil {
			return Page[changeOut]{}, errCursor
		}
	}
	var all []gazette.Change
	err := s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		all, err = gazette.List(tx, f)
		return err
	})
	return pageOf(all, in.Limit, func(c gazette.Change) changeOut { return changeView(who, c) }, func(c gazette.Change) string { return c.ID.String() }), err
}

func (s *Server) changeOf(ctx context.Context, who evidence.Actor, id uuid.UUID) (c gazette.Change, err error) {
	err = s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		c, err = gazette.Get(tx, id)
		return err
	})
	return c, err
}

func changeView(_ evidence.Actor, c gazette.Change) changeOut {
	out := changeOut{ID: c.ID, Jurisdiction: c.Jurisdiction, Kind: c.Kind, Rows: c.Rows, Law: c.Law, Source: c.Source, Publication: c.Publication, Confidence: c.Confidence,
		Note: c.Note, ProposedBy: c.ProposedBy, ProposedAt: c.ProposedAt, State: c.State, DecidedBy: c.DecidedBy, Reason: c.Reason, Seq: c.Seq, Pack: c.Label}
	if !c.DecidedAt.IsZero() {
		out.DecidedAt = &c.DecidedAt
	}
	return out
}

func changeViews(who evidence.Actor, all []gazette.Change) Page[changeOut] {
	out := Page[changeOut]{Data: []changeOut{}}
	for _, c := range all {
		out.Data = append(out.Data, changeView(who, c))
	}
	return out
}

// staleOut is a table of rates that does not cover today.
type staleOut struct {
	Regime    law.Regime   `json:"regime"`
	CoveredTo day.Date     `json:"covered_to,omitzero"`
	Since     day.Date     `json:"since,omitzero" doc:"The first day without a rate"`
	Days      int          `json:"days"`
	Refused   bool         `json:"refused" doc:"The days of grace are over: no more documents"`
	Text      problem.Text `json:"text"`
}
