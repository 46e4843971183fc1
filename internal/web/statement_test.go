package web_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/xuri/excelize/v2"

	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/testfirm"
)

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// stated is what the tests read of a statement.
type stated struct {
	Open  struct{ Amount, Currency string }
	Law   string
	Debts []struct {
		DebtID string `json:"debt_id"`
		Slices []struct {
			RateID  string `json:"rate_id"`
			Vouched bool
		}
	}
	Doubts []struct{ Code, ID, Detail string }
}

func (o *outside) stated(who evidence.Actor, at string) (s stated) {
	o.t.Helper()
	o.good(who, 200, "GET", at, "").into(o.t, &s)
	return s
}

func TestAStatementIsAnsweredInTheFormatAskedFor(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{}, {}}})
	base := "/api/v1/cases/" + c.ID.String() + "/statement"
	debt := o.stated(o.KeyA, base).Debts[0].DebtID
	for _, at := range []string{base, "/api/v1/debts/" + debt + "/statement", "/api/v1/accounts/" + c.AccountID.String() + "/statement"} {
		for accept, want := range map[string]string{"": "application/json", "*/*": "application/json", "application/pdf": "application/pdf", "text/csv": "text/csv", xlsx: xlsx,
			"application/pdf;q=0.5, text/csv": "text/csv", "text/html, text/*;q=0.9, */*;q=0.1": "text/csv", "application/json;q=0, application/*": "application/pdf"} {
			a := o.call(o.KeyA, "GET", at, "", "Accept", accept)
			if got := a.header.Get("Content-Type"); a.status != 200 || got != want {
				t.Errorf("%s %q: %d %s", at, accept, a.status, got)
			}
			if file := a.header.Get("Content-Disposition"); (want == "application/json") != (file == "") {
				t.Errorf("%s %q: disposition %q", at, accept, file)
			}
		}
		if a := o.call(o.KeyA, "GET", at, "", "Accept", "text/html"); a.status != 406 || a.refusal(t).Code != "format_not_offered" {
			t.Errorf("%s: %d %s", at, a.status, a.body)
		}
		for _, accept := range []string{"application/json", "application/pdf", xlsx, "text/csv"} {
			if a := o.call(o.KeyB, "GET", at, "", "Accept", accept); a.status != 404 || a.refusal(t).Code != "not_found" {
				t.Errorf("another client: %s %d", at, a.status)
			}
		}
	}
	open := o.stated(o.KeyA, base).Open.Amount
	pdf := o.good(o.KeyA, 200, "GET", base, "", "Accept", "application/pdf", "Accept-Language", "en")
	if words := testfirm.Words(t, pdf.body); !strings.Contains(words, "Statement of the debt") || !strings.Contains(strings.ReplaceAll(words, ",", ""), open) {
		t.Errorf("the paper does not say %s: %s", open, words)
	}
	book, err := excelize.OpenReader(bytes.NewReader(o.good(o.KeyA, 200, "GET", base, "", "Accept", xlsx).body))
	if err != nil {
		t.Fatal(err)
	}
	if sheets := book.GetSheetList(); len(sheets) != 5 || sheets[0] != "Resumen" {
		t.Errorf("sheets %v", sheets)
	}
	if a := o.call(o.KeyA, "GET", base+"?known_at=2999-01-01T00:00:00Z", ""); a.status != 422 || a.refusal(t).Code != "known_at_in_future" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestADemandIsSignedOverTheAPIOnceALawyerTickedItsRates(t *testing.T) {
	o := openFor(t, testfirm.Unticked(t))
	c := o.OpenCase(testfirm.Opts{})
	o.knowMoney(c)
	d := o.made(o.Paralegal, 201, "POST", "/cases/"+c.ID.String()+"/demands", `{}`)
	at := "/demands/" + d.ID
	o.made(o.Paralegal, 200, "POST", at+"/submit", `{}`)
	o.made(o.Lawyer, 200, "POST", at+"/approve", `{"note":"conforme"}`)
	refused := o.call(o.Lawyer, "POST", "/api/v1"+at+"/sign", "")
	p := refused.refusal(t)
	if refused.status != 409 || p.Code != "rates_unticked" || len(p.Errors) != 2 || p.Errors[0].Pointer != "es.statutory_commercial.2025-07-01" || !strings.Contains(p.Errors[1].Detail, "10,15 %") {
		t.Errorf("%d %s", refused.status, refused.body)
	}
	var facts []string
	for _, doubt := range o.stated(o.Lawyer, "/api/v1/cases/"+c.ID.String()+"/statement").Doubts {
		facts = append(facts, doubt.ID)
	}
	body, err := json.Marshal(map[string]any{"facts": facts})
	if err != nil {
		t.Fatal(err)
	}
	if a := o.call(o.Paralegal, "POST", "/api/v1/law/tick", string(body)); a.status != 403 {
		t.Errorf("a paralegal ticked: %d %s", a.status, a.body)
	}
	o.good(o.Lawyer2, 200, "POST", "/api/v1/law/tick", string(body))
	if s := o.stated(o.Lawyer, "/api/v1/cases/"+c.ID.String()+"/statement"); len(s.Doubts) != 0 || !s.Debts[0].Slices[0].Vouched {
		t.Errorf("still doubtful: %+v", s)
	}
	if signed := o.made(o.Lawyer, 200, "POST", at+"/sign", ""); signed.State != "issued" {
		t.Errorf("%+v", signed)
	}
}

