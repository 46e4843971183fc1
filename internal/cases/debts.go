package cases

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/postgres"
)

// Debt is one claim: an invoice, instalment, cheque or note.
type Debt struct {
	ID             uuid.UUID        `db:"id" json:"id"`
	CaseID         uuid.UUID        `db:"case_id" json:"-"`
	ExternalRef    string           `db:"external_ref" json:"external_ref"`
	Kind           string           `db:"kind" json:"kind"`
	Number         string           `db:"number" json:"number"`
	IssuedOn       day.Date         `db:"issued_on" json:"issued_on"`
	DueOn          day.Date         `db:"due_on" json:"due_on"`
	PrincipalMinor int64            `db:"principal_minor" json:"principal_minor"` // as handed over; what is open stands in the ledger
	Currency       money.Currency   `db:"currency" json:"-"`
	OrdinaryMinor  int64            `db:"ordinary_interest_minor" json:"ordinary_interest_minor"` // ordinary interest of the contract, a fixed sum
	TaxBaseMinor   *int64           `db:"tax_base_minor" json:"tax_base_minor"`
	TaxMinor       *int64           `db:"tax_minor" json:"tax_minor"`
	DeliveredOn    day.Date         `db:"delivered_on" json:"delivered_on"`
	Business       bool             `db:"business" json:"business"`
	AgreedRatePct  *decimal.Decimal `db:"agreed_rate_pct" json:"agreed_rate_pct"`     // per cent a year
	Regime         string           `db:"regime" json:"regime"`                       // of interest, in the words of package law
	LimitationKind string           `db:"limitation_kind" json:"limitation_kind"`     // of claim, in the words of package law
	Region         string           `db:"limitation_region" json:"limitation_region"` // whose civil law governs; empty is the common law
	LimitationOn   day.Date         `db:"limitation_on" json:"limitation_on"`         // last day to sue
	LimitationLaw  string           `db:"limitation_law" json:"limitation_law"`
}

// Principal is the amount handed over.
func (d Debt) Principal() money.Amount { return money.Of(d.PrincipalMinor, d.Currency) }

const debtColumns = `id, case_id, external_ref, kind, number, issued_on, due_on, principal_minor, currency, ordinary_interest_minor, tax_base_minor, tax_minor,
	delivered_on, business, agreed_rate_pct, regime, limitation_kind, limitation_region, limitation_on, limitation_law`

// DebtsOf reads the debts of a case, the oldest due first.
func DebtsOf(tx *postgres.Tx, client, caseID uuid.UUID) ([]Debt, error) {
	var all []Debt
	err := tx.Select(&all, `select `+debtColumns+` from debts where client_id = $1 and case_id = $2 order by due_on, id`, client, caseID)
	if err != nil {
		return nil, fmt.Errorf("reading the debts of case %s: %w", caseID, err)
	}
	return all, nil
}

// Account is a debtor with one client: where messages, demands, agreements and suits hang.
type Account struct {
	ClientID         uuid.UUID `db:"client_id"`
	ID               uuid.UUID `db:"id"`
	PersonID         uuid.UUID `db:"person_id"`
	PaymentReference string    `db:"payment_reference"`
	KnownUntil       day.Date  `db:"known_until"` // money known up to this day
}

// Party is a person or company in the account: the principal debtor, a guarantor.
type Party struct {
	ID             uuid.UUID  `db:"id"`
	AccountID      uuid.UUID  `db:"account_id"`
	PersonID       *uuid.UUID `db:"person_id"`
	Role           string     `db:"role"`
	Kind           string     `db:"kind"`
	Name           string     `db:"name"`
	TaxID          string     `db:"tax_id"`
	Country        string     `db:"country"`
	Language       string     `db:"language"`
	Street         string     `db:"street"`
	PostalCode     string     `db:"postal_code"`
	City           string     `db:"city"`
	Region         string     `db:"region"`
	AddressCountry string     `db:"address_country"`
}

// ContactPoint is an address, with where it comes from and whether it may be used.
type ContactPoint struct {
	ID      uuid.UUID `db:"id"`
	PartyID uuid.UUID `db:"party_id"`
	Kind    string    `db:"kind"`
	Value   string    `db:"value"`
	Status  string    `db:"status"`
	Source  string    `db:"source"`
}

// AccountOf reads an account.
func AccountOf(tx *postgres.Tx, client, id uuid.UUID) (Account, error) {
	var a Account
	if err := tx.Get(&a, `select client_id, id, person_id, payment_reference, known_until from accounts where client_id = $1 and id = $2`, client, id); err != nil {
		return a, fmt.Errorf("reading account %s: %w", id, err)
	}
	return a, nil
}

// DebtorOf reads the principal debtor of an account.
func DebtorOf(tx *postgres.Tx, client, account uuid.UUID) (Party, error) {
	var p Party
	err := tx.Get(&p, `select id, account_id, person_id, role, kind, name, tax_id, country, language, street, postal_code, city, region, address_country
		from parties where client_id = $1 and account_id = $2 and role = 'principal'`, client, account)
	if err != nil {
		return p, fmt.Errorf("reading the debtor of account %s: %w", account, err)
	}
	return p, nil
}

// ContactPointsOf reads the addresses of a party.
func ContactPointsOf(tx *postgres.Tx, client, party uuid.UUID) ([]ContactPoint, error) {
	var all []ContactPoint
	err := tx.Select(&all, `select id, party_id, kind, value, status, source from contact_points where client_id = $1 and party_id = $2 order by kind, id`, client, party)
	return all, err
}
