package evidence_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"recobro/internal/evidence"
	"recobro/internal/evidence/format"
	"recobro/internal/evidence/tree"
)

// planted is an office whose log has a tree of eight events and a checkpoint of it.
func planted(t *testing.T) office {
	t.Helper()
	o := newOffice(t)
	for i := range 6 {
		if err := o.note(context.Background(), fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := (&tree.Sequencer{DB: o.db.Log}).Step(context.Background()); err != nil || n != 8 {
		t.Fatalf("%d events got a place, %v", n, err)
	}
	r := o.verifyTree(t, evidence.TreeCheck{})
	if _, err := o.db.Super.Exec(`insert into ev.checkpoints values (8, $1, 'note', now())`, r.End.Root[:]); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o office) verifyTree(t *testing.T, check evidence.TreeCheck) evidence.TreeReport {
	t.Helper()
	r, err := o.log.VerifyTree(context.Background(), o.job, check)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTreeIsVerifiedFromTheEventsBytesAndOnFromWhatWasSeen(t *testing.T) {
	o := planted(t)
	all := o.verifyTree(t, evidence.TreeCheck{Late: time.Minute})
	if len(all.Findings) != 0 || all.Size != 8 || all.Read != 8 || all.Checkpoints != 1 || all.Waiting != 0 {
		t.Fatalf("%+v", all)
	}
	if err := o.note(context.Background(), "más"); err != nil {
		t.Fatal(err)
	}
	if r := o.verifyTree(t, evidence.TreeCheck{Late: time.Hour}); r.Waiting != 1 || len(r.Findings) != 0 {
		t.Fatalf("an event that waits: %+v", r)
	}
	if r := o.verifyTree(t, evidence.TreeCheck{Late: time.Nanosecond}); len(r.Findings) != 1 {
		t.Fatalf("an event that has waited too long: %+v", r)
	}
	if _, err := (&tree.Sequencer{DB: o.db.Log}).Step(context.Background()); err != nil {
		t.Fatal(err)
	}
	if r := o.verifyTree(t, evidence.TreeCheck{Since: all.End}); r.Read != 1 || r.Size != 9 || len(r.Findings) != 0 {
		t.Fatalf("on from what was seen: %+v", r)
	}
	other := all.End
	other.Root[0] ^= 1
	for name, seen := range map[string]format.Checkpoint{"another root": other, "more than there is": {Size: 10, Root: other.Root}} {
		if r := o.verifyTree(t, evidence.TreeCheck{Since: seen}); len(r.Findings) == 0 {
			t.Errorf("%s was not noticed: %+v", name, r)
		}
	}
	if r := o.verifyTree(t, evidence.TreeCheck{Keys: []format.TrustedKey{}}); len(r.Findings) != 1 {
		t.Fatalf("a note that nobody trusted signed: %+v", r)
	}
}

func TestVerifyFindsEveryKindOfTamperingWithTheTree(t *testing.T) {
	for name, tamper := range map[string]string{
		"a header and its leaf":    `update ev.events set header = h, leaf = sha256('\x00'::bytea || convert_to((select origin from ev.log) || '/event/v1' || E'\n', 'UTF8') || h) from (select set_byte(header, 300, get_byte(header, 300) # 1) as h from ev.events where seq = 4) x where seq = 4`,
		"one byte of a header":     `update ev.events set header = set_byte(header, 40, get_byte(header, 40) # 1) where seq = 4`,
		"an event taken out":       `delete from ev.openings where seq = 8; delete from ev.events where seq = 8`,
		"a leaf":                   `update ev.leaves set leaf = sha256('x') where tree_index = 3`,
		"a stored hash":            `update ev.hashes set hash = sha256('x') where id = 6`,
		"a stored hash taken out":  `delete from ev.hashes where id = 2`,
		"the root of a checkpoint": `update ev.checkpoints set root = sha256('x')`,
		"two places changed over":  `update ev.leaves set tree_index = 100 where tree_index = 2; update ev.leaves set tree_index = 2 where tree_index = 3; update ev.leaves set tree_index = 3 where tree_index = 100`,
	} {
		t.Run(name, func(t *testing.T) {
			o := planted(t)
			if _, err := o.db.Super.Exec("set session_replication_role = replica; alter table ev.events disable trigger all; alter table ev.openings disable trigger all; alter table ev.leaves disable trigger all; alter table ev.hashes disable trigger all; alter table ev.checkpoints disable trigger all; " + tamper); err != nil {
				t.Fatal(err)
			}
			if r := o.verifyTree(t, evidence.TreeCheck{}); len(r.Findings) == 0 {
				t.Fatal("the change was not found")
			}
		})
	}
}
