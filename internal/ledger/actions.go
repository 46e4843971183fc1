package ledger

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// Payment is money received, or a part of it, to be applied to cases. The row of payments is there already.
type Payment struct {
	ID         uuid.UUID
	Amount     money.Amount
	ReceivedOn day.Date
	Wish       *Wish // nil: the law's order
}

// Allocated says how a payment fell.
type Allocated struct {
	Amount      money.Amount               `json:"amount"`      // as this, in the currency of the payment
	Unallocated money.Amount               `json:"unallocated"` // what found nothing to fall on; the caller keeps or returns it
	Shares      []Allocation               `json:"shares"`
	After       map[uuid.UUID]Balance      `json:"after"`           // by case, on the day received or of the newest line, the later
	Freed       map[uuid.UUID]money.Amount `json:"freed,omitempty"` // by payment, in its currency: a movement before others left less for later payments to fall on; the caller adds it to what of them is unallocated
}

// Applied is what fell on the debts, in their currency.
func (a Allocated) Applied(c money.Currency) money.Amount {
	total := money.Of(0, c)
	for _, s := range a.Shares {
		total = total.Plus(s.Amount)
	}
	return total
}

// Allocation (imputación) is what of a payment fell on one component of one debt, and why.
type Allocation struct {
	CaseID    uuid.UUID    `json:"case_id"`
	DebtID    uuid.UUID    `json:"debt_id"`
	Component Component    `json:"component"`
	Amount    money.Amount `json:"amount"`
	Basis     string       `json:"basis"`
}

var (
	errPayment = problem.New(problem.Invalid, "payment_invalid",
		"El cobro necesita un importe positivo en la moneda de los expedientes.", "A payment needs a positive amount in the currency of the cases.")
	errWaiver = problem.New(problem.Invalid, "waiver_invalid",
		"Lo que se condona o se da por fallido necesita un motivo y un importe positivo que no supere lo pendiente del concepto.",
		"What is waived or written off needs a reason and a positive amount, at most what is open of the component.")
	errNotStanding = problem.New(problem.Conflict, "line_not_standing",
		"El apunte no está en estos expedientes o ya está anulado.", "The line is not in these cases or is already reversed.")
	errFixing = problem.New(problem.Conflict, "interest_not_reversible",
		"Los intereses fijados no se anulan: se recalculan con lo que los causa.", "Fixed interest is not reversed; it follows what it is earned on.")
	errElsewhere = problem.New(problem.Conflict, "payment_elsewhere",
		"El cobro también está aplicado a otros expedientes: anúlelo en todos a la vez.", "The payment is also applied to other cases: reverse it in all of them at once.")
)

// FixInterest turns the interest earned up to a day into charges: for an issued demand or filing, an agreement, a closing. It never
// changes what a statement says. No entry means there was nothing to fix.
func (b *Book) FixInterest(tx *evidence.Tx, c *cases.Case, asOf day.Date, basis string) ([]Line, []evidence.Entry, error) {
	f, err := b.open(tx, []*cases.Case{c})
	if err != nil {
		return nil, nil, err
	}
	if err := f.notAfterToday(tx, asOf); err != nil {
		return nil, nil, err
	}
	for _, claim := range f.claims {
		if err := f.fix(claim, asOf, basis); err != nil {
			return nil, nil, err
		}
	}
	return f.fresh, f.entries("interest.fixed", evidence.Fields{"as_of": asOf.String(), "basis": basis}), insert(tx, f.client, f.fresh)
}

// Pay applies a payment to the cases, all held by the caller: interest is fixed to the day received, then the payment falls as its wish or
// the law orders (ES CC 1172-1174). A payment received before movements already recorded undoes those, falls first, and lets
// them fall again.
func (b *Book) Pay(tx *evidence.Tx, cs []*cases.Case, p Payment) (Allocated, []evidence.Entry, error) {
	f, err := b.open(tx, cs)
	if err != nil {
		return Allocated{}, nil, err
	}
	if !p.Amount.IsPositive() || !Pays(f.claims[0].pack, p.Amount.Currency, f.currency) {
		return Allocated{}, nil, errPayment
	}
	if err := f.notAfterToday(tx, p.ReceivedOn); err != nil {
		return Allocated{}, nil, err
	}
	p.Wish = inEnforcement(cs, p)
	moves := f.rewind(func(l Line) bool { return l.EffectiveOn.After(p.ReceivedOn) }, "recálculo por el cobro del "+p.ReceivedOn.String())
	parts, rest, err := f.pay(p)
	if err != nil {
		return Allocated{}, nil, err
	}
	made := Allocated{Amount: p.Amount, Unallocated: rest}
	for _, s := range parts {
		made.Shares = append(made.Shares, Allocation{s.claim.CaseID, s.claim.DebtID, s.component, s.amount, s.basis})
	}
	if made.Freed, err = f.replay(moves); err != nil {
		return Allocated{}, nil, err
	}
	if made.After, err = f.openAfter(p.ReceivedOn); err != nil {
		return Allocated{}, nil, err
	}
	f.settle()
	entries := f.entries("payment.allocated", evidence.Fields{"payment": p.ID.String(), "received_on": p.ReceivedOn.String(),
		"amount": p.Amount.Decimal(), "unallocated": rest.Decimal(), "earlier_allocations_recomputed": fmt.Sprint(len(moves) > 0)})
	if len(entries) == 0 { // nothing is owed any more: the log still tells that the money came
		entries = []evidence.Entry{cs[0].Entry("payment.unallocated", evidence.Fields{"payment": p.ID.String(), "received_on": p.ReceivedOn.String(),
			"amount": p.Amount.Decimal(), "currency": string(f.currency)})}
	}
	return made, entries, insert(tx, f.client, f.fresh)
}

