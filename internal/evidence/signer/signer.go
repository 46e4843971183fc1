// Package signer is the process that holds a key of the log: the log's own signer, and a witness at a client or a second
// office. Each remembers what it signed last. The rule: a key never signs two histories: what it signs begins with what it
// signed before, and what it no longer remembers it does not sign.
package signer

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/evidence/format"
)

// Refusal is why a checkpoint is not signed, with the status that the protocol gives it.
type Refusal struct {
	Status int
	Size   int64 // what was signed last; of status 409 only
	Why    string
}

// Error makes it an error.
func (r Refusal) Error() string { return r.Why }

// Log is a log whose checkpoints a key signs. A witness knows the log's keys; the log's own signer needs none, as its
// neighbour asks it over a socket that only the firm reaches.
type Log struct {
	Origin string
	Keys   []note.Verifier
}

// Signer is one key, with a memory for each log it signs for. It may be asked from many goroutines.
type Signer struct {
	key  *format.Signer
	lock *os.File
	logs map[string]*followed
}

type followed struct {
	sync.Mutex
	Log
	memory *memory
	failed error // the disk did not take a memory: nothing more is signed before a restart reads what it has
}

// Init writes an empty memory for every one of the logs that the state folder does not know. It says that the key never
// signed for them.
func Init(folder string, key *format.Signer, logs ...Log) error {
	lock, err := lockFolder(folder)
	if err != nil {
		return err
	}
	defer lock.Close()
	for _, l := range logs {
		m := memoryIn(folder, l.Origin, key)
		err := m.load(l.Origin)
		if errors.Is(err, ErrNoState) {
			err = m.begin(l.Origin)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Open reads the memory of a key. It is refused where any of it is missing or does not hold.
func Open(folder string, key *format.Signer, logs ...Log) (*Signer, error) {
	lock, err := lockFolder(folder)
	if err != nil {
		return nil, err
	}
	s := &Signer{key: key, lock: lock, logs: map[string]*followed{}}
	for _, l := range logs {
		m := memoryIn(folder, l.Origin, key)
		if err := m.load(l.Origin); err != nil {
			_ = lock.Close()
			return nil, err
		}
		s.logs[l.Origin] = &followed{Log: l, memory: m}
	}
	return s, nil
}

// Close lets another process have the state.
func (s *Signer) Close() error { return s.lock.Close() }

// Public is the key to trust.
func (s *Signer) Public() string { return s.key.Public() }

// Sign judges a request and answers the signature lines of the key. What it refuses is a Refusal; any other error is its
// own trouble.
func (s *Signer) Sign(r Request) (lines []byte, err error) {
	text, _, _ := strings.Cut(string(r.Checkpoint), "\n\n")
	c, err := format.ParseCheckpoint(strings.TrimSuffix(text, "\n") + "\n")
	if err != nil || c.Extension != nil && s.key.Kind() == format.LogKey {
		return nil, Refusal{Status: http.StatusBadRequest, Why: errRequest.Error()}
	}
	log, known := s.logs[c.Origin]
	if !known {
		return nil, Refusal{Status: http.StatusNotFound, Why: "that log is not known here"}
	}
	signatures, err := log.signatures(s.key.Kind(), r.Checkpoint)
	if err != nil {
		return nil, err
	}
	log.Lock()
	defer log.Unlock()
	if log.failed != nil {
		return nil, log.failed
	}
	if err := judge(log.memory.last, c, r); err != nil {
		return nil, err
	}
	return log.sign(c, signatures)
}

// signatures are the log's own under its checkpoint, as a witness demands them.
func (f *followed) signatures(kind format.Kind, signed []byte) ([]note.Signature, error) {
	if kind == format.LogKey {
		return nil, nil
	}
	n, err := note.Open(signed, note.VerifierList(f.Keys...))
	var unverified *note.UnverifiedNoteError
	var invalid *note.InvalidSignatureError
	switch {
	case errors.As(err, &unverified), errors.As(err, &invalid):
		return nil, Refusal{Status: http.StatusForbidden, Why: "no key of that log has signed this"}
	case err != nil:
		return nil, Refusal{Status: http.StatusBadRequest, Why: errRequest.Error()}
	}
	return n.Sigs, nil
}

// judge holds a new checkpoint against the last one that was signed.
func judge(last, c format.Checkpoint, r Request) error {
	no := func(why string, args ...any) error {
		return Refusal{Status: http.StatusUnprocessableEntity, Why: fmt.Sprintf(why, args...)}
	}
	switch {
	case r.Old > c.Size:
		return Refusal{Status: http.StatusBadRequest, Why: fmt.Sprintf("a tree of %d leaves cannot begin with one of %d", c.Size, r.Old)}
	case r.Old != last.Size:
		return Refusal{Status: http.StatusConflict, Size: last.Size, Why: fmt.Sprintf("a tree of %d leaves was signed last, not of %d", last.Size, r.Old)}
	case c.Size == 0 && c.Root != format.EmptyRoot:
		return no("a tree without leaves has another root")
	case r.Old == 0 && len(r.Proof) > 0:
		return no("the tree without leaves needs no proof")
	case c.Size == last.Size && c.Root != last.Root:
		return no("a tree of %d leaves was signed with the root %s, not %s", last.Size, last.Root, c.Root)
	case c.Size == last.Size && len(r.Proof) > 0:
		return no("the same tree needs no proof")
	case r.Old > 0 && c.Size > last.Size && tlog.CheckTree(r.Proof, c.Size, c.Root, last.Size, last.Root) != nil:
		return no("the proof does not show that the tree of %d leaves begins with the signed one of %d", c.Size, last.Size)
	}
	return nil
}

// sign remembers the checkpoint and then lets the signature out. The same tree again is signed without a new memory: a
// witness says that it still stands at a later time.
func (f *followed) sign(c format.Checkpoint, others []note.Signature) ([]byte, error) {
	if c.Size > f.memory.last.Size {
		if err := f.memory.remember(c, others); err != nil {
			f.failed = err
			return nil, err
		}
	}
	signed, err := note.Sign(&note.Note{Text: c.Text()}, f.memory.key)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	return signed[len(c.Text())+1:], nil
}

// Newest is the last checkpoint that was signed for a log, with its signatures; false for a log that is not known or of
// which only the empty tree stands.
func (s *Signer) Newest(origin string) (signed []byte, ok bool) {
	log, known := s.logs[origin]
	if !known {
		return nil, false
	}
	log.Lock()
	defer log.Unlock()
	return log.memory.signed, log.memory.last.Size > 0
}
