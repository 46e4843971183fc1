package signer

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/mod/sumdb/note"

	"recobro/internal/evidence/format"
)

var (
	// ErrNoState says that the key has no memory of what it signed of that log. It signs nothing until somebody says, with
	// --init, that it never signed: a lost memory would let one key sign two histories.
	ErrNoState = errors.New("there is no state of that log; if the key never signed for it, run with --init")
	// ErrStateBroken says that the memory was cut, changed or put back to an earlier moment.
	ErrStateBroken = errors.New("the state does not hold: it was cut, changed or put back")
	// ErrStateTaken says that another process signs on this state.
	ErrStateTaken = errors.New("another process holds this state")
)

// memory is what one key has signed of one log: the newest checkpoint under the key's own signature, and beside it a journal
// of all. Either file alone, put back to an earlier moment, no longer agrees with the other.
type memory struct {
	newest, journal string // files
	key             *format.Signer
	last            format.Checkpoint
	signed          []byte // the newest checkpoint with the key's signature
}

func memoryIn(folder, origin string, key *format.Signer) *memory {
	base := filepath.Join(folder, fmt.Sprintf("%x", sha256.Sum256([]byte(origin))))
	return &memory{newest: base + ".checkpoint", journal: base + ".journal", key: key}
}

// begin writes the memory of a key that has signed nothing: the tree without leaves.
func (m *memory) begin(origin string) error {
	for _, file := range []string{m.newest, m.journal} {
		if _, err := os.Lstat(file); err == nil {
			return fmt.Errorf("beginning a state: %s is there already", file)
		}
	}
	return m.remember(format.Checkpoint{Origin: origin, Root: format.EmptyRoot}, nil)
}

// load reads the memory back. A crash while remembering leaves a journal that is one line ahead: no signature of that line
// has left the process, and the line is remembered now. A half-written line never counted.
func (m *memory) load(origin string) error {
	signed, err := os.ReadFile(m.newest)
	before, last, whole, journalErr := lastLines(m.journal)
	if errors.Is(err, os.ErrNotExist) && errors.Is(journalErr, os.ErrNotExist) {
		return fmt.Errorf("%s: %w", origin, ErrNoState)
	}
	if err != nil || journalErr != nil {
		return fmt.Errorf("%s: %w: %w", origin, ErrStateBroken, errors.Join(err, journalErr))
	}
	own, err := format.Verifier(m.key.Public())
	if err != nil {
		return err
	}
	newest, _, err := format.OpenCheckpoint(signed, origin, own)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", origin, ErrStateBroken, err)
	}
	m.last, m.signed = newest, signed
	switch journalLine(newest) {
	case last:
		return os.Truncate(m.journal, whole)
	case before:
		ahead := format.Checkpoint{Origin: origin}
		var root []byte
		if _, err := fmt.Sscanf(last, "%d %x", &ahead.Size, &root); err != nil || len(root) != len(ahead.Root) {
			return fmt.Errorf("%s: %w", origin, ErrStateBroken)
		}
		ahead.Root = [32]byte(root)
		return m.keep(ahead, nil)
	}
	return fmt.Errorf("%s: %w", origin, ErrStateBroken)
}

// remember stores a checkpoint and answers only when the disk has it; a signature leaves the process after that. others are
// signatures under the checkpoint that stay with it.
func (m *memory) remember(c format.Checkpoint, others []note.Signature) error {
	if err := appendLine(m.journal, journalLine(c)); err != nil {
		return err
	}
	return m.keep(c, others)
}

func (m *memory) keep(c format.Checkpoint, others []note.Signature) error {
	signed, err := note.Sign(&note.Note{Text: c.Text(), Sigs: others}, m.key)
	if err != nil {
		return fmt.Errorf("signing: %w", err)
	}
	if err := replace(m.newest, signed, 0o600); err != nil {
		return err
	}
	m.last, m.signed = c, signed
	return nil
}

func journalLine(c format.Checkpoint) string { return fmt.Sprintf("%d %x\n", c.Size, c.Root[:]) }

func appendLine(file, line string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	_, err = f.WriteString(line)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	return nil
}

// lastLines reads the last two whole lines of the journal, and how many bytes it has up to their end.
func lastLines(file string) (before, last string, whole int64, err error) {
	f, err := os.Open(file)
	if err != nil {
		return "", "", 0, err
	}
	defer f.Close()
	const enough = 512 // a line has at most 85 bytes
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return "", "", 0, err
	}
	tail := make([]byte, min(end, enough))
	if _, err := f.ReadAt(tail, end-int64(len(tail))); err != nil && end > 0 {
		return "", "", 0, err
	}
	lines := strings.SplitAfter(string(tail), "\n")
	half := lines[len(lines)-1] // what follows the last line end is nothing, or half a line
	lines, whole = lines[:len(lines)-1], end-int64(len(half))
	switch n := len(lines); n {
	case 0:
		return "", "", 0, nil
	case 1:
		return "", lines[0], whole, nil
	default:
		return lines[n-2], lines[n-1], whole, nil
	}
}

// lockFolder keeps a second process from signing on the same state, until the returned file is closed.
func lockFolder(folder string) (*os.File, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("opening the state: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the state: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s: %w", folder, ErrStateTaken)
	}
	return f, nil
}