// inEnforcement marks money that came while all its cases were in enforcement, for the law's other order (ES LEC 654.3). An agreement's
// order goes before it.
func inEnforcement(cs []*cases.Case, p Payment) *Wish {
	if slices.ContainsFunc(cs, func(c *cases.Case) bool { return c.Stage != cases.Enforcement || p.ReceivedOn.Before(c.StageSince) }) {
		return p.Wish
	}
	var w Wish
	if p.Wish != nil {
		w = *p.Wish
	}
	w.Enforcement = true
	return &w
}

// Waive gives up an amount of one component of a case, the oldest debt first. Freed as in Pay, when later payments had paid it.
// Problem: waiver_invalid, also for more than is open.
func (b *Book) Waive(tx *evidence.Tx, c *cases.Case, component Component, amount money.Amount, asOf day.Date, basis string) (Changed, []evidence.Entry, error) {
	return b.givePart(tx, c, Waiver, component, amount, asOf, basis)
}

// WriteOff gives up an amount of one component of a case as uncollectible; unlike a waiver nobody forgives it. As Waive otherwise.
func (b *Book) WriteOff(tx *evidence.Tx, c *cases.Case, component Component, amount money.Amount, asOf day.Date, basis string) (Changed, []evidence.Entry, error) {
	return b.givePart(tx, c, WritingOff, component, amount, asOf, basis)
}

func (b *Book) givePart(tx *evidence.Tx, c *cases.Case, kind Kind, component Component, amount money.Amount, asOf day.Date, basis string) (Changed, []evidence.Entry, error) {
	return b.change(tx, []*cases.Case{c}, asOf, givenUp[kind], basis, func(f *file) error {
		if !amount.IsPositive() || amount.Currency != f.currency || basis == "" || !slices.Contains(Components, component) {
			return errWaiver
		}
		rest, err := f.giveUp(kind, component, amount, asOf, basis)
		if err == nil && rest.IsPositive() {
			return errWaiver
		}
		return err
	})
}

// givenUp are the entries that tell of it.
var givenUp = map[Kind]string{Waiver: "ledger.waived", WritingOff: "ledger.written_off"}

// WaiveRest gives up all that is open of the components on a day; no component means all. Nothing open is no error and no entry.
func (b *Book) WaiveRest(tx *evidence.Tx, c *cases.Case, asOf day.Date, basis string, components ...Component) (Changed, []evidence.Entry, error) {
	return b.giveRest(tx, c, Waiver, asOf, basis, components)
}

// WriteOffRest gives up all that is open of a case on a day as uncollectible. Nothing open is no error and no entry.
func (b *Book) WriteOffRest(tx *evidence.Tx, c *cases.Case, asOf day.Date, basis string) (Changed, []evidence.Entry, error) {
	return b.giveRest(tx, c, WritingOff, asOf, basis, nil)
}

func (b *Book) giveRest(tx *evidence.Tx, c *cases.Case, kind Kind, asOf day.Date, basis string, components []Component) (Changed, []evidence.Entry, error) {
	if len(components) == 0 {
		components = Components
	}
	return b.change(tx, []*cases.Case{c}, asOf, givenUp[kind], basis, func(f *file) error {
		if basis == "" {
			return errWaiver
		}
		for _, component := range components {
			if _, err := f.giveUp(kind, component, money.Of(1<<62, f.currency), asOf, basis); err != nil {
				return err
			}
		}
		return nil
	})
}

