package contact

import (
	"fmt"
	"html"
	"net/mail"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

var errAddress = problem.New(problem.Invalid, "email_unusable", "El correo del deudor no es una dirección válida.", "The debtor's e-mail is not a valid address.")

// write makes the message from its template and the claim as it stands now.
func (d *Desk) write(tx *postgres.Tx, c *cases.Case, at *situation, r Reminder) (Message, error) {
	debtor, err := cases.DebtorOf(tx, c.ClientID, c.AccountID)
	if err != nil {
		return Message{}, err
	}
	m := Message{ClientID: c.ClientID, ID: uuid.Must(uuid.NewV7()), AccountID: c.AccountID, CaseID: c.ID, CaseNumber: c.Number, Channel: "email", Step: r.Step, Language: languageOf(debtor),
		ToName: oneLine(debtor.Name), State: Reserved, ReservedOn: at.today}
	address, err := mail.ParseAddress(*at.facts.Email)
	if err != nil || strings.ContainsFunc(address.Address, unicode.IsControl) {
		return m, errAddress
	}
	m.ToAddress = address.Address
	if m.ContactPointID, err = contactPoint(tx, c.ClientID, debtor.ID, *at.facts.Email); err != nil {
		return m, err
	}
	template, err := d.Shelf.Template(r.Template, m.Language)
	if err != nil {
		return m, err
	}
	claim, err := d.Book.Statement(tx, c.ClientID, []uuid.UUID{c.ID}, at.today, time.Time{})
	if err != nil {
		return m, fmt.Errorf("computing the claim of case %s: %w", c.Number, err)
	}
	m.ClaimMinor, m.Template, m.TemplateVersion = claim.Open.Minor, template.ID, template.Version
	values, err := values(tx, c, at, debtor, claim, m.Language)
	if err != nil {
		return m, err
	}
	if m.Subject, m.BodyText, m.BodyHTML, err = template.Mail(values); err != nil {
		return m, fmt.Errorf("writing step %s of case %s: %w", r.Step, c.Number, err)
	}
	return m, m.sign(tx)
}

func languageOf(p cases.Party) string {
	if p.Language == "en" {
		return "en"
	}
	return "es"
}

// oneLine keeps what people wrote on one line of a header.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }), " ")
}

func contactPoint(tx *postgres.Tx, client, party uuid.UUID, value string) (*uuid.UUID, error) {
	all, err := cases.ContactPointsOf(tx, client, party)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.Kind == "email" && p.Value == value {
			return &p.ID, nil
		}
	}
	return nil, fmt.Errorf("finding the contact point of party %s: %w", party, problem.Missing)
}

// values is what the templates of reminders may say. Figures are those of the statement, so that the total is the sum of the lines.
func values(tx *postgres.Tx, c *cases.Case, at *situation, debtor cases.Party, claim ledger.Statement, lang string) (letters.Values, error) {
	firm, err := clients.FirmOf(tx)
	if err != nil {
		return letters.Values{}, err
	}
	client, err := clients.Get(tx, c.ClientID)
	if err != nil {
		return letters.Values{}, err
	}
	locale := at.pack.Locale
	if lang == "en" {
		locale = "en"
	}
	payee := firm.PaidTo(client, c.Jurisdiction)
	text := map[string]string{"debtor_name": debtor.Name, "client_name": client.Name, "firm_name": firm.Name, "case_numbers": c.Number,
		"amount_total": claim.Open.In(locale), "as_of": claim.AsOf.String(), "payment_reference": at.account.PaymentReference,
		"iban": payee.Account, "beneficiary": payee.Name, "contact": firm.Email, "term_on": at.today.AddDays(firm.DemandTermDays).String()}
	if claim.DailyInterest != nil && claim.DailyInterest.IsPositive() {
		text["daily_interest"] = claim.DailyInterest.In(locale)
	}
	return letters.Values{Text: text, Tables: map[string]letters.Table{"debts": debtRows(claim, locale, lang)}}, nil
}

// beside names what is owed beside the principals, in the words of a letter.
var beside = []struct {
	component ledger.Component
	name      problem.Text
}{
	{ledger.OrdinaryInterest, problem.Text{ES: "Intereses remuneratorios", EN: "Ordinary interest"}},
	{ledger.Interest, problem.Text{ES: "Intereses de demora", EN: "Late-payment interest"}},
	{ledger.Compensation, problem.Text{ES: "Indemnización por costes de cobro", EN: "Compensation for recovery costs"}},
	{ledger.Cost, problem.Text{ES: "Gastos", EN: "Costs"}},
	{ledger.CourtFee, problem.Text{ES: "Tasas judiciales", EN: "Court fees"}},
}

// debtRows lists the open principals, then what is owed beside them, then the sum.
func debtRows(claim ledger.Statement, locale, lang string) letters.Table {
	var t letters.Table
	for _, debt := range claim.Debts {
		if left := debt.Total(ledger.Principal).Left; left.IsPositive() {
			t.Rows = append(t.Rows, []string{debt.Number, debt.IssuedOn.Short(lang), debt.DueOn.Short(lang), left.In(locale)})
		}
	}
	for _, b := range beside {
		if left := claim.Total(b.component).Left; left.IsPositive() {
			t.Rows = append(t.Rows, []string{b.name.In(lang), "", "", left.In(locale)})
		}
	}
	total := problem.Text{ES: "Total", EN: "Total"}
	t.Total = []string{total.In(lang), "", "", claim.Open.In(locale)}
	return t
}

// sign puts the head of the case's log under the text: the debtor can later prove what the log held when the message was written.
func (m *Message) sign(tx *postgres.Tx) error {
	var head struct {
		Seq  int
		Leaf string
	}
	err := tx.Get(&head, `select seq, encode(leaf, 'hex') as leaf from ev.events where subject_kind = 'case' and subject = $1 order by seq desc limit 1`, m.CaseID)
	if err != nil {
		return fmt.Errorf("reading the head of the log of case %s: %w", m.CaseNumber, err)
	}
	line := fmt.Sprintf("%s · %d · %s", m.CaseNumber, head.Seq, head.Leaf)
	m.BodyText += "\n-- \n" + line + "\n"
	m.BodyHTML = strings.Replace(m.BodyHTML, "</body>", `<p style="font-size:11px;color:#6b7580">`+html.EscapeString(line)+"</p>\n</body>", 1)
	return nil
}

// claimChanged says whether money has moved since the message was written: what it says is owed is then no longer true.
func (d *Desk) claimChanged(tx *postgres.Tx, m Message, today day.Date) (bool, error) {
	then, err := d.Book.Statement(tx, m.ClientID, []uuid.UUID{m.CaseID}, m.ReservedOn, time.Time{})
	if err != nil || then.Open.Minor != m.ClaimMinor || today == m.ReservedOn {
		return then.Open.Minor != m.ClaimMinor, err
	}
	now, err := d.Book.Statement(tx, m.ClientID, []uuid.UUID{m.CaseID}, today, time.Time{})
	return now.Paid != then.Paid || now.Waived != then.Waived, err
}
