package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// row is a line as it is stored and inserted.
type row struct {
	ID          uuid.UUID      `json:"id" db:"id"`
	CaseID      uuid.UUID      `json:"case_id" db:"case_id"`
	DebtID      uuid.UUID      `json:"debt_id" db:"debt_id"`
	Component   Component      `json:"component" db:"component"`
	Kind        Kind           `json:"kind" db:"kind"`
	Minor       int64          `json:"minor" db:"minor"`
	Currency    money.Currency `json:"currency" db:"currency"`
	EffectiveOn day.Date       `json:"effective_on" db:"effective_on"`
	RecordedAt  time.Time      `json:"recorded_at,omitzero" db:"recorded_at"` // zero in new lines of a bulk: the statement's own clock
	PaymentID   *uuid.UUID     `json:"payment_id" db:"payment_id"`
	Reverses    *uuid.UUID     `json:"reverses" db:"reverses"`
	Basis       string         `json:"basis" db:"basis"`
	Wish        *Wish          `json:"wish" db:"wish"`
}

const (
	claimColumns = `d.case_id, c.number as case_number, c.jurisdiction, d.id, d.kind, d.number, d.issued_on, d.due_on, d.currency, d.regime, d.agreed_rate_pct`
	lineColumns  = `id, case_id, debt_id, component, kind, minor, currency, effective_on, recorded_at, payment_id, reverses, basis, wish`
)

// load reads the debts of cases with all their lines, the oldest due first. Every case must be in reach.
func (b *Book) load(tx *postgres.Tx, client uuid.UUID, caseIDs []uuid.UUID, lock string) ([]*claim, error) {
	var claims []*claim
	// A list is planned anew every time, since its length matters; one case, the common question, keeps its plan.
	of, ids := `any ($2::uuid[])`, any(pq.Array(asText(caseIDs)))
	if len(caseIDs) == 1 {
		of, ids = `$2`, caseIDs[0]
	}
	err := tx.Select(&claims, `select `+claimColumns+` from debts d join cases c on c.client_id = d.client_id and c.id = d.case_id
		where d.client_id = $1 and d.case_id = `+of+` and c.id = `+of+` order by d.case_id, d.due_on, d.id `+lock, client, ids)
	if err != nil {
		return nil, fmt.Errorf("reading the debts of %d cases of client %s: %w", len(caseIDs), client, err)
	}
	var rows []row
	err = tx.Select(&rows, `select `+lineColumns+` from ledger_entries where client_id = $1 and case_id = `+of+`
		order by effective_on, recorded_at, id`, client, ids)
	if err != nil {
		return nil, fmt.Errorf("reading the ledger of %d cases of client %s: %w", len(caseIDs), client, err)
	}
	found, byDebt := map[uuid.UUID]bool{}, map[uuid.UUID]*claim{}
	for _, c := range claims {
		if c.pack, err = b.Law.Pack(c.Jurisdiction); err != nil {
			return nil, err
		}
		found[c.CaseID], byDebt[c.DebtID] = true, c
	}
	var charged int64
	for _, r := range rows {
		l := r.line()
		byDebt[r.DebtID].lines = append(byDebt[r.DebtID].lines, l)
		if l.Kind == Charge {
			charged += l.Amount.Minor
		}
		if charged > mostCharged {
			return nil, errHuge
		}
	}
	for _, id := range caseIDs {
		if !found[id] {
			return nil, fmt.Errorf("reading the ledger of case %s: %w", id, problem.Missing)
		}
	}
	slices.SortStableFunc(claims, func(a, b *claim) int { return a.DueOn.DaysSince(b.DueOn) })
	return claims, nil
}

// open reads the claims of cases for a change and holds the cases, should the caller have read them without their locks.
func (b *Book) open(tx *evidence.Tx, cs []*cases.Case) (*file, error) {
	if len(cs) == 0 {
		return nil, problem.Missing
	}
	ids := make([]uuid.UUID, len(cs))
	for i, c := range cs {
		ids[i] = c.ID
		if c.ClientID != cs[0].ClientID || c.Currency != cs[0].Currency {
			return nil, errMixed
		}
	}
	claims, err := b.load(tx.Tx, cs[0].ClientID, ids, `for no key update of c`)
	if err != nil {
		return nil, err
	}
	f := &file{client: cs[0].ClientID, currency: cs[0].Currency, cases: cs, claims: claims}
	return f, recordedNow(tx, f, ids)
}

// recordedNow reads the action's clock once the locks are held, and never before the newest line of the cases: what was known at an
// instant does not change afterwards.
func recordedNow(tx *evidence.Tx, f *file, caseIDs []uuid.UUID) error {
	err := tx.Get(&f.now, `select greatest($3::timestamptz + (clock_timestamp() - now()), max(recorded_at) + interval '1 microsecond')
		from ledger_entries where client_id = $1 and case_id = any ($2::uuid[])`, f.client, pq.Array(asText(caseIDs)), tx.Now)
	if err != nil {
		return fmt.Errorf("reading the ledger's clock of client %s: %w", f.client, err)
	}
	return nil
}

