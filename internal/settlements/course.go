package settlements

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/postgres"
)

// Cancel ends an agreement that is proposed, waiting for the client or in force; what was paid stays paid and the claim stands.
func (d *Desk) Cancel(ctx context.Context, who evidence.Actor, id uuid.UUID, reason string) (Agreement, error) {
	if reason == "" {
		return Agreement{}, errReason
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Agreement, []evidence.Entry, error) {
		a, covered, err := lockAgreement(tx, id, access.To(access.ActCancel, access.ObjAgreement), live...)
		if err != nil {
			return a, nil, err
		}
		today, err := d.today(tx, covered[0])
		if err != nil {
			return a, nil, err
		}
		entries, err := a.end(tx, covered, Cancelled, reason, today)
		return a, entries, err
	})
}

// end closes a live agreement that is not kept, with the client's question if one is open.
func (a *Agreement) end(tx *evidence.Tx, covered []*cases.Case, to State, reason string, today day.Date) ([]evidence.Entry, error) {
	from := a.State
	a.State, a.EndedOn = to, today
	entries := a.entries(covered, "agreement."+string(to), evidence.Confidential, evidence.Fields{"was": string(from), "reason": reason})
	if from == AwaitingClient {
		asked, err := clients.LatestAbout(tx.Tx, a.ClientID, "agreement", a.ID)
		if err != nil {
			return nil, fmt.Errorf("finding the question about agreement %s: %w", a.ID, err)
		}
		lapsed, err := clients.Expire(tx, asked, today)
		if err != nil {
			return nil, err
		}
		entries = append(entries, lapsed)
	}
	return entries, a.become(tx, covered, from)
}

