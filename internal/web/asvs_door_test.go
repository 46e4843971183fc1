package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"recobro/internal/evidence"
	"recobro/internal/testfirm"
	"recobro/internal/web"
)

// address fills the variables of a route with things that are not there.
func address(r web.Route) string {
	path := strings.NewReplacer("{as_of}", "2026-01-01", "{jurisdiction}", "ES", "{format}", "pdf", "{asset}", "app.js").Replace(r.Path)
	return ids.ReplaceAllString(path, "00000000-0000-0000-0000-0000000000aa")
}

// direct sends one request without the cleaning that clients do to addresses.
func (o *outside) direct(who evidence.Actor, method, target string, header ...string) *http.Response {
	o.t.Helper()
	r := httptest.NewRequest(method, "/", nil)
	r.Host, r.RequestURI = "recobro.example", target
	path, query, _ := strings.Cut(target, "?")
	r.URL.RawQuery = query
	if err := setPath(r, path); err != nil {
		return nil // net/http refuses it before we see it
	}
	if who.Token != "" {
		r.Header.Set("Authorization", "Bearer "+string(who.Token))
		r.AddCookie(&http.Cookie{Name: "recobro", Value: string(who.Token)})
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	o.server.Hosts = []string{"recobro.example"}
	w := httptest.NewRecorder()
	o.server.Handler().ServeHTTP(w, r)
	return w.Result()
}

func setPath(r *http.Request, path string) error {
	u, err := url.ParseRequestURI(path)
	if err == nil {
		r.URL.Path, r.URL.RawPath = u.Path, u.RawPath
	}
	return err
}

// An address has one spelling: every other is not found, and never another route.
func TestASVS_1_1_1_AnAddressIsReadOnceAndInOneSpelling(t *testing.T) {
	o := open(t)
	id := o.OpenCase(testfirm.Opts{}).ID.String()
	for _, base := range []string{"/api/v1/cases/", "/cases/"} {
		for _, form := range []string{"%2e%2e/" + id, "..%2f" + id, "%252e%252e/" + id, "..%252f" + id, "./" + id, "../cases/" + id, "/" + id, id + "/", id + "/.", id + "/..", id + "%00", id + "%0a", id + ";x=1",
			id + "%3bx=1", id + "%20", id + "%2f", id + ".json", id + "%23", strings.ToUpper(id), "%2530" + id[1:], id + "%3f", "%c0%af" + id, id + "\\", "%5c" + id} {
			if res := o.direct(o.Lawyer, "GET", base+form); res != nil && res.StatusCode != 404 && res.StatusCode != 400 {
				t.Errorf("%s%s: %d to %q", base, form, res.StatusCode, res.Header.Get("Location"))
			}
		}
	}
	for _, r := range o.server.Routes() {
		for _, form := range []string{"/" + address(r), address(r) + "/", "/." + address(r), "/x/.." + address(r), strings.ToUpper(address(r))} {
			if form == "/" || address(r) == "/" || form == address(r) {
				continue
			}
			if res := o.direct(o.Lawyer, r.Method, form); res != nil && res.StatusCode != 404 && res.StatusCode != 405 {
				t.Errorf("%s %s: %d to %q", r.Method, form, res.StatusCode, res.Header.Get("Location"))
			}
		}
	}
}

func TestASVS_4_1_4_OnlyTheMethodsOfTheTableAreKnownAndNothingOverridesThem(t *testing.T) {
	o := open(t)
	known := map[string]string{}
	for _, r := range o.server.Routes() {
		known[address(r)] += " " + r.Method
		if r.Method == "GET" && !r.API {
			known[address(r)] += " HEAD"
		}
	}
	before := o.rows()
	for path, methods := range known {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "TRACK", "PROPFIND", "LINK", "get"} {
			if strings.Contains(methods+" ", " "+method+" ") {
				continue
			}
			res := o.direct(o.Lawyer, method, path)
			if res.StatusCode != 405 && res.StatusCode != 404 || strings.Contains(res.Header.Get("Allow"), "TRACE") {
				t.Errorf("%s %s: %d", method, path, res.StatusCode)
			}
		}
		if strings.Contains(methods, " GET") && !strings.Contains(methods, "POST") { // what asks for another method by a side door stays a GET
			for _, header := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
				if plain, asked := o.direct(o.Lawyer, "GET", path).StatusCode, o.direct(o.Lawyer, "GET", path, header, "DELETE").StatusCode; plain != asked {
					t.Errorf("%s with %s: %d, not %d", path, header, asked, plain)
				}
			}
		}
	}
	if o.rows() != before {
		t.Error("a method outside the table changed something")
	}
}

