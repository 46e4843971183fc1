package settlements

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/postgres"
)

// claimAt is what the cases amount to on a day.
func (d *Desk) claimAt(tx *postgres.Tx, covered []*cases.Case, on day.Date) (Claim, error) {
	ids := make([]uuid.UUID, len(covered))
	for i, c := range covered {
		ids[i] = c.ID
	}
	balances, err := d.Book.Balance(tx, covered[0].ClientID, ids, on)
	if err != nil {
		return Claim{}, err
	}
	zero := money.Of(0, covered[0].Currency)
	claim := Claim{zero, zero, zero}
	for _, b := range balances {
		claim.Principal, claim.Interest = claim.Principal.Plus(b.Principal), claim.Interest.Plus(b.Interest).Plus(b.OrdinaryInterest)
		claim.Cost = claim.Cost.Plus(b.Cost).Plus(b.Compensation).Plus(b.CourtFee)
	}
	return claim, nil
}

// basis is how the agreement is cited in the ledger.
func (a Agreement) basis() string { return "acuerdo de pago " + a.ID.String() }

// fix books the interest that the agreement counted.
func (d *Desk) fix(tx *evidence.Tx, c *cases.Case, a *Agreement) ([]evidence.Entry, error) {
	_, entries, err := d.Book.FixInterest(tx, c, a.AsOf, a.basis())
	if err != nil {
		return nil, fmt.Errorf("fixing the interest of case %s: %w", c.Number, err)
	}
	return entries, nil
}

// agreedOrder is how the payments of a kept agreement fall: what was forgiven (interest, then costs) is what stays unpaid.
var agreedOrder = []ledger.Component{ledger.Principal, ledger.CourtFee, ledger.Cost, ledger.Compensation, ledger.OrdinaryInterest, ledger.Interest}

// imputeAsAgreed lets the payments of a kept agreement fall again, now in the agreed order. Until then the law's order held
// (interest first), as it must if the agreement is broken; without this a forgiven interest would be paid and as much of the
// principal forgiven in its stead. Payments that also fell outside the agreement stay as they are.
func (d *Desk) imputeAsAgreed(tx *evidence.Tx, a *Agreement, open []*cases.Case) ([]evidence.Entry, error) {
	received, err := paymentsUnder(tx.Tx, *a)
	if err != nil || len(received) == 0 {
		return nil, err
	}
	payments, lines := make([]uuid.UUID, len(received)), make([]uuid.UUID, len(received))
	for i, p := range received {
		payments[i], lines[i] = p.ID, p.LineID
	}
	shares, err := d.Book.SharesOf(tx.Tx, a.ClientID, payments...)
	if err != nil {
		return nil, err
	}
	for _, s := range shares {
		if !slices.ContainsFunc(open, func(c *cases.Case) bool { return c.ID == s.CaseID }) {
			return nil, nil
		}
	}
	_, entries, err := d.Book.Reverse(tx, open, a.basis()+": se imputa lo pagado como se acordó", lines...)
	if err != nil {
		return nil, fmt.Errorf("imputing the payments of agreement %s: %w", a.ID, err)
	}
	for _, p := range received {
		fell, more, err := d.Book.Pay(tx, open, ledger.Payment{ID: p.ID, Amount: money.Of(p.Minor, p.Currency), ReceivedOn: p.ReceivedOn,
			Wish: &ledger.Wish{Order: agreedOrder, Basis: a.basis()}})
		if err == nil && fell.Unallocated.IsPositive() {
			err = fmt.Errorf("%s met no debt any more", fell.Unallocated)
		}
		if err != nil {
			return nil, fmt.Errorf("imputing payment %s to agreement %s: %w", p.ID, a.ID, err)
		}
		entries = append(entries, more...)
	}
	return entries, nil
}

// forgive waives what is left of a case when the agreement is kept.
func (d *Desk) forgive(tx *evidence.Tx, c *cases.Case, a *Agreement, today day.Date) ([]evidence.Entry, error) {
	_, entries, err := d.Book.WaiveRest(tx, c, today, a.basis()+", cumplido")
	if err != nil {
		return nil, fmt.Errorf("waiving the rest of case %s: %w", c.Number, err)
	}
	return entries, nil
}

// statementOf is the statement on the day of the claim, as the letter shows it.
func (d *Desk) statementOf(tx *postgres.Tx, a Agreement) (ledger.Statement, error) {
	return d.Book.Statement(tx, a.ClientID, a.CaseIDs, a.AsOf, time.Time{})
}

// claimOf sums a statement up by the parts of a claim. Ordinary interest is interest.
func claimOf(s ledger.Statement) Claim {
	left := func(c ledger.Component) money.Amount { return s.Total(c).Left }
	return Claim{Principal: left(ledger.Principal), Interest: left(ledger.Interest).Plus(left(ledger.OrdinaryInterest)),
		Cost: left(ledger.Cost).Plus(left(ledger.Compensation)).Plus(left(ledger.CourtFee))}
}
