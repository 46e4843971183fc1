package letters

import (
	"bytes"
	"strings"
	"testing"

	"github.com/go-pdf/fpdf"
	"golang.org/x/text/encoding/charmap"
	"rsc.io/qr"

	"recobro/internal/day"
)

// The ratio of these two is what limits.md holds: one page with letterhead, a table of 12 rows, payment box with QR, foot.
// The bare side draws the same content with the same fonts by fpdf alone, knowing every place in advance.

var onePage = []byte(`---
id: one_page
version: 1
kind: letter
jurisdictions: [any]
language: es
title: Requerimiento de pago
legal_basis: []
fields:
  - {name: client_name, type: text, required: true}
  - {name: amount_total, type: money, required: true}
  - {name: term_on, type: date, required: true}
  - name: debts
    type: table
    required: true
    columns:
      - {key: number, title: Documento}
      - {key: issued, title: Emisión, figures: true}
      - {key: due, title: Vencimiento, figures: true}
      - {key: principal, title: Pendiente, figures: true}
---
Somos abogados y le escribimos en nombre y por encargo de **{{client_name}}** para reclamarle el pago de lo que sigue, que está vencido y no se ha pagado.

{{table:debts}}

Le pedimos que pague **{{amount_total}}** no más tarde del **{{term_on}}**. Con esta carta interrumpimos la prescripción de las acciones (art. 1973 del Código Civil).

{{payment}}
`)

func onePageSheet(b *testing.B) (*Template, Sheet) {
	tpl, err := Parse(onePage)
	if err != nil {
		b.Fatal(err)
	}
	s := sample(b, template(b, "formal_demand", "es"))
	s.Values = Values{Text: map[string]string{"client_name": "Suministros Zafirel, S.A.", "amount_total": "1.200,00 €", "term_on": "2026-12-28"},
		Tables: map[string]Table{"debts": many(11)}}
	return tpl, s
}

func BenchmarkFormalDemand(b *testing.B) {
	tpl, s := onePageSheet(b)
	if n := strings.Count(textOf(b, printed(b, tpl, s)), "\f"); n != 1 {
		b.Fatalf("%d pages: not the same work as the bare side", n)
	}
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		size = len(printed(b, tpl, s))
	}
	b.ReportMetric(float64(size), "B/letter")
}

func BenchmarkFullFormalDemandOfSpain(b *testing.B) {
	tpl := template(b, "formal_demand", "es")
	s := sample(b, tpl)
	b.ReportAllocs()
	for b.Loop() {
		printed(b, tpl, s)
	}
}

func BenchmarkBareFpdf(b *testing.B) {
	_, s := onePageSheet(b)
	faces()
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		size = len(bare(b, s))
	}
	b.ReportMetric(float64(size), "B/letter")
}

func latin(text string) string {
	out, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return out
}

