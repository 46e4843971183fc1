package gazette

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
)

// changeRow is a change as the table holds it.
type changeRow struct {
	ID           uuid.UUID      `db:"id"`
	Jurisdiction string         `db:"jurisdiction"`
	Kind         law.ChangeKind `db:"kind"`
	Payload      []byte         `db:"payload"`
	Law          string         `db:"law"`
	Source       string         `db:"source"`
	Publication  string         `db:"publication"`
	Confidence   law.Confidence `db:"confidence"`
	Note         string         `db:"note"`
	ProposedBy   *uuid.UUID     `db:"proposed_by"`
	ProposedAt   time.Time      `db:"proposed_at"`
	State        State          `db:"state"`
	DecidedBy    *uuid.UUID     `db:"decided_by"`
	DecidedAt    *time.Time     `db:"decided_at"`
	Reason       string         `db:"reason"`
	Seq          *int64         `db:"seq"`
	Proposer     string         `db:"proposer"`
	Decider      string         `db:"decider"`
}

const (
	changeColumns = `id, jurisdiction, kind, payload, law, source, publication, confidence, note, proposed_by, proposed_at, state, decided_by, decided_at, reason, seq`
	changeWithWho = `c.id, c.jurisdiction, c.kind, c.payload, c.law, c.source, c.publication, c.confidence, c.note, c.proposed_by, c.proposed_at, c.state,
		c.decided_by, c.decided_at, c.reason, c.seq, coalesce(p.name, '') as proposer, coalesce(d.name, '') as decider
		from law_changes c left join users p on p.id = c.proposed_by left join users d on d.id = c.decided_by`
)

func (r changeRow) change() (Change, error) {
	c := Change{ID: r.ID, Jurisdiction: r.Jurisdiction, Kind: r.Kind, Law: r.Law, Source: r.Source, Publication: r.Publication, Confidence: r.Confidence,
		Note: r.Note, ProposedBy: r.ProposedBy, ProposedAt: r.ProposedAt, State: r.State, DecidedBy: r.DecidedBy, Reason: r.Reason, Proposer: r.Proposer, Decider: r.Decider}
	if r.DecidedAt != nil {
		c.DecidedAt = *r.DecidedAt
	}
	if r.Seq != nil {
		c.Seq = *r.Seq
	}
	if err := json.Unmarshal(r.Payload, &c.Rows); err != nil {
		return c, fmt.Errorf("reading the rows of change %s: %w", r.ID, err)
	}
	return c, nil
}

