package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/testfirm"
	"recobro/internal/web"
)

// codeNow is the code of everybody's authenticator in the test firm at this moment.
func codeNow(t *testing.T) string {
	t.Helper()
	code, err := totp.GenerateCode(testfirm.TOTPSecret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// tamper changes rows behind the scenes, as the passing of time would.
func tamper(t *testing.T, f *testfirm.Firm, query string, args ...any) {
	t.Helper()
	if _, err := f.DB.Super.Exec(query, args...); err != nil {
		t.Fatal(err)
	}
}

// stale makes as if every session's factor had been shown long ago.
func stale(t *testing.T, f *testfirm.Firm) {
	t.Helper()
	tamper(t, f, `update app.sessions set proved_at = proved_at - interval '10 minutes'`)
}

func TestASVS_7_5_1_WhatBindsAsksForTheFactorAgainOnEveryRouteThatSignsApprovesExportsOrLetsPeopleIn(t *testing.T) {
	w := newPatrol(t)
	stale(t, w.Firm)
	asked := 0
	people := []evidence.Actor{w.Lawyer, w.Admin, w.ClientAdminA, w.DPO, w.Supervisor}
	for _, r := range w.server.Routes() {
		if r.Permission == web.Public || r.Permission == web.SignedIn || !access.DemandsProof(r.Permission) {
			continue
		}
		for _, who := range people {
			if access.RequireSome(who, r.Permission) != nil {
				continue
			}
			asked++
			status, to, body := w.ask(r, who)
			page := !r.API && r.Method == http.MethodGet
			if page && (status != 303 || !strings.HasPrefix(to, "/prove?next=")) || !page && status != 403 || r.API && !strings.Contains(body, access.ErrStepUp.Code) {
				t.Errorf("%s %s as %s: %d %s %.120s", r.Method, r.Path, who.Role, status, to, body)
			}
		}
	}
	if asked < 10 {
		t.Errorf("only %d were asked", asked)
	}
	// A system has no factor: what its key may do is its scope.
	if access.Fresh(t.Context(), w.DB.App, w.KeyA, time.Minute) != nil {
		t.Error("a key was asked for a code")
	}
}

func TestASVS_7_5_1_ACodeShownOnceMoreOpensTheBindingActsForAWhile(t *testing.T) {
	o := open(t)
	stale(t, o.Firm)
	sign := "/api/v1/demands/00000000-0000-0000-0000-0000000000aa/sign"
	if p := o.call(o.Lawyer, "POST", sign, "{}").refusal(t); p.Code != "step_up_required" || p.Status != 403 {
		t.Fatalf("signed without a fresh factor: %+v", p)
	}
	o.good(o.Lawyer, 200, "GET", "/api/v1/cases", "")
	if p := o.call(o.Lawyer, "POST", "/api/v1/sessions/current:prove", `{"code":"12345"}`).refusal(t); p.Status != 422 {
		t.Errorf("a wrong code: %+v", p)
	}
	code := codeNow(t)
	o.good(o.Lawyer, 204, "POST", "/api/v1/sessions/current:prove", fmt.Sprintf(`{"code":%q}`, code))
	if p := o.call(o.Lawyer, "POST", sign, "{}").refusal(t); p.Code != "not_found" {
		t.Errorf("after the code: %+v", p)
	}
	o.good(o.Lawyer, 422, "POST", "/api/v1/sessions/current:prove", fmt.Sprintf(`{"code":%q}`, code)) // one code, one use
	o.good(o.KeyA, 403, "POST", "/api/v1/sessions/current:prove", `{"code":"123456"}`)
}

func TestASVS_7_5_1_AFormThatWaitedForTheFactorIsOfferedAgainAndLosesNothing(t *testing.T) {
	h := openHouse(t)
	stale(t, h.Firm)
	v := h.as(t, h.Lawyer)
	asked := v.post("/demands/00000000-0000-0000-0000-0000000000aa/approve", "note", "Reclamación «A» & más")
	if asked.status != 403 || !strings.Contains(asked.text, `name="kept"`) {
		t.Fatalf("%d %s", asked.status, asked.text)
	}
	kept := "note=Reclamaci%C3%B3n+%C2%ABA%C2%BB+%26+m%C3%A1s"
	if wrong := v.post("/prove", "to", "/demands/00000000-0000-0000-0000-0000000000aa/approve", "kept", kept, "code", "1"); wrong.status != 422 {
		t.Errorf("a wrong code: %d", wrong.status)
	}
	again := v.post("/prove", "to", "/demands/00000000-0000-0000-0000-0000000000aa/approve", "kept", kept, "code", codeNow(t))
	if again.status != 200 || !strings.Contains(again.text, `action="/demands/00000000-0000-0000-0000-0000000000aa/approve"`) || !strings.Contains(again.text, `value="Reclamación «A» &amp; más"`) {
		t.Errorf("%d %s", again.status, again.text)
	}
	if got := v.post("/demands/00000000-0000-0000-0000-0000000000aa/approve", "note", "x"); got.status != 404 {
		t.Errorf("after the code: %d", got.status)
	}
	if got := v.post("/prove", "to", "//evil.example/x", "kept", "", "code", "1"); strings.Contains(got.text, "evil") {
		t.Error("a form may be led to another site")
	}
}

func TestASVS_7_3_1_ASessionThatNobodyUsesEndsAndOneInUseGoesOn(t *testing.T) {
	o := open(t)
	idle := fmt.Sprintf("%d seconds", int(access.IdleLife.Seconds())-30)
	tamper(t, o.Firm, `update app.sessions set seen_at = seen_at - $1::interval, expires_at = clock_timestamp() + interval '30 seconds' where user_id = $2`, idle, o.Lawyer.ID)
	o.good(o.Lawyer, 200, "GET", "/api/v1/me", "") // used half a minute before it would have ended
	var left float64
	if err := o.DB.Super.Get(&left, `select extract(epoch from expires_at - clock_timestamp()) from app.sessions where user_id = $1`, o.Lawyer.ID); err != nil || left < access.IdleLife.Seconds()-60 {
		t.Errorf("a session in use ends in %.0f s, %v", left, err)
	}
	tamper(t, o.Firm, `update app.sessions set expires_at = clock_timestamp() where user_id = $1`, o.Lawyer.ID)
	o.good(o.Lawyer, 401, "GET", "/api/v1/me", "")
}

func TestASVS_7_3_2_NoUseProlongsASessionBeyondItsEnd(t *testing.T) {
	o := open(t)
	tamper(t, o.Firm, `update app.sessions set seen_at = seen_at - interval '5 minutes', ends_at = clock_timestamp() + interval '1 minute', expires_at = clock_timestamp() + interval '1 minute' where user_id = $1`, o.Lawyer.ID)
	o.good(o.Lawyer, 200, "GET", "/api/v1/me", "")
	var over bool
	if err := o.DB.Super.Get(&over, `select expires_at <= ends_at and ends_at < clock_timestamp() + interval '1 minute' from app.sessions where user_id = $1`, o.Lawyer.ID); err != nil || !over {
		t.Errorf("a session was prolonged beyond its end: %v", err)
	}
}

func TestASVS_7_2_3_EverySignInMakesATokenOf256BitsThatNobodyKnewBefore(t *testing.T) {
	h := openHouse(t)
	v := h.as(t, evidence.Actor{Token: "rs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) // planted by an attacker
	got := v.post("/login", "email", testfirm.Email(h.Lawyer.ID), "password", testfirm.Password, "code", codeNow(t))
	cookie := got.header.Get("Set-Cookie")
	token, _, _ := strings.Cut(strings.TrimPrefix(cookie, "recobro="), ";")
	if kind, ok := access.ParseTokenKind(token); got.status != 303 || !ok || kind != access.SessionToken || strings.Contains(cookie, "AAAAAAAA") {
		t.Fatalf("%d %s", got.status, cookie)
	}
	for _, flag := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, flag) {
			t.Errorf("the cookie lacks %s: %s", flag, cookie)
		}
	}
	if strings.Contains(cookie, "Domain") {
		t.Errorf("the cookie is another host's too: %s", cookie)
	}
}

func TestASVS_6_3_1_TwoProcessesShareTheLimitsOfSigningIn(t *testing.T) {
	o := open(t)
	second := serve(t, o.Firm, o.log)
	try := func(s *web.Server) int {
		r := httptest.NewRequest("POST", "/api/v1/sessions", strings.NewReader(`{"email":"nadie@people.example","password":"x","code":"000000"}`))
		r.Header.Set("Content-Type", "application/json")
		r.RemoteAddr, r.Host, s.Hosts = "10.9.0.1:9", "recobro.example", []string{"recobro.example"}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		return w.Code
	}
	at := time.Now()
	o.server.Wall, second.Wall = func() time.Time { return at }, func() time.Time { return at }
	judged := 0
	for range 6 {
		for _, s := range []*web.Server{o.server, second} {
			if try(s) == 401 {
				judged++
			}
		}
	}
	if judged != 6 {
		t.Errorf("%d of twelve guesses were judged, not six", judged)
	}
	if got := o.tryFrom("10.9.0.2:9", testfirm.Email(o.Lawyer.ID), testfirm.Password, codeNow(t)); got != 201 {
		t.Errorf("an owner at another address is refused: %d", got)
	}
}
