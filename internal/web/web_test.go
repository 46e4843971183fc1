package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/pquerna/otp/totp"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/court"
	"recobro/internal/demands"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/gazette"
	"recobro/internal/intake"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/payments"
	"recobro/internal/settlements"
	"recobro/internal/statements"
	"recobro/internal/testfirm"
	"recobro/internal/web"
	shipped "recobro/letters"
)

// outside is the test firm as programs see it: over real HTTP.
type outside struct {
	*testfirm.Firm
	t      *testing.T
	server *web.Server
	url    string
	log    *bytes.Buffer
}

func open(t *testing.T) *outside {
	t.Helper()
	return openFor(t, testfirm.New(t))
}

func openFor(t *testing.T, f *testfirm.Firm) *outside {
	t.Helper()
	o := &outside{Firm: f, t: t, log: &bytes.Buffer{}}
	o.server = serve(t, f, o.log)
	h := httptest.NewServer(o.server.Handler())
	t.Cleanup(h.Close)
	o.url = h.URL
	return o
}

func serve(t *testing.T, f *testfirm.Firm, log io.Writer) *web.Server {
	t.Helper()
	store, err := documents.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	shelf, err := letters.Load(shipped.FS)
	if err != nil {
		t.Fatal(err)
	}
	papers, book := &documents.Desk{Log: f.Log, Law: f.Law, Store: store}, &ledger.Book{Law: f.Law}
	deals := &settlements.Desk{Log: f.Log, Law: f.Law, Book: book, Shelf: shelf, Store: store}
	s, err := web.New(web.Deps{Log: f.Log, Law: f.Law, Cases: &cases.Desk{Log: f.Log, Law: f.Law}, Documents: papers, Now: f.Clock.Now,
		Settlements: deals, Payments: &payments.Desk{Log: f.Log, Law: f.Law, Book: book, Settlements: deals},
		Statements: &statements.Desk{Law: f.Law, Shelf: shelf, Book: book, Now: f.Clock.Now},
		Court:      &court.Desk{Log: f.Log, Law: f.Law, Shelf: shelf, Book: book, Documents: papers},
		Demands:    &demands.Desk{Log: f.Log, Law: f.Law, Shelf: shelf, Book: book, Documents: papers},
		Intake:     &intake.Desk{Log: f.Log, Law: f.Law, Book: book, Documents: papers},
		Strategy:   planned(t, f.Log, f.Law), Gazette: &gazette.Desk{Log: f.Log, Law: f.Law, Identity: func(context.Context) (evidence.Actor, error) { return f.Job, nil }},
		People: people(f), Rates: unhurried,
		Logger: slog.New(slog.NewJSONHandler(&locked{w: log}, nil))})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// problem of a refusal.
type refusal struct {
	Type, Title, Detail, Code string
	Status                    int
	Errors                    []struct{ Pointer, Parameter, Code, Detail string }
}

func (a answer) refusal(t *testing.T) refusal {
	t.Helper()
	var p refusal
	if err := json.Unmarshal(a.body, &p); err != nil || a.header.Get("Content-Type") != "application/problem+json" {
		t.Fatalf("no problem document: %d %s %s", a.status, a.header.Get("Content-Type"), a.body)
	}
	if p.Type != "urn:recobro:problem:"+p.Code || p.Status != a.status || p.Title == "" || p.Detail == "" {
		t.Fatalf("incomplete problem: %s", a.body)
	}
	return p
}

func (a answer) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("reading %s: %v", a.body, err)
	}
}