// mostCharged keeps every sum and every interest of three centuries at a hundred per cent within an int64: minor units.
const mostCharged = 10_000_000_000_000_000

var errHuge = problem.New(problem.Invalid, "claim_too_large", "Lo reclamado en conjunto excede lo que Recobro calcula.", "What is claimed in all exceeds what Recobro computes.")

var errMixed = problem.New(problem.Invalid, "currency_mixed",
	"Los expedientes no son del mismo cliente y de la misma moneda.", "The cases are not of one client and one currency.")

func (r row) line() Line {
	return Line{ID: r.ID, CaseID: r.CaseID, DebtID: r.DebtID, Component: r.Component, Kind: r.Kind, Amount: money.Of(r.Minor, r.Currency),
		EffectiveOn: r.EffectiveOn, RecordedAt: r.RecordedAt, PaymentID: r.PaymentID, Reverses: r.Reverses, Basis: r.Basis, wish: r.Wish}
}

// Scan reads a stored wish.
func (w *Wish) Scan(stored any) error {
	text, ok := stored.([]byte)
	if !ok {
		return fmt.Errorf("reading the wish of a payment from %T", stored)
	}
	return json.Unmarshal(text, w)
}

// insert appends lines with one statement.
func insert(tx *evidence.Tx, client uuid.UUID, lines []Line) error {
	if len(lines) == 0 {
		return nil
	}
	rows := make([]row, len(lines))
	for i, l := range lines {
		rows[i] = row{ID: l.ID, CaseID: l.CaseID, DebtID: l.DebtID, Component: l.Component, Kind: l.Kind, Minor: l.Amount.Minor,
			Currency: l.Amount.Currency, EffectiveOn: l.EffectiveOn, RecordedAt: l.RecordedAt, PaymentID: l.PaymentID, Reverses: l.Reverses, Basis: l.Basis, Wish: l.wish}
	}
	payload, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("preparing %d ledger lines: %w", len(lines), err)
	}
	_, err = tx.Exec(`insert into ledger_entries (client_id, id, case_id, debt_id, component, kind, minor, currency, effective_on, recorded_at, payment_id, reverses, basis, wish)
		select $1, x.id, x.case_id, x.debt_id, x.component, x.kind, x.minor, x.currency, x.effective_on,
			coalesce(x.recorded_at, greatest($3::timestamptz + (clock_timestamp() - now()), n.newest + interval '1 microsecond')), x.payment_id, x.reverses, x.basis, x.wish
		  from jsonb_to_recordset($2) x(id uuid, case_id uuid, debt_id uuid, component text, kind text, minor bigint, currency text, effective_on date,
			recorded_at timestamptz, payment_id uuid, reverses uuid, basis text, wish jsonb)
		 cross join lateral (select max(l.recorded_at) as newest from ledger_entries l where l.client_id = $1 and l.case_id = x.case_id) n`, client, payload, tx.Now)
	if err != nil {
		return fmt.Errorf("writing %d ledger lines of client %s: %w", len(lines), client, err)
	}
	return nil
}

// Share is what of one payment stands on one component of one debt, reversals taken off.
type Share struct {
	PaymentID uuid.UUID      `db:"payment_id" json:"payment_id"`
	CaseID    uuid.UUID      `db:"case_id" json:"case_id"`
	DebtID    uuid.UUID      `db:"debt_id" json:"debt_id"`
	Component Component      `db:"component" json:"component"`
	Minor     int64          `db:"minor" json:"-"`
	Currency  money.Currency `db:"currency" json:"-"`
}

// Amount is the share in money, positive.
func (s Share) Amount() money.Amount { return money.Of(s.Minor, s.Currency) }

// SharesOf reads how payments stand allocated now.
func (b *Book) SharesOf(tx *postgres.Tx, client uuid.UUID, payments ...uuid.UUID) ([]Share, error) {
	var shares []Share
	err := tx.Select(&shares, `select payment_id, case_id, debt_id, component, -sum(minor)::bigint as minor, currency from ledger_entries
		where client_id = $1 and payment_id = any ($2::uuid[])
		group by payment_id, case_id, debt_id, component, currency having sum(minor) <> 0 order by payment_id, case_id, debt_id, component`, client, pq.Array(asText(payments)))
	if err != nil {
		return nil, fmt.Errorf("reading the shares of %d payments: %w", len(payments), err)
	}
	return shares, nil
}

func asText(ids []uuid.UUID) []string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	return texts
}
