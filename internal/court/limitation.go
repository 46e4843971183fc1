package court

import (
	"recobro/internal/cases"
	"recobro/internal/law"
)

// gradeServed is the proof grade of what a court certifies: received by signature.
const gradeServed = 4

// interrupt tells limitation of an act: the suit was filed, the debtor served, or it came to nothing (returned, debtor not found,
// withdrawn, dismissed). The law of the case says what that does; the newest law, whatever version the proceeding runs under.
func (w *work) interrupt(a Act, act law.Act) error {
	proceeding := w.proceeding.ID
	fact := cases.LimitationFact{Act: law.SuitAct, From: w.proceeding.FiledOn, DocumentID: a.DocumentID, About: &proceeding}
	switch {
	case a.Kind == actReturned, act.Outcome == law.Dismissed, act.Outcome == law.NotFound, act.Outcome == law.WithdrawnSuit:
		fact.Act, fact.From = law.DismissalAct, a.HappenedOn
	case a.Kind == actFiled:
		fact.From = a.HappenedOn
	case State(act.State) == Served:
		fact.Received, fact.Grade = a.HappenedOn, gradeServed
	default:
		return nil
	}
	pack, err := w.desk.Law.Pack(w.proceeding.Jurisdiction)
	if err != nil {
		return err
	}
	entries, err := cases.Interrupted(w.Tx, pack, w.cases, fact)
	w.entries = append(w.entries, entries...)
	return err
}
