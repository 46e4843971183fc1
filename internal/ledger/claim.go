package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// claim is one debt with its lines: everything that the calculation reads.
type claim struct {
	CaseID       uuid.UUID        `db:"case_id"`
	CaseNumber   string           `db:"case_number"`
	Jurisdiction string           `db:"jurisdiction"`
	DebtID       uuid.UUID        `db:"id"`
	Kind         string           `db:"kind"`
	Number       string           `db:"number"`
	IssuedOn     day.Date         `db:"issued_on"`
	DueOn        day.Date         `db:"due_on"`
	Currency     money.Currency   `db:"currency"`
	Regime       law.Regime       `db:"regime"`
	AgreedPct    *decimal.Decimal `db:"agreed_rate_pct"`

	pack  *law.Pack
	lines []Line // in the order of their effect
}

// sequence is the order in which lines take effect: by day, then as they were recorded.
func sequence(a, b Line) int {
	return cmp.Or(a.EffectiveOn.DaysSince(b.EffectiveOn), a.RecordedAt.Compare(b.RecordedAt), cmp.Compare(a.ID.String(), b.ID.String()))
}

// standing are the lines in force on a day: neither reversed nor a reversal.
func (c *claim) standing(on day.Date) []Line {
	undone := map[uuid.UUID]bool{}
	for _, l := range c.lines {
		if l.Reverses != nil {
			undone[*l.Reverses] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(c.lines), func(l Line) bool {
		return l.Reverses != nil || undone[l.ID] || l.EffectiveOn.After(on)
	})
}

// terms are the debt's interest terms.
func (c *claim) terms() law.Terms {
	t := law.Terms{Regime: c.Regime}
	if c.AgreedPct != nil {
		t.AgreedRate = *c.AgreedPct
	}
	return t
}

// accrue is the interest earned from the day after the debt fell due to a day, that day included: one stretch for every
// change of the open principal, one slice for every rate in it. A change on a day counts from the next (a payment's own day
// still bears interest). Fixing interest makes no new stretch, so it never changes what is earned.
func (c *claim) accrue(to day.Date) ([]law.Slice, error) {
	var slicesOf []law.Slice
	base, from := c.zero(), c.DueOn
	stretch := func(until day.Date) error {
		earned, err := c.pack.Interest(c.terms(), base, from, until)
		if err != nil {
			return fmt.Errorf("computing the interest of %s %s in case %s: %w", c.Kind, c.Number, c.CaseNumber, err)
		}
		slicesOf, from = append(slicesOf, earned...), until
		return nil
	}
	for _, l := range c.standing(to) {
		if l.Component != Principal {
			continue
		}
		if l.EffectiveOn.After(from) {
			if err := stretch(l.EffectiveOn); err != nil {
				return nil, err
			}
		}
		base = base.Plus(l.Amount)
	}
	return slicesOf, stretch(to)
}

func (c *claim) zero() money.Amount { return money.Of(0, c.Currency) }

// daily is what the day after `on` earns; nil when the law's rate of that day is not known yet.
func (c *claim) daily(on day.Date) (*money.Amount, error) {
	total := c.zero()
	if !on.Before(c.DueOn) {
		earned, err := c.pack.Interest(c.terms(), c.sum(on)[Principal].Open(), on, on.AddDays(1))
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

// Sum is what became of one component: Charged − Paid − Waived is open.
type Sum struct {
	Charged money.Amount `json:"charged"`
	Paid    money.Amount `json:"paid"`
	Waived  money.Amount `json:"waived"`
}

// Open is what is still owed.
func (s Sum) Open() money.Amount { return s.Charged.Minus(s.Paid).Minus(s.Waived) }

func (s Sum) plus(o Sum) Sum {
	return Sum{s.Charged.Plus(o.Charged), s.Paid.Plus(o.Paid), s.Waived.Plus(o.Waived)}
}

// sum adds up the standing lines of each component. Charged interest is what was fixed so far, not what was earned.
func (c *claim) sum(on day.Date) map[Component]Sum {
	sums := map[Component]Sum{}
	for _, component := range Components {
		sums[component] = Sum{c.zero(), c.zero(), c.zero()}
	}
	for _, l := range c.standing(on) {
		s := sums[l.Component]
		switch l.Kind {
		case Charge:
			s.Charged = s.Charged.Plus(l.Amount)
		case Paying:
			s.Paid = s.Paid.Minus(l.Amount)
		case Waiver:
			s.Waived = s.Waived.Minus(l.Amount)
		}
		sums[l.Component] = s
	}
	return sums
}

// position is a claim on a day: the sums with interest as earned, and the slices it was earned in.
type position struct {
	sums   map[Component]Sum
	slices []law.Slice
}

var errOverpaidInterest = problem.New(problem.Conflict, "interest_below_paid",
	"Los intereses devengados son menos que los ya aplicados: hay que recalcular la imputación del expediente.",
	"The interest earned is less than what was applied to it: the case's allocation has to be recomputed.")

// at is the one calculation: what the claim amounts to on a day.
func (c *claim) at(on day.Date) (position, error) {
	earned, err := c.accrue(on)
	if err != nil {
		return position{}, err
	}
	sums := c.sum(on)
	interest := sums[Interest]
	interest.Charged = c.zero()
	for _, s := range earned {
		interest.Charged = interest.Charged.Plus(s.Amount)
	}
	sums[Interest] = interest
	if interest.Open().IsNegative() {
		return position{}, fmt.Errorf("computing %s %s in case %s: %w", c.Kind, c.Number, c.CaseNumber, errOverpaidInterest)
	}
	return position{sums, earned}, nil
}

// knownBy drops what was recorded after an instant; the zero instant keeps everything.
func (c *claim) knownBy(at time.Time) {
	if !at.IsZero() {
		c.lines = slices.DeleteFunc(c.lines, func(l Line) bool { return l.RecordedAt.After(at) })
	}
}
