package gazette

import (
	"errors"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/problem"
)

// Row is one line of a publication; the kind of the change says which members it has. Pct (a yearly per cent) and Value are
// decimals with a point.
type Row struct {
	Regime  law.Regime   `json:"regime,omitempty" maxLength:"40" doc:"rate, factor: the kind of interest"`
	From    day.Date     `json:"from,omitzero" doc:"rate: its first day"`
	To      day.Date     `json:"to,omitzero" doc:"rate: its last day; open when absent"`
	Pct     string       `json:"pct,omitempty" maxLength:"40" doc:"rate: yearly per cent, with a decimal point"`
	On      day.Date     `json:"on,omitzero" doc:"factor, unit_value, holiday: its day"`
	Value   string       `json:"value,omitempty" maxLength:"40" doc:"factor, unit_value: with a decimal point"`
	Unit    string       `json:"unit,omitempty" maxLength:"3" doc:"unit_value: code of the unit, CLF"`
	Region  string       `json:"region,omitempty" maxLength:"80" doc:"holiday: region; national when region and place are absent"`
	Place   string       `json:"place,omitempty" maxLength:"120" doc:"holiday: town or court district"`
	Name    problem.Text `json:"name,omitzero" doc:"holiday: its name"`
	Fact    string       `json:"fact,omitempty" maxLength:"200" doc:"confirm, tick: id of the fact"`
	Setting string       `json:"setting,omitempty" maxLength:"80" doc:"setting: its name"`
	Set     string       `json:"set,omitempty" maxLength:"200" doc:"setting: its value"`
}

// member is one member of a row with its word and whether the row has it.
type member struct {
	name string
	word problem.Text
	here bool
}

// members are what a row of a kind must have.
func (r Row) members(kind law.ChangeKind) []member {
	regime := member{"regime", problem.Text{ES: "la clase de interés", EN: "the kind of interest"}, r.Regime != ""}
	on := member{"on", problem.Text{ES: "el día", EN: "the day"}, !r.On.IsZero()}
	value := member{"value", problem.Text{ES: "el valor", EN: "the value"}, r.Value != ""}
	switch kind {
	case law.ChangeRate:
		return []member{regime, {"from", problem.Text{ES: "el primer día", EN: "the first day"}, !r.From.IsZero()}, {"pct", problem.Text{ES: "el tipo", EN: "the rate"}, r.Pct != ""}}
	case law.ChangeFactor:
		return []member{regime, on, value}
	case law.ChangeUnitValue:
		return []member{{"unit", problem.Text{ES: "la unidad", EN: "the unit"}, r.Unit != ""}, on, value}
	case law.ChangeHoliday:
		return []member{on, {"name", problem.Text{ES: "el nombre de la fiesta", EN: "the name of the holiday"}, strings.TrimSpace(r.Name.ES) != ""}}
	case law.ChangeHolidayRemoved:
		return []member{on}
	case law.ChangeSetting:
		return []member{{"setting", problem.Text{ES: "el ajuste", EN: "the setting"}, r.Setting != ""}, {"set", problem.Text{ES: "su valor", EN: "its value"}, r.Set != ""}}
	}
	return []member{{"fact", problem.Text{ES: "el dato", EN: "the fact"}, r.Fact != ""}}
}

// faults are what keeps a row from being read, by member.
func (r Row) faults(kind law.ChangeKind, pointer, line string) (found []problem.Reason) {
	fault := func(name, code, es, en string) {
		found = append(found, problem.Reason{Pointer: pointer + "/" + name, Code: code, Text: problem.Text{ES: line + es, EN: line + en}})
	}
	for _, m := range r.members(kind) {
		if !m.here {
			fault(m.name, "missing_member", "Falta "+m.word.ES+".", "It lacks "+m.word.EN+".")
		}
	}
	if _, err := number(r.Pct); err != nil {
		fault("pct", "number_invalid", "El tipo no es un número.", "The rate is not a number.")
	}
	if _, err := number(r.Value); err != nil {
		fault("value", "number_invalid", "El valor no es un número.", "The value is not a number.")
	}
	if !r.From.IsZero() && !r.To.IsZero() && r.To.Before(r.From) {
		fault("to", "period_backwards", "El último día es anterior al primero.", "The last day is before the first.")
	}
	return found
}

