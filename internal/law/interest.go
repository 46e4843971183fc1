package law

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// Regime is the kind of interest that a debt bears.
type Regime string

const (
	StatutoryCommercial Regime = "statutory_commercial" // late payment between businesses: ES Ley 3/2004 art. 7, MX CCom 362
	Legal               Regime = "legal"                // legal interest: ES CC 1108
	Agreed              Regime = "agreed"               // the contract's own rate
	Judgment            Regime = "judgment"             // from the judgment: ES LEC 576
	Bill                Regime = "bill"                 // bill, note or cheque: ES Ley 19/1985 arts. 58, 96, 149
	None                Regime = "none"

	// MaxAgreed is no regime of debts but the published limit of agreed rates, as a table: PE BCRP (CC 1243).
	MaxAgreed Regime = "max_agreed"
)

var regimeWords = map[Regime][2]string{
	StatutoryCommercial: {"interés de demora comercial", "statutory commercial interest"},
	Legal:               {"interés legal", "legal interest"},
	Agreed:              {"interés pactado", "agreed interest"},
	Judgment:            {"interés procesal", "interest on judgments"},
	Bill:                {"interés cambiario", "interest on bills and cheques"},
	MaxAgreed:           {"tope del interés pactado", "the cap on agreed interest"},
}

func (r Regime) words() (es, en string) {
	whole, _, _ := strings.Cut(string(r), "/") // a band is called like its regime
	if w, known := regimeWords[Regime(whole)]; known {
		return w[0], w[1]
	}
	return string(r), string(r)
}

// Name of the regime for people.
func (r Regime) Name() problem.Text {
	es, en := r.words()
	return problem.Text{ES: es, EN: en}
}

// DayCount is the divisor of a day's interest.
type DayCount string

const (
	Act365 DayCount = "ACT/365" // always 365; the default, for no law fixes a divisor
	ActAct DayCount = "ACT/ACT" // 366 for the days of a leap year (TEAC 23-02-2010)
	Act360 DayCount = "ACT/360"
)

// Terms are the interest terms of a debt. AgreedRate is a yearly per cent; it, Consumer (whom some limits protect) and AgreedOn
// (the day of the contract, for limits that are those of that day; zero is the first day of interest) only count under Agreed.
// Principal and DueOn choose the band of a regime whose rate depends on the amount in units of account; zero they are the base and
// the day before interest.
type Terms struct {
	Regime     Regime
	AgreedRate decimal.Decimal
	Consumer   bool
	AgreedOn   day.Date
	Principal  money.Amount
	DueOn      day.Date
	DayCount   DayCount // empty is the pack's setting
}

// Slice is the interest of the days From to To, both included, at one rate. RatePct is a yearly per cent; where the law uses
// accumulated factors (Peru) it is the per cent of the whole slice. Amount is rounded half up to the minor unit.
type Slice struct {
	From, To   day.Date
	Days       int
	Base       money.Amount
	RatePct    decimal.Decimal
	Law        string
	Source     string
	Confidence Confidence
	Amount     money.Amount

	YearDays    int    // that divide the yearly rate; 0 where the law uses accumulated factors
	Compound    bool   // the yearly rate is an effective one
	RateID      string // by which a lawyer ticks or confirms the period of the rate
	Publication string // the official publication as printed; empty where none was read
	Vouched     bool   // a lawyer ticked or confirmed the rate
	Rests       string // the fact read in no text that it rests on by the firm's word; empty: none
}

var hundred = decimal.NewFromInt(100)

// Interest is what base earns on the days after `after` up to and including `to`, one slice for every rate. Problems:
// rate_missing (jurisdiction, regime and period), agreed_rate_invalid, day_count_unknown, regime_unknown, base_negative, period_open.
func (p *Pack) Interest(terms Terms, base money.Amount, after, to day.Date) ([]Slice, error) {
	return p.AppendInterest(nil, terms, base, after, to)
}

