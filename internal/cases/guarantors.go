package cases

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

// Guarantor is somebody who answers for a debt beside the principal debtor, as the client describes them.
type Guarantor struct {
	Account, Case uuid.UUID
	Debtor        Debtor
	Source        string // where the addresses come from
}

// AddGuarantors joins co-debtors to their accounts, set-based; one that the account has already is left as it is.
func AddGuarantors(tx *evidence.Tx, client uuid.UUID, all []Guarantor) ([]evidence.Entry, error) {
	if len(all) == 0 {
		return nil, nil
	}
	type row struct {
		Account uuid.UUID `json:"account"`
		Party   uuid.UUID `json:"party"`
		Email   uuid.UUID `json:"email_id"`
		Phone   uuid.UUID `json:"phone_id"`
		Debtor  Debtor    `json:"debtor"`
		Source  string    `json:"source"`
	}
	rows := make([]row, len(all))
	entries := make([]evidence.Entry, len(all))
	for i, g := range all {
		rows[i] = row{g.Account, newID(), newID(), newID(), g.Debtor, g.Source}
		entries[i] = evidence.Entry{Subject: evidence.CaseOf(client, g.Case), Kind: "guarantor.added", Fields: evidence.Fields{
			"name": g.Debtor.Name, "tax_id": g.Debtor.TaxID, "country": g.Debtor.Country, "source": g.Source}}
	}
	payload, err := json.Marshal(rows)
	if err != nil {
		return nil, fmt.Errorf("preparing %d guarantors: %w", len(rows), err)
	}
	for _, query := range []string{insertGuarantors, insertGuarantorPoints} {
		if _, err := tx.Exec(query, client, payload); err != nil {
			return nil, fmt.Errorf("adding %d guarantors: %w", len(rows), err)
		}
	}
	return entries, nil
}

const insertGuarantors = `insert into parties (client_id, id, account_id, role, kind, name, tax_id, country, language, street, postal_code, city, region, address_country)
	select distinct on (x.account, d ->> 'Country', d ->> 'TaxID') $1, x.party, x.account, 'guarantor', d ->> 'Kind', d ->> 'Name', d ->> 'TaxID', d ->> 'Country',
		d ->> 'Language', d ->> 'Street', d ->> 'PostalCode', d ->> 'City', d ->> 'Region', d ->> 'AddressCountry'
	  from jsonb_to_recordset($2) x(account uuid, party uuid, debtor jsonb) cross join lateral (select x.debtor) y(d)
	 where not exists (select 1 from parties p where p.client_id = $1 and p.account_id = x.account and p.country = d ->> 'Country' and p.tax_id = d ->> 'TaxID')
	 order by x.account, d ->> 'Country', d ->> 'TaxID', x.party`

const insertGuarantorPoints = `insert into contact_points (client_id, id, party_id, kind, value, source)
	select $1, v.id, p.id, v.kind, v.value, x.source
	  from jsonb_to_recordset($2) x(account uuid, email_id uuid, phone_id uuid, debtor jsonb, source text)
	  join parties p on p.client_id = $1 and p.account_id = x.account and p.role = 'guarantor' and p.country = x.debtor ->> 'Country' and p.tax_id = x.debtor ->> 'TaxID'
	 cross join lateral (values (x.email_id, 'email', x.debtor ->> 'Email'), (x.phone_id, 'phone', x.debtor ->> 'Phone')) v(id, kind, value)
	 where v.value <> ''
	on conflict on constraint contact_points_once do nothing`

// PartiesOf reads everybody of an account, the principal debtor first.
func PartiesOf(tx *postgres.Tx, client, account uuid.UUID) ([]Party, error) {
	var all []Party
	err := tx.Select(&all, `select id, account_id, person_id, role, kind, name, tax_id, country, language, street, postal_code, city, region, address_country
		from parties where client_id = $1 and account_id = $2 order by role <> 'principal', id`, client, account)
	if err != nil {
		return nil, fmt.Errorf("reading the parties of account %s: %w", account, err)
	}
	return all, nil
}
