// Package documents keeps the papers of a case: the bytes in a write-once store under their hash, and a row that says what
// they are and who may read them. The rule: stored bytes never change, and a client reads only what its class lets out.
package documents

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Desk is where documents are put into a case and read.
type Desk struct {
	Log   *evidence.Log
	Law   *law.Library
	Store *Store
}

// The kinds of documents. The firm's own letters and filings are made by their packages and never uploaded.
const (
	Invoice       = "invoice"
	Contract      = "contract"
	DeliveryNote  = "delivery_note"
	Demand        = "demand"
	DispatchProof = "dispatch_proof"
	DeliveryProof = "delivery_proof"
	Agreement     = "agreement"
	Filing        = "filing"
	FilingPack    = "filing_pack"
	FilingReceipt = "filing_receipt"
	Court         = "court"
	Statement     = "statement"
	Other         = "other"
)

var (
	clientUploads = []string{Invoice, Contract, DeliveryNote, Other}
	staffUploads  = append([]string{DispatchProof, DeliveryProof, Agreement, FilingReceipt, Court}, clientUploads...)
)

var (
	errKind  = problem.New(problem.Invalid, "document_kind_refused", "Ese tipo de documento no se puede aportar.", "That kind of document cannot be uploaded.")
	errClass = problem.New(problem.Invalid, "document_class_refused", "Esa clase de divulgación no existe o no le corresponde.", "That disclosure class does not exist or is not yours to give.")
)

// Document is one paper of a case.
type Document struct {
	ClientID  uuid.UUID      `db:"client_id" json:"-"`
	ID        uuid.UUID      `db:"id" json:"id"`
	AccountID uuid.UUID      `db:"account_id" json:"-"`
	CaseID    uuid.UUID      `db:"case_id" json:"case_id"`
	Kind      string         `db:"kind" json:"kind"`
	Class     evidence.Class `db:"class" json:"class"`
	Name      string         `db:"name" json:"name"`
	MediaType string         `db:"media_type" json:"media_type"`
	SHA256    []byte         `db:"sha256" json:"-"`
	Bytes     int64          `db:"bytes" json:"bytes"`
	AddedOn   day.Date       `db:"added_on" json:"added_on"`
	AddedBy   *uuid.UUID     `db:"added_by" json:"-"`
}

// Sum is the SHA-256 of the bytes.
func (d Document) Sum() [32]byte { return [32]byte(d.SHA256) }

// Doc is a paper whose bytes are stored already, on its way into a case. Ours says that the bytes were made here with a
// random reference inside.
type Doc struct {
	Kind, Name, MediaType string
	Class                 evidence.Class // open when empty
	Stored                Stored
	Ours                  bool
}

// Add puts a stored paper into a locked case, inside the transaction of the action that needs it. The caller asked the
// permission and cites the attachment in its entry.
func Add(tx *evidence.Tx, c *cases.Case, doc Doc, on day.Date) (Document, evidence.Attachment, error) {
	d := Document{ClientID: c.ClientID, ID: uuid.Must(uuid.NewV7()), AccountID: c.AccountID, CaseID: c.ID, Kind: doc.Kind, Class: doc.Class,
		Name: doc.Name, MediaType: doc.MediaType, SHA256: doc.Stored.SHA256[:], Bytes: doc.Stored.Bytes, AddedOn: on}
	if d.Class == "" {
		d.Class = evidence.Open
	}
	if tx.Actor.Kind == "person" {
		d.AddedBy = &tx.Actor.ID
	}
	att := evidence.Attachment{Document: d.ID, SHA256: doc.Stored.SHA256, Bytes: d.Bytes, MediaType: d.MediaType, Ours: doc.Ours}
	return d, att, insert(tx, d)
}

// Upload is a file that somebody hands over.
type Upload struct {
	Kind, Name, MediaType string
	Class                 evidence.Class // open when empty; only the firm's people choose another
	Data                  []byte
}

// Prepare judges an upload and stores its bytes: type by content, name made plain, kind and class that the actor may give.
// It comes before the transaction in which Add makes the row.
func (d *Desk) Prepare(who evidence.Actor, up Upload) (Doc, error) {
	doc := Doc{Kind: up.Kind, Class: up.Class}
	kinds, classes := clientUploads, []evidence.Class{"", evidence.Open}
	if who.Staff || who.IsJob() {
		kinds, classes = staffUploads, append(classes, evidence.Confidential, evidence.LawyerToLawyer, evidence.Internal, evidence.SpecialCategory)
	}
	if !slices.Contains(kinds, up.Kind) {
		return doc, errKind
	}
	if !slices.Contains(classes, up.Class) {
		return doc, errClass
	}
	m, err := judge(up.MediaType, up.Data)
	if err != nil {
		return doc, err
	}
	doc.MediaType = m.types[0]
	if doc.Name, err = tidyName(up.Name, m); err != nil {
		return doc, err
	}
	doc.Stored, err = d.Store.Put(up.Data)
	return doc, err
}

// Attach takes an uploaded file into a case. Who may not is told before a byte is stored.
func (d *Desk) Attach(ctx context.Context, who evidence.Actor, caseID uuid.UUID, up Upload) (Document, error) {
	record := access.To(access.ActRecord, access.ObjDocument)
	err := d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		c, err := cases.Get(tx, who, caseID)
		if err != nil {
			return err
		}
		return access.Require(who, record, c.Place(), access.NoState)
	})
	if err != nil {
		return Document{}, err
	}
	doc, err := d.Prepare(who, up)
	if err != nil {
		return Document{}, err
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Document, []evidence.Entry, error) {
		c, err := cases.Lock(tx, caseID, record)
		if err != nil {
			return Document{}, nil, err
		}
		pack, err := d.Law.Pack(c.Jurisdiction)
		if err != nil {
			return Document{}, nil, err
		}
		made, att, err := Add(tx, c, doc, tx.Today(pack.Zone))
		if err != nil {
			return Document{}, nil, err
		}
		return made, []evidence.Entry{Added(c, made, att)}, nil
	})
}

// Added is the entry of a paper that came from outside.
func Added(c *cases.Case, d Document, att evidence.Attachment) evidence.Entry {
	entry := c.Entry("document.added", evidence.Fields{"document": d.ID.String(), "kind": d.Kind, "name": d.Name})
	entry.Class, entry.Attachments = d.Class, []evidence.Attachment{att}
	return entry
}

// Read answers what a document is, to whoever may read it.
func (d *Desk) Read(ctx context.Context, who evidence.Actor, id uuid.UUID) (found Document, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		if found, err = byID(tx, id); err != nil {
			return err
		}
		c, err := cases.Get(tx, who, found.CaseID)
		if err != nil {
			return err
		}
		return access.Require(who, access.To(access.ActRead, access.ObjDocument), c.Place(), access.NoState)
	})
	if err != nil {
		return Document{}, err
	}
	return found, nil
}

// Open is Read with the bytes, checked against their hash.
func (d *Desk) Open(ctx context.Context, who evidence.Actor, id uuid.UUID) (Document, []byte, error) {
	found, err := d.Read(ctx, who, id)
	if err != nil {
		return Document{}, nil, err
	}
	data, err := d.Store.Read(found.Sum())
	return found, data, err
}
