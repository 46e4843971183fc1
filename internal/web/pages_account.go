package web

import (
	"context"
	"html/template"
	"net/http"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/evidence"
)

const accountPath = "/account"

// accountPages are what a person does with their own access. What would let somebody else in asks for a fresh factor first.
func (s *Server) accountPages() {
	s.page("GET", accountPath, SignedIn, s.accountPage)
	for path, do := range map[string]func(http.ResponseWriter, *http.Request, evidence.Actor) error{
		"/password": s.changePassword, "/authenticator": s.addAuthenticator, "/authenticator/remove": s.removeAuthenticator, "/codes": s.renewCodes,
	} {
		s.page("POST", accountPath+path, SignedIn, s.freshly(do))
	}
	s.page("POST", accountPath+"/sessions", SignedIn, s.endOtherSessions)
	s.page("POST", accountPath+"/sessions/{id}", SignedIn, s.endSession)
}

// freshly lets somebody through who has shown a factor within the last minutes.
func (s *Server) freshly(do func(http.ResponseWriter, *http.Request, evidence.Actor) error) func(http.ResponseWriter, *http.Request, evidence.Actor) error {
	return func(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
		switch err := access.Fresh(r.Context(), s.Log.DB, who, s.FreshFor); err {
		case nil:
			return do(w, r, who)
		case access.ErrStepUp:
			return s.askProof(w, r)
		default:
			return err
		}
	}
}

type accountSheet struct {
	head
	access.Account
	Secret        string
	QR            template.URL
	Codes         []string
	Password, App form
}

func (s *Server) accountPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.showAccount(w, r, who, tried{}, nil)
}

func (s *Server) showAccount(w http.ResponseWriter, r *http.Request, who evidence.Actor, t tried, codes []string) error {
	own, err := s.People.Own(r.Context(), who)
	if err != nil {
		return err
	}
	sheet := accountSheet{head: head{Title: text(s.tongue(r, who), "account.title")}, Account: own, Secret: access.NewTOTPSecret(), Codes: codes, Password: t.form("password"), App: t.form("authenticator")}
	if secret := t.Values.Get("secret"); len(secret) == 32 {
		sheet.Secret = secret
	}
	if sheet.QR, err = picture(access.TOTPLink(sheet.Secret, own.Email)); err != nil {
		return err
	}
	status := http.StatusOK
	if t.status != 0 {
		status = t.status
	}
	return s.show(w, r, status, "account", sheet)
}

// onAccount runs one change of the person's own account and shows the page again.
func (s *Server) onAccount(w http.ResponseWriter, r *http.Request, who evidence.Actor, name, done string, do func(context.Context) error) error {
	return submit(s, w, r, submitted[access.User]{name: name, done: done,
		do: func(ctx context.Context) (access.User, error) { return access.User{ID: who.ID}, do(ctx) }, next: func(access.User) string { return accountPath },
		again: func(t tried) error {
			t.Values.Del("password")
			t.Values.Del("current")
			return s.showAccount(w, r, who, t, nil)
		}})
}

func (s *Server) changePassword(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	if err := s.limit(r.Context(), access.Limit{Name: "password of " + who.ID.String(), Burst: 10, Every: time.Minute}); err != nil {
		return err
	}
	return s.onAccount(w, r, who, "password", "password", func(ctx context.Context) error {
		return s.People.ChangePassword(ctx, who, r.PostFormValue("current"), r.PostFormValue("password"))
	})
}

func (s *Server) addAuthenticator(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onAccount(w, r, who, "authenticator", "factor_added", func(ctx context.Context) error {
		return s.People.AddAuthenticator(ctx, who, r.PostFormValue("secret"), r.PostFormValue("code"), s.Wall())
	})
}

func (s *Server) removeAuthenticator(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onAccount(w, r, who, "authenticator", "factor_removed", func(ctx context.Context) error { return s.People.RemoveAuthenticator(ctx, who) })
}

// renewCodes shows the new codes in its own answer: they are kept nowhere.
func (s *Server) renewCodes(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	codes, err := s.People.RenewRecoveryCodes(r.Context(), who)
	if err != nil {
		return err
	}
	return s.showAccount(w, r, who, tried{}, codes)
}

func (s *Server) endOtherSessions(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return s.onAccount(w, r, who, "sessions", "sessions_ended", func(ctx context.Context) error { return s.People.EndOwnSessions(ctx, who, nil) })
}

func (s *Server) endSession(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	return s.onAccount(w, r, who, "sessions", "sessions_ended", func(ctx context.Context) error { return s.People.EndOwnSessions(ctx, who, ref(id)) })
}

func ref(id uuid.UUID) *uuid.UUID { return &id }
