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
	Principal        Component = "principal"
	OrdinaryInterest Component = "ordinary_interest" // interés remuneratorio: a fixed sum of the contract, charged with the debt; it bears nothing itself
	Interest         Component = "interest"          // for default, as earned
	Cost             Component = "cost"
	Compensation     Component = "compensation"
	CourtFee         Component = "court_fee"
	Fee              Component = "fee" // the firm's own, borne by its client: never claimed from the debtor
)

// Components of a claim, in the order in which statements show them. The firm's fee is none.
var Components = []Component{Principal, OrdinaryInterest, Interest, Compensation, Cost, CourtFee}

// Kind is what a line does to its component: a charge adds, a payment, waiver or write-off takes away, a reversal undoes another line.
type Kind string

const (
	Charge     Kind = "charge"
	Paying     Kind = "payment"
	Waiver     Kind = "waiver"    // the creditor gives it up
	WritingOff Kind = "write_off" // nobody gives it up: it is given up as uncollectible
	Reversal   Kind = "reversal"
)

// Bearer is who finally bears a cost. Only what the debtor bears is claimed.
type Bearer string

const (
	ByDebtor  Bearer = "debtor"
	ByClient  Bearer = "client"
	ByFirm    Bearer = "firm"
	Undecided Bearer = "undecided" // advanced; whether it can be recovered is not settled
)

// Line (apunte) is one money line as stored. A reversal takes effect on the day of the line it undoes: on every day the two
// cancel out, and only what was known before it was recorded still shows the line.
type Line struct {
	ID          uuid.UUID     `json:"id"`
	CaseID      uuid.UUID     `json:"case_id"`
	DebtID      uuid.UUID     `json:"debt_id"`
	Component   Component     `json:"component"`
	Kind        Kind          `json:"kind"`
	Amount      money.Amount  `json:"amount"` // charges positive; payments, waivers and write-offs negative
	EffectiveOn day.Date      `json:"effective_on"`
	RecordedAt  time.Time     `json:"recorded_at"`
	PaymentID   *uuid.UUID    `json:"payment_id,omitempty"`
	Reverses    *uuid.UUID    `json:"reverses,omitempty"`
	Basis       string        `json:"basis"`              // the article, and the reason where a person gave one
	BorneBy     Bearer        `json:"borne_by,omitempty"` // of costs and fees alone
	DocumentID  *uuid.UUID    `json:"document_id,omitempty"`
	Proved      *money.Amount `json:"proved,omitempty"`   // what the document proves, before the fixed compensation was taken off
	Received    *money.Amount `json:"received,omitempty"` // of a payment in another currency (pesos for UF): what of it fell here, negative as Amount
	wish        *Wish         // of a payment: how payer or agreement wanted it applied
	undone      bool          // reversed, or a reversal itself
}

// Wish is how a payment is applied where that is not by the law's common order: as the payer or an agreement wants, or as the law
// orders in enforcement.
type Wish struct {
	Debt        *uuid.UUID  `json:"debt,omitempty"`        // the payer names the debt, where the law lets it (ES CC 1172; PE CC 1256)
	Order       []Component `json:"order,omitempty"`       // an agreement's order of components; what it leaves out follows in the law's order
	Basis       string      `json:"basis,omitempty"`       // the agreement's clause; needed with an order
	Enforcement bool        `json:"enforcement,omitempty"` // received in enforcement (ES LEC 654.3); Pay fills it in from the stage of the cases
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

// Charge enters the principals and ordinary interest of new debts, set-based, dated the day of issue, and the fixed compensation of
// those already overdue, dated the day after they fell due (ES Ley 3/2004 art. 8.1; CL Ley 19.983 art. 2 ter). The entries tell of
// the compensations; the rest stands in the entries debt.added of the opening.
func (b *Book) Charge(tx *evidence.Tx, client uuid.UUID, debts []Charged) ([]evidence.Entry, error) {
	lines := make([]Line, 0, 2*len(debts))
	var entries []evidence.Entry
	told := map[uuid.UUID]evidence.Fields{} // one entry a case, however many its debts
	for _, c := range debts {
		d := c.Debt
		lines = append(lines, newLine(c.CaseID, d.ID, Principal, Charge, d.Principal(), d.IssuedOn, d.Kind+" "+d.Number))
		if d.OrdinaryMinor > 0 {
			lines = append(lines, newLine(c.CaseID, d.ID, OrdinaryInterest, Charge, money.Of(d.OrdinaryMinor, d.Currency), d.IssuedOn,
				"interés remuneratorio pactado, "+d.Kind+" "+d.Number))
		}
		pack, err := b.Law.Pack(c.Jurisdiction)
		if err != nil {
			return nil, err
		}
		amount, article, due := pack.Compensation(d.Kind, d.Business, d.Principal())
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
