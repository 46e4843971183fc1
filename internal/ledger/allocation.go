package ledger

import (
	"math/big"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// houseOrder is the basis of a component to which no law gives its place.
const houseOrder = "orden del despacho: la ley no menciona este concepto"

var (
	errWishOrder = problem.New(problem.Invalid, "allocation_order_invalid",
		"El orden de imputación repite un concepto, contiene uno desconocido o no dice en qué pacto se basa.",
		"The order of allocation repeats a component, has an unknown one, or does not say on which agreement it rests.")
	errWishDebt = problem.New(problem.Invalid, "designated_debt_unknown",
		"La deuda designada no es de estos expedientes.", "The designated debt does not belong to these cases.")
)

// order is how a payment falls on components, with the basis of each.
type order struct {
	components []Component
	basis      map[Component]string
}

// orderOf is the law's order, that of enforcement when the money came in it, or an agreement's with the law's for what it leaves out.
func orderOf(pack *law.Pack, wish *Wish) (order, error) {
	places, err := pack.AllocationOrder(wish != nil && wish.Enforcement)
	if err != nil {
		return order{}, err
	}
	o := order{basis: map[Component]string{}}
	if wish != nil && len(wish.Order) > 0 {
		if wish.Basis == "" {
			return o, errWishOrder
		}
		for _, c := range wish.Order {
			if !slices.Contains(Components, c) || slices.Contains(o.components, c) {
				return o, errWishOrder
			}
			o.components, o.basis[c] = append(o.components, c), wish.Basis
		}
	}
	for _, p := range places {
		c := Component(p.Component)
		if slices.Contains(o.components, c) {
			continue
		}
		o.components, o.basis[c] = append(o.components, c), p.Law
		if p.Law == "" {
			o.basis[c] = houseOrder
		}
	}
	return o, nil
}

// owed is a claim on the day of a payment.
type owed struct {
	claim  *claim
	open   *[len(sums{})]money.Amount // by the place of the component
	due    bool
	burden decimal.Decimal // yearly per cent the debt bears: the higher, the more onerous
}

// part is what of a payment falls on one component of one debt.
type part struct {
	claim     *claim
	component Component
	amount    money.Amount
	basis     string
}

// allocate lets an amount fall on claims as they stand on a day: first on the debt the payer named, then component by component
// on all. Nothing falls below zero; what is left over is returned.
func allocate(claims []*claim, amount money.Amount, on day.Date, wish *Wish) (parts []part, rest money.Amount, err error) {
	all, err := owedOn(claims, on)
	if err != nil {
		return nil, amount, err
	}
	o, err := orderOf(claims[0].pack, wish)
	if err != nil {
		return nil, amount, err
	}
	rest = amount
	if wish != nil && wish.Debt != nil {
		i := slices.IndexFunc(all, func(w owed) bool { return w.claim.DebtID == *wish.Debt })
		if i < 0 {
			return nil, amount, errWishDebt
		}
		article, err := mayName(all, all[i])
		if err != nil {
			return nil, amount, err
		}
		for _, c := range o.components {
			parts, rest = take(parts, all[i], c, rest, "designada por el deudor, "+article+"; "+o.basis[c])
		}
	}
	for _, c := range o.components {
		tiers, choice, err := tiersOf(all, c, rest)
		if err != nil {
			return nil, amount, err
		}
		for _, tier := range tiers {
			shares := prorate(tier, c, rest)
			for i, w := range tier {
				var left money.Amount
				parts, left = take(parts, w, c, shares[i], strings.TrimSuffix(o.basis[c]+"; "+choice, "; "))
				rest = rest.Minus(shares[i].Minus(left))
			}
		}
	}
	return parts, rest, nil
}

// take lets up to amount fall on one component of one debt and returns what is left of it.
func take(parts []part, w owed, c Component, amount money.Amount, basis string) ([]part, money.Amount) {
	taken := amount.Min(w.open[place(c)])
	if !taken.IsPositive() {
		return parts, amount
	}
	w.open[place(c)] = w.open[place(c)].Minus(taken)
	return append(parts, part{w.claim, c, taken, basis}), amount.Minus(taken)
}

// mayName asks whether the law lets the debtor name this debt, and under which article (ES CC 1172; PE CC 1256; CL CC 1596).
func mayName(all []owed, named owed) (article string, err error) {
	others := slices.ContainsFunc(all, func(w owed) bool {
		return w.due && w.claim != named.claim && slices.ContainsFunc(w.open[:], money.Amount.IsPositive)
	})
	return named.claim.pack.Designation(named.due, others)
}

func owedOn(claims []*claim, on day.Date) ([]owed, error) {
	all, terms := make([]owed, len(claims)), make([]law.Terms, len(claims))
	burdens := map[law.Regime]decimal.Decimal{}
	for i, c := range claims {
		p, err := c.at(on)
		if err != nil {
			return nil, err
		}
		all[i] = owed{claim: c, open: &[len(sums{})]money.Amount{}, due: c.DueOn.Before(on)}
		for n, s := range p.sums {
			all[i].open[n] = s.Open()
		}
		terms[i], _ = c.termsOn(on)
		if n := len(p.slices); n > 0 && p.slices[n-1].RatePct.GreaterThan(burdens[terms[i].Regime]) {
			burdens[terms[i].Regime] = p.slices[n-1].RatePct
		}
	}
	for i := range all {
		all[i].burden = burdens[terms[i].Regime]
		if terms[i].Regime == law.Agreed {
			all[i].burden = terms[i].AgreedRate
		}
	}
	return all, nil
}

// tiersOf ranks the debts that owe the component: overdue before not yet due, then the most onerous, then by the law the oldest or
// all alike. The article is named, and asked for, only where there is a choice to make.
func tiersOf(all []owed, c Component, rest money.Amount) (tiers [][]owed, choice string, err error) {
	var open []owed
	total := rest.Zero()
	for _, w := range all {
		if w.open[place(c)].IsPositive() {
			open, total = append(open, w), total.Plus(w.open[place(c)])
		}
	}
	if len(open) == 0 || !rest.IsPositive() {
		return nil, "", nil
	}
	oldestFirst := true
	if len(open) > 1 && total.Cmp(rest) > 0 {
		if oldestFirst, choice, err = open[0].claim.pack.BetweenDebts(); err != nil {
			return nil, "", err
		}
	}
	rank := func(a, b owed) int {
		switch {
		case a.due != b.due && a.due:
			return -1
		case a.due != b.due:
			return 1
		case !a.burden.Equal(b.burden):
			return b.burden.Cmp(a.burden)
		case oldestFirst:
			return a.claim.DueOn.DaysSince(b.claim.DueOn)
		}
		return 0
	}
	slices.SortStableFunc(open, rank)
	for i, w := range open {
		if i == 0 || rank(open[i-1], w) != 0 {
			tiers = append(tiers, nil)
		}
		tiers[len(tiers)-1] = append(tiers[len(tiers)-1], w)
	}
	return tiers, choice, nil
}

// prorate divides an amount over the open sums of a tier in proportion; the largest remainders get the last minor units. No
// share exceeds its open sum, and the shares add up to the amount or to all that is open.
func prorate(tier []owed, c Component, amount money.Amount) []money.Amount {
	total := amount.Zero()
	for _, w := range tier {
		total = total.Plus(w.open[place(c)])
	}
	give := amount.Min(total)
	shares, remainders := make([]money.Amount, len(tier)), make([]*big.Int, len(tier))
	left := give.Minor
	for i, w := range tier {
		q, r := new(big.Int).QuoRem(new(big.Int).Mul(big.NewInt(give.Minor), big.NewInt(w.open[place(c)].Minor)), big.NewInt(total.Minor), new(big.Int))
		shares[i], remainders[i] = money.Of(q.Int64(), amount.Currency), r
		left -= q.Int64()
	}
	byRemainder := make([]int, len(tier))
	for i := range byRemainder {
		byRemainder[i] = i
	}
	slices.SortStableFunc(byRemainder, func(a, b int) int { return remainders[b].Cmp(remainders[a]) })
	for _, i := range byRemainder[:left] {
		shares[i].Minor++
	}
	return shares
}

// line is the part as a ledger line.
func (p part) line(kind Kind, on day.Date, payment *uuid.UUID, wish *Wish) Line {
	l := newLine(p.claim.CaseID, p.claim.DebtID, p.component, kind, p.amount.Neg(), on, p.basis)
	l.PaymentID, l.wish = payment, wish
	return l
}
