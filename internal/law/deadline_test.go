package law

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"recobro/internal/day"
	"recobro/internal/problem"
)

func TestWorkedSpanishDeadlines(t *testing.T) {
	p := pack(t, "ES")
	for _, c := range []struct{ id, rule, trigger, raw, due, grace string }{
		{"ES-D1", "payment_requirement", "2026-07-20", "2026-09-15", "2026-09-15", "2026-09-16T15:00"},
		{"ES-D2", "payment_requirement", "2025-12-15", "2026-01-26", "2026-01-26", "2026-01-27T15:00"},
		{"ES-D4", "opposition_ordinary", "2026-07-10", "2026-08-10", "2026-09-01", "2026-09-02T15:00"},
		{"ES-D5", "opposition_ordinary", "2026-01-31", "2026-02-28", "2026-03-02", "2026-03-03T15:00"},
		{"ES-D7", "binding_offer", "2026-03-10", "2026-04-10", "2026-04-10", ""},
		{"negotiation counts every day", "negotiation", "2026-07-20", "2026-08-19", "2026-08-19", ""},
		{"negotiation may end on a Sunday", "negotiation", "2026-05-08", "2026-06-07", "2026-06-07", ""},
		{"a Friday's grace is on Monday", "opposition_verbal", "2026-11-06", "2026-11-20", "2026-11-20", "2026-11-23T15:00"},
		{"reduced requirement", "reduction_proposal", "2026-12-18", "2027-01-15", "2027-01-15", "2027-01-18T15:00"},
	} {
		d, err := p.Term(c.rule, day.MustParse(c.trigger))
		if err != nil {
			t.Errorf("%s: %v", c.id, err)
			continue
		}
		grace := ""
		if !d.Grace.IsZero() {
			grace = d.Grace.In(p.Zone).Format("2006-01-02T15:04")
		}
		if d.Raw.String() != c.raw || d.Due.String() != c.due || grace != c.grace {
			t.Errorf("%s: raw %s due %s grace %s, want %s %s %s", c.id, d.Raw, d.Due, grace, c.raw, c.due, c.grace)
		}
		if d.Law == "" || d.Source == "" || !both(d.Name) || !both(d.TriggerName) || !both(d.Calendar) {
			t.Errorf("%s does not explain itself: %+v", c.id, d)
		}
	}
	if _, err := p.Term("guess", day.MustParse("2026-01-01")); problem.Of(err) == nil {
		t.Errorf("an unknown rule gave %v", err)
	}
}

