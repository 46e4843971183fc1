package law

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// agreedDoc is what the law says of rates that the parties agreed.
type agreedDoc struct {
	Fact  `yaml:",inline"`
	Start []startRule `yaml:"start"`
	Cap   agreedCap   `yaml:"cap"`
	Floor agreedFloor `yaml:"floor"`
}

// agreedCap limits agreed rates: to the greater of Times × the rate of a table and that rate + Plus, or only in words.
type agreedCap struct {
	Fact   `yaml:",inline"`
	Text   problem.Text    `yaml:"text"`
	Who    string          `yaml:"who"` // consumer, business; empty is both
	Of     Regime          `yaml:"of"`  // whose table; empty: the law gives no figure
	Times  decimal.Decimal `yaml:"times"`
	Plus   decimal.Decimal `yaml:"plus"`
	On     string          `yaml:"on"`     // "agreement": the rate of the day of the contract; empty: that of each day
	Excess string          `yaml:"excess"` // what a rate above it does: see the constants
}

// What the law does to an agreed rate above the limit.
const (
	toCap  = "cap"  // falls to the limit: PE CC 1243
	toBase = "base" // falls to the rate that the limit is a multiple of: CL Ley 18.010 art. 8
	toNone = "none" // all interest is lost: CO CCom 884
	judge  = "judge"
)

// agreedFloor marks agreed rates so low that the law presumes them unfair: Below per cent under the rate of a regime, or more.
type agreedFloor struct {
	Fact  `yaml:",inline"`
	Who   string          `yaml:"who"`
	Of    Regime          `yaml:"of"`
	Below decimal.Decimal `yaml:"below"`
}

func (c agreedCap) applies(consumer bool) bool { return c.Law != "" && fits(c.Who, consumer) }

// fits tells whether a rule of some debtors ("consumer", "business" or empty for both) is for this one.
func fits(who string, consumer bool) bool { return who == "" || (who == "consumer") == consumer }

// limit of a rate that is a multiple of another, or points above it.
func (c agreedCap) limit(rate decimal.Decimal) decimal.Decimal {
	return decimal.Max(rate.Mul(c.Times), rate.Add(c.Plus))
}

// AgreedCap is the law's limit on agreed rates in words, with its article and whether figures for it are loaded; ok is false where
// there is none for such a debtor.
func (p *Pack) AgreedCap(consumer bool) (limit problem.Text, law string, figures, ok bool) {
	c := p.doc.Interest.Agreed.Cap
	return c.Text, c.Law, p.capTable() != nil, c.applies(consumer)
}

// capTable is the table that the limit follows; nil while it has no figures.
func (p *Pack) capTable() *table {
	if t := p.tables[p.doc.Interest.Agreed.Cap.Of]; t != nil && len(t.rates) > 0 {
		return t
	}
	return nil
}

// agreedRates is the agreed rate on the days from first to last, as the law lets it stand: one row for every change of what it
// comes to. Where the limit's figure is not known the rate is refused, unless the firm vouches for it.
func (p *Pack) agreedRates(terms Terms, first, last day.Date) ([]datedRate, error) {
	a := p.doc.Interest.Agreed
	if !plain(terms.AgreedRate) || terms.AgreedRate.GreaterThan(decimal.NewFromInt(1000)) {
		return nil, problem.New(problem.Invalid, "agreed_rate_invalid",
			"El tipo pactado falta o no es un porcentaje anual entre 0 y 1000.", "The agreed rate is missing or no yearly per cent between 0 and 1000.")
	}
	id := p.id("agreed")
	agreed := datedRate{id: id, from: first, to: last, pct: terms.AgreedRate, publication: publication("", a.Source), vouched: p.confirmed[id], Fact: a.Fact}
	if a.Confidence == Unverified {
		agreed.rests = id
	}
	if err := p.allow(id, a.Fact); err != nil || !a.Cap.applies(terms.Consumer) {
		return []datedRate{agreed}, err
	}
	if a.Cap.On == "agreement" {
		on := day.Earlier(terms.AgreedOn, first)
		row, _, err := p.capped(agreed, on, on)
		row.from, row.to = first, last
		return []datedRate{row}, err
	}
	var rows []datedRate
	for d := first; !d.After(last); {
		row, until, err := p.capped(agreed, d, last)
		if err != nil {
			return nil, err
		}
		if n := len(rows) - 1; n >= 0 && rows[n].pct.Equal(row.pct) && rows[n].Law == row.Law {
			rows[n].to = until
		} else {
			row.from, row.to = d, until
			rows = append(rows, row)
		}
		d = until.AddDays(1)
	}
	return rows, nil
}

