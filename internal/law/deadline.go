package law

import (
	"fmt"
	"time"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// The units of a term.
const (
	courtDays   = "court_days"
	naturalDays = "natural_days"
	months      = "months"
)

// termDoc is one term: so many units after its trigger.
type termDoc struct {
	Fact    `yaml:",inline"`
	ID      string       `yaml:"id"`
	Name    problem.Text `yaml:"name"`
	Trigger problem.Text `yaml:"trigger"` // the act that starts it, in words
	Count   int          `yaml:"count"`
	Unit    string       `yaml:"unit"`
	Roll    bool         `yaml:"roll"`  // a last day on which courts rest moves on to the next court day
	Grace   bool         `yaml:"grace"` // a writ may still be filed in the morning after
}

// Skipped is a stretch of days that did not count, both included.
type Skipped struct {
	From, To day.Date
	Why      problem.Text
}

// Deadline explains itself: trigger, rule, calendar and the days that did not count. Raw is the last day before it moved because
// courts rest; Grace is the instant until which a writ still counts as filed in time, zero without such a rule.
type Deadline struct {
	Rule        string
	Name        problem.Text
	TriggerName problem.Text
	Trigger     day.Date
	Raw, Due    day.Date
	Grace       time.Time
	Calendar    problem.Text
	Skipped     []Skipped
	Fact
}

// Term computes the deadline of a rule of the pack ("payment_requirement", "opposition_ordinary" …) from the day of its trigger.
// The day of the trigger never counts. Problems: term_unknown, fact_unverified.
func (p *Pack) Term(ruleID string, trigger day.Date) (Deadline, error) {
	for _, t := range p.doc.Terms {
		if t.ID == ruleID {
			return p.term(t, trigger)
		}
	}
	return Deadline{}, p.unknown("term_unknown", ruleID)
}

// TermIDs lists the rules that Term knows, in the order of the pack.
func (p *Pack) TermIDs() []string {
	ids := make([]string, len(p.doc.Terms))
	for i, t := range p.doc.Terms {
		ids[i] = t.ID
	}
	return ids
}

func (p *Pack) term(t termDoc, trigger day.Date) (Deadline, error) {
	if trigger.IsZero() {
		return Deadline{}, problem.New(problem.Invalid, "trigger_missing", "Falta el día que inicia el plazo.", "The day that starts the term is missing.")
	}
	if err := p.allow(p.id("term."+t.ID), t.Fact); err != nil {
		return Deadline{}, err
	}
	d := Deadline{Rule: t.ID, Name: t.Name, TriggerName: t.Trigger, Trigger: trigger, Fact: t.Fact, Calendar: p.calendarName(t)}
	if t.Unit == courtDays || t.Roll || t.Grace {
		for path, f := range map[string]Fact{"calendar": p.doc.Calendar.Fact, "court_calendar": p.doc.Calendar.Court.Fact} {
			if err := p.allow(p.id(path), f); err != nil {
				return Deadline{}, err
			}
			d.Confidence = weaker(d.Confidence, f.Confidence)
		}
	}
	switch t.Unit {
	case courtDays:
		d.Raw = p.countCourtDays(&d, t.Count)
	case months:
		d.Raw = trigger.AddMonths(t.Count)
	default:
		d.Raw = trigger.AddDays(t.Count)
	}
	d.Due = d.Raw
	for t.Roll && p.skip(&d, d.Due) {
		d.Due = d.Due.AddDays(1)
	}
	if t.Grace {
		d.Grace = p.graceAfter(d.Due)
	}
	return d, nil
}

func (p *Pack) countCourtDays(d *Deadline, count int) day.Date {
	on := d.Trigger
	for count > 0 {
		on = on.AddDays(1)
		if !p.skip(d, on) {
			count--
		}
	}
	return on
}

// skip notes on as a day that does not count, joined to the stretch before when the reason is the same.
func (p *Pack) skip(d *Deadline, on day.Date) bool {
	counts, why := p.CourtDay(on)
	if counts {
		return false
	}
	if n := len(d.Skipped); n > 0 && d.Skipped[n-1].Why == why && d.Skipped[n-1].To == on.AddDays(-1) {
		d.Skipped[n-1].To = on
	} else {
		d.Skipped = append(d.Skipped, Skipped{on, on, why})
	}
	return true
}

// graceAfter is the hour of the next court day until which filing counts (ES LEC 135.5: 15:00).
func (p *Pack) graceAfter(due day.Date) time.Time {
	next := due.AddDays(1)
	for ok, _ := p.CourtDay(next); !ok; ok, _ = p.CourtDay(next) {
		next = next.AddDays(1)
	}
	return p.at(next, p.doc.Calendar.Grace.Until)
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

func (p *Pack) calendarName(t termDoc) problem.Text {
	text := problem.Text{ES: "días naturales", EN: "calendar days"}
	switch t.Unit {
	case courtDays:
		text = problem.Text{ES: "días hábiles procesales", EN: "court days"}
	case months:
		text = problem.Text{ES: "meses, de fecha a fecha", EN: "months, date to date"}
	}
	text.ES += fmt.Sprintf(" (%s v%d, %d fiestas locales)", p.Code, p.Version, len(p.local))
	text.EN += fmt.Sprintf(" (%s v%d, %d local holidays)", p.Code, p.Version, len(p.local))
	return text
}
