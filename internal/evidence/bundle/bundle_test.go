package bundle_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/evidence/bundle"
	"recobro/internal/evidence/format"
)

const (
	origin  = "recobro/1e1c3a0e-5f5b-4a07-9d2f-8b1f2a3c4d5e"
	client  = "0198c0de-0000-7000-8000-00000000c11e"
	subject = "case 0198c0de-0000-7000-8000-000000000ca5"
)

// memory is a small log: the stored hashes of its tree.
type memory []tlog.Hash

func (m memory) ReadHashes(ids []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		out[i] = m[id]
	}
	return out, nil
}

func (m *memory) add(t *testing.T, n int64, leaf tlog.Hash) {
	t.Helper()
	stored, err := tlog.StoredHashesForRecordHash(n, leaf, *m)
	if err != nil {
		t.Fatal(err)
	}
	*m = append(*m, stored...)
}

const instantLayout = "2006-01-02T15:04:05.000000Z"

// made is a bundle's contents with the keys that sign for them.
type made struct {
	bundle.Contents
	trust        format.Trust
	log, witness *format.Signer
	tree         memory
	files        map[string][]byte
	keys         string // the trust file
	variant      int
	when         func(i int) (clock string, at, occurred time.Time)
}

var cosignedAt = time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)

// signer makes the key that a seed makes: the same bundle is the same bytes in every run.
func signer(t *testing.T, name string, kind format.Kind, seed int) (*format.Signer, string) {
	t.Helper()
	random := sha256.Sum256(fmt.Appendf(nil, "%s %d", name, seed))
	secret, public, err := format.NewKey(bytes.NewReader(random[:]), name, kind)
	if err != nil {
		t.Fatal(err)
	}
	s, err := format.NewSigner(secret, func() time.Time { return cosignedAt })
	if err != nil {
		t.Fatal(err)
	}
	return s, public
}

// event makes one entry: a field or two, a document cited by commitment, and the header that belongs to it.
func (m *made) event(t *testing.T, i int, class, cp, prev string) (bundle.Event, tlog.Hash) {
	t.Helper()
	salt := func(k byte) string {
		s := sha256.Sum256(fmt.Append(nil, m.variant, i, k))
		return hex.EncodeToString(s[:])
	}
	file := fmt.Appendf(nil, "document %d", i)
	sum := sha256.Sum256(file)
	name := hex.EncodeToString(sum[:])
	m.files[name] = file
	o := &format.Opening{
		Fields:      []format.Field{{Name: "agreement", Salt: salt(1), Value: "a <&>\u2028 " + class}, {Name: "total", Salt: salt(2), Value: fmt.Sprintf("secreto-%d", i)}},
		Attachments: []format.Attachment{{Document: "0198c0de-0000-7000-8000-00000000d0c5", SHA256: name, Bytes: int64(len(file)), MediaType: "text/plain", Salt: salt(3)}},
	}
	body := "v: 1\nclass: " + class + "\n"
	for _, f := range o.Fields {
		line, _ := f.Line()
		body += line + "\n"
	}
	line, _ := o.Attachments[0].Line()
	body += line + "\n"
	bodySum := sha256.Sum256([]byte(body))
	clock, at, occurred := m.when(i)
	header := fmt.Sprintf("v: 1\nlog: %s\nclient: %s\nsubject: %s\nseq: %d\nprev: %s\ntype: thing.done\nat: %s\nclock: %s\nocc: %s\nactor: person x lawyer -\nreq: -\nopkey: -\nbuild: dev\npolicy: -\ntmpl: -\ncp: %s\nbody: %x\n",
		origin, client, subject, i, prev, at.Format(instantLayout), clock, occurred.Format(instantLayout), cp, bodySum)
	return bundle.Event{Header: []byte(header), Body: []byte(body), Opened: o}, tlog.Hash(format.Leaf(origin, []byte(header)))
}

var classes = []string{"open", "confidential_negotiation", "internal", "lawyer_to_lawyer", "special_category", "open"}

