package web

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"
	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/problem"
)

type signInIn struct {
	httpRequest
	Body struct {
		Email    string `json:"email" maxLength:"254"`
		Password string `json:"password" maxLength:"512"`
		Code     string `json:"code" maxLength:"32" doc:"One-time code of the authenticator, or a recovery code"`
	}
}

// httpRequest gives a handler the request itself.
type httpRequest struct{ request *http.Request }

// Resolve is called by huma before the handler.
func (h *httpRequest) Resolve(ctx huma.Context) []error {
	h.request, _ = humamux.Unwrap(ctx)
	return nil
}

type sessionOut struct {
	Token     string    `json:"token" doc:"Shown once; send it as Authorization: Bearer"`
	ExpiresAt time.Time `json:"expires_at"`
}

type meOut struct {
	ID      uuid.UUID   `json:"id"`
	Kind    string      `json:"kind" enum:"person,key"`
	Role    string      `json:"role"`
	Name    string      `json:"name"`
	Clients []uuid.UUID `json:"client_ids"`
}

type none struct{}

type proveIn struct {
	Body struct {
		Code string `json:"code" maxLength:"32" doc:"One-time code of the authenticator, or a recovery code"`
	}
}

type sessionsOut struct {
	Data []access.Session `json:"data"`
}

// prove shows a code once more, so that what binds may be done for some minutes. Codes are few: guessing them is limited.
func (s *Server) prove(ctx context.Context, who evidence.Actor, code string) error {
	if who.Kind != "person" {
		return access.Denied
	}
	if !s.mayGuess(ctx, who.ID) {
		return errTooMany
	}
	err := access.Prove(ctx, s.Log.DB, who, code, s.Wall())
	if problem.Of(err) == access.ErrTOTP {
		err = errCode
	}
	return err
}

// errCode is a wrong code of somebody who is signed in and stays so.
var errCode = problem.New(problem.Invalid, "code_refused", access.ErrTOTP.Text.ES, access.ErrTOTP.Text.EN)

// sessionAPI is signing in and out. It takes no Idempotency-Key: a code opens one session whatever is repeated.
func (s *Server) sessionAPI() {
	declare(s, Public, post("/sessions", "signIn", "Abrir una sesión / Sign in", 201), func(ctx context.Context, in *signInIn) (*reply[sessionOut], error) {
		token, err := s.signIn(in.request, in.Body.Email, in.Body.Password, in.Body.Code)
		if err != nil {
			return nil, err
		}
		out := sessionOut{Token: token, ExpiresAt: s.Wall().Add(access.SessionLife).UTC().Truncate(time.Second)}
		return &reply[sessionOut]{Status: 201, Body: body[sessionOut]{value: out}}, nil
	})
	declare(s, SignedIn, del("/sessions", "signOut", "Cerrar la sesión / Sign out"), func(ctx context.Context, _ *none) (*reply[none], error) {
		return &reply[none]{Status: 204}, access.SignOut(ctx, s.Log.DB, requestOf(ctx).who.Token)
	})
	declare(s, SignedIn, post("/sessions/current:prove", "proveSession", "Mostrar el segundo factor otra vez / Show the second factor again", 204), func(ctx context.Context, in *proveIn) (*reply[none], error) {
		return &reply[none]{Status: 204}, s.prove(ctx, requestOf(ctx).who, in.Body.Code)
	})
	read(s, SignedIn, get("/sessions", "listSessions", "Mis sesiones / My sessions"), func(ctx context.Context, who evidence.Actor, _ *none) (sessionsOut, error) {
		own, err := s.People.Own(ctx, who)
		return sessionsOut{Data: own.Sessions}, err
	})
	read(s, SignedIn, get("/me", "whoAmI", "Quién soy / Who am I"), func(_ context.Context, who evidence.Actor, _ *none) (meOut, error) {
		return meOut{ID: who.ID, Kind: who.Kind, Role: who.Role, Name: who.Name, Clients: who.Clients}, nil
	})
}
