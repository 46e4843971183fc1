package money

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"recobro/internal/problem"
)

// ccc is CheckCCC as the others are.
func ccc(s string) (string, error) {
	normal, _, err := CheckCCC(s)
	return normal, err
}

var checks = []struct {
	name  string
	check func(string) (string, error)
	no    *problem.Error
}{{"RF", CheckRF, ErrRF}, {"IBAN", CheckIBAN, ErrIBAN}, {"CLABE", CheckCLABE, ErrCLABE}, {"CCC", ccc, ErrCCC}}

func TestPublishedReferencesAndAccountsPass(t *testing.T) {
	for _, c := range []struct {
		check      func(string) (string, error)
		in, normal string
	}{
		{CheckRF, "RF18539007547034", "RF18539007547034"}, {CheckRF, "rf18 ABC2 0260 0012 3", "RF18ABC2026000123"}, {CheckRF, "RF712348231", "RF712348231"},
		{CheckIBAN, "ES9121000418450200051332", "ES9121000418450200051332"}, {CheckIBAN, "IBAN es91 2100-0418.4502 0005 1332", "ES9121000418450200051332"},
		{CheckIBAN, "ES62 0182 2370 4202 0160 0000", "ES6201822370420201600000"}, {CheckIBAN, "GB82WEST12345698765432", "GB82WEST12345698765432"},
		{CheckCLABE, "032180000118359719", "032180000118359719"}, {CheckCLABE, "032 180 00011835971 9", "032180000118359719"},
		{ccc, "2100 0418 45 0200051332", "21000418450200051332"}, {ccc, "0182-2370-42-0201600000", "01822370420201600000"},
	} {
		if got, err := c.check(c.in); err != nil || got != c.normal {
			t.Errorf("%q = %q, %v", c.in, got, err)
		}
	}
}

// One example of every country whose accounts Recobro's clients and debtors are likely to have, from the registry.
func TestIBANsOfTheRegistryPass(t *testing.T) {
	for _, s := range []string{"AD1200012030200359100100", "AE070331234567890123456", "AT611904300234573201", "BE68539007547034", "BR1800360305000010009795493C1", "CH9300762011623852957",
		"CR05015202001026284066", "CY17002001280000001200527600", "CZ6508000000192000145399", "DE89370400440532013000", "DK5000400440116243", "DO28BAGR00000001212453611324",
		"EE382200221020145685", "FI2112345600000785", "FR1420041010050500013M02606", "GI75NWBK000000007099453", "GR1601101250000000012300695", "GT82TRAJ01020000001210029690",
		"HR1210010051863000160", "HU42117730161111101800000000", "IE29AIBK93115212345678", "IS140159260076545510730339", "IT60X0542811101000000123456", "LI21088100002324013AA",
		"LT121000011101001000", "LU280019400644750000", "LV80BANK0000435195001", "MC5811222000010123456789030", "MT84MALT011000012345MTLCAST001S", "NL91ABNA0417164300",
		"NO9386011117947", "PL61109010140000071219812874", "PT50000201231234567890154", "RO49AAAA1B31007593840000", "SE4550000000058398257466", "SI56263300012039086",
		"SK3112000000198742637541", "SM86U0322509800000000270100", "SV62CENR00000000000000700025", "TR330006100519786457841326", "XK051212012345678906"} {
		if got, err := CheckIBAN(s); err != nil || got != s {
			t.Errorf("%s: %v", s, err)
		}
	}
	if len(registry) != 89 {
		t.Errorf("%d countries", len(registry))
	}
}

