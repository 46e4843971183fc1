package law

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"recobro/internal/problem"
)

func TestPublishedTaxIDsPass(t *testing.T) {
	for _, c := range []struct{ country, id, normal, holder string }{
		{"ES", "12345678Z", "12345678Z", Person}, {"ES", "99999999-R", "99999999R", Person}, {"ES", "Y1234567X", "Y1234567X", Person},
		{"ES", "K1234567L", "K1234567L", Person}, {"ES", "es b-64717838", "B64717838", Company}, {"ES", "P2807900B", "P2807900B", Company},
		{"ES", "J99216582", "J99216582", Company}, {"ES", "ESX1234567L", "X1234567L", Person}, {"ES", "A58818501", "A58818501", Company},
		{"MX", "GODE561231GR8", "GODE561231GR8", Person}, {"MX", "SAT970701NN3", "SAT970701NN3", Company}, {"MX", "ABC200116ABA", "ABC200116ABA", Company},
		{"MX", "XAXX010101000", "XAXX010101000", Unknown}, {"MX", "XEXX010101000", "XEXX010101000", Unknown},
		{"PE", "20131312955", "20131312955", Company}, {"PE", "10412345679", "10412345679", Person}, {"PE", "15000000032", "15000000032", Unknown},
		{"PE", "20456789090", "20456789090", Company}, {"PE", "20456789031", "20456789031", Company},
		{"CL", "76.086.428-5", "760864285", Company}, {"CL", "11111111-1", "111111111", Person}, {"CL", "9000008-k", "9000008K", Person}, {"CL", "9000002-0", "90000020", Person},
		{"CO", "213123432-1", "2131234321", Unknown}, {"CO", "899.999.090-2", "8999990902", Company}, {"CO", "900123402-0", "9001234020", Company}, {"CO", "900123406-1", "9001234061", Company},
	} {
		got, err := CheckTaxID(c.country, c.id)
		if err != nil || got.Normal != c.normal || got.Holder != c.holder || got.Doubtful {
			t.Errorf("%s %s = %+v, %v; want %s of a %s", c.country, c.id, got, err, c.normal, c.holder)
		}
	}
}

func TestWrongTaxIDsAreRefused(t *testing.T) {
	for country, ids := range map[string][]string{
		"ES": {"12345678A", "A58818502", "1234567Z", "B6471783H", "", "É2345678Z", "١٢٣٤٥٦٧٨Z", "１２３４５６７８Z", "O1234567L", "I12345674", "B64717838B"},
		"MX": {"GODE561331GR8", "GODE56123", "GOD€561231GR8", "GODE561231GRB"},
		"PE": {"20131312956", "99131312955", "2013131295"},
		"CL": {"76086428-4", "K-1", "0000000-0"},
		"CO": {"213123432-2", "12-3"},
	} {
		for _, id := range ids {
			if got, err := CheckTaxID(country, id); !errors.Is(err, ErrTaxID) {
				t.Errorf("%s %q = %+v, %v", country, id, got, err)
			}
		}
	}
	if _, err := CheckTaxID("FR", "1"); !errors.Is(err, errJurisdiction) {
		t.Errorf("France has no pack: %v", err)
	}
}

func TestWrongMexicanCheckDigitIsOnlyDoubtful(t *testing.T) {
	if got, err := CheckTaxID("MX", "GODE561231GR9"); err != nil || !got.Doubtful {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestEveryMadeTaxIDPasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		country := rapid.SampledFrom([]string{"ES", "MX", "PE", "CL", "CO"}).Draw(t, "country")
		holder := rapid.SampledFrom([]string{Person, Company}).Draw(t, "holder")
		made := MakeTaxID(country, holder, rapid.Uint64().Draw(t, "n"))
		got, err := CheckTaxID(country, made)
		if err != nil || got.Normal != made || got.Doubtful {
			t.Fatalf("%s %s = %+v, %v", country, made, got, err)
		}
		if got.Holder != holder && got.Holder != Unknown {
			t.Fatalf("%s was made for a %s and reads as a %s", made, holder, got.Holder)
		}
	})
}

func TestOneWrongDigitIsAlwaysSeenInSpanishCompanies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		made := []byte(MakeTaxID("ES", Company, rapid.Uint64().Draw(t, "n")))
		at := rapid.IntRange(1, 8).Draw(t, "at")
		made[at] = '0' + (made[at]-'0'+1)%10
		if got, err := CheckTaxID("ES", string(made)); err == nil {
			t.Fatalf("%s passes as %+v", made, got)
		}
	})
}

func FuzzTaxID(f *testing.F) {
	for _, s := range []string{"12345678Z", "ES B64717838", "GODE561231GR8", "Ñ&Ñ010101AA1", "20131312955", "9000008-K", "213123432-1", "\xff", "１"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, id string) {
		for country := range taxRules {
			got, err := CheckTaxID(country, id)
			if err != nil {
				if no := problem.Of(err); no == nil || len(no.Reasons) != 1 || !slices.Contains(taxReasons, no.Reasons[0].Code) || !both(no.Reasons[0].Text) {
					t.Fatalf("%s %q: %v", country, id, err)
				}
				continue
			}
			if strings.ContainsAny(got.Normal, " .-/") || got.Normal != strings.ToUpper(got.Normal) || got.Holder == "" {
				t.Fatalf("%s %q became %+v", country, id, got)
			}
			again, err := CheckTaxID(country, got.Normal)
			if err != nil || again != got {
				t.Fatalf("%s %q is not stable: %+v, then %+v, %v", country, id, got, again, err)
			}
		}
	})
}
