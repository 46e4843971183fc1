package law

import (
	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// Procedure is one kind of court process: what its petition says, what is annexed, and which acts start which terms.
type Procedure struct {
	Fact        `yaml:",inline"`
	ID          string       `yaml:"id"`
	Name        problem.Text `yaml:"name"`
	Court       textFact     `yaml:"court"`
	Scope       textFact     `yaml:"scope"`       // which claims it takes, in words
	MinOver     string       `yaml:"min_over"`    // only claims above this amount, in the pack's currency
	Max         string       `yaml:"max"`         // only claims up to this amount
	Counsel     textFact     `yaml:"counsel"`     // whether lawyer and court agent are needed
	Negotiation Negotiation  `yaml:"negotiation"` // proof of an attempt to negotiate first
	Contents    []Item       `yaml:"contents"`    // what the petition must say
	Annexes     []Annex      `yaml:"annexes"`     // what goes with it
	Acts        []Act        `yaml:"acts"`        // in the usual order
}

// Negotiation is the need to prove an attempt to settle before filing; zero From means that none is needed.
type Negotiation struct {
	Fact `yaml:",inline"`
	From day.Date `yaml:"from"`
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

// Act is one step of a procedure. By is creditor, debtor or court; Ends says that the procedure is over.
type Act struct {
	ID     string       `yaml:"id"`
	Name   problem.Text `yaml:"name"`
	By     string       `yaml:"by"`
	Starts []Start      `yaml:"starts"`
	Ends   bool         `yaml:"ends"`
	Law    string       `yaml:"law"`
}

// Start is a term that an act begins, for every claim or only for those of an amount in the pack's currency.
type Start struct {
	Term    string `yaml:"term"`
	MinOver string `yaml:"min_over"`
	Max     string `yaml:"max"`
}

// Procedure of the pack; the problem procedure_unknown otherwise.
func (p *Pack) Procedure(id string) (Procedure, error) {
	for _, pr := range p.doc.Procedures {
		if pr.ID == id {
			return pr, p.allow(p.id("procedure."+id), pr.Fact)
		}
	}
	return Procedure{}, p.unknown("procedure_unknown", id)
}

// Procedures of the pack in its order.
func (p *Pack) Procedures() []Procedure { return p.doc.Procedures }

// NegotiationNeeded tells whether a petition filed on a day must prove an attempt to negotiate (ES LO 1/2025, from 2025-04-03).
func (pr Procedure) NegotiationNeeded(filed day.Date) bool {
	return !pr.Negotiation.From.IsZero() && !filed.Before(pr.Negotiation.From)
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

// TermsStarted are the rule ids of the terms that an act of a procedure begins for a claim of that amount (ES LEC 818.2: which
// term an opposition starts depends on 15,000 EUR). Problems: procedure_unknown, act_unknown.
func (p *Pack) TermsStarted(procedure, act string, claim money.Amount) ([]string, error) {
	pr, err := p.Procedure(procedure)
	if err != nil {
		return nil, err
	}
	a, ok := pr.Act(act)
	if !ok {
		return nil, p.unknown("act_unknown", act)
	}
	var rules []string
	for _, s := range a.Starts {
		if p.within(claim, s.MinOver, s.Max) {
			rules = append(rules, s.Term)
		}
	}
	return rules, nil
}

// Takes tells whether the procedure's limits of amount let a claim in; claims in another currency are not judged.
func (p *Pack) Takes(pr Procedure, claim money.Amount) bool {
	return claim.Currency != p.Currency || p.within(claim, pr.MinOver, pr.Max)
}

// within compares with figures of the pack, which check read at loading; an empty figure is no limit.
func (p *Pack) within(claim money.Amount, minOver, max string) bool {
	if low, err := money.Parse(minOver, p.Currency); err == nil && claim.Cmp(low) <= 0 {
		return false
	}
	high, err := money.Parse(max, p.Currency)
	return err != nil || claim.Cmp(high) <= 0
}

// courtFeeDoc is the tax on filing.
type courtFeeDoc struct {
	Fact             `yaml:",inline"`
	Form             string            `yaml:"form"`
	CompaniesOnly    bool              `yaml:"companies_only"`
	ExemptUpTo       string            `yaml:"exempt_up_to"`
	ExemptProcedures []string          `yaml:"exempt_procedures"`
	ExemptLaw        string            `yaml:"exempt_law"`
	ElectronicOffPct decimal.Decimal   `yaml:"electronic_off_pct"`
	Amounts          map[string]string `yaml:"amounts"`
}

// CourtFee is what filing costs. A zero Amount with a Why is an exemption. Electronic is the fee when paid with electronic filing.
type CourtFee struct {
	Amount     money.Amount
	Electronic money.Amount
	Form       string
	Why        problem.Text
	Fact
}

// CourtFee of filing a claim by a company or person (ES Ley 10/2012 arts. 4, 7.1 and 10, form 696). ok is false where the
// jurisdiction or the procedure knows no such fee.
func (p *Pack) CourtFee(procedure string, company bool, claim money.Amount) (fee CourtFee, ok bool) {
	d := p.doc.CourtFee
	figure, has := d.Amounts[procedure]
	if !has {
		return CourtFee{}, false
	}
	full, _ := money.Parse(figure, p.Currency) // check read every figure at loading
	fee = CourtFee{Amount: full, Form: d.Form, Fact: d.Fact}
	switch {
	case d.CompaniesOnly && !company:
		fee.Amount, fee.Law = full.Zero(), d.ExemptLaw
		fee.Why = problem.Text{ES: "Las personas físicas están exentas.", EN: "Natural persons are exempt."}
	case p.exempt(procedure, claim):
		fee.Amount, fee.Law = full.Zero(), d.ExemptLaw
		fee.Why = problem.Text{ES: "Exenta por la cuantía.", EN: "Exempt because of the amount."}
	}
	off := decimal.NewFromInt(fee.Amount.Minor).Mul(d.ElectronicOffPct).DivRound(hundred, 0)
	fee.Electronic = fee.Amount.Minus(money.Of(off.IntPart(), fee.Amount.Currency))
	return fee, true
}

func (p *Pack) exempt(procedure string, claim money.Amount) bool {
	limit, err := money.Parse(p.doc.CourtFee.ExemptUpTo, p.Currency)
	if err != nil || claim.Currency != p.Currency || claim.Cmp(limit) > 0 {
		return false
	}
	for _, id := range p.doc.CourtFee.ExemptProcedures {
		if id == procedure {
			return true
		}
	}
	return false
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
