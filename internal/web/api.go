package web

import (
	"context"
	"net/http"
	"path"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// A feature declares its calls in api_<feature>.go, one line each, and is named in register:
//
//	func (s *Server) holdAPI() {
//		act(s, access.To(access.ActPlace, access.ObjHold), post("/cases/{id}/holds", "placeHold", "Retener un expediente", 201),
//			func(ctx context.Context, who evidence.Actor, in *holdIn) (cases.Hold, error) {
//				return s.Cases.PlaceHold(ctx, who, in.ID, cases.Hold{Scope: in.Body.Scope, Reason: in.Body.Reason})
//			}, holdOut)
//	}
//
// The input is a struct of huma: path, query and header tags, and Body. Output types are structs of their own: a row of the
// database is never an answer. act takes the Idempotency-Key of every POST; what the action records must be of the type T
// that the call answers with, so that the answer is stored in the transaction that does the work.

const basePath = "/api/v1"

// setUp sets what huma keeps in package variables, once a process.
var setUp = sync.OnceFunc(func() {
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, text string, errs ...error) huma.StatusError {
		return humaProblem(context.Background(), status, text, errs...)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, text string, errs ...error) huma.StatusError {
		return humaProblem(ctx.Context(), status, text, errs...)
	}
})

func newAPI(s *Server) huma.API {
	setUp()
	schemas := huma.NewMapRegistry("#/components/schemas/", schemaName)
	schemas.RegisterTypeAlias(reflect.TypeFor[money.Amount](), reflect.TypeFor[Money]())
	schemas.RegisterTypeAlias(reflect.TypeFor[day.Date](), reflect.TypeFor[civilDate]())
	schemas.RegisterTypeAlias(reflect.TypeFor[uuid.UUID](), reflect.TypeFor[identifier]())
	doc := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{Title: "Recobro", Version: "1", Description: "La gestión de impagados de un despacho, para los sistemas de sus clientes. " +
			"The case management of a law firm that recovers debts, for its clients' systems."},
		Servers: []*huma.Server{{URL: basePath}},
		Components: &huma.Components{Schemas: schemas, SecuritySchemes: map[string]*huma.SecurityScheme{
			"bearer": {Type: "http", Scheme: "bearer", Description: "Clave de API de un cliente o token de una sesión / API key of a client or token of a session"}}},
	}
	return huma.NewAPI(huma.Config{OpenAPI: doc, Formats: map[string]huma.Format{"application/json": strictJSON, "json": strictJSON},
		DefaultFormat: "application/json", RejectUnknownQueryParameters: true}, operations{s})
}

// schemaName is the name of a type in the document: without Out and In, and with its package in front when it is not of ours.
func schemaName(t reflect.Type, hint string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(huma.DefaultSchemaNamer(t, hint), "Out"), "In")
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if home := path.Base(t.PkgPath()); t.Name() != "" && home != "web" && home != "." {
		return strings.ToUpper(home[:1]) + home[1:] + name
	}
	return name
}

// Money is an amount on the wire: a decimal string with at most the currency's decimals.
type Money struct {
	Amount   string `json:"amount" pattern:"^-?(0|[1-9][0-9]{0,14})([.][0-9]{1,4})?$" example:"1234.56"`
	Currency string `json:"currency" enum:"EUR,MXN,PEN,CLP,CLF,COP,USD"`
}

type civilDate struct{}

// Schema is that of a day.Date: YYYY-MM-DD.
func (civilDate) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Examples: []any{"2026-11-20"}}
}

type identifier struct{}

// Schema is that of an id.
func (identifier) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "uuid"}
}

// Page is the answer of every list.
type Page[T any] struct {
	Data       []T    `json:"data"`
	NextCursor string `json:"next_cursor,omitempty" doc:"Absent on the last page"`
}

// get, post, patch and del declare a call: the address under /api/v1, its name, what it does, and its good status.
func get(path, id, summary string) huma.Operation {
	return operation(http.MethodGet, path, id, summary, 200)
}
func post(path, id, summary string, status int) huma.Operation {
	return operation(http.MethodPost, path, id, summary, status)
}
func patch(path, id, summary string) huma.Operation {
	return operation(http.MethodPatch, path, id, summary, 200)
}
func del(path, id, summary string) huma.Operation {
	return operation(http.MethodDelete, path, id, summary, 204)
}

func operation(method, path, id, summary string, status int) huma.Operation {
	tag := strings.Split(strings.Trim(path, "/"), "/")[0]
	return huma.Operation{Method: method, Path: path, OperationID: id, Summary: summary, Tags: []string{tag}, DefaultStatus: status,
		MaxBodyBytes: maxBody + 1, BodyReadTimeout: 20 * time.Second, Errors: []int{400, 401, 403, 404, 409, 413, 422, 429, 500, 503}}
}