func TestASVS_3_4_EveryAnswerOfEveryRouteCarriesTheHeaders(t *testing.T) {
	o := open(t)
	o.server.Secure = true
	routes := append(o.server.Routes(), web.Route{Method: "GET", Path: "/nowhere"}, web.Route{Method: "GET", Path: "/api/v1/nowhere"}, web.Route{Method: "TRACE", Path: "/"}, web.Route{Method: "GET", Path: "/.git/config"})
	for _, r := range routes {
		for _, who := range []evidence.Actor{{}, o.Lawyer} {
			h := o.direct(who, r.Method, address(r)).Header
			csp := h.Get("Content-Security-Policy")
			if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" || h.Get("X-Frame-Options") != "DENY" || !strings.Contains(h.Get("Permissions-Policy"), "camera=()") ||
				h.Get("Cross-Origin-Opener-Policy") != "same-origin" || h.Get("Cross-Origin-Resource-Policy") != "same-origin" || h.Get("Strict-Transport-Security") != "max-age=63072000; includeSubDomains" ||
				!strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") || h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
				t.Errorf("%s %s: %v", r.Method, r.Path, h)
			}
		}
	}
}

func TestASVS_3_4_2_NoOtherOriginIsAllowedToRead(t *testing.T) {
	o := open(t)
	for _, origin := range []string{"https://evil.example", "null", "http://recobro.example", "https://recobro.example.evil.example", "https://evilrecobro.example", "https://sub.recobro.example", "https://recobro.example:8443",
		"file://", "chrome-extension://x", "https://RECOBRO.EXAMPLE", "https://recobro.example@evil.example", "http://127.0.0.1", "http://localhost", "https://recobro.example.", "https://xn--recobro.example", "https://*", "*", "",
		"https://evil.example, https://recobro.example", "javascript:0", "https://recobro.example%60.evil.example"} {
		for _, method := range []string{"GET", "OPTIONS"} {
			h := o.direct(o.Lawyer, method, "/api/v1/me", "Origin", origin, "Access-Control-Request-Method", "GET").Header
			for name := range h {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s from %q: %s: %s", method, origin, name, h.Get(name))
				}
			}
		}
	}
}

