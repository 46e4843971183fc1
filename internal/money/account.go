package money

import "fmt"

// CheckAccount returns the normal form of a bank account that a firm or creditor of the country writes down: an IBAN wherever it
// comes from, in Mexico a CLABE, in Spain also a CCC, which becomes its IBAN. Elsewhere no published rule holds, and letters
// and digits will do. Problems: iban_invalid, clabe_invalid, ccc_invalid, account_invalid.
func CheckAccount(country, s string) (string, error) {
	s = compact(s)
	_, hasIBAN := registry[country]
	switch {
	case len(s) > 2 && fits(s[:2], 'a'):
		return CheckIBAN(s)
	case country == "MX":
		return CheckCLABE(s)
	case country == "ES" && onlyDigits(s):
		_, iban, err := CheckCCC(s)
		return iban, err
	case hasIBAN:
		return CheckIBAN(s)
	case len(s) < 5 || len(s) > 34:
		return "", because(ErrAccount, "account_length", fmt.Sprintf("Tiene de 5 a 34 caracteres y aquí hay %d.", runes(s)), fmt.Sprintf("It has 5 to 34 characters, and these are %d.", runes(s)))
	case !alphanumeric(s):
		return "", because(ErrAccount, "account_characters", "Solo lleva letras y cifras.", "It holds letters and digits only.")
	}
	return s, nil
}

// CheckCLABE returns the 18 digits of a Mexican account: bank 3, place 3, account 11 and a control digit (weights 3, 7, 1). The
// problem is clabe_invalid.
func CheckCLABE(s string) (string, error) {
	s = compact(s)
	if runes(s) != 18 {
		return "", because(ErrCLABE, "clabe_length", fmt.Sprintf("Tiene 18 cifras y aquí hay %d caracteres.", runes(s)), fmt.Sprintf("It has 18 digits, and these are %d characters.", runes(s)))
	}
	if !onlyDigits(s) {
		return "", because(ErrCLABE, "clabe_characters", "Solo lleva cifras.", "It holds digits only.")
	}
	sum := 0
	for i := range 17 {
		sum += int(s[i]-'0') * [3]int{3, 7, 1}[i%3] % 10
	}
	if int(s[17]-'0') != (10-sum%10)%10 {
		return "", because(ErrCLABE, "clabe_control", "El dígito de control no corresponde al resto: alguna cifra está equivocada o cambiada de sitio.",
			"The control digit does not match the rest: some digit is wrong or out of place.")
	}
	return s, nil
}
