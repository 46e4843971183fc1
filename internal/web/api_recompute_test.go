package web_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/testfirm"
)

// A rate that was too high is corrected after interest was paid under it: the case says that it has to be recomputed, and there is a
// door for that.
func TestACaseIsRecomputedAfterARateWasCorrected(t *testing.T) {
	p := openPurse(t, testfirm.Opts{NoCompensation: true})
	right := p.statement("").of("interest")
	wrong := law.Change{Seq: 1, Jurisdiction: "ES", Kind: law.ChangeRate, At: p.Clock.Now().AddDate(0, -1, 0), Regime: law.StatutoryCommercial,
		From: day.Of(2025, 7, 1), To: day.Of(2025, 12, 31), Pct: decimal.RequireFromString("90.15"), Source: "BOE-A-2025-13217", Confidence: law.ReadLaw}
	if err := p.Law.Adopt([]law.Change{wrong}); err != nil {
		t.Fatal(err)
	}
	interest := p.statement("").of("interest")
	p.good(p.KeyA, 201, "POST", p.at+"/payments", `{"amount":{"amount":"`+interest+`","currency":"EUR"},"received_on":"2026-03-02"}`, "Idempotency-Key", "too-much")
	if err := p.Law.Adopt(nil); err != nil {
		t.Fatal(err)
	}
	if got := p.call(p.Lawyer, "GET", p.at+"/statement", ""); got.status != 409 {
		t.Fatalf("before: %d %s", got.status, got.body)
	}
	at, body := p.at+"/recompute", `{"since":"2025-07-01","reason":"tipo del segundo semestre de 2025 corregido"}`
	p.refused(p.Paralegal, 403, "not_allowed", at, body)
	p.refused(p.KeyA, 404, "not_found", at, body)
	p.refused(p.Lawyer, 422, "effective_in_future", at, `{"since":"2026-04-01","reason":"x"}`)
	p.write(p.Lawyer, 200, at, body)
	if s := p.statement(""); s.of("interest") != "0.00" || s.of("principal") == "1000.00" || right == "0.00" {
		t.Errorf("interest %s, principal %s", s.of("interest"), s.of("principal"))
	}
	p.verified(t)
}