// InForce finds the active agreement of an account; nil when there is none. Payments asks it under the lock of the cases.
func InForce(tx *postgres.Tx, client, account uuid.UUID) (*Agreement, error) {
	found, err := load(tx, `a.client_id = $1 and a.account_id = $2 and a.state = 'active'`, client, account)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// Credit pays the instalments in order with money that the ledger has already allocated to the covered cases, inside the
// transaction of the payment. When nothing is left to pay, the agreement is kept: the discount is waived and the cases close.
// The amount is at most what is open of the agreement.
func (d *Desk) Credit(tx *evidence.Tx, a *Agreement, covered []*cases.Case, amount money.Amount, today day.Date) ([]evidence.Entry, error) {
	if a.Open().Cmp(amount) < 0 {
		return nil, fmt.Errorf("crediting agreement %s: %s is more than the %s that is open", a.ID, amount, a.Open())
	}
	var entries []evidence.Entry
	for i := range a.Instalments {
		one := &a.Instalments[i]
		part := one.Open().Min(amount)
		if !part.IsPositive() {
			continue
		}
		was := one.Paid
		one.Paid, amount = one.Paid.Plus(part), amount.Minus(part)
		if err := pay(tx, *a, one.N, was, one.Paid); err != nil {
			return nil, err
		}
		entries = append(entries, a.entries(covered, "instalment.paid", evidence.Open, evidence.Fields{"n": fmt.Sprint(one.N), "due_on": one.DueOn.String(),
			"amount": part.Decimal(), "currency": string(a.Currency), "open": one.Open().Decimal()})...)
	}
	if !a.Open().IsZero() {
		return entries, replan(tx, covered)
	}
	kept, err := d.keep(tx, a, covered, today)
	return append(entries, kept...), err
}

// keep ends a fully paid agreement: what the ledger still shows is the discount and the interest that ran meanwhile, which
// the agreement forgives, and the cases close as settled.
func (d *Desk) keep(tx *evidence.Tx, a *Agreement, covered []*cases.Case, today day.Date) ([]evidence.Entry, error) {
	a.State, a.EndedOn = Kept, today
	if err := a.become(tx, covered, Active); err != nil {
		return nil, err
	}
	entries := a.entries(covered, "agreement.kept", evidence.Open, evidence.Fields{"total": a.Total().Decimal(), "currency": string(a.Currency), "on": today.String()})
	open := slices.DeleteFunc(slices.Clone(covered), func(c *cases.Case) bool { return c.Stage == cases.Closed })
	imputed, err := d.imputeAsAgreed(tx, a, open)
	if err != nil {
		return nil, err
	}
	entries = append(entries, imputed...)
	for _, c := range open {
		waived, err := d.forgive(tx, c, a, today)
		if err != nil {
			return nil, err
		}
		closed, err := c.Advance(tx, cases.Settled, today, "agreement "+a.ID.String())
		if err != nil {
			return nil, err
		}
		entries = append(append(entries, waived...), closed)
	}
	return entries, nil
}

// Uncredit takes a payment back out of the instalments, the last paid first, because it is being returned. It comes before the
// ledger reverses the payment.
func (d *Desk) Uncredit(tx *evidence.Tx, a *Agreement, covered []*cases.Case, payment uuid.UUID) ([]evidence.Entry, error) {
	amount, _, err := receivedSince(tx.Tx, *a, &payment)
	if err != nil {
		return nil, err
	}
	var entries []evidence.Entry
	for i := len(a.Instalments) - 1; i >= 0 && amount.IsPositive(); i-- {
		one := &a.Instalments[i]
		part := one.Paid.Min(amount)
		if !part.IsPositive() {
			continue
		}
		was := one.Paid
		one.Paid, amount = one.Paid.Minus(part), amount.Minus(part)
		if err := pay(tx, *a, one.N, was, one.Paid); err != nil {
			return nil, err
		}
		entries = append(entries, a.entries(covered, "instalment.reopened", evidence.Open, evidence.Fields{"n": fmt.Sprint(one.N),
			"amount": part.Decimal(), "currency": string(a.Currency), "open": one.Open().Decimal()})...)
	}
	return entries, nil
}

// Sweep is what a day's look at agreements ended.
type Sweep struct {
	Broken, Lapsed []uuid.UUID
}

// Breach ends, as of today, every agreement in force with an instalment unpaid past its tolerance, provided that money is
// known up to the last day of it: nothing is broken by a payment that only has not been read yet. Offers whose time is over
// lapse: the client did not answer, or the first due day and its tolerance passed without the debtor's acceptance. Where one of
// the cases was closed (recalled), the debtor broke nothing: the agreement is cancelled.
func (d *Desk) Breach(ctx context.Context, job evidence.Actor, today day.Date) (Sweep, error) {
	var due []uuid.UUID
	err := d.Log.DB.View(ctx, job.Token, func(tx *postgres.Tx) error { return tx.Select(&due, overdue, today) })
	if err != nil {
		return Sweep{}, fmt.Errorf("finding the agreements overdue on %s: %w", today, err)
	}
	var swept Sweep
	for _, id := range due {
		a, err := d.review(ctx, job, id, today)
		switch {
		case errors.Is(err, errNotDue), errors.Is(err, errState):
			continue // paid, answered or ended meanwhile
		case err != nil:
			return swept, err
		case a.State == Broken:
			swept.Broken = append(swept.Broken, id)
		default:
			swept.Lapsed = append(swept.Lapsed, id)
		}
	}
	return swept, nil
}

var errNotDue = errors.New("the agreement is not due for an end")

// review looks at one agreement again under the lock of its cases and ends it if it must.
func (d *Desk) review(ctx context.Context, job evidence.Actor, id uuid.UUID, today day.Date) (Agreement, error) {
	return evidence.Record(ctx, d.Log, job, func(tx *evidence.Tx) (Agreement, []evidence.Entry, error) {
		a, covered, err := lockAgreement(tx, id, access.To(access.ActCancel, access.ObjAgreement), live...)
		if err != nil {
			return a, nil, err
		}
		var still []uuid.UUID
		if err := tx.Select(&still, overdue+` and a.id = $2`, today, id); err != nil || len(still) == 0 {
			return a, nil, errors.Join(err, errNotDue)
		}
		if a.State == Active && allOpen(covered) {
			entries, err := a.breakOff(tx, covered, today)
			return a, entries, err
		}
		to, reason := Cancelled, "not accepted in time, or a case was closed"
		if a.State == AwaitingClient {
			to, reason = Refused, "no answer from the client"
		}
		entries, err := a.end(tx, covered, to, reason, today)
		return a, entries, err
	})
}

// breakOff ends an agreement that was not kept. The discount was never waived, so the whole claim less what was paid stands
// again, and the cases go on where they were.
func (a *Agreement) breakOff(tx *evidence.Tx, covered []*cases.Case, today day.Date) ([]evidence.Entry, error) {
	a.State, a.EndedOn = Broken, today
	fields := evidence.Fields{"on": today.String(), "open": a.Open().Decimal(), "currency": string(a.Currency), "discount_revived": a.Discount().Total().Decimal()}
	for _, i := range a.Instalments {
		if i.Open().IsPositive() {
			fields["n"], fields["due_on"] = fmt.Sprint(i.N), i.DueOn.String()
			break
		}
	}
	return a.entries(covered, "agreement.broken", evidence.Open, fields), a.become(tx, covered, Active)
}
