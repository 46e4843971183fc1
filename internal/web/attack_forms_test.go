package web_test

import (
	"fmt"
	"strings"
	"testing"

	"recobro/internal/access"
	"recobro/internal/clients"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/testfirm"
)

func TestAnExternalLawyerFindsNoCaseThatDoesNotNameThem(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	outsider := o.AddPerson("Xoel Procurador", access.External, &o.ClientA.ID)
	for _, path := range []string{"/api/v1/cases", "/api/v1/cases?q=Talleres", "/api/v1/cases?client_id=" + o.ClientA.ID.String()} {
		if a := o.call(outsider, "GET", path, ""); strings.Contains(string(a.body), c.Number) {
			t.Errorf("%s shows %s", path, a.body)
		}
	}
	for _, path := range []string{"", "/interactions", "/documents", "/payments", "/statement"} {
		if a := o.call(outsider, "GET", "/api/v1/cases/"+c.ID.String()+path, ""); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func TestAMomentOrCursorThatNoCalendarOrLogHoldsIsRefused(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	at := "/api/v1/cases/" + c.ID.String() + "/interactions"
	for _, moment := range []string{"0000-01-01T00:00:00Z", "0001-01-02T00:00:00Z", "9999-12-31T23:59:59-12:00", "2026-03-02T08:30:00Z", "2026-04-01T00:00:00Z"} {
		a := o.call(o.Lawyer, "POST", at, fmt.Sprintf(`{"kind":"call","text":"x","occurred_at":%q}`, moment))
		if p := a.refusal(t); a.status != 422 || p.Code != "occurred_impossible" {
			t.Errorf("%s: %d %s", moment, a.status, a.body)
		}
	}
	o.good(o.Lawyer, 201, "POST", at, `{"kind":"call","text":"x","occurred_at":"2026-03-01T18:00:00+01:00"}`)
	for _, cursor := range []string{"999999999999999", "2147483648", "-1", "0", "x"} {
		a := o.call(o.Lawyer, "GET", at+"?cursor="+cursor, "")
		if p := a.refusal(t); a.status != 422 || p.Code != "cursor_invalid" {
			t.Errorf("cursor %s: %d %s", cursor, a.status, a.body)
		}
	}
}

func TestAFormThatIsNoTextIsRefused(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	at := "/cases/" + c.ID.String()
	for _, bad := range []string{"\xff\xfe", "a\x00b", "\xed\xa0\x80", strings.Repeat("x", 30_000)} {
		h.as(t, evidence.Actor{}).post("/login", "email", bad, "password", "x", "code", "000000").says(t, 400)
		h.as(t, evidence.Actor{}).post("/language", "language", "en", "back", "/"+bad).says(t, 400)
		h.as(t, h.Lawyer).post(at+"/interactions", "kind", "note", "text", bad).says(t, 400)
		h.as(t, h.Lawyer).post(at+"/holds", "scope", "all", "reason", bad).says(t, 400)
	}
	if got := h.as(t, h.Lawyer).get(at); strings.Contains(got.text, "xxxxxxxxxx") || strings.Contains(got.text, "\ufffd") {
		t.Error("a refused form left something")
	}
}

func TestNoControlCharacterTurnsARedirectAway(t *testing.T) {
	h := openHouse(t)
	for _, to := range []string{"/\t/evil.example", "/\t\\evil.example", "\t//evil.example", "/\n/evil.example", "/\x01/evil.example", "/ /evil.example\x7f", "/%", "/cases\u0085"} {
		got := h.as(t, h.Lawyer).post("/language", "language", "en", "back", to)
		if where := got.header.Get("Location"); where != "/" {
			t.Errorf("back=%q leads to %q", to, where)
		}
	}
	if got := h.as(t, h.Lawyer).post("/language", "language", "en", "back", "/cases?q=a%20b&stage=closed"); got.header.Get("Location") != "/cases?q=a%20b&stage=closed" {
		t.Errorf("a page of ours is not found again: %s", got.header.Get("Location"))
	}
}

// handOver submits one portfolio of items and answers the ids of their cases.
func (o *outside) handOver(key evidence.Actor, reference string, items ...string) (ids []string) {
	o.t.Helper()
	var r struct {
		Items []struct {
			CaseID string `json:"case_id"`
		}
	}
	o.good(key, 201, "POST", "/api/v1/portfolios", `{"reference":"`+reference+`","items":[`+strings.Join(items, ",")+`]}`, "Idempotency-Key", reference).into(o.t, &r)
	for _, i := range r.Items {
		ids = append(ids, i.CaseID)
	}
	return ids
}

// agreedItem is an old debt that bears an agreed rate.
func agreedItem(ref, principal, rate string) string {
	return fmt.Sprintf(`{"external_ref":"%[1]s","debtor":{"kind":"company","name":"X","tax_id":"B65410011","country":"ES"},"debt":{"kind":"invoice","number":"%[1]s",
		"issued_on":"1900-01-01","due_on":"1900-01-02","principal":%[2]q,"agreed_rate":%[3]q}}`, ref, principal, rate)
}

func TestADebtThatIsAgreedToBearNoInterestHasAStatement(t *testing.T) {
	o := open(t)
	id := o.handOver(o.KeyA, "nothing", agreedItem("a", "100.00", "0"))[0]
	if a := o.good(o.Lawyer, 200, "GET", "/api/v1/cases/"+id, ""); !strings.Contains(string(a.body), `"balance":`) {
		t.Errorf("no balance: %s", a.body)
	}
	o.good(o.Lawyer, 200, "GET", "/api/v1/cases/"+id+"/statement", "")
}

// A client's system that hands over more than an int64 holds spoils its own statement, and nobody's list.
func TestAClaimBeyondAllMeasureIsAProblemAndNotAFault(t *testing.T) {
	o := open(t)
	client := o.AddClient(clients.Client{Name: "Desmesura, S.A.", Country: "ES", City: "Valdemiel", Currency: money.EUR, Consolidate: true})
	secret, err := access.AddAPIKey(t.Context(), o.Log, o.Job, access.NewKey{ClientID: client.ID, Name: "ERP", Scopes: access.Scopes()})
	if err != nil {
		t.Fatal(err)
	}
	key, err := access.Identify(t.Context(), o.DB.App, postgresIdentity(secret.Key))
	if err != nil {
		t.Fatal(err)
	}
	many := make([]string, 80)
	for i := range many {
		many[i] = agreedItem(fmt.Sprint("h", i), "9999999999999.99", "100")
	}
	at := "/api/v1/cases/" + o.handOver(key, "huge", many...)[0]
	if a := o.good(o.Lawyer, 200, "GET", at, ""); !strings.Contains(string(a.body), "claim_too_large") {
		t.Errorf("the case does not say why it has no balance: %s", a.body)
	}
	o.good(o.Lawyer, 422, "GET", at+"/statement", "")
	o.good(o.Lawyer, 200, "GET", "/api/v1/cases", "")
	o.good(key, 422, "POST", at+"/payments", `{"amount":{"amount":"1.00","currency":"EUR"},"received_on":"2026-03-02"}`, "Idempotency-Key", "p")
}
