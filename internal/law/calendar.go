package law

import (
	"slices"
	"time"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// Holiday is one day of rest. A firm adds those of a region or town with Pack.WithHolidays, or by an adopted Change. One with a
// Region or a Place rests only there.
type Holiday struct {
	On            day.Date
	Name          problem.Text
	Region, Place string
}

// WithHolidays answers the pack with more holidays: those of the court's region and town.
func (p *Pack) WithHolidays(local ...Holiday) *Pack {
	c := *p
	c.local = append(slices.Clone(p.local), local...)
	return &c
}

type calendarDoc struct {
	Fact     `yaml:",inline"`
	Weekend  []string      `yaml:"weekend"`
	Holidays []holidayRule `yaml:"holidays"`
	Court    courtDoc      `yaml:"court"`
	Grace    graceDoc      `yaml:"grace"`
}

// courtDoc says when the courts rest beside holidays.
type courtDoc struct {
	Fact    `yaml:",inline"`
	Weekend []string    `yaml:"weekend"`
	Closed  []closedDoc `yaml:"closed"`
}

// closedDoc is a yearly stretch of days, "08-01" to "08-31"; it may run over the end of the year.
type closedDoc struct {
	From string       `yaml:"from"`
	To   string       `yaml:"to"`
	Name problem.Text `yaml:"name"`
}

// graceDoc is the hour of the next working day until which a filing still counts.
type graceDoc struct {
	Fact  `yaml:",inline"`
	Until string `yaml:"until"`
}

// holidayRule has exactly one of On, Easter, Monday and Dates.
type holidayRule struct {
	Name   problem.Text `yaml:"name"`
	On     string       `yaml:"on"`      // "12-25"
	Easter *int         `yaml:"easter"`  // days from Easter Sunday
	Monday string       `yaml:"monday"`  // "2-1": first Monday of February
	Dates  []day.Date   `yaml:"dates"`   // where an almanac decides
	Move   string       `yaml:"move"`    // see moved
	OnlyOn string       `yaml:"only_on"` // weekday on which alone it is a holiday
	Since  int          `yaml:"since"`   // first year
	Every  int          `yaml:"every"`   // every so many years from Since
}

var weekdays = map[string]time.Weekday{"sunday": 0, "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6}

// easter is Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher).
func easter(year int) day.Date {
	a, b, c := year%19, year/100, year%100
	d, e, g := b/4, b%4, (8*b+13)/25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	return day.Of(year, time.Month(month), (h+l-7*m+33*month+19)%32)
}

// in is the day of the year that the rule makes a holiday; the zero date when it makes none.
func (r holidayRule) in(year int) day.Date {
	if year < r.Since || (r.Every > 0 && (year-r.Since)%r.Every != 0) {
		return day.Date{}
	}
	var d day.Date
	switch {
	case r.On != "":
		d = yearDay(year, r.On)
	case r.Easter != nil:
		d = easter(year).AddDays(*r.Easter)
	case r.Monday != "":
		first := day.Of(year, time.Month(r.Monday[0]-'0'), 1)
		if len(r.Monday) == 4 {
			first = day.Of(year, time.Month(10+r.Monday[1]-'0'), 1)
		}
		nth := int(r.Monday[len(r.Monday)-1] - '1')
		d = first.AddDays((8-int(first.Weekday()))%7 + 7*nth)
	default:
		for _, date := range r.Dates {
			if date.Year == year {
				d = date
			}
		}
	}
	if d.IsZero() || (r.OnlyOn != "" && d.Weekday() != weekdays[r.OnlyOn]) {
		return day.Date{}
	}
	return moved(d, r.Move)
}

// moved applies the law that shifts a holiday: next_monday (CO Ley 51/1983), nearest_monday (CL Ley 19.668: Tuesday to
// Thursday go back to Monday, Friday on to Monday), bridge_friday (CL Ley 20.299: Tuesday back, Wednesday on to Friday).
func moved(d day.Date, move string) day.Date {
	w := int(d.Weekday())
	switch {
	case move == "next_monday":
		return d.AddDays((8 - w) % 7)
	case move == "nearest_monday" && w >= 2 && w <= 4:
		return d.AddDays(1 - w)
	case move == "nearest_monday" && w == 5:
		return d.AddDays(3)
	case move == "bridge_friday" && w == 2:
		return d.AddDays(-4)
	case move == "bridge_friday" && w == 3:
		return d.AddDays(2)
	}
	return d
}

// yearDay reads "12-25" in a year.
func yearDay(year int, monthDay string) day.Date {
	return day.MustParse(day.Of(year, 1, 1).String()[:5] + monthDay)
}

// Holiday tells whether d is a national or added local holiday, and which.
func (p *Pack) Holiday(d day.Date) (name problem.Text, ok bool) {
	for _, r := range p.doc.Calendar.Holidays {
		if r.in(d.Year) == d {
			return r.Name, true
		}
	}
	for _, h := range p.local {
		if h.On == d && h.Region == "" && h.Place == "" {
			return h.Name, true
		}
	}
	return problem.Text{}, false
}

var weekendName = problem.Text{ES: "fin de semana", EN: "weekend"}

// BusinessDay tells whether people work on d: no weekend, no holiday. why says what rests, in both languages.
func (p *Pack) BusinessDay(d day.Date) (ok bool, why problem.Text) {
	if name, holiday := p.Holiday(d); holiday {
		return false, name
	}
	if isWeekday(d, p.doc.Calendar.Weekend) {
		return false, weekendName
	}
	return true, problem.Text{}
}

// CourtDay tells whether terms in days of the courts count d (ES: LEC 130.2, LOPJ 182 and 183). why says what rests.
func (p *Pack) CourtDay(d day.Date) (ok bool, why problem.Text) {
	md := d.String()[5:]
	for _, c := range p.doc.Calendar.Court.Closed {
		if c.From <= c.To && c.From <= md && md <= c.To || c.From > c.To && (md >= c.From || md <= c.To) {
			return false, c.Name
		}
	}
	if name, holiday := p.Holiday(d); holiday {
		return false, name
	}
	if isWeekday(d, p.doc.Calendar.Court.Weekend) {
		return false, weekendName
	}
	return true, problem.Text{}
}

func isWeekday(d day.Date, names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return weekdays[n] == d.Weekday() })
}
