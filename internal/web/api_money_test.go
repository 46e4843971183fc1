package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"recobro/internal/evidence"
	"recobro/internal/testfirm"
)

type agreementAnswer struct {
	ID, State   string
	Total, Open struct{ Amount string }
	DocumentID  string `json:"document_id"`
	Instalments []struct{ Amount, Paid struct{ Amount string } }
	CaseIDs     []string `json:"case_ids"`
}

// verified holds the log after a test that changed something.
func (o *outside) verified(t *testing.T) {
	t.Helper()
	report, err := o.Log.Verify(context.Background(), o.Job, nil, nil)
	if err != nil || len(report.Findings) > 0 {
		t.Errorf("the log does not verify: %v %v", report.Findings, err)
	}
}

func TestAnAgreementGoesFromProposalToKeptOverTheAPI(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	at := "/api/v1/cases/" + c.ID.String()
	terms := `{"kind":"full_with_discount","total":{"amount":"1000.00","currency":"EUR"},"count":2,"first_due_on":"2026-03-10"}`
	for who, status := range map[*evidence.Actor]int{&o.KeyB: 403, &o.ClientAdminB: 403, &o.KeyA: 403, &o.Finance: 403} {
		if a := o.call(*who, "POST", at+"/agreements", terms); a.status != status {
			t.Errorf("%s proposes: %d %s", who.Role, a.status, a.body)
		}
	}
	var got agreementAnswer
	o.good(o.Paralegal, 201, "POST", at+"/agreements", terms).into(t, &got)
	if got.State != "proposed" || len(got.Instalments) != 2 || got.Instalments[0].Amount.Amount != "500.00" {
		t.Fatalf("%+v", got)
	}
	if a := o.call(o.Paralegal, "POST", at+"/agreements", terms); a.status != 409 || a.refusal(t).Code != "agreement_live" {
		t.Errorf("a second one: %d %s", a.status, a.body)
	}
	o.good(o.Paralegal, 200, "POST", "/api/v1/agreements/"+got.ID+"/accept", `{"source":"correo del 2 de marzo"}`).into(t, &got)
	if got.State != "active" || got.DocumentID == "" {
		t.Fatalf("%+v", got)
	}
	if a := o.call(o.Paralegal, "POST", "/api/v1/agreements/"+got.ID+"/accept", `{"source":"otra vez"}`); a.status != 409 {
		t.Errorf("accepted twice: %d %s", a.status, a.body)
	}
	pay := `{"amount":{"amount":"1000.00","currency":"EUR"},"received_on":"2026-03-02","external_ref":"ERP/pago/1"}`
	o.good(o.KeyA, 201, "POST", at+"/payments", pay, "Idempotency-Key", "one")
	o.good(o.ClientAdminA, 200, "GET", "/api/v1/agreements/"+got.ID, "").into(t, &got)
	if got.State != "kept" || got.Open.Amount != "0.00" {
		t.Fatalf("%+v", got)
	}
	var one struct{ Stage, Outcome string }
	o.good(o.KeyA, 200, "GET", at, "").into(t, &one)
	if one.Stage != "closed" || one.Outcome != "settled" {
		t.Errorf("case %+v", one)
	}
	if a := o.call(o.KeyB, "GET", "/api/v1/agreements/"+got.ID, ""); a.status != 404 {
		t.Errorf("another client reads: %d %s", a.status, a.body)
	}
	o.verified(t)
}

func TestTheClientDecidesWhatIsBeyondTheMandateOverTheAPI(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	var got agreementAnswer
	o.good(o.Paralegal, 201, "POST", "/api/v1/cases/"+c.ID.String()+"/agreements",
		`{"kind":"full_with_discount","total":{"amount":"500.00","currency":"EUR"},"instalments":[{"due_on":"2026-03-10","amount":{"amount":"500.00","currency":"EUR"}}]}`).into(t, &got)
	type question struct {
		ID, Kind, About, State string
		Summary                map[string]string
	}
	var inbox struct{ Data []question }
	o.good(o.ClientAdminA, 200, "GET", "/api/v1/approvals", "").into(t, &inbox)
	if len(inbox.Data) != 1 || inbox.Data[0].About != got.ID || inbox.Data[0].Summary["total"] != "500.00" || got.State != "awaiting_client" {
		t.Fatalf("inbox %+v, agreement %+v", inbox, got)
	}
	asked := inbox.Data[0]
	inbox.Data = nil
	o.good(o.ClientAdminB, 200, "GET", "/api/v1/approvals", "").into(t, &inbox)
	if len(inbox.Data) != 0 {
		t.Errorf("another client's inbox: %+v", inbox)
	}
	grant := "/api/v1/approvals/" + asked.ID + "/grant"
	for who, status := range map[*evidence.Actor]int{&o.ClientAdminB: 404, &o.KeyA: 403, &o.Lawyer: 403} {
		if a := o.call(*who, "POST", grant, `{}`); a.status != status {
			t.Errorf("%s grants: %d %s", who.Role, a.status, a.body)
		}
	}
	var answer question
	o.good(o.ClientAdminA, 200, "POST", grant, `{"reason":"de acuerdo"}`, "Idempotency-Key", "g").into(t, &answer)
	o.good(o.ClientAdminA, 200, "POST", grant, `{"reason":"de acuerdo"}`, "Idempotency-Key", "g")
	if answer.State != "granted" {
		t.Errorf("%+v", answer)
	}
	if a := o.call(o.ClientAdminA, "POST", "/api/v1/approvals/"+asked.ID+"/refuse", `{"reason":"no"}`); a.status != 409 {
		t.Errorf("decided twice: %d %s", a.status, a.body)
	}
	o.good(o.Lawyer, 200, "POST", "/api/v1/agreements/"+got.ID+"/cancel", `{"reason":"sin respuesta"}`)
	o.verified(t)
}

