package web_test

import (
	"regexp"
	"strings"
	"testing"

	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/testfirm"
)

func TestTheNextStepSaysWhyAndWhatACaseWaitsFor(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	at := "/cases/" + c.ID.String()
	desk := &cases.Desk{Log: h.Log, Law: h.Law}
	h.as(t, h.Paralegal).get(at).says(t, 200, "Siguiente paso", "Previsto para el")
	if _, err := desk.PlaceHold(t.Context(), h.Paralegal, c.ID, cases.Hold{Scope: "contact", Reason: "Lo pide el cliente"}); err != nil {
		t.Fatal(err)
	}
	h.as(t, h.Paralegal).get(at).says(t, 200, `<h2 id="next">Hay una retención abierta.</h2>`).hides(t, "No hay ningún paso pendiente")
	h.as(t, h.ClientAdminA).get(at).says(t, 200).hides(t, "Hay una retención abierta")
}

func TestNobodyIsShownALinkThatAnswersThatItDoesNotExist(t *testing.T) {
	h := openHouse(t)
	f := h.furnish(t)
	at := "/cases/" + f.busy.ID.String()
	links := regexp.MustCompile(`href="(/[^"#]*)`)
	for role, who := range map[string]evidence.Actor{"lawyer": h.Lawyer2, "finance": h.Finance, "dpo": h.DPO, "supervisor": h.Supervisor, "client": h.ClientAdminA} {
		v := h.as(t, who)
		seen := map[string]bool{}
		for _, m := range links.FindAllStringSubmatch(v.get(at).says(t, 200).text, -1) {
			to := strings.ReplaceAll(m[1], "&amp;", "&")
			if strings.HasPrefix(to, "/assets/") || strings.HasPrefix(to, "/api/") || seen[to] {
				continue
			}
			seen[to] = true
			if got := v.get(to); got.status >= 400 {
				t.Errorf("%s is shown %s, which answers %d", role, to, got.status)
			}
		}
		if len(seen) < 3 {
			t.Errorf("%s is shown %d links: the test looks in the wrong place", role, len(seen))
		}
	}
}

func TestATaskLeadsToThePaperThatWaits(t *testing.T) {
	h := openHouse(t)
	f := h.furnish(t)
	h.as(t, h.Lawyer2).get("/queue").says(t, 200, "Revisar requerimiento", `class="btn" href="`+f.demand+`"`)
}

func TestARefusedAmountIsKeptAndShownHowTheCaseWritesFigures(t *testing.T) {
	h := openHouse(t)
	spanish, mexican := h.OpenCase(testfirm.Opts{}), h.OpenCase(testfirm.Opts{Client: &h.ClientB})
	for c, like := range map[*cases.Case]string{spanish: "3.480,00", mexican: "3,480.00"} {
		at, p := "/cases/"+c.ID.String(), h.as(t, h.Paralegal)
		key := p.get(at).keyIn(t, at+"/promises")
		p.post(at+"/promises", "operation", key, "amount", "mil", "due_on", "2027-01-10").says(t, 422, "escríbalo así, "+like, `value="mil"`)
	}
}

func TestWhoOpensNoCaseIsNotOfferedASearchForOne(t *testing.T) {
	h := openHouse(t)
	admin := h.as(t, h.Admin)
	if to := admin.get("/").says(t, 303).header.Get("Location"); to != "/people" {
		t.Errorf("who opens no case is led to %s", to)
	}
	admin.get("/law").says(t, 200).hides(t, `role="search"`)
	h.as(t, h.Lawyer).get("/cases").says(t, 200, `role="search"`)
}
