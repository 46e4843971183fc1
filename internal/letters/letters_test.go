package letters

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"recobro/internal/problem"
)

var update = flag.Bool("update", false, "write the golden files")

func printed(t testing.TB, tpl *Template, s Sheet) []byte {
	t.Helper()
	pdf, err := tpl.PDF(s)
	if err != nil {
		t.Fatalf("%s: %v", tpl.key(), err)
	}
	return pdf
}

// reader runs one of the programs that read PDFs back; a machine without them cannot tell whether a letter is right.
func reader(t testing.TB, pdf []byte, program string, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "FILE", file)
	}
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
	return string(out)
}

func textOf(t testing.TB, pdf []byte) string {
	return reader(t, pdf, "pdftotext", "-layout", "-enc", "UTF-8", "FILE", "-")
}

// flat is text without its line breaks and with plain blanks.
func flat(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), " ")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has changed (run with -update when that is meant):\n%s", file, got)
	}
}

func TestEveryTemplatePrintsTheSameSoundPDFTwice(t *testing.T) {
	active := regexp.MustCompile(`/(JS|JavaScript|OpenAction|Launch|EmbeddedFile|AA)\b`)
	for _, tpl := range shelf(t).Templates() {
		if tpl.Kind == Mail {
			continue
		}
		t.Run(tpl.key(), func(t *testing.T) {
			pdf := printed(t, tpl, sample(t, tpl))
			if !bytes.Equal(pdf, printed(t, template(t, tpl.ID, tpl.Language), sample(t, tpl))) {
				t.Error("two prints of the same data differ")
			}
			reader(t, pdf, "qpdf", "--check", "FILE")
			if found := active.FindString(reader(t, pdf, "qpdf", "--qdf", "--object-streams=disable", "FILE", "-")); found != "" {
				t.Errorf("the PDF holds %s", found)
			}
			for _, row := range strings.Split(strings.TrimSpace(reader(t, pdf, "pdffonts", "FILE")), "\n")[2:] {
				if !regexp.MustCompile(`yes +(yes|no) +(yes|no) +\d+ +0$`).MatchString(strings.TrimSpace(row)) {
					t.Errorf("font not embedded: %s", row)
				}
			}
			if dir := os.Getenv("LETTERS_OUT"); dir != "" {
				os.WriteFile(filepath.Join(dir, tpl.key()+".pdf"), pdf, 0o600)
			}
		})
	}
}

func TestWhatIsPrintedReadsBackWhole(t *testing.T) {
	for _, tpl := range shelf(t).Templates() {
		if tpl.Kind == Mail {
			continue
		}
		s := sample(t, tpl)
		got := flat(textOf(t, printed(t, tpl, s)))
		for _, f := range tpl.Fields {
			values := append([]string(nil), s.Values.Lists[f.Name]...)
			for _, row := range s.Values.Tables[f.Name].Rows {
				values = append(values, row...)
			}
			if f.Type != Rows && f.Type != Items {
				values = append(values, tpl.printed(f.Name, s.Values))
			}
			for _, v := range values {
				for _, w := range strings.Fields(v) { // a table cell or a line may end between two words
					if !strings.Contains(got, w) {
						t.Errorf("%s: %q of %s is not in the text", tpl.key(), w, f.Name)
					}
				}
			}
		}
	}
}

func TestLettersKeepTheirText(t *testing.T) {
	for _, name := range []string{"formal_demand.es", "formal_demand.en", "formal_demand_mx.es", "formal_demand_pe.es", "formal_demand_cl.es",
		"formal_demand_co.es", "settlement_agreement.es", "monitorio_petition.es", "statement.es"} {
		id, lang, _ := strings.Cut(name, ".")
		tpl := template(t, id, lang)
		golden(t, name+".txt", textOf(t, printed(t, tpl, sample(t, tpl))))
	}
}

func TestOptionalPartsGoWithTheirField(t *testing.T) {
	tpl := template(t, "formal_demand", "es")
	s := sample(t, tpl)
	delete(s.Values.Text, "credit_files")
	delete(s.Values.Text, "amount_compensation")
	s.Payment = nil
	got := flat(textOf(t, printed(t, tpl, s)))
	for _, gone := range []string{"20.1 c)", "Compensación por costes", "Cómo pagar", "{", "}"} {
		if strings.Contains(got, gone) {
			t.Errorf("%q is still there", gone)
		}
	}
}

