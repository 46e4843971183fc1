package letters

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/go-pdf/fpdf"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// Letterhead is who writes. Initials are drawn as a monogram.
type Letterhead struct {
	Name     string
	Initials string   // one to three letters; none, no monogram
	Lines    []string // address
	Contacts []string // telephone, e-mail, web
	Registry string   // tax id, register or bar entry: foot of every page
}

// HeadOf is the letterhead of a firm: the initials of its first two capitalised words, its tax id before its register, and of
// its contacts those that are there. An address of the web stands without its https; one without https is not shown.
func HeadOf(name, taxID, registry, street, town string, contacts ...string) Letterhead {
	head := Letterhead{Name: name, Lines: []string{street, town}, Registry: "NIF " + taxID}
	for _, word := range strings.Fields(name) {
		if r := []rune(word)[0]; unicode.IsUpper(r) && len([]rune(head.Initials)) < 2 {
			head.Initials += string(r)
		}
	}
	if registry != "" {
		head.Registry += " · " + registry
	}
	for _, one := range contacts {
		if one = strings.TrimPrefix(strings.TrimSpace(one), "https://"); one != "" && !strings.HasPrefix(one, "http://") {
			head.Contacts = append(head.Contacts, one)
		}
	}
	return head
}

// Grouped sets a payment reference or an account number in groups of four, as paper shows it.
func Grouped(s string) string {
	var b strings.Builder
	for i, r := range strings.ReplaceAll(s, " ", "") {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Address is who receives, as it shows in the window of the envelope.
type Address struct {
	Name  string
	Lines []string
	Via   string // how it is sent: "Burofax con acuse de recibo y certificación de texto"
}

// PaymentBox tells how to pay. Code is what the QR carries (ASCII: a payment link or an EPC text); none, no QR.
type PaymentBox struct {
	Beneficiary, IBAN, Reference, Amount string
	Link                                 string // https
	Code                                 string
}

// Signature is who signs.
type Signature struct {
	Name, Role, BarNumber string
	Date                  day.Date
}

// Sheet is all that a letter needs besides its template.
type Sheet struct {
	Firm      Letterhead
	To        Address
	Date      day.Date // also the creation date inside the PDF
	Place     string
	Reference string // case numbers
	Nonce     string // 128 random bits as text: the hash of a letter must not be guessable from its content
	Footnote  string // checkpoint of the evidence log, foot of every page
	Values    Values
	Payment   *PaymentBox
	Signature *Signature
	Draft     bool // prints BORRADOR across the page; a draft needs no signature
}

// PDF prints the letter. The same sheet gives the same bytes. Missing data is a *problem.Error "letter_field_missing" with
// one reason for each field; a character without glyph is "letter_character_unknown".
func (t *Template) PDF(s Sheet) ([]byte, error) {
	if t.Kind == Mail {
		return nil, fmt.Errorf("printing %s: a mail has no PDF", t.key())
	}
	if reasons := append(t.reasons(s.Values), t.sheetReasons(&s)...); len(reasons) > 0 {
		return nil, missing(reasons)
	}
	titleRuns, err := t.filled(t.title, s.Values)
	if err != nil {
		return nil, err
	}
	set := &setter{template: t, sheet: &s, words: labels[t.Language], title: plainText(titleRuns)}
	if err := set.body(); err != nil {
		return nil, err
	}
	return set.print()
}

// sheetReasons asks for what the kind of letter prints around its text.
func (t *Template) sheetReasons(s *Sheet) []problem.Reason {
	var out []problem.Reason
	need := func(name string, there bool) {
		if !there {
			out = append(out, missingField(name))
		}
	}
	if t.Kind == Index { // part of a pack that has its own
		return nil
	}
	need("date", !s.Date.IsZero())
	need("nonce", s.Nonce != "")
	if t.Kind != Filing {
		need("firm", tidy(s.Firm.Name) != "")
	}
	if t.Kind == Letter {
		need("to", tidy(s.To.Name) != "" && len(s.To.Lines) > 0)
		need("reference", s.Reference != "")
	}
	for _, b := range t.blocks {
		switch {
		case b.kind == payment && b.when == "":
			need("payment", s.Payment != nil)
		case b.kind == signature:
			need("signature", s.Draft || s.Signature != nil && s.Signature.Name != "")
		}
	}
	return out
}

func plainText(runs []run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.text)
	}
	return b.String()
}

// print draws the boxes, now that their pages are known.
func (set *setter) print() ([]byte, error) {
	pages := set.paginate()
	pdf := fpdf.New("P", "mm", "A4", "")
	set.describe(pdf)
	c := &canvas{pdf: pdf, known: map[string]bool{}}
	for i, page := range pages {
		c.newPage()
		if set.sheet.Draft {
			c.watermark(set.words.draft)
		}
		set.around(c, i+1, len(pages))
		for _, p := range page {
			p.box.draw(c, p.y)
		}
	}
	if set.err != nil {
		return nil, set.err
	}
	var out bytes.Buffer
	out.Grow(128 << 10)
	if err := pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("writing the PDF of %s: %w", set.template.key(), err)
	}
	return out.Bytes(), nil
}

// describe fixes everything that would otherwise change from run to run.
func (set *setter) describe(pdf *fpdf.Fpdf) {
	s := set.sheet
	pdf.SetCatalogSort(true)
	pdf.SetDisplayMode("default", "default") // any other writes an /OpenAction
	created := time.Unix(0, 0).UTC()
	if !s.Date.IsZero() {
		created = s.Date.Time()
	}
	pdf.SetCreationDate(created)
	pdf.SetModificationDate(created)
	pdf.SetProducer("Recobro", false)
	pdf.SetCreator("Recobro "+set.template.key()+fmt.Sprintf(" v%d", set.template.Version), false)
	pdf.SetTitle(set.title, true)
	pdf.SetAuthor(tidy(s.Firm.Name), true)
	pdf.SetSubject(tidy(s.Reference), true)
	pdf.SetKeywords(s.Nonce, true)
	pdf.SetLang(set.template.Language)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(left, 0, right)
}
