package web

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"
	"github.com/gorilla/mux"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/problem"
)

// The two answers a route may give instead of a permission of the policy.
const (
	Public   access.Permission = "public"    // nobody needs to be signed in
	SignedIn access.Permission = "signed_in" // anybody who is, for what concerns only themselves
)

// Route is one line of the route table, which is the list of permissions.
type Route struct {
	Method, Path string
	Permission   access.Permission
	API          bool // JSON under /api/v1; else a page
}

// Routes lists the whole table in the order of registration.
func (s *Server) Routes() []Route { return append([]Route(nil), s.routes...) }

// register fills the table: one line a feature.
func (s *Server) register() {
	s.healthRoutes()
	s.documentationRoutes()
	s.sessionAPI()
	s.peopleAPI()
	s.keyAPI()
	s.taskAPI()
	s.pageRoutes()
	s.portfolioAPI()
	s.caseAPI()
	s.statementAPI()
	s.caseWorkAPI()
	s.limitationAPI()
	s.agreementAPI()
	s.paymentAPI()
	s.ledgerAPI()
	s.approvalAPI()
	s.documentAPI()
	s.evidenceAPI()
	s.demandAPI()
	s.courtAPI()
	s.lawAPI()
}

// page puts a page into the table. The handler answers HTML or an error, which is shown as a page. What another site sends
// is refused before anybody is asked who sent it.
func (s *Server) page(method, path string, permission access.Permission, handler func(http.ResponseWriter, *http.Request, evidence.Actor) error) {
	next := func(w http.ResponseWriter, r *http.Request) {
		if err := handler(w, r, requestOf(r.Context()).who); err != nil {
			s.pageProblem(w, r, err)
		}
	}
	guarded := s.guard(permission, s.cookieToken, s.pageRefused, next)
	s.add(Route{Method: method, Path: path, Permission: permission}, func(w http.ResponseWriter, r *http.Request) {
		if s.forged.Check(r) != nil {
			s.pageProblem(w, r, errForged)
			return
		}
		guarded(w, r)
	})
}

var errForged = problem.New(problem.Forbidden, "cross_site", "La petición viene de otro sitio.", "The request comes from another site.")

// add is the only place that touches the router.
func (s *Server) add(route Route, handler http.HandlerFunc) {
	methods := []string{route.Method}
	if route.Method == http.MethodGet && !route.API {
		methods = append(methods, http.MethodHead)
	}
	s.routes = append(s.routes, route)
	handler = s.witness(route, handler)
	s.router.NewRoute().Path(pattern(route.Path)).Methods(methods...).HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requestOf(r.Context()).name = route.Path
		handler(w, r)
	})
}

var variable = regexp.MustCompile(`\{([a-z_]+)\}`)

// forms are the shapes of path variables; whatever is not named here is an id. Nothing else ever reaches a handler: mux
// would let through NUL, newlines and encoded slashes.
var forms = map[string]string{
	"as_of":        `[0-9]{4}-[0-9]{2}-[0-9]{2}`,
	"tax_id":       `[A-Za-z0-9&Ññ.-]{5,20}`,
	"asset":        `[A-Za-z0-9._-]{1,80}`,
	"token":        `[A-Za-z0-9_-]{8,80}`,
	"seq":          `[0-9]{1,9}`,
	"jurisdiction": `[A-Z]{2}`,
	"format":       `pdf|xlsx|csv`,
}

func pattern(path string) string {
	return variable.ReplaceAllStringFunc(path, func(v string) string {
		name := v[1 : len(v)-1]
		form, known := forms[name]
		if !known {
			form = "[0-9a-f-]{36}"
		}
		return fmt.Sprintf("{%s:%s}", name, form)
	})
}

// operations lets huma register into the table; it is huma's adapter for our router.
type operations struct{ *Server }

// Handle registers one operation of the API.
func (o operations) Handle(op *huma.Operation, handler func(huma.Context)) {
	permission := op.Metadata["permission"].(access.Permission)
	next := func(w http.ResponseWriter, r *http.Request) { handler(humamux.NewContext(op, r, w)) }
	o.add(Route{op.Method, basePath + op.Path, permission, true}, o.counted(o.guard(permission, bearerToken, o.apiProblem, next)))
}

// ServeHTTP serves the table.
func (o operations) ServeHTTP(w http.ResponseWriter, r *http.Request) { o.router.ServeHTTP(w, r) }

// noRoute answers an address that does not exist, as what is out of reach is answered.
func (s *Server) noRoute(w http.ResponseWriter, r *http.Request) { s.refuse(w, r, errNoRoute) }

// noMethod answers a method that the address does not have, and names those it has.
func (s *Server) noMethod(w http.ResponseWriter, r *http.Request) {
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
		other := r.Clone(r.Context())
		other.Method = method
		var match mux.RouteMatch
		if s.router.Match(other, &match) && match.MatchErr == nil && match.Route != nil {
			w.Header().Add("Allow", method)
		}
	}
	s.refuse(w, r, errNoMethod)
}

// refuse answers an error in the form of the address: JSON under /api, else a page.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		s.apiProblem(w, r, err)
		return
	}
	s.pageProblem(w, r, err)
}