// giveUp takes up to amount off a component by waivers or write-offs and returns what was more than is open.
func (f *file) giveUp(kind Kind, component Component, amount money.Amount, on day.Date, basis string) (money.Amount, error) {
	for _, c := range f.claims {
		if component == Interest {
			if err := f.fix(c, on, basis); err != nil {
				return amount, err
			}
		}
		p, err := c.at(on)
		if err != nil {
			return amount, err
		}
		taken := amount.Min(p.sums.open(component))
		if taken.IsPositive() {
			f.add(newLine(c.CaseID, c.DebtID, component, kind, taken.Neg(), on, basis))
			amount = amount.Minus(taken)
		}
	}
	return amount, nil
}

// Changed is what a waiver or reversal wrote. Freed as in Allocated.
type Changed struct {
	Lines []Line                     `json:"lines"`
	After map[uuid.UUID]Balance      `json:"after"`
	Freed map[uuid.UUID]money.Amount `json:"freed,omitempty"`
}

// Reverse undoes lines as if they had never been: a mistaken charge, a waiver that falls with its agreement. Naming one line of a payment undoes the
// whole payment (returned debit), so the caller holds every case it was applied to. Payments and waivers after it fall again.
func (b *Book) Reverse(tx *evidence.Tx, cs []*cases.Case, reason string, ids ...uuid.UUID) (Changed, []evidence.Entry, error) {
	f, err := b.open(tx, cs)
	if err != nil {
		return Changed{}, nil, err
	}
	targets, err := f.targets(ids)
	if err != nil {
		return Changed{}, nil, err
	}
	for _, l := range targets {
		if l.PaymentID == nil {
			continue
		}
		shares, err := b.SharesOf(tx.Tx, f.client, *l.PaymentID)
		if err != nil {
			return Changed{}, nil, err
		}
		if slices.ContainsFunc(shares, func(s Share) bool { return f.claim(s.DebtID) == nil }) {
			return Changed{}, nil, errElsewhere
		}
	}
	for _, l := range targets {
		f.reverse(l, reason)
	}
	first := targets[0]
	moves := f.rewind(func(l Line) bool { return sequence(l, first) > 0 }, "recálculo: "+reason)
	return f.finish(tx, moves, first.EffectiveOn, "ledger.reversed", reason)
}

// targets are the standing lines named, and with a line of a payment all of that payment, in sequence.
func (f *file) targets(ids []uuid.UUID) ([]Line, error) {
	var found []Line
	payments := map[uuid.UUID]bool{}
	for _, c := range f.claims {
		for _, l := range c.everStanding() {
			if !slices.Contains(ids, l.ID) {
				continue
			}
			if l.Component == Interest && l.Kind == Charge {
				return nil, errFixing
			}
			found = append(found, l)
			if l.PaymentID != nil {
				payments[*l.PaymentID] = true
			}
		}
	}
	if len(found) != len(ids) || len(ids) == 0 {
		return nil, errNotStanding
	}
	for _, c := range f.claims {
		for _, l := range c.everStanding() {
			if l.PaymentID != nil && payments[*l.PaymentID] && !slices.ContainsFunc(found, func(have Line) bool { return have.ID == l.ID }) {
				found = append(found, l)
			}
		}
	}
	slices.SortFunc(found, sequence)
	return found, nil
}

// Recompute lets everything since a day fall again, for when the law's figures of that time were corrected.
func (b *Book) Recompute(tx *evidence.Tx, cs []*cases.Case, since day.Date, reason string) (Changed, []evidence.Entry, error) {
	return b.change(tx, cs, since.AddDays(-1), "ledger.recomputed", reason, func(*file) error { return nil })
}

// change makes one change on a day: later movements are undone before it and fall again after it.
func (b *Book) change(tx *evidence.Tx, cs []*cases.Case, on day.Date, kind, reason string, apply func(*file) error) (Changed, []evidence.Entry, error) {
	f, err := b.open(tx, cs)
	if err != nil {
		return Changed{}, nil, err
	}
	if err := f.notAfterToday(tx, on); err != nil {
		return Changed{}, nil, err
	}
	moves := f.rewind(func(l Line) bool { return l.EffectiveOn.After(on) }, "recálculo: "+reason)
	if err := apply(f); err != nil {
		return Changed{}, nil, err
	}
	return f.finish(tx, moves, on, kind, reason)
}

// finish plays the later movements again, writes, and tells.
func (f *file) finish(tx *evidence.Tx, moves []movement, on day.Date, kind, reason string) (made Changed, entries []evidence.Entry, err error) {
	if made.Freed, err = f.replay(moves); err != nil {
		return made, nil, err
	}
	if made.After, err = f.openAfter(on); err != nil {
		return made, nil, err
	}
	f.settle()
	made.Lines = f.fresh
	return made, f.entries(kind, evidence.Fields{"on": on.String(), "reason": reason}), insert(tx, f.client, f.fresh)
}
