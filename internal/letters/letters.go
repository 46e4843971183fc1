// Package letters turns a template and data into a letter: an e-mail, a demand, an agreement, a court filing, a statement.
// The rule: the same template and the same data give the same PDF bytes every time; what people wrote is only ever text,
// never a template, never Markdown, and a character that no font of ours has is an error, never an empty box.
package letters

import (
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"

	"recobro/internal/problem"
)

// Kind decides the page around the text.
type Kind string

const (
	Mail      Kind = "mail"      // an e-mail: plain text and simple HTML
	Letter    Kind = "letter"    // letterhead, address window, reference block
	Agreement Kind = "agreement" // letterhead and centred title, signed by the parties
	Filing    Kind = "filing"    // for a court: no letterhead, nothing that looks like a seal
	Index     Kind = "index"     // the list of annexes that Merge puts behind a filing
	Statement Kind = "statement" // the calculation of a debt: letterhead and title, no address
)

// Shelf holds every template by id and language. It does not change after Load and may be shared.
type Shelf struct{ byName map[string]*Template }

// Load reads every <id>.<lang>.md at the root of files. A template with an undeclared placeholder, an unused field or a
// name that does not agree with its front matter is an error that names the file.
func Load(files fs.FS) (*Shelf, error) {
	names, err := fs.Glob(files, "*.md")
	if err != nil {
		return nil, fmt.Errorf("listing letter templates: %w", err)
	}
	shelf := &Shelf{byName: map[string]*Template{}}
	for _, name := range names {
		source, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("reading letter template %s: %w", name, err)
		}
		t, err := Parse(source)
		if err != nil {
			return nil, fmt.Errorf("reading letter template %s: %w", name, err)
		}
		if want := t.key() + ".md"; want != path.Base(name) {
			return nil, fmt.Errorf("reading letter template %s: its front matter says %s", name, want)
		}
		shelf.byName[t.key()] = t
	}
	return shelf, nil
}

// Template finds a template by id ("formal_demand") and language ("es"); not found is a *problem.Error.
func (s *Shelf) Template(id, lang string) (*Template, error) {
	if t := s.byName[id+"."+lang]; t != nil {
		return t, nil
	}
	return nil, problem.New(problem.NotFound, "letter_template_unknown",
		"No hay ninguna plantilla con ese nombre en ese idioma.", "There is no template of that name in that language.")
}

// Templates lists all templates, sorted by id and language.
func (s *Shelf) Templates() []*Template {
	all := make([]*Template, 0, len(s.byName))
	for _, t := range s.byName {
		all = append(all, t)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].key() < all[j].key() })
	return all
}

// For tells whether the template may be used for a debt under a jurisdiction ("ES").
func (t *Template) For(jurisdiction string) bool {
	for _, j := range t.Jurisdictions {
		if j == "any" || strings.EqualFold(j, jurisdiction) {
			return true
		}
	}
	return false
}
