// Package format is the log's bytes: header, body, leaf, commitment and opening, as the court's tool and the database read
// them. It is pure. The rule: a version once written is read for ever; a change is a new version beside it, never instead.
package format

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
)

// lines are the names of a version 1 header, in their order.
var lines = []string{"v", "log", "client", "subject", "seq", "prev", "type", "at", "clock", "occ", "actor", "req", "opkey", "build", "policy", "tmpl", "cp", "body"}

// Header holds the lines of one event's header by name; values are the text of the line, nothing converted.
type Header map[string]string

// ParseHeader reads the canonical header and refuses any other order, name or line.
func ParseHeader(b []byte) (Header, error) {
	text, ok := strings.CutSuffix(string(b), "\n")
	found := strings.Split(text, "\n")
	if !ok || len(found) != len(lines) {
		return nil, fmt.Errorf("header has %d lines, not %d", len(found), len(lines))
	}
	h := make(Header, len(lines))
	for i, line := range found {
		name, value, ok := strings.Cut(line, ": ")
		if !ok || name != lines[i] {
			return nil, fmt.Errorf("header line %d is not %q", i+1, lines[i])
		}
		h[name] = value
	}
	if h["v"] != "1" {
		return nil, fmt.Errorf("header version %q is unknown", h["v"])
	}
	return h, nil
}

// Leaf is the RFC 6962 leaf hash of a header in the log of that origin. The type stands inside the hashed bytes, so that
// nothing else can be passed off as an event.
func Leaf(origin string, header []byte) [32]byte {
	sum := sha256.New()
	sum.Write([]byte{0})
	sum.Write([]byte(origin + "/event/v1\n"))
	sum.Write(header)
	return [32]byte(sum.Sum(nil))
}

// Commit is the salted commitment to a named value: SHA-256(0x02, salt, len(name), name, len(value), value).
func Commit(salt []byte, name, value string) [32]byte {
	h := sha256.New()
	h.Write([]byte{2})
	h.Write(salt)
	for _, s := range []string{name, value} {
		_ = binary.Write(h, binary.BigEndian, uint64(len(s)))
		h.Write([]byte(s))
	}
	return [32]byte(h.Sum(nil))
}

// Opening is what lies behind the commitments of one body: values with their salts. It may be erased; the body stays.
type Opening struct {
	Fields      []Field      `json:"fields"`
	Attachments []Attachment `json:"attachments,omitempty"`
}

// Field is one opened value; the salt is hex.
type Field struct {
	Name  string `json:"name"`
	Salt  string `json:"salt"`
	Value string `json:"value"`
}

// Attachment is one opened document; an empty salt says that the body cites its plain hash.
type Attachment struct {
	Document  string `json:"document"`
	SHA256    string `json:"sha256"`
	Bytes     int64  `json:"bytes"`
	MediaType string `json:"media_type"`
	Salt      string `json:"salt,omitempty"`
}

// Line is the line of the body that commits to the field; false when the salt is no hex.
func (f Field) Line() (string, bool) {
	salt, err := hex.DecodeString(f.Salt)
	return fmt.Sprintf("com: %s %x", f.Name, Commit(salt, f.Name, f.Value)), err == nil
}

// Line is the line of the body that cites the document; false when the salt is no hex.
func (a Attachment) Line() (string, bool) {
	if a.Salt == "" {
		return fmt.Sprintf("att: plain %s %d %s", a.SHA256, a.Bytes, a.MediaType), true
	}
	salt, err := hex.DecodeString(a.Salt)
	return fmt.Sprintf("att: com %x %d %s", Commit(salt, "attachment", a.SHA256), a.Bytes, a.MediaType), err == nil
}