// number reads a decimal with a point, at most fifteen figures on either side; empty is zero.
func number(raw string) (decimal.Decimal, error) {
	if raw == "" {
		return decimal.Zero, nil
	}
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(raw, "-"), ".")
	if len(whole) > 15 || len(fraction) > 15 || strings.ContainsAny(raw, "eE+ ") {
		return decimal.Zero, fmt.Errorf("reading a decimal: too long or not plain")
	}
	return decimal.NewFromString(raw)
}

// changes are the rows as the law takes them. The rows have been read before.
func (c Change) changes() ([]law.Change, error) {
	all := make([]law.Change, len(c.Rows))
	for i, r := range c.Rows {
		pct, err := number(r.Pct)
		value, err2 := number(r.Value)
		if err != nil || err2 != nil {
			return nil, fmt.Errorf("reading row %d of change %s: %w", i, c.ID, errors.Join(err, err2))
		}
		all[i] = law.Change{Seq: c.Seq, Jurisdiction: c.Jurisdiction, Kind: c.Kind, At: c.DecidedAt, Regime: r.Regime, From: r.From, To: r.To, Pct: pct,
			On: r.On, Value: value, Unit: r.Unit, Region: r.Region, Place: r.Place, Name: r.Name, Fact: r.Fact, Setting: r.Setting, SettingValue: r.Set,
			Law: c.Law, Source: c.Source, Publication: c.Publication, Confidence: c.Confidence, Note: c.Note}
	}
	return all, nil
}

// complete looks at what the form of a proposal lacks; whether the law can take it is the pack's to say.
func (c Change) complete() error {
	var missing []problem.Reason
	lacks := func(pointer, code, es, en string) {
		missing = append(missing, problem.Reason{Pointer: pointer, Code: code, Text: problem.Text{ES: es, EN: en}})
	}
	if !proposable[c.Kind] {
		lacks("/kind", "kind_unknown", "Esa clase de cambio no se propone.", "That kind of change is not proposed.")
	}
	if strings.TrimSpace(c.Source) == "" {
		lacks("/source", "source_missing", "Falta dónde se leyó.", "Where it was read is missing.")
	}
	if !readAs[c.Confidence] {
		lacks("/confidence", "confidence_unknown", "Diga cómo se leyó: texto oficial, fuente secundaria, cálculo o criterio del despacho.",
			"Say how it was read: official text, secondary source, calculation or the firm's own rule.")
	}
	if len(c.Rows) == 0 || len(c.Rows) > maxRows {
		return errRows
	}
	for i, r := range c.Rows {
		missing = append(missing, r.faults(c.Kind, fmt.Sprintf("/rows/%d", i), c.line(i))...)
	}
	if len(missing) > 0 {
		return errForm.With(missing[:min(len(missing), maxReasons)]...)
	}
	return nil
}

// placed refuses a holiday of a place where no court could sit: of a misspelt region it would move no term, and nobody would notice.
func (c Change) placed(pack *law.Pack) error {
	var wrong []problem.Reason
	for i, r := range c.Rows {
		if p := problem.Of(pack.Knows(law.Place{Region: r.Region, Town: r.Place})); p != nil {
			wrong = append(wrong, problem.Reason{Pointer: fmt.Sprintf("/rows/%d/region", i), Code: p.Code, Text: problem.Text{ES: c.line(i) + p.Text.ES, EN: c.line(i) + p.Text.EN}})
		}
	}
	if len(wrong) > 0 {
		return errForm.With(wrong[:min(len(wrong), maxReasons)]...)
	}
	return nil
}

// maxReasons is how many faults a refusal tells.
const maxReasons = 30

// line names a row to a person when there are several; the same in both languages.
func (c Change) line(i int) string {
	if len(c.Rows) == 1 {
		return ""
	}
	return fmt.Sprintf("%d: ", i+1)
}
