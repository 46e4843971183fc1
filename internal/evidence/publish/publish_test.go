package publish

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/evidence/format"
	"recobro/internal/evidence/signer"
	"recobro/internal/evidence/tree"
	"recobro/internal/postgres"
	"recobro/internal/testdb"
)

// installation is a firm whose log is published: a signer and two witnesses behind real HTTP.
type installation struct {
	T      *testing.T
	DB     *testdb.DB
	Log    *evidence.Log
	Job    evidence.Actor
	pub    *Publisher
	origin string
	state  string // the signer's folder
	key    *format.Signer
	log    *served
}

// served is a signer or witness that can be stopped and changed.
type served struct {
	sync.Mutex
	http.Handler
	signer *signer.Signer
	asked  int
}

func (s *served) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	s.asked++
	h := s.Handler
	s.Unlock()
	h.ServeHTTP(w, r)
}

func (s *served) set(h http.Handler) { s.Lock(); s.Handler = h; s.Unlock() }

var nothing = slog.New(slog.DiscardHandler)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func serve(t *testing.T, dir, name string, kind format.Kind, follows signer.Log) (*served, Peer, *format.Signer) {
	t.Helper()
	key, err := signer.MakeKey(filepath.Join(dir, "key"), name, kind)
	must(t, err)
	must(t, signer.Init(filepath.Join(dir, "state"), key, follows))
	s, err := signer.Open(filepath.Join(dir, "state"), key, follows)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	on := &served{Handler: s.Handler(nothing), signer: s}
	server := httptest.NewServer(on)
	t.Cleanup(server.Close)
	peer, err := ParsePeer(server.URL+"#"+s.Public(), kind)
	must(t, err)
	return on, peer, key
}

func install(t *testing.T) *installation {
	t.Helper()
	db := testdb.New(t)
	i := &installation{T: t, DB: db, Log: &evidence.Log{DB: db.App, Now: time.Now}}
	var err error
	i.Job, err = access.OpenJob(t.Context(), db.Worker, "test", nil, time.Hour)
	must(t, err)
	must(t, i.DB.Super.Get(&i.origin, `select origin from ev.log`))
	i.state = t.TempDir()
	i.pub = &Publisher{DB: i.DB.Log, Logger: nothing, Quorum: 2,
		Alarm: OnTheChain(i.Log, func(context.Context) (evidence.Actor, error) { return i.Job, nil })}
	i.log, i.pub.Signer, i.key = serve(t, i.state, i.origin, format.LogKey, signer.Log{Origin: i.origin})
	for _, name := range []string{"cliente.example", "colegio.example"} {
		_, w, _ := serve(t, t.TempDir(), name, format.WitnessKey, signer.Log{Origin: i.origin, Keys: []note.Verifier{i.pub.Signer.Key}})
		i.pub.Witnesses = append(i.pub.Witnesses, w)
	}
	return i
}

// grow lets something happen in the firm and takes it into the tree.
func (i *installation) grow() {
	i.T.Helper()
	_, err := evidence.Record(i.T.Context(), i.Log, i.Job, func(*evidence.Tx) (struct{}, []evidence.Entry, error) {
		return struct{}{}, slices.Repeat([]evidence.Entry{{Subject: evidence.Firm, Kind: "note.written"}}, 5), nil
	})
	must(i.T, err)
	i.sequence()
}

func (i *installation) sequence() {
	i.T.Helper()
	for s := (&tree.Sequencer{DB: i.DB.Log, Logger: nothing}); ; {
		n, err := s.Step(i.T.Context())
		must(i.T, err)
		if n == 0 {
			return
		}
	}
}

// published is the newest checkpoint with its cosignatures, verified against every key; it must stand for the whole tree.
func (i *installation) published() (c format.Checkpoint, signatures int) {
	i.T.Helper()
	var signed string
	var lines []string
	var size int64
	must(i.T, i.DB.Super.Get(&signed, `select note from ev.checkpoints order by size desc limit 1`))
	must(i.T, i.DB.Super.Select(&lines, `select line from ev.cosignatures where size = (select max(size) from ev.checkpoints) order by witness`))
	known := []note.Verifier{i.pub.Signer.Key}
	for _, w := range i.pub.Witnesses {
		known = append(known, w.Key)
	}
	c, n, err := format.OpenCheckpoint([]byte(signed+strings.Join(lines, "")), i.origin, known...)
	must(i.T, err)
	must(i.T, i.DB.App.View(i.T.Context(), "", func(tx *postgres.Tx) error {
		size, err = tree.Size(tx)
		return err
	}))
	if c.Size != size {
		i.T.Fatalf("published are %d of %d events", c.Size, size)
	}
	return c, len(n.Sigs)
}

