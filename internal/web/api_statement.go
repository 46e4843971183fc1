package web

import (
	"context"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/statements"
)

type statementIn struct {
	ByID
	AsOf    day.Date  `query:"as_of" doc:"Today when absent"`
	KnownAt time.Time `query:"known_at" doc:"As it was known at this instant; all that is known when absent"`
}

type accountStatementIn struct {
	ByID
	AsOf     day.Date  `query:"as_of" doc:"Today when absent"`
	KnownAt  time.Time `query:"known_at" doc:"As it was known at this instant; all that is known when absent"`
	Currency string    `query:"currency" enum:"EUR,MXN,PEN,CLP,CLF,COP,USD" doc:"Needed of an account with debts in several"`
}

// statementOut is a statement with the law that it was computed under and what its signer has to know.
type statementOut struct {
	ledger.Statement
	Law    string     `json:"law" doc:"Edition of the rules of each jurisdiction"`
	Doubts []doubtOut `json:"doubts" doc:"What the figures rest on without an official text"`
}

type doubtOut struct {
	Code   string `json:"code" enum:"rate_unticked,fact_confirmed,rate_table_late,rate_table_stale"`
	ID     string `json:"id"`
	Detail string `json:"detail"`
}

// statementAPI answers statements in the format that the caller takes.
func (s *Server) statementAPI() {
	s.statementCall(get("/cases/{id}/statement", "getStatement", "La liquidación / The statement"),
		func(id uuid.UUID) statements.Subject { return statements.Subject{Case: id} })
	s.statementCall(get("/debts/{id}/statement", "getDebtStatement", "La liquidación de una deuda / The statement of one debt"),
		func(id uuid.UUID) statements.Subject { return statements.Subject{Debt: id} })
	negotiated(s, access.To(access.ActRead, access.ObjStatement), get("/accounts/{id}/statement", "getAccountStatement", "La liquidación de un deudor / The statement of a debtor"),
		func(ctx context.Context, who evidence.Actor, in *accountStatementIn, f format) (fileOut, error) {
			return s.statement(ctx, who, statements.Question{Subject: statements.Subject{Account: in.ID}, AsOf: in.AsOf, KnownAt: in.KnownAt, Currency: money.Currency(in.Currency)}, f)
		})
}

func (s *Server) statementCall(op huma.Operation, of func(uuid.UUID) statements.Subject) {
	negotiated(s, access.To(access.ActRead, access.ObjStatement), op, func(ctx context.Context, who evidence.Actor, in *statementIn, f format) (fileOut, error) {
		return s.statement(ctx, who, statements.Question{Subject: of(in.ID), AsOf: in.AsOf, KnownAt: in.KnownAt}, f)
	})
}

func (s *Server) statement(ctx context.Context, who evidence.Actor, q statements.Question, f format) (fileOut, error) {
	found, err := s.compute(ctx, who, q)
	if err != nil {
		return fileOut{}, err
	}
	return s.statementFile(found, requestOf(ctx).language, f)
}

// compute reads a statement under the law as everybody has approved it: what it says it knows, it knows.
func (s *Server) compute(ctx context.Context, who evidence.Actor, q statements.Question) (found statements.Statement, err error) {
	err = s.Gazette.Current(ctx, func() error {
		return s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
			found, err = s.Statements.Read(tx, who, q)
			return err
		})
	})
	return found, err
}

// statementFile writes a statement in a format and a language.
func (s *Server) statementFile(found statements.Statement, lang string, f format) (out fileOut, err error) {
	out = fileOut{mediaType: f.mediaType, name: found.Name(lang) + f.ending}
	switch f.ending {
	case ".pdf":
		out.data, err = s.Statements.PDF(found, lang)
	case ".xlsx":
		out.data, err = statements.Workbook(found, lang)
	case ".csv":
		out.data, err = statements.CSV(found)
	default:
		view := statementOut{Statement: found.Statement, Law: found.Editions(), Doubts: []doubtOut{}}
		for _, d := range found.Doubts() {
			view.Doubts = append(view.Doubts, doubtOut{d.Code, d.ID, d.Text.In(lang)})
		}
		out.data, err = encode(view)
	}
	return out, err
}

// format is one in which a statement is answered.
type format struct{ mediaType, ending string }

// formats in the order of preference, when the caller has none.
var formats = []format{{"application/json", ".json"}, {"application/pdf", ".pdf"},
	{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"}, {"text/csv", ".csv"}}

var errFormat = problem.New(problem.NotAcceptable, "format_not_offered", "Se ofrece application/json, application/pdf, text/csv y xlsx.", "application/json, application/pdf, text/csv and xlsx are offered.")

// wanted reads an Accept header (RFC 9110 §12.5.1): the greatest weight, then the most exact name, then our own order.
func wanted(accept string) (best format, err error) {
	if strings.TrimSpace(accept) == "" {
		return formats[0], nil
	}
	weight, exact := 0.0, -1
	for _, f := range formats {
		w, e := weigh(accept, f.mediaType)
		if w > weight || (w == weight && w > 0 && e > exact) {
			best, weight, exact = f, w, e
		}
	}
	if weight == 0 {
		return best, errFormat
	}
	return best, nil
}

// weigh is the weight that the most exact range of the header gives a media type, and how exact it is.
func weigh(accept, mediaType string) (weight float64, exact int) {
	kind, _, _ := strings.Cut(mediaType, "/")
	names := []string{"*/*", kind + "/*", mediaType}
	exact = -1
	for _, part := range strings.Split(accept, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		for i, n := range names {
			if i <= exact || !strings.EqualFold(strings.TrimSpace(name), n) {
				continue
			}
			exact, weight = i, 1
			for _, p := range strings.Split(parameters, ";") {
				if q, found := strings.CutPrefix(strings.TrimSpace(p), "q="); found {
					weight, _ = strconv.ParseFloat(q, 64) // what is no number weighs nothing
				}
			}
		}
	}
	return weight, exact
}

// negotiated declares a call that answers in one of the formats.
func negotiated[In any](s *Server, permission access.Permission, op huma.Operation, fn func(context.Context, evidence.Actor, *In, format) (fileOut, error)) {
	op.Metadata = map[string]any{"permission": permission}
	op.Security = []map[string][]string{{"bearer": {}}}
	op.Description = "Permission: `" + string(permission) + "`"
	op.Errors = append(op.Errors, 406)
	content := map[string]*huma.MediaType{formats[0].mediaType: {Schema: s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[statementOut](), true, "")}}
	for _, f := range formats[1:] {
		content[f.mediaType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: content}}
	huma.Register(s.api, op, func(ctx context.Context, in *In) (*fileReply, error) {
		f, err := wanted(requestOf(ctx).accept)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		file, err := fn(ctx, requestOf(ctx).who, in, f)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		reply := &fileReply{ContentType: file.mediaType, Policy: "default-src 'none'; sandbox", Length: strconv.Itoa(len(file.data)), Body: file.data}
		if f != formats[0] {
			reply.Disposition = documents.Disposition(file.name)
		}
		return reply, nil
	})
}
