package benchmarks

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/lib/pq"
	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/evidence/tree"
	"recobro/internal/postgres"
)

// The floor of a proof is the same proof made by tlog from hashes that lie in memory. Ours reads them from PostgreSQL in a
// transaction of its own, as a page that shows one proof does. What one may cost is said in time, not as a ratio: nobody holds
// the tree in memory.

const proofLimit = 0.4 // ms

func proofLines(ctx context.Context, b *bench) ([]Line, error) {
	h, err := b.found(ctx)
	if err != nil {
		return nil, err
	}
	size := int64(b.size.Leaves)
	b.say("growing a tree of %d leaves", size)
	var stored memory
	var e tree.Edge
	for i := range size {
		var leaf tlog.Hash
		binary.BigEndian.PutUint64(leaf[:], uint64(i))
		for _, hash := range e.Add(leaf) { // in the order of their stored indexes
			stored = append(stored, hash)
		}
	}
	if err := store(ctx, h.super, stored); err != nil {
		return nil, fmt.Errorf("storing a tree of %d leaves: %w", size, err)
	}
	each := func(prove func(index int64) error) (time.Duration, error) {
		begun := time.Now()
		for i := range int64(b.size.Proofs) {
			if err := prove(i * 7919 % size); err != nil {
				return 0, err
			}
		}
		return time.Since(begun), nil
	}
	ours := func(ctx context.Context, _ int) (time.Duration, error) {
		return each(func(index int64) error {
			return h.app.View(ctx, "", func(tx *postgres.Tx) error {
				_, err := tree.Inclusion(tx, size, index)
				return err
			})
		})
	}
	floor := func(context.Context, int) (time.Duration, error) {
		return each(func(index int64) error {
			_, err := tlog.ProveRecord(size, index, stored)
			return err
		})
	}
	took, err := b.inTurn(ctx, ours, floor)
	if err != nil {
		return nil, err
	}
	one := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(b.size.Proofs) }
	return []Line{{Name: "proof", Unit: "ms", LessIsGood: true, Limit: proofLimit, Ours: one(took[0]), Floor: one(took[1])}}, nil
}

// memory is a tree's stored hashes by their index.
type memory []tlog.Hash

// ReadHashes answers from memory.
func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, id := range indexes {
		out[i] = m[id]
	}
	return out, nil
}

// store copies the hashes into the log's table; its statistics are those of a table in use.
func store(ctx context.Context, super *sql.DB, hashes memory) error {
	tx, err := super.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	rows, err := tx.PrepareContext(ctx, pq.CopyInSchema("ev", "hashes", "id", "hash"))
	if err != nil {
		return err
	}
	for id, h := range hashes {
		if _, err := rows.ExecContext(ctx, id, h[:]); err != nil {
			return err
		}
	}
	if err := rows.Close(); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = super.ExecContext(ctx, `vacuum analyze ev.hashes`)
	return err
}
