package web_test

import (
	"strings"
	"testing"

	"recobro/internal/cases"
	"recobro/internal/testfirm"
)

// furnished is a house with something on every page.
type furnished struct {
	busy, dealt       *cases.Case
	demand, agreement string // addresses
}

func (h *house) furnish(t *testing.T) furnished {
	t.Helper()
	f := furnished{busy: h.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Principal: "8345.67"}, {Principal: "4000.00"}}}), dealt: h.OpenCase(testfirm.Opts{})}
	for range 3 {
		h.OpenCase(testfirm.Opts{})
	}
	v := h.as(t, h.Paralegal)
	send := func(c *cases.Case, form string, fields ...string) string {
		t.Helper()
		at := "/cases/" + c.ID.String()
		got := v.post(at+form, append([]string{"operation", v.get(at).keyIn(t, at+form)}, fields...)...).says(t, 303)
		return got.header.Get("Location")
	}
	send(f.busy, "/interactions", "kind", "call", "text", "Habla con administración: pide el albarán firmado de marzo.")
	send(f.busy, "/holds", "scope", "contact", "reason", "El deudor pidió no recibir llamadas.", "until_on", "2026-04-01")
	send(f.busy, "/promises", "amount", "2.000,00", "due_on", "2026-03-20")
	send(f.busy, "/disputes", "amount", "218,40", "reason", "Dice que devolvió dos cajas.")
	lift := v.get("/cases/" + f.busy.ID.String())
	from := strings.Index(lift.text, "/holds/")
	action := "/cases/" + f.busy.ID.String() + lift.text[from:from+len("/holds/")+36] + "/lift"
	v.post(action, "operation", lift.keyIn(t, action)).says(t, 303)
	f.demand = send(f.busy, "/demands")
	v.post(f.demand+"/submit", "operation", v.get(f.demand).keyIn(t, f.demand+"/submit")).says(t, 303)
	f.agreement = send(f.dealt, "/agreements", "kind", "full_with_discount", "amount", "600,00", "count", "3", "first_due_on", "2026-04-01")
	return f
}
