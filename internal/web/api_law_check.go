package web

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// interestCheckIn is what a lawyer asks about interest: nothing of it is stored.
type interestCheckIn struct {
	Body struct {
		Jurisdiction string       `json:"jurisdiction" pattern:"^[A-Z]{2}$"`
		Regime       law.Regime   `json:"regime" maxLength:"40"`
		AgreedRate   string       `json:"agreed_rate,omitempty" pattern:"^[0-9]{1,4}([.][0-9]{1,6})?$" doc:"Yearly per cent, under regime agreed"`
		DayCount     law.DayCount `json:"day_count,omitempty" enum:"ACT/365,ACT/ACT,ACT/360" doc:"The pack's own when absent"`
		Principal    Money        `json:"principal"`
		After        day.Date     `json:"after" doc:"Interest runs from the day after"`
		Until        day.Date     `json:"until"`
		Consumer     bool         `json:"consumer,omitempty" doc:"Some limits of agreed rates protect consumers"`
		Payments     []receiptIn  `json:"payments,omitempty" maxItems:"200" doc:"Received on the way; they fall in the law's order"`
	}
}

type receiptIn struct {
	On     day.Date `json:"on"`
	Amount Money    `json:"amount"`
}

type interestCheckOut struct {
	Pack        string         `json:"pack"`
	Total       money.Amount   `json:"total" doc:"Interest earned"`
	Lines       []interestLine `json:"lines"`
	Applied     []ledger.Line  `json:"applied" doc:"How the payments fell, with the article"`
	Principal   money.Amount   `json:"principal_open"`
	Interest    money.Amount   `json:"interest_open"`
	Unallocated money.Amount   `json:"unallocated" doc:"What of the payments found nothing to fall on"`
	Daily       *money.Amount  `json:"daily_interest" doc:"Of the day after until; null where its rate is not known yet"`
	Stale       []problem.Text `json:"warnings"`
}

type interestLine struct {
	From        day.Date       `json:"from"`
	To          day.Date       `json:"to"`
	Days        int            `json:"days"`
	Base        money.Amount   `json:"base"`
	RatePct     string         `json:"rate_pct"`
	Law         string         `json:"law"`
	Source      string         `json:"source"`
	Publication string         `json:"publication,omitempty"`
	Confidence  law.Confidence `json:"confidence"`
	Vouched     bool           `json:"vouched"`
	Amount      money.Amount   `json:"amount"`
}

type deadlineCheckIn struct {
	Body struct {
		Jurisdiction string   `json:"jurisdiction" pattern:"^[A-Z]{2}$"`
		Rule         string   `json:"rule" minLength:"1" maxLength:"80" doc:"Id of the term"`
		Trigger      day.Date `json:"trigger,omitzero" doc:"The day that it runs from; or one of the three instants"`
		Region       string   `json:"region,omitempty" maxLength:"10"`
		Town         string   `json:"town,omitempty" maxLength:"120"`

		ReceivedAt time.Time `json:"received_at,omitzero" doc:"Reached the college of procuradores, or another body that receives for the party, at this instant"`
		SentAt     time.Time `json:"sent_at,omitzero" doc:"Sent electronically at this instant"`
		OpenedAt   time.Time `json:"opened_at,omitzero" doc:"Opened by the addressee; absent when nobody did"`
		Stops      []stopIn  `json:"stops,omitempty" maxItems:"50" doc:"Stretches on which the term does not run"`
	}
}

type stopIn struct {
	From day.Date `json:"from"`
	To   day.Date `json:"to,omitzero"`
	Why  string   `json:"why" minLength:"1" maxLength:"200"`
}

type deadlineCheckOut struct {
	Pack        string         `json:"pack"`
	Name        problem.Text   `json:"name"`
	Trigger     day.Date       `json:"trigger"`
	Service     *problem.Text  `json:"service,omitempty" doc:"How the day of electronic service came about"`
	DueOn       day.Date       `json:"due_on"`
	Until       time.Time      `json:"until"`
	GraceAt     *time.Time     `json:"grace_at,omitempty"`
	Explanation problem.Text   `json:"explanation"`
	Skipped     []skippedDays  `json:"skipped"`
	Law         string         `json:"law"`
	Source      string         `json:"source"`
	Confidence  law.Confidence `json:"confidence"`
}

