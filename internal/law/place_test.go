package law

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"pgregory.net/rapid"

	"recobro/internal/day"
	"recobro/internal/problem"
	packs "recobro/policies/law"
)

func due(t *testing.T, p *Pack, rule, trigger string, stops ...Stop) Deadline {
	t.Helper()
	d, err := p.Term(rule, day.MustParse(trigger), stops...)
	if err != nil {
		t.Fatalf("%s from %s: %v", rule, trigger, err)
	}
	return d
}

func madrid(t *testing.T) *Pack { return pack(t, "ES").For(Place{Region: "ES-MD", Town: "Madrid"}) }

func TestTermsAreCountedByTheCalendarOfTheCourtsPlace(t *testing.T) {
	es := pack(t, "ES")
	for _, c := range []struct{ name, region, town, rule, trigger, due, grace string }{
		{"five days over Easter in Madrid", "ES-MD", "", "evidence_verbal", "2026-03-31", "2026-04-09", "2026-04-10T15:00"},
		{"the same in Catalonia, without Maundy Thursday, with Easter Monday", "ES-CT", "", "evidence_verbal", "2026-03-31", "2026-04-09", "2026-04-10T15:00"},
		{"the same by national holidays only", "", "", "evidence_verbal", "2026-03-31", "2026-04-08", "2026-04-09T15:00"},
		{"with both in Navarre", "ES-NC", "", "evidence_verbal", "2026-03-31", "2026-04-10", "2026-04-13T15:00"},
		{"served on a Friday", "ES-MD", "", "opposition_verbal", "2026-09-04", "2026-09-18", "2026-09-21T15:00"},
		{"served in August", "ES-MD", "Madrid", "answer_ordinary", "2026-08-12", "2026-09-28", "2026-09-29T15:00"},
		{"two local holidays of Madrid, and the Mondays that Madrid moves", "ES-MD", "Madrid", "answer_ordinary", "2026-10-30", "2026-12-01", "2026-12-02T15:00"},
		{"outside the town", "ES-MD", "Getafe", "answer_ordinary", "2026-10-30", "2026-11-30", "2026-12-01T15:00"},
		{"a month that ends on 31", "ES-MD", "", "opposition_ordinary", "2026-03-31", "2026-04-30", "2026-05-04T15:00"},
		{"a month that ends on a regional holiday", "ES-MD", "", "opposition_ordinary", "2025-04-02", "2025-05-05", "2025-05-06T15:00"},
		{"a month in a leap year", "ES-MD", "", "opposition_ordinary", "2028-01-31", "2028-02-29", "2028-03-01T15:00"},
		{"over the end of the year", "ES-AN", "", "answer_verbal", "2026-12-22", "2027-01-19", "2027-01-20T15:00"},
		{"the grace of a Friday before a long weekend", "ES-AN", "Sevilla", "opposition_verbal", "2026-11-20", "2026-12-04", "2026-12-09T15:00"},
	} {
		d := due(t, es.For(Place{c.region, c.town}), c.rule, c.trigger)
		if grace := d.Grace.Format("2006-01-02T15:04"); d.Due.String() != c.due || grace != c.grace {
			t.Errorf("%s: due %s, grace %s; want %s, %s\n%s", c.name, d.Due, grace, c.due, c.grace, d.Explain().EN)
		}
	}
	if _, err := es.For(Place{Region: "ES-XX"}).Term("answer_verbal", day.MustParse("2026-03-31")); problem.Of(err) == nil || problem.Of(err).Code != "region_unknown" {
		t.Errorf("an unknown region gave %v", err)
	}
}

func TestEveryRegionOfSpainIsThere(t *testing.T) {
	all := pack(t, "ES").Regions()
	if len(all) != 19 {
		t.Fatalf("%d regions", len(all))
	}
	for _, r := range all {
		if days, err := pack(t, "ES").Year(Place{Region: r.Code}, 2026); err != nil || len(days) < 11 {
			t.Errorf("%s: %d holidays in 2026, %v", r.Code, len(days), err)
		}
	}
	if len(pack(t, "CO").Regions()) != 0 {
		t.Error("Colombia has no regions of its own")
	}
}

