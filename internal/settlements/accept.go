package settlements

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/statements"
)

// Acceptance says how the debtor's yes is evidenced, and who gave it.
type Acceptance struct {
	Source    string // the words or the document: "E-mail of Mr. … of 3 May, attached"
	Signatory string // who answers for the debtor; empty is the debtor itself or its legal representative
}

// Accept puts a proposed agreement in force: the letter of agreement is printed and frozen, interest is fixed at the day of
// the claim, and money that came in since the proposal counts. The case keeps its stage; its plan waits.
func (d *Desk) Accept(ctx context.Context, who evidence.Actor, id uuid.UUID, how Acceptance) (Agreement, error) {
	if strings.TrimSpace(how.Source) == "" {
		return Agreement{}, errSource
	}
	seen, letter, err := d.printed(ctx, who, id, how)
	if err != nil {
		return seen, err
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Agreement, []evidence.Entry, error) {
		a, covered, err := lockAgreement(tx, id, access.To(access.ActAccept, access.ObjAgreement), Proposed)
		if err != nil {
			return a, nil, err
		}
		if a.Version != seen.Version || !allOpen(covered) {
			return a, nil, errState
		}
		today, err := d.today(tx, covered[0])
		if err != nil {
			return a, nil, err
		}
		received, err := d.claimStands(tx, a, covered)
		if err != nil {
			return a, nil, err
		}
		entries, err := d.putInForce(tx, &a, covered, letter, how, today)
		if err != nil || !received.IsPositive() {
			return a, entries, err
		}
		credited, err := d.Credit(tx, &a, covered, received.Min(a.Open()), today)
		return a, append(entries, credited...), err
	})
}

// claimStands refuses an acceptance when the claim at its day is no longer what was offered on, payments since then aside. It
// answers what those brought in.
func (d *Desk) claimStands(tx *evidence.Tx, a Agreement, covered []*cases.Case) (money.Amount, error) {
	received, before, err := receivedSince(tx.Tx, a, nil)
	if err != nil {
		return received, err
	}
	claim, err := d.claimAt(tx.Tx, covered, a.AsOf)
	if err != nil {
		return received, err
	}
	if claim.Total().Plus(before).Cmp(a.Claim()) != 0 {
		return received, errChanged
	}
	return received, nil
}

func (d *Desk) putInForce(tx *evidence.Tx, a *Agreement, covered []*cases.Case, letter *documents.Doc, how Acceptance, today day.Date) ([]evidence.Entry, error) {
	a.State, a.AcceptedOn = Active, today
	fields := a.terms()
	fields["source"], fields["grade"] = how.Source, "1" // declared by a person
	entries := a.entries(covered, "agreement.accepted", evidence.Confidential, fields)
	if letter != nil {
		paper, att, err := documents.Add(tx, covered[0], *letter, today)
		if err != nil {
			return nil, err
		}
		a.DocumentID = &paper.ID
		for i := range entries {
			entries[i].Attachments = []evidence.Attachment{att}
			entries[i].Template = letterID + " 1"
		}
	}
	for _, c := range covered {
		fixed, err := d.fix(tx, c, a)
		if err != nil {
			return nil, err
		}
		entries = append(entries, fixed...)
	}
	acknowledged, err := d.acknowledge(tx, a, covered)
	if err != nil {
		return nil, err
	}
	entries = append(entries, acknowledged...)
	return entries, a.become(tx, covered, Proposed)
}

// acknowledge tells limitation that the debtor acknowledged the debts in the printed agreement. Words that no paper carries stop
// nothing.
func (d *Desk) acknowledge(tx *evidence.Tx, a *Agreement, covered []*cases.Case) ([]evidence.Entry, error) {
	if a.DocumentID == nil {
		return nil, nil
	}
	pack, err := d.Law.Pack(covered[0].Jurisdiction)
	if err != nil {
		return nil, err
	}
	return cases.Interrupted(tx, pack, covered, cases.LimitationFact{Act: law.AcknowledgementAct, From: a.AcceptedOn, Grade: 1, DocumentID: a.DocumentID, About: &a.ID})
}

func allOpen(covered []*cases.Case) bool {
	for _, c := range covered {
		if c.Stage == cases.Closed {
			return false
		}
	}
	return true
}

const letterID = "settlement_agreement"

