package web

import (
	"context"
	"crypto/sha256"
	"hash"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/language"

	"recobro/internal/evidence"
	"recobro/internal/problem"
)

const (
	maxBody     = 10 << 20 // bytes of a request body
	maxDuration = 30 * time.Second
)

// csp lets pages load only what the firm itself serves; data: pictures are the drawn checks and carets of the style sheet.
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// request is what is known about one request while it is answered.
type request struct {
	id       string
	language string // es or en
	who      evidence.Actor
	log      *slog.Logger
	key      string // Idempotency-Key
	accept   string // the formats that the caller takes
	route    string // method and address, as an operation remembers it
	name     string // pattern of the table, for the log: an address may hold anything
	body     hash.Hash
}

type requestKey struct{}

func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{language: "es", log: slog.Default(), body: sha256.New()}
}

// spoken are the languages of answers.
var spoken = language.NewMatcher([]language.Tag{language.Spanish, language.English})

func languageOf(accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return "es"
	}
	if _, at, sure := spoken.Match(tags...); sure != language.No && at == 1 {
		return "en"
	}
	return "es"
}

// receive gives a request its id, limits and headers, answers a panic, and writes its one log line.
func (s *Server) receive(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		id := uuid.Must(uuid.NewV7()).String()
		state := &request{id: id, language: languageOf(r.Header.Get("Accept-Language")), log: s.Logger.With("request", id),
			key: r.Header.Get("Idempotency-Key"), accept: strings.Join(r.Header.Values("Accept"), ","), route: r.Method + " " + r.URL.RequestURI(), name: "-", body: sha256.New()}
		ctx, cancel := context.WithTimeout(evidence.WithRequest(context.WithValue(r.Context(), requestKey{}, state), id), maxDuration)
		defer cancel()
		r = r.WithContext(ctx)
		out := &recorder{ResponseWriter: w}
		r.Body = io.NopCloser(io.TeeReader(http.MaxBytesReader(out, r.Body, maxBody), state.body))
		s.headers(out.Header(), r, id)
		defer func() {
			broke := recover()
			if broke != nil && broke != http.ErrAbortHandler {
				state.log.Error("panic", "value", broke, "stack", string(debug.Stack()))
				if out.status == 0 {
					s.refuse(out, r, errPanic)
				}
			}
			state.log.Info("request", "method", r.Method, "route", state.name, "status", out.status, "bytes", out.bytes,
				"ms", time.Since(begun).Milliseconds(), "actor", state.who.Kind, "actor_id", state.who.ID)
			if broke == http.ErrAbortHandler { // an answer that cannot be finished must not look finished
				panic(broke)
			}
		}()
		s.fromProxy(r)
		switch {
		case !s.known(r):
			s.refuse(out, r, errHost)
			return
		case !plainText(r.URL.RawQuery):
			s.refuse(out, r, errQuery)
			return
		}
		next.ServeHTTP(out, r)
	})
}

// plainText refuses what PostgreSQL cannot hold as text, before anything reads the query.
func plainText(rawQuery string) bool {
	decoded, err := unescape(rawQuery)
	return err == nil && utf8.ValidString(decoded) && !strings.Contains(decoded, "\x00")
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

var (
	errPanic    = problem.New(problem.Internal, "internal", "Ha fallado algo nuestro. Cite el número de la petición.", "Something of ours failed. Quote the request number.")
	errQuery    = problem.New(problem.Malformed, "query_malformed", "La consulta de la dirección no es legible.", "The query of the address cannot be read.")
	errNoRoute  = problem.Missing
	errNoMethod = problem.New("method", "method_not_allowed", "Esa dirección no admite ese método.", "That address does not take that method.")
)
