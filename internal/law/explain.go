package law

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"recobro/internal/day"
	"recobro/internal/problem"
)

var unitNames = map[string]problem.Text{
	courtDays:    {ES: "días hábiles procesales", EN: "court days"},
	businessDays: {ES: "días hábiles", EN: "business days"},
	naturalDays:  {ES: "días naturales", EN: "calendar days"},
	months:       {ES: "meses, de fecha a fecha", EN: "months, date to date"},
	years:        {ES: "años, de fecha a fecha", EN: "years, date to date"},
}

// one is the singular of a unit.
var one = map[string]problem.Text{
	courtDays: {ES: "día hábil procesal", EN: "court day"}, businessDays: {ES: "día hábil", EN: "business day"}, naturalDays: {ES: "día natural", EN: "calendar day"},
	months: {ES: "mes, de fecha a fecha", EN: "month, date to date"}, years: {ES: "año, de fecha a fecha", EN: "year, date to date"},
}

var surely = map[Confidence]problem.Text{
	ReadLaw:       {ES: "leído en la ley", EN: "read in the law"},
	Computed:      {ES: "calculado a partir de la ley", EN: "computed from the law"},
	ReadSecondary: {ES: "leído en una fuente secundaria", EN: "read in a secondary source"},
	Unverified:    {ES: "sin verificar en una fuente; confirmado por el despacho", EN: "not verified in a source; confirmed by the firm"},
	HouseRule:     {ES: "criterio del despacho", EN: "the firm's own rule"},
}

// aloud is a date as it is read aloud, in both languages.
func aloud(d day.Date) problem.Text { return problem.Text{ES: d.Long("es"), EN: d.Long("en")} }

// moment is an instant as it is read aloud, by the clock it carries.
func moment(t time.Time) problem.Text {
	on, hour := aloud(day.In(t, t.Location())), t.Format("15:04")
	return problem.Text{ES: on.ES + " a las " + hour, EN: on.EN + " at " + hour}
}

// calendarLabel is the version of the pack that the calendar is of.
func (p *Pack) calendarLabel() string {
	if p.calendar != "" {
		return p.calendar
	}
	return p.Label()
}

// calendarName says by which days a term is counted: unit, version of the pack, region and town, and how many holidays that are not
// the whole country's it knew. A term that no calendar touches names the version only.
func (p *Pack) calendarName(t termDoc) problem.Text {
	text := unitNames[t.Unit]
	text.ES += fmt.Sprintf(" (normativa %s %s", p.Code, p.calendarLabel())
	text.EN += fmt.Sprintf(" (pack %s %s", p.Code, p.calendarLabel())
	if t.ofCourt() || t.Unit == businessDays || t.Roll == rollBusiness {
		es, en := p.placeName()
		text.ES, text.EN = text.ES+"; "+es, text.EN+"; "+en
	}
	text.ES, text.EN = text.ES+")", text.EN+")"
	return text
}

func (p *Pack) placeName() (es, en string) {
	if p.place == (Place{}) && len(p.local)+len(p.removed) == 0 {
		return "solo fiestas nacionales", "national holidays only"
	}
	region, town := 0, 0
	p.ruled(func(_ holidayRule, _, r, t string, _ Fact) {
		if t != "" {
			town++
		} else if r != "" {
			region++
		}
	})
	added := 0
	for _, h := range slices.Concat(p.local, p.removed) {
		if p.here(h.Region, h.Place) {
			added++
		}
	}
	name := p.regions[p.place.Region].Name
	where := strings.Trim(strings.Join([]string{name.ES, p.place.Town}, ", "), ", ")
	whereEN := strings.Trim(strings.Join([]string{name.EN, p.place.Town}, ", "), ", ")
	es = fmt.Sprintf("%s: %d fiestas de la región, %d de la localidad, %d añadidas o quitadas", where, region, town, added)
	en = fmt.Sprintf("%s: %d holidays of the region, %d of the town, %d added or removed", whereEN, region, town, added)
	return strings.TrimPrefix(es, ": "), strings.TrimPrefix(en, ": ")
}

