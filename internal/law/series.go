package law

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"slices"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
)

// readSeries reads the long series that a pack keeps in files of their own: a line "on,value", then a day and its figure a line.
func (d *document) readSeries(fsys fs.FS) error {
	for regime, t := range d.Interest.Regimes {
		err := eachOfSeries(fsys, t.FactorsFrom, func(on day.Date, value decimal.Decimal) {
			t.Factors = append(t.Factors, factorRow{On: on, Value: value})
		})
		if err != nil {
			return err
		}
		slices.SortStableFunc(t.Factors, byDay)
		d.Interest.Regimes[regime] = t
	}
	for name, u := range d.Units {
		err := eachOfSeries(fsys, u.ValuesFrom, func(on day.Date, value decimal.Decimal) {
			u.Values = append(u.Values, unitRow{On: on, Value: value})
		})
		if err != nil {
			return err
		}
		slices.SortStableFunc(u.Values, func(a, b unitRow) int { return a.On.DaysSince(b.On) })
		d.Units[name] = u
	}
	return nil
}

func eachOfSeries(fsys fs.FS, name string, add func(day.Date, decimal.Decimal)) error {
	if name == "" {
		return nil
	}
	if fsys == nil {
		return fmt.Errorf("series %s: no files beside the pack", name)
	}
	file, err := fsys.Open(name)
	if err != nil {
		return fmt.Errorf("opening series: %w", err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.FieldsPerRecord, r.Comment = 2, '#'
	lines, err := r.ReadAll()
	if err != nil || len(lines) == 0 || lines[0][0] != "on" || lines[0][1] != "value" {
		return fmt.Errorf("reading series %s: no lines on,value (%v)", name, err)
	}
	for _, line := range lines[1:] {
		on, badDay := day.Parse(line[0])
		value, badValue := decimal.NewFromString(line[1])
		if badDay != nil || badValue != nil {
			return fmt.Errorf("reading series %s: %q is no day and figure", name, line)
		}
		add(on, value)
	}
	return nil
}
