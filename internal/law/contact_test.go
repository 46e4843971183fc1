package law

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"recobro/internal/money"
	"recobro/internal/problem"
	packs "recobro/policies/law"
)

func local(t testing.TB, p *Pack, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02T15:04", s, p.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestWorkedContactWindows(t *testing.T) {
	for _, c := range []struct {
		pack, at, channel string
		allowed           bool
		next              string
	}{
		{"CO", "2026-11-20T06:59", "phone", false, "2026-11-20T07:00"},
		{"CO", "2026-11-20T19:01", "whatsapp", false, "2026-11-21T08:00"},
		{"CO", "2026-11-21T15:30", "phone", false, "2026-11-23T07:00"},
		{"CO", "2026-11-16T10:00", "phone", false, "2026-11-17T07:00"},
		{"CO", "2026-11-20T10:00", "visit", false, ""},
		{"PE", "2026-11-20T20:00", "phone", false, "2026-11-23T07:00"},
		{"PE", "2026-11-21T11:00", "email", true, "2026-11-21T11:00"},
		{"PE", "2026-12-08T11:00", "phone", false, "2026-12-10T07:00"},
		{"MX", "2026-11-20T22:01", "phone", false, "2026-11-23T07:00"},
		{"MX", "2026-11-20T21:59", "phone", true, "2026-11-20T21:59"},
		{"CL", "2026-11-21T10:00", "phone", true, "2026-11-21T10:00"},
		{"CL", "2026-11-20T20:30", "visit", false, "2026-11-21T08:00"},
		{"ES", "2026-11-20T08:59", "phone", false, "2026-11-20T09:00"},
		{"ES", "2026-11-22T03:00", "email", true, "2026-11-22T03:00"},
		{"ES", "2026-11-20T10:00", "telepathy", false, ""},
	} {
		p := pack(t, c.pack)
		w := p.Contact(c.channel, true, local(t, p, c.at).UTC())
		next := ""
		if !w.Next.IsZero() {
			next = w.Next.In(p.Zone).Format("2006-01-02T15:04")
		}
		if w.Allowed != c.allowed || next != c.next || !both(w.Why) || surety[w.Confidence] == 0 {
			t.Errorf("%s %s %s: %+v, next %s", c.pack, c.at, c.channel, w, next)
		}
	}
}

func TestHouseRulesNeverQuoteALaw(t *testing.T) {
	at := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	if w := pack(t, "ES").Contact("phone", true, at); w.Confidence != HouseRule || w.Law != "" {
		t.Errorf("Spain has no statute on hours: %+v", w)
	}
	if w := pack(t, "PE").Contact("phone", true, at); w.Confidence != ReadLaw || w.Law == "" {
		t.Errorf("Peru's consumer statute: %+v", w)
	}
	if w := pack(t, "PE").Contact("phone", false, at); w.Confidence != HouseRule || w.Law != "" || w.Allowed {
		t.Errorf("Peru's statute does not protect companies, the house does: %+v", w)
	}
	for _, c := range pack(t, "CL").Caps(false) {
		if c.Law != "" || c.Confidence != HouseRule {
			t.Errorf("%+v", c)
		}
	}
	caps := pack(t, "CL").Caps(true)
	if len(caps) != 2 || caps[0].Max != 1 || caps[0].Per != "week" || caps[1].Max != 2 || caps[1].MinGapDays != 2 || caps[1].Law == "" {
		t.Errorf("%+v", caps)
	}
}

func TestNextContactIsAllowedAndNothingBetweenIs(t *testing.T) {
	lib := library(t)
	rapid.Check(t, func(t *rapid.T) {
		p, err := lib.Pack(rapid.SampledFrom([]string{"ES", "MX", "PE", "CL", "CO"}).Draw(t, "pack"))
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 500*24*60).Draw(t, "minutes")) * time.Minute)
		w := p.Contact("phone", true, at)
		if n := p.Contact("phone", true, w.Next); !n.Allowed || w.Allowed != w.Next.Equal(at) {
			t.Fatalf("%s %s: %+v then %+v", p.Code, at, w, n)
		}
		if !w.Allowed {
			between := at.Add(time.Duration(rapid.Int64Range(0, int64(w.Next.Sub(at))-1).Draw(t, "between")))
			if p.Contact("phone", true, between).Allowed {
				t.Fatalf("%s: %s is allowed before next %s", p.Code, between, w.Next)
			}
		}
	})
}

func TestAllocationOrderHoldsEveryComponentOnce(t *testing.T) {
	lib, err := library(t).Confirm("mx.allocation")
	if err != nil {
		t.Fatal(err)
	}
	for code, start := range map[string][]string{"ES": {"interest", "principal"}, "MX": {"interest", "principal"}, "PE": {"interest", "cost"}, "CL": {"interest", "principal"}, "CO": {"interest", "principal"}} {
		p, _ := lib.Pack(code)
		order, law, err := p.AllocationOrder()
		if err != nil || law == "" || !slices.Equal(order[:2], start) || !slices.Equal(slices.Sorted(slices.Values(order)), slices.Sorted(slices.Values(components))) {
			t.Errorf("%s: %v %q %v", code, order, law, err)
		}
		if code == "PE" && order[len(order)-1] != "principal" {
			t.Errorf("Peru pays the principal last: %v", order)
		}
	}
	if _, _, err := pack(t, "MX").AllocationOrder(); problem.Of(err) == nil || problem.Of(err).Code != "fact_unverified" {
		t.Errorf("Mexico's order is not verified: %v", err)
	}
}

func TestCompensationIsFixedInSpainAndAPerCentInChile(t *testing.T) {
	for _, c := range []struct {
		pack     string
		business bool
		unpaid   money.Amount
		want     string
		ok       bool
	}{
		{"ES", true, money.Of(1, money.EUR), "40.00 EUR", true}, {"ES", false, money.Of(100, money.EUR), "", false}, {"ES", true, money.Of(0, money.EUR), "", false},
		{"CL", true, money.Of(3_450_000, money.CLP), "34500 CLP", true}, {"CL", true, money.Of(150, money.CLP), "2 CLP", true},
		{"MX", true, money.Of(100, money.MXN), "", false}, {"PE", true, money.Of(100, money.PEN), "", false}, {"CO", true, money.Of(100, money.COP), "", false},
	} {
		got, law, ok := pack(t, c.pack).Compensation(c.business, c.unpaid)
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
	for old, wrong := range map[string]string{
		"version: 1":                                        "version: 1\nversoin: 2",
		"    name: {es: Proceso monitorio,":                 "    surprise: true\n    name: {es: Proceso monitorio,",
		"time_zone: Europe/Madrid":                          "time_zone: Europe/Atlantis",
		"to: 2005-06-30, pct: \"9.09\"":                     "to: 2005-07-30, pct: \"9.09\"",
		"pct: \"9.09\"":                                     "pct: \"0\"",
		"by_law: [interest, principal]":                     "by_law: [interest, interest]",
		"then: [compensation, cost, court_fee]":             "then: [compensation, cost]",
		"starts: [{term: payment_requirement}]":             "starts: [{term: payment_requirment}]",
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
		if _, err := Load(fstest.MapFS{"es.yaml": {Data: []byte(changed)}}); err == nil || !strings.Contains(err.Error(), "es.yaml") {
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
