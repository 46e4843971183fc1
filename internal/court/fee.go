package court

import (
	"fmt"

	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/postgres"
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
	_, entries, err := w.desk.Book.AddCost(w.Tx, c, debts[0].ID, ledger.CourtFee, amount, on, fmt.Sprintf("%s (%s)", basis, fee.Form))
	if err != nil {
		return err
	}
	w.entries = append(w.entries, entries...)
	w.proceeding.FeeMinor = amount.Minor
	if err := w.move([]State{w.proceeding.State}, w.proceeding.State, `fee_minor = :fee_minor`); err != nil {
		return err
	}
	w.log("court_fee.charged", evidence.Fields{"amount": amount.Decimal(), "currency": string(amount.Currency), "form": fee.Form, "law": basis, "on": on.String()})
	return nil
}
