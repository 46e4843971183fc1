package gazette

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/problem"
)

var (
	errFact = problem.New(problem.Invalid, "fact_unknown", "Ninguna normativa contiene ese dato.", "No pack has that fact.")
	// ErrVouched answers who vouches for facts that a lawyer has vouched for before.
	ErrVouched = problem.New(problem.Conflict, "fact_vouched_already", "Un abogado ya respondió de esos datos.", "A lawyer has already vouched for those facts.")
	errNoFacts = problem.New(problem.Invalid, "facts_missing", "Elija al menos un dato.", "Choose at least one fact.")
	errSure    = problem.New(problem.Invalid, "fact_needs_no_word", "Ese dato no espera la palabra de un abogado.", "That fact does not wait for a lawyer's word.")
)

// Tick vouches for rates that were read only in a secondary source, by their ids, one lawyer deciding alone. Facts already
// vouched for are left out; when none remains the problem is fact_vouched_already.
func (d *Desk) Tick(ctx context.Context, who evidence.Actor, facts []string, note string) ([]Change, error) {
	return d.vouch(ctx, who, law.ChangeTick, facts, note)
}

// Confirm vouches for unverified facts in the same way.
func (d *Desk) Confirm(ctx context.Context, who evidence.Actor, facts []string, note string) ([]Change, error) {
	return d.vouch(ctx, who, law.ChangeConfirm, facts, note)
}

// vouch records one change for each jurisdiction of the facts, approved at once.
func (d *Desk) vouch(ctx context.Context, who evidence.Actor, kind law.ChangeKind, facts []string, note string) ([]Change, error) {
	if err := access.Require(who, access.To(access.ActVerify, access.ObjLaw), access.Place{}, access.NoState); err != nil {
		return nil, err
	}
	switch {
	case len(facts) == 0:
		return nil, errNoFacts
	case len(facts) > maxRows:
		return nil, errRows
	}
	made, err := evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) ([]Change, []evidence.Entry, error) {
		if err := lock(tx); err != nil {
			return nil, nil, err
		}
		waiting, err := d.waiting(tx, kind, facts)
		if err != nil {
			return nil, nil, err
		}
		var all []Change
		var entries []evidence.Entry
		for _, c := range waiting {
			c.ID, c.State, c.Note, c.ProposedAt = uuid.Must(uuid.NewV7()), Approved, note, tx.Now.Truncate(time.Microsecond)
			if !who.IsJob() {
				c.ProposedBy, c.DecidedBy, c.Proposer, c.Decider = &who.ID, &who.ID, who.Name, who.Name
			}
			if c, err = d.try(tx, c); err != nil {
				return nil, nil, err
			}
			if err := insert(tx, c); err != nil {
				return nil, nil, err
			}
			all, entries = append(all, c), append(entries, c.entry(map[law.ChangeKind]string{law.ChangeTick: "law.rate_ticked", law.ChangeConfirm: "law.fact_confirmed"}[kind]))
		}
		return all, entries, nil
	})
	if err == nil {
		d.refresh(ctx, who)
	}
	return made, err
}

// waiting sorts the facts by jurisdiction and leaves out those that somebody has vouched for.
func (d *Desk) waiting(tx *evidence.Tx, kind law.ChangeKind, facts []string) ([]Change, error) {
	before, err := Load(tx.Tx)
	if err != nil {
		return nil, err
	}
	shelf, err := d.Law.With(before)
	if err != nil {
		return nil, err
	}
	var all []Change
	var pack *law.Pack
	var named map[string]law.NamedFact
	for _, id := range slices.Compact(slices.Sorted(slices.Values(facts))) {
		code, _, _ := strings.Cut(id, ".")
		if code = strings.ToUpper(code); pack == nil || pack.Code != code {
			if pack, err = shelf.Pack(code); err != nil {
				return nil, errFact
			}
			named = byID(pack.Facts())
		}
		f, known := named[id]
		switch {
		case !known:
			return nil, errFact
		case f.Confirmed:
			continue
		case Awaits(f) != kind:
			return nil, errSure
		}
		if n := len(all); n == 0 || all[n-1].Jurisdiction != code {
			all = append(all, Change{Jurisdiction: code, Kind: kind})
		}
		last := &all[len(all)-1]
		last.Rows = append(last.Rows, Row{Fact: id})
	}
	if len(all) == 0 {
		return nil, ErrVouched
	}
	return all, nil
}

func byID(facts []law.NamedFact) map[string]law.NamedFact {
	named := make(map[string]law.NamedFact, len(facts))
	for _, f := range facts {
		named[f.ID] = f
	}
	return named
}

// Awaits is the kind of word that a fact waits for from a lawyer: confirm when it is unverified, tick when it is the figure of a
// period read only in a secondary source, empty when none.
func Awaits(f law.NamedFact) law.ChangeKind {
	switch {
	case f.Confirmed:
		return ""
	case f.Confidence == law.Unverified:
		return law.ChangeConfirm
	case f.Confidence == law.ReadSecondary && f.Period:
		return law.ChangeTick
	}
	return ""
}

// Awaiting lists the ids of a pack's facts that wait for a word of that kind.
func Awaiting(p *law.Pack, kind law.ChangeKind) (ids []string) {
	for _, f := range p.Facts() {
		if Awaits(f) == kind {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// Stale lists the tables of a pack that do not cover today, by regime.
func Stale(p *law.Pack, today day.Date) (all []law.Stale) {
	for _, t := range p.RateTables() {
		if s := p.Stale(t.Regime, today); s != nil {
			all = append(all, *s)
		}
	}
	return all
}
