package web

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/mux"
	"rsc.io/qr"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/problem"
)

const (
	factorPath    = "/factor"
	pendingCookie = "recobro_pending"
)

// entryPages are the ways in besides the sign-in: a one-time link, a forgotten password, and the factor that a waiting session
// asks for. A waiting session opens nothing but these.
func (s *Server) entryPages() {
	s.page("GET", "/in/{token}", Public, s.linkPage)
	s.page("POST", "/in/{token}", Public, s.acceptLink)
	s.page("GET", factorPath, Public, s.factorPage)
	s.page("POST", factorPath, Public, s.showFactor)
	s.page("GET", "/forgot", Public, s.forgotPage)
	s.page("POST", "/forgot", Public, s.forgot)
}

type entrySheet struct {
	head
	Link    access.Link
	Token   string
	Enrols  bool
	Secret  string
	QR      template.URL
	Codes   []string
	Sent    bool
	Refusal *refusalText
}

func (s *Server) showEntry(w http.ResponseWriter, r *http.Request, status int, name, title string, p entrySheet) error {
	p.head = head{Title: text(s.tongue(r, evidence.Actor{}), title), Bare: true}
	return s.show(w, r, status, name, p)
}

// refused is what the person can mend, beside the form; anything else is an error of the page.
func (s *Server) refused(r *http.Request, err error) (*refusalText, int, error) {
	p := problem.Of(err)
	if p == nil || p.Kind == problem.NotFound {
		return nil, 0, err
	}
	lang := s.tongue(r, requestOf(r.Context()).who)
	out := &refusalText{Sentence: p.Text.In(lang)}
	for _, reason := range p.Reasons {
		out.Reasons = append(out.Reasons, reason.Text.In(lang))
	}
	return out, p.Kind.Status(), nil
}

func (s *Server) linkPage(w http.ResponseWriter, r *http.Request, _ evidence.Actor) error {
	token := mux.Vars(r)["token"]
	link, err := s.People.LinkOf(r.Context(), token)
	if err != nil {
		return err
	}
	return s.showEntry(w, r, http.StatusOK, "link", "link.title", entrySheet{Link: link, Token: token})
}

// acceptLink takes the new password; it is the person's only once a factor is shown.
func (s *Server) acceptLink(w http.ResponseWriter, r *http.Request, _ evidence.Actor) error {
	if err := readForm(r); err != nil {
		return err
	}
	v, token := s.visitOf(r), mux.Vars(r)["token"]
	err := s.limit(r.Context(), access.Limit{Name: "link " + v.Address, Burst: 20, Every: 5 * time.Second})
	var pending string
	if err == nil {
		pending, err = s.People.Accept(r.Context(), token, r.PostFormValue("password"), v)
	}
	refusal, status, broke := s.refused(r, err)
	if broke != nil {
		return broke
	}
	if refusal == nil {
		s.setPending(w, pending)
		http.Redirect(w, r, factorPath, http.StatusSeeOther)
		return nil
	}
	link, err := s.People.LinkOf(r.Context(), token)
	if err != nil {
		return err
	}
	return s.showEntry(w, r, status, "link", "link.title", entrySheet{Link: link, Token: token, Refusal: refusal})
}

