package court

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
)

// calendarOf is the pack by which terms of a proceeding are counted: the rules it runs under with the newest calendar of the place
// where its court sits. Terms stay as they were when it began; a holiday is one for everybody from the day it is known.
func (d *Desk) calendarOf(pack *law.Pack, p *Proceeding) (*law.Pack, error) {
	newest, err := d.Law.Pack(p.Jurisdiction)
	if err != nil {
		return nil, err
	}
	return pack.WithCalendarOf(newest).For(law.Place{Region: p.Region, Town: p.Town}), nil
}

// seat notes another court or another place of it; what is empty stays as it was.
func (w *work) seat(court string, place law.Place) error {
	if court != "" {
		w.proceeding.Court = court
	}
	if place == (law.Place{}) {
		return nil
	}
	w.proceeding.Region, w.proceeding.Town = place.Region, place.Town
	return w.pack.Knows(place)
}

const (
	perBatch  = 500 // cases looked at in one transaction
	rollsUpTo = 31  // days after the last day that a change of the calendar can still reach: the roll and the grace
)

var errSame = errors.New("no deadline of the batch changes")

// RecomputeDeadlines replaces the open deadlines that a holiday added or taken away changes: those of proceedings before courts of the
// region and town (empty: all of the jurisdiction) whose stretch covers the day. The old deadline stays, replaced by the new, and
// every case tells why ("deadline.replaced"). It answers how many changed, and may run again: what is computed anew does not change
// twice. A deadline that cannot be computed does not stop the others; the error names it. Only the firm's own work calls it (a
// job), after the library knows the change.
func (d *Desk) RecomputeDeadlines(ctx context.Context, who evidence.Actor, jurisdiction string, place law.Place, on day.Date, reason string) (int, error) {
	if !who.IsJob() {
		return 0, access.Denied
	}
	pack, err := d.Law.Pack(jurisdiction)
	if err != nil {
		return 0, err
	}
	if err := pack.Knows(place); err != nil {
		return 0, err
	}
	changed, failed := 0, error(nil)
	for after := uuid.Nil; ; {
		b := batch{touch: touch{jurisdiction, place, on, after}, reason: reason}
		n, err := d.recompute(ctx, who, &b)
		changed, failed = changed+n, errors.Join(failed, b.failed)
		if err != nil || b.last == uuid.Nil {
			return changed, errors.Join(failed, err)
		}
		after = b.last
	}
}

// touch is which deadlines a changed day can reach, in the cases after one of them.
type touch struct {
	jurisdiction string
	place        law.Place
	on           day.Date
	after        uuid.UUID
}

// touched is an open deadline with what its count depends on.
type touched struct {
	Deadline
	Jurisdiction string `db:"jurisdiction"`
	Region       string `db:"region"`
	Town         string `db:"town"`
	PackVersion  string `db:"pack_version"`
}

// batch is one transaction of a recomputation: what it looks at, the last case it saw (none at the end), what it replaces.
type batch struct {
	touch
	reason     string
	last       uuid.UUID
	failed     error
	olds, news []Deadline
	entries    []evidence.Entry
}

func (d *Desk) recompute(ctx context.Context, who evidence.Actor, b *batch) (int, error) {
	n, err := evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (int, []evidence.Entry, error) {
		*b = batch{touch: b.touch, reason: b.reason} // it may be a second try
		all, err := b.read(tx.Tx)
		if err != nil {
			return 0, nil, err
		}
		for _, old := range all {
			d.again(b, old)
		}
		if len(b.news) == 0 {
			return 0, nil, errSame
		}
		return len(b.news), b.entries, replaceAll(tx, b.olds, b.news)
	})
	if errors.Is(err, errSame) {
		return 0, nil
	}
	return n, err
}

// again computes a deadline anew from its own trigger and notes it when it changed.
func (d *Desk) again(b *batch, old touched) {
	l, err := d.anew(old)
	if err != nil {
		b.failed = errors.Join(b.failed, fmt.Errorf("computing deadline %s again: %w", old.ID, err))
		return
	}
	if l.DueOn == old.DueOn && l.RawOn == old.RawOn && sameInstant(l.GraceAt, old.GraceAt) {
		return
	}
	b.olds, b.news = append(b.olds, old.Deadline), append(b.news, l)
	b.entries = append(b.entries, evidence.Entry{Subject: evidence.CaseOf(l.ClientID, l.CaseID), Kind: "deadline.replaced", Fields: l.replacing(old.Deadline, b.reason)})
}

