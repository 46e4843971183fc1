package law

import (
	"slices"

	"recobro/internal/money"
	"recobro/internal/problem"
)

// Act is one step of a procedure. Next names the acts that may follow it; one with an Outcome ends the procedure. Anytime acts
// (the debtor pays, the parties settle) may follow every act that does not end it. Entry acts begin a procedure that goes on
// from another one.
type Act struct {
	ID         string       `yaml:"id"`
	Name       problem.Text `yaml:"name"`
	By         string       `yaml:"by"`    // creditor, debtor, court or notary
	State      string       `yaml:"state"` // to which the proceeding moves: preparing, admitted, served, opposed, decided; empty: stays
	Starts     []TermStart  `yaml:"starts"`
	Meets      []string     `yaml:"meets"`       // terms that this act keeps, those of the procedure that went before included
	AfterTerms bool         `yaml:"after_terms"` // only when every term of the debtor is over
	Entry      bool         `yaml:"entry"`
	Anytime    bool         `yaml:"anytime"`
	Judges     bool         `yaml:"judges"`            // a first-instance judgment, which decides on costs
	Interest   bool         `yaml:"judgment_interest"` // interest of judgments runs from it
	Next       []string     `yaml:"next"`
	Outcome    Outcome      `yaml:"outcome"`
	Follow     []Follow     `yaml:"follow"`
	Law        string       `yaml:"law"`
}

// TermStart is a term that an act begins, for every claim or only for those of an amount in the pack's currency. For says whose
// time it measures: creditor or debtor.
type TermStart struct {
	Term    string `yaml:"term"`
	For     string `yaml:"for"`
	MinOver string `yaml:"min_over"`
	Max     string `yaml:"max"`
}

// Follow is a procedure that may be opened after an act: entered at an act of its own when the court goes on by itself, with
// the title that the act gave. Closes is the act that ends the first procedure once the second is before the court.
type Follow struct {
	Procedure string `yaml:"procedure"`
	At        string `yaml:"at"`
	Title     string `yaml:"title"`
	Closes    string `yaml:"closes"`
	MinOver   string `yaml:"min_over"`
	Max       string `yaml:"max"`
}

// Act of a procedure. Problems: procedure_unknown, act_unknown.
func (p *Pack) Act(procedure, act string) (Act, error) {
	pr, err := p.Procedure(procedure)
	if err != nil {
		return Act{}, err
	}
	if a, ok := pr.Act(act); ok {
		return a, nil
	}
	return Act{}, p.unknown("act_unknown", act)
}

// Act of the procedure.
func (pr Procedure) Act(id string) (Act, bool) {
	for _, a := range pr.Acts {
		if a.ID == id {
			return a, true
		}
	}
	return Act{}, false
}

// First is the act by which the procedure begins before its court.
func (pr Procedure) First() Act { return pr.Acts[0] }

// last is the newest act done that the procedure knows.
func (pr Procedure) last(done []string) (Act, bool) {
	for _, id := range slices.Backward(done) {
		if a, ok := pr.Act(id); ok {
			return a, true
		}
	}
	return Act{}, false
}

// Outcome of the procedure after the acts done, in the order in which they were taken down; empty while it goes on.
func (pr Procedure) Outcome(done []string) Outcome {
	a, _ := pr.last(done)
	return a.Outcome
}

// Next is what may come after the acts done, in the order of the pack; none when the procedure is over.
// Problem: procedure_unknown.
func (p *Pack) Next(procedure string, done []string) ([]Act, error) {
	pr, err := p.Procedure(procedure)
	if err != nil {
		return nil, err
	}
	return pr.next(done), nil
}

func (pr Procedure) next(done []string) []Act {
	last, begun := pr.last(done)
	var next []Act
	for i, a := range pr.Acts {
		switch {
		case !begun && (i == 0 || a.Entry), begun && last.Outcome == NoOutcome && (a.Anytime || slices.Contains(last.Next, a.ID)):
			next = append(next, a)
		}
	}
	return next
}

// Follows are the procedures that may be opened after the acts done, for a claim of that amount (ES LEC 818.2: verbal up to
// 15,000 EUR, an ordinary claim above). Problem: procedure_unknown.
func (p *Pack) Follows(procedure string, done []string, claim money.Amount) ([]Follow, error) {
	pr, err := p.Procedure(procedure)
	if err != nil {
		return nil, err
	}
	last, _ := pr.last(done)
	var all []Follow
	for _, f := range last.Follow {
		if p.within(claim, f.MinOver, f.Max) {
			all = append(all, f)
		}
	}
	return all, nil
}
