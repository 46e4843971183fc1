package web

import (
	"context"
	"net/http"
	"net/url"

	"recobro/internal/clients"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// A feature's pages stand in pages_<feature>.go and are named in pageRoutes:
//
//	s.page("GET", "/cases", access.To(access.ActList, access.ObjCase), s.casesPage)
//
//	func (s *Server) casesPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error
//
// A handler reads what its page struct needs in one View and hands it to show; a form's handler runs one action of a desk
// through submit. A handler that returns an error has written nothing; pageProblem answers it.

const (
	loginPath      = "/login"
	toastCookie    = "recobro_done"
	languageCookie = "recobro_language"
)

// pageRoutes names every page, one line a feature.
func (s *Server) pageRoutes() {
	s.assetRoutes()
	s.sessionPages()
	s.provePages()
	s.keyPages()
	s.entryPages()
	s.accountPages()
	s.peoplePages()
	s.casePages()
	s.demandPages()
	s.agreementPages()
	s.statementPages()
	s.courtPages()
	s.queuePages()
	s.messagePages()
	s.approvalPages()
	s.portfolioPages()
	s.lawPages()
}

// tongue is the language of a page: what the browser last chose, else the person's own, else what the browser asks for.
func (s *Server) tongue(r *http.Request, who evidence.Actor) string {
	if c, err := r.Cookie(languageCookie); err == nil && (c.Value == "es" || c.Value == "en") {
		return c.Value
	}
	if who.Language != "" {
		return who.Language
	}
	return languageOf(r.Header.Get("Accept-Language"))
}

// show writes a page inside the layout.
func (s *Server) show(w http.ResponseWriter, r *http.Request, status int, name string, p page) error {
	who := requestOf(r.Context()).who
	lang := s.tongue(r, who)
	requestOf(r.Context()).language = lang
	about := p.about()
	f := frame{head: about, Lang: lang, Other: map[string]string{"es": "en", "en": "es"}[lang], Path: r.URL.RequestURI(), Who: who,
		Signed: who.Token != "", Nav: navOf(who, about.Section), Page: p, Toast: takeToast(w, r, lang)}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		f.Path = "/"
	}
	if f.Signed {
		f.Firm = s.firmName(r.Context(), who)
	}
	return s.sheets.show(w, status, name, f)
}

// firmName is what the firm is called; a page does not fail for want of it.
func (s *Server) firmName(ctx context.Context, who evidence.Actor) string {
	var firm clients.Firm
	err := s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		firm, err = clients.FirmOf(tx)
		return err
	})
	if err != nil && problem.Of(err) == nil {
		requestOf(ctx).log.Warn("reading the firm's name", "error", err.Error())
	}
	return firm.Name
}

// doneWith leads the browser to a page after an action and lets that page say what was done.
func (s *Server) doneWith(w http.ResponseWriter, r *http.Request, to, done string) {
	http.SetCookie(w, &http.Cookie{Name: toastCookie, Value: done, Path: "/", MaxAge: 60, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// takeToast reads what the last action did, once. Only our own words are shown.
func takeToast(w http.ResponseWriter, r *http.Request, lang string) string {
	c, err := r.Cookie(toastCookie)
	if err != nil {
		return ""
	}
	http.SetCookie(w, &http.Cookie{Name: toastCookie, Path: "/", MaxAge: -1, HttpOnly: true})
	if _, known := texts["done."+c.Value]; !known {
		return ""
	}
	return text(lang, "done."+c.Value)
}

// problemSheet is an error as a page.
type problemSheet struct {
	head
	Heading, Sentence, Reference string
	Faults                       []string
	Signed                       bool
}

// pageProblem shows an error as a page; who is not signed in is led to the sign-in and back.
func (s *Server) pageProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(r.Context(), err)
	if p.Status == http.StatusUnauthorized && r.Method == http.MethodGet && r.URL.Path != loginPath {
		http.Redirect(w, r, loginPath+"?next="+url.QueryEscape(r.URL.Path), http.StatusSeeOther)
		return
	}
	for name, values := range p.header {
		if name != "Www-Authenticate" {
			w.Header()[name] = values
		}
	}
	state := requestOf(r.Context())
	state.language = s.tongue(r, state.who)
	if e := problem.Of(err); e != nil { // again, now in the language of the page
		p = newProblem(r.Context(), p.Status, e)
	}
	sheet := problemSheet{Heading: headingOf(state.language, p.Status), Sentence: p.Detail, Signed: state.who.Token != ""}
	sheet.head = head{Title: sheet.Heading, Bare: !sheet.Signed}
	for _, f := range p.Errors {
		sheet.Faults = append(sheet.Faults, f.Detail)
	}
	if p.Status >= http.StatusInternalServerError {
		sheet.Sentence, sheet.Reference = text(state.language, "error.internal.text"), state.id
	}
	if err := s.show(w, r, p.Status, "error", sheet); err != nil {
		state.log.Error("writing a problem page", "error", err.Error())
	}
}

// headingOf is the title of an error page by its status.
func headingOf(lang string, status int) string {
	switch status {
	case http.StatusNotFound:
		return text(lang, "error.not_found")
	case http.StatusForbidden:
		return text(lang, "error.forbidden")
	case http.StatusConflict, http.StatusPreconditionFailed:
		return text(lang, "error.conflict")
	case http.StatusUnauthorized:
		return text(lang, "error.unauthenticated")
	case http.StatusInternalServerError, http.StatusServiceUnavailable:
		return text(lang, "error.internal")
	}
	return text(lang, "error.invalid")
}
