package documents

import (
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/day"
	"recobro/internal/evidence"
)

// Placed is a stored paper and the case it goes into.
type Placed struct {
	Client, Account, Case uuid.UUID
	Doc                   Doc
}

// AddAll puts the papers of a whole portfolio into their cases with one statement, and answers their entries. The caller
// made the cases in the same transaction.
func AddAll(tx *evidence.Tx, on day.Date, papers []Placed) ([]evidence.Entry, error) {
	if len(papers) == 0 {
		return nil, nil
	}
	type row struct {
		Client    uuid.UUID      `json:"client_id"`
		ID        uuid.UUID      `json:"id"`
		Account   uuid.UUID      `json:"account_id"`
		Case      uuid.UUID      `json:"case_id"`
		Kind      string         `json:"kind"`
		Class     evidence.Class `json:"class"`
		Name      string         `json:"name"`
		MediaType string         `json:"media_type"`
		SHA256    string         `json:"sha256"`
		Bytes     int64          `json:"bytes"`
	}
	rows := make([]row, len(papers))
	entries := make([]evidence.Entry, len(papers))
	for i, p := range papers {
		d := p.Doc
		if d.Class == "" {
			d.Class = evidence.Open
		}
		id := uuid.Must(uuid.NewV7())
		rows[i] = row{p.Client, id, p.Account, p.Case, d.Kind, d.Class, d.Name, d.MediaType, hex.EncodeToString(d.Stored.SHA256[:]), d.Stored.Bytes}
		entries[i] = evidence.Entry{Subject: evidence.CaseOf(p.Client, p.Case), Kind: "document.added", Class: d.Class,
			Fields:      evidence.Fields{"document": id.String(), "kind": d.Kind, "name": d.Name},
			Attachments: []evidence.Attachment{{Document: id, SHA256: d.Stored.SHA256, Bytes: d.Stored.Bytes, MediaType: d.MediaType, Ours: d.Ours}}}
	}
	payload, err := json.Marshal(rows)
	if err != nil {
		return nil, fmt.Errorf("preparing %d documents: %w", len(rows), err)
	}
	var by *uuid.UUID
	if tx.Actor.Kind == "person" {
		by = &tx.Actor.ID
	}
	_, err = tx.Exec(`insert into documents (`+columns+`)
		select x.client_id, x.id, x.account_id, x.case_id, x.kind, x.class, x.name, x.media_type, decode(x.sha256, 'hex'), x.bytes, $2, $3
		  from jsonb_to_recordset($1) x(client_id uuid, id uuid, account_id uuid, case_id uuid, kind text, class text, name text, media_type text, sha256 text, bytes bigint)`,
		payload, on, by)
	if err != nil {
		return nil, fmt.Errorf("adding %d documents: %w", len(rows), err)
	}
	return entries, nil
}
