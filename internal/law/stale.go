package law

import (
	"fmt"

	"recobro/internal/day"
	"recobro/internal/problem"
)

// Stale is a table of rates that ends before today: the current half-year, month or day is not loaded yet.
type Stale struct {
	Regime    Regime
	CoveredTo day.Date // the last day with a rate; zero when there is none at all
	Since     day.Date // the first day without one
	Days      int      // from Since to today, both included
	Refused   bool     // no more documents: the grace is over, or there never was a rate
	Text      problem.Text
}

// Stale tells from the first day that the regime's table does not cover; nil while it does, and for interest that needs no table.
// Documents are refused once the days exceed the setting rate_grace_days.
func (p *Pack) Stale(regime Regime, today day.Date) *Stale {
	last, open := p.CoveredTo(regime)
	if open || !last.IsZero() && !today.After(last) {
		return nil
	}
	es, en := regime.words()
	if last.IsZero() {
		return &Stale{Regime: regime, Refused: true, Text: problem.Text{
			ES: fmt.Sprintf("%s: no hay ningún tipo cargado del %s.", p.Code, es), EN: fmt.Sprintf("%s: no rate of %s is loaded.", p.Code, en)}}
	}
	s := &Stale{Regime: regime, CoveredTo: last, Since: last.AddDays(1), Days: today.DaysSince(last)}
	grace, _, err := p.SettingNumber("rate_grace_days")
	s.Refused = err != nil || s.Days > grace
	missing := problem.Text{ES: "falta un día", EN: "one day is missing"}
	if s.Days > 1 {
		missing = problem.Text{ES: fmt.Sprintf("faltan %d días", s.Days), EN: fmt.Sprintf("%d days are missing", s.Days)}
	}
	s.Text = problem.Text{
		ES: fmt.Sprintf("%s: el tipo del %s solo está cargado hasta el %s; %s.", p.Code, es, last.Short("es"), missing.ES),
		EN: fmt.Sprintf("%s: the rate of %s is loaded only to %s; %s.", p.Code, en, last.Short("en"), missing.EN)}
	return s
}

// DocumentDay is the day to which a document made today states interest of the regimes: today, or within the grace the last day
// that every table covers, with the warning to show. After the grace it is the problem rate_table_stale.
func (p *Pack) DocumentDay(regimes []Regime, today day.Date) (asOf day.Date, warning *Stale, err error) {
	asOf = today
	for _, regime := range regimes {
		s := p.Stale(regime, today)
		switch {
		case s == nil:
		case s.Refused:
			return day.Date{}, s, problem.New(problem.Conflict, "rate_table_stale",
				s.Text.ES+" El plazo de gracia ha pasado: cargue el tipo publicado.", s.Text.EN+" The days of grace are over: load the published rate.")
		case s.CoveredTo.Before(asOf):
			asOf, warning = s.CoveredTo, s
		}
	}
	return asOf, warning, nil
}
