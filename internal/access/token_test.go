package access

import (
	"strings"
	"testing"
)

func TestTokenSaysItsKindAndIsFoundByItsHash(t *testing.T) {
	for _, kind := range []TokenKind{SessionToken, LiveKey, TestKey} {
		token, hash := NewToken(kind)
		if got, ok := ParseTokenKind(token); !ok || got != kind {
			t.Errorf("%s read as %q %t", kind, got, ok)
		}
		if len(token) != len(kind)+43 { // 256 bits in base64
			t.Errorf("%s has %d letters", kind, len(token))
		}
		if HashToken(token) != hash || !hash.Matches(token) {
			t.Errorf("%s is not found by its hash", kind)
		}
		other, _ := NewToken(kind)
		if other == token || hash.Matches(other) || hash.Matches(token[:len(token)-1]) || hash.Matches("") {
			t.Errorf("the hash of one %s opens for another", kind)
		}
	}
}

func TestWhatCannotBeATokenIsNotLookedUp(t *testing.T) {
	token, _ := NewToken(LiveKey)
	for _, odd := range []string{
		"", "rs_", "rk_live_", token[:len(token)-1], token + "A", token + "\n", " " + token, strings.ToUpper(token),
		strings.Replace(token, "rk_live_", "rk_dead_", 1), "rk_live_" + strings.Repeat("*", 43), "rs_" + strings.Repeat("A", 42) + "B",
		"rs_" + strings.Repeat("A", 21) + "\n" + strings.Repeat("A", 21),
	} {
		if kind, ok := ParseTokenKind(odd); ok {
			t.Errorf("%q is taken for a %s", odd, kind)
		}
	}
}