type skippedDays struct {
	From day.Date     `json:"from"`
	To   day.Date     `json:"to"`
	Why  problem.Text `json:"why"`
}

type limitationCheckIn struct {
	Body struct {
		Jurisdiction  string               `json:"jurisdiction" pattern:"^[A-Z]{2}$"`
		Kind          string               `json:"kind,omitempty" maxLength:"80" doc:"Kind of claim; general when absent"`
		Region        string               `json:"region,omitempty" maxLength:"20" doc:"Whose civil law governs; the common law when absent"`
		Business      bool                 `json:"business,omitempty" doc:"The debtor is no consumer"`
		DueOn         day.Date             `json:"due_on"`
		ServicesEnded day.Date             `json:"services_ended,omitzero"`
		Facts         []limitationCheckAct `json:"facts,omitempty" maxItems:"100"`
	}
}

type limitationCheckAct struct {
	Act      law.LimitationAct `json:"act" enum:"letter,notarial,acknowledgement,payment,suit,suit_dismissed,negotiation,conciliation,suspension"`
	From     day.Date          `json:"from"`
	Received day.Date          `json:"received,omitzero"`
	To       day.Date          `json:"to,omitzero"`
	Grade    int               `json:"grade,omitempty" minimum:"0" maximum:"5"`
}

type limitationCheckOut struct {
	Pack       string                   `json:"pack"`
	On         day.Date                 `json:"on"`
	Fatal      bool                     `json:"fatal" doc:"It lapses without being pleaded"`
	Law        string                   `json:"law"`
	Confidence law.Confidence           `json:"confidence"`
	Steps      []limitationCheckStep    `json:"steps"`
	Ignored    []limitationCheckIgnored `json:"ignored" doc:"Facts that move nothing, and why"`
	Warnings   []problem.Text           `json:"warnings"`
	Later      day.Date                 `json:"later,omitzero" doc:"The last day if a lawyer confirmed the facts of confirm"`
	Confirm    []string                 `json:"confirm,omitempty" doc:"Unverified facts without which the later day may not be relied upon"`
}

type limitationCheckIgnored struct {
	Act  law.LimitationAct `json:"act"`
	From day.Date          `json:"from"`
	Code string            `json:"code"`
	Why  problem.Text      `json:"why"`
}

type limitationCheckStep struct {
	From       day.Date       `json:"from"`
	Rule       problem.Text   `json:"rule"`
	Effect     string         `json:"effect"`
	On         day.Date       `json:"on"`
	Law        string         `json:"law"`
	Confidence law.Confidence `json:"confidence"`
}

type contactCheckIn struct {
	Body struct {
		Jurisdiction string             `json:"jurisdiction" pattern:"^[A-Z]{2}$"`
		Channel      string             `json:"channel" enum:"phone,visit,sms,whatsapp,email,letter"`
		Consumer     bool               `json:"consumer,omitempty"`
		At           time.Time          `json:"at"`
		History      []contactCheckPast `json:"history,omitempty" maxItems:"100" doc:"Contacts and attempts with the same person"`
	}
}

type contactCheckPast struct {
	Channel string    `json:"channel" enum:"phone,visit,sms,whatsapp,email,letter"`
	At      time.Time `json:"at"`
	Missed  bool      `json:"missed,omitempty" doc:"Nobody answered"`
}

type contactCheckOut struct {
	Pack       string         `json:"pack"`
	Allowed    bool           `json:"allowed"`
	Why        problem.Text   `json:"why,omitzero"`
	Law        string         `json:"law,omitempty"`
	Source     string         `json:"source,omitempty"`
	Confidence law.Confidence `json:"confidence,omitempty"`
	Next       *time.Time     `json:"next,omitempty" doc:"The next instant at which it is allowed"`
}

type identifierCheckIn struct {
	Body struct {
		Country string `json:"country" enum:"ES,MX,PE,CL,CO"`
		ID      string `json:"id" minLength:"1" maxLength:"60"`
	}
}

