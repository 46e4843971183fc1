package evidence

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"recobro/internal/evidence/format"
	"recobro/internal/evidence/tree"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// headsKind is the entry that says, once a day, where every case's chain ended: a case whose newest events are taken away later
// is shorter than its head of that day.
const headsKind = "log.heads"

// errHeadsSaid answers a second list of heads on one day.
var errHeadsSaid = problem.New(problem.Conflict, "heads_said", "Las cabezas de hoy ya constan.", "Today's heads are recorded already.")

// RecordHeads appends the day's list of heads to the firm's chain, unless the day (UTC) has one or the tree has no event yet. It
// answers whether it did.
func (l *Log) RecordHeads(ctx context.Context, who Actor) (bool, error) {
	var heads tree.Heads
	var said bool
	err := l.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		if said, err = headsSaid(tx, l.Now()); err != nil || said {
			return err
		}
		size, err := tree.Size(tx)
		if err != nil || size == 0 {
			return err
		}
		heads, err = tree.HeadsAt(tx, size)
		return err
	})
	if err != nil || said || heads.Size == 0 {
		return false, err
	}
	_, err = Record(ctx, l, who, func(tx *Tx) (int64, []Entry, error) {
		if _, err := tx.Exec(`select pg_advisory_xact_lock(hashtextextended($1, 42))`, Firm.ID.String()); err != nil { // the chain's own lock
			return 0, nil, err
		}
		said, err := headsSaid(tx.Tx, tx.Now)
		if err == nil && said {
			err = errHeadsSaid
		}
		if err != nil {
			return 0, nil, err
		}
		return heads.Size, []Entry{{Subject: Firm, Kind: headsKind, Fields: headsFields(heads)}}, nil
	})
	if errors.Is(err, errHeadsSaid) {
		return false, nil
	}
	return err == nil, err
}

func headsFields(h tree.Heads) Fields {
	return Fields{"size": strconv.FormatInt(h.Size, 10), "cases": strconv.FormatInt(h.Cases, 10), "root": base64.StdEncoding.EncodeToString(h.Root[:])}
}

// headsSaid asks whether the day (UTC) has its list.
func headsSaid(tx *postgres.Tx, now time.Time) (said bool, err error) {
	err = tx.Get(&said, `select exists (select 1 from ev.events where subject_kind = $1 and subject = $2 and type = $3 and occ >= $4)`,
		Firm.Kind, Firm.ID, headsKind, now.UTC().Truncate(24*time.Hour))
	if err != nil {
		return false, fmt.Errorf("asking for the day's heads: %w", err)
	}
	return said, nil
}

// heads computes anew every list of heads whose entry stands in the tree from a place on, and blames what does not hold.
func (v *treeVerifier) heads(tx *postgres.Tx) error {
	var rows []struct {
		eventRow
		TreeIndex int64 `db:"tree_index"`
	}
	if err := tx.Select(&rows, `select `+eventColumns+`, l.tree_index from ev.events e join ev.leaves l using (subject_kind, subject, seq)
		left join ev.openings o using (subject_kind, subject, seq)
		where e.subject_kind = $1 and e.subject = $2 and e.type = $3 and l.tree_index >= $4 and l.tree_index < $5 order by l.tree_index`,
		Firm.Kind, Firm.ID, headsKind, v.check.Since.Size, v.report.Size); err != nil {
		return err
	}
	for _, r := range rows {
		v.report.Heads++
		said := r.committed()
		size, err := strconv.ParseInt(said["size"], 10, 64)
		if err != nil || size < 1 || size > r.TreeIndex {
			v.blame("heads at place %d: they are of no tree before it", r.TreeIndex)
			continue
		}
		heads, err := tree.HeadsAt(tx, size)
		if err != nil {
			return err
		}
		for name, want := range headsFields(heads) {
			if said[name] != want {
				v.blame("heads at place %d: %s is not what the chains of the cases give", r.TreeIndex, name)
			}
		}
	}
	return nil
}

// committed are the opened fields that the body commits to.
func (r eventRow) committed() Fields {
	var o format.Opening
	if err := json.Unmarshal(r.Opening, &o); err != nil {
		return nil
	}
	fields := Fields{}
	for _, f := range o.Fields {
		if line, ok := f.Line(); ok && strings.Contains("\n"+string(r.Body), "\n"+line+"\n") {
			fields[f.Name] = f.Value
		}
	}
	return fields
}