func (d *Desk) anew(old touched) (Deadline, error) {
	p := Proceeding{Jurisdiction: old.Jurisdiction, Region: old.Region, Town: old.Town, PackVersion: old.PackVersion}
	pack, err := d.packOf(p)
	if err != nil {
		return Deadline{}, err
	}
	if pack, err = d.calendarOf(pack, &p); err != nil {
		return Deadline{}, err
	}
	term, err := pack.Term(old.Rule, old.TriggerOn)
	if err != nil {
		return Deadline{}, err
	}
	l, err := explained(&cases.Case{ClientID: old.ClientID, ID: old.CaseID}, *old.ProceedingID, uuid.Nil, term, old.Whose)
	l.ActID = old.ActID
	return l, err
}

// replacing are the facts of a deadline that takes the place of another.
func (l Deadline) replacing(old Deadline, reason string) evidence.Fields {
	fields := l.facts()
	fields["replaces"], fields["was_due_on"], fields["reason"] = old.ID.String(), old.DueOn.String(), reason
	return fields
}

func sameInstant(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}

// read locks the next open cases with a deadline that the day can reach, in the order of ids as everybody does, and reads those
// deadlines.
func (b *batch) read(tx *postgres.Tx) ([]touched, error) {
	const reached = `from deadlines l join proceedings p on p.client_id = l.client_id and p.id = l.proceeding_id
		 where l.met_on is null and l.replaced_by is null and p.jurisdiction = $1 and ($2 = '' or p.region = $2) and ($3 = '' or lower(p.town) = lower($3))
		   and l.trigger_on < $4::date and l.due_on + $5::int >= $4::date`
	t := b.touch
	var ids pq.StringArray
	err := tx.Select(&ids, `select c.id from cases c where c.id > $6 and c.stage <> 'closed'
		   and (c.client_id, c.id) in (select l.client_id, l.case_id `+reached+`) order by c.id limit $7 for no key update of c`,
		t.jurisdiction, t.place.Region, t.place.Town, t.on, rollsUpTo, t.after, perBatch)
	if err != nil {
		return nil, fmt.Errorf("locking the cases that %s touches: %w", t.on, err)
	}
	if len(ids) == perBatch {
		b.last = uuid.MustParse(ids[perBatch-1])
	}
	var all []touched
	err = tx.Select(&all, `select d.*, p.jurisdiction, p.region, p.town, p.pack_version from (select `+deadlineColumns+` from deadlines) d
		  join proceedings p on p.client_id = d.client_id and p.id = d.proceeding_id
		 where d.case_id = any ($6::uuid[]) and d.id in (select l.id `+reached+`) order by d.case_id, d.id`,
		t.jurisdiction, t.place.Region, t.place.Town, t.on, rollsUpTo, ids)
	if err != nil {
		return nil, fmt.Errorf("reading the deadlines that %s touches: %w", t.on, err)
	}
	return all, nil
}

// replaceAll writes the new deadlines and closes the old ones, each with one statement.
func replaceAll(tx *evidence.Tx, olds, news []Deadline) error {
	if err := insertDeadlines(tx, news...); err != nil {
		return err
	}
	clients, ids, by := make([]string, len(olds)), make([]string, len(olds)), make([]string, len(olds))
	for i, old := range olds {
		clients[i], ids[i], by[i] = old.ClientID.String(), old.ID.String(), news[i].ID.String()
	}
	_, err := tx.Exec(`update deadlines d set replaced_by = x.by from unnest($1::uuid[], $2::uuid[], $3::uuid[]) x(client_id, id, by)
		where d.client_id = x.client_id and d.id = x.id and d.met_on is null and d.replaced_by is null`, pq.Array(clients), pq.Array(ids), pq.Array(by))
	if err != nil {
		return fmt.Errorf("replacing %d deadlines: %w", len(olds), err)
	}
	return nil
}