func TestAnAgreementIsAcceptedOnceItsRatesAreTicked(t *testing.T) {
	o := openFor(t, testfirm.Unticked(t))
	c := o.OpenCase(testfirm.Opts{})
	o.knowMoney(c)
	owed := o.stated(o.Lawyer, "/api/v1/cases/"+c.ID.String()+"/statement")
	a := o.made(o.Lawyer, 201, "POST", "/cases/"+c.ID.String()+"/agreements", `{"kind":"instalments","total":{"amount":"`+owed.Open.Amount+`","currency":"EUR"},"count":2,"first_due_on":"2026-04-01"}`)
	accept := `{"source":"correo del 2 de marzo"}`
	if got := o.call(o.Lawyer, "POST", "/api/v1/agreements/"+a.ID+"/accept", accept); got.status != 409 || got.refusal(t).Code != "rates_unticked" {
		t.Errorf("%d %s", got.status, got.body)
	}
	o.good(o.Lawyer2, 200, "POST", "/api/v1/law/tick", `{"facts":["es.statutory_commercial.2025-07-01","es.statutory_commercial.2026-01-01"]}`)
	o.made(o.Lawyer, 200, "POST", "/agreements/"+a.ID+"/accept", accept)
}

func TestALawyerTicksRatesOnTheStatementAndThenTheDemandIsSigned(t *testing.T) {
	h := openHouseFor(t, testfirm.Unticked(t))
	c := h.OpenCase(testfirm.Opts{})
	at := "/cases/" + c.ID.String() + "/statement"
	h.known(t, c)
	h.as(t, h.Paralegal).get(at).says(t, 200, "Fuente secundaria: falta visto", "Un abogado ha de darles el visto").hides(t, `action="/rates/tick"`)
	demand := h.approvedDemand(t, c)
	lawyer := h.as(t, h.Lawyer2)
	page := lawyer.get(demand).says(t, 200, "Sin el visto de los tipos no se firma: faltan 2.", "Dar el visto a 2 tipos").hides(t, demand+"/sign")
	if got := lawyer.post(demand+"/sign", "operation", uuid.NewString()); got.status != 409 {
		t.Errorf("signed without the tick: %d", got.status)
	}
	fields := []string{"operation", page.keyIn(t, "/rates/tick"), "back", demand}
	for _, m := range regexp.MustCompile(`name="fact" value="([^"]+)"`).FindAllStringSubmatch(page.text, -1) {
		fields = append(fields, "fact", m[1])
	}
	if to := lawyer.post("/rates/tick", fields...).says(t, 303).header.Get("Location"); to != demand {
		t.Errorf("leads to %s", to)
	}
	signing := lawyer.get(demand).says(t, 200, "Visto anotado.").hides(t, "Sin el visto")
	lawyer.post(demand+"/sign", "operation", signing.keyIn(t, demand+"/sign")).says(t, 303)
	lawyer.get(at).says(t, 200, "Visto", "Gadea Pradeira, 02/03/2026").hides(t, "falta visto")
	h.as(t, h.ClientAdminA).get(at).says(t, 200, "Visto").hides(t, "Gadea Pradeira")
}

