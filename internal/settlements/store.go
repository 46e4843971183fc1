package settlements

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/postgres"
)

const columns = `client_id, id, account_id, kind, state, currency, claim_minor, total_minor, discount_principal_minor, discount_interest_minor,
	discount_cost_minor, as_of, proposed_on, accepted_on, ended_on, proposed_by, document_id, tolerance_days, version`

// insert writes the agreement, the cases it covers and its instalments. The constraint agreements_one_live refuses a second
// live one of the account.
func insert(tx *evidence.Tx, a Agreement) error {
	_, err := tx.NamedExecContext(tx.Context(), `insert into agreements (`+columns+`) values (:client_id, :id, :account_id, :kind, :state, :currency,
		:claim_minor, :total_minor, :discount_principal_minor, :discount_interest_minor, :discount_cost_minor, :as_of, :proposed_on, :accepted_on, :ended_on,
		:proposed_by, :document_id, :tolerance_days, :version)`, a)
	if err != nil {
		return fmt.Errorf("proposing agreement %s: %w", a.ID, err)
	}
	covered, err := json.Marshal(a.CaseIDs)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`insert into agreement_cases (client_id, agreement_id, case_id) select $1, $2, value::uuid from jsonb_array_elements_text($3)`,
		a.ClientID, a.ID, covered)
	if err != nil {
		return fmt.Errorf("naming the cases of agreement %s: %w", a.ID, err)
	}
	for _, i := range a.Instalments {
		_, err := tx.Exec(`insert into instalments (client_id, agreement_id, n, due_on, minor) values ($1, $2, $3, $4, $5)`,
			a.ClientID, a.ID, i.N, i.DueOn, i.Amount.Minor)
		if err != nil {
			return fmt.Errorf("writing instalment %d of agreement %s: %w", i.N, a.ID, err)
		}
	}
	return nil
}

