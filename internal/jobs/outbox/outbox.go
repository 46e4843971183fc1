// Package outbox puts River's jobs into the open transaction of an action, through database/sql and lib/pq, for which the
// current River has no driver of its own. The rule: a job is there when, and only when, the action that wanted it committed;
// whatever else River may ask of a driver is asked of the workers' own pool.
package outbox

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/lib/pq"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
)

// Schema is where River's tables stand.
const Schema = "river"

// Open makes the client that puts jobs into transactions; it works none. It suppresses a second wake-up of a queue for one
// millisecond only: River's own hundred would let a job wait for the workers' next poll.
func Open(logger *slog.Logger) (*river.Client[*sql.Tx], error) {
	client, err := river.NewClient(driver{}, &river.Config{Schema: Schema, FetchCooldown: river.FetchCooldownMin, Logger: logger})
	if err != nil {
		return nil, fmt.Errorf("opening the outbox: %w", err)
	}
	return client, nil
}

// driver answers what insertion asks. The nil interface inside answers for the rest with a panic: the contract test and the
// pinned version of River hold that insertion asks nothing more.
type driver struct{ riverdriver.Driver[*sql.Tx] }

func (driver) PoolIsSet() bool            { return false }
func (driver) SupportsListener() bool     { return false }
func (driver) SupportsListenNotify() bool { return true }
func (driver) DatabaseName() string       { return riverdriver.DatabaseNamePostgres }

func (driver) UnwrapExecutor(tx *sql.Tx) riverdriver.ExecutorTx { return executor{tx: tx} }

type executor struct {
	riverdriver.ExecutorTx
	tx *sql.Tx
}

// InitDriver has nothing to find out: the server is PostgreSQL 15 or newer.
func (executor) InitDriver(context.Context) error { return nil }

// insertJobs writes all jobs with one statement. A job that is there already under the same unique key comes back as it is:
// the update touches it without changing it, which is also how the answer tells it from a new one (xmax).
const insertJobs = `
insert into river.river_job as j (args, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags, unique_key, unique_states)
select x.args, x.kind, x.max_attempts, x.metadata, x.priority, x.queue, coalesce(x.scheduled_at, now()), x.state::river.river_job_state,
       string_to_array(x.tags, ',')::varchar(255)[], nullif(x.unique_key, ''), nullif(x.unique_states, 0)::bit(8)
  from unnest($1::jsonb[], $2::text[], $3::smallint[], $4::jsonb[], $5::smallint[], $6::text[], $7::timestamptz[], $8::text[], $9::text[],
              $10::bytea[], $11::integer[])
       with ordinality as x(args, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags, unique_key, unique_states, n)
 order by x.n
on conflict (unique_key)
    where unique_key is not null and unique_states is not null and river.river_job_state_in_bitmask(unique_states, state)
    do update set kind = j.kind
returning j.id, j.attempt, j.created_at, j.scheduled_at, j.state, xmax <> 0`

// JobInsertFastMany answers in the order of the jobs given.
func (e executor) JobInsertFastMany(ctx context.Context, params *riverdriver.JobInsertFastManyParams) ([]*riverdriver.JobInsertFastResult, error) {
	rows, err := e.tx.QueryContext(ctx, insertJobs, columnsOf(params.Jobs)...)
	if err != nil {
		return nil, fmt.Errorf("inserting %d jobs: %w", len(params.Jobs), err)
	}
	defer rows.Close()
	var out []*riverdriver.JobInsertFastResult
	for rows.Next() && len(out) < len(params.Jobs) {
		in := params.Jobs[len(out)]
		job := &rivertype.JobRow{EncodedArgs: in.EncodedArgs, Kind: in.Kind, MaxAttempts: in.MaxAttempts, Metadata: in.Metadata,
			Priority: in.Priority, Queue: in.Queue, Tags: in.Tags, UniqueKey: in.UniqueKey}
		result := &riverdriver.JobInsertFastResult{Job: job}
		if err := rows.Scan(&job.ID, &job.Attempt, &job.CreatedAt, &job.ScheduledAt, &job.State, &result.UniqueSkippedAsDuplicate); err != nil {
			return nil, fmt.Errorf("reading an inserted job: %w", err)
		}
		out = append(out, result)
	}
	return out, rows.Err()
}

func columnsOf(jobs []*riverdriver.JobInsertFastParams) []any {
	n := len(jobs)
	args, kinds, attempts, metadata := make([]string, n), make([]string, n), make([]int64, n), make([]string, n)
	priorities, queues, scheduled, states := make([]int64, n), make([]string, n), make([]sql.NullString, n), make([]string, n)
	tags, keys, uniqueStates := make([]string, n), make([][]byte, n), make([]int64, n)
	for i, j := range jobs {
		args[i], kinds[i], attempts[i], metadata[i] = orEmpty(j.EncodedArgs), j.Kind, int64(j.MaxAttempts), orEmpty(j.Metadata)
		priorities[i], queues[i], states[i], tags[i] = int64(j.Priority), j.Queue, string(j.State), strings.Join(j.Tags, ",")
		if j.ScheduledAt != nil {
			scheduled[i] = sql.NullString{String: j.ScheduledAt.UTC().Format(time.RFC3339Nano), Valid: true}
		}
		keys[i], uniqueStates[i] = j.UniqueKey, int64(j.UniqueStates)
	}
	return []any{pq.Array(args), pq.Array(kinds), pq.Array(attempts), pq.Array(metadata), pq.Array(priorities), pq.Array(queues),
		pq.Array(scheduled), pq.Array(states), pq.Array(tags), pq.ByteaArray(keys), pq.Array(uniqueStates)}
}

func orEmpty(object []byte) string {
	if len(object) == 0 {
		return "{}"
	}
	return string(object)
}

// NotifyMany wakes the workers when the transaction commits.
func (e executor) NotifyMany(ctx context.Context, params *riverdriver.NotifyManyParams) error {
	_, err := e.tx.ExecContext(ctx, `select pg_notify($1, p) from unnest($2::text[]) p`, Schema+"."+params.Topic, pq.Array(params.Payload))
	if err != nil {
		return fmt.Errorf("waking the workers: %w", err)
	}
	return nil
}
