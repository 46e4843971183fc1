package law

import (
	"fmt"
	"maps"
	"slices"
)

func (p *Pack) checkCalendar() error {
	c := p.doc.Calendar
	for _, name := range slices.Concat(c.Weekend, c.Court.Weekend) {
		if _, ok := weekdays[name]; !ok {
			return fmt.Errorf("calendar: %q is no weekday", name)
		}
	}
	if err := checkHolidays(c.Holidays); err != nil {
		return err
	}
	for _, s := range c.Court.Closed {
		if !isMonthDay(s.From) || !isMonthDay(s.To) || !both(s.Name) {
			return fmt.Errorf("court calendar: %q cannot be read", s.Name.ES)
		}
	}
	for _, hour := range []string{c.Grace.Until, c.CutOff.Until, c.Court.Hours.From, c.Court.Hours.To, c.Court.Hours.ServiceTo} {
		if hour != "" && minutes(hour) < 0 {
			return fmt.Errorf("calendar: %q is no hour", hour)
		}
	}
	if err := p.checkRegions(); err != nil {
		return err
	}
	return p.checkTerms()
}

func checkHolidays(rules []holidayRule) error {
	for _, h := range rules {
		if err := h.check(); err != nil {
			return fmt.Errorf("holiday %q: %w", h.Name.ES, err)
		}
	}
	return nil
}

func (h holidayRule) check() error {
	rules := 0
	for _, given := range []bool{h.On != "", h.Easter != nil, h.Monday != "", len(h.Dates) > 0} {
		if given {
			rules++
		}
	}
	month, nth := numbers(h.Monday)
	_, weekday := weekdays[h.OnlyOn]
	switch {
	case rules != 1 || !both(h.Name):
		return fmt.Errorf("exactly one rule and a name in both languages")
	case h.On != "" && !isMonthDay(h.On):
		return fmt.Errorf("%q is no day of the year", h.On)
	case h.Monday != "" && (month < 1 || month > 12 || nth < 1 || nth > 4 || h.Monday != fmt.Sprintf("%d-%d", month, nth)):
		return fmt.Errorf("%q is no Monday of a month", h.Monday)
	case h.Easter != nil && (*h.Easter < -60 || *h.Easter > 100):
		return fmt.Errorf("%d days are too far from Easter", *h.Easter)
	case !slices.Contains([]string{"", "next_monday", "sunday_monday", "nearest_monday", "bridge_friday"}, h.Move):
		return fmt.Errorf("the move %q is not known", h.Move)
	case h.OnlyOn != "" && !weekday:
		return fmt.Errorf("%q is no weekday", h.OnlyOn)
	case h.Every < 0 || h.Every > 0 && h.Since == 0 || h.Until != 0 && h.Until < h.Since || h.Almanac && len(h.Dates) == 0:
		return fmt.Errorf("the years cannot be read")
	}
	for i, d := range h.Dates {
		if d.IsZero() || i > 0 && d.Year <= h.Dates[i-1].Year {
			return fmt.Errorf("dates are one a year, in order")
		}
	}
	return nil
}

// checkRegions refuses a region without a name, or a rule or fact of it that cannot be read.
func (p *Pack) checkRegions() error {
	for _, code := range slices.Sorted(maps.Keys(p.regions)) {
		r := p.regions[code]
		if !both(r.Name) || len(code) < 4 || code[:3] != p.Code+"-" {
			return fmt.Errorf("region %q: an ISO 3166-2 code of %s and a name in both languages", code, p.Code)
		}
		if err := checkHolidays(r.Holidays); err != nil {
			return fmt.Errorf("region %s: %w", code, err)
		}
		for name, town := range r.Towns {
			if err := checkHolidays(town.Holidays); err != nil {
				return fmt.Errorf("region %s, %s: %w", code, name, err)
			}
		}
	}
	return nil
}

func (p *Pack) checkTerms() error {
	units := []string{courtDays, businessDays, naturalDays, months, years}
	rolls := []string{rollNone, rollFollowing, rollBusiness, rollPreceding}
	for _, t := range p.doc.Terms {
		if t.Count < 1 || !slices.Contains(units, t.Unit) || !both(t.Name) || !both(t.Trigger) {
			return fmt.Errorf("term %s: name, trigger, count and unit", t.ID)
		}
		if !slices.Contains(rolls, t.Roll) {
			return fmt.Errorf("term %s: the roll %q is not known", t.ID, t.Roll)
		}
		if t.Grace && p.doc.Calendar.Grace.Until == "" {
			return fmt.Errorf("term %s: the pack has no hour of grace", t.ID)
		}
	}
	return nil
}
