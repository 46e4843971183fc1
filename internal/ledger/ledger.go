// Package ledger keeps the money lines (apuntes) of debts and is the one calculation path: what a debt earns in interest, how
// a payment falls on it, and what stands open on any day, for letters, petitions, pages, the API and payments alike.
// The rule: lines are only ever added; a correction is a reversing line, and no figure is computed anywhere else.
package ledger

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/money"
)

// Book computes and writes the ledger. It works inside the transactions of others, who hold the locks of the cases.
type Book struct{ Law *law.Library }

// Component (concepto) is what a sum is owed for.
type Component string

const (
	Principal    Component = "principal"
	Interest     Component = "interest"
	Cost         Component = "cost"
	Compensation Component = "compensation"
	CourtFee     Component = "court_fee"
)

// Components in the order in which statements show them.
var Components = []Component{Principal, Interest, Compensation, Cost, CourtFee}

// Kind is what a line does to its component: a charge adds, a payment or waiver takes away, a reversal undoes another line.
type Kind string

const (
	Charge   Kind = "charge"
	Paying   Kind = "payment"
	Waiver   Kind = "waiver"
	Reversal Kind = "reversal"
)

// Line (apunte) is one money line as stored. A reversal takes effect on the day of the line it undoes: on every day the two
// cancel out, and only what was known before it was recorded still shows the line.
type Line struct {
	ID          uuid.UUID    `json:"id"`
	CaseID      uuid.UUID    `json:"case_id"`
	DebtID      uuid.UUID    `json:"debt_id"`
	Component   Component    `json:"component"`
	Kind        Kind         `json:"kind"`
	Amount      money.Amount `json:"amount"` // charges positive, payments and waivers negative
	EffectiveOn day.Date     `json:"effective_on"`
	RecordedAt  time.Time    `json:"recorded_at"`
	PaymentID   *uuid.UUID   `json:"payment_id,omitempty"`
	Reverses    *uuid.UUID   `json:"reverses,omitempty"`
	Basis       string       `json:"basis"` // the article, and the reason where a person gave one
	wish        *Wish        // of a payment: how payer or agreement wanted it applied
}

// Wish is how the payer, or an agreement, wants a payment applied instead of the law's order.
type Wish struct {
	Debt  *uuid.UUID  `json:"debt,omitempty"`  // the payer names the debt (ES CC 1172; PE CC 1256)
	Order []Component `json:"order,omitempty"` // an agreement's order of components; what it leaves out follows in the law's order
	Basis string      `json:"basis,omitempty"` // the agreement's clause; needed with an order
}

// Charged is a debt whose principal enters the ledger. The debt has its id and currency.
type Charged struct {
	CaseID       uuid.UUID
	Jurisdiction string
	Debt         cases.Debt
	Compensation bool // the client claims the fixed compensation for late payment where the law gives one
}

// Claims pairs openings with what cases.OpenAll made of them, for Charge.
func Claims(openings []cases.Opening, opened []cases.Opened, compensation bool) []Charged {
	debts := make([]Charged, len(opened))
	for i, o := range opened {
		d := openings[i].Debt
		d.ID, d.CaseID, d.Currency = o.DebtID, o.CaseID, openings[i].Currency
		debts[i] = Charged{CaseID: o.CaseID, Jurisdiction: openings[i].Jurisdiction, Debt: d, Compensation: compensation}
	}
	return debts
}

// Charge enters the principals of new debts, set-based, dated the day of issue, and the fixed compensation of those already
// overdue, dated the day after they fell due (ES Ley 3/2004 art. 8.1; CL Ley 19.983 art. 2 ter). The entries tell of the compensations;
// the principals stand in the entries debt.added of the opening.
func (b *Book) Charge(tx *evidence.Tx, client uuid.UUID, debts []Charged) ([]evidence.Entry, error) {
	lines := make([]Line, 0, 2*len(debts))
	var entries []evidence.Entry
	told := map[uuid.UUID]evidence.Fields{} // one entry a case, however many its debts
	for _, c := range debts {
		d := c.Debt
		lines = append(lines, newLine(c.CaseID, d.ID, Principal, Charge, d.Principal(), d.IssuedOn, d.Kind+" "+d.Number))
		pack, err := b.Law.Pack(c.Jurisdiction)
		if err != nil {
			return nil, err
		}
		amount, article, due := pack.Compensation(d.Business, d.Principal())
		if !c.Compensation || !due || amount.Currency != d.Currency || !d.DueOn.Before(tx.Today(pack.Zone)) {
			continue
		}
		line := newLine(c.CaseID, d.ID, Compensation, Charge, amount, d.DueOn.AddDays(1), article)
		lines = append(lines, line)
		if told[c.CaseID] == nil {
			told[c.CaseID] = evidence.Fields{"currency": string(amount.Currency), "basis": article}
			entries = append(entries, evidence.Entry{Subject: evidence.CaseOf(client, c.CaseID), Kind: "compensation.charged", Fields: told[c.CaseID]})
		}
		tell(told[c.CaseID], len(told[c.CaseID])-1, line)
	}
	return entries, insert(tx, client, lines)
}

// tell writes line n of an action into the fields of its entry.
func tell(fields evidence.Fields, n int, l Line) {
	fields[fmt.Sprintf("line_%03d", n)] = fmt.Sprintf("%s %s %s %s %s %s: %s", l.ID, l.DebtID, l.EffectiveOn, l.Kind, l.Component, l.Amount.Decimal(), l.Basis)
}

func newLine(caseID, debt uuid.UUID, component Component, kind Kind, amount money.Amount, on day.Date, basis string) Line {
	return Line{ID: uuid.Must(uuid.NewV7()), CaseID: caseID, DebtID: debt, Component: component, Kind: kind, Amount: amount, EffectiveOn: on, Basis: basis}
}
