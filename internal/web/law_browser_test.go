package web_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"recobro/internal/evidence"
	"recobro/internal/gazette"
	"recobro/internal/law"
	"recobro/internal/testfirm"
)

// unnamed lists what a screen reader could not name, ids that stand twice, and pages without exactly one h1.
const unnamed = `[
	...[...document.querySelectorAll("#main input:not([type=hidden]), #main select, #main textarea")].filter(e => !(e.labels && e.labels.length) && !e.getAttribute("aria-label")).map(e => "no name: " + e.outerHTML.slice(0, 80)),
	...[...document.querySelectorAll("#main a, #main button")].filter(e => !e.textContent.trim() && !e.getAttribute("aria-label")).map(e => "no text: " + e.outerHTML.slice(0, 80)),
	...[...document.querySelectorAll("[id]")].filter((e, i, all) => all.findIndex(o => o.id === e.id) !== i).map(e => "twice: #" + e.id),
	...[...document.querySelectorAll("[aria-labelledby]")].filter(e => !document.getElementById(e.getAttribute("aria-labelledby"))).map(e => "points nowhere: " + e.getAttribute("aria-labelledby")),
	...(document.querySelectorAll("h1").length === 1 ? [] : ["not one h1"]),
].join("\n")`

func TestThePagesOfTheLawWearTheDesignWithoutAConsoleError(t *testing.T) {
	h := openHouseFor(t, testfirm.Unticked(t))
	ctx := h.browser(t)
	visit := func(who evidence.Actor, name, path string) {
		t.Helper()
		do(t, ctx, chromedp.Navigate(h.url+"/assets/mark.svg"), cookie(string(who.Token), h.url), chromedp.Navigate(h.url+path), chromedp.WaitVisible("#main h1"))
		shot(t, ctx, name)
		if found := read(t, ctx, chromedp.Evaluate[string](unnamed)); found != "" {
			t.Errorf("%s:\n%s", path, found)
		}
	}
	paths := map[string]string{"law": "/law", "law-rates": "/law/ES", "law-ticks": "/law/ES?tab=facts&awaits=tick", "law-holidays": "/law/ES?tab=holidays&year=2026&region=ES-MD&town=Madrid",
		"law-units": "/law/CL?tab=units", "law-settings": "/law/ES?tab=settings", "law-changes": "/law/ES?tab=changes", "law-factors": "/law/PE",
		"calc-interest":   "/law/calculator?ask=interest&jurisdiction=ES&regime=statutory_commercial&principal=1.234,50&after=2025-12-31&until=2026-12-31",
		"calc-deadline":   "/law/calculator?ask=deadline&jurisdiction=ES&rule=payment_requirement&trigger=2026-05-04&region=ES-MD&town=Madrid",
		"calc-limitation": "/law/calculator?ask=limitation&jurisdiction=ES&claim=general&due=2021-01-15&act=letter&from=2024-02-01&received=2024-02-03&to=&grade=4",
		"calc-contact":    "/law/calculator?ask=contact&jurisdiction=CO&channel=phone&consumer=1&on=2026-03-01&hour=10:00", "calc-identifier": "/law/calculator?ask=identifier&jurisdiction=ES&id=b-65410011"}
	for name, path := range paths {
		visit(h.Lawyer, name, path)
	}
	visit(h.Finance, "law-next", "/law/ES?tab=rates&next=statutory_commercial&from=2027-01-01&to=2027-06-30")
	do(t, ctx, chromedp.EmulateViewport(390, 844))
	for name, path := range paths {
		visit(h.Lawyer, "phone-"+name, path)
		if wide := read(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth`)); wide > 390 {
			t.Errorf("%s is %d pixels wide on a phone of 390, because of %s", path, wide, read(t, ctx, chromedp.Evaluate[string](widest)))
		}
	}
}

func TestALawyerTicksOneRateWhereItStandsAndThenAllThatAreShown(t *testing.T) {
	h := openHouseFor(t, testfirm.Unticked(t))
	v := h.as(t, h.Lawyer)
	page := v.get("/law/ES").says(t, 200, "esperan el visto de un letrado", "Dar el visto", `href="https://www.boe.es/buscar/doc.php?id=BOE-A-2026-14327"`)
	h.as(t, h.Paralegal).get("/law/ES").says(t, 200, "esperan el visto de un letrado").hides(t, "Dar el visto")
	newest := "es.statutory_commercial.2026-07-01"
	button := `name="fact" value="` + newest + `"`
	page.says(t, 200, button)
	v.post("/law/ES/vouch", "operation", page.keyIn(t, "/law/ES/vouch"), "word", "tick", "tab", "rates", "fact", newest).says(t, 303)
	v.get("/law/ES").says(t, 200, "Contrastado").hides(t, button)
	list := v.get("/law/ES?tab=facts&awaits=tick").says(t, 200, "Responder de los", "10,15").hides(t, newest)
	fields := []string{"operation", list.keyIn(t, "/law/ES/vouch"), "word", "tick", "all", "1"}
	for _, part := range strings.Split(list.text, `name="shown" value="`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		fields = append(fields, "shown", id)
	}
	if at := v.post("/law/ES/vouch", fields...).says(t, 303).header.Get("Location"); !strings.Contains(at, "awaits=tick") {
		t.Errorf("after ticking the list the browser goes to %s", at)
	}
	v.get("/law/ES").hides(t, button, "es.statutory_commercial.2026-01-01")
}

func TestFactsAreReadByTheFiftyAndByHowTheyWereRead(t *testing.T) {
	h := openHouse(t)
	v := h.as(t, h.DPO)
	first := v.get("/law/ES?tab=facts").says(t, 200, "1 a 50 de", "Siguientes").hides(t, "Anteriores")
	if n := strings.Count(first.text, `<span class="main rc-break">`) + strings.Count(first.text, `<span class="sub rc-break">`); n != 50 {
		t.Errorf("%d facts on a page", n)
	}
	v.get("/law/ES?tab=facts&from=51").says(t, 200, "51 a 100 de", "Anteriores")
	v.get("/law/ES?tab=facts&from=999999").says(t, 200, "Anteriores").hides(t, "Siguientes")
	v.get("/law/ES?tab=facts&from=-4&sure=computed").says(t, 200, "Calculado</span>").hides(t, "Fuente secundaria</span>")
	v.get("/law/ES?tab=facts&q=nosuchword").says(t, 200, "Ningún dato responde")
	v.get("/law/ES?tab=facts").hides(t, "Proponer<")
}

func TestTheFormOfTheNextPeriodComesFilledIn(t *testing.T) {
	h := openHouse(t)
	h.as(t, h.Finance).get("/law/ES").says(t, 200, "next=statutory_commercial", "from=2027-01-01", "to=2027-06-30")
	h.as(t, h.Finance).get("/law/ES?tab=rates&next=statutory_commercial&from=2027-01-01&to=2027-06-30").says(t, 200, "<details open>", `value="2027-01-01"`, `value="2027-06-30"`)
	h.as(t, h.Paralegal).get("/law/ES").hides(t, "next=statutory_commercial")
}

func TestTheCalculatorAnswersLimitationContactAndIdentifiers(t *testing.T) {
	h := openHouse(t)
	v := h.as(t, h.Paralegal)
	ask := func(query string, status int, says ...string) {
		t.Helper()
		v.get("/law/calculator?"+query).says(t, status, says...)
	}
	ask("kind=limitation", 200, "Prescripción", "Hecho 3", "Sin preguntar nada")
	moved := "ask=limitation&jurisdiction=ES&claim=general&due=2021-01-15&act=letter&from=2024-02-01&received=2024-02-03&grade=4&act=&from="
	ask(moved, 200, "CC, art. 1964.2", "15/01/2026", "No cuenta: Reclamación escrita")
	spain, err := h.Law.Pack("ES")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&gazette.Desk{Log: h.Log, Law: h.Law}).Confirm(t.Context(), h.Lawyer, gazette.Awaiting(spain, law.ChangeConfirm), "leído en el BOE"); err != nil {
		t.Fatal(err)
	}
	ask(moved, 200, "CC, art. 1973", "03/02/2029")
	ask("ask=limitation&jurisdiction=ES&claim=general&due=2021-01-15&act=letter&from=2024-02-01", 200, "15/01/2026", "Reclamación escrita")
	ask("ask=limitation&jurisdiction=ES&claim=general&due=", 422, "La fecha no es válida")
	ask("ask=limitation&jurisdiction=ES&claim=general&due=2021-01-15&act=moon&from=2024-02-01", 422, "La fecha no es válida")
	ask("ask=contact&jurisdiction=CO&channel=phone&consumer=1&on=2026-03-01&hour=10:00", 200, "No permitido", "Ley 2300", "Se puede desde el 02/03/2026")
	ask("ask=contact&jurisdiction=CO&channel=phone&consumer=1&on=2026-03-03&hour=10:00", 200, "Permitido")
	ask("ask=contact&jurisdiction=CO&channel=phone&consumer=1&on=2026-03-03&hour=16:00&past_channel=phone&past_on=2026-03-03&past_hour=10:00&past_missed=no", 200, "No permitido", "Ley 2300")
	ask("ask=contact&jurisdiction=CO&channel=phone&on=2026-03-03&hour=ten", 422, "La hora no es válida")
	ask("ask=identifier&jurisdiction=ES&id=b-65410011", 200, "B65410011", "Persona jurídica", "Correcto")
	ask("ask=identifier&jurisdiction=ES&id=B65410012", 422, `role="alert"`)
	ask("ask=identifier&jurisdiction=ES&account=ES91+2100+0418+4502+0005+1332", 200, "ES9121000418450200051332", "Cuenta bancaria")
	ask("ask=identifier&jurisdiction=ES&account=ES92+2100+0418+4502+0005+1332", 422, `role="alert"`)
	ask("ask=identifier&jurisdiction=ES", 422, `role="alert"`)
	v.post("/language", "language", "en", "back", "/law/calculator").says(t, 303)
	ask("ask=contact&jurisdiction=CO&channel=phone&consumer=1&on=2026-03-01&hour=10:00", 200, "Not allowed")
	for _, kind := range []string{"interest", "deadline", "limitation", "contact", "identifier"} {
		h.as(t, h.ClientAdminA).get("/law/calculator?kind="+kind).says(t, 404)
	}
}
