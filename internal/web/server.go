// Package web serves the pages and the JSON API from one route table. The rule: every route names its permission or says
// aloud that it is public, the permission is asked before a body is read, and one place answers every error.
package web

import (
	"cmp"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/mux"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/contact"
	"recobro/internal/court"
	"recobro/internal/custody"
	"recobro/internal/demands"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/gazette"
	"recobro/internal/intake"
	"recobro/internal/law"
	"recobro/internal/payments"
	"recobro/internal/settlements"
	"recobro/internal/statements"
	"recobro/internal/strategy"
)

// Deps is what the outside world is served from. A feature adds its desk here and its routes in register.
type Deps struct {
	Log         *evidence.Log
	Law         *law.Library
	Cases       *cases.Desk
	Documents   *documents.Desk
	Payments    *payments.Desk
	Settlements *settlements.Desk
	Statements  *statements.Desk
	Court       *court.Desk
	Contact     *contact.Desk
	Demands     *demands.Desk
	Intake      *intake.Desk
	Strategy    *strategy.Desk
	Gazette     *gazette.Desk
	Custody     *custody.Keeper  // the access log; nil where nobody reads (tools that only list the routes)
	Now         func() time.Time // business time: the clock, or the demo's simulated calendar
	Wall        func() time.Time // the clock that one-time codes follow whatever calendar is played; time.Now when nil
	People      *access.Desk
	BaseURL     string         // address that people open; what the browser asks for when empty
	FreshFor    time.Duration  // how long a factor that was shown counts for what binds; access.FreshFor when zero
	Secure      bool           // served over https: cookies are __Host- and Secure, and HSTS is sent
	Hosts       []string       // names that the firm's people open; besides them only the address of the connection is answered to
	Proxies     []netip.Prefix // whose X-Forwarded-For is believed; nobody's when empty
	Rates       Rates          // how often the API may be called
	Logger      *slog.Logger   // slog.Default when nil
}

// Server is the route table with everything behind it.
type Server struct {
	Deps
	router  *mux.Router
	routes  []Route
	api     huma.API
	signIns *limiters
	touched *limiters
	meters  *meters
	forged  *http.CrossOriginProtection
	sheets  sheets
}

// New builds the route table.
func New(deps Deps) (*Server, error) {
	deps.Logger = cmp.Or(deps.Logger, slog.Default())
	if deps.Wall == nil {
		deps.Wall = time.Now
	}
	if deps.Now == nil {
		deps.Now = deps.Wall
	}
	deps.FreshFor = cmp.Or(deps.FreshFor, access.FreshFor)
	s := &Server{Deps: deps, router: mux.NewRouter().SkipClean(true), signIns: newLimiters(deps.Wall), touched: newLimiters(time.Now), forged: http.NewCrossOriginProtection()}
	s.Rates, s.meters = s.Rates.filled(), &meters{now: deps.Wall, all: map[string]*bucket{}}
	s.router.NotFoundHandler = http.HandlerFunc(s.noRoute)
	s.router.MethodNotAllowedHandler = http.HandlerFunc(s.noMethod)
	var err error
	if s.sheets, err = parseSheets(); err != nil {
		return nil, err
	}
	s.api = newAPI(s)
	s.register()
	return s, nil
}

// Handler serves everything, each request with its id, its log line, its headers and its limits.
func (s *Server) Handler() http.Handler { return s.receive(s.router) }

// HTTPServer is a server with the firm's time limits; the caller listens.
func (s *Server) HTTPServer(addr string) *http.Server {
	return &http.Server{Addr: addr, Handler: s.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute,
		WriteTimeout: 90 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(s.Logger.Handler(), slog.LevelWarn)}
}
