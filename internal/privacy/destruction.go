package privacy

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Propose puts a blocked case whose retention is over forward for destruction; another person confirms it.
func (d *Desk) Propose(ctx context.Context, who evidence.Actor, caseID uuid.UUID) (Blocked, error) {
	if err := access.Require(who, access.To(access.ActRequest, access.ObjDataBlock), access.Place{}, access.NoState); err != nil {
		return Blocked{}, err
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Blocked, []evidence.Entry, error) {
		b, err := d.destructible(tx, caseID, "blocked")
		if err != nil {
			return b, nil, err
		}
		b.State, b.ProposedOn, b.ProposedBy = "proposed", today(tx), &who.ID
		err = tx.OneOr(errState, `update blocked_cases set state = 'proposed', proposed_on = $2, proposed_by = $3 where case_id = $1 and state = 'blocked'`,
			caseID, b.ProposedOn, who.ID)
		return b, []evidence.Entry{b.entry("case.destruction_proposed", nil)}, err
	})
}

// Keep takes a proposal back.
func (d *Desk) Keep(ctx context.Context, who evidence.Actor, caseID uuid.UUID) (Blocked, error) {
	if err := access.Require(who, access.To(access.ActRequest, access.ObjDataBlock), access.Place{}, access.NoState); err != nil {
		return Blocked{}, err
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Blocked, []evidence.Entry, error) {
		b, err := blockedByID(tx.Tx, caseID)
		if err != nil {
			return b, nil, err
		}
		b.State = "blocked"
		err = tx.OneOr(errState, `update blocked_cases set state = 'blocked', proposed_on = null, proposed_by = null where case_id = $1 and state = 'proposed'`, caseID)
		return b, []evidence.Entry{b.entry("case.destruction_withdrawn", nil)}, err
	})
}

// Destroy is the second person's word. Openings with their salts, the stored files that no other case cites and every
// personal column of the data map are gone when it returns; header, leaf, chain and tree are as they were.
func (d *Desk) Destroy(ctx context.Context, who evidence.Actor, caseID uuid.UUID) (Blocked, error) {
	if err := access.Require(who, access.To(access.ActGrant, access.ObjDataBlock), access.Place{}, access.NoState); err != nil {
		return Blocked{}, err
	}
	made, err := evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Blocked, []evidence.Entry, error) {
		b, err := d.destructible(tx, caseID, "proposed")
		if err != nil {
			return b, nil, err
		}
		if b.ProposedBy != nil && *b.ProposedBy == who.ID {
			return b, nil, errTwoPersons
		}
		var touched []struct {
			Chain string
			ID    uuid.UUID
		}
		if err := tx.Select(&touched, `select chain, id from app.destroy_case($1, $2)`, caseID, today(tx)); err != nil {
			return b, nil, refusedBy(err)
		}
		entries := []evidence.Entry{b.entry("case.destroyed", nil), firmEntry("privacy.case_destroyed", evidence.Fields{"case": caseID.String(), "number": b.Number})}
		for _, t := range touched { // papers shared with cases destroyed before went now, with the last of them; and the lines of portfolios
			switch {
			case t.Chain == "portfolio":
				entries = append(entries, evidence.Entry{Subject: evidence.PortfolioOf(b.ClientID, t.ID), Kind: "portfolio.lines_destroyed", Class: evidence.Internal})
			case t.ID != caseID:
				entries = append(entries, evidence.Entry{Subject: evidence.CaseOf(b.ClientID, t.ID), Kind: "case.shared_papers_destroyed", Class: evidence.Internal})
			}
		}
		b.State, b.DestroyedOn, b.DestroyedBy = "destroyed", today(tx), &who.ID
		return b, entries, nil
	})
	if err != nil {
		return made, err
	}
	return made, d.Sweep(ctx, who)
}

func (d *Desk) destructible(tx *evidence.Tx, caseID uuid.UUID, state string) (Blocked, error) {
	b, err := blockedByID(tx.Tx, caseID)
	switch {
	case err != nil:
		return b, err
	case b.State != state:
		return b, errState
	case b.Held:
		return b, errHeld
	case b.RetainedUntil.After(today(tx)):
		return b, errTooEarly
	}
	return b, nil
}

// refusedBy says in our words what the database refused in its.
func refusedBy(err error) error {
	switch rule, _ := postgres.Broken(err); rule {
	case "destruction_under_hold":
		return errHeld
	case "destruction_before_its_day":
		return errTooEarly
	case "destruction_needs_two_persons":
		return errTwoPersons
	case "destruction_needs_a_case":
		return problem.Missing
	}
	return fmt.Errorf("destroying a case: %w", err)
}

// sweep is how many files leave the store at once.
const sweep = 200

// Sweep takes the files of destroyed cases out of the store. It may be repeated: a file that is gone already is fine, and
// what a crash left behind goes with the next call.
func (d *Desk) Sweep(ctx context.Context, who evidence.Actor) error {
	for {
		var doomed pq.ByteaArray
		err := d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
			return tx.Get(&doomed, `select coalesce(array_agg(f.sha256), '{}') from (select sha256 from doomed_files order by sha256 limit $1) f`, sweep)
		})
		if err != nil || len(doomed) == 0 {
			return err
		}
		for _, sum := range doomed {
			if err := d.Store.Remove([32]byte(sum)); err != nil {
				return err
			}
		}
		err = d.Log.DB.Write(ctx, who.Token, func(tx *postgres.Tx) error {
			_, err := tx.Exec(`delete from doomed_files where sha256 = any ($1)`, doomed)
			return err
		})
		if err != nil {
			return fmt.Errorf("striking %d destroyed files off the list: %w", len(doomed), err)
		}
	}
}
