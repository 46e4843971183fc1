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
	"as_of":         "2026-11-23", "amount_principal": "11.481,41 €", "amount_ordinary": "0,00 €", "interest_from_receipt": "Desde que reciba este requerimiento, lo debido devenga el interés legal (CC, arts. 1100 y 1108).", "amount_interest": "85,06 €", "interest_basis": "Ley 3/2004, art. 7; tipo publicado en BOE-A-2026-14327",
	"amount_compensation": "80,00 €", "amount_costs": "31,46 €", "amount_total": "11.677,93 €", "daily_interest": "3,27 €", "commercial_rate": "10,40 %",
	"term": "30 días naturales", "term_on": "2026-12-28", "beneficiary": "Suministros Zafirel, S.A.", "negotiation_contact": "reclamaciones@cardoalto.example o en el teléfono 900 000 000", "lawyer_name": "Irene Valdelomar Ñíguez",
	"firm_name": "Cardoalto Abogados, S.L.P.", "case_numbers": "R-2026-000412", "payment_reference": "RF75 R202 6000 412", "iban": "ES00 0000 0000 0000 0000 0000",
	"amount_received": "0,00 €", "payment_link": "https://pagos.cardoalto.example/7KM4-29TD", "contact": "reclamaciones@cardoalto.example", "promised_amount": "1.500,00 €", "promised_on": "2026-12-01",
	"amount_agreed": "11.400,00 €", "valid_until": "2026-12-10", "place": "Valdemiel", "signed_on": "2026-12-30", "client_address": "Avenida del Puerto 2, 00001 Valdemiel",
	"client_representative": "que actúa por medio de doña Rosa Ibarlucea Prado, administradora única", "debtor_address": "Calle del Molino 14, 00002 Peñarrubia del Río",
	"debtor_representative": "que actúa por medio de don Luis Quiroga Ansó, administrador solidario", "grace_days": "diez", "guarantee": "Garantía. Don Luis Quiroga Ansó responde con la deudora como fiador solidario.",
	"other_terms": "Las comunicaciones entre las partes se harán por correo electrónico.\n\nCada parte paga sus gastos.", "client_signatory": "Suministros Zafirel, S.A.\nDoña Rosa Ibarlucea Prado, administradora única", "debtor_signatory": "Talleres Brumaluz, S.L.\nDon Luis Quiroga Ansó, administrador solidario",
	"court":                "TRIBUNAL DE INSTANCIA DE VALDEMIEL, SECCIÓN CIVIL",
	"notification_contact": "Plaza del Olmo 3, 00001 Valdemiel, y notificaciones@cardoalto.example", "demand_received_on": "2026-11-26", "negotiation_document": "documento n.º 5",
	"negotiation_facts": "El 23 de noviembre de 2026 se envió a la parte deudora, por burofax con acuse de recibo y certificación de texto, un requerimiento de pago que contenía una solicitud de negociación con cauce y plazo para contestar.\n\nNo hubo respuesta escrita ni primer contacto.",
	"court_fee_note":    "Tasa judicial: se acompaña el modelo 696 (Ley 10/2012).", "pack_title": "Petición inicial de proceso monitorio", "costs_note": "Los gastos de cobranza se calculan sobre la deuda vencida desde el día veinte de atraso, por tramos de 9, 6 y 3 % (Ley 19.496, art. 37).",
	"allocation_note": "Los cobros se aplican primero a los intereses devengados y después al principal (arts. 1173 y 1174 del Código Civil).",
	"method_note":     "Interés de cada tramo = principal × tipo × días ÷ 365, sin contar el día del vencimiento y contando el del pago. Cada tramo se redondea al céntimo.",
	"law_pack":        "ES 1.3", "known_at": "2026-11-23 09:00:00.123456 UTC", "amount_advanced": "31,46 €", "converted_note": "Son 11.646,47 € al valor del día.",
	"entries_count": "3", "first_at": "2026-11-02 09:30:00 UTC", "last_at": "2026-11-23 09:00:00 UTC", "profile_note": "El paquete es el destinado al tribunal.",
	"log_origin": "recobro/0d9f2f4e-6f6b-4c5c-9c39-2f9e0c6e1a11", "checkpoint_size": "12345", "checkpoint_root": "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=", "checkpoint_missing": "Ninguno más.",
	"credit_files": "Fichero Ejemplo, S.L.", "data_contact": "datos@cardoalto.example",
}

var sampleLists = map[string][]string{
	"proved":          {"Que están todas: las actuaciones del 1 al 3, sin huecos."},
	"not_proved":      {"Que lo declarado sea verdad."},
	"warnings":        {"El tipo del 10,40 % solo se ha leído en una fuente secundaria: un abogado debe cotejarlo con la publicación oficial."},
	"documents":       {"Factura F-2026-1187.", "Factura F-2026-1240.", "Albaranes firmados.", "Liquidación de intereses.", "Requerimiento con certificación de texto y acuse de recibo."},
	"other_addresses": {"Polígono de la Vega, nave 7, 00002 Peñarrubia del Río."},
	"annexes":         {"Liquidación de intereses a 23/11/2026 (3 páginas).", "Facturas F-2026-1187 y F-2026-1240 (2 páginas).", "Albaranes firmados (2 páginas)."},
}

