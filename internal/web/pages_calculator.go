package web

import (
	"errors"
	"net/http"
	"net/url"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/problem"
)

func (s *Server) calculatorPages() {
	s.page("GET", "/law/calculator", access.To(access.ActRead, access.ObjLaw), s.calculatorPage)
}

// calculatorSheet answers a question about interest or a term; the question stands in the address and nothing is stored.
type calculatorSheet struct {
	head
	Pack     *law.Pack
	Packs    []*law.Pack
	Regimes  []law.Regime
	Terms    []string
	Asked    url.Values
	Today    day.Date
	Interest *interestCheckOut
	Deadline *deadlineCheckOut
	Refusal  *refusalText
}

// Value is what was asked.
func (p calculatorSheet) Value(field string) string { return p.Asked.Get(field) }

func (s *Server) calculatorPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	lang, q := s.tongue(r, who), r.URL.Query()
	sheet := calculatorSheet{head: head{Title: text(lang, "calc.title"), Section: "/law"}, Asked: q}
	for _, code := range s.Law.Codes() {
		p, err := s.Law.Pack(code)
		if err != nil {
			return err
		}
		sheet.Packs = append(sheet.Packs, p)
		if sheet.Pack == nil || code == q.Get("jurisdiction") || q.Get("jurisdiction") == "" && code == "ES" {
			sheet.Pack = p
		}
	}
	sheet.Terms, sheet.Today = sheet.Pack.TermIDs(), day.In(s.Now(), sheet.Pack.Zone)
	for _, t := range sheet.Pack.RateTables() {
		sheet.Regimes = append(sheet.Regimes, t.Regime)
	}
	sheet.Regimes = append(sheet.Regimes, law.Agreed)
	refused := problem.Of(s.calculate(r, lang, &sheet))
	status := http.StatusOK
	if refused != nil {
		status, sheet.Refusal = refused.Kind.Status(), &refusalText{Sentence: refused.Text.In(lang)}
	}
	return s.show(w, r, status, "calculator", sheet)
}

// calculate answers through the calls of the API.
func (s *Server) calculate(r *http.Request, lang string, p *calculatorSheet) error {
	dayIn := func(field string) (day.Date, error) {
		d, err := day.Parse(p.Asked.Get(field))
		if err != nil {
			return d, errDay
		}
		return d, nil
	}
	switch p.Asked.Get("ask") {
	case "interest":
		var in interestCheckIn
		base, err := amountOf(p.Asked.Get("principal"), lang, p.Pack.Currency)
		after, err1 := dayIn("after")
		until, err2 := dayIn("until")
		if err := errors.Join(err, err1, err2); err != nil {
			return err
		}
		in.Body.Jurisdiction, in.Body.Regime, in.Body.DayCount = p.Pack.Code, law.Regime(p.Asked.Get("regime")), law.DayCount(p.Asked.Get("day_count"))
		in.Body.Principal, in.Body.After, in.Body.Until = Money{base.Decimal(), string(base.Currency)}, after, until
		if raw := p.Asked.Get("agreed_rate"); raw != "" && in.Body.Regime == law.Agreed {
			plain, ok := plainFigureOf(raw)
			if !ok {
				return errFigure
			}
			in.Body.AgreedRate = plain
		}
		out, err := s.checkInterest(r.Context(), evidence.Actor{}, &in)
		if err == nil {
			p.Interest = &out
		}
		return err
	case "deadline":
		var in deadlineCheckIn
		trigger, err := dayIn("trigger")
		if err != nil {
			return err
		}
		in.Body.Jurisdiction, in.Body.Rule, in.Body.Trigger, in.Body.Region, in.Body.Town = p.Pack.Code, p.Asked.Get("rule"), trigger, p.Asked.Get("region"), p.Asked.Get("town")
		out, err := s.checkDeadline(r.Context(), evidence.Actor{}, &in)
		if err == nil {
			p.Deadline = &out
		}
		return err
	}
	return nil
}
