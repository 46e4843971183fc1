package demands

import (
	"testing"

	"recobro/internal/law"
)

func TestTheTermIsNamedAsEachLawCountsIt(t *testing.T) {
	for _, c := range []struct {
		jurisdiction, lang string
		days               int
		want               string
	}{
		{"ES", "es", 30, "30 días naturales"}, {"ES", "es", 1, "1 día natural"}, {"ES", "en", 10, "10 calendar days"},
		{"MX", "es", 10, "10 días naturales"}, {"PE", "es", 10, "10 días calendario"}, {"CL", "es", 1, "1 día corrido"},
	} {
		l := &letter{lang: c.lang, pack: &law.Pack{Code: c.jurisdiction}, demand: &Demand{TermDays: c.days}}
		if got := l.term(); got != c.want {
			t.Errorf("%s %s %d: %q", c.jurisdiction, c.lang, c.days, got)
		}
	}
}
