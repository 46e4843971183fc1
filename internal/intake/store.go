package intake

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/postgres"
)

// lockClient lets one portfolio of a client in at a time: what is a duplicate must not change while it is judged.
func lockClient(tx *evidence.Tx, client uuid.UUID) error {
	if _, err := tx.Exec(`select pg_advisory_xact_lock(hashtextextended('intake ' || $1::text, 0))`, client); err != nil {
		return fmt.Errorf("locking the intake of client %s: %w", client, err)
	}
	return nil
}

// refuseKnown refuses what the client handed over before, by its own reference or as the same paper of the same debtor.
func refuseKnown(tx *evidence.Tx, client uuid.UUID, verdicts []verdict) error {
	type asked struct {
		N       int    `json:"n"`
		Ref     string `json:"ref"`
		Country string `json:"country"`
		TaxID   string `json:"tax_id"`
		Kind    string `json:"kind"`
		Number  string `json:"number"`
	}
	var list []asked
	for i, v := range verdicts {
		if len(v.reasons) == 0 {
			o := v.opening
			list = append(list, asked{i, v.externalRef, o.Debtor.Country, o.Debtor.TaxID, o.Debt.Kind, o.Debt.Number})
		}
	}
	if len(list) == 0 {
		return nil
	}
	payload, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("asking for duplicates: %w", err)
	}
	var known []struct {
		N     int  `db:"n"`
		ByRef bool `db:"by_ref"`
	}
	err = tx.Select(&known, `with given as (
			select * from jsonb_to_recordset($2) x(n int, ref text, country text, tax_id text, kind text, number text))
		select g.n, true as by_ref from given g join debts d on d.client_id = $1 and d.external_ref = g.ref
		union all
		select g.n, false from given g
		  join parties p on p.client_id = $1 and p.role = 'principal' and p.country = g.country and p.tax_id = g.tax_id
		  join debts d on d.client_id = p.client_id and d.account_id = p.account_id and d.kind = g.kind and d.number = g.number
		order by 1`, client, payload)
	if err != nil {
		return fmt.Errorf("asking for duplicates of client %s: %w", client, err)
	}
	for _, k := range known {
		v, at := &verdicts[k.N], fmt.Sprintf("/items/%d", k.N)
		if k.ByRef {
			v.reasons = append(v.reasons[:len(v.reasons):len(v.reasons)], reason(at+"/external_ref", "duplicate_external_ref"))
		} else {
			v.reasons = append(v.reasons[:len(v.reasons):len(v.reasons)], reason(at+"/debt/number", "duplicate_number"))
		}
	}
	return nil
}

// giveReferences makes a payment reference for each opening; an account that exists already keeps its own.
func giveReferences(tx *evidence.Tx, openings []cases.Opening) error {
	var serials []int64
	if err := tx.Select(&serials, `select nextval('account_serials') from generate_series(1, $1)`, len(openings)); err != nil {
		return fmt.Errorf("numbering %d accounts: %w", len(openings), err)
	}
	for i, n := range serials {
		reference, err := money.MakeRF(fmt.Sprintf("%09d", n))
		if err != nil {
			return fmt.Errorf("making the payment reference %d: %w", n, err)
		}
		openings[i].AccountSerial, openings[i].PaymentRef = strconv.FormatInt(n, 10), reference
	}
	return nil
}

