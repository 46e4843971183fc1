package web

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/ledger"
	"recobro/internal/postgres"
)

func (s *Server) statementPages() {
	s.page("GET", "/cases/{id}/statement", access.To(access.ActRead, access.ObjStatement), s.statementPage)
}

// statementSheet is the claim on a day, with every line and period that explains it.
type statementSheet struct {
	head
	*cases.Case
	ledger.Statement
	Currency string // both the case and the statement have one
}

func (s *Server) statementPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	var sheet statementSheet
	err = s.Log.DB.View(r.Context(), who.Token, func(tx *postgres.Tx) error {
		return s.readStatement(tx, who, id, r.URL.Query().Get("as_of"), &sheet)
	})
	if err != nil {
		return err
	}
	lang := s.tongue(r, who)
	sheet.head = head{Title: text(lang, "statement.title", sheet.AsOf.Short(lang)), Section: "/cases"}
	return s.show(w, r, http.StatusOK, "statement", sheet)
}

// readStatement computes the claim on the day asked for, or today where the case is.
func (s *Server) readStatement(tx *postgres.Tx, who evidence.Actor, id uuid.UUID, asked string, p *statementSheet) (err error) {
	if p.Case, err = cases.Get(tx, who, id); err != nil {
		return err
	}
	if err := access.Require(who, access.To(access.ActRead, access.ObjStatement), p.Place(), access.NoState); err != nil {
		return err
	}
	pack, err := s.Law.Pack(p.Jurisdiction)
	if err != nil {
		return err
	}
	asOf := day.In(s.Now(), pack.Zone)
	if asked != "" {
		if asOf, err = day.Parse(asked); err != nil {
			return errDay
		}
	}
	p.Currency = string(p.Case.Currency)
	book := ledger.Book{Law: s.Law}
	p.Statement, err = book.Statement(tx, p.Case.ClientID, []uuid.UUID{id}, asOf, time.Time{})
	return err
}
