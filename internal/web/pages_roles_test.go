package web_test

import (
	"slices"
	"strings"
	"testing"

	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/testfirm"
)

func TestEveryRoleOpensItsPagesAndNoOther(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	at := "/cases/" + c.ID.String()
	people := map[string]evidence.Actor{"lawyer": h.Lawyer, "paralegal": h.Paralegal, "supervisor": h.Supervisor, "finance": h.Finance, "dpo": h.DPO, "admin": h.Admin,
		"client": h.ClientAdminA, "other client": h.ClientAdminB}
	for _, line := range []struct {
		path string
		may  []string // who gets it; the others hear that it does not exist, or that they may not
	}{
		{"/cases", []string{"lawyer", "paralegal", "supervisor", "finance", "dpo", "client", "other client"}},
		{at, []string{"lawyer", "paralegal", "supervisor", "finance", "dpo", "client"}},
		{at + "?tab=papers", []string{"lawyer", "paralegal", "supervisor", "finance", "dpo", "client"}},
		{at + "/statement", []string{"lawyer", "paralegal", "supervisor", "finance", "client"}},
		{"/queue", []string{"lawyer", "paralegal", "supervisor"}},
		{"/messages", []string{"lawyer", "paralegal", "supervisor"}},
		{"/approvals", []string{"lawyer", "paralegal", "supervisor", "client", "other client"}},
		{"/portfolios", []string{"lawyer", "paralegal", "supervisor", "client", "other client"}},
	} {
		for role, who := range people {
			got := h.as(t, who).get(line.path)
			switch may := slices.Contains(line.may, role); {
			case may && got.status != 200:
				t.Errorf("%s opening %s hears %d: %s", role, line.path, got.status, excerpt(got.text))
			case !may && got.status != 403 && got.status != 404:
				t.Errorf("%s opening %s hears %d", role, line.path, got.status)
			}
		}
	}
	h.as(t, evidence.Actor{}).get(at).says(t, 303)
}

func TestAClientSeesNoInternalNoteAndNothingOfTheFirmsWork(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	desk := &cases.Desk{Log: h.Log, Law: h.Law}
	for _, note := range []cases.Contact{{Kind: "note", Text: "Secreto del despacho", Internal: true}, {Kind: "call", Text: "El deudor llamará el lunes"}} {
		if _, err := desk.Write(t.Context(), h.Lawyer2, c.ID, note); err != nil {
			t.Fatal(err)
		}
	}
	at := "/cases/" + c.ID.String()
	h.as(t, h.Lawyer2).get(at).says(t, 200, "Secreto del despacho", "El deudor llamará el lunes")
	h.as(t, h.ClientAdminA).get(at).says(t, 200, "El deudor llamará el lunes", "Bufete Quimera").
		hides(t, "Secreto del despacho", "Contenido reservado", "Bruno Castrelo", "Gadea Pradeira", "/holds", "Preparar requerimiento", "deudores.example", `href="/queue"`, `href="/messages"`)
	h.as(t, h.ClientAdminB).get(at).says(t, 404).hides(t, c.Number, c.DebtorName)
}

func TestNoRoleIsOfferedAButtonThatItMayNotPress(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	at := "/cases/" + c.ID.String()
	forms := []string{"/interactions", "/promises", "/payments", "/holds", "/disputes", "/documents", "/demands", "/agreements", "/advance"}
	offered := map[string]string{ // what each role is offered on an amicable case
		"paralegal": "/interactions /promises /holds /disputes /documents /demands /agreements /advance",
		"lawyer":    "/interactions /promises /holds /disputes /documents /demands /agreements /advance",
		"finance":   "/payments", "dpo": "",
	}
	for role, who := range map[string]evidence.Actor{"paralegal": h.Paralegal, "lawyer": h.Lawyer2, "finance": h.Finance, "dpo": h.DPO} {
		page := h.as(t, who).get(at).says(t, 200)
		for _, form := range forms {
			has := strings.Contains(page.text, `action="`+at+form+`"`)
			if want := strings.Contains(offered[role]+" ", form+" "); has != want {
				t.Errorf("%s is offered %s: %t, want %t", role, form, has, want)
			}
			if !has {
				answer := h.as(t, who).post(at+form, "operation", "01890000-0000-7000-8000-000000000001", "event", "uncollectible")
				if answer.status != 403 && answer.status != 404 && answer.status != 422 {
					t.Errorf("%s pressed %s, which was not offered, and heard %d", role, form, answer.status)
				}
			}
		}
	}
}

func TestASignInIsRefusedInWordsAndASignedOutSessionIsOver(t *testing.T) {
	h := openHouse(t)
	nobody := h.as(t, evidence.Actor{})
	nobody.post("/login", "email", "nadie@people.example", "password", "x", "code", "000000").says(t, 401, "No se ha podido entrar", `value="nadie@people.example"`)
	nobody.get("/login?lang=en").says(t, 303)
	nobody.get("/login").says(t, 200, "Sign in", `lang="en"`)
	somebody := h.as(t, h.Lawyer)
	somebody.get("/cases").says(t, 200, `aria-current="page"`)
	somebody.post("/logout").says(t, 303)
	if got := h.as(t, h.Lawyer).get("/cases"); got.status != 303 || !strings.HasPrefix(got.header.Get("Location"), "/login?next=") {
		t.Errorf("after signing out the list answers %d, %s", got.status, got.header.Get("Location"))
	}
}

func TestARedirectNeverLeadsAway(t *testing.T) {
	h := openHouse(t)
	for _, to := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)"} {
		got := h.as(t, h.Lawyer).post("/language", "language", "en", "back", to)
		if where := got.header.Get("Location"); where != "/" {
			t.Errorf("back=%s leads to %s", to, where)
		}
	}
}

func TestAFormFromAnotherSiteIsRefused(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	v := h.as(t, h.Lawyer2)
	got := v.postFrom("https://evil.example", "/cases/"+c.ID.String()+"/interactions", "kind", "note", "text", "forged")
	got.says(t, 403)
	v.get("/cases/"+c.ID.String()).hides(t, "forged")
}
