package web_test

import (
	"fmt"
	"strings"
	"testing"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/gazette"
	"recobro/internal/law"
	"recobro/internal/testfirm"
)

// rateBody proposes a half-year of late-payment interest.
func rateBody(from, to, pct string) string {
	return fmt.Sprintf(`{"jurisdiction":"ES","kind":"rate","source":"BOE-A-2026-99999","publication":"BOE-A-2026-99999","confidence":"read_law",
		"rows":[{"regime":"statutory_commercial","from":%q,"to":%q,"pct":%q}]}`, from, to, pct)
}

type lawChange struct {
	ID, State, Pack string
	Seq             int64
}

func (o *outside) proposed(who evidence.Actor, body string) (c lawChange) {
	o.t.Helper()
	o.good(who, 201, "POST", "/api/v1/law/changes", body).into(o.t, &c)
	return c
}

func TestARateIsProposedByOnePersonAndApprovedByAnotherOverHTTP(t *testing.T) {
	o := open(t)
	mine := o.proposed(o.Lawyer, rateBody("2027-01-01", "2027-06-30", "10.25"))
	at := "/api/v1/law/changes/" + mine.ID
	if a := o.call(o.Lawyer, "POST", at+"/approve", ""); a.status != 403 || a.refusal(t).Code != "approver_is_proposer" {
		t.Errorf("the proposer approves: %d %s", a.status, a.body)
	}
	for name, who := range map[string]evidence.Actor{"paralegal": o.Paralegal, "supervisor": o.Supervisor, "finance": o.Finance, "dpo": o.DPO, "admin": o.Admin} {
		if a := o.call(who, "POST", at+"/approve", ""); a.status != 403 {
			t.Errorf("%s approves: %d %s", name, a.status, a.body)
		}
		o.good(who, 200, "GET", at, "")
	}
	external := o.AddPerson("Xoel Procurador", access.External, &o.ClientA.ID)
	for name, who := range map[string]evidence.Actor{"client": o.ClientAdminA, "key": o.KeyA, "external": external} {
		for _, path := range []string{at, "/api/v1/law/changes", "/api/v1/law/jurisdictions", "/api/v1/law/jurisdictions/ES/rates"} {
			if a := o.call(who, "GET", path, ""); a.status != 404 && a.status != 303 {
				t.Errorf("%s reads %s: %d", name, path, a.status)
			}
		}
		if a := o.call(who, "POST", at+"/approve", ""); a.status != 404 {
			t.Errorf("%s approves: %d", name, a.status)
		}
	}
	for name, who := range map[string]evidence.Actor{"paralegal": o.Paralegal, "dpo": o.DPO, "admin": o.Admin} {
		if a := o.call(who, "POST", "/api/v1/law/changes", rateBody("2027-07-01", "2027-12-31", "9")); a.status != 403 {
			t.Errorf("%s proposes: %d", name, a.status)
		}
	}
	var approved lawChange
	o.good(o.Lawyer2, 200, "POST", at+"/approve", "").into(t, &approved)
	if approved.State != "approved" || approved.Seq == 0 || approved.Pack == "" {
		t.Errorf("approved: %+v", approved)
	}
	if rates := string(o.good(o.Paralegal, 200, "GET", "/api/v1/law/jurisdictions/ES/rates", "").body); !strings.Contains(rates, `"from":"2027-01-01"`) {
		t.Errorf("the rate is not in the table: %.300s", rates)
	}
	// finance proposes, and a refusal names its reason
	theirs := o.proposed(o.Finance, rateBody("2027-07-01", "2027-12-31", "99"))
	o.good(o.Lawyer, 200, "POST", "/api/v1/law/changes/"+theirs.ID+"/reject", `{"reason":"El BOE dice 9,90"}`)
	if a := o.call(o.Finance, "POST", "/api/v1/law/changes/"+theirs.ID+"/withdraw", ""); a.status != 409 {
		t.Errorf("withdrawn after the rejection: %d", a.status)
	}
}

