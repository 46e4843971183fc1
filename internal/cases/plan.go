package cases

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

// Plan is what the strategy decided for a case: plan columns, not evidence.
type Plan struct {
	ClientID, CaseID uuid.UUID
	Strategy         string // id of the plan of collection
	StrategyVersion  int
	NextStep         *string  // nil: nothing to do until a fact changes
	NextOn           day.Date // the day to look at the case again
	Error            string   // why the case could not be planned; it is set aside until a fact changes
}

// LockToPlan is FactsToPlan for a sweep that will save what it decides: it takes the cases first, so that the facts are those
// after every change that has committed, and leaves out the ones that somebody is working on at this moment; they stay due.
func LockToPlan(tx *postgres.Tx, today day.Date, after uuid.UUID, limit int) ([]Facts, error) {
	var ids pq.StringArray
	err := tx.Select(&ids, `select id from cases where id > $2 and (plan_due or next_on <= $1) and stage <> 'closed'
		order by id limit $3 for no key update skip locked`, today, after, limit)
	if err != nil {
		return nil, fmt.Errorf("locking the cases to plan for %s: %w", today, err)
	}
	var all []Facts
	if err := tx.Select(&all, `select `+factColumns+` from case_facts where case_id = any ($1::uuid[]) order by case_id`, ids); err != nil {
		return nil, fmt.Errorf("reading the cases to plan for %s: %w", today, err)
	}
	return all, nil
}

// SavePlans writes the plans of locked cases with one statement; a plan that says what is there already is not written.
func SavePlans(tx *postgres.Tx, plans []Plan) error {
	n := len(plans)
	clients, ids, strategies, versions := make([]string, n), make([]string, n), make([]string, n), make([]int64, n)
	steps, days, errs := make([]*string, n), make([]*string, n), make([]*string, n)
	for i, p := range plans {
		clients[i], ids[i], strategies[i], versions[i], steps[i] = p.ClientID.String(), p.CaseID.String(), p.Strategy, int64(p.StrategyVersion), p.NextStep
		if s := p.NextOn.String(); s != "" {
			days[i] = &s
		}
		if p.Error != "" {
			errs[i] = &p.Error
		}
	}
	_, err := tx.Exec(`update cases c set strategy = x.strategy, strategy_version = x.version, next_step = x.step, next_on = x.next_on, plan_due = false, plan_error = x.error
		  from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::text[], $6::date[], $7::text[]) x(client_id, id, strategy, version, step, next_on, error)
		 where c.client_id = x.client_id and c.id = x.id and c.stage <> 'closed'
		   and (c.plan_due or (c.strategy, c.strategy_version, c.next_step, c.next_on, c.plan_error) is distinct from (x.strategy, x.version, x.step, x.next_on, x.error))`,
		pq.Array(clients), pq.Array(ids), pq.Array(strategies), pq.Array(versions), pq.Array(steps), pq.Array(days), pq.Array(errs))
	if err != nil {
		return fmt.Errorf("saving the plans of %d cases: %w", n, err)
	}
	return nil
}

// StepDone remembers that a step of the plan was taken, so that it is never taken twice.
func StepDone(tx *evidence.Tx, client, id uuid.UUID, step string) error {
	_, err := tx.Exec(`update cases set steps_done = array_append(steps_done, $3), plan_due = true, plan_error = null
		where client_id = $1 and id = $2 and stage <> 'closed' and not $3 = any (steps_done)`, client, id, step)
	if err != nil {
		return fmt.Errorf("marking step %s of case %s as done: %w", step, id, err)
	}
	return nil
}

// LookAgain puts off the next step of a locked case to a day: a contact rule refused it until then.
func LookAgain(tx *evidence.Tx, client, id uuid.UUID, on day.Date) error {
	if err := tx.One(`update cases set next_on = $3, plan_due = false where client_id = $1 and id = $2 and stage <> 'closed'`, client, id, on); err != nil {
		return fmt.Errorf("putting off case %s to %s: %w", id, on, err)
	}
	return nil
}

// SetAside notes why the due step of a case could not be carried out; the case is looked at again on a day.
func SetAside(tx *postgres.Tx, client, id uuid.UUID, why string, on day.Date) error {
	_, err := tx.Exec(`update cases set plan_error = $3, next_on = $4, plan_due = false where client_id = $1 and id = $2 and stage <> 'closed'`, client, id, why, on)
	if err != nil {
		return fmt.Errorf("setting case %s aside: %w", id, err)
	}
	return nil
}

// SetContactPoint changes the status of an address: bad after a bounce, barred when the debtor forbids it. The caller logs it.
func SetContactPoint(tx *evidence.Tx, client, id uuid.UUID, status string) error {
	if err := tx.One(`update contact_points set status = $3 where client_id = $1 and id = $2`, client, id, status); err != nil {
		return fmt.Errorf("setting contact point %s to %s: %w", id, status, err)
	}
	return nil
}

// Task is something a person has to do in a case. One of a kind is open at a time.
type Task struct {
	ClientID uuid.UUID `db:"client_id" json:"client_id"`
	ID       uuid.UUID `db:"id" json:"id"`
	CaseID   uuid.UUID `db:"case_id" json:"case_id"`
	Kind     string    `db:"kind" json:"kind"`
	DueOn    day.Date  `db:"due_on" json:"due_on"`
	Role     string    `db:"role" json:"role"` // whose work it is: lawyer, paralegal …
	DoneOn   day.Date  `db:"done_on" json:"done_on"`
}

// TasksOf reads the open tasks of a case, the most urgent first.
func TasksOf(tx *postgres.Tx, client, caseID uuid.UUID) ([]Task, error) {
	var all []Task
	err := tx.Select(&all, `select client_id, id, case_id, kind, due_on, role, done_on from tasks
		where client_id = $1 and case_id = $2 and done_on is null order by due_on, id`, client, caseID)
	return all, err
}
