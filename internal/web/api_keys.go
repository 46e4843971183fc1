package web

import (
	"context"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/evidence"
)

type newKeyIn struct {
	Body struct {
		ClientID uuid.UUID `json:"client_id"`
		Name     string    `json:"name" minLength:"1" maxLength:"100" doc:"What the key is for, such as ERP"`
		Scopes   []string  `json:"scopes" minItems:"1" maxItems:"20" doc:"What the system needs and no more"`
		Days     int       `json:"days,omitempty" minimum:"1" maximum:"365" doc:"Until it expires; a year unless said"`
	}
}

type rotateKeyIn struct {
	ByID
	Body struct {
		OverlapDays int `json:"overlap_days" minimum:"0" maximum:"30" doc:"How long the secret before goes on opening"`
	}
}

type keyOut struct {
	ID         uuid.UUID      `json:"id"`
	ClientID   uuid.UUID      `json:"client_id"`
	Name       string         `json:"name"`
	Scopes     []string       `json:"scopes"`
	State      string         `json:"state" enum:"active,expiring,expired,revoked" doc:"expiring: within 30 days"`
	CreatedAt  time.Time      `json:"created_at"`
	ExpiresAt  time.Time      `json:"expires_at"`
	LastUsedAt *time.Time     `json:"last_used_at,omitempty" doc:"To the minute"`
	RevokedAt  *time.Time     `json:"revoked_at,omitempty"`
	Secrets    []keySecretOut `json:"secrets" doc:"Newest first; while they overlap, more than one opens"`
	Key        string         `json:"key,omitempty" doc:"The secret: only in the first answer to creation or rotation, and stored nowhere. Who lost it rotates again; the secret in use goes on"`
}

type keySecretOut struct {
	Prefix     string     `json:"prefix" doc:"Its first letters"`
	IssuedAt   time.Time  `json:"issued_at"`
	EndsAt     time.Time  `json:"ends_at"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty"`
}

// keyAPI is the keys of clients' systems.
func (s *Server) keyAPI() {
	record := access.To(access.ActRecord, access.ObjAPIKey)
	read(s, access.To(access.ActList, access.ObjAPIKey), get("/api-keys", "listAPIKeys", "Claves de API / API keys"), s.listKeys)
	issue(s, record, post("/api-keys", "addAPIKey", "Crear una clave / Make a key", 201), func(ctx context.Context, who evidence.Actor, in *newKeyIn) (access.APIKey, error) {
		scopes, err := access.ParseScopes(in.Body.Scopes)
		if err != nil {
			return access.APIKey{}, err
		}
		return access.AddAPIKey(ctx, s.Log, who, access.NewKey{ClientID: in.Body.ClientID, Name: in.Body.Name, Scopes: scopes, Days: in.Body.Days})
	}, keyAnswer)
	issue(s, record, post("/api-keys/{id}/rotate", "rotateAPIKey", "Renovar el secreto / Rotate the secret", 200), func(ctx context.Context, who evidence.Actor, in *rotateKeyIn) (access.APIKey, error) {
		return access.RotateAPIKey(ctx, s.Log, who, in.ID, in.Body.OverlapDays)
	}, keyAnswer)
	act(s, access.To(access.ActCancel, access.ObjAPIKey), post("/api-keys/{id}/revoke", "revokeAPIKey", "Revocar la clave / Revoke the key", 200),
		func(ctx context.Context, who evidence.Actor, in *ByID) (access.APIKey, error) {
			return access.RevokeAPIKey(ctx, s.Log, who, in.ID)
		}, keyAnswer)
}

func (s *Server) listKeys(ctx context.Context, who evidence.Actor, in *ListIn) (Page[keyOut], error) {
	var after uuid.UUID
	if in.Cursor != "" {
		var err error
		if after, err = uuid.Parse(in.Cursor); err != nil {
			return Page[keyOut]{}, errCursor
		}
	}
	all, err := access.APIKeys(ctx, s.Log.DB, who, after, in.Limit+1)
	return pageOf(all, in.Limit, keyView, func(k access.APIKey) string { return k.ID.String() }), err
}

func keyAnswer(_ evidence.Actor, k access.APIKey) keyOut { return keyView(k) }

func keyView(k access.APIKey) keyOut {
	out := keyOut{ID: k.ID, ClientID: k.ClientID, Name: k.Name, State: string(k.State), CreatedAt: k.CreatedAt.UTC(), ExpiresAt: k.Secrets[0].EndsAt.UTC(), LastUsedAt: k.LastUsedAt(),
		RevokedAt: k.RevokedAt, Key: k.Key}
	for _, s := range k.Scopes {
		out.Scopes = append(out.Scopes, string(s))
	}
	for _, s := range k.Secrets {
		out.Secrets = append(out.Secrets, keySecretOut{s.Prefix, s.IssuedAt.UTC(), s.EndsAt.UTC(), s.LastUsedAt})
	}
	return out
}
