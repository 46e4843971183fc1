package demands

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// values are the fields of the letter by their names: what people wrote goes over what the program proposes; figures, names
// and dates come from the case alone.
func (l *letter) values() letters.Values {
	talk := l.firm.Email
	if l.firm.Phone != "" {
		talk += l.say(" o en el teléfono ", " or by telephone on ") + l.firm.Phone
	}
	text := map[string]string{"debt_origin": l.origin(), "payments_note": PaymentsNote(l.statement, l.lang, l.locale), "negotiation_contact": talk,
		"contact": l.firm.Email, "data_contact": l.firm.Email}
	for name, value := range l.demand.Fields {
		text[name] = value
	}
	for name, value := range map[string]string{
		"client_name": l.client.Name, "client_tax_id": l.client.TaxID, "debtor_name": l.debtor.Name, "debtor_tax_id": l.debtor.TaxID,
		"as_of": l.statement.AsOf.String(), "term": l.term(), "lawyer_name": l.signer.Name,
		"commercial_rate": l.commercialRate(), "interest_from_receipt": l.fromReceipt(),
	} {
		text[name] = value
	}
	Figures(l.statement, l.template, l.locale, text)
	return letters.Values{Text: text, Tables: map[string]letters.Table{
		"debts": DebtTable(l.statement, l.lang, l.locale), "interest": InterestTable(l.statement, l.lang, l.locale)}}
}

// calendarDay is how each law's language calls the days that the term counts: one and several.
var calendarDay = map[string][2]string{"CL": {"día corrido", "días corridos"}, "CO": {"día calendario", "días calendario"}, "PE": {"día calendario", "días calendario"}}

// term is the term in words. It runs from receipt, so the letter names no last day: nobody knows it when the letter is signed.
func (l *letter) term() string {
	words, special := calendarDay[l.pack.Code]
	switch {
	case l.lang == "en":
		words = [2]string{"calendar day", "calendar days"}
	case !special:
		words = [2]string{"día natural", "días naturales"}
	}
	if l.demand.TermDays == 1 {
		return "1 " + words[0]
	}
	return strconv.Itoa(l.demand.TermDays) + " " + words[1]
}

// origin is the proposal for where the debt comes from; the drafter makes it precise. A consumer is not told of commerce.
func (l *letter) origin() string {
	debts := l.statement.Debts
	switch {
	case slices.ContainsFunc(debts, func(d ledger.DebtStatement) bool { return d.Kind != "invoice" }):
		return l.say("las operaciones que constan en los documentos que se relacionan", "the transactions shown in the documents listed below")
	case l.debtor.Kind == "person" && len(debts) == 1:
		return l.say("lo suministrado o prestado según la factura que se relaciona", "the goods or services charged in the invoice listed below")
	case l.debtor.Kind == "person":
		return l.say("lo suministrado o prestado según las facturas que se relacionan", "the goods or services charged in the invoices listed below")
	case len(debts) == 1:
		return l.say("la operación comercial que documenta la factura que se relaciona", "the commercial transaction documented by the invoice listed below")
	}
	return l.say("las operaciones comerciales que documentan las facturas que se relacionan", "the commercial transactions documented by the invoices listed below")
}

// PaymentsNote says what was already received and what it was taken off, so that the interest that is left can be followed
// from the interest that was earned. Nothing received is the empty text.
func PaymentsNote(s ledger.Statement, lang, locale string) string {
	var parts []string
	for _, component := range ledger.Components {
		if paid := s.Total(component).Paid; paid.IsPositive() {
			parts = append(parts, paid.In(locale)+" "+takenOff[component].In(lang))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	words := problem.Text{ES: "Ya se han descontado los pagos recibidos hasta el %s, %s en total: %s.", EN: "Payments received up to %s, %s in all, have already been deducted: %s."}
	return fmt.Sprintf(words.In(lang), s.AsOf.Long(lang), s.Paid.In(locale), joined(parts, lang))
}

var takenOff = map[ledger.Component]problem.Text{
	ledger.Principal: {ES: "del principal", EN: "off the principal"}, ledger.Interest: {ES: "de los intereses", EN: "off the interest"},
	ledger.OrdinaryInterest: {ES: "de los intereses remuneratorios", EN: "off the ordinary interest"},
	ledger.Compensation:     {ES: "de la compensación por costes de cobro", EN: "off the compensation for recovery costs"},
	ledger.Cost:             {ES: "de los gastos", EN: "off the costs"}, ledger.CourtFee: {ES: "de la tasa judicial", EN: "off the court fee"},
}

// joined lists parts with "y" or "and" before the last.
func joined(parts []string, lang string) string {
	last := len(parts) - 1
	if last == 0 {
		return parts[0]
	}
	and := problem.Text{ES: " y ", EN: " and "}
	return strings.Join(parts[:last], ", ") + and.In(lang) + parts[last]
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

// fromReceipt says that interest begins with this letter, where the law lets it run only from a demand and none runs yet.
func (l *letter) fromReceipt() string {
	for _, d := range l.statement.Debts {
		start, source := l.pack.StartFor(law.Regime(l.regimes[d.DebtID]), d.Kind)
		if len(d.Terms) == 0 && start == law.StartDemand {
			return fmt.Sprintf(l.say("Desde que reciba este requerimiento, lo debido devenga el interés legal (%s).", "From receipt of this demand, what is owed bears the legal interest (%s)."), source.Law)
		}
	}
	return ""
}

// Figures writes the amounts of a statement under the names that demands and petitions share. A component for which the
// template has no line of its own is shown among the costs, so that the lines always add up to the total.
func Figures(s ledger.Statement, t *letters.Template, locale string, text map[string]string) {
	costs := s.Total(ledger.Cost).Left.Plus(s.Total(ledger.CourtFee).Left)
	beside := map[string]money.Amount{"amount_compensation": s.Total(ledger.Compensation).Left, "amount_ordinary": s.Total(ledger.OrdinaryInterest).Left}
	for name, a := range beside {
		if !slices.ContainsFunc(t.Fields, func(f letters.Field) bool { return f.Name == name }) {
			costs, beside[name] = costs.Plus(a), a.Zero()
		}
	}
	beside["amount_costs"] = costs
	text["amount_principal"] = s.Total(ledger.Principal).Left.In(locale)
	text["amount_interest"] = s.Total(ledger.Interest).Left.In(locale)
	text["interest_basis"] = interestBasis(s, t.Language)
	text["amount_total"] = s.Open.In(locale)
	for name, a := range beside {
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
				percent(one.RatePct, locale), published(one), one.Amount.In(locale)})
		}
	}
	if len(t.Rows) > 1 {
		t.Total = []string{"Total", "", "", "", "", "", "", s.Total(ledger.Interest).Charged.In(locale)}
	}
	return t
}

// published is where the rate can be looked up: its official publication, else the article itself. Where we happened to read a
// rate is for the file, not for the letter.
func published(s ledger.Slice) string { return cmp.Or(s.Publication, s.Law) }

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
