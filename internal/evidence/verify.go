package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"recobro/internal/evidence/format"
	"recobro/internal/postgres"
)

// Finding is one thing that does not hold: where, and what.
type Finding struct {
	Subject Subject
	Seq     int
	What    string
}

func (f Finding) String() string {
	return fmt.Sprintf("%s %s seq %d: %s", f.Subject.Kind, f.Subject.ID, f.Seq, f.What)
}

// Report is what Verify has looked at.
type Report struct {
	Events, Chains, Openings, Attachments int
	Findings                              []Finding
}

// StoredFile checks that the stored bytes of a document still have the hash.
type StoredFile func(sha256 [32]byte, bytes int64) error

// batch is how many events Verify holds in memory at once.
const batch = 2000

// maxFindings ends a hopeless run: the first thousand findings say enough.
const maxFindings = 1000

// Verify re-reads the whole log: every leaf from its stored bytes, every chain dense and linked, every body and opening
// against its commitments, every cited document against its stored file; an opening may be missing only where a destruction
// covers it. The actor is a job: row security hides the openings of blocked cases from everybody else. progress hears the number of events so far.
func (l *Log) Verify(ctx context.Context, who Actor, stored StoredFile, progress func(events int)) (Report, error) {
	v := verifier{stored: stored, seen: map[[32]byte]bool{}}
	if err := l.DB.View(ctx, who.Token, func(tx *postgres.Tx) error { return tx.Get(&v.origin, `select origin from ev.log`) }); err != nil {
		return v.report, fmt.Errorf("reading the log's origin: %w", err)
	}
	last := eventRow{Subject: uuid.Nil}
	for len(v.report.Findings) < maxFindings {
		var rows []eventRow
		err := l.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
			rows = rows[:0]
			return tx.Select(&rows, `select `+eventColumns+` from ev.events e
				left join ev.openings o on o.subject_kind = e.subject_kind and o.subject = e.subject and o.seq = e.seq
				where (e.subject_kind, e.subject, e.seq) > ($1, $2, $3) order by e.subject_kind, e.subject, e.seq limit $4`,
				last.SubjectKind, last.Subject, last.Seq, batch)
		})
		if err != nil {
			return v.report, fmt.Errorf("reading the log after %s %s: %w", last.SubjectKind, last.Subject, err)
		}
		for _, r := range rows {
			v.check(r)
		}
		if progress != nil {
			progress(v.report.Events)
		}
		if len(rows) < batch {
			v.settle()
			return v.report, nil
		}
		last = rows[len(rows)-1]
	}
	return v.report, nil
}

type verifier struct {
	origin  string
	prev    eventRow
	stored  StoredFile
	seen    map[[32]byte]bool
	missing []eventRow // of this chain: without an opening, and no destruction after them yet
	report  Report
}

func (v *verifier) check(r eventRow) {
	v.report.Events++
	blame := func(format string, args ...any) {
		v.report.Findings = append(v.report.Findings, Finding{Subject{Kind: r.SubjectKind, ID: r.Subject}, r.Seq, fmt.Sprintf(format, args...)})
	}
	first := r.SubjectKind != v.prev.SubjectKind || r.Subject != v.prev.Subject
	wantSeq, wantPrev := v.prev.Seq+1, hex.EncodeToString(v.prev.Leaf)
	if first {
		v.settle()
		v.report.Chains++
		wantSeq, wantPrev = 1, "-"
	}
	v.prev = r
	leaf := format.Leaf(v.origin, r.Header)
	if !bytes.Equal(leaf[:], r.Leaf) {
		blame("the leaf is not the hash of the header")
	}
	h, err := format.ParseHeader(r.Header)
	if err != nil {
		blame("%v", err)
		return
	}
	client := "-"
	if r.ClientID != nil {
		client = r.ClientID.String()
	}
	sum := sha256.Sum256(r.Body)
	for _, line := range []struct{ name, want string }{
		{"log", v.origin}, {"client", client}, {"subject", r.SubjectKind + " " + r.Subject.String()},
		{"seq", fmt.Sprint(wantSeq)}, {"prev", wantPrev}, {"body", hex.EncodeToString(sum[:])},
	} {
		if h[line.name] != line.want {
			blame("header line %q does not hold", line.name)
		}
	}
	if r.Seq != wantSeq {
		blame("the chain is not dense: expected seq %d", wantSeq)
	}
	v.heed(r, h["type"])
	if r.Opening != nil {
		v.checkOpening(r, blame)
	}
}

// checkOpening compares every opened value with its commitment in the body, and every cited file with its hash.
func (v *verifier) checkOpening(r eventRow, blame func(string, ...any)) {
	v.report.Openings++
	var o format.Opening
	if err := json.Unmarshal(r.Opening, &o); err != nil {
		blame("the opening cannot be read")
		return
	}
	lines := map[string]bool{}
	for line := range strings.Lines(string(r.Body)) {
		lines[strings.TrimSuffix(line, "\n")] = true
	}
	for _, f := range o.Fields {
		if line, ok := f.Line(); !ok || !lines[line] {
			blame("field %q is not what was committed to", f.Name)
		}
	}
	for _, a := range o.Attachments {
		if line, ok := a.Line(); !ok || !lines[line] {
			blame("document %s is not what was cited", a.Document)
		}
		v.checkFile(a, blame)
	}
}

func (v *verifier) checkFile(a format.Attachment, blame func(string, ...any)) {
	b, err := hex.DecodeString(a.SHA256)
	if err != nil || len(b) != 32 {
		blame("document %s has no readable hash", a.Document)
		return
	}
	sum := [32]byte(b)
	if v.stored == nil || v.seen[sum] {
		return
	}
	v.seen[sum] = true
	v.report.Attachments++
	if err := v.stored(sum, a.Bytes); err != nil {
		blame("document %s: %v", a.Document, err)
	}
}
