package simulation

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"recobro/internal/law"
)

// The names are made of invented words; any likeness to a real company or person is chance. Tax ids have valid check digits
// and numbers nobody is likely to hold.

var (
	trades = map[string][]string{
		"ES": {"Talleres", "Carpintería", "Distribuciones", "Hostelería", "Reformas", "Transportes", "Cerámicas", "Bodegas", "Viveros", "Clínica", "Autoescuela", "Papelería", "Catering", "Náutica", "Textil", "Imprenta", "Fontanería", "Electricidad"},
		"MX": {"Comercializadora", "Distribuidora", "Servicios", "Constructora", "Refaccionaria", "Abarrotes", "Muebles", "Transportes", "Alimentos", "Papelera"},
		"PE": {"Comercial", "Inversiones", "Servicios", "Corporación", "Ferretería", "Textiles", "Agroindustrias", "Transportes", "Multiservicios", "Boticas"},
	}
	roots  = []string{"Brumal", "Vetan", "Cepal", "Barrol", "Rodal", "Yesobl", "Quillaf", "Sonris", "Pesalig", "Foliob", "Hilov", "Petal", "Mesaleg", "Raizpr", "Cajall", "Giroam", "Nubal", "Ondav", "Zafir", "Ardent", "Lumbr", "Tornav", "Albor", "Caudal", "Sendar", "Fresned", "Marant", "Robled", "Tejaz", "Vallin"}
	ends   = []string{"uz", "oble", "arga", "ento", "enta", "anco", "irme", "alta", "era", "onda", "ano", "onia", "re", "ofunda", "ena", "plio", "ia", "erna", "el", "ex", "ia", "egre", "isa", "oz", "ique", "ora", "uela"}
	legal  = map[string][]string{"ES": {", S.L.", ", S.A.", ", S.L.U."}, "MX": {", S.A. de C.V.", ", S. de R.L. de C.V."}, "PE": {" S.A.C.", " E.I.R.L.", " S.A."}}
	given  = []string{"Irene", "Bruno", "Gonzalo", "Lucía", "Marta", "Álvaro", "Noelia", "Íñigo", "Begoña", "Tomás", "Ximena", "Joaquín", "Rosaura", "Emiliano", "Valeria", "César", "Maribel", "Óscar", "Pilar", "Andrés"}
	family = []string{"Valdelomar", "Castrelo", "Pradeira", "Tornavuelo", "Brañuelas", "Quintaniel", "Roblavieja", "Sendarrubia", "Marantes", "Albornal", "Peñalvez", "Fresnillo", "Zurbarena", "Coronillas", "Ibarguren", "Nogaledo", "Vallinas", "Teixoeira"}
	towns  = map[string][]struct{ name, code string }{
		"ES": {{"Valdemiel", "28013"}, {"Robledal del Río", "46002"}, {"Peñaluz", "08005"}, {"Villamarante", "41004"}, {"Sendarroya", "50001"}},
		"MX": {{"Ciudad de México", "03100"}, {"Guadalajara", "44100"}, {"Monterrey", "64000"}, {"Puebla", "72000"}},
		"PE": {{"Lima", "15046"}, {"Arequipa", "04001"}, {"Trujillo", "13001"}},
	}
	streets = []string{"Calle del Molino", "Avenida de la Estación", "Calle Mayor", "Plaza del Mercado", "Calle de los Olmos", "Camino Viejo", "Calle de la Fragua"}
)

// party is a fictional debtor as the creditor describes it in a portfolio.
type party struct {
	Kind     string  `json:"kind"`
	Name     string  `json:"name"`
	TaxID    string  `json:"tax_id"`
	Country  string  `json:"country"`
	Language string  `json:"language"`
	Email    string  `json:"email,omitempty"`
	Phone    string  `json:"phone,omitempty"`
	Address  address `json:"address"`
}

type address struct {
	Street     string `json:"street"`
	PostalCode string `json:"postal_code"`
	City       string `json:"city"`
	Country    string `json:"country"`
}

// company makes the n-th fictional company of a country.
func company(r *rand.Rand, country string, n int) party {
	root := pick(r, roots) + pick(r, ends)
	name := pick(r, trades[country]) + " " + root + pick(r, legal[country])
	return dress(r, party{Kind: "company", Name: name, Country: country, Email: fmt.Sprintf("administracion@%s-%d.example", plain(root), n)}, n)
}

// person makes the n-th fictional private debtor of a country.
func person(r *rand.Rand, country string, n int) party {
	first, last := pick(r, given), pick(r, family)
	return dress(r, party{Kind: "person", Name: first + " " + last + " " + pick(r, family), Country: country,
		Email: fmt.Sprintf("%s.%s.%d@correo.example", plain(first), plain(last), n)}, n)
}

func dress(r *rand.Rand, p party, n int) party {
	town := pick(r, towns[p.Country])
	p.Language = "es"
	p.TaxID = law.MakeTaxID(p.Country, p.Kind, uint64(1000+n))
	p.Address = address{fmt.Sprintf("%s %d", pick(r, streets), 1+r.IntN(120)), town.code, town.name, p.Country}
	return p
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// plain turns a name into the letters of an address.
func plain(s string) string {
	s = strings.ToLower(s)
	return strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ñ", "n", " ", "-").Replace(s)
}
