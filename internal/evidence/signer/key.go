package signer

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"recobro/internal/evidence/format"
)

// ErrKeyReadable refuses a key file that others than its owner can read.
var ErrKeyReadable = errors.New("the key file can be read by others than its owner: chmod 0400")

// LoadKey reads a secret key from a file that only its owner reads.
func LoadKey(file string) (*format.Signer, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("reading the key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s: %w", file, ErrKeyReadable)
	}
	secret, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the key: %w", err)
	}
	key, err := format.NewSigner(string(secret), time.Now)
	if err != nil {
		return nil, fmt.Errorf("reading the key %s: %w", file, err)
	}
	return key, nil
}

// MakeKey makes a key and writes it to a new file of mode 0400. A file that is there is never replaced.
func MakeKey(file, name string, kind format.Kind) (*format.Signer, error) {
	if _, err := os.Lstat(file); err == nil {
		return nil, fmt.Errorf("making the key %s: there is a file already", file)
	}
	secret, _, err := format.NewKey(rand.Reader, name, kind)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("making the key: %w", err)
	}
	if err := replace(file, []byte(secret+"\n"), 0o400); err != nil {
		return nil, err
	}
	return LoadKey(file)
}

// replace writes a whole file in one step that survives a power cut: a reader sees the old bytes or the new ones.
func replace(file string, content []byte, mode os.FileMode) error {
	folder, err := os.Open(filepath.Dir(file))
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	defer folder.Close()
	temporary, err := os.CreateTemp(folder.Name(), filepath.Base(file)+".new-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	defer os.Remove(temporary.Name()) // gone already when all went well
	_, err = temporary.Write(content)
	err = errors.Join(err, temporary.Chmod(mode), temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), file)
	}
	if err == nil {
		err = folder.Sync()
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return nil
}
