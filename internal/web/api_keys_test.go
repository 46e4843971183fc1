package web_test

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

type keyAnswer struct {
	ID         string
	Name       string
	Scopes     []string
	State      string
	Key        string
	ExpiresAt  time.Time  `json:"expires_at"`
	LastUsedAt *time.Time `json:"last_used_at"`
	Secrets    []struct {
		Prefix string
		EndsAt time.Time `json:"ends_at"`
	}
}

// bearer is whoever holds the secret.
func bearer(secret string) evidence.Actor {
	return evidence.Actor{Kind: "key", Role: string(access.Integration), Token: postgresIdentity(secret)}
}

func (o *outside) key(who evidence.Actor, client fmt.Stringer, scopes string) (k keyAnswer) {
	o.t.Helper()
	o.good(who, 201, "POST", "/api/v1/api-keys", fmt.Sprintf(`{"client_id":%q,"name":"ERP de pruebas","scopes":[%s]}`, client, scopes)).into(o.t, &k)
	return k
}

func (o *outside) lets(what, secret string, opens bool) {
	o.t.Helper()
	want := 401
	if opens {
		want = 200
	}
	if a := o.call(bearer(secret), "GET", "/api/v1/me", ""); a.status != want {
		o.t.Errorf("%s: %d %s", what, a.status, a.body)
	}
}

func TestEachScopeAloneOpensItsRoutesAndNoOther(t *testing.T) {
	w := newPatrol(t)
	opened := map[access.Scope]int{}
	for _, scope := range access.Scopes() {
		key, err := access.AddAPIKey(t.Context(), w.Log, w.Job, access.NewKey{ClientID: w.ClientA.ID, Name: "uno", Scopes: []access.Scope{scope}})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range w.server.Routes() {
			if !r.API || !access.Rules().MayInSomeRelation(access.Integration, r.Permission.Object(), r.Permission.Action()) {
				continue
			}
			of, _ := access.ScopeOf(r.Permission)
			status, _, body := w.ask(r, bearer(key.Key))
			refused := status == 403 && strings.Contains(body, `"scope_missing"`)
			if refused == (of == scope) || status >= 500 || status == 401 {
				t.Errorf("%s %s (%s) with %s alone: %d %.200s", r.Method, r.Path, r.Permission, scope, status, body)
			}
			if !refused {
				opened[scope]++
			}
		}
	}
	if len(opened) < 6 {
		t.Errorf("only %v open anything", opened)
	}
}

