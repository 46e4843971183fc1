package payments

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/problem"
	"recobro/internal/settlements"
)

// Entered is what a person changed in the ledger of a case.
type Entered struct {
	CaseID uuid.UUID
	Lines  []ledger.Line // as written, reversals and what fell again included
	Freed  []Freed
}

// Freed is money of an earlier payment that the change left without a debt: it is unallocated again.
type Freed struct {
	PaymentID uuid.UUID
	Amount    money.Amount
}

// GivenUp is what is waived or written off: an amount of a component or, of a write-off, all that is open.
type GivenUp struct {
	All       bool
	Component ledger.Component
	Amount    money.Amount
	Basis     string
}

var (
	errBound = problem.New(problem.Conflict, "agreement_binds", "El expediente está en un acuerdo en vigor, que fija lo que se paga: cancele antes el acuerdo.",
		"The case is in an agreement in force, which says what is paid: cancel the agreement first.")
	errSame = problem.New(problem.Conflict, "ledger_unchanged", "No cambia nada: ya consta, no queda nada pendiente, o no es de esa clase de deuda.",
		"Nothing changes: it is recorded already, nothing is open, or the debt is not of that kind.")
	errAllOrPart   = problem.New(problem.Invalid, "write_off_all_or_part", "Dé por fallido todo lo pendiente, o un importe de un concepto.", "Write off all that is open, or an amount of one component.")
	errDebtLine    = problem.New(problem.Conflict, "line_of_the_debt", "El principal no se anula por apuntes: retire el expediente.", "The principal is not reversed by entries: recall the case.")
	errPaymentLine = problem.New(problem.Conflict, "line_of_payment", "Un cobro no se anula por apuntes: registre su devolución.", "A payment is not reversed by entries: record its return.")
)

const (
	caseOfLine = `select case_id from ledger_entries where id = $1`
	caseOfDebt = `select case_id from debts where id = $1`
)

// AddCost charges a cost or court fee of a case, to its oldest debt when none is named; proved: recovery costs less the fixed
// compensation (ES Ley 3/2004 art. 8.1).
func (d *Desk) AddCost(ctx context.Context, who evidence.Actor, caseID uuid.UUID, s ledger.Spending, proved bool) (Entered, error) {
	add := d.Book.AddCost
	if proved {
		add = d.Book.AddProvedCost
	}
	return d.enter(ctx, who, caseID, access.ActRecord, func(tx *evidence.Tx, c *cases.Case, _ day.Date) (ledger.Changed, []evidence.Entry, error) {
		if s.Debt == uuid.Nil {
			debts, err := cases.DebtsOf(tx.Tx, c.ClientID, c.ID)
			if err != nil {
				return ledger.Changed{}, nil, err
			}
			s.Debt = debts[0].ID
		}
		line, entries, err := add(tx, c, s)
		return ledger.Changed{Lines: []ledger.Line{line}}, entries, err
	})
}

// Bears changes who finally bears the cost or court fee of a line.
func (d *Desk) Bears(ctx context.Context, who evidence.Actor, line uuid.UUID, by ledger.Bearer, basis string) (Entered, error) {
	return d.enterAt(ctx, who, caseOfLine, line, access.To(access.ActEdit, access.ObjLedgerEntry), func(tx *evidence.Tx, c *cases.Case, _ day.Date) (ledger.Changed, []evidence.Entry, error) {
		if err := unbound(tx, c); err != nil {
			return ledger.Changed{}, nil, err
		}
		return d.Book.Bears(tx, c, line, by, basis)
	})
}

// Waive gives up what the creditor forgives, today.
func (d *Desk) Waive(ctx context.Context, who evidence.Actor, caseID uuid.UUID, g GivenUp) (Entered, error) {
	return d.enter(ctx, who, caseID, access.ActAdjust, func(tx *evidence.Tx, c *cases.Case, today day.Date) (ledger.Changed, []evidence.Entry, error) {
		if err := unbound(tx, c); err != nil {
			return ledger.Changed{}, nil, err
		}
		return d.Book.Waive(tx, c, g.Component, g.Amount, today, g.Basis)
	})
}

// WriteOff gives up as uncollectible, today: an amount of a component, or all that is open.
func (d *Desk) WriteOff(ctx context.Context, who evidence.Actor, caseID uuid.UUID, g GivenUp) (Entered, error) {
	return d.enter(ctx, who, caseID, access.ActAdjust, func(tx *evidence.Tx, c *cases.Case, today day.Date) (ledger.Changed, []evidence.Entry, error) {
		if err := unbound(tx, c); err != nil {
			return ledger.Changed{}, nil, err
		}
		if g.All {
			if g.Component != "" || !g.Amount.IsZero() {
				return ledger.Changed{}, nil, errAllOrPart
			}
			return d.Book.WriteOffRest(tx, c, today, g.Basis)
		}
		return d.Book.WriteOff(tx, c, g.Component, g.Amount, today, g.Basis)
	})
}

