package format_test

import (
	"strings"
	"testing"

	"recobro/internal/evidence/format"
)

// EV-05. What is read is what would be written: a proof has one spelling.
func FuzzProofs(f *testing.F) {
	root := strings.Repeat("A", 43) + "=\n"
	f.Add("c2sp.org/tlog-proof@v1\nindex 3\n" + root + "\nnote\n")
	f.Add("recobro/consistency/v1\nold 3\n" + root + root)
	f.Add("c2sp.org/tlog-proof@v1\nindex 03\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := format.ParseInclusion(text); err == nil && p.Text() != text {
			t.Error("a second spelling of a proof of inclusion")
		}
		if p, err := format.ParseConsistency(text); err == nil && p.Text() != text {
			t.Error("a second spelling of a proof of consistency")
		}
	})
}

// EV-05. A header that is read holds its 18 lines and nothing else.
func FuzzHeader(f *testing.F) {
	names := []string{"v", "log", "client", "subject", "seq", "prev", "type", "at", "clock", "occ", "actor", "req", "opkey", "build", "policy", "tmpl", "cp", "body"}
	f.Add([]byte(strings.Join(names, ": 1\n") + ": 1\n"))
	f.Add([]byte("v: 2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := format.ParseHeader(data)
		if err != nil {
			return
		}
		again := ""
		for _, n := range names {
			again += n + ": " + h[n] + "\n"
		}
		if again != string(data) || len(h) != len(names) {
			t.Error("a header was read that says more than its lines")
		}
	})
}

// EV-05. A trust file is read or refused, never half of it: a line more with one key more, or none.
func FuzzTrust(f *testing.F) {
	f.Add("# nobody\ntsa " + strings.Repeat("0a", 32) + " Example\n")
	f.Add("log x+00000000+AQ== from=1 to=2\n")
	f.Fuzz(func(t *testing.T, text string) {
		trust, err := format.ParseTrust([]byte(text))
		if err != nil {
			return
		}
		for _, k := range trust.Log {
			if format.KindOf(k.Verifier) != format.LogKey {
				t.Error("a key of another kind signs a log")
			}
		}
		for _, k := range trust.Witnesses {
			if format.KindOf(k.Verifier) != format.WitnessKey {
				t.Error("a key of another kind signs as a witness")
			}
		}
		if len(trust.Log)+len(trust.Witnesses)+len(trust.Receipts)+len(trust.Authorities) > strings.Count(text, "\n")+1 {
			t.Error("more keys than lines")
		}
	})
}
