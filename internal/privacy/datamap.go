// Package privacy keeps the rights of the persons whose data the firm holds: the data map, their requests, blocking, legal
// hold and destruction. The rule: what happens to a column is what the data map says; nothing is destroyed without two
// persons, before its day, or under a hold.
package privacy

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	policies "recobro/policies/privacy"
)

// Class is what kind of data a column holds.
type Class string

// Whose says whose data it is: empty for nobody's.
type Whose string

// Fate is what the destruction of a case does to a column.
type Fate string

var (
	classes = []Class{"none", "pseudonym", "personal", "contact", "financial", "special", "secret", "free_text"}
	whoses  = []Whose{"", "debtor", "firm", "client"}
	fates   = []Fate{"keep", "clear", "delete_row", "file"}
	// hangings are the ways in which rows hang on a person; the export reads by the same words.
	hangings = []string{"case", "case itself", "account", "party", "party itself", "person", "person itself", "demand", "message",
		"agreement", "proceeding", "opening", "hold", "request", "firm", "client", "system"}
)

// Column is one column of the database as the map classifies it.
type Column struct {
	Table, Name string
	Class       Class
	Whose       Whose
	Fate        Fate
}

// Personal says whether the column tells something about a person of the debtor's side.
func (c Column) Personal() bool { return c.Whose == "debtor" }

// Purpose is why data are processed, on which legal basis and who receives them, in both languages.
type Purpose struct {
	ES           string `yaml:"es"`
	EN           string `yaml:"en"`
	BasisES      string `yaml:"basis_es"`
	BasisEN      string `yaml:"basis_en"`
	RecipientsES string `yaml:"recipients_es"`
	RecipientsEN string `yaml:"recipients_en"`
}

// Retention is a rule of how long, in both languages.
type Retention struct {
	ES string `yaml:"es"`
	EN string `yaml:"en"`
}

// Table is one table of the map.
type Table struct {
	Name      string            `yaml:"-"`
	Rows      string            `yaml:"rows"`
	Purpose   string            `yaml:"purpose"`
	Retention string            `yaml:"retention"`
	Written   map[string]string `yaml:"columns"`
	Columns   []Column          `yaml:"-"`
}

// Map is the data map: the register of what is kept about whom (art. 30 RGPD).
type Map struct {
	Purposes   map[string]Purpose   `yaml:"purposes"`
	Retentions map[string]Retention `yaml:"retention"`
	Tables     map[string]*Table    `yaml:"tables"`
}

// DataMap is the map built into this program. It panics when the built-in file is broken: such a program must not run.
var DataMap = sync.OnceValue(func() *Map {
	m, err := LoadMap(policies.FS)
	if err != nil {
		panic(err)
	}
	return m
})

// LoadMap reads data_map.yaml and refuses a word that is in no list and a column that stands twice.
func LoadMap(files fs.FS) (*Map, error) {
	text, err := fs.ReadFile(files, "data_map.yaml")
	if err != nil {
		return nil, fmt.Errorf("reading the data map: %w", err)
	}
	m := &Map{}
	if err := yaml.UnmarshalWithOptions(text, m, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("reading the data map: %w", err)
	}
	for name, t := range m.Tables {
		t.Name = name
		if err := m.check(t); err != nil {
			return nil, fmt.Errorf("reading the data map: table %s: %w", name, err)
		}
	}
	return m, nil
}

func (m *Map) check(t *Table) error {
	if !slices.Contains(hangings, t.Rows) {
		return fmt.Errorf("rows %q is not one of %v", t.Rows, hangings)
	}
	if _, ok := m.Purposes[t.Purpose]; !ok {
		return fmt.Errorf("purpose %q is not described", t.Purpose)
	}
	if _, ok := m.Retentions[t.Retention]; !ok {
		return fmt.Errorf("retention %q is not described", t.Retention)
	}
	seen := map[string]bool{}
	for _, how := range slices.Sorted(maps.Keys(t.Written)) {
		class, whose, fate, err := words(how)
		if err != nil {
			return err
		}
		for _, column := range strings.Fields(t.Written[how]) {
			if seen[column] {
				return fmt.Errorf("column %s stands twice", column)
			}
			seen[column] = true
			t.Columns = append(t.Columns, Column{t.Name, column, class, whose, fate})
		}
	}
	return nil
}

// words reads "class [whose] fate".
func words(how string) (Class, Whose, Fate, error) {
	parts := strings.Fields(how)
	if len(parts) == 2 {
		parts = slices.Insert(parts, 1, "")
	}
	if len(parts) != 3 || !slices.Contains(classes, Class(parts[0])) || !slices.Contains(whoses, Whose(parts[1])) || !slices.Contains(fates, Fate(parts[2])) {
		return "", "", "", fmt.Errorf("%q is not \"class [whose] fate\" of %v, %v, %v", how, classes, whoses, fates)
	}
	class, whose, fate := Class(parts[0]), Whose(parts[1]), Fate(parts[2])
	if whose == "" && class != "none" && class != "pseudonym" {
		return "", "", "", fmt.Errorf("%q does not say whose data it is", how)
	}
	return class, whose, fate, nil
}

// Sorted lists the tables by name.
func (m *Map) Sorted() []*Table {
	return slices.SortedFunc(maps.Values(m.Tables), func(a, b *Table) int { return strings.Compare(a.Name, b.Name) })
}

// Column finds a column by table ("app.cases") and name.
func (m *Map) Column(table, name string) (Column, bool) {
	if t, ok := m.Tables[table]; ok {
		for _, c := range t.Columns {
			if c.Name == name {
				return c, true
			}
		}
	}
	return Column{}, false
}
