package web_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/web"
)

// sample makes a body that the schema accepts.
func sample(s *openapi3.Schema) any {
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type.Includes("object"):
		out := map[string]any{}
		for name, p := range s.Properties {
			out[name] = sample(p.Value)
		}
		return out
	case s.Type.Includes("array"):
		return []any{sample(s.Items.Value)}
	case s.Type.Includes("integer"), s.Type.Includes("number"):
		return 1
	case s.Type.Includes("boolean"):
		return true
	case s.Format == "date":
		return "2026-01-05"
	case s.Format == "date-time":
		return "2026-01-05T10:00:00Z"
	case s.Format == "uuid":
		return "00000000-0000-0000-0000-0000000000aa"
	case strings.HasPrefix(s.Pattern, "^-?(0|"):
		return "1.00"
	}
	return "x"
}

// broken lists bodies that differ from a good one in one place, with what is wrong there. Null in a member that may be left
// out means that it is left out, so it is not among them.
func broken(s *openapi3.Schema) map[string]string {
	all := map[string]string{}
	good := sample(s)
	var walk func(s *openapi3.Schema, v any, at string, needed bool, set func(any))
	put := func(what string) {
		b, err := json.Marshal(good)
		if err != nil {
			panic(err)
		}
		all[what] = string(b)
	}
	walk = func(s *openapi3.Schema, v any, at string, needed bool, set func(any)) {
		if s.Type == nil { // anything goes
			return
		}
		for kind, wrong := range map[string]any{"string": "x", "integer": 7, "boolean": true, "array": []any{1}, "object": map[string]any{"a": 1}, "null": nil} {
			if s.Type.Includes(kind) || (kind == "null" && !needed) || (kind == "integer" && s.Type.Includes("number")) {
				continue
			}
			set(wrong)
			put(at + " is " + kind)
		}
		set(v)
		switch v := v.(type) {
		case []any:
			walk(s.Items.Value, v[0], at+"/0", true, func(n any) { v[0] = n })
		case map[string]any:
			for _, name := range slices.Sorted(keys(s.Properties)) {
				p := s.Properties[name].Value
				was := v[name]
				walk(p, was, at+"/"+name, slices.Contains(s.Required, name), func(n any) { v[name] = n })
				v[name] = was
				delete(v, name)
				if slices.Contains(s.Required, name) {
					put(at + "/" + name + " is missing")
				}
				v[strings.ToUpper(name)] = was
				put(at + "/" + name + " in capitals")
				delete(v, strings.ToUpper(name))
				v[name] = was
			}
			if s.AdditionalProperties.Schema == nil {
				v["zz_unknown"] = 1
				put(at + " has an unknown member")
				delete(v, "zz_unknown")
			}
		}
	}
	walk(s, good, "", true, func(n any) { good = n })
	return all
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// able finds somebody whom the gate lets through.
func (o *outside) able(p access.Permission) (evidence.Actor, bool) {
	for _, who := range []evidence.Actor{o.Lawyer, o.KeyA, o.Finance, o.Supervisor, o.Paralegal, o.Admin, o.ClientAdminA, o.DPO} {
		if p == web.SignedIn || access.RequireSome(who, p) == nil {
			return who, true
		}
	}
	return evidence.Actor{}, false
}

// Every call of the document that takes a body is sent every body that is wrong in one place: a wrong type, null, a missing,
// an unknown or a wrongly cased member. A call that is added later is held to it by itself.
func TestEveryWrongBodyOfEveryCallIsRefusedBeforeAnythingIsLookedFor(t *testing.T) {
	o := open(t)
	doc, err := openapi3.NewLoader().LoadFromData(o.good(evidence.Actor{}, 200, "GET", "/api/v1/openapi.json", "").body)
	if err != nil {
		t.Fatal(err)
	}
	before, sent := o.rows(), 0
	for _, r := range o.server.Routes() {
		if !r.API || r.Permission == web.Public {
			continue
		}
		op := doc.Paths.Value(strings.TrimPrefix(r.Path, "/api/v1")).GetOperation(r.Method)
		if op.RequestBody == nil || op.RequestBody.Value.Content["application/json"] == nil {
			continue
		}
		who, found := o.able(r.Permission)
		if !found {
			t.Errorf("nobody may %s", r.Permission)
			continue
		}
		path := strings.NewReplacer("{id}", "00000000-0000-0000-0000-0000000000aa", "{as_of}", "2026-01-01", "{jurisdiction}", "ES", "{format}", "pdf").Replace(r.Path)
		for what, body := range broken(op.RequestBody.Value.Content["application/json"].Schema.Value) {
			sent++
			a := o.call(who, r.Method, path, body, "Idempotency-Key", fmt.Sprint("g", sent), "If-Match", `"1"`)
			if p := a.refusal(t); a.status != 422 || p.Code != "not_valid" || len(p.Errors) == 0 {
				t.Errorf("%s %s, %s: %d %s", r.Method, r.Path, what, a.status, a.body)
			}
		}
	}
	t.Logf("%d wrong bodies", sent)
	if after := o.rows(); after != before || sent < 200 {
		t.Errorf("%d wrong bodies left rows behind:\n%s\nbefore:\n%s", sent, after, before)
	}
}
