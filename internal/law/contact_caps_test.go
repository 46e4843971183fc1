package law

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	packs "recobro/policies/law"
)

// past reads "2026-11-16T09:00 phone", with " missed" or " agreed" behind.
func past(t testing.TB, zone *time.Location, lines ...string) (history []Contacted) {
	t.Helper()
	for _, line := range lines {
		words := strings.Fields(line)
		history = append(history, Contacted{Channel: words[1], At: local(t, zone, words[0]), Missed: slices.Contains(words, "missed"), Consented: slices.Contains(words, "agreed")})
	}
	return history
}

func TestWorkedContactCaps(t *testing.T) {
	day := func(from, to int, rest string) (lines []string) {
		for d := from; d <= to; d++ {
			lines = append(lines, fmt.Sprintf("2026-11-%02dT10:00 %s", d, rest))
		}
		return lines
	}
	for _, c := range []struct {
		pack    string
		history []string
		at      string
		channel string
		rule    string // that refuses; nothing when allowed
		next    string
	}{
		// Chile: one call or visit a week; two of the other channels, two days apart.
		{"CL", []string{"2026-11-16T12:00 email"}, "2026-11-17T12:00", "email", "other_channels", "2026-11-18T00:00"},
		{"CL", []string{"2026-11-16T12:00 email"}, "2026-11-18T00:00", "email", "", "2026-11-18T00:00"},
		{"CL", []string{"2026-11-16T12:00 email"}, "2026-11-17T23:59", "letter", "other_channels", "2026-11-18T00:00"},
		{"CL", []string{"2026-11-16T12:00 phone"}, "2026-11-19T12:00", "email", "", "2026-11-19T12:00"},
		{"CL", []string{"2026-11-16T12:00 email", "2026-11-18T12:00 sms"}, "2026-11-20T12:00", "whatsapp", "other_channels", "2026-11-23T00:00"},
		{"CL", []string{"2026-11-16T12:00 email", "2026-11-18T12:00 sms"}, "2026-11-23T12:00", "whatsapp", "", "2026-11-23T12:00"},
		{"CL", []string{"2026-11-16T12:00 phone"}, "2026-11-20T12:00", "visit", "phone_or_visit", "2026-11-23T08:00"},
		{"CL", []string{"2026-11-16T12:00 phone missed"}, "2026-11-20T12:00", "phone", "phone_or_visit", "2026-11-23T08:00"},
		{"CL", []string{"2026-11-15T12:00 visit"}, "2026-11-16T12:00", "phone", "phone_or_visit", "2026-11-23T08:00"}, // the 22nd is a Sunday
		{"CL", []string{"2028-02-24T12:00 phone"}, "2028-02-29T12:00", "phone", "phone_or_visit", "2028-03-02T08:00"}, // over a leap day
		{"CL", []string{"2026-11-24T12:00 email"}, "2026-11-23T12:00", "sms", "other_channels", "2026-11-26T00:00"},   // planned for tomorrow
		{"CL", []string{"2026-11-30T12:00 phone"}, "2026-11-23T12:00", "phone", "", "2026-11-23T12:00"},
		// Colombia: after a direct contact one channel a week and one contact a day.
		{"CO", []string{"2026-11-17T09:00 phone"}, "2026-11-17T16:00", "phone", "contacts_per_day", "2026-11-18T07:00"},
		{"CO", []string{"2026-11-17T09:00 phone missed"}, "2026-11-17T16:00", "phone", "", "2026-11-17T16:00"},
		{"CO", []string{"2026-11-17T09:00 phone missed", "2026-11-17T10:00 phone"}, "2026-11-17T16:00", "phone", "contacts_per_day", "2026-11-18T07:00"},
		{"CO", []string{"2026-11-17T09:00 phone"}, "2026-11-18T16:00", "phone", "", "2026-11-18T16:00"},
		{"CO", []string{"2026-11-17T09:00 phone"}, "2026-11-18T16:00", "email", "channels_per_week", "2026-11-24T07:00"},
		{"CO", []string{"2026-11-17T09:00 phone missed"}, "2026-11-18T16:00", "email", "", "2026-11-18T16:00"},
		{"CO", []string{"2026-11-17T09:00 phone"}, "2026-11-24T07:00", "email", "", "2026-11-24T07:00"},
		{"CO", []string{"2026-11-17T09:00 phone"}, "2026-11-17T20:00", "whatsapp", "channels_per_week", "2026-11-24T07:00"}, // the hours hold less long
		// United States: seven calls in seven days, none within seven of a conversation.
		{"US", []string{"2026-11-02T10:00 phone"}, "2026-11-08T10:00", "phone", "days_after_conversation", "2026-11-09T08:00"},
		{"US", []string{"2026-11-02T10:00 phone"}, "2026-11-09T10:00", "phone", "", "2026-11-09T10:00"},
		{"US", []string{"2026-11-02T23:30 phone"}, "2026-11-09T08:00", "phone", "", "2026-11-09T08:00"},
		{"US", day(2, 7, "phone missed"), "2026-11-07T12:00", "phone", "", "2026-11-07T12:00"},
		{"US", day(2, 8, "phone missed"), "2026-11-08T12:00", "phone", "calls_in_seven_days", "2026-11-09T08:00"},
		{"US", day(2, 8, "phone missed agreed"), "2026-11-08T12:00", "phone", "", "2026-11-08T12:00"},
		{"US", day(2, 8, "phone"), "2026-11-08T12:00", "email", "", "2026-11-08T12:00"},
		// No caps.
		{"ES", day(1, 20, "phone"), "2026-11-20T12:00", "phone", "", "2026-11-20T12:00"},
		{"PE", day(1, 20, "phone"), "2026-11-20T12:00", "phone", "", "2026-11-20T12:00"},
		{"MX", day(1, 20, "phone"), "2026-11-20T12:00", "phone", "", "2026-11-20T12:00"},
	} {
		p := rules(t, c.pack)
		history := past(t, p.Zone, c.history...)
		w := p.MayContact(ContactAsk{Channel: c.channel, Consumer: true, At: local(t, p.Zone, c.at).UTC(), History: history})
		if w.Allowed != (c.rule == "") || next(w, p.Zone) != c.next || c.rule != "" && w.Rule != c.rule {
			t.Errorf("%s %v, then %s %s: %+v, next %s", c.pack, c.history, c.at, c.channel, w, next(w, p.Zone))
		}
		slices.Reverse(history)
		if turned := p.MayContact(ContactAsk{Channel: c.channel, Consumer: true, At: local(t, p.Zone, c.at).UTC(), History: history}); turned != w {
			t.Errorf("%s %v: the order of the history changes the answer to %+v", c.pack, c.history, turned)
		}
	}
}

