package format

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is what is signed about a tree: whose it is, how many leaves it has, its root (C2SP tlog-checkpoint). Extension
// lines are kept; the log's own checkpoints have none.
type Checkpoint struct {
	Origin    string
	Size      int64
	Root      tlog.Hash
	Extension []string
}

var errCheckpoint = errors.New("this is not a checkpoint")

// Text is the text of the note that is signed; ParseCheckpoint reads it back.
func (c Checkpoint) Text() string {
	lines := append([]string{c.Origin, strconv.FormatInt(c.Size, 10), base64.StdEncoding.EncodeToString(c.Root[:])}, c.Extension...)
	return strings.Join(lines, "\n") + "\n"
}

// ParseCheckpoint reads the text of a note, and refuses every text that Text would not write: a number or a root has one
// spelling only.
func ParseCheckpoint(text string) (Checkpoint, error) {
	body, ended := strings.CutSuffix(text, "\n")
	lines := strings.Split(body, "\n")
	if !ended || len(lines) < 3 || len(text) > maxNote {
		return Checkpoint{}, errCheckpoint
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return Checkpoint{}, errCheckpoint
	}
	root, err := ParseHash(lines[2])
	if err != nil {
		return Checkpoint{}, errCheckpoint
	}
	c := Checkpoint{Origin: lines[0], Size: size, Root: root, Extension: lines[3:]}
	for _, line := range lines {
		if line == "" {
			return Checkpoint{}, errCheckpoint
		}
	}
	if c.Text() != text {
		return Checkpoint{}, errCheckpoint
	}
	if len(c.Extension) == 0 {
		c.Extension = nil
	}
	return c, nil
}

// maxNote bounds what is parsed as a note; a checkpoint with a dozen cosignatures has 2 KB.
const maxNote = 64 << 10

// EmptyRoot is the root of the tree without leaves: SHA-256 of nothing (RFC 6962, 2.1).
var EmptyRoot, _ = tlog.TreeHash(0, nil)

// ParseHash reads a hash in the one spelling that base64 gives it.
func ParseHash(text string) (h tlog.Hash, err error) {
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != len(h) || base64.StdEncoding.EncodeToString(b) != text {
		return h, errors.New("this is not a hash in base64")
	}
	return tlog.Hash(b), nil
}

// OpenCheckpoint reads a signed checkpoint of the origin. The note returned holds the signatures of the known keys that
// verify; one at least does. A signature that names a known key and does not verify refuses the whole note.
func OpenCheckpoint(signed []byte, origin string, known ...note.Verifier) (Checkpoint, *note.Note, error) {
	if len(signed) > maxNote {
		return Checkpoint{}, nil, errCheckpoint
	}
	n, err := note.Open(signed, note.VerifierList(known...))
	if err != nil {
		return Checkpoint{}, nil, fmt.Errorf("opening a checkpoint: %w", err)
	}
	c, err := ParseCheckpoint(n.Text)
	switch {
	case err != nil:
	case c.Origin != origin:
		err = fmt.Errorf("the checkpoint is of %q, not of %q", c.Origin, origin)
	case c.Size == 0 && c.Root != EmptyRoot:
		err = errors.New("a tree without leaves has another root")
	}
	return c, n, err
}

// Fork reads two signed checkpoints and answers whether they prove that the log's key signed two histories: one size, two
// roots. Of different sizes a proof of consistency would have to be asked for; that it cannot be given is what Fork does not
// know.
func Fork(a, b []byte, origin string, known ...note.Verifier) (bool, error) {
	one, _, err := OpenCheckpoint(a, origin, known...)
	if err != nil {
		return false, err
	}
	other, _, err := OpenCheckpoint(b, origin, known...)
	if err != nil {
		return false, err
	}
	return one.Size == other.Size && one.Root != other.Root, nil
}
