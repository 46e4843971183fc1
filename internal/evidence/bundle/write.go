package bundle

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/evidence/format"
)

// Event is one event as the log keeps it, with its proof. Opened is nil when the opening was destroyed or is out of reach.
type Event struct {
	Header, Body []byte
	Opened       *format.Opening
	Index        int64
	Path         tlog.RecordProof
}

// Contents is all that a bundle is made of: the chain from its first event on without a gap, against one checkpoint.
type Contents struct {
	Origin, Client, Subject, Profile string
	Note                             string // the signed checkpoint with its cosignatures
	Size                             int64
	Root                             tlog.Hash
	Events                           []Event
	Older                            []format.Consistency                // one for every checkpoint that an event names or a paper bears
	Classes                          map[string]string                   // disclosure classes of documents by hash, hex
	File                             func(sha256 string) ([]byte, error) // the bytes of a document
	Acta                             map[string][]byte                   // "acta.es.pdf", "acta.en.pdf"
	Name                             string                              // of the file
}

// Name is the file name of a bundle.
func Name(id string, seq int) string { return fmt.Sprintf("case-%s-%d.zip", id, seq) }

// Write writes the bundle as a stream: no more than one document is in memory at a time. The same contents give the same
// bytes.
func (c Contents) Write(w io.Writer) error {
	small, documents, err := c.files()
	if err != nil {
		return err
	}
	names := slices.AppendSeq(slices.Collect(maps.Keys(documents)), maps.Keys(small))
	slices.Sort(names)
	out := NewWriter(w)
	for _, name := range names {
		data, isSmall := small[name]
		if !isSmall {
			if data, err = c.File(documents[name]); err != nil {
				return fmt.Errorf("reading document %s of a bundle: %w", documents[name], err)
			}
		}
		if err := out.Add(name, data); err != nil {
			return err
		}
	}
	return out.Close()
}

// files are the files of the bundle but for the documents, and the documents by their names in it.
func (c Contents) files() (small map[string][]byte, documents map[string]string, err error) {
	m := Manifest{Version, c.Origin, c.Client, c.Subject, c.Profile, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]), nil}
	small, documents = map[string][]byte{"checkpoint.txt": []byte(c.Note)}, map[string]string{}
	for i, e := range c.Events {
		opened, state, err := Redact(c.Profile, e.Body, e.Opened, c.Classes)
		if err != nil {
			return nil, nil, fmt.Errorf("opening event %d for a bundle: %w", i+1, err)
		}
		m.Events = append(m.Events, state)
		n := fmt.Sprintf("%06d", i+1)
		small["events/"+n+".hdr"], small["events/"+n+".body"] = e.Header, e.Body
		small["proofs/"+n+".tlog-proof"] = []byte(format.Inclusion{Index: e.Index, Hashes: e.Path, Checkpoint: c.Note}.Text())
		if opened != nil {
			small["openings/"+n+".json"] = Encode(opened)
			for _, d := range opened.Documents {
				documents["attachments/"+d.SHA256] = d.SHA256
			}
		}
	}
	for _, p := range c.Older {
		small[OlderName(p.Old)] = []byte(p.Text())
	}
	maps.Copy(small, c.Acta)
	small["manifest.json"] = Encode(m)
	small["verify/readme.es.txt"], small["verify/readme.en.txt"] = []byte(readmeES), []byte(readmeEN)
	return small, documents, nil
}

// Bytes is Write into memory, for bundles known to be small.
func (c Contents) Bytes() ([]byte, error) {
	var b bytes.Buffer
	err := c.Write(&b)
	return b.Bytes(), err
}

const (
	readmeES = `Este archivo es la prueba de un expediente: sus actuaciones, lo que de ellas se entrega y las pruebas de que no han cambiado.

Para comprobarlo sin conexión:
  caseverify --trust CLAVES BUNDLE.zip
CLAVES es un archivo con las claves públicas del registro y de sus testigos. Pídalo por otro camino: nunca debe venir de aquí.
El resultado es 0 (se sostiene), 1 (no se sostiene) o 2 (se sostiene y hay algo a tener en cuenta).
`
	readmeEN = `This file is the proof of a case: its interactions, what is handed over of them, and the proofs that they have not changed.

To check it offline:
  caseverify --trust KEYS BUNDLE.zip
KEYS is a file with the public keys of the log and its witnesses. Ask for it by another way: it must never come from here.
The result is 0 (it holds), 1 (it does not) or 2 (it holds and something is to be kept in mind).
`
)