// makeBundle builds a log in which the case's events stand among those of others, and the bundle of the case.
func makeBundle(t *testing.T, profile string) *made { t.Helper(); return makeVariant(t, profile, 0) }

// makeVariant builds another log: other keys, salts and clock, and more events of others.
func makeVariant(t *testing.T, profile string, variant int) *made {
	t.Helper()
	clock := []string{"ok", "ok", "regressed"}[variant%3]
	return makeTimed(t, profile, variant, func(i int) (string, time.Time, time.Time) {
		at := time.Date(2026, 11, 2, 10, i, 0, 0, time.UTC)
		return clock, at, at
	})
}

// makeTimed builds a log whose events have the clock, the recorded and the claimed time that when says.
func makeTimed(t *testing.T, profile string, variant int, when func(i int) (clock string, at, occurred time.Time)) *made {
	t.Helper()
	m := &made{files: map[string][]byte{}, variant: variant, when: when}
	var logKey, witnessKey string
	m.log, logKey = signer(t, origin, format.LogKey, variant)
	m.witness, witnessKey = signer(t, "witness.example/zafirel", format.WitnessKey, variant)
	m.keys = "log " + logKey + "\nwitness " + witnessKey + "\n"
	trust, err := format.ParseTrust([]byte(m.keys))
	if err != nil {
		t.Fatal(err)
	}
	m.trust = trust
	m.Contents = bundle.Contents{Origin: origin, Client: client, Subject: subject, Profile: profile, Classes: map[string]string{},
		File: func(sum string) ([]byte, error) { return m.files[sum], nil }}
	prev, cp, size := "-", "-", int64(0)
	other := func() {
		for range 1 + variant%7 {
			m.tree.add(t, size, tlog.RecordHash(fmt.Appendf(nil, "other %d", size)))
			size++
		}
	}
	olds := []int64{}
	for i, class := range classes {
		other()
		e, leaf := m.event(t, i+1, class, cp, prev)
		e.Index, prev = size, hex.EncodeToString(leaf[:])
		m.tree.add(t, size, leaf)
		size++
		other()
		m.Events = append(m.Events, e)
		root, err := tlog.TreeHash(size, m.tree)
		if err != nil {
			t.Fatal(err)
		}
		cp = format.PrintedCheckpoint{Size: size, Root: root}.String()
		olds = append(olds, size)
	}
	other()
	m.seal(t, size, olds[:len(olds)-1])
	return m
}

// seal signs the tree and makes the proofs.
func (m *made) seal(t *testing.T, size int64, olds []int64) {
	t.Helper()
	var err error
	m.Size = size
	if m.Root, err = tlog.TreeHash(size, m.tree); err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: format.Checkpoint{Origin: origin, Size: size, Root: m.Root}.Text()}, m.log, m.witness)
	if err != nil {
		t.Fatal(err)
	}
	m.Note = string(signed)
	for i := range m.Events {
		if m.Events[i].Path, err = tlog.ProveRecord(size, m.Events[i].Index, m.tree); err != nil {
			t.Fatal(err)
		}
	}
	for _, old := range olds {
		root, err := tlog.TreeHash(old, m.tree)
		if err != nil {
			t.Fatal(err)
		}
		path, err := tlog.ProveTree(size, old, m.tree)
		if err != nil {
			t.Fatal(err)
		}
		m.Older = append(m.Older, format.Consistency{Old: old, Root: root, Hashes: path})
	}
}