func insertPortfolio(tx *evidence.Tx, r Result, given []Item) error {
	_, err := tx.Exec(`insert into portfolios (client_id, id, reference, source, currency, items, accepted, rejected, accepted_minor, received_at, received_on, submitted_by, receipts_root)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		r.ClientID, r.ID, r.Reference, r.Source, r.Currency, r.Items, r.Accepted, r.Rejected, r.AcceptedMinor, r.ReceivedAt, r.ReceivedOn, tx.Actor.ID, r.ReceiptsRoot)
	if name, _ := postgres.Broken(err); name == "portfolios_reference_unique" {
		return errReferenceTaken.With(reason("/reference", "duplicate_external_ref"))
	}
	if err != nil {
		return fmt.Errorf("recording portfolio %s: %w", r.ID, err)
	}
	type row struct {
		Fate
		Input Item `json:"input"`
	}
	rows := make([]row, len(r.Fates))
	for i, f := range r.Fates {
		rows[i] = row{f, withoutContent(given[i])}
	}
	payload, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("recording the items of portfolio %s: %w", r.ID, err)
	}
	payload = bytes.ReplaceAll(payload, []byte(`\u0000`), []byte(`\ufffd`)) // PostgreSQL holds no NUL; an item that had one is refused anyway
	_, err = tx.Exec(`insert into portfolio_items (client_id, portfolio_id, n, external_ref, status, case_id, reasons, warnings, input, receipt)
		select $1, $2, x.n, x.external_ref, x.status, x.case_id, coalesce(x.reasons, '[]'), coalesce(x.warnings, '[]'), x.input, x.receipt
		  from jsonb_to_recordset($3) x(n int, external_ref text, status text, case_id uuid, reasons jsonb, warnings jsonb, input jsonb, receipt jsonb)`, r.ClientID, r.ID, payload)
	if err != nil {
		return fmt.Errorf("recording the items of portfolio %s: %w", r.ID, err)
	}
	return nil
}

// withoutContent keeps what the item said; the bytes of its papers lie in the document store.
func withoutContent(item Item) Item {
	files := make([]File, len(item.Documents))
	for i, f := range item.Documents {
		files[i] = File{Name: f.Name, MediaType: f.MediaType}
	}
	item.Documents = files
	return item
}

// received is the entry of the portfolio's own chain, with control totals and a sum over the fates of all items.
func received(r Result) evidence.Entry {
	sum := sha256.New()
	for _, f := range r.Fates {
		id := "-"
		if f.CaseID != nil {
			id = f.CaseID.String()
		}
		fmt.Fprintf(sum, "%d %s %s %q\n", f.N, f.Status, id, f.ExternalRef)
	}
	root := "-"
	if r.ReceiptsRoot != nil {
		root = *r.ReceiptsRoot
	}
	return evidence.Entry{Subject: evidence.PortfolioOf(r.ClientID, r.ID), Kind: "portfolio.received", Fields: evidence.Fields{"receipts_root": root,
		"reference": r.Reference, "source": r.Source, "currency": string(r.Currency), "items": strconv.Itoa(r.Items), "accepted": strconv.Itoa(r.Accepted),
		"rejected": strconv.Itoa(r.Rejected), "accepted_total": r.AcceptedTotal().Decimal(), "fates_sha256": hex.EncodeToString(sum.Sum(nil))}}
}

const portfolioColumns = `client_id, id, reference, source, currency, items, accepted, rejected, accepted_minor, received_on, received_at, receipts_root`

func get(tx *postgres.Tx, who evidence.Actor, id uuid.UUID) (Result, error) {
	var r Result
	if err := tx.Get(&r, `select `+portfolioColumns+` from portfolios where id = $1`, id); err != nil {
		return r, fmt.Errorf("reading portfolio %s: %w", id, err)
	}
	return r, access.Require(who, access.To(access.ActRead, access.ObjPortfolio), access.Place{Client: r.ClientID}, access.NoState)
}

func list(tx *postgres.Tx, before uuid.UUID, limit int) ([]Result, error) {
	var all []Result
	err := tx.Select(&all, `select `+portfolioColumns+` from portfolios where $1 = '00000000-0000-0000-0000-000000000000'::uuid or id < $1 order by id desc limit $2`, before, limit)
	if err != nil {
		return nil, fmt.Errorf("listing portfolios: %w", err)
	}
	return all, nil
}

func items(tx *postgres.Tx, r Result, status Status, after, limit int) ([]Fate, error) {
	var rows []struct {
		N           int        `db:"n"`
		ExternalRef string     `db:"external_ref"`
		Status      Status     `db:"status"`
		CaseID      *uuid.UUID `db:"case_id"`
		Number      *string    `db:"number"`
		Reasons     []byte     `db:"reasons"`
		Warnings    []byte     `db:"warnings"`
		Receipt     []byte     `db:"receipt"`
	}
	err := tx.Select(&rows, `select i.n, i.external_ref, i.status, i.case_id, c.number, i.reasons, i.warnings, i.receipt from portfolio_items i
		left join cases c on c.client_id = i.client_id and c.id = i.case_id
		where i.client_id = $1 and i.portfolio_id = $2 and i.n > $3 and ($4 = '' or i.status = $4) order by i.n limit $5`, r.ClientID, r.ID, after, status, limit)
	if err != nil {
		return nil, fmt.Errorf("reading the items of portfolio %s: %w", r.ID, err)
	}
	all := make([]Fate, len(rows))
	for i, row := range rows {
		all[i] = Fate{N: row.N, ExternalRef: row.ExternalRef, Status: row.Status, CaseID: row.CaseID}
		if row.Number != nil {
			all[i].CaseNumber = *row.Number
		}
		if row.Receipt != nil {
			if err := json.Unmarshal(row.Receipt, &all[i].Receipt); err != nil {
				return nil, fmt.Errorf("reading the receipt of item %d of portfolio %s: %w", row.N, r.ID, err)
			}
		}
		if err := json.Unmarshal(row.Reasons, &all[i].Reasons); err != nil {
			return nil, fmt.Errorf("reading the reasons of item %d of portfolio %s: %w", row.N, r.ID, err)
		}
		if err := json.Unmarshal(row.Warnings, &all[i].Warnings); err != nil {
			return nil, fmt.Errorf("reading the warnings of item %d of portfolio %s: %w", row.N, r.ID, err)
		}
	}
	return all, nil
}
