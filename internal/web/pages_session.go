package web

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/problem"
)

func (s *Server) sessionPages() {
	s.page("GET", "/", SignedIn, s.homePage)
	s.page("GET", loginPath, Public, s.loginPage)
	s.page("POST", loginPath, Public, s.login)
	s.page("POST", "/logout", SignedIn, s.logout)
	s.page("POST", "/language", Public, s.chooseLanguage)
}

// loginSheet is the sign-in.
type loginSheet struct {
	head
	Email, Next string
	Lang, Other string
	Refusal     *refusalText
}

func (s *Server) loginSheet(r *http.Request) loginSheet {
	lang := s.tongue(r, evidence.Actor{})
	other := map[string]string{"es": "en", "en": "es"}[lang]
	return loginSheet{head: head{Title: text(lang, "login.title"), Bare: true}, Lang: lang, Other: other, Next: localPath(r.FormValue("next"))}
}

// loginPage takes ?lang= too: a link in a letter can open the page in the reader's language.
func (s *Server) loginPage(w http.ResponseWriter, r *http.Request, _ evidence.Actor) error {
	if lang := r.URL.Query().Get("lang"); lang == "es" || lang == "en" {
		s.setLanguage(w, lang)
		http.Redirect(w, r, loginPath, http.StatusSeeOther)
		return nil
	}
	return s.show(w, r, http.StatusOK, "login", s.loginSheet(r))
}

func (s *Server) login(w http.ResponseWriter, r *http.Request, _ evidence.Actor) error {
	if err := readForm(r); err != nil {
		return err
	}
	token, err := s.signIn(r, r.PostFormValue("email"), r.PostFormValue("password"), strings.TrimSpace(r.PostFormValue("code")))
	if refused := problem.Of(err); refused != nil {
		sheet := s.loginSheet(r)
		sheet.Email, sheet.Refusal = r.PostFormValue("email"), &refusalText{Sentence: refused.Text.In(sheet.Lang)}
		return s.show(w, r, refused.Kind.Status(), "login", sheet)
	}
	if err != nil {
		return err
	}
	s.setSession(w, token)
	http.Redirect(w, r, localPath(r.PostFormValue("next")), http.StatusSeeOther)
	return nil
}

func (s *Server) logout(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	if err := access.SignOut(r.Context(), s.Log.DB, who.Token); err != nil {
		return err
	}
	s.setSession(w, "")
	http.Redirect(w, r, loginPath, http.StatusSeeOther)
	return nil
}

// chooseLanguage keeps the choice in the browser; it outlives the session, so the sign-in speaks it too.
func (s *Server) chooseLanguage(w http.ResponseWriter, r *http.Request, _ evidence.Actor) error {
	if err := readForm(r); err != nil {
		return err
	}
	if lang := r.PostFormValue("language"); lang == "es" || lang == "en" {
		s.setLanguage(w, lang)
	}
	http.Redirect(w, r, localPath(r.PostFormValue("back")), http.StatusSeeOther)
	return nil
}

func (s *Server) setLanguage(w http.ResponseWriter, lang string) {
	http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
}

// localPath lets a redirect lead only to a page of ours.
func localPath(to string) string {
	at, err := url.Parse(to) // refuses control characters, which browsers drop: "/\t/elsewhere" would be "//elsewhere"
	if err != nil || at.Scheme != "" || at.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsFunc(to, unlinkable) {
		return "/"
	}
	return to
}

// unlinkable is what no address of ours holds as it stands.
func unlinkable(r rune) bool { return r == '\\' || unicode.IsControl(r) || unicode.IsSpace(r) }

type homeSheet struct{ head }

// homePage leads everybody to the first section that the role opens.
func (s *Server) homePage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	if nav := navOf(who, ""); len(nav) > 0 {
		http.Redirect(w, r, nav[0].Path, http.StatusSeeOther)
		return nil
	}
	return s.show(w, r, http.StatusOK, "home", homeSheet{head{Title: text(s.tongue(r, who), "home.title")}})
}
