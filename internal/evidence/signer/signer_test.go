package signer

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/evidence/format"
)

const origin = "recobro/test"

// history is a tree in memory; two histories with another seed share nothing after their first leaves.
type history struct{ hashes []tlog.Hash }

func grown(t testing.TB, size int64, leaf func(i int64) string) *history {
	t.Helper()
	h := &history{}
	for i := range size {
		more, err := tlog.StoredHashes(i, []byte(leaf(i)), h)
		must(t, err)
		h.hashes = append(h.hashes, more...)
	}
	return h
}

func (h *history) ReadHashes(ids []int64) (out []tlog.Hash, err error) {
	for _, id := range ids {
		out = append(out, h.hashes[id])
	}
	return out, nil
}

func straight(i int64) string { return fmt.Sprint("event ", i) }

// forked is another history from its sixth leaf on.
func forked(i int64) string {
	if i < 5 {
		return straight(i)
	}
	return fmt.Sprint("false event ", i)
}

// ask is a request for the tree of size new after one of size old.
func (h *history) ask(t testing.TB, old, new int64) Request {
	t.Helper()
	root, err := tlog.TreeHash(new, h)
	must(t, err)
	r := Request{Old: old, Checkpoint: []byte(format.Checkpoint{Origin: origin, Size: new, Root: root}.Text())}
	if old > 0 && old < new {
		r.Proof, err = tlog.ProveTree(new, old, h)
		must(t, err)
	}
	return r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// folder is in memory where the machine has such a place: a test of a thousand races writes four thousand files through.
func folder(t testing.TB) string {
	t.Helper()
	if info, err := os.Stat("/dev/shm"); err != nil || !info.IsDir() {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp("/dev/shm", "recobro-signer-")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func signerIn(t testing.TB, dir string) *Signer {
	t.Helper()
	key, err := MakeKey(filepath.Join(dir, "key"), origin, format.LogKey)
	must(t, err)
	must(t, Init(filepath.Join(dir, "state"), key, Log{Origin: origin}))
	return reopen(t, dir)
}

func reopen(t testing.TB, dir string) *Signer {
	t.Helper()
	s, err := tryOpen(dir)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func tryOpen(dir string) (*Signer, error) {
	key, err := LoadKey(filepath.Join(dir, "key"))
	if err != nil {
		return nil, err
	}
	return Open(filepath.Join(dir, "state"), key, Log{Origin: origin})
}

func status(err error) int {
	var r Refusal
	if errors.As(err, &r) {
		return r.Status
	}
	return 0
}

// TestEV12TheSignerRefusesEveryOtherHistory: a smaller size, the same size with another root, a proof that does not hold, a log
// that is not its own.
func TestEV12TheSignerRefusesEveryOtherHistory(t *testing.T) {
	s := signerIn(t, folder(t))
	good, bad := grown(t, 40, straight), grown(t, 40, forked)
	for _, step := range [][2]int64{{0, 4}, {4, 10}, {10, 20}, {20, 20}} {
		if _, err := s.Sign(good.ask(t, step[0], step[1])); err != nil {
			t.Fatalf("%v: %v", step, err)
		}
	}
	elsewhere := good.ask(t, 20, 30)
	elsewhere.Checkpoint = []byte(strings.Replace(string(elsewhere.Checkpoint), origin, "recobro/other", 1))
	cut, padded, hollow := good.ask(t, 20, 30), good.ask(t, 20, 30), good.ask(t, 0, 30)
	cut.Proof = cut.Proof[:len(cut.Proof)-1]
	padded.Proof = append(padded.Proof, tlog.Hash{})
	extended := good.ask(t, 20, 30)
	extended.Checkpoint = append(extended.Checkpoint, "one line more\n"...)
	for name, x := range map[string]struct {
		r      Request
		status int
	}{
		"a smaller tree": {good.ask(t, 10, 15), 409}, "a smaller tree said to follow": {Request{Old: 20, Checkpoint: good.ask(t, 0, 15).Checkpoint}, 400},
		"the same size with another root": {bad.ask(t, 20, 20), 422}, "another history": {bad.ask(t, 20, 30), 422}, "no proof": {Request{Old: 20, Checkpoint: hollow.Checkpoint}, 422},
		"a cut proof": {cut, 422}, "a padded proof": {padded, 422}, "another log": {elsewhere, 404}, "from the beginning": {hollow, 409},
		"a line that nobody asked for": {extended, 400}, "nothing": {Request{}, 400},
	} {
		if lines, err := s.Sign(x.r); status(err) != x.status || lines != nil {
			t.Errorf("%s: %q, %v, want %d", name, lines, err, x.status)
		}
	}
	if _, err := s.Sign(good.ask(t, 20, 40)); err != nil {
		t.Errorf("after all refusals the true history goes on: %v", err)
	}
}

// TestEV12ALostCutOrOldStateIsRefused tampers with each file of the state.
func TestEV12ALostCutOrOldStateIsRefused(t *testing.T) {
	good := grown(t, 40, straight)
	find := func(dir, suffix string) string {
		found, err := filepath.Glob(filepath.Join(dir, "state", "*"+suffix))
		if err != nil || len(found) != 1 {
			t.Fatalf("%v, %v", found, err)
		}
		return found[0]
	}
	both := func(change func(t *testing.T, file string, old []byte)) map[string]func(*testing.T, string, map[string][]byte) {
		all := map[string]func(*testing.T, string, map[string][]byte){}
		for _, suffix := range []string{".checkpoint", ".journal"} {
			all[suffix] = func(t *testing.T, dir string, old map[string][]byte) { change(t, find(dir, suffix), old[suffix]) }
		}
		return all
	}
	write := func(t *testing.T, file string, b []byte) { must(t, os.WriteFile(file, b, 0o600)) }
	read := func(t *testing.T, file string) []byte {
		b, err := os.ReadFile(file)
		must(t, err)
		return b
	}
	kinds := map[string]map[string]func(*testing.T, string, map[string][]byte){
		"put back": both(write),
		"removed":  both(func(t *testing.T, file string, _ []byte) { must(t, os.Remove(file)) }),
		"emptied":  both(func(t *testing.T, file string, _ []byte) { write(t, file, nil) }),
		"cut":      both(func(t *testing.T, file string, _ []byte) { b := read(t, file); write(t, file, b[:len(b)-5]) }),
		"one bit": both(func(t *testing.T, file string, _ []byte) {
			b := read(t, file)
			b[len(b)-20] ^= 1
			write(t, file, b)
		}),
		"all gone": {"": func(t *testing.T, dir string, _ map[string][]byte) {
			must(t, os.RemoveAll(filepath.Join(dir, "state")))
		}},
	}
	for kind, files := range kinds {
		for suffix, tamper := range files {
			t.Run(kind+suffix, func(t *testing.T) {
				dir := folder(t)
				s := signerIn(t, dir)
				_, err := s.Sign(good.ask(t, 0, 10))
				must(t, err)
				old := map[string][]byte{".checkpoint": read(t, find(dir, ".checkpoint")), ".journal": read(t, find(dir, ".journal"))}
				for _, step := range [][2]int64{{10, 20}, {20, 30}} {
					_, err := s.Sign(good.ask(t, step[0], step[1]))
					must(t, err)
				}
				must(t, s.Close())
				tamper(t, dir, old)
				if s, err := tryOpen(dir); !errors.Is(err, ErrStateBroken) && !errors.Is(err, ErrNoState) {
					t.Fatalf("it opened: %+v, %v", s, err)
				}
			})
		}
	}
}

func TestACrashWhileRememberingLosesNothing(t *testing.T) {
	good, dir := grown(t, 40, straight), folder(t)
	s := signerIn(t, dir)
	_, err := s.Sign(good.ask(t, 0, 10))
	must(t, err)
	must(t, s.Close())
	journal, err := filepath.Glob(filepath.Join(dir, "state", "*.journal"))
	must(t, err)
	root, err := tlog.TreeHash(20, good)
	must(t, err)
	must(t, appendLine(journal[0], journalLine(format.Checkpoint{Size: 20, Root: root})))
	s = reopen(t, dir)
	if _, err := s.Sign(good.ask(t, 10, 30)); status(err) != 409 {
		t.Errorf("what the journal holds was forgotten: %v", err)
	}
	if _, err := s.Sign(good.ask(t, 20, 30)); err != nil {
		t.Error(err)
	}
	must(t, s.Close())
	must(t, appendLine(journal[0], "3")) // half a line
	s = reopen(t, dir)
	if _, err := s.Sign(good.ask(t, 30, 40)); err != nil {
		t.Error(err)
	}
	must(t, s.Close())
	reopen(t, dir)
}

func TestTwoSignersNeverHoldOneState(t *testing.T) {
	dir := folder(t)
	signerIn(t, dir)
	if _, err := tryOpen(dir); !errors.Is(err, ErrStateTaken) {
		t.Fatal(err)
	}
}

func TestAKeyThatOthersReadIsRefused(t *testing.T) {
	dir := folder(t)
	must(t, signerIn(t, dir).Close())
	file := filepath.Join(dir, "key")
	for _, mode := range []os.FileMode{0o440, 0o404, 0o644, 0o420} {
		must(t, os.Chmod(file, mode))
		if _, err := tryOpen(dir); !errors.Is(err, ErrKeyReadable) {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	must(t, os.Chmod(file, 0o400))
	must(t, reopen(t, dir).Close())
	if _, err := MakeKey(file, origin, format.LogKey); err == nil {
		t.Error("a key was replaced")
	}
}

// witnessed is a witness over HTTP, with the signer whose log it follows.
func witnessed(t *testing.T) (url string, log *Signer, logKey, witnessKey note.Verifier) {
	t.Helper()
	log = signerIn(t, folder(t))
	logKey, err := format.Verifier(log.Public())
	must(t, err)
	dir := folder(t)
	key, err := MakeKey(filepath.Join(dir, "key"), "testigo.example", format.WitnessKey)
	must(t, err)
	follows := Log{Origin: origin, Keys: []note.Verifier{logKey}}
	must(t, Init(filepath.Join(dir, "state"), key, follows))
	w, err := Open(filepath.Join(dir, "state"), key, follows)
	must(t, err)
	t.Cleanup(func() { _ = w.Close() })
	server := httptest.NewServer(w.Handler(slog.New(slog.DiscardHandler)))
	t.Cleanup(server.Close)
	witnessKey, err = format.Verifier(w.Public())
	must(t, err)
	return server.URL, log, logKey, witnessKey
}

func post(t testing.TB, url string, body []byte) (code int, kind, answer string) {
	t.Helper()
	res, err := http.Post(url+"/add-checkpoint", "text/plain", strings.NewReader(string(body)))
	must(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(t, err)
	return res.StatusCode, res.Header.Get("Content-Type"), string(b)
}

// noted signs the checkpoint of a request with any key.
func noted(t testing.TB, r Request, by note.Signer) Request {
	t.Helper()
	b, err := note.Sign(&note.Note{Text: string(r.Checkpoint)}, by)
	must(t, err)
	r.Checkpoint = b
	return r
}

// TestEV13TheWitnessAnswersAsTheProtocolSays walks every status of add-checkpoint.
func TestEV13TheWitnessAnswersAsTheProtocolSays(t *testing.T) {
	url, log, logKey, witnessKey := witnessed(t)
	good, bad := grown(t, 40, straight), grown(t, 40, forked)
	secret, _, err := format.NewKey(rand.Reader, origin, format.LogKey)
	must(t, err)
	stranger, err := format.NewSigner(secret, time.Now)
	must(t, err)
	ask := func(h *history, old, new int64) Request { return noted(t, h.ask(t, old, new), log.key) }
	forged := ask(good, 0, 10)
	forged.Checkpoint = []byte(strings.Replace(string(forged.Checkpoint), "\n10\n", "\n11\n", 1))
	elsewhere := ask(good, 0, 10)
	elsewhere.Checkpoint = []byte(strings.Replace(string(elsewhere.Checkpoint), origin, "recobro/other", 1))
	hollow := Request{Checkpoint: []byte(format.Checkpoint{Origin: origin, Root: tlog.Hash{1}}.Text())}
	tooMany := ask(good, 0, 10)
	tooMany.Proof = make(tlog.TreeProof, 64)
	early := ask(good, 0, 10)
	early.Proof = tlog.TreeProof{{}}
	for _, x := range []struct {
		name string
		body []byte
		code int
	}{
		{"no request", []byte("hola"), 400}, {"an old size in another spelling", []byte("old 00\n\n" + string(ask(good, 0, 10).Checkpoint)), 400},
		{"64 hashes", tooMany.Bytes(), 400}, {"old above new", ask(good, 0, 10).at(11).Bytes(), 400}, {"an unsigned text", good.ask(t, 0, 10).Bytes(), 400},
		{"a key that is not known", noted(t, good.ask(t, 0, 10), stranger).Bytes(), 403}, {"a signature that does not verify", forged.Bytes(), 403},
		{"a log that is not known", elsewhere.Bytes(), 404}, {"an empty tree with a root", noted(t, hollow, log.key).Bytes(), 422},
		{"a proof of nothing", early.Bytes(), 422}, {"the first checkpoint", ask(good, 0, 10).Bytes(), 200}, {"the same again", ask(good, 10, 10).Bytes(), 200},
		{"from zero again", ask(good, 0, 20).Bytes(), 409}, {"another root", ask(bad, 10, 10).Bytes(), 422}, {"another history", ask(bad, 10, 20).Bytes(), 422}, {"the next", ask(good, 10, 20).Bytes(), 200},
	} {
		code, kind, answer := post(t, url, x.body)
		if code != x.code {
			t.Errorf("%s: %d %s, want %d", x.name, code, answer, x.code)
		}
		if code == 409 && (answer != "10\n" || kind != "text/x.tlog.size") {
			t.Errorf("%s: %q as %s", x.name, answer, kind)
		}
	}
	res, err := http.Get(url + fmt.Sprintf("/%s/checkpoint", strings.TrimSuffix(filepath.Base(memoryIn("", origin, log.key).newest), ".checkpoint")))
	must(t, err)
	defer res.Body.Close()
	shown, err := io.ReadAll(res.Body)
	must(t, err)
	c, n, err := format.OpenCheckpoint(shown, origin, logKey, witnessKey)
	if err != nil || c.Size != 20 || len(n.Sigs) != 2 {
		t.Errorf("a monitor is shown %s: %v", shown, err)
	}
}

func (r Request) at(old int64) Request { r.Old = old; return r }

// TestEV13RacingCheckpointsNeverRollBack is the race that the protocol warns of, a thousand times: of two requests after the same
// size at most one is signed, and the size only grows.
func TestEV13RacingCheckpointsNeverRollBack(t *testing.T) {
	s := signerIn(t, folder(t))
	const pairs = 1000
	h := grown(t, 2*pairs+2, straight)
	size := int64(0)
	for i := range pairs {
		near, far := h.ask(t, size, size+1), h.ask(t, size, size+2)
		var won [2]bool
		var both sync.WaitGroup
		for k, r := range []Request{near, far} {
			both.Go(func() {
				_, err := s.Sign(r)
				won[k] = err == nil
			})
		}
		both.Wait()
		if won[0] == won[1] {
			t.Fatalf("pair %d: signed %v", i, won)
		}
		grew := size + 1
		if won[1] {
			grew++
		}
		signed, _ := s.Newest(origin)
		c, err := format.ParseCheckpoint(strings.SplitAfter(string(signed), "=\n")[0])
		if err != nil || c.Size != grew {
			t.Fatalf("pair %d: the memory says %d after %d, %v", i, c.Size, size, err)
		}
		size = grew
	}
}

// TestEV14AForkOfTheLogIsProved lets a thief of the key sign a second history: the witness refuses it, and the two notes are
// the proof.
func TestEV14AForkOfTheLogIsProved(t *testing.T) {
	url, log, logKey, _ := witnessed(t)
	good, bad := grown(t, 40, straight), grown(t, 40, forked)
	true20, false20 := noted(t, good.ask(t, 0, 20), log.key), noted(t, bad.ask(t, 0, 20), log.key)
	if code, _, answer := post(t, url, true20.Bytes()); code != 200 {
		t.Fatalf("%d %s", code, answer)
	}
	if code, _, _ := post(t, url, false20.at(20).Bytes()); code != 422 {
		t.Errorf("the witness answered %d to another history", code)
	}
	fork, err := format.Fork(true20.Checkpoint, false20.Checkpoint, origin, logKey)
	if err != nil || !fork {
		t.Errorf("%v, %v", fork, err)
	}
}

func TestRequestsAreReadInOneSpelling(t *testing.T) {
	h := grown(t, 9, straight)
	want := h.ask(t, 5, 9)
	got, err := ParseRequest(want.Bytes())
	if err != nil || string(got.Bytes()) != string(want.Bytes()) || len(got.Proof) == 0 {
		t.Fatalf("%+v, %v", got, err)
	}
}
