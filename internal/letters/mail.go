package letters

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"
)

// Mail writes an e-mail: its subject on one line, plain text in lines of at most 76 characters (a link is never cut), and
// HTML without scripts, images or outside sources in which every value is escaped.
func (t *Template) Mail(v Values) (subject, text, page string, err error) {
	if t.Kind != Mail {
		return "", "", "", fmt.Errorf("mailing %s: it is a %s", t.key(), t.Kind)
	}
	if reasons := t.reasons(v); len(reasons) > 0 {
		return "", "", "", missing(reasons)
	}
	title, err := t.filled(t.title, v)
	if err != nil {
		return "", "", "", err
	}
	m := &mail{template: t, sheet: &Sheet{Values: v}}
	for i := range t.blocks {
		b := &t.blocks[i]
		if !t.wanted(b.when, m.sheet) {
			continue
		}
		if err := m.block(b); err != nil {
			return "", "", "", err
		}
	}
	page = fmt.Sprintf("<!DOCTYPE html>\n<html lang=%q><head><meta charset=\"utf-8\"><title>%s</title></head>\n"+
		"<body style=\"font-family:sans-serif;font-size:15px;line-height:1.5;color:#17212e;max-width:40em\">\n%s</body></html>\n",
		t.Language, html.EscapeString(plainText(title)), m.page.String())
	return tidy(plainText(title)), strings.TrimRight(m.text.String(), "\n") + "\n", page, nil
}

// mail gathers the two forms of one message.
type mail struct {
	template   *Template
	sheet      *Sheet
	text, page strings.Builder
}

func (m *mail) block(b *block) error {
	v := m.sheet.Values
	switch b.kind {
	case tableField:
		m.table(m.template.byName[b.field], v.Tables[b.field])
	case listField:
		for i, item := range v.Lists[b.field] {
			m.paragraph("p", listMarker(i)+" ", []run{{text: tidy(item)}})
		}
	case paragraphsField:
		for _, one := range paragraphsOf(v.Text[b.field]) {
			m.paragraph("p", "", []run{{text: one}})
		}
	case paragraph, heading, item:
		runs, err := m.template.filled(b.runs, v)
		if err != nil {
			return err
		}
		tag, marker := "p", ""
		if b.kind == heading {
			tag = "h2"
		}
		if b.marker != "" {
			marker = b.marker + " "
		}
		m.paragraph(tag, marker, runs)
	default:
		return fmt.Errorf("mailing %s: a block that only paper has", m.template.key())
	}
	return nil
}

func (m *mail) paragraph(tag, marker string, runs []run) {
	m.text.WriteString(wrapped(marker+plainText(runs), 76) + "\n\n")
	fmt.Fprintf(&m.page, "<%s>%s", tag, html.EscapeString(marker))
	for _, r := range runs {
		s := strings.ReplaceAll(html.EscapeString(r.text), "\n", "<br>")
		if r.bold {
			s = "<b>" + s + "</b>"
		}
		if r.italic {
			s = "<i>" + s + "</i>"
		}
		if r.link != "" {
			s = `<a href="` + html.EscapeString(r.link) + `">` + s + "</a>"
		}
		m.page.WriteString(s)
	}
	fmt.Fprintf(&m.page, "</%s>\n", tag)
}

// table writes one line for each row in the text, figures flush right, and a simple table in the HTML.
func (m *mail) table(f *Field, data Table) {
	if len(data.Rows) == 0 {
		return
	}
	rows := [][]string{make([]string, len(f.Columns))}
	for i, c := range f.Columns {
		rows[0][i] = c.Title
	}
	rows = append(rows, data.Rows...)
	if len(data.Total) > 0 {
		rows = append(rows, data.Total)
	}
	widths := make([]int, len(f.Columns))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(tidy(cell)))
		}
	}
	m.page.WriteString("<table style=\"border-collapse:collapse\">\n")
	for n, row := range rows {
		var plain strings.Builder
		tag := "td"
		if n == 0 || n > len(data.Rows) {
			tag = "th"
		}
		m.page.WriteString("<tr>")
		for i, cell := range row {
			cell = tidy(cell)
			space, side := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)), "left"
			if f.Columns[i].Figures {
				side = "right"
				plain.WriteString(space + cell + "  ")
			} else {
				plain.WriteString(cell + space + "  ")
			}
			fmt.Fprintf(&m.page, `<%s style="text-align:%s;padding:3px 14px 3px 0;border-bottom:1px solid #b0b8c2">%s</%s>`, tag, side, html.EscapeString(cell), tag)
		}
		m.page.WriteString("</tr>\n")
		m.text.WriteString(strings.TrimRight(plain.String(), " ") + "\n")
	}
	m.page.WriteString("</table>\n")
	m.text.WriteString("\n")
}

// wrapped breaks at blanks only.
func wrapped(s string, width int) string {
	var out strings.Builder
	for i, one := range strings.Split(s, "\n") {
		if i > 0 {
			out.WriteByte('\n')
		}
		at := 0
		for n, w := range strings.Fields(strings.ReplaceAll(one, "\u00a0", "\x00")) {
			size := utf8.RuneCountInString(w)
			if n > 0 && at+1+size > width {
				out.WriteByte('\n')
				at = 0
			} else if n > 0 {
				out.WriteByte(' ')
				at++
			}
			out.WriteString(w)
			at += size
		}
	}
	return strings.ReplaceAll(out.String(), "\x00", "\u00a0")
}
