package law

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// rules are the contact rules of any pack, those that hold nothing else included.
func rules(t testing.TB, code string) *Pack {
	t.Helper()
	p, err := library(t).PackFor(ContactArea, code)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func local(t testing.TB, zone *time.Location, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02T15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// next is the wall clock of a window's next instant; nothing when there is none.
func next(w Window, zone *time.Location) string {
	if w.Next.IsZero() {
		return ""
	}
	return w.Next.In(zone).Format("2006-01-02T15:04")
}

func TestWorkedContactWindows(t *testing.T) {
	for _, c := range []struct {
		pack, at, channel string
		allowed           bool
		next              string
	}{
		{"CO", "2026-11-20T06:59", "phone", false, "2026-11-20T07:00"},
		{"CO", "2026-11-20T07:00", "phone", true, "2026-11-20T07:00"},
		{"CO", "2026-11-20T19:00", "phone", false, "2026-11-21T08:00"},
		{"CO", "2026-11-20T19:01", "whatsapp", false, "2026-11-21T08:00"},
		{"CO", "2026-11-21T14:59", "letter", true, "2026-11-21T14:59"},
		{"CO", "2026-11-21T15:30", "phone", false, "2026-11-23T07:00"},
		{"CO", "2026-11-16T10:00", "phone", false, "2026-11-17T07:00"}, // Independencia de Cartagena, moved to Monday
		{"CO", "2026-11-20T10:00", "visit", false, ""},
		{"CO", "2028-02-29T00:00", "sms", false, "2028-02-29T07:00"},
		{"PE", "2026-11-20T20:00", "phone", false, "2026-11-23T07:00"},
		{"PE", "2026-11-21T11:00", "email", true, "2026-11-21T11:00"}, // art. 62 b speaks of visits and calls only
		{"PE", "2026-12-08T11:00", "phone", false, "2026-12-10T07:00"},
		{"PE", "2026-12-31T20:00", "visit", false, "2027-01-04T07:00"},
		{"MX", "2026-11-20T22:01", "phone", false, "2026-11-23T07:00"},
		{"MX", "2026-11-20T21:59", "phone", true, "2026-11-20T21:59"},
		{"MX", "2026-11-21T12:00", "email", false, "2026-11-23T07:00"},
		{"CL", "2026-11-21T10:00", "phone", true, "2026-11-21T10:00"},
		{"CL", "2026-11-20T20:30", "visit", false, "2026-11-21T08:00"},
		{"CL", "2026-11-22T12:00", "phone", false, "2026-11-23T08:00"},
		{"CL", "2028-02-29T07:59", "phone", false, "2028-02-29T08:00"},
		{"ES", "2026-11-20T08:59", "phone", false, "2026-11-20T09:00"},
		{"ES", "2026-11-22T03:00", "email", true, "2026-11-22T03:00"},
		{"ES", "2026-12-24T20:00", "whatsapp", false, "2026-12-28T09:00"},
		{"ES", "2026-11-20T10:00", "telepathy", false, ""},
		{"US", "2026-11-20T07:59", "phone", false, "2026-11-20T08:00"},
		{"US", "2026-11-20T21:00", "email", false, "2026-11-21T08:00"},
		{"US", "2026-11-26T12:00", "phone", true, "2026-11-26T12:00"}, // Thanksgiving: no federal rule rests
		{"US", "2026-11-20T03:00", "letter", true, "2026-11-20T03:00"},
	} {
		p := rules(t, c.pack)
		w := p.MayContact(ContactAsk{Channel: c.channel, Consumer: true, At: local(t, p.Zone, c.at).UTC()})
		if w.Allowed != c.allowed || next(w, p.Zone) != c.next || !both(w.Why) || surety[w.Confidence] == 0 {
			t.Errorf("%s %s %s: %+v, next %s", c.pack, c.at, c.channel, w, next(w, p.Zone))
		}
	}
}

// On days on which the clocks change the hours are those of the wall.
func TestHoursFollowTheWallOnDaysOfClockChange(t *testing.T) {
	for _, c := range []struct{ pack, at, next, utc string }{
		{"US", "2026-03-07T21:30", "2026-03-08T08:00", "2026-03-08T12:00"}, // forward at two in the night
		{"US", "2026-10-31T21:30", "2026-11-01T08:00", "2026-11-01T13:00"}, // back
		{"ES", "2026-03-27T20:30", "2026-03-30T09:00", "2026-03-30T07:00"}, // forward on Sunday the 29th
		{"ES", "2026-10-23T20:30", "2026-10-26T09:00", "2026-10-26T08:00"}, // back on Sunday the 25th
		{"CL", "2026-09-05T20:30", "2026-09-07T08:00", "2026-09-07T11:00"}, // forward at midnight, Sunday begins at one
		{"CL", "2026-04-04T20:30", "2026-04-06T08:00", "2026-04-06T12:00"}, // back at midnight
		{"MX", "2026-04-03T22:30", "2026-04-06T07:00", "2026-04-06T13:00"}, // no summer time since 2022
	} {
		p := rules(t, c.pack)
		w := p.MayContact(ContactAsk{Channel: "phone", Consumer: true, At: local(t, p.Zone, c.at)})
		if w.Allowed || next(w, p.Zone) != c.next || next(w, time.UTC) != c.utc {
			t.Errorf("%s %s: next %s, %s UTC", c.pack, c.at, next(w, p.Zone), next(w, time.UTC))
		}
	}
}

func TestADayThatBeginsAtOneHasAFirstInstant(t *testing.T) {
	p := rules(t, "CL")
	sunday := local(t, p.Zone, "2026-09-05T12:00") // the clocks go from midnight to one
	ask := ContactAsk{Channel: "email", Consumer: true, At: sunday, History: []Contacted{{Channel: "email", At: local(t, p.Zone, "2026-09-04T12:00")}}}
	w := p.MayContact(ask)
	if next(w, p.Zone) != "2026-09-06T01:00" || p.MayContact(ContactAsk{Channel: "email", At: w.Next, History: ask.History}).Allowed == false {
		t.Errorf("next %s", next(w, p.Zone))
	}
	ask.At = w.Next.Add(-time.Second)
	if p.MayContact(ask).Allowed {
		t.Error("a second before the day begins is the day before")
	}
}

func TestTheDebtorsClockDecidesNotTheCountrys(t *testing.T) {
	p := rules(t, "MX")
	tijuana, err := time.LoadLocation("America/Tijuana")
	if err != nil {
		t.Fatal(err)
	}
	ask := ContactAsk{Channel: "phone", Consumer: true, At: local(t, p.Zone, "2026-11-20T07:30")}
	if !p.MayContact(ask).Allowed {
		t.Error("half past seven in the capital")
	}
	ask.Zones = []*time.Location{tijuana}
	if w := p.MayContact(ask); w.Allowed || next(w, tijuana) != "2026-11-20T07:00" {
		t.Errorf("half past five in Tijuana: %+v", w)
	}
}

func TestWithoutAPostalCodeEveryClockOfTheCountryHolds(t *testing.T) {
	for _, c := range []struct{ pack, postal, at, next string }{
		{"MX", "06600", "2026-11-20T07:30", "2026-11-20T07:30"},
		{"MX", "22000", "2026-11-20T07:30", "2026-11-20T09:00"}, // seven in Tijuana
		{"MX", "", "2026-11-20T07:30", "2026-11-20T09:00"},
		{"MX", "", "2026-11-20T21:30", "2026-11-23T09:00"}, // half past ten in Cancún
		{"ES", "28013", "2026-11-20T09:00", "2026-11-20T09:00"},
		{"ES", " 35001", "2026-11-20T09:00", "2026-11-20T10:00"},
		{"CL", "6200000", "2026-06-19T07:00", "2026-06-19T07:00"}, // Magallanes keeps summer time
		{"CL", "2770000", "2026-06-19T09:00", "2026-06-19T10:00"}, // Rapa Nui
		{"US", "10001", "2026-11-20T12:00", "2026-11-20T13:00"},   // eight in Honolulu
	} {
		p := rules(t, c.pack)
		w := p.MayContact(ContactAsk{Channel: "phone", Consumer: true, At: local(t, p.Zone, c.at), Zones: p.ZonesOf(c.postal)})
		if next(w, p.Zone) != c.next {
			t.Errorf("%s %q %s: next %s", c.pack, c.postal, c.at, next(w, p.Zone))
		}
	}
}

func TestADebtorAbroadHasTheRulesOfBothCountries(t *testing.T) {
	spain, states := rules(t, "ES"), rules(t, "US")
	ask := ContactAsk{Channel: "phone", Consumer: true, At: local(t, spain.Zone, "2026-11-20T10:00"), Home: states, Zones: []*time.Location{states.Zone}}
	if w := spain.MayContact(ask); w.Allowed || next(w, spain.Zone) != "2026-11-20T15:00" || w.Law != "" {
		t.Errorf("the house opens at nine in New York: %+v", w)
	}
	ask.At, ask.History = ask.At.Add(6*time.Hour), past(t, states.Zone, "2026-11-18T12:00 phone")
	if w := spain.MayContact(ask); w.Rule != "days_after_conversation" || next(w, states.Zone) != "2026-11-25T09:00" {
		t.Errorf("after a conversation in the United States: %+v", w)
	}
	ask.Channel = "email"
	if w := spain.MayContact(ask); !w.Allowed {
		t.Errorf("an e-mail at ten in New York: %+v", w)
	}
}

// Nine to twenty in Madrid and in Honolulu have no minute in common.
func TestClocksThatNeverMeetAreANoWithoutEnd(t *testing.T) {
	p := rules(t, "ES")
	honolulu, err := time.LoadLocation("Pacific/Honolulu")
	if err != nil {
		t.Fatal(err)
	}
	ask := ContactAsk{Channel: "phone", At: local(t, p.Zone, "2026-11-20T10:00"), Zones: []*time.Location{p.Zone, honolulu}}
	if w := p.MayContact(ask); w.Allowed || !w.Next.IsZero() || w.Rule != "business_hours" {
		t.Errorf("%+v", w)
	}
}

func TestExpressConsentOpensOtherHoursOnlyWhereTheLawLetsIt(t *testing.T) {
	evening := []Hours{{Days: []string{"friday", "monday"}, From: "19:00", To: "21:00"}}
	for _, c := range []struct {
		pack, at string
		agreed   []Hours
		next     string
	}{
		{"CO", "2026-11-20T20:00", evening, "2026-11-20T20:00"},
		{"CO", "2026-11-20T21:00", evening, "2026-11-21T08:00"},
		{"CO", "2026-11-19T20:00", evening, "2026-11-20T07:00"},
		{"CO", "2026-11-16T20:00", evening, "2026-11-17T07:00"}, // a holiday: the consent does not speak of holidays
		{"CO", "2026-11-16T20:00", []Hours{{Days: []string{"monday"}, From: "19:00", To: "21:00", Holidays: true}}, "2026-11-16T20:00"},
		{"CO", "2026-11-22T06:00", []Hours{{Days: []string{"sunday"}, From: "10:00", To: "12:00"}}, "2026-11-22T10:00"},
		{"CO", "2026-11-20T05:00", []Hours{{Days: []string{"friday"}, From: "06:00", To: "06:30"}}, "2026-11-20T06:00"},
		{"CO", "2026-11-20T20:00", []Hours{{Days: []string{"friday"}, From: "siempre", To: "25:00"}}, "2026-11-21T08:00"},
		{"MX", "2026-11-21T20:00", evening, "2026-11-23T07:00"},
		{"MX", "2026-11-20T22:30", []Hours{{Days: []string{"friday"}, From: "22:00", To: "23:00"}}, "2026-11-23T07:00"},
	} {
		p := rules(t, c.pack)
		w := p.MayContact(ContactAsk{Channel: "phone", Consumer: true, At: local(t, p.Zone, c.at), Agreed: c.agreed})
		if next(w, p.Zone) != c.next || w.Allowed != (c.at == c.next) {
			t.Errorf("%s %s %v: next %s", c.pack, c.at, c.agreed, next(w, p.Zone))
		}
	}
}

func TestHouseRulesNeverQuoteALaw(t *testing.T) {
	at := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	ask := func(code string, consumer bool) Window {
		return pack(t, code).MayContact(ContactAsk{Channel: "phone", Consumer: consumer, At: at})
	}
	if w := ask("ES", true); w.Confidence != HouseRule || w.Law != "" || w.Allowed {
		t.Errorf("Spain has no statute on hours: %+v", w)
	}
	if w := ask("PE", true); w.Confidence != ReadLaw || w.Law == "" {
		t.Errorf("Peru's consumer statute: %+v", w)
	}
	if w := ask("PE", false); w.Confidence != HouseRule || w.Law != "" || w.Allowed || !strings.Contains(w.Why.ES, "empresas") {
		t.Errorf("Peru's statute does not protect companies, the house does: %+v", w)
	}
	chile := pack(t, "CL")
	twice := ContactAsk{Channel: "email", At: at, History: []Contacted{{Channel: "email", At: at}}}
	if w := chile.MayContact(twice); w.Allowed || w.Law != "" || w.Confidence != HouseRule {
		t.Errorf("Chile's caps for companies: %+v", w)
	}
	twice.Consumer = true
	if w := chile.MayContact(twice); w.Allowed || !strings.Contains(w.Law, "art. 37") || w.Confidence != ReadLaw {
		t.Errorf("Chile's caps for consumers: %+v", w)
	}
}

// Whatever the history: at Next the same question is answered yes, and never before.
func TestNextContactIsAllowedAndNothingBetweenIs(t *testing.T) {
	lib := library(t)
	zones := []string{"", "Atlantic/Canary", "America/Punta_Arenas", "Pacific/Easter", "America/Tijuana", "Pacific/Honolulu"}
	rapid.Check(t, func(t *rapid.T) {
		p, err := lib.PackFor(ContactArea, rapid.SampledFrom([]string{"ES", "MX", "PE", "CL", "CO", "US"}).Draw(t, "pack"))
		if err != nil {
			t.Fatal(err)
		}
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 800*24*60).Draw(t, "minutes")) * time.Minute)
		ask := ContactAsk{Channel: rapid.SampledFrom(channels).Draw(t, "channel"), Consumer: rapid.Bool().Draw(t, "consumer"), At: start, Consented: rapid.Bool().Draw(t, "consented")}
		if zone := rapid.SampledFrom(zones).Draw(t, "zone"); zone != "" {
			there, err := time.LoadLocation(zone)
			if err != nil {
				t.Fatal(err)
			}
			ask.Zones = append(ask.Zones, there)
			if rapid.Bool().Draw(t, "two") {
				ask.Zones = append(ask.Zones, p.Zone)
			}
		}
		if code := rapid.SampledFrom([]string{"", "ES", "CL", "CO", "US"}).Draw(t, "home"); code != "" {
			if ask.Home, err = lib.PackFor(ContactArea, code); err != nil {
				t.Fatal(err)
			}
		}
		for range rapid.IntRange(0, 12).Draw(t, "contacts") {
			hours := rapid.IntRange(-12*24, 5*24).Draw(t, "hours")
			ask.History = append(ask.History, Contacted{Channel: rapid.SampledFrom(channels).Draw(t, "by"), At: start.Add(time.Duration(hours) * time.Hour),
				Missed: rapid.Bool().Draw(t, "missed"), Consented: rapid.Bool().Draw(t, "agreed")})
		}
		w := p.MayContact(ask)
		again := ask
		if w.Next.IsZero() {
			again.At = start.Add(time.Duration(rapid.Int64Range(0, int64(horizon)).Draw(t, "later")))
			if w.Allowed || p.MayContact(again).Allowed {
				t.Fatalf("%s: never, and yet at %s", p.Code, again.At)
			}
			return
		}
		if again.At = w.Next; !p.MayContact(again).Allowed || w.Allowed != w.Next.Equal(start) || w.Next.Before(start) {
			t.Fatalf("%s %s: %+v then %+v", p.Code, start, w, p.MayContact(again))
		}
		for n := 0; !w.Allowed && n < 5; n++ {
			again.At = start.Add(time.Duration(rapid.Int64Range(0, int64(w.Next.Sub(start))-1).Draw(t, "between")))
			if p.MayContact(again).Allowed {
				t.Fatalf("%s: %s is allowed before next %s", p.Code, again.At, w.Next)
			}
		}
	})
}
