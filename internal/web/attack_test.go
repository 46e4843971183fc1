package web_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"recobro/internal/access"
	"recobro/internal/contact"
	"recobro/internal/evidence"
	"recobro/internal/ledger"
	"recobro/internal/testfirm"
	"recobro/internal/web"
)

// odd values have the right JSON type and are otherwise as unpleasant as they get.
var (
	oddText = []string{"x", "", " ", "ñandú €", "\u202e\u200bx", "'; drop table app.cases; --", "{{.Firm}} {{template \"x\"}}", "<script>alert(1)</script>", "javascript:alert(1)",
		"a\r\nBcc: x@y.example", "../../etc/passwd", "😀👩‍👩‍👧", strings.Repeat("́", 300), strings.Repeat("ab ", 600), "%s%n", "\t", "0", "-1", "漢字", "ES", "company", "invoice", "\ufeff", "\ufffd",
		"2026-02-30", "{", "null", "RF18539007547034", "B65410011", "𝟙𝟚𝟛"}
	oddDates   = []string{"1900-01-01", "2200-12-31", "2024-02-29", "2026-03-02", "2026-03-01", "2026-03-03", "2027-03-02", "2016-01-01", "1999-12-31"}
	oddMoments = []string{"0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00", "2026-03-02T08:00:00Z", "1970-01-01T00:00:00+14:00", "2026-03-29T02:30:00+01:00"}
	oddAmounts = []string{"0", "0.00", "-0.01", "0.01", "1.00", "1000.00", "999999999999999", "9999999999999.99", "1.2345", "-999999999999999", "100.5"}
)

// plausible are values that lead further into the house than random ones, by the member's name.
var plausible = map[string][]string{"tax_id": {"B65410011", "A28015865", "00000000T", "AAA010101AAA"}, "country": {"ES", "ES", "MX", "PE"}, "kind": {"company", "person", "invoice", "cheque", "note", "other"},
	"currency": {"EUR", "EUR", "MXN", "CLP"}, "issued_on": {"1900-01-01", "2024-02-29", "2025-01-01"}, "due_on": {"1900-01-01", "2024-02-29", "2025-06-30", "2026-03-20", "2026-04-20"},
	"received_on": {"2026-03-02", "2026-01-15", "1900-01-01", "2024-12-31"}, "principal": {"0.01", "9999999999999.99", "100.00", "1000"}, "amount": {"0.01", "10.00", "1000.00", "9999999999999.99", "1040.00"},
	"agreed_rate": {"0", "100", "0.0001", "12.5"}, "already_paid": {"0.00", "0.01", "99.99"}, "email": {"a@deudores.example"}, "media_type": {"application/pdf", "text/plain", "image/png"},
	"as_of": {"1900-01-01", "2026-03-02", "2026-06-30", "2026-07-01", "2200-12-31"}, "first_due_on": {"2026-03-02", "2026-04-30"}, "happened_on": {"2026-03-02"}, "on": {"2026-03-02", "2026-02-01"}}

// odd draws a value that the schema's types allow.
func odd(r *rand.Rand, name string, s *openapi3.Schema, ids []string) any {
	pick := func(all []string) string { return all[r.IntN(len(all))] }
	if known := plausible[name]; known != nil && s.Type != nil && s.Type.Includes("string") && len(s.Enum) == 0 && r.IntN(4) > 0 {
		return pick(known)
	}
	switch {
	case len(s.Enum) > 0:
		return s.Enum[r.IntN(len(s.Enum))]
	case s.Type == nil:
		return pick(oddText)
	case s.Type.Includes("object"):
		out := map[string]any{}
		for name, p := range s.Properties {
			if slices.Contains(s.Required, name) || r.IntN(3) > 0 {
				out[name] = odd(r, name, p.Value, ids)
			}
		}
		if s.AdditionalProperties.Schema != nil {
			out[pick([]string{"term_days", "debt_origin", "contact", "court", "place", "x", "~/", ""})] = odd(r, "", s.AdditionalProperties.Schema.Value, ids)
		}
		return out
	case s.Type.Includes("array"):
		out := []any{}
		for range 1 + r.IntN(4) {
			out = append(out, odd(r, "", s.Items.Value, ids))
		}
		return out
	case s.Type.Includes("integer"), s.Type.Includes("number"):
		return []int64{0, 1, -1, 2, 3, 12, 120, 1 << 31, 1 << 53, -(1 << 62)}[r.IntN(10)]
	case s.Type.Includes("boolean"):
		return r.IntN(2) == 0
	case s.Format == "date":
		return pick(oddDates)
	case s.Format == "date-time":
		return pick(oddMoments)
	case s.Format == "uuid":
		return pick(ids)
	case strings.HasPrefix(s.Pattern, "^-?(0|"):
		return pick(oddAmounts)
	}
	return pick(slices.Concat(oddText, oddDates, oddAmounts))
}

