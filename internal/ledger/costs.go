package ledger

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// Spending is a cost, a court fee or the firm's own fee that arose on a day.
type Spending struct {
	Debt      uuid.UUID
	Component Component // Cost, CourtFee or Fee
	Amount    money.Amount
	On        day.Date
	Basis     string     // the article or the reason
	BorneBy   Bearer     // empty: the debtor; of a fee always the client
	Document  *uuid.UUID // of the case, that proves it
	Contacted bool       // the debtor had the free useful contact without which the law takes some off (CL Ley 19.496 art. 37)
}

var (
	errCost = problem.New(problem.Invalid, "cost_invalid",
		"Solo se cargan gastos, tasas y honorarios, con importe positivo en la moneda del expediente, una deuda suya, su justificación y quien los soporta.",
		"Only costs, court fees and fees are charged, with a positive amount in the case's currency, a debt of the case, a reason and who bears them.")
	errBearer = problem.New(problem.Invalid, "bearer_invalid",
		"Un gasto lo soporta el deudor, el cliente o el despacho, o está por decidir; los honorarios, siempre el cliente.",
		"A cost is borne by the debtor, the client or the firm, or is undecided; the firm's fee always by the client.")
	errProof = problem.New(problem.Invalid, "cost_without_proof",
		"Se acredita con un documento del expediente.", "It is proved by a document of the case.")
	errCovered = problem.New(problem.Conflict, "cost_covered",
		"Los costes acreditados no superan la compensación fija ya reclamada: acredítelos junto con los demás.",
		"The costs proved do not exceed the fixed compensation already claimed: prove them together with the others.")
	errSurcharged = problem.New(problem.Conflict, "surcharged_before", "El recargo del cheque ya está reclamado.", "The cheque's surcharge is claimed already.")
	errAlready    = problem.New(problem.Conflict, "bearer_unchanged", "El gasto ya lo soporta quien se indica.", "The cost is borne by that one already.")
)

// AddCost charges a cost, a court fee or the firm's fee to a debt, on the day it arose. What the debtor does not bear, or not yet, is
// no part of the claim. Problems: cost_invalid, bearer_invalid, effective_in_future, cost_above_limit.
func (b *Book) AddCost(tx *evidence.Tx, c *cases.Case, s Spending) (Line, []evidence.Entry, error) {
	return b.spend(tx, c, s, nil)
}

// AddProvedCost charges recovery costs that a document proves, less the fixed compensation that the debt already owes for them (ES Ley
// 3/2004 art. 8.1: 250.00 proved beside the 40.00 are 210.00). The compensation is taken off once, from the first. Problems beside
// those of AddCost: cost_without_proof, cost_covered.
func (b *Book) AddProvedCost(tx *evidence.Tx, c *cases.Case, s Spending) (Line, []evidence.Entry, error) {
	s.Component = Cost
	if s.Document == nil {
		return Line{}, nil, errProof
	}
	return b.spend(tx, c, s, func(debt *claim) (money.Amount, string) {
		fixed := debt.zero()
		for l := range debt.standing(lastDay) {
			if l.Proved != nil {
				return s.Amount, s.Basis
			}
			if l.Component == Compensation && l.Kind == Charge {
				fixed = fixed.Plus(l.Amount)
			}
		}
		if fixed.IsZero() {
			return s.Amount, s.Basis
		}
		return s.Amount.Minus(fixed), fmt.Sprintf("%s: acreditados %s, menos la compensación fija de %s", s.Basis, s.Amount.Decimal(), fixed.Decimal())
	})
}

// SurchargeCheque charges what the drawer of a cheque without funds owes beside interest on what of its principal is open on a day (ES
// Ley 19/1985 art. 149: 10 %), once. Problems: cost_invalid for another kind of debt or a law without it, surcharged_before.
func (b *Book) SurchargeCheque(tx *evidence.Tx, c *cases.Case, debt uuid.UUID, on day.Date, basis string) (Line, []evidence.Entry, error) {
	f, err := b.open(tx, []*cases.Case{c})
	if err != nil {
		return Line{}, nil, err
	}
	cheque := f.claim(debt)
	if cheque == nil || cheque.Kind != "cheque" || basis == "" {
		return Line{}, nil, errCost
	}
	if err := f.notAfterToday(tx, on); err != nil {
		return Line{}, nil, err
	}
	for l := range cheque.standing(lastDay) {
		if l.Component == Compensation {
			return Line{}, nil, errSurcharged
		}
	}
	p, err := cheque.at(on)
	if err != nil {
		return Line{}, nil, err
	}
	amount, source, due, err := cheque.pack.ChequeSurcharge(p.sums.open(Principal))
	if err != nil || !due {
		return Line{}, nil, cmp.Or(err, error(errCost))
	}
	f.add(newLine(c.ID, debt, Compensation, Charge, amount, on, source.Law+"; "+basis))
	return f.fresh[0], f.entries("compensation.charged", nil), insert(tx, f.client, f.fresh)
}

