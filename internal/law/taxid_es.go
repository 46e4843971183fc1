package law

import (
	"strings"

	"recobro/internal/problem"
)

const (
	lettersDNI = "TRWAGMYFPDXBNJZSQVHLCKE" // control letter of a person's number, by the remainder of 23
	lettersCIF = "JABCDEFGHI"              // control letter of an entity, by the control digit
)

// taxES reads a NIF: DNI (8 digits and letter), NIE (X, Y, Z), K, L and M of persons, and the NIF of entities (formerly CIF),
// whose first letter says whether the control is a digit, a letter or either.
func taxES(id string) (TaxID, *problem.Reason) {
	if len(id) != 9 || strings.Contains(id, "Ñ") {
		no := wrongLength(id, "NIF", problem.Text{ES: "9", EN: "9"})
		if n := len(id) - 1; n >= 6 && n < 8 && digitsOnly(id[:n]) {
			no.Text.ES += " Un DNI corto se completa con ceros a la izquierda."
			no.Text.EN += " A short DNI is filled up with zeros on the left."
		}
		return TaxID{}, no
	}
	first, middle, control := id[0], id[1:8], id[8]
	entity := strings.IndexByte(lettersEntity, first) >= 0
	switch {
	case digitsOnly(id[:8]):
		return TaxID{Normal: id, Holder: Person}, wrongControl(control, letterDNI(id[:8]))
	case !entity && strings.IndexByte("XYZKLM", first) < 0:
		return TaxID{}, wrong(taxKind, "No hay NIF de ninguna clase que empiece así: empieza por una cifra, por X, Y, Z, K, L o M, o por la letra de una entidad.",
			"No kind of NIF begins like this: it begins with a digit, with X, Y, Z, K, L or M, or with the letter of an entity.")
	case !digitsOnly(middle):
		return TaxID{}, wrong(taxCharacters, "Tras la letra inicial van siete cifras y el carácter de control.", "After the first letter come seven digits and the control character.")
	case first >= 'X':
		return TaxID{Normal: id, Holder: Person}, wrongControl(control, letterDNI(string('0'+first-'X')+middle))
	case !entity:
		return TaxID{Normal: id, Holder: Person}, wrongControl(control, letterDNI(middle))
	}
	return TaxID{Normal: id, Holder: Company}, wrongCIF(first, middle, control)
}

// lettersEntity begin the NIF of entities (Orden EHA/451/2008).
const lettersEntity = "ABCDEFGHJNPQRSUVW"

// wrongCIF judges the control of an entity: a digit for companies limited by shares and the like, a letter for public bodies and
// foreign entities, either for the others.
func wrongCIF(first byte, middle string, control byte) *problem.Reason {
	digit, letter := controlCIF(middle)
	switch {
	case strings.IndexByte("ABEH", first) >= 0:
		return wrongControl(control, digit)
	case strings.IndexByte("NPQRSW", first) >= 0 || control > '9':
		return wrongControl(control, letter)
	}
	return wrongControl(control, digit)
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