// everyID collects what the house holds, to be put where any id goes.
func (o *outside) everyID() (ids []string, of map[string][]string) {
	o.t.Helper()
	ids, of = []string{"00000000-0000-0000-0000-0000000000aa"}, map[string][]string{}
	for _, table := range []string{"cases", "clients", "accounts", "debts", "holds", "disputes", "promises", "approvals", "documents", "payments", "demands", "agreements", "proceedings",
		"filings", "proceeding_acts", "deadlines", "portfolios", "users", "messages", "limitation_facts", "ledger_entries"} {
		var some []string
		if err := o.DB.Super.Select(&some, "select id::text from app."+table+" order by id desc limit 6"); err != nil {
			o.t.Fatal(err)
		}
		ids, of[table] = append(ids, some...), some
	}
	return ids, of
}

// Whatever of the right types is sent by whoever may come near a call, nothing of ours breaks. RECOBRO_ODD is how many calls
// are sent, RECOBRO_SEED which.
func TestNoCallOfTheRightTypesBreaksTheHouse(t *testing.T) {
	o := open(t)
	n, _ := strconv.Atoi(os.Getenv("RECOBRO_ODD"))
	seed, _ := strconv.ParseUint(os.Getenv("RECOBRO_SEED"), 10, 64)
	n = max(n, 400)
	for range 3 {
		o.OpenCase(testfirm.Opts{})
	}
	o.OpenCase(testfirm.Opts{Client: &o.ClientB})
	o.full()
	doc, err := openapi3.NewLoader().LoadFromData(o.good(evidence.Actor{}, 200, "GET", "/api/v1/openapi.json", "").body)
	if err != nil {
		t.Fatal(err)
	}
	var calls []web.Route
	for _, r := range o.server.Routes() {
		if r.API && r.Permission != web.Public && r.Path != "/api/v1/sessions" {
			calls = append(calls, r)
		}
	}
	people := []evidence.Actor{o.Lawyer, o.Lawyer2, o.Paralegal, o.Supervisor, o.Finance, o.DPO, o.Admin, o.ClientAdminA, o.KeyA, o.KeyB}
	r := rand.New(rand.NewPCG(seed, 7))
	statuses := map[int]int{}
	ids, of := o.everyID()
	for i := range n {
		if i%50 == 49 {
			ids, of = o.everyID()
		}
		call := calls[r.IntN(len(calls))]
		able := slices.DeleteFunc(slices.Clone(people), func(who evidence.Actor) bool {
			return call.Permission != web.SignedIn && access.RequireSome(who, call.Permission) != nil
		})
		if len(able) == 0 {
			continue
		}
		op := doc.Paths.Value(strings.TrimPrefix(call.Path, "/api/v1")).GetOperation(call.Method)
		near := of[strings.Split(call.Path, "/")[3]]
		if len(near) == 0 || r.IntN(10) == 0 {
			near = ids
		}
		path := strings.NewReplacer("{id}", near[r.IntN(len(near))], "{as_of}", "2026-01-01", "{jurisdiction}", "ES", "{format}", "pdf").Replace(call.Path)
		query := url.Values{}
		for _, p := range op.Parameters {
			if p.Value.In == "query" && r.IntN(3) == 0 {
				query.Set(p.Value.Name, fmt.Sprint(odd(r, p.Value.Name, p.Value.Schema.Value, ids)))
			}
		}
		body := ""
		if op.RequestBody != nil && op.RequestBody.Value.Content["application/json"] != nil {
			b, err := json.Marshal(odd(r, "", op.RequestBody.Value.Content["application/json"].Schema.Value, ids))
			if err != nil {
				t.Fatal(err)
			}
			body = string(b)
		}
		headers := []string{"If-Match", `"1"`}
		if call.Method == "POST" {
			headers = append(headers, "Idempotency-Key", fmt.Sprintf("odd-%d", i))
		}
		a := o.call(able[r.IntN(len(able))], call.Method, path+"?"+query.Encode(), body, headers...)
		statuses[a.status]++
		if a.status >= 500 {
			t.Errorf("%s %s?%s %.1500s: %d %s\n%s", call.Method, path, query.Encode(), body, a.status, a.body, lastError(o.log.String()))
		}
	}
	t.Log(statuses)
}

