package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"recobro/internal/problem"
)

// Identity is an opaque session token; the database itself finds out whose it is. Empty is nobody.
type Identity string

// ErrUnknownOutcome says that Commit failed without an answer: the write may stand or not. It is never repeated blindly;
// the operation key tells.
var ErrUnknownOutcome = errors.New("the outcome of the transaction is unknown")

// ErrNested says that a transaction was asked for inside another one.
var ErrNested = errors.New("a transaction was opened inside a transaction")

// maxRetries is how often a transaction that lost a deadlock or a serialisation conflict runs again.
const maxRetries = 3

type insideKey struct{}

// View runs fn in a read-only transaction under id; all its statements see the same moment. fn may run more than once.
func (db *DB) View(ctx context.Context, id Identity, fn func(*Tx) error) error {
	return db.retry(ctx, id, true, fn)
}

// Write runs fn in a transaction under id and commits when fn returns nil. fn may run up to four times (deadlock,
// serialisation), so it must have no effect outside the transaction. After a failed commit nothing is repeated: when the
// database gave no answer the error is ErrUnknownOutcome.
func (db *DB) Write(ctx context.Context, id Identity, fn func(*Tx) error) error {
	return db.retry(ctx, id, false, fn)
}

func (db *DB) retry(ctx context.Context, id Identity, readOnly bool, fn func(*Tx) error) error {
	if ctx.Value(insideKey{}) != nil {
		return ErrNested
	}
	for attempt := 1; ; attempt++ {
		committing, err := db.run(ctx, id, readOnly, fn)
		lost := stale(err) || pq.As(err, pqerror.TRSerializationFailure, pqerror.TRDeadlockDetected) != nil
		if !lost || committing || attempt > maxRetries {
			return err
		}
		pause := time.Duration(attempt) * time.Duration(5+rand.IntN(10)) * time.Millisecond
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// run is one attempt; committing says whether COMMIT was reached.
func (db *DB) run(ctx context.Context, id Identity, readOnly bool, fn func(*Tx) error) (committing bool, err error) {
	tx, end, err := db.begin(ctx, id, readOnly)
	if err != nil {
		return false, fmt.Errorf("beginning a transaction: %w", err)
	}
	defer end()
	done := false
	defer func() {
		if !done { // fn failed or panicked
			_ = tx.Tx.Rollback()
		}
	}()
	if err := fn(tx); err != nil {
		return false, err
	}
	if err := ctx.Err(); err != nil { // the caller has gone: nothing of this may stand
		return false, err
	}
	done = true
	err = tx.Tx.Commit()
	if readOnly && err != nil { // nothing was written, so nothing is unknown
		return true, fmt.Errorf("ending a view: %w", err)
	}
	return true, outcome(err)
}

// begin waits for a connection no longer than ctx; the open transaction itself cannot be cancelled from outside, else a
// caller who leaves while COMMIT is under way would make every outcome unknown. Single statements can be cancelled.
func (db *DB) begin(ctx context.Context, id Identity, readOnly bool) (*Tx, func(), error) {
	own := context.WithValue(context.WithoutCancel(ctx), identityKey{}, id)
	own, cancel := context.WithCancel(own)
	detach := context.AfterFunc(ctx, cancel)
	tx, err := db.pool.BeginTxx(own, &sql.TxOptions{ReadOnly: readOnly})
	detach()
	if err != nil {
		cancel()
		if ctx.Err() != nil { // own says "canceled" whatever the caller's reason was
			err = ctx.Err()
		}
		return nil, nil, err
	}
	return &Tx{Tx: tx, ctx: context.WithValue(ctx, insideKey{}, true)}, cancel, nil
}

// outcome tells a refusal by the server, which has rolled back, from silence.
func outcome(err error) error {
	switch {
	case err == nil:
		return nil
	case pq.As(err) != nil, errors.Is(err, pq.ErrInFailedTransaction):
		return fmt.Errorf("committing: %w", err)
	}
	return fmt.Errorf("committing: %w: %w", ErrUnknownOutcome, err)
}

// Tx is one open transaction. Its methods carry the context of View or Write; every text with arguments is prepared once
// per connection.
type Tx struct {
	*sqlx.Tx
	ctx context.Context
}

// Context is the context of the transaction. View and Write refuse it, so that nothing nests.
func (tx *Tx) Context() context.Context { return tx.ctx }

var errDoor = errors.New("only View and Write end a transaction")

// Commit is refused: View and Write commit.
func (tx *Tx) Commit() error { return errDoor }

// Rollback is refused: return an error from the function given to View or Write.
func (tx *Tx) Rollback() error { return errDoor }

// Get reads one row into dest (a pointer to a struct or scalar). No row is problem.Missing and sql.ErrNoRows.
func (tx *Tx) Get(dest any, query string, args ...any) error {
	err := tx.Tx.GetContext(tx.ctx, dest, query, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%w (%w)", problem.Missing, err)
	}
	return err
}

// Select reads all rows into dest (a pointer to a slice).
func (tx *Tx) Select(dest any, query string, args ...any) error {
	return tx.Tx.SelectContext(tx.ctx, dest, query, args...)
}

// Query reads rows one by one; close them before the next statement.
func (tx *Tx) Query(query string, args ...any) (*sqlx.Rows, error) {
	return tx.Tx.QueryxContext(tx.ctx, query, args...)
}

// Exec runs a statement and returns how many rows it touched.
func (tx *Tx) Exec(query string, args ...any) (rows int64, err error) {
	result, err := tx.Tx.ExecContext(tx.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// ErrChanged is the answer of One when no row was in the expected state any more.
var ErrChanged = problem.New(problem.Conflict, "changed_meanwhile",
	"Ha cambiado entretanto; vuelva a cargarlo.", "It has changed in the meantime; load it again.")

// One runs a statement that must touch exactly one row; none is ErrChanged.
func (tx *Tx) One(query string, args ...any) error { return tx.OneOr(ErrChanged, query, args...) }

// OneOr is One with the caller's own error for no row. More than one row is an internal error.
func (tx *Tx) OneOr(otherwise error, query string, args ...any) error {
	rows, err := tx.Exec(query, args...)
	switch {
	case err != nil:
		return err
	case rows == 0:
		return otherwise
	case rows > 1:
		return fmt.Errorf("touching one row: %d rows matched %q", rows, query)
	}
	return nil
}
