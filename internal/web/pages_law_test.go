package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/testfirm"
)

// rateFields are what a person types to propose a half-year's rate.
func rateFields(key, pct string) []string {
	return []string{"operation", key, "kind", "rate", "regime", "statutory_commercial", "from", "2027-01-01", "to", "2027-06-30", "pct", pct, "source", "BOE", "publication", "BOE-A-2026-99999",
		"confidence", "read_law"}
}

func TestARateIsProposedAndApprovedByPageWithoutScript(t *testing.T) {
	h := openHouse(t)
	finance, lawyer := h.as(t, h.Finance), h.as(t, h.Lawyer)
	page := finance.get("/law/ES").says(t, 200, "España", "Demora comercial", "10,40", "BOE-A-2026-14327", `role="img"`, "Proponer un tipo")
	refused := finance.post("/law/ES/changes", rateFields(page.keyIn(t, "/law/ES/changes"), "diez")...)
	refused.says(t, 422, "La cifra no es válida", `value="diez"`, `value="BOE-A-2026-99999"`, "<details open>")
	sent := finance.post("/law/ES/changes", rateFields(refused.keyIn(t, "/law/ES/changes"), "10,25")...).says(t, 303)
	at, _, _ := strings.Cut(sent.header.Get("Location"), "#")
	finance.get(at).says(t, 200, "Propuesta enviada", "10,25", "Telmo Arizcuren", "Es suya: la aprueba otra persona", "Retirar").hides(t, "/approve", "/reject")
	h.as(t, h.Paralegal).get(at).says(t, 200, "10,25").hides(t, "/approve", "/reject", "/withdraw", "Proponer un tipo")
	waiting := lawyer.get(at).says(t, 200, "Aprobar", "Rechazar")
	approve := waiting.action(t, "/approve")
	lawyer.post(approve, "operation", waiting.keyIn(t, approve)).says(t, 303)
	lawyer.get(at).says(t, 200, "Cambio aprobado y en vigor", "Irene Valdelomar", "Aprobado")
	lawyer.get("/law/ES").says(t, 200, "10,25", "01/01/2027", "30/06/2027")
	lawyer.get("/law").says(t, 200, "tipo de interés", "Irene Valdelomar")
}

// action finds the address of a form of the page by its end.
func (s sheet) action(t *testing.T, end string) string {
	t.Helper()
	for _, part := range strings.Split(s.text, `action="`)[1:] {
		if at, _, _ := strings.Cut(part, `"`); strings.HasSuffix(at, end) {
			return at
		}
	}
	t.Fatalf("no form that ends with %s", end)
	return ""
}

func TestTheProposerHasNoButtonAndIsRefusedAnyway(t *testing.T) {
	h := openHouse(t)
	lawyer, other := h.as(t, h.Lawyer), h.as(t, h.Lawyer2)
	page := lawyer.get("/law/ES")
	sent := lawyer.post("/law/ES/changes", rateFields(page.keyIn(t, "/law/ES/changes"), "10.25")...).says(t, 303)
	at, _, _ := strings.Cut(sent.header.Get("Location"), "#")
	lawyer.get(at).hides(t, "/approve")
	seen := other.get(at)
	approve := seen.action(t, "/approve")
	lawyer.post(approve, "operation", seen.keyIn(t, approve)).says(t, 403, "Quien propone no aprueba")
	reject := seen.action(t, "/reject")
	other.post(reject, "operation", seen.keyIn(t, reject), "reason", "El BOE dice otra cosa").says(t, 303)
	lawyer.get(at).says(t, 200, "Rechazado", "El BOE dice otra cosa")
	other.post(approve, "operation", seen.keyIn(t, approve)).says(t, 409, "ya está resuelta")
}

func TestALawyerVouchesForChosenFactsByPage(t *testing.T) {
	h := openHouse(t)
	h.as(t, h.Paralegal).get("/law/ES?tab=facts&awaits=confirm").says(t, 200, "Sin verificar").hides(t, "Responder de los elegidos", `name="fact"`)
	v := h.as(t, h.Lawyer)
	page := v.get("/law/ES?tab=facts&awaits=confirm").says(t, 200, "Responder de los elegidos")
	_, fact, _ := strings.Cut(page.text, `name="fact" value="`)
	fact, _, _ = strings.Cut(fact, `"`)
	v.post("/law/ES/vouch", "operation", page.keyIn(t, "/law/ES/vouch"), "word", "confirm").says(t, 422, "Elija al menos un dato")
	v.post("/law/ES/vouch", "operation", page.keyIn(t, "/law/ES/vouch"), "word", "confirm", "fact", fact, "note", "BOE").says(t, 303)
	v.get("/law/ES?tab=facts&q="+fact).says(t, 200, "Responde Irene Valdelomar")
	h.as(t, h.Finance).post("/law/ES/vouch", "word", "confirm", "fact", fact).says(t, 403)
}

func TestTheLawIsReadInBothLanguagesBySectionAndAsAFile(t *testing.T) {
	h := openHouse(t)
	v := h.as(t, h.DPO)
	for _, code := range h.Law.Codes() {
		for _, tab := range []string{"rates", "facts", "holidays", "units", "settings", "changes"} {
			v.get("/law/"+code+"?tab="+tab).says(t, 200, "<h1>")
		}
	}
	v.get("/law/ES?tab=holidays&year=2027&region=ES-MD").says(t, 200, "Año Nuevo", "01/01/2027", "Comunidad de Madrid")
	v.get("/law/ES?tab=holidays&year=1").says(t, 422, "El año no es válido")
	v.get("/law/CL?tab=units").says(t, 200, "CLF")
	v.get("/law/ZZ").says(t, 404)
	v.get("/law/es").says(t, 404)
	file := v.get("/law/ES/table.csv?table=rates&of=legal")
	if file.status != 200 || !strings.HasPrefix(file.text, "from;to;pct;law") || !strings.Contains(file.text, "2026-12-31;3.25") || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%d %v %.200s", file.status, file.header, file.text)
	}
	v.get("/law/ES/table.csv?table=rates&of=moon").says(t, 404)
	v.post("/language", "language", "en", "back", "/law/ES").says(t, 303)
	v.get("/law/ES").says(t, 200, `<html lang="en">`, "Spain", "Rates of interest", "10.40%", "Legal interest").hides(t, "Interés legal")
}