// Reverse undoes a line as if it had never been: a mistaken cost, a compensation not owed, a waiver or write-off. What the debt
// itself is, and what was paid, have ways of their own.
func (d *Desk) Reverse(ctx context.Context, who evidence.Actor, line uuid.UUID, reason string) (Entered, error) {
	if reason == "" {
		return Entered{}, errReason
	}
	return d.enterAt(ctx, who, caseOfLine, line, access.To(access.ActReverse, access.ObjLedgerEntry), func(tx *evidence.Tx, c *cases.Case, _ day.Date) (ledger.Changed, []evidence.Entry, error) {
		var is struct {
			Kind      ledger.Kind      `db:"kind"`
			Component ledger.Component `db:"component"`
		}
		if err := tx.Get(&is, `select kind, component from ledger_entries where client_id = $1 and id = $2`, c.ClientID, line); err != nil {
			return ledger.Changed{}, nil, fmt.Errorf("reading line %s: %w", line, err)
		}
		switch {
		case is.Kind == ledger.Paying:
			return ledger.Changed{}, nil, errPaymentLine
		case is.Kind == ledger.Charge && (is.Component == ledger.Principal || is.Component == ledger.OrdinaryInterest):
			return ledger.Changed{}, nil, errDebtLine
		}
		if err := unbound(tx, c); err != nil {
			return ledger.Changed{}, nil, err
		}
		return d.Book.Reverse(tx, []*cases.Case{c}, reason, line)
	})
}

// SetTerms records the interest terms that were agreed for a debt, or corrects those recorded wrongly.
func (d *Desk) SetTerms(ctx context.Context, who evidence.Actor, t ledger.Terms) (Entered, error) {
	return d.enterAt(ctx, who, caseOfDebt, t.Debt, access.To(access.ActEdit, access.ObjDebt), func(tx *evidence.Tx, c *cases.Case, _ day.Date) (ledger.Changed, []evidence.Entry, error) {
		if err := unbound(tx, c); err != nil {
			return ledger.Changed{}, nil, err
		}
		return d.Book.SetTerms(tx, c, t)
	})
}

// Recompute lets everything since a day fall again, after figures of the law were corrected: without it a case in which more interest
// was paid than is earned now cannot be stated (interest_below_paid).
func (d *Desk) Recompute(ctx context.Context, who evidence.Actor, caseID uuid.UUID, since day.Date, reason string) (Entered, error) {
	return d.enter(ctx, who, caseID, access.ActEdit, func(tx *evidence.Tx, c *cases.Case, _ day.Date) (ledger.Changed, []evidence.Entry, error) {
		return d.Book.Recompute(tx, []*cases.Case{c}, since, reason)
	})
}

// Presentation is a cheque's: the day, the document that proves that it was not paid, and whether its drawer, who is the debtor, owes
// the surcharge (ES Ley 19/1985 art. 149).
type Presentation struct {
	Debt      uuid.UUID
	On        day.Date
	Document  uuid.UUID
	Surcharge bool
}

const unpaid = "cheque presentado y no pagado"

// Present records that a cheque was presented and not paid: its interest runs from then.
func (d *Desk) Present(ctx context.Context, who evidence.Actor, p Presentation) (Entered, error) {
	return d.enterAt(ctx, who, caseOfDebt, p.Debt, access.To(access.ActEdit, access.ObjDebt), func(tx *evidence.Tx, c *cases.Case, _ day.Date) (ledger.Changed, []evidence.Entry, error) {
		made, entries, err := d.Book.Presented(tx, c, p.Debt, p.On, p.Document, unpaid)
		if err != nil || !p.Surcharge {
			return made, entries, err
		}
		line, more, err := d.Book.SurchargeCheque(tx, c, p.Debt, p.On, unpaid)
		made.Lines = append(made.Lines, line)
		return made, append(entries, more...), err
	})
}

// entering is one change of the ledger of a case that is held.
type entering = func(*evidence.Tx, *cases.Case, day.Date) (ledger.Changed, []evidence.Entry, error)

func (d *Desk) enter(ctx context.Context, who evidence.Actor, caseID uuid.UUID, act access.Action, fn entering) (Entered, error) {
	return d.enterAt(ctx, who, "", caseID, access.To(act, access.ObjLedgerEntry), fn)
}

// enterAt makes a change under the lock and permission of the case that the query names by the id (empty: the id is the case's).
// What it freed of earlier payments is unallocated again, and the case is planned anew.
func (d *Desk) enterAt(ctx context.Context, who evidence.Actor, caseOf string, id uuid.UUID, p access.Permission, fn entering) (Entered, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Entered, []evidence.Entry, error) {
		if caseOf != "" {
			if err := tx.Get(&id, caseOf, id); err != nil {
				return Entered{}, nil, err
			}
		}
		c, err := cases.LockOpen(tx, id, p)
		if err != nil {
			return Entered{}, nil, err
		}
		pack, err := d.Law.Pack(c.Jurisdiction)
		if err != nil {
			return Entered{}, nil, err
		}
		changed, entries, err := fn(tx, c, tx.Today(pack.Zone))
		if err != nil {
			return Entered{}, nil, err
		}
		if len(entries) == 0 {
			return Entered{}, nil, errSame
		}
		made := Entered{CaseID: c.ID, Lines: changed.Lines}
		for _, payment := range slices.SortedFunc(maps.Keys(changed.Freed), func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }) {
			made.Freed = append(made.Freed, Freed{payment, changed.Freed[payment]})
		}
		if err := addUnallocated(tx, c.ClientID, changed.Freed); err != nil {
			return Entered{}, nil, err
		}
		return made, entries, cases.Replan(tx, c.ClientID, c.ID)
	})
}

// unbound refuses to change what an agreement in force rests on.
func unbound(tx *evidence.Tx, c *cases.Case) error {
	a, err := settlements.InForce(tx.Tx, c.ClientID, c.AccountID)
	if err == nil && a != nil && a.Covers(c.ID) {
		return errBound
	}
	return err
}
