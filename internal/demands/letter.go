package demands

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"

	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/statements"
)

// letter is a demand as it would be printed now, with what its checklist looks at.
type letter struct {
	template  *letters.Template
	sheet     letters.Sheet
	pack      *law.Pack
	lang      string
	locale    string
	firm      clients.Firm
	client    clients.Client
	debtor    cases.Party
	account   cases.Account
	signer    signer
	statement ledger.Statement
	stale     *law.Stale           // a table that ends before today: interest is stated up to its last day
	regimes   map[uuid.UUID]string // of interest, by debt
	today     day.Date
	demand    *Demand
	cases     []*cases.Case
}

// signer is the lawyer whose name stands under the letter.
type signer struct {
	Name      string `db:"name"`
	BarNumber string `db:"bar_number"`
}

// compose reads everything that the letter says. With somebody who signs it is the letter that is issued: it asks for the
// bar number and for money that is known; without, it is a preview under the name of the case's lawyer.
func (d *Desk) compose(tx *postgres.Tx, demand *Demand, all []*cases.Case, signs *evidence.Actor, now time.Time) (*letter, error) {
	first := all[0]
	l := &letter{demand: demand, cases: all, lang: demand.Language}
	var err error
	if l.pack, err = d.Law.Pack(first.Jurisdiction); err != nil {
		return nil, err
	}
	if l.template, err = d.Shelf.Template(demand.Template, demand.Language); err != nil {
		return nil, err
	}
	l.locale = localeOf(l.pack, l.lang)
	l.today = day.In(now, l.pack.Zone)
	if l.firm, err = clients.FirmOf(tx); err != nil {
		return nil, err
	}
	if l.client, err = clients.Get(tx, first.ClientID); err != nil {
		return nil, err
	}
	if l.debtor, err = cases.DebtorOf(tx, first.ClientID, first.AccountID); err != nil {
		return nil, err
	}
	if l.account, err = cases.AccountOf(tx, first.ClientID, first.AccountID); err != nil {
		return nil, err
	}
	if err := l.whoSigns(tx, signs); err != nil {
		return nil, err
	}
	if signs != nil && l.account.KnownUntil.IsZero() {
		return nil, errMoney
	}
	asOf, stale, err := d.Book.DocumentDay(tx, first.ClientID, demand.CaseIDs, l.today)
	if err != nil {
		return nil, err
	}
	l.stale, asOf = stale, day.Earlier(asOf, l.account.KnownUntil)
	if l.statement, err = d.Book.Statement(tx, first.ClientID, demand.CaseIDs, asOf, time.Time{}); err != nil {
		return nil, err
	}
	if err := l.readRegimes(tx); err != nil {
		return nil, err
	}
	l.write()
	return l, nil
}

// whoSigns reads the signer, or for a preview the lawyer who holds the case.
func (l *letter) whoSigns(tx *postgres.Tx, signs *evidence.Actor) error {
	var id *uuid.UUID
	if id = l.cases[0].LawyerID; signs != nil {
		id = &signs.ID
	}
	if id == nil {
		return nil
	}
	if err := tx.Get(&l.signer, `select name, bar_number from users where id = $1`, id); err != nil {
		return fmt.Errorf("reading the lawyer %s: %w", id, err)
	}
	if signs != nil && l.signer.BarNumber == "" {
		return errBar
	}
	return nil
}

func (l *letter) readRegimes(tx *postgres.Tx) error {
	l.regimes = map[uuid.UUID]string{}
	for _, c := range l.cases {
		debts, err := cases.DebtsOf(tx, c.ClientID, c.ID)
		if err != nil {
			return err
		}
		for _, d := range debts {
			l.regimes[d.ID] = d.Regime
		}
	}
	return nil
}

func localeOf(pack *law.Pack, lang string) string {
	if lang == "en" {
		return "en"
	}
	return pack.Locale
}

// say picks the Spanish or the English words of the letter.
func (l *letter) say(es, en string) string {
	if l.lang == "en" {
		return en
	}
	return es
}

// write fills the sheet.
func (l *letter) write() {
	numbers := make([]string, len(l.cases))
	for i, c := range l.cases {
		numbers[i] = c.Number
	}
	l.sheet = letters.Sheet{Firm: statements.Letterhead(l.firm), To: letters.Address{Name: l.debtor.Name, Lines: l.addressLines()}, Date: l.today,
		Place: l.firm.City, Reference: strings.Join(numbers, ", "), Values: l.values(), Payment: l.payment()}
	if l.signer.Name != "" {
		l.sheet.Signature = &letters.Signature{Name: l.signer.Name, BarNumber: l.signer.BarNumber, Date: l.today,
			Role: l.say("Por ", "For ") + l.client.Name}
	}
}

func filled(all ...string) []string {
	var out []string
	for _, s := range all {
		if strings.TrimSpace(s) != "" {
			out = append(out, s)
		}
	}
	return out
}

// addressLines are those of the debtor's address; none when it has no street.
func (l *letter) addressLines() []string {
	p := l.debtor
	if p.Street == "" {
		return nil
	}
	lines := filled(p.Street, strings.TrimSpace(p.PostalCode+" "+p.City), p.Region)
	if p.AddressCountry != "" && p.AddressCountry != l.firm.Country {
		lines = append(lines, countryName(p.AddressCountry))
	}
	return lines
}

// countryName is the country in capitals and in the language of the post office that sends the letter, as the postal union
// asks; a code that is none stays as it is.
func countryName(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	return strings.ToUpper(display.Spanish.Regions().Name(region))
}

// payment says where the money goes; nothing where no account may be named.
func (l *letter) payment() *letters.PaymentBox {
	payee, total := l.firm.PaidTo(l.client, l.pack.Code), l.statement.Open
	if payee.Account == "" {
		return nil
	}
	box := &letters.PaymentBox{Beneficiary: payee.Name, IBAN: letters.Grouped(payee.Account), Reference: letters.Grouped(l.account.PaymentReference), Amount: l.print(total)}
	if total.Currency == money.EUR {
		box.Code = transferCode(payee.Name, payee.Account, total, l.account.PaymentReference)
	} else { // no standard of its own: the same facts in lines, to be copied from the telephone
		box.Code = strings.Join([]string{plain(payee.Name), payee.Account, string(total.Currency) + " " + total.Decimal(), l.account.PaymentReference}, "\n")
	}
	return box
}

// transferCode is the EPC069-12 text that banking programs read from a QR code: a SEPA transfer with its structured reference.
func transferCode(beneficiary, iban string, amount money.Amount, reference string) string {
	name := []rune(plain(beneficiary))
	return strings.Join([]string{"BCD", "002", "1", "SCT", "", string(name[:min(len(name), 70)]), strings.ReplaceAll(iban, " ", ""), "EUR" + amount.Decimal(), "", reference}, "\n")
}

// plain takes the accents off.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

func (l *letter) print(a money.Amount) string { return a.In(l.locale) }