func TestAListOfPaymentsTellsTheFateOfEachItem(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	var ref string
	if err := o.DB.Super.Get(&ref, `select external_ref from app.debts where case_id = $1`, c.ID); err != nil {
		t.Fatal(err)
	}
	item := func(key, debt, amount, on string) string {
		return fmt.Sprintf(`{"external_ref":%q,"debt_external_ref":%q,"amount":%q,"currency":"EUR","received_on":%q}`, key, debt, amount, on)
	}
	list := `{"items":[` + strings.Join([]string{item("p1", ref, "100.00", "2026-03-01"), item("p2", "no existe", "100.00", "2026-03-01"),
		item("p3", ref, "1e3", "2026-03-01"), item("p4", ref, "5.00", "2026-02-30"), item("", ref, "5.00", "2026-03-01"), item("p6", ref, "50.00", "2026-03-02")}, ",") + `]}`
	fates := func(key string) (all string) {
		var got struct {
			Items []struct {
				Status  string
				Reasons []struct{ Code string }
			}
		}
		o.good(o.KeyA, 200, "POST", "/api/v1/payments:batch", list, "Idempotency-Key", key).into(t, &got)
		for _, i := range got.Items {
			all += i.Status + " "
			if len(i.Reasons) > 0 {
				all += i.Reasons[0].Code + " "
			}
		}
		return all
	}
	refused := "rejected not_found rejected payment_amount rejected payment_date rejected external_ref_missing "
	if got := fates("b1"); got != "recorded "+refused+"recorded " {
		t.Errorf("first: %s", got)
	}
	if got := fates("b1"); got != "recorded "+refused+"recorded " {
		t.Errorf("the same key: %s", got)
	}
	if got := fates("b2"); got != "repeated "+refused+"repeated " {
		t.Errorf("another key: %s", got)
	}
	var page struct {
		Data []struct {
			Amount struct{ Amount string }
			Shares []struct{ Component string }
		}
	}
	o.good(o.ClientAdminA, 200, "GET", "/api/v1/cases/"+c.ID.String()+"/payments", "").into(t, &page)
	if len(page.Data) != 2 || page.Data[0].Amount.Amount != "50.00" || len(page.Data[1].Shares) == 0 {
		t.Errorf("%+v", page)
	}
	if a := o.call(o.KeyB, "GET", "/api/v1/cases/"+c.ID.String()+"/payments", ""); a.status != 404 {
		t.Errorf("another client: %d %s", a.status, a.body)
	}
	o.verified(t)
}

func TestARepeatedPaymentIsAnsweredUnderANewKey(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	at, pay := "/api/v1/cases/"+c.ID.String()+"/payments", `{"amount":{"amount":"10.00","currency":"EUR"},"received_on":"2026-03-02","external_ref":"x"}`
	var first, again struct {
		ID       string
		Repeated bool
	}
	o.good(o.KeyA, 201, "POST", at, pay, "Idempotency-Key", "a").into(t, &first)
	o.good(o.KeyA, 201, "POST", at, pay, "Idempotency-Key", "b").into(t, &again)
	o.good(o.KeyA, 201, "POST", at, pay, "Idempotency-Key", "b")
	if again.ID != first.ID || !again.Repeated || first.Repeated {
		t.Errorf("first %+v, again %+v", first, again)
	}
	if a := o.call(o.KeyA, "POST", at, pay); a.status != 400 {
		t.Errorf("money without a key: %d %s", a.status, a.body)
	}
	o.good(o.Finance, 200, "POST", "/api/v1/payments:known", `{"client_id":"`+o.ClientA.ID.String()+`","until":"2026-03-01"}`)
	o.good(o.Finance, 200, "POST", "/api/v1/payments/"+first.ID+"/return", `{"reason":"recibo devuelto"}`)
	if a := o.call(o.KeyA, "POST", "/api/v1/payments/"+first.ID+"/return", `{"reason":"recibo devuelto"}`); a.status != 403 {
		t.Errorf("a client returns: %d %s", a.status, a.body)
	}
	o.verified(t)
}
