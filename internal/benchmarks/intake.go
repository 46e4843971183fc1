package benchmarks

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"
)

// The floor of intake is COPY of the very rows that our side has just written, by the superuser, from files of the server,
// in one transaction, into the same tables with all indexes, checks and foreign keys. It validates, hashes, chains and logs
// nothing, no client sends it anything, and the triggers that are ours do not run.

// intakeTables in the order of their foreign keys.
var intakeTables = []string{"app.persons", "app.accounts", "app.parties", "app.contact_points", "app.cases", "app.debts", "app.ledger_entries",
	"app.portfolios", "app.portfolio_items", "ev.events", "ev.openings"}

// groundTables are what the rows above refer to; they are copied once.
var groundTables = []string{"app.teams", "app.users", "app.user_teams", "app.clients", "app.mandates"}

type intakeFloor struct {
	*house
	floor  *sql.DB
	folder string // of the server: it reads and writes the files itself
	copied int64  // rows of transactions before this one are on the floor already
}

func intakeLines(ctx context.Context, b *bench) ([]Line, error) {
	h, err := b.found(ctx)
	if err != nil {
		return nil, err
	}
	f := intakeFloor{house: h}
	if f.floor, err = b.open(h.cluster.DSN("postgres", floorDatabase)); err != nil {
		return nil, err
	}
	if err := f.lay(ctx); err != nil {
		return nil, err
	}
	rows := 0
	ours := func(ctx context.Context, round int) (time.Duration, error) {
		bodies, err := portfolios(fmt.Sprintf("intake-%d", round), round*b.size.Debts, b.size.Debts)
		if err != nil {
			return 0, err
		}
		begun := time.Now()
		_, err = h.handOver(ctx, bodies)
		return time.Since(begun), err
	}
	floor := func(ctx context.Context, _ int) (took time.Duration, err error) {
		if err := f.copyOut(ctx, intakeTables); err != nil {
			return 0, err
		}
		begun := time.Now()
		rows, err = f.copyIn(ctx, intakeTables)
		return time.Since(begun), err
	}
	took, err := b.inTurn(ctx, ours, floor)
	if err != nil {
		return nil, err
	}
	n := b.size.Debts
	return []Line{{Name: "intake", Unit: "debts/s", Target: 0.6, Ours: perSecond(n, took[0]), Floor: perSecond(n, took[1])},
		{Name: "intake rows", Unit: "rows/s", Ours: perSecond(rows, took[0]), Floor: perSecond(rows, took[1])}}, nil
}

// lay prepares the floor: triggers of ours off, and all rows that the founding of the house has left.
func (f *intakeFloor) lay(ctx context.Context) error {
	if err := f.super.QueryRowContext(ctx, `select current_setting('data_directory')`).Scan(&f.folder); err != nil {
		return fmt.Errorf("asking where the data lies: %w", err)
	}
	all := append(slices.Clone(groundTables), intakeTables...)
	for _, table := range all {
		if _, err := f.floor.ExecContext(ctx, `alter table `+table+` disable trigger user`); err != nil {
			return fmt.Errorf("switching the triggers of %s off: %w", table, err)
		}
	}
	if err := f.copyOut(ctx, all); err != nil {
		return err
	}
	_, err := f.copyIn(ctx, all)
	return err
}

func (f *intakeFloor) file(table string) string {
	return pq.QuoteLiteral(f.folder + "/" + table + ".copy")
}

// copyOut lets the server write the rows of each table that were made since the last time.
func (f *intakeFloor) copyOut(ctx context.Context, tables []string) error {
	tx, err := f.super.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return fmt.Errorf("beginning to copy out: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	for _, table := range tables {
		columns, err := columnsOf(ctx, tx, table)
		if err != nil {
			return err
		}
		// A fresh cluster has used less than 2^32 transaction ids, so they compare as numbers.
		_, err = tx.ExecContext(ctx, fmt.Sprintf(`copy (select %s from %s where xmin::text::bigint >= %d) to %s`, columns, table, f.copied, f.file(table)))
		if err != nil {
			return fmt.Errorf("copying %s out: %w", table, err)
		}
	}
	if err := tx.QueryRowContext(ctx, `select pg_snapshot_xmax(pg_current_snapshot())::text::bigint`).Scan(&f.copied); err != nil {
		return fmt.Errorf("asking how far the copy goes: %w", err)
	}
	return nil
}

// copyIn is the floor itself. It answers how many rows there were.
func (f *intakeFloor) copyIn(ctx context.Context, tables []string) (rows int, err error) {
	tx, err := f.floor.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("beginning to copy in: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing is left to roll back after the commit
	for _, table := range tables {
		columns, err := columnsOf(ctx, tx, table)
		if err != nil {
			return 0, err
		}
		done, err := tx.ExecContext(ctx, fmt.Sprintf(`copy %s (%s) from %s`, table, columns, f.file(table)))
		if err != nil {
			return 0, fmt.Errorf("copying %s in: %w", table, err)
		}
		n, err := done.RowsAffected()
		if err != nil {
			return 0, fmt.Errorf("counting what was copied into %s: %w", table, err)
		}
		rows += int(n)
	}
	return rows, tx.Commit()
}

// columnsOf lists what can be copied: the transaction of an event is that of its own database.
func columnsOf(ctx context.Context, tx *sql.Tx, table string) (columns string, err error) {
	schema, name, _ := strings.Cut(table, ".")
	err = tx.QueryRowContext(ctx, `select string_agg(quote_ident(column_name), ', ' order by ordinal_position) from information_schema.columns
		where table_schema = $1 and table_name = $2 and data_type <> 'xid8'`, schema, name).Scan(&columns)
	if err != nil {
		return "", fmt.Errorf("asking for the columns of %s: %w", table, err)
	}
	return columns, nil
}
