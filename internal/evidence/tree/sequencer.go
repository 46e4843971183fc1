package tree

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/postgres"
)

const (
	// batch is how many events one step takes in.
	batch = 4096
	// leaderLock is the advisory lock of the one that gives places. It keeps two from doing the same work; that two can
	// never give the same place is the primary key's doing.
	leaderLock = 7236053
)

// Sequencer gives committed events their places in the tree. Any number may run: one leads at a time, and whoever dies
// leaves nothing half done.
type Sequencer struct {
	DB     *postgres.DB // role recobro_log
	Logger *slog.Logger
}

// place is where the tree ends: its size and the event that came last.
type place struct {
	Size        int64
	Xid         string
	SubjectKind string    `db:"subject_kind"`
	Subject     uuid.UUID `db:"subject"`
	Seq         int
}

// Step takes in at most one batch and answers how many events: 0 when all have their place or another one leads.
func (s *Sequencer) Step(ctx context.Context) (n int, err error) {
	err = s.DB.Write(ctx, "", func(tx *postgres.Tx) error {
		n = 0
		var leads bool
		if err := tx.Get(&leads, `select pg_try_advisory_xact_lock($1)`, leaderLock); err != nil || !leads {
			return err
		}
		end, err := endOf(tx)
		if err != nil {
			return err
		}
		leaves, err := takeIn(tx, end)
		if err != nil || len(leaves) == 0 {
			return err
		}
		n = len(leaves)
		return grow(tx, end.Size, leaves)
	})
	if err != nil {
		return 0, fmt.Errorf("sequencing the log: %w", err)
	}
	return n, nil
}

func endOf(tx *postgres.Tx) (place, error) {
	ends := []place{}
	err := tx.Select(&ends, `select l.tree_index + 1 as size, e.xid::text as xid, l.subject_kind, l.subject, l.seq
		from ev.leaves l join ev.events e using (subject_kind, subject, seq) order by l.tree_index desc limit 1`)
	if err != nil || len(ends) == 0 {
		return place{Xid: "0"}, err
	}
	return ends[0], nil
}

// takeIn gives the next events their places. Only events of transactions below every running one are taken, in the order of
// (transaction, subject, seq): nothing that commits later can belong before them, so the end of the tree is all there is to
// remember.
func takeIn(tx *postgres.Tx, end place) (leaves [][]byte, err error) {
	var rows []struct {
		TreeIndex int64 `db:"tree_index"`
		Leaf      []byte
	}
	err = tx.Select(&rows, `with placed as (
			insert into ev.leaves (tree_index, subject_kind, subject, seq, leaf)
			select $1 + row_number() over (order by n.xid, n.subject_kind, n.subject, n.seq) - 1, n.subject_kind, n.subject, n.seq, n.leaf
			  from (select e.xid, e.subject_kind, e.subject, e.seq, e.leaf from ev.events e
			         where e.xid >= $2::xid8 and e.xid < pg_snapshot_xmin(pg_current_snapshot())
			           and (e.xid, e.subject_kind, e.subject, e.seq) > ($2::xid8, $3, $4, $5)
			         order by e.xid, e.subject_kind, e.subject, e.seq limit $6) n
			returning tree_index, leaf)
		select tree_index, leaf from placed order by tree_index`, end.Size, end.Xid, end.SubjectKind, end.Subject, end.Seq, batch)
	if err != nil {
		return nil, err
	}
	leaves = make([][]byte, len(rows))
	for i, row := range rows {
		if row.TreeIndex != end.Size+int64(i) {
			return nil, fmt.Errorf("place %d was given instead of %d", row.TreeIndex, end.Size+int64(i))
		}
		leaves[i] = row.Leaf
	}
	return leaves, nil
}

// grow stores the hashes of all subtrees that the new leaves complete.
func grow(tx *postgres.Tx, size int64, leaves [][]byte) error {
	known, err := edge(tx, size)
	if err != nil {
		return err
	}
	ids, hashes := make([]int64, 0, 2*len(leaves)), make([][]byte, 0, 2*len(leaves))
	for i, leaf := range leaves {
		stored, err := tlog.StoredHashesForRecordHash(size+int64(i), tlog.Hash(leaf), known)
		if err != nil {
			return err
		}
		first := tlog.StoredHashIndex(0, size+int64(i))
		for j, h := range stored {
			known[first+int64(j)] = h
			ids, hashes = append(ids, first+int64(j)), append(hashes, h[:])
		}
	}
	_, err = tx.Exec(`insert into ev.hashes (id, hash) select * from unnest($1::bigint[], $2::bytea[])`, pq.Array(ids), pq.ByteaArray(hashes))
	return err
}

// held are stored hashes in memory.
type held map[int64]tlog.Hash

// ReadHashes answers from memory.
func (h held) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, id := range indexes {
		hash, ok := h[id]
		if !ok {
			return nil, fmt.Errorf("hash %d is not at the tree's edge", id)
		}
		out[i] = hash
	}
	return out, nil
}

// edge reads the complete subtrees that the tree of that size ends with: all that is needed to let it grow.
func edge(tx *postgres.Tx, size int64) (held, error) {
	var ids []int64
	for level := 0; size>>level > 0; level++ {
		if n := size >> level; n&1 == 1 {
			ids = append(ids, tlog.StoredHashIndex(level, n-1))
		}
	}
	hashes, err := Reader(tx).ReadHashes(ids)
	if err != nil {
		return nil, err
	}
	known := make(held, len(ids))
	for i, id := range ids {
		known[id] = hashes[i]
	}
	return known, nil
}

// Run steps until ctx ends: at once while there is a whole batch to take in, else after every. What goes wrong is logged and
// tried again: a log that waits for its sequencer is late, not broken.
func (s *Sequencer) Run(ctx context.Context, every time.Duration) {
	for ctx.Err() == nil {
		n, err := s.Step(ctx)
		if err != nil && ctx.Err() == nil {
			s.Logger.Error("giving events their place in the tree", "error", err)
		}
		if n == batch {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(every):
		}
	}
}
