package money

import (
	"fmt"
	"strconv"
	"strings"

	"recobro/internal/problem"
)

// registry holds what follows country and check digits in an IBAN, by country, as SWIFT's registry of ISO 13616 gives it
// (December 2024): so many digits (n), letters (a) or either (c). France's stands for its overseas territories too.
var registry = map[string]string{
	"AD": "8n12c", "AE": "19n", "AL": "8n16c", "AT": "16n", "AZ": "4a20c", "BA": "16n", "BE": "12n", "BG": "4a6n8c", "BH": "4a14c",
	"BI": "23n", "BR": "23n1a1c", "BY": "4c4n16c", "CH": "5n12c", "CR": "18n", "CY": "8n16c", "CZ": "20n", "DE": "18n", "DJ": "23n",
	"DK": "14n", "DO": "4c20n", "EE": "16n", "EG": "25n", "ES": "20n", "FI": "14n", "FK": "2a12n", "FO": "14n", "FR": "10n11c2n",
	"GB": "4a14n", "GE": "2a16n", "GI": "4a15c", "GL": "14n", "GR": "7n16c", "GT": "24c", "HN": "4a20n", "HR": "17n", "HU": "24n",
	"IE": "4a14n", "IL": "19n", "IQ": "4a15n", "IS": "22n", "IT": "1a10n12c", "JO": "4a4n18c", "KW": "4a22c", "KZ": "3n13c", "LB": "4n20c",
	"LC": "4a24c", "LI": "5n12c", "LT": "16n", "LU": "3n13c", "LV": "4a13c", "LY": "21n", "MC": "10n11c2n", "MD": "20c", "ME": "18n",
	"MK": "3n10c2n", "MN": "16n", "MR": "23n", "MT": "4a5n18c", "MU": "4a19n3a", "NI": "4a20n", "NL": "4a10n", "NO": "11n", "OM": "3n16c",
	"PK": "4a16c", "PL": "24n", "PS": "4a21c", "PT": "21n", "QA": "4a21c", "RO": "4a16c", "RS": "18n", "RU": "14n15c", "SA": "2n18c",
	"SC": "4a20n3a", "SD": "14n", "SE": "20n", "SI": "15n", "SK": "20n", "SM": "1a10n12c", "SO": "19n", "ST": "21n", "SV": "4a20n",
	"TL": "19n", "TN": "20n", "TR": "6n16c", "UA": "6n19c", "VA": "18n", "VG": "4a16n", "XK": "16n", "YE": "4a4n18c",
}

// field is a run of signs of one class.
type field struct {
	count int
	class byte
}

// fields reads a structure of the registry.
func fields(structure string) (all []field) {
	count := 0
	for i := range len(structure) {
		if c := structure[i]; c >= '0' && c <= '9' {
			count = 10*count + int(c-'0')
		} else {
			all = append(all, field{count, c})
			count = 0
		}
	}
	return all
}

// CheckIBAN returns the IBAN without separators or the word before it, in capitals: a country of the registry, its length and structure, the check
// digits of ISO 13616 and, of Spanish accounts, the two inner ones of the CCC. The problem is iban_invalid.
func CheckIBAN(s string) (string, error) {
	s = strings.TrimPrefix(compact(s), "IBAN")
	if runes(s) < 5 {
		return "", because(ErrIBAN, "iban_length", "Faltan caracteres.", "Characters are missing.")
	}
	if !alphanumeric(s) {
		return "", because(ErrIBAN, "iban_characters", "Un IBAN solo lleva letras y cifras.", "An IBAN holds letters and digits only.")
	}
	structure, known := registry[s[:2]]
	if !known {
		return "", because(ErrIBAN, "iban_country", "No empieza por las dos letras de un país con IBAN.", "It does not begin with the two letters of a country with IBANs.")
	}
	if err := structured(s, fields(structure)); err != nil {
		return "", err
	}
	if err := controlled(s); err != nil {
		return "", err
	}
	return s, nil
}

func structured(s string, parts []field) error {
	length := 4
	for _, f := range parts {
		length += f.count
	}
	if len(s) != length {
		return because(ErrIBAN, "iban_length", fmt.Sprintf("El IBAN de ese país tiene %d caracteres y aquí hay %d.", length, len(s)),
			fmt.Sprintf("An IBAN of that country has %d characters, and these are %d.", length, len(s)))
	}
	at := 2
	for _, f := range append([]field{{2, 'n'}}, parts...) {
		if !fits(s[at:at+f.count], f.class) {
			class := map[byte]problem.Text{'n': {ES: "cifras", EN: "digits"}, 'a': {ES: "letras", EN: "letters"}, 'c': {ES: "letras o cifras", EN: "letters or digits"}}[f.class]
			return because(ErrIBAN, "iban_characters", fmt.Sprintf("Del carácter %d al %d van %s.", at+1, at+f.count, class.ES),
				fmt.Sprintf("Characters %d to %d are %s.", at+1, at+f.count, class.EN))
		}
		at += f.count
	}
	return nil
}

