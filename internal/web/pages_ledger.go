package web

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/payments"
	"recobro/internal/postgres"
)

func (s *Server) ledgerPages() {
	s.page("POST", "/cases/{id}/costs", access.To(access.ActRecord, access.ObjLedgerEntry), s.addCost)
	s.page("POST", "/cases/{id}/entries/{entry}/bearer", access.To(access.ActEdit, access.ObjLedgerEntry), s.setBearer)
	s.page("POST", "/cases/{id}/entries/{entry}/reverse", access.To(access.ActReverse, access.ObjLedgerEntry), s.reverseEntry)
	s.page("POST", "/cases/{id}/waivers", access.To(access.ActAdjust, access.ObjLedgerEntry), s.waive)
	s.page("POST", "/cases/{id}/write_offs", access.To(access.ActAdjust, access.ObjLedgerEntry), s.writeOff)
	s.page("POST", "/cases/{id}/interest_terms", access.To(access.ActEdit, access.ObjDebt), s.setInterestTerms)
	s.page("POST", "/cases/{id}/presentation", access.To(access.ActEdit, access.ObjDebt), s.presentCheque)
}

// ledgerPart is the section of the case page on what people write into its ledger.
type ledgerPart struct {
	Advanced   []ledger.Line // costs that the debtor does not bear, or not yet: no part of the claim
	Claimed    []ledger.Line // costs and compensation that the debtor bears
	GivenUp    []ledger.Line
	Components []ledger.Component
	Bearers    []ledger.Bearer
	Regimes    []law.Regime
	Cheques    []cases.Debt
	Surcharge  bool // the law gives one on cheques without funds
	Limit      bool // the law limits what a consumer bears of collection costs
	Papers     []choice
}

// readLedger sorts what stands in the statement of today, and reads what the forms offer.
func readLedger(s *Server, tx *postgres.Tx, r *http.Request, who evidence.Actor, p *caseSheet) error {
	part := &ledgerPart{Components: ledger.Components, Bearers: []ledger.Bearer{ledger.ByDebtor, ledger.ByClient, ledger.ByFirm, ledger.Undecided}}
	p.Ledger = part
	if p.Money != nil {
		for _, l := range p.Money.Entered() {
			switch {
			case l.Kind != ledger.Charge:
				part.GivenUp = append(part.GivenUp, l)
			case l.Advanced():
				part.Advanced = append(part.Advanced, l)
			default:
				part.Claimed = append(part.Claimed, l)
			}
		}
	}
	for _, t := range p.pack.RateTables() {
		part.Regimes = append(part.Regimes, t.Regime)
	}
	part.Regimes = append(part.Regimes, law.Agreed, law.None)
	for _, d := range p.Debts {
		if d.Kind == "cheque" {
			part.Cheques = append(part.Cheques, d)
		}
	}
	part.Surcharge, part.Limit = p.pack.SurchargesCheques(), p.pack.LimitsCollectionCosts() && !p.Business
	if err := readPapers(s, tx, r, who, p); err != nil {
		return err
	}
	for _, d := range p.Papers {
		part.Papers = append(part.Papers, choice{d.ID.String(), d.Name})
	}
	return nil
}

// onLedger is a form of the section.
func (s *Server) onLedger(w http.ResponseWriter, r *http.Request, who evidence.Actor, name, done string, do func(context.Context, uuid.UUID) (payments.Entered, error)) error {
	return onCase(s, w, r, who, name, done, "money", do)
}

func (s *Server) addCost(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onLedger(w, r, who, "money_cost", "cost_added", func(ctx context.Context, id uuid.UUID) (payments.Entered, error) {
		amount, err := s.caseAmount(ctx, r, who, id)
		if err != nil {
			return payments.Entered{}, err
		}
		on, err := dayOf(r, "on")
		if err != nil {
			return payments.Entered{}, err
		}
		spent := ledger.Spending{Component: ledger.Component(r.PostFormValue("component")), Amount: amount, On: on, Basis: r.PostFormValue("basis"),
			BorneBy: ledger.Bearer(r.PostFormValue("borne_by")), Document: chosen(r, "document_id"),
			Contacted: r.PostFormValue("contacted") == "1"}
		if debt := chosen(r, "debt_id"); debt != nil {
			spent.Debt = *debt
		}
		return s.Payments.AddCost(ctx, who, id, spent, r.PostFormValue("proved") == "1")
	})
}

