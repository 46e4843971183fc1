// Package payments takes in the money that debtors paid, lets it fall on what they owe, and closes what is paid; and it
// enters what people change in the ledger by hand, since that may leave money without a debt. The rule: a payment is recorded once,
// whatever it meets, and money received = allocated + unallocated + returned.
package payments

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/settlements"
)

// Desk is where payments are recorded.
type Desk struct {
	Log         *evidence.Log
	Law         *law.Library
	Book        *ledger.Book
	Settlements *settlements.Desk
}

// Source says where the money arrived.
type Source string

const (
	Bank   Source = "bank"   // in the firm's account
	Direct Source = "direct" // at the client itself, as the client reports
	Card   Source = "card"
)

// Received is a payment as somebody reports it. It names its debtor in one of three ways: the case, the payment reference (RF)
// that the bank line carries, or the client's own reference of the debt, with the client when the firm reports it.
type Received struct {
	CaseID         uuid.UUID
	Reference      string
	ClientID       uuid.UUID
	DebtRef        string
	Amount         money.Amount
	ReceivedOn     day.Date
	Source         Source // empty: direct for a client, bank for the firm
	PayerReference string // the words of the payer
	ExternalRef    string // the reporter's own key: the same key is the same payment
}

// Payment (cobro) is money received on an account.
type Payment struct {
	ClientID         uuid.UUID      `db:"client_id"`
	ID               uuid.UUID      `db:"id"`
	AccountID        uuid.UUID      `db:"account_id"`
	Minor            int64          `db:"minor"`
	Currency         money.Currency `db:"currency"`
	ReceivedOn       day.Date       `db:"received_on"`
	Source           Source         `db:"source"`
	PayerReference   string         `db:"payer_reference"`
	ExternalRef      string         `db:"external_ref"`
	UnallocatedMinor int64          `db:"unallocated_minor"`
	ReturnedOn       day.Date       `db:"returned_on"`
	ReturnReason     string         `db:"return_reason"`
	Shares           []ledger.Share `db:"-"` // how it stands allocated now
	Repeated         bool           `db:"-"` // this external_ref was already recorded; nothing happened now
}

// Again says that the report only repeated what was recorded before.
func (p Payment) Again() bool { return p.Repeated }

// Amount received.
func (p Payment) Amount() money.Amount { return money.Of(p.Minor, p.Currency) }

// Unallocated is what met no debt and waits for a person.
func (p Payment) Unallocated() money.Amount { return money.Of(p.UnallocatedMinor, p.Currency) }

var (
	errAmount     = problem.New(problem.Invalid, "payment_amount", "El importe debe ser positivo y en la moneda del expediente, o en la de su unidad de cuenta.", "The amount must be positive and in the case's currency, or in the money of its unit of account.")
	errDate       = problem.New(problem.Invalid, "payment_date", "El día del cobro falta o aún no ha llegado.", "The day of the payment is missing or has not come yet.")
	errSource     = problem.New(problem.Invalid, "payment_source", "El origen es bank, direct o card; un cliente solo comunica cobros directos.", "The source is bank, direct or card; a client only reports direct payments.")
	errDesignated = problem.New(problem.Invalid, "payment_designation", "Indique el expediente, la referencia de pago o la referencia de la deuda.", "Name the case, the payment reference or the debt's reference.")
	errReused     = problem.New(problem.Conflict, "payment_ref_reused", "Esa referencia ya es de otro cobro.", "That reference already belongs to another payment.")

	errRecorded = errors.New("this payment is already recorded")
)

// Record takes a payment in: it falls on the debts, pays the instalments of an agreement in force, closes what is paid, and
// has the cases planned anew. The same external_ref is the same payment: the first answer is given again.
func (d *Desk) Record(ctx context.Context, who evidence.Actor, in Received) (Payment, error) {
	if err := in.complete(who); err != nil {
		return Payment{}, err
	}
	made, err := evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Payment, []evidence.Entry, error) {
		t, err := d.receive(tx, in)
		if err != nil {
			return Payment{}, nil, err
		}
		err = t.fall()
		return t.payment, t.entries, err
	})
	if name, _ := postgres.Broken(err); errors.Is(err, errRecorded) || name == "payments_external_ref_unique" {
		return d.again(ctx, who, in)
	}
	return made, err
}

