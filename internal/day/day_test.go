package day

import "testing"

func TestParseRefusesImpossibleDates(t *testing.T) {
	for _, s := range []string{"", "2026-02-30", "2026-13-01", "0000-01-01", "9999-01-01", "2026-1-1", "2026-01-01T00:00:00Z", "٢٠٢٦-٠١-٠١"} {
		if d, err := Parse(s); err == nil {
			t.Errorf("Parse(%q) = %v", s, d)
		}
	}
}

func TestMonthsGoToTheLastDayWhenTheMonthIsShorter(t *testing.T) {
	for _, c := range []struct {
		from, want string
		n          int
	}{{"2026-01-31", "2026-02-28", 1}, {"2024-01-31", "2024-02-29", 1}, {"2026-11-15", "2027-02-15", 3}, {"2026-03-31", "2026-02-28", -1}} {
		if got := MustParse(c.from).AddMonths(c.n); got.String() != c.want {
			t.Errorf("%s + %d months = %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestZeroDateIsNull(t *testing.T) {
	var d Date
	if v, _ := d.Value(); v != nil {
		t.Fatalf("zero date stored as %v", v)
	}
	if err := d.Scan(nil); err != nil || !d.IsZero() {
		t.Fatalf("NULL read as %v, %v", d, err)
	}
}
