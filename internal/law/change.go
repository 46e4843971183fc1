package law

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// ChangeKind is what an adopted change does to a pack.
type ChangeKind string

const (
	ChangeRate           ChangeKind = "rate"            // Regime, From, To, Pct: a new period, or the correction of the one that begins on From
	ChangeFactor         ChangeKind = "factor"          // Regime, On, Value: the accumulated factor of a day
	ChangeUnitValue      ChangeKind = "unit_value"      // Unit, On, Value: what one unit of account is worth on a day
	ChangeHoliday        ChangeKind = "holiday"         // On, Name; Region or Place where it is not national
	ChangeHolidayRemoved ChangeKind = "holiday_removed" // On; Region and Place as the holiday has them
	ChangeConfirm        ChangeKind = "confirm"         // Fact: a lawyer vouches for an unverified fact
	ChangeTick           ChangeKind = "tick"            // Fact: a lawyer has seen the official figure of a rate period (Slice.RateID)
	ChangeSetting        ChangeKind = "setting"         // Setting, SettingValue
)

// Change is one approved change of a pack: what the firm maintains by page. Library.Adopt puts it on the shelf from At on. Rates
// are yearly per cents, days inclusive; a zero To is an open end, which the next period cuts.
type Change struct {
	Seq          int64
	Jurisdiction string
	Kind         ChangeKind
	At           time.Time // of its approval
	Regime       Regime
	From, To     day.Date
	Pct          decimal.Decimal
	On           day.Date
	Value        decimal.Decimal
	Unit         string
	Region       string
	Place        string
	Name         problem.Text
	Fact         string // id, as NamedFact.ID and Slice.RateID have it
	Setting      string
	SettingValue string
	Law          string // where the figure has an article of its own
	Source       string // where it was read; the publication when that is all
	Publication  string // the official one, as it is printed
	Confidence   Confidence
	Note         string
}

// inOrder of approval.
func inOrder(a, b Change) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq)) }

func invalid(es, en string) *problem.Error {
	return problem.New(problem.Invalid, "change_invalid", es, en)
}

// apply changes a pack that is still being made.
func (p *Pack) apply(c Change) error {
	switch c.Kind {
	case ChangeRate:
		return p.applyRate(c)
	case ChangeFactor:
		return p.applyFactor(c)
	case ChangeUnitValue:
		return p.applyUnit(c)
	case ChangeHoliday, ChangeHolidayRemoved:
		return p.applyHoliday(c)
	case ChangeConfirm, ChangeTick:
		return p.vouch(c)
	case ChangeSetting:
		return p.applySetting(c)
	}
	return invalid("No se conoce esa clase de cambio.", "That kind of change is not known.")
}

// figured refuses a figure that does not say where it comes from and how surely.
func (c Change) figured() error {
	switch {
	case cmp.Or(c.Source, c.Publication) == "":
		return invalid("Falta la publicación o la fuente de la cifra.", "The publication or the source of the figure is missing.")
	case surety[c.Confidence] == 0 || c.Confidence == HouseRule:
		return invalid("No consta cómo se leyó la cifra.", "How the figure was read is not known.")
	}
	return nil
}

// ownTable is the regime's own table; one that follows another regime's figures is changed there.
func (p *Pack) ownTable(c Change, byFactor bool) (rateTable, error) {
	t, ok := p.doc.Interest.Regimes[c.Regime]
	switch {
	case !ok:
		return t, p.unknown("regime_unknown", string(c.Regime))
	case t.SameAs != "":
		return t, invalid(fmt.Sprintf("Ese interés sigue las cifras de «%s»: cámbielas allí.", t.SameAs), fmt.Sprintf("That interest follows the figures of %q: change them there.", t.SameAs))
	case byFactor && len(t.Rates) > 0 || !byFactor && len(t.Factors) > 0:
		return t, invalid("Ese interés se fija de otro modo: por tipos o por factores acumulados.", "That interest is fixed the other way: by rates or by accumulated factors.")
	}
	return t, c.figured()
}

func (p *Pack) applyRate(c Change) error {
	t, err := p.ownTable(c, false)
	if err != nil {
		return err
	}
	row := rateRow{From: c.From, To: c.To, Pct: c.Pct, Law: c.Law, Source: cmp.Or(c.Source, c.Publication), Publication: c.Publication, Confidence: c.Confidence, Note: c.Note}
	if c.From.IsZero() || row.check() != nil {
		return invalid("El tipo no es un porcentaje entre 0 y 100 de un periodo que empieza un día y no acaba antes.",
			"The rate is no per cent between 0 and 100 of a period that begins on a day and does not end before it.")
	}
	i, corrects := slices.BinarySearchFunc(t.Rates, row, func(a, b rateRow) int { return a.From.DaysSince(b.From) })
	if corrects {
		if row.To.IsZero() {
			row.To = t.Rates[i].To
		}
		delete(p.confirmed, p.rateID(c.Regime, row)) // what a lawyer vouched for was the figure before
		t.Rates[i] = row
	} else {
		if i > 0 && t.Rates[i-1].To.IsZero() { // an open end is closed by the next period, and by nothing else
			t.Rates[i-1].To = row.From.AddDays(-1)
		}
		t.Rates = slices.Insert(t.Rates, i, row)
	}
	for _, n := range []int{i - 1, i} {
		if n >= 0 && n+1 < len(t.Rates) && !t.Rates[n].endsBefore(t.Rates[n+1]) {
			return p.overlap(c.Regime, t.Rates[n], t.Rates[n+1])
		}
	}
	p.doc.Interest.Regimes[c.Regime] = t
	return nil
}

