package acta_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"recobro/internal/acta"
	"recobro/internal/letters"
	"recobro/internal/problem"
	shipped "recobro/letters"
)

func shelf(t *testing.T) *letters.Shelf {
	t.Helper()
	s, err := letters.Load(shipped.FS)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sample is a case with a reminder, a confidential offer, a destroyed note and a demand received by signature.
func sample() acta.Acta {
	at := time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)
	hash := strings.Repeat("0123456789abcdef", 4)
	return acta.Acta{
		Firm: letters.HeadOf("Cardoalto Abogados, S.L.P.", "B00000200", "", "Plaza del Olmo 3", "00001 Valdemiel", "reclamaciones@cardoalto.example"),
		Case: "R-2026-000412", Client: "Suministros Zafirel, S.A.", Debtor: "Talleres Brumaluz, S.L.",
		Profile: problem.Text{ES: "El paquete es el destinado al tribunal: prueba el intento de negociación y no entrega las ofertas.", EN: "The bundle is the court's: it proves the attempt to negotiate and withholds the offers."},
		Origin:  "recobro/0d9f2f4e-6f6b-4c5c-9c39-2f9e0c6e1a11", Size: 12345, Root: "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=", Nonce: "5c0f0a4be1f94d8f9f0d6a4be1f94d8f",
		Lines: []acta.Line{
			{Seq: 1, Kind: "case.opened", At: at, Title: "Alta del expediente", Detail: "Cartera 7.", Who: "integración", Leaf: hash, Class: "open"},
			{Seq: 2, Kind: "message.sent", At: at.Add(time.Hour), Title: "Comunicación enviada: Primer recordatorio", Detail: "A pagos@brumaluz.example.", Who: "Recobro", Grade: 2, Channel: "email", Leaf: hash, Class: "open"},
			{Seq: 3, Kind: "agreement.proposed", At: at.Add(2 * time.Hour), Who: "abogado", Leaf: hash, Class: "confidential_negotiation", Missing: acta.Withheld},
			{Seq: 4, Kind: "note.written", At: at.Add(3 * time.Hour), Who: "procurador", Leaf: hash, Class: "internal", Missing: acta.Destroyed},
			{Seq: 5, Kind: "demand.delivered", At: at.Add(4 * time.Hour), Title: "Requerimiento entregado", Who: "abogado", Grade: 4, Leaf: hash, Class: "open"},
		},
		Papers: []acta.Paper{{Seq: 5, Name: "acuse.pdf", SHA256: hash, Bytes: 48213}},
		Attested: []acta.Attestation{
			{Who: "recobro/0d9f2f4e", What: problem.Text{ES: "El punto de control, con la clave del registro", EN: "The checkpoint, with the log's key"}, At: at.Add(5 * time.Hour)},
			{Who: "Testigo de Zafirel", What: problem.Text{ES: "Que el árbol solo ha crecido", EN: "That the tree has only grown"}, At: at.Add(5 * time.Hour)},
		},
	}
}

func text(t *testing.T, pdf []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "acta.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

func print(t *testing.T, a acta.Acta, lang string) (string, []byte) {
	t.Helper()
	pdf, err := a.PDF(shelf(t), lang)
	if err != nil {
		t.Fatal(err)
	}
	if to := os.Getenv("ACTA_OUT"); to != "" {
		if err := os.WriteFile(filepath.Join(to, t.Name()+"-"+lang+".pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return text(t, pdf), pdf
}

func TestActaSaysWhatIsProvedAndWhatIsNot(t *testing.T) {
	for lang, want := range map[string][]string{
		"es": {"del 1 al 5, sin huecos", "Qué no queda probado", "no es un acta notarial", "LO 1/2025, art. 9", "(contenido reservado)", "(contenido destruido)",
			"2 · aceptado por", "4 · recibido con", "Testigo de Zafirel", "12345", "no entrega las ofertas", "Cualquier otro"},
		"en": {"from 1 to 5 without a gap", "What is not proved", "no notarial act", "LO 1/2025, art. 9", "(content withheld)", "(content destroyed)",
			"2 · accepted by", "4 · received by", "12345", "withholds the offers", "Any other"},
	} {
		got, _ := print(t, sample(), lang)
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: %q is not in the acta:\n%s", lang, w, got)
			}
		}
	}
}

func TestActaWithoutOutsideSignaturesSaysSo(t *testing.T) {
	a := sample()
	a.Size, a.Root, a.Attested = 0, "", nil
	got, _ := print(t, a, "es")
	for _, w := range []string{"Ningún punto de control firmado", "hace falta una firma de fuera"} {
		if !strings.Contains(got, w) {
			t.Errorf("%q is not in the acta:\n%s", w, got)
		}
	}
	for _, w := range []string{"Que el registro entero es uno solo", "Que no se anotaron después"} {
		if strings.Contains(got, w) {
			t.Errorf("the acta claims %q without a signature", w)
		}
	}
}

func TestWithheldContentIsNowhereInTheActa(t *testing.T) {
	a := sample()
	a.Lines[2].Title, a.Lines[2].Detail = "Propuesta de 9.999,99 €", "canario"
	got, pdf := print(t, a, "es")
	if strings.Contains(got, "canario") || strings.Contains(got, "9.999,99") || bytes.Contains(pdf, []byte("canario")) {
		t.Error("the content of a withheld interaction is printed")
	}
}

func TestSameBundleGivesTheSameActa(t *testing.T) {
	_, one := print(t, sample(), "es")
	_, two := print(t, sample(), "es")
	if !bytes.Equal(one, two) {
		t.Error("two prints of one acta differ")
	}
}
