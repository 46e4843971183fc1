package bundling_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"log/slog"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/evidence/bundle"
	"recobro/internal/evidence/bundling"
	"recobro/internal/evidence/format"
	"recobro/internal/evidence/tree"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
)

// house is a firm whose log is sealed by a key of the test's own.
type house struct {
	*testfirm.Firm
	t    *testing.T
	desk *bundling.Desk
	keys format.Trust
	sign *format.Signer
}

func openHouse(t *testing.T) *house {
	t.Helper()
	f := testfirm.New(t)
	store, err := documents.OpenStore(t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	h := &house{Firm: f, t: t, desk: &bundling.Desk{Log: f.Log, Store: store}}
	var origin string
	must(t, f.DB.Super.Get(&origin, `select origin from ev.log`))
	secret, public, err := format.NewKey(rand.Reader, origin, format.LogKey)
	must(t, err)
	h.sign, err = format.NewSigner(secret, time.Now)
	must(t, err)
	h.keys, err = format.ParseTrust([]byte("log " + public))
	must(t, err)
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// seal takes all events into the tree and signs it.
func (h *house) seal() {
	h.t.Helper()
	for s := (&tree.Sequencer{DB: h.DB.Log, Logger: slog.New(slog.DiscardHandler)}); ; {
		n, err := s.Step(h.t.Context())
		must(h.t, err)
		if n == 0 {
			break
		}
	}
	var root tlog.Hash
	var size int64
	must(h.t, h.DB.Log.View(h.t.Context(), "", func(tx *postgres.Tx) (err error) {
		if size, err = tree.Size(tx); err == nil {
			root, err = tree.Root(tx, size)
		}
		return err
	}))
	signed, err := note.Sign(&note.Note{Text: format.Checkpoint{Origin: h.sign.Name(), Size: size, Root: root}.Text()}, h.sign)
	must(h.t, err)
	_, err = h.DB.Super.Exec(`insert into ev.checkpoints (size, root, note, signed_at) values ($1, $2, $3, now())`, size, root[:], string(signed))
	must(h.t, err)
}

func (h *house) bundle(who evidence.Actor, w bundling.Wanted) []byte {
	h.t.Helper()
	c, err := h.desk.Gather(h.t.Context(), who, w)
	must(h.t, err)
	data, err := c.Bytes()
	must(h.t, err)
	return data
}

func TestTheBundleOfACaseHoldsForEveryProfileAndIsTheSameTwice(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	if _, err := h.desk.Gather(t.Context(), h.Lawyer, bundling.Wanted{Case: c.ID, Profile: bundle.Full}); !refusedAs(err, "bundle_not_sealed") {
		t.Errorf("before any checkpoint: %v", err)
	}
	h.seal()
	other := h.OpenCase(testfirm.Opts{}) // its events name the first checkpoint
	h.seal()
	for _, profile := range bundle.Profiles {
		w := bundling.Wanted{Case: other.ID, Profile: profile}
		data := h.bundle(h.Lawyer, w)
		if !bytes.Equal(data, h.bundle(h.Lawyer, w)) {
			t.Errorf("%s: two bundles differ", profile)
		}
		r, err := bundle.Verify(bytes.NewReader(data), int64(len(data)), h.keys, bundle.Demand{})
		if err != nil || len(r.Events) == 0 {
			t.Fatalf("%s: %v", profile, err)
		}
	}
}

func refusedAs(err error, code string) bool {
	var p *problem.Error
	return errors.As(err, &p) && p.Code == code
}

func TestWhoReadsACaseTakesOnlyTheBundleThatIsTheirs(t *testing.T) {
	h := openHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	h.seal()
	data := h.bundle(h.ClientAdminA, bundling.Wanted{Case: c.ID, Profile: bundle.Client})
	if _, err := bundle.Verify(bytes.NewReader(data), int64(len(data)), h.keys, bundle.Demand{}); err != nil {
		t.Error(err)
	}
	for _, profile := range []string{bundle.Full, bundle.Court, bundle.Debtor, "", "press"} {
		if _, err := h.desk.Gather(t.Context(), h.ClientAdminA, bundling.Wanted{Case: c.ID, Profile: profile}); !refusedAs(err, "bundle_profile_refused") {
			t.Errorf("a client asked for the profile %q: %v", profile, err)
		}
	}
	if _, err := h.desk.Gather(t.Context(), h.ClientAdminB, bundling.Wanted{Case: c.ID, Profile: bundle.Client}); !errors.Is(err, problem.Missing) {
		t.Errorf("another client: %v", err)
	}
}