func TestACallThatTheDebtorAskedForIsNotCapped(t *testing.T) {
	p := rules(t, "US")
	ask := ContactAsk{Channel: "phone", Consumer: true, At: local(t, p.Zone, "2026-11-04T10:00"), History: past(t, p.Zone, "2026-11-02T10:00 phone"), Consented: true}
	if w := p.MayContact(ask); !w.Allowed {
		t.Errorf("%+v", w)
	}
	chile := rules(t, "CL")
	ask.History[0].At = ask.At
	if w := chile.MayContact(ask); w.Allowed {
		t.Error("Chile's law knows no such consent")
	}
}

// Chile with weeks from Monday to Sunday instead of any seven days running.
func TestAPackMaySayCalendarWeek(t *testing.T) {
	lib, err := Load(shippedWith(t, "cl.yaml", func(raw string) string { return strings.ReplaceAll(raw, "per: week\n", "per: calendar_week\n") }))
	if err != nil {
		t.Fatal(err)
	}
	p, err := lib.Pack("CL")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range [][3]string{
		{"2026-11-14T12:00 phone", "2026-11-16T12:00", "2026-11-16T12:00"}, // Saturday, then Monday
		{"2026-11-16T12:00 phone", "2026-11-21T12:00", "2026-11-23T08:00"}, // Monday, then Saturday
	} {
		w := p.MayContact(ContactAsk{Channel: "phone", Consumer: true, At: local(t, p.Zone, c[1]), History: past(t, p.Zone, c[0])})
		if next(w, p.Zone) != c[2] {
			t.Errorf("%s, then %s: next %s", c[0], c[1], next(w, p.Zone))
		}
	}
}

func TestOnlyPacksWithCapsAskForHistory(t *testing.T) {
	for code, days := range map[string]int{"ES": 0, "MX": 0, "PE": 0, "CL": 7, "CO": 7, "US": 7} {
		if got := rules(t, code).ContactMemory(); got != days {
			t.Errorf("%s looks back %d days", code, got)
		}
	}
}

func TestMisleadingCapsAreRefused(t *testing.T) {
	raw, err := fs.ReadFile(packs.FS, "us.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for old, wrong := range map[string]string{
		"      max: 7\n":                  "      max: 0\n",
		"      of: conversations\n":       "      of: talks\n",
		"{zone: America/Chicago}":         "{zone: America/Atlantis}",
		"      per: week\n":               "      per: month\n",
		"      channels: [phone]\n":       "      channels: [fone]\n",
		"      consented_free: true\n":    "      min_gap_days: 1\n      after_direct_contact: true\n",
		"{es: \"Como mucho siete":         "{en: \"Como mucho siete",
		"from: \"08:00\", to: \"21:00\",": "from: \"21:00\", to: \"08:00\",",
	} {
		if !strings.Contains(string(raw), old) {
			t.Fatalf("the pack has no %q", old)
		}
		if _, err := Load(fstest.MapFS{"us.yaml": {Data: []byte(strings.Replace(string(raw), old, wrong, 1))}}); err == nil {
			t.Errorf("%q instead of %q loads", wrong, old)
		}
	}
}
