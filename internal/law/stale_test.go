package law

import (
	"strings"
	"testing"

	"recobro/internal/day"
	"recobro/internal/problem"
)

func TestStaleTableWarnsFromItsFirstDayAndRefusesAfterTheGrace(t *testing.T) {
	p := pack(t, "ES")
	for _, c := range []struct {
		today, asOf string
		days        int
		refused     bool
	}{{"2026-12-31", "2026-12-31", 0, false}, {"2027-01-01", "2026-12-31", 1, false}, {"2027-01-15", "2026-12-31", 15, false}, {"2027-01-16", "", 16, true}} {
		s := p.Stale(StatutoryCommercial, day.MustParse(c.today))
		asOf, warning, err := p.DocumentDay([]Regime{None, Agreed, Judgment, StatutoryCommercial}, day.MustParse(c.today))
		switch {
		case c.days == 0:
			if s != nil || warning != nil || err != nil || asOf.String() != c.asOf {
				t.Errorf("%s: %+v, %s, %v", c.today, s, asOf, err)
			}
		case s == nil || warning == nil || s.Days != c.days || s.Refused != c.refused || s.Since.String() != "2027-01-01" || asOf.String() != c.asOf || !both(s.Text):
			t.Errorf("%s: %+v, %s, %v", c.today, s, asOf, err)
		case c.refused && (problem.Of(err) == nil || problem.Of(err).Code != "rate_table_stale"), !c.refused && err != nil:
			t.Errorf("%s: %v", c.today, err)
		}
	}
	if s := p.Stale(StatutoryCommercial, day.MustParse("2027-01-01")); !strings.HasSuffix(s.Text.ES, "falta un día.") || !strings.HasSuffix(s.Text.EN, "one day is missing.") {
		t.Errorf("the first day: %+v", s.Text)
	}
	if s := pack(t, "MX").Stale(StatutoryCommercial, day.MustParse("2099-01-01")); s != nil {
		t.Errorf("a rate fixed by statute is never stale: %+v", s)
	}
	if s := pack(t, "CL").Stale(StatutoryCommercial, day.MustParse("2026-01-01")); s == nil || !s.Refused {
		t.Errorf("a table without any rate: %+v", s)
	}
}

func TestEachRegimeRunsFromWhatItsArticleSays(t *testing.T) {
	for _, c := range []struct {
		pack   string
		regime Regime
		kind   string
		start  InterestStart
		law    string
	}{
		{"ES", StatutoryCommercial, "invoice", StartDue, "CCom, art. 63.1; Ley 3/2004, art. 5"},
		{"ES", Legal, "invoice", StartDemand, "CC, arts. 1100 y 1108"},
		{"ES", Judgment, "invoice", StartJudgment, "LEC, art. 576.1"},
		{"ES", Bill, "note", StartDue, "Ley 19/1985, arts. 58 y 96"},
		{"ES", Bill, "cheque", StartPresentation, "Ley 19/1985, art. 149"},
		{"MX", StatutoryCommercial, "", StartDue, "Código de Comercio, art. 362"},
		{"PE", Legal, "", StartDemand, "Código Civil, arts. 1324 y 1333"},
		{"CL", StatutoryCommercial, "", StartDue, "Ley 19.983, art. 2 bis (desde el primer día de mora)"},
		{"CO", Legal, "", StartDue, "Código Civil, art. 1608"},
		{"CO", Judgment, "", StartDue, ""},
	} {
		if start, f := pack(t, c.pack).StartFor(c.regime, c.kind); start != c.start || f.Law != c.law {
			t.Errorf("%s %s %s: from %s by %q", c.pack, c.regime, c.kind, start, f.Law)
		}
	}
}

func TestADebtWithoutAPactHasTheRegimeOfItsKind(t *testing.T) {
	for _, c := range []struct {
		pack, kind       string
		business, agreed bool
		regime           Regime
	}{
		{"ES", "invoice", true, false, StatutoryCommercial}, {"ES", "invoice", false, false, Legal}, {"ES", "invoice", true, true, Agreed},
		{"ES", "cheque", true, false, Bill}, {"ES", "note", false, false, Bill}, {"MX", "invoice", true, false, StatutoryCommercial},
		{"MX", "invoice", false, false, None}, {"PE", "invoice", false, false, Legal}, {"CL", "invoice", true, false, StatutoryCommercial}, {"CO", "other", false, false, Legal},
	} {
		if got := pack(t, c.pack).RegimeFor(c.kind, c.business, c.agreed); got != c.regime {
			t.Errorf("%s %s, business %v, agreed %v: %s", c.pack, c.kind, c.business, c.agreed, got)
		}
	}
}