// reply is an answer of the API. Raw holds the first answer again.
type reply[Out any] struct {
	Status   int
	ETag     string `header:"ETag"`
	Replayed string `header:"Idempotency-Replayed"`
	Location string `header:"Location"`
	Body     body[Out]
}

// body is a value, or the bytes that were once made of it.
type body[Out any] struct {
	value Out
	raw   []byte
}

// MarshalJSON writes the stored bytes when there are any.
func (b body[Out]) MarshalJSON() ([]byte, error) {
	if b.raw != nil {
		return b.raw, nil
	}
	return encode(b.value)
}

// Schema is that of the value.
func (b body[Out]) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[Out](), true, "")
}

// declare registers a call with its permission.
func declare[In, Out any](s *Server, permission access.Permission, op huma.Operation, handler func(context.Context, *In) (*reply[Out], error)) {
	op.Metadata = map[string]any{"permission": permission}
	if permission != Public {
		op.Security = []map[string][]string{{"bearer": {}}}
	}
	op.Description = strings.TrimSpace(op.Description + "\n\nPermission: `" + string(permission) + "`")
	huma.Register(s.api, op, func(ctx context.Context, in *In) (*reply[Out], error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return out, nil
	})
}

// read declares a call that changes nothing.
func read[In, Out any](s *Server, permission access.Permission, op huma.Operation, fn func(context.Context, evidence.Actor, *In) (Out, error)) {
	declare(s, permission, op, func(ctx context.Context, in *In) (*reply[Out], error) {
		out, err := fn(ctx, requestOf(ctx).who, in)
		if err != nil {
			return nil, err
		}
		return &reply[Out]{Status: op.DefaultStatus, ETag: etagOf(out), Body: body[Out]{value: out}}, nil
	})
}

// act declares a call that changes something: fn is the action, view makes the answer from what it recorded, for the one
// who asks.
func act[In, T, Out any](s *Server, permission access.Permission, op huma.Operation, fn func(context.Context, evidence.Actor, *In) (T, error), view func(evidence.Actor, T) Out) {
	change(s, permission, op, fn, view, func(answer evidence.Answer, _ T) body[Out] { return body[Out]{raw: answer.Body} })
}

// issue is act for a call that makes a secret: what is stored for a repeated call is made of what was recorded, which holds no
// secret; only the first answer is made of what fn returns, which does.
func issue[In, T, Out any](s *Server, permission access.Permission, op huma.Operation, fn func(context.Context, evidence.Actor, *In) (T, error), view func(evidence.Actor, T) Out) {
	change(s, permission, op, fn, view, func(_ evidence.Answer, made T) body[Out] { return body[Out]{value: view(evidence.Actor{}, made)} })
}

func change[In, T, Out any](s *Server, permission access.Permission, op huma.Operation, fn func(context.Context, evidence.Actor, *In) (T, error), view func(evidence.Actor, T) Out, first func(evidence.Answer, T) body[Out]) {
	op.Parameters = append(op.Parameters, idempotencyKey(op))
	declare(s, permission, op, func(ctx context.Context, in *In) (*reply[Out], error) {
		who := requestOf(ctx).who
		answer, made, replayed, err := once(ctx, s.Log, op, func(ctx context.Context) (T, error) { return fn(ctx, who, in) },
			func(made T) ([]byte, error) { return encode(view(who, made)) })
		if err != nil {
			return nil, err
		}
		out := &reply[Out]{Status: answer.Status}
		if replayed {
			out.Replayed, out.Body = "true", body[Out]{raw: answer.Body}
		} else {
			out.ETag, out.Body = etagOf(view(who, made)), first(answer, made)
		}
		return out, nil
	})
}

// etagOf is the version of what can be edited, when the answer has one.
func etagOf(out any) string {
	if v, ok := out.(interface{ version() int }); ok {
		return strconv.Quote(strconv.Itoa(v.version()))
	}
	return ""
}

var (
	errNoIfMatch = problem.New(problem.NoPrecondition, "if_match_missing", "Envíe If-Match con la versión que ha leído.", "Send If-Match with the version that you have read.")
	errStale     = problem.New(problem.Stale, "version_stale", "Ha cambiado desde que lo leyó; vuelva a leerlo.", "It has changed since you read it; read it again.")
)

// ifMatch reads the version that an edit rests on.
func ifMatch(header string) (int, error) {
	if header == "" {
		return 0, errNoIfMatch
	}
	version, err := strconv.Unquote(header)
	if n := number(version); err == nil && n > 0 {
		return n, nil
	}
	return 0, errStale
}
