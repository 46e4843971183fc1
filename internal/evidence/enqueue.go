package evidence

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// Enqueuer puts a job into the outbox inside an open transaction. It is River's own client; nil only where no job is ever
// enqueued (tests of the log alone).
type Enqueuer interface {
	InsertTx(ctx context.Context, tx *sql.Tx, args river.JobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error)
}

// Enqueue leaves a job behind when, and only when, the action commits. Job arguments carry ids only.
func (tx *Tx) Enqueue(args river.JobArgs) error {
	if tx.jobs == nil {
		return fmt.Errorf("enqueueing %s: this log has no outbox", args.Kind())
	}
	if _, err := tx.jobs.InsertTx(tx.Context(), tx.Tx.Tx.Tx, args, nil); err != nil {
		return fmt.Errorf("enqueueing %s: %w", args.Kind(), err)
	}
	return nil
}
