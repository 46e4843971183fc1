package law

import (
	"fmt"
	"slices"
	"strings"

	"recobro/internal/day"
	"recobro/internal/problem"
)

type limitationDoc struct {
	Periods     []periodDoc     `yaml:"periods"`
	Suspensions []suspensionDoc `yaml:"suspensions"`
	Restart     Fact            `yaml:"restart"` // an interruption starts the whole term again
	Letter      letterDoc       `yaml:"letter"`
}

// periodDoc is the term of one kind of claim; Who narrows it to claims against businesses or consumers.
type periodDoc struct {
	Fact         `yaml:",inline"`
	Kind         string           `yaml:"kind"`
	Who          string           `yaml:"who"`
	Years        int              `yaml:"years"`
	Months       int              `yaml:"months"`
	Fatal        bool             `yaml:"fatal"` // caducidad: nothing interrupts it
	Transitional *transitionalDoc `yaml:"transitional"`
}

// transitionalDoc keeps an older, longer term for older claims, but not beyond Latest.
type transitionalDoc struct {
	Fact       `yaml:",inline"`
	BornBefore day.Date `yaml:"born_before"`
	Years      int      `yaml:"years"`
	Latest     day.Date `yaml:"latest"`
}

// suspensionDoc is a stretch of days during which no term ran.
type suspensionDoc struct {
	Fact `yaml:",inline"`
	From day.Date `yaml:"from"`
	To   day.Date `yaml:"to"`
}

type letterDoc struct {
	Fact       `yaml:",inline"`
	Interrupts bool `yaml:"interrupts"`
	Once       bool `yaml:"once"`
}

// Limitation is the last day of a claim. Rule explains it in both languages. Ignored are interruptions that did not count,
// because they came too late, or because nothing interrupts this term, or because nobody confirmed the rule of restart;
// the earlier day is then the answer, which never loses a claim.
type Limitation struct {
	On         day.Date
	Law        string
	Confidence Confidence
	Rule       problem.Text
	Ignored    []day.Date
}

// Limitation answers until when a claim of the kind ("general", "sale", "fees", "note", "cheque", "judgment" …; empty is general)
// due on a day can be sued on. business says that the debtor is no consumer. interruptions are the days of acts that the caller
// holds to interrupt under this law (see LetterInterrupts). Problems: limitation_unknown, fact_unverified.
func (p *Pack) Limitation(kind string, business bool, due day.Date, interruptions ...day.Date) (Limitation, error) {
	if due.IsZero() {
		return Limitation{}, problem.New(problem.Invalid, "due_missing", "Falta el día en que la deuda pudo reclamarse.", "The day on which the debt could be claimed is missing.")
	}
	period, err := p.period(kind, business)
	if err != nil {
		return Limitation{}, err
	}
	interruptions = slices.Clone(interruptions)
	slices.SortFunc(interruptions, func(a, b day.Date) int { return a.DaysSince(b) })
	l := p.expiry(period, due)
	restarts := !period.Fatal && p.allow(p.id("limitation_restart"), p.doc.Limitation.Restart) == nil
	var ignored []day.Date
	for _, on := range interruptions {
		if !restarts || on.Before(due) || on.After(l.On) {
			ignored = append(ignored, on)
			continue
		}
		l = p.expiry(period, on)
		l.Law += "; " + p.doc.Limitation.Restart.Law
		l.Confidence = weaker(l.Confidence, p.doc.Limitation.Restart.Confidence)
		l.Rule = problem.Text{ES: "interrumpida: " + l.Rule.ES, EN: "interrupted: " + l.Rule.EN}
	}
	l.Ignored = ignored
	return l, nil
}

func (p *Pack) period(kind string, business bool) (periodDoc, error) {
	if kind == "" {
		kind = "general"
	}
	who := "consumer"
	if business {
		who = "business"
	}
	for _, d := range p.doc.Limitation.Periods {
		if d.Kind == kind && (d.Who == "" || d.Who == who) {
			return d, p.allow(p.id(d.path()), d.Fact)
		}
	}
	return periodDoc{}, p.unknown("limitation_unknown", kind)
}

func (d periodDoc) path() string {
	return strings.TrimSuffix("limitation."+d.Kind+"."+d.Who, ".")
}

// expiry runs one whole term from start: the old term of old claims (ES Ley 42/2015 DT 5ª), and the days on which no term ran.
func (p *Pack) expiry(period periodDoc, start day.Date) Limitation {
	months := 12*period.Years + period.Months
	l := Limitation{Law: period.Law, Confidence: period.Confidence}
	for _, s := range p.doc.Limitation.Suspensions {
		if !start.Before(s.From) && !start.After(s.To) {
			l.Rule = problem.Text{ES: fmt.Sprintf(", que empieza a correr tras la suspensión (%s)", s.Law), EN: fmt.Sprintf(", running only after the suspension (%s)", s.Law)}
			start = s.To.AddDays(1)
		}
	}
	l.On = start.AddMonths(months)
	if t := period.Transitional; t != nil && start.Before(t.BornBefore) {
		l.On = day.Earlier(start.AddMonths(12*t.Years), t.Latest)
		l.Law, l.Confidence = t.Law, weaker(l.Confidence, t.Confidence)
		l.Rule = problem.Text{ES: fmt.Sprintf(", régimen transitorio: %d años y como tarde el %s", t.Years, t.Latest), EN: fmt.Sprintf(", transitional rule: %d years and at the latest %s", t.Years, t.Latest)}
	}
	for _, s := range p.doc.Limitation.Suspensions {
		if start.Before(s.From) && !l.On.Before(s.From) {
			days := s.To.DaysSince(s.From) + 1
			l.On = l.On.AddDays(days)
			l.Law, l.Confidence = l.Law+"; "+s.Law, weaker(l.Confidence, s.Confidence)
			l.Rule.ES += fmt.Sprintf(", más %d días de suspensión", days)
			l.Rule.EN += fmt.Sprintf(", plus %d days of suspension", days)
		}
	}
	es, en := inWords(months)
	l.Rule.ES = fmt.Sprintf("%s desde el %s%s", es, start, l.Rule.ES)
	l.Rule.EN = fmt.Sprintf("%s from %s%s", en, start, l.Rule.EN)
	return l
}

func inWords(months int) (es, en string) {
	switch {
	case months == 12:
		return "1 año", "1 year"
	case months%12 == 0:
		return fmt.Sprintf("%d años", months/12), fmt.Sprintf("%d years", months/12)
	}
	return fmt.Sprintf("%d meses", months), fmt.Sprintf("%d months", months)
}

// LetterInterrupts tells whether a creditor's own letter interrupts limitation, and whether it does so only once (CO CGP 94).
func (p *Pack) LetterInterrupts() (interrupts, once bool, law string) {
	l := p.doc.Limitation.Letter
	return l.Interrupts, l.Once, l.Law
}