// spend charges what of the spending the rule lets stand; without a rule, all of it.
func (b *Book) spend(tx *evidence.Tx, c *cases.Case, s Spending, recoverable func(*claim) (money.Amount, string)) (Line, []evidence.Entry, error) {
	f, err := b.open(tx, []*cases.Case{c})
	if err != nil {
		return Line{}, nil, err
	}
	if s.BorneBy == "" {
		if s.BorneBy = ByDebtor; s.Component == Fee {
			s.BorneBy = ByClient
		}
	}
	debt := f.claim(s.Debt)
	if !slices.Contains([]Component{Cost, CourtFee, Fee}, s.Component) || !s.Amount.IsPositive() || s.Amount.Currency != f.currency || s.Basis == "" || debt == nil {
		return Line{}, nil, errCost
	}
	if !s.mayBear() {
		return Line{}, nil, errBearer
	}
	if err := f.notAfterToday(tx, s.On); err != nil {
		return Line{}, nil, err
	}
	if err := ofCase(tx, c, s.Document); err != nil {
		return Line{}, nil, err
	}
	l := newLine(c.ID, s.Debt, s.Component, Charge, s.Amount, s.On, s.Basis)
	l.BorneBy, l.DocumentID = s.BorneBy, s.Document
	if recoverable != nil {
		proved := s.Amount
		l.Proved = &proved
		if l.Amount, l.Basis = recoverable(debt); !l.Amount.IsPositive() {
			return Line{}, nil, errCovered
		}
	}
	if err := withinLimit(c, debt, l, s.Contacted); err != nil {
		return Line{}, nil, err
	}
	f.add(l)
	return f.fresh[0], f.entries("cost.charged", evidence.Fields{"borne_by": string(s.BorneBy)}), insert(tx, f.client, f.fresh)
}

// withinLimit refuses collection costs, out of court, beyond what the law lets the debt's own debtor bear.
func withinLimit(c *cases.Case, debt *claim, l Line, contacted bool) error {
	if l.Component != Cost || l.BorneBy != ByDebtor || c.Stage == cases.Judicial || c.Stage == cases.Enforcement {
		return nil
	}
	overdue, charged := debt.zero(), l.Amount
	for s := range debt.standing(lastDay) {
		switch {
		case (s.Component == Principal || s.Component == OrdinaryInterest) && !s.EffectiveOn.After(l.EffectiveOn):
			overdue = overdue.Plus(s.Amount)
		case s.Component == Cost && s.Kind == Charge && s.BorneBy == ByDebtor:
			charged = charged.Plus(s.Amount)
		}
	}
	most, source, limited, err := debt.pack.CollectionCostLimit(overdue, debt.Business, debt.DueOn, l.EffectiveOn, contacted)
	if err != nil || !limited || charged.Cmp(most) <= 0 {
		return err
	}
	return problem.New(problem.Conflict, "cost_above_limit",
		fmt.Sprintf("Los gastos de cobranza de la deuda %s serían %s y la ley no admite más de %s (%s).", debt.Number, charged.Decimal(), most.Decimal(), source.Law),
		fmt.Sprintf("The collection costs of debt %s would be %s, and the law allows no more than %s (%s).", debt.Number, charged.Decimal(), most.Decimal(), source.Law))
}

// ofCase refuses a document that is not of the case; none is none.
func ofCase(tx *evidence.Tx, c *cases.Case, document *uuid.UUID) error {
	if document == nil {
		return nil
	}
	var found bool
	if err := tx.Get(&found, `select exists (select 1 from documents where client_id = $1 and case_id = $2 and id = $3)`, c.ClientID, c.ID, *document); err != nil {
		return fmt.Errorf("looking for document %s of case %s: %w", *document, c.Number, err)
	}
	if !found {
		return errProof
	}
	return nil
}

func (s Spending) mayBear() bool {
	if s.Component == Fee {
		return s.BorneBy == ByClient
	}
	return slices.Contains([]Bearer{ByDebtor, ByClient, ByFirm, Undecided}, s.BorneBy)
}

// Bears changes who finally bears a cost or court fee: its line is reversed and entered again, in one action, and what was paid since
// falls again. Problems: line_not_standing, bearer_invalid, bearer_unchanged, cost_above_limit.
func (b *Book) Bears(tx *evidence.Tx, c *cases.Case, line uuid.UUID, by Bearer, basis string) (Changed, []evidence.Entry, error) {
	f, err := b.open(tx, []*cases.Case{c})
	if err != nil {
		return Changed{}, nil, err
	}
	targets, err := f.targets([]uuid.UUID{line})
	if err != nil {
		return Changed{}, nil, err
	}
	was := targets[0]
	switch {
	case was.Kind != Charge || (was.Component != Cost && was.Component != CourtFee) || !(Spending{Component: was.Component, BorneBy: by}).mayBear() || basis == "":
		return Changed{}, nil, errBearer
	case was.BorneBy == by:
		return Changed{}, nil, errAlready
	}
	f.reverse(was, basis)
	debt := f.claim(was.DebtID)
	now := newLine(was.CaseID, was.DebtID, was.Component, Charge, was.Amount, was.EffectiveOn, was.Basis+"; "+basis)
	now.BorneBy, now.DocumentID, now.Proved = by, was.DocumentID, was.Proved
	if err := withinLimit(c, debt, now, false); err != nil {
		return Changed{}, nil, err
	}
	f.add(now)
	moves := f.rewind(func(l Line) bool { return l.ID != now.ID && sequence(l, was) > 0 }, "recálculo: "+basis)
	return f.finish(tx, moves, was.EffectiveOn, "cost.bearer_changed", basis)
}
