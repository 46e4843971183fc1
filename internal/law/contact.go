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
	Caps          []capDoc      `yaml:"caps"`
	Zones         zonesDoc      `yaml:"zones"`
}

// contactRule is the hours of some channels, or their ban. A channel without a rule is free.
type contactRule struct {
	Fact      `yaml:",inline"`
	ID        string       `yaml:"id"`
	Name      problem.Text `yaml:"name"`
	Channels  []string     `yaml:"channels"`
	Barred    bool         `yaml:"barred"`
	ByConsent bool         `yaml:"other_hours_by_consent"` // the debtor may agree expressly to other hours
	Hours     []Hours      `yaml:"hours"`
}

// Hours allow contact From ("HH:MM") inclusive To exclusive on some weekdays ("monday" …), on holidays only when it says so.
type Hours struct {
	Days     []string `yaml:"days"`
	From     string   `yaml:"from"`
	To       string   `yaml:"to"`
	Holidays bool     `yaml:"holidays"`
}

// ContactAsk is the question whether a debtor may be contacted.
type ContactAsk struct {
	Channel   string // "phone", "visit", "sms", "whatsapp", "email", "letter"
	Consumer  bool
	At        time.Time
	Zones     []*time.Location // the clocks where the debtor may live, all of which must let it through; none is the pack's
	Home      *Pack            // of the country where the debtor lives, when it is another: its rules hold beside the case's; nil otherwise
	History   []Contacted      // the firm's contacts with the person for all its clients, in any order
	Agreed    []Hours          // other hours to which the debtor agreed expressly; they count where the law lets them (CO Ley 2300 de 2023 art. 3)
	Consented bool             // the debtor agreed beforehand to this very contact (US 12 CFR 1006.14(b)(3)(i))
}

// Contacted is one contact, or attempt, of the past. What is not known counts as in the strict reading: the zero Missed as a
// contact in which the debtor was spoken to, the zero Consented as one that nobody asked for.
type Contacted struct {
	Channel   string
	At        time.Time
	Missed    bool // known: nobody answered
	Consented bool // the debtor had agreed to it beforehand
}

// Window answers whether a contact may happen at an instant. When it may not, Rule is the one that holds longest, and Next the
// first instant at which every rule lets the contact through, if nothing else happens until then: the instant itself when
// Allowed, zero when the channel is barred or no such instant comes within two months. A house rule has no Law.
type Window struct {
	Allowed    bool
	Rule       string
	Why        problem.Text
	Law        string
	Source     string
	Confidence Confidence
	Next       time.Time
}

// limit is one rule applied to one question: next is the first instant from at on that it lets through, zero for never.
type limit struct {
	of   *Pack
	id   string
	name problem.Text
	fact Fact
	next func(at time.Time) time.Time
}

// MayContact judges a contact by the jurisdiction's hours, days, bans and caps on the debtor's clock. A channel that is not known
// is refused. For businesses the rules of a consumer statute are kept as house rules.
func (p *Pack) MayContact(ask ContactAsk) Window {
	if !slices.Contains(channels, ask.Channel) {
		return Window{Rule: "channel_unknown", Why: problem.Text{ES: "Canal desconocido.", EN: "Unknown channel."}, Confidence: HouseRule}
	}
	limits := p.limits(ask)
	if ask.Home != nil {
		limits = append(limits, ask.Home.limits(ask)...)
	}
	w := Window{Allowed: true, Rule: "free", Confidence: HouseRule, Next: ask.At,
		Why: problem.Text{ES: "Ninguna norma limita el horario de este canal.", EN: "No rule limits the hours of this channel."}}
	if len(limits) > 0 {
		w = limits[0].judged(ask)
		w.Allowed, w.Next = true, ask.At
	}
	for _, l := range limits {
		next := l.next(ask.At)
		if next.IsZero() {
			return l.judged(ask)
		}
		if next.After(w.Next) {
			w = l.judged(ask)
			w.Next = next
		}
	}
	w.Next = firstThrough(limits, ask.At)
	return w
}

// horizon is longer than any cap and any row of holidays.
const horizon = 60 * 24 * time.Hour

// firstThrough moves on by each rule in turn until every one lets the instant through. No step jumps over an allowed instant:
// each goes only as far as one rule refuses. Hours of two clocks may never meet; who finds no hour within the horizon answers never.
func firstThrough(limits []limit, at time.Time) time.Time {
	end := at.Add(horizon)
	for moved := true; moved; {
		moved = false
		for _, l := range limits {
			next := l.next(at)
			if next.IsZero() || next.After(end) {
				return time.Time{}
			}
			moved = moved || next.After(at)
			at = next
		}
	}
	return at
}

