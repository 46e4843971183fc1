package ledger

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// claim is one debt with its lines and terms: everything that the calculation reads.
type claim struct {
	CaseID         uuid.UUID        `db:"case_id"`
	CaseNumber     string           `db:"case_number"`
	Jurisdiction   string           `db:"jurisdiction"`
	DebtID         uuid.UUID        `db:"id"`
	Kind           string           `db:"kind"`
	Number         string           `db:"number"`
	IssuedOn       day.Date         `db:"issued_on"`
	DueOn          day.Date         `db:"due_on"`
	Currency       money.Currency   `db:"currency"`
	Business       bool             `db:"business"`
	PrincipalMinor int64            `db:"principal_minor"` // as handed over
	Regime         law.Regime       `db:"regime"`
	AgreedPct      *decimal.Decimal `db:"agreed_rate_pct"`
	Terms          dated            `db:"terms"` // in the order in which they were recorded

	pack  *law.Pack
	spans []span // of timeline, once asked
	lines []Line // in the order of their effect
}

// sequence is the order in which lines take effect: by day, then as they were recorded.
func sequence(a, b Line) int {
	return cmp.Or(a.EffectiveOn.DaysSince(b.EffectiveOn), a.RecordedAt.Compare(b.RecordedAt), cmp.Compare(a.ID.String(), b.ID.String()))
}

// mark notes which lines do not stand: reversals and what they undo.
func (c *claim) mark() {
	undone := 0
	for i := range c.lines {
		if c.lines[i].undone = c.lines[i].Reverses != nil; c.lines[i].undone {
			undone++
		}
	}
	if undone == 0 {
		return
	}
	gone := make(map[uuid.UUID]bool, undone)
	for i := range c.lines {
		if c.lines[i].Reverses != nil {
			gone[*c.lines[i].Reverses] = true
		}
	}
	for i := range c.lines {
		c.lines[i].undone = c.lines[i].undone || gone[c.lines[i].ID]
	}
}

// standing are the lines in force on a day: neither reversed nor a reversal. Who changes the lines meanwhile collects them first.
func (c *claim) standing(on day.Date) iter.Seq[*Line] {
	return func(yield func(*Line) bool) {
		for i := range c.lines {
			l := &c.lines[i]
			if l.EffectiveOn.After(on) {
				return
			}
			if !l.undone && !yield(l) {
				return
			}
		}
	}
}

// everStanding are copies of all standing lines, whatever their day.
func (c *claim) everStanding() []Line {
	all := make([]Line, 0, len(c.lines))
	for l := range c.standing(lastDay) {
		all = append(all, *l)
	}
	return all
}

// accrue is the interest earned up to a day, that day included, under the terms in force: one stretch for every payment and every
// change of the open principal or of the terms, one slice for every rate in it. A change on a day counts from the next (a payment's
// own day still bears interest). Fixing interest makes no new stretch, so it never changes what is earned.
func (c *claim) accrue(to day.Date) (earned []law.Slice, err error) {
	spans := c.timeline()
	if len(spans) == 0 || !spans[0].after.Before(to) {
		return nil, nil
	}
	base, from, terms := c.zero(), spans[0].after, spans[0].terms
	spans = spans[1:]
	earned = make([]law.Slice, 0, len(c.lines)/2+6) // a payment writes two or three lines and ends a slice, so does every half-year
	stretch := func(until day.Date) error {
		if !until.After(from) {
			return nil
		}
		if terms.Regime != law.None && !base.IsZero() {
			if earned, err = c.pack.AppendInterest(earned, terms, base, from, until); err != nil {
				return fmt.Errorf("computing the interest of %s %s in case %s: %w", c.Kind, c.Number, c.CaseNumber, err)
			}
		}
		from = until
		return nil
	}
	advance := func(until day.Date) error {
		for len(spans) > 0 && spans[0].after.Before(until) {
			if err := stretch(spans[0].after); err != nil {
				return err
			}
			terms, spans = spans[0].terms, spans[1:]
		}
		return stretch(until)
	}
	for l := range c.standing(to) {
		if l.Component != Principal && l.Kind != Paying {
			continue
		}
		if err := advance(l.EffectiveOn); err != nil {
			return nil, err
		}
		if l.Component == Principal {
			base = base.Plus(l.Amount)
		}
	}
	return earned, advance(to)
}

func (c *claim) zero() money.Amount { return money.Of(0, c.Currency) }

// daily is what the day after `on` earns on an open principal; nil when the law's rate of that day is not known yet.
func (c *claim) daily(on day.Date, principal money.Amount) (*money.Amount, error) {
	total := c.zero()
	if terms, _ := c.termsOn(on.AddDays(1)); terms.Regime != law.None {
		earned, err := c.pack.Interest(terms, principal, on, on.AddDays(1))
		if p := problem.Of(err); p != nil && p.Code == "rate_missing" {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for _, s := range earned {
			total = total.Plus(s.Amount)
		}
	}
	return &total, nil
}

// position is a claim on a day: the sums with interest as earned, and the slices it was earned in.
type position struct {
	sums   sums
	slices []law.Slice
}

var errOverpaidInterest = problem.New(problem.Conflict, "interest_below_paid",
	"Los intereses devengados son menos que los ya aplicados: hay que recalcular la imputación del expediente.",
	"The interest earned is less than what was applied to it: the case's allocation has to be recomputed.")

// at is the one calculation: what the claim amounts to on a day. Costs that the debtor does not bear are no part of it; the interest
// charged is what was earned, not what was fixed so far.
func (c *claim) at(on day.Date) (p position, err error) {
	if p.slices, err = c.accrue(on); err != nil {
		return position{}, err
	}
	p.sums = nothing(c.Currency)
	for l := range c.standing(on) {
		if l.BorneBy == "" || l.BorneBy == ByDebtor {
			p.sums.of(l.Component).add(l)
		}
	}
	interest := p.sums.of(Interest)
	interest.Charged = c.zero()
	for i := range p.slices {
		interest.Charged = interest.Charged.Plus(p.slices[i].Amount)
	}
	if interest.Open().IsNegative() {
		return position{}, fmt.Errorf("computing %s %s in case %s: %w", c.Kind, c.Number, c.CaseNumber, errOverpaidInterest)
	}
	return p, nil
}

// knownBy drops what was recorded after an instant.
func (c *claim) knownBy(at time.Time) {
	c.lines = slices.DeleteFunc(c.lines, func(l Line) bool { return l.RecordedAt.After(at) })
	c.Terms, c.spans = slices.DeleteFunc(c.Terms, func(t term) bool { return t.RecordedAt.After(at) }), nil
	c.mark()
}
