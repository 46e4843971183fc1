package bundle

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/evidence/format"
)

// Refused says why a bundle is not believed: the class of what does not hold, where, and what.
type Refused struct{ Class, Where, What string }

func (r *Refused) Error() string { return fmt.Sprintf("%s: %s: %s", r.Class, r.Where, r.What) }

func refuse(class, where, what string, args ...any) error {
	return &Refused{class, where, fmt.Sprintf(what, args...)}
}

// Demand is what the verifier is asked to insist on.
type Demand struct {
	Witnesses int                       // cosignatures of trusted witnesses
	Printed   *format.PrintedCheckpoint // a checkpoint on paper that the log must begin with
	Receipts  *format.Receipts          // what a client was handed for its portfolio: one of the case must be kept
}

// Cosigned is a trusted witness's word: at that time this was the largest tree of the log that it knew.
type Cosigned struct {
	Witness string
	At      time.Time
}

// Report is what a bundle that holds proves.
type Report struct {
	Manifest
	First, Last      time.Time // of the recorded times
	LogKey           string
	Cosigned         []Cosigned
	Unknown          []string // names of signatures by keys that nobody here trusts
	Open, Partial    int
	Withheld         map[string]int // by class
	Destroyed        int
	Documents        int
	Flags            []string // what is odd about times
	PrintedConfirmed bool
	Kept             *format.Receipt // the receipt that the bundle keeps
}

// verifier carries a verification through its stages; each stage trusts what those before it established.
type verifier struct {
	*container
	trust    format.Trust
	demand   Demand
	report   Report
	note     string
	point    format.Checkpoint
	headers  []format.Header
	leaves   []tlog.Hash
	bodies   []body
	indexes  []int64
	expected map[string]bool
}

// Verify checks a bundle against keys from elsewhere. A bundle that does not hold answers *Refused; its report says nothing.
func Verify(r io.ReaderAt, size int64, trust format.Trust, demand Demand) (Report, error) {
	c, err := open(r, size)
	if err != nil {
		return Report{}, refuse("container", "zip", "%v", err)
	}
	v := &verifier{container: c, trust: trust, demand: demand, expected: map[string]bool{"manifest.json": true, "checkpoint.txt": true}}
	v.report.Withheld = map[string]int{}
	for _, stage := range []func() error{v.manifest, v.checkpoint, v.chain, v.openings, v.proofs, v.older, v.nothingElse, v.demands, v.receipt} {
		if err := stage(); err != nil {
			return Report{}, err
		}
	}
	v.times()
	return v.report, nil
}

// file reads a file that must be there.
func (v *verifier) file(class, name string, limit int64) ([]byte, error) {
	v.expected[name] = true
	data, err := v.read(name, limit)
	if err != nil {
		return nil, refuse(class, name, "%v", err)
	}
	return data, nil
}

const (
	maxManifest = 32 << 20
	maxPart     = 4 << 20
)

func (v *verifier) manifest() error {
	data, err := v.file("manifest", "manifest.json", maxManifest)
	if err != nil {
		return err
	}
	m := &v.report.Manifest
	if err := decode(data, m); err != nil {
		return refuse("manifest", "manifest.json", "%v", err)
	}
	unlisted := func(s State) bool { return s.Documents == nil } // null is another spelling of an empty list
	if m.Format != Version || len(m.Events) == 0 || m.Size < 1 || slices.ContainsFunc(m.Events, unlisted) || !slices.Contains(Profiles, m.Profile) {
		return refuse("manifest", "manifest.json", "it is no manifest of this format, has no events or names no profile")
	}
	return nil
}

func (v *verifier) checkpoint() error {
	data, err := v.file("checkpoint", "checkpoint.txt", maxPart)
	if err != nil {
		return err
	}
	m := v.report.Manifest
	known := append(format.At(v.trust.Log, m.Size), format.At(v.trust.Witnesses, m.Size)...)
	point, opened, err := openNote(data, m.Origin, known)
	if err != nil {
		return refuse("checkpoint", "checkpoint.txt", "%v", err)
	}
	if point.Size != m.Size || base64.StdEncoding.EncodeToString(point.Root[:]) != m.Root {
		return refuse("checkpoint", "checkpoint.txt", "it is not the checkpoint of the manifest")
	}
	v.note, v.point = string(data), point
	for _, s := range opened.Sigs[1:] {
		at, err := format.CosignedAt(s)
		if err != nil {
			return refuse("checkpoint", "checkpoint.txt", "%v", err)
		}
		v.report.Cosigned = append(v.report.Cosigned, Cosigned{s.Name, at})
	}
	v.report.LogKey = fmt.Sprintf("%s+%08x", opened.Sigs[0].Name, opened.Sigs[0].Hash)
	for _, s := range opened.UnverifiedSigs {
		v.report.Unknown = append(v.report.Unknown, s.Name)
	}
	return nil
}

