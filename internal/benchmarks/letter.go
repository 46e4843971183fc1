package benchmarks

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"recobro/internal/day"
	"recobro/internal/letters"
)

// The floor of a letter is the same page drawn by bare fpdf, knowing every place in advance (bare_letter.go), with the same
// fonts as cp1252 and the same QR library: nothing is parsed, filled in, measured, broken into lines or checked.

const onePage = `---
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
`

// sheet is one page: a table of eleven rows and a total, a payment box with its QR.
func sheet() letters.Sheet {
	debts := letters.Table{Total: []string{"Total", "", "", "1.100,00 €"}}
	for i := range 11 {
		debts.Rows = append(debts.Rows, []string{fmt.Sprintf("Factura F-2026-%04d", i+1), "22/03/2026", "21/04/2026", "100,00 €"})
	}
	return letters.Sheet{
		Firm: letters.Letterhead{Name: "Cardoalto Abogados, S.L.P.", Initials: "CA", Lines: []string{"Plaza del Olmo 3, 00001 Valdemiel"},
			Contacts: []string{"reclamaciones@cardoalto.example", "Tel. 900 000 000", "cardoalto.example"},
			Registry: "Cardoalto Abogados, S.L.P. · NIF B00000001 · Registro de Sociedades Profesionales del Colegio de la Abogacía de Valdemiel n.º 000"},
		To: letters.Address{Name: "Talleres Brumaluz, S.L.", Lines: []string{"A la atención de Administración", "Calle del Molino 14", "00002 Peñarrubia del Río"},
			Via: "Por burofax con acuse de recibo y certificación de texto"},
		Date: day.Of(2026, 11, 23), Place: "Valdemiel", Reference: "R-2026-000412", Nonce: "6f1c0d5be2a94a7e8a3a5d1f0b7c9e24",
		Footnote: "Punto de control 318 · 23/11/2026 11:00 UTC · registro n.º 1.223",
		Values: letters.Values{Text: map[string]string{"client_name": "Suministros Zafirel, S.A.", "amount_total": "1.100,00 €", "term_on": "2026-12-28"},
			Tables: map[string]letters.Table{"debts": debts}},
		Payment: &letters.PaymentBox{Beneficiary: "Suministros Zafirel, S.A.", IBAN: "ES00 0000 0000 0000 0000 0000", Reference: "RF75 R202 6000 412", Amount: "1.100,00 €",
			Link: "https://pagos.cardoalto.example/7KM4-29TD", Code: "https://pagos.cardoalto.example/7KM4-29TD"},
		Signature: &letters.Signature{Name: "Irene Valdelomar Ñíguez", Role: "Letrada de Suministros Zafirel, S.A.", BarNumber: "0000 (ICA Valdemiel)", Date: day.Of(2026, 11, 23)},
	}
}

func letterLines(ctx context.Context, b *bench) ([]Line, error) {
	template, err := letters.Parse([]byte(onePage))
	if err != nil {
		return nil, err
	}
	page := sheet()
	ours := func() ([]byte, error) { return template.PDF(page) }
	bare := func() ([]byte, error) { return bareLetter(page) }
	for _, print := range []func() ([]byte, error){ours, bare} {
		pdf, err := print()
		if err != nil {
			return nil, err
		}
		if n := bytes.Count(pdf, []byte("/Type /Page")) - bytes.Count(pdf, []byte("/Type /Pages")); n != 1 {
			return nil, fmt.Errorf("printing the letter: %d pages, so the sides would not do the same work", n)
		}
	}
	took, err := b.inTurn(ctx, b.printing(ours), b.printing(bare))
	if err != nil {
		return nil, err
	}
	each := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(b.size.Letters) }
	return []Line{{Name: "letter_pdf", Unit: "ms", Target: 1.3, LessIsGood: true, Ours: each(took[0]), Floor: each(took[1])}}, nil
}

// printing makes one letter after another.
func (b *bench) printing(print func() ([]byte, error)) side {
	return func(ctx context.Context, _ int) (time.Duration, error) {
		return together(ctx, 1, b.size.Letters, func(context.Context, int, int) error {
			_, err := print()
			return err
		})
	}
}
