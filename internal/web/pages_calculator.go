package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/problem"
)

func (s *Server) calculatorPages() {
	s.page("GET", "/law/calculator", access.To(access.ActRead, access.ObjLaw), s.calculatorPage)
}

// calculatorSheet answers one question of one kind; the question stands in the address and nothing is stored.
type calculatorSheet struct {
	head
	Pack       *law.Pack
	Packs      []*law.Pack
	Regimes    []law.Regime
	Kind       string
	Kinds      []string
	Asked      url.Values
	Today      day.Date
	Interest   *interestCheckOut
	Deadline   *deadlineCheckOut
	Limitation *limitationCheckOut
	Contact    *contactCheckOut
	Identifier *identifierCheckOut
	Account    string // in its normal form
	Refusal    *refusalText
}

var calculatorKinds = []string{"interest", "deadline", "limitation", "contact", "identifier"}

// Value is what was asked.
func (p calculatorSheet) Value(field string) string { return p.Asked.Get(field) }

// Nth is what was asked in a line of a repeated field.
func (p calculatorSheet) Nth(field string, n int) string {
	if all := p.Asked[field]; n < len(all) {
		return all[n]
	}
	return ""
}

// Lines number the lines that a repeated field shows: those asked with, and some empty ones.
func (p calculatorSheet) Lines(field string) (lines []int) {
	filled := 0
	for i, v := range p.Asked[field] {
		if v != "" {
			filled = i + 1
		}
	}
	for i := range min(max(3, filled+1), maxCalculatorLines) {
		lines = append(lines, i)
	}
	return lines
}

const maxCalculatorLines = 20

// Terms are those of the pack.
func (p calculatorSheet) Terms() []string { return p.Pack.TermIDs() }

// LimitationKinds are those of the country and of its regions.
func (p calculatorSheet) LimitationKinds() []string {
	kinds := p.Pack.LimitationKinds("")
	for _, region := range p.Pack.LimitationRegions() {
		for _, kind := range p.Pack.LimitationKinds(region.ID) {
			if !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
	}
	return kinds
}

// Acts may move a limitation.
func (p calculatorSheet) Acts() []law.LimitationAct { return law.LimitationActs }

// Next is the first instant at which contact is allowed, on the clock of the country; zero when none is known.
func (p calculatorSheet) Next() time.Time {
	if p.Contact == nil || p.Contact.Next == nil {
		return time.Time{}
	}
	return p.Contact.Next.In(p.Pack.Zone)
}

func (s *Server) calculatorPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	lang, q := s.tongue(r, who), r.URL.Query()
	sheet := calculatorSheet{head: head{Title: text(lang, "calc.title"), Section: "/law"}, Asked: q, Kinds: calculatorKinds, Kind: cmp.Or(q.Get("ask"), q.Get("kind"))}
	if !slices.Contains(calculatorKinds, sheet.Kind) {
		sheet.Kind = calculatorKinds[0]
	}
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
	sheet.Today = day.In(s.Now(), sheet.Pack.Zone)
	for _, v := range rateViews(lang, sheet.Pack, sheet.Today) {
		sheet.Regimes = append(sheet.Regimes, v.Regime)
	}
	sheet.Regimes = append(sheet.Regimes, law.Agreed)
	refused := problem.Of(s.calculate(r, lang, &sheet))
	status := http.StatusOK
	if refused != nil {
		status, sheet.Refusal = refused.Kind.Status(), refusalIn(lang, refused)
	}
	return s.show(w, r, status, "calculator", sheet)
}

func refusalIn(lang string, refused *problem.Error) *refusalText {
	text := &refusalText{Sentence: refused.Text.In(lang)}
	for _, reason := range refused.Reasons {
		text.Reasons = append(text.Reasons, reason.Text.In(lang))
	}
	return text
}

// calculate answers through the calls of the API.
func (s *Server) calculate(r *http.Request, lang string, p *calculatorSheet) error {
	switch p.Asked.Get("ask") {
	case "interest":
		return s.askInterest(r, lang, p)
	case "deadline":
		return s.askDeadline(r, p)
	case "limitation":
		return s.askLimitation(r, p)
	case "contact":
		return s.askContact(r, p)
	case "identifier":
		return s.askIdentifier(r, p)
	}
	return nil
}

// answered keeps an answer for the page.
func answered[T any](into **T, out T, err error) error {
	if err == nil {
		*into = &out
	}
	return err
}

// day reads a line of a field of days; empty is no day.
func (p calculatorSheet) day(field string, n int) (day.Date, error) {
	raw := strings.TrimSpace(p.Nth(field, n))
	if raw == "" {
		return day.Date{}, nil
	}
	d, err := day.Parse(raw)
	if err != nil {
		return d, errDay
	}
	return d, nil
}

// needed reads a day that must be there.
func (p calculatorSheet) needed(field string) (day.Date, error) {
	d, err := p.day(field, 0)
	if err == nil && d.IsZero() {
		return d, errDay
	}
	return d, err
}

var errHour = problem.New(problem.Invalid, "hour_invalid", "La hora no es válida: escríbala así, 09:30.", "The hour is not valid: write it like 09:30.")

// instant reads a day and an hour on the clock of the country.
func (p calculatorSheet) instant(on day.Date, hour string) (time.Time, error) {
	at, err := time.Parse("15:04", strings.TrimSpace(hour))
	if err != nil {
		return at, errHour
	}
	return time.Date(on.Year, on.Month, on.Day, at.Hour(), at.Minute(), 0, 0, p.Pack.Zone), nil
}