func changesOf(rows []changeRow) ([]Change, error) {
	all := make([]Change, len(rows))
	for i, r := range rows {
		var err error
		if all[i], err = r.change(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Load reads what was approved, in the order of approval, as law.Library.Adopt takes it. A publication of many rows is as many
// changes of one seq.
func Load(tx *postgres.Tx) ([]law.Change, error) {
	var rows []changeRow
	if err := tx.Select(&rows, `select `+changeColumns+` from law_changes where state = 'approved' order by seq`); err != nil {
		return nil, fmt.Errorf("loading the changes of the law: %w", err)
	}
	var all []law.Change
	for _, r := range rows {
		c, err := r.change()
		if err != nil {
			return nil, err
		}
		changes, err := c.changes()
		if err != nil {
			return nil, err
		}
		all = append(all, changes...)
	}
	return all, nil
}

// Get reads one change; problem.Missing when it is not within reach.
func Get(tx *postgres.Tx, id uuid.UUID) (Change, error) {
	var r changeRow
	if err := tx.Get(&r, `select `+changeWithWho+` where c.id = $1`, id); err != nil {
		return Change{}, fmt.Errorf("reading change %s: %w", id, err)
	}
	return r.change()
}

// Filter chooses changes; empty members choose all. Before is the cursor: the id of the last one seen.
type Filter struct {
	Jurisdiction string
	State        State
	Before       uuid.UUID
	Limit        int
}

// List reads changes, the newest proposal first.
func List(tx *postgres.Tx, f Filter) ([]Change, error) {
	if f.Before == uuid.Nil {
		f.Before = uuid.Max
	}
	var rows []changeRow
	err := tx.Select(&rows, `select `+changeWithWho+` where ($1 = '' or c.jurisdiction = $1) and ($2 = '' or c.state = $2) and c.id < $3
		order by c.id desc limit $4`, f.Jurisdiction, f.State, f.Before, f.Limit)
	if err != nil {
		return nil, fmt.Errorf("listing the changes of the law: %w", err)
	}
	return changesOf(rows)
}

// Vouched reads who vouched for which fact, by its id; the newest word counts.
func Vouched(tx *postgres.Tx, jurisdiction string) (map[string]Change, error) {
	var rows []changeRow
	err := tx.Select(&rows, `select `+changeWithWho+` where c.jurisdiction = $1 and c.kind in ('tick', 'confirm') and c.state = 'approved' order by c.seq`, jurisdiction)
	if err != nil {
		return nil, fmt.Errorf("reading who vouched in %s: %w", jurisdiction, err)
	}
	all, err := changesOf(rows)
	by := map[string]Change{}
	for _, c := range all {
		for _, r := range c.Rows {
			by[r.Fact] = c
		}
	}
	return by, err
}

func insert(tx *evidence.Tx, c Change) error {
	payload, err := json.Marshal(c.Rows)
	if err != nil {
		return fmt.Errorf("writing the rows of change %s: %w", c.ID, err)
	}
	var seq *int64
	var decided *time.Time
	if c.State == Approved {
		seq, decided = &c.Seq, &c.DecidedAt
	}
	_, err = tx.Exec(`insert into law_changes (`+changeColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		c.ID, c.Jurisdiction, c.Kind, payload, c.Law, c.Source, c.Publication, c.Confidence, c.Note, c.ProposedBy, c.ProposedAt, c.State, c.DecidedBy, decided, c.Reason, seq)
	if err != nil {
		return fmt.Errorf("writing change %s: %w", c.ID, err)
	}
	return nil
}

// lock makes approvals wait for each other until commit, so that their order is the order in which others come to see them.
func lock(tx *evidence.Tx) error {
	if _, err := tx.Exec(`select pg_advisory_xact_lock(hashtextextended('law_changes', 0))`); err != nil {
		return fmt.Errorf("waiting for other approvals: %w", err)
	}
	return nil
}

// place is where the next approval comes: one after the newest, at an instant not before it.
func place(tx *evidence.Tx, now time.Time) (seq int64, at time.Time, err error) {
	var newest struct {
		Seq int64      `db:"seq"`
		At  *time.Time `db:"at"`
	}
	if err = tx.Get(&newest, `select coalesce(max(seq), 0) as seq, max(decided_at) filter (where seq is not null) as at from law_changes`); err != nil {
		return 0, now, fmt.Errorf("finding the place of an approval: %w", err)
	}
	if newest.At != nil && newest.At.After(now) {
		now = *newest.At
	}
	return newest.Seq + 1, now, nil
}

// Stand is how a jurisdiction's changes stand: its newest approval, nil when there is none, and how many proposals wait.
type Stand struct {
	Last *Change
	Open int
}

// Standing reads how every jurisdiction stands.
func Standing(tx *postgres.Tx) (map[string]Stand, error) {
	var last []changeRow
	err := tx.Select(&last, `select distinct on (c.jurisdiction) `+changeWithWho+` where c.state = 'approved' order by c.jurisdiction, c.seq desc`)
	if err != nil {
		return nil, fmt.Errorf("reading the newest changes of the law: %w", err)
	}
	var open []struct {
		Jurisdiction string `db:"jurisdiction"`
		Waiting      int    `db:"waiting"`
	}
	if err := tx.Select(&open, `select jurisdiction, count(*) as waiting from law_changes where state = 'proposed' group by jurisdiction`); err != nil {
		return nil, fmt.Errorf("counting the proposals: %w", err)
	}
	changes, err := changesOf(last)
	all := map[string]Stand{}
	for _, c := range changes {
		all[c.Jurisdiction] = Stand{Last: &c}
	}
	for _, o := range open {
		s := all[o.Jurisdiction]
		s.Open = o.Waiting
		all[o.Jurisdiction] = s
	}
	return all, err
}
