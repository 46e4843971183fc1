package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Operation is one call that carries an Idempotency-Key. It is claimed before the work and finished in the transaction that
// does the work, so that the same key never does the work twice and always hears the first answer.
type Operation struct {
	Key, Route string
	BodySHA256 [32]byte
	// Encode turns what the action made into the answer that will be sent; ok is false for something it does not answer with.
	Encode func(made any) (status int, answer []byte, ok bool, err error)
	stored bool
}

// Answer is the stored answer of a finished operation.
type Answer struct {
	Status int
	Body   []byte
}

var (
	errOtherBody = problem.New(problem.Invalid, "idempotency_key_reused", "Esa Idempotency-Key ya se usó con otro contenido.", "That Idempotency-Key was used with other content.")
	errRunning   = problem.New(problem.Conflict, "operation_running", "La misma operación sigue en curso; repita en unos segundos.", "The same operation is still running; repeat in a few seconds.")
)

// lease is how long a claimed operation counts as running; after it the key may be claimed again.
const lease = 60 * time.Second

type operationKeyType struct{}

// Claim takes the key for the caller. A finished operation with the same body gives its answer; another body or a running
// operation is refused.
func (l *Log) Claim(ctx context.Context, who Actor, op *Operation) (*Answer, error) {
	var answer *Answer
	err := l.DB.Write(ctx, who.Token, func(tx *postgres.Tx) error {
		answer = nil
		rows, err := tx.Exec(`insert into app.operations (caller, key, route, body_sha256, lease_until) values ($1, $2, $3, $4, clock_timestamp() + $5::interval)
			on conflict (caller, key) do update set lease_until = excluded.lease_until
			where operations.state = 'running' and operations.lease_until < clock_timestamp()
			  and operations.route = excluded.route and operations.body_sha256 = excluded.body_sha256`,
			who.ID, op.Key, op.Route, op.BodySHA256[:], fmt.Sprintf("%d seconds", int(lease.Seconds())))
		if err != nil {
			return fmt.Errorf("claiming the operation: %w", err)
		}
		if rows == 1 {
			return nil
		}
		answer, err = earlier(tx, who, op)
		return err
	})
	return answer, err
}

// earlier reads what became of a key that is already there.
func earlier(tx *postgres.Tx, who Actor, op *Operation) (*Answer, error) {
	var row struct {
		State, Route string
		BodySHA256   []byte `db:"body_sha256"`
		Status       *int
		Answer       []byte
	}
	if err := tx.Get(&row, `select state, route, body_sha256, status, answer from app.operations where caller = $1 and key = $2`, who.ID, op.Key); err != nil {
		return nil, fmt.Errorf("reading the earlier operation: %w", err)
	}
	switch {
	case row.Route != op.Route || !bytes.Equal(row.BodySHA256, op.BodySHA256[:]):
		return nil, errOtherBody
	case row.State != "done":
		return nil, errRunning
	}
	return &Answer{*row.Status, row.Answer}, nil
}

// WithOperation lets Record finish op inside its transaction.
func WithOperation(ctx context.Context, op *Operation) context.Context {
	return context.WithValue(ctx, operationKeyType{}, op)
}

func operationOf(ctx context.Context) *Operation {
	op, _ := ctx.Value(operationKeyType{}).(*Operation)
	return op
}

// operationKey is the hash of the key for the header; the key itself is the caller's.
func operationKey(ctx context.Context) string {
	op := operationOf(ctx)
	if op == nil {
		return "-"
	}
	sum := sha256.Sum256([]byte(op.Key))
	return hex.EncodeToString(sum[:])
}

func finishOperation(ctx context.Context, tx *Tx, made any) error {
	op := operationOf(ctx)
	if op == nil || op.Encode == nil || op.stored {
		return nil
	}
	status, body, ok, err := op.Encode(made)
	if err != nil || !ok {
		return err
	}
	err = tx.One(`update app.operations set state = 'done', status = $3, answer = $4 where caller = $1 and key = $2 and state = 'running'`,
		tx.Actor.ID, op.Key, status, body)
	op.stored = err == nil // an attempt that lost a deadlock here has stored nothing
	return err
}

// Finish stores the answer of a claimed operation that needed no transaction of its own: what it asks for had been done before,
// or is done piece by piece, each recognised by a key of its own.
func (l *Log) Finish(ctx context.Context, who Actor, op *Operation, answer Answer) error {
	return l.DB.Write(ctx, who.Token, func(tx *postgres.Tx) error {
		return tx.One(`update app.operations set state = 'done', status = $3, answer = $4 where caller = $1 and key = $2 and state = 'running'`,
			who.ID, op.Key, answer.Status, answer.Body)
	})
}

// Release ends a claimed operation that changed nothing: a refused call may be repeated with the same key once mended.
func (l *Log) Release(ctx context.Context, who Actor, op *Operation) error {
	return l.DB.Write(ctx, who.Token, func(tx *postgres.Tx) error {
		_, err := tx.Exec(`delete from app.operations where caller = $1 and key = $2 and state = 'running'`, who.ID, op.Key)
		return err
	})
}

// Outcome tells, after a commit of unknown fate, what the operation answered; nil means that it did not happen.
func (l *Log) Outcome(ctx context.Context, who Actor, op *Operation) (*Answer, error) {
	var answer *Answer
	err := l.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		var err error
		if answer, err = earlier(tx, who, op); problem.Of(err) != nil {
			return nil
		}
		return err
	})
	return answer, err
}
