package access

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
)

// TokenKind is the readable prefix of a secret: who finds one in a log or a mailbox sees what it opens.
type TokenKind string

const (
	SessionToken TokenKind = "rs_"
	LiveKey      TokenKind = "rk_live_"
	TestKey      TokenKind = "rk_test_" // opens only simulated debtors and the simulated clock
)

const tokenBytes = 32

// TokenHash is the SHA-256 of a whole token, prefix included. Only hashes are stored; 256 random bits need no salt and no
// slow hash.
type TokenHash [sha256.Size]byte

// NewToken makes a token of 256 random bits, such as "rs_" and 43 letters, with the hash to store. The token itself is
// shown once and never kept.
func NewToken(kind TokenKind) (string, TokenHash) {
	var secret [tokenBytes]byte
	rand.Read(secret[:]) // never fails: crypto/rand stops the program instead
	token := string(kind) + base64.RawURLEncoding.EncodeToString(secret[:])
	return token, HashToken(token)
}

// HashToken is what a presented token is looked up by.
func HashToken(token string) TokenHash { return sha256.Sum256([]byte(token)) }

// Matches compares in a time that does not depend on where the hashes differ.
func (h TokenHash) Matches(token string) bool {
	presented := HashToken(token)
	return subtle.ConstantTimeCompare(h[:], presented[:]) == 1
}

// ParseTokenKind says what a presented token claims to be; false for anything that cannot be one, so that nobody asks the
// database about it.
func ParseTokenKind(token string) (TokenKind, bool) {
	for _, kind := range []TokenKind{SessionToken, LiveKey, TestKey} {
		if secret, found := strings.CutPrefix(token, string(kind)); found {
			bytes, err := base64.RawURLEncoding.Strict().DecodeString(secret)
			return kind, err == nil && len(bytes) == tokenBytes && !strings.ContainsAny(secret, "\r\n")
		}
	}
	return "", false
}
