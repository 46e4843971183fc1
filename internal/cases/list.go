package cases

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

type dbTx = postgres.Tx

// Filter narrows the case list. Zero fields do not narrow.
type Filter struct {
	Stage       Stage
	Words       string // debtor's name, tax id, case number, invoice number or external reference
	TaxID       string
	ExternalRef string
	ClientID    uuid.UUID
	Mine        bool      // held by the actor
	Since       time.Time // something was logged on the case at this instant or later
	LastFrom    day.Date  // with LastTo: open cases whose next last day to sue comes between the two, the nearest first
	LastTo      day.Date
	After       string
	Limit       int // 1..200, 50 when zero
}

// Line is one row of the list.
type Line struct {
	Case
	ClientName string   `db:"client_name"`
	TaxID      string   `db:"tax_id"`
	OldestDue  day.Date `db:"oldest_due"`
	LastOn     day.Date `db:"last_on"`    // next last day to sue, when the list is by it
	OpenMinor  int64    `db:"open_minor"` // charges minus payments and waivers that stand in the ledger; interest of the day is not in it
}

// Open is the amount that stands open in the ledger.
func (l Line) Open() money.Amount { return money.Of(l.OpenMinor, l.Currency) }

var errCursor = problem.New(problem.Invalid, "cursor_invalid", "El cursor no es válido.", "The cursor is not valid.")

// List reads a page of the cases within the actor's reach, newest first or by their last day to sue, and the cursor of the next
// page, if any.
func (d *Desk) List(ctx context.Context, who evidence.Actor, f Filter) (lines []Line, next string, err error) {
	if err := access.RequireSome(who, access.To(access.ActList, access.ObjCase)); err != nil {
		return nil, "", err
	}
	limit := f.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	where, args, err := f.where(who)
	if err != nil {
		return nil, "", err
	}
	from, order := `(select c.*, null::date as last_on from cases c) c`, `opened_on desc, id desc`
	if !f.LastTo.IsZero() {
		from, order = fmt.Sprintf(byLastDay, len(args)+1, len(args)+2), `last_on, id`
		args = append(args, f.LastFrom, f.LastTo)
	}
	args = append(args, limit+1)
	err = d.Log.DB.View(ctx, who.Token, func(tx *dbTx) error {
		lines = nil
		return tx.Select(&lines, `with page as materialized (
				select `+columns+`, last_on from `+from+` where `+where+fmt.Sprintf(` order by `+order+` limit $%d)
			select p.*, k.name as client_name, t.tax_id, d.oldest_due, coalesce(l.minor, 0) as open_minor from page p
			  join clients k on k.id = p.client_id
			  join parties t on t.client_id = p.client_id and t.account_id = p.account_id and t.role = 'principal'
			  left join lateral (select min(x.due_on) as oldest_due from debts x where x.client_id = p.client_id and x.case_id = p.id) d on true
			  left join lateral (select least(coalesce(sum(x.minor), 0), 9e18)::bigint as minor from ledger_entries x
			            where x.client_id = p.client_id and x.case_id = p.id and x.borne_by = 'debtor') l on true
			 order by `+order, len(args)), args...)
	})
	if err != nil {
		return nil, "", fmt.Errorf("listing cases: %w", err)
	}
	if len(lines) > limit {
		lines = lines[:limit]
		last := lines[limit-1]
		next = cursorOf(last.OpenedOn, last.ID)
		if !f.LastTo.IsZero() {
			next = cursorOf(last.LastOn, last.ID)
		}
	}
	return lines, next, nil
}

