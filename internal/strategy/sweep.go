package strategy

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Desk plans cases.
type Desk struct {
	Log   *evidence.Log
	Law   *law.Library
	Plans *Plans
}

// batch is how many cases one transaction of a sweep plans.
const batch = 500

// Act is a decision that is due, as ids only: what is done is decided again when it is carried out.
type Act struct {
	ClientID, CaseID uuid.UUID
	Step             string
	Action           Action
}

// Report is what a sweep did, or in a dry run would do.
type Report struct {
	Seen     int            // cases that waited for planning or were due
	SetAside int            // cases that could not be planned; each keeps its reason
	Actions  map[Action]int // decisions by action, those for a later day included
	Due      []Act          // what is to be done today, in the order of cases
}

// Sweep plans every case that waits for it or is due on today, batch by batch, and returns what is to be done. It may run
// twice, or again after a crash: a due case stays due until its step is done. A case that cannot be planned is set aside with
// its reason and holds up nobody. With dry nothing is written. progress, if any, hears the report after every batch.
func (d *Desk) Sweep(ctx context.Context, who evidence.Actor, today day.Date, dry bool, progress func(Report)) (Report, error) {
	report := Report{Actions: map[Action]int{}}
	var after uuid.UUID
	for {
		var facts []cases.Facts
		var decided []decided
		err := d.open(dry)(ctx, who.Token, func(tx *postgres.Tx) (err error) {
			read := cases.LockToPlan
			if dry {
				read = cases.FactsToPlan
			}
			if facts, err = read(tx, today, after, batch); err != nil {
				return err
			}
			decided = d.decideAll(facts, today)
			if dry || len(decided) == 0 {
				return nil
			}
			return cases.SavePlans(tx, plansOf(decided))
		})
		if err != nil {
			return report, fmt.Errorf("sweeping after case %s: %w", after, err)
		}
		if len(facts) == 0 {
			return report, nil
		}
		report.add(decided, today)
		after = facts[len(facts)-1].CaseID
		if progress != nil {
			progress(report)
		}
	}
}

func (d *Desk) open(dry bool) func(context.Context, postgres.Identity, func(*postgres.Tx) error) error {
	if dry {
		return d.Log.DB.View
	}
	return d.Log.DB.Write
}

// Next decides for one case now, on the day that it is where the case is.
func (d *Desk) Next(ctx context.Context, who evidence.Actor, client, caseID uuid.UUID) (made Decision, today day.Date, err error) {
	var f cases.Facts
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		f, err = cases.FactsOf(tx, client, caseID)
		return err
	})
	if err != nil {
		return Decision{}, today, err
	}
	pack, err := d.Law.Pack(f.Jurisdiction)
	if err != nil {
		return Decision{}, today, err
	}
	today = day.In(d.Log.Now(), pack.Zone)
	made, err = d.decide(f, today)
	return made, today, err
}

// decided is a case with its decision or with why it cannot be planned.
type decided struct {
	facts    cases.Facts
	decision Decision
	err      error
}

func (d *Desk) decideAll(facts []cases.Facts, today day.Date) []decided {
	out := make([]decided, len(facts))
	for i, f := range facts {
		decision, err := d.decide(f, today)
		out[i] = decided{f, decision, err}
	}
	return out
}

// decide is Next that turns a panic into an error: one poisoned case must not stop the others.
func (d *Desk) decide(f cases.Facts, today day.Date) (made Decision, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("planning case %s: %v", f.Number, r)
		}
	}()
	pack, err := d.Law.Pack(f.Jurisdiction)
	if err != nil {
		return Decision{}, err
	}
	return d.Plans.Next(f, today, pack)
}

// plansOf turns decisions into plan columns. A wait without a day keeps no step: a change of fact brings the case back.
func plansOf(all []decided) []cases.Plan {
	plans := make([]cases.Plan, len(all))
	for i, c := range all {
		plans[i] = cases.Plan{ClientID: c.facts.ClientID, CaseID: c.facts.CaseID, Strategy: c.facts.Strategy, StrategyVersion: c.facts.StrategyVersion}
		if c.err != nil {
			plans[i].Error = c.err.Error()
			if p := problem.Of(c.err); p != nil {
				plans[i].Error = p.Code
			}
			continue
		}
		plans[i].Strategy, plans[i].StrategyVersion, plans[i].NextOn = c.decision.Plan, c.decision.Version, c.decision.On
		if c.decision.Step != "" {
			plans[i].NextStep = &c.decision.Step
		}
	}
	return plans
}

func (r *Report) add(all []decided, today day.Date) {
	for _, c := range all {
		r.Seen++
		if c.err != nil {
			r.SetAside++
			continue
		}
		r.Actions[c.decision.Action]++
		if c.decision.Due(today) {
			r.Due = append(r.Due, Act{c.facts.ClientID, c.facts.CaseID, c.decision.Step, c.decision.Action})
		}
	}
}
