package web

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/problem"
	packs "recobro/policies/law"
	"recobro/templates"
)

func TestEveryTextStandsInBothLanguages(t *testing.T) {
	verbs := regexp.MustCompile(`%[a-z]`)
	for key, text := range texts {
		if text.ES == "" || text.EN == "" {
			t.Errorf("%s lacks a language", key)
		}
		if es, en := len(verbs.FindAllString(text.ES, -1)), len(verbs.FindAllString(text.EN, -1)); es != en {
			t.Errorf("%s takes %d arguments in Spanish and %d in English", key, es, en)
		}
	}
}

// pagesText is every template, by path.
func pagesText(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(templates.Pages, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(templates.Pages, path)
		all[path] = string(b)
		return err
	})
	if err != nil || len(all) < 5 {
		t.Fatalf("reading the templates: %d files, %v", len(all), err)
	}
	return all
}

func TestEveryKeyOfTheTemplatesAndOfTheCodeIsAText(t *testing.T) {
	used := regexp.MustCompile(`\bt "([a-z0-9_.]+)"`)
	for path, text := range pagesText(t) {
		for _, m := range used.FindAllStringSubmatch(text, -1) {
			if _, ok := texts[m[1]]; !ok {
				t.Errorf("%s uses %q, which is no text", path, m[1])
			}
		}
	}
	inCode := regexp.MustCompile(`text\([a-zA-Z.]+(?:\([^)]*\))?, "([a-z0-9_.]+)"[,)]`)
	for path, text := range goFiles(t, ".") {
		for _, m := range inCode.FindAllStringSubmatch(text, -1) {
			if _, ok := texts[m[1]]; !ok {
				t.Errorf("%s uses %q, which is no text", path, m[1])
			}
		}
	}
}

