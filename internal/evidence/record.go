package evidence

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/riverqueue/river"

	"recobro/internal/day"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Log is the evidence log of one installation and the door to every change of state.
type Log struct {
	DB     *postgres.DB
	Now    func() time.Time       // business time: the clock, or the demo's simulated calendar
	Policy string                 // SHA-256 of the access policy, hex: stands in every header
	Build  string                 // which build wrote the entry
	Jobs   *river.Client[*sql.Tx] // the outbox; nil only where no job is ever enqueued (tests of the log alone)
}

// Tx is the transaction of one action: the database's, plus who acts and when.
type Tx struct {
	*postgres.Tx
	Actor Actor
	Now   time.Time
	jobs  *river.Client[*sql.Tx]
	log   *Log
}

// Today is the business day in the zone of a jurisdiction.
func (tx *Tx) Today(zone *time.Location) day.Date { return day.In(tx.Now, zone) }

// Record runs an action and appends its entries, all or nothing. The action returns what it made and one entry or more for
// every case it touched; an action without an entry is a programming error and changes nothing. fn may run again after a
// deadlock, so it has no effect outside the transaction. When the call carries an Operation, its answer is stored with it.
func Record[T any](ctx context.Context, l *Log, who Actor, fn func(*Tx) (T, []Entry, error)) (T, error) {
	var made T
	err := l.DB.Write(ctx, who.Token, func(ptx *postgres.Tx) error {
		tx := &Tx{Tx: ptx, Actor: who, Now: l.Now(), jobs: l.Jobs, log: l}
		var entries []Entry
		var err error
		if made, entries, err = fn(tx); err != nil {
			return err
		}
		if len(entries) == 0 {
			return fmt.Errorf("recording %T: the action returned no entry", made)
		}
		if _, err := l.append(ctx, tx, entries); err != nil {
			return err
		}
		return finishOperation(ctx, tx, made)
	})
	return made, err
}

// errOccurred answers a fact that is said to have happened when it cannot have.
var errOccurred = problem.New(problem.Invalid, "occurred_impossible", "Ese momento no puede ser: aún no ha llegado o es anterior a 1900.", "That moment cannot be: it has not come yet or is before 1900.")

// append hands the entries to the database function that builds headers and chains.
func (l *Log) append(ctx context.Context, tx *Tx, entries []Entry) (appended []Appended, err error) {
	n := len(entries)
	kinds, subjects, clients := make([]string, n), make([]string, n), make([]*string, n)
	types, templates, classes := make([]string, n), make([]string, n), make([]string, n)
	occurred := make([]time.Time, n)
	bodies, openings := make([][]byte, n), make([][]byte, n)
	for i, e := range entries {
		body, opened, err := e.encode()
		if err != nil {
			return nil, err
		}
		kinds[i], subjects[i], types[i] = e.Subject.Kind, e.Subject.ID.String(), e.Kind
		if !e.Occurred.IsZero() && (e.Occurred.After(tx.Now) || e.Occurred.Year() < 1900) {
			return nil, errOccurred
		}
		if e.Subject.Client != uuid.Nil {
			id := e.Subject.Client.String()
			clients[i] = &id
		}
		occurred[i] = cmp.Or(e.Occurred, tx.Now).UTC()
		templates[i], classes[i] = cmp.Or(e.Template, "-"), string(cmp.Or(e.Class, Open))
		bodies[i], openings[i] = body, opened
	}
	err = tx.Select(&appended, `select subject, seq, leaf from ev.append_many($1, $2::uuid[], $3::uuid[], $4, $5::timestamptz[], $6, $7, $8, $9, $10, $11, $12, $13)`,
		pq.Array(kinds), pq.Array(subjects), pq.Array(clients), pq.Array(types), pq.Array(instants(occurred)), pq.Array(templates),
		pq.ByteaArray(bodies), pq.Array(classes), pq.ByteaArray(openings), requestID(ctx), operationKey(ctx), cmp.Or(l.Build, "dev"), cmp.Or(l.Policy, "-"))
	if err != nil {
		return nil, fmt.Errorf("appending %d entries (%s …): %w", n, entries[0].Kind, err)
	}
	return appended, nil
}

func instants(times []time.Time) []string {
	out := make([]string, len(times))
	for i, t := range times {
		out[i] = t.Format("2006-01-02 15:04:05.000000Z07:00")
	}
	return out
}

type requestKey struct{}

// WithRequest names the request, so that its log lines and entries can be found together.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

func requestID(ctx context.Context) string {
	if id, ok := ctx.Value(requestKey{}).(string); ok && id != "" {
		return id
	}
	return "-"
}
