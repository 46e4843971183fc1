package bundle_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"recobro/internal/evidence/bundle"
)

// EV-21. A claimed time outside what the log knows makes no bundle false; it is always told.
func TestAnOddTimeIsAlwaysTold(t *testing.T) {
	cases := 0
	for i := 1; i <= len(classes); i++ {
		for _, c := range []struct {
			clock         string
			at, occurred  time.Duration // added to the usual recorded time, and to that
			flag          string
			notForTheOpen bool // the first event may tell of the past
		}{
			{clock: "ok"}, {clock: "regressed", flag: "clock_regressed"},
			{clock: "ok", occurred: time.Minute}, {clock: "ok", occurred: time.Minute + time.Microsecond, flag: "occurred_after_recorded"},
			{clock: "ok", occurred: 72 * time.Hour, flag: "occurred_after_recorded"},
			{clock: "ok", occurred: -24 * time.Hour}, {clock: "ok", occurred: -24*time.Hour - time.Microsecond, flag: "recorded_late", notForTheOpen: true},
			{clock: "ok", at: 27 * time.Hour, flag: "recorded_after_cosigned"},
			{clock: "ok", at: 27 * time.Hour, occurred: 26 * time.Hour, flag: "occurred_after_recorded"},
		} {
			m := makeTimed(t, bundle.Full, 0, func(k int) (string, time.Time, time.Time) {
				at := time.Date(2026, 11, 2, 10, k, 0, 0, time.UTC)
				if k > i { // those after it are never recorded before it
					at = at.Add(c.at)
				}
				if k != i {
					return "ok", at, at
				}
				at = at.Add(c.at)
				return c.clock, at, at.Add(c.occurred)
			})
			r, err := verify(m.zip(t), m.trust, bundle.Demand{Witnesses: 1})
			if err != nil {
				t.Fatal(err)
			}
			told := c.flag != "" && !(c.notForTheOpen && i == 1)
			if got := slices.Contains(r.Flags, fmt.Sprintf("%06d %s", i, c.flag)); got != told || !told && len(r.Flags) > 0 || r.Warned() != told {
				t.Errorf("event %d, %+v: flags %v", i, c, r.Flags)
			}
			cases++
		}
	}
	if cases < 50 {
		t.Errorf("only %d cases", cases)
	}
}