func TestAKeyIsMadeShownOnceListedAndRevoked(t *testing.T) {
	o := open(t)
	made := o.key(o.ClientAdminA, o.ClientA.ID, `"cases:read"`)
	if !strings.HasPrefix(made.Key, "rk_live_") || made.State != "active" || len(made.Secrets) != 1 || made.Secrets[0].Prefix != made.Key[:12] || made.ExpiresAt.Before(time.Now().AddDate(0, 0, 364)) || made.ExpiresAt.After(time.Now().AddDate(0, 0, 366)) {
		t.Errorf("made: %+v", made)
	}
	o.lets("a new key", made.Key, true)
	list := o.good(o.ClientAdminA, 200, "GET", "/api/v1/api-keys", "")
	if !strings.Contains(string(list.body), made.ID) || strings.Contains(string(list.body), made.Key) {
		t.Errorf("listed: %s", list.body)
	}
	o.good(o.ClientAdminA, 200, "POST", "/api/v1/api-keys/"+made.ID+"/revoke", "")
	o.lets("a revoked key", made.Key, false)
	if a := o.call(o.ClientAdminA, "POST", "/api/v1/api-keys/"+made.ID+"/rotate", `{"overlap_days":1}`); a.status != 409 {
		t.Errorf("rotating a revoked key: %d %s", a.status, a.body)
	}
	for _, body := range []string{`"scopes":[]`, `"scopes":["*"]`, `"scopes":["user:manage"]`, `"scopes":["cases:read","cases:read"]`, `"scopes":["cases:read"],"days":366`, `"scopes":["cases:read"],"days":-1`} {
		if a := o.call(o.ClientAdminA, "POST", "/api/v1/api-keys", fmt.Sprintf(`{"client_id":%q,"name":"x",%s}`, o.ClientA.ID, body)); a.status != 422 {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
}

func TestAnExpiredKeyIsNobody(t *testing.T) {
	o := open(t)
	made := o.key(o.Admin, o.ClientA.ID, `"cases:read"`)
	o.lets("before its end", made.Key, true)
	tx := o.DB.Super.MustBegin()
	tx.MustExec(`set local session_replication_role = replica`) // a year passes, which no log tells of
	tx.MustExec(`update app.api_key_secrets set issued_at = issued_at - interval '1 year', ends_at = clock_timestamp() where api_key_id = $1`, made.ID)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	o.lets("after its end", made.Key, false)
	_, err := o.DB.Super.Exec(`update app.api_key_secrets set ends_at = issued_at + interval '2 years' where api_key_id = $1`, made.ID)
	if name, _ := postgres.Broken(err); name != "api_key_secrets_live_a_year" {
		t.Errorf("a secret may live for two years: %v", err)
	}
}

func TestARotationOverlapsAndARepeatedOneEndsNoSecretInUse(t *testing.T) {
	o := open(t)
	made := o.key(o.ClientAdminA, o.ClientA.ID, `"cases:read"`)
	at, once := "/api/v1/api-keys/"+made.ID+"/rotate", []string{"Idempotency-Key", "rotate-1"}
	var lost, again, next keyAnswer
	o.good(o.ClientAdminA, 200, "POST", at, `{"overlap_days":7}`, once...).into(t, &lost) // its answer never arrives
	repeated := o.good(o.ClientAdminA, 200, "POST", at, `{"overlap_days":7}`, once...)
	repeated.into(t, &again)
	if lost.Key == "" || lost.Key == made.Key || again.Key != "" || again.ID != made.ID || repeated.header.Get("Idempotency-Replayed") != "true" || len(again.Secrets) != 2 {
		t.Errorf("rotated: %+v, then %+v", lost, again)
	}
	o.good(o.ClientAdminA, 200, "POST", at, `{"overlap_days":30}`).into(t, &next)
	for what, secret := range map[string]string{"the secret in use": made.Key, "the one whose answer was lost": lost.Key, "the newest": next.Key} {
		o.lets(what, secret, true)
	}
	if len(next.Secrets) != 3 || !next.Secrets[2].EndsAt.Equal(again.Secrets[1].EndsAt) || next.Secrets[2].EndsAt.After(time.Now().AddDate(0, 0, 8)) {
		t.Errorf("a second rotation moved the end of the secret in use: %+v, before %+v", next.Secrets, again.Secrets)
	}
	o.good(o.ClientAdminA, 200, "POST", at, `{"overlap_days":0}`).into(t, &next)
	for what, secret := range map[string]string{"the first": made.Key, "the second": lost.Key} {
		o.lets(what+" after a rotation without overlap", secret, false)
	}
	o.lets("the newest", next.Key, true)
	if a := o.call(o.ClientAdminA, "POST", at, `{"overlap_days":31}`); a.status != 422 {
		t.Errorf("an overlap of 31 days: %d", a.status)
	}
	var stored []string
	if err := o.DB.Super.Select(&stored, `select o::text || coalesce(convert_from(o.answer, 'UTF8'), '') from app.operations o`); err != nil {
		t.Fatal(err)
	}
	for _, row := range stored {
		if strings.Contains(row, "rk_live_") && regexp.MustCompile(`rk_live_[A-Za-z0-9_-]{43}`).MatchString(row) {
			t.Errorf("a secret is stored: %s", row)
		}
	}
	if strings.Contains(o.log.String(), made.Key) || strings.Contains(o.log.String(), next.Key) {
		t.Error("a secret is in the program's log")
	}
}

func TestTheLastUseOfAKeyMovesOnceAMinuteAtMost(t *testing.T) {
	o := open(t)
	made := o.key(o.Admin, o.ClientA.ID, `"cases:read"`)
	last := func() (at *time.Time) {
		t.Helper()
		if err := o.DB.Super.Get(&at, `select last_used_at from app.api_key_secrets where api_key_id = $1`, made.ID); err != nil {
			t.Fatal(err)
		}
		return at
	}
	if last() != nil {
		t.Fatal("used before it was")
	}
	o.lets("the key", made.Key, true)
	first := last()
	if first == nil {
		t.Fatal("its use is not written down")
	}
	for range 3 { // straight at the database, where every process meets
		if err := access.KeyUsed(t.Context(), o.DB.App, postgresIdentity(made.Key)); err != nil {
			t.Fatal(err)
		}
	}
	if !last().Equal(*first) {
		t.Error("it moved within the minute")
	}
	o.DB.Super.MustExec(`update app.api_key_secrets set last_used_at = last_used_at - interval '61 seconds' where api_key_id = $1`, made.ID)
	if err := access.KeyUsed(t.Context(), o.DB.App, postgresIdentity(made.Key)); err != nil || last().Before(*first) {
		t.Errorf("it did not move after the minute: %v %v", last(), err)
	}
}

func TestNobodySeesOrTouchesTheKeysOfAnotherClient(t *testing.T) {
	o := open(t)
	strange := o.key(o.Admin, o.ClientB.ID, `"cases:read"`)
	if list := o.good(o.ClientAdminA, 200, "GET", "/api/v1/api-keys?limit=200", ""); strings.Contains(string(list.body), strange.ID) || strings.Contains(string(list.body), o.ClientB.ID.String()) {
		t.Errorf("client A lists %s", list.body)
	}
	for path, body := range map[string]string{"rotate": `{"overlap_days":0}`, "revoke": ""} {
		if a := o.call(o.ClientAdminA, "POST", "/api/v1/api-keys/"+strange.ID+"/"+path, body); a.status != 404 {
			t.Errorf("%s by client A: %d %s", path, a.status, a.body)
		}
	}
	if a := o.call(o.ClientAdminA, "POST", "/api/v1/api-keys", fmt.Sprintf(`{"client_id":%q,"name":"x","scopes":["cases:read"]}`, o.ClientB.ID)); a.status != 404 && a.status != 403 {
		t.Errorf("client A makes a key for client B: %d %s", a.status, a.body)
	}
	for name, who := range map[string]evidence.Actor{"lawyer": o.Lawyer, "supervisor": o.Supervisor, "dpo": o.DPO, "a key": o.KeyB} {
		if a := o.call(who, "GET", "/api/v1/api-keys", ""); a.status != 404 && a.status != 403 {
			t.Errorf("%s lists keys: %d", name, a.status)
		}
	}
	o.lets("the other's key", strange.Key, true)
}

var shownSecret = regexp.MustCompile(`id="secret" readonly autocomplete="off" value="(rk_live_[A-Za-z0-9_-]{43})"`)

func TestThePageOfKeysShowsASecretOnceAndWarnsBeforeTheEnd(t *testing.T) {
	w := newPatrol(t)
	v := w.as(t, w.ClientAdminA)
	fields := []string{"operation", "0192f3a0-0000-7000-8000-00000000cafe", "client", w.ClientA.ID.String(), "name", "ERP central", "scope", "cases:read", "days", "20"}
	made := v.post("/api-keys", fields...)
	secret := shownSecret.FindStringSubmatch(html.UnescapeString(made.text))
	if made.status != 200 || secret == nil {
		t.Fatalf("making a key: %d %s", made.status, made.text)
	}
	if again := v.post("/api-keys", fields...); again.status != 303 {
		t.Errorf("the form sent again: %d", again.status)
	}
	page := v.get("/api-keys")
	page.says(t, 200, "ERP central", secret[1][:12]+"…", "Caduca pronto", "Nunca")
	if strings.Contains(page.text, secret[1]) || strings.Count(page.text, "ERP central") != 1 {
		t.Error("the secret is shown twice, or the form worked twice")
	}
	if a := v.post("/api-keys", "client", w.ClientA.ID.String(), "name", "sin nada"); a.status != 422 || !strings.Contains(a.text, "sin nada") {
		t.Errorf("a key without scopes: %d", a.status)
	}
	id := regexp.MustCompile(`/api-keys/([0-9a-f-]{36})/revoke`).FindAllStringSubmatch(page.text, -1)
	for _, m := range id {
		v.post("/api-keys/"+m[1]+"/revoke").says(t, 303)
	}
	v.get("/api-keys").says(t, 200, "Revocada")
	w.as(t, w.Admin).get("/api-keys").says(t, 200, w.ClientB.Name)
}
