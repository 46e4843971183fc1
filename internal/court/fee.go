package court

import (
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// fee is the court fee of a proceeding for a claim: what the law asks less what was paid in the proceeding before (ES Ley 10/2012 art.
// 7.1). ok is false where none is known.
func (d *Desk) fee(tx *postgres.Tx, pack *law.Pack, p Proceeding, client clients.Client, claim money.Amount) (law.CourtFee, bool, error) {
	fee, ok := pack.CourtFee(p.Procedure, isCompany(client), claim)
	if !ok || p.Follows == nil || fee.Amount.IsZero() {
		return fee, ok, nil
	}
	before, err := byID(tx, *p.Follows)
	if err != nil {
		return fee, ok, err
	}
	return fee.Less(pack, p.Procedure, before.Procedure, money.Of(before.FeeMinor, fee.Amount.Currency)), ok, nil
}

// chargeFee puts the court fee on the first case's oldest debt, on the day of filing, once in a proceeding: a petition that is
// mended and filed again pays nothing more.
func (w *work) chargeFee(claim money.Amount, on day.Date, onPaper bool) error {
	c := w.cases[0]
	client, err := clients.Get(w.Tx.Tx, c.ClientID)
	if err != nil {
		return err
	}
	fee, ok, err := w.desk.fee(w.Tx.Tx, w.pack, *w.proceeding, client, claim)
	if err != nil || !ok || fee.Amount.Currency != c.Currency {
		return err
	}
	amount, basis := fee.Electronic, fee.Electronically(w.pack)
	if onPaper {
		amount, basis = fee.Amount, fee.Law
	}
	if w.proceeding.FeeMinor > 0 || !amount.IsPositive() {
		return nil
	}
	debts, err := cases.DebtsOf(w.Tx.Tx, c.ClientID, c.ID)
	if err != nil || len(debts) == 0 {
		return err
	}
	line, entries, err := w.desk.Book.AddCost(w.Tx, c, ledger.Spending{Debt: debts[0].ID, Component: ledger.CourtFee, Amount: amount, On: on,
		Basis: fmt.Sprintf("%s (%s)", basis, fee.Form), BorneBy: ledger.Undecided})
	if err != nil {
		return err
	}
	w.entries = append(w.entries, entries...)
	p := w.proceeding
	p.FeeMinor, p.FeeLine = amount.Minor, &line.ID
	if err := w.move([]State{p.State}, p.State, `fee_minor = :fee_minor, fee_line = :fee_line`); err != nil {
		return err
	}
	w.log("court_fee.charged", evidence.Fields{"amount": amount.Decimal(), "currency": string(amount.Currency), "form": fee.Form, "law": basis, "on": on.String()})
	return nil
}

// judged tells the ledger of a judgment: interest of judgments runs from it, and who bears the court fees of the chain is decided when
// it says so (ES LEC 394). Until then they are advanced, and no part of the claim.
func (w *work) judged(a Act, act law.Act) error {
	basis := w.pack.Code + " " + act.Law
	if act.Interest {
		for _, c := range w.cases {
			if c.Stage == cases.Closed {
				continue
			}
			_, entries, err := w.desk.Book.Judged(w.Tx, c, a.HappenedOn, basis)
			if err != nil {
				return err
			}
			w.entries = append(w.entries, entries...)
		}
	}
	if a.CostsAwarded == nil {
		return nil
	}
	by := ledger.ByClient
	if *a.CostsAwarded {
		by = ledger.ByDebtor
	}
	here := w.proceeding
	defer func() { w.proceeding = here }()
	for {
		if err := w.bears(by, w.pack.CostsLaw()+"; "+basis); err != nil || w.proceeding.Follows == nil {
			return err
		}
		before, err := byID(w.Tx.Tx, *w.proceeding.Follows)
		if err != nil {
			return err
		}
		w.proceeding = &before
	}
}

// judgedOn tells the ledger that the day of a judgment was another: its interest runs from there.
func (w *work) judgedOn(act law.Act, old, on day.Date, reason string) error {
	if !act.Interest || old == on {
		return nil
	}
	for _, c := range w.cases {
		if c.Stage == cases.Closed {
			continue
		}
		_, entries, err := w.desk.Book.JudgedOn(w.Tx, c, old, on, reason)
		if err != nil {
			return err
		}
		w.entries = append(w.entries, entries...)
	}
	return nil
}

// bears says who finally bears the court fee of the proceeding, when one was charged to a case that is still open.
func (w *work) bears(by ledger.Bearer, basis string) error {
	p, c := w.proceeding, w.cases[0]
	if p.FeeLine == nil || c.Stage == cases.Closed {
		return nil
	}
	line, err := feeStanding(w.Tx.Tx, *p)
	if err != nil || line == nil {
		return err
	}
	made, entries, err := w.desk.Book.Bears(w.Tx, c, *line, by, basis)
	if q := problem.Of(err); q != nil && q.Code == "bearer_unchanged" {
		return nil
	}
	if err != nil {
		return err
	}
	w.entries = append(w.entries, entries...)
	for _, l := range made.Lines {
		if l.Component == ledger.CourtFee && l.Kind == ledger.Charge && l.BorneBy == by {
			p.FeeLine = &l.ID
		}
	}
	return w.move([]State{p.State}, p.State, `fee_line = :fee_line`)
}

// feeStanding is the line by which the court fee of a proceeding stands: the one charged, or the one in its place since somebody
// changed who bears it. Nil when it was reversed for good.
func feeStanding(tx *postgres.Tx, p Proceeding) (*uuid.UUID, error) {
	var lines []uuid.UUID
	err := tx.Select(&lines, `select l.id from ledger_entries l join ledger_entries was on was.client_id = l.client_id and was.debt_id = l.debt_id
		where was.client_id = $1 and was.id = $2 and l.component = was.component and l.kind = 'charge' and l.minor = was.minor and l.effective_on = was.effective_on
		  and starts_with(l.basis, was.basis) and not exists (select 1 from ledger_entries r where r.client_id = l.client_id and r.reverses = l.id)
		order by l.id = was.id desc, l.recorded_at desc limit 1`, p.ClientID, *p.FeeLine)
	if err != nil {
		return nil, fmt.Errorf("finding the court fee of proceeding %s: %w", p.ID, err)
	}
	if len(lines) == 0 {
		return nil, nil
	}
	return &lines[0], nil
}