func (i *installation) alarms() (kinds []string) {
	i.T.Helper()
	must(i.T, i.DB.Super.Select(&kinds, `select type from ev.events where type like 'log.%' order by seq`))
	return kinds
}

func TestWhatHappenedIsSignedAndCosigned(t *testing.T) {
	i := install(t)
	var last int64
	for range 3 {
		i.grow()
		must(t, i.pub.Step(t.Context()))
		c, signatures := i.published()
		if signatures != 3 || c.Size <= last {
			t.Fatalf("%d signatures under %d events after %d", signatures, c.Size, last)
		}
		last = c.Size
	}
	asked := i.log.asked
	must(t, i.pub.Step(t.Context()))
	if i.log.asked != asked {
		t.Error("the signer was asked although nothing had happened")
	}
	if kinds := i.alarms(); len(kinds) > 0 {
		t.Errorf("alarms: %v", kinds)
	}
}

func TestWhoeverIsDownDelaysCheckpointsOnly(t *testing.T) {
	i := install(t)
	working := i.log.Handler
	down := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusServiceUnavailable) })
	i.log.set(down)
	i.grow()
	if err := i.pub.Step(t.Context()); err == nil {
		t.Error("nobody said that the signer is down")
	}
	i.grow() // and the work goes on
	i.log.set(working)
	must(t, i.pub.Step(t.Context()))
	if _, signatures := i.published(); signatures != 3 {
		t.Errorf("%d signatures", signatures)
	}
	if kinds := i.alarms(); len(kinds) > 0 {
		t.Errorf("a machine that is down is no refusal: %v", kinds)
	}
}

func TestTooFewWitnessesAreAnAlarm(t *testing.T) {
	i := install(t)
	lost, err := ParsePeer("http://127.0.0.1:1#"+mustKey(t, "lejos.example").Public(), format.WitnessKey)
	must(t, err)
	i.pub.Witnesses[1] = lost
	i.grow()
	if err := i.pub.Step(t.Context()); err == nil || !strings.Contains(err.Error(), "ALARM: 1 witnesses") {
		t.Errorf("%v", err)
	}
	if _, signatures := i.published(); signatures != 2 {
		t.Errorf("%d signatures", signatures)
	}
}

func mustKey(t *testing.T, name string) *format.Signer {
	t.Helper()
	key, err := signer.MakeKey(filepath.Join(t.TempDir(), "key"), name, format.WitnessKey)
	must(t, err)
	return key
}

// TestEV12ARefusalIsAnEntryOnTheFirmsChain rewrites the log under the signer (attack A7) and puts the signer's state back.
func TestEV12ARefusalIsAnEntryOnTheFirmsChain(t *testing.T) {
	t.Run("the log was rewritten", func(t *testing.T) {
		i := install(t)
		i.grow()
		must(t, i.pub.Step(t.Context()))
		_, err := i.DB.Super.Exec(`alter table ev.hashes disable trigger all; update ev.hashes set hash = sha256(hash)`)
		must(t, err)
		i.grow()
		for range 3 { // the alarm is raised at every try, and written once
			if err := i.pub.Step(t.Context()); err == nil || !strings.Contains(err.Error(), "ALARM: "+SignerRefused) {
				t.Fatal(err)
			}
		}
		if kinds := i.alarms(); len(kinds) != 1 || kinds[0] != SignerRefused {
			t.Errorf("alarms: %v", kinds)
		}
	})
	t.Run("the signer was put back", func(t *testing.T) {
		i := install(t)
		i.grow()
		must(t, i.pub.Step(t.Context()))
		fresh := t.TempDir()
		must(t, signer.Init(fresh, i.key, signer.Log{Origin: i.origin}))
		s, err := signer.Open(fresh, i.key, signer.Log{Origin: i.origin})
		must(t, err)
		defer s.Close()
		i.log.set(s.Handler(nothing))
		i.grow()
		if err := i.pub.Step(t.Context()); err == nil || !strings.Contains(err.Error(), "its state was put back") {
			t.Fatal(err)
		}
		if kinds := i.alarms(); len(kinds) != 1 || kinds[0] != SignerRefused {
			t.Errorf("alarms: %v", kinds)
		}
	})
}

