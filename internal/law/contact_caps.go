package law

import (
	"fmt"
	"slices"
	"time"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// What a cap counts.
const (
	ofContacts      = "contacts"      // every contact and attempt
	ofChannels      = "channels"      // different channels
	ofConversations = "conversations" // contacts in which somebody was spoken to
)

// The spans in which a cap counts. A week that the law does not define is read strictly: any seven days running.
const (
	perDay          = "day"
	perWeek         = "week"
	perCalendarWeek = "calendar_week" // Monday to Sunday
)

// capDoc limits how often a debtor may be contacted by some channels: at most Max in any span, and MinGapDays between two.
type capDoc struct {
	Fact               `yaml:",inline"`
	ID                 string       `yaml:"id"`
	Name               problem.Text `yaml:"name"`
	Channels           []string     `yaml:"channels"`
	Of                 string       `yaml:"of"`
	Max                int          `yaml:"max"`
	Per                string       `yaml:"per"`
	MinGapDays         int          `yaml:"min_gap_days"`
	AfterDirectContact bool         `yaml:"after_direct_contact"` // only in a span in which the debtor was spoken to
	ConsentedFree      bool         `yaml:"consented_free"`       // contacts that the debtor agreed to beforehand do not count
}

func (c capDoc) check() error {
	switch {
	case !both(c.Name) || len(c.Channels) == 0 || c.Max < 1 || c.MinGapDays < 0:
		return fmt.Errorf("cap %s: a name, channels and a maximum", c.ID)
	case !slices.Contains([]string{perDay, perWeek, perCalendarWeek}, c.Per), !slices.Contains([]string{ofContacts, ofChannels, ofConversations}, c.Of):
		return fmt.Errorf("cap %s: per day, week or calendar_week, of contacts, channels or conversations", c.ID)
	case c.AfterDirectContact && (c.MinGapDays > 0 || c.Of == ofConversations):
		return fmt.Errorf("cap %s: a cap after direct contact counts contacts or channels, without a gap", c.ID)
	}
	return checkChannels(c.ID, c.Channels)
}

// ContactMemory is for how many days back, the day of the question included, contacts matter to the caps; 0 without caps.
func (p *Pack) ContactMemory() (days int) {
	for _, c := range p.doc.Contact.Caps {
		days = max(days, c.span(), c.MinGapDays)
	}
	return days
}

func (c capDoc) span() int {
	if c.Per == perDay {
		return 1
	}
	return 7
}

// dated is a contact on the debtor's calendar.
type dated struct {
	on day.Date
	Contacted
}

// capLimits are the caps on the channel, with what of the history each of them counts.
func (p *Pack) capLimits(ask ContactAsk, zone *time.Location) (limits []limit) {
	for _, c := range p.doc.Contact.Caps {
		if !slices.Contains(c.Channels, ask.Channel) || c.ConsentedFree && ask.Consented {
			continue
		}
		var past []dated
		for _, h := range ask.History {
			if slices.Contains(c.Channels, h.Channel) && !(c.ConsentedFree && h.Consented) && !(c.Of == ofConversations && h.Missed) {
				past = append(past, dated{day.In(h.At, zone), h})
			}
		}
		limits = append(limits, limit{of: p, id: c.ID, name: c.Name, fact: c.Fact, next: func(at time.Time) time.Time {
			today := day.In(at, zone)
			d := today
			for !c.lets(ask.Channel, past, d) {
				d = d.AddDays(1)
			}
			if d == today {
				return at
			}
			return dayStart(d, zone)
		}})
	}
	return limits
}

// lets says whether one more contact by the channel on a day keeps the gap and leaves every span that holds the day within the
// maximum. Contacts already planned after that day count too.
func (c capDoc) lets(channel string, past []dated, d day.Date) bool {
	for _, h := range past {
		if gap := d.DaysSince(h.on); max(gap, -gap) < c.MinGapDays {
			return false
		}
	}
	for _, from := range c.spansWith(d) {
		inSpan := slices.DeleteFunc(slices.Clone(past), func(h dated) bool { return h.on.Before(from) || h.on.DaysSince(from) >= c.span() })
		spoken := slices.ContainsFunc(inSpan, func(h dated) bool { return !h.Missed })
		if (spoken || !c.AfterDirectContact) && c.count(channel, inSpan) >= c.Max {
			return false
		}
	}
	return true
}

// spansWith are the first days of the spans in which a day lies.
func (c capDoc) spansWith(d day.Date) (from []day.Date) {
	if c.Per == perCalendarWeek {
		return []day.Date{d.AddDays(-(int(d.Weekday()) + 6) % 7)}
	}
	for back := range c.span() {
		from = append(from, d.AddDays(-back))
	}
	return from
}

// count is how much of the maximum is used before a contact by the channel: its own channel is not a further one.
func (c capDoc) count(channel string, past []dated) int {
	if c.Of != ofChannels {
		return len(past)
	}
	others := map[string]bool{}
	for _, h := range past {
		others[h.Channel] = true
	}
	delete(others, channel)
	return len(others)
}
