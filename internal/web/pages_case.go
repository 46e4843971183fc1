package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/contact"
	"recobro/internal/court"
	"recobro/internal/day"
	"recobro/internal/demands"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/settlements"
	"recobro/internal/strategy"
)

func (s *Server) casePages() {
	read := access.To(access.ActRead, access.ObjCase)
	s.page("GET", "/cases", access.To(access.ActList, access.ObjCase), s.casesPage)
	s.page("GET", "/cases/{id}", read, s.casePage)
	s.page("POST", "/cases/{id}/interactions", access.To(access.ActRecord, access.ObjInteraction), s.takeNote)
	s.page("POST", "/cases/{id}/promises", access.To(access.ActRecord, access.ObjPromise), s.recordPromise)
	s.page("POST", "/cases/{id}/payments", access.To(access.ActRecord, access.ObjPayment), s.recordPayment)
	s.page("POST", "/cases/{id}/holds", access.To(access.ActPlace, access.ObjHold), s.placeHold)
	s.page("POST", "/cases/{id}/holds/{hold}/lift", access.To(access.ActLift, access.ObjHold), s.liftHold)
	s.page("POST", "/cases/{id}/disputes", access.To(access.ActRecord, access.ObjDispute), s.raiseDispute)
	s.page("POST", "/cases/{id}/disputes/{dispute}/resolve", access.To(access.ActResolve, access.ObjDispute), s.resolveDispute)
	s.page("POST", "/cases/{id}/documents", access.To(access.ActRecord, access.ObjDocument), s.addDocument)
	s.page("POST", "/cases/{id}/advance", read, s.advanceCase)
	s.limitationPages()
	s.ledgerPages()
	s.evidencePages()
	s.page("GET", "/documents/{id}", access.To(access.ActRead, access.ObjDocument), s.documentFile)
}

// caseSheet is the case page. What a tab does not show is not read.
type caseSheet struct {
	head
	tried
	*cases.Case
	ClientName string
	Account    cases.Account
	Facts      cases.Facts
	Debtor     cases.Party
	Points     []cases.ContactPoint
	Debts      []cases.Debt
	Holds      []cases.Hold
	Disputes   []cases.Dispute
	Team       []member
	Today      day.Date
	Money      *ledger.Statement
	NoMoney    string             // why the statement cannot be computed
	Decided    *strategy.Decision // by the strategy, now; for the firm
	Next       nextCard
	Moves      []move
	May        map[string]bool
	Tab        string
	Tabs       []caseTab
	Log        []logLine
	Earlier    string // address of earlier log lines
	Papers     []documents.Document
	Promises   []cases.Promise
	Demands    []demands.Demand
	Deals      []settlements.Agreement
	Suits      []court.Proceeding
	Messages   []contact.Message
	Deadlines  []deadlineLine
	Limitation *limitationPart
	Ledger     *ledgerPart
	Suit       suitAhead
	Profiles   []string // of the bundles that the reader may take away
	Regions    []choice // of the court, where their holidays differ
	Staff      bool
	pack       *law.Pack
}

// member is somebody of the firm who holds the case.
type member struct{ Name, Role string }

// Initials of the member.
func (m member) Initials() string { return frame{Who: evidence.Actor{Name: m.Name}}.Initials() }

// Form is one of the page's forms, with what was typed when it was refused.
func (p caseSheet) Form(name string) form { return p.form(name) }

func (s *Server) casePage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.showCase(w, r, who, tried{status: http.StatusOK})
}

// showCase writes the case page, with a form that was refused if there is one.
func (s *Server) showCase(w http.ResponseWriter, r *http.Request, who evidence.Actor, t tried) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	sheet := &caseSheet{tried: t, Staff: who.Staff, Tab: tabOf(r, t)}
	err = s.Log.DB.View(r.Context(), who.Token, func(tx *postgres.Tx) error {
		if err := s.readCase(tx, who, id, sheet); err != nil {
			return err
		}
		return s.readTab(tx, r, who, sheet)
	})
	if err != nil {
		return err
	}
	if err := s.readApart(r.Context(), who, s.tongue(r, who), sheet); err != nil {
		return err
	}
	lang := s.tongue(r, who)
	sheet.head = head{Title: sheet.Number + " " + sheet.DebtorName, Section: "/cases"}
	sheet.offer(who)
	sheet.plan(lang, who)
	name := "case"
	if !who.Staff {
		name = "client_case"
	}
	return s.show(w, r, t.status, name, sheet)
}

// tabOf is the section asked for, or the one in which the form that was refused stands.
func tabOf(r *http.Request, t tried) string {
	if strings.HasPrefix(t.Name, "limitation") {
		return "limitation"
	}
	if strings.HasPrefix(t.Name, "money_") {
		return "money"
	}
	return r.URL.Query().Get("tab")
}

