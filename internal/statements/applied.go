package statements

import (
	"slices"

	"github.com/google/uuid"

	"recobro/internal/day"
	"recobro/internal/ledger"
	"recobro/internal/money"
)

// Applied is one payment as it fell on the debts of a statement.
type Applied struct {
	On     day.Date
	Amount money.Amount // of it what fell here, in the currency of the claim
	Parts  []Part
}

// Part is one line of a statement with the debt that it belongs to; its amount is positive.
type Part struct {
	Line   ledger.Line
	Kind   string // of the debt
	Number string
	Amount money.Amount
}

// Payments are the payments that stand on the day of the statement, the oldest first, each with its parts in the order in which
// they fell.
func Payments(s ledger.Statement) []Applied {
	var all []Applied
	at := map[uuid.UUID]int{}
	for _, p := range parts(s, ledger.Paying) {
		id := p.Line.ID
		if p.Line.PaymentID != nil {
			id = *p.Line.PaymentID
		}
		i, known := at[id]
		if !known {
			i = len(all)
			at[id], all = i, append(all, Applied{On: p.Line.EffectiveOn, Amount: p.Amount.Zero()})
		}
		all[i].Amount, all[i].Parts = all[i].Amount.Plus(p.Amount), append(all[i].Parts, p)
	}
	return all
}

// GivenUp are the waivers and write-offs that stand on the day of the statement.
func GivenUp(s ledger.Statement) []Part { return parts(s, ledger.Waiver, ledger.WritingOff) }

// Costs are the costs, fees of the court and compensations that stand, those that the debtor does not bear included.
func Costs(s ledger.Statement) []Part {
	return slices.DeleteFunc(parts(s, ledger.Charge), func(p Part) bool {
		return !slices.Contains([]ledger.Component{ledger.Cost, ledger.CourtFee, ledger.Compensation}, p.Line.Component)
	})
}

// parts are the standing lines of some kinds, in the order of their days and within a day as they were recorded.
func parts(s ledger.Statement, kinds ...ledger.Kind) []Part {
	var all []Part
	for _, d := range s.Debts {
		for _, l := range d.Lines {
			if l.Stands() && slices.Contains(kinds, l.Kind) {
				p := Part{Line: l, Kind: d.Kind, Number: d.Number, Amount: l.Amount}
				if p.Amount.IsNegative() {
					p.Amount = p.Amount.Neg()
				}
				all = append(all, p)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Part) int {
		if n := a.Line.EffectiveOn.DaysSince(b.Line.EffectiveOn); n != 0 {
			return n
		}
		if n := a.Line.RecordedAt.Compare(b.Line.RecordedAt); n != 0 {
			return n
		}
		return slices.Compare(a.Line.ID[:], b.Line.ID[:])
	})
	return all
}
