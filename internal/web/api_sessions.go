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
)

type signInIn struct {
	httpRequest
	Body struct {
		Email    string `json:"email" maxLength:"254"`
		Password string `json:"password" maxLength:"512"`
		Code     string `json:"code" maxLength:"16" doc:"One-time code of the authenticator"`
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
	read(s, SignedIn, get("/me", "whoAmI", "Quién soy / Who am I"), func(_ context.Context, who evidence.Actor, _ *none) (meOut, error) {
		return meOut{ID: who.ID, Kind: who.Kind, Role: who.Role, Name: who.Name, Clients: who.Clients}, nil
	})
}
