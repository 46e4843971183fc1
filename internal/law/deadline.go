package law

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// The units of a term.
const (
	courtDays    = "court_days"    // no weekends, holidays or rest of the courts
	businessDays = "business_days" // no weekends or holidays; August counts
	naturalDays  = "natural_days"  // every day
	months       = "months"        // date to date; without such a date, the last of the month
	years        = "years"
)

// What happens to a last day on which nobody works.
const (
	rollNone      = ""
	rollFollowing = "following"          // on to the next court day (ES LEC 133.4)
	rollBusiness  = "following_business" // on to the next business day
	rollPreceding = "preceding"          // back to the court day before
)

// termDoc is one term: so many units after its trigger.
type termDoc struct {
	Fact    `yaml:",inline"`
	ID      string       `yaml:"id"`
	Name    problem.Text `yaml:"name"`
	Trigger problem.Text `yaml:"trigger"` // the act that starts it, in words
	Count   int          `yaml:"count"`
	Unit    string       `yaml:"unit"`
	Roll    string       `yaml:"roll"`  // nothing, following, following_business, preceding
	Grace   bool         `yaml:"grace"` // a writ may still be filed in the morning after
}

// ofCourt tells whether the courts' calendar has a say in the term.
func (t termDoc) ofCourt() bool {
	return t.Unit == courtDays || t.Grace || t.Roll == rollFollowing || t.Roll == rollPreceding
}

// Stop is a dated stretch, both days included, in which a term does not run: the file is with the judge (CO CGP 118), force majeure
// (ES LEC 134.2), a suspension by agreement. Without To it still lasts.
type Stop struct {
	From, To day.Date
	Why      problem.Text
}

func (s Stop) covers(d day.Date) bool { return !d.Before(s.From) && (s.To.IsZero() || !d.After(s.To)) }

// Skipped is a stretch of days that did not count, both included.
type Skipped struct {
	From, To day.Date
	Why      problem.Text
}

// Deadline explains itself: trigger, rule, calendar and the days that did not count. Raw is the last day before it moved because
// nobody works on it; Due the last day, which ends at Until; Grace the instant until which a writ still counts as filed in time,
// zero without such a rule. Received is the instant of the trigger where its hour mattered.
type Deadline struct {
	Rule        string
	Name        problem.Text
	TriggerName problem.Text
	Trigger     day.Date
	Received    time.Time
	Count       int
	Unit        string // court_days, business_days, natural_days, months, years
	Raw, Due    day.Date
	Until       time.Time
	Grace       time.Time
	Calendar    problem.Text
	Skipped     []Skipped
	Fact
	graceLaw string
	cutOff   hourDoc
}

// Term computes the deadline of a rule of the pack ("payment_requirement", "opposition_ordinary" …) from the day of its trigger,
// by the calendar of the pack's place (see For). The day of the trigger never counts. Stops are the stretches in which this term
// did not run: in days they do not count, in months and years the last day moves on by their length.
// Problems: term_unknown, term_suspended (a stop still lasts), fact_unverified, region_unknown, calendar_missing.
func (p *Pack) Term(ruleID string, trigger day.Date, stops ...Stop) (Deadline, error) {
	t, err := p.termDoc(ruleID)
	if err != nil {
		return Deadline{}, err
	}
	return p.term(t, trigger, stops)
}

// TermFrom is Term from the instant of a receipt: an act of the court that arrives after the cut-off hour, or on a day on which courts
// rest, counts as received on the next court day (ES LEC 151.2). Other terms start on the civil day of the receipt.
func (p *Pack) TermFrom(ruleID string, received time.Time, stops ...Stop) (Deadline, error) {
	t, err := p.termDoc(ruleID)
	if err != nil {
		return Deadline{}, err
	}
	trigger := day.In(received, p.Zone)
	if t.ofCourt() {
		if trigger, err = p.ReceivedOn(received); err != nil {
			return Deadline{}, err
		}
	}
	d, err := p.term(t, trigger, stops)
	d.Received = received.In(p.Zone)
	if t.ofCourt() {
		d.cutOff = p.doc.Calendar.CutOff
	}
	return d, err
}

func (p *Pack) termDoc(id string) (termDoc, error) {
	i := slices.IndexFunc(p.doc.Terms, func(t termDoc) bool { return t.ID == id })
	if i < 0 {
		return termDoc{}, p.unknown("term_unknown", id)
	}
	return p.doc.Terms[i], nil
}

// TermIDs lists the rules that Term knows, in the order of the pack.
func (p *Pack) TermIDs() []string {
	ids := make([]string, len(p.doc.Terms))
	for i, t := range p.doc.Terms {
		ids[i] = t.ID
	}
	return ids
}

func (p *Pack) term(t termDoc, trigger day.Date, stops []Stop) (Deadline, error) {
	if trigger.IsZero() {
		return Deadline{}, problem.New(problem.Invalid, "trigger_missing", "Falta el día que inicia el plazo.", "The day that starts the term is missing.")
	}
	if err := p.allow(p.id("term."+t.ID), t.Fact); err != nil {
		return Deadline{}, err
	}
	c := count{pack: p, stops: stops, Deadline: Deadline{Rule: t.ID, Name: t.Name, TriggerName: t.Trigger, Trigger: trigger, Count: t.Count, Unit: t.Unit,
		Fact: t.Fact, Calendar: p.calendarName(t)}}
	c.calendar(t)
	c.Raw = c.last(t)
	c.Due = c.Raw
	c.roll(t.Roll)
	if t.Grace && c.err == nil {
		c.grace()
	}
	c.Until = p.at(c.Due, "24:00")
	return c.Deadline, c.err
}

// count is a term under way. The first fact that the firm may not rest on ends it.
type count struct {
	Deadline
	pack  *Pack
	stops []Stop
	err   error
}

