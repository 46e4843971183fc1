package law

import (
	"slices"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// Procedure is one kind of court process: which claims it takes, what must stand before it is filed, what its petition says and
// annexes, and the graph of its acts.
type Procedure struct {
	Fact     `yaml:",inline"`
	ID       string       `yaml:"id"`
	Name     problem.Text `yaml:"name"`
	Court    textFact     `yaml:"court"`
	Scope    textFact     `yaml:"scope"`    // which claims it takes, in words
	MinOver  string       `yaml:"min_over"` // only claims above this: "15000.00" in the pack's currency, or "40 SMLMV" in a unit of the pack
	Max      string       `yaml:"max"`      // only claims up to this
	Counsel  textFact     `yaml:"counsel"`  // whether lawyer and court agent are needed
	Titles   []Title      `yaml:"titles"`   // what it enforces; none: it needs no title
	Gates    []GateRule   `yaml:"gates"`    // what must stand before it is filed
	Contents []Item       `yaml:"contents"` // what the petition must say
	Annexes  []Annex      `yaml:"annexes"`  // what goes with it
	Acts     []Act        `yaml:"acts"`     // the first begins it
}

// Title is a kind of title that a procedure enforces. FromDebt says that a debt of that kind is one itself, such as a note.
type Title struct {
	Item     `yaml:",inline"`
	FromDebt bool `yaml:"from_debt"`
}

// Item is one thing that a petition or a demand must contain.
type Item struct {
	ID   string       `yaml:"id"`
	Text problem.Text `yaml:"text"`
	Law  string       `yaml:"law"`
}

// Annex is a kind of document that goes with a petition.
type Annex struct {
	Kind     string       `yaml:"kind"`
	Text     problem.Text `yaml:"text"`
	Law      string       `yaml:"law"`
	Required bool         `yaml:"required"`
}

// Who does an act, and whose time a term measures.
const (
	ByCreditor = "creditor"
	ByDebtor   = "debtor"
	ByCourt    = "court"
	ByNotary   = "notary"
)

// Outcome says how an act ends a procedure; empty: it goes on.
type Outcome string

const (
	NoOutcome     Outcome = ""
	WithTitle     Outcome = "title"       // there is a title to enforce
	Opposed       Outcome = "opposed"     // it goes on in the procedure that follows, if one does
	PaidUp        Outcome = "paid"        // the creditor has what is owed
	SettledUp     Outcome = "settled"     // the parties agreed
	Dismissed     Outcome = "dismissed"   // the court refused it
	WithdrawnSuit Outcome = "withdrawn"   // the creditor gave it up, or counts as having done so
	NotFound      Outcome = "not_found"   // the debtor could not be reached
	Unsatisfied   Outcome = "unsatisfied" // no known assets
)

var outcomeWords = map[Outcome]problem.Text{
	WithTitle: {ES: "con título para ejecutar", EN: "with a title to enforce"}, Opposed: {ES: "con oposición", EN: "opposed"}, PaidUp: {ES: "pagado", EN: "paid"},
	SettledUp: {ES: "con acuerdo", EN: "settled"}, Dismissed: {ES: "rechazado", EN: "dismissed"}, WithdrawnSuit: {ES: "desistido", EN: "withdrawn"},
	NotFound: {ES: "sin hallar al deudor", EN: "debtor not found"}, Unsatisfied: {ES: "sin bienes conocidos", EN: "no known assets"},
}

// Text names the outcome.
func (o Outcome) Text() problem.Text { return outcomeWords[o] }

// Procedure of the pack; the problems procedure_unknown and fact_unverified otherwise.
func (p *Pack) Procedure(id string) (Procedure, error) {
	for _, pr := range p.doc.Procedures {
		if pr.ID == id {
			return pr, p.allow(p.id("procedure."+id), pr.Fact)
		}
	}
	return Procedure{}, p.unknown("procedure_unknown", id)
}

// Procedures of the pack in its order, those of the packs that it includes at the end.
func (p *Pack) Procedures() []Procedure { return p.doc.Procedures }

// TermsStarted are the terms that an act of a procedure begins for a claim of that amount (ES LEC 818.2: which term an
// opposition starts depends on 15,000 EUR). Problems: procedure_unknown, act_unknown.
func (p *Pack) TermsStarted(procedure, act string, claim money.Amount) ([]TermStart, error) {
	a, err := p.Act(procedure, act)
	if err != nil {
		return nil, err
	}
	var starts []TermStart
	for _, s := range a.Starts {
		if p.within(claim, s.MinOver, s.Max) {
			starts = append(starts, s)
		}
	}
	return starts, nil
}

// Takes tells whether the procedure's limits of amount let in a claim that is filed on a day; claims in another currency are not
// judged. Problem: unit_missing when a limit stands in a unit of which the pack has no value for that day.
func (p *Pack) Takes(pr Procedure, claim money.Amount, on day.Date) (bool, error) {
	if claim.Currency != p.Currency {
		return true, nil
	}
	low, least, err := p.limit(pr.MinOver, on)
	if err != nil || least && claim.Cmp(low) <= 0 {
		return false, err
	}
	high, most, err := p.limit(pr.Max, on)
	return err == nil && (!most || claim.Cmp(high) <= 0), err
}

// Limits are the figures of Takes for a day, for people: above the first, up to the second; nil is no limit.
func (p *Pack) Limits(pr Procedure, on day.Date) (above, upTo *money.Amount, err error) {
	for figure, to := range map[string]**money.Amount{pr.MinOver: &above, pr.Max: &upTo} {
		if a, has, e := p.limit(figure, on); e != nil {
			err = e
		} else if has {
			*to = &a
		}
	}
	return above, upTo, err
}

// within compares with figures in the pack's currency, which check read at loading; an empty figure is no limit.
func (p *Pack) within(claim money.Amount, minOver, max string) bool {
	if claim.Currency != p.Currency {
		return true
	}
	if low, err := money.Parse(minOver, p.Currency); err == nil && claim.Cmp(low) <= 0 {
		return false
	}
	high, err := money.Parse(max, p.Currency)
	return err != nil || claim.Cmp(high) <= 0
}

// demandDoc is the formal demand.
type demandDoc struct {
	Term  demandTermDoc `yaml:"term"`
	Items []Item        `yaml:"items"`
}

type demandTermDoc struct {
	Fact `yaml:",inline"`
	Days int `yaml:"days"`
}

// DemandChecklist is what a lawyer looks for before signing a formal demand, in order.
func (p *Pack) DemandChecklist() []Item { return p.doc.Demand.Items }

// DemandTermDays is the usual term of a formal demand in calendar days, and whether a law or only the house says so.
func (p *Pack) DemandTermDays() (days int, source Fact) {
	return p.doc.Demand.Term.Days, p.doc.Demand.Term.Fact
}

// title of the procedure by its id.
func (pr Procedure) title(id string) (Title, bool) {
	i := slices.IndexFunc(pr.Titles, func(t Title) bool { return t.ID == id })
	if i < 0 {
		return Title{}, false
	}
	return pr.Titles[i], true
}
