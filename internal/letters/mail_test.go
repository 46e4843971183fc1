package letters

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"recobro/internal/problem"
	shipped "recobro/letters"
)

func TestATemplateWithALooseEndIsRefused(t *testing.T) {
	front := "---\nid: a\nversion: 1\nkind: letter\njurisdictions: [ES]\nlanguage: es\ntitle: T\nlegal_basis: []\nfields:\n  - {name: one, type: text}\n---\n"
	if _, err := Parse([]byte(front + "{{one}}\n")); err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{"{{one}} {{two}}", "nothing", "{{one}} {{Two}}", "{{one}} {{table:one}}", "{?two} {{one}}", "{{one}}\n\n```\ncode\n```", "{{one}}\n\n<b>x</b>", "{{one}} {{ one }}"} {
		if _, err := Parse([]byte(front + body + "\n")); err == nil {
			t.Errorf("%q was taken", body)
		}
	}
}

func TestMailIsPlainEscapedAndNarrow(t *testing.T) {
	for _, tpl := range shelf(t).Templates() {
		if tpl.Kind != Mail {
			continue
		}
		v := full(t, tpl)
		v.Text["debtor_name"] = `Talleres <script>alert(1)</script> & "Hijos"` + "\r\nBcc: x@example.org"
		subject, text, page, err := tpl.Mail(v)
		if err != nil {
			t.Fatalf("%s: %v", tpl.key(), err)
		}
		if strings.ContainsAny(subject, "\r\n") || strings.Contains(page, "<script") || !strings.Contains(page, "&lt;script&gt;") {
			t.Errorf("%s is not escaped: %s", tpl.key(), page)
		}
		for _, row := range strings.Split(text, "\n") {
			if len([]rune(row)) > 76 && strings.Contains(row, " ") && !strings.Contains(row, "  ") {
				t.Errorf("%s: a line of %d characters: %s", tpl.key(), len([]rune(row)), row)
			}
		}
		if link := v.Text["payment_link"]; link != "" && (!strings.Contains(page, `href="`+link+`"`) || !strings.Contains(text, link)) {
			t.Errorf("%s: the payment link is lost", tpl.key())
		}
	}
	tpl := template(t, "reminder_first", "es")
	subject, text, page, err := tpl.Mail(full(t, tpl))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "reminder_first.es.txt", subject+"\n\n"+text)
	golden(t, "reminder_first.es.html", page)
	v := full(t, tpl)
	v.Text["payment_link"] = "javascript:alert(1)"
	if _, _, _, err := tpl.Mail(v); !errors.Is(err, problem.New(problem.Invalid, "letter_link_refused", "", "")) {
		t.Errorf("a javascript link was taken: %v", err)
	}
}

func FuzzParseNeverPanics(f *testing.F) {
	names, _ := fs.Glob(shipped.FS, "*.md")
	for _, name := range names {
		source, err := fs.ReadFile(shipped.FS, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		tpl, err := Parse(source)
		if err != nil || tpl.Kind == Mail {
			return
		}
		if _, err := tpl.PDF(Sheet{}); err == nil && tpl.Kind != Index {
			t.Error("a letter without date, nonce and firm was printed")
		}
	})
}
