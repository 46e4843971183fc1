package tree

import (
	"fmt"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/evidence/format"
	"recobro/internal/postgres"
)

// Heads is the list of the newest event of every case among the first Size events, as a Merkle tree over the cases in the
// order of their ids: with it a case's chain can be shown to have ended where it is said to have ended.
type Heads struct {
	Size  int64 // of the tree whose events are looked at
	Cases int64
	Root  tlog.Hash // that of RFC 6962 over format.Head.Hash; SHA-256 of nothing without cases
}

// HeadProof shows that a head is in the list of heads: tlog.CheckRecord takes Path, the list's Cases and Root, Index and the
// head's hash.
type HeadProof struct {
	format.Head
	Heads
	Index int64
	Path  tlog.RecordProof
}

// HeadsAt computes the list of heads of the first size events in the memory of one path.
func HeadsAt(tx *postgres.Tx, size int64) (Heads, error) {
	var e Edge
	err := eachHead(tx, size, func(_ format.Head, hash tlog.Hash) { e.Add(hash) })
	h := Heads{Size: size, Cases: e.Size(), Root: e.Root()}
	if h.Cases == 0 {
		h.Root = format.EmptyRoot
	}
	return h, err
}

// ProveHead proves where the chain of a case ended in the tree of that size; a case without an event there is an error.
func ProveHead(tx *postgres.Tx, size int64, id uuid.UUID) (HeadProof, error) {
	p := HeadProof{Heads: Heads{Size: size}, Index: -1}
	var e Edge
	stored := held{}
	err := eachHead(tx, size, func(h format.Head, hash tlog.Hash) {
		if h.Case == id.String() {
			p.Head, p.Index = h, e.Size()
		}
		for id, hash := range e.Add(hash) {
			stored[id] = hash
		}
	})
	if err != nil {
		return p, err
	}
	if p.Index < 0 {
		return p, fmt.Errorf("case %s has no event among the first %d", id, size)
	}
	p.Cases, p.Root = e.Size(), e.Root()
	p.Path, err = tlog.ProveRecord(p.Cases, p.Index, stored)
	return p, err
}

// eachHead hands over the newest event of every case among the first size events, in the order of the cases, with its hash in
// the list.
func eachHead(tx *postgres.Tx, size int64, each func(format.Head, tlog.Hash)) error {
	var origin string
	if err := tx.Get(&origin, `select origin from ev.log`); err != nil {
		return fmt.Errorf("reading the log's origin: %w", err)
	}
	rows, err := tx.Query(`select distinct on (subject) subject, seq, leaf from ev.leaves
		where subject_kind = 'case' and tree_index < $1 order by subject, seq desc`, size)
	if err != nil {
		return fmt.Errorf("reading the heads at %d events: %w", size, err)
	}
	defer rows.Close()
	for rows.Next() {
		var h format.Head
		var leaf []byte
		if err := rows.Scan(&h.Case, &h.Seq, &leaf); err != nil {
			return fmt.Errorf("reading a head: %w", err)
		}
		copy(h.Leaf[:], leaf)
		each(h, h.Hash(origin))
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading the heads at %d events: %w", size, err)
	}
	return nil
}