// rest notes that the deadline rests on a fact: it is as sure as the least sure of them.
func (c *count) rest(id string, f Fact) {
	if c.err == nil {
		c.err = c.pack.allow(c.pack.id(id), f)
	}
	c.Confidence = weaker(c.Confidence, f.Confidence)
}

// calendar asks whether the calendar that the term needs may be used, for the years it can reach.
func (c *count) calendar(t termDoc) {
	p := c.pack
	if !t.ofCourt() && t.Unit != businessDays && t.Roll != rollBusiness {
		return
	}
	c.rest("calendar", p.doc.Calendar.Fact)
	if t.ofCourt() {
		c.rest("court_calendar", p.doc.Calendar.Court.Fact)
	}
	if region, ok := p.regions[p.place.Region]; ok && c.err == nil {
		c.rest("calendar."+strings.ToLower(p.place.Region), region.Fact)
	}
	if c.err == nil {
		c.err = p.known(c.Trigger.Year, c.Trigger.Year)
	}
}

// last is the last day of the term before it moves.
func (c *count) last(t termDoc) day.Date {
	on := c.Trigger
	switch t.Unit {
	case courtDays:
		return c.walk(on, t.Count, c.pack.CourtDay)
	case businessDays:
		return c.walk(on, t.Count, c.pack.BusinessDay)
	case naturalDays:
		return c.walk(on, t.Count, everyDay)
	case years:
		return c.stretch(on.AddMonths(12 * t.Count))
	}
	return c.stretch(on.AddMonths(t.Count))
}

func everyDay(day.Date) (bool, problem.Text) { return true, problem.Text{} }

func (c *count) walk(on day.Date, n int, works func(day.Date) (bool, problem.Text)) day.Date {
	for n > 0 && c.err == nil {
		on = on.AddDays(1)
		if !c.skip(on, works) {
			n--
		}
	}
	return on
}

// stretch moves the last day of a term in months on by the days in which the term did not run.
func (c *count) stretch(last day.Date) day.Date {
	if len(c.stops) == 0 {
		return last
	}
	for on := c.Trigger.AddDays(1); !on.After(last) && c.err == nil; on = on.AddDays(1) {
		if c.skip(on, everyDay) {
			last = last.AddDays(1)
		}
	}
	return last
}

func (c *count) roll(roll string) {
	works, step := c.pack.CourtDay, 1
	switch roll {
	case rollNone:
		return
	case rollBusiness:
		works = c.pack.BusinessDay
	case rollPreceding:
		step = -1
	}
	for c.err == nil && c.skip(c.Due, works) {
		c.Due = c.Due.AddDays(step)
	}
}

// skip notes on as a day that does not count, joined to the stretch before when the reason is the same.
func (c *count) skip(on day.Date, works func(day.Date) (bool, problem.Text)) bool {
	counts, why := works(on)
	if i := slices.IndexFunc(c.stops, func(s Stop) bool { return s.covers(on) }); i >= 0 {
		if c.stops[i].To.IsZero() {
			c.err = suspended(c.stops[i])
		}
		counts, why = false, c.stops[i].Why
	} else if !counts {
		c.cite(on, why)
	}
	if counts {
		return false
	}
	n := len(c.Skipped) - 1
	switch {
	case n >= 0 && c.Skipped[n].Why == why && c.Skipped[n].To == on.AddDays(-1):
		c.Skipped[n].To = on
	case n >= 0 && c.Skipped[n].Why == why && c.Skipped[n].From == on.AddDays(1):
		c.Skipped[n].From = on
	case n < 0 || c.Skipped[n].To != on:
		c.Skipped = append(c.Skipped, Skipped{on, on, why})
	}
	return true
}

// cite rests the deadline on what makes a day one that does not count, when it quotes a source of its own.
func (c *count) cite(on day.Date, why problem.Text) {
	if closed := c.pack.closed(on); closed != nil && closed.Name == why {
		if closed.Confidence != "" {
			c.rest("court_calendar."+closed.From, closed.Fact)
		}
		return
	}
	if c.err == nil && on.Year != c.Trigger.Year {
		c.err = c.pack.known(on.Year, on.Year)
	}
	switch h, id, ok := c.pack.holiday(on); {
	case ok && id != "" && id != "calendar":
		c.rest(id, h.Fact)
	case ok && id == "" && h.Confidence != "": // by an approved change
		c.Confidence = weaker(c.Confidence, h.Confidence)
	}
}

func suspended(s Stop) error {
	return problem.New(problem.Invalid, "term_suspended",
		fmt.Sprintf("El plazo está suspendido desde el %s (%s): no vence mientras dure.", s.From, s.Why.ES),
		fmt.Sprintf("The term is suspended since %s (%s): it does not end while that lasts.", s.From, s.Why.EN))
}

// grace is the hour of the next court day until which filing counts (ES LEC 135.5: 15:00).
func (c *count) grace() {
	g := c.pack.doc.Calendar.Grace
	c.rest("grace", g.Fact)
	c.Grace, c.graceLaw = c.pack.at(c.pack.NextCourtDay(c.Due.AddDays(1)), g.Until), g.Law
}

// at is the instant of an "HH:MM" of the jurisdiction's clock.
func (p *Pack) at(d day.Date, hourMinute string) time.Time {
	m := minutes(hourMinute)
	return time.Date(d.Year, d.Month, d.Day, m/60, m%60, 0, 0, p.Zone)
}

// minutes of the day of "HH:MM"; -1 when it is none.
func minutes(hourMinute string) int {
	if hourMinute == "24:00" {
		return 24 * 60
	}
	t, err := time.Parse("15:04", hourMinute)
	if err != nil {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}