func TestPeoplesTextIsNeverATemplateNorMarkup(t *testing.T) {
	tpl := template(t, "formal_demand", "es")
	for _, hostile := range []string{"{{client_tax_id}}", "{?payment}", "**fuerte**", "[x](https://e.example)", "<script>alert(1)</script>",
		") Tj /JS (app.alert(1)) 0 0 Td (", "/OpenAction << /S /JavaScript >>", `back\slash \) \(`, "# título", "${7*7}", "endstream endobj"} {
		s := sample(t, tpl)
		s.Values.Text["client_name"] = hostile
		s.Firm.Name, s.Reference = hostile, hostile
		pdf := printed(t, tpl, s)
		reader(t, pdf, "qpdf", "--check", "FILE")
		if got := flat(textOf(t, pdf)); !strings.Contains(got, flat(hostile)) {
			t.Errorf("%q does not come back as it was written", hostile)
		}
	}
}

func TestNamesBeyondCP1252ArePrinted(t *testing.T) {
	tpl := template(t, "formal_demand", "es")
	s := sample(t, tpl)
	for _, name := range []string{"Łódź Gdańsk Sp. z o.o.", "Čeština s.r.o. Žďár", "Ștefan Țărănescu", "Ελληνική Α.Ε.", "N\u0303un\u0303ez"} {
		s.Values.Text["client_name"], s.To.Name = name, name
		pdf := printed(t, tpl, s)
		if got, want := flat(textOf(t, pdf)), tidy(name); strings.Count(got, want) < 3 {
			t.Errorf("%q does not come back: %s", want, got[:200])
		}
		reader(t, pdf, "qpdf", "--check", "FILE")
		if !bytes.Equal(pdf, printed(t, tpl, s)) {
			t.Errorf("%q: two prints differ", name)
		}
	}
}

func TestSpanishAndMoneyNeedOnlyTheNarrowFont(t *testing.T) {
	if _, narrow := encode("Señor Núñez ¿100 €? «sí» – “no” … ÁÉÍÓÚÜÑ áéíóúüñ n.º 1.ª −3,27 €"); !narrow {
		t.Fatal("Spanish text would take the slow font")
	}
	tpl := template(t, "formal_demand", "es")
	s := sample(t, tpl)
	s.Values.Text["payments_note"] = "ÁÉÍÓÚÜÑ áéíóúüñ ¿? ¡! «» – — “” … ‰ œ Š −3,27 €"
	pdf := printed(t, tpl, s)
	if got := flat(textOf(t, pdf)); !strings.Contains(got, s.Values.Text["payments_note"]) {
		t.Errorf("the accents do not come back: %s", got)
	}
	if fonts := reader(t, pdf, "pdffonts", "FILE"); strings.Contains(fonts, "CID") {
		t.Errorf("the wide font was used:\n%s", fonts)
	}
}

func TestALongTableRepeatsItsHeadAndLosesNoRow(t *testing.T) {
	tpl := template(t, "formal_demand", "es")
	s := sample(t, tpl)
	s.Values.Tables["debts"] = many(60)
	pdf := printed(t, tpl, s)
	pages := strings.Split(strings.TrimRight(textOf(t, pdf), "\f"), "\f")
	heads := 0
	for i, page := range pages {
		if strings.Contains(page, "Vencimiento") && strings.Contains(page, "F-2026-") {
			heads++
		}
		if strings.Contains(page, "Factura F-2026-") && !strings.Contains(page, "Vencimiento") {
			t.Errorf("page %d has rows without a head", i+1)
		}
		if want := "Página " + strconv.Itoa(i+1) + " de " + strconv.Itoa(len(pages)); !strings.Contains(page, want) {
			t.Errorf("page %d does not say %q", i+1, want)
		}
	}
	if heads < 2 {
		t.Errorf("the head is on %d pages", heads)
	}
	for i := range 60 {
		if row := "F-2026-" + strconv.Itoa(10001 + i)[1:]; !strings.Contains(strings.Join(pages, ""), row) {
			t.Errorf("row %s is lost", row)
		}
	}
}

func TestTheSignatureIsNeverAloneOnAPage(t *testing.T) {
	tpl := template(t, "formal_demand", "es")
	for rows := 1; rows < 45; rows++ {
		s := sample(t, tpl)
		s.Values.Tables["debts"] = many(rows)
		for _, page := range strings.Split(textOf(t, printed(t, tpl, s)), "\f") {
			if strings.Contains(page, "Fdo.:") && !strings.Contains(page, "Atentamente") {
				t.Errorf("%d rows: the signature stands without its closing", rows)
			}
		}
	}
}

