package documents

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	"recobro/internal/problem"
)

// MaxBytes is the largest file that is kept.
const MaxBytes = 25 << 20

var errTooLarge = problem.New(problem.TooLarge, "document_too_large", "El archivo pasa de 25 MB.", "The file is larger than 25 MB.")

// Store keeps the bytes of documents under their SHA-256: sha256/aa/bb/<hash>, read-only, written once. Safe for any number
// of goroutines and processes.
type Store struct{ root *os.Root }

// Stored says where bytes lie and how many there are.
type Stored struct {
	SHA256 [32]byte
	Bytes  int64
}

// OpenStore uses a folder, which it makes when it is not there.
func OpenStore(folder string) (*Store, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("making the document folder: %w", err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("opening the document folder: %w", err)
	}
	return &Store{root}, nil
}

// Close gives the folder back.
func (s *Store) Close() error { return s.root.Close() }

// Put keeps the bytes and returns once they are safe on disk, so it comes before the transaction that cites them; bytes that
// no row cites do no harm. The same bytes again are found, never written over.
func (s *Store) Put(data []byte) (Stored, error) {
	if len(data) > MaxBytes {
		return Stored{}, errTooLarge
	}
	at := Stored{SHA256: sha256.Sum256(data), Bytes: int64(len(data))}
	name := nameOf(at.SHA256)
	if err := s.root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return Stored{}, fmt.Errorf("making the folder of %s: %w", name, err)
	}
	err := s.Check(at.SHA256, at.Bytes)
	if errors.Is(err, fs.ErrNotExist) {
		err = s.write(name, data, at)
	}
	if err != nil {
		return Stored{}, err
	}
	return at, s.syncAbove(name)
}

// write links a finished file to its name: unlike a rename, a link never takes the place of a file that is there.
func (s *Store) write(name string, data []byte, at Stored) (err error) {
	draft := fmt.Sprintf("%s.%s", name, rand.Text())
	defer func() {
		if removed := s.root.Remove(draft); removed != nil && !errors.Is(removed, fs.ErrNotExist) {
			err = errors.Join(err, fmt.Errorf("removing the draft of %s: %w", name, removed))
		}
	}()
	f, err := s.root.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o400)
	if err != nil {
		return fmt.Errorf("creating %s: %w", name, err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	err = s.root.Link(draft, name)
	if errors.Is(err, fs.ErrExist) { // somebody put the same bytes a moment ago
		return s.Check(at.SHA256, at.Bytes)
	}
	if err != nil {
		return fmt.Errorf("naming %s: %w", name, err)
	}
	return nil
}

// syncAbove makes the names durable, in every folder up to the root: another process may have made one of them just now.
func (s *Store) syncAbove(name string) error {
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		f, err := s.root.Open(dir)
		if err == nil {
			err = errors.Join(f.Sync(), f.Close())
		}
		if err != nil {
			return fmt.Errorf("syncing the folder %s: %w", dir, err)
		}
		if dir == "." {
			return nil
		}
	}
}

// Read returns the bytes and never others than those that were put.
func (s *Store) Read(sum [32]byte) ([]byte, error) {
	name := nameOf(sum)
	data, err := s.root.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading document %s: %w", name, err)
	}
	if got := sha256.Sum256(data); !bytes.Equal(got[:], sum[:]) {
		return nil, fmt.Errorf("reading document %s: the stored bytes have the hash %x", name, got)
	}
	return data, nil
}

// Check tells whether the stored bytes are there, whole and unchanged; evidence.Log.Verify asks it for every cited document.
func (s *Store) Check(sum [32]byte, size int64) error {
	data, err := s.Read(sum)
	if err == nil && int64(len(data)) != size {
		err = fmt.Errorf("checking document %s: %d bytes, not %d", nameOf(sum), len(data), size)
	}
	return err
}

// Remove takes the bytes of a destroyed case out of the store; bytes that are not there any more are fine. Only
// privacy.Desk.Sweep calls it, for hashes that no living document cites.
func (s *Store) Remove(sum [32]byte) error {
	if err := s.root.Remove(nameOf(sum)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing document %s: %w", nameOf(sum), err)
	}
	return nil
}

func nameOf(sum [32]byte) string {
	h := hex.EncodeToString(sum[:])
	return path.Join("sha256", h[:2], h[2:4], h)
}
