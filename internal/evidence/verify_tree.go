package evidence

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/evidence/format"
	"recobro/internal/evidence/tree"
	"recobro/internal/postgres"
)

// TreeCheck says what VerifyTree holds the tree to. Only what was kept outside the database can show that the whole of it was
// rewritten: Since and Keys come from there.
type TreeCheck struct {
	Since     format.Checkpoint   // seen earlier; the tree must begin with it, and is read anew from there. Size 0 reads all
	Keys      []format.TrustedKey // the log's keys; nil leaves signatures unchecked
	Witnesses []format.TrustedKey // with Keys: what they cosigned must hold; others' cosignatures count for nothing
	Late      time.Duration       // an event that waits longer for its place is a finding; 0 asks nothing
	Told      func(size int64)    // hears how far it is; may be nil
}

// TreeReport is what VerifyTree has looked at.
type TreeReport struct {
	Size, Read, Waiting, Checkpoints, Cosigned, Heads int64
	End                                               format.Checkpoint // the tree as it stands: what to keep outside for the next time
	Findings                                          []string
}

type treeVerifier struct {
	check  TreeCheck
	origin string
	edge   tree.Edge
	report TreeReport
}

// VerifyTree recomputes the tree from the events' own bytes: every place given once and to an event whose header has that leaf,
// every stored hash, the root of every checkpoint, and that it begins with the checkpoint seen earlier. In a tree that holds it
// computes anew each list of heads.
func (l *Log) VerifyTree(ctx context.Context, who Actor, check TreeCheck) (TreeReport, error) {
	v := treeVerifier{check: check}
	err := l.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		if err := tx.Get(&v.origin, `select origin from ev.log`); err != nil {
			return err
		}
		if v.report.Size, err = tree.Size(tx); err != nil {
			return err
		}
		if check.Since.Size > v.report.Size {
			v.blame("the tree has %d events, fewer than the %d seen earlier", v.report.Size, check.Since.Size)
			return nil
		}
		if v.edge, err = tree.EdgeAt(tx, check.Since.Size); err != nil {
			return err
		}
		if check.Since.Size > 0 && v.edge.Root() != check.Since.Root {
			v.blame("the first %d events are not those seen earlier: the root is another", check.Since.Size)
		}
		return v.waiting(tx)
	})
	for err == nil && len(v.report.Findings) < maxFindings && v.edge.Size() < v.report.Size {
		err = l.DB.View(ctx, who.Token, v.step)
		if check.Told != nil {
			check.Told(v.edge.Size())
		}
	}
	if err == nil && len(v.report.Findings) == 0 {
		err = l.DB.View(ctx, who.Token, v.heads)
	}
	if err != nil {
		return v.report, fmt.Errorf("verifying the tree: %w", err)
	}
	if v.edge.Size() > 0 {
		v.report.End = format.Checkpoint{Origin: v.origin, Size: v.edge.Size(), Root: v.edge.Root()}
	}
	return v.report, nil
}

func (v *treeVerifier) blame(format string, args ...any) {
	v.report.Findings = append(v.report.Findings, fmt.Sprintf(format, args...))
}

// waiting counts the events without a place, and blames those that have waited too long.
func (v *treeVerifier) waiting(tx *postgres.Tx) error {
	var late int64
	err := tx.Tx.QueryRowxContext(tx.Context(), `select count(*), count(*) filter (where e.at < clock_timestamp() - $1 * interval '1 second')
		from ev.events e where not exists (select 1 from ev.leaves l where l.subject_kind = e.subject_kind and l.subject = e.subject and l.seq = e.seq)`,
		v.check.Late.Seconds()).Scan(&v.report.Waiting, &late)
	if err == nil && v.check.Late > 0 && late > 0 {
		v.blame("%d events have waited longer than %s for their place in the tree", late, v.check.Late)
	}
	return err
}

