// Package day is the civil date: a due date, a term, the day of a payment. It has no hour and no zone.
// The rule: business facts happen on a day of the case's jurisdiction; only the evidence log knows instants.
package day

import (
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/golang-sql/civil"
)

// Date is a day of the Gregorian calendar. The zero Date means "no date" and is stored as NULL.
type Date struct{ civil.Date }

// Of makes a date; it does not normalise (use Parse for input).
func Of(year int, month time.Month, dayOfMonth int) Date {
	return Date{civil.Date{Year: year, Month: month, Day: dayOfMonth}}
}

// In is the day that t falls on in the zone.
func In(t time.Time, zone *time.Location) Date { return Date{civil.DateOf(t.In(zone))} }

// Parse reads YYYY-MM-DD between the years 1900 and 2200; anything else, 30 February included, is an error.
func Parse(s string) (Date, error) {
	if len(s) != len("2006-01-02") {
		return Date{}, fmt.Errorf("not a date of the form YYYY-MM-DD")
	}
	d, err := civil.ParseDate(s)
	if err != nil || d.Year < 1900 || d.Year > 2200 {
		return Date{}, fmt.Errorf("not a date of the calendar")
	}
	return Date{d}, nil
}

// MustParse is Parse for constants of the program.
func MustParse(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic(fmt.Sprintf("day: %q: %v", s, err))
	}
	return d
}

func (d Date) Before(e Date) bool { return d.Date.Before(e.Date) }
func (d Date) After(e Date) bool  { return d.Date.After(e.Date) }

// AddDays moves n calendar days.
func (d Date) AddDays(n int) Date { return Date{d.Date.AddDays(n)} }

// DaysSince counts calendar days from e to d; negative when d is earlier.
func (d Date) DaysSince(e Date) int { return d.Date.DaysSince(e.Date) }

// AddMonths goes to the same day n months on, or to that month's last day when it has no such day (LEC 133.3, CC 5.1).
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Of(first.Year(), first.Month(), min(d.Day, last))
}

// Weekday of the date.
func (d Date) Weekday() time.Weekday { return d.Time().Weekday() }

// Time is midnight UTC of the date, for libraries that want a time.
func (d Date) Time() time.Time { return d.Date.In(time.UTC) }

// Earlier of two dates; a zero date does not count.
func Earlier(a, b Date) Date {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// Later of two dates.
func Later(a, b Date) Date {
	if b.After(a) {
		return b
	}
	return a
}

// String is YYYY-MM-DD, or nothing for the zero date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Date.String()
}

// MarshalText writes String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := Parse(string(b))
	if err == nil {
		*d = parsed
	}
	return err
}

// Scan reads a date column; NULL becomes the zero date.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
	case time.Time:
		*d = Date{civil.DateOf(v)}
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	default:
		return fmt.Errorf("reading a date from %T", src)
	}
	return nil
}

// Value writes a date column; the zero date becomes NULL.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}
