package money

import (
	"fmt"
	"strings"
	"unicode"

	"recobro/internal/problem"
)

// The refusals of references and account numbers. Each carries one reason, whose code is the kind ("iban", "ccc", "clabe", "rf",
// "account") with _length, _characters, _country, _control or, of an IBAN, _ccc: the inner control digits of Spain. No reason
// tells the control digits that would fit: the wrong digit is elsewhere as often as not, and money would go to a stranger.
var (
	ErrRF      = problem.New(problem.Invalid, "rf_invalid", "La referencia de pago no es válida.", "The payment reference is not valid.")
	ErrIBAN    = problem.New(problem.Invalid, "iban_invalid", "El IBAN no es válido.", "The IBAN is not valid.")
	ErrCCC     = problem.New(problem.Invalid, "ccc_invalid", "El código cuenta cliente no es válido.", "The Spanish account number (CCC) is not valid.")
	ErrCLABE   = problem.New(problem.Invalid, "clabe_invalid", "La CLABE no es válida.", "The CLABE is not valid.")
	ErrAccount = problem.New(problem.Invalid, "account_invalid", "El número de cuenta no es válido.", "The account number is not valid.")
)

// because is e with its reason.
func because(e *problem.Error, code, es, en string) error {
	return e.With(problem.Reason{Code: code, Text: problem.Text{ES: es, EN: en}})
}

// MakeRF makes an ISO 11649 creditor reference ("RF18…") of 1 to 21 letters and digits; spaces, points and hyphens fall away.
func MakeRF(body string) (string, error) {
	body = compact(body)
	if len(body) < 1 || len(body) > 21 {
		return "", because(ErrRF, "rf_length", "El cuerpo tiene de 1 a 21 caracteres.", "The body has 1 to 21 characters.")
	}
	if !alphanumeric(body) {
		return "", because(ErrRF, "rf_characters", "Solo lleva letras y cifras.", "It holds letters and digits only.")
	}
	return "RF" + control97("RF", body) + body, nil
}

// CheckRF returns the reference without spaces and in capitals, as it must be compared. The problem is rf_invalid.
func CheckRF(s string) (string, error) {
	s = compact(s)
	switch {
	case len(s) < 5 || len(s) > 25:
		return "", because(ErrRF, "rf_length", fmt.Sprintf("Tiene de 5 a 25 caracteres y aquí hay %d.", runes(s)), fmt.Sprintf("It has 5 to 25 characters, and these are %d.", runes(s)))
	case !strings.HasPrefix(s, "RF") || !onlyDigits(s[2:4]) || !alphanumeric(s):
		return "", because(ErrRF, "rf_characters", "Empieza por RF y dos cifras; siguen letras y cifras.", "It begins with RF and two digits; letters and digits follow.")
	case s[2:4] != control97("RF", s[4:]):
		return "", because(ErrRF, "rf_control", "Los dígitos de control no corresponden al resto: alguna cifra o letra está equivocada o cambiada de sitio.",
			"The check digits do not match the rest: some digit or letter is wrong or out of place.")
	}
	return s, nil
}

// control97 are the two check digits of ISO 11649 and ISO 13616. They are made and compared, never only divided: 00, 01 and 99
// would pass the division as doubles of 97, 98 and 02.
func control97(prefix, body string) string { return twoDigits(98 - mod97(body+prefix+"00")) }

// mod97 reads letters as 10 to 35 (A=10) and takes the remainder of the whole number.
func mod97(s string) int {
	rest := 0
	for i := range len(s) {
		if c := s[i]; c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest
}

func twoDigits(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

// compact drops the separators that people print and raises letters, of ASCII alone: no other alphabet's sign becomes a valid one.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '-', r == '.':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, s)
}

func runes(s string) int { return len([]rune(s)) }

func alphanumeric(s string) bool { return fits(s, 'c') }

// fits tells whether every sign is of the class: n digits, a letters, c both. No sign at all does not fit.
func fits(s string, class byte) bool {
	for i := range len(s) {
		digit, letter := s[i] >= '0' && s[i] <= '9', s[i] >= 'A' && s[i] <= 'Z'
		if !(digit && class != 'a' || letter && class != 'n') {
			return false
		}
	}
	return s != ""
}