// setPending gives the browser its waiting session; an empty token takes it away.
func (s *Server) setPending(w http.ResponseWriter, token string) {
	c := &http.Cookie{Name: s.pendingName(), Value: token, Path: "/", HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode, MaxAge: int(access.PendingLife.Seconds())}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func (s *Server) pendingName() string {
	if s.Secure {
		return "__Host-" + pendingCookie
	}
	return pendingCookie
}

func (s *Server) pendingOf(r *http.Request) (access.Pending, error) {
	c, err := r.Cookie(s.pendingName())
	if err != nil {
		return access.Pending{}, evidence.ErrNobody
	}
	return s.People.PendingOf(r.Context(), c.Value)
}

func (s *Server) factorPage(w http.ResponseWriter, r *http.Request, _ evidence.Actor) error {
	p, err := s.pendingOf(r)
	if err != nil {
		return err
	}
	return s.askFactor(w, r, http.StatusOK, p, "", nil)
}

// askFactor offers the enrolment of an authenticator, or asks for the factor that the person has.
func (s *Server) askFactor(w http.ResponseWriter, r *http.Request, status int, p access.Pending, secret string, refusal *refusalText) error {
	sheet := entrySheet{Enrols: p.Enrols(), Refusal: refusal}
	if sheet.Enrols {
		if sheet.Secret = secret; secret == "" {
			sheet.Secret = access.NewTOTPSecret()
		}
		var err error
		if sheet.QR, err = picture(access.TOTPLink(sheet.Secret, p.Email)); err != nil {
			return err
		}
	}
	return s.showEntry(w, r, status, "factor", "factor.title", sheet)
}

// picture is a QR code as an address that the page itself carries: the secret goes to nobody else.
func picture(content string) (template.URL, error) {
	code, err := qr.Encode(content, qr.M)
	if err != nil {
		return "", fmt.Errorf("drawing a code: %w", err)
	}
	code.Scale = 5
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG())), nil
}

// showFactor ends the waiting: the session opens under a new token.
func (s *Server) showFactor(w http.ResponseWriter, r *http.Request, _ evidence.Actor) error {
	if err := readForm(r); err != nil {
		return err
	}
	p, err := s.pendingOf(r)
	if err != nil {
		return err
	}
	token, codes, err := s.finishWaiting(r, p)
	s.heard(r.Context(), "waiting", s.visitOf(r), err)
	refusal, status, broke := s.refused(r, err)
	if broke != nil {
		return broke
	}
	if refusal != nil {
		return s.askFactor(w, r, status, p, secretOf(r), refusal)
	}
	s.setPending(w, "")
	s.setSession(w, token)
	if codes == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	return s.showEntry(w, r, http.StatusOK, "codes", "codes.title", entrySheet{Codes: codes})
}

// secretOf is the secret that the form was shown with, for it to be shown with the same again.
func secretOf(r *http.Request) string {
	if secret := r.PostFormValue("secret"); len(secret) == 32 {
		return secret
	}
	return ""
}

func (s *Server) finishWaiting(r *http.Request, p access.Pending) (token string, codes []string, err error) {
	if !s.mayGuess(r.Context(), p.UserID) {
		return "", nil, errTooMany
	}
	code := r.PostFormValue("code")
	if p.Enrols() {
		return s.People.Enrol(r.Context(), p, r.PostFormValue("secret"), code, s.visitOf(r))
	}
	token, err = s.People.ShowFactor(r.Context(), p, code, s.visitOf(r))
	return token, nil, err
}

func (s *Server) forgotPage(w http.ResponseWriter, r *http.Request, _ evidence.Actor) error {
	return s.showEntry(w, r, http.StatusOK, "forgot", "forgot.title", entrySheet{})
}

// forgot answers the same and as fast whether anybody has the address: what there is to do is done after the answer.
func (s *Server) forgot(w http.ResponseWriter, r *http.Request, _ evidence.Actor) error {
	if err := readForm(r); err != nil {
		return err
	}
	v, email := s.visitOf(r), strings.ToLower(strings.TrimSpace(r.PostFormValue("email")))
	err := s.limit(r.Context(), access.Limit{Name: "reset " + v.Address, Burst: 10, Every: 10 * time.Second}, access.Limit{Name: "reset of " + email, Burst: 3, Every: 10 * time.Minute})
	if err != nil && problem.Of(err) != errTooMany {
		return err
	}
	if err == nil && len(email) <= maxEmail {
		s.later(r, func(r *http.Request) error { return s.People.AskReset(r.Context(), email) })
	}
	return s.showEntry(w, r, http.StatusOK, "forgot", "forgot.title", entrySheet{Sent: true})
}
