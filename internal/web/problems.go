package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Problem is an RFC 9457 answer. Its texts never repeat what was sent.
type Problem struct {
	Type    string  `json:"type" format:"uri" doc:"Stable name of the problem: urn:recobro:problem:<code>"`
	Title   string  `json:"title" doc:"The kind of problem, in the language asked for"`
	Status  int     `json:"status"`
	Detail  string  `json:"detail" doc:"One sentence for a person, in the language asked for"`
	Code    string  `json:"code" doc:"Stable code; programs branch on it"`
	Errors  []Fault `json:"errors,omitempty"`
	Request string  `json:"request,omitempty" doc:"Number of the request, when the fault is ours"`
	header  http.Header
}

// Fault is what is wrong with one member of the body or one parameter.
type Fault struct {
	Pointer   string `json:"pointer,omitempty" doc:"JSON pointer into the body"`
	Parameter string `json:"parameter,omitempty" doc:"Name of the parameter or header"`
	Code      string `json:"code"`
	Detail    string `json:"detail"`
}

func (p *Problem) Error() string           { return p.Code }
func (p *Problem) GetStatus() int          { return p.Status }
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType makes huma send the media type of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

const problemType = "urn:recobro:problem:"

var titles = map[int]problem.Text{
	400: {ES: "Petición ilegible", EN: "Malformed request"}, 401: {ES: "Sin identificar", EN: "Not signed in"},
	403: {ES: "No permitido", EN: "Not allowed"}, 404: {ES: "No encontrado", EN: "Not found"}, 405: {ES: "Método no admitido", EN: "Method not allowed"},
	406: {ES: "Formato no ofrecido", EN: "Format not offered"}, 409: {ES: "Conflicto", EN: "Conflict"}, 412: {ES: "Ha cambiado", EN: "Changed meanwhile"}, 413: {ES: "Demasiado grande", EN: "Too large"},
	415: {ES: "Formato no admitido", EN: "Unsupported media type"}, 422: {ES: "No aceptable", EN: "Not acceptable"},
	421: {ES: "Nombre desconocido", EN: "Unknown name"}, 428: {ES: "Falta la versión", EN: "Version missing"}, 429: {ES: "Demasiadas peticiones", EN: "Too many requests"},
	500: {ES: "Fallo interno", EN: "Internal fault"}, 503: {ES: "No disponible", EN: "Unavailable"},
}

func newProblem(ctx context.Context, status int, e *problem.Error) *Problem {
	lang := requestOf(ctx).language
	p := &Problem{Type: problemType + e.Code, Title: titles[status].In(lang), Status: status, Detail: e.Text.In(lang), Code: e.Code, header: http.Header{}}
	for _, r := range e.Reasons {
		p.Errors = append(p.Errors, Fault{Pointer: r.Pointer, Code: r.Code, Detail: r.Text.In(lang)})
	}
	switch {
	case status == http.StatusUnauthorized:
		p.header.Set("WWW-Authenticate", `Bearer realm="recobro"`)
	case status == http.StatusTooManyRequests && e.Code != errTooOften.Code: // that one has said how long
		p.header.Set("Retry-After", "30")
	case status == http.StatusServiceUnavailable || e.Code == "operation_running":
		p.header.Set("Retry-After", "2")
	}
	return p
}

var (
	errUnavailable = problem.New(problem.Unavailable, "unavailable", "El servicio no responde en este momento; repita en unos segundos.", "The service does not answer at this moment; repeat in a few seconds.")
	errCutOff      = problem.New(problem.Malformed, "body_cut_off", "El contenido llegó incompleto.", "The content arrived incomplete.")
	errTooLarge    = problem.New(problem.TooLarge, "body_too_large", "El contenido supera los 10 MB.", "The content exceeds 10 MB.")
)

// problemOf is the one place where an error becomes an answer. What is not a problem is ours: logged once, never shown.
func problemOf(ctx context.Context, err error) *Problem {
	var ready *Problem
	var large *http.MaxBytesError
	state := requestOf(ctx)
	switch e := problem.Of(err); {
	case errors.As(err, &ready):
		return ready
	case e != nil && e.Code == errNoMethod.Code:
		return newProblem(ctx, http.StatusMethodNotAllowed, e)
	case e != nil && e.Code == errHost.Code:
		return newProblem(ctx, http.StatusMisdirectedRequest, e)
	case e != nil && e.Kind != problem.Internal:
		return newProblem(ctx, e.Kind.Status(), e)
	case errors.As(err, &large):
		return newProblem(ctx, http.StatusRequestEntityTooLarge, errTooLarge)
	case busy(err):
		state.log.Warn("unavailable", "error", err.Error())
		return newProblem(ctx, http.StatusServiceUnavailable, errUnavailable)
	}
	if !errors.Is(err, errPanic) {
		state.log.Error("internal", "error", err.Error())
	}
	p := newProblem(ctx, http.StatusInternalServerError, errPanic)
	p.Request = state.id
	return p
}

