package money

import "strings"

// nbsp keeps the figure and its sign on one line; minus is the typographic U+2212.
const (
	nbsp  = "\u00a0"
	minus = "\u2212"
)

var symbols = map[Currency]string{EUR: "€", MXN: "$", PEN: "S/", CLP: "$", CLF: "UF", COP: "$", USD: "US$"}

// In prints the amount for people. Thousands are always grouped. locale is "es", "en", or a Spanish of a country:
// Mexico and Peru ("es-MX", "es-PE") write 1,234.50 with the sign in front; the others 1.234,50 €.
func (a Amount) In(locale string) string {
	exp, _ := a.Currency.Exponent()
	whole, frac := a.digits(exp)
	group, point := ".", ","
	front := a.Currency != EUR
	switch locale {
	case "en", "es-MX", "es-PE":
		group, point, front = ",", ".", true
	}
	figure := grouped(whole, group)
	if exp > 0 {
		figure += point + frac
	}
	sign := ""
	if a.Minor < 0 {
		sign = minus
	}
	symbol := symbols[a.Currency]
	if symbol == "" {
		symbol = string(a.Currency)
	}
	switch {
	case !front:
		return sign + figure + nbsp + symbol
	case locale == "en" && a.Currency == EUR:
		return sign + symbol + figure
	}
	return sign + symbol + nbsp + figure
}

func grouped(whole, sep string) string {
	var b strings.Builder
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(sep)
		}
		b.WriteRune(d)
	}
	return b.String()
}
