package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/templates"
)

// tongues of the pages; the first is the one of somebody who has chosen none.
var tongues = []string{"es", "en"}

// sheets are the parsed pages by language and name. They are parsed once, at the start: a broken template stops the program.
type sheets map[string]map[string]*template.Template

func parseSheets() (sheets, error) {
	names, err := fs.Glob(templates.Pages, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("listing the pages: %w", err)
	}
	all := sheets{}
	for _, lang := range tongues {
		base, err := template.New("layout.html").Funcs(functions(lang)).ParseFS(templates.Pages, "layout.html", "parts/*.html")
		if err != nil {
			return nil, fmt.Errorf("parsing the layout: %w", err)
		}
		all[lang] = map[string]*template.Template{}
		for _, name := range names {
			sheet, err := template.Must(base.Clone()).ParseFS(templates.Pages, name)
			if err != nil {
				return nil, fmt.Errorf("parsing page %s: %w", name, err)
			}
			all[lang][strings.TrimSuffix(path.Base(name), ".html")] = sheet
		}
	}
	return all, nil
}

// head is what every page says about itself; page structs embed it.
type head struct {
	Title   string // of the browser's tab
	Section string // the entry of the navigation that is current, by its path
	Wide    bool   // a work page: uses the width of the screen
	Bare    bool   // no shell: the sign-in
}

func (h head) about() head { return h }

// page is a typed page struct: whatever embeds head.
type page interface{ about() head }

// frame is what the layout shows around a page.
type frame struct {
	head
	Lang, Other string // the language of the page, and the other one
	Path        string // for the language switch to come back to
	Who         evidence.Actor
	Signed      bool
	Firm        string
	Nav         []navEntry
	Toast       string
	Page        page
}

// navEntry is one entry of the navigation.
type navEntry struct {
	Path, Word string
	Current    bool
}

// navOf lists the sections a role may open at all.
func navOf(who evidence.Actor, current string) []navEntry {
	var nav []navEntry
	for _, e := range sections {
		if (e.clientOnly && who.Staff) || (e.staffOnly && !who.Staff) || access.RequireSome(who, e.permission) != nil {
			continue
		}
		nav = append(nav, navEntry{Path: e.path, Word: e.word, Current: e.path == current})
	}
	return nav
}

// Searches says that the reader may look for cases.
func (f frame) Searches() bool {
	return slices.ContainsFunc(f.Nav, func(e navEntry) bool { return e.Path == "/cases" })
}

type section struct {
	path, word            string
	permission            access.Permission
	staffOnly, clientOnly bool
}

var sections = []section{
	{"/queue", "nav.queue", access.To(access.ActList, access.ObjTask), true, false},
	{"/cases", "nav.cases", access.To(access.ActList, access.ObjCase), false, false},
	{"/approvals", "nav.approvals", access.To(access.ActList, access.ObjApproval), false, false},
	{"/messages", "nav.messages", access.To(access.ActList, access.ObjMessage), true, false},
	{"/portfolios", "nav.portfolios", access.To(access.ActList, access.ObjPortfolio), false, false},
	{"/people", "nav.people", access.To(access.ActRecord, access.ObjUser), false, false},
	{"/api-keys", "nav.keys", access.To(access.ActList, access.ObjAPIKey), false, false},
	{"/law", "nav.law", access.To(access.ActList, access.ObjLaw), false, false},
}

// Initials of the person, for the round mark in the corner.
func (f frame) Initials() string {
	var b strings.Builder
	for _, word := range strings.Fields(f.Who.Name) {
		r, _ := utf8.DecodeRuneInString(word)
		b.WriteRune(r)
		if b.Len() >= 2 {
			break
		}
	}
	return strings.ToUpper(b.String())
}

// show writes a page. It is rendered whole before the first byte leaves, so an error never leaves half a page behind.
func (s sheets) show(w http.ResponseWriter, status int, name string, f frame) error {
	sheet := s[f.Lang][name]
	if sheet == nil {
		return fmt.Errorf("rendering page %s: there is no such page", name)
	}
	var b bytes.Buffer
	if err := sheet.ExecuteTemplate(&b, "layout.html", f); err != nil {
		return fmt.Errorf("rendering page %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", f.Lang)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, err := b.WriteTo(w)
	return err
}

// newKey makes the operation key of a form: the same form sent twice does its work once.
func newKey() string { return uuid.Must(uuid.NewV7()).String() }
