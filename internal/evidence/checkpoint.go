package evidence

import (
	"errors"
	"fmt"
	"time"

	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Checkpoint is the newest published state of the log, for print: how many events it has and what their root is.
type Checkpoint struct {
	Size     int64
	Root     []byte    // 32 bytes, SHA-256
	SignedAt time.Time `db:"signed_at"`
	Note     string    // the whole signed checkpoint
}

// Text is the checkpoint as it is printed: the size and the root, hex.
func (c Checkpoint) Text() string { return fmt.Sprintf("%d %x", c.Size, c.Root) }

// NewestCheckpoint reads it; the size is 0 when none has been published yet.
func NewestCheckpoint(tx *postgres.Tx) (c Checkpoint, err error) {
	err = tx.Get(&c, `select size, root, signed_at, note from ev.checkpoints order by size desc limit 1`)
	if errors.Is(err, problem.Missing) {
		return Checkpoint{}, nil
	}
	if err != nil {
		return Checkpoint{}, fmt.Errorf("reading the newest checkpoint: %w", err)
	}
	return c, nil
}

// Sealed answers, for the events of a chain from one sequence number to another, the size of the first checkpoint that covers
// each. An event that none covers yet is not in it.
func Sealed(tx *postgres.Tx, s Subject, from, to int) (map[int]int64, error) {
	var rows []struct {
		Seq  int
		Size int64
	}
	err := tx.Select(&rows, `select l.seq, c.size from ev.leaves l
		cross join lateral (select size from ev.checkpoints where size > l.tree_index order by size limit 1) c
		where l.subject_kind = $1 and l.subject = $2 and l.seq between $3 and $4`, s.Kind, s.ID, from, to)
	if err != nil {
		return nil, fmt.Errorf("reading what seals the events of %s %s: %w", s.Kind, s.ID, err)
	}
	sealed := make(map[int]int64, len(rows))
	for _, r := range rows {
		sealed[r.Seq] = r.Size
	}
	return sealed, nil
}

// Published is how far others vouch for the log; an age is how long ago, zero where it never happened.
type Published struct {
	Checkpoint  time.Duration
	Cosigned    time.Duration // since the newest checkpoint that enough witnesses cosigned
	Stamped     time.Duration
	Checkpoints bool // one has been published
}

// PublishedNow reads how far others vouch for the log; quorum is how many witnesses are enough.
func PublishedNow(tx *postgres.Tx, quorum int) (Published, error) {
	var row struct {
		Checkpoint, Cosigned, Stamped *float64
	}
	err := tx.Get(&row, `select
		(select extract(epoch from clock_timestamp() - max(signed_at)) from ev.checkpoints) as checkpoint,
		(select extract(epoch from clock_timestamp() - c.signed_at) from ev.checkpoints c
		  where (select count(*) from ev.cosignatures x where x.size = c.size) >= $1 order by c.size desc limit 1) as cosigned,
		(select extract(epoch from clock_timestamp() - max(gen_time)) from ev.stamps) as stamped`, max(quorum, 1))
	if err != nil {
		return Published{}, fmt.Errorf("reading how far the log is published: %w", err)
	}
	age := func(seconds *float64) time.Duration {
		if seconds == nil {
			return 0
		}
		return max(time.Duration(*seconds*float64(time.Second)), 1)
	}
	return Published{Checkpoint: age(row.Checkpoint), Cosigned: age(row.Cosigned), Stamped: age(row.Stamped), Checkpoints: row.Checkpoint != nil}, nil
}
