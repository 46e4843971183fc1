package court

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Ahead is how a proceeding stands in its procedure and what may come.
type Ahead struct {
	Outcome law.Outcome     // empty while it goes on
	Next    []law.Act       // that may be taken down now; the filing of a petition that is drafted here is not among them
	Follow  []law.Procedure // that may be opened now and go on from it
	Gates   []law.Gate      // while it is being prepared
	Closed  *problem.Error  // the house's own gate that is closed while it is being prepared: a hold, no authority to sue …
	Refund  *Refund         // of the court fee, when the end gives one
}

// Refund is what comes back of a court fee, and how it is asked for.
type Refund struct {
	Amount    money.Amount
	Form, Law string
}

// Ahead answers what may come in a proceeding, to whoever may read it.
func (d *Desk) Ahead(ctx context.Context, who evidence.Actor, id uuid.UUID) (a Ahead, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		p, all, err := d.proceeding(tx, who, id, access.To(access.ActRead, access.ObjProceeding), access.NoState)
		if err != nil {
			return err
		}
		pack, err := d.packOf(p)
		if err != nil {
			return err
		}
		today := day.In(d.Log.Now(), pack.Zone)
		pr, err := pack.Procedure(p.Procedure)
		if err != nil {
			return err
		}
		kinds, _, err := done(tx, p.ClientID, p.ID)
		if err != nil {
			return err
		}
		a.Outcome = pr.Outcome(kinds)
		if a.Next, err = pack.Next(pr.ID, kinds); err != nil {
			return err
		}
		a.Next = slices.DeleteFunc(a.Next, func(act law.Act) bool { return act.Entry || act.ID == actFiled && d.petitionOf(p) != nil })
		claim, err := d.claimed(tx, p, all, today)
		if err != nil {
			return err
		}
		follow, err := pack.Follows(pr.ID, kinds, claim)
		if err != nil {
			return err
		}
		for _, f := range follow {
			next, err := pack.Procedure(f.Procedure)
			if err != nil {
				return err
			}
			a.Follow = append(a.Follow, next)
		}
		if back, form, law, ok := pack.FeeRefund(string(a.Outcome), money.Of(p.FeeMinor, pack.Currency)); ok && back.IsPositive() {
			a.Refund = &Refund{back, form, law}
		}
		if p.State == Preparing {
			a.Gates, a.Closed, err = d.gatesOf(tx, p, all, pack, today)
		}
		return err
	})
	return a, err
}
