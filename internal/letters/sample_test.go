package letters

import (
	"fmt"
	"testing"

	"recobro/internal/day"
	shipped "recobro/letters"
)

func shelf(t testing.TB) *Shelf {
	t.Helper()
	s, err := Load(shipped.FS)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func template(t testing.TB, id, lang string) *Template {
	t.Helper()
	tpl, err := shelf(t).Template(id, lang)
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

// sampleText is a value for every text, money, date and paragraphs field of the shipped templates. All names are invented.
var sampleText = map[string]string{
	"client_name": "Suministros Zafirel, S.A.", "client_tax_id": "A00000100", "debtor_name": "Talleres Brumaluz, S.L.", "debtor_tax_id": "B00000412",
	"debt_origin":   "los suministros de material eléctrico que nuestra cliente entregó entre febrero y marzo de 2026 y que constan en los albaranes firmados",
	"payments_note": "El 28 de octubre de 2026 recibimos 1.500,00 €. Se aplicó primero a los intereses devengados (635,74 €) y el resto, 864,26 €, al principal, a prorrata entre las facturas (arts. 1173 y 1174 del Código Civil).",
	"as_of":         "2026-11-23", "amount_principal": "11.481,41 €", "amount_interest": "85,06 €", "interest_basis": "Ley 3/2004, art. 7; tipo publicado en BOE-A-2026-14327",
	"amount_compensation": "80,00 €", "amount_costs": "31,46 €", "amount_total": "11.677,93 €", "daily_interest": "3,27 €", "commercial_rate": "10,40 %",
	"term_on": "2026-12-28", "negotiation_contact": "reclamaciones@cardoalto.example o en el teléfono 900 000 000", "lawyer_name": "Irene Valdelomar Ñíguez",
	"credit_files": "el sistema común de información crediticia Fichero Ejemplo, S.L.", "data_contact": "datos@cardoalto.example",
}

var sampleLists = map[string][]string{
	"annexes": {"Liquidación de intereses a 23/11/2026 (3 páginas).", "Facturas F-2026-1187 y F-2026-1240 (2 páginas).", "Albaranes firmados (2 páginas)."},
}

var sampleTables = map[string]Table{
	"debts": {Rows: [][]string{{"Factura F-2026-1187", "22/03/2026", "21/04/2026", "7.761,43 €"}, {"Factura F-2026-1240", "15/04/2026", "15/05/2026", "3.719,98 €"}},
		Total: []string{"Total", "", "", "11.481,41 €"}},
}

// full is the sample data cut to the fields of the template.
func full(t testing.TB, tpl *Template) Values {
	t.Helper()
	v := Values{Text: map[string]string{}, Tables: map[string]Table{}, Lists: map[string][]string{}}
	for _, f := range tpl.Fields {
		switch f.Type {
		case Rows:
			v.Tables[f.Name] = sampleTables[f.Name]
		case Items:
			v.Lists[f.Name] = sampleLists[f.Name]
		default:
			v.Text[f.Name] = sampleText[f.Name]
		}
		if !v.has(&f) {
			t.Fatalf("%s: the sample has nothing for %s", tpl.key(), f.Name)
		}
	}
	return v
}

func sample(t testing.TB, tpl *Template) Sheet {
	return Sheet{
		Firm: Letterhead{Name: "Cardoalto Abogados, S.L.P.", Initials: "CA", Lines: []string{"Plaza del Olmo 3, 00001 Valdemiel"},
			Contacts: []string{"reclamaciones@cardoalto.example", "Tel. 900 000 000", "cardoalto.example"},
			Registry: "Cardoalto Abogados, S.L.P. · NIF B00000001 · Registro de Sociedades Profesionales del Colegio de la Abogacía de Valdemiel n.º 000"},
		To: Address{Name: "Talleres Brumaluz, S.L.", Lines: []string{"A la atención de Administración", "Calle del Molino 14", "00002 Peñarrubia del Río"},
			Via: "Por burofax con acuse de recibo y certificación de texto"},
		Date: day.MustParse("2026-11-23"), Place: "Valdemiel", Reference: "R-2026-000412", Nonce: "6f1c0d5be2a94a7e8a3a5d1f0b7c9e24",
		Footnote: "Punto de control 318 · 23/11/2026 11:00 UTC · registro n.º 1.223", Values: full(t, tpl),
		Payment: &PaymentBox{Beneficiary: "Suministros Zafirel, S.A.", IBAN: "ES00 0000 0000 0000 0000 0000", Reference: "RF75 R202 6000 412", Amount: "11.677,93 €",
			Link: "https://pagos.cardoalto.example/7KM4-29TD", Code: "https://pagos.cardoalto.example/7KM4-29TD"},
		Signature: &Signature{Name: "Irene Valdelomar Ñíguez", Role: "Letrada de Suministros Zafirel, S.A.", BarNumber: "0000 (ICA Valdemiel)", Date: day.MustParse("2026-11-23")},
	}
}

// many makes n rows of the debts table.
func many(n int) Table {
	var t Table
	for i := range n {
		t.Rows = append(t.Rows, []string{fmt.Sprintf("Factura F-2026-%04d", i+1), "22/03/2026", "21/04/2026", "100,00 €"})
	}
	t.Total = []string{"Total", "", "", fmt.Sprintf("%d.00,00 €", n)}
	return t
}
