package law

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"recobro/internal/money"
	"recobro/internal/problem"
	packs "recobro/policies/law"
)

func TestAllocationOrderHoldsEveryComponentOnce(t *testing.T) {
	lib, err := library(t).Confirm("mx.allocation")
	if err != nil {
		t.Fatal(err)
	}
	for code, start := range map[string][]string{"ES": {"interest", "principal"}, "MX": {"interest", "principal"}, "PE": {"interest", "cost"}, "CL": {"interest", "principal"}, "CO": {"interest", "principal"}} {
		p, _ := lib.Pack(code)
		places, err := p.AllocationOrder(false)
		var order []string
		for _, one := range places {
			order = append(order, one.Component)
		}
		if err != nil || places[0].Law == "" || order[0] != "ordinary_interest" || !slices.Equal(order[1:3], start) || !slices.Equal(slices.Sorted(slices.Values(order)), slices.Sorted(slices.Values(components))) {
			t.Errorf("%s: %v %v", code, places, err)
		}
		if code == "PE" && order[len(order)-1] != "principal" {
			t.Errorf("Peru pays the principal last: %v", order)
		}
	}
	if _, err := pack(t, "MX").AllocationOrder(false); problem.Of(err) == nil || problem.Of(err).Code != "fact_unverified" {
		t.Errorf("Mexico's order is not verified: %v", err)
	}
}

func TestCompensationIsFixedInSpainAndAPerCentInChile(t *testing.T) {
	for _, c := range []struct {
		pack     string
		kind     string
		business bool
		unpaid   money.Amount
		want     string
		ok       bool
	}{
		{"ES", "invoice", true, money.Of(1, money.EUR), "40.00 EUR", true}, {"ES", "invoice", false, money.Of(100, money.EUR), "", false}, {"ES", "invoice", true, money.Of(0, money.EUR), "", false},
		{"CL", "invoice", true, money.Of(3_450_000, money.CLP), "34500 CLP", true}, {"CL", "invoice", true, money.Of(150, money.CLP), "2 CLP", true},
		{"MX", "invoice", true, money.Of(100, money.MXN), "", false}, {"PE", "invoice", true, money.Of(100, money.PEN), "", false}, {"CO", "invoice", true, money.Of(100, money.COP), "", false},
		{"ES", "cheque", true, money.Of(100, money.EUR), "", false}, {"ES", "note", true, money.Of(100, money.EUR), "", false}, {"CL", "note", true, money.Of(100, money.CLP), "", false},
	} {
		got, law, ok := pack(t, c.pack).Compensation(c.kind, c.business, c.unpaid)
		if ok != c.ok || (ok && (got.String() != c.want || law == "")) {
			t.Errorf("%s %v %v: %v %q %v", c.pack, c.business, c.unpaid, got, law, ok)
		}
	}
}

func TestEveryPackHasADemandAndAProcedure(t *testing.T) {
	for _, code := range library(t).Codes() {
		p := pack(t, code)
		days, source := p.DemandTermDays()
		if days < 1 || source.Confidence == "" || len(p.DemandChecklist()) < 5 || len(p.Procedures()) == 0 {
			t.Errorf("%s: %d days, %d items, %d procedures", code, days, len(p.DemandChecklist()), len(p.Procedures()))
		}
	}
}

// Each change makes Spain's pack misleading; loading must refuse it.
func TestMisleadingPacksAreRefused(t *testing.T) {
	raw, err := fs.ReadFile(packs.FS, "es.yaml")
	if err != nil {
		t.Fatal(err)
	}
	european, err := fs.ReadFile(packs.FS, "eu.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for old, wrong := range map[string]string{
		"version: 1":                                        "version: 1\nversoin: 2",
		"    name: {es: Proceso monitorio,":                 "    surprise: true\n    name: {es: Proceso monitorio,",
		"time_zone: Europe/Madrid":                          "time_zone: Europe/Atlantis",
		"to: 2005-06-30, pct: \"9.09\"":                     "to: 2005-07-30, pct: \"9.09\"",
		"pct: \"9.09\"":                                     "pct: \"0\"",
		"by_law: [ordinary_interest, interest, principal]":  "by_law: [interest, interest]",
		"then: [compensation, cost, court_fee]":             "then: [compensation, cost]",
		"starts: [{term: payment_requirement,":              "starts: [{term: payment_requirment,",
		"from: \"09:00\", to: \"20:00\"":                    "from: \"20:00\", to: \"09:00\"",
		"channels: [phone, visit, sms, whatsapp]":           "channels: [fone]",
		"confidence: house_rule, note: \"coincide":          "confidence: certain, note: \"coincide",
		"- {easter: -2, name:":                              "- {easter: -2, on: \"04-03\", name:",
		"amount: \"40.00\"":                                 "amount: \"40.001\"",
		"- {on: \"01-01\", name: {es: Año Nuevo":            "- {on: \"13-01\", name: {es: Año Nuevo",
		"    - {kind: cheque, months: 6,":                   "    - {kind: cheque, years: 1, months: 6,",
		"same_as: legal\n      add_points: \"2\"\n    bill": "same_as: bill\n      add_points: \"2\"\n    bill",
	} {
		if !strings.Contains(string(raw), old) {
			t.Fatalf("the pack has no %q", old)
		}
		changed := strings.Replace(string(raw), old, wrong, 1)
		if _, err := Load(fstest.MapFS{"es.yaml": {Data: []byte(changed)}, "eu.yaml": {Data: european}}); err == nil || !strings.Contains(err.Error(), "es.yaml") {
			t.Errorf("%q instead of %q: %v", wrong, old, err)
		}
	}
	if _, err := Load(fstest.MapFS{}); err == nil {
		t.Error("no pack at all loads")
	}
	if _, err := library(t).Pack("FR"); !errors.Is(err, errJurisdiction) {
		t.Errorf("France: %v", err)
	}
}
