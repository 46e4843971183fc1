package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"recobro/internal/evidence"
	"recobro/internal/testfirm"
	"recobro/internal/web"
)

// ids are the variables of a route.
var ids = regexp.MustCompile(`\{[a-z_]+\}`)

func TestPagesRefuseWhatAnotherSiteSendsAndTheAPIKnowsNoCookie(t *testing.T) {
	o := open(t)
	cookie := "recobro=" + string(o.Lawyer.Token)
	c := o.OpenCase(testfirm.Opts{})
	if a := o.call(evidence.Actor{}, "GET", "/api/v1/me", "", "Cookie", cookie); a.status != 401 {
		t.Errorf("the API took a cookie: %d", a.status)
	}
	if a := o.call(evidence.Actor{}, "GET", "/api/v1/me?token="+string(o.Lawyer.Token), ""); a.status != 401 {
		t.Errorf("the API took a token from the address: %d", a.status)
	}
	before := o.rows()
	for _, r := range o.server.Routes() {
		if r.API || r.Method == http.MethodGet {
			continue
		}
		path := ids.ReplaceAllString(strings.Replace(r.Path, "{jurisdiction}", "ES", 1), c.ID.String())
		for _, headers := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://elsewhere.example"}, {"Origin", "null"}} {
			a := o.call(evidence.Actor{}, r.Method, path, "", append(headers, "Cookie", cookie)...)
			if a.status != 403 {
				t.Errorf("%s %s with %v: %d", r.Method, path, headers, a.status)
			}
		}
	}
	if o.rows() != before {
		t.Error("another site changed something")
	}
}

func TestEveryAnswerCarriesTheHeadersThatProtectABrowser(t *testing.T) {
	o := open(t)
	seen := map[string]bool{}
	for _, r := range o.server.Routes() {
		path := strings.NewReplacer("{id}", "00000000-0000-0000-0000-0000000000aa", "{as_of}", "2026-01-01", "{jurisdiction}", "ES", "{format}", "pdf", "{asset}", "app.js").Replace(r.Path)
		if r.Method != http.MethodGet || seen[path] {
			continue
		}
		seen[path] = true
		h := o.call(o.Lawyer, "GET", path, "").header
		policy := h.Get("Content-Security-Policy")
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" || h.Get("X-Request-Id") == "" || h.Get("Content-Type") == "" ||
			!strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("GET %s: %v", path, h)
		}
		if h.Get("Strict-Transport-Security") != "" {
			t.Errorf("GET %s speaks of https on http", path)
		}
	}
}

func TestASecureHouseBindsItsCookieToTheHost(t *testing.T) {
	o := open(t)
	o.server.Secure = true
	if h := o.call(evidence.Actor{}, "GET", "/healthz", "").header; !strings.Contains(h.Get("Strict-Transport-Security"), "includeSubDomains") {
		t.Errorf("no HSTS: %v", h)
	}
	if a := o.call(evidence.Actor{}, "GET", "/cases", "", "Cookie", "recobro="+string(o.Lawyer.Token), "Accept", "text/html"); strings.Contains(string(a.body), o.ClientA.Name) {
		t.Error("a cookie without __Host- was taken")
	}
}

// What is refused for the role's sake is refused before the body is read, and nothing in the answer tells the roles apart
// from a thing that does not exist, unless they may read it.
func TestARoleThatMayNotReachARouteLearnsNothingFromIt(t *testing.T) {
	o := open(t)
	missing := string(o.call(o.Admin, "GET", "/api/v1/nowhere", "").body)
	for _, r := range o.server.Routes() {
		if !r.API || r.Permission == web.Public || r.Permission == web.SignedIn || r.Permission.Object() != "case" {
			continue
		}
		path := strings.ReplaceAll(r.Path, "{id}", "00000000-0000-0000-0000-0000000000aa")
		if a := o.call(o.Admin, r.Method, path, "not even JSON"); a.status != 404 || string(a.body) != missing {
			t.Errorf("%s %s as the administrator: %d %s", r.Method, path, a.status, a.body)
		}
	}
}