// call sends one request as somebody; nobody when the actor is zero. Headers come in pairs.
func (o *outside) call(who evidence.Actor, method, path, body string, headers ...string) answer {
	o.t.Helper()
	r, err := http.NewRequest(method, o.url+path, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if who.Token != "" {
		r.Header.Set("Authorization", "Bearer "+string(who.Token))
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		o.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, b}
}

// good is a call that must answer the status.
func (o *outside) good(who evidence.Actor, status int, method, path, body string, headers ...string) answer {
	o.t.Helper()
	a := o.call(who, method, path, body, headers...)
	if a.status != status {
		o.t.Fatalf("%s %s: %d, want %d: %s", method, path, a.status, status, a.body)
	}
	return a
}

func TestTheOpenAPIDocumentIsValidAndNamesAllCallsOfTheTable(t *testing.T) {
	o := open(t)
	a := o.good(evidence.Actor{}, 200, "GET", "/api/v1/openapi.json", "")
	doc, err := openapi3.NewLoader().LoadFromData(a.body)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, r := range o.server.Routes() {
		if !r.API {
			continue
		}
		item := doc.Paths.Value(strings.TrimPrefix(r.Path, "/api/v1"))
		if item == nil || item.GetOperation(r.Method) == nil {
			t.Errorf("%s %s stands in the table and not in the document", r.Method, r.Path)
		}
	}
}

func TestEveryRouteNamesAPermissionOrSaysThatItIsPublic(t *testing.T) {
	o := open(t)
	seen := map[string]bool{}
	for _, r := range o.server.Routes() {
		if seen[r.Method+r.Path] {
			t.Errorf("%s %s stands twice in the table", r.Method, r.Path)
		}
		seen[r.Method+r.Path] = true
		if r.Permission == web.Public || r.Permission == web.SignedIn {
			continue
		}
		if _, err := access.ParsePermission(string(r.Permission)); err != nil {
			t.Errorf("%s %s: %v", r.Method, r.Path, err)
		}
		allowed := false
		for _, role := range access.Roles() {
			allowed = allowed || access.Rules().MayInSomeRelation(role, r.Permission.Object(), r.Permission.Action())
		}
		if !allowed {
			t.Errorf("%s %s: no role of the policy may %s", r.Method, r.Path, r.Permission)
		}
	}
}

func TestNobodyReachesARouteThatIsNotPublic(t *testing.T) {
	o := open(t)
	revoked := evidence.Actor{Token: "rs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
	for _, r := range o.server.Routes() {
		if r.Permission == web.Public || !r.API {
			continue
		}
		path := strings.NewReplacer("{id}", "00000000-0000-0000-0000-000000000001", "{as_of}", "2026-01-01", "{jurisdiction}", "ES", "{format}", "pdf").Replace(r.Path)
		for name, who := range map[string]evidence.Actor{"nobody": {}, "a forged token": revoked, "nonsense": {Token: "x"}} {
			if a := o.call(who, r.Method, path, ""); a.status != 401 || a.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s %s as %s: %d", r.Method, path, name, a.status)
			}
		}
	}
}

func TestASessionIsOpenedByPasswordAndCodeAndEndsAtSignOut(t *testing.T) {
	o := open(t)
	code, err := totp.GenerateCode(testfirm.TOTPSecret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	credentials := map[string]string{"email": testfirm.Email(o.Lawyer.ID), "password": testfirm.Password, "code": code}
	body, _ := json.Marshal(credentials)
	var session struct{ Token string }
	o.good(evidence.Actor{}, 201, "POST", "/api/v1/sessions", string(body)).into(t, &session)
	who := evidence.Actor{Token: postgresIdentity(session.Token)}
	o.good(who, 200, "GET", "/api/v1/me", "")
	if again := o.call(evidence.Actor{}, "POST", "/api/v1/sessions", string(body)); again.status != 401 {
		t.Errorf("the same code opened a second session: %d", again.status)
	}
	o.good(who, 204, "DELETE", "/api/v1/sessions", "")
	o.good(who, 401, "GET", "/api/v1/me", "")
	for range 10 {
		if a := o.call(evidence.Actor{}, "POST", "/api/v1/sessions", `{"email":"x@y.example","password":"wrong-password-123","code":"000000"}`); a.status == 429 {
			if a.header.Get("Retry-After") == "" || a.refusal(t).Code != "too_many_attempts" {
				t.Errorf("%s", a.body)
			}
			return
		}
	}
	t.Error("ten wrong passwords in a row were all judged")
}

func TestUnknownAddressesMethodsAndQueriesAreProblems(t *testing.T) {
	o := open(t)
	for _, c := range []struct {
		method, path string
		status       int
		code         string
	}{
		{"GET", "/api/v1/nowhere", 404, "not_found"},
		{"GET", "/api/v1/cases/..%2fadmin", 404, "not_found"},
		{"PUT", "/api/v1/me", 405, "method_not_allowed"},
		{"GET", "/api/v1/me?q=%00", 400, "query_malformed"},
		{"GET", "/api/v1/me?q=%ff", 400, "query_malformed"},
		{"GET", "/api/v1/me?unknown=1", 422, "not_valid"},
	} {
		a := o.call(o.Lawyer, c.method, c.path, "")
		if p := a.refusal(t); a.status != c.status || p.Code != c.code {
			t.Errorf("%s %s: %d %s", c.method, c.path, a.status, p.Code)
		}
	}
	if a := o.call(o.Lawyer, "PUT", "/api/v1/me", ""); a.header.Get("Allow") != "GET" {
		t.Errorf("Allow says %q", a.header.Get("Allow"))
	}
	if p := o.call(o.Lawyer, "GET", "/api/v1/nowhere", "", "Accept-Language", "en-GB").refusal(t); p.Title != "Not found" {
		t.Errorf("asked in English, answered %q", p.Title)
	}
}

func TestEveryLogLineIsJSONAndHoldsNoSecret(t *testing.T) {
	o := open(t)
	o.call(o.Lawyer, "GET", "/api/v1/me", "")
	o.call(evidence.Actor{}, "GET", "/%0a{\"level\":\"forged\"}", "")
	o.call(evidence.Actor{}, "POST", "/api/v1/sessions", `{"email":"x@y.example","password":"hunter-hunter-2","code":"000000"}`)
	for line := range strings.Lines(o.log.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("no JSON: %s", line)
		}
	}
	for _, secret := range []string{string(o.Lawyer.Token), "hunter-hunter-2", "forged"} {
		if strings.Contains(o.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