// AppendInterest is Interest behind the slices earned so far: who computes many stretches allocates once.
func (p *Pack) AppendInterest(earned []Slice, terms Terms, base money.Amount, after, to day.Date) ([]Slice, error) {
	if base.IsNegative() {
		return nil, problem.New(problem.Invalid, "base_negative", "La base del interés es negativa.", "The base of interest is negative.")
	}
	if after.IsZero() || to.IsZero() {
		return nil, problem.New(problem.Invalid, "period_open", "Falta el primer o el último día del interés.", "The first or the last day of interest is missing.")
	}
	if terms.Regime == None || base.IsZero() || !after.Before(to) {
		return earned, nil
	}
	if terms.DayCount == "" {
		terms.DayCount = p.DayCount()
	}
	if terms.DayCount != Act365 && terms.DayCount != ActAct && terms.DayCount != Act360 {
		return nil, p.unknown("day_count_unknown", string(terms.DayCount))
	}
	var err error
	if terms.Regime, err = p.band(terms, base, after); err != nil {
		return nil, err
	}
	if t := p.tables[terms.Regime]; t != nil && t.byFactor {
		one, err := p.factorInterest(terms.Regime, t, base, after, to)
		return append(earned, one...), err
	}
	rates, err := p.rates(terms, after.AddDays(1), to)
	if err != nil {
		return nil, err
	}
	for d := after.AddDays(1); !d.After(to); {
		r, until := rateOn(rates, d, to)
		if r == nil {
			return nil, missingRate(p.Code, terms.Regime, d, until)
		}
		if r.refused {
			return nil, missingRate(p.Code, terms.Regime, d, until).With(unverified(r.id))
		}
		divisor := 365
		switch terms.DayCount {
		case Act360:
			divisor = 360
		case ActAct:
			divisor, until = divisorOn(d, until)
		}
		earned = append(earned, r.slice(base, d, until, divisor))
		d = until.AddDays(1)
	}
	return earned, nil
}

// rateOn finds the rate of d and the last day, at most to, on which the answer stays the same.
func rateOn(rates []datedRate, d, to day.Date) (*datedRate, day.Date) {
	next := sort.Search(len(rates), func(i int) bool { return rates[i].from.After(d) })
	if next > 0 {
		if r := &rates[next-1]; r.to.IsZero() || !r.to.Before(d) {
			return r, day.Earlier(to, r.to)
		}
	}
	if next < len(rates) {
		return nil, day.Earlier(to, rates[next].from.AddDays(-1))
	}
	return nil, to
}

// divisorOn is 366 or 365 and the last day, at most to, that shares it.
func divisorOn(d, to day.Date) (int, day.Date) {
	days := func(year int) int { return day.Of(year, 12, 31).DaysSince(day.Of(year-1, 12, 31)) }
	year := d.Year
	for year < to.Year && days(year+1) == days(d.Year) {
		year++
	}
	return days(d.Year), day.Earlier(to, day.Of(year, 12, 31))
}

// slice is what base earns at one rate from one day to another. Simple interest is base × rate × days ÷ year; an effective rate
// gives base × ((1 + rate)^(days ÷ year) − 1), and capitalises nothing: each slice stands on the principal alone.
func (r datedRate) slice(base money.Amount, from, to day.Date, divisor int) Slice {
	n := to.DaysSince(from) + 1
	var minor int64
	if r.compound {
		minor = decimal.NewFromInt(base.Minor).Mul(growth(r.pct, n, divisor)).Round(0).IntPart()
	} else {
		minor = simple(base.Minor, r.pct, n, divisor)
	}
	return Slice{From: from, To: to, Days: n, Base: base, RatePct: r.pct, Law: r.Law, Source: r.Source,
		Confidence: r.Confidence, Amount: money.Of(minor, base.Currency), YearDays: divisor, Compound: r.compound, RateID: r.id, Publication: r.publication, Vouched: r.vouched, Rests: r.rests}
}

// growth is (1 + pct/100)^(days/year) − 1, right to 40 decimals: an amount of 15 digits rounds as it would with all of them.
func growth(pct decimal.Decimal, days, year int) decimal.Decimal {
	const digits = 48 // the series of logarithm and exponential are cut off here, well below what is kept
	one := decimal.NewFromInt(1)
	whole, part := days/year, days%year
	grown := one
	factor := one.Add(pct.Shift(-2))
	for range whole {
		grown = grown.Mul(factor)
	}
	if part > 0 {
		ln, err := factor.Ln(digits)
		if err == nil {
			ln, err = ln.Mul(decimal.NewFromInt(int64(part))).DivRound(decimal.NewFromInt(int64(year)), digits).ExpTaylor(digits)
		}
		if err != nil {
			panic(fmt.Sprintf("law: growth of %s %% in %d of %d days: %v", pct, days, year, err)) // the logarithm of a figure above one exists
		}
		grown = grown.Mul(ln)
	}
	return grown.Sub(one).Round(40)
}

