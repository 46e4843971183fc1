package law

import (
	"strings"
	"time"
)

// alphabetRFC gives each sign its value by position (SAT rule); the Ñ takes the place after the space.
var alphabetRFC = []rune("0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ")

// taxMX reads an RFC: 4 letters of a person or 3 of a company, a date that exists, two signs of homonymy and a check digit.
// The generic RFCs of the SAT (public at large, foreigners) pass as unknown holders.
func taxMX(id string) (TaxID, bool) {
	signs := []rune(id)
	t := TaxID{Normal: id, Holder: Person}
	switch {
	case id == "XAXX010101000" || id == "XEXX010101000":
		return TaxID{Normal: id, Holder: Unknown}, true
	case len(signs) == 12:
		t.Holder = Company
		signs = append([]rune{' '}, signs...)
	case len(signs) != 13:
		return TaxID{}, false
	}
	for i, r := range signs {
		letter := r >= 'A' && r <= 'Z'
		digit := r >= '0' && r <= '9'
		switch {
		case i == 0 && r == ' ':
		case i < 4 && !letter && r != '&' && r != 'Ñ',
			i >= 4 && i < 10 && !digit,
			i >= 10 && i < 12 && !letter && !digit,
			i == 12 && !digit && r != 'A':
			return TaxID{}, false
		}
	}
	if !dateOfRFC(string(signs[4:10])) {
		return TaxID{}, false
	}
	t.Doubtful = signs[12] != checkRFC(signs[:12])
	return t, true
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
func taxPE(id string) (TaxID, bool) {
	if len(id) != 11 || !digitsOnly(id) {
		return TaxID{}, false
	}
	t := TaxID{Normal: id, Holder: Unknown}
	switch id[:2] {
	case "10":
		t.Holder = Person
	case "20":
		t.Holder = Company
	case "15", "16", "17":
	default:
		return TaxID{}, false
	}
	return t, id[10] == checkRUC(id[:10])
}

func checkRUC(ten string) byte {
	return byte('0' + (11-weighted(ten, weightsRUC)%11)%10)
}

// companyRUT is where the numbers of companies begin; natural persons have lower ones.
const companyRUT = "50000000"

// taxCL reads a RUT of 7 or 8 digits and a check sign that may be K; the holder follows from the size of the number.
func taxCL(id string) (TaxID, bool) {
	if len(id) < 8 || len(id) > 9 || !digitsOnly(id[:len(id)-1]) {
		return TaxID{}, false
	}
	number, control := id[:len(id)-1], id[len(id)-1]
	t := TaxID{Normal: id, Holder: Person}
	if len(number) == 8 && number >= companyRUT {
		t.Holder = Company
	}
	return t, number[0] != '0' && control == checkRUT(number)
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

// taxCO reads a NIT: 6 to 15 digits and the check digit. Nine digits that begin with 8 or 9 are a company's.
func taxCO(id string) (TaxID, bool) {
	if len(id) < 7 || len(id) > 16 || !digitsOnly(id) {
		return TaxID{}, false
	}
	number := id[:len(id)-1]
	t := TaxID{Normal: id, Holder: Unknown}
	if len(number) == 9 && number[0] >= '8' {
		t.Holder = Company
	}
	return t, id[len(id)-1] == checkNIT(number)
}

func checkNIT(number string) byte {
	rest := weighted(number, weightsNIT[15-len(number):]) % 11
	if rest < 2 {
		return byte('0' + rest)
	}
	return byte('0' + 11 - rest)
}
