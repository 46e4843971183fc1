// Package testdb gives each test a migrated database of its own, cloned from a template in a cluster private to the test
// process. The rule: it is the real PostgreSQL with the real migrations, and nothing of it is left behind, however the
// test process ends.
package testdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq" // registers the driver that Super opens by name

	"recobro/internal/postgres"
	"recobro/migrations"
)

// DB is one test's database, seen by each role that uses it.
type DB struct {
	Name   string
	App    *postgres.DB // role recobro_app: the pages and the API
	Worker *postgres.DB // role recobro_worker: the jobs
	Log    *postgres.DB // role recobro_log: the sequencer and the publisher of checkpoints
	Super  *sqlx.DB     // superuser: for tests that look behind the scenes or tamper

	AppDSN, WorkerDSN, LogDSN, SuperDSN string
	RiverDSN                            string // role recobro_river, which sees only the schema river
}

const template = "recobro_template"

// shared is the cluster of this test process, with its migrated template.
var shared = sync.OnceValues(func() (*postgres.Cluster, error) {
	data, err := os.MkdirTemp(fastFolder(), "recobro-test-")
	if err != nil {
		return nil, fmt.Errorf("making the folder of the test cluster: %w", err)
	}
	if err := os.Chmod(data, 0o711); err != nil { // another user runs PostgreSQL when the tests run as root
		return nil, fmt.Errorf("opening the folder of the test cluster: %w", err)
	}
	if err := removeAfterwards(data); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cluster, err := postgres.Start(ctx, postgres.Options{Data: data, Fast: true})
	if err != nil {
		return nil, err
	}
	if err := cluster.CreateDatabase(ctx, template); err != nil {
		return nil, err
	}
	if _, err := postgres.Migrate(ctx, cluster.DSN("postgres", template), migrations.FS); err != nil {
		return nil, err
	}
	return cluster, sealTemplate(cluster, template)
})

// sealTemplate lets nobody connect to a database any more, as a connected one cannot be copied.
func sealTemplate(cluster *postgres.Cluster, name string) error {
	if err := command(cluster, "alter database "+name+" is_template true allow_connections false"); err != nil {
		return fmt.Errorf("sealing the template: %w", err)
	}
	return nil
}

// fastFolder is the memory file system of Linux, else the temporary folder.
func fastFolder() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return os.TempDir()
}

// removeAfterwards starts a shell that outlives the test process: it sees the end of its input when that process ends in
// any way, waits for the server to end, and removes the folder.
func removeAfterwards(data string) error {
	const script = `cat >/dev/null; n=0
while [ -e "$0/pg/postmaster.pid" ] && [ $n -lt 200 ]; do sleep 0.05; n=$((n+1)); done
rm -rf "$0"`
	shell := exec.Command("/bin/sh", "-c", script, data)
	shell.Dir = "/"
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for the tests, not for it
	input, err := shell.StdinPipe()
	if err != nil {
		return fmt.Errorf("preparing to remove %s: %w", data, err)
	}
	if err := shell.Start(); err != nil {
		return fmt.Errorf("preparing to remove %s: %w", data, err)
	}
	held = input
	return nil
}

// held is the other end of the shell's input; the process holds it open by living.
var held any

var count atomic.Int64

// New returns a fresh copy of the migrated database, which is dropped when the test ends.
func New(t testing.TB) *DB {
	t.Helper()
	return clone(t, template)
}

// Template is a database that is filled once in a test process; a copy of it costs what an empty one does.
type Template struct {
	Base *Template                  // what Fill finds; the migrated database when nil
	Fill func(t testing.TB, db *DB) // runs once, in the first test that asks; it may keep nothing of db

	once sync.Once
	name string // empty until it was filled
}

// New returns a fresh copy of the template, which is dropped when the test ends.
func (p *Template) New(t testing.TB) *DB {
	t.Helper()
	p.once.Do(func() { p.fill(t) })
	if p.name == "" {
		t.Fatal("the test that filled the template failed at it")
	}
	return clone(t, p.name)
}

func (p *Template) fill(t testing.TB) {
	base := template
	if p.Base != nil {
		p.Base.once.Do(func() { p.Base.fill(t) })
		base = p.Base.name
	}
	cluster, name := create(t, base)
	db := connect(t, cluster, name)
	p.Fill(t, db)
	db.close()
	if err := sealTemplate(cluster, name); err != nil {
		t.Fatal(err)
	}
	p.name = name
}

// create makes a database after another one, which nobody may be connected to.
func create(t testing.TB, base string) (cluster *postgres.Cluster, name string) {
	t.Helper()
	cluster, err := shared()
	if err != nil {
		t.Fatalf("starting the test database: %v", err)
	}
	name = fmt.Sprintf("test_%d", count.Add(1))
	if err := command(cluster, fmt.Sprintf("create database %s template %s strategy file_copy", name, base)); err != nil {
		t.Fatalf("cloning the test database: %v", err)
	}
	return cluster, name
}

// command runs a statement about databases, from outside of them.
func command(cluster *postgres.Cluster, statement string) error {
	main, err := sqlx.Connect("postgres", cluster.DSN("postgres", "postgres"))
	if err != nil {
		return fmt.Errorf("connecting to the test cluster: %w", err)
	}
	defer main.Close()
	_, err = main.Exec(statement)
	return err
}

func clone(t testing.TB, base string) *DB {
	t.Helper()
	cluster, name := create(t, base)
	t.Cleanup(func() {
		if err := command(cluster, fmt.Sprintf("drop database %s with (force)", name)); err != nil {
			t.Errorf("dropping the test database: %v", err)
		}
	})
	db := connect(t, cluster, name)
	t.Cleanup(db.close)
	return db
}

func connect(t testing.TB, cluster *postgres.Cluster, name string) *DB {
	t.Helper()
	db := &DB{
		Name:      name,
		AppDSN:    cluster.DSN("recobro_app", name),
		WorkerDSN: cluster.DSN("recobro_worker", name),
		LogDSN:    cluster.DSN("recobro_log", name),
		SuperDSN:  cluster.DSN("postgres", name),
		RiverDSN:  cluster.DSN("recobro_river", name) + " search_path=river",
	}
	db.App, db.Worker, db.Log = open(t, db.AppDSN), open(t, db.WorkerDSN), open(t, db.LogDSN)
	super, err := sqlx.Connect("postgres", db.SuperDSN)
	if err != nil {
		t.Fatalf("opening the test database as superuser: %v", err)
	}
	db.Super = super
	return db
}

func (db *DB) close() {
	_ = errors.Join(db.App.Close(), db.Worker.Close(), db.Log.Close(), db.Super.Close())
}

func open(t testing.TB, dsn string) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(context.Background(), dsn)
	if err != nil {
		t.Fatalf("opening the test database: %v", err)
	}
	return db
}
