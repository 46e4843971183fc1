package law

import (
	"errors"
	"fmt"
	"time"

	"recobro/internal/money"
	"recobro/internal/problem"
)

// check refuses a pack that could mislead: a fact without a known confidence or without its article, an id twice, overlapping
// rates, a component missing from the allocation order, an act that starts a term which does not exist.
func (p *Pack) check() error {
	seen := map[string]bool{}
	for _, f := range p.Facts() {
		switch {
		case surety[f.Confidence] == 0:
			return fmt.Errorf("%s: confidence %q is not known", f.ID, f.Confidence)
		case f.Confidence == ReadLaw && (f.Law == "" || f.Source == ""):
			return fmt.Errorf("%s: a fact that was read in the law names its article and publication", f.ID)
		case f.Confidence == HouseRule && f.Law != "":
			return fmt.Errorf("%s: a house rule cannot quote a law", f.ID)
		case seen[f.ID]:
			return fmt.Errorf("%s: the id is there twice", f.ID)
		}
		seen[f.ID] = true
	}
	err := errors.Join(p.checkScope(), p.checkSettings(), p.checkInterest(), p.checkUnits(), p.checkCalendar(), p.checkContact())
	if !p.Whole() {
		return err
	}
	return errors.Join(err, p.checkMoney(), p.checkLimitation(), p.checkProcedures())
}

func (p *Pack) checkMoney() error {
	figures := []string{p.doc.Compensation.Amount, p.doc.CourtFee.ExemptUpTo}
	for _, a := range p.doc.CourtFee.Amounts {
		figures = append(figures, a)
	}
	for _, f := range figures {
		if _, err := money.Parse(f, p.Currency); f != "" && err != nil {
			return fmt.Errorf("amount %q: %w", f, err)
		}
	}
	return errors.Join(p.checkCollectionCosts(), p.checkAllocation())
}

func (p *Pack) checkProcedures() error {
	ids := p.TermIDs()
	for _, pr := range p.doc.Procedures {
		if err := p.checkProcedure(pr, ids); err != nil {
			return fmt.Errorf("procedure %s: %w", pr.ID, err)
		}
	}
	if p.doc.Demand.Term.Days < 1 || len(p.doc.Demand.Items) == 0 {
		return errors.New("demand: a term and a checklist")
	}
	return nil
}

func both(t problem.Text) bool { return t.ES != "" && t.EN != "" }

func isMonthDay(s string) bool {
	_, err := time.Parse("01-02", s)
	return err == nil
}
