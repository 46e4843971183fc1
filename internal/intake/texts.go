package intake

import (
	"net/mail"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"recobro/internal/problem"
)

// text takes one line of text in its normal form, or refuses it.
func (j judge) text(place, s string, longest int, needed bool) string {
	plain, code := line(s, longest)
	switch {
	case code != "":
		j.refuse(place, code)
	case plain == "" && needed:
		j.refuse(place, "text_missing")
	}
	return plain
}

// line is a text of one line: normal form, trimmed, no control or direction characters, at most so many letters.
func line(s string, longest int) (plain, code string) {
	plain = strings.TrimSpace(norm.NFC.String(s))
	if len(s) > 8*longest || len([]rune(plain)) > longest {
		return "", "text_too_long"
	}
	for _, r := range plain {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar || r == '\u200b' || r == '\ufeff' || r == '\u2028' || r == '\u2029' {
			return "", "text_control_characters"
		}
	}
	return plain, ""
}

var emailForm = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$`)

func isEmail(s string) bool {
	parsed, err := mail.ParseAddress(s)
	return err == nil && parsed.Name == "" && parsed.Address == s && len(s) <= 254 && emailForm.MatchString(s)
}

var phoneForm = regexp.MustCompile(`^[+]?[0-9]{6,15}$`)

// phone drops what people put between digits; an empty one is fine.
func phone(s string) (string, bool) {
	if s == "" {
		return "", true
	}
	if len(s) > 40 {
		return "", false
	}
	plain := strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "").Replace(s)
	return plain, phoneForm.MatchString(plain)
}

// reason makes a coded reason with its sentence.
func reason(pointer, code string) problem.Reason {
	return problem.Reason{Pointer: pointer, Code: code, Text: reasonTexts[code]}
}

var reasonTexts = map[string]problem.Text{
	"text_missing":             {ES: "Falta el texto.", EN: "The text is missing."},
	"text_invalid":             {ES: "El texto no es válido.", EN: "The text is not valid."},
	"text_too_long":            {ES: "El texto es demasiado largo.", EN: "The text is too long."},
	"text_control_characters":  {ES: "El texto contiene caracteres de control.", EN: "The text holds control characters."},
	"not_in_list":              {ES: "No es uno de los valores admitidos.", EN: "It is not one of the values allowed."},
	"too_many":                 {ES: "Hay demasiados.", EN: "There are too many."},
	"portfolio_size":           {ES: "Una cartera tiene de 1 a 1000 partidas.", EN: "A portfolio has 1 to 1000 items."},
	"currency_unknown":         {ES: "Esa moneda no se admite.", EN: "That currency is not supported."},
	"jurisdiction_unknown":     {ES: "No hay normativa cargada para ese país.", EN: "No pack is loaded for that country."},
	"country_invalid":          {ES: "El país son dos letras mayúsculas (ISO 3166).", EN: "The country is two capital letters (ISO 3166)."},
	"tax_id_generic":           {ES: "Es un RFC genérico, que no identifica a nadie: hace falta el del deudor.", EN: "It is a generic RFC, which identifies nobody: the debtor's own is needed."},
	"tax_id_doubtful":          {ES: "El dígito de control del RFC no coincide; compruébelo.", EN: "The check digit of the RFC does not match; check it."},
	"kind_unlike_tax_id":       {ES: "El identificador fiscal parece de otro tipo de titular.", EN: "The tax id looks like that of another kind of holder."},
	"email_invalid":            {ES: "La dirección de correo no es válida.", EN: "The e-mail address is not valid."},
	"phone_invalid":            {ES: "El teléfono no es válido.", EN: "The telephone number is not valid."},
	"amount_invalid":           {ES: "El importe es un número decimal con punto, sin espacios ni separadores.", EN: "The amount is a decimal number with a point, no spaces or grouping."},
	"amount_decimals":          {ES: "El importe tiene más decimales que la moneda.", EN: "The amount has more decimals than the currency."},
	"amount_too_large":         {ES: "El importe es demasiado grande.", EN: "The amount is too large."},
	"amount_not_positive":      {ES: "El importe ha de ser positivo.", EN: "The amount must be positive."},
	"paid_more_than_principal": {ES: "Lo ya pagado supera el principal.", EN: "What was already paid exceeds the principal."},
	"nothing_owed":             {ES: "Está pagado: no queda nada que reclamar.", EN: "It is paid: nothing is left to claim."},
	"tax_does_not_add_up":      {ES: "Base e impuesto no suman el principal.", EN: "Base and tax do not add up to the principal."},
	"date_invalid":             {ES: "No es una fecha del calendario (AAAA-MM-DD).", EN: "It is not a date of the calendar (YYYY-MM-DD)."},
	"date_in_future":           {ES: "La fecha aún no ha llegado.", EN: "The date has not come yet."},
	"due_before_issue":         {ES: "El vencimiento es anterior a la emisión.", EN: "The due date is before the issue date."},
	"not_due":                  {ES: "Aún no ha vencido.", EN: "It is not due yet."},
	"rate_invalid":             {ES: "El tipo pactado es un tanto por ciento anual entre 0 y 100, con punto.", EN: "The agreed rate is a yearly per cent between 0 and 100, with a point."},
	"no_interest_rule":         {ES: "No hay tipo de interés cargado para esta deuda; se reclama sin intereses.", EN: "No interest rate is loaded for this debt; it is claimed without interest."},
	"limitation_past":          {ES: "El plazo de prescripción ha pasado; el despacho lo revisará antes de actuar.", EN: "The limitation period is past; the firm looks at it before acting."},
	"metadata_too_large":       {ES: "Los metadatos superan los 4 KB.", EN: "The metadata exceed 4 KB."},
	"document_too_large":       {ES: "El documento supera 1 MB.", EN: "The document exceeds 1 MB."},
	"document_unreadable":      {ES: "El documento está vacío o no es base64.", EN: "The document is empty or not base64."},
	"document_not_stored":      {ES: "El documento no se pudo guardar; envíelo otra vez.", EN: "The document could not be stored; send it again."},
	"duplicate_in_portfolio":   {ES: "Está repetido en esta cartera.", EN: "It is repeated in this portfolio."},
	"duplicate_external_ref":   {ES: "Esa referencia ya se entregó.", EN: "That reference was handed over before."},
	"duplicate_number":         {ES: "Ese documento del mismo deudor ya se entregó.", EN: "That document of the same debtor was handed over before."},
}
