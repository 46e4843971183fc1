package cases

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/problem"
)

// RecordLimitation writes down a fact that a document of the case proves. What somebody merely says stops nothing.
func (d *Desk) RecordLimitation(ctx context.Context, who evidence.Actor, caseID uuid.UUID, f LimitationFact) (LimitationFact, error) {
	if !slices.Contains(law.LimitationActs, f.Act) {
		return f, errAct
	}
	f.Note = strings.TrimSpace(f.Note)
	return limit(ctx, d, who, caseID, access.ActRecord, func(tx *evidence.Tx, pack *law.Pack, c *Case, today day.Date) (LimitationFact, []evidence.Entry, error) {
		if err := f.possible(tx, c, today); err != nil {
			return f, nil, err
		}
		f.ClientID, f.ID, f.CaseID, f.About, f.RecordedBy, f.RecordedAt = c.ClientID, newID(), c.ID, nil, tx.Actor.ID, tx.Now
		entries, err := Interrupted(tx, pack, []*Case{c}, f)
		return f, entries, err
	})
}

// limit runs one change of a case's limitation under its lock and permission, and lets the strategy look again.
func limit[T any](ctx context.Context, d *Desk, who evidence.Actor, caseID uuid.UUID, act access.Action, fn func(*evidence.Tx, *law.Pack, *Case, day.Date) (T, []evidence.Entry, error)) (T, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (made T, entries []evidence.Entry, err error) {
		c, err := LockOpen(tx, caseID, access.To(act, access.ObjLimitation))
		if err != nil {
			return made, nil, err
		}
		pack, err := d.Pack(c)
		if err != nil {
			return made, nil, err
		}
		if made, entries, err = fn(tx, pack, c, tx.Today(pack.Zone)); err != nil {
			return made, nil, err
		}
		return made, entries, Replan(tx, c.ClientID, c.ID)
	})
}

// possible refuses days that cannot be, a debt of another case, and a fact that no paper of the case proves.
func (f LimitationFact) possible(tx *evidence.Tx, c *Case, today day.Date) error {
	switch {
	case f.From.IsZero() || f.From.After(today) || f.Received.After(today):
		return errActDay
	case !f.Received.IsZero() && f.Received.Before(f.From), !f.To.IsZero() && f.To.Before(f.From):
		return errActDay
	case f.Grade < 0 || f.Grade > 5:
		return errActDay
	case f.DocumentID == nil:
		return errActProof
	}
	var found struct {
		Document bool `db:"document"`
		Debt     bool `db:"debt"`
	}
	err := tx.Get(&found, `select exists (select 1 from documents x where x.client_id = $1 and x.case_id = $2 and x.id = $3) as document,
		$4::uuid is null or exists (select 1 from debts x where x.client_id = $1 and x.case_id = $2 and x.id = $4) as debt`, c.ClientID, c.ID, f.DocumentID, f.DebtID)
	switch {
	case err != nil:
		return fmt.Errorf("looking for the proof of a limitation fact: %w", err)
	case !found.Document:
		return errActProof
	case !found.Debt:
		return errActDebt
	}
	return nil
}

// ReverseLimitation takes a fact back, with the reason; the last days become what they are without it.
func (d *Desk) ReverseLimitation(ctx context.Context, who evidence.Actor, id uuid.UUID, reason string) (LimitationFact, error) {
	if strings.TrimSpace(reason) == "" {
		return LimitationFact{}, errReason
	}
	caseID, err := d.caseOfFact(ctx, who, id)
	if err != nil {
		return LimitationFact{}, err
	}
	return limit(ctx, d, who, caseID, access.ActReverse, func(tx *evidence.Tx, pack *law.Pack, c *Case, _ day.Date) (LimitationFact, []evidence.Entry, error) {
		facts, err := factsOf(tx.Tx, []string{c.ID.String()})
		if err != nil {
			return LimitationFact{}, nil, err
		}
		i := slices.IndexFunc(facts, func(f LimitationFact) bool { return f.ID == id })
		if i < 0 {
			return LimitationFact{}, nil, problem.Missing
		}
		old := facts[i]
		if old.Reversed {
			return old, nil, errReversed
		}
		if err := takeBack(tx, []LimitationFact{old}, reason); err != nil {
			return old, nil, err
		}
		old.Reversed = true
		entries := []evidence.Entry{old.takenBack(reason)}
		moved, err := recompute(tx, pack, []*Case{c})
		return old, append(entries, moved...), err
	})
}

// caseOfFact finds the case of a fact within the actor's reach; a reversal is no fact.
func (d *Desk) caseOfFact(ctx context.Context, who evidence.Actor, id uuid.UUID) (caseID uuid.UUID, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *dbTx) error {
		return tx.Get(&caseID, `select c.id from limitation_facts f join cases c on c.client_id = f.client_id and c.id = f.case_id where f.id = $1 and f.reverses is null`, id)
	})
	return caseID, err
}

// LimitationUnder is the law under which a debt's term runs, as a lawyer judges it.
type LimitationUnder struct {
	DebtID uuid.UUID
	Kind   string // of claim, in the words of the pack
	Region string // whose civil law governs; empty is the common law
	Reason string
}

// SetLimitation corrects the kind of claim of a debt or the civil law that governs it: a lawyer's judgement, with its reason.
func (d *Desk) SetLimitation(ctx context.Context, who evidence.Actor, caseID uuid.UUID, u LimitationUnder) (Debt, error) {
	if strings.TrimSpace(u.Reason) == "" {
		return Debt{}, errReason
	}
	return limit(ctx, d, who, caseID, access.ActEdit, func(tx *evidence.Tx, pack *law.Pack, c *Case, _ day.Date) (Debt, []evidence.Entry, error) {
		if u.Region != "" && !slices.ContainsFunc(pack.LimitationRegions(), func(r law.RegionalLaw) bool { return r.ID == u.Region }) {
			return Debt{}, nil, errRegion
		}
		if !slices.Contains(pack.LimitationKinds(u.Region), u.Kind) {
			return Debt{}, nil, errClaim
		}
		debts, err := DebtsOf(tx.Tx, c.ClientID, c.ID)
		if err != nil {
			return Debt{}, nil, err
		}
		i := slices.IndexFunc(debts, func(x Debt) bool { return x.ID == u.DebtID })
		if i < 0 {
			return Debt{}, nil, errActDebt
		}
		old := debts[i]
		if err := tx.One(`update debts set limitation_kind = $3, limitation_region = $4 where client_id = $1 and id = $2`, c.ClientID, u.DebtID, u.Kind, u.Region); err != nil {
			return Debt{}, nil, fmt.Errorf("setting the limitation of debt %s: %w", u.DebtID, err)
		}
		entries := []evidence.Entry{c.Entry("limitation.law_set", evidence.Fields{"debt": u.DebtID.String(), "number": old.Number, "old_kind": old.LimitationKind, "kind": u.Kind,
			"old_region": old.Region, "region": u.Region, "reason": u.Reason})}
		moved, err := recompute(tx, pack, []*Case{c})
		if err != nil {
			return Debt{}, nil, err
		}
		if debts, err = DebtsOf(tx.Tx, c.ClientID, c.ID); err != nil {
			return Debt{}, nil, err
		}
		return debts[i], append(entries, moved...), nil
	})
}
