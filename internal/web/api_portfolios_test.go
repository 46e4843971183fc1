package web_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"recobro/internal/law"
)

type portfolio struct {
	ID       string
	Count    int
	Accepted int
	Rejected int
	Total    struct{ Amount, Currency string } `json:"accepted_total"`
	Items    []fate
}

type fate struct {
	N                 int
	Status            string
	ExternalRef       string                           `json:"external_ref"`
	CaseID            string                           `json:"case_id"`
	CaseNumber        string                           `json:"case_number"`
	Reasons, Warnings []struct{ Pointer, Code string } `json:",omitempty"`
}

// item is a good item as JSON data, to be spoiled by a test. n makes debtor, reference and number its own.
func item(n int) map[string]any {
	return map[string]any{
		"external_ref": fmt.Sprintf("SAP/2025/%05d", n),
		"debtor": map[string]any{"kind": "company", "name": fmt.Sprintf("Molinos Ficticios %d, S.L.", n), "tax_id": law.MakeTaxID("ES", law.Company, uint64(3_000_000+n)), "country": "ES",
			"email": "pagos@molinos.example", "phone": "+34 600 123 456", "address": map[string]any{"street": "Calle Sin Nombre 4", "postal_code": "00005", "city": "Brumaluz", "country": "ES"}},
		"debt": map[string]any{"kind": "invoice", "number": fmt.Sprintf("F-%05d", n), "issued_on": "2025-10-01", "due_on": "2025-11-30", "principal": "1210.00", "tax_base": "1000.00", "tax": "210.00"},
	}
}

