package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/problem"
)

const keysPath = "/api-keys"

// keyPages are the keys of clients' systems, for whoever keeps them: the administrator, and a company's own.
func (s *Server) keyPages() {
	record := access.To(access.ActRecord, access.ObjAPIKey)
	s.page("GET", keysPath, access.To(access.ActList, access.ObjAPIKey), s.keysPage)
	s.page("POST", keysPath, record, s.addKeyForm)
	s.page("POST", keysPath+"/{id}/rotate", record, s.rotateKeyForm)
	s.page("POST", keysPath+"/{id}/revoke", access.To(access.ActCancel, access.ObjAPIKey), s.revokeKeyForm)
}

type keysSheet struct {
	head
	Keys    []access.APIKey
	Next    string
	Scopes  []access.Scope
	Clients []uuid.UUID // of the company's administrator; empty for the firm's, who names one
	Made    access.APIKey
	Chosen  map[access.Scope]bool
	Form    form
}

func (s *Server) keysPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.showKeys(w, r, who, tried{}, access.APIKey{})
}

// showKeys lists the keys. The secret of the one just made is in this answer only.
func (s *Server) showKeys(w http.ResponseWriter, r *http.Request, who evidence.Actor, t tried, made access.APIKey) error {
	after, err := uuid.Parse(r.URL.Query().Get("after"))
	if err != nil {
		after = uuid.Nil
	}
	all, err := access.APIKeys(r.Context(), s.Log.DB, who, after, pageSize+1)
	if err != nil {
		return err
	}
	sheet := keysSheet{head: head{Title: text(s.tongue(r, who), "nav.keys"), Section: keysPath}, Keys: all, Scopes: access.Scopes(), Clients: who.Clients, Made: made,
		Chosen: map[access.Scope]bool{}, Form: t.form("api_key")}
	for _, scope := range t.Values["scope"] {
		sheet.Chosen[access.Scope(scope)] = true
	}
	if len(all) > pageSize {
		sheet.Keys, sheet.Next = all[:pageSize], keysPath+"?after="+all[pageSize-1].ID.String()
	}
	status := http.StatusOK
	if t.status != 0 {
		status = t.status
	}
	return s.show(w, r, status, "keys", sheet)
}

var errDays = problem.New(problem.Invalid, "days_malformed", "Los días son un número.", "The days are a number.")

// days reads a number of days of a form; nothing typed is zero.
func days(r *http.Request, field string) (int, error) {
	if r.PostFormValue(field) == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(r.PostFormValue(field))
	if err != nil {
		return 0, errDays
	}
	return n, nil
}

// onKey runs one change of a key; the answer shows a secret when it made one.
func (s *Server) onKey(w http.ResponseWriter, r *http.Request, who evidence.Actor, done string, secret bool, do func(context.Context) (access.APIKey, error)) error {
	form := submitted[access.APIKey]{name: "api_key", done: done, do: do, next: func(access.APIKey) string { return keysPath },
		again: func(t tried) error { return s.showKeys(w, r, who, t, access.APIKey{}) }}
	if secret {
		form.shown = func(made access.APIKey) error { return s.showKeys(w, r, who, tried{}, made) }
	}
	return submit(s, w, r, form)
}

func (s *Server) addKeyForm(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onKey(w, r, who, "key_shown", true, func(ctx context.Context) (access.APIKey, error) {
		scopes, err := access.ParseScopes(r.PostForm["scope"])
		if err != nil {
			return access.APIKey{}, err
		}
		life, err := days(r, "days")
		if err != nil {
			return access.APIKey{}, err
		}
		client, err := uuid.Parse(r.PostFormValue("client"))
		if err != nil {
			return access.APIKey{}, errNumbers
		}
		return access.AddAPIKey(ctx, s.Log, who, access.NewKey{ClientID: client, Name: r.PostFormValue("name"), Scopes: scopes, Days: life})
	})
}

func (s *Server) rotateKeyForm(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	return s.onKey(w, r, who, "key_shown", true, func(ctx context.Context) (access.APIKey, error) {
		overlap, err := days(r, "overlap_days")
		if err != nil {
			return access.APIKey{}, err
		}
		return access.RotateAPIKey(ctx, s.Log, who, id, overlap)
	})
}

func (s *Server) revokeKeyForm(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	return s.onKey(w, r, who, "key_revoked", false, func(ctx context.Context) (access.APIKey, error) {
		return access.RevokeAPIKey(ctx, s.Log, who, id)
	})
}
