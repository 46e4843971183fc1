package web_test

import (
	"fmt"
	"strings"
	"testing"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/testfirm"
)

// limited is a house with an old debt, its case's address under the API, and a paper that can prove something.
func limited(t *testing.T) (o *outside, at, paper string, c *cases.Case) {
	t.Helper()
	o = open(t)
	law, err := o.Law.Confirm("es.limitation_restart")
	if err != nil {
		t.Fatal(err)
	}
	o.server.Law, o.server.Cases.Law = law, law
	c = o.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{DueOn: day.Of(2021, 5, 10)}}})
	d, err := o.server.Documents.Attach(t.Context(), o.Lawyer, c.ID, documents.Upload{Kind: documents.DeliveryProof, Name: "acuse.pdf", MediaType: "application/pdf", Class: "open", Data: []byte("%PDF-1.4\n%%EOF")})
	if err != nil {
		t.Fatal(err)
	}
	return o, "/api/v1/cases/" + c.ID.String() + "/limitation", d.ID.String(), c
}

func TestTheLimitationOfACaseIsExplainedAndMovedByAFactOverTheAPI(t *testing.T) {
	o, at, paper, _ := limited(t)
	before := o.call(o.Lawyer, "GET", at, "")
	if before.status != 200 || !strings.Contains(string(before.body), `"last_on":"2026-05-10"`) || !strings.Contains(string(before.body), "CC, art. 1964.2") {
		t.Fatalf("%d %s", before.status, string(before.body))
	}
	body := fmt.Sprintf(`{"act":"letter","from_on":"2025-11-01","received_on":"2025-11-03","grade":4,"document_id":%q,"note":"Burofax"}`, paper)
	if a := o.call(o.ClientAdminA, "POST", at+"/facts", body, "Idempotency-Key", "f-0"); a.status != 404 {
		t.Errorf("a client recorded a fact: %d", a.status)
	}
	made := o.call(o.Paralegal, "POST", at+"/facts", body, "Idempotency-Key", "f-1")
	if made.status != 201 || !strings.Contains(string(made.body), `"act":"letter"`) {
		t.Fatalf("%d %s", made.status, string(made.body))
	}
	after := o.call(o.Lawyer, "GET", at, "")
	for _, want := range []string{`"last_on":"2030-11-03"`, `"effect":"interrupts"`, "944", `"reversed":false`} {
		if !strings.Contains(string(after.body), want) {
			t.Errorf("without %s: %s", want, string(after.body))
		}
	}
	id := strings.Split(strings.SplitN(string(made.body), `"id":"`, 2)[1], `"`)[0]
	back := o.call(o.Lawyer, "POST", "/api/v1/limitation_facts/"+id+"/reverse", `{"reason":"otra deuda"}`, "Idempotency-Key", "f-2")
	if back.status != 200 || !strings.Contains(string(back.body), `"reversed":true`) {
		t.Errorf("%d %s", back.status, string(back.body))
	}
	if a := o.call(o.Lawyer, "GET", at, ""); !strings.Contains(string(a.body), `"last_on":"2026-05-10"`) {
		t.Errorf("after taking it back: %s", string(a.body))
	}
}

func TestALawyerSetsTheLawOfATermOverTheAPI(t *testing.T) {
	o, at, _, c := limited(t)
	sheet, err := o.server.Cases.Limitation(t.Context(), o.Lawyer, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"debt_id":%q,"kind":"services","region":"CT","reason":"derecho catalán"}`, sheet.Debts[0].ID)
	if a := o.call(o.Paralegal, "POST", at+"/law", body, "Idempotency-Key", "l-1"); a.status != 403 {
		t.Errorf("a paralegal set it: %d", a.status)
	}
	if a := o.call(o.Lawyer, "POST", at+"/law", body, "Idempotency-Key", "l-2"); a.status != 200 || !strings.Contains(string(a.body), `"limitation_on":"2024-05-10"`) {
		t.Errorf("%d %s\n%s", a.status, string(a.body), o.log)
	}
	if a := o.call(o.Lawyer, "GET", at, ""); !strings.Contains(string(a.body), `"passed":true`) {
		t.Errorf("%s", string(a.body))
	}
}

func TestTheCasePageShowsHowTheLastDayComesAboutAndTakesAFact(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{DueOn: day.Of(2021, 1, 10)}}})
	d, err := h.deps.Documents.Attach(t.Context(), h.Lawyer, c.ID, documents.Upload{Kind: documents.DeliveryProof, Name: "acuse.pdf", MediaType: "application/pdf", Class: "open", Data: []byte("%PDF-1.4\n%%EOF")})
	if err != nil {
		t.Fatal(err)
	}
	at := "/cases/" + c.ID.String()
	page := h.as(t, h.Paralegal).get(at+"?tab=limitation").says(t, 200, "Prescribió el 10/01/2026", "t-danger", "5 años desde el 10/01/2021", "CC, art. 1964.2", "acuse.pdf")
	if strings.Contains(page.text, at+"/limitation/law") {
		t.Error("a paralegal is offered the law of the term")
	}
	h.as(t, h.Paralegal).post(at+"/limitation/facts", "operation", page.keyIn(t, at+"/limitation/facts"), "act", "letter", "from_on", "2025-11-01", "received_on", "2025-11-03", "grade", "4",
		"document_id", d.ID.String(), "note", "Burofax").says(t, 303)
	v := h.as(t, h.Lawyer)
	page = v.get(at+"?tab=limitation").says(t, 200, "no está verificada", "prescribe el 03/11/2030", "es.limitation_restart", at+"/limitation/law", "Burofax")
	from := strings.Index(page.text, at+"/limitation/facts/")
	back := page.text[from : from+len(at+"/limitation/facts/")+36+len("/reverse")]
	v.post(back, "operation", page.keyIn(t, back), "reason", "duplicada").says(t, 303)
	v.get(at+"?tab=limitation").says(t, 200, "Anulado")
	h.as(t, h.Paralegal).post(at+"/limitation/facts", "operation", page.keyIn(t, at+"/limitation/facts"), "act", "letter", "from_on", "2025-11-05", "received_on", "2025-11-03", "document_id", d.ID.String()).says(t, 422, "van en desorden")
}

func TestTheQueueAndTheListShowWhatPrescribesSoon(t *testing.T) {
	h := openHouse(t)
	c, far := h.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{DueOn: day.Of(2021, 3, 10)}}}), h.OpenCase(testfirm.Opts{})
	if n, err := h.deps.Cases.LimitationAlarms(t.Context(), h.Job, h.Clock.Today(), 10); err != nil || n != 1 {
		t.Fatalf("%d, %v", n, err)
	}
	v := h.as(t, h.Lawyer)
	v.get("/queue").says(t, 200, "Prescripción: último aviso", "Prescribe 10/03/2026", "/cases/"+c.ID.String()+"?tab=limitation#sections")
	list := v.get("/cases?prescribes=180").says(t, 200, c.Number, "10/03/2026", "Prescriben en (días)")
	if strings.Contains(list.text, far.Number) {
		t.Error("a case that prescribes in years is on the list")
	}
	h.as(t, h.ClientAdminA).get("/cases?prescribes=180").says(t, 200, far.Number)
}
