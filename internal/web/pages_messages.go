package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/contact"
	"recobro/internal/day"
	"recobro/internal/evidence"
)

func (s *Server) messagePages() {
	s.page("GET", "/messages", access.To(access.ActList, access.ObjMessage), s.messagesPage)
	s.page("GET", "/messages/{id}", access.To(access.ActRead, access.ObjMessage), s.messagePage)
	s.page("POST", "/messages/{id}/resolve", access.To(access.ActResolve, access.ObjMessage), s.resolveMessage)
}

var messageStates = []contact.State{contact.Reserved, contact.Sending, contact.Sent, contact.Bounced, contact.Failed, contact.Ambiguous, contact.Withdrawn}

// messagesSheet is what has been sent, the newest first.
type messagesSheet struct {
	head
	Tabs  []caseTab
	Lines []contact.Message
	Next  string
}

const pageOfMessages = 30

func (s *Server) messagesPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	q := r.URL.Query()
	state := contact.State("")
	sheet := messagesSheet{head: head{Title: text(s.tongue(r, who), "messages.title"), Section: "/messages", Wide: true}}
	for _, one := range messageStates {
		if q.Get("state") == string(one) {
			state = one
		}
	}
	sheet.Tabs = append(sheet.Tabs, caseTab{"/messages", "list.all", state == ""})
	for _, one := range messageStates {
		sheet.Tabs = append(sheet.Tabs, caseTab{"/messages?state=" + string(one), "messagestate." + string(one), state == one})
	}
	all, err := s.Contact.List(r.Context(), who, contact.Filter{State: state}, messageCursor(q.Get("cursor")), pageOfMessages+1)
	if err != nil {
		return err
	}
	if len(all) > pageOfMessages {
		all = all[:pageOfMessages]
		last := all[pageOfMessages-1]
		q.Set("cursor", last.ReservedOn.String()+"."+last.ID.String())
		sheet.Next = "/messages?" + q.Encode()
	}
	sheet.Lines = all
	return s.show(w, r, http.StatusOK, "messages", sheet)
}

// messageCursor reads where a page ended; anything else begins at the newest.
func messageCursor(raw string) (c contact.Cursor) {
	on, id, _ := strings.Cut(raw, ".")
	d, err := day.Parse(on)
	if err != nil {
		return c
	}
	if c.ID, err = uuid.Parse(id); err == nil {
		c.ReservedOn = d
	}
	return c
}

// messageSheet is one message with its text as it was sent.
type messageSheet struct {
	head
	tried
	contact.Message
	MayResolve bool
}

// Form is one of the page's forms.
func (p messageSheet) Form(name string) form { return p.form(name) }

func (s *Server) messagePage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.showMessage(w, r, who, tried{status: http.StatusOK})
}

func (s *Server) showMessage(w http.ResponseWriter, r *http.Request, who evidence.Actor, t tried) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	m, err := s.Contact.Get(r.Context(), who, id)
	if err != nil {
		return err
	}
	sheet := messageSheet{head: head{Title: text(s.tongue(r, who), "messages.title"), Section: "/messages"}, tried: t, Message: m}
	sheet.MayResolve = m.State == contact.Ambiguous && access.RequireSome(who, access.To(access.ActResolve, access.ObjMessage)) == nil
	return s.show(w, r, t.status, "message", sheet)
}

// resolved is what settling a message leaves: only that it was done.
type resolved struct{ ID uuid.UUID }

func (s *Server) resolveMessage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	return submit(s, w, r, submitted[resolved]{name: "resolve", done: "message_settled",
		do: func(ctx context.Context) (resolved, error) {
			return resolved{id}, s.Contact.Resolve(ctx, who, id, contact.State(r.PostFormValue("outcome")), r.PostFormValue("reason"))
		},
		next:  func(resolved) string { return "/messages/" + id.String() },
		again: func(t tried) error { return s.showMessage(w, r, who, t) }})
}
