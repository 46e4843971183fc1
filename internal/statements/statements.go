// Package statements puts the claim on paper and into files: the statement (liquidación) as a PDF, a workbook and plain lines, and
// the tables that demands, petitions and agreements take from it.
// The rule: every figure is one of ledger.Statement; nothing is computed here, and the same question gets the same bytes.
package statements

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Desk answers for statements of cases, of single debts and of a debtor's account.
type Desk struct {
	Law   *law.Library
	Shelf *letters.Shelf
	Book  *ledger.Book
	Now   func() time.Time
}

// Subject says what a statement is about: exactly one of the ids.
type Subject struct{ Case, Debt, Account uuid.UUID }

// Question is a statement that somebody asks for. The zero day is today where the case is, the zero instant all that is known. A
// currency is only needed of an account that has several.
type Question struct {
	Subject
	AsOf     day.Date
	KnownAt  time.Time
	Currency money.Currency
}

// Statement is the ledger's with what stands around it on paper.
type Statement struct {
	ledger.Statement
	Subject Subject
	Cases   []*cases.Case // within the reader's reach, the oldest number first
	Client  clients.Client
	Debtor  cases.Party
	Firm    clients.Firm
	Packs   []*law.Pack // of the cases' jurisdictions, as they were known
	Today   day.Date
}

var (
	errFuture   = problem.New(problem.Invalid, "known_at_in_future", "Lo que se sabrá más adelante no se conoce todavía.", "What will be known later is not known yet.")
	errCurrency = problem.New(problem.Invalid, "currency_mixed", "La cuenta tiene deudas en varias monedas: indique una (currency).", "The account has debts in several currencies: name one (currency).")
)

// Read computes a statement for whoever may read statements of the cases; what is out of reach is not found. Problems:
// known_at_in_future, currency_mixed, and those of the ledger.
func (d *Desk) Read(tx *postgres.Tx, who evidence.Actor, q Question) (s Statement, err error) {
	if q.KnownAt.After(d.Now()) {
		return s, errFuture
	}
	s.Subject = q.Subject
	if s.Cases, err = reach(tx, who, q); err != nil {
		return s, err
	}
	if err := d.lookUp(&s, q.KnownAt); err != nil {
		return s, err
	}
	if q.AsOf.IsZero() {
		q.AsOf = s.Today
	}
	of := ledger.Selection{Cases: make([]uuid.UUID, len(s.Cases))}
	for i, c := range s.Cases {
		of.Cases[i] = c.ID
	}
	if q.Debt != uuid.Nil {
		of = ledger.Selection{Debts: []uuid.UUID{q.Debt}}
	}
	reading, err := d.Book.Read(tx, s.Cases[0].ClientID, of, q.KnownAt)
	if err != nil {
		return s, err
	}
	all, err := reading.Statements(q.AsOf)
	if err != nil {
		return s, err
	}
	if len(all) == 0 { // nothing was known then
		return s, problem.Missing
	}
	s.Statement = all[0]
	return s, s.around(tx)
}

// reach finds the cases of the subject within the actor's reach, all of one currency.
func reach(tx *postgres.Tx, who evidence.Actor, q Question) ([]*cases.Case, error) {
	var all []*cases.Case
	var err error
	switch {
	case q.Account != uuid.Nil:
		all, err = cases.OfAccount(tx, q.Account)
	case q.Debt != uuid.Nil:
		all, err = cases.OfDebt(tx, q.Debt)
	default:
		var c *cases.Case
		c, err = cases.Get(tx, who, q.Case)
		all = []*cases.Case{c}
	}
	if err != nil {
		return nil, err
	}
	may := func(c *cases.Case, act access.Permission, state access.State) bool {
		return access.May(who, act, c.Place(), state)
	}
	read := slices.DeleteFunc(all, func(c *cases.Case) bool { return !may(c, access.To(access.ActRead, access.ObjCase), c.State()) })
	if len(read) == 0 {
		return nil, problem.Missing
	}
	all = slices.DeleteFunc(slices.Clone(read), func(c *cases.Case) bool {
		return !may(c, access.To(access.ActRead, access.ObjStatement), access.NoState)
	})
	if len(all) == 0 {
		return nil, access.Require(who, access.To(access.ActRead, access.ObjStatement), read[0].Place(), access.NoState)
	}
	return inCurrency(all, q.Currency)
}

// inCurrency keeps the cases of a currency, and asks for one where there are several.
func inCurrency(all []*cases.Case, wanted money.Currency) ([]*cases.Case, error) {
	kept := slices.DeleteFunc(slices.Clone(all), func(c *cases.Case) bool { return wanted != "" && c.Currency != wanted })
	if len(kept) == 0 {
		return nil, problem.Missing
	}
	var others []problem.Reason
	for _, c := range kept {
		name := string(c.Currency)
		if c.Currency != kept[0].Currency && !slices.ContainsFunc(others, func(r problem.Reason) bool { return r.Text.ES == name }) {
			others = append(others, problem.Reason{Pointer: "/currency", Code: "currency_mixed", Text: problem.Text{ES: name, EN: name}})
		}
	}
	if len(others) > 0 {
		return nil, errCurrency.With(append(others, problem.Reason{Pointer: "/currency", Code: "currency_mixed",
			Text: problem.Text{ES: string(kept[0].Currency), EN: string(kept[0].Currency)}})...)
	}
	return kept, nil
}

// lookUp takes the packs of the cases off the shelf as they were known, and the day it is there.
func (d *Desk) lookUp(s *Statement, known time.Time) error {
	for _, c := range s.Cases {
		if slices.ContainsFunc(s.Packs, func(p *law.Pack) bool { return p.Code == c.Jurisdiction }) {
			continue
		}
		pack, err := d.Law.PackAt(c.Jurisdiction, known)
		if err != nil {
			return err
		}
		s.Packs = append(s.Packs, pack)
	}
	s.Today = day.In(d.Now(), s.Packs[0].Zone)
	return nil
}

func (s *Statement) around(tx *postgres.Tx) (err error) {
	first := s.Cases[0]
	if s.Client, err = clients.Get(tx, first.ClientID); err != nil {
		return err
	}
	if s.Debtor, err = cases.DebtorOf(tx, first.ClientID, first.AccountID); err != nil {
		return err
	}
	s.Firm, err = clients.FirmOf(tx)
	return err
}

// Numbers are those of the cases.
func (s Statement) Numbers() string {
	numbers := make([]string, len(s.Cases))
	for i, c := range s.Cases {
		numbers[i] = c.Number
	}
	return strings.Join(numbers, ", ")
}

// Name of a file of the statement, without its ending.
func (s Statement) Name(lang string) string {
	word := problem.Text{ES: "liquidacion-", EN: "statement-"}
	name := s.Cases[0].Number
	if s.Subject.Debt != uuid.Nil {
		name += "-" + s.Debts[0].Number
	}
	return word.In(lang) + name + "-" + s.AsOf.String()
}

// Editions names the packs: "ES 1.3".
func (s Statement) Editions() string {
	all := make([]string, len(s.Packs))
	for i, p := range s.Packs {
		all[i] = p.Code + " " + p.Label()
	}
	return strings.Join(all, ", ")
}

// Letterhead is the firm as its papers show it.
func Letterhead(f clients.Firm) letters.Letterhead {
	return letters.HeadOf(f.Name, f.TaxID, f.Registry, f.Street, strings.TrimSpace(f.PostalCode+" "+f.City), f.Phone, f.Email, f.BaseURL)
}
