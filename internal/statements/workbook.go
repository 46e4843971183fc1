package statements

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"

	"recobro/internal/day"
	"recobro/internal/ledger"
	"recobro/internal/money"
)

// Workbook writes the statement as a spreadsheet (xlsx) in a language. Figures are numbers, from their exact decimals and never by way
// of a float; days are days; whatever people wrote is text, which no program takes for a formula. The same statement is the same
// workbook.
func Workbook(s Statement, lang string) ([]byte, error) {
	b := &book{File: excelize.NewFile(), writer: writer{s, lang, localeOf(lang, s.Packs[0].Locale)}}
	defer func() { _ = b.Close() }()
	b.styles()
	b.sheet(b.say("Resumen", "Summary"), b.summarySheet)
	b.sheet(b.say("Documentos", "Documents"), b.claimSheet)
	b.sheet(b.say("Intereses", "Interest"), b.interestSheet)
	b.sheet(b.say("Cobros", "Payments"), b.paymentSheet)
	b.sheet(b.say("Costes", "Costs"), b.costSheet)
	b.must(b.DeleteSheet("Sheet1"))
	b.SetActiveSheet(0)
	stamp := s.KnownAt.UTC().Format("2006-01-02T15:04:05Z")
	b.must(b.SetDocProps(&excelize.DocProperties{Creator: "Recobro", LastModifiedBy: "Recobro", Created: stamp, Modified: stamp, Title: s.Name(lang), Language: lang}))
	var out bytes.Buffer
	if b.err == nil {
		_, b.err = b.WriteTo(&out)
	}
	if b.err != nil {
		return nil, fmt.Errorf("writing the workbook of %s: %w", s.Numbers(), b.err)
	}
	return out.Bytes(), nil
}

// book is a workbook being written; err is the first thing that failed.
type book struct {
	*excelize.File
	writer
	head, date, amount, sum, percent int // styles
	name                             string
	row                              int
	err                              error
}

func (b *book) must(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *book) styles() {
	style := func(s excelize.Style) int {
		id, err := b.NewStyle(&s)
		b.must(err)
		return id
	}
	digits, _ := b.Currency.Exponent()
	format := "#,##0"
	if digits > 0 {
		format += "." + fmt.Sprintf("%0*d", digits, 0)
	}
	days, per := "dd/mm/yyyy", "0.00####"
	bold := &excelize.Font{Bold: true}
	b.head = style(excelize.Style{Font: bold, Border: []excelize.Border{{Type: "bottom", Color: "14263F", Style: 1}}})
	b.date = style(excelize.Style{CustomNumFmt: &days})
	b.amount = style(excelize.Style{CustomNumFmt: &format})
	b.sum = style(excelize.Style{CustomNumFmt: &format, Font: bold})
	b.percent = style(excelize.Style{CustomNumFmt: &per})
}

func (b *book) sheet(name string, fill func()) {
	_, err := b.NewSheet(name)
	b.must(err)
	b.name, b.row = name, 0
	fill()
	b.must(b.SetColWidth(name, "A", "A", 34))
	b.must(b.SetColWidth(name, "B", "L", 17))
}

// perCent and total are cells that are printed in their own way.
type perCent string
type total money.Amount

// line writes the next row. Amounts, days and per cents become numbers; everything else is text.
func (b *book) line(cells ...any) {
	b.row++
	for i, value := range cells {
		at, err := excelize.CoordinatesToCellName(i+1, b.row)
		b.must(err)
		switch v := value.(type) {
		case money.Amount:
			b.number(at, v.Decimal(), b.amount)
		case total:
			b.number(at, money.Amount(v).Decimal(), b.sum)
		case day.Date:
			if !v.IsZero() {
				b.number(at, strconv.Itoa(v.DaysSince(epoch)), b.date)
			}
		case perCent:
			b.number(at, string(v), b.percent)
		case int:
			b.must(b.SetCellInt(b.name, at, int64(v)))
		case string:
			b.must(b.SetCellStr(b.name, at, v))
		}
	}
}

// epoch is the day zero of spreadsheets, as they count all days since March 1900.
var epoch = day.Of(1899, 12, 30)

func (b *book) number(at, decimal string, style int) {
	b.must(b.SetCellDefault(b.name, at, decimal))
	b.must(b.SetCellStyle(b.name, at, at, style))
}

// titles writes a head row.
func (b *book) titles(names ...string) {
	cells := make([]any, len(names))
	for i, n := range names {
		cells[i] = n
	}
	b.line(cells...)
	last, err := excelize.CoordinatesToCellName(len(names), b.row)
	b.must(err)
	b.must(b.SetCellStyle(b.name, fmt.Sprintf("A%d", b.row), last, b.head))
}

