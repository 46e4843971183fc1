package letters

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"
)

// FieldType says what a placeholder stands for and how its value is given.
type FieldType string

const (
	Text       FieldType = "text"       // one run of text
	Money      FieldType = "money"      // an amount already printed for people ("11.646,47 €")
	Date       FieldType = "date"       // YYYY-MM-DD; printed in the long form of the template's language
	Rows       FieldType = "table"      // Values.Tables; its own block {{table:name}}
	Items      FieldType = "list"       // Values.Lists; its own block {{list:name}}
	Paragraphs FieldType = "paragraphs" // text with empty lines between paragraphs; its own block {{paragraphs:name}}
)

// Column of a table field. Figures are right-aligned.
type Column struct {
	Key     string `yaml:"key"`
	Title   string `yaml:"title"`
	Figures bool   `yaml:"figures"`
}

// Field is one name of a template's closed list.
type Field struct {
	Name     string    `yaml:"name"`
	Type     FieldType `yaml:"type"`
	Required bool      `yaml:"required"`
	Columns  []Column  `yaml:"columns"`
}

// Template is one version of one letter in one language.
type Template struct {
	ID            string   `yaml:"id"`
	Version       int      `yaml:"version"`
	Kind          Kind     `yaml:"kind"`
	Jurisdictions []string `yaml:"jurisdictions"` // ISO 3166 codes, or "any"
	Language      string   `yaml:"language"`      // "es" or "en"
	Title         string   `yaml:"title"`         // may hold placeholders; the subject of a mail
	LegalBasis    []string `yaml:"legal_basis"`
	Fields        []Field  `yaml:"fields"`

	title  []run
	blocks []block
	byName map[string]*Field
}

func (t *Template) key() string { return t.ID + "." + t.Language }

// Parse reads one template: YAML front matter between lines of ---, then the Markdown body.
func Parse(source []byte) (*Template, error) {
	source = bytes.ReplaceAll(source, []byte("\r\n"), []byte("\n"))
	rest, ok := bytes.CutPrefix(source, []byte("---\n"))
	front, body, closed := bytes.Cut(rest, []byte("\n---\n"))
	if !ok || !closed {
		return nil, fmt.Errorf("no front matter between --- lines")
	}
	t := &Template{}
	if err := yaml.UnmarshalWithOptions(front, t, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("reading the front matter: %w", err)
	}
	if err := t.declare(); err != nil {
		return nil, err
	}
	t.title = placeholders(run{text: t.Title})
	var err error
	if t.blocks, err = parseBody(body); err != nil {
		return nil, err
	}
	return t, t.checkPlaceholders()
}

// declare checks the front matter and indexes the fields.
func (t *Template) declare() error {
	kinds := []Kind{Mail, Letter, Agreement, Filing, Index, Statement}
	switch {
	case t.ID == "" || t.Title == "" || t.Version < 1 || len(t.Jurisdictions) == 0:
		return fmt.Errorf("id, title, version and jurisdictions are needed")
	case t.Language != "es" && t.Language != "en":
		return fmt.Errorf("language %q is neither es nor en", t.Language)
	case !slices.Contains(kinds, t.Kind):
		return fmt.Errorf("kind %q is none of %v", t.Kind, kinds)
	}
	t.byName = map[string]*Field{}
	types := []FieldType{Text, Money, Date, Rows, Items, Paragraphs}
	for i := range t.Fields {
		f := &t.Fields[i]
		if t.byName[f.Name] != nil || !slices.Contains(types, f.Type) || (f.Type == Rows) != (len(f.Columns) > 0) {
			return fmt.Errorf("field %q: twice, of no known type, or columns where there should be none", f.Name)
		}
		t.byName[f.Name] = f
	}
	return nil
}

// checkPlaceholders holds body and front matter together: nothing undeclared, nothing unused, each in its own kind of block.
func (t *Template) checkPlaceholders() error {
	used := map[string]bool{}
	for _, r := range t.title {
		used[r.field] = true
	}
	inline := []FieldType{Text, Money, Date}
	check := func(name string, types ...FieldType) error {
		if name == "" {
			return nil
		}
		used[name] = true
		if f := t.byName[name]; f == nil || !slices.Contains(types, f.Type) {
			return fmt.Errorf("placeholder {{%s}}: not declared as %v", name, types)
		}
		return nil
	}
	for _, b := range t.blocks {
		if b.when != paymentBlock {
			if err := check(b.when, Text, Money, Date, Rows, Items, Paragraphs); err != nil {
				return err
			}
		}
		if err := check(b.field, b.fieldType()); err != nil {
			return err
		}
		for _, r := range b.allRuns() {
			for _, name := range append(namesIn(r.link), r.field) {
				if err := check(name, inline...); err != nil {
					return err
				}
			}
		}
	}
	for _, f := range t.Fields {
		if !used[f.Name] {
			return fmt.Errorf("field %q is declared and never used", f.Name)
		}
	}
	return nil
}
