package evidence

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/evidence/format"
	"recobro/internal/postgres"
)

// Interaction is one line of a chain as people read it. Fields is nil when its opening is out of the reader's reach or erased.
type Interaction struct {
	Subject     Subject
	Seq         int
	Kind        string
	At          time.Time
	Occurred    time.Time
	Actor       HeaderActor
	Template    string
	Class       Class
	Fields      Fields
	Attachments []Attachment
	Leaf        string // hex
}

// HeaderActor is who the header names; Behalf is the absent person acted for, or "-".
type HeaderActor struct{ Kind, ID, Role, Behalf string }

type eventRow struct {
	SubjectKind string     `db:"subject_kind"`
	Subject     uuid.UUID  `db:"subject"`
	Seq         int        `db:"seq"`
	ClientID    *uuid.UUID `db:"client_id"`
	Leaf        []byte     `db:"leaf"`
	Header      []byte     `db:"header"`
	Body        []byte     `db:"body"`
	Class       *string    `db:"class"`
	Opening     []byte     `db:"opening"`
}

const eventColumns = `e.subject_kind, e.subject, e.seq, e.client_id, e.leaf, e.header, e.body, o.class, o.opening`

// Interactions reads a chain, newest first, at most limit lines before the sequence number (0: from the newest).
func Interactions(tx *postgres.Tx, s Subject, before, limit int) ([]Interaction, error) {
	var rows []eventRow
	err := tx.Select(&rows, `select `+eventColumns+` from ev.events e
		left join ev.openings o on o.subject_kind = e.subject_kind and o.subject = e.subject and o.seq = e.seq
		where e.subject_kind = $1 and e.subject = $2 and ($3 = 0 or e.seq < $3) order by e.seq desc limit $4`, s.Kind, s.ID, before, limit)
	if err != nil {
		return nil, fmt.Errorf("reading the log of %s %s: %w", s.Kind, s.ID, err)
	}
	out := make([]Interaction, 0, len(rows))
	for _, r := range rows {
		line, err := r.interaction()
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}

func (r eventRow) interaction() (Interaction, error) {
	h, err := format.ParseHeader(r.Header)
	if err != nil {
		return Interaction{}, fmt.Errorf("reading %s %s seq %d: %w", r.SubjectKind, r.Subject, r.Seq, err)
	}
	line := Interaction{Subject: Subject{Kind: r.SubjectKind, ID: r.Subject}, Seq: r.Seq, Kind: h["type"], Leaf: hex.EncodeToString(r.Leaf)}
	if r.ClientID != nil {
		line.Subject.Client = *r.ClientID
	}
	line.At, _ = time.Parse(time.RFC3339Nano, h["at"])
	line.Occurred, _ = time.Parse(time.RFC3339Nano, h["occ"])
	if who := strings.Fields(h["actor"]); len(who) == 4 {
		line.Actor = HeaderActor{who[0], who[1], who[2], who[3]}
	}
	if h["tmpl"] != "-" {
		line.Template = h["tmpl"]
	}
	if r.Class == nil {
		return line, nil
	}
	line.Class = Class(*r.Class)
	var o format.Opening
	if err := json.Unmarshal(r.Opening, &o); err != nil {
		return line, fmt.Errorf("reading the opening of %s seq %d: %w", r.Subject, r.Seq, err)
	}
	line.Fields = Fields{}
	for _, f := range o.Fields {
		line.Fields[f.Name] = f.Value
	}
	for _, a := range o.Attachments {
		id, err := uuid.Parse(a.Document)
		sum, hexErr := hex.DecodeString(a.SHA256)
		if err != nil || hexErr != nil || len(sum) != 32 {
			return line, fmt.Errorf("reading the opening of %s seq %d: document %q has no readable id or hash", r.Subject, r.Seq, a.Document)
		}
		line.Attachments = append(line.Attachments, Attachment{Document: id, SHA256: [32]byte(sum), Bytes: a.Bytes, MediaType: a.MediaType, Ours: a.Salt == ""})
	}
	return line, nil
}
