package benchmarks

import (
	"bytes"
	"fmt"

	"github.com/go-pdf/fpdf"
	"golang.org/x/text/encoding/charmap"
	"rsc.io/qr"

	"recobro/internal/day"
	"recobro/internal/letters"
)

func latin(text string) string {
	out, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		panic(err) // every text of this file is written here
	}
	return out
}

// bareLetter draws the page of sheet, each thing at its known place.
func bareLetter(s letters.Sheet) ([]byte, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(s.Date.Time())
	pdf.SetModificationDate(s.Date.Time())
	pdf.SetTitle("Requerimiento de pago", true)
	pdf.SetAuthor(s.Firm.Name, true)
	for _, face := range [][2]string{{"serif", ""}, {"serif", "B"}, {"sans", ""}, {"sans", "B"}} {
		definition, font := letters.NarrowFont(face[0], face[1])
		pdf.AddFontFromBytes(face[0], face[1], definition, font)
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
	pdf.MultiCell(160, 4.75, latin("Le pedimos que pague 1.100,00 € no más tarde del 28 de diciembre de 2026. Con esta carta interrumpimos la prescripción de las acciones (art. 1973 del Código Civil)."), "", "L", false)
	if err := barePayment(pdf, s.Payment); err != nil {
		return nil, err
	}
	pdf.SetFont("sans", "", 7)
	pdf.Line(25, 279, 185, 279)
	pdf.Text(25, 282, latin(s.Firm.Registry))
	pdf.Text(25, 285, latin(s.Footnote))
	pdf.Text(165, 282, latin("Página 1 de 1"))
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("writing the bare letter: %w", err)
	}
	return out.Bytes(), nil
}

func bareHead(pdf *fpdf.Fpdf, s letters.Sheet) {
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

func bareTable(pdf *fpdf.Fpdf, table letters.Table) {
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

func barePayment(pdf *fpdf.Fpdf, p *letters.PaymentBox) error {
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
		return fmt.Errorf("drawing the code of the bare letter: %w", err)
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
	return nil
}