// controlled compares the check digits. In a Spanish IBAN the inner ones tell where the wrong digit is.
func controlled(s string) error {
	fits := s[2:4] == control97(s[:2], s[4:])
	var inner problem.Text
	if s[:2] == "ES" {
		inner = wrongInCCC(s[4:])
	}
	switch {
	case fits && inner == problem.Text{}:
		return nil
	case fits:
		return because(ErrIBAN, "iban_ccc", "Los dígitos del IBAN cuadran, pero no los de la cuenta española: "+inner.ES, "The digits of the IBAN match, those of the Spanish account do not: "+inner.EN)
	case inner != problem.Text{}:
		return because(ErrIBAN, "iban_control", "Los dígitos de control no corresponden al resto: "+inner.ES, "The check digits do not match the rest: "+inner.EN)
	case s[:2] == "ES":
		return because(ErrIBAN, "iban_control", "La cuenta es coherente, pero no sus dos primeras cifras, las de control del IBAN.",
			"The account is coherent, but not the first two digits, which control the IBAN.")
	}
	return because(ErrIBAN, "iban_control", "Los dígitos de control no corresponden al resto: alguna cifra o letra está equivocada o cambiada de sitio.",
		"The check digits do not match the rest: some digit or letter is wrong or out of place.")
}

// MakeIBANES makes a Spanish IBAN of bank (4 digits), branch (4) and account (10); simulations use it.
func MakeIBANES(bank, branch, account string) (string, error) {
	if len(bank) != 4 || len(branch) != 4 || len(account) != 10 || !onlyDigits(bank+branch+account) {
		return "", because(ErrCCC, "ccc_length", "Banco y oficina tienen cuatro cifras y la cuenta diez.", "Bank and branch have four digits, the account ten.")
	}
	return ibanES(bank + branch + controlCCC(bank+branch) + controlCCC(account) + account), nil
}

func ibanES(ccc string) string { return "ES" + control97("ES", ccc) + ccc }

// CheckCCC returns the 20 digits of a Spanish account (bank 4, branch 4, control 2, account 10) and its IBAN. The problem is
// ccc_invalid.
func CheckCCC(s string) (ccc, iban string, err error) {
	s = compact(s)
	if runes(s) != 20 {
		return "", "", because(ErrCCC, "ccc_length", fmt.Sprintf("Tiene 20 cifras y aquí hay %d caracteres.", runes(s)), fmt.Sprintf("It has 20 digits, and these are %d characters.", runes(s)))
	}
	if !onlyDigits(s) {
		return "", "", because(ErrCCC, "ccc_characters", "Solo lleva cifras.", "It holds digits only.")
	}
	if wrong := wrongInCCC(s); wrong != (problem.Text{}) {
		return "", "", because(ErrCCC, "ccc_control", "Los dígitos de control no cuadran: "+wrong.ES, "The control digits do not match: "+wrong.EN)
	}
	return s, ibanES(s), nil
}

// wrongInCCC says which of the two parts of a Spanish account its control digit does not fit; empty when both fit.
func wrongInCCC(ccc string) problem.Text {
	bank, account := ccc[8:9] == controlCCC(ccc[:8]), ccc[9:10] == controlCCC(ccc[10:])
	switch {
	case bank && account:
		return problem.Text{}
	case account:
		return problem.Text{ES: "el error está en el banco, la oficina o su dígito de control.", EN: "the mistake is in the bank, the branch or their control digit."}
	case bank:
		return problem.Text{ES: "el error está en el número de cuenta o su dígito de control.", EN: "the mistake is in the account or its control digit."}
	}
	return problem.Text{ES: "ni el de banco y oficina ni el de la cuenta.", EN: "neither that of bank and branch nor that of the account."}
}

// controlCCC is the control digit of bank and branch (8 digits) or of an account (10).
func controlCCC(digits string) string {
	weights := []int{1, 2, 4, 8, 5, 10, 9, 7, 3, 6}
	sum := 0
	for i := range len(digits) {
		sum += int(digits[i]-'0') * weights[10-len(digits)+i]
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
