package web

import (
	"context"
	"strings"
	"time"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/gazette"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

type factsIn struct {
	ByJurisdiction
	Awaits string `query:"awaits" enum:"confirm,tick" doc:"Only what waits for a lawyer's word"`
	Q      string `query:"q" maxLength:"100" doc:"Words of the id, the law or the source"`
}

type figuresIn struct {
	ByJurisdiction
	From day.Date `query:"from"`
	To   day.Date `query:"to"`
}

type holidaysIn struct {
	ByJurisdiction
	Year   int    `query:"year" minimum:"1900" maximum:"2200" required:"true"`
	Region string `query:"region" maxLength:"80"`
	Place  string `query:"place" maxLength:"120"`
}

type packOut struct {
	Code     string       `json:"code"`
	Name     problem.Text `json:"name"`
	Label    string       `json:"label" doc:"Version, and how many changes the firm has approved on it"`
	Currency string       `json:"currency"`
	Confirm  int          `json:"awaiting_confirm" doc:"Unverified facts nobody has vouched for: refused wherever they would count"`
	Tick     int          `json:"awaiting_tick" doc:"Rates of a secondary source nobody has vouched for: no document with them is signed"`
	Stale    []staleOut   `json:"stale"`
}

type factOut struct {
	ID         string         `json:"id"`
	Law        string         `json:"law"`
	Source     string         `json:"source"`
	Confidence law.Confidence `json:"confidence" enum:"read_law,read_secondary,computed,unverified,house_rule"`
	Note       string         `json:"note,omitempty"`
	Awaits     law.ChangeKind `json:"awaits,omitempty" enum:"confirm,tick"`
	VouchedBy  string         `json:"vouched_by,omitempty" doc:"Name of the lawyer"`
	VouchedAt  *time.Time     `json:"vouched_at,omitempty"`
}

type rateTableOut struct {
	Regime    law.Regime    `json:"regime"`
	Follows   law.Regime    `json:"follows,omitempty" doc:"It has the figures of this regime"`
	AddPoints string        `json:"add_points,omitempty"`
	Law       string        `json:"law"`
	Periods   []ratePeriod  `json:"periods"`
	Factors   []figureOfDay `json:"factors" doc:"Accumulated, of the days asked for"`
}

type ratePeriod struct {
	Fact        string         `json:"fact" doc:"What a lawyer ticks"`
	From        day.Date       `json:"from,omitzero"`
	To          day.Date       `json:"to,omitzero"`
	Pct         string         `json:"pct"`
	Law         string         `json:"law"`
	Source      string         `json:"source"`
	Publication string         `json:"publication,omitempty"`
	Confidence  law.Confidence `json:"confidence"`
	Vouched     bool           `json:"vouched"`
}

type figureOfDay struct {
	On         day.Date       `json:"on"`
	Value      string         `json:"value"`
	Source     string         `json:"source"`
	Confidence law.Confidence `json:"confidence"`
}

type unitOut struct {
	Code   string        `json:"code"`
	Name   problem.Text  `json:"name"`
	Law    string        `json:"law"`
	Values []figureOfDay `json:"values" doc:"Of the days asked for"`
}

type holidayOut struct {
	On     day.Date     `json:"on"`
	Name   problem.Text `json:"name"`
	Region string       `json:"region,omitempty"`
	Place  string       `json:"place,omitempty"`
}

// packAPI reads what is in force.
func (s *Server) packAPI() {
	see := access.To(access.ActRead, access.ObjLaw)
	read(s, access.To(access.ActList, access.ObjLaw), get("/law/jurisdictions", "listJurisdictions", "Normativas cargadas / Loaded packs"), s.listPacks)
	read(s, see, get("/law/jurisdictions/{jurisdiction}/facts", "listFacts", "Los datos de una normativa y su fuente / The facts of a pack and their source"), s.listFacts)
	read(s, see, get("/law/jurisdictions/{jurisdiction}/rates", "listRates", "Tipos de interés / Rates of interest"), s.listRates)
	read(s, see, get("/law/jurisdictions/{jurisdiction}/units", "listUnits", "Unidades de cuenta / Units of account"), s.listUnits)
	read(s, see, get("/law/jurisdictions/{jurisdiction}/holidays", "listHolidays", "Festivos de un año / Holidays of a year"), s.listHolidays)
}

func (s *Server) listPacks(context.Context, evidence.Actor, *struct{}) (Page[packOut], error) {
	out := Page[packOut]{Data: []packOut{}}
	for _, code := range s.Law.Codes() {
		p, err := s.Law.Pack(code)
		if err != nil {
			return out, err
		}
		o := packOut{Code: code, Name: p.Name, Label: p.Label(), Currency: string(p.Currency), Confirm: len(gazette.Awaiting(p, law.ChangeConfirm)), Tick: len(gazette.Awaiting(p, law.ChangeTick)), Stale: []staleOut{}}
		for _, st := range gazette.Stale(p, day.In(s.Now(), p.Zone)) {
			o.Stale = append(o.Stale, staleOut(st))
		}
		out.Data = append(out.Data, o)
	}
	return out, nil
}

func (s *Server) listFacts(ctx context.Context, who evidence.Actor, in *factsIn) (Page[factOut], error) {
	out := Page[factOut]{Data: []factOut{}}
	p, err := s.pack(in.Jurisdiction)
	if err != nil {
		return out, err
	}
	facts, err := s.factsOf(ctx, who, p)
	for _, f := range facts {
		if (in.Awaits == "" || string(f.Awaits) == in.Awaits) && f.has(in.Q) {
			out.Data = append(out.Data, f)
		}
	}
	return out, err
}

// pack is that of an address; what is not loaded is not found.
func (s *Server) pack(code string) (*law.Pack, error) {
	p, err := s.Law.Pack(code)
	if err != nil {
		return nil, problem.Missing
	}
	return p, nil
}

// factsOf are the facts of a pack with who vouched for them.
func (s *Server) factsOf(ctx context.Context, who evidence.Actor, p *law.Pack) (out []factOut, err error) {
	var by map[string]gazette.Change
	err = s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		by, err = gazette.Vouched(tx, p.Code)
		return err
	})
	for _, f := range p.Facts() {
		o := factOut{ID: f.ID, Law: f.Law, Source: f.Source, Confidence: f.Confidence, Note: f.Note, Awaits: gazette.Awaits(f)}
		if c, ok := by[f.ID]; ok && f.Confirmed {
			at := c.DecidedAt
			o.VouchedBy, o.VouchedAt = c.Decider, &at
		}
		out = append(out, o)
	}
	return out, err
}