func (s *Server) askInterest(r *http.Request, lang string, p *calculatorSheet) error {
	var in interestCheckIn
	base, err := amountOf(p.Value("principal"), lang, p.Pack.Currency)
	after, err1 := p.needed("after")
	until, err2 := p.needed("until")
	if err := errors.Join(err, err1, err2); err != nil {
		return err
	}
	in.Body.Jurisdiction, in.Body.Regime, in.Body.DayCount = p.Pack.Code, law.Regime(p.Value("regime")), law.DayCount(p.Value("day_count"))
	in.Body.Principal, in.Body.After, in.Body.Until = Money{base.Decimal(), string(base.Currency)}, after, until
	if raw := p.Value("agreed_rate"); raw != "" && in.Body.Regime == law.Agreed {
		plain, ok := plainFigureOf(raw)
		if !ok {
			return errFigure
		}
		in.Body.AgreedRate = plain
	}
	if err := p.payments(lang, &in); err != nil {
		return err
	}
	out, err := s.checkInterest(r.Context(), evidence.Actor{}, &in)
	return answered(&p.Interest, out, err)
}

// payments reads those received on the way.
func (p calculatorSheet) payments(lang string, in *interestCheckIn) error {
	for n, raw := range p.Asked["paid"] {
		if strings.TrimSpace(raw) == "" || n >= maxCalculatorLines {
			continue
		}
		on, err := p.day("paid_on", n)
		if err == nil && on.IsZero() {
			err = errDay
		}
		amount, err1 := amountOf(raw, lang, p.Pack.Currency)
		if err := errors.Join(err, err1); err != nil {
			return err
		}
		in.Body.Payments = append(in.Body.Payments, receiptIn{On: on, Amount: Money{amount.Decimal(), string(amount.Currency)}})
	}
	return nil
}

func (s *Server) askDeadline(r *http.Request, p *calculatorSheet) error {
	var in deadlineCheckIn
	trigger, err := p.needed("trigger")
	if err != nil {
		return err
	}
	in.Body.Jurisdiction, in.Body.Rule, in.Body.Trigger, in.Body.Region, in.Body.Town = p.Pack.Code, p.Value("rule"), trigger, p.Value("region"), p.Value("town")
	arrival, known := map[string]*time.Time{"received": &in.Body.ReceivedAt, "sent": &in.Body.SentAt}[p.Value("arrival")]
	if known {
		if *arrival, err = p.instant(trigger, p.Value("hour")); err != nil {
			return err
		}
	}
	out, err := s.checkDeadline(r.Context(), evidence.Actor{}, &in)
	return answered(&p.Deadline, out, err)
}

func (s *Server) askLimitation(r *http.Request, p *calculatorSheet) error {
	var in limitationCheckIn
	due, err := p.needed("due")
	ended, err1 := p.day("services_ended", 0)
	if err := errors.Join(err, err1); err != nil {
		return err
	}
	in.Body.Jurisdiction, in.Body.Kind, in.Body.Region, in.Body.Business = p.Pack.Code, p.Value("claim"), p.Value("region"), p.Value("business") != ""
	in.Body.DueOn, in.Body.ServicesEnded = due, ended
	for n, act := range p.Asked["act"] {
		if act == "" || n >= maxCalculatorLines {
			continue
		}
		f := limitationCheckAct{Act: law.LimitationAct(act), Grade: number(p.Nth("grade", n))}
		var err, err1, err2 error
		f.From, err = p.day("from", n)
		f.Received, err1 = p.day("received", n)
		f.To, err2 = p.day("to", n)
		if err := errors.Join(err, err1, err2); err != nil || f.From.IsZero() || !slices.Contains(law.LimitationActs, f.Act) || f.Grade < 0 || f.Grade > 5 {
			return errDay
		}
		in.Body.Facts = append(in.Body.Facts, f)
	}
	out, err := s.checkLimitation(r.Context(), evidence.Actor{}, &in)
	return answered(&p.Limitation, out, err)
}

func (s *Server) askContact(r *http.Request, p *calculatorSheet) error {
	var in contactCheckIn
	on, err := p.needed("on")
	if err != nil {
		return err
	}
	if in.Body.At, err = p.instant(on, p.Value("hour")); err != nil {
		return err
	}
	in.Body.Jurisdiction, in.Body.Channel, in.Body.Consumer = p.Pack.Code, p.Value("channel"), p.Value("consumer") != ""
	for n, channel := range p.Asked["past_channel"] {
		on, err := p.day("past_on", n)
		if err != nil || channel == "" || on.IsZero() || n >= maxCalculatorLines {
			if err != nil {
				return err
			}
			continue
		}
		at, err := p.instant(on, cmp.Or(p.Nth("past_hour", n), "12:00"))
		if err != nil {
			return err
		}
		in.Body.History = append(in.Body.History, contactCheckPast{Channel: channel, At: at, Missed: p.Nth("past_missed", n) == "yes"})
	}
	out, err := s.checkContact(r.Context(), evidence.Actor{}, &in)
	return answered(&p.Contact, out, err)
}

// askIdentifier checks a tax id, a bank account, or both.
func (s *Server) askIdentifier(r *http.Request, p *calculatorSheet) error {
	if id := strings.TrimSpace(p.Value("id")); id != "" || strings.TrimSpace(p.Value("account")) == "" {
		var in identifierCheckIn
		in.Body.Country, in.Body.ID = p.Pack.Code, id
		out, err := s.checkIdentifier(r.Context(), evidence.Actor{}, &in)
		if err := answered(&p.Identifier, out, err); err != nil {
			return err
		}
	}
	if raw := strings.TrimSpace(p.Value("account")); raw != "" {
		normal, err := money.CheckAccount(p.Pack.Code, raw)
		p.Account = normal
		return err
	}
	return nil
}