// Explain tells in a few lines that can be read aloud how the deadline came about: the rule, the trigger, the calendar, every stretch
// that did not count, how the last day moved, its hour and the hour of grace.
func (d Deadline) Explain() problem.Text {
	var es, en []string
	say := func(t problem.Text) { es, en = append(es, t.ES), append(en, t.EN) }
	say(problem.Text{ES: fmt.Sprintf("%s: %s (%s).", d.Name.ES, d.length().ES, d.Law), EN: fmt.Sprintf("%s: %s (%s).", d.Name.EN, d.length().EN, d.Law)})
	trigger := aloud(d.Trigger)
	say(problem.Text{ES: fmt.Sprintf("%s: el %s; ese día no cuenta.", d.TriggerName.ES, trigger.ES), EN: fmt.Sprintf("%s: on %s; that day does not count.", d.TriggerName.EN, trigger.EN)})
	if !d.Received.IsZero() && day.In(d.Received, d.Received.Location()) != d.Trigger {
		say(d.lateReceipt())
	}
	say(problem.Text{ES: fmt.Sprintf("Calendario: %s.", d.Calendar.ES), EN: fmt.Sprintf("Calendar: %s.", d.Calendar.EN)})
	if s := d.skippedWithin(); s.ES != "" {
		say(problem.Text{ES: "No cuentan " + s.ES + ".", EN: "Not counted: " + s.EN + "."})
	}
	raw, due := aloud(d.Raw), aloud(d.Due)
	if d.Raw != d.Due {
		say(problem.Text{ES: fmt.Sprintf("El último día sería el %s, que no es hábil (%s): pasa al %s.", raw.ES, d.whyMoved().ES, due.ES),
			EN: fmt.Sprintf("The last day would be %s, on which nobody works (%s): it moves to %s.", raw.EN, d.whyMoved().EN, due.EN)})
	}
	say(problem.Text{ES: fmt.Sprintf("Vence el %s, a las 24:00.", due.ES), EN: fmt.Sprintf("It ends on %s, at midnight.", due.EN)})
	if !d.Grace.IsZero() {
		on, hour := aloud(day.In(d.Grace, d.Grace.Location())), d.Grace.Format("15:04")
		say(problem.Text{ES: fmt.Sprintf("El escrito aún se admite hasta las %s del %s (%s).", hour, on.ES, d.graceLaw),
			EN: fmt.Sprintf("A writ is still admitted until %s on %s (%s).", hour, on.EN, d.graceLaw)})
	}
	say(problem.Text{ES: fmt.Sprintf("El dato menos seguro de los usados está %s.", surely[d.Confidence].ES), EN: fmt.Sprintf("The least sure fact used is %s.", surely[d.Confidence].EN)})
	return problem.Text{ES: strings.Join(es, "\n"), EN: strings.Join(en, "\n")}
}

func (d Deadline) length() problem.Text {
	unit := unitNames[d.Unit]
	if d.Count == 1 {
		unit = one[d.Unit]
	}
	return problem.Text{ES: fmt.Sprintf("%d %s", d.Count, unit.ES), EN: fmt.Sprintf("%d %s", d.Count, unit.EN)}
}

func (d Deadline) lateReceipt() problem.Text {
	at := moment(d.Received)
	t := problem.Text{ES: fmt.Sprintf("Llegó el %s, pasada la hora o en día inhábil: se tiene por recibido el siguiente día hábil", at.ES),
		EN: fmt.Sprintf("It arrived on %s, after the hour or on a day of rest: it counts as received on the next court day", at.EN)}
	if d.cutOff.Law != "" {
		cut := fmt.Sprintf(" (%s; %s)", d.cutOff.Until, d.cutOff.Law)
		t.ES, t.EN = t.ES+cut, t.EN+cut
	}
	t.ES, t.EN = t.ES+".", t.EN+"."
	return t
}

// skippedWithin names the stretches before the last day; those after it are why it moved.
func (d Deadline) skippedWithin() problem.Text {
	var es, en []string
	for _, s := range d.Skipped {
		if s.To.Before(d.Trigger) || d.Raw != d.Due && !s.From.Before(day.Earlier(d.Raw, d.Due)) {
			continue
		}
		from, to := aloud(s.From), aloud(s.To)
		if s.From == s.To {
			es, en = append(es, fmt.Sprintf("el %s (%s)", from.ES, s.Why.ES)), append(en, fmt.Sprintf("%s (%s)", from.EN, s.Why.EN))
			continue
		}
		es, en = append(es, fmt.Sprintf("del %s al %s (%s)", from.ES, to.ES, s.Why.ES)), append(en, fmt.Sprintf("%s to %s (%s)", from.EN, to.EN, s.Why.EN))
	}
	return problem.Text{ES: strings.Join(es, ", "), EN: strings.Join(en, ", ")}
}

func (d Deadline) whyMoved() problem.Text {
	for _, s := range d.Skipped {
		if !d.Raw.Before(s.From) && !d.Raw.After(s.To) {
			return s.Why
		}
	}
	return problem.Text{}
}
