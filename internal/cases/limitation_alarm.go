package cases

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
)

// limitationTasks are the alarms from the farthest to the nearest; a pack with fewer of them has the nearest.
var limitationTasks = []string{"limitation_first", "limitation_second", "limitation_last"}

// bands are the stretches of days before the last one, one a row: a case stands in one of them or in none.
type bands struct {
	jurisdictions, kinds []string
	within, beyond       []int64 // beyond < days left <= within
	farthest             int64
}

// alarmBands reads the days of alarm of every pack in which a case can be opened.
func (d *Desk) alarmBands() (b bands, err error) {
	for _, code := range d.Law.Codes() {
		pack, err := d.Law.Pack(code)
		if err != nil {
			continue // limited to another area: no case stands under it
		}
		days, err := pack.LimitationAlarmDays()
		if err != nil {
			return b, fmt.Errorf("reading the days of alarm of %s: %w", code, err)
		}
		for i, n := range days {
			beyond := -1
			if i+1 < len(days) {
				beyond = days[i+1]
			}
			b.jurisdictions, b.kinds = append(b.jurisdictions, code), append(b.kinds, limitationTasks[len(limitationTasks)-len(days)+i])
			b.within, b.beyond = append(b.within, int64(n)), append(b.beyond, int64(beyond))
			b.farthest = max(b.farthest, int64(n))
		}
	}
	return b, nil
}

// near are the cases whose next last day comes within some alarm, with the band they stand in.
const near = `with bands as (
		select * from unnest($1::text[], $2::text[], $3::int[], $4::int[]) b(jurisdiction, kind, within, beyond)
	), near as materialized (
		select client_id, case_id, min(limitation_on) as last_on from debts where limitation_on between $5::date and $5::date + $6::int group by client_id, case_id
	)`

// LimitationAlarms opens one task for the lawyer in each open case that has come within an alarm, at most limit of them, and
// answers how many. A case is told of once in each band, however often this runs; a last day that has moved may ring again.
func (d *Desk) LimitationAlarms(ctx context.Context, who evidence.Actor, today day.Date, limit int) (int, error) {
	b, err := d.alarmBands()
	if err != nil {
		return 0, err
	}
	type alarm struct {
		ClientID uuid.UUID `db:"client_id"`
		CaseID   uuid.UUID `db:"case_id"`
		Kind     string    `db:"kind"`
		Within   int       `db:"within"`
		LastOn   day.Date  `db:"last_on"`
	}
	made, err := evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (int, []evidence.Entry, error) {
		var due []alarm
		err := tx.Select(&due, near+` select c.client_id, c.id as case_id, b.kind, b.within, n.last_on
			  from near n join cases c on c.client_id = n.client_id and c.id = n.case_id and c.stage <> 'closed'
			  join bands b on b.jurisdiction = c.jurisdiction and n.last_on - $5::date > b.beyond and n.last_on - $5::date <= b.within
			 where not exists (select 1 from tasks t where t.client_id = c.client_id and t.case_id = c.id and t.kind = b.kind and (t.done_on is null or t.due_on >= n.last_on - b.within))
			 order by c.id limit $7 for no key update of c skip locked`,
			pq.Array(b.jurisdictions), pq.Array(b.kinds), pq.Array(b.within), pq.Array(b.beyond), today, b.farthest, limit)
		if err != nil {
			return 0, nil, fmt.Errorf("finding the cases that are near their last day: %w", err)
		}
		if len(due) == 0 {
			return 0, nil, errNoAlarm
		}
		ids, clients, caseIDs, kinds := make([]string, len(due)), make([]string, len(due)), make([]string, len(due)), make([]string, len(due))
		entries := make([]evidence.Entry, len(due))
		for i, a := range due {
			ids[i], clients[i], caseIDs[i], kinds[i] = newID().String(), a.ClientID.String(), a.CaseID.String(), a.Kind
			entries[i] = evidence.Entry{Subject: evidence.CaseOf(a.ClientID, a.CaseID), Kind: "limitation.alarm", Class: evidence.Internal,
				Fields: evidence.Fields{"limitation_on": a.LastOn.String(), "days": strconv.Itoa(a.Within), "task": a.Kind}}
		}
		_, err = tx.Exec(`insert into tasks (client_id, id, case_id, kind, due_on, role)
			select x.client_id, x.id, x.case_id, x.kind, $5, $6 from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) x(client_id, id, case_id, kind)
			on conflict (client_id, case_id, kind) where done_on is null do nothing`,
			pq.Array(clients), pq.Array(ids), pq.Array(caseIDs), pq.Array(kinds), today, access.Lawyer)
		if err != nil {
			return 0, nil, fmt.Errorf("opening %d alarms: %w", len(due), err)
		}
		return len(due), entries, nil
	})
	if errors.Is(err, errNoAlarm) {
		return 0, nil
	}
	return made, err
}

var errNoAlarm = errors.New("no case has come near its last day")

// EndLimitationAlarms closes the alarms of cases that no longer stand in their band: the day has moved or passed, or a nearer alarm rings.
func (d *Desk) EndLimitationAlarms(ctx context.Context, who evidence.Actor, today day.Date) error {
	b, err := d.alarmBands()
	if err != nil {
		return err
	}
	return d.Log.DB.Write(ctx, who.Token, func(tx *dbTx) error {
		_, err := tx.Exec(near+` update tasks t set done_on = $5 where t.done_on is null and t.kind = any ($7::text[]) and not exists (
				select 1 from near n join cases c on c.client_id = n.client_id and c.id = n.case_id
				  join bands b on b.jurisdiction = c.jurisdiction and n.last_on - $5::date > b.beyond and n.last_on - $5::date <= b.within
				 where n.client_id = t.client_id and n.case_id = t.case_id and b.kind = t.kind)`,
			pq.Array(b.jurisdictions), pq.Array(b.kinds), pq.Array(b.within), pq.Array(b.beyond), today, b.farthest, pq.Array(limitationTasks))
		if err != nil {
			return fmt.Errorf("ending alarms of limitation: %w", err)
		}
		return nil
	})
}
