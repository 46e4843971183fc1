package law

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
	packs "recobro/policies/law"
)

// fresh is a shelf of its own, for tests that adopt.
func fresh(t testing.TB) *Library {
	t.Helper()
	lib, err := library(t).Confirm()
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// shippedWith is one shipped pack, edited, with the series beside it.
func shippedWith(t testing.TB, name string, edit func(string) string) fstest.MapFS {
	t.Helper()
	series, err := fs.Glob(packs.FS, "series/*")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, file := range append(series, name) {
		raw, err := fs.ReadFile(packs.FS, file)
		if err != nil {
			t.Fatal(err)
		}
		files[file] = &fstest.MapFile{Data: raw}
	}
	files[name].Data = []byte(edit(string(files[name].Data)))
	return files
}

func pct(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func instant(s string) time.Time {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return at
}

// half2027 is the rate that the next half-year's resolution will bring.
func half2027(seq int64, at, figure string) Change {
	return Change{Seq: seq, Jurisdiction: "ES", Kind: ChangeRate, At: instant(at), Regime: StatutoryCommercial, From: day.MustParse("2027-01-01"),
		To: day.MustParse("2027-06-30"), Pct: pct(figure), Publication: "BOE-A-2026-99999", Confidence: ReadLaw, Note: "resolución inventada para la prueba"}
}

// earned is the interest of 10.000,00 in January 2027.
func earned(t testing.TB, p *Pack) ([]Slice, error) {
	t.Helper()
	return p.Interest(Terms{Regime: StatutoryCommercial}, money.Of(10_000_00, p.Currency), day.MustParse("2026-12-31"), day.MustParse("2027-01-31"))
}

func TestAdoptedRateIsSeenByWhoeverHoldsTheLibraryAndThePastStaysAsItWas(t *testing.T) {
	lib := fresh(t)
	held := lib
	before, _ := lib.Pack("ES")
	if _, err := earned(t, before); problem.Of(err) == nil || problem.Of(err).Code != "rate_missing" {
		t.Fatalf("a half-year that nobody published: %v", err)
	}
	if err := lib.Adopt([]Change{half2027(1, "2026-12-30T10:00:00Z", "10.15"), half2027(2, "2027-01-15T10:00:00Z", "10.25")}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ at, label, amount string }{
		{"", "1.2", "87.05"}, {"2027-01-15T10:00:00Z", "1.2", "87.05"}, {"2027-01-15T09:59:59Z", "1.1", "86.21"}, {"2026-12-30T10:00:00Z", "1.1", "86.21"}, {"2026-12-30T09:59:59Z", "1", ""}, {"1999-01-01T00:00:00Z", "1", ""},
	} {
		var known time.Time
		if c.at != "" {
			known = instant(c.at)
		}
		p, err := held.PackAt("ES", known)
		if err != nil || p.Label() != c.label {
			t.Fatalf("as known at %s: %s, %v", c.at, p.Label(), err)
		}
		got, err := earned(t, p)
		switch {
		case c.amount == "" && err == nil, c.amount != "" && (err != nil || got[0].Amount.Decimal() != c.amount):
			t.Errorf("as known at %s: %+v, %v", c.at, got, err)
		case c.amount != "" && (got[0].RateID != "es.statutory_commercial.2027-01-01" || got[0].Publication != "BOE-A-2026-99999" || got[0].Vouched):
			t.Errorf("as known at %s: %+v does not say where its rate comes from", c.at, got[0])
		}
		if again, err := held.PackVersion("ES", c.label); err != nil || again != p {
			t.Errorf("version %s is not found again: %v", c.label, err)
		}
	}
	if _, err := earned(t, before); err == nil {
		t.Error("a pack that somebody holds changed under them")
	}
	if mx, _ := lib.Pack("MX"); mx.Label() != "1" {
		t.Errorf("Spanish changes moved Mexico to %s", mx.Label())
	}
	if _, err := lib.PackVersion("ES", "7"); problem.Of(err) == nil || problem.Of(err).Code != "pack_version_unknown" {
		t.Errorf("a version that never was: %v", err)
	}
}

func TestAChangeThatCannotStandNamesItselfAndChangesNothing(t *testing.T) {
	good := half2027(1, "2026-12-30T10:00:00Z", "10.15")
	change := func(f func(*Change)) Change {
		c := half2027(7, "2026-12-31T10:00:00Z", "10.15")
		f(&c)
		return c
	}
	lib := fresh(t)
	for code, c := range map[string][]Change{
		"jurisdiction_unknown": {change(func(c *Change) { c.Jurisdiction = "XX" })},
		"regime_unknown":       {change(func(c *Change) { c.Regime = "guess" }), change(func(c *Change) { c.Jurisdiction, c.Regime = "MX", Legal })},
		"rate_overlap": {
			change(func(c *Change) { c.From = day.MustParse("2026-12-31") }),
			change(func(c *Change) { c.From, c.To = day.MustParse("2026-01-10"), day.MustParse("2026-01-11") }),
			change(func(c *Change) { c.From, c.To = day.MustParse("2004-01-01"), day.Date{} }),
			change(func(c *Change) { c.From, c.To = day.MustParse("2026-01-01"), day.MustParse("2026-07-01") })},
		"change_invalid": {
			change(func(c *Change) { c.Kind = "" }), change(func(c *Change) { c.Pct = pct("0") }), change(func(c *Change) { c.Pct = pct("100.01") }),
			change(func(c *Change) { c.To = day.MustParse("2026-12-31") }), change(func(c *Change) { c.From = day.Date{} }),
			change(func(c *Change) { c.Confidence = "" }), change(func(c *Change) { c.Confidence = HouseRule }), change(func(c *Change) { c.Publication = "" }),
			change(func(c *Change) { c.Regime = Judgment }), change(func(c *Change) { c.Kind, c.On, c.Value = ChangeFactor, c.From, c.Pct }),
			change(func(c *Change) { c.Kind, c.Name = ChangeHoliday, problem.Text{ES: "x", EN: "x"} }), change(func(c *Change) { c.Kind, c.On = ChangeHoliday, c.From }),
			change(func(c *Change) { c.Kind, c.Setting, c.SettingValue = ChangeSetting, "day_count", "30/360" }),
			change(func(c *Change) { c.Kind, c.Fact = ChangeTick, "es.statutory_commercial.2013-07-01" }), change(func(c *Change) { c.Kind, c.Fact = ChangeTick, "es.allocation" })},
		"fact_unknown":    {change(func(c *Change) { c.Kind, c.Fact = ChangeConfirm, "es.nothing" }), change(func(c *Change) { c.Kind, c.Fact = ChangeTick, "mx.agreed" })},
		"setting_unknown": {change(func(c *Change) { c.Kind, c.Setting = ChangeSetting, "colour" })},
		"unit_unknown":    {change(func(c *Change) { c.Kind, c.Unit, c.On, c.Value = ChangeUnitValue, "CLF", c.From, c.Pct })},
	} {
		for _, bad := range c {
			if err := lib.Adopt([]Change{good}); err != nil {
				t.Fatal(err)
			}
			err := lib.Adopt([]Change{good, bad})
			if e := problem.Of(err); e == nil || e.Code != code || !strings.Contains(err.Error(), "change 7") {
				t.Errorf("%s: %+v: %v", code, bad, err)
			}
			if _, err := lib.With([]Change{good, bad}); problem.Of(err) == nil || problem.Of(err).Code != code {
				t.Errorf("%s before it is approved: %v", code, err)
			}
			if p, _ := lib.Pack("ES"); p.Label() != "1.1" {
				t.Errorf("%s: a refused change left the shelf at %s", code, p.Label())
			}
		}
	}
}

func TestANewPeriodCutsOnlyAnOpenOne(t *testing.T) {
	lib := fresh(t)
	mx := Change{Seq: 1, Jurisdiction: "MX", Kind: ChangeRate, At: instant("2026-12-30T10:00:00Z"), Regime: StatutoryCommercial, From: day.MustParse("2027-02-01"), Pct: pct("9"), Source: "DOF 30-12-2026", Confidence: ReadLaw}
	if err := lib.Adopt([]Change{mx}); err != nil {
		t.Fatal(err)
	}
	p, _ := lib.Pack("MX")
	got, err := p.Interest(Terms{Regime: StatutoryCommercial}, money.Of(36_500_00, money.MXN), day.MustParse("2027-01-30"), day.MustParse("2027-02-02"))
	if err != nil || len(got) != 2 || got[0].Days != 1 || got[0].Amount.Decimal() != "6.00" || got[1].Amount.Decimal() != "18.00" || got[1].Publication != "DOF 30-12-2026" {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestALawyersWordStandsUntilTheFigureIsCorrected(t *testing.T) {
	const id = "es.statutory_commercial.2023-01-01"
	tick := Change{Seq: 1, Jurisdiction: "ES", Kind: ChangeTick, At: instant("2026-12-01T10:00:00Z"), Fact: id}
	correction := half2027(2, "2026-12-02T10:00:00Z", "10.60")
	correction.From, correction.To, correction.Confidence = day.MustParse("2023-01-01"), day.Date{}, ReadSecondary
	lib := fresh(t)
	for n, want := range []bool{false, true, false} {
		if err := lib.Adopt([]Change{tick, correction}[:n]); err != nil {
			t.Fatal(err)
		}
		p, _ := lib.Pack("ES")
		got, err := p.Interest(Terms{Regime: StatutoryCommercial}, money.Of(100_00, money.EUR), day.MustParse("2022-12-31"), day.MustParse("2023-07-01"))
		if err != nil || len(got) != 2 || got[0].RateID != id || got[0].Vouched != want || got[0].To != day.MustParse("2023-06-30") {
			t.Errorf("after %d changes: %+v, %v", n, got, err)
		}
	}
}

func TestSettingsFactorsUnitsAndHolidaysAreAdopted(t *testing.T) {
	at, on := instant("2026-12-01T10:00:00Z"), day.MustParse("2027-01-04")
	name := problem.Text{ES: "Traslado de Reyes", EN: "Epiphany moved"}
	lib := fresh(t)
	err := lib.Adopt([]Change{
		{Seq: 1, Jurisdiction: "ES", Kind: ChangeSetting, At: at, Setting: "day_count", SettingValue: "ACT/ACT"},
		{Seq: 2, Jurisdiction: "ES", Kind: ChangeHoliday, At: at, On: on, Name: name},
		{Seq: 3, Jurisdiction: "ES", Kind: ChangeHoliday, At: at, On: on.AddDays(1), Place: "Móstoles", Name: name},
		{Seq: 4, Jurisdiction: "ES", Kind: ChangeHolidayRemoved, At: at, On: on.AddDays(1), Place: "Móstoles"},
		{Seq: 5, Jurisdiction: "PE", Kind: ChangeFactor, At: at, Regime: Legal, On: day.MustParse("2014-01-31"), Value: pct("6.63"), Source: "SBS", Confidence: ReadSecondary},
		{Seq: 6, Jurisdiction: "CL", Kind: ChangeUnitValue, At: at, Unit: "CLF", On: on, Value: pct("39700.12"), Source: "Banco Central de Chile", Confidence: ReadLaw},
	})
	if err != nil {
		t.Fatal(err)
	}
	es, _ := lib.Pack("ES")
	if es.DayCount() != ActAct || es.Label() != "1.4" {
		t.Errorf("day count %s in version %s", es.DayCount(), es.Label())
	}
	if got, holiday := es.Holiday(on); !holiday || got != name || len(es.local) != 1 || len(es.removed) != 1 {
		t.Errorf("added %v, removed %v", es.local, es.removed)
	}
	pe, _ := lib.Pack("PE")
	if got, err := pe.Interest(Terms{Regime: StatutoryCommercial}, money.Of(10_000_00, money.PEN), day.MustParse("2013-12-31"), day.MustParse("2014-01-31")); err != nil || got[0].Amount.Decimal() != "13.79" {
		t.Errorf("%+v, %v", got, err)
	}
	cl, _ := lib.Pack("CL")
	if v, f, err := cl.Unit(money.CLF, on); err != nil || v.String() != "39700.12" || f.Source != "Banco Central de Chile" {
		t.Errorf("UF %s of %+v, %v", v, f, err)
	}
	if _, _, err := cl.Unit(money.CLF, on.AddDays(1)); problem.Of(err) == nil || problem.Of(err).Code != "unit_missing" {
		t.Errorf("the UF of a day that nobody loaded: %v", err)
	}
	if _, _, err := es.Setting("colour"); problem.Of(err) == nil || problem.Of(err).Code != "setting_unknown" {
		t.Errorf("a setting that nobody knows: %v", err)
	}
}

// A later version ships with Recobro itself: what was known before it shipped stays, and the firm's changes stand over it.
func TestALaterShippedVersionRulesFromItsDay(t *testing.T) {
	files := shippedWith(t, "mx.yaml", func(raw string) string { return raw })
	next := strings.Replace(string(files["mx.yaml"].Data), "version: 1\n", "version: 2\nsince: 2027-03-01\n", 1)
	next = strings.Replace(next, `- {pct: "6.00"`, `- {pct: "7.00"`, 1)
	files["mx-2.yaml"] = &fstest.MapFile{Data: []byte(next)}
	lib, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	setting := Change{Seq: 1, Jurisdiction: "MX", Kind: ChangeSetting, At: instant("2027-01-01T00:00:00Z"), Setting: "rate_grace_days", SettingValue: "3"}
	later := setting
	later.Seq, later.At, later.SettingValue = 2, instant("2027-04-01T00:00:00Z"), "4"
	if err := lib.Adopt([]Change{later, setting}); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{"2026-12-31T00:00:00Z": "1 15 6", "2027-02-28T00:00:00Z": "1.1 3 6", "2027-03-02T00:00:00Z": "2.1 3 7", "2027-04-02T00:00:00Z": "2.2 4 7"} {
		p, _ := lib.PackAt("MX", instant(at))
		days, _, err := p.SettingNumber("rate_grace_days")
		if got := fmt.Sprint(p.Label(), " ", days, " ", p.tables[StatutoryCommercial].rates[0].pct); got != want || err != nil {
			t.Errorf("known at %s: %s, want %s (%v)", at, got, want, err)
		}
	}
	files["mx-2.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(next, "since: 2027-03-01\n", "", 1))}
	if _, err := Load(files); err == nil {
		t.Error("a second version that does not say since when was loaded")
	}
}

// changes that a firm could approve one after the other.
func someChanges(t *rapid.T) []Change {
	var all []Change
	at := instant("2026-12-01T10:00:00Z")
	for n := range rapid.IntRange(0, 12).Draw(t, "changes") {
		at = at.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "hours")) * time.Hour)
		c := half2027(int64(n), "2026-12-01T10:00:00Z", fmt.Sprint(rapid.IntRange(1, 99).Draw(t, "pct")))
		c.At = at
		switch rapid.SampledFrom([]string{"rate", "confirm", "setting"}).Draw(t, "kind") {
		case "confirm":
			c.Kind, c.Fact = ChangeConfirm, "es.statutory_commercial.2013-07-01"
		case "setting":
			c.Kind, c.Setting, c.SettingValue = ChangeSetting, "rate_grace_days", fmt.Sprint(rapid.IntRange(0, 99).Draw(t, "days"))
		}
		all = append(all, c)
	}
	return all
}

// told is what a pack says of everything that changes touch.
func told(t testing.TB, p *Pack) string {
	s, err := earned(t, p)
	days, _, _ := p.SettingNumber("rate_grace_days")
	return fmt.Sprint(p.Label(), days, p.confirmed, s, err)
}

func TestWhatWasKnownNeverChangesAndOrderOfArrivalDoesNotMatter(t *testing.T) {
	lib, other := fresh(t), fresh(t)
	rapid.Check(t, func(r *rapid.T) {
		all := someChanges(r)
		n := rapid.IntRange(0, len(all)).Draw(r, "known")
		if err := lib.Adopt(all[:n]); err != nil {
			t.Fatal(err)
		}
		known := instant("2026-12-01T09:00:00Z")
		if n > 0 {
			known = all[n-1].At
		}
		if n < len(all) && !all[n].At.After(known) {
			return // approved at the same instant: the shelf cannot have been asked in between
		}
		before, _ := lib.PackAt("ES", known)
		shuffled := append([]Change(nil), all...)
		rand.Shuffle(len(shuffled), reflect.Swapper(shuffled))
		if err := lib.Adopt(all); err != nil {
			t.Fatal(err)
		}
		if err := other.Adopt(shuffled); err != nil {
			t.Fatal(err)
		}
		after, _ := lib.PackAt("ES", known)
		if a, b := told(t, before), told(t, after); a != b {
			r.Fatalf("known at %s: %s, after later changes %s", known, a, b)
		}
		for _, c := range all {
			a, _ := lib.PackAt("ES", c.At)
			b, _ := other.PackAt("ES", c.At)
			if told(t, a) != told(t, b) {
				r.Fatalf("at %s: %s, in another order %s", c.At, told(t, a), told(t, b))
			}
		}
	})
}

func TestReadersSeeOneShelfWhileChangesAreAdopted(t *testing.T) {
	lib, known := fresh(t), instant("2026-12-30T10:00:00Z")
	done := make(chan error, 4)
	for range cap(done) {
		go func() {
			for range 200 {
				p, err := lib.PackAt("ES", known)
				if err == nil && p.Label() == "1.1" {
					_, err = p.Interest(Terms{Regime: StatutoryCommercial}, money.Of(10_000_00, money.EUR), day.MustParse("2026-12-31"), day.MustParse("2027-01-31"))
				}
				if err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for n := range 20 {
		if err := lib.Adopt([]Change{half2027(1, "2026-12-30T10:00:00Z", "10.15"), half2027(2, "2027-01-15T10:00:00Z", "10.25")}[:n%3]); err != nil {
			t.Fatal(err)
		}
	}
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