func (p *Pack) overlap(regime Regime, a, b rateRow) *problem.Error {
	es, en := regime.words()
	return problem.New(problem.Invalid, "rate_overlap",
		fmt.Sprintf("%s: el tipo del %s desde el %s se solapa con el que empieza el %s.", p.Code, es, a.From, b.From),
		fmt.Sprintf("%s: the rate of %s from %s overlaps the one that begins on %s.", p.Code, en, a.From, b.From))
}

func (p *Pack) applyFactor(c Change) error {
	t, err := p.ownTable(c, true)
	if err != nil {
		return err
	}
	if c.On.IsZero() || !plain(c.Value) {
		return invalid("Falta el día o el factor no es positivo.", "The day is missing or the factor is not positive.")
	}
	row := factorRow{On: c.On, Value: c.Value, Source: cmp.Or(c.Source, c.Publication), Publication: c.Publication, Confidence: c.Confidence}
	t.Factors = putSorted(t.Factors, row, byDay)
	p.doc.Interest.Regimes[c.Regime] = t
	return nil
}

func (p *Pack) applyUnit(c Change) error {
	u, ok := p.doc.Units[c.Unit]
	if !ok {
		return p.unknown("unit_unknown", c.Unit)
	}
	if c.On.IsZero() || c.On != u.first(c.On) || !plain(c.Value) {
		return invalid("Falta el día, no es el primero del mes o del año al que vale la cifra, o esta no es positiva.",
			"The day is missing, is not the first of the month or year that the value is for, or the value is not positive.")
	}
	row := unitRow{On: c.On, Value: c.Value, Source: cmp.Or(c.Source, c.Publication), Publication: c.Publication, Confidence: c.Confidence}
	u.Values = putSorted(u.Values, row, func(a, b unitRow) int { return a.On.DaysSince(b.On) })
	p.doc.Units[c.Unit] = u
	return c.figured()
}

// putSorted puts a row in its place, over the row that holds it.
func putSorted[R any](rows []R, row R, order func(a, b R) int) []R {
	i, found := slices.BinarySearchFunc(rows, row, order)
	if found {
		rows[i] = row
		return rows
	}
	return slices.Insert(rows, i, row)
}

// applyHoliday adds a day of rest, or takes one away: an added one, or one that the rules make.
func (p *Pack) applyHoliday(c Change) error {
	h := Holiday{On: c.On, Name: c.Name, Region: c.Region, Place: c.Place, Fact: Fact{Law: c.Law, Source: c.Source, Confidence: c.Confidence, Note: c.Note}}
	same := func(o Holiday) bool { return o.On == h.On && o.Region == h.Region && o.Place == h.Place }
	if c.On.IsZero() || c.Kind == ChangeHoliday && !both(c.Name) {
		return invalid("Al festivo le falta el día o el nombre en los dos idiomas.", "The holiday lacks its day or its name in both languages.")
	}
	p.local, p.removed = slices.DeleteFunc(p.local, same), slices.DeleteFunc(p.removed, same)
	if c.Kind == ChangeHoliday {
		p.local = append(p.local, h)
	} else {
		p.removed = append(p.removed, h)
	}
	return nil
}

// vouch keeps a lawyer's word for a fact. A tick is for the period of a rate that was read somewhere; one that nobody has read
// must be confirmed.
func (p *Pack) vouch(c Change) error {
	facts := p.Facts()
	i := slices.IndexFunc(facts, func(f NamedFact) bool { return f.ID == c.Fact })
	if i < 0 {
		return p.unknown("fact_unknown", c.Fact)
	}
	if f := facts[i]; c.Kind == ChangeTick && (!f.Period || f.Confidence == Unverified) {
		return invalid("Solo se marca el periodo de un tipo leído en alguna fuente; lo no verificado se confirma.",
			"Only the period of a rate that was read somewhere is ticked; what is unverified is confirmed.")
	}
	p.confirmed[c.Fact] = true
	return nil
}

// applySetting sets a setting; whoever approves it vouches for it.
func (p *Pack) applySetting(c Change) error {
	s, ok := p.doc.Settings[c.Setting]
	if !ok {
		return p.unknown("setting_unknown", c.Setting)
	}
	if !settingForms[c.Setting](c.SettingValue) {
		return errSetting(c.Setting)
	}
	s.Value, s.Fact = c.SettingValue, Fact{Law: c.Law, Source: cmp.Or(c.Source, c.Publication), Confidence: cmp.Or(c.Confidence, HouseRule), Note: c.Note}
	if surety[s.Confidence] == 0 || s.Confidence == HouseRule && s.Law != "" {
		return invalid("No consta cómo se sabe ese criterio, o un criterio del despacho cita una ley.", "How that is known is not said, or a house rule quotes a law.")
	}
	p.doc.Settings[c.Setting] = s
	p.confirmed[p.id(settingID(c.Setting))] = true
	return nil
}
