package evidence_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

// strange are texts that people and their machines write, by family. Each comes alone, inside a sentence and twice in a row.
var strange = []string{
	"Núñez", "Nu\u0301n\u0303ez", "ÅNGSTRÖM", "A\u030aNGSTRO\u0308M", "\u212b", "ﬁscal", "Ⅷ", "e\u0301\u0323", "e\u0323\u0301", "한국", "\u1112\u1161\u11ab", // NFC, NFD and what only NFKC would touch
	"שלום עולם", "مرحبا بالعالم", "abc \u202egnp.exe\u202c", "\u2067עברית\u2069 123", "\u200fA\u200e", // right to left, and what turns it
	"a\u200bb", "a\u200cb", "a\u200db", "\ufeffBOM", "a\u2060b", "a\u00adb", "\u180e", // without width
	"👩\u200d👩\u200d👧\u200d👦", "🇪🇸", "👍🏽", "❤\ufe0f", "1\ufe0f\u20e3", "🏴\U000e0065\U000e0073\U000e0063\U000e0074\U000e007f", // emoji
	"\x00", "a\x00b", "\x01\x02\x1b[31m", "\u0085", "\u2028", "\u2029", "\r\n", "line\nseq: 1", "\t", "\x7f", // control
	"\xed\xa0\x80", "a\xed\xbf\xbfb", "\xed\xa0\xbd\xed\xb8\x80", "\xff\xfe", "\xc0\x80", "\xf4\x90\x80\x80", "cut \xe2\x82", // lone surrogates and other bytes that are no text
	"\ufffd", "\ufffe", "\uffff", "\U0010ffff", "\ue000", "\u0378", // not characters, private, not assigned
	"", " ", "\u00a0", "\u3000", "<script>&amp;\"'</script>", "com: text 00", "%s %d", "' or 1=1 --", "\\x00", "\\u0000", "Ǆ", "ſ", "İı", "ß", "ς",
	strings.Repeat("a\u0301", 2000), "Z" + strings.Repeat("\u0335", 300), strings.Repeat("𝕏", 1000),
}

// EV-16: whatever is written comes back as it was, composed (NFC), with bytes that are no text replaced, and the log holds.
func TestEveryTextComesBackAndVerifies(t *testing.T) {
	o := newOffice(t)
	texts := slices.Clone(strange)
	for _, s := range strange {
		texts = append(texts, "Dice: «"+s+"».", s+s)
	}
	if len(texts) < 180 {
		t.Fatalf("only %d texts", len(texts))
	}
	_, err := evidence.Record(t.Context(), o.log, o.job, func(*evidence.Tx) (int, []evidence.Entry, error) {
		var all []evidence.Entry
		for _, s := range texts {
			all = append(all, evidence.Entry{Subject: evidence.ClientOf(o.client.ID), Kind: "note.written", Fields: evidence.Fields{"text": s, "length": fmt.Sprint(len(s))}})
		}
		return len(all), all, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var lines []evidence.Interaction
	err = o.db.App.View(t.Context(), o.job.Token, func(tx *postgres.Tx) (err error) {
		lines, err = evidence.Interactions(tx, evidence.ClientOf(o.client.ID), 0, len(texts))
		return err
	})
	if err != nil || len(lines) != len(texts) {
		t.Fatalf("%d of %d came back, %v", len(lines), len(texts), err)
	}
	slices.Reverse(lines)
	for i, s := range texts {
		got := lines[i].Fields["text"]
		if want := norm.NFC.String(strings.ToValidUTF8(s, "\ufffd")); got != want || !utf8.ValidString(got) || lines[i].Fields["length"] != fmt.Sprint(len(s)) {
			t.Errorf("%q came back as %q, want %q", s, got, want)
		}
	}
	if r := o.verify(t); len(r.Findings) != 0 || r.Openings != len(texts)+2 {
		t.Fatalf("%+v", r)
	}
}
