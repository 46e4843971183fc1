package letters

import (
	"strings"
	"testing"

	"recobro/internal/problem"
)

func TestAMissingRequiredFieldIsNamed(t *testing.T) {
	for _, tpl := range shelf(t).Templates() {
		for _, f := range tpl.Fields {
			if !f.Required {
				continue
			}
			v := full(t, tpl)
			delete(v.Text, f.Name)
			delete(v.Tables, f.Name)
			delete(v.Lists, f.Name)
			var err error
			if tpl.Kind == Mail {
				_, _, _, err = tpl.Mail(v)
			} else {
				s := sample(t, tpl)
				s.Values = v
				_, err = tpl.PDF(s)
			}
			p := problem.Of(err)
			if p == nil || p.Code != "letter_field_missing" || len(p.Reasons) != 1 || p.Reasons[0].Pointer != "/"+f.Name {
				t.Errorf("%s without %s: %v", tpl.key(), f.Name, err)
			}
		}
	}
}

func TestAllThatIsMissingIsNamedAtOnce(t *testing.T) {
	tpl := template(t, "formal_demand", "es")
	_, err := tpl.PDF(Sheet{})
	p := problem.Of(err)
	if p == nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range p.Reasons {
		got = append(got, r.Pointer)
	}
	for _, want := range []string{"/client_name", "/debts", "/term", "/date", "/nonce", "/firm", "/to", "/reference", "/signature"} {
		if !strings.Contains(strings.Join(got, " ")+" ", want+" ") {
			t.Errorf("%s is not named in %v", want, got)
		}
	}
}

func TestWrongValuesAreRefused(t *testing.T) {
	tpl := template(t, "formal_demand", "es")
	for code, spoil := range map[string]func(*Sheet){
		"not_a_date":    func(s *Sheet) { s.Values.Text["as_of"] = "23/11/2026" },
		"not_an_amount": func(s *Sheet) { s.Values.Text["amount_total"] = "pendiente" },
		"columns":       func(s *Sheet) { s.Values.Tables["debts"] = Table{Rows: [][]string{{"one"}}} },
	} {
		s := sample(t, tpl)
		spoil(&s)
		_, err := tpl.PDF(s)
		if p := problem.Of(err); p == nil || len(p.Reasons) != 1 || p.Reasons[0].Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	for code, spoil := range map[string]func(*Sheet){
		"letter_link_refused":      func(s *Sheet) { s.Payment.Link = "javascript:alert(1)" },
		"letter_qr_not_ascii":      func(s *Sheet) { s.Payment.Code = "pagaré" },
		"letter_character_unknown": func(s *Sheet) { s.Values.Text["client_name"] = "Zafirel 😀" },
	} {
		s := sample(t, tpl)
		spoil(&s)
		if _, err := tpl.PDF(s); problem.Of(err) == nil || problem.Of(err).Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestACharacterWithoutGlyphIsNamedWhereverItStands(t *testing.T) {
	tpl := template(t, "formal_demand", "es")
	for where, spoil := range map[string]func(*Sheet, string){
		"text":   func(s *Sheet, c string) { s.Values.Text["client_name"] += c },
		"table":  func(s *Sheet, c string) { s.Values.Tables["debts"] = Table{Rows: [][]string{{c, "a", "b", "c"}}} },
		"list":   func(s *Sheet, c string) { s.Values.Lists["annexes"] = []string{c} },
		"firm":   func(s *Sheet, c string) { s.Firm.Name += c },
		"to":     func(s *Sheet, c string) { s.To.Lines = []string{c} },
		"signer": func(s *Sheet, c string) { s.Signature.Name += c },
		"foot":   func(s *Sheet, c string) { s.Footnote = c },
	} {
		for char, code := range map[string]string{"\U0001F600": "U+1F600", "漢": "U+6F22", "\x07": "U+0007", "\u202e": "U+202E"} {
			s := sample(t, tpl)
			spoil(&s, char)
			_, err := tpl.PDF(s)
			if p := problem.Of(err); p == nil || p.Code != "letter_character_unknown" || !strings.Contains(p.Text.ES, code) {
				t.Errorf("%s %s: %v", where, code, err)
			}
		}
	}
}

func TestWhatNoPageCanHoldIsRefused(t *testing.T) {
	tpl := template(t, "formal_demand", "es")
	for name, spoil := range map[string]func(*Sheet){
		"row":     func(s *Sheet) { s.Values.Tables["debts"].Rows[0][0] = strings.Repeat("suministro ", 2000) },
		"address": func(s *Sheet) { s.To.Lines = strings.Split(strings.Repeat("Calle\n", 80), "\n") },
	} {
		s := sample(t, tpl)
		s.Values.Tables["debts"] = many(3)
		spoil(&s)
		if _, err := tpl.PDF(s); problem.Of(err) == nil || problem.Of(err).Code != "letter_too_long" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
