package web

import (
	"context"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/evidence"
)

type userOut struct {
	ID         uuid.UUID   `json:"id"`
	Email      string      `json:"email"`
	Name       string      `json:"name"`
	Role       string      `json:"role"`
	TeamIDs    []int64     `json:"team_ids,omitempty"`
	ClientIDs  []uuid.UUID `json:"client_ids,omitempty"`
	Invited    bool        `json:"invited" doc:"Has not accepted the invitation yet"`
	DisabledAt *time.Time  `json:"disabled_at,omitempty"`
	LastSignIn *time.Time  `json:"last_sign_in,omitempty"`
}

type inviteIn struct {
	Body struct {
		Email     string      `json:"email" maxLength:"254"`
		Name      string      `json:"name" minLength:"1" maxLength:"200"`
		Role      string      `json:"role" maxLength:"20"`
		Language  string      `json:"language,omitempty" enum:"es,en"`
		BarNumber string      `json:"bar_number,omitempty" maxLength:"60"`
		TeamIDs   []int64     `json:"team_ids,omitempty" maxItems:"50"`
		ClientIDs []uuid.UUID `json:"client_ids,omitempty" maxItems:"50"`
	}
}

type changeUserIn struct {
	ByID
	Body struct {
		Role      string      `json:"role" maxLength:"20"`
		BarNumber string      `json:"bar_number,omitempty" maxLength:"60"`
		TeamIDs   []int64     `json:"team_ids,omitempty" maxItems:"50"`
		ClientIDs []uuid.UUID `json:"client_ids,omitempty" maxItems:"50"`
	}
}

// peopleAPI is the accounts that an administrator keeps.
func (s *Server) peopleAPI() {
	manage := access.To(access.ActManage, access.ObjUser)
	read(s, access.To(access.ActList, access.ObjUser), get("/users", "listUsers", "Personas con acceso / People with access"), s.listUsers)
	act(s, access.To(access.ActRecord, access.ObjUser), post("/invitations", "inviteUser", "Invitar a una persona / Invite a person", 201),
		func(ctx context.Context, who evidence.Actor, in *inviteIn) (access.User, error) {
			u := access.User{Email: in.Body.Email, Name: in.Body.Name, Role: access.Role(in.Body.Role), Language: in.Body.Language, BarNumber: in.Body.BarNumber, TeamIDs: in.Body.TeamIDs, ClientIDs: in.Body.ClientIDs}
			made, _, err := s.People.Invite(ctx, who, u, true)
			return made, err
		}, func(_ evidence.Actor, u access.User) userOut { return userView(access.Person{User: u, Invited: true}) })
	act(s, manage, post("/users/{id}/change", "changeUser", "Cambiar función, equipos o clientes / Change role, teams or clients", 200),
		func(ctx context.Context, who evidence.Actor, in *changeUserIn) (access.User, error) {
			u := access.User{ID: in.ID, Role: access.Role(in.Body.Role), BarNumber: in.Body.BarNumber, TeamIDs: in.Body.TeamIDs, ClientIDs: in.Body.ClientIDs}
			return u, s.People.Change(ctx, who, in.ID, u)
		}, changedView)
	for path, op := range map[string]struct {
		id, summary string
		do          func(context.Context, evidence.Actor, uuid.UUID) error
	}{"disable": {"disableUser", "Cerrar el acceso / Disable", s.People.Disable}, "enable": {"enableUser", "Abrir el acceso de nuevo / Enable", s.People.Enable},
		"end-sessions": {"endUserSessions", "Cerrar sus sesiones / End their sessions", s.People.EndSessions}, "reset-factors": {"resetUserFactors", "Retirar sus factores e invitar de nuevo / Reset factors and invite anew", s.People.ResetFactors},
		"invite-again": {"inviteUserAgain", "Enviar otra invitación / Send another invitation", s.People.InviteAgain}} {
		act(s, manage, post("/users/{id}/"+path, op.id, op.summary, 200), func(ctx context.Context, who evidence.Actor, in *ByID) (access.User, error) {
			return access.User{ID: in.ID}, op.do(ctx, who, in.ID)
		}, changedView)
	}
}

type userChanged struct {
	ID uuid.UUID `json:"id"`
}

func changedView(_ evidence.Actor, u access.User) userChanged { return userChanged{u.ID} }

func (s *Server) listUsers(ctx context.Context, who evidence.Actor, in *ListIn) (Page[userOut], error) {
	var after uuid.UUID
	if in.Cursor != "" {
		var err error
		if after, err = uuid.Parse(in.Cursor); err != nil {
			return Page[userOut]{}, errCursor
		}
	}
	all, err := s.People.People(ctx, who, after, in.Limit+1)
	return pageOf(all, in.Limit, userView, func(p access.Person) string { return p.ID.String() }), err
}

func userView(p access.Person) userOut {
	return userOut{ID: p.ID, Email: p.Email, Name: p.Name, Role: string(p.Role), TeamIDs: p.TeamIDs, ClientIDs: p.ClientIDs, Invited: p.Invited, DisabledAt: p.DisabledAt, LastSignIn: p.LastSignIn}
}