func TestTheCodeOfThePaymentBoxScans(t *testing.T) {
	tpl := template(t, "formal_demand", "es")
	s := sample(t, tpl)
	epc := "BCD\n002\n1\nSCT\n\nSuministros Zafirel\nES0000000000000000000000\nEUR11677.93\n\nRF75R2026000412\n"
	for _, code := range []string{"https://pagos.cardoalto.example/7KM4-29TD", epc} {
		s.Payment.Code = code
		dir := t.TempDir()
		reader(t, printed(t, tpl, s), "pdftoppm", "-r", "150", "-png", "FILE", filepath.Join(dir, "page"))
		pictures, _ := filepath.Glob(filepath.Join(dir, "*.png"))
		out, err := exec.Command("zbarimg", append([]string{"-q", "--raw"}, pictures...)...).Output()
		if err != nil && len(out) == 0 {
			t.Fatalf("zbarimg: %v", err)
		}
		if strings.TrimSpace(string(out)) != strings.TrimSpace(code) {
			t.Errorf("the code reads %q", out)
		}
	}
}

func TestADraftSaysSoAndNeedsNoSignature(t *testing.T) {
	tpl := template(t, "formal_demand", "es")
	s := sample(t, tpl)
	s.Draft, s.Signature = true, nil
	for _, page := range strings.Split(strings.TrimRight(reader(t, printed(t, tpl, s), "pdftotext", "-raw", "FILE", "-"), "\f"), "\f") {
		if !strings.Contains(strings.Join(strings.Fields(page), ""), "BORRADOR") {
			t.Error("a page of a draft does not say so")
		}
	}
}

func TestMetadataCarriesTheNonce(t *testing.T) {
	tpl := template(t, "formal_demand", "es")
	s := sample(t, tpl)
	info := reader(t, printed(t, tpl, s), "pdfinfo", "FILE")
	for _, want := range []string{s.Nonce, tpl.Title, s.Firm.Name, s.Reference, "Nov 23 "} {
		if !strings.Contains(info, want) {
			t.Errorf("%q is not in\n%s", want, info)
		}
	}
}

func TestAnUnknownTemplateIsNotFound(t *testing.T) {
	if _, err := shelf(t).Template("formal_demand", "fr"); problem.Of(err) == nil || problem.Of(err).Kind != problem.NotFound {
		t.Error(err)
	}
}

func TestLettersPrintedAtOnceAreTheSame(t *testing.T) {
	tpl := template(t, "formal_demand", "es")
	narrow, wide := sample(t, tpl), sample(t, tpl)
	wide.Values.Text["client_name"] = "Łódź Gdańsk Sp. z o.o."
	want := [][]byte{printed(t, tpl, narrow), printed(t, tpl, wide)}
	got := make(chan int, 12)
	for i := range cap(got) {
		go func() {
			s := []Sheet{narrow, wide}[i%2]
			pdf, err := tpl.PDF(s)
			if err != nil || !bytes.Equal(pdf, want[i%2]) {
				got <- i
				return
			}
			got <- -1
		}()
	}
	for range cap(got) {
		if i := <-got; i >= 0 {
			t.Errorf("print %d differs", i)
		}
	}
}

func TestALongAddressNeverMeetsTheText(t *testing.T) {
	tpl := template(t, "formal_demand", "es")
	long := "Construcciones, Reformas e Instalaciones Industriales Peñarrubia del Río y Asociados, S.C.C.L."
	for _, n := range []int{1, 3, 5, 9} {
		s := sample(t, tpl)
		s.To = Address{Name: long, Lines: strings.Split(strings.Repeat(long+"\n", n-1)+long, "\n")}
		set := &setter{template: tpl, sheet: &s, words: labels["es"]}
		lines, leading := set.receiver()
		if last := addressTop + 6 + float64(len(lines)-1)*leading; last+leading > set.firstTop() {
			t.Errorf("%d lines end at %.1f mm and the text begins at %.1f mm", len(lines), last, set.firstTop())
		}
		if n == 3 && leading >= bodyLeading {
			t.Errorf("%d lines are not set smaller to stay in the window", len(lines))
		}
	}
}
