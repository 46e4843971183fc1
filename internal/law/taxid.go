package law

import (
	"fmt"
	"strings"
	"unicode"

	"recobro/internal/problem"
)

// TaxID is a tax identifier that passed its country's rules.
type TaxID struct {
	Normal   string // capitals and digits only, without separators or country code: the form that is stored and compared
	Holder   string // "person", "company" or "unknown"
	Doubtful bool   // Mexico only: the check digit does not match, which happens in RFCs that the SAT itself issued
	Generic  bool   // Mexico only: an RFC for whoever has none; it identifies nobody
}

// The holders of a tax id.
const (
	Person  = "person"
	Company = "company"
	Unknown = "unknown"
)

// ErrTaxID is the refusal of an id that breaks its country's rules. It carries one reason, of the codes below, that explains what
// is wrong, in the control letter or digit also which one the rest would have.
var ErrTaxID = problem.New(problem.Invalid, "tax_id_invalid",
	"El número de identificación fiscal no es válido en su país.", "The tax id is not valid in its country.")

// The reasons why a tax id is refused.
const (
	taxLength     = "tax_id_length"
	taxCharacters = "tax_id_characters"
	taxKind       = "tax_id_kind"    // the beginning belongs to no kind of holder
	taxDate       = "tax_id_date"    // RFC: no day of the calendar
	taxControl    = "tax_id_control" // the last letter or digit does not match the rest
)

// wrong is a reason for refusing a tax id; nil says that it stands.
func wrong(code, es, en string) *problem.Reason {
	return &problem.Reason{Code: code, Text: problem.Text{ES: es, EN: en}}
}

// wrongLength names the length that the id of a country should have.
func wrongLength(id, name string, want problem.Text) *problem.Reason {
	n := len([]rune(id))
	return wrong(taxLength, fmt.Sprintf("Un %s tiene %s caracteres y aquí hay %d.", name, want.ES, n), fmt.Sprintf("A %s has %s characters, and these are %d.", name, want.EN, n))
}

// wrongControl names the control sign that the rest of the id would have.
func wrongControl(got, want byte) *problem.Reason {
	if got == want {
		return nil
	}
	return wrong(taxControl, fmt.Sprintf("El carácter de control no corresponde al resto: debería ser %c, o hay otro error antes.", want),
		fmt.Sprintf("The control character does not match the rest: it should be %c, or another one is wrong.", want))
}

// taxRules read the compact form.
var taxRules = map[string]func(id string) (TaxID, *problem.Reason){"ES": taxES, "MX": taxMX, "PE": taxPE, "CL": taxCL, "CO": taxCO}

// CheckTaxID checks id by the rules of country ("ES" NIF/NIE, "MX" RFC, "PE" RUC, "CL" RUT, "CO" NIT). Spaces, points, hyphens,
// slashes and a leading country code are accepted; other alphabets' digits are not. The error is ErrTaxID with its reason, or
// jurisdiction_unknown for another country.
func CheckTaxID(country, id string) (TaxID, error) {
	rule, known := taxRules[country]
	if !known {
		return TaxID{}, errJurisdiction
	}
	compact := compactID(id)
	if strings.ContainsFunc(compact, func(r rune) bool { return !isSign(r) }) {
		return TaxID{}, ErrTaxID.With(*wrong(taxCharacters, "Solo se admiten letras de la A a la Z y cifras.", "Only letters from A to Z and digits are allowed."))
	}
	t, no := rule(compact)
	if no == nil {
		return t, nil
	}
	if rest, prefixed := strings.CutPrefix(compact, country); prefixed {
		if t, inRest := rule(rest); inRest == nil {
			return t, nil
		} else if no.Code == taxLength {
			no = inRest // what was meant begins after the country code
		}
	}
	return TaxID{}, ErrTaxID.With(*no)
}

// isSign tells the signs of tax ids: capitals and digits, and what Mexican RFCs may carry beside.
func isSign(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r == '&' || r == 'Ñ'
}

// compactID drops separators and raises letters, those of tax ids alone.
func compactID(id string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '.', r == '-', r == '/':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r == 'ñ':
			return 'Ñ'
		}
		return r
	}, id)
}

func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// weighted sums digit times weight, the weights beginning at the left.
func weighted(digits string, weights []int) int {
	sum := 0
	for i := range len(digits) {
		sum += int(digits[i]-'0') * weights[i]
	}
	return sum
}
