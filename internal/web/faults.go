package web

import "recobro/internal/problem"

// findings are the beginnings of huma's texts and what we call them.
var findings = []struct{ prefix, code string }{
	{"unexpected property", "unknown_member"},
	{"unknown query parameter", "unknown_parameter"},
	{"expected required property", "missing_member"},
	{"required ", "missing_parameter"},
	{"expected value to be one of", "not_in_list"},
	{"expected length", "wrong_length"},
	{"expected array length", "wrong_count"},
	{"expected object with at", "wrong_count"},
	{"expected number ", "out_of_range"},
	{"expected string to", "wrong_form"},
	{"invalid ", "wrong_form"},
	{"expected boolean", "wrong_type"},
	{"expected number", "wrong_type"},
	{"expected integer", "wrong_type"},
	{"expected string", "wrong_type"},
	{"expected array", "wrong_type"},
	{"expected object", "wrong_type"},
}

var faultTexts = map[string]problem.Text{
	"unknown_member":    {ES: "Este miembro no existe.", EN: "There is no such member."},
	"unknown_parameter": {ES: "Este parámetro no existe.", EN: "There is no such parameter."},
	"missing_member":    {ES: "Falta este miembro.", EN: "This member is missing."},
	"missing_parameter": {ES: "Falta este parámetro.", EN: "This parameter is missing."},
	"not_in_list":       {ES: "No es uno de los valores admitidos.", EN: "It is not one of the values allowed."},
	"wrong_length":      {ES: "Es demasiado corto o demasiado largo.", EN: "It is too short or too long."},
	"wrong_count":       {ES: "Tiene demasiados elementos o demasiado pocos.", EN: "It has too many or too few elements."},
	"out_of_range":      {ES: "Está fuera de los límites.", EN: "It is out of range."},
	"wrong_form":        {ES: "No tiene la forma que se espera.", EN: "It does not have the form expected."},
	"wrong_type":        {ES: "No es del tipo JSON que se espera.", EN: "It is not of the JSON type expected."},
	"text_not_storable": {ES: "El texto contiene el carácter NUL.", EN: "The text contains the character NUL."},
	"duplicate_member":  {ES: "El miembro aparece dos veces.", EN: "The member appears twice."},
	"json_malformed":    {ES: "Aquí el JSON no es válido.", EN: "The JSON is not valid here."},
	"not_valid":         {ES: "No es válido.", EN: "It is not valid."},
}

func faultText(code string) problem.Text {
	if t, ok := faultTexts[code]; ok {
		return t
	}
	return faultTexts["not_valid"]
}
