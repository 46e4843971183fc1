package money

import (
	"testing"

	"pgregory.net/rapid"
)

func TestPublishedReferencesPassAndWrongOnesDoNot(t *testing.T) {
	for _, c := range []struct {
		name        string
		check       func(string) (string, error)
		valid, fail []string
	}{
		{"RF", CheckRF, []string{"RF18539007547034", "rf18 ABC2 0260 0012 3", "RF712348231"}, []string{"RF19539007547034", "RF18", "RF18ABC-1", "XX18539007547034", "RF1٨539007547034"}},
		{"IBAN", CheckIBAN, []string{"ES9121000418450200051332", "ES62 0182 2370 4202 0160 0000", "GB82WEST12345698765432"},
			[]string{"ES9121000418450200051333", "ES912100041845020005133", "ES91210004184502000513A2", "9121000418450200051332ES", ""}},
		{"CLABE", CheckCLABE, []string{"032180000118359719"}, []string{"032180000118359718", "03218000011835971", "03218000011835971A"}},
	} {
		for _, s := range c.valid {
			if _, err := c.check(s); err != nil {
				t.Errorf("%s %q refused: %v", c.name, s, err)
			}
		}
		for _, s := range c.fail {
			if got, err := c.check(s); err == nil {
				t.Errorf("%s %q passed as %q", c.name, s, got)
			}
		}
	}
}

func TestSpanishIBANNeedsItsInnerControlDigits(t *testing.T) {
	bban := "21000418460200051332" // 46 instead of 45
	wrong := "ES" + twoDigits(98-mod97(bban+"ES00")) + bban
	if _, err := CheckIBAN(wrong); err != ErrCheckDigits {
		t.Fatalf("an IBAN with right mod 97 and wrong CCC digits gave %v", err)
	}
	for _, c := range [][4]string{{"2100", "0418", "0200051332", "ES9121000418450200051332"}, {"0182", "2370", "0201600000", "ES6201822370420201600000"}} {
		if got, err := MakeIBANES(c[0], c[1], c[2]); err != nil || got != c[3] {
			t.Errorf("made %s, %v; want %s", got, err, c[3])
		}
	}
}

func TestAnyMadeReferencePassesAndOneChangedSignDoesNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		made, err := MakeRF(rapid.StringMatching(`[A-Z0-9]{1,21}`).Draw(t, "body"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := CheckRF(made); err != nil || got != made {
			t.Fatalf("%s: %s, %v", made, got, err)
		}
		at := rapid.IntRange(4, len(made)-1).Draw(t, "at")
		b := []byte(made)
		if b[at] >= '0' && b[at] <= '9' {
			b[at] = '0' + (b[at]-'0'+1)%10
		} else {
			b[at] = 'A' + (b[at]-'A'+1)%26
		}
		if _, err := CheckRF(string(b)); err == nil {
			t.Fatalf("%s passes although %s was made", b, made)
		}
	})
}
