package web

import (
	"net/http"
	"net/url"
	"strings"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/problem"
)

const provePath = "/prove"

func (s *Server) provePages() {
	s.page("GET", provePath, SignedIn, s.provePage)
	s.page("POST", provePath, SignedIn, s.proveForm)
}

// proveSheet asks for the factor once more, and then offers the form that waited for it again.
type proveSheet struct {
	head
	Next    string // the page to go on to
	To      string // where the waiting form goes; empty when none waits
	Kept    string // what was typed into it
	Fields  []keptField
	Proved  bool
	Refusal *refusalText
}

type keptField struct{ Name, Value string }

func (s *Server) showProof(w http.ResponseWriter, r *http.Request, status int, p proveSheet) error {
	p.head = head{Title: text(s.tongue(r, requestOf(r.Context()).who), "prove.title"), Bare: true}
	return s.show(w, r, status, "prove", p)
}

// askProof answers what needs a factor shown within the last minutes. The form that was sent is kept in the page, so that nothing
// typed is lost; files cannot be, so their form begins anew.
func (s *Server) askProof(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		http.Redirect(w, r, provePath+"?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return nil
	}
	p := proveSheet{Next: "/"}
	if back, err := url.Parse(r.Referer()); err == nil {
		p.Next = localPath(back.RequestURI())
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		if err := readForm(r); err != nil {
			return err
		}
		if kept := r.PostForm.Encode(); len(kept) <= maxField {
			p.To, p.Kept = r.URL.RequestURI(), kept
		}
	}
	return s.showProof(w, r, http.StatusForbidden, p)
}

func (s *Server) provePage(w http.ResponseWriter, r *http.Request, _ evidence.Actor) error {
	return s.showProof(w, r, http.StatusOK, proveSheet{Next: localPath(r.URL.Query().Get("next"))})
}

func (s *Server) proveForm(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	if err := readForm(r); err != nil {
		return err
	}
	p := proveSheet{Next: localPath(r.PostFormValue("next")), Kept: r.PostFormValue("kept")}
	if to := r.PostFormValue("to"); to != "" {
		p.To = localPath(to)
	}
	err := s.prove(r.Context(), who, r.PostFormValue("code"))
	if refused := problem.Of(err); refused != nil {
		p.Refusal = &refusalText{Sentence: refused.Text.In(s.tongue(r, who))}
		return s.showProof(w, r, refused.Kind.Status(), p)
	}
	if err != nil {
		return err
	}
	return s.resume(w, r, p)
}

// resume leads on to the page, or offers the waiting form once more: the person sends it, no script does.
func (s *Server) resume(w http.ResponseWriter, r *http.Request, p proveSheet) error {
	if p.To == "" {
		http.Redirect(w, r, p.Next, http.StatusSeeOther)
		return nil
	}
	values, err := url.ParseQuery(p.Kept)
	if err != nil {
		return errForm
	}
	for name, all := range values {
		for _, v := range all {
			p.Fields = append(p.Fields, keptField{name, v})
		}
	}
	p.Proved = true
	return s.showProof(w, r, http.StatusOK, p)
}

// pageRefused answers whom the gate lets through no page: who only has to show the factor once more is asked for it.
func (s *Server) pageRefused(w http.ResponseWriter, r *http.Request, err error) {
	if problem.Of(err) == access.ErrStepUp {
		err = s.askProof(w, r)
	}
	if err != nil {
		s.pageProblem(w, r, err)
	}
}
