package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/lib/pq"

	"recobro/internal/postgres"
	"recobro/internal/testdb"
)

// lossy forwards one socket to another until it sees word from the client; then it drops the request, or lets it through
// and drops the answer, and hangs up.
type lossy struct {
	server     string // path of the real socket
	word       []byte
	dropAnswer bool
}

func (l lossy) listen(t *testing.T, db *testdb.DB) (dsn string) {
	t.Helper()
	config, err := pq.NewConfig(db.AppDSN)
	if err != nil {
		t.Fatal(err)
	}
	l.server = filepath.Join(config.Host, ".s.PGSQL.5432")
	folder := t.TempDir()
	listener, err := net.Listen("unix", filepath.Join(folder, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go l.forward(client)
		}
	}()
	return fmt.Sprintf("host='%s' port=5432 user='recobro_app' dbname='%s' sslmode=disable", folder, db.Name)
}

func (l lossy) forward(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("unix", l.server)
	if err != nil {
		return
	}
	defer server.Close()
	lost := make(chan struct{})
	go func() {
		answer := make([]byte, 64<<10)
		for {
			n, err := server.Read(answer)
			select {
			case <-lost: // the answer has come, so the server has done it
				_ = client.Close()
				return
			default:
			}
			if err != nil {
				return
			}
			_, _ = client.Write(answer[:n])
		}
	}()
	request := make([]byte, 64<<10)
	for {
		n, err := client.Read(request)
		if err != nil {
			return
		}
		if bytes.Contains(request[:n], l.word) {
			if !l.dropAnswer {
				return
			}
			close(lost)
			_, _ = server.Write(request[:n])
			_, _ = io.Copy(io.Discard, client)
			return
		}
		if _, err := server.Write(request[:n]); err != nil {
			return
		}
	}
}

// The trap: lib/pq under database/sql repeats a write whose answer is lost, in silence, unless it is in a transaction.
func TestLostAnswersNeverWriteTwice(t *testing.T) {
	cases := []struct {
		name    string
		lossy   lossy
		insert  string
		args    []any
		unknown bool
		rows    int
	}{
		{"answer to commit", lossy{word: []byte("COMMIT"), dropAnswer: true}, "insert into notes values ($1, 'x')", []any{1}, true, 1},
		{"commit itself", lossy{word: []byte("COMMIT")}, "insert into notes values ($1, 'x')", []any{1}, true, 0},
		{"answer to insert", lossy{word: []byte("insert"), dropAnswer: true}, "insert into notes values (1, 'x')", nil, false, 0},
		{"answer to prepare", lossy{word: []byte("insert"), dropAnswer: true}, "insert into notes values ($1, 'x')", []any{1}, false, 0},
		{"answer to bind", lossy{word: []byte("bound"), dropAnswer: true}, "insert into notes values (1, $1)", []any{"bound"}, false, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			real := notebook(t)
			real.Super.MustExec("alter table app.notes drop constraint notes_pkey") // a second write would go through
			db, err := postgres.Open(context.Background(), c.lossy.listen(t, real))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			runs := 0
			err = db.Write(context.Background(), "", func(tx *postgres.Tx) error {
				runs++
				_, err := tx.Exec(c.insert, c.args...)
				return err
			})
			if err == nil || errors.Is(err, postgres.ErrUnknownOutcome) != c.unknown {
				t.Errorf("the write gave %v", err)
			}
			time.Sleep(20 * time.Millisecond) // the server rolls back what was cut off
			if n := notes(t, real); n != c.rows || runs != 1 {
				t.Errorf("%d runs left %d rows, want one run and %d", runs, n, c.rows)
			}
		})
	}
}

func TestRefusedCommitIsNoUnknownOutcome(t *testing.T) {
	db := notebook(t)
	db.Super.MustExec("alter table app.notes add constraint notes_once unique (text) deferrable initially deferred")
	err := db.App.Write(context.Background(), "", func(tx *postgres.Tx) error {
		_, err := tx.Exec("insert into notes values ($1, 'x'), ($2, 'x')", 1, 2)
		return err
	})
	rule, _ := postgres.Broken(err)
	if rule != "notes_once" || errors.Is(err, postgres.ErrUnknownOutcome) {
		t.Fatalf("the refused commit gave %v", err)
	}
}

func TestTerminatedConnectionsAreReplaced(t *testing.T) {
	db := notebook(t)
	for round := range 3 {
		db.Super.MustExec("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'recobro_app' and datname = current_database()")
		err := db.App.Write(context.Background(), "", func(tx *postgres.Tx) error {
			_, err := tx.Exec("insert into notes values ($1, 'x')", round)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := notes(t, db); n != 3 {
		t.Fatalf("%d rows, want 3", n)
	}
}
