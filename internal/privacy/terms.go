package privacy

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	policies "recobro/policies/privacy"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Desk is where the data protection officer and the second person work.
type Desk struct {
	Log   *evidence.Log
	Store *documents.Store
}

// Term is how long something takes: to answer a data subject, to block a closed case, to destroy it. Amount 0 is not set.
type Term struct {
	Jurisdiction string `yaml:"jurisdiction" db:"jurisdiction"`
	About        string `yaml:"about" db:"about"` // answer, block or destroy
	Claim        string `yaml:"claim" db:"claim"` // kind of debt, for destroy
	Amount       int    `yaml:"amount" db:"amount"`
	Unit         string `yaml:"unit" db:"unit"` // days, months or years
	Source       string `yaml:"source" db:"source"`
	Confidence   string `yaml:"confidence" db:"-"`
}

// From is the day on which the term ends.
func (t Term) From(d day.Date) day.Date {
	switch t.Unit {
	case "years":
		return d.AddMonths(12 * t.Amount)
	case "months":
		return d.AddMonths(t.Amount)
	}
	return d.AddDays(t.Amount)
}

var shipped = sync.OnceValue(func() []Term {
	text, err := fs.ReadFile(policies.FS, "terms.yaml")
	var terms []Term
	if err == nil {
		err = yaml.UnmarshalWithOptions(text, &terms, yaml.Strict())
	}
	if err != nil {
		panic(fmt.Errorf("reading the terms of data protection: %w", err))
	}
	return terms
})

// errTerm names the term that nobody has set.
func errTerm(jurisdiction, about, claim string) error {
	name := strings.TrimSpace(jurisdiction + " " + about + " " + claim)
	return problem.New(problem.Conflict, "privacy_term_missing",
		"Falta un plazo de protección de datos: "+name+". Un abogado debe fijarlo con su fuente antes de continuar.",
		"A data protection term is missing: "+name+". A lawyer has to set it, with its source, first.")
}

// book holds the terms that count: what a lawyer of the firm set, else the shipped figure.
type book map[[3]string]Term

func readTerms(tx *postgres.Tx) (book, error) {
	var set []Term
	if err := tx.Select(&set, `select jurisdiction, about, claim, amount, unit, source from privacy_terms`); err != nil {
		return nil, fmt.Errorf("reading the terms of data protection: %w", err)
	}
	b := book{}
	for _, t := range append(slices.Clone(shipped()), set...) {
		b[[3]string{t.Jurisdiction, t.About, t.Claim}] = t
	}
	return b, nil
}

// of is one term. A missing figure is privacy_term_missing, never zero.
func (b book) of(jurisdiction, about, claim string) (Term, error) {
	if t := b[[3]string{jurisdiction, about, claim}]; t.Amount > 0 {
		return t, nil
	}
	return Term{}, errTerm(jurisdiction, about, claim)
}

var errTermIncomplete = problem.New(problem.Invalid, "privacy_term_incomplete", "Diga jurisdicción, plazo, unidad y fuente.", "Give the jurisdiction, amount, unit and source.")

// SetTerm lets a lawyer answer for a term with its source.
func (d *Desk) SetTerm(ctx context.Context, who evidence.Actor, t Term) error {
	if err := access.Require(who, access.To(access.ActManage, access.ObjDataBlock), access.Place{}, access.NoState); err != nil {
		return err
	}
	unit, about := t.Unit == "days" || t.Unit == "months" || t.Unit == "years", t.About == "answer" || t.About == "block" || t.About == "destroy"
	if t.Jurisdiction == "" || t.Amount <= 0 || t.Source == "" || !unit || !about {
		return errTermIncomplete
	}
	_, err := evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Term, []evidence.Entry, error) {
		_, err := tx.Exec(`insert into privacy_terms (jurisdiction, about, claim, amount, unit, source, set_by, set_on) values ($1, $2, $3, $4, $5, $6, $7, $8)
			on conflict on constraint privacy_terms_pkey do update set amount = excluded.amount, unit = excluded.unit, source = excluded.source,
				set_by = excluded.set_by, set_on = excluded.set_on`, t.Jurisdiction, t.About, t.Claim, t.Amount, t.Unit, t.Source, who.ID, today(tx))
		return t, []evidence.Entry{firmEntry("privacy.term_set", evidence.Fields{"jurisdiction": t.Jurisdiction, "about": t.About, "claim": t.Claim,
			"amount": fmt.Sprint(t.Amount), "unit": t.Unit, "source": t.Source})}, err
	})
	return err
}

// Terms lists every term, set or missing, by jurisdiction.
func Terms(tx *postgres.Tx) ([]Term, error) {
	b, err := readTerms(tx)
	return slices.SortedFunc(maps.Values(b), func(x, y Term) int {
		return cmp.Or(strings.Compare(x.Jurisdiction, y.Jurisdiction), strings.Compare(x.About, y.About), strings.Compare(x.Claim, y.Claim))
	}), err
}

func firmEntry(kind string, fields evidence.Fields) evidence.Entry {
	return evidence.Entry{Subject: evidence.Firm, Kind: kind, Class: evidence.Internal, Fields: fields}
}