// TestALogThatWasPutBackIsRefused is attack A11: an old backup under a signer and witnesses that remember more.
func TestALogThatWasPutBackIsRefused(t *testing.T) {
	i := install(t)
	i.grow()
	must(t, i.pub.Step(t.Context()))
	_, err := i.DB.Super.Exec(`alter table ev.cosignatures disable trigger all; alter table ev.checkpoints disable trigger all; alter table ev.leaves disable trigger all;
		delete from ev.cosignatures; delete from ev.checkpoints; delete from ev.leaves where tree_index > 3`)
	must(t, err)
	if err := i.pub.Step(t.Context()); err == nil || !strings.Contains(err.Error(), "the log was cut or put back") {
		t.Fatal(err)
	}
}

func TestAnAnswerThatGotLostIsAskedForAgain(t *testing.T) {
	i := install(t)
	working := i.log.Handler
	for range 2 {
		i.grow()
		i.log.set(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // the signer remembers, and nobody hears
			working.ServeHTTP(httptest.NewRecorder(), r)
			w.WriteHeader(http.StatusBadGateway)
		}))
		if err := i.pub.Step(t.Context()); err == nil {
			t.Error("a lost answer was taken for one")
		}
		i.log.set(working)
		must(t, i.pub.Step(t.Context()))
		i.published()
	}
	if kinds := i.alarms(); len(kinds) > 0 {
		t.Errorf("alarms: %v", kinds)
	}
}

func TestASignatureOfAnotherKeyIsNotStored(t *testing.T) {
	i := install(t)
	i.pub.Witnesses[0].Key, i.pub.Witnesses[1].Key = i.pub.Witnesses[1].Key, i.pub.Witnesses[0].Key
	i.grow()
	if err := i.pub.Step(t.Context()); err == nil {
		t.Error("cosignatures of other keys were accepted")
	}
	if _, signatures := i.published(); signatures != 1 {
		t.Errorf("%d signatures", signatures)
	}
}

// TestR16AnyNumberOfPublishersPublishOneHistory runs four of them against one signer while the log grows.
func TestR16AnyNumberOfPublishersPublishOneHistory(t *testing.T) {
	i := install(t)
	var all sync.WaitGroup
	for range 4 {
		one := *i.pub
		all.Go(func() {
			for range 12 {
				if err := one.Step(t.Context()); err != nil && strings.Contains(err.Error(), "ALARM: log.") {
					t.Error(err)
				}
			}
		})
	}
	for range 8 {
		i.grow()
	}
	all.Wait()
	must(t, i.pub.Step(t.Context()))
	i.published()
	if kinds := i.alarms(); len(kinds) > 0 {
		t.Errorf("alarms: %v", kinds)
	}
}

func TestAPeerNeedsAnAddressAndItsKey(t *testing.T) {
	public := mustKey(t, "testigo.example").Public()
	for _, text := range []string{"", "http://x", "ftp://x#" + public, "http://#" + public, "http://x#" + public + "x"} {
		if _, err := ParsePeer(text, format.WitnessKey); err == nil {
			t.Errorf("%q was read", text)
		}
	}
	if _, err := ParsePeer("https://x/w/#"+public, format.LogKey); err == nil {
		t.Error("a witness's key passed for the log's")
	}
}

func TestASignerAnswersOnASocket(t *testing.T) {
	i := install(t)
	socket := filepath.Join(t.TempDir(), "s")
	server := httptest.NewUnstartedServer(i.log)
	listener, err := net.Listen("unix", socket)
	must(t, err)
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	defer server.Close()
	i.pub.Signer, err = ParsePeer("unix:"+socket+"#"+i.key.Public(), format.LogKey)
	must(t, err)
	i.grow()
	must(t, i.pub.Step(t.Context()))
	i.published()
	if _, err := os.Stat(socket); err != nil {
		t.Error(err)
	}
}
