package evidence

import (
	"fmt"

	"github.com/riverqueue/river"
)

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