// busy recognises a database that is down, starting, overloaded or locked, and a caller's time that ran out.
func busy(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.Is(err, postgres.ErrUnknownOutcome) {
		return true
	}
	code := postgres.Code(err)
	for _, prefix := range []string{"08", "53", "57", "55P03", "40"} { // connection, resources, shutdown and timeout, lock, deadlock
		if strings.HasPrefix(code, prefix) {
			return true
		}
	}
	return false
}

// apiProblem writes the answer where huma does not.
func (s *Server) apiProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(r.Context(), err)
	for name, values := range p.header {
		w.Header()[name] = values
	}
	body, err := json.Marshal(p)
	if err != nil {
		requestOf(r.Context()).log.Error("internal", "error", err.Error())
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n'))
}

// humaProblem turns what huma found wrong with a request into an answer.
func humaProblem(ctx context.Context, status int, _ string, errs ...error) huma.StatusError {
	if status == 0 { // huma asks for the form of an error, not for one
		return &Problem{}
	}
	if err := errors.Join(errs...); errors.Is(err, io.ErrUnexpectedEOF) { // the sender went away
		return newProblem(ctx, http.StatusBadRequest, errCutOff)
	}
	if status == http.StatusInternalServerError {
		return problemOf(ctx, errors.Join(append(errs, errors.New("huma refused"))...))
	}
	e, known := humaKinds[status]
	if !known {
		e = humaKinds[http.StatusUnprocessableEntity]
	}
	lang := requestOf(ctx).language
	var faults []Fault
	for _, err := range errs {
		f := faultOf(err)
		if ours, found := e.codes[f.Code]; found {
			return newProblem(ctx, ours.Kind.Status(), ours.With(problem.Reason{Pointer: f.Pointer, Code: f.Code, Text: faultText(f.Code)}))
		}
		f.Detail = faultText(f.Code).In(lang)
		faults = append(faults, f)
	}
	p := newProblem(ctx, status, e.problem)
	p.Errors = faults
	return p
}

type humaKind struct {
	problem *problem.Error
	codes   map[string]*problem.Error // faults that have a problem of their own
}

var humaKinds = map[int]humaKind{
	400: {problem.New(problem.Malformed, "json_malformed", "El contenido no es JSON válido: una sola vez cada clave, UTF-8 y nada detrás.", "The content is not valid JSON: each key once, UTF-8, nothing behind it."),
		map[string]*problem.Error{"text_not_storable": problem.New(problem.Invalid, "not_valid", "El contenido no cumple lo que se espera; vea errors.", "The content is not what is expected; see errors.")}},
	408: {problem.New(problem.Malformed, "body_timeout", "El contenido no llegó a tiempo.", "The content did not arrive in time."), nil},
	413: {errTooLarge, nil},
	415: {problem.New(problem.Invalid, "content_type_unknown", "Envíe application/json.", "Send application/json."), nil},
	422: {problem.New(problem.Invalid, "not_valid", "El contenido no cumple lo que se espera; vea errors.", "The content is not what is expected; see errors."), nil},
}

// faultOf reads huma's finding; its texts and values are left behind, as they repeat what was sent.
func faultOf(err error) Fault {
	var d huma.ErrorDetailer
	if !errors.As(err, &d) {
		return Fault{Code: "not_valid"}
	}
	detail := d.ErrorDetail()
	place, rest, _ := strings.Cut(detail.Location, ".")
	f := Fault{Code: codeOf(detail.Message)}
	switch {
	case strings.HasPrefix(detail.Location, "body"):
		f.Pointer = pointerOf(strings.TrimPrefix(detail.Location, "body"))
		if found, ok := strings.CutPrefix(detail.Message, decodeMark); ok {
			f.Code, f.Pointer, _ = strings.Cut(found, " ")
		}
		if name, ok := between(detail.Message, "expected required property ", " to be present"); ok {
			f.Pointer += "/" + name
		}
	case place == "query" || place == "path" || place == "header":
		f.Parameter = safeName(rest)
	}
	return f
}

// codeOf names huma's finding; the texts are those of its package validation.
func codeOf(message string) string {
	for _, c := range findings {
		if strings.HasPrefix(message, c.prefix) {
			return c.code
		}
	}
	return "not_valid"
}

// pointerOf turns huma's path ".items[3].debt" into "/items/3/debt". A name that is not one of ours stays out.
func pointerOf(path string) string {
	var b strings.Builder
	for _, part := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		if safeName(part) == "" {
			break
		}
		b.WriteString("/" + part)
	}
	return b.String()
}

// safeName lets through what looks like a member of ours: what was sent is not repeated.
func safeName(s string) string {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' {
			return ""
		}
	}
	if len(s) > 40 {
		return ""
	}
	return s
}

func between(s, before, after string) (string, bool) {
	rest, ok := strings.CutPrefix(s, before)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, after)
}

// number reads a positive number that a column can hold from a header or form; 0 for anything else.
func number(s string) int {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || n < 0 {
		return 0
	}
	return int(n)
}