// judged says which rule speaks, and that the house keeps a consumer statute for businesses too.
func (l limit) judged(ask ContactAsk) Window {
	w := Window{Rule: l.id, Why: l.name, Law: l.fact.Law, Source: l.fact.Source, Confidence: l.fact.Confidence}
	if l.of.doc.Contact.ConsumersOnly && !ask.Consumer {
		w.Law, w.Source, w.Confidence = "", "", HouseRule
		w.Why.ES += " (con empresas, por criterio del despacho)"
		w.Why.EN += " (for businesses, by house rule)"
	}
	return w
}

// limits are the pack's rules for the question on every clock where the debtor may live.
func (p *Pack) limits(ask ContactAsk) (limits []limit) {
	zones := ask.Zones
	if len(zones) == 0 {
		zones = []*time.Location{p.Zone}
	}
	for _, zone := range zones {
		limits = slices.Concat(limits, p.hourLimits(ask, zone), p.capLimits(ask, zone))
	}
	return limits
}

// hourLimits are the bans and hours of the channel.
func (p *Pack) hourLimits(ask ContactAsk, zone *time.Location) (limits []limit) {
	for _, r := range p.doc.Contact.Rules {
		if !slices.Contains(r.Channels, ask.Channel) {
			continue
		}
		l := limit{of: p, id: r.ID, name: r.Name, fact: r.Fact, next: func(time.Time) time.Time { return time.Time{} }}
		if !r.Barred {
			hours := slices.Clone(r.Hours)
			if r.ByConsent {
				hours = append(hours, ask.Agreed...)
			}
			l.next = func(at time.Time) time.Time { return p.nextOpen(hours, zone, at) }
			today := day.In(ask.At, zone)
			if name, rests := p.Holiday(today); rests && len(p.openOn(hours, today)) == 0 {
				l.name.ES += fmt.Sprintf("; hoy es fiesta: %s", name.ES)
				l.name.EN += fmt.Sprintf("; today is a holiday: %s", name.EN)
			}
		}
		limits = append(limits, l)
	}
	return limits
}

// openOn are the hours of a day. Hours that cannot be read, which only a debtor's agreement could hold, open nothing.
func (p *Pack) openOn(hours []Hours, d day.Date) []Hours {
	_, rests := p.Holiday(d)
	return slices.DeleteFunc(slices.Clone(hours), func(h Hours) bool { return !h.readable() || !isWeekday(d, h.Days) || rests && !h.Holidays })
}

func (h Hours) readable() bool { return minutes(h.From) >= 0 && minutes(h.To) > minutes(h.From) }

// nextOpen looks two months ahead: no row of holidays is longer.
func (p *Pack) nextOpen(hours []Hours, zone *time.Location, at time.Time) time.Time {
	today := day.In(at, zone)
	for d := today; d.DaysSince(today) < 60; d = d.AddDays(1) {
		var first time.Time
		for _, h := range p.openOn(hours, d) {
			from, to := clock(d, h.From, zone), clock(d, h.To, zone)
			if !at.Before(from) && at.Before(to) {
				return at
			}
			if from.After(at) && (first.IsZero() || from.Before(first)) {
				first = from
			}
		}
		if !first.IsZero() {
			return first
		}
	}
	return time.Time{}
}

func (p *Pack) checkContact() error {
	for _, r := range p.doc.Contact.Rules {
		if !both(r.Name) || len(r.Channels) == 0 || r.Barred == (len(r.Hours) > 0) {
			return fmt.Errorf("contact %s: a name, channels, and either hours or a ban", r.ID)
		}
		if err := checkChannels(r.ID, r.Channels); err != nil {
			return err
		}
		for _, h := range r.Hours {
			for _, name := range h.Days {
				if _, ok := weekdays[name]; !ok {
					return fmt.Errorf("contact %s: %q is no weekday", r.ID, name)
				}
			}
			if !h.readable() {
				return fmt.Errorf("contact %s: hours %s to %s", r.ID, h.From, h.To)
			}
		}
	}
	for _, c := range p.doc.Contact.Caps {
		if err := c.check(); err != nil {
			return err
		}
	}
	return nil
}

func checkChannels(id string, names []string) error {
	for _, c := range names {
		if !slices.Contains(channels, c) {
			return fmt.Errorf("contact %s: unknown channel %s", id, c)
		}
	}
	return nil
}
