package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed" // the list of common passwords
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"recobro/internal/problem"
)

// Argon2id with the least cost that OWASP's password storage page accepts: 19 MiB, two passes, one lane.
const (
	argonMemoryKiB = 19 * 1024
	argonPasses    = 2
	argonLanes     = 1
	argonSaltBytes = 16
	argonKeyBytes  = 32

	passwordMin = 12  // characters
	passwordMax = 128 // characters
)

// Stored hashes that ask for more than this are refused: a changed row must not make the program swallow the memory.
const (
	argonMaxMemoryKiB = 64 * 1024
	argonMaxPasses    = 8
)

// hashing lets four passwords be hashed at once (76 MiB): a flood of log-ins waits here and leaves the rest of the program
// its memory.
var hashing = make(chan struct{}, 4)

// HashPassword returns the PHC string to store: $argon2id$v=19$m=…,t=…,p=…$salt$key. It waits for one of four places and
// fails only when ctx ends first.
func HashPassword(ctx context.Context, password string) (string, error) {
	var salt [argonSaltBytes]byte
	rand.Read(salt[:]) // never fails: crypto/rand stops the program instead
	h := passwordHash{memory: argonMemoryKiB, passes: argonPasses, lanes: argonLanes, salt: salt[:]}
	key, err := h.derive(ctx, password, argonKeyBytes)
	if err != nil {
		return "", fmt.Errorf("hashing a password: %w", err)
	}
	h.key = key
	return h.String(), nil
}

// VerifyPassword says whether password is the one behind the stored PHC string; stale says that it was hashed with other
// costs than today's and should be hashed anew now that it is known.
func VerifyPassword(ctx context.Context, stored, password string) (ok, stale bool, err error) {
	h, err := parsePasswordHash(stored)
	if err != nil {
		return false, false, fmt.Errorf("reading a stored password hash: %w", err)
	}
	key, err := h.derive(ctx, password, uint32(len(h.key)))
	if err != nil {
		return false, false, fmt.Errorf("verifying a password: %w", err)
	}
	ok = subtle.ConstantTimeCompare(key, h.key) == 1
	stale = h.memory != argonMemoryKiB || h.passes != argonPasses || h.lanes != argonLanes || len(h.key) != argonKeyBytes
	return ok, ok && stale, nil
}

// VerifyNobody takes as long as VerifyPassword does and is never true: for an e-mail that no user has, so that the time of
// the answer does not tell who has an account.
func VerifyNobody(ctx context.Context, password string) error {
	h := passwordHash{memory: argonMemoryKiB, passes: argonPasses, lanes: argonLanes, salt: make([]byte, argonSaltBytes)}
	_, err := h.derive(ctx, password, argonKeyBytes)
	return err
}

type passwordHash struct {
	memory, passes uint32
	lanes          uint8
	salt, key      []byte
}

// derive normalises to NFC first: the same word typed on two keyboards is the same password.
func (h passwordHash) derive(ctx context.Context, password string, size uint32) ([]byte, error) {
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(norm.NFC.String(password)), h.salt, h.passes, h.memory, h.lanes, size), nil
}

// String is the PHC form.
func (h passwordHash) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes, h.lanes,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.key))
}

// parsePasswordHash never puts the stored string into its error.
func parsePasswordHash(stored string) (passwordHash, error) {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return passwordHash{}, fmt.Errorf("it is no argon2id hash of version %d", argon2.Version)
	}
	var h passwordHash
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.lanes); err != nil {
		return passwordHash{}, fmt.Errorf("its costs cannot be read")
	}
	var err error
	if h.salt, err = base64.RawStdEncoding.Strict().DecodeString(parts[4]); err != nil {
		return passwordHash{}, fmt.Errorf("its salt cannot be read")
	}
	if h.key, err = base64.RawStdEncoding.Strict().DecodeString(parts[5]); err != nil {
		return passwordHash{}, fmt.Errorf("its key cannot be read")
	}
	if h.memory > argonMaxMemoryKiB || h.passes > argonMaxPasses || h.passes < 1 || h.lanes < 1 || len(h.salt) < 8 || len(h.key) < 16 || len(h.key) > 64 {
		return passwordHash{}, fmt.Errorf("its costs or sizes are out of bounds")
	}
	if h.String() != stored {
		return passwordHash{}, fmt.Errorf("it is not written in its one form")
	}
	return h, nil
}

//go:embed common_passwords.txt
var commonPasswords string

// common holds the words squeezed, for "P@ssword" must not be needed in every spelling.
var common = func() map[string]bool {
	set := map[string]bool{}
	for word := range strings.Lines(commonPasswords) {
		if word = squeeze(word); word != "" {
			set[word] = true
		}
	}
	return set
}()

// CheckPassword refuses what is too short, too long or easily guessed for a person of this e-mail and name. There are no
// rules of composition: length is what helps.
func CheckPassword(password, email, name string) error {
	length := utf8.RuneCountInString(norm.NFC.String(password))
	switch {
	case !utf8.ValidString(password):
		return refusePassword("password_unreadable", "La contraseña contiene caracteres que no se pueden leer.", "The password holds characters that cannot be read.")
	case length < passwordMin:
		return refusePassword("password_too_short", "La contraseña debe tener al menos 12 caracteres.", "The password must have at least 12 characters.")
	case length > passwordMax:
		return refusePassword("password_too_long", "La contraseña puede tener como mucho 128 caracteres.", "The password may have at most 128 characters.")
	case isCommon(password):
		return refusePassword("password_common", "Esta contraseña es de las más usadas; elija otra.", "This password is among the most used; choose another.")
	case namesSomeone(squeeze(password), email, name):
		return refusePassword("password_personal", "La contraseña no puede contener su correo, su nombre ni «recobro».", "The password may not contain your e-mail, your name or \"recobro\".")
	}
	return nil
}

func refusePassword(code, es, en string) error {
	return problem.New(problem.Invalid, "password_refused", "Elija otra contraseña.", "Choose another password.").
		With(problem.Reason{Pointer: "/password", Code: code, Text: problem.Text{ES: es, EN: en}})
}

// isCommon looks for a common word, with or without digits around it ("Contraseña-2026"), once or several times over, and
// for up to three characters repeated to the end.
func isCommon(password string) bool {
	squeezed := squeeze(password)
	for size := 1; size <= len(squeezed); size++ {
		part := squeezed[:size]
		if (common[part] || common[strings.Trim(part, "0123456789")]) && repeats(squeezed, size) {
			return true
		}
	}
	return repeats(password, 1) || repeats(password, 2) || repeats(password, 3)
}

// repeats says whether s is its first size bytes over and over, the last time perhaps cut short.
func repeats(s string, size int) bool {
	return len(s) >= size && strings.HasPrefix(strings.Repeat(s[:size], len(s)/size+1), s)
}

// namesSomeone looks for "recobro", the e-mail's local part and every word of the name that has four letters or more.
func namesSomeone(squeezed, email, name string) bool {
	local, _, _ := strings.Cut(email, "@")
	for _, known := range append(strings.Fields(name), "recobro", email, local, name) {
		known = squeeze(known)
		if utf8.RuneCountInString(known) >= 4 && strings.Contains(squeezed, known) {
			return true
		}
	}
	return false
}

// squeeze keeps the letters and digits of s in lower case and without accents, for comparing only.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
}