func TestEveryIconOfTheTemplatesIsThere(t *testing.T) {
	used := regexp.MustCompile(`\bicon "([a-z0-9-]+)"`)
	for path, text := range pagesText(t) {
		for _, m := range used.FindAllStringSubmatch(text, -1) {
			if _, err := icon(m[1]); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
	for kind, s := range sentences {
		if _, err := icon(s.Icon); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestNoPageHoldsScriptOrStyle(t *testing.T) {
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|<script(?:\s[^>]*)?>[^<]|\son[a-z]+=|javascript:|hx-on`)
	for path, text := range pagesText(t) {
		if found := inline.FindString(text); found != "" {
			t.Errorf("%s holds %q, which the content security policy forbids", path, found)
		}
	}
}

func TestEveryClosedListHasItsWords(t *testing.T) {
	need := func(list string, values ...string) {
		for _, v := range values {
			if _, ok := texts[list+"."+v]; !ok {
				t.Errorf("%s.%s has no word", list, v)
			}
		}
	}
	for _, s := range cases.Stages {
		need("stage", string(s))
	}
	for _, s := range cases.Steps {
		need("event", string(s.Event))
	}
	for _, r := range access.Roles() {
		need("role", string(r))
	}
	for _, c := range ledger.Components {
		need("component", string(c))
	}
	need("grade", "1", "2", "3", "4", "5")
	for _, a := range law.LimitationActs {
		need("limitact", string(a))
	}
	library, err := law.Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range library.Codes() {
		if pack, err := library.Pack(code); err == nil {
			need("limitkind", pack.LimitationKinds("")...)
			for _, r := range pack.LimitationRegions() {
				need("limitregion", r.ID)
				need("limitkind", pack.LimitationKinds(r.ID)...)
			}
		}
	}
	for _, e := range sections {
		if _, ok := texts[e.word]; !ok {
			t.Errorf("%s has no word", e.word)
		}
	}
}

// goFiles are the Go files of a folder and below, tests left out.
func goFiles(t *testing.T, root string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		all[path] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryKindOfEntryHasASentence(t *testing.T) {
	// written as a whole, and written as "noun." + state, where the noun has to be known
	whole := regexp.MustCompile(`"([a-z_]+\.[a-z_]+)"`)
	kinds := regexp.MustCompile(`(?:Kind: *|\.Entry\(|\.log\(|entries\([a-zA-Z]+, *|kind,? :?= ?|kinds := .*)("[^\n]*)`)
	prefix := regexp.MustCompile(`(?:Kind: *|\.Entry\(|\.log\(|entries\([a-zA-Z]+, *)"([a-z_]+\.)" *\+`)
	nouns := map[string]bool{}
	for kind := range sentences {
		noun, _, _ := strings.Cut(kind, ".")
		nouns[noun+"."] = true
	}
	found := 0
	for path, text := range goFiles(t, "..") {
		if strings.Contains(path, "testfirm") || strings.Contains(path, "simulation") || strings.Contains(path, "benchmarks") || filepath.Dir(path) == "." || strings.HasPrefix(path, "../web/") {
			continue
		}
		for _, m := range kinds.FindAllStringSubmatch(text, -1) {
			for _, k := range whole.FindAllStringSubmatch(m[1], 1) {
				if k[1] == "" || strings.HasSuffix(k[1], ".yaml") {
					continue
				}
				found++
				if _, ok := sentences[k[1]]; !ok {
					t.Errorf("%s writes entries of kind %q, which have no sentence", path, k[1])
				}
			}
		}
		for _, m := range prefix.FindAllStringSubmatch(text, -1) {
			if !nouns[m[1]] {
				t.Errorf("%s writes entries of kind %q and a state, which have no sentence", path, m[1])
			}
		}
	}
	if found < 15 {
		t.Fatalf("only %d kinds found: the search no longer sees how the code writes them", found)
	}
}

func TestStatesThatMakeKindsHaveSentences(t *testing.T) {
	for noun, states := range map[string][]string{
		"dispute": {"upheld", "rejected", "withdrawn"}, "promise": {"kept", "partly_kept", "broken"},
		"approval": {"granted", "refused", "expired"}, "agreement": {"kept", "broken", "refused", "cancelled"},
		"demand": {"delivered", "refused", "returned"},
	} {
		for _, s := range states {
			if _, ok := sentences[noun+"."+s]; !ok {
				t.Errorf("%s.%s has no sentence", noun, s)
			}
		}
	}
}

func TestASentenceSaysItsFactsInBothLanguagesAndDropsWhatIsMissing(t *testing.T) {
	promise := sayOf("promise.recorded")
	fields := evidence.Fields{"amount": "2000.00", "currency": "EUR", "due_on": "2026-11-20", "grade": "1"}
	if got, _ := promise.tell("es", fields, money.EUR); got != "Compromiso de pago: 2.000,00\u00a0€ el 20/11/2026" {
		t.Errorf("es: %q", got)
	}
	if got, _ := promise.tell("en", fields, money.EUR); got != "Promise to pay: €2,000.00 on 20 Nov 2026" {
		t.Errorf("en: %q", got)
	}
	if got, detail := promise.tell("es", nil, money.EUR); got != "Compromiso de pago" || detail != "" {
		t.Errorf("without facts: %q, %q", got, detail)
	}
	if _, detail := sayOf("case.advanced").tell("en", evidence.Fields{"to": "enforcement", "reason": "no_answer"}, money.EUR); detail != "Reason: No answer" {
		t.Errorf("a stage moved by an act of the court says %q", detail)
	}
	line := "a b 2026-02-10 charge cost 60.50: burofax"
	if _, detail := sayOf("cost.charged").tell("es", evidence.Fields{"borne_by": "undecided", "line_001": line}, money.EUR); detail != "Anticipado, no reclamado. Burofax" {
		t.Errorf("a cost says %q", detail)
	}
	if _, detail := sayOf("cost.charged").tell("es", evidence.Fields{"line_001": line, "line_002": line}, money.EUR); detail != "" {
		t.Errorf("two lines say %q", detail)
	}
	if got, _ := sayOf("case.advanced").tell("es", evidence.Fields{"to": "judicial"}, money.EUR); got != "Fase: Judicial" {
		t.Errorf("stage: %q", got)
	}
	if got := sayOf("moon.eclipsed").Title.ES; got != "moon: eclipsed" {
		t.Errorf("a kind nobody knows: %q", got)
	}
}

func TestSentencesNameOnlyListsThatExist(t *testing.T) {
	lists := []string{"reason"} // of the strategy, see TestReasonsAndTermsAreWords
	for key := range lawNames() {
		list, _, _ := strings.Cut(key, ".")
		lists = append(lists, list)
	}
	for _, words := range []map[string]problem.Text{closedWords, limitationWords} {
		for key := range words {
			list, _, _ := strings.Cut(key, ".")
			lists = append(lists, list)
		}
	}
	for kind, s := range sentences {
		for field, list := range s.Lists {
			if !slices.Contains(lists, list) {
				t.Errorf("%s reads field %s from the list %q, which does not exist", kind, field, list)
			}
		}
	}
}

func TestAmountsAreReadAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		raw, lang string
		currency  money.Currency
		want      string
	}{
		{"1234,5", "es", money.EUR, "1234.50"}, {"1.234,50", "es", money.EUR, "1234.50"}, {"1234.50", "es", money.EUR, "1234.50"},
		{"1.234", "es", money.EUR, "1234.00"}, {"1,234.50", "en", money.EUR, "1234.50"}, {"1,234", "en", money.EUR, "1234.00"},
		{"12.345.678", "es", money.EUR, "12345678.00"}, {"3 480,00 €", "es", money.EUR, "3480.00"}, {"0,75", "es", money.EUR, "0.75"},
		{"1,234.50", "es", money.MXN, "1234.50"}, {"1.234.567", "es", money.CLP, "1234567"}, {"00012", "es", money.EUR, "12.00"},
	} {
		if got, err := amountOf(c.raw, c.lang, c.currency); err != nil || got.Decimal() != c.want {
			t.Errorf("%q in %s %s = %s, %v, want %s", c.raw, c.lang, c.currency, got.Decimal(), err, c.want)
		}
	}
	for _, raw := range []string{"", "abc", "1.23.4", "12,345", "1e3", "--5", "3.480.00"} {
		if got, err := amountOf(raw, "es", money.EUR); err == nil {
			t.Errorf("%q was read as %s", raw, got)
		}
	}
}

func TestReasonsAndTermsAreWords(t *testing.T) {
	for _, c := range []struct{ list, value, want string }{
		{"reason", "demand_term_over", "El plazo del requerimiento termina sin pago."}, {"term", "suit_after_negotiation", "Demandar tras la negociación"},
		{"procedure", "monitorio", "Proceso monitorio"}, {"reason", "What a person wrote", "What a person wrote"}, {"act", "admitted", "Admitido"},
	} {
		if got := word("es", c.list, c.value); got != c.want {
			t.Errorf("%s %s reads %q", c.list, c.value, got)
		}
	}
	for raw, want := range map[string]string{
		"demand 01a20096-3287-74af-8822-e5baf87682e8":                                                         "para el requerimiento",
		"Ley 3/2004, arts. 5 y 7; demand 01a20096-3287-74af-8822-e5baf87682e8":                                "Ley 3/2004, arts. 5 y 7; para el requerimiento",
		"acuerdo de pago 01a20096-3287-74af-8822-e5baf87682e8, cumplido":                                      "acuerdo de pago, cumplido",
		"acuerdo de pago 01a20096-3287-74af-8822-e5baf87682e8; CC, art. 1174":                                 "acuerdo de pago; CC, art. 1174",
		"recálculo: acuerdo de pago 01a20096-3287-74af-8822-e5baf87682e8: se imputa lo pagado como se acordó": "recálculo: acuerdo de pago: se imputa lo pagado como se acordó",
		"recálculo por el cobro del 2026-11-20":                                                               "recálculo por el cobro del 20/11/2026",
		"invoice F-2026-00151":                                                                                "Factura F-2026-00151",
		"CC, arts. 1100, 1101 y 1108; Ley 24/1984, art. 1; filing 01a20096-3287-74af-8822-e5baf87682e8":       "CC, arts. 1100, 1101 y 1108; Ley 24/1984, art. 1; para el escrito al juzgado",
	} {
		if got := basis("es", raw); got != want {
			t.Errorf("the basis %q reads %q, want %q", raw, got, want)
		}
	}
	if got := basis("en", "Ley 3/2004, arts. 5 y 7; fijado por el cobro"); got != "Ley 3/2004, arts. 5 y 7; fixed by the payment" {
		t.Errorf("in English a basis reads %q", got)
	}
}

func TestEveryKindOfTaskHasAWord(t *testing.T) {
	written := regexp.MustCompile(`(?:OpenTask\(|HandOver\(|handOver\(|task\()[^\n]*?"([a-z]+_[a-z_]+)"`)
	found := 0
	for path, text := range goFiles(t, "..") {
		for _, m := range written.FindAllStringSubmatch(text, -1) {
			found++
			if _, ok := texts["task."+m[1]]; !ok {
				t.Errorf("%s opens tasks %q, which have no word", path, m[1])
			}
		}
	}
	if found < 5 {
		t.Errorf("found %d kinds of task in the code: the test looks in the wrong place", found)
	}
}
