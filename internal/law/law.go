// Package law computes what a jurisdiction's rules say: interest, terms, limitation, contact hours, court fees, tax ids.
// The rule: every figure is data of a pack with its article and how surely it was read; a figure that is missing, or that
// nobody has verified and the firm has not confirmed, is an error that names it and never zero.
package law

import (
	"fmt"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// Confidence says how a fact was read.
type Confidence string

const (
	ReadLaw       Confidence = "read_law"       // in the official text or its consolidated copy
	Computed      Confidence = "computed"       // follows by calculation from facts that were read
	ReadSecondary Confidence = "read_secondary" // only in a secondary source
	Unverified    Confidence = "unverified"     // nothing read supports it: refused until the firm confirms it by id
	HouseRule     Confidence = "house_rule"     // no statute: the firm's own default, always labelled as such
)

// surety orders confidences from the surest down.
var surety = map[Confidence]int{ReadLaw: 1, Computed: 2, ReadSecondary: 3, HouseRule: 4, Unverified: 5}

// weaker of two confidences: a figure is as sure as the least sure fact it rests on.
func weaker(a, b Confidence) Confidence {
	if surety[a] >= surety[b] {
		return a
	}
	return b
}

// Fact is where a value comes from. Law is the article; Source the official publication (BOE id) or, without one, where it
// was read.
type Fact struct {
	Law        string     `yaml:"law"`
	Source     string     `yaml:"source"`
	Confidence Confidence `yaml:"confidence"`
	Note       string     `yaml:"note"`
}

var errJurisdiction = problem.New(problem.Invalid, "jurisdiction_unknown",
	"No hay normativa cargada para esa jurisdicción.", "No pack is loaded for that jurisdiction.")

// missingRate names jurisdiction, regime and the period without a rate.
func missingRate(code string, regime Regime, from, to day.Date) *problem.Error {
	es, en := regime.words()
	return problem.New(problem.Invalid, "rate_missing",
		fmt.Sprintf("%s: falta el tipo del %s entre el %s y el %s.", code, es, from, to),
		fmt.Sprintf("%s: no rate of %s from %s to %s.", code, en, from, to))
}

// unverified names the fact that the firm has to confirm first.
func unverified(id string) problem.Reason {
	return problem.Reason{Code: "fact_unverified", Text: problem.Text{
		ES: fmt.Sprintf("El dato «%s» no está verificado: un abogado debe confirmarlo en los ajustes del despacho.", id),
		EN: fmt.Sprintf("The fact %q is not verified: a lawyer must confirm it in the firm's settings.", id)}}
}

// unknown is the refusal of an id or kind that the pack does not have.
func (p *Pack) unknown(code, id string) *problem.Error {
	return problem.New(problem.Invalid, code,
		fmt.Sprintf("La normativa de %s no contiene «%s».", p.Code, id), fmt.Sprintf("The pack of %s has no %q.", p.Code, id))
}

// allow refuses an unverified fact unless the firm confirmed it.
func (p *Pack) allow(id string, f Fact) error {
	if f.Confidence == "" {
		return notHeld(id)
	}
	if f.Confidence != Unverified || p.confirmed[id] {
		return nil
	}
	r := unverified(id)
	return problem.New(problem.Invalid, r.Code, r.Text.ES, r.Text.EN)
}