func TestOutsidersFindNoLawPages(t *testing.T) {
	h := openHouse(t)
	for _, who := range []evidence.Actor{h.ClientAdminA, h.ClientAdminB} {
		for _, path := range []string{"/law", "/law/ES", "/law/ES/table.csv?table=facts"} {
			h.as(t, who).get(path).says(t, 404)
		}
		h.as(t, who).get("/cases").hides(t, `href="/law"`)
	}
	h.as(t, h.Lawyer).get("/cases").says(t, 200, `href="/law"`, "Normativa")
}

func TestASeriesIsImportedByPage(t *testing.T) {
	h := openHouse(t)
	v := h.as(t, h.Finance)
	upload := func(csv string) sheet {
		t.Helper()
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		for name, value := range map[string]string{"operation": v.get("/law/CL?tab=units").keyIn(t, "/law/CL/series"), "kind": "unit_value", "unit": "CLF", "decimal_mark": "comma", "source": "Banco Central",
			"confidence": "read_law"} {
			_ = form.WriteField(name, value)
		}
		file, err := form.CreateFormFile("file", "uf.csv")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = file.Write([]byte(csv))
		_ = form.Close()
		r, err := http.NewRequest("POST", v.url+"/law/CL/series", &body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", form.FormDataContentType())
		res, err := v.http.Do(r)
		return v.sheet(res, err)
	}
	upload("01/01/2030;50.123,45\n99/01/2030;1\n").says(t, 422, "no se puede leer entero", "Línea 2")
	sent := upload("Fecha;UF\n01/01/2030;50.123,45\n02/01/2030;50.124,00\n03/01/2030;50.125,00\n").says(t, 303)
	at, _, _ := strings.Cut(sent.header.Get("Location"), "#")
	v.get(at).says(t, 200, "3 líneas", "50123.45", "50125.00", "Banco Central")
}

func TestTheDayWarnsOfAStaleTableThatOpenCasesBear(t *testing.T) {
	h := openHouse(t)
	v := h.as(t, h.Lawyer)
	h.Clock.On(day.Of(2027, 1, 4))
	v.get("/queue").says(t, 200).hides(t, "solo está cargado hasta")
	h.OpenCase(testfirm.Opts{})
	v.get("/queue").says(t, 200, "demora comercial solo está cargado hasta el", "Ver los tipos")
	v.get("/law").says(t, 200, "demora comercial solo está cargado hasta el")
}

func TestTheCalculatorAnswersInterestAndTermsWithTheirSource(t *testing.T) {
	h := openHouse(t)
	v := h.as(t, h.Paralegal)
	v.get("/law/calculator").says(t, 200, "Sin preguntar nada", "Demora comercial")
	v.get("/law/calculator?ask=interest&jurisdiction=ES&regime=statutory_commercial&principal=1.000,00&after=2025-12-31&until=2026-12-31").
		says(t, 200, "BOE-A-2026-14327", "BOE-A-2025-27201", "102,76") // 1000 × (10,15 % × 181 + 10,40 % × 184) / 365 = 50,33 + 52,43
	v.get("/law/calculator?ask=interest&jurisdiction=ES&regime=statutory_commercial&principal=10.000,00&after=2023-05-31&until=2024-10-31&paid_on=2023-12-15&paid=3.000,00&paid_on=2024-05-20&paid=4000").
		says(t, 200, "Quedan 4.047,66", "de principal y 223,92", "CC, art. 1173", "Cada día posterior suma 1,")
	v.get("/law/calculator?ask=deadline&jurisdiction=ES&rule=payment_requirement&trigger=2026-05-04&arrival=sent&hour=10:00").says(t, 200, "Nadie la abrió en 3 días hábiles")
	v.get("/law/calculator?ask=deadline&jurisdiction=ES&rule=payment_requirement&trigger=2026-05-08&arrival=received&hour=15:30").says(t, 200, "12 de mayo de 2026")
	v.get("/law/calculator?ask=limitation&jurisdiction=ES&claim=general&business=1&due=2021-05-10&act=letter&from=2025-11-03&received=2025-11-03&grade=4").
		says(t, 200, "10/05/2026", "Si un abogado lo confirma, prescribe el 03/11/2030", "es.limitation_restart")
	v.get("/law/calculator?ask=interest&jurisdiction=ES&regime=statutory_commercial&principal=x&after=2025-12-31&until=2026-12-31").says(t, 422, "El importe no es válido")
	v.get("/law/calculator?ask=interest&jurisdiction=ES&regime=statutory_commercial&principal=1&after=2026-12-31&until=2031-12-31").says(t, 422, "falta el tipo")
	v.get("/law/calculator?ask=deadline&jurisdiction=ES&rule=payment_requirement&trigger=2026-05-04&region=ES-MD&town=Madrid").says(t, 200, "02/06/2026", "LEC, arts. 815.1")
	h.as(t, h.ClientAdminA).get("/law/calculator").says(t, 404)
}
