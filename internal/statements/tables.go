package statements

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/money"
	"recobro/internal/problem"
)

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
	ledger.Principal: {ES: "del principal", EN: "off the principal"}, ledger.OrdinaryInterest: {ES: "de los intereses remuneratorios", EN: "off the ordinary interest"},
	ledger.Interest:     {ES: "de los intereses", EN: "off the interest"},
	ledger.Compensation: {ES: "de la compensación por costes de cobro", EN: "off the compensation for recovery costs"},
	ledger.Cost:         {ES: "de los gastos", EN: "off the costs"}, ledger.CourtFee: {ES: "de la tasa judicial", EN: "off the court fee"},
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
		t.Rows = append(t.Rows, []string{DebtName(d.Kind, d.Number, lang), d.IssuedOn.Short(lang), d.DueOn.Short(lang), d.Total(ledger.Principal).Left.In(locale)})
	}
	if len(t.Rows) > 1 {
		t.Total = []string{"Total", "", "", s.Total(ledger.Principal).Left.In(locale)}
	}
	return t
}

var debtKinds = map[string]problem.Text{"invoice": {ES: "Factura", EN: "Invoice"}, "instalment": {ES: "Cuota", EN: "Instalment"},
	"cheque": {ES: "Cheque", EN: "Cheque"}, "note": {ES: "Pagaré", EN: "Promissory note"}, "other": {ES: "Documento", EN: "Document"}}

// DebtName is a debt as papers call it: "Factura F-2026-1187".
func DebtName(kind, number, lang string) string {
	return strings.TrimSpace(debtKinds[kind].In(lang) + " " + number)
}

// InterestTable shows the interest period by period, as it was earned.
func InterestTable(s ledger.Statement, lang, locale string) letters.Table {
	var t letters.Table
	for _, d := range s.Debts {
		for _, one := range d.Slices {
			t.Rows = append(t.Rows, []string{d.Number, one.From.Short(lang), one.To.Short(lang), strconv.Itoa(one.Days), one.Base.In(locale),
				Percent(one.RatePct, locale), Short(Published(one.Publication, one.Law)), one.Amount.In(locale)})
		}
	}
	if len(t.Rows) > 1 {
		t.Total = []string{"Total", "", "", "", "", "", "", s.Total(ledger.Interest).Charged.In(locale)}
	}
	return t
}

// Published is where a rate can be looked up: its official publication, else the article itself. Where we happened to read it is
// for the file, not for the letter.
func Published(publication, article string) string {
	if publication != "" {
		return publication
	}
	return article
}

// Short is a publication as a table cites it: without the resolution and page that follow its number, "BOE-A-2025-27201".
func Short(publication string) string {
	short, _, _ := strings.Cut(publication, ", Resolución")
	return short
}

// Percent prints a per cent with at least two decimals, as the locale writes them.
func Percent(rate, locale string) string {
	whole, decimals, _ := strings.Cut(rate, ".")
	for len(decimals) < 2 {
		decimals += "0"
	}
	if locale == "en" || locale == "es-MX" || locale == "es-PE" {
		return whole + "." + decimals + " %"
	}
	return whole + "," + decimals + " %"
}
