package demands

import (
	"recobro/internal/problem"
	"recobro/internal/statements"
)

// checklist looks at the letter as it stands. Items that the template itself says in fixed words are present.
func (l *letter) checklist() []statements.Check {
	var all []statements.Check
	needs := l.needs()
	for _, item := range l.pack.DemandChecklist() {
		check := statements.Check{ID: item.ID, Text: item.Text, Law: item.Law, State: statements.Present}
		if there, checked := needs[item.ID]; checked && !there {
			check.State = statements.Missing
		}
		if item.ID == "credit_file" && l.sheet.Values.Text["credit_files"] == "" {
			check.State, check.Note = statements.Doubtful, noWarning
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

// incomplete refuses a letter that lacks what the checklist asks, naming every item.
func incomplete(all []statements.Check) error {
	var reasons []problem.Reason
	for _, c := range all {
		if c.State == statements.Missing {
			reasons = append(reasons, problem.Reason{Pointer: "/checklist/" + c.ID, Code: "missing", Text: c.Text})
		}
	}
	if len(reasons) == 0 {
		return nil
	}
	return problem.New(problem.Invalid, "demand_incomplete", "Al requerimiento le falta algo de lo que exige la lista.", "The demand lacks something that the checklist asks.").With(reasons...)
}
