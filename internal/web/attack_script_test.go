package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"recobro/internal/evidence"
	"recobro/internal/testfirm"
)

var payloads = []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(2)>`, `'-alert(3)-'`, `</title></textarea><svg/onload=alert(4)>`, `javascript:alert(5)`,
	`{{alert(6)}}${alert(7)}`, `<a href="javascript:alert(8)">x</a>`, "<style>*{background:url(//evil.example)}</style>"}

// stuffed puts payloads into every field that somebody outside or inside fills, and names the pages that show them.
func (h *house) stuffed(t *testing.T) (pages map[string]evidence.Actor) {
	t.Helper()
	all := strings.Join(payloads, " ")
	debtor := h.Debtor("ES", false)
	debtor.Name, debtor.Street, debtor.City, debtor.PostalCode, debtor.Region = all, payloads[1], payloads[3], payloads[0][:8], payloads[2]
	client := h.ClientA
	c := h.OpenCase(testfirm.Opts{Client: &client, Debtor: &debtor, Invoices: []testfirm.Invoice{{Number: payloads[1]}}})
	v := h.as(t, h.Paralegal)
	at := "/cases/" + c.ID.String()
	send := func(who evidence.Actor, form string, fields ...string) string {
		t.Helper()
		got := h.as(t, who).post(at+form, append([]string{"operation", v.get(at).keyIn(t, at+form)}, fields...)...).says(t, 303)
		return got.header.Get("Location")
	}
	send(h.Paralegal, "/interactions", "kind", "note", "text", all)
	send(h.Paralegal, "/holds", "scope", "judicial", "reason", all, "lifts_when", all)
	send(h.Paralegal, "/disputes", "amount", "1,00", "reason", all)
	demand := send(h.Paralegal, "/demands")
	edit := h.as(t, h.Paralegal).get(demand).keyIn(t, demand+"/fields")
	h.as(t, h.Paralegal).post(demand+"/fields", "operation", edit, "version", "1", "debt_origin", all, "contact", all).says(t, 303)
	agreement := send(h.Lawyer, "/agreements", "kind", "full_with_discount", "amount", "400,00", "count", "2", "first_due_on", "2026-04-01")
	pages = map[string]evidence.Actor{demand: h.Lawyer, agreement: h.Lawyer, "/cases": h.Lawyer, "/cases?q=" + url.QueryEscape(all): h.Lawyer, "/approvals": h.ClientAdminA,
		at + "?tab=" + url.QueryEscape(payloads[1]): h.ClientAdminA, "/login?next=" + url.QueryEscape(`/"><img src=x onerror=alert(9)>`): {}, at + "/statement": h.Lawyer,
		"/queue?kind=" + url.QueryEscape(payloads[1]): h.Lawyer}
	for _, tab := range []string{"log", "debt", "papers", "promises", "messages", "demands", "court"} {
		pages[at+"?tab="+tab] = h.Lawyer
	}
	return pages
}

// What people write stays text: no element of theirs appears, no dialog stops the page, and the console names no violation of the policy.
func TestWhatPeopleWriteNeverRuns(t *testing.T) {
	h := openHouse(t)
	pages := h.stuffed(t)
	ctx := h.browser(t)
	for at, who := range pages {
		do(t, ctx, cookie(string(who.Token), h.url), chromedp.Navigate(h.url+at), chromedp.WaitVisible("main"))
		found := read(t, ctx, chromedp.Evaluate[string](`[...document.querySelectorAll('main script, main style, main [onerror], main [onload], main svg[onload], a[href^="javascript:" i], main img[src="x"]')].map(e=>e.outerHTML).join('\n')`))
		if found != "" {
			t.Errorf("%s holds markup of a visitor: %s", at, found)
		}
	}
}
