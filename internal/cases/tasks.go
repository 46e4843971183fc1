package cases

import (
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/day"
	"recobro/internal/evidence"
)

// OpenTask asks somebody of a role to do a kind of work on the case by a day; one open task of a kind is enough. The caller
// logs why.
func OpenTask(tx *evidence.Tx, client, caseID uuid.UUID, kind, role string, due day.Date) error {
	_, err := tx.Exec(`insert into tasks (client_id, id, case_id, kind, due_on, role) values ($1, $2, $3, $4, $5, $6)
		on conflict (client_id, case_id, kind) where done_on is null do nothing`, client, newID(), caseID, kind, due, role)
	if err != nil {
		return fmt.Errorf("opening the task %s of case %s: %w", kind, caseID, err)
	}
	return nil
}

// CloseTask ends the open task of a kind, if there is one: the action it asked for has been done.
func CloseTask(tx *evidence.Tx, client, caseID uuid.UUID, kind string, on day.Date) error {
	_, err := tx.Exec(`update tasks set done_on = $4 where client_id = $1 and case_id = $2 and kind = $3 and done_on is null`, client, caseID, kind, on)
	if err != nil {
		return fmt.Errorf("closing the task %s of case %s: %w", kind, caseID, err)
	}
	return nil
}
