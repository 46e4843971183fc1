package tree

import (
	"iter"

	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/postgres"
)

// Edge is a tree reduced to the complete subtrees that it ends with: enough to let it grow and to know its root, in the
// memory of one path.
type Edge struct {
	size int64
	ends [64]tlog.Hash // by level; meaningful where the bit of size is set
}

// EdgeAt reads the edge of the tree at a size from the stored hashes.
func EdgeAt(tx *postgres.Tx, size int64) (Edge, error) {
	e := Edge{size: size}
	known, err := edge(tx, size)
	if err != nil {
		return e, err
	}
	for level := 0; size>>level > 0; level++ {
		if n := size >> level; n&1 == 1 {
			e.ends[level] = known[tlog.StoredHashIndex(level, n-1)]
		}
	}
	return e, nil
}

// Size is how many leaves the tree has.
func (e *Edge) Size() int64 { return e.size }

// Add puts a leaf at the end and yields every hash that it completes, by its stored index, the leaf's first.
func (e *Edge) Add(leaf tlog.Hash) iter.Seq2[int64, tlog.Hash] {
	n, h := e.size, leaf
	done := []tlog.Hash{h}
	level := 0
	for ; n>>level&1 == 1; level++ {
		h = tlog.NodeHash(e.ends[level], h)
		done = append(done, h)
	}
	e.ends[level] = h
	e.size++
	return func(yield func(int64, tlog.Hash) bool) {
		for level, h := range done {
			if !yield(tlog.StoredHashIndex(level, n>>level), h) {
				return
			}
		}
	}
}

// Root is the Merkle root; the zero hash for a tree of none.
func (e *Edge) Root() (root tlog.Hash) {
	begun := false
	for level := 0; e.size>>level > 0; level++ {
		switch {
		case e.size>>level&1 == 0:
		case begun:
			root = tlog.NodeHash(e.ends[level], root)
		default:
			root, begun = e.ends[level], true
		}
	}
	return root
}
