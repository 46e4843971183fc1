package law

import "strings"

const (
	lettersDNI = "TRWAGMYFPDXBNJZSQVHLCKE" // control letter of a person's number, by the remainder of 23
	lettersCIF = "JABCDEFGHI"              // control letter of an entity, by the control digit
)

// taxES reads a NIF: DNI (8 digits and letter), NIE (X, Y, Z), K, L and M of persons, and the NIF of entities (formerly CIF),
// whose first letter says whether the control is a digit, a letter or either.
func taxES(id string) (TaxID, bool) {
	if len(id) != 9 {
		return TaxID{}, false
	}
	first, middle, control := id[0], id[1:8], id[8]
	switch {
	case digitsOnly(id[:8]):
		return TaxID{Normal: id, Holder: Person}, control == letterDNI(id[:8])
	case !digitsOnly(middle):
		return TaxID{}, false
	case first >= 'X' && first <= 'Z':
		return TaxID{Normal: id, Holder: Person}, control == letterDNI(string('0'+first-'X')+middle)
	case first == 'K' || first == 'L' || first == 'M':
		return TaxID{Normal: id, Holder: Person}, control == letterDNI(middle)
	}
	digit, letter := controlCIF(middle)
	var ok bool
	switch {
	case strings.IndexByte("ABEH", first) >= 0:
		ok = control == digit
	case strings.IndexByte("NPQRSW", first) >= 0:
		ok = control == letter
	case strings.IndexByte("CDFGJUV", first) >= 0:
		ok = control == digit || control == letter
	}
	return TaxID{Normal: id, Holder: Company}, ok
}

func letterDNI(digits string) byte {
	rest := 0
	for i := range len(digits) {
		rest = (rest*10 + int(digits[i]-'0')) % 23
	}
	return lettersDNI[rest]
}

// controlCIF doubles the digits in odd places, adds their figures to those in even places, and takes what lacks to ten.
func controlCIF(seven string) (digit, letter byte) {
	sum := 0
	for i := range len(seven) {
		d := int(seven[i] - '0')
		if i%2 == 0 {
			d = 2*d/10 + 2*d%10
		}
		sum += d
	}
	n := (10 - sum%10) % 10
	return byte('0' + n), lettersCIF[n]
}
