// Package acta writes the human reading of an evidence bundle: what happened in the case, what the bundle proves once it is
// checked and, as loudly, what it does not prove. It is pure. The rule: it says nothing that the bundle beside it does not hold,
// and the same bundle gives the same acta to the byte.
package acta

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"recobro/internal/day"
	"recobro/internal/letters"
	"recobro/internal/problem"
)

// Line is one interaction as a reader of the acta's language understands it.
type Line struct {
	Seq           int
	Kind          string // noun.past, as the log has it
	At            time.Time
	Title, Detail string // empty when its content is not handed over
	Who           string // name and role, or the role alone where the name is not the reader's
	Grade         int    // of proof, 1 to 5; 0 for a fact of the system
	Channel       string // of a message: email, sms, whatsapp
	Leaf          string // hex
	Class         string // disclosure class
	Missing       Missing
}

// Missing says why the content of an interaction is not in the bundle.
type Missing string

const (
	Nothing   Missing = ""
	Withheld  Missing = "withheld"  // by its disclosure class, from this reader
	Destroyed Missing = "destroyed" // erased when its time was over; the interaction itself cannot be
)

// Paper is a document that an interaction cites. SHA256 is empty when the document is not handed over.
type Paper struct {
	Seq          int
	Name, SHA256 string
	Bytes        int64
}

// Attestation is something that was signed over the checkpoint: by the log, a witness or a time-stamping authority.
type Attestation struct {
	Who  string
	What problem.Text
	At   time.Time
}

// Acta is all that the paper tells.
type Acta struct {
	Firm           letters.Letterhead
	Case           string
	Client, Debtor string
	Profile        problem.Text // for whom the bundle was made and what that leaves out
	Origin         string       // name of the log
	Size           int64        // of the checkpoint; 0 while none covers the case
	Root           string       // of the checkpoint, base64
	Lines          []Line       // from sequence number 1, without a gap
	Papers         []Paper
	Attested       []Attestation
	Nonce          string // 128 random bits as text, the same for the same bundle
}

// PDF prints the acta in a language ("es", "en").
func (a Acta) PDF(shelf *letters.Shelf, lang string) ([]byte, error) {
	if len(a.Lines) == 0 {
		return nil, fmt.Errorf("writing the acta of %s: it has no interaction", a.Case)
	}
	template, err := shelf.Template("acta", lang)
	if err != nil {
		return nil, err
	}
	last := a.Lines[len(a.Lines)-1]
	w := writer{a, lang}
	return template.PDF(letters.Sheet{Firm: a.Firm, Date: day.In(last.At, time.UTC), Reference: a.Case, Nonce: a.Nonce, Values: w.values()})
}

type writer struct {
	Acta
	lang string
}

func (w writer) say(es, en string) string { return problem.Text{ES: es, EN: en}.In(w.lang) }