func TestWhatIsWrongIsExplained(t *testing.T) {
	for _, c := range []struct {
		check      func(string) (string, error)
		in, reason string
		says       string // part of the explanation
	}{
		{CheckRF, "RF19539007547034", "rf_control", "control"}, {CheckRF, "RF18", "rf_length", "hay 4"}, {CheckRF, "RF18ABC_1", "rf_characters", "letras"},
		{CheckRF, "XX18539007547034", "rf_characters", "RF"}, {CheckRF, "RF1٨539007547034", "rf_characters", "cifras"}, {CheckRF, "RF99" + strings.Repeat("1", 22), "rf_length", "hay 26"},
		{CheckRF, "", "rf_length", "hay 0"},
		{CheckIBAN, "ES9121000418450200051333", "iban_control", "número de cuenta"}, {CheckIBAN, "ES9121000419450200051332", "iban_control", "oficina"},
		{CheckIBAN, "ES9221000418450200051332", "iban_control", "dos primeras"}, {CheckIBAN, "GB82WEST12345698765433", "iban_control", "cambiada"},
		{CheckIBAN, "ES912100041845020005133", "iban_length", "24 caracteres y aquí hay 23"}, {CheckIBAN, "ES91210004184502000513A2", "iban_characters", "cifras"},
		{CheckIBAN, "ESA121000418450200051332", "iban_characters", "3 al 4"}, {CheckIBAN, "GB82WES112345698765432", "iban_characters", "5 al 8 van letras"},
		{CheckIBAN, "9121000418450200051332ES", "iban_country", "país"}, {CheckIBAN, "MX9121000418450200051332", "iban_country", "país"}, {CheckIBAN, "", "iban_length", "Faltan"},
		{CheckIBAN, "Eſ9121000418450200051332", "iban_characters", "letras"}, {CheckIBAN, "ES9１21000418450200051332", "iban_characters", "letras"},
		{CheckCLABE, "032180000118359718", "clabe_control", "control"}, {CheckCLABE, "03218000011835971", "clabe_length", "hay 17"}, {CheckCLABE, "03218000011835971A", "clabe_characters", "cifras"},
		{ccc, "21000418450200051333", "ccc_control", "número de cuenta"}, {ccc, "21000419450200051332", "ccc_control", "oficina"}, {ccc, "21000418540200051332", "ccc_control", "ni el de"},
		{ccc, "2100041845020005133", "ccc_length", "hay 19"}, {ccc, "2100041845020005133X", "ccc_characters", "cifras"},
	} {
		_, err := c.check(c.in)
		no := problem.Of(err)
		if no == nil || len(no.Reasons) != 1 || no.Reasons[0].Code != c.reason || !strings.Contains(no.Reasons[0].Text.ES, c.says) || no.Reasons[0].Text.EN == "" {
			t.Errorf("%q: %+v", c.in, no)
		}
	}
}

func TestSpanishIBANNeedsItsInnerControlDigits(t *testing.T) {
	_, err := CheckIBAN(ibanES("21000418460200051332")) // 46 instead of 45
	if no := problem.Of(err); no == nil || no.Reasons[0].Code != "iban_ccc" {
		t.Fatalf("an IBAN with right mod 97 and wrong CCC digits gave %v", err)
	}
	for _, c := range [][4]string{{"2100", "0418", "0200051332", "ES9121000418450200051332"}, {"0182", "2370", "0201600000", "ES6201822370420201600000"}} {
		if got, err := MakeIBANES(c[0], c[1], c[2]); err != nil || got != c[3] {
			t.Errorf("made %s, %v; want %s", got, err, c[3])
		}
		if _, iban, err := CheckCCC(c[3][4:]); err != nil || iban != c[3] {
			t.Errorf("the CCC %s became %s, %v", c[3][4:], iban, err)
		}
	}
}

func TestAnAccountIsJudgedByWhereItIs(t *testing.T) {
	for _, c := range []struct {
		country, in, normal string
		no                  *problem.Error
	}{
		{"ES", "es91 2100 0418 4502 0005 1332", "ES9121000418450200051332", nil}, {"ES", "2100 0418 45 0200051332", "ES9121000418450200051332", nil},
		{"ES", "2100 0418 46 0200051332", "", ErrCCC}, {"ES", "IBAN", "", ErrIBAN}, {"ES", "GB82WEST12345698765432", "GB82WEST12345698765432", nil},
		{"DE", "370400440532013000", "", ErrIBAN}, {"MX", "032180000118359719", "032180000118359719", nil}, {"MX", "032180000118359718", "", ErrCLABE},
		{"MX", "ES9121000418450200051332", "ES9121000418450200051332", nil}, {"PE", "002-193-001234567890-17", "00219300123456789017", nil},
		{"CL", "1234", "", ErrAccount}, {"CO", "12345/6", "", ErrAccount}, {"CL", "٠٠٠٠٠٠٠", "", ErrAccount},
	} {
		got, err := CheckAccount(c.country, c.in)
		if got != c.normal || c.no == nil && err != nil || c.no != nil && !errors.Is(err, c.no) {
			t.Errorf("%s %q = %q, %v", c.country, c.in, got, err)
		}
	}
}

