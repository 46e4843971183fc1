package format_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/evidence/format"
)

func TestATrustFileNamesKeysOfTheirKindAndWhenTheyAreGood(t *testing.T) {
	_, log, err := format.NewKey(rand.Reader, "recobro/x", format.LogKey)
	if err != nil {
		t.Fatal(err)
	}
	_, witness, err := format.NewKey(rand.Reader, "witness.example/a", format.WitnessKey)
	if err != nil {
		t.Fatal(err)
	}
	trust, err := format.ParseTrust([]byte("# keys\n\nlog " + log + " from=5 to=16 # the first\nwitness " + witness + "\ntsa " + strings.Repeat("ab", 32) + " Sellos de Prueba\n"))
	if err != nil {
		t.Fatal(err)
	}
	if trust.Authorities[0].Name != "Sellos de Prueba" || len(trust.Witnesses) != 1 {
		t.Errorf("read %+v", trust)
	}
	for size, want := range map[int64]int{4: 0, 5: 1, 16: 1, 17: 0} {
		if got := len(format.At(trust.Log, size)); got != want {
			t.Errorf("%d keys are good for a tree of %d, want %d", got, size, want)
		}
	}
	for _, bad := range []string{
		"log", "log x", "key " + log, "log " + witness, "witness " + log, "log " + log + " until=3", "log " + log + " from=-1", "log " + log + " to=x",
		"tsa abcd name", "tsa " + strings.Repeat("ab", 32), "log " + strings.Replace(log, "+", "+0", 1), "log " + log[:len(log)-1],
	} {
		if _, err := format.ParseTrust([]byte(bad)); err == nil {
			t.Errorf("%q was understood", bad)
		}
	}
}

func TestAPrintedCheckpointIsReadAsPeopleTypeIt(t *testing.T) {
	p := format.PrintedCheckpoint{Size: 90210, Root: tlog.Hash{0xfb, 0xff, 3}}
	s := p.String()
	for _, typed := range []string{s, " " + s + "\n", strings.ToUpper(s), s[:30] + " " + s[30:], s[:30] + "\n  " + s[30:]} {
		if got, err := format.ParsePrintedCheckpoint(typed); err != nil || got != p {
			t.Errorf("%q: %+v, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", "90210", s[:len(s)-1], strings.Replace(s, "90210", "0", 1), strings.Replace(s, "90210", "-4", 1), s + "a"} {
		if _, err := format.ParsePrintedCheckpoint(typed); err == nil {
			t.Errorf("%q was read", typed)
		}
	}
}

func TestProofsAreReadInOneSpellingOnly(t *testing.T) {
	for n := range 40 {
		hashes := make([]tlog.Hash, n)
		for i := range hashes {
			hashes[i] = tlog.RecordHash([]byte{byte(n), byte(i)})
		}
		in := format.Inclusion{Index: int64(n * n), Hashes: hashes, Checkpoint: "o\n1\nx\n\n— o y\n"}
		if got, err := format.ParseInclusion(in.Text()); err != nil || got.Text() != in.Text() || got.Checkpoint != in.Checkpoint {
			t.Fatalf("inclusion of %d hashes: %v", n, err)
		}
		con := format.Consistency{Old: int64(n + 1), Root: tlog.Hash{byte(n)}, Hashes: hashes}
		if got, err := format.ParseConsistency(con.Text()); err != nil || got.Text() != con.Text() {
			t.Fatalf("consistency of %d hashes: %v", n, err)
		}
		for _, text := range []string{in.Text(), con.Text()} {
			for _, bad := range []string{strings.Replace(text, "x ", "x 0", 1), strings.Replace(text, "\n", "\r\n", 1), " " + text, strings.Replace(text, "old ", "old +", 1)} {
				_, errIn := format.ParseInclusion(bad)
				_, errCon := format.ParseConsistency(bad)
				if bad != text && (errIn == nil || errCon == nil) {
					t.Fatalf("%q was read", bad)
				}
			}
		}
	}
}
