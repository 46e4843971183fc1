// Package intake takes portfolios: what a client hands over at once becomes cases, each item with its own fate. The rule: an
// item is accepted whole or refused with coded reasons, and a portfolio is recorded once or not at all.
package intake

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/evidence/format"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// MaxItems is how many items one call may hand over to be answered at once.
const MaxItems = 1000

// Desk is where portfolios come in.
type Desk struct {
	Log       *evidence.Log
	Law       *law.Library
	Book      *ledger.Book
	Documents *documents.Desk
	Receipts  *format.Signer // signs receipts; without it there are none
}

// Portfolio (cartera) is a set of debts handed over at once. Values are texts as the client wrote them: a wrong value
// refuses its item, not the call.
type Portfolio struct {
	Reference string         // the client's own name for it, unique per client
	Currency  money.Currency // of every amount; the client's when empty
	Source    string         // api, file or page
	Items     []Item
}

// Item is one debt with its debtor.
type Item struct {
	ExternalRef string                     `json:"external_ref" doc:"The client's own key of this debt; it may hold slashes"`
	Debtor      Debtor                     `json:"debtor"`
	Debt        Debt                       `json:"debt"`
	CoDebtors   []Debtor                   `json:"co_debtors,omitempty" maxItems:"10"`
	Documents   []File                     `json:"documents,omitempty" maxItems:"10"`
	Metadata    map[string]json.RawMessage `json:"metadata,omitempty" doc:"Kept and given back as it is; at most 4 KB"`
}

// Debtor is who owes, or who answers for the debt.
type Debtor struct {
	Kind     string   `json:"kind" doc:"company or person"`
	Name     string   `json:"name"`
	TaxID    string   `json:"tax_id"`
	Country  string   `json:"country" doc:"ISO 3166; the jurisdiction of the case"`
	Language string   `json:"language,omitempty" doc:"es or en"`
	Email    string   `json:"email,omitempty"`
	Phone    string   `json:"phone,omitempty"`
	Address  *Address `json:"address,omitempty"`
}

// Address of a debtor.
type Address struct {
	Street     string `json:"street"`
	PostalCode string `json:"postal_code"`
	City       string `json:"city"`
	Region     string `json:"region,omitempty"`
	Country    string `json:"country"`
}

// Debt is the claim: amounts are decimal texts in the portfolio's currency, dates YYYY-MM-DD.
type Debt struct {
	Kind        string `json:"kind" doc:"invoice, instalment, cheque, note or other"`
	Number      string `json:"number"`
	IssuedOn    string `json:"issued_on"`
	DueOn       string `json:"due_on"`
	Principal   string `json:"principal"`
	Ordinary    string `json:"ordinary_interest,omitempty" doc:"Ordinary interest of the contract, a fixed sum beside the principal; it bears nothing"`
	TaxBase     string `json:"tax_base,omitempty"`
	Tax         string `json:"tax,omitempty"`
	AlreadyPaid string `json:"already_paid,omitempty"`
	DeliveredOn string `json:"delivered_on,omitempty"`
	Business    *bool  `json:"business,omitempty" doc:"The debtor acts in its trade; a company does unless said otherwise"`
	AgreedRate  string `json:"agreed_rate,omitempty" doc:"Yearly per cent of the contract"`
}

// File is a paper of the debt.
type File struct {
	Name          string `json:"name"`
	MediaType     string `json:"media_type"`
	ContentBase64 string `json:"content_base64,omitempty"`
}

// Status is the fate of an item.
type Status string

const (
	Accepted Status = "accepted"
	Rejected Status = "rejected"
)

// Fate is what became of one item, in the order of the portfolio.
type Fate struct {
	N           int              `json:"n"` // 0 is the first
	ExternalRef string           `json:"external_ref"`
	Status      Status           `json:"status"`
	CaseID      *uuid.UUID       `json:"case_id,omitempty"`
	CaseNumber  string           `json:"case_number,omitempty"`
	Reasons     []problem.Reason `json:"reasons,omitempty"`
	Warnings    []problem.Reason `json:"warnings,omitempty"`
	Receipt     *format.Receipt  `json:"receipt,omitempty"` // of an accepted item
}

