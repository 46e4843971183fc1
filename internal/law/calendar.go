package law

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"recobro/internal/day"
	"recobro/internal/problem"
)

type calendarDoc struct {
	Fact     `yaml:",inline"`
	Weekend  []string      `yaml:"weekend"`
	Holidays []holidayRule `yaml:"holidays"`
	Court    courtDoc      `yaml:"court"`
	Grace    hourDoc       `yaml:"grace"`   // of the next court day, until which a filing still counts
	CutOff   hourDoc       `yaml:"cut_off"` // after which an act of the court counts as received on the next court day
	Service  serviceDoc    `yaml:"service"`
}

// courtDoc says when the courts rest beside holidays, and at what hours they act.
type courtDoc struct {
	Fact    `yaml:",inline"`
	Weekend []string    `yaml:"weekend"`
	Closed  []closedDoc `yaml:"closed"`
	Hours   struct {
		From      string `yaml:"from"`
		To        string `yaml:"to"`
		ServiceTo string `yaml:"service_to"` // acts of service and enforcement may go on until then
	} `yaml:"hours"`
}

// closedDoc is a yearly stretch of days, "08-01" to "08-31"; it may run over the end of the year. It quotes a law of its own
// where the court's does not name it.
type closedDoc struct {
	Fact `yaml:",inline"`
	From string       `yaml:"from"`
	To   string       `yaml:"to"`
	Name problem.Text `yaml:"name"`
}

func (c closedDoc) covers(d day.Date) bool {
	md := d.String()[5:]
	return c.From <= c.To && c.From <= md && md <= c.To || c.From > c.To && (md >= c.From || md <= c.To)
}

// hourDoc is an hour of the jurisdiction's clock with its law.
type hourDoc struct {
	Fact  `yaml:",inline"`
	Until string `yaml:"until"`
}

// holidayRule has exactly one of On, Easter, Monday and Dates. A rule that was read elsewhere than its calendar quotes its own source.
type holidayRule struct {
	Fact    `yaml:",inline"`
	Name    problem.Text `yaml:"name"`
	On      string       `yaml:"on"`      // "12-25"
	Easter  *int         `yaml:"easter"`  // days from Easter Sunday
	Monday  string       `yaml:"monday"`  // "2-1": first Monday of February
	Dates   []day.Date   `yaml:"dates"`   // one by one: by decree, or from an almanac
	Almanac bool         `yaml:"almanac"` // the dates go on for ever: a year after the last is unknown, not free
	Move    string       `yaml:"move"`    // see moved
	OnlyOn  string       `yaml:"only_on"` // weekday on which alone it is a holiday
	Since   int          `yaml:"since"`   // first year
	Until   int          `yaml:"until"`   // last year
	Except  []int        `yaml:"except"`  // years without it
	Every   int          `yaml:"every"`   // every so many years from Since
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
	if year < r.Since || r.Until != 0 && year > r.Until || r.Every > 0 && (year-r.Since)%r.Every != 0 || slices.Contains(r.Except, year) {
		return day.Date{}
	}
	var d day.Date
	switch {
	case r.On != "":
		month, dayOfMonth := numbers(r.On)
		d = day.Of(year, time.Month(month), dayOfMonth)
	case r.Easter != nil:
		d = easter(year).AddDays(*r.Easter)
	case r.Monday != "":
		month, nth := numbers(r.Monday)
		first := day.Of(year, time.Month(month), 1)
		d = first.AddDays((8-int(first.Weekday()))%7 + 7*(nth-1))
	default:
		for _, date := range r.Dates {
			if date.Year == year {
				d = date
			}
		}
	}
	if !d.IsValid() || r.OnlyOn != "" && d.Weekday() != weekdays[r.OnlyOn] {
		return day.Date{} // 29 February in most years
	}
	return moved(d, r.Move)
}

// last is the last year that a rule by almanac knows.
func (r holidayRule) last() (year int) {
	for _, d := range r.Dates {
		year = max(year, d.Year)
	}
	return year
}

// moved applies the law that shifts a holiday: next_monday (CO Ley 51/1983), sunday_monday (ES ET 37.2: from Sunday to Monday),
// nearest_monday (CL Ley 19.668: Tuesday to Thursday go back to Monday, Friday on to Monday), bridge_friday (CL Ley 20.299:
// Tuesday back, Wednesday on to Friday).
func moved(d day.Date, move string) day.Date {
	w := int(d.Weekday())
	switch {
	case move == "next_monday":
		return d.AddDays((8 - w) % 7)
	case move == "sunday_monday" && w == 0:
		return d.AddDays(1)
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

// numbers reads "12-25" or "2-1"; zeros when it is neither.
func numbers(pair string) (a, b int) {
	left, right, _ := strings.Cut(pair, "-")
	a, errA := strconv.Atoi(left)
	b, errB := strconv.Atoi(right)
	if errA != nil || errB != nil {
		return 0, 0
	}
	return a, b
}

var weekendName = problem.Text{ES: "fin de semana", EN: "weekend"}

// BusinessDay tells whether people work on d: no weekend, no holiday; August counts. why says what rests, in both languages.
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
	if c := p.closed(d); c != nil {
		return false, c.Name
	}
	if name, holiday := p.Holiday(d); holiday {
		return false, name
	}
	if isWeekday(d, p.doc.Calendar.Court.Weekend) {
		return false, weekendName
	}
	return true, problem.Text{}
}

// closed is the yearly rest of the courts that covers d.
func (p *Pack) closed(d day.Date) *closedDoc {
	for i, c := range p.doc.Calendar.Court.Closed {
		if c.covers(d) {
			return &p.doc.Calendar.Court.Closed[i]
		}
	}
	return nil
}

// NextCourtDay is d itself when it is a court day, or the first one after it.
func (p *Pack) NextCourtDay(d day.Date) day.Date {
	for ok, _ := p.CourtDay(d); !ok; ok, _ = p.CourtDay(d) {
		d = d.AddDays(1)
	}
	return d
}

// CourtHour tells whether the courts may act at an instant: a court day, within their hours (ES LEC 130.3: 08:00 to 20:00, acts of
// service and enforcement until 22:00). A pack without hours is the problem fact_missing.
func (p *Pack) CourtHour(at time.Time, service bool) (bool, error) {
	h := p.doc.Calendar.Court.Hours
	if h.From == "" {
		return false, problem.New(problem.Invalid, "fact_missing", "La normativa de "+p.Code+" no dice las horas hábiles.", "The pack of "+p.Code+" does not say the hours of the courts.")
	}
	if err := p.allow(p.id("court_calendar"), p.doc.Calendar.Court.Fact); err != nil {
		return false, err
	}
	to := h.To
	if service && h.ServiceTo != "" {
		to = h.ServiceTo
	}
	local := at.In(p.Zone)
	minute := local.Hour()*60 + local.Minute()
	open, _ := p.CourtDay(day.In(at, p.Zone))
	return open && minute >= minutes(h.From) && minute < minutes(to), nil
}

func isWeekday(d day.Date, names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return weekdays[n] == d.Weekday() })
}
