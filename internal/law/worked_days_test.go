package law

import (
	"strings"
	"testing"
	"time"

	"recobro/internal/day"
)

// Days counted apart from this program: LEC 130, 133 and 135.5, LOPJ 183, CC 5, RD 2001/1983 art. 45, with national holidays only.
func TestWorkedDays(t *testing.T) {
	p := pack(t, "ES")
	for _, c := range []struct{ name, rule, trigger, raw, due, grace string }{
		{"served in August: 1 September is the first day", "answer_ordinary", "2026-08-10", "2026-09-28", "2026-09-28", "2026-09-29"},
		{"the last but one day of July: 31 July and nine of September", "answer_verbal", "2026-07-30", "2026-09-11", "2026-09-11", "2026-09-14"},
		{"the day before August", "evidence_challenge", "2026-07-31", "2026-09-03", "2026-09-03", "2026-09-04"},
		{"twenty days to 29 February", "answer_ordinary", "2024-02-01", "2024-02-29", "2024-02-29", "2024-03-01"},
		{"the day before Christmas Eve", "answer_verbal", "2027-12-23", "2028-01-20", "2028-01-20", "2028-01-21"},
		{"over Easter: Good Friday alone rests everywhere", "note_payment", "2026-03-25", "2026-04-09", "2026-04-09", "2026-04-10"},
		{"over the bridge of December: 6 on a Sunday, 8 on a Tuesday", "note_signature", "2026-12-04", "2026-12-14", "2026-12-14", "2026-12-15"},
		{"over Labour Day; a Friday's grace is on Monday", "evidence_verbal", "2026-04-30", "2026-05-08", "2026-05-08", "2026-05-11"},
		{"over the National Day", "enforcement_opposition", "2026-09-30", "2026-10-15", "2026-10-15", "2026-10-16"},
		{"a month from 31 January of a leap year", "opposition_ordinary", "2024-01-31", "2024-02-29", "2024-02-29", "2024-03-01"},
		{"a month from 29 December has its own day", "opposition_ordinary", "2023-12-29", "2024-01-29", "2024-01-29", "2024-01-30"},
		{"a month that ends in August", "opposition_ordinary", "2026-07-06", "2026-08-06", "2026-09-01", "2026-09-02"},
		{"a month that ends on the last of August", "opposition_ordinary", "2026-07-31", "2026-08-31", "2026-09-01", "2026-09-02"},
		{"a month that ends on Christmas Eve", "opposition_ordinary", "2026-11-24", "2026-12-24", "2027-01-07", "2027-01-08"},
		{"a month that ends on a Saturday", "opposition_ordinary", "2025-12-31", "2026-01-31", "2026-02-02", "2026-02-03"},
		{"a notary's days run on in August", "notarial_payment", "2026-07-20", "2026-08-17", "2026-08-17", ""},
		{"a year from 29 February", "suit_after_negotiation", "2028-02-29", "2029-02-28", "2029-02-28", ""},
	} {
		d, err := p.Term(c.rule, day.MustParse(c.trigger))
		grace := ""
		if !d.Grace.IsZero() {
			grace = strings.TrimSuffix(d.Grace.In(p.Zone).Format("2006-01-02 15:04"), " 15:00")
		}
		if err != nil || d.Raw.String() != c.raw || d.Due.String() != c.due || grace != c.grace {
			t.Errorf("%s: raw %s, due %s, grace %s, want %s, %s, %s (%v)", c.name, d.Raw, d.Due, grace, c.raw, c.due, c.grace, err)
		}
	}
	for sent, want := range map[string]string{"2026-07-29": "2026-09-01", "2026-07-30": "2026-09-02", "2026-08-14": "2026-09-03", "2026-12-22": "2027-01-08", "2026-04-01": "2026-04-07"} {
		at, _ := time.ParseInLocation("2006-01-02 15:04", sent+" 10:00", p.Zone)
		if s, err := p.Served(at, time.Time{}); err != nil || s.On.String() != want || !s.Deemed {
			t.Errorf("sent electronically on %s and not opened: %s, want %s (%v)", sent, s.On, want, err)
		}
	}
}

// Last days counted apart from this program. CC 1964.2 and 1973; Ley 42/2015 DT 5.ª (born before 07-10-2015: 15 years, at most to 07-10-2020); 82 days from 14-03 to
// 03-06-2020 (RD 463/2020, RD 537/2020). A letter is sent and received on its day.
func TestWorkedLastDays(t *testing.T) {
	p, err := restarts(t).Pack("ES")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, kind, due, letters, last string }{
		{"the last old claim", "general", "2015-10-06", "", "2020-12-28"},
		{"the first new claim", "general", "2015-10-07", "", "2020-12-28"},
		{"15 years end on the day of the limit", "general", "2005-10-07", "", "2020-12-28"},
		{"15 years end a day before the limit", "general", "2005-10-06", "", "2020-12-27"},
		{"15 years end before the limit", "general", "2005-07-16", "", "2020-10-06"},
		{"15 years end before the suspension", "general", "2002-01-01", "2017-01-02", "2017-01-01"},
		{"an old claim interrupted the day before the reform", "general", "2010-05-01", "2015-10-06", "2020-12-28"},
		{"and on its day: five years of the new law", "general", "2010-05-01", "2015-10-07", "2020-12-28"},
		{"and on the last day of the limit", "general", "2010-05-01", "2020-10-07", "2025-10-07"},
		{"and on the last day of all", "general", "2010-05-01", "2020-12-28", "2025-12-28"},
		{"and a day too late", "general", "2010-05-01", "2020-12-29", "2020-12-28"},
		{"a claim of 2003 was kept alive in 2014", "general", "2003-01-01", "2014-06-30", "2020-12-28"},
		{"a claim of 2003 was not in 2019", "general", "2003-01-01", "2019-02-10", "2018-01-01"},
		{"due on the eve of the suspension", "general", "2020-03-13", "", "2025-06-03"},
		{"due on its first day", "general", "2020-03-14", "", "2025-06-04"},
		{"due on its last day", "general", "2020-06-03", "", "2025-06-04"},
		{"due on the day after", "general", "2020-06-04", "", "2025-06-04"},
		{"interrupted in it", "general", "2017-09-01", "2020-04-15", "2025-06-04"},
		{"due on 29 February", "general", "2016-02-29", "", "2021-05-21"},
		{"interrupted three times, the last on the last day", "general", "2018-05-05", "2019-06-06 2023-02-28 2028-02-28", "2033-02-28"},
		{"three years would end in the suspension", "sale_other_trade", "2017-03-20", "", "2020-06-10"},
		{"three years ended on its eve", "sale_other_trade", "2017-03-13", "", "2020-03-13"},
		{"three years anew from in it", "sale_other_trade", "2019-11-30", "2020-05-01", "2023-06-04"},
		{"six months of a cheque to 29 February", "cheque", "2019-08-31", "", "2020-02-29"},
		{"six months of a cheque that end on its first day", "cheque", "2019-09-14", "", "2020-06-04"},
	} {
		claim := LimitationClaim{Kind: c.kind, Business: true, Due: on(c.due)}
		for _, letter := range strings.Fields(c.letters) {
			claim.Facts = append(claim.Facts, act("letter "+letter))
		}
		if l, err := p.Limitation(claim); err != nil || l.On != on(c.last) {
			t.Errorf("%s: %s, want %s (%v) %s", c.name, l.On, c.last, err, l.Explain().EN)
		}
	}
}
