package outbox_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/jobs/outbox"
	"recobro/internal/testdb"
)

type noteArgs struct {
	ID uuid.UUID `json:"id" river:"unique"`
}

func (noteArgs) Kind() string { return "note" }
func (noteArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}, MaxAttempts: 3, Tags: []string{"one", "two"}}
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func openLog(t *testing.T) (*testdb.DB, *evidence.Log, evidence.Actor) {
	t.Helper()
	db := testdb.New(t)
	jobs, err := outbox.Open(quiet)
	if err != nil {
		t.Fatal(err)
	}
	who, err := access.OpenJob(t.Context(), db.Worker, "test", nil, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return db, &evidence.Log{DB: db.Worker, Now: time.Now, Jobs: jobs}, who
}

func record(t *testing.T, log *evidence.Log, who evidence.Actor, fail error, args ...river.JobArgs) error {
	t.Helper()
	_, err := evidence.Record(t.Context(), log, who, func(tx *evidence.Tx) (int, []evidence.Entry, error) {
		for _, a := range args {
			if err := tx.Enqueue(a); err != nil {
				return 0, nil, err
			}
		}
		return 0, []evidence.Entry{{Subject: evidence.Firm, Kind: "test.done"}}, fail
	})
	return err
}

func count(t *testing.T, db *testdb.DB) (n int) {
	t.Helper()
	if err := db.Super.Get(&n, `select count(*) from river.river_job`); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestJobIsThereOnlyWhenTheActionCommits(t *testing.T) {
	db, log, who := openLog(t)
	if err := record(t, log, who, errors.New("no"), noteArgs{uuid.New()}); err == nil {
		t.Fatal("the action should have failed")
	}
	if n := count(t, db); n != 0 {
		t.Fatalf("%d jobs after a rollback", n)
	}
	if err := record(t, log, who, nil, noteArgs{uuid.New()}); err != nil {
		t.Fatal(err)
	}
	if n := count(t, db); n != 1 {
		t.Fatalf("%d jobs after a commit", n)
	}
}

// noteWorker reports when it starts.
type noteWorker struct {
	river.WorkerDefaults[noteArgs]
	started chan uuid.UUID
}

func (w *noteWorker) Work(_ context.Context, job *river.Job[noteArgs]) error {
	w.started <- job.Args.ID
	return nil
}

func workers(t *testing.T, db *testdb.DB) (*river.Client[pgx.Tx], chan uuid.UUID) {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), db.RiverDSN)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	w := &noteWorker{started: make(chan uuid.UUID, 100)}
	all := river.NewWorkers()
	river.AddWorker(all, w)
	// The poll is so slow that only the notification can wake the worker within the test.
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{Schema: outbox.Schema, Workers: all, Logger: quiet,
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 2}}, FetchCooldown: time.Millisecond, FetchPollInterval: time.Minute, TestOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = client.StopAndCancel(ctx)
	})
	return client, w.started
}

func TestCommitWakesTheWorkerAtOnce(t *testing.T) {
	db, log, who := openLog(t)
	_, started := workers(t, db)
	time.Sleep(200 * time.Millisecond) // the listener connects after Start
	for i := range 3 {
		id := uuid.New()
		if err := record(t, log, who, nil, noteArgs{id}); err != nil {
			t.Fatal(err)
		}
		committed := time.Now()
		select {
		case got := <-started:
			t.Logf("job %d started %v after the commit", i, time.Since(committed))
			if got != id {
				t.Fatalf("the worker got %s, not %s", got, id)
			}
		case <-time.After(3 * time.Second):
			t.Fatal("the worker was not woken")
		}
	}
}

// Both clients must agree about what is the same job, or a job put in by one would be doubled by the other.
func TestUniqueKeysAreTheSameFromBothClients(t *testing.T) {
	db, log, who := openLog(t)
	args := noteArgs{uuid.New()}
	if err := record(t, log, who, nil, args, args); err != nil {
		t.Fatal(err)
	}
	pool, err := pgxpool.New(t.Context(), db.RiverDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	native, err := river.NewClient(riverpgxv5.New(pool), &river.Config{Schema: outbox.Schema, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	result, err := native.Insert(t.Context(), args, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !result.UniqueSkippedAsDuplicate || count(t, db) != 1 {
		t.Fatalf("the same job stands %d times", count(t, db))
	}
	if got := result.Job; len(got.Tags) != 2 || got.MaxAttempts != 3 || got.Queue != river.QueueDefault {
		t.Errorf("the job reads back as tags %v, %d attempts, queue %s", got.Tags, got.MaxAttempts, got.Queue)
	}
}

func TestScheduledJobWaits(t *testing.T) {
	db, log, who := openLog(t)
	at := time.Now().Add(time.Hour).Truncate(time.Second)
	_, err := evidence.Record(t.Context(), log, who, func(tx *evidence.Tx) (int, []evidence.Entry, error) {
		_, err := log.Jobs.InsertTx(tx.Context(), sqlTx(tx), noteArgs{uuid.New()}, &river.InsertOpts{ScheduledAt: at})
		return 0, []evidence.Entry{{Subject: evidence.Firm, Kind: "test.done"}}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	var row struct {
		State       string
		ScheduledAt time.Time `db:"scheduled_at"`
	}
	if err := db.Super.Get(&row, `select state, scheduled_at from river.river_job`); err != nil {
		t.Fatal(err)
	}
	if row.State != "scheduled" || !row.ScheduledAt.Equal(at) {
		t.Errorf("the job is %s at %v, not scheduled at %v", row.State, row.ScheduledAt, at)
	}
}

func sqlTx(tx *evidence.Tx) *sql.Tx { return tx.Tx.Tx.Tx }
