package access

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"recobro/internal/problem"
)

// Time-based codes as in RFC 6238 with the values every authenticator app knows: SHA-1, six digits, 30 seconds.
const (
	totpStep        = 30 * time.Second
	totpSkew        = 1 // steps accepted either side, for clocks that differ
	totpSecretBytes = 20
	totpIssuer      = "Recobro"

	recoveryCodes   = 10
	recoveryBytes   = 10 // 80 random bits a code
	recoveryLetters = 16
)

var plainBase32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// ErrTOTP is the one answer to a wrong, late or used code.
var ErrTOTP = problem.New(problem.Unauthenticated, "code_refused", "El código no es válido o ya se usó.", "The code is not valid or was already used.")

// NewTOTPSecret makes a secret of 160 random bits in base32, as authenticator apps take it. The server must be able to read it
// again, so whoever stores it keeps it out of logs, lists and reports.
func NewTOTPSecret() string {
	var secret [totpSecretBytes]byte
	rand.Read(secret[:]) // never fails: crypto/rand stops the program instead
	return plainBase32.EncodeToString(secret[:])
}

// TOTPLink is the otpauth:// address to show as a QR code to the account's own person.
func TOTPLink(secret, account string) string {
	query := url.Values{"secret": {secret}, "issuer": {totpIssuer}}
	return "otpauth://totp/" + url.PathEscape(totpIssuer+":"+account) + "?" + strings.ReplaceAll(query.Encode(), "+", "%20")
}

// VerifyTOTP checks code at the time at and returns the step it belongs to, to be stored as lastStep with a condition that
// it grew. A step up to lastStep is refused, so that a code seen over a shoulder opens nothing. ErrTOTP if not accepted.
func VerifyTOTP(secret, code string, at time.Time, lastStep int64) (step int64, err error) {
	if secret == "" { // the codes of no secret are everybody's
		return 0, ErrTOTP
	}
	code = strings.ReplaceAll(code, " ", "") // apps show "123 456"
	now := at.Unix() / int64(totpStep/time.Second)
	accepted := int64(-1)
	for step := now - totpSkew; step <= now+totpSkew; step++ { // all of them, also after a hit: the time tells nothing
		ok, err := hotp.ValidateCustom(code, uint64(step), secret, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == otp.ErrValidateInputInvalidLength {
			return 0, ErrTOTP
		}
		if err != nil {
			return 0, fmt.Errorf("checking a time-based code: %w", err)
		}
		if ok && step > lastStep && accepted < 0 {
			accepted = step
		}
	}
	if accepted < 0 {
		return 0, ErrTOTP
	}
	return accepted, nil
}

// NewRecoveryCodes makes ten codes, such as "abcd-efgh-jklm-nopq", each good for one log-in without the phone, with the
// hashes to store. The codes are shown once.
func NewRecoveryCodes() (codes []string, hashes []TokenHash) {
	for range recoveryCodes {
		var secret [recoveryBytes]byte
		rand.Read(secret[:]) // never fails: crypto/rand stops the program instead
		letters := strings.ToLower(plainBase32.EncodeToString(secret[:]))
		code := letters[0:4] + "-" + letters[4:8] + "-" + letters[8:12] + "-" + letters[12:16]
		codes, hashes = append(codes, code), append(hashes, HashRecoveryCode(code))
	}
	return codes, hashes
}

// HashRecoveryCode is what a typed code is looked up by, however it was spaced or capitalised.
func HashRecoveryCode(code string) TokenHash {
	return HashToken("recovery:" + squeeze(code))
}
