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
	ID               uuid.UUID       `json:"id" db:"id"`
	CaseID           uuid.UUID       `json:"case_id" db:"case_id"`
	DebtID           uuid.UUID       `json:"debt_id" db:"debt_id"`
	Component        Component       `json:"component" db:"component"`
	Kind             Kind            `json:"kind" db:"kind"`
	Minor            int64           `json:"minor" db:"minor"`
	Currency         money.Currency  `json:"currency" db:"currency"`
	EffectiveOn      day.Date        `json:"effective_on" db:"effective_on"`
	RecordedAt       time.Time       `json:"recorded_at,omitzero" db:"recorded_at"` // zero in new lines of a bulk: the statement's own clock
	PaymentID        *uuid.UUID      `json:"payment_id" db:"payment_id"`
	Reverses         *uuid.UUID      `json:"reverses" db:"reverses"`
	Basis            string          `json:"basis" db:"basis"`
	BorneBy          Bearer          `json:"borne_by" db:"borne_by"`
	DocumentID       *uuid.UUID      `json:"document_id" db:"document_id"`
	ProvedMinor      *int64          `json:"proved_minor" db:"proved_minor"`
	ReceivedMinor    *int64          `json:"received_minor" db:"received_minor"`
	ReceivedCurrency *money.Currency `json:"received_currency" db:"received_currency"`
	Wish             *Wish           `json:"wish" db:"wish"`
}

const (
	claimColumns = `d.case_id, c.number as case_number, c.jurisdiction, d.id, d.kind, d.number, d.issued_on, d.due_on, d.currency, d.business, d.principal_minor, d.regime, d.agreed_rate_pct,
	(select jsonb_agg(to_jsonb(t) order by t.recorded_at, t.id) from interest_terms t where t.client_id = d.client_id and t.debt_id = d.id) as terms`
	lineColumns = `id, case_id, debt_id, component, kind, minor, currency, effective_on, recorded_at, payment_id, reverses, basis, borne_by, document_id, proved_minor,
	received_minor, received_currency, wish`
	termColumns = `id, case_id, debt_id, kind, from_on, regime, agreed_rate_pct, basis, recorded_at, reverses`
)

// Selection says which debts of a client: those of cases, those of a debtor's account (every case within reach), or single debts.
type Selection struct {
	Cases   []uuid.UUID
	Account uuid.UUID
	Debts   []uuid.UUID
}

// where is the condition on debts d and cases c; $1 is the client. A list is planned anew every time, since its length matters; one
// id, the common question, keeps its plan.
func (s Selection) where() (condition string, args []any) {
	column, ids := "d.case_id", s.Cases
	switch {
	case s.Account != uuid.Nil:
		return `d.account_id = $2`, []any{s.Account}
	case len(s.Debts) > 0:
		column, ids = "d.id", s.Debts
	}
	if len(ids) == 1 {
		return column + ` = $2`, []any{ids[0]}
	}
	return column + ` = any ($2::uuid[])`, []any{pq.Array(asText(ids))}
}

// load reads debts with all their lines and terms as known at an instant (zero: now), the oldest due first. Every case or debt
// that is named must be in reach.
func (b *Book) load(tx *postgres.Tx, client uuid.UUID, of Selection, known time.Time, lock string) ([]*claim, error) {
	claims, err := b.debts(tx, client, of, known, lock)
	if err != nil || len(claims) == 0 {
		return nil, err
	}
	byDebt := make(map[uuid.UUID]*claim, len(claims))
	for _, c := range claims {
		byDebt[c.DebtID] = c
	}
	if err := readLines(tx, client, byDebt, claims, of); err != nil {
		return nil, err
	}
	if !known.IsZero() {
		for _, c := range claims {
			c.knownBy(known)
		}
		claims = slices.DeleteFunc(claims, func(c *claim) bool { return len(c.lines) == 0 }) // not handed over yet
	}
	slices.SortStableFunc(claims, func(a, b *claim) int { return a.DueOn.DaysSince(b.DueOn) })
	return claims, nil
}

