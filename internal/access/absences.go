package access

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Absence is a time in which a delegate stands as assigned in the cases of a colleague of the same role. It ends by itself.
type Absence struct {
	ID         uuid.UUID  `db:"id"`
	AbsentID   uuid.UUID  `db:"absent_id"`
	Absent     string     `db:"absent"`
	DelegateID uuid.UUID  `db:"delegate_id"`
	Delegate   string     `db:"delegate"`
	From       time.Time  `db:"from_at"`
	Until      time.Time  `db:"until_at"` // the first instant after it
	EndedAt    *time.Time `db:"ended_at"`
}

var errAbsence = problem.New(problem.Invalid, "absence_unfit",
	"Delegue en otra persona activa de la misma función, desde un día hasta otro posterior y por un año como mucho.",
	"Delegate to another active person of the same role, from one day to a later one and for a year at most.")

// Delegate lets a colleague hold somebody's cases while they are absent. Nobody's role grows by it: the role is the same, and when
// one of the two changes role or leaves, the delegation no longer acts.
func Delegate(ctx context.Context, log *evidence.Log, who evidence.Actor, a Absence) (Absence, error) {
	if err := Require(who, To(ActRecord, ObjAbsence), Place{Person: a.AbsentID}, NoState); err != nil {
		return a, err
	}
	return evidence.Record(ctx, log, who, func(tx *evidence.Tx) (Absence, []evidence.Entry, error) {
		id, err := uuid.NewV7()
		if err != nil {
			return a, nil, fmt.Errorf("numbering an absence: %w", err)
		}
		a.ID = id
		fit := false
		err = tx.Get(&fit, `select exists (select 1 from users a join users d on d.role = a.role and d.id <> a.id and d.disabled_at is null
			where a.id = $1 and d.id = $2 and a.disabled_at is null and a.role in ('lawyer', 'paralegal', 'supervisor')) and $4::timestamptz > $3::timestamptz
			and $4::timestamptz > clock_timestamp() and $4::timestamptz <= $3::timestamptz + interval '1 year'`, a.AbsentID, a.DelegateID, a.From, a.Until)
		if err != nil {
			return a, nil, err
		}
		if !fit {
			return a, nil, errAbsence
		}
		_, err = tx.Exec(`insert into delegations (id, absent_id, delegate_id, from_at, until_at, made_by) values ($1, $2, $3, $4, $5, $6)`,
			a.ID, a.AbsentID, a.DelegateID, a.From, a.Until, who.ID)
		return a, []evidence.Entry{a.entry("absence.delegated")}, err
	})
}

// EndAbsence ends a delegation before its time; one that is over is a conflict.
func EndAbsence(ctx context.Context, log *evidence.Log, who evidence.Actor, id uuid.UUID) (Absence, error) {
	return evidence.Record(ctx, log, who, func(tx *evidence.Tx) (Absence, []evidence.Entry, error) {
		var a Absence
		if err := tx.Get(&a, `select `+absenceColumns+` where d.id = $1`, id); err != nil {
			return a, nil, err
		}
		if err := Require(who, To(ActCancel, ObjAbsence), Place{Person: a.AbsentID}, NoState); err != nil {
			return a, nil, err
		}
		err := tx.One(`update delegations set ended_by = $2, ended_at = clock_timestamp() where id = $1 and ended_at is null`, id, who.ID)
		return a, []evidence.Entry{a.entry("absence.ended")}, err
	})
}

const absenceColumns = `d.id, d.absent_id, a.name as absent, d.delegate_id, e.name as delegate, d.from_at, d.until_at, d.ended_at
	from delegations d join users a on a.id = d.absent_id join users e on e.id = d.delegate_id`

// Absences lists the newest delegations.
func Absences(ctx context.Context, log *evidence.Log, who evidence.Actor) (all []Absence, err error) {
	if err := Require(who, To(ActList, ObjAbsence), Place{}, NoState); err != nil {
		return nil, err
	}
	err = log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		return tx.Select(&all, `select `+absenceColumns+` order by d.until_at desc, d.id desc limit 200`)
	})
	return all, err
}

func (a Absence) entry(kind string) evidence.Entry {
	return evidence.Entry{Subject: evidence.Firm, Kind: kind, Class: evidence.Internal, Fields: evidence.Fields{"absence": a.ID.String(),
		"absent": a.AbsentID.String(), "delegate": a.DelegateID.String(), "from": a.From.UTC().Format(time.RFC3339), "until": a.Until.UTC().Format(time.RFC3339)}}
}
