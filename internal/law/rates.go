package law

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/money"
)

type interestDoc struct {
	Default []defaultRule        `yaml:"default"`
	Agreed  agreedDoc            `yaml:"agreed"`
	Cheque  surchargeDoc         `yaml:"cheque"`
	Regimes map[Regime]rateTable `yaml:"regimes"`
}

// rateTable is one regime: its own rates, or another regime's, a multiple of them or points above, or accumulated factors.
type rateTable struct {
	Fact        `yaml:",inline"`
	Start       []startRule     `yaml:"start"`
	SameAs      Regime          `yaml:"same_as"`
	Times       decimal.Decimal `yaml:"times"` // the law's multiple of the table's figure (CO: 1.5 of the current bank rate)
	AddPoints   decimal.Decimal `yaml:"add_points"`
	Over        decimal.Decimal `yaml:"over"`  // of a band ("legal/small"): principals above, in units of account
	UpTo        decimal.Decimal `yaml:"up_to"` // and up to this, included; zero is without end
	Unit        money.Currency  `yaml:"unit"`
	Effective   bool            `yaml:"effective"` // the figures are effective annual rates: the setting rate_conversion says how days are charged
	Rates       []rateRow       `yaml:"rates"`
	Factors     []factorRow     `yaml:"factors"`
	FactorsFrom string          `yaml:"factors_from"` // a file of days and factors beside the pack
}

// rateRow is the rate of a period. Zero From or To are open ends.
type rateRow struct {
	From        day.Date        `yaml:"from"`
	To          day.Date        `yaml:"to"`
	Pct         decimal.Decimal `yaml:"pct"`
	Law         string          `yaml:"law"` // where the period has an article of its own
	Source      string          `yaml:"source"`
	Publication string          `yaml:"publication"` // the official one, where Source is another
	Confidence  Confidence      `yaml:"confidence"`
	Note        string          `yaml:"note"`
}

// factorRow is the accumulated factor of a day. Without a source and a confidence of its own it has the table's.
type factorRow struct {
	On          day.Date        `yaml:"on"`
	Value       decimal.Decimal `yaml:"value"`
	Source      string          `yaml:"source"`
	Publication string          `yaml:"publication"`
	Confidence  Confidence      `yaml:"confidence"`
}

func byDay(a, b factorRow) int { return a.On.DaysSince(b.On) }

// table is a regime as calculations use it: laid out once a pack, asked for every debt, every day.
type table struct {
	Fact
	rates    []datedRate // in order of time
	factors  []factorRow // in order of time
	byFactor bool
	refused  error // why it may not be used yet
}

// datedRate is a rate with the days it rules; zero From or To are open ends.
type datedRate struct {
	id          string
	from, to    day.Date
	pct         decimal.Decimal
	publication string
	vouched     bool
	rests       string // see Slice
	refused     bool   // nobody has read it and nobody vouches for it
	compound    bool   // an effective annual rate, charged as one
	Fact
}

// rateID is how a lawyer ticks or confirms a period, and changes correct it: "es.legal.2024-01-01".
func (p *Pack) rateID(regime Regime, row rateRow) string {
	if row.From.IsZero() {
		return p.id(string(regime) + ".always")
	}
	return p.id(string(regime) + "." + row.From.String())
}

// factorsID names the factors of a year, which are ticked together.
func (p *Pack) factorsID(regime Regime, year int) string {
	return p.id(string(regime) + ".factors." + strconv.Itoa(year))
}

// own is the regime whose figures a regime uses: its own, or those of the one it is the same as.
func (i interestDoc) own(regime Regime) Regime { return cmp.Or(i.Regimes[regime].SameAs, regime) }

// prepare lays out the tables of interest and the units.
func (p *Pack) prepare() {
	p.tables, p.banded = map[Regime]*table{}, p.doc.Interest.bandsOf()
	for regime, doc := range p.doc.Interest.Regimes {
		named := p.doc.Interest.own(regime)
		source := p.doc.Interest.Regimes[named]
		t := &table{Fact: doc.Fact, rates: make([]datedRate, len(source.Rates)), factors: source.Factors, byFactor: len(source.Factors) > 0}
		for i, row := range source.Rates {
			t.rates[i] = p.dated(named, row, doc.Fact)
			t.rates[i].multiply(p, source.Times)
			if doc.SameAs != "" {
				t.rates[i].multiply(p, doc.Times)
			}
			t.rates[i].pct = t.rates[i].pct.Add(doc.AddPoints)
		}
		if source.Effective {
			t.convert(p)
		}
		p.tables[regime] = t
	}
	p.prepareUnits()
}