// capped is what the agreed rate comes to on a day, and until when, at most to, the answer stays the same.
func (p *Pack) capped(agreed datedRate, on, to day.Date) (datedRate, day.Date, error) {
	c, id := p.doc.Interest.Agreed.Cap, p.id("agreed_cap")
	var limiting *datedRate
	until := to
	if t := p.capTable(); t != nil {
		limiting, until = rateOn(t.rates, on, to)
	}
	if limiting == nil || limiting.refused {
		if !p.confirmed[id] {
			return agreed, until, p.unlimited(id, on, until)
		}
		agreed.Confidence, agreed.vouched, agreed.rests = Unverified, true, id
		agreed.Law = fmt.Sprintf("%s; %s: sin cifra del tope, responde el despacho", agreed.Law, c.Law)
		return agreed, until, nil
	}
	if err := p.allow(id, c.Fact); err != nil {
		return agreed, until, err
	}
	limit := c.limit(limiting.pct)
	if !agreed.pct.GreaterThan(limit) {
		return agreed, until, nil
	}
	row := *limiting
	row.Confidence, row.compound = weaker(limiting.Confidence, c.Confidence), false
	row.Law = fmt.Sprintf("%s: %s %% pactado, por encima del tope del %s %%", c.Law, p.written(agreed.pct), p.written(limit))
	switch c.Excess {
	case toCap:
		row.pct = limit
	case toNone:
		row.pct = decimal.Zero
	}
	return row, until, nil
}

// unlimited refuses an agreed rate whose limit is not known on some days.
func (p *Pack) unlimited(id string, from, to day.Date) *problem.Error {
	c := p.doc.Interest.Agreed.Cap
	r := unverified(id)
	return problem.New(problem.Invalid, r.Code,
		fmt.Sprintf("%s: no hay cifra del tope del interés pactado (%s) entre el %s y el %s. %s", p.Code, c.Law, from, to, r.Text.ES),
		fmt.Sprintf("%s: no figure of the cap on agreed interest (%s) from %s to %s. %s", p.Code, c.Law, from, to, r.Text.EN)).With(r)
}

// JudgeAgreedRate says what an agreed yearly per cent runs into when the debt is taken on: agreed_rate_above_cap,
// agreed_cap_unknown (no figure of the limit on that day, or a law that has none) and agreed_rate_below_floor (ES Ley 3/2004
// art. 9.1). These are warnings: Interest itself applies or refuses.
func (p *Pack) JudgeAgreedRate(rate decimal.Decimal, consumer bool, on day.Date) []problem.Reason {
	a := p.doc.Interest.Agreed
	var reasons []problem.Reason
	if a.Cap.applies(consumer) {
		var limiting *datedRate
		if t := p.capTable(); t != nil {
			limiting, _ = rateOn(t.rates, on, on)
		}
		switch {
		case limiting == nil:
			reasons = append(reasons, problem.Reason{Code: "agreed_cap_unknown", Text: a.Cap.Text})
		case rate.GreaterThan(a.Cap.limit(limiting.pct)):
			reasons = append(reasons, problem.Reason{Code: "agreed_rate_above_cap", Text: a.Cap.Text})
		}
	}
	if t := p.tables[a.Floor.Of]; t != nil && fits(a.Floor.Who, consumer) {
		least := hundred.Sub(a.Floor.Below).Shift(-2)
		if legal, _ := rateOn(t.rates, on, on); legal != nil && !rate.GreaterThan(legal.pct.Mul(least)) {
			reasons = append(reasons, problem.Reason{Code: "agreed_rate_below_floor", Text: problem.Text{
				ES: fmt.Sprintf("El tipo pactado es un %s %% o más inferior al legal: se presume abusivo (%s).", p.written(a.Floor.Below), a.Floor.Law),
				EN: fmt.Sprintf("The agreed rate is %s%% or more below the statutory one: it is presumed unfair (%s).", a.Floor.Below, a.Floor.Law)}})
		}
	}
	return reasons
}

func (p *Pack) checkAgreed() error {
	a := p.doc.Interest.Agreed
	who := []string{"", "consumer", "business"}
	if c := a.Cap; c.Law != "" {
		_, known := p.doc.Interest.Regimes[c.Of]
		words := c.Of == "" && c.Excess == judge
		figures := known && slices.Contains([]string{toCap, toBase, toNone}, c.Excess) && c.Times.GreaterThanOrEqual(decimal.NewFromInt(1)) && !c.Plus.IsNegative()
		if !both(c.Text) || !slices.Contains(who, c.Who) || !slices.Contains([]string{"", "agreement"}, c.On) || words == figures {
			return fmt.Errorf("interest agreed: the cap needs words in both languages, and either a table, a multiple and what becomes of the excess, or a judge")
		}
	}
	if f := a.Floor; f.Of != "" {
		_, known := p.doc.Interest.Regimes[f.Of]
		if !known || f.Law == "" || !slices.Contains(who, f.Who) || !f.Below.IsPositive() || f.Below.GreaterThan(hundred) {
			return fmt.Errorf("interest agreed: the floor needs its article, a regime and a per cent")
		}
	}
	return nil
}
