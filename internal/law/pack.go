package law

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a pack's clock must not depend on what the machine has installed

	"github.com/goccy/go-yaml"

	"recobro/internal/money"
	"recobro/internal/problem"
)

// Pack is the law of one jurisdiction, as known at one time. It never changes; With… functions answer with copies.
type Pack struct {
	Code     string // ISO 3166: ES, MX, PE, CL, CO
	Name     problem.Text
	Version  int // as shipped; Label also counts the firm's changes
	Currency money.Currency
	Zone     *time.Location
	Locale   string // language of letters and figures: es-ES, es-MX …

	doc       *document
	changes   int             // adopted ones in it, the rows of one publication as one
	began     time.Time       // when this edition began: see KnownSince
	confirmed map[string]bool // facts and rates that a lawyer vouches for, by id
	local     []Holiday       // added to the rules: by WithHolidays, or adopted
	removed   []Holiday       // adopted removals: On, Region and Place
	place     Place           // whose calendar this is; see For
	regions   map[string]restDoc
	calendar  string // label of the edition the calendar is of, when it is another's
	tables    map[Regime]*table
	banded    map[Regime][]Regime // the bands of the regimes that have some
	units     map[string][]unitRow
}

func parsePack(raw []byte, series fs.FS, shared map[string]sharedDoc) (*Pack, error) {
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
	if err := errors.Join(doc.readSeries(series), doc.include(shared)); err != nil {
		return nil, err
	}
	if err := p.readRegions(series); err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	p.prepare()
	return p, nil
}

// Label names the edition: "1" as shipped, "1.3" after three approved changes. Library.PackVersion finds it again.
func (p *Pack) Label() string { return label(p, p.changes) }

// with answers the pack after more changes, in their order; the first that cannot stand is an error that names it.
func (p *Pack) with(confirmed []string, changes []Change) (*Pack, error) {
	next := *p
	next.doc, next.changes = p.doc.copied(), p.changes+approvals(changes)
	next.local, next.removed = slices.Clone(p.local), slices.Clone(p.removed)
	next.confirmed = maps.Clone(p.confirmed)
	if next.confirmed == nil {
		next.confirmed = map[string]bool{}
	}
	for _, id := range confirmed {
		next.confirmed[id] = true
	}
	for _, c := range changes {
		if err := next.apply(c); err != nil {
			return nil, fmt.Errorf("adopting change %d: %w", c.Seq, err)
		}
	}
	if next.began = p.since(); len(changes) > 0 && changes[len(changes)-1].At.After(next.began) {
		next.began = changes[len(changes)-1].At
	}
	next.prepare()
	return &next, nil
}

// copied is a document whose interest, settings and units can be changed without touching the one it comes from.
func (d *document) copied() *document {
	c := *d
	c.Interest.Regimes = maps.Clone(d.Interest.Regimes)
	for regime, t := range c.Interest.Regimes {
		t.Rates, t.Factors = slices.Clone(t.Rates), slices.Clone(t.Factors)
		c.Interest.Regimes[regime] = t
	}
	c.Settings = maps.Clone(d.Settings)
	c.Units = maps.Clone(d.Units)
	for name, u := range c.Units {
		u.Values = slices.Clone(u.Values)
		c.Units[name] = u
	}
	return &c
}

// id is how the firm and changes call a fact of the pack.
func (p *Pack) id(path string) string { return strings.ToLower(p.Code) + "." + path }

// has tells whether the pack has a fact of that id.
func (p *Pack) has(id string) bool {
	return slices.ContainsFunc(p.Facts(), func(f NamedFact) bool { return f.ID == id })
}
