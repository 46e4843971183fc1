package law

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a pack's clock must not depend on what the machine has installed

	"github.com/goccy/go-yaml"
	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// Library holds the loaded packs. It never changes; Confirm and a pack's WithHolidays answer with copies.
type Library struct{ packs map[string]*Pack }

// Pack is the law of one jurisdiction.
type Pack struct {
	Code     string // ISO 3166: ES, MX, PE, CL, CO
	Name     problem.Text
	Version  int
	Currency money.Currency
	Zone     *time.Location
	Locale   string // language of letters and figures: es-ES, es-MX …

	doc       *document
	confirmed map[string]bool
	local     []Holiday
	dated     map[Regime][]datedRate // of doc, as are factored; the copies of a pack share them
	factored  map[Regime]map[day.Date]decimal.Decimal
}

// Load reads every *.yaml of fsys as a pack. Unknown keys, facts without a confidence, overlapping rates and terms that
// point nowhere are errors that name the file.
func Load(fsys fs.FS) (*Library, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("finding jurisdiction packs: no *.yaml (%v)", err)
	}
	lib := &Library{packs: map[string]*Pack{}}
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("reading pack %s: %w", name, err)
		}
		p, err := parsePack(raw)
		if err != nil {
			return nil, fmt.Errorf("reading pack %s: %w", name, err)
		}
		if old := lib.packs[p.Code]; old != nil && old.Version == p.Version {
			return nil, fmt.Errorf("reading pack %s: %s version %d twice", name, p.Code, p.Version)
		} else if old == nil || old.Version < p.Version {
			lib.packs[p.Code] = p
		}
	}
	return lib, nil
}

func parsePack(raw []byte) (*Pack, error) {
	var doc document
	if err := yaml.UnmarshalWithOptions(raw, &doc, yaml.Strict()); err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(doc.TimeZone)
	if err != nil || doc.TimeZone == "" {
		return nil, fmt.Errorf("time zone %q: %v", doc.TimeZone, err)
	}
	p := &Pack{Code: doc.Code, Name: doc.Name, Version: doc.Version, Currency: money.Currency(doc.Currency), Zone: zone, Locale: doc.Locale, doc: &doc}
	if _, known := p.Currency.Exponent(); !known || len(p.Code) != 2 || p.Version < 1 || p.Locale == "" {
		return nil, fmt.Errorf("head of the pack is not complete: code %q, version %d, currency %q, locale %q", p.Code, p.Version, p.Currency, p.Locale)
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	p.prepare()
	return p, nil
}

// Pack of a jurisdiction in which cases are pursued; the problem jurisdiction_unknown when none is loaded.
func (l *Library) Pack(code string) (*Pack, error) {
	if p, ok := l.packs[code]; ok && p.Whole() {
		return p, nil
	}
	return nil, errJurisdiction
}

// Codes of the jurisdictions in which cases are pursued, in alphabetical order.
func (l *Library) Codes() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(l.packs)), func(code string) bool { return !l.packs[code].Whole() })
}

// Confirm answers a library in which the firm's lawyers vouch for unverified facts, by id
// ("es.statutory_commercial.2013-07-01"). An id that no pack has is the problem fact_unknown.
func (l *Library) Confirm(ids ...string) (*Library, error) {
	out := &Library{packs: map[string]*Pack{}}
	for code, p := range l.packs {
		c := *p
		c.confirmed = maps.Clone(p.confirmed)
		if c.confirmed == nil {
			c.confirmed = map[string]bool{}
		}
		out.packs[code] = &c
	}
	for _, id := range ids {
		code, _, _ := strings.Cut(id, ".")
		p := out.packs[strings.ToUpper(code)]
		if p == nil || !slices.ContainsFunc(p.Facts(), func(n NamedFact) bool { return n.ID == id }) {
			return nil, problem.New(problem.Invalid, "fact_unknown", "Ninguna normativa contiene ese dato.", "No pack has that fact.")
		}
		p.confirmed[id] = true
	}
	return out, nil
}

func (p *Pack) id(path string) string { return strings.ToLower(p.Code) + "." + path }

func (p *Pack) rateID(regime Regime, row rateRow) string {
	if row.From.IsZero() {
		return p.id(string(regime) + ".always")
	}
	return p.id(string(regime) + "." + row.From.String())
}

// Names are the names that packs give to their terms, acts and procedures, under "term.", "act." and "procedure." with the id.
func (l *Library) Names() map[string]problem.Text {
	names := map[string]problem.Text{}
	for _, code := range l.Codes() {
		for _, t := range l.packs[code].doc.Terms {
			names["term."+t.ID] = t.Name
		}
		for _, p := range l.packs[code].Procedures() {
			names["procedure."+p.ID] = p.Name
			for _, a := range p.Acts {
				names["act."+a.ID] = a.Name
			}
		}
	}
	return names
}
