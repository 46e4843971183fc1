package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/testdb"
)

// notebook is a database with one table that the application may write.
func notebook(t *testing.T) *testdb.DB {
	t.Helper()
	db := testdb.New(t)
	db.Super.MustExec(`create table app.notes (id int primary key, text text not null);
		grant select, insert, update, delete on app.notes to recobro_app`)
	return db
}

func notes(t *testing.T, db *testdb.DB) (n int) {
	t.Helper()
	if err := db.Super.Get(&n, "select count(*) from app.notes"); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestViewCannotWrite(t *testing.T) {
	db := notebook(t)
	err := db.App.View(context.Background(), "", func(tx *postgres.Tx) error {
		_, err := tx.Exec("insert into app.notes values ($1, 'x')", 1)
		return err
	})
	if postgres.Code(err) != "25006" || notes(t, db) != 0 { // read_only_sql_transaction
		t.Fatalf("a write in View gave %v and %d rows", err, notes(t, db))
	}
}

func TestViewSeesOneMoment(t *testing.T) {
	db := notebook(t)
	err := db.App.View(context.Background(), "", func(tx *postgres.Tx) error {
		var before, after int
		if err := tx.Get(&before, "select count(*) from notes"); err != nil {
			return err
		}
		db.Super.MustExec("insert into app.notes values (1, 'x')")
		if err := tx.Get(&after, "select count(*) from notes"); err != nil {
			return err
		}
		if before != 0 || after != 0 {
			t.Errorf("one view saw %d rows, then %d", before, after)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestIdentityEndsWithItsTransaction(t *testing.T) {
	db := testdb.New(t)
	identity := func(id postgres.Identity, end error) (seen string, backend int) {
		err := db.App.Write(context.Background(), id, func(tx *postgres.Tx) error {
			if err := tx.Get(&seen, "select current_setting('app.session')"); err != nil {
				return err
			}
			if err := tx.Get(&backend, "select pg_backend_pid()"); err != nil {
				return err
			}
			return end
		})
		if !errors.Is(err, end) {
			t.Fatal(err)
		}
		return seen, backend
	}
	refused := errors.New("refused")
	_, first := identity("", nil)
	for _, step := range []struct {
		id  postgres.Identity
		end error
	}{{"ana", nil}, {"", nil}, {"o'hara\\'; select 1; --", refused}, {"", nil}, {"luis", refused}, {"ana", nil}, {"", refused}} {
		seen, backend := identity(step.id, step.end)
		if seen != string(step.id) {
			t.Errorf("the transaction of %q runs as %q", step.id, seen)
		}
		if backend != first {
			t.Fatal("the test did not stay on one connection, so it proves nothing")
		}
	}
	err := db.App.View(context.Background(), "a\x00b", func(*postgres.Tx) error { return nil })
	if err == nil {
		t.Error("a session token with a zero byte was accepted")
	}
}

func TestConnectionsCarryTheTimeouts(t *testing.T) {
	db := testdb.New(t)
	want := map[string]string{"statement_timeout": "15s", "lock_timeout": "3s", "search_path": "app",
		"idle_in_transaction_session_timeout": "30s", "timezone": "UTC"}
	err := db.App.View(context.Background(), "", func(tx *postgres.Tx) error {
		for name, value := range want {
			var is string
			if err := tx.Get(&is, "select current_setting($1)", name); err != nil {
				return err
			}
			if is != value {
				t.Errorf("%s is %s, want %s", name, is, value)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFailedAndPanickingWritesLeaveNothing(t *testing.T) {
	db := notebook(t)
	insert := func(tx *postgres.Tx) { _, _ = tx.Exec("insert into notes values ($1, 'x')", 1) }
	refused := errors.New("refused")
	if err := db.App.Write(context.Background(), "", func(tx *postgres.Tx) error { insert(tx); return refused }); !errors.Is(err, refused) {
		t.Errorf("the error of the function became %v", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = db.App.Write(context.Background(), "", func(tx *postgres.Tx) error { insert(tx); panic("refused") })
	}()
	ctx, cancel := context.WithCancel(context.Background())
	if err := db.App.Write(ctx, "", func(tx *postgres.Tx) error { insert(tx); cancel(); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller who left got %v", err)
	}
	err := db.App.Write(context.Background(), "", func(tx *postgres.Tx) error {
		insert(tx)
		_, _ = tx.Exec("select 1/($1 - 1)", 1) // the error is ignored: the commit must not pass for a success
		return nil
	})
	if err == nil || errors.Is(err, postgres.ErrUnknownOutcome) {
		t.Errorf("the commit of a failed transaction gave %v", err)
	}
	if n := notes(t, db); n != 0 {
		t.Errorf("%d rows of refused writes stand", n)
	}
	if in := db.App.Stats().InUse; in != 0 {
		t.Errorf("%d connections are still held", in)
	}
}

func TestTransactionsDoNotNestAndEndOnlyAtTheDoor(t *testing.T) {
	db := notebook(t)
	err := db.App.Write(context.Background(), "", func(tx *postgres.Tx) error {
		if tx.Commit() == nil || tx.Rollback() == nil {
			t.Error("the function ended its own transaction")
		}
		return db.App.View(tx.Context(), "", func(*postgres.Tx) error { return nil })
	})
	if !errors.Is(err, postgres.ErrNested) {
		t.Fatalf("nesting gave %v", err)
	}
}

func TestOneMeansExactlyOneRow(t *testing.T) {
	db := notebook(t)
	db.Super.MustExec("insert into app.notes values (1, 'a'), (2, 'b')")
	own := errors.New("own")
	err := db.App.Write(context.Background(), "", func(tx *postgres.Tx) error {
		if err := tx.One("update notes set text = 'c' where id = $1", 1); err != nil {
			t.Errorf("one row gave %v", err)
		}
		if err := tx.One("update notes set text = 'c' where id = $1", 3); problem.Of(err) == nil || problem.Of(err).Kind != problem.Conflict {
			t.Errorf("no row gave %v", err)
		}
		if err := tx.OneOr(own, "update notes set text = 'c' where id = $1", 3); !errors.Is(err, own) {
			t.Errorf("no row gave %v", err)
		}
		if err := tx.One("update notes set text = 'c' where id > $1", 0); err == nil || problem.Of(err) != nil {
			t.Errorf("two rows gave %v", err)
		}
		var text string
		err := tx.Get(&text, "select text from notes where id = $1", 3)
		if !errors.Is(err, sql.ErrNoRows) || problem.Of(err) == nil || problem.Of(err).Kind != problem.NotFound {
			t.Errorf("a missing row gave %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDeadlocksAreRetriedBeforeCommit(t *testing.T) {
	db := notebook(t)
	db.Super.MustExec("insert into app.notes values (1, ''), (2, '')")
	var runs atomic.Int32
	var meet, all sync.WaitGroup
	meet.Add(2)
	for _, order := range [][2]int{{1, 2}, {2, 1}} {
		all.Go(func() {
			first := true
			err := db.App.Write(context.Background(), "", func(tx *postgres.Tx) error {
				runs.Add(1)
				if err := tx.One("update notes set text = text || 'x' where id = $1", order[0]); err != nil {
					return err
				}
				if first {
					first = false
					meet.Done()
					meet.Wait()
				}
				return tx.One("update notes set text = text || 'x' where id = $1", order[1])
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var texts []string
	if err := db.Super.Select(&texts, "select text from app.notes"); err != nil {
		t.Fatal(err)
	}
	if runs.Load() < 3 || fmt.Sprint(texts) != "[xx xx]" {
		t.Fatalf("%d runs left %v", runs.Load(), texts)
	}
}

func TestStatementsArePreparedOncePerConnection(t *testing.T) {
	db := notebook(t)
	read := func() (prepared int) {
		err := db.App.View(context.Background(), "", func(tx *postgres.Tx) error {
			var text []string
			if err := tx.Select(&text, "select text from notes where id = $1", 1); err != nil {
				return err
			}
			return tx.Get(&prepared, "select count(*) from pg_prepared_statements")
		})
		if err != nil {
			t.Fatal(err)
		}
		return prepared
	}
	for range 5 {
		if n := read(); n != 1 {
			t.Fatalf("%d statements are prepared, want 1", n)
		}
	}
	db.Super.MustExec("alter table app.notes alter text type varchar(50)") // the prepared result type is stale now
	read()
	err := db.App.View(context.Background(), "", func(tx *postgres.Tx) error {
		for i := range 400 {
			var n int
			if err := tx.Get(&n, fmt.Sprintf("select %d + $1::int", i), 1); err != nil || n != i+1 {
				return fmt.Errorf("statement %d gave %d: %w", i, n, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := read(); n > 260 {
		t.Fatalf("%d statements are prepared: the cache is not bounded", n)
	}
}

func TestFullPoolWaitsWithinTheCallersPatience(t *testing.T) {
	db := testdb.New(t)
	release := make(chan struct{})
	var holding, all sync.WaitGroup
	for range postgres.MaxConnections {
		holding.Add(1)
		all.Go(func() {
			err := db.App.View(context.Background(), "", func(tx *postgres.Tx) error {
				holding.Done()
				<-release
				var n int
				return tx.Get(&n, "select $1::int", 1) // prepared while every connection is taken
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	holding.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	err := db.App.View(ctx, "", func(*postgres.Tx) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a full pool gave %v", err)
	}
	close(release)
	all.Wait()
}

func TestCancelledStatementKeepsTheConnection(t *testing.T) {
	db := testdb.New(t)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	err := db.App.View(ctx, "", func(tx *postgres.Tx) error {
		_, err := tx.Exec("select pg_sleep($1)", 5)
		return err
	})
	if err == nil || time.Since(began) > 2*time.Second {
		t.Fatalf("a cancelled statement ended after %s with %v", time.Since(began), err)
	}
	if err := db.App.View(context.Background(), "", func(tx *postgres.Tx) error { var n int; return tx.Get(&n, "select 1") }); err != nil {
		t.Fatal(err)
	}
}
