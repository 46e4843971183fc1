package ledger

import (
	"slices"

	"github.com/google/uuid"

	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/money"
)

// Trial is a claim that no case holds: what a lawyer asks the calculator. It goes the same way as every statement, so both agree.
type Trial struct {
	Pack      *law.Pack
	Terms     law.Terms
	Principal money.Amount
	After     day.Date // interest runs from the day after
	Received  []Receipt
}

// Receipt is money received on a day, in the currency of the claim.
type Receipt struct {
	On     day.Date
	Amount money.Amount
}

// Statement is the trial's claim on a day, its payments allocated in the law's order; rest is what of them found nothing to fall on.
// Payments after the day do not count. Problems: those of Pack.Interest, payment_invalid.
func (t Trial) Statement(asOf day.Date) (s DebtStatement, rest money.Amount, err error) {
	c := &claim{DebtID: uuid.Must(uuid.NewV7()), Jurisdiction: t.Pack.Code, IssuedOn: t.After, DueOn: t.After, Currency: t.Principal.Currency,
		Business: !t.Terms.Consumer, PrincipalMinor: t.Principal.Minor, Regime: t.Terms.Regime, pack: t.Pack, spans: []span{{after: t.After, terms: t.Terms}}}
	f := &file{currency: c.Currency, claims: []*claim{c}}
	f.add(newLine(uuid.Nil, c.DebtID, Principal, Charge, t.Principal, t.After, ""))
	rest = c.zero()
	received := slices.Clone(t.Received)
	slices.SortStableFunc(received, func(a, b Receipt) int { return a.On.DaysSince(b.On) })
	for _, r := range received {
		if r.Amount.Currency != c.Currency || !r.Amount.IsPositive() || r.On.Before(t.After) {
			return DebtStatement{}, rest, errPayment
		}
		if r.On.After(asOf) {
			continue
		}
		_, left, err := f.pay(Payment{ID: uuid.Must(uuid.NewV7()), Amount: r.Amount, ReceivedOn: r.On})
		if err != nil {
			return DebtStatement{}, rest, err
		}
		rest = rest.Plus(left)
	}
	s, _, err = c.statement(asOf)
	return s, rest, err
}
