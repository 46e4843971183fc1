// Package clients holds the creditor companies, the firm that serves them, the mandate that says what the firm may do, and
// the approvals that wait for the client. The rule: the newest mandate version holds, and none is ever edited.
package clients

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Firm is the law firm itself, as letters and pages name it.
type Firm struct {
	Name              string `db:"name" json:"name"`
	TaxID             string `db:"tax_id" json:"tax_id"`
	Registry          string `db:"registry" json:"registry"`
	Street            string `db:"street" json:"street"`
	PostalCode        string `db:"postal_code" json:"postal_code"`
	City              string `db:"city" json:"city"`
	Country           string `db:"country" json:"country"`
	Email             string `db:"email" json:"email"`
	Phone             string `db:"phone" json:"phone"`
	ClientAccountIBAN string `db:"client_account_iban" json:"client_account_iban"`
	BaseURL           string `db:"base_url" json:"base_url"`
	DemandTermDays    int    `db:"demand_term_days" json:"demand_term_days"`
}

const firmColumns = `name, tax_id, registry, street, postal_code, city, country, email, phone, client_account_iban, base_url, demand_term_days`

// FirmOf reads the firm.
func FirmOf(tx *postgres.Tx) (Firm, error) {
	var f Firm
	if err := tx.Get(&f, `select `+firmColumns+` from firm`); err != nil {
		return f, fmt.Errorf("reading the firm: %w", err)
	}
	return f, nil
}

// SetFirm writes the firm's own data, once at the installation and whenever it changes. The account for clients' money is kept in its
// normal form; a wrong one is a problem of money.CheckAccount.
func SetFirm(ctx context.Context, log *evidence.Log, who evidence.Actor, f Firm) error {
	if err := access.Require(who, access.To(access.ActManage, access.ObjSetting), access.Place{}, access.NoState); err != nil {
		return err
	}
	if f.DemandTermDays == 0 {
		f.DemandTermDays = 10
	}
	account, err := accountOf(f.Country, f.ClientAccountIBAN)
	if err != nil {
		return err
	}
	f.ClientAccountIBAN = account
	_, err = evidence.Record(ctx, log, who, func(tx *evidence.Tx) (Firm, []evidence.Entry, error) {
		_, err := tx.NamedExecContext(tx.Context(), `insert into firm (`+firmColumns+`)
			values (:name, :tax_id, :registry, :street, :postal_code, :city, :country, :email, :phone, :client_account_iban, :base_url, :demand_term_days)
			on conflict (only_row) do update set name = excluded.name, tax_id = excluded.tax_id, registry = excluded.registry, street = excluded.street,
			postal_code = excluded.postal_code, city = excluded.city, country = excluded.country, email = excluded.email, phone = excluded.phone,
			client_account_iban = excluded.client_account_iban, base_url = excluded.base_url,
			demand_term_days = excluded.demand_term_days`, f)
		if err != nil {
			return f, nil, fmt.Errorf("writing the firm: %w", err)
		}
		all, err := json.Marshal(f)
		return f, []evidence.Entry{{Subject: evidence.Firm, Kind: "firm.changed", Class: evidence.Internal, Fields: evidence.Fields{"firm": string(all)}}}, err
	})
	return err
}

// accountOf is the normal form of an account, if there is one.
func accountOf(country, account string) (string, error) {
	if account == "" {
		return "", nil
	}
	return money.CheckAccount(country, account)
}

// AddTeam makes a team, or finds it by its name.
func AddTeam(ctx context.Context, db *postgres.DB, who evidence.Actor, name string) (id int64, err error) {
	if err := access.Require(who, access.To(access.ActManage, access.ObjTeam), access.Place{}, access.NoState); err != nil {
		return 0, err
	}
	err = db.Write(ctx, who.Token, func(tx *postgres.Tx) error {
		return tx.Get(&id, `insert into teams (name) values ($1) on conflict (name) do update set name = excluded.name returning id`, name)
	})
	return id, err
}

// Client is a creditor company.
type Client struct {
	ID          uuid.UUID      `db:"id" json:"id"`
	Name        string         `db:"name" json:"name"`
	TaxID       string         `db:"tax_id" json:"tax_id"`
	Country     string         `db:"country" json:"country"`
	Street      string         `db:"street" json:"street"`
	PostalCode  string         `db:"postal_code" json:"postal_code"`
	City        string         `db:"city" json:"city"`
	Email       string         `db:"email" json:"email"`
	Currency    money.Currency `db:"currency" json:"currency"`
	Language    string         `db:"language" json:"language"`
	Consolidate bool           `db:"consolidate" json:"consolidate"` // debts of one debtor join one case
	AccountIBAN string         `db:"account_iban" json:"account_iban,omitempty"`
	TeamID      int64          `db:"team_id" json:"-"`
}