func TestAnApprovalRepeatedWithItsKeyAnswersTheSame(t *testing.T) {
	o := open(t)
	c := o.proposed(o.Finance, rateBody("2027-01-01", "2027-06-30", "10.25"))
	first := o.good(o.Lawyer, 200, "POST", "/api/v1/law/changes/"+c.ID+"/approve", "", "Idempotency-Key", "once")
	again := o.good(o.Lawyer, 200, "POST", "/api/v1/law/changes/"+c.ID+"/approve", "", "Idempotency-Key", "once")
	if string(first.body) != string(again.body) || again.header.Get("Idempotency-Replayed") == "" {
		t.Errorf("%s\n%s", first.body, again.body)
	}
}

func TestAnApprovedRateChangesTheStatementAtOnce(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	at := "/api/v1/cases/" + c.ID.String() + "/statement?as_of=2026-03-31"
	read := func(path string) string {
		t.Helper()
		return string(o.good(o.Lawyer, 200, "GET", path, "").body)
	}
	before := read(at)
	if !strings.Contains(before, "10.15") {
		t.Fatalf("the case bears another rate: %.400s", before)
	}
	change := o.proposed(o.Finance, rateBody("2026-01-01", "2026-06-30", "20"))
	if read(at) != before {
		t.Error("a proposal already counts")
	}
	o.good(o.Lawyer, 200, "POST", "/api/v1/law/changes/"+change.ID+"/approve", "")
	after := read(at)
	if after == before || !strings.Contains(after, `"rate_pct":"20"`) || !strings.Contains(after, "BOE-A-2026-99999") {
		t.Errorf("the approval does not count: %.600s", after)
	}
}

func TestASeriesIsImportedWholeOrNotAtAll(t *testing.T) {
	o := open(t)
	body := func(csv string) string {
		return fmt.Sprintf(`{"jurisdiction":"CL","kind":"unit_value","unit":"CLF","decimal_mark":"comma","csv":%q,"source":"Banco Central de Chile","confidence":"read_law"}`, csv)
	}
	a := o.call(o.Finance, "POST", "/api/v1/law/series", body("01/01/2030;50.123,45\n32/01/2030;1\n"))
	if p := a.refusal(t); a.status != 422 || p.Code != "series_invalid" || len(p.Errors) != 1 || p.Errors[0].Pointer != "/file/2" {
		t.Errorf("%d %s", a.status, a.body)
	}
	var c lawChange
	o.good(o.Finance, 201, "POST", "/api/v1/law/series", body("Fecha;Valor\n01/01/2030;50.123,45\n02/01/2030;50.124,00\n")).into(t, &c)
	o.good(o.Lawyer, 200, "POST", "/api/v1/law/changes/"+c.ID+"/approve", "")
	units := string(o.good(o.Lawyer, 200, "GET", "/api/v1/law/jurisdictions/CL/units?from=2030-01-01&to=2030-01-31", "").body)
	if !strings.Contains(units, `"50123.45"`) || !strings.Contains(units, `"50124`) {
		t.Errorf("the values are not in the table: %.400s", units)
	}
}

func TestOnlyALawyerVouchesForAFact(t *testing.T) {
	o := open(t)
	var facts struct{ Data []struct{ ID, Awaits string } }
	o.good(o.Paralegal, 200, "GET", "/api/v1/law/jurisdictions/ES/facts?awaits=confirm", "").into(t, &facts)
	if len(facts.Data) == 0 {
		t.Fatal("nothing waits for a lawyer: the test proves nothing")
	}
	body := fmt.Sprintf(`{"facts":[%q],"note":"leído en el BOE"}`, facts.Data[0].ID)
	for name, who := range map[string]evidence.Actor{"paralegal": o.Paralegal, "supervisor": o.Supervisor, "finance": o.Finance, "admin": o.Admin} {
		if a := o.call(who, "POST", "/api/v1/law/confirm", body); a.status != 403 {
			t.Errorf("%s confirms: %d %s", name, a.status, a.body)
		}
	}
	o.good(o.Lawyer, 200, "POST", "/api/v1/law/confirm", body)
	p, err := o.Law.Pack("ES")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range gazette.Awaiting(p, law.ChangeConfirm) {
		if id == facts.Data[0].ID {
			t.Errorf("%s still waits", id)
		}
	}
	if a := o.call(o.Lawyer2, "POST", "/api/v1/law/confirm", body); a.status != 409 {
		t.Errorf("confirmed twice: %d", a.status)
	}
	if got := string(o.good(o.DPO, 200, "GET", "/api/v1/law/jurisdictions/ES/facts?q="+facts.Data[0].ID, "").body); !strings.Contains(got, `"vouched_by":"Irene Valdelomar"`) {
		t.Errorf("who confirmed: %s", got)
	}
}

