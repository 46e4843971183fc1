package web

import (
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"recobro/internal/access"
	"recobro/internal/custody"
)

// withoutContent are the objects of the policy whose pages show nothing of a case.
var withoutContent = map[access.Object]bool{access.ObjLaw: true, access.ObjUser: true, access.ObjTeam: true}

// Custody is what reading a route is to the access log; nothing for routes that show no content of a case.
func (r Route) Custody() custody.What {
	if r.Method != http.MethodGet || r.Permission == Public || r.Permission == SignedIn || withoutContent[r.Permission.Object()] {
		return ""
	}
	switch last := r.Path[strings.LastIndex(r.Path, "/")+1:]; {
	case last == "evidence", last == "bundle", strings.HasSuffix(last, ".csv"):
		return custody.Export
	case last == "preview", last == "content", last == "{format}", r.Path == "/documents/{id}":
		return custody.Download
	case strings.Contains(r.Path, "{"):
		return custody.Read
	}
	return custody.List
}

// searching are the words of a list that ask for somebody.
var searching = []string{"q", "debtor_tax_id", "external_ref"}

// whatOf is what this very request does: a list with words is a search, a statement as a file a download.
func whatOf(route Route, r *http.Request) custody.What {
	what := route.Custody()
	if what == custody.List {
		for _, name := range searching {
			if r.URL.Query().Get(name) != "" {
				return custody.Search
			}
		}
	}
	accept := r.Header.Get("Accept")
	if what == custody.Read && route.API && (strings.Contains(accept, "pdf") || strings.Contains(accept, "csv") || strings.Contains(accept, "sheet")) {
		return custody.Download
	}
	return what
}

// witnessed takes the line down at the moment the answer begins: who is there and whether it is shown are known by then, and
// nothing has left yet.
type witnessed struct {
	http.ResponseWriter
	request *http.Request
	server  *Server
	line    custody.Line
	begun   bool
	silent  bool // the line could not be written: nothing goes out
}

func (s *Server) witness(route Route, next http.HandlerFunc) http.HandlerFunc {
	if s.Custody == nil || route.Custody() == "" {
		return next
	}
	return func(w http.ResponseWriter, r *http.Request) {
		line := custody.Line{Request: requestOf(r.Context()).id, Route: r.Method + " " + route.Path, What: whatOf(route, r)}
		if id, err := uuid.Parse(mux.Vars(r)["id"]); err == nil {
			line.Subject = &id
		}
		out := &witnessed{ResponseWriter: w, request: r, server: s, line: line}
		next(out, r)
		if !out.begun {
			out.WriteHeader(http.StatusOK)
		}
	}
}

// WriteHeader writes the line and lets the answer begin; without its line what leaves the house is refused.
func (w *witnessed) WriteHeader(status int) {
	if w.begun {
		return
	}
	w.begun = true
	who := requestOf(w.request.Context()).who
	w.line.At, w.line.ActorKind, w.line.ActorRole, w.line.Outcome = w.server.Wall(), "nobody", "-", outcomeOf(status)
	if who.Kind != "" {
		w.line.ActorKind, w.line.ActorID, w.line.ActorRole = who.Kind, &who.ID, who.Role
	}
	if err := w.server.Custody.Note(w.request.Context(), w.line); err != nil {
		w.silent = true
		for name := range w.Header() {
			if strings.HasPrefix(name, "Content-") && name != "Content-Security-Policy" {
				w.Header().Del(name)
			}
		}
		w.server.refuse(w.ResponseWriter, w.request, errUnavailable)
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *witnessed) Write(b []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	if w.silent {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *witnessed) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func outcomeOf(status int) string {
	switch {
	case status < 400:
		return "allowed"
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound:
		return "denied"
	}
	return "failed"
}
