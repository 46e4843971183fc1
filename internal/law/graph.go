package law

import (
	"errors"
	"fmt"
	"slices"
)

// procedureFacts lists what the procedures rest on.
func (p *Pack) procedureFacts(add func(string, Fact)) {
	given := func(path string, f Fact) {
		if f != (Fact{}) {
			add(path, f)
		}
	}
	for _, pr := range p.doc.Procedures {
		add("procedure."+pr.ID, pr.Fact)
		add("procedure."+pr.ID+".court", pr.Court.Fact)
		given("procedure."+pr.ID+".scope", pr.Scope.Fact)
		given("procedure."+pr.ID+".counsel", pr.Counsel.Fact)
		for _, g := range pr.Gates {
			add("procedure."+pr.ID+".gate."+g.ID, g.Fact)
		}
	}
}

// states are those to which an act may move a proceeding.
var states = []string{"", "preparing", "admitted", "served", "opposed", "decided"}

// checkProcedure refuses a procedure that could strand a case: an act that cannot be reached or that leads nowhere, an end
// without an outcome, a term, act or procedure that does not exist, a name in one language only.
func (p *Pack) checkProcedure(pr Procedure, terms []string) error {
	if !both(pr.Name) || !both(pr.Court.Text) || len(pr.Contents) == 0 || len(pr.Acts) == 0 || len(pr.Gates) == 0 {
		return errors.New("name, court, gates, contents and acts")
	}
	for _, figure := range []string{pr.MinOver, pr.Max} {
		if err := p.checkLimit(figure); err != nil {
			return err
		}
	}
	if err := pr.checkGates(terms); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, a := range pr.Acts {
		if seen[a.ID] {
			return fmt.Errorf("act %s is there twice", a.ID)
		}
		seen[a.ID] = true
		if err := p.checkAct(pr, a, terms); err != nil {
			return fmt.Errorf("act %s: %w", a.ID, err)
		}
	}
	return pr.checkPaths()
}

func (pr Procedure) checkGates(terms []string) error {
	for _, g := range pr.Gates {
		switch {
		case !slices.Contains(knownGates, g.ID) || !both(g.Text):
			return fmt.Errorf("gate %q: a known id and a text in both languages", g.ID)
		case g.Over != "" && !slices.Contains(terms, g.Over), g.Within != "" && !slices.Contains(terms, g.Within):
			return fmt.Errorf("gate %s: the term %s%s does not exist", g.ID, g.Over, g.Within)
		case g.ID == GateTitle && len(pr.Titles) == 0:
			return errors.New("gate title: no titles")
		}
	}
	for _, t := range pr.Titles {
		if t.ID == "" || !both(t.Text) {
			return fmt.Errorf("title %q: an id and a text in both languages", t.ID)
		}
	}
	return nil
}

func (p *Pack) checkAct(pr Procedure, a Act, terms []string) error {
	switch {
	case !both(a.Name) || !slices.Contains([]string{ByCreditor, ByDebtor, ByCourt, ByNotary}, a.By):
		return errors.New("a name in both languages and who does it")
	case !slices.Contains(states, a.State):
		return fmt.Errorf("state %q is not known", a.State)
	case (a.Outcome == NoOutcome) == (len(a.Next) == 0):
		return errors.New("either what may come next or how the procedure ends")
	case a.Outcome != NoOutcome && !both(a.Outcome.Text()):
		return fmt.Errorf("outcome %q is not known", a.Outcome)
	case a.Anytime && a.Outcome == NoOutcome:
		return errors.New("an act of any time ends the procedure")
	}
	for _, id := range a.Next {
		if _, ok := pr.Act(id); !ok {
			return fmt.Errorf("next %s is no act of the procedure", id)
		}
	}
	for _, s := range a.Starts {
		if !slices.Contains(terms, s.Term) || !slices.Contains([]string{ByCreditor, ByDebtor}, s.For) {
			return fmt.Errorf("starts the unknown term %s, or for nobody", s.Term)
		}
		if err := errors.Join(p.checkLimit(s.MinOver), p.checkLimit(s.Max)); err != nil {
			return err
		}
	}
	for _, id := range a.Meets {
		if !slices.Contains(terms, id) {
			return fmt.Errorf("meets the unknown term %s", id)
		}
	}
	for _, f := range a.Follow {
		if err := p.checkFollow(pr, f); err != nil {
			return fmt.Errorf("follow %s: %w", f.Procedure, err)
		}
	}
	return nil
}

func (p *Pack) checkFollow(pr Procedure, f Follow) error {
	i := slices.IndexFunc(p.doc.Procedures, func(next Procedure) bool { return next.ID == f.Procedure })
	if i < 0 {
		return errors.New("no such procedure")
	}
	next := p.doc.Procedures[i]
	if at, ok := next.Act(f.At); f.At != "" && (!ok || !at.Entry) {
		return fmt.Errorf("%s is no entry of it", f.At)
	}
	if _, ok := next.title(f.Title); f.Title != "" && !ok {
		return fmt.Errorf("it enforces no title %s", f.Title)
	}
	if closes, ok := pr.Act(f.Closes); f.Closes != "" && (!ok || closes.Outcome == NoOutcome) {
		return fmt.Errorf("%s ends nothing", f.Closes)
	}
	return errors.Join(p.checkLimit(f.MinOver), p.checkLimit(f.Max))
}

// checkPaths looks for acts that nothing leads to and for acts from which no end can be reached.
func (pr Procedure) checkPaths() error {
	reached := map[string]bool{}
	queue := pr.next(nil)
	for len(queue) > 0 {
		a := queue[0]
		queue = queue[1:]
		if reached[a.ID] {
			continue
		}
		reached[a.ID] = true
		queue = append(queue, pr.next([]string{a.ID})...)
	}
	ends := map[string]bool{}
	for range pr.Acts { // an end is at most as far away as there are acts
		for _, a := range pr.Acts {
			if a.Outcome != NoOutcome || slices.ContainsFunc(a.Next, func(id string) bool { return ends[id] }) {
				ends[a.ID] = true
			}
		}
	}
	for _, a := range pr.Acts {
		if !reached[a.ID] || !ends[a.ID] {
			return fmt.Errorf("act %s: reached %v, leads to an end %v", a.ID, reached[a.ID], ends[a.ID])
		}
	}
	return nil
}
