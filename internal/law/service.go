package law

import (
	"fmt"
	"time"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// serviceDoc says when an electronic act of the court counts as served on someone who does not open it.
type serviceDoc struct {
	Fact `yaml:",inline"`
	Days int `yaml:"days"` // court days after sending
}

// Service is the day on which an electronic act of the court counts as served. Terms run from the day after (Term with On as trigger).
// Deemed says that nobody opened it in time. Skipped are the days on which nobody is served.
type Service struct {
	Sent, Accessed time.Time
	On             day.Date
	Deemed         bool
	Skipped        []Skipped
	Fact
	days int
}

// Explain tells in two lines how the day came about.
func (s Service) Explain() problem.Text {
	on := aloud(s.On)
	told := problem.Text{ES: "Enviada el " + moment(s.Sent).ES + ".\n", EN: "Sent on " + moment(s.Sent).EN + ".\n"}
	if s.Deemed {
		told.ES += fmt.Sprintf("Nadie la abrió en %d días hábiles: se tiene por hecha el %s (%s).", s.days, on.ES, s.Law)
		told.EN += fmt.Sprintf("Nobody opened it within %d court days: it counts as served on %s (%s).", s.days, on.EN, s.Law)
		return told
	}
	told.ES += fmt.Sprintf("Abierta el %s: hecha el %s (%s).", moment(s.Accessed).ES, on.ES, s.Law)
	told.EN += fmt.Sprintf("Opened on %s: served on %s (%s).", moment(s.Accessed).EN, on.EN, s.Law)
	return told
}

// Served computes when an act sent electronically counts as served: on the day the addressee opened it, or after the pack's court days
// without access (ES LEC 162.2: three). Nobody is served on a day on which courts rest, nor professionals in August or from
// 24 December to 6 January: what is opened then counts on the next court day. accessedAt is zero when nobody opened it.
// Problems: fact_missing for a pack without such a rule, day_impossible when it was opened before it was sent.
func (p *Pack) Served(sentAt, accessedAt time.Time) (Service, error) {
	rule := p.doc.Calendar.Service
	if rule.Days == 0 {
		return Service{}, problem.New(problem.Invalid, "fact_missing", "La normativa de "+p.Code+" no regula la notificación electrónica.", "The pack of "+p.Code+" has no rule of electronic service.")
	}
	if !accessedAt.IsZero() && accessedAt.Before(sentAt) {
		return Service{}, problem.New(problem.Invalid, "day_impossible", "Consta abierta antes de enviarse.", "It was opened before it was sent.")
	}
	sent := day.In(sentAt, p.Zone)
	c := count{pack: p, Deadline: Deadline{Trigger: sent, Fact: rule.Fact}}
	c.rest("service", rule.Fact)
	c.calendar(termDoc{Unit: courtDays})
	if c.err != nil {
		return Service{}, c.err
	}
	s := Service{Sent: sentAt.In(p.Zone), Deemed: true, days: rule.Days, On: c.walk(sent, rule.Days, p.CourtDay)}
	if !accessedAt.IsZero() {
		s.Accessed = accessedAt.In(p.Zone)
	}
	if opened := day.In(accessedAt, p.Zone); !accessedAt.IsZero() && !p.NextCourtDay(opened).After(s.On) {
		s.On, s.Deemed = p.NextCourtDay(opened), false
	}
	s.Skipped, s.Fact = p.resting(sent, s.On), c.Fact
	return s, c.err
}

// resting lists the days between two, both included, on which courts rest.
func (p *Pack) resting(from, to day.Date) []Skipped {
	c := count{pack: p, Deadline: Deadline{Trigger: from}}
	for on := from; !on.After(to); on = on.AddDays(1) {
		c.skip(on, p.CourtDay)
	}
	return c.Skipped
}

// ReceivedOn is the day on which what arrives from the court at an instant counts as received: after the pack's cut-off hour, or on a
// day on which courts rest, the next court day (ES LEC 151.2: 15:00). Without a cut-off the day ends at midnight.
func (p *Pack) ReceivedOn(at time.Time) (day.Date, error) {
	on, cut := day.In(at, p.Zone), p.doc.Calendar.CutOff
	if cut.Until != "" {
		if err := p.allow(p.id("cut_off"), cut.Fact); err != nil {
			return day.Date{}, err
		}
		if at.After(p.at(on, cut.Until)) {
			on = on.AddDays(1)
		}
	}
	return p.NextCourtDay(on), nil
}

// ServedThroughCollege is the day on which an act that reached the college of procuradores, or another body that receives for a party,
// counts as served: the court day after the one on which it counts as received (ES LEC 151.2).
func (p *Pack) ServedThroughCollege(receivedAt time.Time) (day.Date, error) {
	on, err := p.ReceivedOn(receivedAt)
	return p.NextCourtDay(on.AddDays(1)), err
}
