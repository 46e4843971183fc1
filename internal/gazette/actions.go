package gazette

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/problem"
)

var (
	errOwn     = problem.New(problem.Forbidden, "approver_is_proposer", "Quien propone no aprueba: hace falta una segunda persona.", "Whoever proposes does not approve: it takes a second person.")
	errDecided = problem.New(problem.Conflict, "change_decided", "Esa propuesta ya está resuelta.", "That proposal has been decided already.")
	errOthers  = problem.New(problem.Forbidden, "not_the_proposer", "Solo quien propuso retira la propuesta.", "Only whoever proposed it withdraws a proposal.")
	errReason  = problem.New(problem.Invalid, "reason_missing", "Diga por qué.", "Say why.")
	errNotTake = problem.New(problem.Invalid, "change_not_taken", "La normativa no admite este cambio.", "The pack does not take this change.")
)

// Propose enters a publication: c's jurisdiction, kind, rows, law, source, publication, confidence and note. It counts for
// nothing before a second person approves it. Problems: change_incomplete and change_not_taken, with a reason for each field.
func (d *Desk) Propose(ctx context.Context, who evidence.Actor, c Change) (Change, error) {
	if err := access.Require(who, access.To(access.ActPropose, access.ObjLaw), access.Place{}, access.NoState); err != nil {
		return Change{}, err
	}
	pack, err := d.Law.Pack(c.Jurisdiction)
	if err != nil {
		return Change{}, err
	}
	if err := cmp.Or(c.complete(), c.placed(pack)); err != nil {
		return Change{}, err
	}
	c.ID, c.State, c.ProposedBy, c.Proposer = uuid.Must(uuid.NewV7()), Proposed, &who.ID, who.Name
	c.DecidedBy, c.DecidedAt, c.Seq, c.Reason = nil, time.Time{}, 0, ""
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Change, []evidence.Entry, error) {
		c.ProposedAt = tx.Now.Truncate(time.Microsecond)
		if _, err := d.try(tx, c); err != nil {
			return c, nil, err
		}
		return c, []evidence.Entry{c.entry("law.change_proposed")}, insert(tx, c)
	})
}

// Approve puts a proposal in force at once, as the next version of its pack. Problems: approver_is_proposer, change_decided,
// change_not_taken when what was approved meanwhile contradicts it.
func (d *Desk) Approve(ctx context.Context, who evidence.Actor, id uuid.UUID) (Change, error) {
	made, err := evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Change, []evidence.Entry, error) {
		if err := lock(tx); err != nil {
			return Change{}, nil, err
		}
		c, err := d.open(tx, access.ActApprove, id)
		if err != nil {
			return c, nil, err
		}
		if c.ProposedBy != nil && *c.ProposedBy == who.ID {
			return c, nil, errOwn
		}
		tried, err := d.try(tx, c)
		if err != nil {
			return c, nil, err
		}
		c = tried
		c.State, c.DecidedBy, c.Decider = Approved, &who.ID, who.Name
		err = tx.OneOr(errDecided, `update law_changes set state = 'approved', decided_by = $2, decided_at = $3, seq = $4 where id = $1 and state = 'proposed'`,
			c.ID, who.ID, c.DecidedAt, c.Seq)
		if err == nil {
			err = tell(tx, c)
		}
		return c, []evidence.Entry{c.entry("law.change_approved")}, err
	})
	if err == nil {
		d.refresh(ctx, who)
	}
	return made, err
}

// Reject ends a proposal for a reason.
func (d *Desk) Reject(ctx context.Context, who evidence.Actor, id uuid.UUID, reason string) (Change, error) {
	if strings.TrimSpace(reason) == "" {
		return Change{}, errReason
	}
	return d.end(ctx, who, access.ActReject, id, Rejected, reason, "law.change_rejected")
}

// Withdraw ends a proposal of one's own.
func (d *Desk) Withdraw(ctx context.Context, who evidence.Actor, id uuid.UUID) (Change, error) {
	return d.end(ctx, who, access.ActCancel, id, Withdrawn, "", "law.change_withdrawn")
}

