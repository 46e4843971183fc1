package tree_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/evidence/tree"
	"recobro/internal/postgres"
	"recobro/internal/testdb"
)

// A second implementation, written from RFC 6962 section 2.1 alone: recursive, over leaf hashes, without a store.

func split(n int) int {
	k := 1
	for 2*k < n {
		k *= 2
	}
	return k
}

func node(l, r tlog.Hash) tlog.Hash {
	return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
}

func naiveRoot(leaves [][]byte) tlog.Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return tlog.Hash(leaves[0])
	}
	k := split(len(leaves))
	return node(naiveRoot(leaves[:k]), naiveRoot(leaves[k:]))
}

func naivePath(m int, leaves [][]byte) []tlog.Hash {
	if len(leaves) <= 1 {
		return nil
	}
	if k := split(len(leaves)); m < k {
		return append(naivePath(m, leaves[:k]), naiveRoot(leaves[k:]))
	} else {
		return append(naivePath(m-k, leaves[k:]), naiveRoot(leaves[:k]))
	}
}

func naiveConsistency(m int, leaves [][]byte, whole bool) []tlog.Hash {
	if m == len(leaves) {
		if whole {
			return nil
		}
		return []tlog.Hash{naiveRoot(leaves)}
	}
	if k := split(len(leaves)); m <= k {
		return append(naiveConsistency(m, leaves[:k], whole), naiveRoot(leaves[k:]))
	} else {
		return append(naiveConsistency(m-k, leaves[k:], false), naiveRoot(leaves[:k]))
	}
}

// grown is a database whose tree has n leaves, and the leaves.
func grown(t *testing.T, n int) (*testdb.DB, [][]byte) {
	db := testdb.New(t)
	fill(t, db, 0, n)
	sequence(t, db)
	leaves := make([][]byte, n)
	for i := range leaves {
		h := leaf(i)
		leaves[i] = h[:]
	}
	return db, leaves
}

func same(a, b []tlog.Hash) error {
	if len(a) != len(b) {
		return fmt.Errorf("%d hashes, want %d", len(a), len(b))
	}
	for i := range a {
		if !bytes.Equal(a[i][:], b[i][:]) {
			return fmt.Errorf("hash %d differs", i)
		}
	}
	return nil
}

// EV-01: every index of every size, by our store, by golang.org/x/mod/sumdb/tlog and by the naive implementation. CI goes to
// 66 from PostgreSQL; RECOBRO_TREE_SIZES=2050 goes as far as evidence.md asks.
func TestProofsFromTheDatabaseAreThoseOfRFC6962(t *testing.T) {
	sizes := 66
	if s := os.Getenv("RECOBRO_TREE_SIZES"); s != "" {
		if _, err := fmt.Sscan(s, &sizes); err != nil {
			t.Fatal(err)
		}
	}
	db, leaves := grown(t, sizes)
	view(t, db, func(tx *postgres.Tx) error {
		for n := range sizes + 1 {
			if err := proofsOf(tx, n, leaves[:n]); err != nil {
				return fmt.Errorf("size %d: %w", n, err)
			}
		}
		return nil
	})
}

func proofsOf(tx *postgres.Tx, n int, leaves [][]byte) error {
	root, err := tree.Root(tx, int64(n))
	if err != nil || root != naiveRoot(leaves) {
		return fmt.Errorf("root %v: %w", root, err)
	}
	for i := range n {
		if err := inclusion(tx, n, i, root, leaves); err != nil {
			return fmt.Errorf("index %d: %w", i, err)
		}
		proof, err := tree.Consistency(tx, int64(i+1), int64(n))
		if err != nil {
			return err
		}
		if err := same(proof, naiveConsistency(i+1, leaves, true)); err != nil {
			return fmt.Errorf("consistency with %d: %w", i+1, err)
		}
		if err := tlog.CheckTree(proof, int64(n), root, int64(i+1), naiveRoot(leaves[:i+1])); err != nil {
			return fmt.Errorf("consistency with %d: %w", i+1, err)
		}
	}
	return nil
}

func inclusion(tx *postgres.Tx, n, i int, root tlog.Hash, leaves [][]byte) error {
	proof, err := tree.Inclusion(tx, int64(n), int64(i))
	if err != nil {
		return err
	}
	if err := same(proof, naivePath(i, leaves)); err != nil {
		return err
	}
	return tlog.CheckRecord(proof, int64(n), root, int64(i), tlog.Hash(leaves[i]))
}

func TestRandomProofsOfALargeTreeHold(t *testing.T) {
	const size = 9000 // three batches of the sequencer
	db, leaves := grown(t, size)
	random := rand.New(rand.NewPCG(6962, 1))
	view(t, db, func(tx *postgres.Tx) error {
		for range 60 {
			n := 1 + random.IntN(size)
			root, err := tree.Root(tx, int64(n))
			if err != nil {
				return err
			}
			if root != naiveRoot(leaves[:n]) {
				return fmt.Errorf("root of %d differs", n)
			}
			if err := inclusion(tx, n, random.IntN(n), root, leaves[:n]); err != nil {
				return fmt.Errorf("size %d: %w", n, err)
			}
		}
		return nil
	})
}

func TestProofsThatProveNothingAreRefused(t *testing.T) {
	db, _ := grown(t, 5)
	view(t, db, func(tx *postgres.Tx) error {
		for _, p := range [][2]int64{{0, 0}, {5, 5}, {5, -1}, {6, 5}, {6, 2}, {-1, 0}} {
			if proof, err := tree.Inclusion(tx, p[0], p[1]); err == nil {
				t.Errorf("size %d index %d gave %v", p[0], p[1], proof)
			}
		}
		for _, p := range [][2]int64{{0, 5}, {5, 4}, {5, 6}, {-1, 5}} {
			if proof, err := tree.Consistency(tx, p[0], p[1]); err == nil {
				t.Errorf("%d to %d gave %v", p[0], p[1], proof)
			}
		}
		return nil
	})
}
