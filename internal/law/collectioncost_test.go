package law

import (
	"testing"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// Ley 19.496 art. 37 with the UF of the day, computed apart from this program: 02-03-2026 39 801.98, 29-02-2020 28 463.67. Of 10 000 000 pesos on the first:
// 9 % of 398 019.80, 6 % of 1 592 079.20 and 3 % of 8 009 901.00 are 35 821.78 + 95 524.75 + 240 297.03 = 371 643.56; 0.2 UF less 363 683.17.
func TestCollectionCostsOfConsumersInChileHaveALimit(t *testing.T) {
	p := pack(t, "CL")
	for _, c := range []struct {
		overdue, on string
		due         string
		most, less  int64
	}{
		{"1", "2026-03-02", "2026-01-01", 0, 0},
		{"100000", "2026-03-02", "2026-01-01", 9_000, 1_040},
		{"398020", "2026-03-02", "2026-01-01", 35_822, 27_861}, // ten UF
		{"1000000", "2026-03-02", "2026-01-01", 71_941, 63_980},
		{"1990099", "2026-03-02", "2026-01-01", 131_347, 123_386}, // fifty UF
		{"10000000", "2026-03-02", "2026-01-01", 371_644, 363_683},
		{"2500000", "2020-02-29", "2020-02-08", 126_235, 120_542}, // day 21
		{"2500000", "2020-02-29", "2020-02-09", 0, 0},             // day 20
		{"0", "2026-03-02", "2026-01-01", 0, 0},
	} {
		for contacted, want := range map[bool]int64{true: c.most, false: c.less} {
			got, source, limited, err := p.CollectionCostLimit(amount(t, c.overdue, money.CLP), false, day.MustParse(c.due), day.MustParse(c.on), contacted)
			if err != nil || !limited || got != money.Of(want, money.CLP) || source.Law != "Ley 19.496, art. 37" {
				t.Errorf("%s on %s, contacted %v: %s, want %d (%+v, %v)", c.overdue, c.on, contacted, got, want, source, err)
			}
		}
	}
	if _, _, limited, err := p.CollectionCostLimit(money.Of(1, money.CLP), true, day.Of(2026, 1, 1), day.Of(2026, 3, 2), true); limited || err != nil {
		t.Errorf("a business: %v, %v", limited, err)
	}
	if _, _, limited, err := pack(t, "ES").CollectionCostLimit(money.Of(1, money.EUR), false, day.Of(2026, 1, 1), day.Of(2026, 3, 2), true); limited || err != nil {
		t.Errorf("Spain: %v, %v", limited, err)
	}
	if _, _, _, err := p.CollectionCostLimit(money.Of(1000, money.CLP), false, day.Of(2026, 1, 1), day.Of(2027, 1, 1), true); problem.Of(err) == nil || problem.Of(err).Code != "unit_missing" {
		t.Errorf("a day without a UF: %v", err)
	}
}