type identifierCheckOut struct {
	Normal   string `json:"normal" doc:"As it is stored"`
	Holder   string `json:"holder" enum:"person,company,unknown"`
	Doubtful bool   `json:"doubtful" doc:"The check digit does not match, as in some that the tax office itself issued"`
	Generic  bool   `json:"generic" doc:"For whoever has none: it identifies nobody"`
}

// checkAPI answers what a lawyer wants to know without a case. Each is the law's own function; nothing is stored.
func (s *Server) checkAPI() {
	see := access.To(access.ActRead, access.ObjLaw)
	read(s, see, post("/law/check/interest", "checkInterest", "Calcular intereses / Compute interest", 200), s.checkInterest)
	read(s, see, post("/law/check/deadline", "checkDeadline", "Calcular un plazo / Compute a deadline", 200), s.checkDeadline)
	read(s, see, post("/law/check/limitation", "checkLimitation", "Calcular una prescripción / Compute limitation", 200), s.checkLimitation)
	read(s, see, post("/law/check/contact", "checkContact", "Si se puede contactar a una hora / Whether one may make contact at an hour", 200), s.checkContact)
	read(s, see, post("/law/check/identifier", "checkIdentifier", "Comprobar un identificador fiscal / Check a tax id", 200), s.checkIdentifier)
}

func (s *Server) checkInterest(_ context.Context, _ evidence.Actor, in *interestCheckIn) (interestCheckOut, error) {
	b := in.Body
	out := interestCheckOut{Lines: []interestLine{}, Applied: []ledger.Line{}, Stale: []problem.Text{}}
	trial, err := s.trial(in)
	if err != nil {
		return out, err
	}
	claim, rest, err := trial.Statement(b.Until)
	if err != nil {
		return out, err
	}
	p, interest := trial.Pack, claim.Total(ledger.Interest)
	out.Pack, out.Total, out.Interest = p.Code+" "+p.Label(), interest.Charged, interest.Left
	out.Principal, out.Unallocated, out.Daily = claim.Total(ledger.Principal).Left, rest, claim.DailyInterest
	for _, l := range claim.Slices {
		out.Lines = append(out.Lines, interestLine{l.From, l.To, l.Days, l.Base, l.RatePct, l.Law, l.Source, l.Publication, l.Confidence, l.Vouched, l.Amount})
	}
	for _, l := range claim.Lines {
		if l.Kind == ledger.Paying {
			out.Applied = append(out.Applied, l)
		}
	}
	if st := p.Stale(b.Regime, day.In(s.Now(), p.Zone)); st != nil {
		out.Stale = append(out.Stale, st.Text)
	}
	return out, nil
}

// trial reads a question about interest as the ledger's trial claim.
func (s *Server) trial(in *interestCheckIn) (t ledger.Trial, err error) {
	b := in.Body
	if t.Pack, err = s.Law.Pack(b.Jurisdiction); err != nil {
		return t, err
	}
	if t.Principal, err = money.Parse(b.Principal.Amount, money.Currency(b.Principal.Currency)); err != nil {
		return t, err
	}
	t.After = b.After
	t.Terms = law.Terms{Regime: b.Regime, DayCount: b.DayCount, Consumer: b.Consumer, Principal: t.Principal, DueOn: b.After, AgreedOn: b.After}
	if b.AgreedRate != "" {
		if t.Terms.AgreedRate, err = decimal.NewFromString(b.AgreedRate); err != nil {
			return t, err
		}
	}
	for _, p := range b.Payments {
		amount, err := money.Parse(p.Amount.Amount, money.Currency(p.Amount.Currency))
		if err != nil {
			return t, err
		}
		t.Received = append(t.Received, ledger.Receipt{On: p.On, Amount: amount})
	}
	return t, nil
}

