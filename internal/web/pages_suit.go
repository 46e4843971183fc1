package web

import (
	"context"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// suitAhead is what the case's page says of a suit to come: whom it would be against, what may be sued for and how, and what is missing.
type suitAhead struct {
	Parties    []cases.Party
	Procedures []choice // with their limits of amount
	Titles     []choice // of all procedures
	Gates      []law.Gate
	GatesOf    string // the name of the procedure that they are the gates of
}

// readSuit reads it for the firm, on the tab of the court alone.
func (s *Server) readSuit(ctx context.Context, who evidence.Actor, lang string, p *caseSheet) error {
	if !who.Staff || !access.May(who, access.To(access.ActRecord, access.ObjProceeding), p.Place(), access.NoState) {
		return nil
	}
	first := ""
	for _, pr := range p.pack.Procedures() {
		p.Suit.Procedures = append(p.Suit.Procedures, choice{pr.ID, pr.Name.In(lang) + limitsOf(lang, p, pr)})
		if first == "" && p.Money != nil && takes(p, pr) {
			first, p.Suit.GatesOf = pr.ID, pr.Name.In(lang)
		}
		for _, t := range pr.Titles {
			if !t.FromDebt {
				p.Suit.Titles = append(p.Suit.Titles, choice{t.ID, pr.Name.In(lang) + ": " + t.Text.In(lang)})
			}
		}
	}
	err := s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		p.Suit.Parties, err = cases.PartiesOf(tx, p.ClientID, p.AccountID)
		return err
	})
	if err != nil || p.Tab != "court" || first == "" {
		return err
	}
	p.Suit.Gates, err = s.Court.Gates(ctx, who, p.ID, first)
	if q := problem.Of(err); q != nil { // a fact that nobody has confirmed: the opening says so
		return nil
	}
	return err
}

// takes tells whether a procedure lets the case's claim in; one whose limit is not known today is not proposed.
func takes(p *caseSheet, pr law.Procedure) bool {
	in, err := p.pack.Takes(pr, p.Money.Open, p.Today)
	return err == nil && in
}

// limitsOf explains the limits of a procedure: "(hasta 15.000,00 €)"; nothing when it has none or they are not known for today.
func limitsOf(lang string, p *caseSheet, pr law.Procedure) string {
	above, upTo, err := p.pack.Limits(pr, p.Today)
	out := ""
	if above != nil {
		out += text(lang, "suit.above", above.In(p.pack.Locale))
	}
	if upTo != nil {
		out += text(lang, "suit.upto", upTo.In(p.pack.Locale))
	}
	if err != nil {
		out += text(lang, "suit.unknown")
	}
	return out
}