// debts reads the debts alone, each with its law.
func (b *Book) debts(tx *postgres.Tx, client uuid.UUID, of Selection, known time.Time, lock string) ([]*claim, error) {
	condition, args := of.where()
	var claims []*claim
	err := tx.Select(&claims, `select `+claimColumns+` from debts d join cases c on c.client_id = d.client_id and c.id = d.case_id
		where d.client_id = $1 and `+condition+` order by d.case_id, d.due_on, d.id `+lock, append([]any{client}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("reading debts of client %s: %w", client, err)
	}
	found := make(map[uuid.UUID]bool, 2*len(claims))
	for _, c := range claims {
		if c.pack, err = b.Law.PackAt(c.Jurisdiction, known); err != nil {
			return nil, err
		}
		found[c.CaseID], found[c.DebtID] = true, true
	}
	for _, id := range slices.Concat(of.Cases, of.Debts) {
		if !found[id] {
			return nil, fmt.Errorf("reading the ledger of %s: %w", id, problem.Missing)
		}
	}
	if len(claims) == 0 {
		return nil, problem.Missing
	}
	return claims, nil
}

// linesOf is the condition on a table with case_id and debt_id that finds what belongs to the claims.
func linesOf(claims []*claim, of Selection) (condition string, arg any) {
	if len(of.Debts) > 0 {
		return `debt_id = any ($2::uuid[])`, pq.Array(asText(of.Debts))
	}
	var ids []uuid.UUID
	for _, c := range claims {
		if len(ids) == 0 || ids[len(ids)-1] != c.CaseID { // in the order of cases
			ids = append(ids, c.CaseID)
		}
	}
	if len(ids) == 1 {
		return `case_id = $2`, ids[0]
	}
	return `case_id = any ($2::uuid[])`, pq.Array(asText(ids))
}

func readLines(tx *postgres.Tx, client uuid.UUID, byDebt map[uuid.UUID]*claim, claims []*claim, of Selection) error {
	condition, arg := linesOf(claims, of)
	var rows []row
	err := tx.Select(&rows, `select `+lineColumns+` from ledger_entries where client_id = $1 and `+condition+` order by effective_on, recorded_at, id`, client, arg)
	if err != nil {
		return fmt.Errorf("reading the ledger of %d debts of client %s: %w", len(claims), client, err)
	}
	charged := map[money.Currency]int64{}
	for i := range rows {
		c := byDebt[rows[i].DebtID]
		c.lines = append(c.lines, rows[i].line())
		if rows[i].Kind == Charge {
			charged[c.Currency] += rows[i].Minor
		}
		if charged[c.Currency] > mostCharged {
			return errHuge
		}
	}
	for _, c := range claims {
		c.mark()
	}
	return nil
}

// dated are the terms of one debt as the database aggregates them.
type dated []term

// Scan reads them; NULL is none.
func (d *dated) Scan(stored any) error {
	if stored == nil {
		return nil
	}
	text, ok := stored.([]byte)
	if !ok {
		return fmt.Errorf("reading interest terms from %T", stored)
	}
	return json.Unmarshal(text, d)
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
	claims, err := b.load(tx.Tx, cs[0].ClientID, Selection{Cases: ids}, time.Time{}, `for no key update of c`)
	if err != nil {
		return nil, err
	}
	f := &file{client: cs[0].ClientID, currency: cs[0].Currency, cases: cs, claims: claims}
	return f, recordedNow(tx, f, ids)
}

// recordedNow reads the action's clock once the locks are held, and never before the newest line of the cases or the newest change of
// their law: what was known at an instant does not change afterwards.
func recordedNow(tx *evidence.Tx, f *file, caseIDs []uuid.UUID) error {
	err := tx.Get(&f.now, `select greatest($3::timestamptz + (clock_timestamp() - now()), max(newest) + interval '1 microsecond') from (
			select max(recorded_at) as newest from ledger_entries where client_id = $1 and case_id = any ($2::uuid[])
			union all select max(recorded_at) from interest_terms where client_id = $1 and case_id = any ($2::uuid[])) known`, f.client, pq.Array(asText(caseIDs)), tx.Now)
	if err != nil {
		return fmt.Errorf("reading the ledger's clock of client %s: %w", f.client, err)
	}
	for _, c := range f.claims { // what is recorded now rests on the law as it is now
		if known := c.pack.KnownSince(); !f.now.After(known) {
			f.now = known.Add(time.Microsecond)
		}
	}
	return nil
}

// mostCharged keeps every sum and every interest of three centuries at a hundred per cent within an int64: minor units.
const mostCharged = 10_000_000_000_000_000

var errHuge = problem.New(problem.Invalid, "claim_too_large", "Lo reclamado en conjunto excede lo que Recobro calcula.", "What is claimed in all exceeds what Recobro computes.")

var errMixed = problem.New(problem.Invalid, "currency_mixed",
	"Los expedientes no son del mismo cliente y de la misma moneda.", "The cases are not of one client and one currency.")

func (r *row) line() Line {
	l := Line{ID: r.ID, CaseID: r.CaseID, DebtID: r.DebtID, Component: r.Component, Kind: r.Kind, Amount: money.Of(r.Minor, r.Currency),
		EffectiveOn: r.EffectiveOn, RecordedAt: r.RecordedAt, PaymentID: r.PaymentID, Reverses: r.Reverses, Basis: r.Basis, DocumentID: r.DocumentID, wish: r.Wish}
	if l.Component == Cost || l.Component == CourtFee || l.Component == Fee {
		l.BorneBy = r.BorneBy
	}
	if r.ProvedMinor != nil {
		proved := money.Of(*r.ProvedMinor, r.Currency)
		l.Proved = &proved
	}
	if r.ReceivedMinor != nil {
		received := money.Of(*r.ReceivedMinor, *r.ReceivedCurrency)
		l.Received = &received
	}
	return l
}

func rowOf(l Line) row {
	r := row{ID: l.ID, CaseID: l.CaseID, DebtID: l.DebtID, Component: l.Component, Kind: l.Kind, Minor: l.Amount.Minor, Currency: l.Amount.Currency,
		EffectiveOn: l.EffectiveOn, RecordedAt: l.RecordedAt, PaymentID: l.PaymentID, Reverses: l.Reverses, Basis: l.Basis, DocumentID: l.DocumentID, Wish: l.wish}
	if r.BorneBy = l.BorneBy; r.BorneBy == "" {
		r.BorneBy = ByDebtor
	}
	if l.Proved != nil {
		r.ProvedMinor = &l.Proved.Minor
	}
	if l.Received != nil {
		r.ReceivedMinor, r.ReceivedCurrency = &l.Received.Minor, &l.Received.Currency
	}
	return r
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
		rows[i] = rowOf(l)
	}
	payload, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("preparing %d ledger lines: %w", len(lines), err)
	}
	_, err = tx.Exec(`insert into ledger_entries (client_id, id, case_id, debt_id, component, kind, minor, currency, effective_on, recorded_at, payment_id, reverses, basis,
			borne_by, document_id, proved_minor, received_minor, received_currency, wish)
		select $1, x.id, x.case_id, x.debt_id, x.component, x.kind, x.minor, x.currency, x.effective_on,
			coalesce(x.recorded_at, greatest($3::timestamptz + (clock_timestamp() - now()), n.newest + interval '1 microsecond')), x.payment_id, x.reverses, x.basis,
			x.borne_by, x.document_id, x.proved_minor, x.received_minor, x.received_currency, x.wish
		  from jsonb_to_recordset($2) x(id uuid, case_id uuid, debt_id uuid, component text, kind text, minor bigint, currency text, effective_on date,
			recorded_at timestamptz, payment_id uuid, reverses uuid, basis text, borne_by text, document_id uuid, proved_minor bigint, received_minor bigint, received_currency text, wish jsonb)
		 cross join lateral (select max(l.recorded_at) as newest from ledger_entries l where l.client_id = $1 and l.case_id = x.case_id) n`, client, payload, tx.Now)
	if err != nil {
		return fmt.Errorf("writing %d ledger lines of client %s: %w", len(lines), client, err)
	}
	return nil
}

