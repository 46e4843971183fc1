package payments

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

const columns = `client_id, id, account_id, minor, currency, received_on, source, payer_reference, external_ref, unallocated_minor, returned_on, return_reason`

// place is the account that a payment belongs to. LatestCaseID is its newest case, for the log of an account without open cases.
type place struct {
	ClientID     uuid.UUID `db:"client_id"`
	AccountID    uuid.UUID `db:"account_id"`
	CaseID       uuid.UUID `db:"case_id"`
	DebtID       uuid.UUID `db:"debt_id"`
	LatestCaseID uuid.UUID `db:"latest_case_id"`
}

// find reads which account, and which case if one was named, the report means. Out of reach is not found.
func find(tx *postgres.Tx, in Received) (at place, err error) {
	switch {
	case in.CaseID != uuid.Nil:
		err = tx.Get(&at, `select client_id, account_id, id as case_id, id as latest_case_id from cases where id = $1`, in.CaseID)
	case in.DebtRef != "":
		err = tx.Get(&at, `select client_id, account_id, case_id, id as debt_id, case_id as latest_case_id from debts where client_id = $1 and external_ref = $2`, in.ClientID, in.DebtRef)
	default:
		reference, bad := money.CheckRF(in.Reference)
		if bad != nil {
			return at, errNoReference.With(problem.Of(bad).Reasons...)
		}
		err = tx.Get(&at, `select a.client_id, a.id as account_id,
				(select c.id from cases c where c.client_id = a.client_id and c.account_id = a.id order by c.id desc limit 1) as latest_case_id
			  from accounts a where a.payment_reference = $1`, reference)
	}
	if err != nil {
		return at, fmt.Errorf("finding the account of a payment: %w", err)
	}
	return at, nil
}

var errNoReference = problem.New(problem.Invalid, "payment_reference", "La referencia de pago no es válida: compruebe sus dígitos.", "The payment reference is not valid: check its digits.")

func insert(tx *evidence.Tx, p Payment) error {
	_, err := tx.NamedExecContext(tx.Context(), `insert into payments (`+columns+`) values (:client_id, :id, :account_id, :minor, :currency, :received_on,
		:source, :payer_reference, :external_ref, :unallocated_minor, :returned_on, :return_reason)`, p)
	if err != nil {
		return fmt.Errorf("recording payment %s: %w", p.ID, err)
	}
	return nil
}

// saveUnallocated writes what of a payment met no debt.
func saveUnallocated(tx *evidence.Tx, p Payment) error {
	return tx.One(`update payments set unallocated_minor = $3 where client_id = $1 and id = $2 and returned_on is null`, p.ClientID, p.ID, p.UnallocatedMinor)
}

// saveReturn writes that the payer's bank took the money back.
func saveReturn(tx *evidence.Tx, p Payment) error {
	return tx.One(`update payments set returned_on = $3, return_reason = $4, unallocated_minor = 0 where client_id = $1 and id = $2 and returned_on is null`,
		p.ClientID, p.ID, p.ReturnedOn, p.ReturnReason)
}

// addUnallocated gives earlier payments back what found nothing to fall on any more.
func addUnallocated(tx *evidence.Tx, client uuid.UUID, freed map[uuid.UUID]money.Amount) error {
	for id, amount := range freed {
		err := tx.One(`update payments set unallocated_minor = unallocated_minor + $3 where client_id = $1 and id = $2`, client, id, amount.Minor)
		if err != nil {
			return fmt.Errorf("freeing %s of payment %s: %w", amount, id, err)
		}
	}
	return nil
}

func exists(tx *postgres.Tx, client uuid.UUID, externalRef string) (taken bool, err error) {
	if externalRef == "" {
		return false, nil
	}
	err = tx.Get(&taken, `select exists (select 1 from payments where client_id = $1 and external_ref = $2)`, client, externalRef)
	return taken, err
}

func byExternalRef(tx *postgres.Tx, client uuid.UUID, externalRef string) (p Payment, err error) {
	err = tx.Get(&p, `select `+columns+` from payments where client_id = $1 and external_ref = $2`, client, externalRef)
	return p, err
}

// standingLine finds one line with which a payment stands in the ledger; problem.Missing when it met no debt.
func standingLine(tx *postgres.Tx, p Payment) (id uuid.UUID, err error) {
	err = tx.Get(&id, `select l.id from ledger_entries l where l.client_id = $1 and l.payment_id = $2 and l.kind = 'payment'
		and not exists (select 1 from ledger_entries r where r.client_id = l.client_id and r.reverses = l.id) order by l.id limit 1`, p.ClientID, p.ID)
	return id, err
}

// OfAccount lists the payments of an account with their shares, the newest first. The caller has asked payment:read.
func (d *Desk) OfAccount(tx *postgres.Tx, client, account uuid.UUID, limit int) (all []Payment, err error) {
	err = tx.Select(&all, `select `+columns+` from payments where client_id = $1 and account_id = $2 order by received_on desc, id desc limit $3`, client, account, limit)
	if err != nil {
		return nil, fmt.Errorf("reading the payments of account %s: %w", account, err)
	}
	ids := make([]uuid.UUID, len(all))
	for i, p := range all {
		ids[i] = p.ID
	}
	shares, err := d.Book.SharesOf(tx, client, ids...)
	if err != nil {
		return nil, err
	}
	for _, share := range shares {
		i := slices.IndexFunc(all, func(p Payment) bool { return p.ID == share.PaymentID })
		all[i].Shares = append(all[i].Shares, share)
	}
	return all, nil
}

func byID(tx *postgres.Tx, id uuid.UUID) (p Payment, err error) {
	err = tx.Get(&p, `select `+columns+` from payments where id = $1`, id)
	return p, err
}

// latestCase is the newest case of a payment's account within the reader's reach: where the payment is shown.
func latestCase(tx *postgres.Tx, who evidence.Actor, p Payment) (*cases.Case, error) {
	var id uuid.UUID
	err := tx.Get(&id, `select id from cases where client_id = $1 and account_id = $2 order by id desc limit 1`, p.ClientID, p.AccountID)
	if err != nil {
		return nil, err
	}
	return cases.Get(tx, who, id)
}