// anIBAN draws a well-formed one of any country of the registry.
func anIBAN(t *rapid.T) string {
	country := rapid.SampledFrom(slices.Sorted(maps.Keys(registry))).Draw(t, "country")
	if country == "ES" {
		iban, err := MakeIBANES(rapid.StringMatching(`[0-9]{4}`).Draw(t, "bank"), rapid.StringMatching(`[0-9]{4}`).Draw(t, "branch"), rapid.StringMatching(`[0-9]{10}`).Draw(t, "account"))
		if err != nil {
			t.Fatal(err)
		}
		return iban
	}
	body := ""
	for _, f := range fields(registry[country]) {
		signs := map[byte]string{'n': "0123456789", 'a': "ABCXYZ", 'c': "0189ABYZ"}[f.class]
		for range f.count {
			body += string(signs[rapid.IntRange(0, len(signs)-1).Draw(t, "sign")])
		}
	}
	return country + control97(country, body) + body
}

// Mod 97 sees every single changed sign of one kind and every pair of neighbouring digits that changed places.
func TestMod97SeesOneChangedSignAndTwoSwappedDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		made, check := anIBAN(t), CheckIBAN
		if rapid.Bool().Draw(t, "reference") {
			var err error
			if made, err = MakeRF(rapid.StringMatching(`[A-Z0-9]{1,21}`).Draw(t, "body")); err != nil {
				t.Fatal(err)
			}
			check = CheckRF
		}
		if got, err := check(made); err != nil || got != made {
			t.Fatalf("%s: %s, %v", made, got, err)
		}
		at := rapid.IntRange(2, len(made)-1).Draw(t, "at")
		b := []byte(made)
		if b[at] >= '0' && b[at] <= '9' {
			b[at] = '0' + (b[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		} else {
			b[at] = 'A' + (b[at]-'A'+byte(rapid.IntRange(1, 25).Draw(t, "by")))%26
		}
		if _, err := check(string(b)); err == nil {
			t.Fatalf("%s passes although %s was made", b, made)
		}
		b = []byte(made)
		if at+1 < len(b) && b[at] != b[at+1] && onlyDigits(made[at:at+2]) {
			b[at], b[at+1] = b[at+1], b[at]
			if _, err := check(string(b)); err == nil {
				t.Fatalf("%s passes although %s was made", b, made)
			}
		}
	})
}

// The weights 3, 7, 1 see every changed digit; of neighbours that changed places those that differ by five pass.
func TestCLABESeesOneChangedDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		figures := rapid.StringMatching(`[0-9]{17}`).Draw(t, "figures")
		made := ""
		for digit := range 10 {
			if whole, err := CheckCLABE(figures + string(rune('0'+digit))); err == nil {
				if made != "" {
					t.Fatalf("%s and %s both pass", made, whole)
				}
				made = whole
			}
		}
		b := []byte(made)
		at := rapid.IntRange(0, 17).Draw(t, "at")
		b[at] = '0' + (b[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if _, err := CheckCLABE(string(b)); err == nil {
			t.Fatalf("%s passes although %s was made", b, made)
		}
		b = []byte(made)
		if at = rapid.IntRange(0, 16).Draw(t, "swap"); b[at] != b[at+1] && (b[at]+10-b[at+1])%10 != 5 {
			b[at], b[at+1] = b[at+1], b[at]
			if _, err := CheckCLABE(string(b)); err == nil {
				t.Fatalf("%s passes although %s was made", b, made)
			}
		}
	})
}

func FuzzReferencesAndAccounts(f *testing.F) {
	for _, s := range []string{"RF18539007547034", "IBAN ES91 2100 0418 4502 0005 1332", "GB82WEST12345698765432", "032180000118359719", "2100 0418 45 0200051332", "IBANIBANES", "\xff", "ſ", "１"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range checks {
			got, err := c.check(s)
			if err != nil {
				no := problem.Of(err)
				if got != "" || !errors.Is(err, c.no) || len(no.Reasons) != 1 || no.Reasons[0].Text.ES == "" || no.Reasons[0].Text.EN == "" {
					t.Fatalf("%s %q: %q, %v", c.name, s, got, err)
				}
				continue
			}
			if again, err := c.check(got); err != nil || again != got || !alphanumeric(got) {
				t.Fatalf("%s %q became %q, then %q (%v)", c.name, s, got, again, err)
			}
		}
		for _, country := range []string{"ES", "MX", "PE", "CL", "DE", ""} {
			if got, err := CheckAccount(country, s); err == nil {
				if again, err := CheckAccount(country, got); err != nil || again != got {
					t.Fatalf("%s %q became %q, then %q (%v)", country, s, got, again, err)
				}
			}
		}
	})
}
