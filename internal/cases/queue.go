package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
)

// QueuedTask is an open task with the case it is about.
type QueuedTask struct {
	Task
	Number     string `db:"number"`
	DebtorName string `db:"debtor_name"`
	ClientName string `db:"client_name"`
	Stage      Stage  `db:"stage"`
	// What is under way in the case, if anything is: the last demand and the last proceeding.
	DemandID     *uuid.UUID `db:"demand_id"`
	ProceedingID *uuid.UUID `db:"proceeding_id"`
	LimitationOn day.Date   `db:"limitation_on"` // first last day to sue of the case's debts
}

// OfLimitation says that the task is an alarm about the last day to sue.
func (t QueuedTask) OfLimitation() bool { return slices.Contains(limitationTasks, t.Kind) }

// Queue lists open tasks of cases within the actor's reach, the oldest first; role narrows to one role's work when set.
// after is the id of the last task seen.
func (d *Desk) Queue(ctx context.Context, who evidence.Actor, role string, after uuid.UUID, limit int) (tasks []QueuedTask, err error) {
	if err := access.RequireSome(who, access.To(access.ActList, access.ObjTask)); err != nil {
		return nil, err
	}
	err = d.Log.DB.View(ctx, who.Token, func(tx *dbTx) error {
		tasks = nil
		return tx.Select(&tasks, `select t.client_id, t.id, t.case_id, t.kind, t.due_on, t.role, t.done_on, c.number, c.debtor_name, c.stage, k.name as client_name, f.demand_id, f.proceeding_id, f.limitation_on
			  from tasks t join cases c on c.client_id = t.client_id and c.id = t.case_id join clients k on k.id = t.client_id
			  left join case_facts f on f.client_id = t.client_id and f.case_id = t.case_id
			 where t.done_on is null and t.id > $1 and ($2 = '' or t.role = $2) order by t.id limit $3`, after, role, limit)
	})
	if err != nil {
		return nil, fmt.Errorf("reading the queue: %w", err)
	}
	return tasks, nil
}
