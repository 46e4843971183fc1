package testfirm

import (
	"cmp"
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/postgres"
)

// Invoice is one debt to open a case with. Empty fields: 1000.00 (1000000 CLP), due 2025-11-28, issued thirty days before, a made-up number,
// statutory commercial interest, or legal interest when the debtor is a person.
type Invoice struct {
	Number    string
	Kind      string // empty: invoice
	Principal string // decimal, in the client's currency
	Ordinary  string // ordinary interest of the contract, decimal; empty none
	IssuedOn  day.Date
	DueOn     day.Date
	Regime    law.Regime
	AgreedPct string // yearly per cent under law.Agreed
}

// Opts says what case to open. The zero value is one invoice of a Spanish company against ClientA, with compensation.
type Opts struct {
	Client         *clients.Client // nil: ClientA
	Jurisdiction   string          // empty: the client's country
	Currency       money.Currency  // empty: the client's
	Debtor         *cases.Debtor   // nil: a new fictional debtor with an e-mail address
	Person         bool            // a new debtor is a person, not a company
	Invoices       []Invoice       // all in one case; none: one default invoice
	NoCompensation bool
	As             *evidence.Actor // nil: Job
}

// OpenCase opens a case through cases.OpenAll and ledger.Charge, in one recorded action.
func (f *Firm) OpenCase(o Opts) *cases.Case {
	f.T.Helper()
	client, who := f.client(o), &f.Job
	if o.As != nil {
		who = o.As
	}
	openings := f.Openings(o)
	book := ledger.Book{Law: f.Law}
	ctx := context.Background()
	opened, err := evidence.Record(ctx, f.Log, *who, func(tx *evidence.Tx) ([]cases.Opened, []evidence.Entry, error) {
		opened, entries, err := cases.OpenAll(tx, client.ID, client.TeamID, len(openings) > 1, f.Clock.Today(), openings)
		if err != nil {
			return nil, nil, err
		}
		more, err := book.Charge(tx, client.ID, ledger.Claims(openings, opened, !o.NoCompensation))
		return opened, append(entries, more...), err
	})
	f.must(err)
	return f.Case(opened[0].CaseID)
}

func (f *Firm) client(o Opts) *clients.Client {
	if o.Client != nil {
		return o.Client
	}
	return &f.ClientA
}

// Openings prepares debts as intake hands them to cases.OpenAll, all of one debtor.
func (f *Firm) Openings(o Opts) []cases.Opening {
	f.T.Helper()
	client := f.client(o)
	if o.Jurisdiction == "" {
		o.Jurisdiction = client.Country
	}
	if o.Currency == "" {
		o.Currency = client.Currency
	}
	if o.Debtor == nil {
		d := f.Debtor(o.Jurisdiction, o.Person)
		o.Debtor = &d
	}
	if len(o.Invoices) == 0 {
		o.Invoices = []Invoice{{}}
	}
	openings := make([]cases.Opening, len(o.Invoices))
	for i, inv := range o.Invoices {
		openings[i] = f.opening(o, inv)
	}
	return openings
}

// Case reads a case as it stands now.
func (f *Firm) Case(id uuid.UUID) *cases.Case {
	f.T.Helper()
	var c *cases.Case
	f.must(f.DB.App.View(context.Background(), f.Job.Token, func(tx *postgres.Tx) (err error) {
		c, err = cases.Get(tx, f.Job, id)
		return err
	}))
	return c
}

// Debtor invents a debtor of a country with a tax id that passes its rules.
func (f *Firm) Debtor(country string, person bool) cases.Debtor {
	n := f.next()
	d := cases.Debtor{Kind: law.Company, Name: fmt.Sprintf("Talleres Brumaluz %d, S.L.", n), TaxID: law.MakeTaxID(country, law.Company, 1000+n), Country: country, Language: "es",
		Email: fmt.Sprintf("deudor%d@deudores.example", n), Phone: fmt.Sprintf("+34600%06d", n), Street: fmt.Sprintf("Calle del Ensayo %d", n), PostalCode: "00003", City: "Brumaluz",
		AddressCountry: country}
	if person {
		d.Kind, d.Name, d.TaxID = law.Person, fmt.Sprintf("Berta Ensayo %d", n), law.MakeTaxID(country, law.Person, 1000+n)
	}
	return d
}

func (f *Firm) opening(o Opts, inv Invoice) cases.Opening {
	f.T.Helper()
	n := f.next()
	debt := cases.Debt{ExternalRef: fmt.Sprintf("ERP-%06d", n), Kind: cmp.Or(inv.Kind, "invoice"), Number: inv.Number, IssuedOn: inv.IssuedOn, DueOn: inv.DueOn,
		Business: o.Debtor.Kind == law.Company, Regime: string(inv.Regime), Currency: o.Currency}
	if debt.Number == "" {
		debt.Number = fmt.Sprintf("F-2025-%04d", n)
	}
	if debt.DueOn.IsZero() {
		debt.DueOn = day.Of(2025, 11, 28)
	}
	if debt.IssuedOn.IsZero() {
		debt.IssuedOn = debt.DueOn.AddDays(-30)
	}
	if debt.Regime == "" {
		debt.Regime = string(law.StatutoryCommercial)
		if !debt.Business {
			debt.Regime = string(law.Legal)
		}
	}
	f.terms(&debt, inv)
	pack, err := f.Law.Pack(o.Jurisdiction)
	f.must(err)
	debt.LimitationKind = "general"
	limitation, err := pack.Limitation(law.LimitationClaim{Kind: debt.LimitationKind, Business: debt.Business, Due: debt.DueOn})
	f.must(err)
	debt.LimitationOn, debt.LimitationLaw = limitation.On, limitation.Law
	reference, err := money.MakeRF(fmt.Sprintf("RECOBRO%08d", n))
	f.must(err)
	return cases.Opening{Debtor: *o.Debtor, Debt: debt, Jurisdiction: o.Jurisdiction, Currency: o.Currency, AccountSerial: fmt.Sprint(n), PaymentRef: reference, ContactSource: "portfolio test"}
}

func (f *Firm) terms(debt *cases.Debt, inv Invoice) {
	f.T.Helper()
	principal := inv.Principal
	if principal == "" {
		principal = money.Of(1000_00, money.EUR).Decimal()
		if exp, _ := debt.Currency.Exponent(); exp == 0 {
			principal = "1000000"
		}
	}
	amount, err := money.Parse(principal, debt.Currency)
	f.must(err)
	debt.PrincipalMinor = amount.Minor
	if inv.Ordinary != "" {
		ordinary, err := money.Parse(inv.Ordinary, debt.Currency)
		f.must(err)
		debt.OrdinaryMinor = ordinary.Minor
	}
	if inv.AgreedPct != "" {
		pct, err := decimal.NewFromString(inv.AgreedPct)
		f.must(err)
		debt.AgreedRatePct = &pct
	}
}