var sampleTables = map[string]Table{
	"debts": {Rows: [][]string{{"Factura F-2026-1187", "22/03/2026", "21/04/2026", "7.761,43 €"}, {"Factura F-2026-1240", "15/04/2026", "15/05/2026", "3.719,98 €"}},
		Total: []string{"Total", "", "", "11.481,41 €"}},
	"instalments": {Rows: [][]string{{"1.º", "05/01/2027", "3.800,00 €"}, {"2.º", "05/02/2027", "3.800,00 €"}, {"3.º", "05/03/2027", "3.800,00 €"}}, Total: []string{"Total", "", "11.400,00 €"}},
	"interest": {Rows: [][]string{{"F-2026-1187", "22/04/2026", "30/06/2026", "70", "8.345,67 €", "10,15 %", "BOE-A-2025-27201", "162,45 €"},
		{"F-2026-1187", "01/07/2026", "28/10/2026", "120", "8.345,67 €", "10,40 %", "BOE-A-2026-14327", "285,35 €"},
		{"F-2026-1187", "29/10/2026", "23/11/2026", "26", "7.761,43 €", "10,40 %", "BOE-A-2026-14327", "57,50 €"}},
		Total: []string{"Total", "", "", "", "", "", "", "505,30 €"}},
	"summary": {Rows: [][]string{{"Principal", "12.345,67 €", "864,26 €", "0,00 €", "11.481,41 €"}, {"Intereses de demora", "720,80 €", "635,74 €", "0,00 €", "85,06 €"},
		{"Compensación por costes de cobro", "80,00 €", "0,00 €", "0,00 €", "80,00 €"}}, Total: []string{"Total", "13.146,47 €", "1.500,00 €", "0,00 €", "11.646,47 €"}},
	"claims": {Rows: [][]string{{"Factura F-2026-1187", "22/03/2026", "21/04/2026", "8.345,67 €", "7.761,43 €", "7.861,10 €"}, {"Factura F-2026-1240", "15/04/2026", "15/05/2026", "4.000,00 €", "3.719,98 €", "3.785,37 €"}},
		Total: []string{"Total", "", "", "12.345,67 €", "11.481,41 €", "11.646,47 €"}},
	"terms": {Rows: [][]string{{"F-2026-1187", "22/04/2026", "interés de demora comercial", "Ley 3/2004, arts. 5 y 7"}, {"F-2026-1240", "16/05/2026", "interés de demora comercial", "Ley 3/2004, arts. 5 y 7"}}},
	"payments": {Rows: [][]string{{"28/10/2026", "Cobro", "", "1.500,00 €", ""}, {"", "Intereses de demora · F-2026-1187", "CC 1173; CCom 318", "", "447,80 €"},
		{"", "Intereses de demora · F-2026-1240", "CC 1173; CCom 318", "", "187,94 €"}, {"", "Principal · F-2026-1187", "CC 1173; CC 1174", "", "584,24 €"}, {"", "Principal · F-2026-1240", "CC 1173; CC 1174", "", "280,02 €"}}},
	"rates": {Rows: [][]string{{"22/04/2026", "30/06/2026", "10,15 %", "Ley 3/2004, arts. 5 y 7", "BOE-A-2025-27201, Resolución de 23-12-2025, SG Tesoro y Financiación Internacional (BOE 315, 31-12-2025, pág. 181145)"},
		{"01/07/2026", "23/11/2026", "10,40 %", "Ley 3/2004, arts. 5 y 7", "BOE-A-2026-14327"}}},
	"given_up": {Rows: [][]string{{"02/11/2026", "Condonado: Gastos · F-2026-1187", "acuerdo de pago, cumplido", "12,00 €"}}},
	"costs": {Rows: [][]string{{"22/04/2026", "Compensación por costes de cobro · F-2026-1187", "Ley 3/2004, art. 8.1", "Deudor", "40,00 €"},
		{"12/11/2026", "Gastos · F-2026-1187", "burofax del 12 de noviembre", "Por decidir", "31,46 €"}}},
	"entries":  {Rows: [][]string{{"1", "2026-11-02 09:30:00", "Alta del expediente", "integración", "", "0123456789abcdef"}, {"2", "2026-11-02 10:30:00", "Comunicación enviada", "Recobro", "2 · aceptado por el servidor", "fedcba9876543210"}}},
	"withheld": {Rows: [][]string{{"3", "negociación confidencial", "LO 1/2025, art. 9"}}},
	"papers":   {Rows: [][]string{{"2", "acuse.pdf", "48213", "0123456789abcdef0123456789abcdef 0123456789abcdef0123456789abcdef"}}},
	"channels": {Rows: [][]string{{"Correo electrónico", "Los que envió Recobro.", "1", "2 · aceptado por el servidor"}}},
	"attested": {Rows: [][]string{{"Testigo de Zafirel", "Que el árbol solo ha crecido", "2026-11-23 10:00:00"}}},
	"parts":    {Rows: [][]string{{"Documento n.º 1", "Factura F-2026-1187", "1", "6"}, {"Documento n.º 2", "Factura F-2026-1240", "1", "7"}}},
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
