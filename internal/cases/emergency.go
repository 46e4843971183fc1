package cases

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/problem"
)

// Emergency is one case opened to read, for a written reason and at most a day, by somebody whose relation is not enough.
type Emergency struct {
	ClientID uuid.UUID  `db:"client_id"`
	ID       uuid.UUID  `db:"id"`
	CaseID   uuid.UUID  `db:"case_id"`
	Number   string     `db:"number"`
	UserID   uuid.UUID  `db:"user_id"`
	UserName string     `db:"user_name"`
	Reason   string     `db:"reason"`
	OpenedAt time.Time  `db:"opened_at"`
	UntilAt  time.Time  `db:"until_at"`
	ClosedAt *time.Time `db:"closed_at"`
}

var errEmergency = problem.New(problem.Invalid, "emergency_unfit",
	"Una apertura de emergencia necesita un motivo de al menos diez letras y dura entre una y veinticuatro horas.",
	"An emergency needs a reason of ten letters at least and lasts between one and twenty-four hours.")

// OpenEmergency opens a case by its number for some hours, to read. The officer for data protection and the case's lawyer find a
// task the same moment; the reason stands in the case's chain. An ethical wall is not opened: such a case does not exist.
func (d *Desk) OpenEmergency(ctx context.Context, who evidence.Actor, number, reason string, hours int) (Emergency, error) {
	if err := access.Require(who, access.To(access.ActRecord, access.ObjEmergency), access.Place{}, access.NoState); err != nil {
		return Emergency{}, err
	}
	if len([]rune(strings.TrimSpace(reason))) < 10 || hours < 1 || hours > 24 {
		return Emergency{}, errEmergency
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Emergency, []evidence.Entry, error) {
		e := Emergency{ID: newID(), UserID: who.ID, UserName: who.Name, Reason: reason}
		if err := tx.Get(&e, `select client_id, id as case_id from app.case_numbered($1)`, number); err != nil {
			return e, nil, err
		}
		err := tx.Get(&e, `insert into emergencies (client_id, id, case_id, user_id, reason, until_at)
			values ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(hours => $6)) returning opened_at, until_at`, e.ClientID, e.ID, e.CaseID, who.ID, reason, hours)
		if err != nil {
			return e, nil, err
		}
		c, err := lock(tx, e.CaseID) // within reach from this statement on
		if err != nil {
			return e, nil, err
		}
		e.Number = c.Number
		entry := c.Entry("emergency.opened", evidence.Fields{"emergency": e.ID.String(), "reason": reason, "until": e.UntilAt.UTC().Format(time.RFC3339)})
		entry.Class = evidence.Internal
		return e, []evidence.Entry{entry}, d.tellOfEmergency(tx, c)
	})
}

// tellOfEmergency puts it on the desks of who watches: the officer and the lawyers.
func (d *Desk) tellOfEmergency(tx *evidence.Tx, c *Case) error {
	today, err := d.today(tx, c)
	if err != nil {
		return err
	}
	if err := OpenTask(tx, c.ClientID, c.ID, "emergency_opened_dpo", "dpo", today); err != nil {
		return err
	}
	return OpenTask(tx, c.ClientID, c.ID, "emergency_opened", "lawyer", today)
}

// CloseEmergency ends it before its time: who opened it, or the officer.
func (d *Desk) CloseEmergency(ctx context.Context, who evidence.Actor, id uuid.UUID) (Emergency, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Emergency, []evidence.Entry, error) {
		var e Emergency
		if err := tx.Get(&e, `select `+emergencyColumns+` where e.id = $1`, id); err != nil {
			return e, nil, err
		}
		if e.UserID != who.ID {
			if err := access.Require(who, access.To(access.ActCancel, access.ObjEmergency), access.Place{}, access.NoState); err != nil {
				return e, nil, err
			}
		}
		entry := evidence.Entry{Subject: evidence.CaseOf(e.ClientID, e.CaseID), Kind: "emergency.closed", Class: evidence.Internal,
			Fields: evidence.Fields{"emergency": e.ID.String()}}
		if _, err := lock(tx, e.CaseID); err != nil {
			return e, nil, err
		}
		return e, []evidence.Entry{entry}, tx.One(`update emergencies set closed_at = clock_timestamp() where client_id = $1 and id = $2 and closed_at is null`, e.ClientID, e.ID)
	})
}

const emergencyColumns = `e.client_id, e.id, e.case_id, coalesce(c.number, '') as number, e.user_id, u.name as user_name, e.reason, e.opened_at, e.until_at, e.closed_at
	from emergencies e left join cases c on c.client_id = e.client_id and c.id = e.case_id join users u on u.id = e.user_id`

// Emergencies lists the newest ones that the actor may know of.
func (d *Desk) Emergencies(ctx context.Context, who evidence.Actor) (all []Emergency, err error) {
	if err := access.RequireSome(who, access.To(access.ActList, access.ObjEmergency)); err != nil {
		return nil, err
	}
	err = d.Log.DB.View(ctx, who.Token, func(tx *dbTx) error {
		return tx.Select(&all, `select `+emergencyColumns+` order by e.opened_at desc, e.id desc limit 200`)
	})
	return all, err
}
