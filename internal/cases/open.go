package cases

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
)

// Debtor is who owes, as the client describes it.
type Debtor struct {
	Kind, Name, TaxID, Country, Language             string // TaxID in its normal form
	Email, Phone                                     string
	Street, PostalCode, City, Region, AddressCountry string
}

// Opening is one validated debt on its way into a case.
type Opening struct {
	Debtor        Debtor
	Debt          Debt
	Jurisdiction  string
	Currency      money.Currency
	AccountSerial string // what a new account's payment reference is made from
	PaymentRef    string // RF reference for the account, if it is new
	ContactSource string // where the addresses come from: the portfolio
	MetadataJSON  json.RawMessage
}

// Opened is the fate of one opening, in the order given.
type Opened struct {
	CaseID, AccountID, DebtID uuid.UUID
	Number                    string
	New                       bool // false: the debt joined an open case of the same debtor
}

// row is one opening with every id fixed, as the set-based statements read it.
type row struct {
	N            int             `json:"n"`
	Person       uuid.UUID       `json:"person"`
	Account      uuid.UUID       `json:"account"`
	Party        uuid.UUID       `json:"party"`
	Case         uuid.UUID       `json:"case"`
	Email        uuid.UUID       `json:"email_id"`
	Phone        uuid.UUID       `json:"phone_id"`
	NewCase      bool            `json:"new_case"`
	Number       string          `json:"number"`
	Lawyer       *uuid.UUID      `json:"lawyer"`
	Paralegal    *uuid.UUID      `json:"paralegal"`
	Debtor       Debtor          `json:"debtor"`
	Debt         Debt            `json:"debt"`
	Metadata     json.RawMessage `json:"metadata"`
	Jurisdiction string          `json:"jurisdiction"`
	Currency     money.Currency  `json:"currency"`
	PaymentRef   string          `json:"payment_reference"`
	Source       string          `json:"source"`
}

// OpenAll puts validated debts into cases, set-based: one statement a table whatever the number of debts. One debt becomes
// one case; with consolidate, debts of one debtor join that debtor's open amicable case of the same currency. The caller
// charges the principals in the ledger and returns the entries with its own. Duplicates break the constraints
// debts_external_ref_unique or debts_number_unique: the caller has checked before, under the client's lock.
func OpenAll(tx *evidence.Tx, client uuid.UUID, team int64, consolidate bool, today day.Date, openings []Opening) ([]Opened, []evidence.Entry, error) {
	rows, err := identify(tx, client, openings)
	if err != nil {
		return nil, nil, err
	}
	if err := place(tx, client, team, consolidate, today, rows); err != nil {
		return nil, nil, err
	}
	if err := insertAll(tx, client, team, today, rows); err != nil {
		return nil, nil, err
	}
	opened := make([]Opened, len(rows))
	entries := make([]evidence.Entry, 0, 2*len(rows))
	for i, r := range rows {
		opened[i] = Opened{r.Case, r.Account, r.Debt.ID, r.Number, r.NewCase}
		subject := evidence.CaseOf(client, r.Case)
		if r.NewCase {
			entries = append(entries, evidence.Entry{Subject: subject, Kind: "case.opened", Fields: evidence.Fields{
				"number": r.Number, "debtor": r.Debtor.Name, "tax_id": r.Debtor.TaxID, "jurisdiction": r.Jurisdiction, "source": r.Source}})
		}
		added := evidence.Fields{
			"external_ref": r.Debt.ExternalRef, "kind": r.Debt.Kind, "number": r.Debt.Number, "issued_on": r.Debt.IssuedOn.String(),
			"due_on": r.Debt.DueOn.String(), "principal": money.Of(r.Debt.PrincipalMinor, r.Currency).Decimal(), "currency": string(r.Currency),
			"limitation_on": r.Debt.LimitationOn.String(), "limitation_law": r.Debt.LimitationLaw}
		if r.Debt.OrdinaryMinor > 0 {
			added["ordinary_interest"] = money.Of(r.Debt.OrdinaryMinor, r.Currency).Decimal()
		}
		entries = append(entries, evidence.Entry{Subject: subject, Kind: "debt.added", Fields: added})
	}
	return opened, entries, nil
}

