package payments

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
	"recobro/internal/ledger"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/settlements"
)

// Fate is what became of one item of a batch.
type Fate struct {
	ExternalRef string
	Payment     Payment
	Err         error // a *problem.Error for what the reporter can act on
}

// Fates are those of a batch, in its order.
type Fates []Fate

// Again says that a batch may be sent again: each item is recognised by its own reference.
func (Fates) Again() bool { return true }

// Batch records a list, each item by itself: one that is refused holds up no other. Every item needs its external_ref, so that
// a batch that broke off halfway can be sent again.
func (d *Desk) Batch(ctx context.Context, who evidence.Actor, list []Received) Fates {
	fates := make(Fates, len(list))
	for i, in := range list {
		fates[i].ExternalRef = in.ExternalRef
		if in.ExternalRef == "" {
			fates[i].Err = errNoKey
			continue
		}
		fates[i].Payment, fates[i].Err = d.Record(ctx, who, in)
	}
	return fates
}

var (
	errReason   = problem.New(problem.Invalid, "reason_missing", "Escriba el motivo.", "Write the reason.")
	errReturned = problem.New(problem.Conflict, "payment_returned", "Ese cobro ya consta como devuelto.", "That payment is already recorded as returned.")
	errClosed   = problem.New(problem.Conflict, "payment_closed_case", "El cobro se aplicó a un expediente ya cerrado, y un expediente cerrado no se reabre: registre la deuda de nuevo.",
		"The payment fell on a case that is closed, and a closed case is not reopened: hand the debt over again.")
	errNoKey = problem.New(problem.Invalid, "external_ref_missing", "Cada cobro de una lista necesita su propia referencia.", "Each payment of a list needs a reference of its own.")
	errUntil = problem.New(problem.Invalid, "known_until", "Los cobros no pueden conocerse más allá de hoy.", "Payments cannot be known beyond today.")
)

// Return takes a payment back (a returned debit, a mistaken entry): the ledger's lines and the instalments are undone as if it
// had never been. One that closed its case cannot be returned here: the step table knows no way out of closed.
func (d *Desk) Return(ctx context.Context, who evidence.Actor, id uuid.UUID, reason string) (Payment, error) {
	if reason == "" {
		return Payment{}, errReason
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Payment, []evidence.Entry, error) {
		p, err := byID(tx.Tx, id)
		if err != nil {
			return p, nil, err
		}
		open, err := cases.LockAccount(tx, p.ClientID, p.AccountID, access.To(access.ActReverse, access.ObjPayment))
		if errors.Is(err, problem.Missing) && who.Staff {
			err = errClosed
		}
		if err != nil {
			return p, nil, err
		}
		if p, err = byID(tx.Tx, id); err != nil {
			return p, nil, err
		}
		if !p.ReturnedOn.IsZero() {
			return p, nil, errReturned
		}
		pack, err := d.Law.Pack(open[0].Jurisdiction)
		if err != nil {
			return p, nil, err
		}
		p.ReturnedOn, p.ReturnReason = tx.Today(pack.Zone), reason
		entries, err := d.undo(tx, p, open)
		if err != nil {
			return p, nil, err
		}
		unsaid, err := cases.NoLonger(tx, pack, open, p.ID, reason)
		if err != nil {
			return p, nil, err
		}
		entries = append(entries, unsaid...)
		p.UnallocatedMinor = 0
		return p, entries, saveReturn(tx, p)
	})
}

// undo takes the payment out of the agreement's instalments and out of the ledger.
func (d *Desk) undo(tx *evidence.Tx, p Payment, open []*cases.Case) ([]evidence.Entry, error) {
	shares, err := d.Book.SharesOf(tx.Tx, p.ClientID, p.ID)
	if err != nil {
		return nil, err
	}
	paid := slices.DeleteFunc(slices.Clone(open), func(c *cases.Case) bool {
		return !slices.ContainsFunc(shares, func(s ledger.Share) bool { return s.CaseID == c.ID })
	})
	for _, s := range shares {
		if !slices.ContainsFunc(paid, func(c *cases.Case) bool { return c.ID == s.CaseID }) {
			return nil, errClosed
		}
	}
	entries := []evidence.Entry{open[0].Entry("payment.returned", evidence.Fields{"payment": p.ID.String(), "amount": p.Amount().Decimal(),
		"currency": string(p.Currency), "reason": p.ReturnReason})}
	agreement, err := settlements.InForce(tx.Tx, p.ClientID, p.AccountID)
	if err != nil {
		return nil, err
	}
	if agreement != nil {
		covered, err := coveredBy(tx, agreement, open, access.To(access.ActReverse, access.ObjPayment))
		if err != nil {
			return nil, err
		}
		reopened, err := d.Settlements.Uncredit(tx, agreement, covered, p.ID)
		if err != nil {
			return nil, err
		}
		entries = append(entries, reopened...)
	}
	if len(shares) > 0 {
		line, err := standingLine(tx.Tx, p)
		if err != nil {
			return nil, err
		}
		changed, reversed, err := d.Book.Reverse(tx, paid, p.ReturnReason, line)
		if err != nil {
			return nil, fmt.Errorf("reversing payment %s: %w", p.ID, err)
		}
		if err := addUnallocated(tx, p.ClientID, changed.Freed); err != nil {
			return nil, err
		}
		entries = append(entries, reversed...)
	}
	for _, c := range open {
		if err := cases.Replan(tx, c.ClientID, c.ID); err != nil {
			return nil, fmt.Errorf("replanning case %s: %w", c.Number, err)
		}
	}
	return entries, nil
}

// KnowMoneyUntil says that the bank statement covers a day: every payment of a client up to it is recorded. Decisions that
// waited for that are taken again.
func (d *Desk) KnowMoneyUntil(ctx context.Context, who evidence.Actor, client uuid.UUID, until day.Date) error {
	if err := access.Require(who, access.To(access.ActReconcile, access.ObjPayment), access.Place{Client: client}, access.NoState); err != nil {
		return err
	}
	_, err := evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (day.Date, []evidence.Entry, error) {
		c, err := clients.Get(tx.Tx, client)
		if err != nil {
			return until, nil, err
		}
		pack, err := d.Law.Pack(c.Country)
		if err != nil {
			return until, nil, err
		}
		if today := tx.Today(pack.Zone); until.IsZero() || until.After(today) {
			return until, nil, errUntil
		}
		return until, []evidence.Entry{{Subject: evidence.ClientOf(client), Kind: "money.known_until", Fields: evidence.Fields{"until": until.String()}}},
			cases.KnowMoneyUntil(tx, client, until)
	})
	return err
}

// Get reads a payment with its shares, for whoever may read payments where it hangs.
func (d *Desk) Get(ctx context.Context, who evidence.Actor, id uuid.UUID) (p Payment, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		if p, err = byID(tx, id); err != nil {
			return err
		}
		c, err := latestCase(tx, who, p)
		if err != nil {
			return err
		}
		if err := access.Require(who, access.To(access.ActRead, access.ObjPayment), c.Place(), access.NoState); err != nil {
			return err
		}
		p.Shares, err = d.Book.SharesOf(tx, p.ClientID, p.ID)
		return err
	})
	return p, err
}
