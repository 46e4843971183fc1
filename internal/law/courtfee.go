package law

import (
	"slices"

	"github.com/shopspring/decimal"

	"recobro/internal/money"
	"recobro/internal/problem"
)

// courtFeeDoc is the tax on filing.
type courtFeeDoc struct {
	Fact             `yaml:",inline"`
	Form             string            `yaml:"form"`
	RefundForm       string            `yaml:"refund_form"`
	CompaniesOnly    bool              `yaml:"companies_only"`
	ExemptUpTo       string            `yaml:"exempt_up_to"`
	ExemptProcedures []string          `yaml:"exempt_procedures"`
	ExemptLaw        string            `yaml:"exempt_law"`
	ElectronicOffPct decimal.Decimal   `yaml:"electronic_off_pct"`
	ElectronicLaw    string            `yaml:"electronic_law"`
	Amounts          map[string]string `yaml:"amounts"`
	Deducts          []feeDeduction    `yaml:"deducts"`
	Refunds          []feeRefund       `yaml:"refunds"`
	CureTerm         string            `yaml:"cure_term"` // of the terms: within which a missing fee is paid
	CostsLaw         string            `yaml:"costs_law"` // who finally bears it
}

// CostsLaw is the article by which a court decides who finally bears the fee (ES LEC 394); empty where the pack names none.
func (p *Pack) CostsLaw() string { return p.doc.CourtFee.CostsLaw }

// feeDeduction: what was paid in one procedure is deducted in another that follows it.
type feeDeduction struct {
	In   string `yaml:"in"`
	Paid string `yaml:"paid"`
	Law  string `yaml:"law"`
}

// feeRefund is a part given back.
type feeRefund struct {
	Cause string          `yaml:"cause"`
	Pct   decimal.Decimal `yaml:"pct"`
	Law   string          `yaml:"law"`
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
	fee.Electronic = fee.Amount.Minus(percent(fee.Amount, d.ElectronicOffPct))
	return fee, true
}

// Less deducts what was paid in the procedure that went before (ES Ley 10/2012 art. 7.1: the monitorio's fee from the ordinary
// claim's); nothing where the law deducts nothing. Never below zero.
func (f CourtFee) Less(p *Pack, procedure, followed string, paid money.Amount) CourtFee {
	for _, d := range p.doc.CourtFee.Deducts {
		if d.In != procedure || d.Paid != followed || !paid.IsPositive() {
			continue
		}
		f.Amount, f.Electronic = f.Amount.Minus(paid.Min(f.Amount)), f.Electronic.Minus(paid.Min(f.Electronic))
		f.Law = d.Law
		f.Why = problem.Text{ES: "Se descuenta lo pagado en el procedimiento anterior.", EN: "What was paid in the procedure before is deducted."}
	}
	return f
}

// Electronically names the article of the reduction with its base.
func (f CourtFee) Electronically(p *Pack) string {
	if p.doc.CourtFee.ElectronicLaw == "" || f.Electronic.Cmp(f.Amount) == 0 {
		return f.Law
	}
	return f.Law + "; " + p.doc.CourtFee.ElectronicLaw
}

// FeeRefund is what of a fee paid comes back for a cause: acquiescence, settled, joinder (ES Ley 10/2012 arts. 8.5 and 8.6: 60 and
// 20 per cent), the form to ask it with and the article. ok is false where nothing comes back.
func (p *Pack) FeeRefund(cause string, paid money.Amount) (back money.Amount, form, law string, ok bool) {
	for _, r := range p.doc.CourtFee.Refunds {
		if r.Cause == cause {
			return percent(paid, r.Pct), p.doc.CourtFee.RefundForm, r.Law, true
		}
	}
	return paid.Zero(), "", "", false
}

// percent of an amount, half up to its minor unit.
func percent(a money.Amount, pct decimal.Decimal) money.Amount {
	return money.Of(decimal.NewFromInt(a.Minor).Mul(pct).DivRound(hundred, 0).IntPart(), a.Currency)
}

func (p *Pack) exempt(procedure string, claim money.Amount) bool {
	limit, err := money.Parse(p.doc.CourtFee.ExemptUpTo, p.Currency)
	if err != nil || claim.Currency != p.Currency || claim.Cmp(limit) > 0 {
		return false
	}
	return slices.Contains(p.doc.CourtFee.ExemptProcedures, procedure)
}
