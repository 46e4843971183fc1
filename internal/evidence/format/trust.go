package format

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// TrustedKey is one public key that somebody trusts, with the sizes of the tree between which it is good, both inclusive. A
// compromised key ends at the last size it is believed for.
type TrustedKey struct {
	note.Verifier
	From, To int64
}

// Authority is a time-stamping authority that somebody trusts: the SHA-256 of its root certificate's DER.
type Authority struct {
	Root [32]byte
	Name string
}

// Trust is what a verifier believes before it looks at any bundle.
type Trust struct {
	Log, Witnesses, Receipts []TrustedKey
	Authorities              []Authority
}

// ParseTrust reads a trust file: a line per key, "log VKEY", "witness VKEY", "receipts VKEY", each with optional from=SIZE
// and to=SIZE, and "tsa SHA256-OF-ROOT NAME". A # at the start of a line or after a space begins a comment. A line that is
// not understood is an error.
func ParseTrust(file []byte) (Trust, error) {
	var t Trust
	n := 0
	for line := range strings.Lines(string(file)) {
		n++
		line, _, _ = strings.Cut(" "+line, " #")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if err := t.add(words); err != nil {
			return Trust{}, fmt.Errorf("trust file, line %d: %w", n, err)
		}
	}
	return t, nil
}

func (t *Trust) add(words []string) error {
	if len(words) < 2 {
		return fmt.Errorf("%q says of nothing that it is trusted", words[0])
	}
	if words[0] == "tsa" {
		root, err := hex.DecodeString(words[1])
		if err != nil || len(root) != 32 || len(words) < 3 {
			return fmt.Errorf("a tsa line is \"tsa SHA256 NAME\"")
		}
		t.Authorities = append(t.Authorities, Authority{[32]byte(root), strings.Join(words[2:], " ")})
		return nil
	}
	list, kind := map[string]*[]TrustedKey{"log": &t.Log, "witness": &t.Witnesses, "receipts": &t.Receipts}[words[0]], LogKey
	if list == nil {
		return fmt.Errorf("%q is no kind of key", words[0])
	}
	if words[0] == "witness" {
		kind = WitnessKey
	}
	v, err := Verifier(words[1])
	if err != nil || KindOf(v) != kind {
		return fmt.Errorf("that is no key of a %s", words[0])
	}
	k := TrustedKey{v, 0, math.MaxInt64}
	for _, w := range words[2:] {
		name, value, _ := strings.Cut(w, "=")
		size, err := strconv.ParseInt(value, 10, 64)
		switch {
		case err != nil || size < 0 || name != "from" && name != "to":
			return fmt.Errorf("%q is no validity", w)
		case name == "from":
			k.From = size
		default:
			k.To = size
		}
	}
	*list = append(*list, k)
	return nil
}

// At are the keys that are good for a tree of that size.
func At(keys []TrustedKey, size int64) (good []note.Verifier) {
	for _, k := range keys {
		if size >= k.From && size <= k.To {
			good = append(good, k.Verifier)
		}
	}
	return good
}
