package law

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// Place is where a court sits: the region by its ISO 3166-2 code ("ES-MD") and the town by its name. Both may be empty; the
// holidays of an empty place are the country's.
type Place struct{ Region, Town string }

// Region is a part of the country with holidays of its own.
type Region struct {
	Code  string // ISO 3166-2
	Name  problem.Text
	Towns []string // those whose local holidays are known by rule; others come by page
}

// Holiday is one day of rest. Region and Place say for whom: empty is for everybody.
type Holiday struct {
	On            day.Date
	Name          problem.Text
	Region, Place string
	Fact
}

// at tells whether the holiday is of exactly this day, region and town.
func (h Holiday) at(on day.Date, region, town string) bool {
	return h.On == on && h.Region == region && strings.EqualFold(h.Place, town)
}

// WithHolidays answers the pack with more holidays.
func (p *Pack) WithHolidays(local ...Holiday) *Pack {
	c := *p
	c.local = append(slices.Clone(p.local), local...)
	return &c
}

// For answers the pack with the calendar and the clock of a place: the holidays of its region and town come to those of the country. Term refuses
// a region that the pack does not know; of an unknown town there are simply no local holidays, and the deadline says how many it knew.
func (p *Pack) For(place Place) *Pack {
	c := *p
	c.place = place
	if r, known := p.regions[place.Region]; known {
		c.Zone = r.zone
	}
	return &c
}

// WithCalendarOf answers the pack with the holidays of another version of the same law: a proceeding keeps the terms it
// started under, but not a calendar that has been mended since. What a lawyer vouched for in either is vouched for.
func (p *Pack) WithCalendarOf(newer *Pack) *Pack {
	c, doc := *p, *p.doc
	c.confirmed = maps.Clone(newer.confirmed)
	if c.confirmed == nil {
		c.confirmed = map[string]bool{}
	}
	maps.Copy(c.confirmed, p.confirmed)
	doc.Calendar = newer.doc.Calendar
	c.doc, c.local, c.removed, c.regions, c.calendar = &doc, newer.local, newer.removed, newer.regions, newer.calendarLabel()
	return &c
}

// Place of the pack's calendar, as given to For.
func (p *Pack) Place() Place { return p.place }

// Regions lists the parts of the country with holidays of their own, by name; empty where they do not differ.
func (p *Pack) Regions() []Region {
	var all []Region
	for code, r := range p.regions {
		all = append(all, Region{Code: code, Name: r.Name, Towns: slices.Sorted(maps.Keys(r.Towns))})
	}
	slices.SortFunc(all, func(a, b Region) int { return strings.Compare(a.Name.ES, b.Name.ES) })
	return all
}

// holidaysDoc is a file of policies/law/holidays: the regions and towns of one country.
type holidaysDoc struct {
	Code    string             `yaml:"code"`
	Regions map[string]restDoc `yaml:"regions"`
}

type restDoc struct {
	Fact     `yaml:",inline"`
	Name     problem.Text       `yaml:"name"`
	TimeZone string             `yaml:"time_zone"` // of its courts, where it is not the country's
	Holidays []holidayRule      `yaml:"holidays"`
	Towns    map[string]townDoc `yaml:"towns"`
	zone     *time.Location
}

type townDoc struct {
	Fact     `yaml:",inline"`
	Holidays []holidayRule `yaml:"holidays"`
}

// readRegions reads holidays/<code>.yaml, when there is one beside the packs.
func (p *Pack) readRegions(fsys fs.FS) error {
	if fsys == nil {
		return nil
	}
	name := "holidays/" + strings.ToLower(p.Code) + ".yaml"
	raw, err := fs.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	var doc holidaysDoc
	if err := yaml.UnmarshalWithOptions(raw, &doc, yaml.Strict()); err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	if doc.Code != p.Code {
		return fmt.Errorf("reading %s: it is of %q", name, doc.Code)
	}
	for code, r := range doc.Regions {
		if r.zone = p.Zone; r.TimeZone != "" {
			if r.zone, err = time.LoadLocation(r.TimeZone); err != nil {
				return fmt.Errorf("reading %s: time zone of %s: %w", name, code, err)
			}
		}
		doc.Regions[code] = r
	}
	p.regions = doc.Regions
	return nil
}

// here tells whether a holiday of a region and town is one of the pack's place. Towns are compared without regard to case.
func (p *Pack) here(region, town string) bool {
	return (region == "" || region == p.place.Region) && (town == "" || strings.EqualFold(strings.TrimSpace(town), strings.TrimSpace(p.place.Town)))
}

// ruled are the rules that hold at the pack's place, with the fact of each and for whom it is.
func (p *Pack) ruled(visit func(r holidayRule, id, region, town string, of Fact)) {
	for _, r := range p.doc.Calendar.Holidays {
		visit(r, "calendar", "", "", p.doc.Calendar.Fact)
	}
	region, known := p.regions[p.place.Region]
	if !known {
		return
	}
	id := "calendar." + strings.ToLower(p.place.Region)
	for _, r := range region.Holidays {
		visit(r, id, p.place.Region, "", region.Fact)
	}
	for name, town := range region.Towns {
		if p.here(p.place.Region, name) {
			for _, r := range town.Holidays {
				visit(r, id+"."+slug(name), p.place.Region, name, town.Fact)
			}
		}
	}
}

