package cases

import (
	"context"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/problem"
)

// External is a procurador or correspondent lawyer named in a case: the proceeding and its papers are theirs to see.
type External struct {
	ClientID uuid.UUID `db:"client_id"`
	ID       uuid.UUID `db:"id"`
	CaseID   uuid.UUID `db:"case_id"`
	UserID   uuid.UUID `db:"user_id"`
	Name     string    `db:"name"`
	NamedAt  time.Time `db:"named_at"`
}

var errExternal = problem.New(problem.Invalid, "external_unfit",
	"En un expediente se nombra a un colaborador externo en activo que aún no figure en él.",
	"A case names an active external collaborator who is not in it yet.")

// NameExternal lets an outsider into the proceeding of one case.
func (d *Desk) NameExternal(ctx context.Context, who evidence.Actor, caseID, user uuid.UUID) (External, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (External, []evidence.Entry, error) {
		c, err := Lock(tx, caseID, access.To(access.ActRecord, access.ObjExternal))
		if err != nil {
			return External{}, nil, err
		}
		x := External{ClientID: c.ClientID, ID: newID(), CaseID: c.ID, UserID: user}
		fit := false
		err = tx.Get(&fit, `select exists (select 1 from users where id = $1 and role = 'external' and disabled_at is null)
			and not exists (select 1 from case_externals where client_id = $2 and case_id = $3 and user_id = $1 and removed_at is null)`, user, c.ClientID, c.ID)
		if err != nil {
			return x, nil, err
		}
		if !fit {
			return x, nil, errExternal
		}
		err = tx.Get(&x, `insert into case_externals (client_id, id, case_id, user_id, named_by) values ($1, $2, $3, $4, $5)
			returning named_at, (select name from users where id = $4) as name`, x.ClientID, x.ID, x.CaseID, user, who.ID)
		return x, []evidence.Entry{c.Entry("external.named", evidence.Fields{"external": x.ID.String(), "user": user.String()})}, err
	})
}

// RemoveExternal takes the case away from an outsider, at once.
func (d *Desk) RemoveExternal(ctx context.Context, who evidence.Actor, id uuid.UUID) (External, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (External, []evidence.Entry, error) {
		var x External
		if err := tx.Get(&x, `select `+externalColumns+` where x.id = $1`, id); err != nil {
			return x, nil, err
		}
		c, err := Lock(tx, x.CaseID, access.To(access.ActCancel, access.ObjExternal))
		if err != nil {
			return x, nil, err
		}
		err = tx.One(`update case_externals set removed_by = $3, removed_at = clock_timestamp() where client_id = $1 and id = $2 and removed_at is null`, x.ClientID, x.ID, who.ID)
		return x, []evidence.Entry{c.Entry("external.removed", evidence.Fields{"external": x.ID.String(), "user": x.UserID.String()})}, err
	})
}

const externalColumns = `x.client_id, x.id, x.case_id, x.user_id, u.name, x.named_at from case_externals x join users u on u.id = x.user_id`

// Externals lists who is named in a case now.
func (d *Desk) Externals(ctx context.Context, who evidence.Actor, caseID uuid.UUID) (all []External, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *dbTx) error {
		c, err := Get(tx, who, caseID)
		if err == nil {
			err = access.Require(who, access.To(access.ActList, access.ObjExternal), c.Place(), access.NoState)
		}
		if err != nil {
			return err
		}
		return tx.Select(&all, `select `+externalColumns+` where x.client_id = $1 and x.case_id = $2 and x.removed_at is null order by x.id`, c.ClientID, c.ID)
	})
	return all, err
}