// openNote is format.OpenCheckpoint and demands more: the one spelling, the log's own signature first and verified, the
// others those of witnesses, no extension lines, no empty tree.
func openNote(signed []byte, origin string, known []note.Verifier) (format.Checkpoint, *note.Note, error) {
	point, opened, err := format.OpenCheckpoint(signed, origin, known...)
	if err != nil {
		return point, opened, err
	}
	_, lines, _ := strings.Cut(string(signed), "\n\n")
	for i, line := range strings.SplitAfter(strings.TrimSuffix(lines, "\n"), "\n") {
		name, data, _ := strings.Cut(strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "— "), " ")
		if _, err := base64.StdEncoding.Strict().DecodeString(data); err != nil {
			return point, opened, fmt.Errorf("signature %d is not written in its one way", i+1)
		}
		if i == 0 && (name != origin || opened.Sigs[0].Name != name || opened.Sigs[0].Base64 != data) {
			return point, opened, fmt.Errorf("the first signature is not the log's by a trusted key")
		}
	}
	count := strings.Count(lines, "\n")
	if len(point.Extension) > 0 || point.Size < 1 || count != len(opened.Sigs)+len(opened.UnverifiedSigs) {
		return point, opened, fmt.Errorf("it has extension lines, no size, or one signature twice")
	}
	for i, s := range opened.Sigs {
		for _, k := range known {
			if k.Name() == s.Name && k.KeyHash() == s.Hash && (i == 0) != (format.KindOf(k) == format.LogKey) {
				return point, opened, fmt.Errorf("a key signed that is not of that kind")
			}
		}
	}
	return point, opened, nil
}

// chain reads every header and body: dense, linked, of one case, client and log, times never going back.
func (v *verifier) chain() error {
	m := v.report.Manifest
	prev, before := "-", ""
	for i := range m.Events {
		where := fmt.Sprintf("events/%06d", i+1)
		head, err := v.file("header", where+".hdr", 64<<10)
		if err != nil {
			return err
		}
		h, err := format.ParseHeader(head)
		if err != nil {
			return refuse("header", where, "%v", err)
		}
		for _, line := range []struct{ class, name, want string }{
			{"header", "log", m.Origin}, {"header", "client", m.Client}, {"header", "subject", m.Subject},
			{"chain", "seq", strconv.Itoa(i + 1)}, {"chain", "prev", prev},
		} {
			if h[line.name] != line.want {
				return refuse(line.class, where, "the line %q does not hold", line.name)
			}
		}
		if !instant(h["at"]) || !instant(h["occ"]) || h["at"] < before {
			return refuse("chain", where, "its time is none or goes back")
		}
		b, err := v.body(where+".body", h["body"])
		if err != nil {
			return err
		}
		leaf := format.Leaf(m.Origin, head)
		prev, before = hex.EncodeToString(leaf[:]), h["at"]
		v.headers, v.leaves, v.bodies = append(v.headers, h), append(v.leaves, tlog.Hash(leaf)), append(v.bodies, b)
	}
	return nil
}

