package ledger

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// file is the ledger of cases while an action works on it: lines as stored, then those that the action adds. Nothing is
// written before the whole action has been computed.
type file struct {
	client   uuid.UUID
	currency money.Currency
	cases    []*cases.Case
	claims   []*claim
	now      time.Time // what the action adds is recorded at this instant, after every line of these cases

	fresh      []Line
	freshTerms []term
}

var errFuture = problem.New(problem.Invalid, "effective_in_future",
	"El día del movimiento no puede estar en el futuro.", "The day of the movement cannot be in the future.")

func (f *file) claim(debt uuid.UUID) *claim {
	i := slices.IndexFunc(f.claims, func(c *claim) bool { return c.DebtID == debt })
	if i < 0 {
		return nil
	}
	return f.claims[i]
}

// notAfterToday refuses a movement dated later than today where the case is.
func (f *file) notAfterToday(tx *evidence.Tx, on day.Date) error {
	if on.IsZero() || on.After(tx.Today(f.claims[0].pack.Zone)) {
		return errFuture
	}
	return nil
}

func (f *file) add(l Line) {
	c := f.claim(l.DebtID)
	l.RecordedAt = f.now
	c.lines = append(c.lines, l)
	slices.SortFunc(c.lines, sequence)
	c.mark()
	f.fresh = append(f.fresh, l)
}

// reverse undoes a line, on the day the line took effect.
func (f *file) reverse(l Line, reason string) {
	undo := newLine(l.CaseID, l.DebtID, l.Component, Reversal, l.Amount.Neg(), l.EffectiveOn, reason)
	id := l.ID
	undo.Reverses, undo.PaymentID, undo.BorneBy = &id, l.PaymentID, l.BorneBy
	if l.Received != nil {
		back := l.Received.Neg()
		undo.Received = &back
	}
	f.add(undo)
}

// fix books the interest of a claim that is earned up to a day and not booked yet. What is already booked for a later day
// covers it. Should less be earned than was booked (principal changed before), the booked lines are reversed first.
func (f *file) fix(c *claim, on day.Date, reason string) error {
	earned, err := c.accrue(on)
	if err != nil {
		return err
	}
	total, articles := c.zero(), []string{}
	for _, s := range earned {
		total = total.Plus(s.Amount)
		if !slices.Contains(articles, s.Law) {
			articles = append(articles, s.Law)
		}
	}
	booked := c.zero()
	var lines []Line
	for l := range c.standing(lastDay) {
		if l.Component == Interest && l.Kind == Charge {
			if l.EffectiveOn.After(on) {
				return nil
			}
			booked, lines = booked.Plus(l.Amount), append(lines, *l)
		}
	}
	if booked.Cmp(total) > 0 {
		for _, l := range lines {
			f.reverse(l, reason)
		}
		booked = c.zero()
	}
	if total.Cmp(booked) > 0 {
		f.add(newLine(c.CaseID, c.DebtID, Interest, Charge, total.Minus(booked), on, strings.Join(append(articles, reason), "; ")))
	}
	return nil
}

// lastDay is after every day of a ledger.
var lastDay = day.Of(9999, 12, 31)

// movement is what changed a ledger in one stroke, as it can be played again.
type movement struct {
	first   Line // of the lines that it made: its place in the sequence
	lines   []Line
	payment *Payment // else a waiver, a write-off or a fixing of one line
}

// rewind reverses every payment, waiver, write-off and fixing that the test names as later and returns them in their order.
func (f *file) rewind(later func(Line) bool, reason string) []movement {
	var moves []movement
	for _, c := range f.claims {
		for _, l := range c.everStanding() {
			if !later(l) || (l.Kind == Charge && l.Component != Interest) {
				continue
			}
			i := slices.IndexFunc(moves, func(m movement) bool {
				return m.payment != nil && l.PaymentID != nil && m.payment.ID == *l.PaymentID && m.payment.ReceivedOn == l.EffectiveOn
			})
			if i < 0 {
				i = len(moves)
				moves = append(moves, movement{first: l})
				if l.PaymentID != nil {
					moves[i].payment = &Payment{ID: *l.PaymentID, Amount: l.took().Zero(), ReceivedOn: l.EffectiveOn, Wish: l.wish}
				}
			}
			m := &moves[i]
			m.lines = append(m.lines, l)
			if m.payment != nil {
				m.payment.Amount = m.payment.Amount.Plus(l.took())
			}
			if sequence(l, m.first) < 0 {
				m.first = l
			}
			f.reverse(l, reason)
		}
	}
	slices.SortFunc(moves, func(a, b movement) int { return sequence(a.first, b.first) })
	return moves
}