// load reads the agreements that a condition on table a chooses, the oldest first, with their cases and instalments.
func load(tx *postgres.Tx, where string, args ...any) ([]Agreement, error) {
	var all []Agreement
	if err := tx.Select(&all, `select `+columns+` from agreements a where `+where+` order by id`, args...); err != nil {
		return nil, fmt.Errorf("reading agreements: %w", err)
	}
	for i := range all {
		a := &all[i]
		err := tx.Select(&a.CaseIDs, `select case_id from agreement_cases where client_id = $1 and agreement_id = $2 order by case_id`, a.ClientID, a.ID)
		if err != nil {
			return nil, fmt.Errorf("reading the cases of agreement %s: %w", a.ID, err)
		}
		if a.Instalments, err = instalments(tx, *a); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func instalments(tx *postgres.Tx, a Agreement) ([]Instalment, error) {
	var rows []struct {
		N         int      `db:"n"`
		DueOn     day.Date `db:"due_on"`
		Minor     int64    `db:"minor"`
		PaidMinor int64    `db:"paid_minor"`
	}
	err := tx.Select(&rows, `select n, due_on, minor, paid_minor from instalments where client_id = $1 and agreement_id = $2 order by n`, a.ClientID, a.ID)
	if err != nil {
		return nil, fmt.Errorf("reading the instalments of agreement %s: %w", a.ID, err)
	}
	out := make([]Instalment, len(rows))
	for i, r := range rows {
		out[i] = Instalment{N: r.N, DueOn: r.DueOn, Amount: money.Of(r.Minor, a.Currency), Paid: money.Of(r.PaidMinor, a.Currency)}
	}
	return out, nil
}

// move changes the state from what the caller saw to what a now says.
func move(tx *evidence.Tx, a Agreement, from State) error {
	err := tx.One(`update agreements set state = $4, accepted_on = $5, ended_on = $6, document_id = $7, version = version + 1
		where client_id = $1 and id = $2 and state = $3`, a.ClientID, a.ID, from, a.State, a.AcceptedOn, a.EndedOn, a.DocumentID)
	if err != nil {
		return fmt.Errorf("moving agreement %s from %s to %s: %w", a.ID, from, a.State, err)
	}
	return nil
}

// pay writes what of an instalment is paid, from what the caller saw.
func pay(tx *evidence.Tx, a Agreement, n int, from, to money.Amount) error {
	err := tx.One(`update instalments set paid_minor = $5 where client_id = $1 and agreement_id = $2 and n = $3 and paid_minor = $4`,
		a.ClientID, a.ID, n, from.Minor, to.Minor)
	if err != nil {
		return fmt.Errorf("paying instalment %d of agreement %s: %w", n, a.ID, err)
	}
	return nil
}

// receivedSince is what payments recorded after the proposal (or only the one named) brought into the agreement's cases: all of
// it, and the part that counts on the day of the claim or before.
func receivedSince(tx *postgres.Tx, a Agreement, only *uuid.UUID) (all, before money.Amount, err error) {
	var row struct {
		AllMinor    int64 `db:"all_minor"`
		BeforeMinor int64 `db:"before_minor"`
	}
	err = tx.Get(&row, `select coalesce(-sum(l.minor), 0)::bigint as all_minor,
			coalesce(-sum(l.minor) filter (where l.effective_on <= g.as_of), 0)::bigint as before_minor
		  from agreements g
		  join agreement_cases c on c.client_id = g.client_id and c.agreement_id = g.id
		  join ledger_entries l on l.client_id = c.client_id and l.case_id = c.case_id
		  join payments p on p.client_id = l.client_id and p.id = l.payment_id and p.recorded_at > g.proposed_at and p.returned_on is null
		 where g.client_id = $1 and g.id = $2 and ($3::uuid is null or p.id = $3)`, a.ClientID, a.ID, only)
	if err != nil {
		return all, before, fmt.Errorf("adding what was received since agreement %s was proposed: %w", a.ID, err)
	}
	return money.Of(row.AllMinor, a.Currency), money.Of(row.BeforeMinor, a.Currency), nil
}

// received is a payment recorded after an agreement's proposal, with what of it, in its own currency, stands in the covered cases and
// one of its lines.
type received struct {
	ID         uuid.UUID      `db:"id"`
	ReceivedOn day.Date       `db:"received_on"`
	Minor      int64          `db:"minor"`
	Currency   money.Currency `db:"currency"`
	LineID     uuid.UUID      `db:"line_id"`
}

// paymentsUnder reads the payments that an agreement lives on, in the order in which they were received.
func paymentsUnder(tx *postgres.Tx, a Agreement) (all []received, err error) {
	err = tx.Select(&all, `select p.id, p.received_on, p.currency, -sum(coalesce(l.received_minor, l.minor))::bigint as minor,
			(array_agg(l.id order by l.id) filter (where l.kind = 'payment' and not exists (
				select 1 from ledger_entries r where r.client_id = l.client_id and r.reverses = l.id)))[1] as line_id
		  from agreements g
		  join agreement_cases c on c.client_id = g.client_id and c.agreement_id = g.id
		  join ledger_entries l on l.client_id = c.client_id and l.case_id = c.case_id
		  join payments p on p.client_id = l.client_id and p.id = l.payment_id and p.recorded_at > g.proposed_at and p.returned_on is null
		 where g.client_id = $1 and g.id = $2
		 group by p.id, p.received_on, p.currency having sum(l.minor) <> 0 order by p.received_on, p.id`, a.ClientID, a.ID)
	if err != nil {
		return nil, fmt.Errorf("reading the payments under agreement %s: %w", a.ID, err)
	}
	return all, nil
}

// overdue finds the live agreements that must end as of a day: an instalment unpaid past its tolerance, an offer that nobody
// took up in time (unless money came in since, which a person must look at), a question that the client left unanswered, or a
// case closed under it.
const overdue = `select a.id from agreements a join accounts k on k.client_id = a.client_id and k.id = a.account_id
	where a.state in ('awaiting_client', 'proposed', 'active') and (
		(a.state in ('proposed', 'active') and exists (select 1 from instalments i
			where i.client_id = a.client_id and i.agreement_id = a.id and i.paid_minor < i.minor
			  and i.due_on + a.tolerance_days < $1 and i.due_on + a.tolerance_days <= k.known_until)
		 and (a.state = 'active' or not exists (select 1 from payments p
			where p.client_id = a.client_id and p.account_id = a.account_id and p.recorded_at > a.proposed_at and p.returned_on is null)))
		or (a.state = 'awaiting_client' and exists (select 1 from approvals q
			where q.client_id = a.client_id and q.kind = 'agreement' and q.about = a.id and q.state = 'open' and q.expires_on < $1))
		or exists (select 1 from agreement_cases x join cases c on c.client_id = x.client_id and c.id = x.case_id
			where x.client_id = a.client_id and x.agreement_id = a.id and c.stage = 'closed'))`