func (s *Server) setBearer(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onLedger(w, r, who, "money_bearer", "bearer_set", func(ctx context.Context, _ uuid.UUID) (payments.Entered, error) {
		return s.Payments.Bears(ctx, who, part(r, "entry"), ledger.Bearer(r.PostFormValue("borne_by")), r.PostFormValue("basis"))
	})
}

func (s *Server) reverseEntry(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onLedger(w, r, who, "money_back", "entry_reversed", func(ctx context.Context, _ uuid.UUID) (payments.Entered, error) {
		return s.Payments.Reverse(ctx, who, part(r, "entry"), r.PostFormValue("reason"))
	})
}

// givenUpOf reads what is given up: the amount is needed unless it is all.
func (s *Server) givenUpOf(ctx context.Context, r *http.Request, who evidence.Actor, id uuid.UUID) (g payments.GivenUp, err error) {
	g.Basis = r.PostFormValue("basis")
	if g.All = r.PostFormValue("component") == "all"; g.All {
		return g, nil
	}
	g.Component = ledger.Component(r.PostFormValue("component"))
	g.Amount, err = s.caseAmount(ctx, r, who, id)
	return g, err
}

func (s *Server) waive(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onLedger(w, r, who, "money_waiver", "waived", func(ctx context.Context, id uuid.UUID) (payments.Entered, error) {
		g, err := s.givenUpOf(ctx, r, who, id)
		if err != nil {
			return payments.Entered{}, err
		}
		return s.Payments.Waive(ctx, who, id, g)
	})
}

func (s *Server) writeOff(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onLedger(w, r, who, "money_write_off", "written_off", func(ctx context.Context, id uuid.UUID) (payments.Entered, error) {
		g, err := s.givenUpOf(ctx, r, who, id)
		if err != nil {
			return payments.Entered{}, err
		}
		return s.Payments.WriteOff(ctx, who, id, g)
	})
}

func (s *Server) setInterestTerms(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onLedger(w, r, who, "money_terms", "terms_set", func(ctx context.Context, _ uuid.UUID) (payments.Entered, error) {
		t := ledger.Terms{Regime: law.Regime(r.PostFormValue("regime")), Kind: ledger.TermsKind(r.PostFormValue("kind")), Basis: r.PostFormValue("basis")}
		if debt := chosen(r, "debt_id"); debt != nil {
			t.Debt = *debt
		}
		var err error
		if t.FromOn, err = dayOf(r, "from_on"); err != nil {
			return payments.Entered{}, err
		}
		if raw := r.PostFormValue("agreed_rate"); raw != "" {
			plain, ok := plainFigureOf(raw)
			if !ok {
				return payments.Entered{}, errFigure
			}
			if t.AgreedPct, err = ledger.Percent(plain); err != nil {
				return payments.Entered{}, err
			}
		}
		return s.Payments.SetTerms(ctx, who, t)
	})
}

func (s *Server) presentCheque(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onLedger(w, r, who, "money_cheque", "cheque_presented", func(ctx context.Context, _ uuid.UUID) (payments.Entered, error) {
		on, err := dayOf(r, "on")
		if err != nil {
			return payments.Entered{}, err
		}
		p := payments.Presentation{On: on, Surcharge: r.PostFormValue("surcharge") == "1"}
		for field, into := range map[string]*uuid.UUID{"debt_id": &p.Debt, "document_id": &p.Document} {
			if id := chosen(r, field); id != nil {
				*into = *id
			}
		}
		return s.Payments.Present(ctx, who, p)
	})
}
