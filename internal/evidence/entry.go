package evidence

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"recobro/internal/evidence/format"
)

// Class is the disclosure class of an entry; it decides what a bundle may carry and what the client reads.
type Class string

const (
	Open            Class = "open"
	Confidential    Class = "confidential_negotiation" // offers: art. 9 LO 1/2025
	LawyerToLawyer  Class = "lawyer_to_lawyer"
	Internal        Class = "internal"
	SpecialCategory Class = "special_category"
)

// Subject is what a chain is about.
type Subject struct {
	Kind   string    // case, portfolio, client or firm
	ID     uuid.UUID // of the case, portfolio or client
	Client uuid.UUID // zero for the firm
}

// Firm is the chain of the firm's own affairs: users, permissions, settings.
var Firm = Subject{Kind: "firm", ID: uuid.MustParse("00000000-0000-0000-0000-000000000001")}

// CaseOf names the chain of a case.
func CaseOf(client, id uuid.UUID) Subject { return Subject{"case", id, client} }

// PortfolioOf names the chain of a portfolio.
func PortfolioOf(client, id uuid.UUID) Subject { return Subject{"portfolio", id, client} }

// ClientOf names the chain of a client company.
func ClientOf(client uuid.UUID) Subject { return Subject{"client", client, client} }

// Fields are the facts of an entry by name. Names are plain words; values may hold anything, personal data included:
// the log keeps only commitments to them, the values stay in the erasable opening.
type Fields map[string]string

// Attachment is a document that an entry cites. Ours says that the bytes were made here with a random reference inside, so
// that their plain hash tells nothing; any other file is cited by a salted commitment.
type Attachment struct {
	Document  uuid.UUID
	SHA256    [32]byte
	Bytes     int64
	MediaType string
	Ours      bool
}

// Entry is one interaction to append. Kind is noun.past ("demand.issued").
type Entry struct {
	Subject     Subject
	Kind        string
	Occurred    time.Time // when the fact happened; zero means now
	Class       Class     // Open when empty
	Template    string    // "id version" of the template used, if any
	Fields      Fields
	Attachments []Attachment
}

// encode makes the canonical body and its opening. One read of randomness serves all salts of the entry.
func (e Entry) encode() (body, opened []byte, err error) {
	salts := make([]byte, 32*(len(e.Fields)+len(e.Attachments)))
	if _, err := rand.Read(salts); err != nil {
		return nil, nil, fmt.Errorf("reading randomness: %w", err)
	}
	next := func() (salt []byte) {
		salt, salts = salts[:32], salts[32:]
		return salt
	}
	var b strings.Builder
	var o format.Opening
	class := cmp.Or(e.Class, Open)
	fmt.Fprintf(&b, "v: 1\nclass: %s\n", class)
	names := make([]string, 0, len(e.Fields))
	for name := range e.Fields {
		if !plainName(name) {
			return nil, nil, fmt.Errorf("encoding %s: field name %q is not plain", e.Kind, name)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		salt, value := next(), norm.NFC.String(strings.ToValidUTF8(e.Fields[name], "\ufffd"))
		fmt.Fprintf(&b, "com: %s %x\n", name, format.Commit(salt, name, value))
		o.Fields = append(o.Fields, format.Field{Name: name, Salt: hex.EncodeToString(salt), Value: value})
	}
	for _, a := range e.Attachments {
		oa := format.Attachment{Document: a.Document.String(), SHA256: hex.EncodeToString(a.SHA256[:]), Bytes: a.Bytes, MediaType: a.MediaType}
		if !a.Ours {
			oa.Salt = hex.EncodeToString(next())
		}
		line, _ := oa.Line()
		b.WriteString(line + "\n")
		o.Attachments = append(o.Attachments, oa)
	}
	opened, err = json.Marshal(o)
	return []byte(b.String()), opened, err
}

func plainName(s string) bool {
	for i := range len(s) {
		if (s[i] < 'a' || s[i] > 'z') && (s[i] < '0' || s[i] > '9') && s[i] != '_' {
			return false
		}
	}
	return s != ""
}
