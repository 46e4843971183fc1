// Package bundle is what a court is handed to check a case without us: one zip with the events of a chain, what may be opened
// of them, and the proofs. It writes and verifies bundles and knows no database; FORMAT.md is its page. The rule: a bundle
// has one spelling, byte for byte, and what the verifier believes comes from outside the bundle.
package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// sums is the last file: the SHA-256 of every other one.
const sums = "SHA256SUMS"

// The container holds at most what a plain zip can say, without its 64-bit extensions.
const (
	maxFiles = 65_000
	maxBytes = 4_000_000_000
	maxName  = 200
)

// ErrTooLarge says that a bundle cannot hold all that it would have to.
var ErrTooLarge = errors.New("more files or bytes than one bundle holds")

// entry is one file of the container.
type entry struct {
	name   string
	size   int64
	crc    uint32
	offset int64 // of its header
	sum    [32]byte
}

func (e entry) local() []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0x04034b50)
	return append(e.common(b), e.name...)
}

func (e entry) central() []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0x02014b50)
	b = binary.LittleEndian.AppendUint16(b, 10)
	b = e.common(b)
	b = append(b, make([]byte, 10)...) // no comment, disk 0, no attributes
	b = binary.LittleEndian.AppendUint32(b, uint32(e.offset))
	return append(b, e.name...)
}

// common are the fields that both headers of a file share: stored, of 1 January 1980, without extra fields.
func (e entry) common(b []byte) []byte {
	for _, v := range []uint16{10, 0, 0, 0, 0x21} {
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	for _, v := range []uint32{e.crc, uint32(e.size), uint32(e.size)} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	b = binary.LittleEndian.AppendUint16(b, uint16(len(e.name)))
	return binary.LittleEndian.AppendUint16(b, 0)
}

// directory is the end of the container: everything after the last file.
func directory(files []entry, at int64) []byte {
	var b []byte
	for _, e := range files {
		b = append(b, e.central()...)
	}
	size := len(b)
	b = binary.LittleEndian.AppendUint32(b, 0x06054b50)
	for _, v := range []uint16{0, 0, uint16(len(files)), uint16(len(files))} {
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	b = binary.LittleEndian.AppendUint32(b, uint32(at))
	return binary.LittleEndian.AppendUint16(b, 0)
}

func plainName(s string) bool {
	return s != "" && len(s) <= maxName && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789._-/") == "" && !strings.Contains(s, "..") && s[0] != '/'
}

// Writer writes the container as a stream; files come in the order of their names.
type Writer struct {
	w     io.Writer
	files []entry
	at    int64
}

// NewWriter begins a bundle.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Add writes one file.
func (w *Writer) Add(name string, data []byte) error {
	if !plainName(name) || len(w.files) > 0 && name <= w.files[len(w.files)-1].name {
		return fmt.Errorf("file %q of a bundle is out of order or has no plain name", name)
	}
	return w.add(name, data)
}

func (w *Writer) add(name string, data []byte) error {
	e := entry{name, int64(len(data)), crc32.ChecksumIEEE(data), w.at, sha256.Sum256(data)}
	if w.at += int64(len(e.local())) + e.size; w.at > maxBytes || len(w.files) >= maxFiles {
		return ErrTooLarge
	}
	w.files = append(w.files, e)
	if _, err := w.w.Write(e.local()); err != nil {
		return fmt.Errorf("writing %s of a bundle: %w", name, err)
	}
	if _, err := w.w.Write(data); err != nil {
		return fmt.Errorf("writing %s of a bundle: %w", name, err)
	}
	return nil
}

// Close writes the sums and the directory.
func (w *Writer) Close() error {
	if err := w.add(sums, sumLines(w.files)); err != nil {
		return err
	}
	_, err := w.w.Write(directory(w.files, w.at))
	if err != nil {
		return fmt.Errorf("ending a bundle: %w", err)
	}
	return nil
}

func sumLines(files []entry) []byte {
	var b bytes.Buffer
	for _, e := range files {
		fmt.Fprintf(&b, "%x  %s\n", e.sum, e.name)
	}
	return b.Bytes()
}

// container is a bundle whose bytes are all accounted for.
type container struct {
	r     io.ReaderAt
	files map[string]entry
	names []string // without the sums
}

var errContainer = errors.New("the file is not a bundle, or not written in its one way")

// open walks the container from its first byte to its last, computes every hash, and compares headers, sums and directory
// with what they must be. Nothing else may stand in the file.
func open(r io.ReaderAt, size int64) (*container, error) {
	c := &container{r: r, files: map[string]entry{}}
	var all []entry
	var at int64
	for {
		var head [30]byte
		if n, _ := r.ReadAt(head[:], at); n < len(head) || binary.LittleEndian.Uint32(head[:]) != 0x04034b50 {
			return nil, errContainer
		}
		e := entry{crc: binary.LittleEndian.Uint32(head[14:]), size: int64(binary.LittleEndian.Uint32(head[18:])), offset: at}
		name := make([]byte, binary.LittleEndian.Uint16(head[26:]))
		if n, _ := r.ReadAt(name, at+30); n < len(name) || len(all) >= maxFiles {
			return nil, errContainer
		}
		e.name = string(name)
		start := at + int64(len(e.local()))
		if !bytes.Equal(e.local(), append(head[:], name...)) || start+e.size > size {
			return nil, errContainer
		}
		if err := c.sum(&e, start); err != nil {
			return nil, err
		}
		at = start + e.size
		if e.name == sums {
			return c, c.end(all, e, at, size)
		}
		if !plainName(e.name) || len(all) > 0 && e.name <= all[len(all)-1].name {
			return nil, errContainer
		}
		all = append(all, e)
		c.files[e.name], c.names = e, append(c.names, e.name)
	}
}

// sum computes the hash of a file and compares its checksum.
func (c *container) sum(e *entry, start int64) error {
	hash, crc := sha256.New(), crc32.NewIEEE()
	if _, err := io.Copy(io.MultiWriter(hash, crc), io.NewSectionReader(c.r, start, e.size)); err != nil || crc.Sum32() != e.crc {
		return errContainer
	}
	e.sum = [32]byte(hash.Sum(nil))
	return nil
}

func (c *container) end(all []entry, last entry, at, size int64) error {
	tail := directory(append(all, last), at)
	got := make([]byte, len(tail))
	if size != at+int64(len(tail)) {
		return errContainer
	}
	if n, _ := c.r.ReadAt(got, at); n < len(got) || !bytes.Equal(got, tail) || last.sum != sha256.Sum256(sumLines(all)) {
		return errContainer
	}
	return nil
}

// read answers a file that is at most limit bytes long.
func (c *container) read(name string, limit int64) ([]byte, error) {
	e, ok := c.files[name]
	if !ok || e.size > limit {
		return nil, fmt.Errorf("%s is not there or too long", name)
	}
	data := make([]byte, e.size)
	if n, err := c.r.ReadAt(data, e.offset+int64(len(e.local()))); n < len(data) {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return data, nil
}