// where writes the conditions; every value is a parameter.
func (f Filter) where(who evidence.Actor) (string, []any, error) {
	var conds []string
	var args []any
	add := func(cond string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			cond = strings.Replace(cond, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		conds = append(conds, cond)
	}
	if f.Stage != "" {
		add("stage = ?", f.Stage)
	}
	if f.Words != "" {
		add("id in (select f.id from app.find_cases(?, 1000) f)", f.Words)
	}
	if f.TaxID != "" {
		add("account_id in (select t.account_id from parties t where t.client_id = c.client_id and t.tax_id = ?)", f.TaxID)
	}
	if f.ExternalRef != "" {
		add("id in (select x.case_id from debts x where x.client_id = c.client_id and x.external_ref = ?)", f.ExternalRef)
	}
	if f.ClientID != uuid.Nil {
		add("client_id = ?", f.ClientID)
	}
	if !f.Since.IsZero() {
		add("id in (select e.subject from ev.events e where e.client_id = c.client_id and e.subject_kind = 'case' and e.at >= ?)", f.Since)
	}
	if f.Mine {
		add("(lawyer_id = ? or paralegal_id = ?)", who.ID, who.ID)
	}
	if f.After != "" {
		on, id, err := readCursor(f.After)
		if err != nil {
			return "", nil, err
		}
		if f.LastTo.IsZero() {
			add("(opened_on, id) < (?, ?)", on, id)
		} else {
			add("(last_on, id) > (?, ?)", on, id)
		}
	}
	if len(conds) == 0 {
		return "true", nil, nil
	}
	return strings.Join(conds, " and "), args, nil
}

// byLastDay are the open cases with a debt that can be sued on until a day of the span, each with the first of those days.
const byLastDay = `(select c.*, n.last_on from (select client_id, case_id, min(limitation_on) as last_on from debts where limitation_on between $%d and $%d group by client_id, case_id) n
	join cases c on c.client_id = n.client_id and c.id = n.case_id and c.stage <> 'closed') c`

func cursorOf(on day.Date, id uuid.UUID) string {
	return base64.RawURLEncoding.EncodeToString([]byte(on.String() + id.String()))
}

func readCursor(s string) (day.Date, uuid.UUID, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != len("2006-01-02")+36 {
		return day.Date{}, uuid.Nil, errCursor
	}
	on, err := day.Parse(string(b[:10]))
	if err != nil {
		return day.Date{}, uuid.Nil, errCursor
	}
	id, err := uuid.Parse(string(b[10:]))
	if err != nil {
		return day.Date{}, uuid.Nil, errCursor
	}
	return on, id, nil
}

var errHolder = problem.New(problem.Invalid, "holder_unfit", "Un expediente lo llevan un abogado y un paralegal en activo del despacho.", "A case is held by an active lawyer and an active paralegal of the firm.")

// mayHold refuses whoever is not an active lawyer or paralegal.
func mayHold(tx *evidence.Tx, lawyer, paralegal *uuid.UUID) error {
	fit := false
	err := tx.Get(&fit, `select ($1::uuid is not null or $2::uuid is not null)
		and ($1::uuid is null or exists (select 1 from users where id = $1 and role = 'lawyer' and disabled_at is null))
		and ($2::uuid is null or exists (select 1 from users where id = $2 and role in ('paralegal', 'supervisor') and disabled_at is null))`, lawyer, paralegal)
	if err == nil && !fit {
		return errHolder
	}
	return err
}

// Assign gives a case to a lawyer and a paralegal of the firm.
func (d *Desk) Assign(ctx context.Context, who evidence.Actor, id uuid.UUID, lawyer, paralegal *uuid.UUID) (*Case, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (*Case, []evidence.Entry, error) {
		c, err := LockOpen(tx, id, access.To(access.ActAssign, access.ObjCase))
		if err != nil {
			return nil, nil, err
		}
		if err := mayHold(tx, lawyer, paralegal); err != nil {
			return nil, nil, err
		}
		err = tx.One(`update cases set lawyer_id = coalesce($3, lawyer_id), paralegal_id = coalesce($4, paralegal_id), version = version + 1 where client_id = $1 and id = $2`, c.ClientID, c.ID, lawyer, paralegal)
		if err != nil {
			return nil, nil, err
		}
		fields := evidence.Fields{}
		if lawyer != nil {
			c.LawyerID, fields["lawyer"] = lawyer, lawyer.String()
		}
		if paralegal != nil {
			c.ParalegalID, fields["paralegal"] = paralegal, paralegal.String()
		}
		return c, []evidence.Entry{c.Entry("case.assigned", fields)}, nil
	})
}