func TestTheYearOfAPlaceNamesEachHolidayWithItsSource(t *testing.T) {
	all, err := pack(t, "ES").Year(Place{"ES-MD", "Madrid"}, 2026)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range all {
		got = append(got, h.On.String()[5:])
		if !both(h.Name) || h.Source == "" || h.Confidence == "" {
			t.Errorf("%s does not say where it comes from: %+v", h.On, h)
		}
	}
	want := "01-01 01-06 04-02 04-03 05-01 05-02 05-15 08-15 10-12 11-01 11-02 11-09 12-06 12-07 12-08 12-25"
	if strings.Join(got, " ") != want {
		t.Errorf("Madrid 2026: %s", strings.Join(got, " "))
	}
	if _, err := pack(t, "CL").Year(Place{}, 2040); problem.Of(err) == nil || problem.Of(err).Code != "calendar_missing" {
		t.Errorf("a year that the almanac does not reach gave %v", err)
	}
	if _, err := pack(t, "ES").Year(Place{Region: "ES-ML"}, 2045); problem.Of(err) == nil {
		t.Error("the feasts of Melilla in 2045 are unknown, not free")
	}
}

func TestAHolidayByPageIsOfItsPlaceAndMayTakeOneAway(t *testing.T) {
	on := day.MustParse
	lib, err := Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	change := func(seq int64, kind ChangeKind, d, region, place string) Change {
		return Change{Seq: seq, Jurisdiction: "ES", Kind: kind, At: time.Unix(1_790_000_000+seq, 0), On: on(d), Region: region, Place: place,
			Name: problem.Text{ES: "Fiesta", EN: "Holiday"}, Source: "BOCM", Confidence: ReadLaw}
	}
	adopted := func(changes ...Change) *Pack {
		if err := lib.Adopt(changes); err != nil {
			t.Fatal(err)
		}
		p, err := lib.Pack("ES")
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	changes := []Change{change(1, ChangeHoliday, "2026-04-07", "ES-MD", "Getafe"), change(2, ChangeHolidayRemoved, "2026-04-02", "ES-MD", "")}
	mended := adopted(changes...)
	for _, c := range []struct{ region, town, due string }{
		{"ES-MD", "", "2026-04-08"}, {"ES-MD", "getafe ", "2026-04-09"}, {"ES-MD", "Madrid", "2026-04-08"}, {"ES-NC", "Getafe", "2026-04-10"},
	} {
		if d := due(t, mended.For(Place{c.region, c.town}), "evidence_verbal", "2026-03-31"); d.Due.String() != c.due {
			t.Errorf("%s %s: %s, want %s", c.region, c.town, d.Due, c.due)
		}
	}
	if all, err := mended.Year(Place{"ES-MD", "Getafe"}, 2026); err != nil || !slices.ContainsFunc(all, func(h Holiday) bool { return h.Place == "Getafe" && h.Source == "BOCM" }) {
		t.Errorf("the page does not show the approved holiday: %v", err)
	}
	back := adopted(append(changes, change(3, ChangeHoliday, "2026-04-02", "ES-MD", ""))...)
	if d := due(t, back.For(Place{Region: "ES-MD"}), "evidence_verbal", "2026-03-31"); d.Due.String() != "2026-04-09" {
		t.Errorf("the last word counts: %s", d.Due)
	}
	if d := due(t, mended.For(Place{Region: "ES-MD"}), "evidence_verbal", "2026-03-31"); !strings.Contains(d.Calendar.ES, "normativa ES 1.2") {
		t.Errorf("the calendar does not name its edition: %s", d.Calendar.ES)
	}
}

func TestAnOldPackCountsByANewCalendar(t *testing.T) {
	old := pack(t, "ES")
	newer := old.WithHolidays(Holiday{On: day.MustParse("2026-09-15"), Name: problem.Text{ES: "Luto oficial", EN: "Day of mourning"}})
	if d := due(t, old.WithCalendarOf(newer), "payment_requirement", "2026-07-20"); d.Due.String() != "2026-09-16" {
		t.Errorf("%s", d.Due)
	}
	if d := due(t, old, "payment_requirement", "2026-07-20"); d.Due.String() != "2026-09-15" {
		t.Errorf("the new calendar reached the old pack: %s", d.Due)
	}
}

// term is the pack with one more term, "test", of the unit and roll.
func term(p *Pack, unit string, count int, roll string) *Pack {
	c, doc := *p, *p.doc
	doc.Terms = append(slices.Clone(doc.Terms), termDoc{ID: "test", Name: problem.Text{ES: "Prueba", EN: "Test"}, Trigger: problem.Text{ES: "Acto", EN: "Act"},
		Count: count, Unit: unit, Roll: roll, Fact: Fact{Law: "ley", Source: "boletín", Confidence: ReadLaw}})
	c.doc = &doc
	return &c
}

func TestEveryUnitAndRollOfATerm(t *testing.T) {
	es := pack(t, "ES")
	for _, c := range []struct {
		unit            string
		count           int
		roll            string
		trigger, r, due string
	}{
		{businessDays, 10, "", "2026-07-29", "2026-08-12", "2026-08-12"},
		{courtDays, 10, "", "2026-07-29", "2026-09-10", "2026-09-10"},
		{naturalDays, 10, "", "2026-07-29", "2026-08-08", "2026-08-08"},
		{naturalDays, 10, rollBusiness, "2026-07-29", "2026-08-08", "2026-08-10"},
		{naturalDays, 10, rollFollowing, "2026-07-29", "2026-08-08", "2026-09-01"},
		{naturalDays, 10, rollPreceding, "2026-07-29", "2026-08-08", "2026-07-31"},
		{months, 1, "", "2024-01-31", "2024-02-29", "2024-02-29"},
		{months, 1, "", "2026-02-28", "2026-03-28", "2026-03-28"},
		{months, 3, "", "2026-11-30", "2027-02-28", "2027-02-28"},
		{months, 12, rollPreceding, "2025-12-25", "2026-12-25", "2026-12-23"},
		{years, 1, "", "2024-02-29", "2025-02-28", "2025-02-28"},
		{years, 4, "", "2024-02-29", "2028-02-29", "2028-02-29"},
		{years, 5, rollFollowing, "2021-08-15", "2026-08-15", "2026-09-01"},
	} {
		d := due(t, term(es, c.unit, c.count, c.roll), "test", c.trigger)
		if d.Raw.String() != c.r || d.Due.String() != c.due {
			t.Errorf("%d %s %s from %s: raw %s due %s, want %s %s", c.count, c.unit, c.roll, c.trigger, d.Raw, d.Due, c.r, c.due)
		}
	}
}

func TestATermDoesNotRunWhileItIsStopped(t *testing.T) {
	on := day.MustParse
	co := pack(t, "CO")
	judge := Stop{From: on("2026-11-05"), To: on("2026-11-12"), Why: problem.Text{ES: "expediente al despacho", EN: "file with the judge"}}
	for _, c := range []struct {
		name  string
		p     *Pack
		rule  string
		from  string
		stops []Stop
		due   string
	}{
		{"ten days to except", co, "exceptions", "2026-11-03", nil, "2026-11-18"},
		{"with the file at the judge's desk", co, "exceptions", "2026-11-03", []Stop{judge}, "2026-11-26"},
		{"over the judicial vacation", co, "exceptions", "2026-12-15", nil, "2027-01-21"},
		{"months move on by the days lost", pack(t, "ES"), "binding_offer", "2026-10-20", []Stop{{From: on("2026-11-01"), To: on("2026-11-10")}}, "2026-11-30"},
		{"a stop within what another stop added", pack(t, "ES"), "binding_offer", "2026-10-20", []Stop{{From: on("2026-11-01"), To: on("2026-11-10")}, {From: on("2026-11-25"), To: on("2026-11-26")}}, "2026-12-02"},
		{"calendar days", pack(t, "ES"), "negotiation", "2026-07-20", []Stop{{From: on("2026-08-01"), To: on("2026-08-05")}}, "2026-08-24"},
	} {
		if d := due(t, c.p, c.rule, c.from, c.stops...); d.Due.String() != c.due {
			t.Errorf("%s: %s, want %s\n%s", c.name, d.Due, c.due, d.Explain().EN)
		}
	}
	open := Stop{From: on("2026-11-05"), Why: judge.Why}
	if _, err := co.Term("exceptions", on("2026-11-03"), open); problem.Of(err) == nil || problem.Of(err).Code != "term_suspended" {
		t.Errorf("a stop that still lasts gave %v", err)
	}
	if d := due(t, co, "exceptions", "2026-10-01", open); d.Due.String() != "2026-10-16" {
		t.Errorf("a stop after the end changed it: %s", d.Due)
	}
}

func TestElectronicServiceCountsWhenOpenedOrAfterThreeCourtDays(t *testing.T) {
	p := pack(t, "ES")
	at := func(s string) time.Time {
		if s == "" {
			return time.Time{}
		}
		v, err := time.ParseInLocation("2006-01-02T15:04", s, p.Zone)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		sent, opened, on string
		deemed           bool
		due              string // of five court days from there
	}{
		{"2026-09-07T10:00", "2026-09-08T09:00", "2026-09-08", false, "2026-09-15"},
		{"2026-09-07T10:00", "2026-09-07T10:05", "2026-09-07", false, "2026-09-14"},
		{"2026-09-07T10:00", "", "2026-09-10", true, "2026-09-17"},
		{"2026-09-04T10:00", "", "2026-09-09", true, "2026-09-16"},
		{"2026-09-07T10:00", "2026-09-30T10:00", "2026-09-10", true, "2026-09-17"},
		{"2026-07-30T10:00", "", "2026-09-02", true, "2026-09-09"},
		{"2026-07-30T10:00", "2026-08-04T10:00", "2026-09-01", false, "2026-09-08"},
		{"2026-12-22T10:00", "2026-12-28T10:00", "2027-01-07", false, "2027-01-14"},
		{"2026-09-05T10:00", "2026-09-05T10:05", "2026-09-07", false, "2026-09-14"},
	} {
		s, err := p.Served(at(c.sent), at(c.opened))
		if err != nil || s.On.String() != c.on || s.Deemed != c.deemed {
			t.Errorf("sent %s opened %s: %+v, %v; want %s", c.sent, c.opened, s, err, c.on)
			continue
		}
		if d := due(t, p, "evidence_verbal", s.On.String()); d.Due.String() != c.due {
			t.Errorf("sent %s opened %s: due %s, want %s", c.sent, c.opened, d.Due, c.due)
		}
	}
	s, err := p.Served(at("2026-07-30T10:00"), time.Time{})
	if want := "Enviada el 30 de julio de 2026 a las 10:00.\nNadie la abrió en 3 días hábiles: se tiene por hecha el 2 de septiembre de 2026 (LEC, arts. 162.2 y 133.2)."; err != nil || s.Explain().ES != want {
		t.Errorf("%v:\n%s", err, s.Explain().ES)
	}
	if _, err := p.Served(at("2026-09-07T10:00"), at("2026-09-06T10:00")); problem.Of(err) == nil {
		t.Error("opened before it was sent")
	}
	if _, err := pack(t, "CL").Served(at("2026-09-07T10:00"), time.Time{}); problem.Of(err) == nil {
		t.Error("Chile has no such rule")
	}
}

func TestWhatComesAfterTheHourComesTheNextCourtDay(t *testing.T) {
	p := madrid(t)
	at := func(d, hm string) time.Time { return p.at(day.MustParse(d), hm) }
	for _, c := range []struct{ day, hour, received, served, due string }{
		{"2026-09-08", "14:59", "2026-09-08", "2026-09-09", "2026-09-15"},
		{"2026-09-08", "15:00", "2026-09-08", "2026-09-09", "2026-09-15"},
		{"2026-09-08", "15:01", "2026-09-09", "2026-09-10", "2026-09-16"},
		{"2026-09-11", "18:00", "2026-09-14", "2026-09-15", "2026-09-21"},
		{"2026-11-06", "18:00", "2026-11-10", "2026-11-11", "2026-11-17"},
	} {
		received, err := p.ReceivedOn(at(c.day, c.hour))
		served, err2 := p.ServedThroughCollege(at(c.day, c.hour))
		d, err3 := p.TermFrom("evidence_verbal", at(c.day, c.hour))
		if err != nil || err2 != nil || err3 != nil || received.String() != c.received || served.String() != c.served || d.Due.String() != c.due {
			t.Errorf("%s %s: received %s, served %s, due %s; want %s %s %s (%v %v %v)", c.day, c.hour, received, served, d.Due, c.received, c.served, c.due, err, err2, err3)
		}
		if late := c.received != c.day; late != strings.Contains(d.Explain().ES, "pasada la hora") {
			t.Errorf("%s %s: the explanation does not fit:\n%s", c.day, c.hour, d.Explain().ES)
		}
	}
	if d, err := p.TermFrom("negotiation", at("2026-09-08", "23:30")); err != nil || d.Trigger.String() != "2026-09-08" {
		t.Errorf("a civil term knows no hour of the courts: %s, %v", d.Trigger, err)
	}
}

func TestGraceEndsByTheClockOfTheRegion(t *testing.T) {
	d := due(t, pack(t, "ES").For(Place{Region: "ES-CN"}), "payment_requirement", "2026-07-20")
	if !d.Grace.Equal(time.Date(2026, 9, 16, 14, 0, 0, 0, time.UTC)) || !strings.Contains(d.Explain().ES, "hasta las 15:00 del 16 de septiembre") {
		t.Errorf("grace in the Canary Islands: %s\n%s", d.Grace, d.Explain().ES)
	}
}

func TestSomeRegionsOfChileRestOnDaysOfTheirOwn(t *testing.T) {
	cl := pack(t, "CL")
	for place, want := range map[Place]bool{{}: false, {Region: "CL-AP"}: true} {
		if _, got := cl.For(place).Holiday(day.MustParse("2027-06-07")); got != want {
			t.Errorf("7 June in %+v: %v", place, got)
		}
	}
	for town, want := range map[string]bool{"Chillán": true, "Chillán Viejo": true, "Bulnes": false} {
		if _, got := cl.For(Place{"CL-NB", town}).Holiday(day.MustParse("2027-08-20")); got != want {
			t.Errorf("20 August in %s: %v", town, got)
		}
	}
}

func TestCourtsActInTheirHours(t *testing.T) {
	p := madrid(t)
	for _, c := range []struct {
		day, hour string
		service   bool
		want      bool
	}{
		{"2026-09-08", "07:59", false, false}, {"2026-09-08", "08:00", false, true}, {"2026-09-08", "19:59", false, true}, {"2026-09-08", "20:00", false, false},
		{"2026-09-08", "21:59", true, true}, {"2026-09-08", "22:00", true, false}, {"2026-09-05", "10:00", true, false}, {"2026-08-12", "10:00", false, false},
	} {
		if got, err := p.CourtHour(p.at(day.MustParse(c.day), c.hour), c.service); err != nil || got != c.want {
			t.Errorf("%s %s service %v: %v, %v", c.day, c.hour, c.service, got, err)
		}
	}
	if _, err := pack(t, "CO").CourtHour(time.Now(), false); problem.Of(err) == nil || problem.Of(err).Code != "fact_missing" {
		t.Errorf("hours that no pack states: %v", err)
	}
}

func TestADeadlineCanBeReadAloud(t *testing.T) {
	d := due(t, madrid(t), "opposition_ordinary", "2026-07-10")
	es, en := d.Explain().ES, d.Explain().EN
	for _, want := range []string{"Presentar la demanda de juicio ordinario: 1 mes, de fecha a fecha (LEC, arts. 818.2, 133.3 y 133.4).", "Traslado de la oposición: el 10 de julio de 2026; ese día no cuenta.",
		"normativa ES 1; Comunidad de Madrid, Madrid: 7 fiestas de la región, 2 de la localidad", "El último día sería el 10 de agosto de 2026, que no es hábil (agosto, inhábil): pasa al 1 de septiembre de 2026.",
		"Vence el 1 de septiembre de 2026, a las 24:00.", "hasta las 15:00 del 2 de septiembre de 2026 (LEC, art. 135.5)", "leído en una fuente secundaria"} {
		if !strings.Contains(es, want) {
			t.Errorf("the explanation lacks %q:\n%s", want, es)
		}
	}
	for _, want := range []string{"on 10 July 2026; that day does not count", "it moves to 1 September 2026", "until 15:00 on 2 September 2026"} {
		if !strings.Contains(en, want) {
			t.Errorf("the explanation lacks %q:\n%s", want, en)
		}
	}
	days := due(t, madrid(t), "evidence_verbal", "2026-03-31").Explain().ES
	if !strings.Contains(days, "No cuentan el 2 de abril de 2026 (Jueves Santo), el 3 de abril de 2026 (Viernes Santo), del 4 de abril de 2026 al 5 de abril de 2026 (fin de semana).") {
		t.Errorf("the skipped days are not told:\n%s", days)
	}
}

func TestRolledDeadlinesFallOnCourtDaysAndNeverGetEarlier(t *testing.T) {
	es := pack(t, "ES")
	regions := es.Regions()
	rapid.Check(t, func(t *rapid.T) {
		p := es.For(Place{Region: rapid.SampledFrom(regions).Draw(t, "region").Code})
		rule := rapid.SampledFrom([]string{"payment_requirement", "opposition_ordinary", "evidence_verbal", "enforcement_opposition"}).Draw(t, "rule")
		trigger := day.MustParse("2021-01-01").AddDays(rapid.IntRange(0, 3200).Draw(t, "trigger"))
		a, err := p.Term(rule, trigger)
		if err != nil {
			t.Fatal(err)
		}
		if ok, why := p.CourtDay(a.Due); !ok || a.Due.Before(a.Raw) {
			t.Fatalf("%s from %s is due on %s: %s", rule, trigger, a.Due, why.EN)
		}
		later, err := p.Term(rule, trigger.AddDays(rapid.IntRange(1, 40).Draw(t, "later")))
		if err != nil || later.Due.Before(a.Due) {
			t.Fatalf("a later trigger is due earlier: %s, %s (%v)", a.Due, later.Due, err)
		}
		extra := Holiday{On: trigger.AddDays(rapid.IntRange(-5, 60).Draw(t, "extra")), Name: problem.Text{ES: "x", EN: "x"}}
		with, err := p.WithHolidays(extra).Term(rule, trigger)
		if err != nil || with.Due.Before(a.Due) || with.Grace.Before(a.Grace) {
			t.Fatalf("a holiday on %s made %s earlier: %s (%v)", extra.On, a.Due, with.Due, err)
		}
	})
}

// FuzzHolidayRule: whatever rule is accepted gives a day of its year, or none, and never panics.
func FuzzHolidayRule(f *testing.F) {
	f.Add(`{on: "02-29", name: {es: a, en: b}}`, 2026)
	f.Add(`{monday: "11-3", move: next_monday, name: {es: a, en: b}}`, 2026)
	f.Add(`{easter: -47, only_on: tuesday, since: 2000, every: 3, name: {es: a, en: b}}`, 2030)
	f.Add(`{dates: [2026-05-27, 2027-05-16], almanac: true, except: [2027], name: {es: a, en: b}}`, 2027)
	f.Fuzz(func(t *testing.T, text string, year int) {
		var r holidayRule
		if yaml.UnmarshalWithOptions([]byte(text), &r, yaml.Strict()) != nil || r.check() != nil {
			return
		}
		year = 1900 + ((year%300)+300)%300
		if d := r.in(year); !d.IsZero() && (!d.IsValid() || d.Year < year-1 || d.Year > year+1) {
			t.Fatalf("%q gives %v in %d", text, d, year)
		}
		r.path("calendar")
		r.last()
	})
}
