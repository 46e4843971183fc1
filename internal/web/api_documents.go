package web

import (
	"context"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

// fileIn is a file inside a JSON body.
type fileIn struct {
	Name      string `json:"name" minLength:"1" maxLength:"400"`
	MediaType string `json:"media_type" minLength:"1" maxLength:"120"`
	Content   []byte `json:"content_base64"`
}

func (f *fileIn) upload() *documents.Upload {
	if f == nil {
		return nil
	}
	return &documents.Upload{Name: f.Name, MediaType: f.MediaType, Data: f.Content}
}

type documentIn struct {
	ByID
	Body struct {
		Kind      string `json:"kind" enum:"invoice,contract,delivery_note,dispatch_proof,delivery_proof,agreement,filing_receipt,court,other"`
		Class     string `json:"class,omitempty" enum:"open,confidential_negotiation,lawyer_to_lawyer,internal,special_category" doc:"Disclosure class; only the firm's people give another than open"`
		Name      string `json:"name" minLength:"1" maxLength:"400"`
		MediaType string `json:"media_type" minLength:"1" maxLength:"120"`
		Content   []byte `json:"content_base64"`
	}
}

type documentOut struct {
	ID        uuid.UUID `json:"id"`
	CaseID    uuid.UUID `json:"case_id"`
	Kind      string    `json:"kind" enum:"invoice,contract,delivery_note,demand,dispatch_proof,delivery_proof,agreement,filing,filing_pack,filing_receipt,court,statement,other"`
	Class     string    `json:"class" enum:"open,confidential_negotiation,lawyer_to_lawyer,internal,special_category"`
	Name      string    `json:"name"`
	MediaType string    `json:"media_type"`
	Bytes     int64     `json:"bytes"`
	AddedOn   day.Date  `json:"added_on"`
}

// documentAPI takes the papers of a case and hands them out.
func (s *Server) documentAPI() {
	see := access.To(access.ActRead, access.ObjDocument)
	act(s, access.To(access.ActRecord, access.ObjDocument), post("/cases/{id}/documents", "addDocument", "Aportar un documento / Add a document", 201),
		func(ctx context.Context, who evidence.Actor, in *documentIn) (documents.Document, error) {
			b := in.Body
			return s.Documents.Attach(ctx, who, in.ID, documents.Upload{Kind: b.Kind, Class: evidence.Class(b.Class), Name: b.Name, MediaType: b.MediaType, Data: b.Content})
		}, documentView)
	read(s, access.To(access.ActList, access.ObjDocument), get("/cases/{id}/documents", "listDocuments", "Los documentos del expediente / The documents of the case"), s.listDocuments)
	read(s, see, get("/documents/{id}", "getDocument", "Un documento / One document"), func(ctx context.Context, who evidence.Actor, in *ByID) (documentOut, error) {
		d, err := s.Documents.Read(ctx, who, in.ID)
		return documentView(who, d), err
	})
	download(s, see, get("/documents/{id}/content", "getDocumentContent", "Los bytes del documento / The bytes of the document"),
		func(ctx context.Context, who evidence.Actor, in *ByID) (fileOut, error) {
			d, data, err := s.Documents.Open(ctx, who, in.ID)
			return fileOut{d.MediaType, d.Name, data}, err
		})
}

func (s *Server) listDocuments(ctx context.Context, who evidence.Actor, in *ByID) (Page[documentOut], error) {
	page := Page[documentOut]{Data: []documentOut{}}
	err := s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		c, err := cases.Get(tx, who, in.ID)
		if err != nil {
			return err
		}
		if err := access.Require(who, access.To(access.ActList, access.ObjDocument), c.Place(), access.NoState); err != nil {
			return err
		}
		all, err := documents.List(tx, c.ClientID, c.ID)
		for _, d := range all {
			page.Data = append(page.Data, documentView(who, d))
		}
		return err
	})
	return page, err
}

func documentView(_ evidence.Actor, d documents.Document) documentOut {
	return documentOut{d.ID, d.CaseID, d.Kind, string(d.Class), d.Name, d.MediaType, d.Bytes, d.AddedOn}
}

// fileOut is a file that a call answers with.
type fileOut struct {
	mediaType, name string
	data            []byte
}

// fileReply is a file on the wire; a browser never guesses its type nor runs anything in it.
type fileReply struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Policy      string `header:"Content-Security-Policy"`
	Length      string `header:"Content-Length"`
	Body        []byte
}

// download declares a call that answers with the bytes of a file.
func download[In any](s *Server, permission access.Permission, op huma.Operation, fn func(context.Context, evidence.Actor, *In) (fileOut, error)) {
	huma.Register(s.api, handsOut(op, permission, "application/octet-stream"), func(ctx context.Context, in *In) (*fileReply, error) {
		f, err := fn(ctx, requestOf(ctx).who, in)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return &fileReply{f.mediaType, documents.Disposition(f.name), "default-src 'none'; sandbox", strconv.Itoa(len(f.data)), f.data}, nil
	})
}

// handsOut says of a call that it needs the permission and answers with a file.
func handsOut(op huma.Operation, permission access.Permission, mediaType string) huma.Operation {
	op.Metadata = map[string]any{"permission": permission}
	op.Security = []map[string][]string{{"bearer": {}}}
	op.Description = "Permission: `" + string(permission) + "`"
	op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
		mediaType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	return op
}