// step reads one batch of places, their events, and the hashes and checkpoints that belong to them.
func (v *treeVerifier) step(tx *postgres.Tx) error {
	from := v.edge.Size()
	to := min(from+batch, v.report.Size)
	var places []struct {
		TreeIndex int64 `db:"tree_index"`
		Leaf      []byte
		Header    []byte
	}
	if err := tx.Select(&places, `select l.tree_index, l.leaf, e.header from ev.leaves l left join ev.events e using (subject_kind, subject, seq)
		where l.tree_index >= $1 and l.tree_index < $2 order by l.tree_index`, from, to); err != nil {
		return err
	}
	if int64(len(places)) != to-from {
		v.blame("the places %d to %d are not dense", from, to-1)
	}
	var stored []struct {
		ID   int64
		Hash []byte
	}
	if err := tx.Select(&stored, `select id, hash from ev.hashes where id >= $1 and id < $2`, tlog.StoredHashIndex(0, from), tlog.StoredHashIndex(0, to)); err != nil {
		return err
	}
	hashes := make(map[int64][]byte, len(stored))
	for _, h := range stored {
		hashes[h.ID] = h.Hash
	}
	checkpoints, err := checkpointsOf(tx, from, to)
	if err != nil {
		return err
	}
	for _, p := range places {
		leaf := format.Leaf(v.origin, p.Header)
		if p.Header == nil || !bytes.Equal(leaf[:], p.Leaf) {
			v.blame("place %d: the leaf is not that of an event's header", p.TreeIndex)
		}
		for id, h := range v.edge.Add(tlog.Hash(p.Leaf)) {
			if !bytes.Equal(hashes[id], h[:]) {
				v.blame("place %d: stored hash %d is not the one of the tree", p.TreeIndex, id)
			}
		}
		if c, ok := checkpoints[v.edge.Size()]; ok {
			v.checkpoint(c)
		}
	}
	if err := v.cosigned(tx, checkpoints); err != nil {
		return err
	}
	v.report.Read += int64(len(places))
	if v.edge.Size() != to {
		return fmt.Errorf("%d places where %d were expected", v.edge.Size(), to)
	}
	return nil
}

func checkpointsOf(tx *postgres.Tx, from, to int64) (map[int64]Checkpoint, error) {
	var rows []Checkpoint
	if err := tx.Select(&rows, `select size, root, signed_at, note from ev.checkpoints where size > $1 and size <= $2`, from, to); err != nil {
		return nil, err
	}
	all := make(map[int64]Checkpoint, len(rows))
	for _, c := range rows {
		all[c.Size] = c
	}
	return all, nil
}

// checkpoint holds a published checkpoint to the tree of its size, and to the log's keys.
func (v *treeVerifier) checkpoint(c Checkpoint) {
	v.report.Checkpoints++
	if root := v.edge.Root(); !bytes.Equal(root[:], c.Root) {
		v.blame("checkpoint %d: the root is not that of the tree", c.Size)
	}
	if v.check.Keys == nil {
		return
	}
	signed, _, err := format.OpenCheckpoint([]byte(c.Note), v.origin, format.At(v.check.Keys, c.Size)...)
	if err != nil || signed.Size != c.Size || !bytes.Equal(signed.Root[:], c.Root) {
		v.blame("checkpoint %d: the signed note is not of this checkpoint: %v", c.Size, err)
	}
}

// cosigned holds the stored cosignatures of trusted witnesses to their checkpoints.
func (v *treeVerifier) cosigned(tx *postgres.Tx, checkpoints map[int64]Checkpoint) error {
	if v.check.Keys == nil || len(v.check.Witnesses) == 0 || len(checkpoints) == 0 {
		return nil
	}
	var rows []struct {
		Size          int64
		Witness, Line string
	}
	sizes := slices.Collect(maps.Keys(checkpoints))
	if err := tx.Select(&rows, `select size, witness, line from ev.cosignatures where size = any($1) order by size, witness`, pq.Array(sizes)); err != nil {
		return err
	}
	for _, r := range rows {
		trusted := slices.DeleteFunc(format.At(v.check.Witnesses, r.Size), func(w note.Verifier) bool { return w.Name() != r.Witness })
		if len(trusted) == 0 {
			continue
		}
		v.report.Cosigned++
		known := append(format.At(v.check.Keys, r.Size), trusted...)
		_, opened, err := format.OpenCheckpoint([]byte(checkpoints[r.Size].Note+strings.TrimSuffix(r.Line, "\n")+"\n"), v.origin, known...)
		if err != nil || !slices.ContainsFunc(opened.Sigs, func(s note.Signature) bool { return s.Name == r.Witness }) {
			v.blame("checkpoint %d: the cosignature of %s does not hold: %v", r.Size, r.Witness, err)
		}
	}
	return nil
}