func (s *Server) checkDeadline(_ context.Context, _ evidence.Actor, in *deadlineCheckIn) (deadlineCheckOut, error) {
	b := in.Body
	out := deadlineCheckOut{Skipped: []skippedDays{}}
	p, err := s.Law.Pack(b.Jurisdiction)
	if err != nil {
		return out, err
	}
	p = p.For(law.Place{Region: b.Region, Town: b.Town})
	trigger, service, err := triggerOf(p, in)
	if err != nil {
		return out, err
	}
	var stops []law.Stop
	for _, stop := range b.Stops {
		stops = append(stops, law.Stop{From: stop.From, To: stop.To, Why: problem.Text{ES: stop.Why, EN: stop.Why}})
	}
	d, err := p.Term(b.Rule, trigger, stops...)
	if err != nil {
		return out, err
	}
	out = deadlineCheckOut{Pack: p.Code + " " + p.Label(), Name: d.Name, Trigger: trigger, Service: service, DueOn: d.Due, Until: d.Until, Explanation: d.Explain(), Law: d.Law, Source: d.Source, Confidence: d.Confidence, Skipped: out.Skipped}
	if !d.Grace.IsZero() {
		out.GraceAt = &d.Grace
	}
	for _, sk := range d.Skipped {
		out.Skipped = append(out.Skipped, skippedDays(sk))
	}
	return out, nil
}

// triggerOf is the day that a term runs from: given, or that of an electronic service, or of what was received for the party.
func triggerOf(p *law.Pack, in *deadlineCheckIn) (on day.Date, told *problem.Text, err error) {
	b := in.Body
	switch {
	case !b.SentAt.IsZero():
		service, err := p.Served(b.SentAt, b.OpenedAt)
		text := service.Explain()
		return service.On, &text, err
	case !b.ReceivedAt.IsZero():
		on, err = p.ServedThroughCollege(b.ReceivedAt)
		return on, nil, err
	}
	return b.Trigger, nil, nil
}

func (s *Server) checkLimitation(_ context.Context, _ evidence.Actor, in *limitationCheckIn) (limitationCheckOut, error) {
	b := in.Body
	out := limitationCheckOut{Steps: []limitationCheckStep{}, Ignored: []limitationCheckIgnored{}, Warnings: []problem.Text{}}
	p, err := s.Law.Pack(b.Jurisdiction)
	if err != nil {
		return out, err
	}
	claim := law.LimitationClaim{Kind: b.Kind, Region: b.Region, Business: b.Business, Due: b.DueOn, ServicesEnded: b.ServicesEnded}
	for _, f := range b.Facts {
		claim.Facts = append(claim.Facts, law.LimitationFact{Act: f.Act, From: f.From, Received: f.Received, To: f.To, Grade: f.Grade})
	}
	l, err := p.Limitation(claim)
	if err != nil {
		return out, err
	}
	out.Pack, out.On, out.Fatal, out.Law, out.Confidence = p.Code+" "+p.Label(), l.On, l.Fatal, l.Law, l.Confidence
	for _, st := range l.Steps {
		out.Steps = append(out.Steps, limitationCheckStep{st.From, st.Rule, st.Effect, st.On, st.Law, st.Confidence})
	}
	for _, f := range l.Ignored {
		out.Ignored = append(out.Ignored, limitationCheckIgnored{f.Act, f.From, f.Code, f.Why})
	}
	out.Warnings = append(out.Warnings, l.Warnings...)
	out.Later, out.Confirm = l.Later, l.Confirm
	return out, nil
}

func (s *Server) checkContact(_ context.Context, _ evidence.Actor, in *contactCheckIn) (contactCheckOut, error) {
	p, err := s.Law.PackFor(law.ContactArea, in.Body.Jurisdiction) // debtors live in more countries than cases are opened under
	if err != nil {
		return contactCheckOut{}, err
	}
	ask := law.ContactAsk{Channel: in.Body.Channel, Consumer: in.Body.Consumer, At: in.Body.At}
	for _, c := range in.Body.History {
		ask.History = append(ask.History, law.Contacted{Channel: c.Channel, At: c.At, Missed: c.Missed})
	}
	w := p.MayContact(ask)
	out := contactCheckOut{Pack: p.Code + " " + p.Label(), Allowed: w.Allowed, Why: w.Why, Law: w.Law, Source: w.Source, Confidence: w.Confidence}
	if !w.Next.IsZero() {
		out.Next = &w.Next
	}
	return out, nil
}

func (s *Server) checkIdentifier(_ context.Context, _ evidence.Actor, in *identifierCheckIn) (identifierCheckOut, error) {
	id, err := law.CheckTaxID(in.Body.Country, in.Body.ID)
	return identifierCheckOut(id), err
}
