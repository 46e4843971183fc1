package letters

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// Table is the data of a table field: each row has one text per column of the template; Total may be empty.
type Table struct {
	Rows  [][]string
	Total []string
}

// Values is the data of a letter by field name. Names that a template does not declare are not used.
type Values struct {
	Text   map[string]string // text, money, date (YYYY-MM-DD) and paragraphs
	Tables map[string]Table
	Lists  map[string][]string
}

func (v Values) has(f *Field) bool {
	switch f.Type {
	case Rows:
		return len(v.Tables[f.Name].Rows) > 0
	case Items:
		return len(v.Lists[f.Name]) > 0
	}
	return strings.TrimSpace(v.Text[f.Name]) != ""
}

func missing(reasons []problem.Reason) error {
	return problem.New(problem.Invalid, "letter_field_missing",
		"A la carta le faltan datos o los tiene mal escritos.", "The letter lacks data or has data that cannot be printed.").With(reasons...)
}

func reason(pointer, code, es, en string) problem.Reason {
	return problem.Reason{Pointer: pointer, Code: code, Text: problem.Text{ES: es, EN: en}}
}

func missingField(name string) problem.Reason {
	return reason("/"+name, "missing", "Falta "+name+".", name+" is missing.")
}

// reasons names every field that is missing or does not have the form of its type.
func (t *Template) reasons(v Values) []problem.Reason {
	var out []problem.Reason
	for i := range t.Fields {
		f := &t.Fields[i]
		switch {
		case !v.has(f) && f.Required:
			out = append(out, missingField(f.Name))
		case !v.has(f):
		case f.Type == Date:
			if _, err := day.Parse(v.Text[f.Name]); err != nil {
				out = append(out, reason("/"+f.Name, "not_a_date", f.Name+" no es una fecha AAAA-MM-DD.", f.Name+" is no date YYYY-MM-DD."))
			}
		case f.Type == Money && !strings.ContainsFunc(v.Text[f.Name], unicode.IsDigit):
			out = append(out, reason("/"+f.Name, "not_an_amount", f.Name+" no es un importe.", f.Name+" is no amount."))
		case f.Type == Rows:
			out = append(out, f.rowReasons(v.Tables[f.Name])...)
		}
	}
	return out
}

func (f *Field) rowReasons(t Table) []problem.Reason {
	for i, row := range append(append([][]string(nil), t.Rows...), t.Total) {
		if len(row) != len(f.Columns) && (i < len(t.Rows) || len(row) > 0) {
			return []problem.Reason{reason(fmt.Sprintf("/%s/%d", f.Name, i), "columns",
				fmt.Sprintf("La fila debe tener %d columnas.", len(f.Columns)), fmt.Sprintf("The row must have %d columns.", len(f.Columns)))}
		}
	}
	return nil
}

// filled answers with the values in place: text only, composed (NFC), no control characters.
func (t *Template) filled(runs []run, v Values) ([]run, error) {
	out := make([]run, 0, len(runs))
	for _, r := range runs {
		if r.field != "" {
			r.text, r.field = t.printed(r.field, v), ""
		}
		if r.link != "" {
			link, err := safeLink(placeholder.ReplaceAllStringFunc(r.link, func(m string) string { return t.printed(m[2:len(m)-2], v) }))
			if err != nil {
				return nil, err
			}
			r.link = link
		}
		if n := len(out) - 1; n >= 0 && strings.HasPrefix(r.text, ".") && strings.HasSuffix(out[n].text, ".") {
			r.text = r.text[1:] // "Brumaluz, S.L." at the end of a sentence
		}
		if r.text != "" {
			out = append(out, r)
		}
	}
	return out, nil
}

// printed is the value as it stands in the letter.
func (t *Template) printed(name string, v Values) string {
	s := v.Text[name]
	if f := t.byName[name]; f != nil && f.Type == Date {
		if d, err := day.Parse(s); err == nil {
			return d.Long(t.Language)
		}
	}
	return kept(s)
}

// kept is the tidy text in which, as in the template's own words, "art." does not end a line.
func kept(s string) string { return together.ReplaceAllString(tidy(s), "$1\u00a0$2") }

// tidy composes the text and turns every run of white space but the no-break space into one blank.
func tidy(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] >= 0x80 {
			plain = false
			break
		}
	}
	if !plain {
		s = norm.NFC.String(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }), " "))
		s = strings.ReplaceAll(s, "\u00ad", "") // a soft hyphen would be printed as a hard one
	}
	return strings.TrimSpace(s)
}

// paragraphsOf cuts at empty lines.
func paragraphsOf(s string) []string {
	var out []string
	for _, one := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n\n") {
		if one = tidy(one); one != "" {
			out = append(out, one)
		}
	}
	return out
}

// safeLink lets https and mailto through and nothing else: the PDF library would also write javascript:.
func safeLink(link string) (string, error) {
	u, err := url.Parse(link)
	if err == nil && (u.Scheme == "https" && u.Host != "" || u.Scheme == "mailto") && !strings.ContainsFunc(link, unicode.IsControl) {
		return u.String(), nil
	}
	return "", problem.New(problem.Invalid, "letter_link_refused",
		"La carta solo admite enlaces https y mailto.", "A letter only takes https and mailto links.")
}

// wanted tells whether a block stays: a conditional one goes when its field is empty.
func (t *Template) wanted(when string, s *Sheet) bool {
	if when == paymentBlock {
		return s.Payment != nil
	}
	return when == "" || s.Values.has(t.byName[when])
}
