package format

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// golden is a signed checkpoint with one cosignature, byte for byte, for ever.
const golden = `recobro/golden
3
AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

— recobro/golden mLgjo33FS+tbD1bG/653FqkIS3tqZEMireLu7/m7GGHkrZ60kHkyD1bycvWChaNeWWCucfVedcV/UmS2usrjCHy/1QQ=
— testigo.example MIPl6gAAAABqsTuAqNJrbvCHmIs5ebR4j6ucinZVCKpZ28LmUWnJ1jZyjp69AjKCyGq0URd5+0Snuu5TDybf9VqlDMQ4TYell1byBg==
`

func at(seconds int64) func() time.Time { return func() time.Time { return time.Unix(seconds, 0) } }

func key(t *testing.T, seed byte, name string, kind Kind) (*Signer, note.Verifier) {
	t.Helper()
	secret, public, err := NewKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 64)), name, kind)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSigner(secret, at(1_790_000_000))
	if err != nil {
		t.Fatal(err)
	}
	v, err := Verifier(public)
	if err != nil || s.Public() != public {
		t.Fatalf("%q, %q, %v", s.Public(), public, err)
	}
	return s, v
}

func TestASignedCheckpointHasTheseBytes(t *testing.T) {
	log, logKey := key(t, 1, "recobro/golden", LogKey)
	witness, witnessKey := key(t, 2, "testigo.example", WitnessKey)
	signed, err := note.Sign(&note.Note{Text: Checkpoint{Origin: "recobro/golden", Size: 3, Root: tlog.Hash{1, 2, 3}}.Text()}, log, witness)
	if err != nil || string(signed) != golden {
		t.Fatalf("%v\n%s", err, signed)
	}
	c, n, err := OpenCheckpoint(signed, "recobro/golden", logKey, witnessKey)
	if err != nil || c.Size != 3 || c.Root != (tlog.Hash{1, 2, 3}) || len(n.Sigs) != 2 {
		t.Fatalf("%+v, %+v, %v", c, n, err)
	}
	if when, err := CosignedAt(n.Sigs[1]); err != nil || when.Unix() != 1_790_000_000 {
		t.Errorf("cosigned at %s, %v", when, err)
	}
	if _, err := CosignedAt(n.Sigs[0]); err == nil {
		t.Error("the log's own signature passed for a cosignature")
	}
}

func TestALogKeyIsTheNotePackagesKey(t *testing.T) {
	ours, _ := key(t, 3, "recobro/golden", LogKey)
	theirs, err := note.NewVerifier(ours.Public())
	if err != nil || theirs.KeyHash() != ours.KeyHash() {
		t.Fatalf("%v", err)
	}
	sig, err := ours.Sign([]byte("text\n"))
	if err != nil || !theirs.Verify([]byte("text\n"), sig) {
		t.Fatalf("their verifier refuses our signature: %v", err)
	}
}

func TestAWitnessKeyIsNotALogKey(t *testing.T) {
	witness, witnessKey := key(t, 4, "recobro/golden", WitnessKey)
	log, logKey := key(t, 4, "recobro/golden", LogKey)
	if witness.KeyHash() == log.KeyHash() {
		t.Error("one number names the key in both uses")
	}
	text := []byte(Checkpoint{Origin: "recobro/golden"}.Text())
	cosignature, _ := witness.Sign(text)
	signature, _ := log.Sign(text)
	if logKey.Verify(text, cosignature) || witnessKey.Verify(text, signature) || logKey.Verify(text, cosignature[8:]) {
		t.Error("a signature of one use passed in the other")
	}
	cosignature[7]++
	if witnessKey.Verify(text, cosignature) {
		t.Error("another time was accepted")
	}
}

func TestOnlyOneSpellingOfACheckpointIsRead(t *testing.T) {
	good := Checkpoint{Origin: "recobro/golden", Size: 3, Root: tlog.Hash{9}, Extension: []string{"portfolio x"}}
	if got, err := ParseCheckpoint(good.Text()); err != nil || got.Text() != good.Text() {
		t.Fatalf("%+v, %v", got, err)
	}
	root := strings.Split(good.Text(), "\n")[2]
	for name, text := range map[string]string{
		"nothing": "", "no end": strings.TrimSuffix(good.Text(), "\n"), "no origin": "\n3\n" + root + "\n", "size +3": "o\n+3\n" + root + "\n",
		"size 03": "o\n03\n" + root + "\n", "size -1": "o\n-1\n" + root + "\n", "size 2^63": "o\n9223372036854775808\n" + root + "\n", "no root": "o\n3\n",
		"short root": "o\n3\nAAAA\n", "root with other bits at its end": "o\n3\n" + root[:42] + "B=\n", "blank line": good.Text() + "\n",
		"a carriage return": "o\n3\r\n" + root + "\n",
	} {
		if c, err := ParseCheckpoint(text); err == nil {
			t.Errorf("%s was read as %+v", name, c)
		}
	}
}

func TestOtherSpellingsOfAKeyAreRefused(t *testing.T) {
	_, public, err := NewKey(bytes.NewReader(bytes.Repeat([]byte{0xab}, 64)), "recobro/golden", LogKey)
	if err != nil {
		t.Fatal(err)
	}
	name, rest, _ := strings.Cut(public, "+")
	for _, text := range []string{"", name, public + "A", "+" + rest, name + "x+" + rest, name + "+00000000+" + rest[9:], strings.ToUpper(public), public + "\n"} {
		if _, err := Verifier(text); err == nil {
			t.Errorf("%q was read as a key", text)
		}
	}
	for _, bad := range []string{"", "with space", "with+plus", "con\nsalto"} {
		if _, _, err := NewKey(bytes.NewReader(make([]byte, 64)), bad, LogKey); err == nil {
			t.Errorf("a key was named %q", bad)
		}
	}
}

func TestATreeWithoutLeavesHasOneRoot(t *testing.T) {
	log, known := key(t, 7, "recobro/golden", LogKey)
	for root, want := range map[tlog.Hash]bool{EmptyRoot: true, {1}: false} {
		signed, err := note.Sign(&note.Note{Text: Checkpoint{Origin: "recobro/golden", Root: root}.Text()}, log)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := OpenCheckpoint(signed, "recobro/golden", known); (err == nil) != want {
			t.Errorf("root %s: %v", root, err)
		}
	}
}

func TestTwoSignedRootsOfOneSizeProveAFork(t *testing.T) {
	log, known := key(t, 5, "recobro/golden", LogKey)
	other, _ := key(t, 6, "recobro/golden", LogKey)
	sign := func(by *Signer, size int64, root byte) []byte {
		b, err := note.Sign(&note.Note{Text: Checkpoint{Origin: "recobro/golden", Size: size, Root: tlog.Hash{root}}.Text()}, by)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	a := sign(log, 9, 1)
	for _, x := range []struct {
		name string
		b    []byte
		fork bool
		ok   bool
	}{{"another root", sign(log, 9, 2), true, true}, {"the same", a, false, true}, {"another size", sign(log, 8, 2), false, true}, {"somebody else's", sign(other, 9, 2), false, false}} {
		if fork, err := Fork(a, x.b, "recobro/golden", known); fork != x.fork || (err == nil) != x.ok {
			t.Errorf("%s: fork %v, %v", x.name, fork, err)
		}
	}
}
