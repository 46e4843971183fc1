package demands

import (
	"fmt"

	"recobro/internal/law"
	"recobro/internal/problem"
)

// How an item of the checklist stands.
const (
	Present  = "present"
	Doubtful = "doubtful" // a lawyer should look: it rests on a fact that nobody has read in the law itself, or the letter may do without it
	Missing  = "missing"  // the letter cannot be submitted
)

// Check is one item that the jurisdiction's checklist asks of a demand.
type Check struct {
	ID    string       `json:"id"`
	Text  problem.Text `json:"text"`
	Law   string       `json:"law,omitempty"`
	State string       `json:"state"`
	Note  problem.Text `json:"note,omitzero"`
}

// checklist looks at the letter as it stands. Items that the template itself says in fixed words are present.
func (l *letter) checklist() []Check {
	var all []Check
	needs := l.needs()
	for _, item := range l.pack.DemandChecklist() {
		check := Check{ID: item.ID, Text: item.Text, Law: item.Law, State: Present}
		if there, checked := needs[item.ID]; checked && !there {
			check.State = Missing
		}
		if item.ID == "interest" && check.State == Present {
			check.State, check.Note = l.doubts()
		}
		if item.ID == "credit_file" && l.sheet.Values.Text["credit_files"] == "" {
			check.State, check.Note = Doubtful, noWarning
		}
		all = append(all, check)
	}
	return all
}

// needs says for the items that depend on data whether the data is there.
func (l *letter) needs() map[string]bool {
	text := l.sheet.Values.Text
	creditor := l.client.Name != "" && l.client.TaxID != ""
	debtor := l.debtor.Name != "" && len(l.sheet.To.Lines) > 0
	return map[string]bool{
		"creditor": creditor, "debtor": debtor, "parties": creditor && debtor,
		"debt":        len(l.sheet.Values.Tables["debts"].Rows) > 0 && l.statement.Open.IsPositive(),
		"interest":    text["interest_basis"] != "",
		"term":        l.demand.TermDays > 0,
		"payment":     l.sheet.Payment != nil,
		"negotiation": text["negotiation_contact"] != "",
		"lawyer":      l.signer.Name != "" && l.signer.BarNumber != "",
	}
}

// noWarning: the law lets a demand do without the warning, but then the debt may not be reported (LOPDGDD art. 20.1 c).
var noWarning = problem.Text{ES: "La carta no lleva el aviso porque no se ha escrito ningún fichero: la deuda no podrá comunicarse a ninguno.",
	EN: "The letter carries no warning because no credit file was named: the debt may not be reported to any."}

// doubt says in words how far a rate can be trusted.
var doubt = map[law.Confidence]problem.Text{
	law.ReadSecondary: {ES: "leído solo en una fuente secundaria", EN: "read in a secondary source only"},
	law.Unverified:    {ES: "sin fuente leída; responde el despacho", EN: "no source read; the firm answers for it"},
}

// doubts names the rates that were read only in a secondary source, or that the firm vouches for.
func (l *letter) doubts() (string, problem.Text) {
	var note problem.Text
	for _, r := range l.statement.Rates {
		if r.Confidence == law.ReadSecondary || r.Confidence == law.Unverified {
			note.ES += fmt.Sprintf("%s del %s al %s: %s (%s). ", percent(r.RatePct, "es"), r.From.Short("es"), r.To.Short("es"), r.Source, doubt[r.Confidence].ES)
			note.EN += fmt.Sprintf("%s from %s to %s: %s (%s). ", percent(r.RatePct, "en"), r.From.Short("en"), r.To.Short("en"), r.Source, doubt[r.Confidence].EN)
		}
	}
	if note.ES == "" {
		return Present, note
	}
	return Doubtful, note
}

// incomplete refuses a letter that lacks what the checklist asks, naming every item.
func incomplete(all []Check) error {
	var reasons []problem.Reason
	for _, c := range all {
		if c.State == Missing {
			reasons = append(reasons, problem.Reason{Pointer: "/checklist/" + c.ID, Code: "missing", Text: c.Text})
		}
	}
	if len(reasons) == 0 {
		return nil
	}
	return problem.New(problem.Invalid, "demand_incomplete", "Al requerimiento le falta algo de lo que exige la lista.", "The demand lacks something that the checklist asks.").With(reasons...)
}
