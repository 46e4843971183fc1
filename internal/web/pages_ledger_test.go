package web_test

import (
	"regexp"
	"strings"
	"testing"

	"recobro/internal/documents"
	"recobro/internal/testfirm"
)

func TestTheMoneyOfACaseIsEnteredByPage(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{}, {Kind: "cheque", Regime: "bill", Number: "CH-7"}}})
	d, err := h.deps.Documents.Attach(t.Context(), h.Lawyer, c.ID, documents.Upload{Kind: documents.DeliveryProof, Name: "devuelto.pdf", MediaType: "application/pdf", Class: "open", Data: []byte("%PDF-1.4\n%%EOF")})
	if err != nil {
		t.Fatal(err)
	}
	at := "/cases/" + c.ID.String()
	tab, v := at+"?tab=money", h.as(t, h.Lawyer)
	send := func(form string, status int, fields ...string) sheet {
		t.Helper()
		page := v.get(tab)
		return v.post(at+form, append([]string{"operation", page.keyIn(t, at+form)}, fields...)...).says(t, status)
	}
	send("/costs", 303, "component", "cost", "amount", "60,50", "on", "2026-02-10", "borne_by", "undecided", "basis", "burofax")
	page := v.get(tab).says(t, 200, "Coste cargado", "Anticipados, no reclamados", "60,50", "burofax", "Anticipado, no reclamado")
	bearer := regexp.MustCompile(regexp.QuoteMeta(at) + `/entries/[0-9a-f-]{36}/bearer`).FindString(page.text)
	v.post(bearer, "operation", page.keyIn(t, bearer), "borne_by", "undecided", "basis", "x").says(t, 409, "ya lo soporta quien se indica")
	v.post(bearer, "operation", page.keyIn(t, bearer), "borne_by", "debtor", "basis", "decreto").says(t, 303)
	v.get(tab).says(t, 200, "No hay costes anticipados", "A cargo del deudor", "reclamados")
	send("/waivers", 422, "component", "principal", "amount", "9.999,00", "basis", "perdón").says(t, 422, "no supere lo pendiente", `value="9.999,00"`, `value="perdón"`, "<details open>")
	send("/waivers", 303, "component", "interest", "amount", "1,00", "basis", "perdón")
	page = v.get(tab).says(t, 200, "Condonado o fallido", "perdón")
	v.get(at).says(t, 200, "Condonado: 1,00", "Condonado o fallido: 1,00", "Coste: 60,50", "Anticipado, no reclamado. Burofax")
	back := regexp.MustCompile(regexp.QuoteMeta(at)+`/entries/[0-9a-f-]{36}/reverse`).FindAllString(page.text, -1)
	last := back[len(back)-1]
	v.post(last, "operation", page.keyIn(t, last), "reason", "por error").says(t, 303)
	v.get(tab).hides(t, "Condonado o fallido")
	cheque := regexp.MustCompile(`<option value="([0-9a-f-]{36})"[^>]*>CH-7`).FindStringSubmatch(page.text)
	if cheque == nil {
		t.Fatal("the cheque is not offered")
	}
	send("/presentation", 303, "debt_id", cheque[1], "on", "2026-02-01", "document_id", d.ID.String(), "surcharge", "1")
	v.get(tab).says(t, 200, "100,00", "Ley 19/1985, art. 149")
	send("/interest_terms", 422, "debt_id", cheque[1], "from_on", "2026-02-01", "regime", "agreed", "agreed_rate", "", "kind", "agreement", "basis", "cláusula 3").says(t, 422, "no corresponde al régimen")
	send("/interest_terms", 303, "debt_id", cheque[1], "from_on", "2026-02-01", "regime", "agreed", "agreed_rate", "5,5", "kind", "agreement", "basis", "cláusula 3")
	v.get(at+"/statement").says(t, 200, "5,50")
	v.get(at).says(t, 200, "<td>Pactado 5,50")
	send("/write_offs", 303, "component", "all", "basis", "concurso")
	v.get(tab).says(t, 200, "Fallido", "concurso")
	v.post("/language", "language", "en", "back", tab).says(t, 303)
	v.get(tab).says(t, 200, "Advanced, not claimed", "Waived or written off", "Charge a cost", "cheque presented and not paid")
}

func TestTheContactThatChileAsksForIsAskedOfItsConsumersAlone(t *testing.T) {
	h := openHouse(t)
	consumer, spanish := h.OpenCase(testfirm.Opts{Jurisdiction: "CL", Currency: "CLP", Person: true, Invoices: []testfirm.Invoice{{Principal: "1000000"}}}), h.OpenCase(testfirm.Opts{Person: true})
	v := h.as(t, h.Lawyer)
	v.get("/cases/"+consumer.ID.String()+"?tab=money").says(t, 200, `name="contacted"`)
	v.get("/cases/"+spanish.ID.String()+"?tab=money").says(t, 200, "/costs").hides(t, `name="contacted"`)
}

func TestWhoMayOnlyRecordCostsIsOfferedNothingElse(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	at := "/cases/" + c.ID.String()
	page := h.as(t, h.Paralegal).get(at+"?tab=money").says(t, 200, at+"/costs")
	for _, form := range []string{"/waivers", "/write_offs", "/interest_terms", "/reverse", "/bearer"} {
		if strings.Contains(page.text, form) {
			t.Errorf("a paralegal is offered %s", form)
		}
	}
	h.as(t, h.Paralegal).post(at+"/waivers", "component", "principal", "amount", "1", "basis", "x").says(t, 403)
	h.as(t, h.Finance).get(at+"?tab=money").says(t, 200, at+"/costs", at+"/write_offs").hides(t, at+"/interest_terms")
	h.as(t, h.ClientAdminA).get(at+"?tab=money").hides(t, at+"/costs", "/entries/")
	h.as(t, h.ClientAdminB).post(at+"/costs", "component", "cost").says(t, 404)
}