// dated is a row of a regime's table, under the article of the interest that uses it.
func (p *Pack) dated(regime Regime, row rateRow, f Fact) datedRate {
	id := p.rateID(regime, row)
	vouched := p.confirmed[id]
	rests := ""
	switch {
	case row.Confidence == Unverified:
		rests = id
	case f.Confidence == Unverified:
		rests = p.id(string(regime))
	}
	return datedRate{id: id, rests: rests, from: row.From, to: row.To, pct: row.Pct, publication: publication(row.Publication, row.Source), vouched: vouched,
		refused: row.Confidence == Unverified && !vouched,
		Fact:    Fact{Law: cmp.Or(row.Law, f.Law), Source: row.Source, Confidence: weaker(row.Confidence, f.Confidence), Note: row.Note}}
}

// multiply takes the law's multiple of the rate, and says so.
func (r *datedRate) multiply(p *Pack, times decimal.Decimal) {
	if !times.IsZero() {
		r.Law = fmt.Sprintf("%s: %s × %s %%", r.Law, p.written(times), p.written(r.pct))
		r.pct = r.pct.Mul(times)
	}
}

// convert asks the pack how effective annual rates are charged by the day, and says it with each rate. Where nobody has confirmed
// it, the table is refused.
func (t *table) convert(p *Pack) {
	how, f, err := p.Setting("rate_conversion")
	t.refused = err
	words := "; efectivo anual"
	if how == "nominal" {
		words = "; tipo anual prorrateado por días"
	}
	for i := range t.rates {
		t.rates[i].compound = how == "effective"
		t.rates[i].Law += words
		if f.Confidence == Unverified { // vouched for by the firm, but not read
			t.rates[i].Confidence, t.rates[i].rests = Unverified, p.id(settingID("rate_conversion"))
		}
	}
}

// written is a figure as the pack's people write it: with a comma, or in Mexico and Peru with a point.
func (p *Pack) written(d decimal.Decimal) string {
	if slices.Contains([]string{"es-MX", "es-PE", "en-US"}, p.Locale) {
		return d.String()
	}
	return strings.ReplaceAll(d.String(), ".", ",")
}

// gazettes are how official publications begin.
var gazettes = []string{"BOE-", "DOF", "D.O.", "Diario Oficial", "Resolución", "Decreto", "Circular", "Ley "}

// publication is the official publication of a figure as printed: the one stated, or the source where that is one.
func publication(stated, source string) string {
	official := func(g string) bool { return strings.HasPrefix(source, g) }
	if stated == "" && slices.ContainsFunc(gazettes, official) {
		return source
	}
	return stated
}

func (p *Pack) checkInterest() error {
	for regime, t := range p.doc.Interest.Regimes {
		whole, band, _ := strings.Cut(string(regime), "/")
		if _, known := regimeWords[Regime(whole)]; !known || regime == Agreed || (band == "") != (t.Unit == "") {
			return fmt.Errorf("interest regime %q is not known", regime)
		}
		if t.SameAs != "" {
			base, ok := p.doc.Interest.Regimes[t.SameAs]
			if !ok || base.SameAs != "" || len(t.Rates) > 0 || len(t.Factors) > 0 {
				return fmt.Errorf("interest %s: same_as %q must name a regime with rates of its own", regime, t.SameAs)
			}
		}
		if _, known := p.doc.Settings["rate_conversion"]; t.Effective && !known || t.Times.IsNegative() {
			return fmt.Errorf("interest %s: effective rates need the setting rate_conversion, a multiple is positive", regime)
		}
		for i, row := range t.Rates {
			if err := row.check(); err != nil {
				return fmt.Errorf("interest %s: %w", regime, err)
			}
			if i > 0 && !t.Rates[i-1].endsBefore(row) {
				return fmt.Errorf("interest %s: the rate from %s overlaps or runs backwards", regime, row.From)
			}
		}
		for i, f := range t.Factors {
			if f.On.IsZero() || !plain(f.Value) || i > 0 && byDay(t.Factors[i-1], f) >= 0 {
				return fmt.Errorf("interest %s: factor of %s is not positive, or not after the one before", regime, f.On)
			}
		}
	}
	return errors.Join(p.checkStarts(), p.checkAgreed())
}

// plain tells that a figure is positive and has a size that rates and values have: no exponent that would fill the memory.
func plain(d decimal.Decimal) bool {
	return d.IsPositive() && d.Exponent() >= -18 && d.Exponent() <= 6 && d.NumDigits() <= 24
}

func (r rateRow) check() error {
	switch {
	case !plain(r.Pct) || r.Pct.GreaterThan(hundred):
		return fmt.Errorf("%s per cent is no rate", r.Pct)
	case !r.To.IsZero() && r.To.Before(r.From):
		return fmt.Errorf("the rate from %s runs backwards", r.From)
	}
	return nil
}

// endsBefore tells that r is over when the next row begins.
func (r rateRow) endsBefore(next rateRow) bool { return !r.To.IsZero() && r.To.Before(next.From) }
