package law

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/goccy/go-yaml"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// sharedDoc is a pack of procedures only: no case has its jurisdiction, other packs include it (the EU's regulations).
type sharedDoc struct {
	Code         string       `yaml:"code"`
	Name         problem.Text `yaml:"name"`
	Version      int          `yaml:"version"`
	Scope        []Area       `yaml:"scope"`
	ResearchedOn day.Date     `yaml:"researched_on"`
	Terms        []termDoc    `yaml:"terms"`
	Procedures   []Procedure  `yaml:"procedures"`
}

// ProcedureArea is the scope of a file of procedures and their terms only.
const ProcedureArea Area = "procedures"

// sharedPacks reads the packs of procedures only, by code; names are the other files.
func sharedPacks(fsys fs.FS, all []string) (shared map[string]sharedDoc, names []string, err error) {
	shared = map[string]sharedDoc{}
	for _, name := range all {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, nil, fmt.Errorf("reading pack %s: %w", name, err)
		}
		var kind struct {
			Scope []Area `yaml:"scope"`
		}
		if err := yaml.Unmarshal(raw, &kind); err != nil {
			return nil, nil, fmt.Errorf("reading pack %s: %w", name, err)
		}
		if !slices.Equal(kind.Scope, []Area{ProcedureArea}) {
			names = append(names, name)
			continue
		}
		var doc sharedDoc
		if err := yaml.UnmarshalWithOptions(raw, &doc, yaml.Strict()); err != nil {
			return nil, nil, fmt.Errorf("reading pack %s: %w", name, err)
		}
		shared[doc.Code] = doc
	}
	return shared, names, nil
}

// include puts the terms and procedures of shared packs behind the document's own.
func (d *document) include(shared map[string]sharedDoc) error {
	for _, code := range d.Includes {
		other, ok := shared[code]
		if !ok {
			return fmt.Errorf("includes %s, which is no pack of procedures", code)
		}
		d.Terms = append(d.Terms, other.Terms...)
		d.Procedures = append(d.Procedures, other.Procedures...)
	}
	return nil
}
