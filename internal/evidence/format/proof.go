package format

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// The first lines of the two kinds of proofs.
const (
	inclusionMark   = "c2sp.org/tlog-proof@v1"
	consistencyMark = "recobro/consistency/v1"
)

// Inclusion is the proof that one event is a leaf of a tree (C2SP tlog-proof, without extra data).
type Inclusion struct {
	Index      int64
	Hashes     []tlog.Hash
	Checkpoint string // the signed checkpoint, verbatim
}

// Text is the proof as a file.
func (p Inclusion) Text() string {
	return fmt.Sprintf("%s\nindex %d\n%s\n%s", inclusionMark, p.Index, hashLines(p.Hashes), p.Checkpoint)
}

// ParseInclusion reads a proof in its one spelling.
func ParseInclusion(text string) (Inclusion, error) {
	head, checkpoint, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if len(lines) < 2 || lines[0] != inclusionMark {
		return Inclusion{}, fmt.Errorf("not a proof of inclusion")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil || index < 0 {
		return Inclusion{}, fmt.Errorf("the proof of inclusion has no index")
	}
	hashes, err := parseHashes(lines[2:])
	p := Inclusion{index, hashes, checkpoint}
	if err != nil || p.Text() != text {
		return Inclusion{}, fmt.Errorf("the proof of inclusion is not written in its one way")
	}
	return p, nil
}

// Consistency is the proof that a tree begins with an older one of size Old and that root.
type Consistency struct {
	Old    int64
	Root   tlog.Hash
	Hashes []tlog.Hash
}

// Text is the proof as a file.
func (p Consistency) Text() string {
	return fmt.Sprintf("%s\nold %d\n%s%s", consistencyMark, p.Old, hashLines([]tlog.Hash{p.Root}), hashLines(p.Hashes))
}

// ParseConsistency reads a proof in its one spelling.
func ParseConsistency(text string) (Consistency, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 3 || lines[0] != consistencyMark {
		return Consistency{}, fmt.Errorf("not a proof of consistency")
	}
	old, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "old "), 10, 64)
	hashes, hashErr := parseHashes(lines[2:])
	if err != nil || old < 1 || hashErr != nil {
		return Consistency{}, fmt.Errorf("the proof of consistency has no size or root")
	}
	p := Consistency{old, hashes[0], hashes[1:]}
	if p.Text() != text {
		return Consistency{}, fmt.Errorf("the proof of consistency is not written in its one way")
	}
	return p, nil
}

// maxPath is more than a proof in any tree that can exist holds.
const maxPath = 130

func hashLines(hashes []tlog.Hash) string {
	var b strings.Builder
	for _, h := range hashes {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	return b.String()
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	if len(lines) > maxPath {
		return nil, fmt.Errorf("a proof of %d hashes", len(lines))
	}
	hashes := make([]tlog.Hash, len(lines))
	for i, line := range lines {
		h, err := ParseHash(line)
		if err != nil {
			return nil, err
		}
		hashes[i] = h
	}
	return hashes, nil
}