func bare(b *testing.B, s Sheet) []byte {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(s.Date.Time())
	pdf.SetModificationDate(s.Date.Time())
	pdf.SetTitle("Requerimiento de pago", true)
	pdf.SetAuthor(s.Firm.Name, true)
	for _, f := range []*face{faces().serif, faces().serifBold, faces().sans, faces().sansBold} {
		pdf.AddFontFromBytes(f.family, f.style, f.definition, f.narrow)
	}
	pdf.SetMargins(25, 14, 25)
	pdf.SetAutoPageBreak(false, 0)
	pdf.AddPage()
	bareHead(pdf, s)
	pdf.SetFont("serif", "B", 11)
	pdf.SetXY(25, 93)
	pdf.Cell(160, 5, "Asunto: Requerimiento de pago")
	pdf.Ln(7)
	pdf.SetFont("serif", "", 10.5)
	pdf.MultiCell(160, 4.75, latin("Somos abogados y le escribimos en nombre y por encargo de Suministros Zafirel, S.A. para reclamarle el pago de lo que sigue, que está vencido y no se ha pagado."), "", "L", false)
	bareTable(pdf, s.Values.Tables["debts"])
	pdf.SetFont("serif", "", 10.5)
	pdf.MultiCell(160, 4.75, latin("Le pedimos que pague 1.200,00 € no más tarde del 28 de diciembre de 2026. Con esta carta interrumpimos la prescripción de las acciones (art. 1973 del Código Civil)."), "", "L", false)
	barePayment(b, pdf, s)
	pdf.SetFont("sans", "", 7)
	pdf.Line(25, 279, 185, 279)
	pdf.Text(25, 282, latin(s.Firm.Registry))
	pdf.Text(25, 285, latin(s.Footnote))
	pdf.Text(165, 282, latin("Página 1 de 1"))
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

func bareHead(pdf *fpdf.Fpdf, s Sheet) {
	pdf.SetFillColor(20, 38, 63)
	pdf.Rect(25, 14, 13, 13, "F")
	pdf.SetTextColor(255, 255, 255)
	pdf.SetFont("serif", "B", 17)
	pdf.Text(27, 22, "CA")
	pdf.SetTextColor(20, 38, 63)
	pdf.SetFont("sans", "B", 12.5)
	pdf.Text(42, 19, s.Firm.Name)
	pdf.SetFont("sans", "", 8)
	pdf.SetTextColor(86, 97, 112)
	pdf.Text(42, 24, s.Firm.Lines[0])
	for i, c := range s.Firm.Contacts {
		pdf.SetXY(120, 17+3.7*float64(i))
		pdf.CellFormat(65, 3.7, c, "", 0, "R", false, 0, "")
	}
	pdf.Line(25, 30, 185, 30)
	pdf.SetTextColor(0, 0, 0)
	pdf.SetFont("serif", "", 10.5)
	pdf.Text(25, 51, latin(s.To.Via))
	for i, l := range append([]string{s.To.Name}, s.To.Lines...) {
		pdf.Text(25, 57+4.75*float64(i), latin(l))
	}
	for i, l := range []string{"Fecha", s.Place + ", " + day.MustParse("2026-11-23").Long("es"), "Nuestra referencia", s.Reference, "Referencia de pago", s.Payment.Reference} {
		pdf.SetFont("sans", []string{"", "B"}[i%2], 8)
		pdf.Text(131, 51+4.5*float64(i), latin(l))
	}
}

func bareTable(pdf *fpdf.Fpdf, table Table) {
	widths := []float64{88, 24, 24, 24}
	rows := append([][]string{{"Documento", "Emisión", "Vencimiento", "Pendiente"}}, append(append([][]string{}, table.Rows...), table.Total)...)
	for n, row := range rows {
		if n <= 1 || n == len(rows)-1 {
			pdf.SetFont("sans", map[bool]string{true: "", false: "B"}[n == 1], 9)
		}
		for i, cell := range row {
			pdf.CellFormat(widths[i], 5.8, latin(cell), "B", 0, []string{"L", "R", "R", "R"}[i], false, 0, "")
		}
		pdf.Ln(5.8)
	}
}

func barePayment(b *testing.B, pdf *fpdf.Fpdf, s Sheet) {
	p := s.Payment
	pdf.Rect(25, 200, 160, 37, "D")
	for i, pair := range [][2]string{{"Beneficiario", p.Beneficiary}, {"Cuenta", p.IBAN}, {"Referencia", p.Reference}, {"Importe", p.Amount}, {"En línea", p.Link}} {
		pdf.SetFont("sans", "", 8)
		pdf.Text(30, 212+5*float64(i), latin(pair[0]))
		pdf.SetFont("sans", "B", 9)
		pdf.Text(55, 212+5*float64(i), latin(pair[1]))
	}
	pdf.LinkString(55, 229, 80, 5, p.Link)
	code, err := qr.Encode(p.Code, qr.M)
	if err != nil {
		b.Fatal(err)
	}
	pdf.SetFillColor(0, 0, 0)
	module := 32 / float64(code.Size+8)
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			end := x
			for end < code.Size && code.Black(end, y) {
				end++
			}
			if end > x {
				pdf.Rect(151+module*float64(x+4), 201+module*float64(y+4), module*float64(end-x), module, "F")
				x = end
			}
		}
	}
}