// replay plays movements again on the changed ledger and returns what of each payment found nothing to fall on any more.
func (f *file) replay(moves []movement) (freed map[uuid.UUID]money.Amount, err error) {
	freed = map[uuid.UUID]money.Amount{}
	for _, m := range moves {
		l := m.lines[0]
		switch {
		case m.payment != nil:
			_, rest, err := f.pay(*m.payment)
			if err != nil {
				return nil, err
			}
			if rest.IsPositive() {
				freed[m.payment.ID] = freed[m.payment.ID].Plus(rest)
			}
		case l.Kind == Waiver || l.Kind == WritingOff:
			if err := f.giveUpAgain(l); err != nil {
				return nil, err
			}
		default:
			if err := f.fix(f.claim(l.DebtID), l.EffectiveOn, "recálculo"); err != nil {
				return nil, err
			}
		}
	}
	return freed, nil
}

func (f *file) giveUpAgain(l Line) error {
	c := f.claim(l.DebtID)
	if l.Component == Interest {
		if err := f.fix(c, l.EffectiveOn, "recálculo"); err != nil {
			return err
		}
	}
	p, err := c.at(l.EffectiveOn)
	if err != nil {
		return err
	}
	if again := l.Amount.Neg().Min(p.sums.open(l.Component)); again.IsPositive() {
		f.add(newLine(l.CaseID, l.DebtID, l.Component, l.Kind, again.Neg(), l.EffectiveOn, l.Basis))
	}
	return nil
}

// pay fixes the interest to the day of a payment and lets it fall on the claims. What is left is in the payment's currency.
func (f *file) pay(p Payment) (parts []part, rest money.Amount, err error) {
	for _, c := range f.claims {
		if err := f.fix(c, p.ReceivedOn, "fijado por el cobro"); err != nil {
			return nil, p.Amount, err
		}
	}
	amount, unit := p.Amount, (*conversion)(nil)
	if p.Amount.Currency != f.currency {
		if unit, err = f.unitOn(p.Amount.Currency, p.ReceivedOn); err != nil {
			return nil, p.Amount, err
		}
		amount = unit.into(p.Amount)
	}
	parts, rest, err = allocate(f.claims, amount, p.ReceivedOn, p.Wish)
	if err != nil {
		return nil, p.Amount, err
	}
	taken := amount.Zero()
	for _, part := range parts {
		l := part.line(Paying, p.ReceivedOn, &p.ID, p.Wish)
		if unit != nil {
			l.Received = unit.share(taken, part.amount)
			l.Basis += "; " + unit.basis
		}
		taken = taken.Plus(part.amount)
		f.add(l)
	}
	if unit != nil {
		rest = p.Amount.Minus(unit.back(taken))
	}
	return parts, rest, nil
}

// settle forgets a reversal whose line came back as it was, together with the line that came back.
func (f *file) settle() {
	stored := map[uuid.UUID]Line{}
	for _, c := range f.claims {
		for _, l := range c.lines {
			stored[l.ID] = l
		}
	}
	back := map[uuid.UUID]bool{}
	for _, undo := range f.fresh {
		if undo.Reverses == nil {
			continue
		}
		was := stored[*undo.Reverses]
		i := slices.IndexFunc(f.fresh, func(l Line) bool {
			return !back[l.ID] && l.DebtID == was.DebtID && l.Component == was.Component && l.Kind == was.Kind && l.Amount == was.Amount && l.took() == was.took() &&
				l.EffectiveOn == was.EffectiveOn && l.BorneBy == was.BorneBy && same(l.PaymentID, was.PaymentID)
		})
		if i >= 0 && f.fresh[i].ID != was.ID {
			back[undo.ID], back[f.fresh[i].ID] = true, true
		}
	}
	gone := func(l Line) bool { return back[l.ID] }
	f.fresh = slices.DeleteFunc(f.fresh, gone)
	for _, c := range f.claims {
		c.lines = slices.DeleteFunc(c.lines, gone)
		c.mark()
	}
}

func same(a, b *uuid.UUID) bool { return a == b || (a != nil && b != nil && *a == *b) }

// entries tells the log, case by case, which lines an action wrote.
func (f *file) entries(kind string, fields evidence.Fields) []evidence.Entry {
	var entries []evidence.Entry
	for _, c := range f.cases {
		told := evidence.Fields{"currency": string(f.currency)}
		for name, value := range fields {
			told[name] = value
		}
		n := 0
		for _, l := range f.fresh {
			if l.CaseID == c.ID {
				n++
				tell(told, n, l)
			}
		}
		if n > 0 {
			entries = append(entries, c.Entry(kind, told))
		}
	}
	return entries
}

// openAfter is what stands open in each case on the later of a day and the day of its newest line.
func (f *file) openAfter(on day.Date) (map[uuid.UUID]Balance, error) {
	for _, c := range f.claims {
		for l := range c.standing(lastDay) {
			on = day.Later(on, l.EffectiveOn)
		}
	}
	return balances(f.claims, on)
}
