package gazette

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/problem"
)

// Mark is how a file writes decimals.
type Mark string

const (
	Comma Mark = "comma" // 1.234,56
	Point Mark = "point" // 1,234.56
)

var (
	errSeries   = problem.New(problem.Invalid, "series_invalid", "El fichero no se puede leer entero; no se ha propuesto nada.", "The file cannot be read whole; nothing was proposed.")
	errNoSeries = problem.New(problem.Invalid, "series_empty", "El fichero no tiene ninguna línea con cifras.", "The file has no line with figures.")
	errSeriesOf = problem.New(problem.Invalid, "series_kind", "Por fichero se importan tipos, factores o valores de una unidad.", "Files bring rates, factors or values of a unit.")
	errMark     = problem.New(problem.Invalid, "series_mark", "Diga si los decimales llevan coma o punto.", "Say whether decimals have a comma or a point.")
)

// Series says what a file of figures is: rates (from; to; per cent) or factors or unit values (day; value).
type Series struct {
	Kind   law.ChangeKind
	Regime law.Regime // of rates and factors
	Unit   string     // of unit values
	Mark   Mark
}

// Read makes the rows of one proposal out of a CSV file, whole or not at all: columns by semicolon, tab or comma, an optional
// heading, days as 2026-01-31 or 31/01/2026, UTF-8 or Windows-1252. The problem series_invalid names each line that cannot be read.
func (s Series) Read(file []byte) ([]Row, error) {
	columns, known := map[law.ChangeKind]int{law.ChangeRate: 3, law.ChangeFactor: 2, law.ChangeUnitValue: 2}[s.Kind]
	switch {
	case !known:
		return nil, errSeriesOf
	case s.Mark != Comma && s.Mark != Point:
		return nil, errMark
	}
	file = bytes.TrimPrefix(file, []byte("\ufeff"))
	if !utf8.Valid(file) {
		decoded, err := charmap.Windows1252.NewDecoder().Bytes(file)
		if err != nil {
			return nil, errSeries
		}
		file = decoded
	}
	in := csv.NewReader(bytes.NewReader(file))
	in.Comma, in.FieldsPerRecord, in.TrimLeadingSpace, in.LazyQuotes, in.Comment = separator(file), -1, true, true, '#'
	var rows []Row
	var wrong []problem.Reason
	seen := map[day.Date]bool{}
	for first := true; ; first = false {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errSeries
		}
		line, _ := in.FieldPos(0)
		row, fault := s.row(cells, columns)
		switch on := day.Later(row.On, row.From); {
		case blank(cells) || first && heading(cells):
			continue
		case fault.ES != "":
			wrong = append(wrong, lineReason(line, fault))
		case seen[on]:
			wrong = append(wrong, lineReason(line, problem.Text{ES: "El día está repetido.", EN: "The day appears twice."}))
		default:
			seen[on], rows = true, append(rows, row)
		}
		if len(rows) > maxRows {
			return nil, errRows
		}
	}
	switch {
	case len(wrong) > 0:
		return nil, errSeries.With(wrong[:min(len(wrong), maxReasons)]...)
	case len(rows) == 0:
		return nil, errNoSeries
	}
	return rows, nil
}

func lineReason(line int, text problem.Text) problem.Reason {
	return problem.Reason{Pointer: fmt.Sprintf("/file/%d", line), Code: "line_invalid",
		Text: problem.Text{ES: fmt.Sprintf("Línea %d: %s", line, text.ES), EN: fmt.Sprintf("Line %d: %s", line, text.EN)}}
}

// separator is the one that the first line uses: a semicolon or a tab when it has one, for a comma may be a decimal's.
func separator(file []byte) rune {
	first, _, _ := bytes.Cut(bytes.TrimLeft(file, "\r\n"), []byte("\n"))
	switch {
	case bytes.ContainsRune(first, ';'):
		return ';'
	case bytes.ContainsRune(first, '\t'):
		return '\t'
	}
	return ','
}

func blank(cells []string) bool { return strings.TrimSpace(strings.Join(cells, "")) == "" }

// heading says that a line names columns: it has no figure at all.
func heading(cells []string) bool { return !strings.ContainsAny(strings.Join(cells, ""), "0123456789") }

// row reads one line; the text says what is wrong with it.
func (s Series) row(cells []string, columns int) (Row, problem.Text) {
	for len(cells) > columns && strings.TrimSpace(cells[len(cells)-1]) == "" { // empty columns that a spreadsheet leaves behind
		cells = cells[:len(cells)-1]
	}
	if len(cells) != columns {
		return Row{}, problem.Text{ES: fmt.Sprintf("Tiene %d columnas y se esperan %d.", len(cells), columns), EN: fmt.Sprintf("It has %d columns and %d are expected.", len(cells), columns)}
	}
	first, ok := civil(cells[0])
	if !ok {
		return Row{}, problem.Text{ES: "El día no es una fecha.", EN: "The day is no date."}
	}
	figure, ok := s.Mark.Plain(cells[columns-1])
	if !ok {
		return Row{}, problem.Text{ES: "La cifra no es un número escrito como se dijo.", EN: "The figure is not a number written as stated."}
	}
	if s.Kind != law.ChangeRate {
		return Row{Regime: s.Regime, Unit: s.Unit, On: first, Value: figure}, problem.Text{}
	}
	last, ok := civil(cells[1])
	if !ok && strings.TrimSpace(cells[1]) != "" {
		return Row{}, problem.Text{ES: "El último día no es una fecha.", EN: "The last day is no date."}
	}
	return Row{Regime: s.Regime, From: first, To: last, Pct: figure}, problem.Text{}
}

var (
	commaForm = regexp.MustCompile(`^-?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?$`)
	pointForm = regexp.MustCompile(`^-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$`)
)

// civil reads 2026-01-31, 31/01/2026, 31-01-2026 and 31.01.2026.
func civil(raw string) (day.Date, bool) {
	raw = strings.TrimSpace(raw)
	if at, err := time.Parse("2/1/2006", strings.NewReplacer("-", "/", ".", "/").Replace(raw)); err == nil {
		return day.In(at, time.UTC), true
	}
	d, err := day.Parse(raw)
	return d, err == nil && !d.IsZero()
}

// Plain turns a figure as people write it into a decimal with a point; a sign of per cent or currency around it is dropped.
func (m Mark) Plain(raw string) (string, bool) {
	raw = strings.NewReplacer("\u00a0", "", "\u202f", "", " ", "", "%", "", "$", "", "\u2212", "-").Replace(raw)
	if m == Point {
		return strings.ReplaceAll(raw, ",", ""), pointForm.MatchString(raw)
	}
	return strings.ReplaceAll(strings.ReplaceAll(raw, ".", ""), ",", "."), commaForm.MatchString(raw)
}
