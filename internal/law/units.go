package law

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// unitsDoc are units of account (UF, UTM, UIT) by their code, valued in the pack's currency.
type unitsDoc map[string]unitDoc

type unitDoc struct {
	Fact       `yaml:",inline"`
	Name       problem.Text `yaml:"name"`
	Per        string       `yaml:"per"` // day, month or year: how long a value stands; its row is that of the first day
	Values     []unitRow    `yaml:"values"`
	ValuesFrom string       `yaml:"values_from"` // a file of days and values beside the pack
}

// unitRow is the value of a unit on a day. Without a source and a confidence of its own it has the unit's.
type unitRow struct {
	On          day.Date        `yaml:"on"`
	Value       decimal.Decimal `yaml:"value"`
	Source      string          `yaml:"source"`
	Publication string          `yaml:"publication"`
	Confidence  Confidence      `yaml:"confidence"`
}

func (p *Pack) prepareUnits() {
	p.units = map[string][]unitRow{}
	for code, u := range p.doc.Units {
		p.units[code] = u.Values
	}
}

// unitID names the values of a unit: "cl.unit.CLF".
func (p *Pack) unitID(code string) string { return p.id("unit." + code) }

// Unit is the value of one unit of account (CLF, the Chilean UF) on a day, in the pack's currency with every decimal that was
// published, and where that value comes from. Units valued by the month or year (UTM, UIT) answer for each of its days. A day
// without a value is the problem unit_missing and never the value of another day; fact_unverified when nobody confirmed the unit's
// values ("cl.unit.CLF").
func (p *Pack) Unit(unit money.Currency, on day.Date) (decimal.Decimal, Fact, error) {
	code := string(unit)
	first := p.doc.Units[code].first(on)
	i, found := slices.BinarySearchFunc(p.units[code], first, func(r unitRow, on day.Date) int { return r.On.DaysSince(on) })
	if !found {
		return decimal.Decimal{}, Fact{}, problem.New(problem.Invalid, "unit_missing",
			fmt.Sprintf("%s: falta el valor de la unidad %s del %s.", p.Code, code, on), fmt.Sprintf("%s: no value of the unit %s on %s.", p.Code, code, on))
	}
	doc, row := p.doc.Units[code], p.units[code][i]
	f := Fact{Law: doc.Law, Source: cmp.Or(row.Source, doc.Source), Confidence: cmp.Or(row.Confidence, doc.Confidence), Note: doc.Note}
	return row.Value, f, p.allow(p.unitID(code), f)
}

// first day of the stretch for which a value stands.
func (u unitDoc) first(on day.Date) day.Date {
	switch u.Per {
	case "month":
		return day.Of(on.Year, on.Month, 1)
	case "year":
		return day.Of(on.Year, 1, 1)
	}
	return on
}

func (p *Pack) checkUnits() error {
	for code, u := range p.doc.Units {
		if code == "" || strings.ToUpper(code) != code || !both(u.Name) || !slices.Contains([]string{"day", "month", "year"}, u.Per) {
			return fmt.Errorf("unit %q: a code in capitals, a name in both languages, and per day, month or year", code)
		}
		for i, row := range u.Values {
			if row.On.IsZero() || row.On != u.first(row.On) || !plain(row.Value) || i > 0 && !u.Values[i-1].On.Before(row.On) {
				return fmt.Errorf("unit %s: the value of %s is not positive, not of a first day, or not after the one before", code, row.On)
			}
		}
	}
	return nil
}
