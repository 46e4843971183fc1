package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/settlements"
)

func (s *Server) agreementPages() {
	to := func(act access.Action) access.Permission { return access.To(act, access.ObjAgreement) }
	s.page("POST", "/cases/{id}/agreements", to(access.ActPropose), s.proposeDeal)
	s.page("GET", "/agreements/{id}", to(access.ActRead), s.agreementPage)
	s.page("POST", "/agreements/{id}/accept", to(access.ActAccept), s.acceptDeal)
	s.page("POST", "/agreements/{id}/cancel", to(access.ActCancel), s.cancelDeal)
}

// agreementSheet is one agreement with its plan.
type agreementSheet struct {
	head
	tried
	settlements.Agreement
	Cases []*cases.Case
	May   map[string]bool
	Today day.Date
}

// Form is one of the page's forms.
func (p agreementSheet) Form(name string) form { return p.form(name) }

// Tone says how an instalment stands today.
func (p agreementSheet) Tone(i settlements.Instalment) string {
	switch {
	case i.Open().IsZero():
		return "ok"
	case i.DueOn.Before(p.Today):
		return "danger"
	}
	return "mute"
}

func (s *Server) agreementPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.showAgreement(w, r, who, tried{status: http.StatusOK})
}

func (s *Server) showAgreement(w http.ResponseWriter, r *http.Request, who evidence.Actor, t tried) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	sheet := agreementSheet{head: head{Title: text(s.tongue(r, who), "agreement.title"), Section: "/cases"}, tried: t}
	err = s.Log.DB.View(r.Context(), who.Token, func(tx *postgres.Tx) (err error) {
		if sheet.Agreement, err = settlements.Get(tx, who, id); err != nil {
			return err
		}
		sheet.Cases, err = casesByID(tx, who, sheet.CaseIDs)
		return err
	})
	if err != nil {
		return err
	}
	pack, err := s.Law.Pack(sheet.Cases[0].Jurisdiction)
	if err != nil {
		return err
	}
	sheet.Today = day.In(s.Now(), pack.Zone)
	may := func(act access.Action) bool {
		return access.May(who, access.To(act, access.ObjAgreement), sheet.Cases[0].Place(), access.State(sheet.State))
	}
	live := sheet.State == settlements.AwaitingClient || sheet.State == settlements.Proposed || sheet.State == settlements.Active
	sheet.May = map[string]bool{"accept": may(access.ActAccept) && sheet.State == settlements.Proposed, "cancel": may(access.ActCancel) && live}
	return s.show(w, r, t.status, "agreement", sheet)
}

func agreementURL(a settlements.Agreement) string { return "/agreements/" + a.ID.String() }

func (s *Server) proposeDeal(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	return submit(s, w, r, submitted[settlements.Agreement]{name: "agreement", done: "agreement_proposed", next: agreementURL,
		do: func(ctx context.Context) (settlements.Agreement, error) {
			terms, err := s.termsOf(ctx, r, who, id)
			if err != nil {
				return settlements.Agreement{}, err
			}
			return s.Settlements.Propose(ctx, who, id, terms)
		},
		again: func(t tried) error { return s.showCase(w, r, who, t) }})
}

// termsOf reads the proposal of a form.
func (s *Server) termsOf(ctx context.Context, r *http.Request, who evidence.Actor, id uuid.UUID) (terms settlements.Terms, err error) {
	if terms.Total, err = s.caseAmount(ctx, r, who, id); err != nil {
		return terms, err
	}
	if terms.FirstDueOn, err = dayOf(r, "first_due_on"); err != nil {
		return terms, err
	}
	terms.Kind = settlements.Kind(r.PostFormValue("kind"))
	terms.Count, _ = strconv.Atoi(r.PostFormValue("count"))
	return terms, nil
}

// onAgreement is a form of the agreement's page.
func (s *Server) onAgreement(w http.ResponseWriter, r *http.Request, who evidence.Actor, name, done string, do func(context.Context, uuid.UUID) (settlements.Agreement, error)) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	return submit(s, w, r, submitted[settlements.Agreement]{name: name, done: done, next: agreementURL,
		do:    func(ctx context.Context) (settlements.Agreement, error) { return do(ctx, id) },
		again: func(t tried) error { return s.showAgreement(w, r, who, t) }})
}

func (s *Server) acceptDeal(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onAgreement(w, r, who, "accept", "agreement_accepted", func(ctx context.Context, id uuid.UUID) (settlements.Agreement, error) {
		return s.Settlements.Accept(ctx, who, id, settlements.Acceptance{Source: r.PostFormValue("source"), Signatory: r.PostFormValue("signatory")})
	})
}

func (s *Server) cancelDeal(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onAgreement(w, r, who, "cancel", "agreement_cancelled", func(ctx context.Context, id uuid.UUID) (settlements.Agreement, error) {
		return s.Settlements.Cancel(ctx, who, id, r.PostFormValue("reason"))
	})
}