// Result is a portfolio as recorded, with its control totals. Fates is filled by Submit; later they are read page by page.
type Result struct {
	ClientID      uuid.UUID      `db:"client_id"`
	ID            uuid.UUID      `db:"id"`
	Reference     string         `db:"reference"`
	Source        string         `db:"source"`
	Currency      money.Currency `db:"currency"`
	Items         int            `db:"items"`
	Accepted      int            `db:"accepted"`
	Rejected      int            `db:"rejected"`
	AcceptedMinor int64          `db:"accepted_minor"`
	ReceivedOn    day.Date       `db:"received_on"`
	ReceivedAt    time.Time      `db:"received_at"`
	ReceiptsRoot  *string        `db:"receipts_root"` // the one signature under all receipts; nil without any
	Fates         []Fate         `db:"-"`
}

// AcceptedTotal is the claim of the accepted items.
func (r Result) AcceptedTotal() money.Amount { return money.Of(r.AcceptedMinor, r.Currency) }

var (
	errReferenceTaken = problem.New(problem.Conflict, "portfolio_reference_taken", "Ya hay una cartera con esa referencia.", "There is already a portfolio with that reference.")
	errReference      = problem.New(problem.Invalid, "portfolio_reference_invalid", "La referencia tiene de 1 a 100 caracteres, sin caracteres de control.", "The reference has 1 to 100 characters and no control characters.")
	errCurrency       = problem.New(problem.Invalid, "currency_unknown", "Esa moneda no se admite.", "That currency is not supported.")
	errCount          = problem.New(problem.Invalid, "portfolio_size", "Una cartera tiene de 1 a 1000 partidas.", "A portfolio has 1 to 1000 items.")
)

// Submit records a portfolio of at most MaxItems items of a client and opens the cases, all in one transaction.
func (d *Desk) Submit(ctx context.Context, who evidence.Actor, client uuid.UUID, p Portfolio) (Result, error) {
	if err := access.Require(who, access.To(access.ActSubmit, access.ObjPortfolio), access.Place{Client: client}, access.NoState); err != nil {
		return Result{}, err
	}
	var c clients.Client
	err := d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		c, err = clients.Get(tx, client)
		return err
	})
	if err != nil {
		return Result{}, err
	}
	if p.Currency == "" {
		p.Currency = c.Currency
	}
	if err := p.check(); err != nil {
		return Result{}, err
	}
	judged := d.judgeAll(who, p)
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Result, []evidence.Entry, error) {
		return d.record(tx, c, p, judged)
	})
}

// check judges what refuses the whole call.
func (p *Portfolio) check() error {
	reference, code := line(p.Reference, 100)
	switch _, known := p.Currency.Exponent(); {
	case code != "" || reference == "":
		return errReference.With(reason("/reference", "text_invalid"))
	case !known:
		return errCurrency.With(reason("/currency", "currency_unknown"))
	case len(p.Items) == 0 || len(p.Items) > MaxItems:
		return errCount.With(reason("/items", "portfolio_size"))
	}
	p.Reference = reference
	return nil
}

// record is the one transaction: what is a duplicate is known only under the client's lock.
func (d *Desk) record(tx *evidence.Tx, c clients.Client, p Portfolio, judged []verdict) (Result, []evidence.Entry, error) {
	r := Result{ClientID: c.ID, ID: uuid.Must(uuid.NewV7()), Reference: p.Reference, Source: p.Source, Currency: p.Currency, Items: len(p.Items), ReceivedAt: tx.Now}
	if err := lockClient(tx, c.ID); err != nil {
		return r, nil, err
	}
	verdicts := append([]verdict(nil), judged...) // this function may run again
	if err := refuseKnown(tx, c.ID, verdicts); err != nil {
		return r, nil, err
	}
	home, err := d.Law.Pack(c.Country)
	if err != nil {
		return r, nil, err
	}
	r.ReceivedOn = tx.Today(home.Zone)
	good, openings := accepted(verdicts, "portfolio "+p.Reference)
	var entries []evidence.Entry
	if len(good) > 0 {
		if entries, err = d.open(tx, c, verdicts, good, openings, r.ReceivedOn); err != nil {
			return r, nil, err
		}
	}
	r.Fates = fates(verdicts)
	appended, err := tx.Append(entries)
	if err != nil {
		return r, nil, err
	}
	if err := d.giveReceipts(tx, &r, appended); err != nil {
		return r, nil, err
	}
	for _, i := range good {
		r.Accepted++
		r.AcceptedMinor += verdicts[i].opening.Debt.PrincipalMinor
	}
	r.Rejected = r.Items - r.Accepted
	if err := insertPortfolio(tx, r, p.Items); err != nil {
		return r, nil, err
	}
	return r, []evidence.Entry{received(r)}, nil
}