// body reads the body that a header names by its hash.
func (v *verifier) body(name, want string) (body, error) {
	text, err := v.file("body", name, maxPart)
	if err != nil {
		return body{}, err
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != want {
		return body{}, refuse("body", name, "it is not the one that the header names")
	}
	b, err := parseBody(text)
	if err != nil {
		return b, refuse("body", name, "%v", err)
	}
	return b, nil
}

const instantLayout = "2006-01-02T15:04:05.000000Z"

func instant(s string) bool {
	at, err := time.Parse(instantLayout, s)
	return err == nil && at.Format(instantLayout) == s
}

// proofs checks that every event is a leaf of the one signed tree.
func (v *verifier) proofs() error {
	taken := map[int64]bool{}
	for i, leaf := range v.leaves {
		name := fmt.Sprintf("proofs/%06d.tlog-proof", i+1)
		data, err := v.file("proof", name, maxPart)
		if err != nil {
			return err
		}
		p, err := format.ParseInclusion(string(data))
		if err != nil {
			return refuse("proof", name, "%v", err)
		}
		if p.Checkpoint != v.note || taken[p.Index] {
			return refuse("proof", name, "it is against another checkpoint, or at a place that is taken")
		}
		taken[p.Index] = true
		if err := tlog.CheckRecord(p.Hashes, v.point.Size, v.point.Root, p.Index, leaf); err != nil {
			return refuse("proof", name, "the event is not at place %d of the tree", p.Index)
		}
		v.indexes = append(v.indexes, p.Index)
	}
	return nil
}

// OlderName is the file with the proof that the tree began with the one of that size.
func OlderName(size int64) string { return fmt.Sprintf("older/%019d.consistency", size) }

// older checks every checkpoint that an event names: the signed tree began with it, and the event came after it.
func (v *verifier) older() error {
	roots := map[int64]tlog.Hash{v.point.Size: v.point.Root}
	for _, name := range v.names {
		if !strings.HasPrefix(name, "older/") {
			continue
		}
		data, err := v.file("older", name, maxPart)
		if err != nil {
			return err
		}
		p, err := format.ParseConsistency(string(data))
		if err != nil || name != OlderName(p.Old) || p.Old >= v.point.Size {
			return refuse("older", name, "it is no proof of an older tree")
		}
		if err := tlog.CheckTree(p.Hashes, v.point.Size, v.point.Root, p.Old, p.Root); err != nil {
			return refuse("older", name, "the signed tree did not begin with it")
		}
		roots[p.Old] = p.Root
	}
	for i, h := range v.headers {
		if h["cp"] == "-" {
			continue
		}
		where := fmt.Sprintf("events/%06d", i+1)
		p, err := format.ParsePrintedCheckpoint(h["cp"])
		root, proved := roots[p.Size]
		if err != nil || p.String() != h["cp"] || !proved || root != p.Root || v.indexes[i] < p.Size {
			return refuse("older", where, "the checkpoint that it names is not one that the tree began with before it")
		}
	}
	if p := v.demand.Printed; p != nil {
		if root, proved := roots[p.Size]; !proved || root != p.Root {
			return refuse("printed", "paper", "the printed checkpoint of size %d is not one that this bundle proves", p.Size)
		}
		v.report.PrintedConfirmed = true
	}
	return nil
}

// free are files that stand in a bundle for people; nothing is proved by them.
var free = []string{"acta.en.pdf", "acta.es.pdf", "verify/readme.en.txt", "verify/readme.es.txt"}

func (v *verifier) nothingElse() error {
	for _, name := range v.names {
		if !v.expected[name] && !slices.Contains(free, name) {
			return refuse("files", name, "it does not belong in the bundle")
		}
	}
	return nil
}

func (v *verifier) demands() error {
	if n := len(v.report.Cosigned); n < v.demand.Witnesses {
		return refuse("witness", "checkpoint.txt", "%d trusted witnesses cosigned, %d are demanded", n, v.demand.Witnesses)
	}
	return nil
}

// receipt checks the promise that a client holds: signed by a trusted key, and the event that it names is the bundle's.
func (v *verifier) receipt() error {
	if v.demand.Receipts == nil {
		return nil
	}
	m := v.report.Manifest
	for _, r := range v.demand.Receipts.All {
		if "case "+r.CaseID != m.Subject {
			continue
		}
		var known []note.Verifier
		for _, k := range v.trust.Receipts { // its sizes are those of portfolios: a validity by the log's size says nothing
			known = append(known, k.Verifier)
		}
		if err := format.VerifyReceipt(r, v.demand.Receipts.Root, m.Origin, known...); err != nil {
			return refuse("receipt", r.ExternalRef, "%v", err)
		}
		if r.Seq < 1 || r.Seq > len(v.leaves) || hex.EncodeToString(v.leaves[r.Seq-1][:]) != r.LeafHash {
			return refuse("receipt", r.ExternalRef, "the event that was promised is not in the bundle")
		}
		v.report.Kept = &r
		return nil
	}
	return refuse("receipt", m.Subject, "there is no receipt of this case")
}

// slack is what clocks of different houses may differ by.
const slack = time.Minute

// times notes what is odd: nothing of it makes a bundle false, all of it is for a person to ask about.
func (v *verifier) times() {
	v.report.First, _ = time.Parse(instantLayout, v.headers[0]["at"])
	v.report.Last, _ = time.Parse(instantLayout, v.headers[len(v.headers)-1]["at"])
	for i, h := range v.headers {
		at, _ := time.Parse(instantLayout, h["at"])
		occurred, _ := time.Parse(instantLayout, h["occ"])
		flag := func(what string) { v.report.Flags = append(v.report.Flags, fmt.Sprintf("%06d %s", i+1, what)) }
		if h["clock"] != "ok" {
			flag("clock_regressed")
		}
		if occurred.After(at.Add(slack)) {
			flag("occurred_after_recorded")
		}
		if i > 0 && occurred.Before(at.Add(-24*time.Hour)) {
			flag("recorded_late")
		}
		for _, c := range v.report.Cosigned {
			if at.After(c.At.Add(slack)) {
				flag("recorded_after_cosigned")
			}
		}
	}
}