// complete fills in what the reporter may leave out and refuses what no debtor's account could make sense of.
func (in *Received) complete(who evidence.Actor) error {
	if in.Source == "" {
		in.Source = Bank
		if !who.Staff && !who.IsJob() {
			in.Source = Direct
		}
	}
	if len(who.Clients) == 1 {
		in.ClientID = who.Clients[0]
	}
	named := 0
	for _, given := range []bool{in.CaseID != uuid.Nil, in.Reference != "", in.DebtRef != ""} {
		if given {
			named++
		}
	}
	switch {
	case !in.Amount.IsPositive():
		return errAmount
	case in.ReceivedOn.IsZero():
		return errDate
	case !slices.Contains([]Source{Bank, Direct, Card}, in.Source) || (in.Source != Direct && !who.Staff && !who.IsJob()):
		return errSource
	case named != 1:
		return errDesignated
	}
	return nil
}

// taking is one payment on its way into the ledger, with what it touches locked.
type taking struct {
	*evidence.Tx
	desk      *Desk
	payment   Payment
	open      []*cases.Case // every open case of the account, in the order of ids
	named     *cases.Case   // the case designated, closed ones included; nil when only the account is known
	debt      uuid.UUID     // the debt designated; zero when none
	pack      *law.Pack
	agreement *settlements.Agreement
	today     day.Date
	entries   []evidence.Entry
}

// receive finds the account, locks its cases under the permission, and writes the payment as wholly unallocated.
func (d *Desk) receive(tx *evidence.Tx, in Received) (*taking, error) {
	at, err := find(tx.Tx, in)
	if err != nil {
		return nil, err
	}
	t := &taking{Tx: tx, desk: d, debt: at.DebtID}
	if err := t.lock(at); err != nil {
		return nil, err
	}
	if t.pack, err = d.Law.Pack(t.host().Jurisdiction); err != nil {
		return nil, err
	}
	t.today = tx.Today(t.pack.Zone)
	switch {
	case in.ReceivedOn.After(t.today):
		return nil, errDate
	case t.named != nil && !ledger.Pays(t.pack, in.Amount.Currency, t.named.Currency):
		return nil, errAmount
	}
	if taken, err := exists(tx.Tx, at.ClientID, in.ExternalRef); err != nil || taken {
		return nil, cmp.Or(err, errRecorded)
	}
	t.payment = Payment{ClientID: at.ClientID, ID: uuid.Must(uuid.NewV7()), AccountID: at.AccountID, Minor: in.Amount.Minor, Currency: in.Amount.Currency,
		ReceivedOn: in.ReceivedOn, Source: in.Source, PayerReference: in.PayerReference, ExternalRef: in.ExternalRef,
		UnallocatedMinor: in.Amount.Minor}
	if t.agreement, err = settlements.InForce(tx.Tx, at.ClientID, at.AccountID); err != nil {
		return nil, err
	}
	return t, insert(tx, t.payment)
}

// lock takes every open case of the account, and the designated one even when it is closed.
func (t *taking) lock(at place) (err error) {
	record := access.To(access.ActRecord, access.ObjPayment)
	t.open, err = cases.LockAccount(t.Tx, at.ClientID, at.AccountID, record)
	if err != nil && !errors.Is(err, problem.Missing) {
		return err
	}
	if at.CaseID == uuid.Nil && len(t.open) > 0 {
		return nil
	}
	named := cmp.Or(at.CaseID, at.LatestCaseID)
	if i := slices.IndexFunc(t.open, func(c *cases.Case) bool { return c.ID == named }); i >= 0 {
		t.named = t.open[i]
		return nil
	}
	t.named, err = cases.Lock(t.Tx, named, record)
	return err
}

// host is the case whose zone counts and whose chain tells of money that met no debt.
func (t *taking) host() *cases.Case {
	if t.named != nil {
		return t.named
	}
	return t.open[0]
}

// again answers a repeated report with the payment that it made the first time.
func (d *Desk) again(ctx context.Context, who evidence.Actor, in Received) (Payment, error) {
	var p Payment
	err := d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		at, err := find(tx, in)
		if err != nil {
			return err
		}
		if p, err = byExternalRef(tx, at.ClientID, in.ExternalRef); err != nil {
			return err
		}
		if p.AccountID != at.AccountID || p.Amount() != in.Amount || p.ReceivedOn != in.ReceivedOn {
			return errReused
		}
		p.Repeated = true
		p.Shares, err = d.Book.SharesOf(tx, p.ClientID, p.ID)
		return err
	})
	if err != nil {
		return Payment{}, fmt.Errorf("reading the payment recorded before: %w", err)
	}
	return p, nil
}