func TestASVS_4_1_3_WhatOnlyAProxyMaySayIsBelievedOfATrustedProxyOnly(t *testing.T) {
	o := open(t)
	o.server.Rates.Address = web.Rate{PerSecond: 0.001, Burst: 3}
	o.server.Wall = func() time.Time { return time.Unix(0, 0) }
	count := func(header ...string) (passed int) {
		for i := range 10 {
			all := append([]string{"X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i), "X-User-Id", o.Admin.ID.String(), "X-Real-Ip", fmt.Sprintf("198.51.100.%d", i), "Forwarded", fmt.Sprintf("for=198.51.100.%d", i)}, header...)
			if res := o.direct(evidence.Actor{}, "GET", "/api/v1/me", all...); res.StatusCode == 401 {
				passed++
			}
		}
		return passed
	}
	if got := count(); got != 3 {
		t.Errorf("a stranger's X-Forwarded-For gave %d calls, not 3", got)
	}
	o.server.Proxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} // where httptest's requests come from
	if got := count(); got != 10 {
		t.Errorf("ten callers behind a trusted proxy made %d calls", got)
	}
	if got := count("X-Forwarded-For", "203.0.113.1, 198.51.100.200"); got != 3 {
		t.Errorf("what the caller wrote before the proxy's entry counted: %d calls", got)
	}
}

func TestASVS_2_4_1_ACallerWhoCallsTooOftenIsToldWhenToComeBackAndNobodyElseIs(t *testing.T) {
	o := open(t)
	o.server.Rates.Caller = web.Rate{PerSecond: 0.5, Burst: 5}
	var last answer
	for i := range 6 {
		last = o.call(o.KeyA, "GET", "/api/v1/me", "")
		if i < 5 && (last.status != 200 || last.header.Get("RateLimit-Policy") != `"caller";q=5;w=10` || !strings.HasPrefix(last.header.Get("RateLimit"), `"caller";r=`)) {
			t.Errorf("call %d: %d %v", i, last.status, last.header)
		}
	}
	if last.status != 429 || last.refusal(t).Code != "rate_limited" || last.header.Get("Retry-After") == "" || last.header.Get("Retry-After") == "0" {
		t.Errorf("the sixth call: %d %v %s", last.status, last.header, last.body)
	}
	o.good(o.KeyB, 200, "GET", "/api/v1/me", "")
	o.good(o.Lawyer, 200, "GET", "/api/v1/me", "")
}

func TestAServerAnswersOnlyToItsNamesAndTheAddressItWasReachedAt(t *testing.T) {
	o := open(t)
	o.server.Hosts = []string{"recobro.example"}
	at := strings.TrimPrefix(o.url, "http://")
	_, port, _ := net.SplitHostPort(at)
	for host, want := range map[string]string{at: "200", "localhost:" + port: "200", "recobro.example": "200", "RECOBRO.example:443": "200", "evil.example": "421", "recobro.example.evil.example": "421",
		"10.0.0.1": "421", "[::1]": "421", "": "421", "a b": "400", "recobro.example\r\nHost: evil.example": "400"} {
		answer := raw(t, at, "GET /healthz HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n")
		if !strings.HasPrefix(answer, "HTTP/1.1 "+want) {
			t.Errorf("Host %q: %.60q, want %s", host, answer, want)
		}
	}
}

// raw sends bytes as they are and reads until the server ends the conversation.
func raw(t *testing.T, at, bytes string) string {
	t.Helper()
	c, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil { // only a hang comes near it
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, bytes); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(bufio.NewReader(c))
	if err != nil && len(b) == 0 {
		t.Fatal(err)
	}
	return string(b)
}

// Where two readers could disagree on where a request ends, nothing after the first is ever answered.
func TestASVS_4_2_1_NoRequestIsSmuggledInsideAnother(t *testing.T) {
	o := open(t)
	at := strings.TrimPrefix(o.url, "http://")
	inner := "GET /api/docs HTTP/1.1\r\nHost: " + at + "\r\nConnection: close\r\n\r\n"
	post := "POST /language HTTP/1.1\r\nHost: " + at + "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	for name, form := range map[string]string{
		"two lengths": post + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n", "two lengths in one": post + "Content-Length: 0, 5\r\n\r\n", "a signed length": post + "Content-Length: +0\r\n\r\n",
		"a negative length": post + "Content-Length: -1\r\n\r\n", "a hexadecimal length": post + "Content-Length: 0x0\r\n\r\n", "an unknown coding": post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"chunked twice": post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "identity": post + "Transfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n",
		"a coding behind a tab": post + "Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n", "a space before the colon": post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", "a folded line": post + "X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: x\r\n\r\n",
		"a bad chunk size": post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", "a NUL in a header": post + "X: a\x00b\r\n\r\n", "a header without a name": post + ": x\r\n\r\n", "a bare return": post + "X: a\rb\r\n\r\n",
		"two hosts": "POST /language HTTP/1.1\r\nHost: " + at + "\r\nHost: evil.example\r\n\r\n", "no host": "POST /language HTTP/1.1\r\n\r\n", "another protocol": "POST /language HTTP/9.9\r\nHost: " + at + "\r\n\r\n",
		"a space in the address": "POST /lang uage HTTP/1.1\r\nHost: " + at + "\r\n\r\n",
	} {
		answer := raw(t, at, form+inner)
		if n := strings.Count(answer, "HTTP/1.1 "); n > 1 || strings.HasPrefix(answer, "HTTP/1.1 2") || strings.Contains(answer, "swagger") {
			t.Errorf("%s: %d answers, %.80q", name, n, answer)
		}
	}
}

func TestASVS_13_4_NothingOfTheMachineryIsServed(t *testing.T) {
	o := open(t)
	for _, path := range []string{"/.git/config", "/.git/HEAD", "/.env", "/debug/pprof/", "/debug/pprof/heap", "/debug/vars", "/metrics", "/api/metrics", "/server-status", "/assets/", "/assets", "/assets/fonts/", "/backup.sql", "/recobro",
		"/go.mod", "/swagger", "/actuator/env", "/.well-known/", "/api/v1/", "/api/", "/phpinfo.php", "/.recobro/demo.json", "/demo.json", "/.DS_Store"} {
		if res := o.direct(o.Admin, "GET", path); res.StatusCode != 404 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

func TestASVS_14_2_1_ASecretInTheAddressOpensNothing(t *testing.T) {
	o := open(t)
	key, session := string(o.KeyA.Token), string(o.Lawyer.Token)
	for _, r := range o.server.Routes() {
		if r.Permission == web.Public {
			continue
		}
		for _, query := range []string{"token=" + session, "access_token=" + key, "api_key=" + key, "Authorization=Bearer%20" + key} {
			if res := o.direct(evidence.Actor{}, r.Method, address(r)+"?"+query); res.StatusCode != 401 && res.StatusCode != 303 {
				t.Errorf("%s %s?%.12s…: %d", r.Method, r.Path, query, res.StatusCode)
			}
		}
		if r.API {
			if res := o.direct(evidence.Actor{}, r.Method, address(r), "Cookie", "recobro="+key+"; recobro="+session); res.StatusCode != 401 {
				t.Errorf("%s %s by cookie: %d", r.Method, r.Path, res.StatusCode)
			}
		} else if res := o.direct(evidence.Actor{}, r.Method, address(r), "Cookie", "recobro="+key); res.StatusCode != 401 && res.StatusCode != 303 {
			t.Errorf("%s %s with a key as cookie: %d", r.Method, r.Path, res.StatusCode)
		}
	}
}
