package evidence_test

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"recobro/internal/evidence"
	"recobro/internal/evidence/format"
)

// pen is a key that signs, and the line of the trust file that says so.
func pen(t *testing.T, kind format.Kind, word, name string) (*format.Signer, string) {
	t.Helper()
	secret, public, err := format.NewKey(rand.Reader, name, kind)
	if err != nil {
		t.Fatal(err)
	}
	s, err := format.NewSigner(secret, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return s, word + " " + public + "\n"
}

// signedLine is the signature line under a text.
func signedLine(t *testing.T, text string, by note.Signer) string {
	t.Helper()
	signed, err := note.Sign(&note.Note{Text: text}, by)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(string(signed), text+"\n")
}

func TestVerifyHoldsCheckpointsToTheKeysThatAreTrusted(t *testing.T) {
	o := planted(t)
	end := o.verifyTree(t, evidence.TreeCheck{}).End
	log, logLine := pen(t, format.LogKey, "log", end.Origin)
	witness, witnessLine := pen(t, format.WitnessKey, "witness", "testigo.example")
	other, _ := pen(t, format.WitnessKey, "witness", "testigo.example")
	trust, err := format.ParseTrust([]byte(logLine + witnessLine))
	if err != nil {
		t.Fatal(err)
	}
	set := func(text string, cosignature string) evidence.TreeReport {
		o.db.Super.MustExec(`set session_replication_role = replica`)
		for _, table := range []string{"checkpoints", "cosignatures"} {
			o.db.Super.MustExec(`alter table ev.` + table + ` disable trigger all`)
		}
		o.db.Super.MustExec(`delete from ev.cosignatures`)
		o.db.Super.MustExec(`update ev.checkpoints set note = $1`, text+"\n"+signedLine(t, text, log))
		o.db.Super.MustExec(`insert into ev.cosignatures values ($1, 'testigo.example', $2, now()), ($1, 'desconocido.example', 'x', now())`, end.Size, cosignature)
		return o.verifyTree(t, evidence.TreeCheck{Keys: trust.Log, Witnesses: trust.Witnesses})
	}
	less := end
	less.Size--
	good := signedLine(t, end.Text(), witness)
	if r := set(end.Text(), good); len(r.Findings) != 0 || r.Checkpoints != 1 || r.Cosigned != 1 {
		t.Fatalf("%+v", r)
	}
	for name, r := range map[string]evidence.TreeReport{
		"a cosignature of another checkpoint": set(end.Text(), signedLine(t, less.Text(), witness)),
		"a cosignature by another key":        set(end.Text(), signedLine(t, end.Text(), other)),
		"a line that is no cosignature":       set(end.Text(), "— testigo.example AAAA"),
		"a note of another checkpoint":        set(less.Text(), good),
	} {
		if len(r.Findings) == 0 {
			t.Errorf("%s was not found: %+v", name, r)
		}
	}
}
