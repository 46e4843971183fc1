package law

import (
	"fmt"
	"slices"
	"time"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// channels are the ways of reaching a debtor that contact rules speak of.
var channels = []string{"phone", "visit", "sms", "whatsapp", "email", "letter"}

type contactDoc struct {
	ConsumersOnly bool          `yaml:"consumers_only"` // whom the statute protects; the house keeps it for businesses too
	Rules         []contactRule `yaml:"rules"`
	Caps          []Cap         `yaml:"caps"`
}

// contactRule is the hours of some channels, or their ban. A channel without a rule is free.
type contactRule struct {
	Fact     `yaml:",inline"`
	ID       string       `yaml:"id"`
	Name     problem.Text `yaml:"name"`
	Channels []string     `yaml:"channels"`
	Barred   bool         `yaml:"barred"`
	Holidays bool         `yaml:"holidays"` // holidays are allowed
	Hours    []hoursDoc   `yaml:"hours"`
}

// hoursDoc allows From inclusive to To exclusive on some weekdays.
type hoursDoc struct {
	Days []string `yaml:"days"`
	From string   `yaml:"from"`
	To   string   `yaml:"to"`
}

// Cap limits how often a debtor may be contacted. Of says what is counted: contacts, or different channels.
type Cap struct {
	Fact               `yaml:",inline"`
	ID                 string   `yaml:"id"`
	Channels           []string `yaml:"channels"`
	Of                 string   `yaml:"of"` // contacts, channels
	Max                int      `yaml:"max"`
	Per                string   `yaml:"per"` // day, week
	MinGapDays         int      `yaml:"min_gap_days"`
	AfterDirectContact bool     `yaml:"after_direct_contact"` // only once the debtor was spoken to
}

// Window answers whether a contact may happen at an instant. Next is the first instant that is allowed from then on: the
// instant itself when Allowed, zero when the channel is barred. A house rule has no Law.
type Window struct {
	Allowed    bool
	Rule       string
	Why        problem.Text
	Law        string
	Source     string
	Confidence Confidence
	Next       time.Time
}

// Contact judges a channel ("phone", "visit", "sms", "whatsapp", "email", "letter") at an instant by the jurisdiction's clock.
// consumer says that the debtor is a consumer. A channel that is not known is refused.
func (p *Pack) Contact(channel string, consumer bool, at time.Time) Window {
	if !slices.Contains(channels, channel) {
		return Window{Rule: "channel_unknown", Why: problem.Text{ES: "Canal desconocido.", EN: "Unknown channel."}, Confidence: HouseRule}
	}
	for _, r := range p.doc.Contact.Rules {
		if slices.Contains(r.Channels, channel) {
			return p.window(r, consumer, at.In(p.Zone))
		}
	}
	return Window{Allowed: true, Rule: "free", Confidence: HouseRule, Next: at,
		Why: problem.Text{ES: "Ninguna norma limita el horario de este canal.", EN: "No rule limits the hours of this channel."}}
}

func (p *Pack) window(r contactRule, consumer bool, at time.Time) Window {
	w := Window{Rule: r.ID, Why: r.Name, Law: r.Law, Source: r.Source, Confidence: r.Confidence}
	if p.doc.Contact.ConsumersOnly && !consumer {
		w.Law, w.Source, w.Confidence = "", "", HouseRule
		w.Why = problem.Text{ES: r.Name.ES + " (con empresas, por criterio del despacho)", EN: r.Name.EN + " (for businesses, by house rule)"}
	}
	if r.Barred {
		return w
	}
	today := day.In(at, p.Zone)
	for d := today; d.DaysSince(today) < 60; d = d.AddDays(1) {
		holiday, rests := p.Holiday(d)
		rests = rests && !r.Holidays
		for _, h := range r.Hours {
			if rests || !isWeekday(d, h.Days) {
				continue
			}
			from, to := p.at(d, h.From), p.at(d, h.To)
			switch {
			case !at.Before(from) && at.Before(to):
				w.Allowed, w.Next = true, at
				return w
			case from.After(at):
				w.Next = from
				return w
			}
		}
		if rests && d == today {
			w.Why.ES += fmt.Sprintf("; hoy es fiesta: %s", holiday.ES)
			w.Why.EN += fmt.Sprintf("; today is a holiday: %s", holiday.EN)
		}
	}
	return w
}

// Caps are the numeric limits on contacts. For businesses the caps of a consumer statute are kept as house rules.
func (p *Pack) Caps(consumer bool) []Cap {
	caps := slices.Clone(p.doc.Contact.Caps)
	if p.doc.Contact.ConsumersOnly && !consumer {
		for i := range caps {
			caps[i].Law, caps[i].Source, caps[i].Confidence = "", "", HouseRule
		}
	}
	return caps
}
