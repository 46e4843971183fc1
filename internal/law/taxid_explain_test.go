package law

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"recobro/internal/problem"
)

// taxReasons is the closed list.
var taxReasons = []string{taxLength, taxCharacters, taxKind, taxDate, taxControl}

func TestWrongTaxIDsSayWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ country, id, reason, says string }{
		{"ES", "12345678A", taxControl, "debería ser Z"}, {"ES", "12345679Z", taxControl, "debería ser S"}, {"ES", "A58818502", taxControl, "debería ser 1"},
		{"ES", "B6471783H", taxControl, "debería ser 8"}, // a letter that fits the digits, but a B bears a digit
		{"ES", "P28079002", taxControl, "debería ser B"}, {"ES", "J99216583", taxControl, "debería ser 2"}, {"ES", "J9921658C", taxControl, "debería ser B"},
		{"ES", "X1234567A", taxControl, "debería ser L"}, {"ES", "K1234567A", taxControl, "debería ser L"},
		{"ES", "1234567Z", taxLength, "hay 8. Un DNI corto"}, {"ES", "", taxLength, "hay 0"}, {"ES", "B64717838B", taxLength, "hay 10"}, {"ES", "ES1234567Z", taxLength, "hay 8"},
		{"ES", "O1234567L", taxKind, "ninguna clase"}, {"ES", "I12345674", taxKind, "ninguna clase"}, {"ES", "B6471A838", taxCharacters, "siete cifras"},
		{"ES", "É2345678Z", taxCharacters, "letras de la A a la Z"}, {"ES", "12_345678Z", taxCharacters, "letras de la A a la Z"}, {"ES", "Ñ2345678", taxLength, "hay 8"},
		{"MX", "GODE561331GR8", taxDate, "fecha"}, {"MX", "GODE560230GR8", taxDate, "fecha"}, {"MX", "GODE56123", taxLength, "13, o 12"}, {"MX", "GODE561231GRB", taxCharacters, "en A"},
		{"MX", "G0DE561231GR8", taxCharacters, "cuatro letras"}, {"MX", "GODE5612E1GR8", taxCharacters, "seis cifras"}, {"MX", "GODE561231&R8", taxCharacters, "homoclave"},
		{"PE", "20131312956", taxControl, "debería ser 5"}, {"PE", "99131312955", taxKind, "10, 15, 16, 17 o 20"}, {"PE", "2013131295", taxLength, "hay 10"}, {"PE", "2013131295X", taxCharacters, "cifras"},
		{"CL", "76.086.428-4", taxControl, "debería ser 5"}, {"CL", "9000008-1", taxControl, "debería ser K"}, {"CL", "K-1", taxLength, "hay 2"}, {"CL", "7608K428-5", taxCharacters, "en K"},
		{"CL", "12345678-A", taxCharacters, "en K"}, {"CL", "0000000-0", taxLength, "hay 0"},
		{"CO", "213123432-2", taxControl, "debería ser 1"}, {"CO", "800197268", taxControl, "es un 4 al final"}, {"CO", "12-3", taxLength, "hay 3"}, {"CO", "21312343A-1", taxCharacters, "cifras"},
	} {
		_, err := CheckTaxID(c.country, c.id)
		no := problem.Of(err)
		if no == nil || no.Code != "tax_id_invalid" || len(no.Reasons) != 1 || no.Reasons[0].Code != c.reason || !strings.Contains(no.Reasons[0].Text.ES, c.says) || no.Reasons[0].Text.EN == "" {
			t.Errorf("%s %q: %+v", c.country, c.id, no)
		}
	}
}

func TestGenericRFCsIdentifyNobody(t *testing.T) {
	for id, generic := range map[string]bool{"XAXX010101000": true, "xexx-010101-000": true, "GODE561231GR8": false} {
		if got, err := CheckTaxID("MX", id); err != nil || got.Generic != generic || got.Doubtful {
			t.Errorf("%s: %+v, %v", id, got, err)
		}
	}
}

// 899999090-2 without its check digit has one by chance: the holder gives it away, and intake warns.
func TestANITWithoutItsCheckDigitNeverReadsAsACompanys(t *testing.T) {
	if got, err := CheckTaxID("CO", "899999090"); err != nil || got.Holder != Person {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := CheckTaxID("CO", "899999090-2"); err != nil || got.Holder != Company {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestZerosBeforeARUTFallAway(t *testing.T) {
	for _, id := range []string{"9.000.008-K", "09.000.008-k", "009000008K", "CL 9000008-K"} {
		if got, err := CheckTaxID("CL", id); err != nil || got.Normal != "9000008K" {
			t.Errorf("%s: %+v, %v", id, got, err)
		}
	}
}

// The letter of a DNI or NIE (mod 23) and the sign of a RUT (mod 11) see every wrong digit and every two neighbours that changed
// places; the control of a CIF sees every wrong digit and all neighbours but 0 and 9.
func TestWrongAndSwappedDigitsAreSeenWhereTheSchemePromisesIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64().Draw(t, "n")
		c := rapid.SampledFrom([]struct{ country, holder string }{{"ES", Person}, {"ES", Company}, {"CL", Person}, {"CL", Company}}).Draw(t, "kind")
		made := MakeTaxID(c.country, c.holder, n)
		if c == (struct{ country, holder string }{"ES", Person}) && rapid.Bool().Draw(t, "nie") {
			seven := made[1:8]
			made = "Y" + seven + string(letterDNI("1"+seven))
		}
		var digits []int
		for i := range made {
			if made[i] >= '0' && made[i] <= '9' && i < len(made)-1 {
				digits = append(digits, i)
			}
		}
		at := rapid.SampledFrom(digits).Draw(t, "at")
		b := []byte(made)
		b[at] = '0' + (b[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if got, err := CheckTaxID(c.country, string(b)); err == nil && b[0] != '0' {
			t.Fatalf("%s passes as %+v although %s was made", b, got, made)
		}
		b = []byte(made)
		pair := string(b[at : at+2])
		if !slices.Contains(digits, at+1) || b[at] == b[at+1] || c.holder == Company && c.country == "ES" && (pair == "09" || pair == "90") {
			return
		}
		b[at], b[at+1] = b[at+1], b[at]
		if got, err := CheckTaxID(c.country, string(b)); err == nil && b[0] != '0' {
			t.Fatalf("%s passes as %+v although %s was made", b, got, made)
		}
	})
}