// identify finds or makes persons and accounts.
func identify(tx *evidence.Tx, client uuid.UUID, openings []Opening) ([]row, error) {
	rows := make([]row, len(openings))
	for i, o := range openings {
		meta := o.MetadataJSON
		if len(meta) == 0 {
			meta = json.RawMessage(`{}`)
		}
		rows[i] = row{N: i, Person: newID(), Account: newID(), Party: newID(), Case: newID(), Email: newID(), Phone: newID(), Debtor: o.Debtor, Debt: o.Debt,
			Metadata: meta, Jurisdiction: o.Jurisdiction, Currency: o.Currency, PaymentRef: o.PaymentRef, Source: o.ContactSource}
		rows[i].Debt.ID = newID()
	}
	payload, err := json.Marshal(rows)
	if err != nil {
		return nil, fmt.Errorf("preparing %d debts: %w", len(rows), err)
	}
	var found []struct {
		N       int       `db:"n"`
		Person  uuid.UUID `db:"person"`
		Account uuid.UUID `db:"account"`
	}
	err = tx.Select(&found, `with given as (
			select x.n, x.debtor ->> 'Country' as country, x.debtor ->> 'TaxID' as tax_id, x.person, x.account, x.payment_reference
			  from jsonb_to_recordset($2) x(n int, person uuid, account uuid, debtor jsonb, payment_reference text)
		), people as (
			select p.* from app.persons_for((select array_agg(country order by n) from given), (select array_agg(tax_id order by n) from given),
				(select array_agg(person order by n) from given)) p
		), wanted as (
			select distinct on (p.id) p.id as person, g.account, g.payment_reference from given g join people p using (country, tax_id) order by p.id, g.n
		), made as (
			insert into accounts (client_id, id, person_id, payment_reference)
			select $1, account, person, payment_reference from wanted
			on conflict on constraint accounts_one_per_debtor do update set person_id = excluded.person_id
			returning id, person_id
		)
		select g.n, p.id as person, m.id as account from given g join people p using (country, tax_id) join made m on m.person_id = p.id`, client, payload)
	if err != nil {
		return nil, fmt.Errorf("finding the debtors of %d debts: %w", len(rows), err)
	}
	if len(found) != len(rows) {
		return nil, fmt.Errorf("finding the debtors of %d debts: %d came back", len(rows), len(found))
	}
	for _, f := range found {
		rows[f.N].Person, rows[f.N].Account = f.Person, f.Account
	}
	return rows, nil
}

// place decides which case each debt joins, and who holds a new one.
func place(tx *evidence.Tx, client uuid.UUID, team int64, consolidate bool, today day.Date, rows []row) error {
	type key struct {
		account  uuid.UUID
		currency money.Currency
	}
	joined := map[key]*row{}
	if consolidate {
		if err := existing(tx, client, rows, func(account, id uuid.UUID, currency money.Currency, number string) {
			joined[key{account, currency}] = &row{Case: id, Number: number}
		}); err != nil {
			return err
		}
	}
	fresh := 0
	for i := range rows {
		r := &rows[i]
		k := key{r.Account, r.Currency}
		if host := joined[k]; consolidate && host != nil {
			r.Case, r.Number = host.Case, host.Number
			continue
		}
		r.NewCase = true
		joined[k] = r
		fresh++
	}
	return number(tx, client, team, today, rows, fresh)
}

func existing(tx *evidence.Tx, client uuid.UUID, rows []row, each func(account, id uuid.UUID, currency money.Currency, number string)) error {
	accounts := make([]string, len(rows))
	for i, r := range rows {
		accounts[i] = r.Account.String()
	}
	var open []struct {
		AccountID uuid.UUID      `db:"account_id"`
		ID        uuid.UUID      `db:"id"`
		Currency  money.Currency `db:"currency"`
		Number    string         `db:"number"`
	}
	payload, err := json.Marshal(accounts)
	if err != nil {
		return err
	}
	err = tx.Select(&open, `select account_id, id, currency, number from cases where client_id = $1 and stage = 'amicable'
		and account_id in (select value::uuid from jsonb_array_elements_text($2)) order by id for no key update`, client, payload)
	if err != nil {
		return fmt.Errorf("finding open cases to join: %w", err)
	}
	for _, o := range open {
		each(o.AccountID, o.ID, o.Currency, o.Number)
	}
	return nil
}

// number gives new cases their numbers and their lawyer and paralegal in turn; joined rows copy the number of their host.
func number(tx *evidence.Tx, client uuid.UUID, team int64, today day.Date, rows []row, fresh int) error {
	var turns []struct {
		Turn      int64      `db:"turn"`
		Lawyer    *uuid.UUID `db:"lawyer"`
		Paralegal *uuid.UUID `db:"paralegal"`
	}
	err := tx.Select(&turns, `with turns as materialized (select nextval('case_numbers') as turn from generate_series(1, $2))
		select t.turn, h.lawyer, h.paralegal from turns t left join lateral app.holders_for($3, $1, t.turn) h on true order by t.turn`, team, fresh, client)
	if err != nil {
		return fmt.Errorf("numbering %d cases: %w", fresh, err)
	}
	numbers := map[uuid.UUID]string{}
	for i := range rows {
		r := &rows[i]
		if r.NewCase {
			t := turns[0]
			turns = turns[1:]
			r.Number, r.Lawyer, r.Paralegal = fmt.Sprintf("R-%d-%06d", today.Year, t.Turn), t.Lawyer, t.Paralegal
			numbers[r.Case] = r.Number
		} else if r.Number == "" {
			r.Number = numbers[r.Case]
		}
	}
	return nil
}

