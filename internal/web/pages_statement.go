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
	ClientID uuid.UUID // both the case and the statement have one
	Currency string
	Today    day.Date
}

func (s *Server) statementPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	var sheet statementSheet
	err = s.Log.DB.View(r.Context(), who.Token, func(tx *postgres.Tx) (err error) {
		if sheet.Case, err = cases.Get(tx, who, id); err != nil {
			return err
		}
		if err := access.Require(who, access.To(access.ActRead, access.ObjStatement), sheet.Place(), access.NoState); err != nil {
			return err
		}
		pack, err := s.Law.Pack(sheet.Jurisdiction)
		if err != nil {
			return err
		}
		sheet.Today = day.In(s.Now(), pack.Zone)
		asOf := sheet.Today
		if raw := r.URL.Query().Get("as_of"); raw != "" {
			if asOf, err = day.Parse(raw); err != nil {
				return errDay
			}
		}
		book := ledger.Book{Law: s.Law}
		sheet.Statement, err = book.Statement(tx, sheet.Case.ClientID, []uuid.UUID{id}, asOf, time.Time{})
		return err
	})
	if err != nil {
		return err
	}
	sheet.ClientID, sheet.Currency = sheet.Case.ClientID, string(sheet.Case.Currency)
	sheet.head = head{Title: text(s.tongue(r, who), "statement.title", sheet.AsOf.Short(s.tongue(r, who))), Section: "/cases"}
	return s.show(w, r, http.StatusOK, "statement", sheet)
}
