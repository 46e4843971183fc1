package bundle

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"recobro/internal/evidence/format"
)

// Version is the first word of a manifest.
const Version = "recobro/bundle/v1"

// The profiles: for whom a bundle is made.
const (
	Full   = "full"   // the firm alone
	Court  = "court"  // the negotiation attempt, never its offers (art. 9 LO 1/2025)
	Client = "client" // the creditor
	Debtor = "debtor"
)

// Profiles is the closed list.
var Profiles = []string{Full, Court, Client, Debtor}

// The disclosure classes, as they stand in a body.
const (
	openClass      = "open"
	confidential   = "confidential_negotiation"
	lawyerToLawyer = "lawyer_to_lawyer"
	internal       = "internal"
	special        = "special_category"
)

var classes = []string{openClass, confidential, lawyerToLawyer, internal, special}

// attempt are the fields of a confidential entry that prove the attempt to negotiate and tell nothing of the offer.
var attempt = []string{"agreement", "source", "grade", "was"}

// Shows says how much of an entry or document of a class a profile hands over: all of it, or only the fields that prove an
// attempt to negotiate. A debtor is shown as little of a negotiation as a court: its entries hold the client's limits, too.
func Shows(profile, class string) (all, some bool) {
	switch {
	case profile == Full, class == openClass, profile == Client && class == confidential:
		return true, true
	case (profile == Court || profile == Debtor) && class == confidential:
		return false, true
	}
	return false, false
}

// The states of an opening and of a document.
const (
	StateOpen      = "open"
	StatePartial   = "partial"
	StateDestroyed = "destroyed"
	stateWithheld  = "withheld: "
)

// Withheld is the state of what a class keeps back.
func Withheld(class string) string { return stateWithheld + class }

// Manifest says what the bundle holds; the verifier compares all of it with what it finds.
type Manifest struct {
	Format  string  `json:"format"`
	Origin  string  `json:"origin"`
	Client  string  `json:"client"`
	Subject string  `json:"subject"` // kind and id, as in a header
	Profile string  `json:"profile"`
	Size    int64   `json:"size"`
	Root    string  `json:"root"` // base64
	Events  []State `json:"events"`
}

// State is what became of the opening of one event and of the documents it cites, in the order of its body.
type State struct {
	Opening   string   `json:"opening"`
	Documents []string `json:"documents"`
}

// Opening is what is opened of one body. Unlike in the log, it names no document: all of it is committed to.
type Opening struct {
	Fields    []format.Field `json:"fields"`
	Documents []Document     `json:"documents"`
}

// Document is one cited document; an empty salt says that the body cites its plain hash.
type Document struct {
	SHA256    string `json:"sha256"`
	Bytes     int64  `json:"bytes"`
	MediaType string `json:"media_type"`
	Salt      string `json:"salt"`
}

func (d Document) line() string {
	line, _ := format.Attachment{SHA256: d.SHA256, Bytes: d.Bytes, MediaType: d.MediaType, Salt: d.Salt}.Line()
	return line
}

// Redact takes an event's opening as the log keeps it and answers what the profile hands over, and what the manifest says of
// it. classes are the disclosure classes of the documents by their hash; nil opened means that it was destroyed.
func Redact(profile string, body []byte, opened *format.Opening, classes map[string]string) (*Opening, State, error) {
	b, err := parseBody(body)
	if err != nil {
		return nil, State{}, err
	}
	all, some := Shows(profile, b.class)
	state := State{Documents: make([]string, len(b.documents))}
	switch {
	case !some:
		state.Opening = Withheld(b.class)
	case opened == nil:
		state.Opening = StateDestroyed
	}
	if state.Opening != "" {
		for i := range state.Documents {
			state.Documents[i] = state.Opening
		}
		return nil, state, nil
	}
	o := &Opening{Fields: []format.Field{}, Documents: []Document{}}
	for _, f := range opened.Fields {
		if all || slices.Contains(attempt, f.Name) {
			o.Fields = append(o.Fields, f)
		}
	}
	for i, a := range opened.Attachments {
		class := classes[a.SHA256]
		if class == "" || !all {
			class = b.class
		}
		if whole, _ := Shows(profile, class); !whole {
			state.Documents[i] = Withheld(class)
			continue
		}
		state.Documents[i] = StateOpen
		o.Documents = append(o.Documents, Document{a.SHA256, a.Bytes, a.MediaType, a.Salt})
	}
	state.Opening = StateOpen
	if len(o.Fields) < len(b.fields) || len(o.Documents) < len(b.documents) {
		state.Opening = StatePartial
	}
	return o, state, nil
}

// body is a parsed body: its class and the lines that commit.
type body struct {
	class             string
	fields, documents []string
}

var errBody = errors.New("the body is not one")

func parseBody(text []byte) (body, error) {
	lines := strings.Split(string(text), "\n")
	if len(lines) < 3 || lines[0] != "v: 1" || lines[len(lines)-1] != "" {
		return body{}, errBody
	}
	class, ok := strings.CutPrefix(lines[1], "class: ")
	b := body{class: class}
	if !ok || !slices.Contains(classes, class) {
		return body{}, errBody
	}
	for _, line := range lines[2 : len(lines)-1] {
		switch {
		case strings.HasPrefix(line, "com: ") && len(b.documents) == 0:
			b.fields = append(b.fields, line)
		case strings.HasPrefix(line, "att: "):
			b.documents = append(b.documents, line)
		default:
			return body{}, errBody
		}
	}
	return b, nil
}

// Encode writes JSON in the one spelling that the verifier accepts.
func Encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // structs of strings and numbers, which always encode
	return b.Bytes()
}

func decode(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("it is no JSON of that kind: %w", err)
	}
	if !bytes.Equal(Encode(v), data) {
		return errors.New("it is not written in its one way")
	}
	return nil
}

func lowerHex(s string, bytes int) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == bytes && hex.EncodeToString(b) == s
}