// Mandate is what the client lets the firm do (encargo). Discounts are in basis points of the component.
type Mandate struct {
	ClientID               uuid.UUID `db:"client_id" json:"-"`
	Version                int       `db:"version" json:"version"`
	SignedOn               day.Date  `db:"signed_on" json:"signed_on"`
	Strategy               string    `db:"strategy" json:"strategy"` // empty: the strategy of the segment
	MaxDiscountPrincipalBP int       `db:"max_discount_principal_bp" json:"max_discount_principal_bp"`
	MaxDiscountInterestBP  int       `db:"max_discount_interest_bp" json:"max_discount_interest_bp"`
	MaxMonths              int       `db:"max_months" json:"max_months"`
	MinInstalmentMinor     int64     `db:"min_instalment_minor" json:"min_instalment_minor"`
	MaySueWithoutAsking    bool      `db:"may_sue_without_asking" json:"may_sue_without_asking"`
	WaivesInterestWhenPaid bool      `db:"waives_interest_when_paid" json:"waives_interest_when_paid"`
	ApprovalDays           int       `db:"approval_days" json:"approval_days"`
}

const (
	clientColumns  = `id, name, tax_id, country, street, postal_code, city, email, currency, language, consolidate, account_iban, team_id`
	mandateColumns = `client_id, version, signed_on, strategy, max_discount_principal_bp, max_discount_interest_bp, max_months, min_instalment_minor,
		may_sue_without_asking, waives_interest_when_paid, approval_days`
)

var errTaken = problem.New(problem.Conflict, "client_exists", "Ya hay un cliente con ese identificador fiscal.", "There is already a client with that tax id.")

// Add takes a client company on, with its first mandate. Its account, when it has one, is kept in its normal form; a wrong one is a
// problem of money.CheckAccount.
func Add(ctx context.Context, log *evidence.Log, who evidence.Actor, c Client, m Mandate) (Client, error) {
	if err := access.Require(who, access.To(access.ActManage, access.ObjClient), access.Place{}, access.NoState); err != nil {
		return c, err
	}
	account, err := accountOf(c.Country, c.AccountIBAN)
	if err != nil {
		return c, err
	}
	c.AccountIBAN = account
	c.ID = uuid.Must(uuid.NewV7())
	return evidence.Record(ctx, log, who, func(tx *evidence.Tx) (Client, []evidence.Entry, error) {
		_, err := tx.NamedExecContext(tx.Context(), `insert into clients (`+clientColumns+`)
			values (:id, :name, :tax_id, :country, :street, :postal_code, :city, :email, :currency, :language, :consolidate, :account_iban, :team_id)`, c)
		if name, _ := postgres.Broken(err); name == "clients_tax_id_unique" {
			return c, nil, errTaken
		}
		if err != nil {
			return c, nil, fmt.Errorf("adding client %s: %w", c.ID, err)
		}
		m.ClientID, m.Version = c.ID, 1
		entry, err := insertMandate(tx, m)
		return c, []evidence.Entry{{Subject: evidence.ClientOf(c.ID), Kind: "client.added",
			Fields: evidence.Fields{"name": c.Name, "tax_id": c.TaxID, "country": c.Country}}, entry}, err
	})
}

// SignMandate puts the next version of the client's mandate in force.
func SignMandate(ctx context.Context, log *evidence.Log, who evidence.Actor, client uuid.UUID, m Mandate) (Mandate, error) {
	if err := access.Require(who, access.To(access.ActManage, access.ObjMandate), access.Place{}, access.NoState); err != nil {
		return m, err
	}
	return evidence.Record(ctx, log, who, func(tx *evidence.Tx) (Mandate, []evidence.Entry, error) {
		old, err := MandateOf(tx.Tx, client)
		if err != nil {
			return m, nil, err
		}
		m.ClientID, m.Version = client, old.Version+1
		entry, err := insertMandate(tx, m)
		return m, []evidence.Entry{entry}, err
	})
}

func insertMandate(tx *evidence.Tx, m Mandate) (evidence.Entry, error) {
	if m.ApprovalDays == 0 {
		m.ApprovalDays = 10
	}
	_, err := tx.NamedExecContext(tx.Context(), `insert into mandates (`+mandateColumns+`)
		values (:client_id, :version, :signed_on, :strategy, :max_discount_principal_bp, :max_discount_interest_bp, :max_months, :min_instalment_minor,
		:may_sue_without_asking, :waives_interest_when_paid, :approval_days)`, m)
	if err != nil {
		return evidence.Entry{}, fmt.Errorf("signing version %d of the mandate of %s: %w", m.Version, m.ClientID, err)
	}
	all, err := json.Marshal(m)
	return evidence.Entry{Subject: evidence.ClientOf(m.ClientID), Kind: "mandate.signed", Fields: evidence.Fields{"mandate": string(all)}}, err
}

// Get reads one client within reach.
func Get(tx *postgres.Tx, id uuid.UUID) (Client, error) {
	var c Client
	err := tx.Get(&c, `select `+clientColumns+` from clients where id = $1`, id)
	return c, err
}

// List reads the clients within reach, by name.
func List(tx *postgres.Tx) ([]Client, error) {
	var all []Client
	err := tx.Select(&all, `select `+clientColumns+` from clients order by name limit 1000`)
	return all, err
}

// MandateOf reads the mandate in force.
func MandateOf(tx *postgres.Tx, client uuid.UUID) (Mandate, error) {
	var m Mandate
	if err := tx.Get(&m, `select `+mandateColumns+` from mandates where client_id = $1 order by version desc limit 1`, client); err != nil {
		return m, fmt.Errorf("reading the mandate of %s: %w", client, err)
	}
	return m, nil
}
