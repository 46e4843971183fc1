package web

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// sentence is what one kind of log entry says to a reader: a title and a detail in both languages, with {field} where a fact
// of the entry belongs. A part in [brackets] is left out when one of its fields is missing, as when the reader may not see them.
type sentence struct {
	Icon, Tone    string
	Title, Detail problem.Text
	Lists         map[string]string // field -> closed list that its value is a word of
	Lines         string            // kind of the ledger lines that the amount is of; empty: all
}

// sayOf finds the sentence of a kind; a kind that nobody has written one for says its own name.
func sayOf(kind string) sentence {
	if s, ok := sentences[kind]; ok {
		return s
	}
	plain := strings.NewReplacer(".", ": ", "_", " ").Replace(kind)
	return sentence{Icon: "note", Tone: "mute", Title: problem.Text{ES: plain, EN: plain}}
}

// amountFields and dateFields are written for people; a field whose name ends in _on is a date too.
var (
	amountFields = []string{"amount", "principal", "contested", "received", "total", "claim", "open", "unallocated", "discount_principal", "discount_interest", "discount_cost"}
	dateFields   = []string{"on", "until", "as_of"}
)

// tell writes title and detail of an entry in a language. Money without a currency of its own is in the case's.
func (s sentence) tell(lang string, fields evidence.Fields, currency money.Currency) (title, detail string) {
	if own := fields["currency"]; own != "" {
		currency = money.Currency(own)
	}
	value := func(name string) string {
		raw := fields[name]
		if name == "amount" && raw == "" {
			raw = sumOfLines(fields, currency, s.Lines)
		}
		if name == "basis" && raw == "" {
			raw = basisOfLine(fields)
		}
		switch {
		case raw == "":
			return ""
		case name == "basis", name == "reason" && anID.MatchString(raw):
			said := basis(lang, raw)
			first, size := utf8.DecodeRuneInString(said)
			return string(unicode.ToUpper(first)) + said[size:]
		case s.Lists[name] != "":
			said := word(lang, s.Lists[name], raw)
			if name == "reason" && said == raw { // a stage also moves for an act of the court
				said = word(lang, "act", raw)
			}
			return said
		case slices.Contains(amountFields, name):
			if a, err := money.Parse(raw, currency); err == nil {
				return inWords(lang, a)
			}
		case slices.Contains(dateFields, name) || strings.HasSuffix(name, "_on"):
			if d, err := day.Parse(raw); err == nil {
				return d.Short(lang)
			}
		}
		return raw
	}
	return fill(s.Title.In(lang), value), fill(s.Detail.In(lang), value)
}

// sumOfLines adds the ledger lines that an entry tells of (line_000, line_001 …: "id debt day kind component amount: basis").
func sumOfLines(fields evidence.Fields, currency money.Currency, kind string) string {
	sum, found := money.Of(0, currency), false
	for name, value := range fields {
		facts, _, _ := strings.Cut(value, ": ")
		words := strings.Fields(facts)
		if !strings.HasPrefix(name, "line_") || len(words) != 6 || (kind != "" && words[3] != kind) {
			continue
		}
		if a, err := money.Parse(words[5], currency); err == nil {
			sum, found = sum.Plus(a), true
		}
	}
	switch {
	case !found:
		return ""
	case sum.IsNegative():
		sum = sum.Neg()
	}
	return sum.Decimal()
}

// basisOfLine is what the ledger line of an entry rests on, of an entry that tells of a single one.
func basisOfLine(fields evidence.Fields) string {
	found := ""
	for name, value := range fields {
		if !strings.HasPrefix(name, "line_") {
			continue
		}
		if found != "" {
			return ""
		}
		_, found, _ = strings.Cut(value, ": ")
	}
	return found
}

// fill puts values into {field} and drops the [parts] that have none.
func fill(text string, value func(string) string) string {
	var out strings.Builder
	for text != "" {
		before, rest, found := strings.Cut(text, "[")
		out.WriteString(fillPart(before, value))
		if !found {
			break
		}
		part, after, _ := strings.Cut(rest, "]")
		if filled := fillPart(part, value); complete(part, value) {
			out.WriteString(filled)
		}
		text = after
	}
	return strings.TrimSpace(out.String())
}

func complete(part string, value func(string) string) bool {
	for _, name := range placeholders(part) {
		if value(name) == "" {
			return false
		}
	}
	return true
}

func fillPart(part string, value func(string) string) string {
	for _, name := range placeholders(part) {
		filled := value(name)
		if strings.HasSuffix(filled, ".") { // a sentence that somebody wrote brings its own full stop
			part = strings.ReplaceAll(part, "{"+name+"}.", filled)
		}
		part = strings.ReplaceAll(part, "{"+name+"}", filled)
	}
	return part
}

func placeholders(part string) (names []string) {
	for {
		_, rest, found := strings.Cut(part, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return names
		}
		names, part = append(names, name), after
	}
}
