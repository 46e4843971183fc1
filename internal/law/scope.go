package law

import (
	"fmt"
	"slices"
	"strings"

	"recobro/internal/problem"
)

// Area is a part of the law that a pack may be limited to, under "scope" in its file.
type Area string

// ContactArea are the contact rules. The pack of the United States holds nothing else: no case is opened there, but debtors of
// other jurisdictions live there.
const ContactArea Area = "contact"

// areas names the facts that a pack limited to an area may hold, by the beginning of their ids.
var areas = map[Area][]string{ContactArea: {"contact.", "cap.", "calendar"}}

// Whole says that the pack covers every area of the law: only then may a case be opened under it.
func (p *Pack) Whole() bool { return len(p.doc.Scope) == 0 }

// PackFor answers the newest pack of a jurisdiction that covers an area, a pack limited to it included; the problem
// jurisdiction_unknown when there is none. What such a pack does not hold, its functions refuse with rule_missing or one of the
// codes that name what is missing (rate_missing, limitation_unknown …).
func (l *Library) PackFor(area Area, code string) (*Pack, error) {
	if p := l.newest(code); p != nil && (p.Whole() || slices.Contains(p.doc.Scope, area)) {
		return p, nil
	}
	return nil, errJurisdiction
}

// checkScope refuses an unknown area, and facts in a limited pack that its scope does not announce.
func (p *Pack) checkScope() error {
	var begin []string
	for _, area := range p.doc.Scope {
		if areas[area] == nil {
			return fmt.Errorf("scope %q is no area of the law", area)
		}
		begin = append(begin, areas[area]...)
	}
	for _, f := range p.Facts() {
		path := f.ID[len(p.Code)+1:]
		if !p.Whole() && !slices.ContainsFunc(begin, func(b string) bool { return strings.HasPrefix(path, b) }) {
			return fmt.Errorf("%s: the pack is limited to %v", f.ID, p.doc.Scope)
		}
	}
	return nil
}

// notHeld is the refusal of a rule that a limited pack does not hold.
func notHeld(id string) error {
	return problem.New(problem.Invalid, "rule_missing",
		fmt.Sprintf("La normativa cargada no contiene «%s».", id), fmt.Sprintf("The pack that is loaded does not hold %q.", id))
}