// fields are the names that forms of the pages use.
var fields = []string{"amount", "due_on", "reason", "text", "kind", "scope", "source", "count", "first_due_on", "version", "event", "state", "resolution", "outcome", "procedure", "court", "happened_on", "on",
	"note", "term_days", "debt_origin", "contact", "until_on", "lifts_when", "received_on", "payer_reference", "signatory", "channel", "operator_reference", "result", "grade", "docket_number", "class", "discount",
	"every_months", "act", "from_on", "to_on", "document_id", "debt_id", "region", "whole_account", "internal", "lost", "instalments", "reference", "lawyer_id", "paralegal_id", "due_on_1", "amount_1"}

var anyVariable = regexp.MustCompile(`\{[a-z_]+\}`)

// Whatever is typed into any form by whoever may send it, the page that answers is no fault of ours.
func TestNoFormFilledInOddlyBreaksTheHouse(t *testing.T) {
	o := open(t)
	n, _ := strconv.Atoi(os.Getenv("RECOBRO_ODD"))
	seed, _ := strconv.ParseUint(os.Getenv("RECOBRO_SEED"), 10, 64)
	n = max(n, 300)
	o.OpenCase(testfirm.Opts{})
	o.full()
	o.server.Contact = &contact.Desk{Log: o.Log, Law: o.Law, Book: &ledger.Book{Law: o.Law}}
	people := []evidence.Actor{o.Lawyer, o.Paralegal, o.Finance, o.ClientAdminA}
	r := rand.New(rand.NewPCG(seed, 9))
	statuses := map[int]int{}
	ids, of := o.everyID()
	of["filing"], of["hold"], of["dispute"], of["deadline"] = of["filings"], of["holds"], of["disputes"], of["deadlines"]
	of["fact"] = of["limitation_facts"]
	var forms []web.Route
	for _, route := range o.server.Routes() {
		if !route.API && route.Path != "/logout" && route.Path != "/login" {
			forms = append(forms, route)
		}
	}
	for range n {
		route := forms[r.IntN(len(forms))]
		who := people[r.IntN(len(people))]
		path := anyVariable.ReplaceAllStringFunc(route.Path, func(v string) string {
			near := of[strings.Trim(v, "{}")]
			if v == "{id}" {
				near = of[strings.Split(route.Path, "/")[1]]
			}
			if len(near) == 0 || r.IntN(12) == 0 {
				near = ids
			}
			return near[r.IntN(len(near))]
		})
		form := url.Values{"operation": {fmt.Sprintf("01a20000-0000-7000-8000-%012x", r.Uint64()>>16)}}
		for _, name := range fields {
			if r.IntN(2) == 0 {
				form.Set(name, fmt.Sprint(odd(r, name, openapi3.NewStringSchema(), ids)))
			}
		}
		headers := []string{"Cookie", "recobro=" + string(who.Token), "Content-Type", "application/x-www-form-urlencoded"}
		body := form.Encode()
		if route.Method == "GET" {
			path, body = path+"?"+url.Values{"q": {oddText[r.IntN(len(oddText))]}, "tab": {oddText[r.IntN(len(oddText))]}, "cursor": {oddAmounts[r.IntN(len(oddAmounts))]}, "after": {oddAmounts[r.IntN(len(oddAmounts))]},
				"as_of": {oddDates[r.IntN(len(oddDates))]}, "stage": {"closed"}, "state": {"sent"}}.Encode(), ""
		}
		a := o.call(evidence.Actor{}, route.Method, path, body, headers...)
		statuses[a.status]++
		if a.status >= 500 {
			t.Errorf("%s %.200s %.400s: %d\n%s", route.Method, path, body, a.status, lastError(o.log.String()))
		}
	}
	t.Log(statuses)
}

func lastError(log string) string {
	lines := strings.Split(strings.TrimSpace(log), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if strings.Contains(lines[i], `"ERROR"`) {
			return lines[i][:min(len(lines[i]), 900)]
		}
	}
	return ""
}
