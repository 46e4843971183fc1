package law

import (
	"errors"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"recobro/internal/money"
	"recobro/internal/problem"
)

// The components of a debt, as the ledger keeps them.
var components = []string{"principal", "ordinary_interest", "interest", "cost", "compensation", "court_fee"}

// allocationDoc is the order in which a payment falls on components: what the law says, then what the firm adds.
type allocationDoc struct {
	Fact  `yaml:",inline"`
	ByLaw []string `yaml:"by_law"`
	Then  []string `yaml:"then"`

	Enforcement orderDoc       `yaml:"enforcement"` // the other order of money that comes in enforcement, where the law has one
	Designation designationDoc `yaml:"designation"`
	Between     betweenDoc     `yaml:"between"`
}

// orderDoc lists every component once: those that the law places, then those on which it is silent.
type orderDoc struct {
	Fact  `yaml:",inline"`
	ByLaw []string `yaml:"by_law"`
	Then  []string `yaml:"then"` // house rule, changed by agreement
}

// common is the order outside enforcement.
func (a allocationDoc) common() orderDoc { return orderDoc{a.Fact, a.ByLaw, a.Then} }

// designationDoc is whether the debtor may say which debt a payment is for. DueFirst: not one that is not due while others are.
type designationDoc struct {
	Fact     `yaml:",inline"`
	DueFirst Fact `yaml:"due_first"`
}

// betweenDoc chooses among several debts: overdue before not yet due, then the most onerous; Equal is what equal burdens do.
type betweenDoc struct {
	Fact  `yaml:",inline"`
	Equal string `yaml:"equal"` // pro_rata, or oldest (the oldest due first, those of one day pro rata)
}

// Ranked is one component in the order of payment. Law is the article that gives it its place; empty where the law is silent.
type Ranked struct{ Component, Law string }

// AllocationOrder lists every component once, the first to be paid first (ES: CC 1173 and CCom 318, interest before principal; PE: CC
// 1257, interest, costs, principal). In enforcement it is the law's order there, where it has another (ES LEC 654.3: ordinary
// interest, principal, default interest, costs). The problem fact_unverified when nobody confirmed the order.
func (p *Pack) AllocationOrder(enforcement bool) ([]Ranked, error) {
	path, o := "allocation", p.doc.Allocation.common()
	if other := p.doc.Allocation.Enforcement; enforcement && len(other.ByLaw) > 0 {
		path, o = "allocation.enforcement", other
	}
	if err := p.allow(p.id(path), o.Fact); err != nil {
		return nil, err
	}
	places := make([]Ranked, 0, len(components))
	for _, c := range o.ByLaw {
		places = append(places, Ranked{c, o.Law})
	}
	for _, c := range o.Then {
		places = append(places, Ranked{Component: c})
	}
	return places, nil
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

var errNotDesignated = problem.New(problem.Conflict, "designation_refused",
	"La ley no permite al deudor preferir una deuda no vencida a otra vencida sin el consentimiento del acreedor.",
	"The law does not let the debtor prefer a debt that is not due to one that is, unless the creditor consents.")

// Designation is the article under which a debtor may say which of several debts a payment is for (ES CC 1172, PE CC 1256, CL CC 1596,
// CO CC 1654, MX CCF 2092). due says that the named debt is due; othersDue that there are others that are. Confirmed together with
// the order. The problem designation_refused where the law does not give it; a limit that nobody read or confirmed refuses nothing.
func (p *Pack) Designation(due, othersDue bool) (law string, err error) {
	d := p.doc.Allocation.Designation
	if err := p.allow(p.id("allocation"), d.Fact); err != nil {
		return "", err
	}
	limit := d.DueFirst
	if d.Law == "" || (!due && othersDue && limit.Law != "" && p.allow(p.id("allocation.due_first"), limit) == nil) {
		return "", errNotDesignated
	}
	return d.Law, nil
}

// AllocationFacts are what the order of payments rests on.
func (p *Pack) AllocationFacts() []NamedFact {
	var all []NamedFact
	p.allocationFacts(func(path string, f Fact) {
		all = append(all, NamedFact{ID: p.id(path), Confirmed: p.confirmed[p.id(path)], Fact: f})
	})
	return all
}

func (p *Pack) allocationFacts(add func(string, Fact)) {
	a := p.doc.Allocation
	add("allocation", a.Fact)
	for _, of := range []struct {
		path string
		fact Fact
	}{{"allocation.enforcement", a.Enforcement.Fact}, {"allocation.due_first", a.Designation.DueFirst}} {
		if of.fact != (Fact{}) {
			add(of.path, of.fact)
		}
	}
}

// compensationDoc is the fixed sum or the per cent that late payment costs beside interest.
type compensationDoc struct {
	Fact         `yaml:",inline"`
	Of           []string        `yaml:"of"` // kinds of debt
	Amount       string          `yaml:"amount"`
	Pct          decimal.Decimal `yaml:"pct"`
	BusinessOnly bool            `yaml:"business_only"`
}

// Compensation is what one overdue debt of a kind owes for recovery costs without proof: a fixed amount in the pack's currency (ES 40
// EUR an invoice, Ley 3/2004 art. 8.1; not on cheques, notes and bills, art. 3.2) or a per cent of what is unpaid (CL 1 % of an
// invoice, Ley 19.983 art. 2 ter), rounded half up. business says that the debtor is no consumer. ok is false where the law gives
// nothing.
func (p *Pack) Compensation(debtKind string, business bool, unpaid money.Amount) (amount money.Amount, law string, ok bool) {
	c := p.doc.Compensation
	switch {
	case c.Confidence == "" || (c.BusinessOnly && !business) || !unpaid.IsPositive() || !slices.Contains(c.Of, debtKind):
		return money.Amount{}, "", false
	case c.Amount != "":
		fixed, err := money.Parse(c.Amount, p.Currency)
		return fixed, c.Law, err == nil
	}
	minor := decimal.NewFromInt(unpaid.Minor).Mul(c.Pct).DivRound(hundred, 0)
	return money.Of(minor.IntPart(), unpaid.Currency), c.Law, true
}

func (p *Pack) checkAllocation() error {
	a := p.doc.Allocation
	orders := []orderDoc{a.common()}
	if a.Enforcement.Law != "" {
		orders = append(orders, a.Enforcement)
	}
	for _, o := range orders {
		order := slices.Concat(o.ByLaw, o.Then)
		if !slices.Equal(slices.Sorted(slices.Values(order)), slices.Sorted(slices.Values(components))) {
			return fmt.Errorf("allocation %v: every component exactly once", order)
		}
	}
	if a.Between.Equal != "pro_rata" && a.Between.Equal != "oldest" {
		return fmt.Errorf("allocation between debts of equal burden: %q is neither pro_rata nor oldest", a.Between.Equal)
	}
	c := p.doc.Compensation
	if c.Confidence != "" && ((c.Amount == "") == c.Pct.IsZero() || len(c.Of) == 0) {
		return errors.New("compensation: an amount or a per cent, one of them, and the kinds of debt")
	}
	return nil
}