func TestTheLawAnswersQuestionsWithoutACase(t *testing.T) {
	o := open(t)
	for _, q := range []struct{ path, body, says string }{
		{"interest", `{"jurisdiction":"ES","regime":"statutory_commercial","principal":{"amount":"1000.00","currency":"EUR"},"after":"2025-12-31","until":"2026-12-31"}`, `"102.76"`},
		{"deadline", `{"jurisdiction":"ES","rule":"payment_requirement","trigger":"2026-05-04","region":"ES-MD","town":"Madrid"}`, `"due_on":"2026-06-02"`},
		{"limitation", `{"jurisdiction":"ES","business":true,"due_on":"2021-05-10","facts":[{"act":"letter","from":"2025-11-03","received":"2025-11-03","grade":4}]}`, `"later":"2030-11-03"`},
		{"contact", `{"jurisdiction":"US","channel":"phone","consumer":true,"at":"2026-11-20T07:59:00-05:00"}`, `"allowed":false`},
		{"deadline", `{"jurisdiction":"ES","rule":"payment_requirement","received_at":"2026-05-08T15:30:00+02:00"}`, `"trigger":"2026-05-12"`}, // Friday after the cut-off
		{"deadline", `{"jurisdiction":"ES","rule":"payment_requirement","sent_at":"2026-05-04T10:00:00+02:00"}`, `"trigger":"2026-05-07"`},     // nobody opened it
		{"deadline", `{"jurisdiction":"ES","rule":"payment_requirement","sent_at":"2026-05-04T10:00:00+02:00","opened_at":"2026-05-05T09:00:00+02:00"}`, `"trigger":"2026-05-05"`},
		{"interest", `{"jurisdiction":"ES","regime":"statutory_commercial","principal":{"amount":"10000.00","currency":"EUR"},"after":"2023-05-31","until":"2024-10-31",
			"payments":[{"on":"2023-12-15","amount":{"amount":"3000.00","currency":"EUR"}},{"on":"2024-05-20","amount":{"amount":"4000.00","currency":"EUR"}}]}`, `"principal_open":{"amount":"4047.66","currency":"EUR"}`},
		{"limitation", `{"jurisdiction":"ES","due_on":"2026-01-15","business":true,"facts":[{"act":"letter","from":"2026-02-01"}]}`, `"code":"not_received"`},
		{"contact", `{"jurisdiction":"CO","channel":"phone","consumer":true,"at":"2026-03-01T15:00:00Z"}`, `"allowed":false`},
		{"identifier", `{"country":"ES","id":"b-65410011"}`, `"normal":"B65410011"`},
	} {
		if a := o.call(o.Paralegal, "POST", "/api/v1/law/check/"+q.path, q.body); a.status != 200 || !strings.Contains(string(a.body), q.says) {
			t.Errorf("%s: %d %s", q.path, a.status, a.body)
		}
		if a := o.call(o.KeyA, "POST", "/api/v1/law/check/"+q.path, q.body); a.status != 404 {
			t.Errorf("a client's key asks %s: %d", q.path, a.status)
		}
	}
	if a := o.call(o.Lawyer, "POST", "/api/v1/law/check/identifier", `{"country":"ES","id":"B65410012"}`); a.status != 422 {
		t.Errorf("a wrong tax id: %d %s", a.status, a.body)
	}
}
