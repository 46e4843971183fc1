package bundle

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// openings checks what is opened against what the bodies commit to, what is not against the class that keeps it back, and
// every document against its hash.
func (v *verifier) openings() error {
	for i, state := range v.report.Events {
		where := fmt.Sprintf("openings/%06d.json", i+1)
		b := v.bodies[i]
		if len(state.Documents) != len(b.documents) {
			return refuse("manifest", where, "the manifest knows of other documents")
		}
		_, there := v.files[where]
		all, some := Shows(v.report.Profile, b.class)
		switch state.Opening {
		case StateOpen, StatePartial:
			if !there || !some || !all && state.Opening == StateOpen {
				return refuse("opening", where, "it is not there, or its profile keeps it back")
			}
			if err := v.opened(where, state, b, all); err != nil {
				return err
			}
			if state.Opening == StateOpen {
				v.report.Open++
			} else {
				v.report.Partial++
			}
			continue
		case StateDestroyed:
			v.report.Destroyed++
		case Withheld(b.class):
			v.report.Withheld[b.class]++
			if some {
				return refuse("opening", where, "its profile does not keep it back")
			}
		default:
			return refuse("manifest", where, "the manifest says %q of it", state.Opening)
		}
		if there || slices.ContainsFunc(state.Documents, func(s string) bool { return s != state.Opening }) {
			return refuse("opening", where, "something of it is opened that the manifest says is not")
		}
	}
	return nil
}

func (v *verifier) opened(where string, state State, b body, all bool) error {
	data, err := v.file("opening", where, maxPart)
	if err != nil {
		return err
	}
	var o Opening
	if err := decode(data, &o); err != nil {
		return refuse("opening", where, "%v", err)
	}
	if o.Fields == nil || o.Documents == nil {
		return refuse("opening", where, "null is no list")
	}
	lines := b.fields
	for _, f := range o.Fields {
		line, ok := f.Line()
		at := slices.Index(lines, line)
		if !ok || at < 0 || !lowerHex(f.Salt, 32) || !all && !slices.Contains(attempt, f.Name) {
			return refuse("opening", where, "field %q is not what was committed to, or out of its order", f.Name)
		}
		lines = lines[at+1:]
	}
	documents := o.Documents
	for k, s := range state.Documents {
		if s != StateOpen {
			class, ok := strings.CutPrefix(s, stateWithheld)
			if whole, _ := Shows(v.report.Profile, class); !ok || whole || !slices.Contains(classes, class) {
				return refuse("manifest", where, "the manifest says %q of a document", s)
			}
			v.report.Withheld[class]++
			continue
		}
		if len(documents) == 0 || documents[0].line() != b.documents[k] || documents[0].Salt != "" && !lowerHex(documents[0].Salt, 32) || !all {
			return refuse("opening", where, "document %d is not what was cited", k+1)
		}
		if err := v.document(documents[0]); err != nil {
			return err
		}
		documents = documents[1:]
	}
	whole := len(o.Fields) == len(b.fields) && len(o.Documents) == len(b.documents)
	if len(documents) > 0 || whole != (state.Opening == StateOpen) {
		return refuse("opening", where, "more or less is opened than the manifest says")
	}
	return nil
}

func (v *verifier) document(d Document) error {
	name := "attachments/" + d.SHA256
	e, there := v.files[name]
	if !there || hex.EncodeToString(e.sum[:]) != d.SHA256 || e.size != d.Bytes {
		return refuse("document", name, "its bytes are not those that were cited")
	}
	if !v.expected[name] {
		v.expected[name] = true
		v.report.Documents++
	}
	return nil
}