// open makes the cases, charges the ledger and hangs the papers, for the accepted items.
func (d *Desk) open(tx *evidence.Tx, c clients.Client, verdicts []verdict, good []int, openings []cases.Opening, today day.Date) ([]evidence.Entry, error) {
	if err := giveReferences(tx, openings); err != nil {
		return nil, err
	}
	opened, entries, err := cases.OpenAll(tx, c.ID, c.TeamID, c.Consolidate, today, openings)
	if err != nil {
		return nil, err
	}
	charges, err := d.Book.Charge(tx, c.ID, ledger.Claims(openings, opened, true))
	if err != nil {
		return nil, err
	}
	var papers []documents.Placed
	var guarantors []cases.Guarantor
	for k, i := range good {
		verdicts[i].opened = opened[k]
		for _, doc := range verdicts[i].papers {
			papers = append(papers, documents.Placed{Client: c.ID, Account: opened[k].AccountID, Case: opened[k].CaseID, Doc: doc})
		}
		for _, g := range verdicts[i].coDebtors {
			guarantors = append(guarantors, cases.Guarantor{Account: opened[k].AccountID, Case: opened[k].CaseID, Debtor: g, Source: openings[k].ContactSource})
		}
	}
	joined, err := cases.AddGuarantors(tx, c.ID, guarantors)
	if err != nil {
		return nil, err
	}
	added, err := documents.AddAll(tx, today, papers)
	if err != nil {
		return nil, err
	}
	return append(append(append(entries, charges...), joined...), added...), nil
}

// accepted lists the items that stand and what to open for them.
func accepted(verdicts []verdict, source string) (good []int, openings []cases.Opening) {
	for i, v := range verdicts {
		if len(v.reasons) == 0 {
			v.opening.ContactSource = source
			good, openings = append(good, i), append(openings, v.opening)
		}
	}
	return good, openings
}

func fates(verdicts []verdict) []Fate {
	all := make([]Fate, len(verdicts))
	for i, v := range verdicts {
		all[i] = Fate{N: i, ExternalRef: v.externalRef, Status: Rejected, Reasons: v.reasons, Warnings: v.warnings}
		if len(v.reasons) == 0 {
			id := v.opened.CaseID
			all[i].Status, all[i].CaseID, all[i].CaseNumber = Accepted, &id, v.opened.Number
		}
	}
	return all
}

// Get reads a portfolio, without its items.
func (d *Desk) Get(ctx context.Context, who evidence.Actor, id uuid.UUID) (r Result, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		r, err = get(tx, who, id)
		return err
	})
	return r, err
}

// Items reads the fates of a portfolio from the item after onwards; status narrows when it is not empty.
func (d *Desk) Items(ctx context.Context, who evidence.Actor, id uuid.UUID, status Status, after, limit int) (all []Fate, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		r, err := get(tx, who, id)
		if err != nil {
			return err
		}
		all, err = items(tx, r, status, after, limit)
		return err
	})
	return all, err
}

// List reads the newest portfolios within reach, those before the given one.
func (d *Desk) List(ctx context.Context, who evidence.Actor, before uuid.UUID, limit int) (all []Result, err error) {
	if err := access.RequireSome(who, access.To(access.ActList, access.ObjPortfolio)); err != nil {
		return nil, err
	}
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		all, err = list(tx, before, limit)
		return err
	})
	return all, err
}