// printed reads the agreement and prints its letter, whose bytes are stored before the transaction that cites them. Where the
// jurisdiction has no such letter there is none: the acceptance rests on its source. Either way the figures must be such as may be signed.
func (d *Desk) printed(ctx context.Context, who evidence.Actor, id uuid.UUID, how Acceptance) (Agreement, *documents.Doc, error) {
	var a Agreement
	var template *letters.Template
	var sheet letters.Sheet
	err := d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		var err error
		if a, err = Get(tx, who, id); err != nil {
			return err
		}
		c, err := cases.Get(tx, who, a.CaseIDs[0])
		if err != nil {
			return err
		}
		if a.State != Proposed {
			return errState
		}
		if err := access.Require(who, access.To(access.ActAccept, access.ObjAgreement), c.Place(), access.StateProposed); err != nil {
			return err
		}
		claimed, err := d.statementOf(tx, a)
		if err != nil {
			return err
		}
		if err := claimed.Signable(); err != nil {
			return err
		}
		debtor, err := cases.DebtorOf(tx, a.ClientID, a.AccountID)
		if err != nil {
			return err
		}
		language := "es"
		if debtor.Language == "en" {
			language = "en"
		}
		found, err := d.Shelf.Template(letterID, language)
		if err != nil || !found.For(c.Jurisdiction) {
			return err
		}
		template = found
		sheet, err = d.sheet(tx, a, claimed, c, debtor, how, language)
		return err
	})
	if err != nil || template == nil {
		return a, nil, err
	}
	pdf, err := template.PDF(sheet)
	if err != nil {
		return a, nil, fmt.Errorf("printing agreement %s: %w", id, err)
	}
	stored, err := d.Store.Put(pdf)
	return a, &documents.Doc{Kind: documents.Agreement, Name: "acuerdo-" + sheet.Reference + ".pdf", MediaType: "application/pdf",
		Class: evidence.Confidential, Stored: stored, Ours: true}, err
}

// sheet is the data of the letter of agreement.
func (d *Desk) sheet(tx *postgres.Tx, a Agreement, claimed ledger.Statement, c *cases.Case, debtor cases.Party, how Acceptance, language string) (letters.Sheet, error) {
	pack, err := d.Law.Pack(c.Jurisdiction)
	if err != nil {
		return letters.Sheet{}, err
	}
	client, err := clients.Get(tx, a.ClientID)
	if err != nil {
		return letters.Sheet{}, err
	}
	firm, err := clients.FirmOf(tx)
	if err != nil {
		return letters.Sheet{}, err
	}
	account, err := cases.AccountOf(tx, a.ClientID, a.AccountID)
	if err != nil {
		return letters.Sheet{}, err
	}
	locale := localeOf(language, pack.Locale)
	claim := claimOf(claimed)
	payee := firm.PaidTo(client, pack.Code)
	signed := day.In(d.Log.Now(), pack.Zone)
	w := words[language]
	debtorBy, debtorActs := how.Signatory, w.actsThrough+how.Signatory
	if debtorBy == "" {
		debtorBy, debtorActs = w.signs[debtor.Kind], w.acts[debtor.Kind]
	}
	text := map[string]string{"place": firm.City, "signed_on": signed.String(),
		"client_name": client.Name, "client_tax_id": client.TaxID, "client_address": address(client.Street, client.PostalCode, client.City),
		"client_representative": w.actsThrough + firm.Name + w.mandated, "client_signatory": client.Name + "\n" + firm.Name + w.mandated,
		"debtor_name": debtor.Name, "debtor_tax_id": debtor.TaxID, "debtor_address": address(debtor.Street, debtor.PostalCode, debtor.City),
		"debtor_representative": debtorActs, "debtor_signatory": debtor.Name + "\n" + debtorBy,
		"debt_origin": w.origin, "as_of": a.AsOf.String(), "amount_total": a.Claim().In(locale), "amount_agreed": a.Total().In(locale),
		"amount_principal": claim.Principal.In(locale), "beneficiary": payee.Name, "iban": letters.Grouped(payee.Account),
		"payment_reference": letters.Grouped(account.PaymentReference), "grace_days": fmt.Sprint(a.ToleranceDays)}
	for name, amount := range map[string]money.Amount{"amount_interest": claim.Interest, "amount_costs": claim.Cost, "amount_received": a.Claim().Minus(claim.Total())} {
		if amount.IsPositive() {
			text[name] = amount.In(locale)
		}
	}
	plan := letters.Table{Total: []string{w.total, "", a.Total().In(locale)}}
	for _, i := range a.Instalments {
		plan.Rows = append(plan.Rows, []string{fmt.Sprintf(w.ordinal, i.N), i.DueOn.Short(language), i.Amount.In(locale)})
	}
	return letters.Sheet{Firm: statements.Letterhead(firm),
		Date: signed, Place: firm.City, Reference: c.Number, Nonce: rand.Text(),
		Values: letters.Values{Text: text, Tables: map[string]letters.Table{"debts": statements.DebtTable(claimed, language, locale), "instalments": plan}}}, nil
}

type sheetWords struct {
	mandated, origin, total, ordinal, actsThrough string
	acts, signs                                   map[string]string // for the debtor itself, by its kind
}

var words = map[string]sheetWords{
	"es": {", con encargo para ello", "la relación contractual que documentan", "Total", "%d.º", "que actúa por medio de ",
		map[string]string{"company": "que actúa por medio de su representante legal", "person": "que actúa en nombre propio"},
		map[string]string{"company": "Su representante legal", "person": "En nombre propio"}},
	"en": {", which is mandated for it", "the contractual dealings that they document", "Total", "%d", "acting through ",
		map[string]string{"company": "acting through its legal representative", "person": "acting in their own name"},
		map[string]string{"company": "Its legal representative", "person": "In their own name"}},
}

func localeOf(language, locale string) string {
	if language == "en" {
		return "en"
	}
	return locale
}

func address(street, postalCode, city string) string {
	return strings.Trim(street+", "+postalCode+" "+city, ", ")
}
