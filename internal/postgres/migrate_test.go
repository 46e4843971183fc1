package postgres_test

import (
	"context"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	"github.com/jmoiron/sqlx"

	"recobro/internal/postgres"
	"recobro/internal/testdb"
	"recobro/migrations"
)

// empty is the address of a database without any table, on the server of db.
func empty(t *testing.T, db *testdb.DB) string {
	t.Helper()
	db.Super.MustExec("create database " + db.Name + "_empty template template0")
	t.Cleanup(func() { db.Super.MustExec("drop database " + db.Name + "_empty with (force)") })
	return db.SuperDSN + " dbname='" + db.Name + "_empty'"
}

func TestTwoMigratorsAtOnceRunEachMigrationOnce(t *testing.T) {
	dsn := empty(t, testdb.New(t))
	fsys := fstest.MapFS{
		"0001_a.sql": {Data: []byte("-- +goose Up\ncreate table public.a (n int);\nselect pg_sleep(0.2);\n")},
		"0002_b.sql": {Data: []byte("-- +goose Up\ncreate table public.b (n int);\n")},
	}
	var all sync.WaitGroup
	ran := make([][]string, 2)
	for i := range ran {
		all.Go(func() {
			var err error
			if ran[i], err = postgres.Migrate(context.Background(), dsn, fsys); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(ran[0])*len(ran[1]) != 0 || len(ran[0])+len(ran[1]) < 3 {
		t.Fatalf("one ran %v, the other %v: want all and none", ran[0], ran[1])
	}
}

func TestMigratingAgainRunsNothing(t *testing.T) {
	db := testdb.New(t)
	ran, err := postgres.Migrate(context.Background(), db.SuperDSN, migrations.FS)
	if err != nil || len(ran) != 0 {
		t.Fatalf("the second time ran %v (%v)", ran, err)
	}
}

func TestFailedMigrationIsNamedAndCanBeRunAgain(t *testing.T) {
	dsn := empty(t, testdb.New(t))
	fsys := fstest.MapFS{"0001_a.sql": {Data: []byte("-- +goose Up\ncreate table public.a (n int);\nselect nothing;\n")}}
	if _, err := postgres.Migrate(context.Background(), dsn, fsys); postgres.Code(err) != "42703" {
		t.Fatalf("the failing migration gave %v", err)
	}
	fsys["0001_a.sql"].Data = []byte("-- +goose Up\ncreate table public.a (n int);\n")
	if ran, err := postgres.Migrate(context.Background(), dsn, fsys); err != nil || len(ran) == 0 {
		t.Fatalf("the mended migration ran %v (%v)", ran, err)
	}
}

func TestRiverSeesOnlyItsOwnSchema(t *testing.T) {
	db := testdb.New(t)
	ctx := context.Background()
	river, err := pgx.Connect(ctx, db.RiverDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer river.Close(ctx)
	var jobs int
	if err := river.QueryRow(ctx, "select count(*) from river_job").Scan(&jobs); err != nil {
		t.Fatal(err)
	}
	if err := river.QueryRow(ctx, "select count(*) from app.cases").Scan(&jobs); err == nil {
		t.Fatal("the job queue's role reads the cases")
	}
	err = db.App.Write(ctx, "", func(tx *postgres.Tx) error {
		return tx.One(`insert into river.river_job (kind, max_attempts, args) values ($1, 3, '{}')`, "test")
	})
	if err != nil {
		t.Fatalf("the application cannot put a job in: %v", err)
	}
	super, err := sqlx.Connect("postgres", db.SuperDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer super.Close()
	if err := super.Get(&jobs, "select count(*) from river.river_job"); err != nil || jobs != 1 {
		t.Fatalf("%d jobs (%v), want 1", jobs, err)
	}
}
