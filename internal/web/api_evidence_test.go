package web_test

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/evidence/bundle"
	"recobro/internal/evidence/format"
	"recobro/internal/evidence/tree"
	"recobro/internal/postgres"
	"recobro/internal/testfirm"
)

// seal is a log that takes in what was recorded and signs it, and the keys to check it with.
type seal struct {
	f    *testfirm.Firm
	keys format.Trust
	sign *format.Signer
}

func sealOf(t *testing.T, f *testfirm.Firm) *seal {
	t.Helper()
	var origin string
	if err := f.DB.Super.Get(&origin, `select origin from ev.log`); err != nil {
		t.Fatal(err)
	}
	secret, public, err := format.NewKey(rand.Reader, origin, format.LogKey)
	if err != nil {
		t.Fatal(err)
	}
	s := &seal{f: f}
	if s.sign, err = format.NewSigner(secret, time.Now); err != nil {
		t.Fatal(err)
	}
	if s.keys, err = format.ParseTrust([]byte("log " + public)); err != nil {
		t.Fatal(err)
	}
	return s
}

// now signs a checkpoint over everything recorded so far.
func (s *seal) now(t *testing.T) format.PrintedCheckpoint {
	t.Helper()
	for step, n := (&tree.Sequencer{DB: s.f.DB.Log, Logger: slog.New(slog.DiscardHandler)}), 1; n > 0; {
		var err error
		if n, err = step.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var p format.PrintedCheckpoint
	err := s.f.DB.Log.View(t.Context(), "", func(tx *postgres.Tx) (err error) {
		if p.Size, err = tree.Size(tx); err == nil {
			p.Root, err = tree.Root(tx, p.Size)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: format.Checkpoint{Origin: s.sign.Name(), Size: p.Size, Root: tlog.Hash(p.Root)}.Text()}, s.sign)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.f.DB.Super.Exec(`insert into ev.checkpoints (size, root, note, signed_at) values ($1, $2, $3, now())`, p.Size, p.Root[:], string(signed))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// holds checks a bundle and answers its files.
func (s *seal) holds(t *testing.T, data []byte, demand bundle.Demand) map[string]string {
	t.Helper()
	if _, err := bundle.Verify(bytes.NewReader(data), int64(len(data)), s.keys, demand); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}

// found says whether a text stands in any file of a bundle.
func found(files map[string]string, canary string) bool {
	for _, text := range files {
		if strings.Contains(text, canary) {
			return true
		}
	}
	return false
}

func TestTheProofOfACaseIsDownloadedHoldsAndTellsACourtNoOffer(t *testing.T) {
	o := open(t)
	log := sealOf(t, o.Firm)
	c := o.OpenCase(testfirm.Opts{})
	at := "/api/v1/cases/" + c.ID.String()
	o.good(o.Paralegal, 201, "POST", at+"/agreements", `{"kind":"full_with_discount","total":{"amount":"513.37","currency":"EUR"},"count":1,"first_due_on":"2026-04-01"}`)
	o.good(o.Paralegal, 201, "POST", at+"/interactions", `{"kind":"note","text":"canario interno","internal":true}`)
	o.good(o.Paralegal, 201, "POST", at+"/documents", `{"kind":"invoice","name":"factura.pdf","media_type":"application/pdf","content_base64":"JVBERi0xLjQKY2FuYXJpbwolJUVPRgo="}`)
	if a := o.call(o.Lawyer, "GET", at+"/evidence?profile=court", ""); a.status != 409 || a.refusal(t).Code != "bundle_not_sealed" {
		t.Errorf("before any checkpoint: %d %s", a.status, a.body)
	}
	log.now(t)
	for _, line := range []struct {
		who             evidence.Actor
		profile         string
		offer, internal bool
	}{
		{o.Lawyer, "full", true, true}, {o.DPO, "full", true, true}, {o.Lawyer, "court", false, false}, {o.Lawyer, "debtor", false, false},
		{o.Lawyer, "client", true, false}, {o.ClientAdminA, "client", true, false}, {o.KeyA, "client", true, false},
	} {
		a := o.good(line.who, 200, "GET", at+"/evidence?profile="+line.profile, "")
		if name := a.header.Get("Content-Disposition"); a.header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(name, `attachment; filename="case-`+c.Number+`-`) {
			t.Errorf("%s: %v", line.profile, a.header)
		}
		files := log.holds(t, a.body, bundle.Demand{})
		if found(files, "513.37") != line.offer || found(files, "canario interno") != line.internal {
			t.Errorf("%s: the offer is there: %t, the internal note: %t", line.profile, found(files, "513.37"), found(files, "canario interno"))
		}
		if !found(files, "%PDF-1.4\ncanario") {
			t.Errorf("%s: the invoice is missing", line.profile)
		}
	}
	first := log.holds(t, o.good(o.Lawyer, 200, "GET", at+"/evidence?profile=full&seq=1", "").body, bundle.Demand{})
	if _, more := first["events/000002.hdr"]; more {
		t.Error("who asks for one interaction gets more")
	}
}

func TestOnlyWhoMayTakeEvidenceAwayGetsTheirOwnProfile(t *testing.T) {
	o := open(t)
	log := sealOf(t, o.Firm)
	c := o.OpenCase(testfirm.Opts{})
	log.now(t)
	at := "/api/v1/cases/" + c.ID.String() + "/evidence?profile="
	for name, who := range map[string]evidence.Actor{"paralegal": o.Paralegal, "supervisor": o.Supervisor, "finance": o.Finance, "admin": o.Admin} {
		if a := o.call(who, "GET", at+"court", ""); a.status != 404 {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	for _, profile := range []string{"full", "court", "debtor"} {
		if a := o.call(o.ClientAdminA, "GET", at+profile, ""); a.status != 422 || a.refusal(t).Code != "bundle_profile_refused" {
			t.Errorf("a client asks for %s: %d", profile, a.status)
		}
	}
	for name, who := range map[string]evidence.Actor{"another client": o.ClientAdminB, "another client's key": o.KeyB} {
		if a := o.call(who, "GET", at+"client", ""); a.status != 404 {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	stale(t, o.Firm)
	if a := o.call(o.Lawyer, "GET", at+"court", ""); a.status != 403 || a.refusal(t).Code != "step_up_required" {
		t.Errorf("a lawyer who showed no factor lately: %d %s", a.status, a.body)
	}
}

func TestTheLogOfTheCaseOffersTheProofAndSaysWhyThereIsNoneYet(t *testing.T) {
	h := openHouse(t)
	log := sealOf(t, h.Firm)
	c := h.OpenCase(testfirm.Opts{})
	at := "/cases/" + c.ID.String()
	h.as(t, h.Lawyer).get(at).says(t, 200, "Descargar prueba", "El juzgado", "Reserva las ofertas", `action="`+at+`/evidence"`)
	h.as(t, h.ClientAdminA).get(at).says(t, 200, "Descargar prueba", "El acreedor").hides(t, "El juzgado", "El despacho, completo")
	h.as(t, h.Paralegal).get(at).says(t, 200).hides(t, "Descargar prueba")
	h.as(t, h.Lawyer).get(at+"/evidence?profile=court").says(t, 409, "aún no están bajo un punto de control firmado")
	log.now(t)
	got := h.as(t, h.Lawyer).get(at + "/evidence?profile=court&seq=&printed=")
	if got.status != 200 {
		t.Fatalf("%d %s", got.status, excerpt(got.text))
	}
	log.holds(t, []byte(got.text), bundle.Demand{})
}

func TestEachLineOfTheLogSaysWhichCheckpointCoversItOrThatItWaits(t *testing.T) {
	h := openHouse(t)
	log := sealOf(t, h.Firm)
	c := h.OpenCase(testfirm.Opts{})
	at := "/cases/" + c.ID.String()
	h.as(t, h.Lawyer).get(at).says(t, 200, "espera punto de control").hides(t, "en el punto de control")
	first := log.now(t)
	desk := &cases.Desk{Log: h.Log, Law: h.Law}
	if _, err := desk.Write(t.Context(), h.Lawyer2, c.ID, cases.Contact{Kind: "call", Text: "Llamada posterior"}); err != nil {
		t.Fatal(err)
	}
	h.as(t, h.Lawyer).get(at).says(t, 200, fmt.Sprintf("en el punto de control %d", first.Size), "espera punto de control")
	second := log.now(t)
	h.as(t, h.ClientAdminA).get(at).says(t, 200, fmt.Sprintf("en el punto de control %d", first.Size), fmt.Sprintf("en el punto de control %d", second.Size)).
		hides(t, "espera punto de control")
}
