package demands

import (
	"fmt"
	"slices"
	"strconv"

	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/statements"
)

// values are the fields of the letter by their names: what people wrote goes over what the program proposes; figures, names
// and dates come from the case alone.
func (l *letter) values() letters.Values {
	talk := l.firm.Email
	if l.firm.Phone != "" {
		talk += l.say(" o en el teléfono ", " or by telephone on ") + l.firm.Phone
	}
	text := map[string]string{"debt_origin": l.origin(), "payments_note": statements.PaymentsNote(l.statement, l.lang, l.locale), "negotiation_contact": talk,
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
	statements.Figures(l.statement, l.template, l.locale, text)
	return letters.Values{Text: text, Tables: map[string]letters.Table{
		"debts": statements.DebtTable(l.statement, l.lang, l.locale), "interest": statements.InterestTable(l.statement, l.lang, l.locale)}}
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

// commercialRate is the rate in force, when every debt bears statutory commercial interest.
func (l *letter) commercialRate() string {
	rate := ""
	for _, d := range l.statement.Debts {
		if l.regimes[d.DebtID] != string(law.StatutoryCommercial) || len(d.Slices) == 0 {
			return ""
		}
		rate = statements.Percent(d.Slices[len(d.Slices)-1].RatePct, l.locale)
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
