package web_test

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/testfirm"
	"recobro/internal/web"
)

// patrol is a walk through the whole route table as one person after the other.
type patrol struct {
	*house
	t      *testing.T
	server *web.Server
	id     string // of a case that is there
}

func newPatrol(t *testing.T) patrol {
	h := openHouse(t)
	server, err := web.New(h.deps) // only to read its table
	if err != nil {
		t.Fatal(err)
	}
	return patrol{h, t, server, h.OpenCase(testfirm.Opts{}).ID.String()}
}

var filled = regexp.MustCompile(`\{[a-z_]+\}`)

// ask sends what no action would take as good to a route, as somebody: the API by token, a page by cookie.
func (w patrol) ask(r web.Route, who evidence.Actor) (status int, location, body string) {
	w.t.Helper()
	path := strings.NewReplacer("{as_of}", "2026-03-01", "{asset}", "none.css", "{jurisdiction}", "ES", "{format}", "pdf").Replace(r.Path)
	path = filled.ReplaceAllString(path, w.id)
	var content io.Reader
	if r.Method != http.MethodGet && r.API {
		content = strings.NewReader(`{"no_such_member":1}`)
	}
	req, err := http.NewRequestWithContext(w.t.Context(), r.Method, w.url+path, content)
	if err != nil {
		w.t.Fatal(err)
	}
	switch {
	case r.API:
		req.Header.Set("Content-Type", "application/json")
		if who.Token != "" {
			req.Header.Set("Authorization", "Bearer "+string(who.Token))
		}
	case who.Token != "":
		req.Header.Set("Cookie", "recobro="+string(who.Token))
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), string(b)
}

// The API answers 401; a page leads to signing in; a form that was sent without a session is refused, as it cannot be sent again.
func TestNobodyPassesAnyRouteThatIsNotPublic(t *testing.T) {
	w := newPatrol(t)
	for _, r := range w.server.Routes() {
		if r.Permission == web.Public {
			continue
		}
		for name, who := range map[string]evidence.Actor{"nobody": {}, "a stranger": {Token: "rs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}} {
			status, to, _ := w.ask(r, who)
			led := status == 303 && strings.HasPrefix(to, "/login")
			if page := !r.API && r.Method == http.MethodGet; page && !led || !page && status != 401 {
				t.Errorf("%s %s as %s: %d to %q", r.Method, r.Path, name, status, to)
			}
		}
	}
}

// The policy says which role may do what in some relation; each route must ask it, and ask it before anything else.
func TestEveryRouteAsksThePolicyForEveryRole(t *testing.T) {
	w := newPatrol(t)
	people := map[access.Role]evidence.Actor{access.Lawyer: w.Lawyer, access.Paralegal: w.Paralegal, access.Supervisor: w.Supervisor, access.Finance: w.Finance,
		access.DPO: w.DPO, access.Admin: w.Admin, access.ClientAdmin: w.ClientAdminA, access.ClientViewer: w.AddPerson("Lector Zafirel", access.ClientViewer, &w.ClientA.ID),
		access.Integration: w.KeyA, access.External: w.AddPerson("Procurador Ficticio", access.External, &w.ClientA.ID)}
	asked, refused := 0, 0
	for _, r := range w.server.Routes() {
		if r.Permission == web.Public || r.Permission == web.SignedIn {
			continue
		}
		for role, who := range people {
			if !r.API && role == access.Integration {
				continue // a key is no cookie
			}
			status, _, body := w.ask(r, who)
			asked++
			may := access.Rules().MayInSomeRelation(role, r.Permission.Object(), r.Permission.Action())
			what := fmt.Sprintf("%s %s (%s) as %s: %d %.200s", r.Method, r.Path, r.Permission, role, status, body)
			switch {
			case status >= 500 || status == 401:
				t.Error(what)
			case !may:
				refused++
				if status != 403 && status != 404 {
					t.Errorf("the policy says no. %s", what)
				}
			case r.Method == http.MethodGet && !strings.Contains(r.Path, "{") && (status == 403 || status == 404):
				t.Errorf("the policy says yes. %s", what)
			}
		}
	}
	if asked < 500 || refused < 100 {
		t.Errorf("only %d asked, %d refused", asked, refused)
	}
}
