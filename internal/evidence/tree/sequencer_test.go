package tree_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/evidence/tree"
	"recobro/internal/postgres"
	"recobro/internal/testdb"
)

// fill writes n events past the append function, in transactions of their own size, as only the superuser can.
func fill(t *testing.T, db *testdb.DB, from, n int) {
	t.Helper()
	_, err := db.Super.Exec(`insert into ev.events (subject_kind, subject, seq, type, at, occ, leaf, header, body)
		select 'firm', '00000000-0000-0000-0000-000000000001', i, 'note.written', now(), now(), sha256(convert_to('leaf ' || i, 'UTF8')), '', '' from generate_series($1::int, $2::int) i`, from+1, from+n)
	if err != nil {
		t.Fatal(err)
	}
}

func leaf(i int) tlog.Hash { return sha256.Sum256(fmt.Appendf(nil, "leaf %d", i+1)) }

// sequence steps until nothing is left.
func sequence(t *testing.T, db *testdb.DB) (n int) {
	t.Helper()
	s := &tree.Sequencer{DB: db.Log}
	for {
		took, err := s.Step(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n += took; took == 0 {
			return n
		}
	}
}

func view(t *testing.T, db *testdb.DB, fn func(*postgres.Tx) error) {
	t.Helper()
	if err := db.App.View(context.Background(), "", fn); err != nil {
		t.Fatal(err)
	}
}

func TestEveryEventGetsOnePlaceWithoutGaps(t *testing.T) {
	db := testdb.New(t)
	for _, n := range []int{1, 2, 5, 4096, 4097, 100} {
		var before int
		if err := db.Super.Get(&before, `select count(*) from ev.events`); err != nil {
			t.Fatal(err)
		}
		fill(t, db, before, n)
		if got := sequence(t, db); got != n {
			t.Fatalf("%d of %d events were taken in", got, n)
		}
	}
	var bad int
	err := db.Super.Get(&bad, `select count(*) from ev.events e full join ev.leaves l using (subject_kind, subject, seq)
		where l.tree_index is distinct from e.seq - 1 or l.leaf is distinct from e.leaf`)
	if err != nil || bad != 0 {
		t.Fatalf("%d events without their place, %v", bad, err)
	}
}

func TestTransactionThatIsStillOpenIsNotOvertaken(t *testing.T) {
	db := testdb.New(t)
	open, err := db.Super.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer open.Rollback()
	if _, err := open.Exec(`insert into ev.events (subject_kind, subject, seq, type, at, occ, leaf, header, body) values ('client', gen_random_uuid(), 1, 'x', now(), now(), sha256('open'), '', '')`); err != nil {
		t.Fatal(err)
	}
	fill(t, db, 0, 10) // begun later, committed earlier
	if n := sequence(t, db); n != 0 {
		t.Fatalf("%d events overtook a transaction that may still commit before them", n)
	}
	if err := open.Commit(); err != nil {
		t.Fatal(err)
	}
	if n := sequence(t, db); n != 11 {
		t.Fatalf("%d of 11 events were taken in", n)
	}
	var first string
	if err := db.Super.Get(&first, `select subject_kind from ev.leaves where tree_index = 0`); err != nil || first != "client" {
		t.Fatalf("the older transaction is not first: %s, %v", first, err)
	}
}

func TestTwoSequencersAtOnceMakeOneTree(t *testing.T) {
	db := testdb.New(t)
	var wait sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		wait.Go(func() {
			s := &tree.Sequencer{DB: db.Log}
			for {
				if _, err := s.Step(context.Background()); err != nil {
					t.Error(err)
					return
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for i := range 40 {
		fill(t, db, i*25, 25)
	}
	close(stop)
	wait.Wait()
	sequence(t, db)
	view(t, db, func(tx *postgres.Tx) error {
		size, err := tree.Size(tx)
		if err != nil || size != 1000 {
			return fmt.Errorf("size %d, %w", size, err)
		}
		root, err := tree.Root(tx, size)
		if err != nil {
			return err
		}
		var leaves [][]byte
		if err := tx.Select(&leaves, `select leaf from ev.leaves order by tree_index`); err != nil {
			return err
		}
		if want := naiveRoot(leaves); root != want {
			return fmt.Errorf("root %v, want %v", root, want)
		}
		return nil
	})
}
