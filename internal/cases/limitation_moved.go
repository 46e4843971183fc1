package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/access"
	"recobro/internal/evidence"
)

// LimitationMoved looks through a page of open cases that have facts, after one in the order of ids, for those whose last days
// the law as known now puts elsewhere (a lawyer has confirmed a rule). It answers them and the last case looked at, zero at the end.
func (d *Desk) LimitationMoved(ctx context.Context, who evidence.Actor, after uuid.UUID, limit int) (moved []uuid.UUID, last uuid.UUID, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *dbTx) error {
		moved, last = nil, uuid.Nil
		var ids []string
		err := tx.Select(&ids, `select c.id::text from cases c where c.stage <> 'closed' and c.id > $1
			and exists (select 1 from limitation_facts f where f.client_id = c.client_id and f.case_id = c.id) order by c.id limit $2`, after, limit)
		if err != nil || len(ids) == 0 {
			return err
		}
		last = uuid.MustParse(ids[len(ids)-1])
		facts, err := factsOf(tx, ids)
		if err != nil {
			return err
		}
		var debts []struct {
			Debt
			Jurisdiction string `db:"jurisdiction"`
		}
		err = tx.Select(&debts, `select d.*, c.jurisdiction from cases c cross join lateral (
			select `+debtColumns+` from debts x where x.client_id = c.client_id and x.case_id = c.id) d where c.id = any ($1::uuid[]) order by d.case_id`, pq.Array(ids))
		if err != nil {
			return fmt.Errorf("reading the debts of %d cases: %w", len(ids), err)
		}
		for _, debt := range debts {
			pack, err := d.Law.Pack(debt.Jurisdiction)
			if err != nil {
				return err
			}
			l, err := debt.Limitation(pack, facts)
			if err == nil && (l.On != debt.LimitationOn || l.Law != debt.LimitationLaw) && !slices.Contains(moved, debt.CaseID) {
				moved = append(moved, debt.CaseID)
			}
		}
		return nil
	})
	return moved, last, err
}

var errUnmoved = errors.New("no last day has moved")

// RefreshLimitation moves the last days of a case to what the law as known now says; nothing to move is no error.
func (d *Desk) RefreshLimitation(ctx context.Context, who evidence.Actor, id uuid.UUID) error {
	_, err := evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (uuid.UUID, []evidence.Entry, error) {
		c, err := LockOpen(tx, id, access.To(access.ActRecord, access.ObjLimitation))
		if err != nil {
			return id, nil, err
		}
		pack, err := d.Pack(c)
		if err != nil {
			return id, nil, err
		}
		entries, err := recompute(tx, pack, []*Case{c})
		if err == nil && len(entries) == 0 {
			err = errUnmoved
		}
		if err != nil {
			return id, nil, err
		}
		return id, entries, Replan(tx, c.ClientID, c.ID)
	})
	if errors.Is(err, errUnmoved) {
		return nil
	}
	return err
}