func instant(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05") }

func (w writer) values() letters.Values {
	first, last := w.Lines[0], w.Lines[len(w.Lines)-1]
	text := map[string]string{"case_numbers": w.Case, "client_name": w.Client, "debtor_name": w.Debtor, "entries_count": strconv.Itoa(len(w.Lines)),
		"first_at": instant(first.At) + " UTC", "last_at": instant(last.At) + " UTC", "profile_note": w.Profile.In(w.lang), "log_origin": w.Origin}
	if w.Size > 0 {
		text["checkpoint_size"], text["checkpoint_root"] = strconv.FormatInt(w.Size, 10), w.Root
	} else {
		text["checkpoint_missing"] = w.say("Ningún punto de control firmado alcanza todavía estas actuaciones.", "No signed checkpoint reaches these interactions yet.")
	}
	return letters.Values{Text: text, Lists: map[string][]string{"warnings": w.warnings(), "proved": w.proved(), "not_proved": w.notProved()},
		Tables: map[string]letters.Table{"entries": w.entries(), "withheld": w.withheld(), "papers": w.papers(), "channels": w.channels(), "attested": w.attested()}}
}

func (w writer) entries() (t letters.Table) {
	for _, l := range w.Lines {
		what := l.Title
		switch {
		case l.Missing == Withheld:
			what = w.say("(contenido reservado)", "(content withheld)")
		case l.Missing == Destroyed:
			what = w.say("(contenido destruido)", "(content destroyed)")
		case l.Detail != "":
			what += ". " + l.Detail
		}
		t.Rows = append(t.Rows, []string{strconv.Itoa(l.Seq), instant(l.At), what, l.Who, w.grade(l.Grade), short(l.Leaf)})
	}
	return t
}

// short is enough of a hash to find the interaction in the bundle.
func short(leaf string) string { return leaf[:min(16, len(leaf))] }

// grades are the words of the proof grades, from 1.
var grades = []problem.Text{
	{ES: "declarado por una persona", EN: "declared by a person"}, {ES: "aceptado por el servidor", EN: "accepted by a server"},
	{ES: "entregado según operador", EN: "delivered per operator"}, {ES: "recibido con firma", EN: "received by signature"},
	{ES: "confirmado por el deudor", EN: "acted on by the debtor"},
}

func (w writer) grade(g int) string {
	if g < 1 || g > len(grades) {
		return ""
	}
	return fmt.Sprintf("%d · %s", g, grades[g-1].In(w.lang))
}

// classes are the words of the disclosure classes.
var classes = map[string]problem.Text{
	"open": {ES: "abierta", EN: "open"}, "confidential_negotiation": {ES: "negociación confidencial", EN: "confidential negotiation"},
	"lawyer_to_lawyer": {ES: "entre abogados", EN: "lawyer to lawyer"}, "internal": {ES: "interna", EN: "internal"},
	"special_category": {ES: "categoría especial", EN: "special category"},
}

// reasons say by which rule a class is not handed over.
var reasons = map[string]problem.Text{
	"confidential_negotiation": {ES: "El contenido de una negociación es confidencial (LO 1/2025, art. 9); queda probado que la actuación existió y cuándo.", EN: "What was negotiated is confidential (LO 1/2025, art. 9); it is proved that the interaction took place, and when."},
	"lawyer_to_lawyer":         {ES: "Correspondencia entre abogados, secreta para las partes y el tribunal.", EN: "Correspondence between lawyers, secret from the parties and the court."},
	"internal":                 {ES: "Trabajo interno del despacho.", EN: "Internal work of the firm."},
	"special_category":         {ES: "Datos de categoría especial (RGPD, art. 9).", EN: "Special categories of personal data (GDPR, art. 9)."},
}

func (w writer) withheld() (t letters.Table) {
	for _, l := range w.Lines {
		why := reasons[l.Class].In(w.lang)
		switch l.Missing {
		case Nothing:
			continue
		case Destroyed:
			why = w.say("Se destruyó al acabar su plazo de conservación; la actuación y su huella siguen.", "Destroyed when its time of keeping was over; the interaction and its hash remain.")
		}
		t.Rows = append(t.Rows, []string{strconv.Itoa(l.Seq), cmp.Or(classes[l.Class].In(w.lang), l.Class), why})
	}
	return t
}

func (w writer) papers() (t letters.Table) {
	for _, p := range w.Papers {
		t.Rows = append(t.Rows, []string{strconv.Itoa(p.Seq), p.Name, strconv.FormatInt(p.Bytes, 10), inHalves(cmp.Or(p.SHA256, "—"))})
	}
	return t
}

// inHalves lets a hash break in the middle: 64 digits are wider than a column.
func inHalves(hash string) string {
	if len(hash) != 64 {
		return hash
	}
	return strings.Join([]string{hash[:32], hash[32:]}, " ")
}

func (w writer) attested() (t letters.Table) {
	for _, a := range w.Attested {
		at := "—"
		if !a.At.IsZero() {
			at = instant(a.At)
		}
		t.Rows = append(t.Rows, []string{a.Who, a.What.In(w.lang), at})
	}
	return t
}
