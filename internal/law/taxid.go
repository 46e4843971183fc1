package law

import (
	"strings"

	"recobro/internal/problem"
)

// TaxID is a tax identifier that passed its country's rules.
type TaxID struct {
	Normal   string // capitals and digits only, without separators or country code: the form that is stored and compared
	Holder   string // "person", "company" or "unknown"
	Doubtful bool   // Mexico only: the check digit does not match, which happens in RFCs that the SAT itself issued
}

// The holders of a tax id.
const (
	Person  = "person"
	Company = "company"
	Unknown = "unknown"
)

// ErrTaxID is the refusal of an id that breaks its country's rules.
var ErrTaxID = problem.New(problem.Invalid, "tax_id_invalid",
	"El número de identificación fiscal no es válido en su país.", "The tax id is not valid in its country.")

// taxRules read the compact form; ok is false for anything that is no id of the country.
var taxRules = map[string]func(id string) (t TaxID, ok bool){"ES": taxES, "MX": taxMX, "PE": taxPE, "CL": taxCL, "CO": taxCO}

// CheckTaxID checks id by the rules of country ("ES" NIF/NIE, "MX" RFC, "PE" RUC, "CL" RUT, "CO" NIT). Spaces, points, hyphens,
// slashes and a leading country code are accepted; other alphabets' digits are not. The error is ErrTaxID, or
// jurisdiction_unknown for another country.
func CheckTaxID(country, id string) (TaxID, error) {
	rule, known := taxRules[country]
	if !known {
		return TaxID{}, errJurisdiction
	}
	compact, ok := compactID(id)
	if !ok {
		return TaxID{}, ErrTaxID
	}
	if t, ok := rule(compact); ok {
		return t, nil
	}
	if rest, prefixed := strings.CutPrefix(compact, country); prefixed {
		if t, ok := rule(rest); ok {
			return t, nil
		}
	}
	return TaxID{}, ErrTaxID
}

// compactID drops separators and raises letters. Only ASCII, and the Ñ that Mexican RFCs may carry, is let through.
func compactID(id string) (string, bool) {
	if len(id) > 40 {
		return "", false
	}
	var b strings.Builder
	for _, r := range id {
		switch {
		case r == ' ' || r == '.' || r == '-' || r == '/':
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r == '&', r == 'Ñ':
			b.WriteRune(r)
		case r >= 'a' && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
		case r == 'ñ':
			b.WriteRune('Ñ')
		default:
			return "", false
		}
	}
	return b.String(), true
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