// slug is a town's name as part of an id.
func slug(name string) string { return strings.ReplaceAll(strings.ToLower(name), " ", "_") }

// path is the id of a rule that quotes its own source, below the id of its calendar.
func (r holidayRule) path(calendar string) string {
	switch {
	case r.On != "":
		return calendar + "." + r.On + strings.TrimRight("."+r.OnlyOn, ".")
	case r.Easter != nil:
		return fmt.Sprintf("%s.easter%+d", calendar, *r.Easter)
	case r.Monday != "":
		return calendar + ".monday-" + r.Monday
	case len(r.Dates) > 0:
		return calendar + "." + r.Dates[0].String()
	}
	return calendar
}

// holiday is the day of rest that d is at the pack's place: by a rule that no approved change took away, or by a change. id names the fact it rests on, for a holiday by rule.
func (p *Pack) holiday(d day.Date) (h Holiday, id string, ok bool) {
	p.ruled(func(r holidayRule, calendar, region, town string, of Fact) {
		if ok || r.in(d.Year) != d || slices.ContainsFunc(p.removed, func(gone Holiday) bool { return gone.at(d, region, town) }) {
			return
		}
		h, id, ok = Holiday{On: d, Name: r.Name, Region: region, Place: town, Fact: of}, calendar, true
		if r.Confidence != "" {
			h.Fact, id = r.Fact, r.path(calendar)
		}
	})
	for _, l := range p.local {
		if !ok && l.On == d && p.here(l.Region, l.Place) {
			h, id, ok = l, "", true
		}
	}
	return h, id, ok
}

// Holiday tells whether d is a holiday at the pack's place, and which.
func (p *Pack) Holiday(d day.Date) (name problem.Text, ok bool) {
	h, _, ok := p.holiday(d)
	return h.Name, ok
}

// Year lists the holidays of a place in a year, in the order of the calendar, each with its source. A year that an almanac of the pack
// does not reach is the problem calendar_missing.
func (p *Pack) Year(place Place, year int) ([]Holiday, error) {
	at := p.For(place)
	if err := at.known(year, year); err != nil {
		return nil, err
	}
	var all []Holiday
	for d := day.Of(year, 1, 1); d.Year == year; d = d.AddDays(1) {
		if h, _, ok := at.holiday(d); ok {
			all = append(all, h)
		}
	}
	return all, nil
}

// Knows refuses a place whose holidays cannot be told: a region that the pack does not have, or a town without its region where
// regions have holidays of their own. Problems: region_unknown, region_missing.
func (p *Pack) Knows(place Place) error {
	if place.Town != "" && place.Region == "" && len(p.regions) > 0 {
		return problem.New(problem.Invalid, "region_missing", "Indique también la comunidad o región del juzgado.", "Also give the region of the court.")
	}
	if _, ok := p.regions[place.Region]; place.Region != "" && !ok {
		return p.unknown("region_unknown", place.Region)
	}
	return nil
}

// known refuses a region that the pack does not have and years that an almanac does not reach: a day nobody knows about is not free.
func (p *Pack) known(from, to int) (err error) {
	if err := p.Knows(p.place); err != nil {
		return err
	}
	p.ruled(func(r holidayRule, _, _, _ string, _ Fact) {
		if r.Almanac && to > r.last() && err == nil {
			err = problem.New(problem.Invalid, "calendar_missing",
				fmt.Sprintf("%s: el calendario no conoce «%s» después de %d.", p.Code, r.Name.ES, r.last()),
				fmt.Sprintf("%s: the calendar does not know %q after %d.", p.Code, r.Name.EN, r.last()))
		}
	})
	return err
}

// calendarFacts are the facts of the calendar: the country's, the court's, those of regions and towns, and rules that quote their own source.
func (p *Pack) calendarFacts(add func(string, Fact)) {
	c := p.doc.Calendar
	rules := func(id string, all []holidayRule) {
		for _, r := range all {
			if r.Confidence != "" {
				add(r.path(id), r.Fact)
			}
		}
	}
	add("calendar", c.Fact)
	rules("calendar", c.Holidays)
	add("court_calendar", c.Court.Fact)
	for _, closed := range c.Court.Closed {
		if closed.Confidence != "" {
			add("court_calendar."+closed.From, closed.Fact)
		}
	}
	for _, n := range []NamedFact{{ID: "grace", Fact: c.Grace.Fact}, {ID: "cut_off", Fact: c.CutOff.Fact}, {ID: "service", Fact: c.Service.Fact}} {
		if n.Fact != (Fact{}) {
			add(n.ID, n.Fact)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(p.regions)) {
		id, region := "calendar."+strings.ToLower(code), p.regions[code]
		add(id, region.Fact)
		rules(id, region.Holidays)
		for _, name := range slices.Sorted(maps.Keys(region.Towns)) {
			add(id+"."+slug(name), region.Towns[name].Fact)
			rules(id+"."+slug(name), region.Towns[name].Holidays)
		}
	}
}