func (b *book) summarySheet() {
	b.line(b.say("Deudor", "Debtor"), b.Debtor.Name)
	b.line(b.say("Acreedor", "Creditor"), b.Client.Name)
	b.line(b.say("Expediente", "Case"), b.Numbers())
	b.line(b.say("Calculada al", "Computed on"), b.AsOf)
	b.line(b.say("Con lo anotado hasta", "Recorded up to"), Instant(b.KnownAt))
	b.line(b.say("Parámetros legales", "Legal parameters"), b.Editions())
	b.line(b.say("Moneda", "Currency"), string(b.Currency))
	b.row++
	b.titles(b.say("Concepto", "Item"), b.say("Devengado", "Charged"), b.say("Cobrado", "Received"), b.say("Condonado", "Waived"), b.say("Fallido", "Written off"), b.say("Pendiente", "Open"))
	for _, t := range b.Totals {
		b.line(components[t.Component].In(b.lang), t.Charged, t.Paid, t.Waived, t.WrittenOff, t.Left)
	}
	b.line("Total", total(b.Charged), total(b.Paid), total(b.Waived), total(b.WrittenOff), total(b.Open))
	b.row++
	if b.DailyInterest != nil {
		b.line(b.say("Interés de cada día posterior", "Interest of each later day"), *b.DailyInterest)
	}
	if b.Advanced.IsPositive() {
		b.line(b.say("Costes que no se reclaman", "Costs not claimed"), b.Advanced)
	}
	for _, doubt := range b.Doubts() {
		b.line(b.say("Por comprobar", "To be checked"), doubt.Text.In(b.lang))
	}
	b.line(b.say("Cómo se ha calculado", "How it was computed"), b.method())
}

func (b *book) claimSheet() {
	b.titles(b.say("Documento", "Document"), b.say("Expediente", "Case"), b.say("Emisión", "Issued"), b.say("Vencimiento", "Due"), b.say("Principal", "Principal"),
		b.say("Principal pendiente", "Principal open"), b.say("Interés pendiente", "Interest open"), b.say("Pendiente en total", "Open in all"))
	for _, d := range b.Debts {
		b.line(DebtName(d.Kind, d.Number, b.lang), d.CaseNumber, d.IssuedOn, d.DueOn, d.Total(ledger.Principal).Charged, d.Total(ledger.Principal).Left,
			d.Total(ledger.Interest).Left, d.Open)
	}
	whole := b.Total(ledger.Principal)
	b.line("Total", "", "", "", total(whole.Charged), total(whole.Left), total(b.Total(ledger.Interest).Left), total(b.Open))
}

func (b *book) interestSheet() {
	b.titles(b.say("Documento", "Document"), b.say("Desde", "From"), b.say("Hasta", "To"), b.say("Días", "Days"), b.say("Base", "Base"), b.say("Tipo %", "Rate %"),
		b.say("Días del año", "Days of the year"), b.say("Interés", "Interest"), b.say("Norma", "Law"), b.say("Publicación", "Published in"), b.say("Leído en", "Read in"))
	for _, d := range b.Debts {
		for _, one := range d.Slices {
			b.line(DebtName(d.Kind, d.Number, b.lang), one.From, one.To, one.Days, one.Base, perCent(one.RatePct), one.YearDays, one.Amount, one.Law, one.Publication, one.Source)
		}
	}
	b.line("Total", "", "", "", "", "", "", total(b.Total(ledger.Interest).Charged))
}

func (b *book) paymentSheet() {
	b.titles(b.say("Fecha", "Date"), b.say("Aplicado a", "Applied to"), b.say("Documento", "Document"), b.say("Fundamento", "Basis"), b.say("Cobrado", "Received"), b.say("Aplicado", "Applied"))
	for _, p := range Payments(b.Statement.Statement) {
		b.line(p.On, b.say("Cobro", "Payment"), "", "", total(p.Amount))
		for _, part := range p.Parts {
			b.line("", components[part.Line.Component].In(b.lang), DebtName(part.Kind, part.Number, b.lang), Reason(part.Line.Basis), "", part.Amount)
		}
	}
	for _, p := range GivenUp(b.Statement.Statement) {
		what := b.say("Condonado: ", "Waived: ")
		if p.Line.Kind == ledger.WritingOff {
			what = b.say("Fallido: ", "Written off: ")
		}
		b.line(p.Line.EffectiveOn, what+components[p.Line.Component].In(b.lang), DebtName(p.Kind, p.Number, b.lang), Reason(p.Line.Basis), "", p.Amount)
	}
}

func (b *book) costSheet() {
	b.titles(b.say("Fecha", "Date"), b.say("Concepto", "Item"), b.say("Documento", "Document"), b.say("Fundamento", "Basis"), b.say("A cargo de", "Borne by"), b.say("Importe", "Amount"))
	for _, p := range Costs(b.Statement.Statement) {
		by := p.Line.BorneBy
		if by == "" {
			by = ledger.ByDebtor
		}
		b.line(p.Line.EffectiveOn, components[p.Line.Component].In(b.lang), DebtName(p.Kind, p.Number, b.lang), Reason(p.Line.Basis), bearers[by].In(b.lang), p.Amount)
	}
}
