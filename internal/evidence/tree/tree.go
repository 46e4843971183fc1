// Package tree is the one RFC 6962 tree over all chains of the log: it gives each event its place and makes proofs from what
// PostgreSQL stores. The rule: a place once given is never given again, and no place is skipped.
package tree

import (
	"fmt"
	"slices"

	"github.com/lib/pq"
	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/postgres"
)

// reader reads stored hashes of the tree inside one transaction.
type reader struct{ tx *postgres.Tx }

// Reader gives golang.org/x/mod/sumdb/tlog the stored hashes, as the transaction sees them.
func Reader(tx *postgres.Tx) tlog.HashReader { return reader{tx} }

// ReadHashes answers the stored hashes in the order of their indexes, with one statement.
func (r reader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var rows []struct {
		ID   int64
		Hash []byte
	}
	if err := r.tx.Select(&rows, `select id, hash from ev.hashes where id = any($1)`, pq.Array(indexes)); err != nil {
		return nil, fmt.Errorf("reading the tree: %w", err)
	}
	found := make(map[int64]tlog.Hash, len(rows))
	for _, row := range rows {
		found[row.ID] = tlog.Hash(row.Hash)
	}
	hashes := make([]tlog.Hash, len(indexes))
	for i, id := range indexes {
		h, ok := found[id]
		if !ok {
			return nil, fmt.Errorf("reading the tree: hash %d is not stored", id)
		}
		hashes[i] = h
	}
	return hashes, nil
}

// within reads hashes of a tree of that size and asks, in the same statement, whether its last event is there: a proof in a
// tree that has not grown so far would be made of hashes that exist and hold for nothing.
type within struct {
	reader
	size int64
}

// ReadHashes answers the stored hashes in the order of their indexes.
func (w within) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	if w.size == 0 {
		return w.reader.ReadHashes(indexes)
	}
	last := tlog.StoredHashIndex(0, w.size-1)
	hashes, err := w.reader.ReadHashes(append(slices.Clone(indexes), last))
	if err != nil {
		return nil, fmt.Errorf("in a tree of %d events: %w", w.size, err)
	}
	return hashes[:len(indexes)], nil
}

// Size is how many events have their place in the tree.
func Size(tx *postgres.Tx) (size int64, err error) {
	if err := tx.Get(&size, `select coalesce(max(tree_index) + 1, 0) from ev.leaves`); err != nil {
		return 0, fmt.Errorf("reading the size of the tree: %w", err)
	}
	return size, nil
}

// Root is the Merkle root of the first size events. The root of none is SHA-256 of nothing.
func Root(tx *postgres.Tx, size int64) (tlog.Hash, error) {
	if size < 0 {
		return tlog.Hash{}, fmt.Errorf("a tree of %d events does not exist", size)
	}
	return tlog.TreeHash(size, within{reader{tx}, size})
}

// Inclusion proves that the event with the index stands in the tree of that size. A proof that proves nothing is refused:
// index outside the tree, or a tree of none.
func Inclusion(tx *postgres.Tx, size, index int64) (tlog.RecordProof, error) {
	if index < 0 || index >= size {
		return nil, fmt.Errorf("event %d is not in a tree of %d events", index, size)
	}
	return tlog.ProveRecord(size, index, within{reader{tx}, size})
}

// Consistency proves that the tree of size new begins with the tree of size old, and is refused for none or a smaller tree.
func Consistency(tx *postgres.Tx, old, new int64) (tlog.TreeProof, error) {
	if old < 1 || old > new {
		return nil, fmt.Errorf("a tree of %d events cannot begin with one of %d", new, old)
	}
	return tlog.ProveTree(new, old, within{reader{tx}, new})
}
