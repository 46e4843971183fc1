package web

import (
	"net/http"

	"recobro/internal/court"
	"recobro/internal/evidence"
	"recobro/internal/ledger"
	"recobro/internal/problem"
)

// checkFilings tells what whoever signs an open filing has to know of its figures. One that cannot be composed says so when it is
// submitted.
func (s *Server) checkFilings(r *http.Request, who evidence.Actor, p *proceedingSheet) error {
	lang := s.tongue(r, who)
	for i := range p.Filings {
		f := &p.Filings[i]
		if f.State != court.FilingInReview && f.State != court.FilingApproved {
			continue
		}
		items, err := s.Court.Checklist(r.Context(), who, f.ID)
		if err != nil && problem.Of(err) == nil {
			return err
		}
		var facts []string
		for _, one := range items {
			f.Checks = append(f.Checks, checkOf(lang, one))
			if one.ID == ledger.RateUnticked {
				facts = append(facts, one.Fact)
			}
		}
		f.Ticks = ticksFor(r, who, facts)
		f.May["sign"] = f.May["sign"] && len(facts) == 0
	}
	return nil
}