// has says whether every word stands somewhere in the fact.
func (f factOut) has(words string) bool {
	all := strings.ToLower(f.ID + " " + f.Law + " " + f.Source + " " + f.Note)
	for _, w := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}

func (s *Server) listRates(_ context.Context, _ evidence.Actor, in *figuresIn) (Page[rateTableOut], error) {
	out := Page[rateTableOut]{Data: []rateTableOut{}}
	p, err := s.pack(in.Jurisdiction)
	if err != nil {
		return out, err
	}
	for _, t := range p.RateTables() {
		o := rateTableOut{Regime: t.Regime, Follows: t.Follows, Law: t.Law, Periods: []ratePeriod{}, Factors: in.figures(t.Factors)}
		if !t.AddPoints.IsZero() {
			o.AddPoints = t.AddPoints.String()
		}
		for _, r := range t.Periods {
			o.Periods = append(o.Periods, ratePeriod{Fact: r.ID, From: r.From, To: r.To, Pct: r.Pct.String(), Law: r.Law, Source: r.Source, Publication: r.Publication, Confidence: r.Confidence, Vouched: r.Vouched})
		}
		out.Data = append(out.Data, o)
	}
	return out, nil
}

func (s *Server) listUnits(_ context.Context, _ evidence.Actor, in *figuresIn) (Page[unitOut], error) {
	out := Page[unitOut]{Data: []unitOut{}}
	p, err := s.pack(in.Jurisdiction)
	if err != nil {
		return out, err
	}
	for _, u := range p.UnitTables() {
		out.Data = append(out.Data, unitOut{Code: string(u.Code), Name: u.Name, Law: u.Law, Values: in.figures(u.Values)})
	}
	return out, nil
}

// figures are those of the days asked for.
func (in figuresIn) figures(all []law.Figure) []figureOfDay {
	out := []figureOfDay{}
	for _, f := range all {
		if !f.On.Before(in.From) && (in.To.IsZero() || !f.On.After(in.To)) {
			out = append(out, figureOfDay{f.On, f.Value.String(), f.Source, f.Confidence})
		}
	}
	return out
}

func (s *Server) listHolidays(_ context.Context, _ evidence.Actor, in *holidaysIn) (Page[holidayOut], error) {
	out := Page[holidayOut]{Data: []holidayOut{}}
	p, err := s.pack(in.Jurisdiction)
	if err != nil {
		return out, err
	}
	for d := day.Of(in.Year, 1, 1); d.Year == in.Year; d = d.AddDays(1) {
		if name, ok := p.Holiday(d); ok {
			out.Data = append(out.Data, holidayOut{On: d, Name: name})
		}
	}
	return out, nil
}
