package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"regexp"
	"strings"
	"testing"

	"recobro/internal/cases"
	"recobro/internal/testfirm"
)

// upload sends a form with one PDF in the field file; the other fields come in pairs.
func (v *visitor) upload(path, file string, fields ...string) sheet {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := form.WriteField(fields[i], fields[i+1]); err != nil {
			v.t.Fatal(err)
		}
	}
	if file != "" {
		part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + file + `"; filename="justificante.pdf"`}, "Content-Type": {"application/pdf"}})
		if err == nil {
			_, err = part.Write(onePage)
		}
		if err != nil {
			v.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		v.t.Fatal(err)
	}
	res, err := v.http.Post(v.url+path, form.FormDataContentType(), &body)
	return v.sheet(res, err)
}

// walk presses the buttons of one case through the pages, each read afresh, so that every step is one that was offered.
type walk struct {
	t    *testing.T
	h    *house
	at   string
	from map[string]*visitor
}

func (w *walk) press(role, page, action, file string, fields ...string) string {
	w.t.Helper()
	v := w.from[role]
	key := v.get(page).says(w.t, 200).keyIn(w.t, action)
	fields = append([]string{"operation", key}, fields...)
	var got sheet
	if file == "none" {
		got = v.post(action, fields...)
	} else {
		got = v.upload(action, file, fields...)
	}
	got.says(w.t, http.StatusSeeOther)
	return got.header.Get("Location")
}

func (h *house) known(t *testing.T, c *cases.Case) {
	t.Helper()
	if err := h.deps.Payments.KnowMoneyUntil(t.Context(), h.Job, c.ClientID, h.Clock.Today()); err != nil {
		t.Fatal(err)
	}
}

func TestACaseGoesFromTheDemandToTheCourtThroughThePages(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	w := &walk{t, h, "/cases/" + c.ID.String(), map[string]*visitor{"paralegal": h.as(t, h.Paralegal), "lawyer": h.as(t, h.Lawyer2), "client": h.as(t, h.ClientAdminA)}}
	h.known(t, c)
	w.press("paralegal", w.at, w.at+"/documents", "file", "kind", "invoice", "class", "open")
	demand := w.press("paralegal", w.at, w.at+"/demands", "none")
	w.press("paralegal", demand, demand+"/fields", "none", "version", "1", "debt_origin", "Suministro de materiales")
	w.press("paralegal", demand, demand+"/submit", "none")
	w.press("lawyer", demand, demand+"/approve", "none", "note", "Conforme")
	w.press("lawyer", demand, demand+"/sign", "none")
	w.press("paralegal", demand, demand+"/dispatch", "", "channel", "burofax", "operator_reference", "NB-0001", "on", h.Clock.Today().String())
	h.Clock.AddDays(3)
	w.press("paralegal", demand, demand+"/delivery", "proof", "state", "delivered", "grade", "4", "on", h.Clock.Today().String())
	w.from["lawyer"].get(demand).says(t, 200, "Entregado", "recibido con firma", "NB-0001", "Suministro de materiales", "hasta ")
	h.Clock.AddDays(45)
	h.known(t, c)
	w.press("lawyer", w.at, w.at+"/advance", "none", "event", "demand_expired", "reason", "sin pago")
	w.press("paralegal", w.at, w.at+"/suit", "none")
	w.from["paralegal"].get("/approvals").says(t, 200, "Demanda judicial", "Espera a Suministros Zafirel").hides(t, "/grant")
	asked := regexp.MustCompile(`/approvals/[0-9a-f-]{36}/grant`).FindString(w.from["client"].get("/approvals").says(t, 200, "Necesitamos su decisión", "Reclamado", "Si no contesta").text)
	w.press("client", "/approvals", asked, "none", "reason", "adelante")
	w.from["client"].get("/approvals").says(t, 200, "No hay decisiones pendientes")
	suit := w.press("paralegal", w.at, w.at+"/proceedings", "none", "procedure", "monitorio", "region", "ES-MD", "town", "Getafe")
	w.press("paralegal", suit, suit+"/filings", "none")
	filing := regexp.MustCompile(suit + `/filings/[0-9a-f-]{36}`).FindString(w.from["paralegal"].get(suit).text)
	w.press("paralegal", suit, filing+"/submit", "none")
	w.press("lawyer", suit, filing+"/approve", "none")
	w.press("lawyer", suit, filing+"/sign", "none")
	w.press("lawyer", suit, filing+"/file", "", "docket_number", "412/2026", "on", h.Clock.Today().String())
	w.press("paralegal", suit, suit+"/acts", "", "kind", "admitted", "on", h.Clock.Today().String())
	w.press("paralegal", suit, suit+"/acts", "", "kind", "served", "on", h.Clock.Today().String())
	w.from["lawyer"].get(suit).says(t, 200, "412/2026", "Notificado", "Requerimiento de pago notificado", "Pagar u oponerse", "LEC, arts. 815.1 y 133", "del deudor",
		"(ES-MD)", "Cómo se ha calculado", "ese día no cuenta", "Comunidad de Madrid, Getafe")
	w.from["lawyer"].get(w.at).says(t, 200, "Judicial", "Plazos", "Esperar la respuesta del deudor", "Ver el procedimiento")
	w.from["lawyer"].get(w.at+"?tab=court").says(t, 200, "Proceso monitorio", "412/2026")
	w.from["client"].get(w.at).says(t, 200, "El juzgado tramita la reclamación")
	if pack := w.from["lawyer"].get(filing + "/preview"); pack.status != 200 || !strings.HasPrefix(pack.text, "%PDF") {
		t.Errorf("the pack is %d", pack.status)
	}
}
