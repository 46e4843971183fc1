package tree_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/evidence/format"
	"recobro/internal/evidence/tree"
	"recobro/internal/postgres"
	"recobro/internal/testdb"
)

func caseID(i int) uuid.UUID { return uuid.NewSHA1(uuid.Nil, fmt.Append(nil, i)) }

// The list of heads is written down here a second time, from its description: a SHA-256 over 0x00, origin, "/head/v1\n" and a
// line per case, in the order of the ids.
func TestHeadsAreTheLastEventOfEveryCaseAndEachIsProved(t *testing.T) {
	const cases, rounds = 37, 4
	db := testdb.New(t)
	fill(t, db, 0, 5) // the firm's chain has no head
	for seq := 1; seq <= rounds; seq++ {
		for i := range cases {
			if i%seq != 0 {
				continue // chains of different lengths
			}
			db.Super.MustExec(`insert into ev.events (subject_kind, subject, seq, type, at, occ, leaf, header, body)
				values ('case', $1, $2, 'note.written', now(), now(), sha256(convert_to($3, 'UTF8')), '', '')`, caseID(i), seq, fmt.Sprint(caseID(i), " ", seq))
		}
		sequence(t, db)
		view(t, db, func(tx *postgres.Tx) error { return headsOf(tx, cases, seq) })
	}
	view(t, db, func(tx *postgres.Tx) error {
		if h, err := tree.HeadsAt(tx, 5); err != nil || h.Cases != 0 || h.Root != format.EmptyRoot {
			t.Errorf("a tree without cases: %+v, %v", h, err)
		}
		if p, err := tree.ProveHead(tx, 5, caseID(0)); err == nil {
			t.Errorf("a case that was not there yet: %+v", p)
		}
		return headsOf(tx, cases, rounds)
	})
}

// headsOf compares the heads after a round with those that the test knows, and every proof with the root.
func headsOf(tx *postgres.Tx, cases, round int) error {
	size, err := tree.Size(tx)
	if err != nil {
		return err
	}
	heads, err := tree.HeadsAt(tx, size)
	if err != nil {
		return err
	}
	var origin string
	if err := tx.Get(&origin, `select origin from ev.log`); err != nil {
		return err
	}
	var ids []string
	if err := tx.Select(&ids, `select distinct subject::text from ev.leaves where subject_kind = 'case' order by 1`); err != nil {
		return err
	}
	last := map[string]int{}
	for i := range cases {
		for seq := 1; seq <= round; seq++ {
			if i%seq == 0 {
				last[caseID(i).String()] = seq
			}
		}
	}
	var list [][]byte
	for _, id := range ids {
		leaf := sha256.Sum256(fmt.Appendf(nil, "%s %d", id, last[id]))
		sum := sha256.Sum256([]byte("\x00" + origin + "/head/v1\n" + id + " " + fmt.Sprint(last[id]) + " " + hex.EncodeToString(leaf[:]) + "\n"))
		list = append(list, sum[:])
	}
	if heads.Cases != int64(len(last)) || heads.Root != naiveRoot(list) {
		return fmt.Errorf("after round %d: %+v", round, heads)
	}
	for i, id := range ids {
		p, err := tree.ProveHead(tx, size, uuid.MustParse(id))
		if err != nil || p.Heads != heads || p.Seq != last[id] {
			return fmt.Errorf("case %s: %+v, %w", id, p, err)
		}
		if err := tlog.CheckRecord(p.Path, p.Cases, p.Root, int64(i), p.Hash(origin)); err != nil || p.Index != int64(i) {
			return fmt.Errorf("case %s at %d: %w", id, p.Index, err)
		}
	}
	return nil
}
