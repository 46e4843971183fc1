package web_test

import (
	"strings"
	"testing"

	"recobro/internal/testfirm"
)

func TestARefusedFormKeepsWhatWasTypedAndSaysWhatIsWrong(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	at := "/cases/" + c.ID.String()
	v := h.as(t, h.Paralegal)
	got := v.post(at+"/promises", "operation", v.get(at).keyIn(t, at+"/promises"), "amount", "3.480.00", "due_on", "2026-03-20")
	got.says(t, 422, "El importe no es válido", `value="3.480.00"`, `value="2026-03-20"`, "<details open>", `role="alert"`, "3.480,00")
	v.post(at+"/holds", "operation", got.keyIn(t, at+"/holds"), "scope", "contact", "reason", "").says(t, 422, "Escriba el motivo")
}

func TestAFormSentTwiceDoesItsWorkOnce(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	at := "/cases/" + c.ID.String()
	v := h.as(t, h.Paralegal)
	key := v.get(at).keyIn(t, at+"/promises")
	for range 2 {
		got := v.post(at+"/promises", "operation", key, "amount", "250,00", "due_on", "2026-03-20").says(t, 303)
		if to := got.header.Get("Location"); !strings.HasPrefix(to, at) {
			t.Fatalf("leads to %s", to)
		}
	}
	page := v.get(at+"?tab=promises").says(t, 200, "Compromiso anotado", "250,00", "Sin juzgar")
	if n := strings.Count(page.text, "Compromiso de 250,00"); n != 1 {
		t.Errorf("the promise stands %d times", n)
	}
	v.get(at+"?tab=promises").hides(t, "Compromiso anotado")
	v.post(at+"/promises", "operation", key, "amount", "999,00", "due_on", "2026-03-20").says(t, 422)
}

func TestTheCasePageLogsWhatItsFormsDo(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	at := "/cases/" + c.ID.String()
	v := h.as(t, h.Paralegal)
	send := func(form string, fields ...string) {
		t.Helper()
		v.post(at+form, append([]string{"operation", v.get(at).keyIn(t, at+form)}, fields...)...).says(t, 303)
	}
	send("/interactions", "kind", "call", "text", "Pide el albarán <b>de marzo</b>")
	send("/holds", "scope", "contact", "reason", "Pide solo correo", "until_on", "2026-04-01")
	send("/disputes", "amount", "100,5", "reason", "Falta una caja")
	page := v.get(at).says(t, 200, "Llamada", "Pide el albarán &lt;b&gt;de marzo&lt;/b&gt;", "declarado por una persona", "Retención puesta: Solo el contacto", "Pide solo correo", "01/04/2026",
		"Disputa de 100,50", "por Bruno Castrelo")
	page.hides(t, "<b>de marzo</b>")
	english := h.as(t, h.Paralegal)
	english.post("/language", "language", "en", "back", at).says(t, 303)
	english.get(at).says(t, 200, `<html lang="en">`, "Hold placed: Contact only", "Dispute over €100.50", "declared by a person", "1 Apr 2026", "Record and act")
}

func TestADemandGoesFromDraftToSignatureThroughFourEyes(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	at := "/cases/" + c.ID.String()
	drafter, reviewer := h.as(t, h.Paralegal), h.as(t, h.Lawyer2)
	made := drafter.post(at+"/demands", "operation", drafter.get(at).keyIn(t, at+"/demands")).says(t, 303)
	demand := made.header.Get("Location")
	draft := drafter.get(demand).says(t, 200, "Borrador", "Contenido exigido", "Cuatro ojos", "LEC, art. 395.1", "Bruno Castrelo").hides(t, demand+"/sign", demand+"/approve")
	if pdf := drafter.get(demand + "/preview"); pdf.status != 200 || !strings.HasPrefix(pdf.text, "%PDF") || pdf.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("the preview is %d %s", pdf.status, pdf.header.Get("Content-Type"))
	}
	drafter.post(demand+"/submit", "operation", draft.keyIn(t, demand+"/submit")).says(t, 303)
	review := reviewer.get(demand).says(t, 200, "En revisión", "Aprobar", "Devolver")
	reviewer.post(demand+"/approve", "operation", review.keyIn(t, demand+"/approve"), "note", "Conforme").says(t, 303)
	signing := reviewer.get(demand).says(t, 200, "Aprobado", "Firmar y emitir", "Requerimiento aprobado", "Conforme")
	signed := reviewer.post(demand+"/sign", "operation", signing.keyIn(t, demand+"/sign"))
	if signed.status == 303 {
		t.Fatal("signed though the money of the account is not known up to any day")
	}
	signed.says(t, 409, "Aún no se conocen los cobros")
}

func TestTheStatementIsComputedOnAnyDay(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	v := h.as(t, h.Lawyer)
	at := "/cases/" + c.ID.String() + "/statement"
	v.get(at).says(t, 200, "Liquidación de la deuda a 02/03/2026", "Principal", "10,15", "1.000,00", "Ley 3/2004")
	v.get(at+"?as_of=2025-12-28").says(t, 200, "28/12/2025", "29/11/2025")
	v.get(at+"?as_of=mañana").says(t, 422)
	v.get(at+"?as_of=2199-01-01").says(t, 422)
}

func TestErrorPagesSayWhatToDo(t *testing.T) {
	h := openHouse(t)
	v := h.as(t, h.Lawyer)
	v.get("/cases/01890000-0000-7000-8000-000000000001").says(t, 404, "No está aquí", "Ir al inicio")
	v.get("/nowhere").says(t, 404)
	h.as(t, h.Finance).get("/queue").says(t, 404)
	v.get("/cases?cursor=bad").says(t, 422, "Hay algo que corregir")
}