func body(t testing.TB, reference string, items ...map[string]any) string {
	t.Helper()
	b, err := json.Marshal(map[string]any{"reference": reference, "items": items})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// with sets a member by its pointer.
func with(m map[string]any, pointer string, value any) map[string]any {
	at, parts := m, strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for _, p := range parts[:len(parts)-1] {
		at = at[p].(map[string]any)
	}
	if value == nil {
		delete(at, parts[len(parts)-1])
		return m
	}
	at[parts[len(parts)-1]] = value
	return m
}

func TestAPortfolioOpensItsCasesAndIsReadBack(t *testing.T) {
	o := open(t)
	pdf := "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
	first := with(item(1), "/documents", []any{map[string]any{"name": "factura.pdf", "media_type": "application/pdf", "content_base64": base64.StdEncoding.EncodeToString([]byte(pdf))}})
	first = with(first, "/co_debtors", []any{map[string]any{"kind": "person", "name": "Aval Ensayo", "tax_id": law.MakeTaxID("ES", law.Person, 77), "country": "ES", "email": "aval@deudores.example"}})
	second := with(with(with(item(2), "/debt/already_paid", "210.00"), "/debt/agreed_rate", "8.5"), "/metadata", map[string]any{"folio": 9007199254740993, "nota": "ñ"})
	var p portfolio
	a := o.good(o.KeyA, 201, "POST", "/api/v1/portfolios", body(t, "2026-03", first, second), "Idempotency-Key", "k1")
	a.into(t, &p)
	if p.Count != 2 || p.Accepted != 2 || p.Total.Amount != "2210.00" || p.Total.Currency != "EUR" || p.Items[0].CaseID == "" || p.Items[0].CaseNumber == "" {
		t.Fatalf("%s", a.body)
	}
	o.good(o.KeyA, 200, "GET", "/api/v1/portfolios/"+p.ID, "")
	var list struct {
		Data       []fate
		NextCursor string `json:"next_cursor"`
	}
	o.good(o.KeyA, 200, "GET", "/api/v1/portfolios/"+p.ID+"/items?limit=1", "").into(t, &list)
	if len(list.Data) != 1 || list.NextCursor == "" || list.Data[0].CaseID != p.Items[0].CaseID {
		t.Errorf("first page: %+v", list)
	}
	cursor := list.NextCursor
	list.NextCursor = ""
	o.good(o.KeyA, 200, "GET", "/api/v1/portfolios/"+p.ID+"/items?limit=1&cursor="+cursor, "").into(t, &list)
	if len(list.Data) != 1 || list.NextCursor != "" || list.Data[0].N != 1 {
		t.Errorf("last page: %+v", list)
	}
	for query, want := range map[string]string{
		`select count(*) from app.documents where case_id = '` + p.Items[0].CaseID + `'`:                                                 "1",
		`select count(*) from app.parties where role = 'guarantor'`:                                                                      "1",
		`select sum(minor)::text from app.ledger_entries where component = 'principal'`:                                                  "221000",
		`select metadata ->> 'folio' from app.debts where external_ref = 'SAP/2025/00002'`:                                               "9007199254740993",
		`select agreed_rate_pct::text || ' ' || regime from app.debts where external_ref = 'SAP/2025/00002'`:                             "8.5000 agreed",
		`select count(*) from ev.events where subject = '` + p.ID + `' and subject_kind = 'portfolio'`:                                   "1",
		`select count(distinct payment_reference) from app.accounts where payment_reference ~ '^RF[0-9]{11}$'`:                           "2",
		`select count(*) from app.portfolio_items where input #>> '{documents,0,content_base64}' is not null`:                            "0",
		`select count(*) from ev.events where subject = '` + p.Items[0].CaseID + `' and convert_from(header, 'UTF8') ~ 'document.added'`: "1",
	} {
		var got string
		if err := o.DB.Super.Get(&got, query); err != nil || got != want {
			t.Errorf("%s = %s (%v), want %s", query, got, err, want)
		}
	}
}

func TestAnotherClientsPortfolioIsAsMissing(t *testing.T) {
	o := open(t)
	var p portfolio
	o.good(o.KeyA, 201, "POST", "/api/v1/portfolios", body(t, "r", item(1)), "Idempotency-Key", "k").into(t, &p)
	foreign := o.call(o.KeyB, "GET", "/api/v1/portfolios/"+p.ID, "")
	missing := o.call(o.KeyB, "GET", "/api/v1/portfolios/00000000-0000-0000-0000-0000000000aa", "")
	if foreign.status != 404 || string(foreign.body) != string(missing.body) {
		t.Errorf("foreign %d %s, missing %d %s", foreign.status, foreign.body, missing.status, missing.body)
	}
	named := strings.Replace(body(t, "r2", item(2)), `{`, `{"client_id":"`+o.ClientA.ID.String()+`",`, 1)
	if a := o.call(o.KeyB, "POST", "/api/v1/portfolios", named, "Idempotency-Key", "k"); a.status != 404 {
		t.Errorf("a key handed over for another client: %d %s", a.status, a.body)
	}
	o.good(o.Lawyer, 201, "POST", "/api/v1/portfolios", named, "Idempotency-Key", "k")
	if a := o.call(o.Lawyer, "POST", "/api/v1/portfolios", body(t, "r3", item(3)), "Idempotency-Key", "k3"); a.status != 422 || a.refusal(t).Code != "client_missing" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := o.call(o.Paralegal, "POST", "/api/v1/portfolios", named, "Idempotency-Key", "k"); a.status != 403 {
		t.Errorf("a paralegal handed over: %d", a.status)
	}
}

func TestWrongValuesRefuseTheirItemOnlyWithACodeAndAPointer(t *testing.T) {
	o := open(t)
	o.good(o.KeyA, 201, "POST", "/api/v1/portfolios", body(t, "before", item(1)), "Idempotency-Key", "k0")
	cases := []struct {
		pointer string
		value   any
		code    string
		at      string // where the reason points, when elsewhere
	}{
		{"/external_ref", "", "text_missing", ""},
		{"/external_ref", "SAP/2025/00001", "duplicate_external_ref", ""},
		{"/external_ref", strings.Repeat("x", 101), "text_too_long", ""},
		{"/debtor/kind", "empresa", "not_in_list", ""},
		{"/debtor/name", " ", "text_missing", ""},
		{"/debtor/name", "Dos\nlíneas", "text_control_characters", ""},
		{"/debtor/name", "Volteado \u202etxt", "text_control_characters", ""},
		{"/debtor/name", "e" + strings.Repeat("\u0301", 5000), "text_too_long", ""},
		{"/debtor/tax_id", "B00000001", "tax_id_invalid", ""},
		{"/debtor/tax_id", "B١٢٣٤٥٦٧٨", "tax_id_invalid", ""},
		{"/debtor/country", "FR", "jurisdiction_unknown", ""},
		{"/debtor/country", "es", "jurisdiction_unknown", ""},
		{"/debtor/language", "ca", "not_in_list", ""},
		{"/debtor/email", "pagos@molinos.example\r\nBcc: x@y.example", "email_invalid", ""},
		{"/debtor/email", "Pagos <pagos@molinos.example>", "email_invalid", ""},
		{"/debtor/phone", "llame", "phone_invalid", ""},
		{"/debtor/address/country", "España", "country_invalid", ""},
		{"/debt/kind", "factura", "not_in_list", ""},
		{"/debt/number", "", "text_missing", ""},
		{"/debt/issued_on", "2025-02-30", "date_invalid", ""},
		{"/debt/issued_on", "9999-01-01", "date_invalid", ""},
		{"/debt/due_on", "0000-00-00", "date_invalid", ""},
		{"/debt/due_on", "2025-09-30", "due_before_issue", ""},
		{"/debt/due_on", "2026-03-02", "not_due", ""},
		{"/debt/due_on", "2026-06-01", "not_due", ""},
		{"/debt/delivered_on", "2026-06-01", "date_in_future", ""},
		{"/debt/principal", "0.00", "amount_not_positive", ""},
		{"/debt/principal", "-1.00", "amount_not_positive", ""},
		{"/debt/principal", "1.234", "amount_decimals", ""},
		{"/debt/principal", "1,23", "amount_invalid", ""},
		{"/debt/principal", "1e3", "amount_invalid", ""},
		{"/debt/principal", "10000000000000000", "amount_too_large", ""},
		{"/debt/already_paid", "1210.01", "paid_more_than_principal", ""},
		{"/debt/already_paid", "1210.00", "nothing_owed", ""},
		{"/debt/agreed_rate", "101", "rate_invalid", ""},
		{"/debt/agreed_rate", "1e2", "rate_invalid", ""},
		{"/metadata", map[string]any{"x": strings.Repeat("y", 5000)}, "metadata_too_large", ""},
		{"/documents", []any{map[string]any{"name": "a.pdf", "media_type": "application/pdf", "content_base64": "%%%"}}, "document_unreadable", "/documents/0/content_base64"},
		{"/co_debtors", []any{map[string]any{"kind": "person", "name": "Aval", "tax_id": "1", "country": "ES"}}, "tax_id_invalid", "/co_debtors/0/tax_id"},
	}
	var items []map[string]any
	for i, c := range cases {
		items = append(items, with(item(100+i), c.pointer, c.value))
	}
	items = append(items, item(100+len(cases)))
	var p portfolio
	a := o.good(o.KeyA, 201, "POST", "/api/v1/portfolios", body(t, "mixed", items...), "Idempotency-Key", "k1")
	a.into(t, &p)
	if p.Accepted != 1 || p.Items[len(cases)].Status != "accepted" {
		t.Fatalf("%d accepted: %s", p.Accepted, a.body)
	}
	for i, c := range cases {
		f := p.Items[i]
		want := fmt.Sprintf("/items/%d%s", i, c.pointer)
		if c.at != "" {
			want = fmt.Sprintf("/items/%d%s", i, c.at)
		}
		if f.Status != "rejected" || len(f.Reasons) != 1 || f.Reasons[0].Code != c.code || f.Reasons[0].Pointer != want || f.CaseID != "" {
			t.Errorf("%s = %.40v: %+v, want %s at %s", c.pointer, c.value, f, c.code, want)
		}
	}
	var rejected struct{ Data []fate }
	o.good(o.KeyA, 200, "GET", "/api/v1/portfolios/"+p.ID+"/items?status=accepted", "").into(t, &rejected)
	if len(rejected.Data) != 1 {
		t.Errorf("%d items read back as accepted", len(rejected.Data))
	}
}

func TestTheSameInvoiceIsTakenOnce(t *testing.T) {
	o := open(t)
	twin := with(item(1), "/external_ref", "other-ref")
	var p portfolio
	o.good(o.KeyA, 201, "POST", "/api/v1/portfolios", body(t, "a", item(1), twin, item(1)), "Idempotency-Key", "k1").into(t, &p)
	if p.Accepted != 1 || p.Items[1].Reasons[0].Code != "duplicate_in_portfolio" || p.Items[2].Reasons[0].Code != "duplicate_in_portfolio" {
		t.Errorf("%+v", p)
	}
	o.good(o.KeyA, 201, "POST", "/api/v1/portfolios", body(t, "b", twin), "Idempotency-Key", "k2").into(t, &p)
	if p.Accepted != 0 || p.Items[0].Reasons[0].Code != "duplicate_number" {
		t.Errorf("%+v", p)
	}
	if a := o.call(o.KeyA, "POST", "/api/v1/portfolios", body(t, "b", item(9)), "Idempotency-Key", "k3"); a.status != 409 || a.refusal(t).Code != "portfolio_reference_taken" {
		t.Errorf("a reference was taken twice: %d %s", a.status, a.body)
	}
}

func TestAPastLimitationDateWarnsAndDoesNotRefuse(t *testing.T) {
	o := open(t)
	old := with(with(item(1), "/debt/issued_on", "2012-01-01"), "/debt/due_on", "2012-02-01")
	var p portfolio
	o.good(o.KeyA, 201, "POST", "/api/v1/portfolios", body(t, "old", old), "Idempotency-Key", "k").into(t, &p)
	if p.Accepted != 1 || len(p.Items[0].Warnings) != 1 || p.Items[0].Warnings[0].Code != "limitation_past" {
		t.Errorf("%+v", p)
	}
}
