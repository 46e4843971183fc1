package web

import (
	"html/template"
	"net/http"
	"net/url"
)

// A feature's pages stand in pages_<feature>.go and are named in register:
//
//	s.page("GET", "/expedientes", access.To(access.ActList, access.ObjCase), s.casesPage)
//
//	func (s *Server) casesPage(w http.ResponseWriter, r *http.Request, who evidence.Actor) error
//
// A handler that returns an error has written nothing; pageProblem answers it.

const loginPath = "/login"

var problemPage = template.Must(template.New("problem").Parse(`<!doctype html>
<html lang="{{.Language}}"><head><meta charset="utf-8"><title>{{.Title}} · Recobro</title></head>
<body><main><h1>{{.Title}}</h1><p>{{.Detail}}</p>{{with .Request}}<p><code>{{.}}</code></p>{{end}}<p><a href="/">Recobro</a></p></main></body></html>
`))

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
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(p.Status)
	data := struct {
		*Problem
		Language string
	}{p, requestOf(r.Context()).language}
	if err := problemPage.Execute(w, data); err != nil {
		requestOf(r.Context()).log.Warn("writing a problem page", "error", err.Error())
	}
}
