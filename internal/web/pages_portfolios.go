package web

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/intake"
)

func (s *Server) portfolioPages() {
	s.page("GET", "/portfolios", access.To(access.ActList, access.ObjPortfolio), s.portfoliosPage)
	s.page("GET", "/portfolios/{id}", access.To(access.ActRead, access.ObjPortfolio), s.portfolioPage)
}

// portfoliosSheet lists what was handed over, the newest first.
type portfoliosSheet struct {
	head
	Lines []intake.Result
	Next  string
}

const pageOfPortfolios = 30

func (s *Server) portfoliosPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	before, err := uuid.Parse(r.URL.Query().Get("cursor"))
	if err != nil {
		before = uuid.Max
	}
	all, err := s.Intake.List(r.Context(), who, before, pageOfPortfolios+1)
	if err != nil {
		return err
	}
	sheet := portfoliosSheet{head: head{Title: text(s.tongue(r, who), "portfolios.title"), Section: "/portfolios"}, Lines: all}
	if len(all) > pageOfPortfolios {
		sheet.Lines = all[:pageOfPortfolios]
		sheet.Next = "/portfolios?cursor=" + all[pageOfPortfolios-1].ID.String()
	}
	return s.show(w, r, http.StatusOK, "portfolios", sheet)
}

// portfolioSheet is one hand-over with the fate of each item.
type portfolioSheet struct {
	head
	intake.Result
	Items []itemLine
	Next  string
}

// itemLine is one item with its reasons in the reader's language.
type itemLine struct {
	intake.Fate
	Why []string
}

const pageOfItems = 100

func (s *Server) portfolioPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	found, err := s.Intake.Get(r.Context(), who, id)
	if err != nil {
		return err
	}
	after := -1
	if n := number(r.URL.Query().Get("after")); n > 0 {
		after = n
	}
	fates, err := s.Intake.Items(r.Context(), who, id, "", after, pageOfItems+1)
	if err != nil {
		return err
	}
	sheet := portfolioSheet{head: head{Title: found.Reference, Section: "/portfolios"}, Result: found}
	if len(fates) > pageOfItems {
		fates = fates[:pageOfItems]
		sheet.Next = fmt.Sprintf("/portfolios/%s?after=%d", id, fates[pageOfItems-1].N)
	}
	sheet.Items = itemLines(s.tongue(r, who), fates)
	return s.show(w, r, http.StatusOK, "portfolio", sheet)
}

func itemLines(lang string, fates []intake.Fate) (lines []itemLine) {
	for _, f := range fates {
		line := itemLine{Fate: f}
		for _, reason := range append(f.Reasons, f.Warnings...) {
			line.Why = append(line.Why, reason.Text.In(lang))
		}
		lines = append(lines, line)
	}
	return lines
}
