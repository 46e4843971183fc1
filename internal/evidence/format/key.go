package format

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Kind is what a key signs with: the byte before the key in its printed form (C2SP signed-note, tlog-cosignature).
type Kind byte

const (
	LogKey     Kind = 0x01 // Ed25519 over the text of the note: a log, a tree of receipts
	WitnessKey Kind = 0x04 // cosignature/v1: Ed25519 over the time and the text
)

var errKey = errors.New("this is not a key of a signed note")

// keyID is the number that a signature line names its key by.
func keyID(name string, kind Kind, public ed25519.PublicKey) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"+string([]byte{byte(kind)})), public...))
	return binary.BigEndian.Uint32(sum[:])
}

// NewKey makes a key: secret is kept in a file of its owner, public is printed and trusted.
func NewKey(random io.Reader, name string, kind Kind) (secret, public string, err error) {
	if !plainKeyName(name) {
		return "", "", errKey
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return "", "", fmt.Errorf("making a key: %w", err)
	}
	pub := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	return fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, keyID(name, kind, pub), keyText(kind, seed)), vkey(name, kind, pub), nil
}

func vkey(name string, kind Kind, public ed25519.PublicKey) string {
	return fmt.Sprintf("%s+%08x+%s", name, keyID(name, kind, public), keyText(kind, public))
}

func keyText(kind Kind, b []byte) string {
	return base64.StdEncoding.EncodeToString(append([]byte{byte(kind)}, b...))
}

func plainKeyName(name string) bool {
	return name != "" && len(name) <= 255 && strings.IndexFunc(name, func(r rune) bool { return r <= ' ' || r == '+' || r > '~' }) < 0
}

// readKey takes a printed key apart: name, number, kind and 32 bytes.
func readKey(text string) (name string, id uint32, kind Kind, b []byte, err error) {
	name, rest, _ := strings.Cut(text, "+")
	hexID, encoded, _ := strings.Cut(rest, "+")
	number, err := strconv.ParseUint(hexID, 16, 32)
	if err != nil || len(hexID) != 8 || !plainKeyName(name) {
		return "", 0, 0, nil, errKey
	}
	b, err = base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || len(b) != 1+ed25519.SeedSize || Kind(b[0]) != LogKey && Kind(b[0]) != WitnessKey {
		return "", 0, 0, nil, errKey
	}
	return name, uint32(number), Kind(b[0]), b[1:], nil
}

// Verifier reads a public key of either kind in its printed form (a vkey).
func Verifier(public string) (note.Verifier, error) {
	name, id, kind, b, err := readKey(public)
	if err != nil || vkey(name, kind, b) != public { // one key, one spelling
		return nil, errKey
	}
	return verifier{name, id, kind, b}, nil
}

type verifier struct {
	name   string
	id     uint32
	kind   Kind
	public ed25519.PublicKey
}

// Name, KeyHash and Verify make it a note.Verifier.
func (v verifier) Name() string    { return v.name }
func (v verifier) KeyHash() uint32 { return v.id }
func (v verifier) Verify(text, signature []byte) bool {
	if v.kind == LogKey {
		return ed25519.Verify(v.public, text, signature)
	}
	at, signature, ok := stampedAt(signature)
	return ok && ed25519.Verify(v.public, cosigned(at, text), signature)
}

// KindOf is what a key signs with; the verifier is one that Verifier made.
func KindOf(v note.Verifier) Kind {
	ours, _ := v.(verifier)
	return ours.kind
}

// cosigned is the message that a witness signs (C2SP tlog-cosignature).
func cosigned(at uint64, text []byte) []byte {
	return append(fmt.Appendf(nil, "cosignature/v1\ntime %d\n", at), text...)
}

// stampedAt splits a cosignature into its time, seconds since 1970, and the Ed25519 signature. A time of zero is none.
func stampedAt(signature []byte) (at uint64, rest []byte, ok bool) {
	if len(signature) != 8+ed25519.SignatureSize {
		return 0, nil, false
	}
	at = binary.BigEndian.Uint64(signature)
	return at, signature[8:], at > 0 && at <= math.MaxInt64
}

// CosignedAt is the time inside a signature of a witness that note.Open has verified.
func CosignedAt(s note.Signature) (time.Time, error) {
	b, err := base64.StdEncoding.DecodeString(s.Base64)
	if err != nil || len(b) < 4 {
		return time.Time{}, errKey
	}
	at, _, ok := stampedAt(b[4:])
	if !ok {
		return time.Time{}, errors.New("this is not a cosignature")
	}
	return time.Unix(int64(at), 0).UTC(), nil
}

// Signer signs notes with a secret key of either kind; now is the clock of a witness.
type Signer struct {
	name    string
	kind    Kind
	private ed25519.PrivateKey
	now     func() time.Time
}

// NewSigner reads a secret key.
func NewSigner(secret string, now func() time.Time) (*Signer, error) {
	text, ok := strings.CutPrefix(strings.TrimSpace(secret), "PRIVATE+KEY+")
	name, id, kind, seed, err := readKey(text)
	if !ok || err != nil {
		return nil, errKey
	}
	s := &Signer{name, kind, ed25519.NewKeyFromSeed(seed), now}
	if s.KeyHash() != id {
		return nil, errKey
	}
	return s, nil
}

func (s *Signer) public() ed25519.PublicKey { return s.private.Public().(ed25519.PublicKey) }

// Name is the name of the key: for a log its origin.
func (s *Signer) Name() string { return s.name }

// Kind is what the key signs with.
func (s *Signer) Kind() Kind { return s.kind }

// KeyHash is the number that signature lines name the key by.
func (s *Signer) KeyHash() uint32 { return keyID(s.name, s.kind, s.public()) }

// Public is the key that others trust, as it is printed.
func (s *Signer) Public() string { return vkey(s.name, s.kind, s.public()) }

// Sign makes it a note.Signer.
func (s *Signer) Sign(text []byte) ([]byte, error) {
	if s.kind == LogKey {
		return ed25519.Sign(s.private, text), nil
	}
	at := uint64(s.now().Unix())
	var b bytes.Buffer
	_ = binary.Write(&b, binary.BigEndian, at)
	b.Write(ed25519.Sign(s.private, cosigned(at, text)))
	return b.Bytes(), nil
}
