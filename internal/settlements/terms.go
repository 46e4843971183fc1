package settlements

import (
	"fmt"

	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// Kind of an agreement.
type Kind string

const (
	FullWithDiscount Kind = "full_with_discount" // less than the claim, in one payment or more
	Instalments      Kind = "instalments"        // the claim or less, in instalments
	Extension        Kind = "extension"          // the whole claim, once, on a later day
	InterestWaiver   Kind = "interest_waiver"    // all but (part of) the interest
)

// Terms is what somebody puts on the table. The instalments are either listed, or made of Count equal parts from FirstDueOn
// on, every EveryMonths months (0 is 1).
type Terms struct {
	Kind         Kind
	Total        money.Amount
	Discount     *money.Amount // only a check: when given it must be the claim less the total
	Instalments  []Instalment
	Count        int
	FirstDueOn   day.Date
	EveryMonths  int
	WholeAccount bool // covers every open case of the debtor with the client, not only the one named
}

// Instalment (plazo) is one payment of an agreement.
type Instalment struct {
	N      int          `json:"n"`
	DueOn  day.Date     `json:"due_on"`
	Amount money.Amount `json:"amount"`
	Paid   money.Amount `json:"paid"`
}

// Open is what is still to be paid of it.
func (i Instalment) Open() money.Amount { return i.Amount.Minus(i.Paid) }

// Claim is what is owed on the day of the proposal, as a discount and the client's authority look at it.
type Claim struct {
	Principal money.Amount
	Interest  money.Amount
	Cost      money.Amount // costs, compensation and court fees
}

// Total of the claim.
func (c Claim) Total() money.Amount { return c.Principal.Plus(c.Interest).Plus(c.Cost) }

const (
	maxInstalments = 120
	maxYears       = 10
)

var (
	errKind    = problem.New(problem.Invalid, "agreement_kind", "El tipo de acuerdo no existe.", "There is no such kind of agreement.")
	errTotal   = problem.New(problem.Invalid, "agreement_total", "El total del acuerdo debe ser positivo, en la moneda del expediente y no mayor que lo reclamado.", "The total must be positive, in the case's currency and not above the claim.")
	errTerms   = problem.New(problem.Invalid, "agreement_terms", "Ese reparto no corresponde a este tipo de acuerdo.", "These terms do not fit this kind of agreement.")
	errDates   = problem.New(problem.Invalid, "instalment_dates", "Los vencimientos deben ir en orden, desde hoy y dentro de diez años.", "The due dates must follow each other, from today on and within ten years.")
	errCount   = problem.New(problem.Invalid, "instalment_count", "Indique los plazos uno a uno, o cuántos son y el primer vencimiento.", "List the instalments, or say how many and when the first is due.")
	errSum     = problem.New(problem.Invalid, "instalments_sum", "Los plazos no suman exactamente el total.", "The instalments do not sum exactly to the total.")
	errAllowed = problem.New(problem.Invalid, "agreement_discount", "El descuento indicado no es lo reclamado menos el total.", "The discount given is not the claim less the total.")
)

// schedule is the list of instalments that the terms mean.
func (t Terms) schedule(today day.Date) ([]Instalment, error) {
	all := t.Instalments
	if len(all) == 0 {
		if t.Count < 1 || t.Count > maxInstalments || t.FirstDueOn.IsZero() || t.EveryMonths < 0 {
			return nil, errCount
		}
		if int64(t.Count) > t.Total.Minor {
			return nil, errSum
		}
		all = make([]Instalment, t.Count)
		for i, part := range t.Total.Split(t.Count) {
			all[i] = Instalment{DueOn: t.FirstDueOn.AddMonths(i * max(1, t.EveryMonths)), Amount: part}
		}
	} else if t.Count != 0 || !t.FirstDueOn.IsZero() || len(all) > maxInstalments {
		return nil, errCount
	}
	return numbered(all, t.Total, today)
}

// numbered checks the instalments against the total and the calendar.
func numbered(all []Instalment, total money.Amount, today day.Date) ([]Instalment, error) {
	out, sum, last := make([]Instalment, len(all)), total.Zero(), today.AddDays(-1)
	for i, one := range all {
		switch {
		case one.Amount.Currency != total.Currency || !one.Amount.IsPositive() || one.Amount.Cmp(total) > 0:
			return nil, errSum.With(problem.Reason{Pointer: fmt.Sprintf("/instalments/%d/amount", i), Code: "instalments_sum", Text: errSum.Text})
		case !one.DueOn.After(last) || one.DueOn.After(today.AddMonths(12*maxYears)):
			return nil, errDates.With(problem.Reason{Pointer: fmt.Sprintf("/instalments/%d/due_on", i), Code: "instalment_dates", Text: errDates.Text})
		}
		sum, last = sum.Plus(one.Amount), one.DueOn
		out[i] = Instalment{N: i + 1, DueOn: one.DueOn, Amount: one.Amount, Paid: total.Zero()}
	}
	if sum.Cmp(total) != 0 {
		return nil, errSum
	}
	return out, nil
}

// discount is what the client gives up, component by component: interest goes first, then costs, and principal last.
func discount(claim Claim, total money.Amount) Claim {
	left := claim.Total().Minus(total)
	take := func(from money.Amount) money.Amount {
		part := left.Min(from)
		left = left.Minus(part)
		return part
	}
	var d Claim
	d.Interest, d.Cost, d.Principal = take(claim.Interest), take(claim.Cost), take(claim.Principal)
	return d
}

// check holds the terms against the claim and the meaning of their kind.
func (t Terms) check(claim Claim) (Claim, error) {
	if t.Total.Currency != claim.Total().Currency || !t.Total.IsPositive() || t.Total.Cmp(claim.Total()) > 0 {
		return Claim{}, errTotal
	}
	d := discount(claim, t.Total)
	if t.Discount != nil && *t.Discount != d.Total() {
		return Claim{}, errAllowed
	}
	fits := map[Kind]bool{
		FullWithDiscount: d.Total().IsPositive(),
		Instalments:      t.Count > 1 || len(t.Instalments) > 1,
		Extension:        d.Total().IsZero() && max(t.Count, len(t.Instalments)) == 1,
		InterestWaiver:   d.Interest.IsPositive() && d.Cost.IsZero() && d.Principal.IsZero(),
	}
	ok, known := fits[t.Kind]
	switch {
	case !known:
		return Claim{}, errKind
	case !ok:
		return Claim{}, errTerms
	}
	return d, nil
}

// beyond names what of the terms the mandate does not let the firm grant by itself; nothing means that it may. Costs are
// accessory like interest and share its percentage.
func beyond(m clients.Mandate, claim, given Claim, plan []Instalment, today day.Date) (why []string) {
	over := func(given, of money.Amount, bp int) bool { return exceeds(given.Minor, of.Minor, int64(bp)) }
	if over(given.Principal, claim.Principal, m.MaxDiscountPrincipalBP) {
		why = append(why, "discount_principal")
	}
	if over(given.Interest, claim.Interest, m.MaxDiscountInterestBP) {
		why = append(why, "discount_interest")
	}
	if over(given.Cost, claim.Cost, m.MaxDiscountInterestBP) {
		why = append(why, "discount_cost")
	}
	if plan[len(plan)-1].DueOn.After(today.AddMonths(m.MaxMonths)) {
		why = append(why, "months")
	}
	for _, i := range plan {
		if len(plan) > 1 && i.Amount.Minor < m.MinInstalmentMinor {
			return append(why, "instalment_too_small")
		}
	}
	return why
}

// exceeds says whether given is more than bp basis points of whole, without leaving the integers: whole is at most 15
// digits, and is cut in two so that no product overflows.
func exceeds(given, whole, bp int64) bool {
	allowed := whole/10000*bp + whole%10000*bp/10000
	return given > allowed
}
