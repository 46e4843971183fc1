package law

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
	packs "recobro/policies/law"
)

// Whatever stands in a file, reading it answers a pack that can be asked, or an error.
func FuzzPack(f *testing.F) {
	raw, err := fs.ReadFile(packs.FS, "mx.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, edit := range [][2]string{{"", ""}, {`"6.00"`, `"-6"`}, {"- {pct", "- {from: 2026-02-30, pct"}, {"{from: due", "{from: never"}, {"version: 1", "version: 99999999999999999999"}, {"judge", "base"},
		{"  regimes:", "  regimes:\n    legal: {same_as: legal}\n    bill: {same_as: judgment, law: x, source: y, confidence: read_law}"}, {"\n", "\n\t"},
		{"interest:", "units: {X: {per: day, values_from: ../../go.mod, name: {es: x, en: x}, confidence: computed}}\ninterest:"}} {
		f.Add(strings.Replace(string(raw), edit[0], edit[1], 1))
	}
	f.Fuzz(func(t *testing.T, text string) {
		lib, err := Load(fstest.MapFS{"x.yaml": {Data: []byte(text)}})
		if err != nil {
			return
		}
		for _, code := range lib.Codes() {
			p, err := lib.Pack(code)
			if err != nil {
				t.Fatal(err)
			}
			on := day.Of(2026, 3, 2)
			for regime := range regimeWords {
				_, _ = p.Interest(Terms{Regime: regime, AgreedRate: decimal.NewFromInt(5)}, money.Of(1_000_000, p.Currency), on, on.AddDays(400))
				p.Stale(regime, on)
				p.StartOf(regime)
			}
			p.JudgeAgreedRate(decimal.NewFromInt(5), true, on)
		}
	})
}

// Whatever a change says, it is adopted or refused with a problem, and a refused one leaves no trace.
func FuzzChange(f *testing.F) {
	lib, err := Load(packs.FS)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("ES", "rate", "statutory_commercial", "2027-01-01", "2027-06-30", "10.15", "", "", "BOE", "read_law", int64(1_800_000_000))
	f.Add("MX", "rate", "statutory_commercial", "2027-01-01", "", "9", "", "", "DOF", "read_secondary", int64(1_800_000_000))
	f.Add("ES", "rate", "legal", "2027-01-01", "", "1e999999999", "", "", "BOE", "read_law", int64(0))
	f.Add("CL", "unit_value", "", "2027-01-01", "", "1e-999999999", "CLF", "", "BCCh", "read_law", int64(1))
	f.Add("ES", "rate", "judgment", "2027-01-01", "", "9", "", "", "BOE", "read_law", int64(0))
	f.Add("PE", "factor", "legal", "2027-01-01", "", "9.1", "", "", "SBS", "read_law", int64(-1))
	f.Add("CL", "unit_value", "", "2027-01-01", "", "40000.5", "CLF", "", "BCCh", "read_law", int64(1))
	f.Add("CO", "setting", "", "", "", "0", "rate_conversion", "nominal", "", "", int64(1))
	f.Add("CO", "tick", "", "", "", "0", "co.statutory_commercial.2026-09-01", "", "", "", int64(1))
	f.Add("US", "confirm", "", "", "", "1e999999", "us.contact.hours", "", "", "house_rule", int64(1))
	f.Add("ES", "holiday", "", "2027-01-04", "", "0", "", "", "", "", int64(1))
	f.Fuzz(func(t *testing.T, code, kind, regime, from, to, figure, name, value, source, confidence string, at int64) {
		d := func(s string) day.Date { on, _ := day.Parse(s); return on }
		number, err := decimal.NewFromString(figure)
		if err != nil {
			return
		}
		c := Change{Seq: 1, Jurisdiction: code, Kind: ChangeKind(kind), At: time.Unix(at, 0), Regime: Regime(regime), From: d(from), To: d(to), Pct: number, On: d(from), Value: number, Unit: name, Region: value, Place: value,
			Name: problem.Text{ES: name, EN: name}, Fact: name, Setting: name, SettingValue: value, Source: source, Confidence: Confidence(confidence)}
		_, tried := lib.With([]Change{c})
		err = lib.Adopt([]Change{c})
		if (tried == nil) != (err == nil) {
			t.Fatalf("tried: %v, adopted: %v", tried, err)
		}
		if err != nil {
			if problem.Of(err) == nil {
				t.Fatalf("%+v is refused without a problem: %v", c, err)
			}
			return
		}
		if p := lib.newest(code); p.changes != 1 {
			t.Fatalf("%+v left version %s", c, p.Label())
		}
		if err := lib.Adopt(nil); err != nil {
			t.Fatal(err)
		}
	})
}
