package law

import (
	"slices"

	"github.com/shopspring/decimal"

	"recobro/internal/money"
)

// The components of a debt, as the ledger keeps them.
var components = []string{"principal", "interest", "cost", "compensation", "court_fee"}

// allocationDoc is the order in which a payment falls on components: what the law says, then what the firm adds.
type allocationDoc struct {
	Fact  `yaml:",inline"`
	ByLaw []string `yaml:"by_law"`
	Then  []string `yaml:"then"` // the law is silent: house rule, changed by agreement or by the firm's setting

	Between betweenDoc `yaml:"between"`
}

// betweenDoc chooses among several debts: overdue before not yet due, then the most onerous; Equal is what equal burdens do.
type betweenDoc struct {
	Fact  `yaml:",inline"`
	Equal string `yaml:"equal"` // pro_rata, or oldest (the oldest due first, those of one day pro rata)
}

// AllocationOrder lists every component once, the first to be paid first, with the article (ES: CC 1173 and CCom 318, interest
// before principal; PE: CC 1257, interest, costs, principal). The problem fact_unverified when nobody confirmed the order.
func (p *Pack) AllocationOrder() (order []string, law string, err error) {
	a := p.doc.Allocation
	if err := p.allow(p.id("allocation"), a.Fact); err != nil {
		return nil, "", err
	}
	return slices.Concat(a.ByLaw, a.Then), a.Law, nil
}

// OrderedByLaw says whether the law itself, not the firm, gives the component its place in the order.
func (p *Pack) OrderedByLaw(component string) bool {
	return slices.Contains(p.doc.Allocation.ByLaw, component)
}

// BetweenDebts tells how a payment that names no debt falls on several: on overdue ones first, on the most onerous first, and among
// equals on the oldest first or pro rata (ES CC 1174: pro rata; PE CC 1259: oldest). Confirmed together with the order.
func (p *Pack) BetweenDebts() (oldestFirst bool, law string, err error) {
	b := p.doc.Allocation.Between
	if err := p.allow(p.id("allocation"), b.Fact); err != nil {
		return false, "", err
	}
	return b.Equal == "oldest", b.Law, nil
}

// compensationDoc is the fixed sum or the per cent that late payment costs beside interest.
type compensationDoc struct {
	Fact         `yaml:",inline"`
	Amount       string          `yaml:"amount"`
	Pct          decimal.Decimal `yaml:"pct"`
	BusinessOnly bool            `yaml:"business_only"`
}

// Compensation is what one overdue invoice owes for recovery costs without proof: a fixed amount in the pack's currency (ES 40 EUR,
// Ley 3/2004 art. 8.1) or a per cent of what is unpaid (CL 1 %, Ley 19.983 art. 2 ter), rounded half up. business says
// that the debtor is no consumer. ok is false where the law gives nothing.
func (p *Pack) Compensation(business bool, unpaid money.Amount) (amount money.Amount, law string, ok bool) {
	c := p.doc.Compensation
	switch {
	case c.Confidence == "" || (c.BusinessOnly && !business) || !unpaid.IsPositive():
		return money.Amount{}, "", false
	case c.Amount != "":
		fixed, err := money.Parse(c.Amount, p.Currency)
		return fixed, c.Law, err == nil
	}
	minor := decimal.NewFromInt(unpaid.Minor).Mul(c.Pct).DivRound(hundred, 0)
	return money.Of(minor.IntPart(), unpaid.Currency), c.Law, true
}
