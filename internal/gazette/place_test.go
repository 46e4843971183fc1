package gazette_test

import (
	"testing"

	"recobro/internal/day"
	"recobro/internal/gazette"
	"recobro/internal/law"
	"recobro/internal/problem"
)

// A holiday of a misspelt region would be approved, shown, and move no term: the day it was for would be lost.
func TestAHolidayIsOfARegionThatTheLawKnows(t *testing.T) {
	o := open(t)
	holiday := func(region, place string) error {
		_, err := o.desk.Propose(t.Context(), o.Lawyer, gazette.Change{Jurisdiction: "ES", Kind: law.ChangeHoliday, Source: "BOCM", Confidence: law.ReadLaw,
			Rows: []gazette.Row{{On: day.Of(2027, 3, 1), Region: region, Place: place, Name: problem.Text{ES: "Fiesta", EN: "Holiday"}}}})
		return err
	}
	for _, c := range []struct{ region, place, want string }{{"", "", ""}, {"ES-MD", "", ""}, {"ES-MD", "Getafe", ""}, {"Madrid", "", "region_unknown"}, {"", "Getafe", "region_missing"}} {
		err, got := holiday(c.region, c.place), ""
		if p := problem.Of(err); p != nil && len(p.Reasons) == 1 {
			got = p.Reasons[0].Code
		}
		if got != c.want || (err == nil) != (c.want == "") {
			t.Errorf("%q, %q: %v", c.region, c.place, err)
		}
	}
}