func (d *Desk) end(ctx context.Context, who evidence.Actor, act access.Action, id uuid.UUID, to State, reason, kind string) (Change, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Change, []evidence.Entry, error) {
		c, err := d.open(tx, act, id)
		if err != nil {
			return c, nil, err
		}
		if to == Withdrawn && (c.ProposedBy == nil || *c.ProposedBy != who.ID) {
			return c, nil, errOthers
		}
		c.State, c.DecidedBy, c.Decider, c.DecidedAt, c.Reason = to, &who.ID, who.Name, tx.Now.Truncate(time.Microsecond), reason
		err = tx.OneOr(errDecided, `update law_changes set state = $2, decided_by = $3, decided_at = $4, reason = $5 where id = $1 and state = 'proposed'`,
			c.ID, to, who.ID, c.DecidedAt, reason)
		return c, []evidence.Entry{c.entry(kind)}, err
	})
}

// open reads a proposal for a decision that somebody may take.
func (d *Desk) open(tx *evidence.Tx, act access.Action, id uuid.UUID) (Change, error) {
	c, err := Get(tx.Tx, id)
	if err != nil {
		return c, err
	}
	if err := access.Require(tx.Actor, access.To(act, access.ObjLaw), access.Place{}, access.StateProposed); err != nil {
		return c, err
	}
	if c.State != Proposed {
		return c, errDecided
	}
	return c, nil
}

// try takes the change up on a copy of the shelf, at the place it would have if it were approved now: with its seq, its
// instant and the label of the pack that it makes.
func (d *Desk) try(tx *evidence.Tx, c Change) (Change, error) {
	before, err := Load(tx.Tx)
	if err != nil {
		return c, err
	}
	if c.Seq, c.DecidedAt, err = place(tx, tx.Now.Truncate(time.Microsecond)); err != nil {
		return c, err
	}
	changes, err := c.changes()
	if err != nil {
		return c, err
	}
	shelf, err := d.Law.With(slices.Concat(before, changes))
	refused := problem.Of(err)
	switch {
	case refused != nil:
		return c, d.whichRow(before, changes, c, refused)
	case err != nil:
		return c, fmt.Errorf("trying change %s of %s: %w", c.ID, c.Jurisdiction, err)
	}
	pack, err := shelf.Pack(c.Jurisdiction)
	if err != nil {
		return c, err
	}
	c.Label = pack.Label()
	return c, nil
}

// whichRow names the first row that the pack does not take.
func (d *Desk) whichRow(before, changes []law.Change, c Change, refused *problem.Error) error {
	at := sort.Search(len(changes)-1, func(n int) bool {
		_, err := d.Law.With(slices.Concat(before, changes[:n+1]))
		return err != nil
	})
	reasons := []problem.Reason{{Pointer: fmt.Sprintf("/rows/%d", at), Code: refused.Code, Text: problem.Text{ES: c.line(at) + refused.Text.ES, EN: c.line(at) + refused.Text.EN}}}
	for _, r := range refused.Reasons {
		r.Pointer = fmt.Sprintf("/rows/%d", at) + r.Pointer
		reasons = append(reasons, r)
	}
	return errNotTake.With(reasons...)
}

// entry tells the firm's log everything that the change says.
func (c Change) entry(kind string) evidence.Entry {
	rows, _ := json.Marshal(c.Rows) // of plain members only: it cannot fail
	fields := evidence.Fields{"change": c.ID.String(), "jurisdiction": c.Jurisdiction, "kind": string(c.Kind), "count": strconv.Itoa(len(c.Rows)), "rows": string(rows),
		"law": c.Law, "source": c.Source, "publication": c.Publication, "confidence": string(c.Confidence), "note": c.Note, "proposer": c.Proposer, "state": string(c.State)}
	if c.Reason != "" {
		fields["reason"] = c.Reason
	}
	if c.State == Approved {
		fields["seq"], fields["pack"] = strconv.FormatInt(c.Seq, 10), c.Jurisdiction+" "+c.Label
	}
	return evidence.Entry{Subject: evidence.Firm, Kind: kind, Class: evidence.Internal, Fields: fields}
}
