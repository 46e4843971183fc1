package statements

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"

	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// PDF prints the statement in a language ("es", "en"). The same statement, known at the same instant, is the same bytes.
func (d *Desk) PDF(s Statement, lang string) ([]byte, error) {
	template, err := d.Shelf.Template("statement", lang)
	if err != nil {
		return nil, err
	}
	w := writer{s, lang, localeOf(lang, s.Packs[0].Locale)}
	return template.PDF(letters.Sheet{Firm: Letterhead(s.Firm), Date: s.AsOf, Reference: s.Numbers(), Nonce: s.nonce(lang), Values: w.values()})
}

// nonce is nothing that a stranger could guess from the figures, and the same for the same question: the ids of the debts.
func (s Statement) nonce(lang string) string {
	h := sha256.New()
	_, _ = fmt.Fprintln(h, s.ClientID, s.AsOf, s.KnownAt.UnixMicro(), lang)
	for _, d := range s.Debts {
		h.Write(d.DebtID[:])
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func localeOf(lang, locale string) string {
	if lang == "en" {
		return lang
	}
	return locale
}

// writer puts one statement into the words of a language.
type writer struct {
	Statement
	lang, locale string
}

func (w writer) say(es, en string) string { return problem.Text{ES: es, EN: en}.In(w.lang) }

func (w writer) print(a money.Amount) string { return a.In(w.locale) }

func (w writer) values() letters.Values {
	text := map[string]string{"client_name": w.Client.Name, "debtor_name": w.Debtor.Name, "debtor_tax_id": w.Debtor.TaxID, "case_numbers": w.Numbers(),
		"as_of": w.AsOf.String(), "amount_total": w.print(w.Open), "method_note": w.method(), "law_pack": w.Editions(), "known_at": Instant(w.KnownAt)}
	if w.DailyInterest != nil && w.DailyInterest.IsPositive() {
		text["daily_interest"] = w.print(*w.DailyInterest)
	}
	if w.Advanced.IsPositive() {
		text["amount_advanced"] = w.print(w.Advanced)
	}
	if c := w.Converted; c != nil {
		text["converted_note"] = fmt.Sprintf(w.say("%s son %s al valor de la unidad del %s, %s (%s).", "%s are %s at the unit's value of %s, %s (%s)."),
			w.print(w.Open), w.print(c.Open), c.On.Long(w.lang), c.Value, c.Source)
	}
	var warnings []string
	for _, doubt := range w.Doubts() {
		warnings = append(warnings, doubt.Text.In(w.lang))
	}
	return letters.Values{Text: text, Lists: map[string][]string{"warnings": warnings}, Tables: map[string]letters.Table{
		"summary": w.summary(), "claims": w.claims(), "terms": w.terms(), "interest": InterestTable(w.Statement.Statement, w.lang, w.locale),
		"rates": w.rates(), "payments": w.payments(), "given_up": w.givenUp(), "costs": w.costs()}}
}

// Instant prints when something was known, exact enough to ask for it again.
func Instant(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05.999999 UTC") }

var components = map[ledger.Component]problem.Text{
	ledger.Principal: {ES: "Principal", EN: "Principal"}, ledger.OrdinaryInterest: {ES: "Intereses remuneratorios", EN: "Ordinary interest"},
	ledger.Interest: {ES: "Intereses de demora", EN: "Late-payment interest"}, ledger.Compensation: {ES: "Compensación por costes de cobro", EN: "Compensation for recovery costs"},
	ledger.Cost: {ES: "Gastos", EN: "Costs"}, ledger.CourtFee: {ES: "Tasas judiciales", EN: "Court fees"},
}

var bearers = map[ledger.Bearer]problem.Text{ledger.ByDebtor: {ES: "Deudor", EN: "Debtor"}, ledger.ByClient: {ES: "Cliente", EN: "Client"},
	ledger.ByFirm: {ES: "Despacho", EN: "Firm"}, ledger.Undecided: {ES: "Por decidir", EN: "Not settled"}}

// summary is what was charged, paid, given up and left of each component.
func (w writer) summary() (t letters.Table) {
	for _, total := range w.Totals {
		if !total.Charged.IsZero() {
			t.Rows = append(t.Rows, []string{components[total.Component].In(w.lang), w.print(total.Charged), w.print(total.Paid),
				w.print(total.Waived.Plus(total.WrittenOff)), w.print(total.Left)})
		}
	}
	t.Total = []string{"Total", w.print(w.Charged), w.print(w.Paid), w.print(w.Waived.Plus(w.WrittenOff)), w.print(w.Open)}
	return t
}

func (w writer) claims() (t letters.Table) {
	for _, d := range w.Debts {
		t.Rows = append(t.Rows, []string{DebtName(d.Kind, d.Number, w.lang), d.IssuedOn.Short(w.lang), d.DueOn.Short(w.lang),
			w.print(d.Total(ledger.Principal).Charged), w.print(d.Total(ledger.Principal).Left), w.print(d.Open)})
	}
	if len(t.Rows) > 1 {
		whole := w.Total(ledger.Principal)
		t.Total = []string{"Total", "", "", w.print(whole.Charged), w.print(whole.Left), w.print(w.Open)}
	}
	return t
}

// terms say from when each debt bears which interest, and why.
func (w writer) terms() (t letters.Table) {
	for _, d := range w.Debts {
		for _, b := range d.Terms {
			name := b.Regime.Name().In(w.lang)
			if b.RatePct != "" {
				name += " " + Percent(b.RatePct, w.locale)
			}
			t.Rows = append(t.Rows, []string{d.Number, b.From.Short(w.lang), name, Reason(b.Basis)})
		}
	}
	return t
}

// rates are listed once each with their law and, in full, their official publication.
func (w writer) rates() (t letters.Table) {
	for _, r := range w.Rates {
		t.Rows = append(t.Rows, []string{r.From.Short(w.lang), r.To.Short(w.lang), Percent(r.RatePct, w.locale), r.Law, Published(r.Publication, "—")})
	}
	return t
}

// payments are told one by one with what each was applied to and under which article.
func (w writer) payments() (t letters.Table) {
	for _, p := range Payments(w.Statement.Statement) {
		t.Rows = append(t.Rows, []string{p.On.Short(w.lang), w.say("Cobro", "Payment"), "", w.print(p.Amount), ""})
		for _, part := range p.Parts {
			t.Rows = append(t.Rows, []string{"", w.of(part), Reason(part.Line.Basis), "", w.print(part.Amount)})
		}
	}
	return t
}

// of names a component with its debt, where there are several.
func (w writer) of(p Part) string {
	name := components[p.Line.Component].In(w.lang)
	if len(w.Debts) > 1 {
		name += " · " + p.Number
	}
	return name
}

func (w writer) givenUp() (t letters.Table) {
	for _, p := range GivenUp(w.Statement.Statement) {
		what := w.say("Condonado: ", "Waived: ")
		if p.Line.Kind == ledger.WritingOff {
			what = w.say("Dado por fallido: ", "Written off: ")
		}
		t.Rows = append(t.Rows, []string{p.Line.EffectiveOn.Short(w.lang), what + w.of(p), Reason(p.Line.Basis), w.print(p.Amount)})
	}
	return t
}

func (w writer) costs() (t letters.Table) {
	for _, p := range Costs(w.Statement.Statement) {
		by := p.Line.BorneBy
		if by == "" {
			by = ledger.ByDebtor
		}
		t.Rows = append(t.Rows, []string{p.Line.EffectiveOn.Short(w.lang), w.of(p), Reason(p.Line.Basis), bearers[by].In(w.lang), w.print(p.Amount)})
	}
	return t
}

// method tells how the interest of this statement was computed: the divisors that it used, and how it was rounded.
func (w writer) method() string {
	var divisors []string
	factors, compound := false, false
	for _, d := range w.Debts {
		for _, one := range d.Slices {
			divisor := fmt.Sprint(one.YearDays)
			switch {
			case one.YearDays == 0:
				factors = true
			case one.Compound:
				compound = true
			case !strings.Contains(strings.Join(divisors, " "), divisor):
				divisors = append(divisors, divisor)
			}
		}
	}
	var parts []string
	if len(divisors) > 0 {
		parts = append(parts, fmt.Sprintf(w.say("Interés de cada tramo = base × tipo anual × días ÷ %s.", "Interest of each period = base × yearly rate × days ÷ %s."),
			strings.Join(divisors, w.say(" o ", " or "))))
	}
	if factors {
		parts = append(parts, w.say("Interés de cada tramo = base × (factor acumulado del último día ÷ factor del día anterior al primero − 1).",
			"Interest of each period = base × (accumulated factor of the last day ÷ factor of the day before the first − 1)."))
	}
	if compound {
		parts = append(parts, w.say("Con tipo efectivo anual, interés de cada tramo = base × ((1 + tipo) elevado a (días ÷ días del año) − 1).",
			"At a yearly effective rate, interest of each period = base × ((1 + rate) to the power of (days ÷ days of the year) − 1)."))
	}
	digits, _ := w.Currency.Exponent()
	rounded := fmt.Sprintf(w.say("con %d decimales", "to %d decimals"), digits)
	if digits == 0 {
		rounded = w.say("sin decimales", "to whole units")
	}
	return strings.Join(append(parts, fmt.Sprintf(w.say(
		"El día del vencimiento no cuenta y el del pago sí: una base o un tipo nuevos rigen desde el día siguiente. Cada tramo se redondea por documento %s, la mitad hacia arriba; los totales son sumas de esos importes. No se calculan intereses sobre intereses.",
		"The due day does not count and the day of a payment does: a new base or rate rules from the next day. Each period is rounded by document %s, half up; every total is a sum of those amounts. No interest is computed on interest."), rounded)), " ")
}

var anID = regexp.MustCompile(` ?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// Reason is why a line stands, without the ids that only programs read.
func Reason(basis string) string { return anID.ReplaceAllString(basis, "") }