func (m *made) zip(t *testing.T) []byte {
	t.Helper()
	b, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func verify(b []byte, trust format.Trust, d bundle.Demand) (bundle.Report, error) {
	return bundle.Verify(bytes.NewReader(b), int64(len(b)), trust, d)
}

func TestABundleOfEveryProfileHoldsAndSaysWhatItKeepsBack(t *testing.T) {
	want := map[string][3]int{bundle.Full: {6, 0, 0}, bundle.Court: {2, 1, 3}, bundle.Debtor: {2, 1, 3}, bundle.Client: {3, 0, 3}}
	for _, profile := range bundle.Profiles {
		m := makeBundle(t, profile)
		data := m.zip(t)
		r, err := verify(data, m.trust, bundle.Demand{Witnesses: 1})
		if err != nil {
			t.Fatalf("%s: %v", profile, err)
		}
		if again := m.zip(t); !bytes.Equal(again, data) {
			t.Errorf("%s: the same contents gave other bytes", profile)
		}
		withheld := r.Withheld["internal"] + r.Withheld["lawyer_to_lawyer"] + r.Withheld["special_category"]
		if got := [3]int{r.Open, r.Partial, withheld}; got != want[profile] {
			t.Errorf("%s: open, partial, withheld %v, want %v", profile, got, want[profile])
		}
		if _, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err != nil {
			t.Errorf("%s: an ordinary zip reader: %v", profile, err)
		}
		for i, class := range classes {
			whole, _ := bundle.Shows(profile, class)
			if bytes.Contains(data, fmt.Appendf(nil, "secreto-%d", i+1)) != whole || bytes.Contains(data, fmt.Appendf(nil, "document %d", i+1)) != whole {
				t.Errorf("%s: content of class %s: shown and to be shown differ", profile, class)
			}
		}
		if warned := r.Warned(); warned != (profile != bundle.Full) {
			t.Errorf("%s: warned %v\n%s", profile, warned, r.Say("en"))
		}
	}
}

func TestOnlyKeysFromOutsideMakeABundleHold(t *testing.T) {
	m, other := makeBundle(t, bundle.Full), makeVariant(t, bundle.Full, 1)
	if _, err := verify(m.zip(t), other.trust, bundle.Demand{}); err == nil {
		t.Error("a bundle held under the keys of another log")
	}
	logOnly := format.Trust{Log: m.trust.Log}
	if r, err := verify(m.zip(t), logOnly, bundle.Demand{}); err != nil || !r.Warned() || len(r.Unknown) != 1 {
		t.Errorf("without its witness: %v", err)
	}
	if _, err := verify(m.zip(t), logOnly, bundle.Demand{Witnesses: 1}); err == nil {
		t.Error("an untrusted witness counted")
	}
	ended := m.trust
	ended.Log = []format.TrustedKey{{Verifier: m.trust.Log[0].Verifier, To: m.Size - 1}}
	if _, err := verify(m.zip(t), ended, bundle.Demand{}); err == nil {
		t.Error("a key that ended before the checkpoint still counted")
	}
}

func TestACheckpointOnPaperIsFoundInTheHistory(t *testing.T) {
	m := makeBundle(t, bundle.Court)
	for _, p := range append(m.Older, format.Consistency{Old: m.Size, Root: m.Root}) {
		printed := format.PrintedCheckpoint{Size: p.Old, Root: p.Root}
		if r, err := verify(m.zip(t), m.trust, bundle.Demand{Printed: &printed}); err != nil || !r.PrintedConfirmed {
			t.Errorf("size %d: %v", p.Old, err)
		}
		printed.Root[7] ^= 1
		if _, err := verify(m.zip(t), m.trust, bundle.Demand{Printed: &printed}); err == nil {
			t.Errorf("another root of size %d was confirmed", p.Old)
		}
	}
	if _, err := verify(m.zip(t), m.trust, bundle.Demand{Printed: &format.PrintedCheckpoint{Size: 1}}); err == nil {
		t.Error("a size that the bundle does not prove was confirmed")
	}
}

func TestADestroyedOpeningLeavesTheProofsWhole(t *testing.T) {
	for i := range classes {
		m := makeBundle(t, bundle.Full)
		m.Events[i].Opened = nil
		r, err := verify(m.zip(t), m.trust, bundle.Demand{Witnesses: 1})
		if err != nil || r.Destroyed != 1 || !strings.Contains(r.Say("es"), "se destruyó") {
			t.Errorf("event %d destroyed: %v", i+1, err)
		}
	}
}

// structural are changes of what a bundle says, each packed again with sums that fit.
func structural() map[string]func(*made) {
	swap := func(a, b int) func(*made) {
		return func(m *made) { m.Events[a], m.Events[b] = m.Events[b], m.Events[a] }
	}
	changes := map[string]func(*made){
		"first event dropped":          func(m *made) { m.Events = m.Events[1:] },
		"middle event dropped":         func(m *made) { m.Events = append(m.Events[:2:2], m.Events[3:]...) },
		"event twice":                  func(m *made) { m.Events = append(m.Events, m.Events[5]) },
		"another client":               func(m *made) { m.Client = "-" },
		"another case":                 func(m *made) { m.Subject += "0" },
		"another log":                  func(m *made) { m.Origin += "x" },
		"another root":                 func(m *made) { m.Root[0] ^= 1 },
		"another size":                 func(m *made) { m.Size++ },
		"no path":                      func(m *made) { m.Events[3].Path = nil },
		"path cut":                     func(m *made) { m.Events[3].Path = m.Events[3].Path[1:] },
		"path longer":                  func(m *made) { m.Events[3].Path = append(m.Events[3].Path, tlog.Hash{}) },
		"index beyond the tree":        func(m *made) { m.Events[3].Index = m.Size },
		"index of a neighbour":         func(m *made) { m.Events[3].Index++ },
		"proof of another event":       func(m *made) { m.Events[3].Index, m.Events[3].Path = m.Events[2].Index, m.Events[2].Path },
		"older proof gone":             func(m *made) { m.Older = m.Older[1:] },
		"older proof false":            func(m *made) { m.Older[1].Root[0] ^= 1 },
		"older proof empty":            func(m *made) { m.Older[1].Hashes = nil },
		"older proof of another size":  func(m *made) { m.Older[1].Old++ },
		"openings crossed":             func(m *made) { m.Events[0].Opened, m.Events[5].Opened = m.Events[5].Opened, m.Events[0].Opened },
		"field renamed":                func(m *made) { m.Events[0].Opened.Fields[0].Name = "agreements" },
		"field changed":                func(m *made) { m.Events[0].Opened.Fields[1].Value += "0" },
		"salts crossed":                func(m *made) { f := m.Events[0].Opened.Fields; f[0].Salt, f[1].Salt = f[1].Salt, f[0].Salt },
		"salt in capitals":             func(m *made) { m.Events[0].Opened.Fields[0].Salt = strings.ToUpper(m.Events[0].Opened.Fields[0].Salt) },
		"fields out of order":          func(m *made) { f := m.Events[0].Opened.Fields; f[0], f[1] = f[1], f[0] },
		"field twice":                  func(m *made) { o := m.Events[0].Opened; o.Fields = append(o.Fields, o.Fields[0]) },
		"document changed":             func(m *made) { m.files[m.Events[0].Opened.Attachments[0].SHA256] = []byte("x") },
		"document of another length":   func(m *made) { m.Events[0].Opened.Attachments[0].Bytes++ },
		"document of another type":     func(m *made) { m.Events[0].Opened.Attachments[0].MediaType = "text/html" },
		"document cited plain":         func(m *made) { m.Events[0].Opened.Attachments[0].Salt = "" },
		"a file that does not belong":  func(m *made) { m.Acta = map[string][]byte{"events/000099.hdr": nil} },
		"a key in the bundle":          func(m *made) { m.Acta = map[string][]byte{"keys/log.vkey": []byte("x")} },
		"body of another event":        func(m *made) { m.Events[0].Body = m.Events[5].Body },
		"header line added":            func(m *made) { m.Events[0].Header = append(m.Events[0].Header, "x: y\n"...) },
		"header without its last line": func(m *made) { m.Events[0].Header = m.Events[0].Header[:len(m.Events[0].Header)-1] },
		"note without its signatures":  func(m *made) { m.Note, _, _ = strings.Cut(m.Note, "— ") },
		"note signed by witness alone": func(m *made) {
			at := strings.Index(m.Note, "— ")
			m.Note = m.Note[:at] + m.Note[strings.LastIndex(m.Note, "— "):]
		},
		"cosignature twice": func(m *made) { m.Note += m.Note[strings.LastIndex(m.Note, "— "):] },
		"empty note":        func(m *made) { m.Note = "" },
		"unknown profile":   func(m *made) { m.Profile = "press" },
	}
	for a := range classes {
		for b := range a {
			changes[fmt.Sprintf("events %d and %d swapped", a+1, b+1)] = swap(a, b)
		}
		for name, words := range map[string][2]string{"time": {"\nat: 2026-11-02", "\nat: 2026-11-01"}, "actor": {"lawyer", "client"}, "place": {"\nseq: ", "\nseq: 1"}} {
			changes[fmt.Sprintf("%s of event %d", name, a+1)] = func(m *made) {
				m.Events[a].Header = bytes.Replace(m.Events[a].Header, []byte(words[0]), []byte(words[1]), 1)
			}
		}
	}
	return changes
}

// EV-03.
func TestEveryStructuralChangeIsRefused(t *testing.T) {
	changes, bundles := structural(), 4 // make mutations tries them on 200
	if os.Getenv("RECOBRO_MUTATIONS") == "all" {
		bundles = 200
	}
	if len(changes) < 60 {
		t.Fatalf("only %d kinds of change", len(changes))
	}
	count := 0
	for name, change := range changes {
		for variant := range bundles {
			m := makeVariant(t, bundle.Profiles[variant%4], variant)
			change(m)
			data, err := m.Bytes()
			if err != nil {
				continue // it cannot even be written
			}
			count++
			var no *bundle.Refused
			if _, err := verify(data, m.trust, bundle.Demand{}); !errors.As(err, &no) {
				t.Errorf("%s, bundle %d: accepted", name, variant)
			}
		}
	}
	t.Logf("%d kinds of change, %d changed bundles, 0 accepted", len(changes), count)
}

// Bits of the container as it is, and bits of what the container holds, written anew around them.
func TestNoSingleBitOfABundleCanChange(t *testing.T) {
	m := makeBundle(t, bundle.Court)
	demand := bundle.Demand{Witnesses: 1}
	good := m.zip(t)
	count, step := 0, 13 // in CI every thirteenth bit; make mutations changes each of them
	if os.Getenv("RECOBRO_MUTATIONS") == "all" {
		step = 1
	}
	for i := 0; i < 8*len(good); i += step {
		bad := bytes.Clone(good)
		bad[i/8] ^= 1 << (i % 8)
		if _, err := verify(bad, m.trust, demand); err == nil {
			t.Fatalf("bit %d of the zip changed and it holds", i)
		}
		count++
	}
	files := unpack(t, good)
	for name, data := range files {
		if strings.HasPrefix(name, "verify/") {
			continue // for people only, and the report says so
		}
		for i := 0; i < 8*len(data); i += step {
			bad := bytes.Clone(data)
			bad[i/8] ^= 1 << (i % 8)
			if _, err := verify(repack(t, files, name, bad), m.trust, demand); err == nil {
				t.Fatalf("bit %d of %s changed and the bundle holds", i, name)
			}
			count++
		}
	}
	t.Logf("%d single-bit changes, 0 accepted", count)
}

func unpack(t testing.TB, data []byte) map[string][]byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range r.File {
		var b bytes.Buffer
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.ReadFrom(in); err != nil {
			t.Fatal(err)
		}
		files[f.Name] = b.Bytes()
	}
	delete(files, "SHA256SUMS")
	return files
}

func repack(t testing.TB, files map[string][]byte, changed string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := bundle.NewWriter(&b)
	for _, name := range sorted(files) {
		content := files[name]
		if name == changed {
			content = data
		}
		if err := w.Add(name, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sorted(files map[string][]byte) []string { return slices.Sorted(maps.Keys(files)) }