// insertTerms appends interest terms with one statement.
func insertTerms(tx *evidence.Tx, client uuid.UUID, terms []term) error {
	payload, err := json.Marshal(terms)
	if err != nil {
		return fmt.Errorf("preparing %d interest terms: %w", len(terms), err)
	}
	_, err = tx.Exec(`insert into interest_terms (client_id, `+termColumns+`)
		select $1, x.id, x.case_id, x.debt_id, x.kind, x.from_on, x.regime, x.agreed_rate_pct, x.basis, x.recorded_at, x.reverses
		  from jsonb_to_recordset($2) x(id uuid, case_id uuid, debt_id uuid, kind text, from_on date, regime text, agreed_rate_pct numeric, basis text,
			recorded_at timestamptz, reverses uuid)`, client, payload)
	if err != nil {
		return fmt.Errorf("writing %d interest terms of client %s: %w", len(terms), client, err)
	}
	return nil
}

// Share is what of one payment stands on one component of one debt, reversals taken off.
type Share struct {
	PaymentID        uuid.UUID      `db:"payment_id" json:"payment_id"`
	CaseID           uuid.UUID      `db:"case_id" json:"case_id"`
	DebtID           uuid.UUID      `db:"debt_id" json:"debt_id"`
	Component        Component      `db:"component" json:"component"`
	Minor            int64          `db:"minor" json:"-"`
	Currency         money.Currency `db:"currency" json:"-"`
	ReceivedMinor    int64          `db:"received_minor" json:"-"`
	ReceivedCurrency money.Currency `db:"received_currency" json:"-"`
}

// Amount is the share in the currency of the debt, positive.
func (s Share) Amount() money.Amount { return money.Of(s.Minor, s.Currency) }

// Received is the share in the payment's own currency, positive.
func (s Share) Received() money.Amount { return money.Of(s.ReceivedMinor, s.ReceivedCurrency) }

// SharesOf reads how payments stand allocated now.
func (b *Book) SharesOf(tx *postgres.Tx, client uuid.UUID, payments ...uuid.UUID) ([]Share, error) {
	var shares []Share
	err := tx.Select(&shares, `select payment_id, case_id, debt_id, component, -sum(minor)::bigint as minor, currency,
			-sum(coalesce(received_minor, minor))::bigint as received_minor, coalesce(received_currency, currency) as received_currency from ledger_entries
		where client_id = $1 and payment_id = any ($2::uuid[])
		group by payment_id, case_id, debt_id, component, currency, coalesce(received_currency, currency)
		having sum(minor) <> 0 order by payment_id, case_id, debt_id, component`, client, pq.Array(asText(payments)))
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