// readCase reads what every tab shows.
func (s *Server) readCase(tx *postgres.Tx, who evidence.Actor, id uuid.UUID, p *caseSheet) (err error) {
	if p.Case, err = cases.Get(tx, who, id); err != nil {
		return err
	}
	if p.pack, err = s.Law.Pack(p.Jurisdiction); err != nil {
		return err
	}
	p.Today = day.In(s.Now(), p.pack.Zone)
	for _, r := range p.pack.Regions() {
		p.Regions = append(p.Regions, choice{r.Code, r.Name.In(requestOf(tx.Context()).language)})
	}
	client, err := clients.Get(tx, p.ClientID)
	if err != nil {
		return err
	}
	p.ClientName = client.Name
	for _, read := range []func() error{
		func() (err error) { p.Facts, err = cases.FactsOf(tx, p.ClientID, p.ID); return err },
		func() (err error) { p.Account, err = cases.AccountOf(tx, p.ClientID, p.AccountID); return err },
		func() (err error) { p.Debtor, err = cases.DebtorOf(tx, p.ClientID, p.AccountID); return err },
		func() (err error) { p.Debts, err = cases.DebtsOf(tx, p.ClientID, p.ID); return err },
		func() (err error) { p.Holds, err = cases.HoldsOf(tx, p.ClientID, p.ID); return err },
		func() (err error) { p.Disputes, err = cases.DisputesOf(tx, p.ClientID, p.ID); return err },
		func() (err error) { p.Points, err = cases.ContactPointsOf(tx, p.ClientID, p.Debtor.ID); return err },
		func() (err error) { p.Team, err = teamOf(tx, p.Case); return err },
	} {
		if err := read(); err != nil {
			return err
		}
	}
	return s.readMoney(tx, p)
}

// readApart reads what other desks read in views of their own.
func (s *Server) readApart(ctx context.Context, who evidence.Actor, lang string, p *caseSheet) (err error) {
	if p.Tab == "messages" {
		if p.Messages, err = s.Contact.List(ctx, who, contact.Filter{Client: p.ClientID, Case: p.ID}, contact.Cursor{}, pageOfMessages); err != nil {
			return err
		}
	}
	if err := s.readSuit(ctx, who, lang, p); err != nil {
		return err
	}
	if who.Staff {
		if made, _, err := s.Strategy.Next(ctx, who, p.ClientID, p.ID); err == nil { // a case that cannot be planned says so itself
			p.Decided = &made
		}
	}
	if p.Facts.ProceedingID == nil || !access.May(who, access.To(access.ActList, access.ObjDeadline), p.Place(), access.NoState) {
		return nil
	}
	all, err := s.Court.Deadlines(ctx, who, *p.Facts.ProceedingID)
	for _, d := range all {
		if d.MetOn.IsZero() && d.ReplacedBy == nil {
			p.Deadlines = append(p.Deadlines, deadlineOf(lang, d, p.Today))
		}
	}
	return err
}

// readMoney computes today's statement; a missing legal parameter is told on the page, the rest of the case stands.
func (s *Server) readMoney(tx *postgres.Tx, p *caseSheet) error {
	book := ledger.Book{Law: s.Law}
	found, err := book.Statement(tx, p.ClientID, []uuid.UUID{p.ID}, p.Today, time.Time{})
	if e := problem.Of(err); e != nil && e.Kind != problem.NotFound {
		p.NoMoney = e.Text.In(requestOf(tx.Context()).language)
		return nil
	}
	p.Money = &found
	return err
}

// teamOf names who holds the case, as far as the reader may know.
func teamOf(tx *postgres.Tx, c *cases.Case) (team []member, err error) {
	holders := []struct {
		id   *uuid.UUID
		role access.Role
	}{{c.LawyerID, access.Lawyer}, {c.ParalegalID, access.Paralegal}}
	var ids []uuid.UUID
	for _, h := range holders {
		if h.id != nil {
			ids = append(ids, *h.id)
		}
	}
	names, err := access.NamesOf(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, h := range holders {
		if h.id != nil && names[*h.id] != "" {
			team = append(team, member{names[*h.id], string(h.role)})
		}
	}
	return team, nil
}

// Late is how many days the oldest debt is past due.
func (p caseSheet) Late() int {
	if p.Facts.OldestDue.IsZero() || p.Stage == cases.Closed {
		return 0
	}
	return max(0, p.Today.DaysSince(p.Facts.OldestDue))
}

// Bears is under which terms a debt bears interest today; nil when it bears none yet, or when the statement cannot be computed.
func (p caseSheet) Bears(debt uuid.UUID) *ledger.Bears {
	if p.Money == nil {
		return nil
	}
	for _, d := range p.Money.Debts {
		if d.DebtID == debt && len(d.Terms) > 0 {
			return &d.Terms[len(d.Terms)-1]
		}
	}
	return nil
}

// caseURL is the address of a case page.
func caseURL(id uuid.UUID) string { return "/cases/" + id.String() }

// documentFile sends the bytes of a document that the reader may open.
func (s *Server) documentFile(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	d, data, err := s.Documents.Open(r.Context(), who, id)
	if err != nil {
		return err
	}
	return send(w, d.MediaType, d.Name, data)
}

// send hands a file over; the browser never guesses its type nor runs anything in it.
func send(w http.ResponseWriter, mediaType, name string, data []byte) error {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", documents.Disposition(name))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	_, err := w.Write(data)
	return err
}
