package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

func (s *Server) approvalPages() {
	s.page("GET", "/approvals", access.To(access.ActList, access.ObjApproval), s.approvalsPage)
	s.page("POST", "/approvals/{id}/grant", access.To(access.ActGrant, access.ObjApproval), s.grantApproval)
	s.page("POST", "/approvals/{id}/refuse", access.To(access.ActRefuse, access.ObjApproval), s.refuseApproval)
}

// approvalsSheet is the inbox of questions that wait for the client.
type approvalsSheet struct {
	head
	tried
	Questions []question
	Staff     bool
}

// question is one approval as the client reads it before deciding.
type question struct {
	clients.Approval
	Number, Debtor, ClientName string
	Facts                      []fact
	MayDecide, Urgent          bool
}

// fact is one line of a summary.
type fact struct{ Label, Value string }

// Form is one of the page's forms.
func (p approvalsSheet) Form(name string) form { return p.form(name) }

const maxQuestions = 60

func (s *Server) approvalsPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.showApprovals(w, r, who, tried{status: http.StatusOK})
}

func (s *Server) showApprovals(w http.ResponseWriter, r *http.Request, who evidence.Actor, t tried) error {
	lang := s.tongue(r, who)
	sheet := approvalsSheet{head: head{Title: text(lang, "approvals.title"), Section: "/approvals"}, tried: t, Staff: who.Staff}
	today := day.In(s.Now(), firmZone)
	err := s.Log.DB.View(r.Context(), who.Token, func(tx *postgres.Tx) error {
		waiting, err := clients.Waiting(tx, uuid.Nil, maxQuestions)
		if err != nil {
			return err
		}
		sheet.Questions = nil
		for _, a := range waiting {
			q, err := ask(tx, who, lang, a)
			if problem.Of(err) != nil { // a case out of reach
				continue
			}
			if err != nil {
				return err
			}
			q.Urgent = a.ExpiresOn.DaysSince(today) <= 3
			sheet.Questions = append(sheet.Questions, q)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.show(w, r, t.status, "approvals", sheet)
}

func ask(tx *postgres.Tx, who evidence.Actor, lang string, a clients.Approval) (question, error) {
	c, err := cases.Get(tx, who, a.CaseID)
	if err != nil {
		return question{}, err
	}
	if err := access.Require(who, access.To(access.ActRead, access.ObjApproval), c.Place(), access.StateAwaitingClient); err != nil {
		return question{}, err
	}
	client, err := clients.Get(tx, a.ClientID)
	if err != nil {
		return question{}, err
	}
	q := question{Approval: a, Number: c.Number, Debtor: c.DebtorName, ClientName: client.Name,
		MayDecide: access.May(who, access.To(access.ActGrant, access.ObjApproval), c.Place(), access.StateAwaitingClient)}
	var summary map[string]string
	if err := json.Unmarshal(a.Summary, &summary); err != nil {
		return q, fmt.Errorf("reading the summary of approval %s: %w", a.ID, err)
	}
	q.Facts = factsOf(lang, summary, c.Currency)
	return q, nil
}

// summaryOrder are the facts of a question that people read, in their order; the rest is for programs.
var summaryOrder = []string{"kind", "claim", "total", "amount", "discount_principal", "discount_interest", "discount_cost", "instalments", "procedure", "court_fee", "beyond"}

func factsOf(lang string, summary map[string]string, currency money.Currency) (facts []fact) {
	for _, name := range summaryOrder {
		raw := summary[name]
		if raw == "" {
			continue
		}
		value := raw
		a, err := money.Parse(raw, currency)
		switch {
		case err == nil && a.IsZero():
			continue
		case err == nil:
			value = inWords(lang, a)
		case name == "kind":
			value = word(lang, "deal", raw)
		case name == "procedure":
			value = word(lang, "procedure", raw)
		case name == "instalments":
			value = planInWords(lang, raw, currency)
		case name == "beyond":
			value = eachWord(lang, "beyond", strings.Split(raw, ", "))
		}
		facts = append(facts, fact{word(lang, "summary", name), value})
	}
	return facts
}

// planInWords reads "2026-04-01 500.00; 2026-05-01 500.00".
func planInWords(lang, raw string, currency money.Currency) string {
	var parts []string
	for _, one := range strings.Split(raw, "; ") {
		on, amount, _ := strings.Cut(one, " ")
		d, err := day.Parse(on)
		a, err2 := money.Parse(amount, currency)
		if err != nil || err2 != nil {
			return raw
		}
		parts = append(parts, d.Short(lang)+": "+inWords(lang, a))
	}
	return strings.Join(parts, "\n")
}

func eachWord(lang, list string, values []string) string {
	for i, v := range values {
		values[i] = word(lang, list, v)
	}
	return strings.Join(values, ", ")
}

func (s *Server) grantApproval(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.answerApproval(w, r, who, true, "approval_granted")
}

func (s *Server) refuseApproval(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.answerApproval(w, r, who, false, "approval_refused")
}

// answerApproval carries the answer to the feature that asked.
func (s *Server) answerApproval(w http.ResponseWriter, r *http.Request, who evidence.Actor, granted bool, done string) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	return submit(s, w, r, submitted[clients.Approval]{name: "decide", done: done,
		do: func(ctx context.Context) (clients.Approval, error) {
			return s.decide(ctx, who, id, granted, r.PostFormValue("reason"))
		},
		next:  func(clients.Approval) string { return "/approvals" },
		again: func(t tried) error { return s.showApprovals(w, r, who, t) }})
}
