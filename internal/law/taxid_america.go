package law

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"recobro/internal/problem"
)

// alphabetRFC gives each sign its value by position (SAT rule); the Ñ takes the place after the space.
var alphabetRFC = []rune("0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ")

// genericRFC are those of the SAT for the public at large and for foreigners.
var genericRFC = []string{"XAXX010101000", "XEXX010101000"}

// taxMX reads an RFC: 4 letters of a person or 3 of a company, a date that exists, two signs of homonymy and a check digit.
func taxMX(id string) (TaxID, *problem.Reason) {
	if slices.Contains(genericRFC, id) {
		return TaxID{Normal: id, Holder: Unknown, Generic: true}, nil
	}
	signs := []rune(id)
	t := TaxID{Normal: id, Holder: Person}
	switch len(signs) {
	case 12:
		t.Holder = Company
		signs = append([]rune{' '}, signs...)
	case 13:
	default:
		return TaxID{}, wrongLength(id, "RFC", problem.Text{ES: "13, o 12 si es de una empresa,", EN: "13, or 12 for a company,"})
	}
	if no := charactersOfRFC(signs); no != nil {
		return TaxID{}, no
	}
	if !dateOfRFC(string(signs[4:10])) {
		return TaxID{}, wrong(taxDate, "Las seis cifras no son una fecha (año, mes y día) que exista.", "The six digits are no date (year, month, day) that exists.")
	}
	t.Doubtful = signs[12] != checkRFC(signs[:12])
	return t, nil
}

// charactersOfRFC looks at the kind of sign in each place; a company's stands behind a space.
func charactersOfRFC(signs []rune) *problem.Reason {
	for i, r := range signs {
		digit := r >= '0' && r <= '9'
		switch {
		case i == 0 && r == ' ':
		case i < 4 && digit:
			return wrong(taxCharacters, "Un RFC empieza por cuatro letras si es de una persona y por tres si es de una empresa.", "An RFC begins with four letters for a person and three for a company.")
		case i >= 4 && i < 10 && !digit:
			return wrong(taxCharacters, "Tras las letras van seis cifras: año, mes y día.", "After the letters come six digits: year, month, day.")
		case i >= 10 && (r == '&' || r == 'Ñ'):
			return wrong(taxCharacters, "La homoclave lleva letras de la A a la Z y cifras.", "The homonymy key holds letters from A to Z and digits.")
		case i == 12 && !digit && r != 'A':
			return wrong(taxCharacters, "Un RFC termina en una cifra o en A.", "An RFC ends in a digit or in A.")
		}
	}
	return nil
}

// dateOfRFC tells whether YYMMDD was or will be a day in 19YY or 20YY.
func dateOfRFC(yymmdd string) bool {
	for _, century := range []string{"19", "20"} {
		if _, err := time.Parse("20060102", century+yymmdd); err == nil {
			return true
		}
	}
	return false
}

func checkRFC(twelve []rune) rune {
	sum := 0
	for i, r := range twelve {
		sum += strings.IndexRune(string(alphabetRFC), r) * (13 - i)
	}
	switch c := 11 - sum%11; c {
	case 10:
		return 'A'
	case 11:
		return '0'
	default:
		return rune('0' + c)
	}
}

var weightsRUC = []int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2}

// taxPE reads a RUC of 11 digits; 20 begins a company's, 10 a person's, 15 to 17 others.
func taxPE(id string) (TaxID, *problem.Reason) {
	if len(id) != 11 {
		return TaxID{}, wrongLength(id, "RUC", problem.Text{ES: "11", EN: "11"})
	}
	if !digitsOnly(id) {
		return TaxID{}, wrong(taxCharacters, "Un RUC solo lleva cifras.", "A RUC holds digits only.")
	}
	t := TaxID{Normal: id, Holder: Unknown}
	switch id[:2] {
	case "10":
		t.Holder = Person
	case "20":
		t.Holder = Company
	case "15", "16", "17":
	default:
		return TaxID{}, wrong(taxKind, "Un RUC empieza por 10, 15, 16, 17 o 20.", "A RUC begins with 10, 15, 16, 17 or 20.")
	}
	return t, wrongControl(id[10], checkRUC(id[:10]))
}

func checkRUC(ten string) byte {
	return byte('0' + (11-weighted(ten, weightsRUC)%11)%10)
}

// companyRUT is where the numbers of companies begin; natural persons have lower ones.
const companyRUT = "50000000"

// taxCL reads a RUT of 7 or 8 digits and a check sign that may be K; zeros on the left, which fill printed columns, fall away. The
// holder follows from the size of the number.
func taxCL(id string) (TaxID, *problem.Reason) {
	id = strings.TrimLeft(id, "0")
	if len(id) < 8 || len(id) > 9 {
		return TaxID{}, wrongLength(id, "RUT", problem.Text{ES: "8 o 9", EN: "8 or 9"})
	}
	number, control := id[:len(id)-1], id[len(id)-1]
	if !digitsOnly(number) || control > '9' && control != 'K' {
		return TaxID{}, wrong(taxCharacters, "Un RUT lleva cifras y termina en una cifra o en K.", "A RUT holds digits and ends in a digit or in K.")
	}
	t := TaxID{Normal: id, Holder: Person}
	if len(number) == 8 && number >= companyRUT {
		t.Holder = Company
	}
	return t, wrongControl(control, checkRUT(number))
}

func checkRUT(number string) byte {
	sum := 0
	for i := range len(number) {
		sum += int(number[len(number)-1-i]-'0') * (2 + i%6)
	}
	switch c := 11 - sum%11; c {
	case 10:
		return 'K'
	case 11:
		return '0'
	default:
		return byte('0' + c)
	}
}

var weightsNIT = []int{71, 67, 59, 53, 47, 43, 41, 37, 29, 23, 19, 17, 13, 7, 3}

// taxCO reads a NIT: 6 to 15 digits and the check digit, which has to be written. Nine digits that begin with 8 or 9 are a
// company's, and fewer than nine a person's (cédula): one company's NIT in eleven passes without its check digit as a person's,
// and the holder is then what gives it away.
func taxCO(id string) (TaxID, *problem.Reason) {
	if len(id) < 7 || len(id) > 16 {
		return TaxID{}, wrongLength(id, "NIT", problem.Text{ES: "de 7 a 16", EN: "7 to 16"})
	}
	if !digitsOnly(id) {
		return TaxID{}, wrong(taxCharacters, "Un NIT solo lleva cifras.", "A NIT holds digits only.")
	}
	number := id[:len(id)-1]
	t := TaxID{Normal: id, Holder: Unknown}
	switch {
	case len(number) < 9:
		t.Holder = Person
	case len(number) == 9 && number[0] >= '8':
		t.Holder = Company
	}
	no := wrongControl(id[len(id)-1], checkNIT(number))
	if no != nil && len(id) <= 15 {
		no.Text.ES += fmt.Sprintf(" Si falta el dígito de verificación, que siempre ha de escribirse, es un %c al final.", checkNIT(id))
		no.Text.EN += fmt.Sprintf(" If the verification digit is missing, which must always be written, it is a %c at the end.", checkNIT(id))
	}
	return t, no
}

func checkNIT(number string) byte {
	rest := weighted(number, weightsNIT[15-len(number):]) % 11
	if rest < 2 {
		return byte('0' + rest)
	}
	return byte('0' + 11 - rest)
}