// insertAll writes parties, contact points, cases and debts, one statement each.
func insertAll(tx *evidence.Tx, client uuid.UUID, team int64, today day.Date, rows []row) error {
	payload, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("preparing %d debts: %w", len(rows), err)
	}
	for _, step := range []struct{ what, query string }{ // the case first: of an account whose every case is blocked nobody sees the parties
		{"cases", insertCases}, {"parties", insertParties}, {"contact points", insertContactPoints}, {"debts", insertDebts},
	} {
		args := []any{client, payload}
		if step.what == "cases" {
			args = append(args, team, today)
		}
		if _, err := tx.Exec(step.query, args...); err != nil {
			return fmt.Errorf("inserting %s of %d debts: %w", step.what, len(rows), err)
		}
	}
	return nil
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

const insertParties = `insert into parties (client_id, id, account_id, person_id, role, kind, name, tax_id, country, language, street, postal_code, city, region, address_country)
	select distinct on (x.account) $1, x.party, x.account, x.person, 'principal', d ->> 'Kind', d ->> 'Name', d ->> 'TaxID', d ->> 'Country', d ->> 'Language',
		d ->> 'Street', d ->> 'PostalCode', d ->> 'City', d ->> 'Region', d ->> 'AddressCountry'
	  from jsonb_to_recordset($2) x(n int, party uuid, account uuid, person uuid, debtor jsonb) cross join lateral (select x.debtor) y(d)
	 order by x.account, x.n
	on conflict (client_id, account_id) where role = 'principal' do nothing`

const insertContactPoints = `insert into contact_points (client_id, id, party_id, kind, value, source)
	select $1, v.id, p.id, v.kind, v.value, x.source
	  from jsonb_to_recordset($2) x(n int, account uuid, email_id uuid, phone_id uuid, debtor jsonb, source text)
	  join parties p on p.client_id = $1 and p.account_id = x.account and p.role = 'principal'
	 cross join lateral (values (x.email_id, 'email', x.debtor ->> 'Email'), (x.phone_id, 'phone', x.debtor ->> 'Phone')) v(id, kind, value)
	 where v.value <> ''
	on conflict on constraint contact_points_once do nothing`

const insertCases = `insert into cases (client_id, id, account_id, number, debtor_name, jurisdiction, currency, business, stage, stage_from, stage_event, stage_since,
		opened_on, team_id, lawyer_id, paralegal_id)
	select $1, x."case", x.account, x.number, x.debtor ->> 'Name', x.jurisdiction, x.currency, (x.debt ->> 'business')::boolean, 'amicable', 'intake', 'accepted', $4,
		$4, $3, x.lawyer, x.paralegal
	  from jsonb_to_recordset($2) x("case" uuid, account uuid, number text, debtor jsonb, debt jsonb, jurisdiction text, currency text, lawyer uuid, paralegal uuid, new_case boolean)
	 where x.new_case`

const insertDebts = `insert into debts (client_id, id, case_id, account_id, external_ref, kind, number, issued_on, due_on, principal_minor, currency, ordinary_interest_minor,
		tax_base_minor, tax_minor, delivered_on, business, agreed_rate_pct, regime, limitation_kind, limitation_on, limitation_law, metadata)
	select $1, d.id, x."case", x.account, d.external_ref, d.kind, d.number, d.issued_on, d.due_on, d.principal_minor, x.currency, d.ordinary_interest_minor,
		d.tax_base_minor, d.tax_minor, nullif(d.delivered_on, '')::date, d.business, d.agreed_rate_pct, d.regime, d.limitation_kind, d.limitation_on, d.limitation_law, x.metadata
	  from jsonb_to_recordset($2) x("case" uuid, account uuid, debt jsonb, currency text, metadata jsonb)
	 cross join lateral jsonb_to_record(x.debt) d(id uuid, external_ref text, kind text, number text, issued_on date, due_on date, principal_minor bigint,
		ordinary_interest_minor bigint, tax_base_minor bigint, tax_minor bigint, delivered_on text, business boolean, agreed_rate_pct numeric, regime text, limitation_kind text, limitation_on date, limitation_law text)`