func TestSkippedDaysAreNamedInStretches(t *testing.T) {
	d, err := pack(t, "ES").Term("payment_requirement", day.MustParse("2026-07-20"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range d.Skipped {
		got = append(got, s.From.String()+"/"+s.To.String()+" "+s.Why.ES)
	}
	want := []string{"2026-07-25/2026-07-26 fin de semana", "2026-08-01/2026-08-31 agosto, inhábil", "2026-09-05/2026-09-06 fin de semana", "2026-09-12/2026-09-13 fin de semana"}
	if !slices.Equal(got, want) {
		t.Fatalf("skipped %q", got)
	}
}

func TestLocalHolidayMovesTheDeadlineOfItsTownOnly(t *testing.T) {
	p := pack(t, "ES")
	town := p.WithHolidays(Holiday{On: day.MustParse("2026-09-15"), Name: problem.Text{ES: "Fiesta local", EN: "Local holiday"}})
	d, err := town.Term("payment_requirement", day.MustParse("2026-07-20"))
	if err != nil || d.Due.String() != "2026-09-16" || d.Skipped[len(d.Skipped)-1].Why.ES != "Fiesta local" {
		t.Fatalf("%+v, %v", d, err)
	}
	if d, _ := p.Term("payment_requirement", day.MustParse("2026-07-20")); d.Due.String() != "2026-09-15" {
		t.Fatalf("the holiday of one town reached the others: %s", d.Due)
	}
}

func TestTermOnAnUnverifiedCalendarWaitsForConfirmation(t *testing.T) {
	if _, err := pack(t, "PE").Term("contradiction", day.MustParse("2026-11-02")); problem.Of(err) == nil || problem.Of(err).Code != "fact_unverified" {
		t.Fatalf("Peru's holidays are not verified and still gave %v", err)
	}
	lib, err := library(t).Confirm("pe.calendar")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := lib.Pack("PE")
	if d, err := p.Term("contradiction", day.MustParse("2026-12-03")); err != nil || d.Due.String() != "2026-12-14" || d.Confidence != Unverified {
		t.Fatalf("%+v, %v", d, err)
	}
}

func TestTermCountsItsCourtDaysAndSkipsAllOthers(t *testing.T) {
	p := pack(t, "ES")
	rapid.Check(t, func(t *rapid.T) {
		trigger := day.MustParse("2024-01-01").AddDays(rapid.IntRange(0, 1500).Draw(t, "trigger"))
		d, err := p.Term("payment_requirement", trigger)
		if err != nil {
			t.Fatal(err)
		}
		counted, skipped := 0, 0
		for on := trigger.AddDays(1); !on.After(d.Due); on = on.AddDays(1) {
			if ok, _ := p.CourtDay(on); ok {
				counted++
			} else {
				skipped++
			}
		}
		for _, s := range d.Skipped {
			skipped -= s.To.DaysSince(s.From) + 1
		}
		if ok, why := p.CourtDay(d.Due); counted != 20 || skipped != 0 || !ok {
			t.Fatalf("from %s: %d days counted, %d unexplained, due %s %s", trigger, counted, skipped, d.Due, why.EN)
		}
	})
}

func TestHolidaysByRule(t *testing.T) {
	for _, c := range []struct {
		pack, on string
		want     bool
	}{
		{"ES", "2026-04-03", true}, {"ES", "2025-04-18", true}, {"ES", "2026-04-02", false}, {"ES", "2026-12-08", true},
		{"CO", "2026-11-16", true}, {"CO", "2026-11-11", false}, {"CO", "2026-06-08", true}, {"CO", "2026-05-18", true}, {"CO", "2026-06-15", true}, {"CO", "2026-07-20", true},
		{"MX", "2026-02-02", true}, {"MX", "2026-03-16", true}, {"MX", "2026-11-16", true}, {"MX", "2024-10-01", true}, {"MX", "2026-10-01", false}, {"MX", "2030-10-01", true},
		{"CL", "2025-06-29", true}, {"CL", "2027-06-28", true}, {"CL", "2027-06-29", false}, {"CL", "2028-10-09", true}, {"CL", "2023-10-27", true}, {"CL", "2024-09-20", true}, {"CL", "2026-09-17", false},
		{"PE", "2026-12-09", true}, {"PE", "2020-12-09", false}, {"PE", "2026-04-02", true},
	} {
		if _, got := pack(t, c.pack).Holiday(day.MustParse(c.on)); got != c.want {
			t.Errorf("%s %s holiday %v", c.pack, c.on, got)
		}
	}
	for year, sunday := range map[int]string{2025: "2025-04-20", 2026: "2026-04-05", 2027: "2027-03-28", 2038: "2038-04-25"} {
		if easter(year).String() != sunday {
			t.Errorf("Easter %d on %s", year, easter(year))
		}
	}
}

func TestCourtsRestWhenPeopleStillWork(t *testing.T) {
	p := pack(t, "ES")
	for on, want := range map[string][2]bool{
		"2026-08-12": {true, false}, "2026-12-30": {true, false}, "2027-01-05": {true, false}, "2027-01-07": {true, true},
		"2026-11-21": {false, false}, "2026-11-23": {true, true}, "2026-10-12": {false, false},
	} {
		business, _ := p.BusinessDay(day.MustParse(on))
		court, why := p.CourtDay(day.MustParse(on))
		if business != want[0] || court != want[1] || court == both(why) {
			t.Errorf("%s business %v court %v %q", on, business, court, why.ES)
		}
	}
	if ok, _ := pack(t, "CL").CourtDay(day.MustParse("2026-11-21")); !ok {
		t.Error("Saturday is a court day in Chile (CPC 59)")
	}
}

func TestGraceEndsByTheClockOfTheCourt(t *testing.T) {
	d, err := pack(t, "ES").Term("payment_requirement", day.MustParse("2026-07-20"))
	if err != nil || !d.Grace.Equal(time.Date(2026, 9, 16, 13, 0, 0, 0, time.UTC)) {
		t.Fatalf("%v, %v", d.Grace, err)
	}
}
