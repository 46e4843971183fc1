package evidence_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/evidence/tree"
	"recobro/internal/testfirm"
)

// soak is how long the writers write; RECOBRO_SOAK=60s is the whole form.
func soak(t *testing.T) time.Duration {
	t.Helper()
	long := 4 * time.Second
	if s := os.Getenv("RECOBRO_SOAK"); s != "" {
		var err error
		if long, err = time.ParseDuration(s); err != nil {
			t.Fatal(err)
		}
	}
	return long
}

// openMany opens n cases at once.
func openMany(t *testing.T, f *testfirm.Firm, n int) []uuid.UUID {
	t.Helper()
	var openings []cases.Opening
	for range n {
		openings = append(openings, f.Openings(testfirm.Opts{})...)
	}
	ids, err := evidence.Record(t.Context(), f.Log, f.Job, func(tx *evidence.Tx) (ids []uuid.UUID, entries []evidence.Entry, err error) {
		opened, entries, err := cases.OpenAll(tx, f.ClientA.ID, f.ClientA.TeamID, true, f.Clock.Today(), openings)
		for _, o := range opened {
			ids = append(ids, o.CaseID)
		}
		return ids, entries, err
	})
	if err != nil || len(ids) != n {
		t.Fatalf("%d of %d cases, %v", len(ids), n, err)
	}
	return ids
}

// load is what writers did: tries above entries say that a transaction was begun again, as after a deadlock.
type load struct{ writes, entries, tries atomic.Int64 }

// write notes something on one case or, in one transaction, on two, each locked as every action locks its cases.
func (l *load) write(ctx context.Context, f *testfirm.Firm, ids ...uuid.UUID) error {
	if len(ids) == 2 && bytes.Compare(ids[0][:], ids[1][:]) > 0 {
		ids[0], ids[1] = ids[1], ids[0]
	}
	_, err := evidence.Record(ctx, f.Log, f.Job, func(tx *evidence.Tx) (int, []evidence.Entry, error) {
		l.tries.Add(1)
		var entries []evidence.Entry
		for _, id := range ids {
			c, err := cases.LockOpen(tx, id, access.To(access.ActRecord, access.ObjTask))
			if err != nil {
				return 0, nil, err
			}
			entries = append(entries, c.Entry("note.written", evidence.Fields{"text": "nota"}))
		}
		return 1, entries, nil
	})
	if err == nil {
		l.writes.Add(1)
		l.entries.Add(int64(len(ids)))
	}
	return err
}

// underLoad lets many write until the time is over while the sequencer runs, and holds the log to all of it.
func underLoad(t *testing.T, writers, chains int) {
	f := testfirm.New(t)
	ids := openMany(t, f, chains)
	before, err := f.Log.Verify(t.Context(), f.Job, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), soak(t))
	defer cancel()
	var l load
	var working sync.WaitGroup
	begun := time.Now()
	for w := range writers {
		working.Go(func() {
			random := rand.New(rand.NewPCG(6, uint64(w)))
			for first := true; first || ctx.Err() == nil; first = false {
				picked := []uuid.UUID{ids[random.IntN(chains)], ids[random.IntN(chains)]}
				if picked[0] == picked[1] || random.IntN(4) > 0 {
					picked = picked[:1]
				}
				if err := l.write(t.Context(), f, picked...); err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
			}
		})
	}
	working.Go(func() {
		s := &tree.Sequencer{DB: f.DB.Log}
		for ctx.Err() == nil {
			if _, err := s.Step(t.Context()); err != nil {
				t.Errorf("sequencer: %v", err)
				return
			}
		}
	})
	working.Wait()
	t.Logf("%d writers on %d cases: %d entries, %.0f/s", writers, chains, l.entries.Load(), float64(l.entries.Load())/time.Since(begun).Seconds())
	if l.tries.Load() != l.writes.Load() {
		t.Errorf("%d transactions for %d writes: some were begun again", l.tries.Load(), l.writes.Load())
	}
	sequenced(t, f)
	after, err := f.Log.Verify(t.Context(), f.Job, nil, nil)
	if err != nil || len(after.Findings) != 0 || int64(after.Events-before.Events) != l.entries.Load() || after.Chains != before.Chains {
		t.Errorf("%d entries; before %+v; after %+v; %v", l.entries.Load(), before, after, err)
	}
	whole, err := f.Log.VerifyTree(t.Context(), f.Job, evidence.TreeCheck{})
	if err != nil || len(whole.Findings) != 0 || whole.Size != int64(after.Events) || whole.Waiting != 0 {
		t.Errorf("the tree: %+v, %v", whole, err)
	}
}

// EV-06.
func TestManyWritersOnManyCasesLeaveDenseChains(t *testing.T) { underLoad(t, 32, 200) }

// EV-07.
func TestManyWritersOnOneCaseLoseNoNumber(t *testing.T) { underLoad(t, 50, 1) }
