package law

import (
	"fmt"
	"strings"
	"time"

	"recobro/internal/day"
)

// zonesDoc are the clocks of a country beside the pack's own, by postal code.
type zonesDoc struct {
	Fact   `yaml:",inline"`
	Places []zoneDoc `yaml:"places"`
}

// zoneDoc is a clock and the beginnings of the postal codes where it holds. Without them the code does not tell.
type zoneDoc struct {
	Zone   zone     `yaml:"zone"`
	Postal []string `yaml:"postal"`
}

// zone is an IANA name, read once when the pack is loaded.
type zone struct{ *time.Location }

// UnmarshalText reads an IANA name.
func (z *zone) UnmarshalText(name []byte) (err error) {
	if z.Location, err = time.LoadLocation(string(name)); err != nil || len(name) == 0 {
		return fmt.Errorf("reading the time zone %q: %v", name, err)
	}
	return nil
}

// ZonesOf are the clocks on which a debtor with the postal code may live: one where the code tells, every one of the country
// where it is not known. The strict reading asks them all.
func (p *Pack) ZonesOf(postalCode string) []*time.Location {
	postalCode = strings.TrimSpace(postalCode)
	all := []*time.Location{p.Zone}
	for _, place := range p.doc.Contact.Zones.Places {
		for _, begin := range place.Postal {
			if strings.HasPrefix(postalCode, begin) {
				return []*time.Location{place.Zone.Location}
			}
		}
		if postalCode == "" || len(place.Postal) == 0 {
			all = append(all, place.Zone.Location)
		}
	}
	return all
}

// clock is the instant of "HH:MM" of a day in a zone.
func clock(d day.Date, hourMinute string, zone *time.Location) time.Time {
	m := minutes(hourMinute)
	return time.Date(d.Year, d.Month, d.Day, m/60, m%60, 0, 0, zone)
}

// dayStart is the first instant of a day, also where the clocks go forward at midnight and the day begins at one (Chile).
func dayStart(d day.Date, zone *time.Location) time.Time {
	at := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
	for day.In(at, zone).Before(d) {
		at = at.Add(15 * time.Minute)
	}
	return at
}
