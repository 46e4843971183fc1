package law

import (
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"recobro/internal/day"
	"recobro/internal/problem"
	packs "recobro/policies/law"
)

// restarts confirms, in every country, that an interruption starts the whole term again.
func restarts(t *testing.T, more ...string) *Library {
	t.Helper()
	lib, err := library(t).Confirm(append([]string{"es.limitation_restart", "es.limitation_restart.CT", "pe.limitation_restart", "cl.limitation_restart"}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func on(s string) day.Date {
	if s == "" {
		return day.Date{}
	}
	return day.MustParse(s)
}

// act reads "letter 2025-11-03" (sent and received that day, delivered per operator), "suit 2020-01-01 2020-03-01" (filed and
// served) and "suspension 2021-01-01 > 2021-01-10".
func act(s string) LimitationFact {
	words := strings.Fields(s)
	f := LimitationFact{Act: LimitationAct(words[0]), From: on(words[1]), Grade: 3, Ref: s}
	if f.Act == DismissalAct { // of whatever suit there is
		f.Ref = ""
	}
	if f.Act == LetterAct || f.Act == NotarialAct {
		f.Received = f.From
	}
	for i, w := range words[2:] {
		switch {
		case w == ">":
			f.To = on(words[i+3])
			return f
		default:
			f.Received = on(w)
		}
	}
	return f
}

func acts(all ...string) (facts []LimitationFact) {
	for _, s := range all {
		facts = append(facts, act(s))
	}
	return facts
}

type limitationCase struct {
	id, country, kind, region string
	consumer                  bool
	due, want                 string
	acts                      []string
	ignored                   []string // codes
}

func (c limitationCase) check(t *testing.T, lib *Library) Limitation {
	t.Helper()
	p, err := lib.Pack(c.country)
	if err != nil {
		t.Fatal(err)
	}
	l, err := p.Limitation(LimitationClaim{Kind: c.kind, Region: c.region, Business: !c.consumer, Due: on(c.due), Facts: acts(c.acts...)})
	var codes []string
	for _, f := range l.Ignored {
		codes = append(codes, f.Code)
		if !both(f.Why) {
			t.Errorf("%s: %s is ignored without a reason", c.id, f.Act)
		}
	}
	if err != nil || l.On != on(c.want) || !slices.Equal(codes, c.ignored) {
		t.Errorf("%s: %s, ignored %v, %v; want %s, %v\n%s", c.id, l.On, codes, err, c.want, c.ignored, l.Explain().EN)
	}
	if err == nil && (l.Law == "" || len(l.Steps) == 0 || l.Steps[len(l.Steps)-1].On != l.On || !both(l.Explain()) || surety[l.Confidence] == 0) {
		t.Errorf("%s does not explain itself: %+v", c.id, l)
	}
	for _, s := range l.Steps {
		if s.From.IsZero() || s.On.IsZero() || !both(s.Rule) {
			t.Errorf("%s: incomplete line %+v", c.id, s)
		}
	}
	return l
}

func TestWorkedSpanishLimitation(t *testing.T) {
	lib := restarts(t)
	for _, c := range []limitationCase{
		{id: "ES-L1", due: "2021-05-10", want: "2026-05-10"},
		{id: "ES-L2", due: "2019-05-10", want: "2024-07-31"},
		{id: "ES-L3", due: "2014-05-10", want: "2020-12-28"},
		{id: "ES-L3 as a sale between businesses", kind: "sale", due: "2014-05-10", want: "2020-12-28"},
		{id: "ES-L4", due: "2004-09-01", want: "2019-09-01"},
		{id: "ES-L5", due: "2021-05-10", want: "2030-11-03", acts: []string{"letter 2025-11-03"}},
		{id: "ES-L6 old debt interrupted before the reform", due: "2004-09-01", want: "2020-12-28", acts: []string{"letter 2010-03-01"}},
		{id: "ES-L6 old debt interrupted after the reform", due: "2004-09-01", want: "2023-03-24", acts: []string{"letter 2018-01-01"}},
		{id: "ES-L6 suspension and interruption", due: "2019-05-10", want: "2028-02-01", acts: []string{"letter 2023-02-01"}},
		{id: "ES-L6 interrupted while all was suspended", due: "2019-05-10", want: "2025-06-04", acts: []string{"letter 2020-04-15"}},
		{id: "ES-L7", due: "2020-04-30", want: "2025-06-04"},
		{id: "the day before the reform", due: "2015-10-06", want: "2020-12-28"},
		{id: "the day of the reform", due: "2015-10-07", want: "2020-12-28"},
		{id: "the last day was the first of the suspension", kind: "cheque", due: "2019-09-14", want: "2020-06-04"},
		{id: "over the day before the suspension", kind: "cheque", due: "2019-09-13", want: "2020-03-13"},
		{id: "over within the suspension, but for it", kind: "fees", due: "2017-04-01", want: "2020-06-22"},
		{id: "a letter too late", due: "2021-05-10", want: "2026-05-10", acts: []string{"letter 2026-05-11"}, ignored: []string{tooLate}},
		{id: "a letter on the last day", due: "2021-05-10", want: "2031-05-10", acts: []string{"letter 2026-05-10"}},
		{id: "a letter sent in time and received late", due: "2021-05-10", want: "2026-05-10", acts: []string{"letter 2026-05-08 2026-05-12"}, ignored: []string{tooLate}},
		{id: "letters in any order", due: "2019-05-10", want: "2028-02-01", acts: []string{"letter 2023-02-01", "letter 2020-01-07"}},
		{id: "a letter before the debt was due", due: "2021-05-10", want: "2026-05-10", acts: []string{"letter 2021-05-09"}, ignored: []string{beforeDue}},
		{id: "sale to a consumer", kind: "sale", consumer: true, due: "2021-05-10", want: "2024-05-10"},
		{id: "sale to a trader of another trade", kind: "sale_other_trade", due: "2021-05-10", want: "2024-05-10"},
		{id: "periodic", kind: "periodic", due: "2021-05-10", want: "2026-05-10"},
		{id: "fees", kind: "fees", due: "2021-05-10", want: "2024-05-10"},
		{id: "note", kind: "note", due: "2021-05-10", want: "2024-05-10"},
		{id: "endorser", kind: "note_endorser", due: "2021-05-10", want: "2022-05-10"},
		{id: "cheque", kind: "cheque", due: "2024-05-06", want: "2024-11-06"},
		{id: "cheque of the last of August", kind: "cheque", due: "2024-08-31", want: "2025-02-28"},
		{id: "29 February", due: "2024-02-29", want: "2029-02-28"},
		{id: "a judgment lapses whatever is sent", kind: "judgment", due: "2021-05-10", want: "2026-05-10", acts: []string{"letter 2025-11-03"}, ignored: []string{fatalTerm}},
		{id: "mortgage", kind: "mortgage", due: "2021-05-10", want: "2041-05-10"},
		{id: "transport: a letter without its rejection", kind: "transport", due: "2024-05-10", want: "2025-05-10", acts: []string{"letter 2024-09-01"}, ignored: []string{noEnd}},
		{id: "transport: a letter suspends until it is rejected", kind: "transport", due: "2024-05-10", want: "2025-06-09", acts: []string{"letter 2024-09-01 2024-09-01 > 2024-09-30"}},
		{id: "a negotiation lasts until its end", due: "2021-05-10", want: "2031-03-01", acts: []string{"negotiation 2026-01-15 > 2026-03-01"}},
		{id: "a negotiation whose end is not known", due: "2021-05-10", want: "2031-01-15", acts: []string{"negotiation 2026-01-15"}},
		{id: "a letter within a negotiation", due: "2021-05-10", want: "2031-03-01", acts: []string{"negotiation 2026-01-15 > 2026-03-01", "letter 2026-02-01"}, ignored: []string{alreadyStopped}},
		{id: "a suit", due: "2021-05-10", want: "2031-01-15", acts: []string{"suit 2026-01-15"}},
		{id: "a suit that was dismissed", due: "2021-05-10", want: "2026-05-10", acts: []string{"suit 2026-01-15", "suit_dismissed 2026-09-01"}, ignored: []string{wasAnnulled}},
		{id: "ten days that a lawyer records", due: "2021-05-10", want: "2026-05-20", acts: []string{"suspension 2023-01-01 > 2023-01-10"}},
		{id: "days within the suspension of all count once", due: "2019-05-10", want: "2024-07-31", acts: []string{"suspension 2020-04-01 > 2020-04-30"}},
		{id: "days that begin within it and last longer", due: "2019-05-10", want: "2024-08-10", acts: []string{"suspension 2020-04-01 > 2020-06-13"}},
		{id: "Catalonia, general", region: "CT", due: "2021-05-10", want: "2031-05-10"},
		{id: "Catalonia, services", region: "CT", kind: "services", due: "2021-05-10", want: "2024-05-10"},
		{id: "Catalonia, sale to a consumer", region: "CT", kind: "sale", consumer: true, due: "2021-05-10", want: "2024-05-10"},
		{id: "Catalonia, sale between businesses", region: "CT", kind: "sale", due: "2021-05-10", want: "2031-05-10"},
		{id: "Catalonia, periodic", region: "CT", kind: "periodic", due: "2021-05-10", want: "2024-05-10"},
		{id: "Catalonia, fees", region: "CT", kind: "fees", due: "2021-05-10", want: "2024-05-10"},
		{id: "Catalonia, suspension", region: "CT", kind: "fees", due: "2019-05-10", want: "2022-07-31"},
		{id: "Catalonia knows no transition of 2015", region: "CT", due: "2014-05-10", want: "2024-07-31"},
		{id: "Catalonia, letter", region: "CT", kind: "services", due: "2021-05-10", want: "2026-11-03", acts: []string{"letter 2023-11-03"}},
		{id: "Catalonia, note: the law of the state", region: "CT", kind: "note", due: "2021-05-10", want: "2024-05-10"},
	} {
		c.country = "ES"
		c.check(t, lib)
	}
}

func TestWorkedLimitationInAmerica(t *testing.T) {
	lib := restarts(t)
	for _, c := range []limitationCase{
		{id: "general", country: "MX", due: "2021-05-10", want: "2031-05-10"},
		{id: "retail", country: "MX", kind: "retail", due: "2021-05-10", want: "2022-05-10"},
		{id: "a letter does nothing", country: "MX", due: "2021-05-10", want: "2031-05-10", acts: []string{"letter 2025-01-01"}, ignored: []string{noEffect}},
		{id: "nor does a notary", country: "MX", due: "2021-05-10", want: "2031-05-10", acts: []string{"notarial 2025-01-01"}, ignored: []string{noEffect}},
		{id: "an acknowledgement begins it anew", country: "MX", due: "2021-05-10", want: "2035-01-01", acts: []string{"acknowledgement 2025-01-01"}},
		{id: "a suit from its service", country: "MX", due: "2021-05-10", want: "2035-03-01", acts: []string{"suit 2025-01-01 2025-03-01"}},
		{id: "a suit never served", country: "MX", due: "2021-05-10", want: "2031-05-10", acts: []string{"suit 2025-01-01"}, ignored: []string{notReceived}},
		{id: "a suit withdrawn", country: "MX", due: "2021-05-10", want: "2031-05-10", acts: []string{"suit 2025-01-01 2025-03-01", "suit_dismissed 2025-06-01"}, ignored: []string{wasAnnulled}},

		{id: "general", country: "PE", due: "2021-05-10", want: "2031-05-10"},
		{id: "judgment", country: "PE", kind: "judgment", due: "2021-05-10", want: "2031-05-10"},
		{id: "fees", country: "PE", kind: "fees", due: "2021-05-10", want: "2024-05-10"},
		{id: "note", country: "PE", kind: "note", due: "2021-05-10", want: "2024-05-10"},
		{id: "endorser", country: "PE", kind: "note_endorser", due: "2021-05-10", want: "2022-05-10"},
		{id: "further return", country: "PE", kind: "note_between_obligors", due: "2021-05-10", want: "2021-11-10"},
		{id: "a letter that puts in default", country: "PE", due: "2021-05-10", want: "2035-01-01", acts: []string{"letter 2025-01-01"}},
		{id: "a suit runs again from finality", country: "PE", due: "2021-05-10", want: "2037-06-01", acts: []string{"suit 2025-01-01 2025-03-01 > 2027-06-01"}},
		{id: "a conciliation suspends", country: "PE", due: "2021-05-10", want: "2031-05-30", acts: []string{"conciliation 2025-01-01 > 2025-01-20"}},

		{id: "general", country: "CL", due: "2021-05-10", want: "2026-05-10"},
		{id: "executive", country: "CL", kind: "executive", due: "2021-05-10", want: "2024-05-10"},
		{id: "invoice, executive", country: "CL", kind: "invoice_executive", due: "2021-05-10", want: "2022-05-10"},
		{id: "note", country: "CL", kind: "note", due: "2021-05-10", want: "2022-05-10"},
		{id: "fees", country: "CL", kind: "fees", due: "2021-05-10", want: "2023-05-10"},
		{id: "retail", country: "CL", kind: "retail", due: "2021-05-10", want: "2022-05-10"},
		{id: "a letter does nothing", country: "CL", due: "2021-05-10", want: "2026-05-10", acts: []string{"letter 2025-01-01"}, ignored: []string{noEffect}},
		{id: "an acknowledgement", country: "CL", due: "2021-05-10", want: "2030-01-01", acts: []string{"acknowledgement 2025-01-01"}},
		{id: "a short term becomes the ordinary one", country: "CL", kind: "fees", due: "2021-05-10", want: "2028-01-01", acts: []string{"acknowledgement 2023-01-01"}},
		{id: "acknowledged while suspended", country: "CL", kind: "fees", due: "2021-05-10", want: "2026-05-21", acts: []string{"suspension 2021-05-10 > 2021-05-20", "acknowledgement 2021-05-12"}},
		{id: "a suit absolved", country: "CL", due: "2021-05-10", want: "2026-05-10", acts: []string{"suit 2025-01-01 2025-02-01", "suit_dismissed 2026-01-01"}, ignored: []string{wasAnnulled}},

		{id: "general", country: "CO", due: "2021-05-10", want: "2031-05-10"},
		{id: "executive", country: "CO", kind: "executive", due: "2021-05-10", want: "2026-05-10"},
		{id: "note", country: "CO", kind: "note", due: "2021-05-10", want: "2024-05-10"},
		{id: "endorser", country: "CO", kind: "note_endorser", due: "2021-05-10", want: "2022-05-10"},
		{id: "between obligors", country: "CO", kind: "note_between_obligors", due: "2021-05-10", want: "2021-11-10"},
		{id: "one letter", country: "CO", due: "2021-05-10", want: "2033-02-01", acts: []string{"letter 2023-02-01"}},
		{id: "a second letter adds nothing", country: "CO", due: "2021-05-10", want: "2033-02-01", acts: []string{"letter 2025-02-01", "letter 2023-02-01"}, ignored: []string{onlyOnce}},
		{id: "a notary's letter is the one letter too", country: "CO", due: "2021-05-10", want: "2033-02-01", acts: []string{"notarial 2023-02-01", "letter 2025-02-01"}, ignored: []string{onlyOnce}},
		{id: "a suit served within the year counts from its filing", country: "CO", due: "2021-05-10", want: "2035-01-01", acts: []string{"suit 2025-01-01 2025-12-31"}},
		{id: "a suit served later counts from its service", country: "CO", due: "2021-05-10", want: "2036-01-02", acts: []string{"suit 2025-01-01 2026-01-02"}},
		{id: "filed in time and served within the year after the last day", country: "CO", kind: "note", due: "2021-05-10", want: "2027-05-01", acts: []string{"suit 2024-05-01 2025-03-01"}},
		{id: "filed in time, served too late", country: "CO", kind: "note", due: "2021-05-10", want: "2024-05-10", acts: []string{"suit 2024-05-01 2025-06-01"}, ignored: []string{tooLate}},
		{id: "a suit not served", country: "CO", due: "2021-05-10", want: "2031-05-10", acts: []string{"suit 2025-01-01"}, ignored: []string{notReceived}},
	} {
		c.id = c.country + " " + c.id
		c.check(t, lib)
	}
}

func TestAnUnconfirmedRuleNeverProlongsAClaimAndSaysWhatItWouldGive(t *testing.T) {
	l := limitationCase{id: "ES", country: "ES", due: "2021-05-10", want: "2026-05-10", acts: []string{"letter 2025-11-03"}, ignored: []string{notConfirmed}}.check(t, library(t))
	if l.Later != on("2030-11-03") || !slices.Equal(l.Confirm, []string{"es.limitation_restart"}) || !strings.Contains(l.Explain().ES, "03/11/2030") {
		t.Errorf("%s if %v is confirmed: %s", l.Later, l.Confirm, l.Explain().ES)
	}
	l = limitationCase{id: "a part payment", country: "ES", due: "2021-05-10", want: "2026-05-10", acts: []string{"payment 2025-11-03"}, ignored: []string{notConfirmed}}.check(t, restarts(t))
	if l.Later != on("2030-11-03") || !slices.Equal(l.Confirm, []string{"es.limitation_act.payment"}) {
		t.Errorf("%s if %v is confirmed", l.Later, l.Confirm)
	}
	limitationCase{id: "confirmed", country: "ES", due: "2021-05-10", want: "2030-11-03", acts: []string{"payment 2025-11-03"}}.check(t, restarts(t, "es.limitation_act.payment"))
	for _, c := range []LimitationClaim{{Kind: "guess"}, {Region: "NC"}, {Region: "XX"}} {
		c.Due = on("2021-05-10")
		if _, err := pack(t, "ES").Limitation(c); problem.Of(err) == nil {
			t.Errorf("%+v gave %v", c, err)
		}
	}
	if _, err := pack(t, "MX").Limitation(LimitationClaim{Kind: "note", Business: true, Due: on("2021-05-10")}); problem.Of(err) == nil {
		t.Fatalf("the unverified term of Mexican notes gave %v", err)
	}
	if _, err := pack(t, "ES").Limitation(LimitationClaim{}); problem.Of(err) == nil {
		t.Error("a claim without a day passed")
	}
}

func TestAReceiptIsProvenByAnOperatorNotByAServer(t *testing.T) {
	p, err := restarts(t).Pack("ES")
	if err != nil {
		t.Fatal(err)
	}
	for grade, want := range map[int]string{0: "2026-05-10", 2: "2026-05-10", 3: "2030-11-03", 5: "2030-11-03"} {
		fact := act("letter 2025-11-03")
		fact.Grade = grade
		if l, err := p.Limitation(LimitationClaim{Business: true, Due: on("2021-05-10"), Facts: []LimitationFact{fact}}); err != nil || l.On != on(want) {
			t.Errorf("grade %d: %s, %v", grade, l.On, err)
		}
	}
}

func TestFeesRunFromTheEndOfTheServices(t *testing.T) {
	l, err := pack(t, "ES").Limitation(LimitationClaim{Kind: "fees", Business: true, Due: on("2024-05-10"), ServicesEnded: on("2024-04-01")})
	if err != nil || l.On != on("2027-04-01") {
		t.Errorf("%s, %v", l.On, err)
	}
}

func TestTheOtherActionStandsBesideTheOneThatGoverns(t *testing.T) {
	for code, want := range map[string]string{"CL": "2024-05-10", "CO": "2026-05-10"} {
		l, err := pack(t, code).Limitation(LimitationClaim{Business: true, Due: on("2021-05-10")})
		if err != nil || len(l.Others) != 1 || l.Others[0].On != on(want) || !both(l.Others[0].Name) || !l.On.After(l.Others[0].On) {
			t.Errorf("%s: %+v, %v", code, l.Others, err)
		}
	}
}

func TestACommercialLetterWarnsAndALateAcknowledgementIsFlagged(t *testing.T) {
	l := limitationCase{id: "business", country: "ES", due: "2021-05-10", want: "2030-11-03", acts: []string{"letter 2025-11-03"}}.check(t, restarts(t))
	if len(l.Warnings) != 1 || !strings.Contains(l.Warnings[0].ES, "944") {
		t.Errorf("warnings %v", l.Warnings)
	}
	l = limitationCase{id: "late", country: "ES", due: "2019-05-10", want: "2024-07-31", acts: []string{"acknowledgement 2025-01-01"}, ignored: []string{tooLate}}.check(t, restarts(t))
	if len(l.Ignored) != 1 || !strings.Contains(l.Ignored[0].Why.ES, "1935") {
		t.Errorf("%+v", l.Ignored)
	}
}

func TestEveryPackSaysOfEveryActWhatItDoesAndWhatADebtIs(t *testing.T) {
	for code, letter := range map[string]string{"ES": interrupts, "MX": nothing, "PE": interrupts, "CL": nothing, "CO": interrupts} {
		p := pack(t, code)
		for _, a := range LimitationActs {
			if rule := p.act(a, "general", ""); rule.Effect == "" || !both(a.Word()) || a == LetterAct && rule.Effect != letter {
				t.Errorf("%s: %s %+v", code, a, rule)
			}
		}
		for _, debt := range []string{"invoice", "instalment", "cheque", "note", "other"} {
			for _, business := range []bool{true, false} {
				if kind := p.LimitationKind(debt, business, ""); !slices.Contains(p.LimitationKinds(""), kind) {
					t.Errorf("%s: %s is %q", code, debt, kind)
				}
			}
		}
		if l, err := p.Limitation(LimitationClaim{Business: true, Due: on("2024-01-10")}); err != nil || !l.On.After(on("2028-12-31")) {
			t.Errorf("%s general limitation: %+v, %v", code, l, err)
		}
	}
	es := pack(t, "ES")
	if days, err := es.LimitationAlarmDays(); err != nil || !slices.Equal(days, []int{180, 60, 15}) {
		t.Errorf("days of alarm %v, %v", days, err)
	}
	for postal, want := range map[string]string{"08025": "CT", "43001": "CT", "31001": "NC", "28001": "", "": ""} {
		if got := es.LimitationRegionLike(postal); got != want {
			t.Errorf("%s is like %q", postal, got)
		}
	}
	for region, want := range map[string]string{"": "general", "CT": "services"} {
		if got := es.LimitationKind("invoice", true, region); got != want {
			t.Errorf("an invoice under %q is %s", region, got)
		}
	}
}

func TestMisleadingLimitationIsRefused(t *testing.T) {
	raw, err := fs.ReadFile(packs.FS, "es.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for old, wrong := range map[string]string{
		"{debt: cheque, kind: cheque,":                         "{debt: cheque, kind: chek,",
		"{act: payment, effect: interrupts, counts: act,":      "{act: payment, effect: interrupts,",
		"{act: conciliation, effect: interrupts, counts: act,": "{act: arbitration, effect: interrupts, counts: act,",
		"kind: services, region: CT,":                          "kind: services, region: CAT,",
		"limitation_alarm_days: {value: \"180 60 15\"":         "limitation_alarm_days: {value: \"15 60 180\"",
		"{act: suspension, effect: suspends,":                  "{act: suspension, effect: prolongs,",
		"{kind: general, region: CT, years: 10,":               "{kind: general, region: CT, action: other, years: 10,",
	} {
		changed := strings.Replace(string(raw), old, wrong, 1)
		if _, err := Load(fstest.MapFS{"es.yaml": {Data: []byte(changed)}}); changed == string(raw) || err == nil {
			t.Errorf("%q passed as %q: %v", old, wrong, err)
		}
	}
}

func TestADerivationReadsBackAsItWasWritten(t *testing.T) {
	l := limitationCase{id: "json", country: "ES", due: "2019-05-10", want: "2028-02-01", acts: []string{"letter 2023-02-01", "letter 2029-01-01"}, ignored: []string{tooLate}}.check(t, restarts(t))
	raw, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	var back Limitation
	if err := json.Unmarshal(raw, &back); err != nil || back.Explain() != l.Explain() {
		t.Errorf("%v\n%s\n%s", err, back.Explain().EN, l.Explain().EN)
	}
}

func someDay(t *rapid.T, name string) day.Date {
	return day.Of(2010, 1, 1).AddDays(rapid.IntRange(0, 7000).Draw(t, name))
}

func someFact(t *rapid.T, name string, of ...LimitationAct) LimitationFact {
	f := LimitationFact{Act: rapid.SampledFrom(of).Draw(t, name+" act"), From: someDay(t, name), Grade: rapid.IntRange(0, 5).Draw(t, name+" grade")}
	if rapid.Bool().Draw(t, name+" received") {
		f.Received = f.From.AddDays(rapid.IntRange(0, 500).Draw(t, name+" days to receipt"))
	}
	if rapid.Bool().Draw(t, name+" ended") {
		f.To = f.From.AddDays(rapid.IntRange(0, 500).Draw(t, name+" days to end"))
	}
	return f
}

var claimKinds = map[string][]string{"ES": {"general", "sale", "fees", "note", "cheque", "transport", "judgment"}, "MX": {"general", "retail"}, "PE": {"general", "fees", "note"},
	"CL": {"general", "fees", "retail", "note"}, "CO": {"general", "executive", "note"}}

// someClaim has any facts but a dismissal, which takes an interruption away, and Colombia's letters, of which the first counts.
func someClaim(t *rapid.T, code string) LimitationClaim {
	of := []LimitationAct{AcknowledgementAct, PaymentAct, SuitAct, NegotiationAct, SuspensionAct, ConciliationAct}
	if code != "CO" {
		of = append(of, LetterAct, NotarialAct)
	}
	c := LimitationClaim{Kind: rapid.SampledFrom(claimKinds[code]).Draw(t, "kind"), Business: rapid.Bool().Draw(t, "business"), Due: someDay(t, "due")}
	for range rapid.IntRange(0, 4).Draw(t, "facts") {
		c.Facts = append(c.Facts, someFact(t, "fact", of...))
	}
	return c
}

func eachCountry(t *testing.T, check func(*rapid.T, *Pack, LimitationClaim, Limitation)) {
	lib := restarts(t, "es.limitation_act.payment", "pe.limitation_act.payment")
	for code := range claimKinds {
		p, err := lib.Pack(code)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(code, rapid.MakeCheck(func(t *rapid.T) {
			c := someClaim(t, code)
			l, err := p.Limitation(c)
			if err != nil {
				t.Fatal(err)
			}
			check(t, p, c, l)
		}))
	}
}

func TestOneMoreFactNeverMakesTheLastDayEarlier(t *testing.T) {
	eachCountry(t, func(t *rapid.T, p *Pack, c LimitationClaim, l Limitation) {
		of := []LimitationAct{AcknowledgementAct, SuitAct, NegotiationAct, SuspensionAct}
		more := c
		more.Facts = append(slices.Clone(c.Facts), someFact(t, "more", of...))
		if after, err := p.Limitation(more); err != nil || after.On.Before(l.On) {
			t.Fatalf("%s, then %s, %v\n%s", l.On, after.On, err, after.Explain().EN)
		}
	})
}

func TestTheOrderOfTheFactsDoesNotMatter(t *testing.T) {
	eachCountry(t, func(t *rapid.T, p *Pack, c LimitationClaim, l Limitation) {
		other := c
		other.Facts = rapid.Permutation(c.Facts).Draw(t, "order")
		after, err := p.Limitation(other)
		if err != nil || after.On != l.On || after.Explain() != l.Explain() {
			t.Fatalf("%s, then %s, %v", l.Explain().EN, after.Explain().EN, err)
		}
	})
}

func TestFactsAfterTheLastDayChangeNothing(t *testing.T) {
	eachCountry(t, func(t *rapid.T, p *Pack, c LimitationClaim, l Limitation) {
		late := c
		fact := someFact(t, "late", AcknowledgementAct, LetterAct, SuitAct, SuspensionAct)
		move := l.On.DaysSince(fact.From) + 1 + rapid.IntRange(0, 900).Draw(t, "later")
		for _, d := range []*day.Date{&fact.From, &fact.Received, &fact.To} {
			if !d.IsZero() {
				*d = d.AddDays(move)
			}
		}
		late.Facts = append(slices.Clone(c.Facts), fact)
		if after, err := p.Limitation(late); err != nil || after.On != l.On || len(after.Ignored) != len(l.Ignored)+1 {
			t.Fatalf("%s, then %s, %v: %s", l.On, after.On, err, after.Explain().EN)
		}
	})
}

func TestASuspensionWithinTheTermMovesItByItsDays(t *testing.T) {
	eachCountry(t, func(t *rapid.T, p *Pack, c LimitationClaim, _ Limitation) {
		c.Facts = nil
		c.Due = day.Of(2021, 1, 1).AddDays(rapid.IntRange(0, 3000).Draw(t, "due"))
		before, err := p.Limitation(c)
		if err != nil {
			t.Fatal(err)
		}
		days := rapid.IntRange(1, 100).Draw(t, "days")
		from := c.Due.AddDays(rapid.IntRange(1, before.On.DaysSince(c.Due)).Draw(t, "from"))
		c.Facts = []LimitationFact{{Act: SuspensionAct, From: from, To: from.AddDays(days - 1)}}
		if after, err := p.Limitation(c); err != nil || after.On != before.On.AddDays(days) {
			t.Fatalf("%d days from %s: %s, then %s, %v", days, from, before.On, after.On, err)
		}
	})
}