func TestTheStatementPageExplainsPaymentsRatesAndEachDayInBothLanguages(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{}, {}}})
	v, finance := h.as(t, h.Paralegal), h.as(t, h.Finance)
	caseAt := "/cases/" + c.ID.String()
	finance.post(caseAt+"/payments", "operation", finance.get(caseAt).keyIn(t, caseAt+"/payments"), "source", "bank", "amount", "300", "received_on", "2026-02-10").says(t, 303)
	h.Clock.AddDays(1)
	at := caseAt + "/statement"
	page := v.get(at).says(t, 200, "Cómo se aplicó el cobro de 300,00", "10/02/2026", "CC", "BOE-A-2025-13217", "BOE-A-2025-27201", "Ley 3/2004", "Normativa ES", "Ver día a día", "Costes y quién los soporta", "A cargo del deudor")
	page.hides(t, "Devengado acumulado")
	v.get(at+"?daily=1").says(t, 200, "Día a día", "noviembre", "Empieza a devengar Factura", "Cobro de 300,00", "0,5562", "Tipo del 10,15")
	for _, m := range regexp.MustCompile(`href="([^"]+/statement(?:/[a-z]+)?\?[^"]+)"`).FindAllStringSubmatch(page.text, -1) {
		link, err := url.Parse(strings.ReplaceAll(m[1], "&amp;", "&"))
		if err != nil || link.Query().Get("as_of") != h.Clock.Today().String() {
			t.Errorf("%s asks for no day (%v)", m[1], err)
		}
		if got := v.get(link.String()); got.status != 200 {
			t.Errorf("%s answers %d", m[1], got.status)
		}
	}
	v.get("/accounts/"+c.AccountID.String()+"/statement?currency=EUR").says(t, 200, "Todos los expedientes del deudor")
	english := h.as(t, h.Paralegal)
	english.post("/language", "language", "en", "back", at).says(t, 303)
	english.get(at+"?daily=1").says(t, 200, "How the payment of €300.00", "Published in", "Day by day", "Invoice", "begins to earn", "0.5562", "Ticked")
	for path, status := range map[string]int{"?known_at=ayer": 422, "?known_at=2999-01-01T00:00:00Z": 422, "?as_of=2026-02-01&daily=1": 200, "/exe": 404} {
		v.get(at+path).says(t, status)
	}
	for _, path := range []string{at, "/debts/" + h.debtOf(t, c) + "/statement", "/accounts/" + c.AccountID.String() + "/statement", at + "/pdf"} {
		h.as(t, h.ClientAdminB).get(path).says(t, 404)
	}
}

// debtOf is the first debt of a case.
func (h *house) debtOf(t *testing.T, c *cases.Case) string {
	t.Helper()
	found := regexp.MustCompile(`/debts/([0-9a-f-]{36})/statement`).FindStringSubmatch(h.as(t, h.Lawyer).get("/cases/" + c.ID.String() + "/statement").text)
	if found == nil {
		t.Fatal("the statement names no debt")
	}
	return found[1]
}

// approvedDemand takes a case to a demand that waits for its signature, and answers its address.
func (h *house) approvedDemand(t *testing.T, c *cases.Case) string {
	t.Helper()
	at, drafter, reviewer := "/cases/"+c.ID.String(), h.as(t, h.Paralegal), h.as(t, h.Lawyer2)
	demand := drafter.post(at+"/demands", "operation", drafter.get(at).keyIn(t, at+"/demands")).says(t, 303).header.Get("Location")
	drafter.post(demand+"/submit", "operation", drafter.get(demand).keyIn(t, demand+"/submit")).says(t, 303)
	reviewer.post(demand+"/approve", "operation", reviewer.get(demand).keyIn(t, demand+"/approve"), "note", "Conforme").says(t, 303)
	return demand
}

func TestAStatementIsOfADebtACaseOrADebtor(t *testing.T) {
	o := open(t)
	debtor := o.Debtor("ES", false)
	c := o.OpenCase(testfirm.Opts{Debtor: &debtor, Invoices: []testfirm.Invoice{{Principal: "100.00"}, {Principal: "200.00"}}})
	other := o.OpenCase(testfirm.Opts{Debtor: &debtor, Invoices: []testfirm.Invoice{{Principal: "400.00"}}})
	type sums struct {
		Debts []struct {
			DebtID string `json:"debt_id"`
		}
		Totals []struct {
			Component string
			Open      struct{ Amount string }
		}
	}
	var whole, one, all sums
	o.good(o.KeyA, 200, "GET", "/api/v1/cases/"+c.ID.String()+"/statement", "").into(t, &whole)
	o.good(o.KeyA, 200, "GET", "/api/v1/debts/"+whole.Debts[1].DebtID+"/statement", "").into(t, &one)
	o.good(o.KeyA, 200, "GET", "/api/v1/accounts/"+other.AccountID.String()+"/statement", "").into(t, &all)
	if got := whole.Totals[0].Open.Amount + " " + one.Totals[0].Open.Amount + " " + all.Totals[0].Open.Amount; got != "300.00 200.00 700.00" || len(one.Debts) != 1 {
		t.Errorf("principals of the case, the debt and the debtor: %s", got)
	}
}
