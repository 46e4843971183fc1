package demands

import (
	"slices"
	"strconv"
	"strings"

	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/money"
)

// values are the fields of the letter by their names: what people wrote goes over what the program proposes; figures, names
// and dates come from the case alone.
func (l *letter) values() letters.Values {
	contact := l.firm.Email
	if l.firm.Phone != "" {
		contact += l.say(" o en el teléfono ", " or by telephone on ") + l.firm.Phone
	}
	text := map[string]string{"debt_origin": l.origin(), "payments_note": l.paymentsNote(), "negotiation_contact": contact, "contact": contact, "data_contact": l.firm.Email}
	for name, value := range l.demand.Fields {
		text[name] = value
	}
	for name, value := range map[string]string{
		"client_name": l.client.Name, "client_tax_id": l.client.TaxID, "debtor_name": l.debtor.Name, "debtor_tax_id": l.debtor.TaxID,
		"as_of": l.statement.AsOf.String(), "term_on": l.today.AddDays(l.demand.TermDays).String(), "lawyer_name": l.signer.Name,
		"commercial_rate": l.commercialRate(),
	} {
		text[name] = value
	}
	Figures(l.statement, l.template, l.locale, text)
	return letters.Values{Text: text, Tables: map[string]letters.Table{
		"debts": DebtTable(l.statement, l.lang, l.locale), "interest": InterestTable(l.statement, l.lang, l.locale)}}
}

// origin is the proposal for where the debt comes from; the drafter makes it precise.
func (l *letter) origin() string {
	if slices.ContainsFunc(l.statement.Debts, func(d ledger.DebtStatement) bool { return d.Kind != "invoice" }) {
		return l.say("las operaciones que constan en los documentos que se relacionan", "the transactions shown in the documents listed below")
	}
	return l.say("las operaciones comerciales que documentan las facturas que se relacionan", "the commercial transactions documented by the invoices listed below")
}

// paymentsNote says what was already received and taken off.
func (l *letter) paymentsNote() string {
	if l.statement.Paid.IsZero() {
		return ""
	}
	return l.say("Los pagos recibidos hasta el ", "Payments received up to ") + l.statement.AsOf.Long(l.lang) + l.say(", ", ", ") + l.print(l.statement.Paid) +
		l.say(" en total, ya se han descontado.", " in all, have already been deducted.")
}

// commercialRate is the rate in force, when every debt bears statutory commercial interest.
func (l *letter) commercialRate() string {
	rate := ""
	for _, d := range l.statement.Debts {
		if l.regimes[d.DebtID] != string(law.StatutoryCommercial) || len(d.Slices) == 0 {
			return ""
		}
		rate = percent(d.Slices[len(d.Slices)-1].RatePct, l.locale)
	}
	return rate
}

// Figures writes the amounts of a statement under the names that demands and petitions share. A component for which the
// template has no line of its own is shown among the costs, so that the lines always add up to the total.
func Figures(s ledger.Statement, t *letters.Template, locale string, text map[string]string) {
	costs := s.Total(ledger.Cost).Left.Plus(s.Total(ledger.CourtFee).Left)
	compensation := s.Total(ledger.Compensation).Left
	if !slices.ContainsFunc(t.Fields, func(f letters.Field) bool { return f.Name == "amount_compensation" }) {
		costs, compensation = costs.Plus(compensation), compensation.Zero()
	}
	text["amount_principal"] = s.Total(ledger.Principal).Left.In(locale)
	text["amount_interest"] = s.Total(ledger.Interest).Left.In(locale)
	text["interest_basis"] = interestBasis(s, t.Language)
	text["amount_total"] = s.Open.In(locale)
	for name, a := range map[string]money.Amount{"amount_compensation": compensation, "amount_costs": costs} {
		if a.IsPositive() {
			text[name] = a.In(locale)
		}
	}
	if s.DailyInterest != nil && s.DailyInterest.IsPositive() {
		text["daily_interest"] = s.DailyInterest.In(locale)
	}
}

// interestBasis names the articles under which the interest was computed, each once.
func interestBasis(s ledger.Statement, lang string) string {
	var laws []string
	for _, d := range s.Debts {
		for _, slice := range d.Slices {
			if !slices.Contains(laws, slice.Law) {
				laws = append(laws, slice.Law)
			}
		}
	}
	if len(laws) == 0 {
		return map[string]string{"es": "aún no devengados", "en": "none accrued yet"}[lang]
	}
	return strings.Join(laws, "; ")
}

// DebtTable lists the debts with what is open of their principal.
func DebtTable(s ledger.Statement, lang, locale string) letters.Table {
	var t letters.Table
	for _, d := range s.Debts {
		t.Rows = append(t.Rows, []string{kindWord(d.Kind, lang) + " " + d.Number, d.IssuedOn.Short(lang), d.DueOn.Short(lang), d.Total(ledger.Principal).Left.In(locale)})
	}
	if len(t.Rows) > 1 {
		t.Total = []string{"Total", "", "", s.Total(ledger.Principal).Left.In(locale)}
	}
	return t
}

var kindWords = map[string][2]string{"invoice": {"Factura", "Invoice"}, "instalment": {"Cuota", "Instalment"}, "cheque": {"Cheque", "Cheque"}, "note": {"Pagaré", "Promissory note"}, "other": {"Documento", "Document"}}

func kindWord(kind, lang string) string {
	if lang == "en" {
		return kindWords[kind][1]
	}
	return kindWords[kind][0]
}

// InterestTable shows the interest period by period, as it was earned.
func InterestTable(s ledger.Statement, lang, locale string) letters.Table {
	var t letters.Table
	for _, d := range s.Debts {
		for _, one := range d.Slices {
			t.Rows = append(t.Rows, []string{d.Number, one.From.Short(lang), one.To.Short(lang), strconv.Itoa(one.Days), one.Base.In(locale),
				percent(one.RatePct, locale), one.Source, one.Amount.In(locale)})
		}
	}
	if len(t.Rows) > 1 {
		t.Total = []string{"Total", "", "", "", "", "", "", s.Total(ledger.Interest).Charged.In(locale)}
	}
	return t
}

// percent prints a per cent with at least two decimals, as the locale writes them.
func percent(rate, locale string) string {
	whole, decimals, _ := strings.Cut(rate, ".")
	for len(decimals) < 2 {
		decimals += "0"
	}
	if locale == "en" || locale == "es-MX" || locale == "es-PE" {
		return whole + "." + decimals + " %"
	}
	return whole + "," + decimals + " %"
}
