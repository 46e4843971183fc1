package jobs_test

import (
	"testing"

	"recobro/internal/day"
	"recobro/internal/gazette"
	"recobro/internal/jobs"
	"recobro/internal/law"
	"recobro/internal/problem"
)

// What is computed anew is told in the tests of the court; here, that an approval sets it off by itself and a rate does not.
func TestAnApprovedHolidaySetsOffTheRecountOfDeadlines(t *testing.T) {
	w := open(t, jobs.Brisk)
	approve := func(c gazette.Change) {
		t.Helper()
		made, err := w.desk.Gazette.Propose(t.Context(), w.Supervisor, c)
		must(t, err)
		_, err = w.desk.Gazette.Approve(t.Context(), w.Lawyer, made.ID)
		must(t, err)
	}
	approve(gazette.Change{Jurisdiction: "ES", Kind: law.ChangeRate, Source: "BOE", Confidence: law.ReadLaw,
		Rows: []gazette.Row{{Regime: law.StatutoryCommercial, From: day.Of(2027, 1, 1), To: day.Of(2027, 6, 30), Pct: "10"}}})
	approve(gazette.Change{Jurisdiction: "ES", Kind: law.ChangeHoliday, Source: "BOCM", Confidence: law.ReadLaw,
		Rows: []gazette.Row{{On: day.Of(2026, 5, 15), Region: "ES-MD", Place: "Getafe", Name: problem.Text{ES: "Fiesta local", EN: "Local holiday"}}}})
	must(t, w.runner.Drain(t.Context()))
	var states []string
	must(t, w.DB.Super.Select(&states, `select state::text from river.river_job where kind = 'calendar_changed'`))
	if len(states) != 1 || states[0] != "completed" {
		t.Errorf("the jobs of the calendar are %v", states)
	}
}
