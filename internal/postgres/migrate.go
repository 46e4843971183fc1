package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// migrationLock is the advisory lock that a migrator holds, so that two at once run one after the other.
const migrationLock = 7236051

// riverGrants let the workers' pool see only the schema river, and the application put jobs in and finish them.
const riverGrants = `
do $$
begin
    if exists (select 1 from pg_catalog.pg_roles where rolname = 'recobro_river') then
        grant usage on schema river to recobro_river;
        grant select, insert, update, delete on all tables in schema river to recobro_river;
        grant usage, select, update on all sequences in schema river to recobro_river;
    end if;
    if exists (select 1 from pg_catalog.pg_roles where rolname = 'recobro_app') then
        grant usage on schema river to recobro_app;
        grant select on all tables in schema river to recobro_app;
        grant insert, update on river.river_job to recobro_app;
        grant usage on all sequences in schema river to recobro_app;
    end if;
end $$`

// Migrate brings the database at superDSN to the last migration in fsys and to River's own schema, and returns the names
// of the migrations that it ran: none when all was done. Safe for two at once and after one that was killed.
func Migrate(ctx context.Context, superDSN string, fsys fs.FS) (ran []string, err error) {
	db, err := sqlx.ConnectContext(ctx, "postgres", superDSN)
	if err != nil {
		return nil, fmt.Errorf("connecting to migrate: %w", err)
	}
	defer db.Close()
	guard, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connecting to migrate: %w", err)
	}
	defer guard.Close() // the lock ends with the connection at the latest, as db closes too
	if err := waitForTurn(ctx, guard); err != nil {
		return nil, err
	}
	if ran, err = migrateSchema(ctx, db.DB, fsys); err != nil {
		return ran, err
	}
	steps, err := migrateRiver(ctx, superDSN)
	ran = append(ran, steps...)
	if err != nil {
		return ran, err
	}
	if _, err := db.ExecContext(ctx, riverGrants); err != nil {
		return ran, fmt.Errorf("granting the schema river: %w", err)
	}
	return ran, nil
}

// waitForTurn polls: a statement that waits for the lock would hold a snapshot, for which a concurrent index build of the
// other migrator waits in its turn.
func waitForTurn(ctx context.Context, guard *sql.Conn) error {
	for {
		var mine bool
		if err := guard.QueryRowContext(ctx, "select pg_try_advisory_lock($1)", migrationLock).Scan(&mine); err != nil {
			return fmt.Errorf("waiting for another migrator: %w", err)
		}
		if mine {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for another migrator: %w", ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func migrateSchema(ctx context.Context, db *sql.DB, fsys fs.FS) ([]string, error) {
	provider, err := goose.NewProvider(goose.DialectPostgres, db, fsys, goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.NewTextHandler(io.Discard, nil))))
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	results, err := provider.Up(ctx)
	var ran []string
	for _, result := range results {
		ran = append(ran, path.Base(result.Source.Path))
	}
	if err != nil {
		return ran, fmt.Errorf("migrating the schema: %w", err)
	}
	return ran, nil
}

// migrateRiver runs the migrations of the job queue in its own schema.
func migrateRiver(ctx context.Context, superDSN string) ([]string, error) {
	pool, err := pgxpool.New(ctx, superDSN)
	if err != nil {
		return nil, fmt.Errorf("connecting to migrate the job queue: %w", err)
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, "create schema if not exists river"); err != nil {
		return nil, fmt.Errorf("creating the schema river: %w", err)
	}
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: "river", Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return nil, fmt.Errorf("reading the migrations of the job queue: %w", err)
	}
	result, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	if err != nil {
		return nil, fmt.Errorf("migrating the job queue: %w", err)
	}
	var ran []string
	for _, version := range result.Versions {
		ran = append(ran, fmt.Sprintf("river %d %s", version.Version, version.Name))
	}
	return ran, nil
}