// rates are the regime's rates in order of time, points added and articles named; an agreed one for the days first to last. Nobody
// changes what is answered.
func (p *Pack) rates(terms Terms, first, last day.Date) ([]datedRate, error) {
	if terms.Regime == Agreed {
		return p.agreedRates(terms, first, last)
	}
	t, known := p.tables[terms.Regime]
	if !known || terms.Regime == MaxAgreed {
		if _, word := regimeWords[terms.Regime]; !word || known {
			return nil, p.unknown("regime_unknown", string(terms.Regime))
		}
		return nil, nil // a regime this law does not have: the caller's period has no rate
	}
	if t.refused != nil {
		return nil, t.refused
	}
	if surety[t.Confidence] != 0 && t.Confidence != Unverified { // the usual case needs no name
		return t.rates, nil
	}
	return t.rates, p.allow(p.id(string(terms.Regime)), t.Fact)
}

// factorOn is the accumulated factor of exactly that day.
func (t *table) factorOn(on day.Date) (factorRow, bool) {
	i, found := slices.BinarySearchFunc(t.factors, factorRow{On: on}, byDay)
	if !found {
		return factorRow{}, false
	}
	f := t.factors[i]
	f.Source, f.Confidence = cmp.Or(f.Source, t.Source), cmp.Or(f.Confidence, t.Confidence)
	return f, true
}

// factorInterest is base × (factor at the end ÷ factor at the start − 1); both days' factors must be loaded. The slice is as
// sure as the less sure of them, and vouched for when the factors of both years are.
func (p *Pack) factorInterest(regime Regime, t *table, base money.Amount, after, to day.Date) ([]Slice, error) {
	start, first := t.factorOn(after)
	end, last := t.factorOn(to)
	if !first || !last {
		return nil, missingRate(p.Code, regime, after.AddDays(1), to)
	}
	if err := p.allow(p.id(string(regime)), t.Fact); err != nil {
		return nil, err
	}
	own := p.doc.Interest.own(regime)
	id := p.factorsID(own, after.Year)
	if p.confirmed[id] { // name what still lacks its tick
		id = p.factorsID(own, to.Year)
	}
	sure := weaker(t.Confidence, weaker(start.Confidence, end.Confidence))
	if sure == Unverified && !p.confirmed[id] {
		return nil, missingRate(p.Code, regime, after.AddDays(1), to).With(unverified(id))
	}
	rests := ""
	if sure == Unverified {
		rests = id
	}
	gained := end.Value.Sub(start.Value)
	minor := decimal.NewFromInt(base.Minor).Mul(gained).DivRound(start.Value, 0)
	return []Slice{{From: after.AddDays(1), To: to, Days: to.DaysSince(after), Base: base,
		RatePct: gained.Mul(hundred).DivRound(start.Value, 6), Law: fmt.Sprintf("%s (factores %s y %s)", t.Law, start.Value, end.Value),
		Source: end.Source, Confidence: sure, Amount: money.Of(minor.IntPart(), base.Currency),
		RateID: id, Publication: publication(end.Publication, end.Source), Vouched: p.confirmed[id], Rests: rests}}, nil
}

// CoveredTo is the last day for which the pack has a rate of the regime; open says that the rate has no end. A regime without any
// rate answers the zero day and false, one with bands the day on which the first of them ends. Agreed rates end with the table of
// their limit, where that is one of each day and the firm does not vouch for them.
func (p *Pack) CoveredTo(regime Regime) (last day.Date, open bool) {
	if c := p.doc.Interest.Agreed.Cap; regime == Agreed && c.Who == "" && c.On == "" && p.capTable() != nil && !p.confirmed[p.id("agreed_cap")] {
		return p.CoveredTo(c.Of)
	}
	if regime == Agreed || regime == None {
		return day.Date{}, true
	}
	t, bands := p.tables[regime], p.banded[regime]
	switch {
	case len(bands) > 0:
		return p.firstEnd(bands)
	case t == nil:
		return day.Date{}, false
	case t.byFactor:
		return t.factors[len(t.factors)-1].On, false
	case len(t.rates) == 0:
		return day.Date{}, false
	}
	final := t.rates[len(t.rates)-1]
	return final.to, final.to.IsZero()
}
