package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/problem"
)

const peoplePath = "/people"

// peoplePages are the accounts that an administrator keeps: the firm's everybody's, a company's its own people's.
func (s *Server) peoplePages() {
	manage := access.To(access.ActManage, access.ObjUser)
	s.page("GET", peoplePath, access.To(access.ActList, access.ObjUser), s.peoplePage)
	s.page("POST", peoplePath, access.To(access.ActRecord, access.ObjUser), s.invite)
	s.page("GET", peoplePath+"/{id}", access.To(access.ActList, access.ObjUser), s.personPage)
	s.page("POST", peoplePath+"/{id}", manage, s.changePerson)
	for path, act := range map[string]struct {
		done string
		do   func(context.Context, evidence.Actor, uuid.UUID) error
	}{"/disable": {"person_disabled", s.People.Disable}, "/enable": {"person_enabled", s.People.Enable}, "/sessions": {"sessions_ended", s.People.EndSessions},
		"/factors": {"factors_reset", s.People.ResetFactors}, "/invitation": {"person_invited", s.People.InviteAgain}} {
		s.page("POST", peoplePath+"/{id}"+path, manage, func(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
			return s.onPerson(w, r, who, act.done, func(ctx context.Context, id uuid.UUID) error { return act.do(ctx, who, id) })
		})
	}
}

type peopleSheet struct {
	head
	People []access.Person
	Next   string
	Roles  []access.Role
	Keeps  bool
	Firm   bool
	Form   form
}

// rolesFor are the roles that somebody may give.
func rolesFor(who evidence.Actor) (all []access.Role) {
	for _, r := range access.Roles() {
		if r != access.Integration && r != access.Debtor && (access.Role(who.Role) != access.ClientAdmin || r == access.ClientAdmin || r == access.ClientViewer) {
			all = append(all, r)
		}
	}
	return all
}

func (s *Server) peoplePage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.showPeople(w, r, who, tried{})
}

func (s *Server) showPeople(w http.ResponseWriter, r *http.Request, who evidence.Actor, t tried) error {
	after, err := uuid.Parse(r.URL.Query().Get("after"))
	if err != nil {
		after = uuid.Nil
	}
	all, err := s.People.People(r.Context(), who, after, pageSize+1)
	if err != nil {
		return err
	}
	sheet := peopleSheet{head: head{Title: text(s.tongue(r, who), "nav.people"), Section: peoplePath}, People: all, Roles: rolesFor(who),
		Keeps: access.RequireSome(who, access.To(access.ActRecord, access.ObjUser)) == nil, Firm: !access.Role(who.Role).IsClient(), Form: t.form("invite")}
	if len(all) > pageSize {
		sheet.People, sheet.Next = all[:pageSize], peoplePath+"?after="+all[pageSize-1].ID.String()
	}
	status := http.StatusOK
	if t.status != 0 {
		status = t.status
	}
	return s.show(w, r, status, "people", sheet)
}

// pageSize is how many people a page lists.
const pageSize = 50

var errNumbers = problem.New(problem.Invalid, "list_malformed", "Los equipos son números y los clientes identificadores, separados por comas.", "Teams are numbers and clients are ids, separated by commas.")

// typedUser reads role, teams and companies of a form; a company's administrator invites to their own company.
func typedUser(r *http.Request, who evidence.Actor) (access.User, error) {
	u := access.User{Email: r.PostFormValue("email"), Name: r.PostFormValue("name"), Role: access.Role(r.PostFormValue("role")), Language: r.PostFormValue("language"), BarNumber: r.PostFormValue("bar_number")}
	for _, part := range strings.FieldsFunc(r.PostFormValue("teams"), comma) {
		n, err := strconv.ParseInt(part, 10, 32)
		if err != nil {
			return u, errNumbers
		}
		u.TeamIDs = append(u.TeamIDs, n)
	}
	for _, part := range strings.FieldsFunc(r.PostFormValue("clients"), comma) {
		id, err := uuid.Parse(part)
		if err != nil {
			return u, errNumbers
		}
		u.ClientIDs = append(u.ClientIDs, id)
	}
	if access.Role(who.Role) == access.ClientAdmin && len(u.ClientIDs) == 0 {
		u.ClientIDs = who.Clients
	}
	return u, nil
}

func comma(c rune) bool { return c == ',' || c == ' ' }

func (s *Server) invite(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return submit(s, w, r, submitted[access.User]{name: "invite", done: "person_invited", next: func(access.User) string { return peoplePath },
		do: func(ctx context.Context) (access.User, error) {
			u, err := typedUser(r, who)
			if err != nil {
				return u, err
			}
			made, _, err := s.People.Invite(ctx, who, u, true)
			return made, err
		},
		again: func(t tried) error { return s.showPeople(w, r, who, t) }})
}

type personSheet struct {
	head
	access.Person
	Sessions       []access.Session
	Roles          []access.Role
	Teams, Clients string
	Keeps, Firm    bool
	Form           form
}

func (s *Server) personPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.showPerson(w, r, who, tried{})
}

func (s *Server) showPerson(w http.ResponseWriter, r *http.Request, who evidence.Actor, t tried) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	p, sessions, err := s.People.Person(r.Context(), who, id)
	if err != nil {
		return err
	}
	sheet := personSheet{head: head{Title: p.Name, Section: peoplePath}, Person: p, Sessions: sessions, Roles: rolesFor(who), Form: t.form("person"),
		Keeps: p.ID != who.ID && access.RequireSome(who, access.To(access.ActManage, access.ObjUser)) == nil, Firm: !access.Role(who.Role).IsClient()}
	for _, id := range p.TeamIDs {
		sheet.Teams += strconv.FormatInt(id, 10) + " "
	}
	for _, id := range p.ClientIDs {
		sheet.Clients += id.String() + " "
	}
	status := http.StatusOK
	if t.status != 0 {
		status = t.status
	}
	return s.show(w, r, status, "person", sheet)
}

func (s *Server) changePerson(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onPerson(w, r, who, "person_changed", func(ctx context.Context, id uuid.UUID) error {
		u, err := typedUser(r, who)
		if err != nil {
			return err
		}
		return s.People.Change(ctx, who, id, u)
	})
}

// onPerson runs one change of somebody's account and shows the account again.
func (s *Server) onPerson(w http.ResponseWriter, r *http.Request, who evidence.Actor, done string, do func(context.Context, uuid.UUID) error) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	return submit(s, w, r, submitted[access.User]{name: "person", done: done, next: func(access.User) string { return peoplePath + "/" + id.String() },
		do:    func(ctx context.Context) (access.User, error) { return access.User{ID: id}, do(ctx, id) },
		again: func(t tried) error { return s.showPerson(w, r, who, t) }})
}
