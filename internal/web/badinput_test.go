package web_test

import (
	"fmt"
	"strings"
	"testing"

	"recobro/internal/evidence"
	"recobro/internal/testfirm"
)

// rows counts every table of the application and the log, so that a refused call can be seen to have left nothing.
func (o *outside) rows() string {
	o.t.Helper()
	var names []string
	if err := o.DB.Super.Select(&names, `select schemaname || '.' || relname from pg_stat_user_tables where schemaname in ('app', 'ev') and relname <> 'sessions' order by 1`); err != nil {
		o.t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range names {
		var n int
		if err := o.DB.Super.Get(&n, "select count(*) from "+name); err != nil {
			o.t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %d\n", name, n)
	}
	return b.String()
}

// spoil is one bad call.
type spoil struct {
	name, path, body string
	status           int
	code             string // of the problem
	fault            string // "code pointer" of its first error; empty: none is asked for
	headers          []string
}

const items = `{"reference":"r","items":[`

func spoils(caseID string) []spoil {
	const to = "/api/v1/portfolios"
	at := "/api/v1/cases/" + caseID
	good := `{"external_ref":"a","debtor":{"kind":"company","name":"X","tax_id":"B65410011","country":"ES"},"debt":{"kind":"invoice","number":"1","issued_on":"2025-01-01","due_on":"2025-02-01","principal":"10.00"}}`
	swap := func(old, now string) string { return items + strings.Replace(good, old, now, 1) + `]}` }
	many := items + strings.TrimSuffix(strings.Repeat(good+",", 1001), ",") + `]}`
	return []spoil{
		{"no body", to, "", 400, "json_malformed", "", nil},
		{"half a document", to, `{"reference":"r","items":[`, 400, "json_malformed", "json_malformed /items", nil},
		{"two documents", to, items + good + `]}{}`, 400, "json_malformed", "", nil},
		{"trailing bytes", to, items + good + `]} x`, 400, "json_malformed", "", nil},
		{"byte order mark", to, "\ufeff" + items + good + `]}`, 400, "json_malformed", "", nil},
		{"UTF-16", to, "{\x00\"\x00", 400, "json_malformed", "", nil},
		{"duplicate key", to, `{"reference":"r","reference":"s","items":[` + good + `]}`, 400, "json_malformed", "duplicate_member /reference", nil},
		{"duplicate key inside", to, swap(`"name":"X"`, `"name":"X","name":"Y"`), 400, "json_malformed", "duplicate_member /items/0/debtor/name", nil},
		{"duplicate key in metadata", to, swap(`"external_ref":"a"`, `"external_ref":"a","metadata":{"k":1,"k":2}`), 400, "json_malformed", "duplicate_member /items/0/metadata/k", nil},
		{"case-variant key", to, swap(`"name":"X"`, `"Name":"X"`), 422, "not_valid", "missing_member /items/0/debtor/name", nil},
		{"case-variant key beside", to, swap(`"name":"X"`, `"name":"X","Name":"Y"`), 422, "not_valid", "unknown_member /items/0/debtor/Name", nil},
		{"unknown member", to, `{"reference":"r","secret_canary":true,"items":[` + good + `]}`, 422, "not_valid", "unknown_member /secret_canary", nil},
		{"column of the table", to, swap(`"external_ref":"a"`, `"external_ref":"a","case_id":"x"`), 422, "not_valid", "unknown_member /items/0/case_id", nil},
		{"number for text", to, swap(`"principal":"10.00"`, `"principal":10.00`), 422, "not_valid", "wrong_type /items/0/debt/principal", nil},
		{"text for list", to, `{"reference":"r","items":"all"}`, 422, "not_valid", "wrong_type /items", nil},
		{"list for object", to, items + `[]]}`, 422, "not_valid", "wrong_type /items/0", nil},
		{"null for text", to, swap(`"name":"X"`, `"name":null`), 422, "not_valid", "wrong_type /items/0/debtor/name", nil},
		{"null for body", to, `null`, 422, "not_valid", "wrong_type ", nil},
		{"missing member", to, swap(`"number":"1",`, ``), 422, "not_valid", "missing_member /items/0/debt/number", nil},
		{"no items", to, `{"reference":"r","items":[]}`, 422, "not_valid", "wrong_count /items", nil},
		{"1001 items", to, many, 422, "not_valid", "wrong_count /items", nil},
		{"unknown currency", to, `{"reference":"r","currency":"XXX","items":[` + good + `]}`, 422, "not_valid", "not_in_list /currency", nil},
		{"empty reference", to, `{"reference":"","items":[` + good + `]}`, 422, "not_valid", "wrong_length /reference", nil},
		{"control character in the reference", to, `{"reference":"a\u0007b","items":[` + good + `]}`, 422, "portfolio_reference_invalid", "text_invalid /reference", nil},
		{"invalid UTF-8", to, swap(`"X"`, "\"\xff\xfe\""), 400, "json_malformed", "", nil},
		{"lone surrogate", to, swap(`"X"`, `"\ud800"`), 400, "json_malformed", "", nil},
		{"NUL in a name", to, swap(`"X"`, `"a\u0000b"`), 422, "not_valid", "text_not_storable /items/0/debtor/name", nil},
		{"NUL in metadata", to, swap(`"external_ref":"a"`, `"external_ref":"a","metadata":{"k":["\u0000"]}`), 422, "not_valid", "text_not_storable /items/0/metadata/k/0", nil},
		{"deep nesting", to, swap(`"external_ref":"a"`, `"external_ref":"a","metadata":{"k":`+strings.Repeat("[", 20000)+strings.Repeat("]", 20000)+`}`), 400, "json_malformed", "", nil},
		{"1e400", to, swap(`"external_ref":"a"`, `"external_ref":"a","metadata":{"k":1e400}`), 400, "json_malformed", "", nil},
		{"NaN", to, swap(`"10.00"`, `NaN`), 400, "json_malformed", "", nil},
		{"not JSON", to, `<xml/>`, 400, "json_malformed", "", nil},
		{"other media type", to, items + good + `]}`, 415, "content_type_unknown", "", []string{"Content-Type", "text/csv"}},
		{"over the limit", to, items + `"` + strings.Repeat("x", 10<<20) + `"]}`, 413, "body_too_large", "", nil},
		{"no Idempotency-Key", to, items + good + `]}`, 400, "idempotency_key_missing", "", []string{"Idempotency-Key", ""}},
		{"bad Idempotency-Key", to, items + good + `]}`, 400, "idempotency_key_invalid", "", []string{"Idempotency-Key", "two words"}},
		{"foreign id in the address", "/api/v1/cases/00000000-0000-0000-0000-0000000000aa/holds", `{"scope":"all","reason":"x"}`, 404, "not_found", "", nil},
		{"malformed id in the address", "/api/v1/cases/1/holds", `{"scope":"all","reason":"x"}`, 404, "not_found", "", nil},
		{"id of the right length only", "/api/v1/cases/------------------------------------/holds", `{"scope":"all","reason":"x"}`, 422, "not_valid", "", nil},
		{"hold of unknown scope", at + "/holds", `{"scope":"canary_scope","reason":"x"}`, 422, "not_valid", "not_in_list /scope", nil},
		{"hold until no day", at + "/holds", `{"scope":"all","reason":"x","until_on":"2026-02-30"}`, 422, "not_valid", "wrong_form /until_on", nil},
		{"dispute of three decimals", at + "/disputes", `{"contested":{"amount":"1.234","currency":"EUR"},"reason":"x"}`, 422, "not_valid", "wrong_form /contested", nil},
		{"dispute of a negative amount", at + "/disputes", `{"contested":{"amount":"-1.00","currency":"EUR"},"reason":"x"}`, 422, "dispute_amount", "", nil},
		{"dispute of a huge amount", at + "/disputes", `{"contested":{"amount":"99999999999999999999","currency":"EUR"},"reason":"x"}`, 422, "not_valid", "wrong_form /contested/amount", nil},
		{"dispute in another currency", at + "/disputes", `{"contested":{"amount":"1.00","currency":"MXN"},"reason":"x"}`, 422, "dispute_amount", "", nil},
		{"dispute in no currency", at + "/disputes", `{"contested":{"amount":"1.00","currency":"ZZZ"},"reason":"x"}`, 422, "not_valid", "not_in_list /contested/currency", nil},
		{"promise for yesterday", at + "/promises", `{"amount":{"amount":"1.00","currency":"EUR"},"due_on":"2026-03-01"}`, 422, "promise_terms", "", nil},
		{"promise for a number", at + "/promises", `{"amount":1,"due_on":"2026-03-09"}`, 422, "not_valid", "wrong_type /amount", nil},
		{"note without text", at + "/interactions", `{"kind":"note","text":""}`, 422, "not_valid", "wrong_length /text", nil},
		{"note with NUL", at + "/interactions", `{"kind":"note","text":"a\u0000"}`, 422, "not_valid", "text_not_storable /text", nil},
		{"event that is not manual", at + "/advance", `{"event":"paid"}`, 422, "not_valid", "not_in_list /event", nil},
		{"nobody assigned", at + "/assign", `{}`, 422, "holder_unfit", "", nil},
		{"assigned to no id", at + "/assign", `{"lawyer_id":"x"}`, 422, "not_valid", "wrong_form /lawyer_id", nil},
	}
}

func TestBadInputIsRefusedWithAStableProblemAndLeavesNoRow(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	before := o.rows()
	for _, s := range spoils(c.ID.String()) {
		who := o.Lawyer
		if s.path == "/api/v1/portfolios" {
			who = o.KeyA
		}
		headers := append([]string{"Idempotency-Key", "key-" + strings.ReplaceAll(s.name, " ", "-")}, s.headers...)
		a := o.call(who, "POST", s.path, s.body, headers...)
		p := a.refusal(t)
		if a.status != s.status || p.Code != s.code {
			t.Errorf("%s: %d %s %s, want %d %s", s.name, a.status, p.Code, a.body, s.status, s.code)
			continue
		}
		if s.fault != "" && (len(p.Errors) == 0 || p.Errors[0].Code+" "+p.Errors[0].Pointer != s.fault) {
			t.Errorf("%s: %s, want %s", s.name, a.body, s.fault)
		}
		if strings.Contains(string(a.body), "canary_scope") || strings.Contains(string(a.body), "B65410011") {
			t.Errorf("%s: the answer repeats what was sent: %s", s.name, a.body)
		}
		if after := o.rows(); after != before {
			t.Fatalf("%s left rows behind:\n%s\nbefore:\n%s", s.name, after, before)
		}
	}
}

func TestAPanicIsAnsweredAsAnInternalProblemWithItsRequestNumber(t *testing.T) {
	o := open(t)
	o.server.Cases = nil // what a missing desk does: a broken program, not a broken request
	a := o.call(o.Lawyer, "GET", "/api/v1/cases", "")
	if p := a.refusal(t); a.status != 500 || p.Code != "internal" || strings.Contains(string(a.body), "nil pointer") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if !strings.Contains(string(a.body), a.header.Get("X-Request-Id")) {
		t.Errorf("no request number in %s", a.body)
	}
	o.call(evidence.Actor{}, "GET", "/healthz", "")
}
