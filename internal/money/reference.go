package money

import (
	"errors"
	"strconv"
	"strings"
)

var (
	ErrReference   = errors.New("not a reference or account number of this kind")
	ErrCheckDigits = errors.New("the check digits do not match")
)

// MakeRF makes an ISO 11649 creditor reference ("RF18…") of 1 to 21 letters and digits; spaces fall away.
func MakeRF(body string) (string, error) {
	body = compact(body)
	if len(body) < 1 || len(body) > 21 || !alphanumeric(body) {
		return "", ErrReference
	}
	check := 98 - mod97(body+"RF00")
	return "RF" + twoDigits(check) + body, nil
}

// CheckRF returns the reference without spaces and in capitals, as it must be compared.
func CheckRF(s string) (string, error) {
	s = compact(s)
	if len(s) < 5 || len(s) > 25 || !strings.HasPrefix(s, "RF") || !onlyDigits(s[2:4]) || !alphanumeric(s) {
		return "", ErrReference
	}
	return checked(s)
}

// ibanLengths are the lengths of the SEPA countries that Recobro's clients bank in; other countries are checked by mod 97 alone.
var ibanLengths = map[string]int{"ES": 24, "PT": 25, "FR": 27, "IT": 27, "DE": 22, "GB": 22, "NL": 18, "BE": 16, "IE": 22, "AD": 24, "LU": 20, "AT": 20}

// CheckIBAN returns the IBAN without spaces and in capitals (ISO 13616, mod 97-10). Spanish accounts must also carry
// the right two inner control digits of the CCC.
func CheckIBAN(s string) (string, error) {
	s = compact(s)
	if len(s) < 15 || len(s) > 34 || !alphanumeric(s) || !letters(s[:2]) || !onlyDigits(s[2:4]) {
		return "", ErrReference
	}
	if n, known := ibanLengths[s[:2]]; known && len(s) != n {
		return "", ErrReference
	}
	if s[:2] == "ES" {
		if !onlyDigits(s[4:]) {
			return "", ErrReference
		}
		if s[12:14] != controlCCC(s[4:8], s[8:12], s[14:]) {
			return "", ErrCheckDigits
		}
	}
	return checked(s)
}

// MakeIBANES makes a Spanish IBAN of bank (4 digits), branch (4) and account (10); simulations use it.
func MakeIBANES(bank, branch, account string) (string, error) {
	if len(bank) != 4 || len(branch) != 4 || len(account) != 10 || !onlyDigits(bank+branch+account) {
		return "", ErrReference
	}
	bban := bank + branch + controlCCC(bank, branch, account) + account
	return "ES" + twoDigits(98-mod97(bban+"ES00")) + bban, nil
}

// CheckCLABE returns the 18 digits of a Mexican account (weights 3, 7, 1).
func CheckCLABE(s string) (string, error) {
	s = compact(s)
	if len(s) != 18 || !onlyDigits(s) {
		return "", ErrReference
	}
	sum := 0
	for i := range 17 {
		sum += int(s[i]-'0') * [3]int{3, 7, 1}[i%3] % 10
	}
	if int(s[17]-'0') != (10-sum%10)%10 {
		return "", ErrCheckDigits
	}
	return s, nil
}

// checked moves the first four signs to the end and wants the remainder 1, as both ISO 11649 and ISO 13616 do. Check
// digits 00, 01 and 99 would pass the arithmetic as doubles of 97, 98 and 02, so the maker's own digits are compared.
func checked(s string) (string, error) {
	if s[2:4] != twoDigits(98-mod97(s[4:]+s[:2]+"00")) {
		return "", ErrCheckDigits
	}
	return s, nil
}

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

func controlCCC(bank, branch, account string) string {
	return controlDigit("00"+bank+branch) + controlDigit(account)
}

func controlDigit(ten string) string {
	sum := 0
	for i, weight := range [10]int{1, 2, 4, 8, 5, 10, 9, 7, 3, 6} {
		sum += int(ten[i]-'0') * weight
	}
	switch c := 11 - sum%11; c {
	case 10:
		return "1"
	case 11:
		return "0"
	default:
		return strconv.Itoa(c)
	}
}

func twoDigits(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

func compact(s string) string { return strings.ToUpper(strings.ReplaceAll(s, " ", "")) }

func alphanumeric(s string) bool {
	for i := range len(s) {
		if !onlyDigits(s[i:i+1]) && !letters(s[i:i+1]) {
			return false
		}
	}
	return true
}

func letters(s string) bool {
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}
