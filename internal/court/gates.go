package court

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

var (
	errFollows    = problem.New(problem.Conflict, "nothing_to_follow", "De ese procedimiento no puede seguir el que se pide.", "That procedure cannot follow from that proceeding.")
	errDefendants = problem.New(problem.Invalid, "defendants_unknown", "Los demandados han de ser intervinientes de la cuenta del deudor.", "The defendants must be parties of the debtor's account.")
	errGates      = problem.New(problem.Invalid, "gates_closed", "Falta algo antes de presentar la reclamación.", "Something is missing before the claim may be filed.")
)

// sued are the roles of those who answer for the debt, and so are sued.
var sued = []string{"principal", "guarantor", "heir"}

// suit is a claim that is going to court, as the gates look at it.
type suit struct {
	cases     []*cases.Case
	pack      *law.Pack
	procedure string
	title     string
	against   []uuid.UUID // parties; none: whom a proceeding sues by default
	before    *earlier
	today     day.Date
}

func (w *work) toSue(before *earlier) suit {
	return suit{w.cases, w.pack, w.proceeding.Procedure, w.proceeding.Title, w.proceeding.Defendants, before, w.today}
}

// gates asks the law's gates of a suit.
func (d *Desk) gates(tx *postgres.Tx, s suit) ([]law.Gate, law.SuitFacts, error) {
	first := s.cases[0]
	f := law.SuitFacts{On: s.today, Title: s.title}
	if s.before != nil {
		f.BegunOn, f.TitleOn = s.before.begunOn, s.before.lastOn
	}
	var err error
	if f.Claim, err = d.claim(tx, s.cases, s.today); err != nil {
		return nil, f, err
	}
	client, err := clients.Get(tx, first.ClientID)
	if err != nil {
		return nil, f, err
	}
	f.CreditorCountry = client.Country
	if err := readClaim(tx, s, &f); err != nil {
		return nil, f, err
	}
	if f.Defendants, err = defendantsOf(tx, s); err != nil {
		return nil, f, err
	}
	all, err := s.pack.Gates(s.procedure, f)
	return all, f, err
}

// readClaim reads what the debts and the demands of all cases say together: the latest due day, the earliest limitation, and the
// demand that came last.
func readClaim(tx *postgres.Tx, s suit, f *law.SuitFacts) error {
	var row struct {
		DueOn        day.Date       `db:"due_on"`
		LimitationOn day.Date       `db:"limitation_on"`
		Business     bool           `db:"business"`
		Kinds        pq.StringArray `db:"kinds"`
		DeliveredOn  day.Date       `db:"delivered_on"`
		TermOn       day.Date       `db:"term_on"`
	}
	err := tx.Get(&row, `select max(x.due_on) as due_on, min(x.limitation_on) as limitation_on, coalesce(bool_and(x.business), false) as business,
			coalesce(array_agg(distinct x.kind), '{}') as kinds, d.delivered_on, d.term_on
		from debts x cross join (
			select case when bool_and(f.demand_state = 'delivered') then max(f.demand_delivered_on) end as delivered_on, max(f.demand_term_on) as term_on
			  from case_facts f where f.client_id = $1 and f.case_id = any ($2)) d
		where x.client_id = $1 and x.case_id = any ($2) group by d.delivered_on, d.term_on`, s.cases[0].ClientID, pq.Array(idsOf(s.cases)))
	if err != nil {
		return fmt.Errorf("reading the debts to sue for: %w", err)
	}
	f.DueOn, f.LimitationOn, f.Business, f.DebtKinds, f.DeliveredOn, f.DemandEnd = row.DueOn, row.LimitationOn, row.Business, row.Kinds, row.DeliveredOn, row.TermOn
	return nil
}

// defendantsOf reads whom a suit is against, each with the attempts to negotiate: those taken down, and for the principal debtor the
// demands that were delivered in every case.
func defendantsOf(tx *postgres.Tx, s suit) ([]law.Defendant, error) {
	first := s.cases[0]
	parties, err := cases.PartiesOf(tx, first.ClientID, first.AccountID)
	if err != nil {
		return nil, err
	}
	attempts, err := attemptsOf(tx, first.ClientID, first.AccountID)
	if err != nil {
		return nil, err
	}
	written, err := demandsDelivered(tx, first.ClientID, idsOf(s.cases))
	if err != nil {
		return nil, err
	}
	var all []law.Defendant
	for _, p := range parties {
		if len(s.against) > 0 && !slices.Contains(s.against, p.ID) || len(s.against) == 0 && !slices.Contains(sued, p.Role) {
			continue
		}
		d := law.Defendant{ID: p.ID.String(), Name: p.Name, Country: p.AddressCountry}
		if d.Country == "" {
			d.Country = p.Country
		}
		if p.Role == "principal" {
			d.Attempts = append(d.Attempts, written...)
		}
		for _, a := range attempts {
			if a.PartyID == p.ID {
				d.Attempts = append(d.Attempts, law.Attempt{Means: a.Means, RequestedOn: a.RequestedOn, ReceivedOn: a.ReceivedOn, EndedOn: a.EndedOn, Grade: a.Grade})
			}
		}
		all = append(all, d)
	}
	return all, nil
}

// demandsDelivered are the demands that reached the principal debtor and cover every one of the cases, as requests to negotiate.
func demandsDelivered(tx *postgres.Tx, client uuid.UUID, caseIDs []uuid.UUID) ([]law.Attempt, error) {
	var rows []struct {
		DispatchedOn day.Date `db:"dispatched_on"`
		DeliveredOn  day.Date `db:"delivered_on"`
		Grade        int      `db:"delivery_grade"`
	}
	err := tx.Select(&rows, `select d.dispatched_on, d.delivered_on, d.delivery_grade from demands d
		where d.client_id = $1 and d.state = 'delivered' and $3 = (select count(*) from demand_cases c where c.client_id = $1 and c.demand_id = d.id and c.case_id = any ($2))
		order by d.delivered_on`, client, pq.Array(caseIDs), len(caseIDs))
	if err != nil {
		return nil, fmt.Errorf("reading the demands that were delivered: %w", err)
	}
	all := make([]law.Attempt, len(rows))
	for i, r := range rows {
		all[i] = law.Attempt{Means: Talks, RequestedOn: r.DispatchedOn, ReceivedOn: r.DeliveredOn, Grade: r.Grade}
	}
	return all, nil
}

// shut is the refusal that names every closed gate: one alone by its own code, several as reasons of gates_closed.
func shut(gates []law.Gate) error {
	var reasons []problem.Reason
	for _, g := range gates {
		if !g.Open() {
			reasons = append(reasons, g.Reason())
		}
	}
	switch len(reasons) {
	case 0:
		return nil
	case 1:
		return problem.New(problem.Invalid, reasons[0].Code, reasons[0].Text.ES, reasons[0].Text.EN).With(reasons...)
	}
	return errGates.With(reasons...)
}

// allMaySue asks the house's gates for every case of the work.
func (w *work) allMaySue(goesOn bool) error { return maySue(w.Tx.Tx, w.cases, goesOn, w.today) }

// maySue asks the house's gates for every case that stands before the suit or is in one that goes on in another procedure.
func maySue(tx *postgres.Tx, all []*cases.Case, goesOn bool, today day.Date) error {
	for _, c := range all {
		if c.Stage == cases.Closed {
			return errStage
		}
		facts, err := cases.FactsOf(tx, c.ClientID, c.ID)
		if err != nil {
			return err
		}
		if goesOn {
			facts.LimitationOn = day.Date{} // the suit that it goes on from has interrupted it
		}
		if err := cases.MaySue(facts, today); err != nil {
			return err
		}
		if c.Stage != cases.PreLitigation && c.Stage != cases.Judicial && !(goesOn && c.Stage == cases.Enforcement) {
			return errStage
		}
	}
	return nil
}

// mayGo asks every gate again for a proceeding that is being prepared.
func (w *work) mayGo() error {
	before, err := w.followed()
	if err != nil {
		return err
	}
	if err := w.allMaySue(before != nil); err != nil {
		return err
	}
	gates, _, err := w.desk.gates(w.Tx.Tx, w.toSue(before))
	if err != nil {
		return err
	}
	return shut(gates)
}

// defendants are the parties of the account that are sued; none named means all who answer for the debt.
func (w *work) defendants(named []uuid.UUID) ([]uuid.UUID, error) {
	parties, err := cases.PartiesOf(w.Tx.Tx, w.cases[0].ClientID, w.cases[0].AccountID)
	if err != nil {
		return nil, err
	}
	var all []uuid.UUID
	for _, p := range parties {
		if slices.Contains(sued, p.Role) && (len(named) == 0 || slices.Contains(named, p.ID)) {
			all = append(all, p.ID)
		}
	}
	if len(all) == 0 || len(named) > len(all) {
		return nil, errDefendants
	}
	return all, nil
}

// claimed is what a proceeding claims; of one from before that was kept, what stands open.
func (d *Desk) claimed(tx *postgres.Tx, p Proceeding, all []*cases.Case, today day.Date) (money.Amount, error) {
	if p.ClaimMinor > 0 {
		return money.Of(p.ClaimMinor, all[0].Currency), nil
	}
	return d.claim(tx, all, today)
}

// Gates lists what a procedure asks before it is filed for a case, open and closed, for whoever may see its proceedings.
func (d *Desk) Gates(ctx context.Context, who evidence.Actor, caseID uuid.UUID, procedure string) (gates []law.Gate, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		c, err := cases.Get(tx, who, caseID)
		if err != nil {
			return err
		}
		if err := access.Require(who, access.To(access.ActList, access.ObjProceeding), c.Place(), access.NoState); err != nil {
			return err
		}
		pack, err := d.Law.Pack(c.Jurisdiction)
		if err != nil {
			return err
		}
		gates, _, err = d.gates(tx, suit{cases: []*cases.Case{c}, pack: pack, procedure: procedure, today: day.In(d.Log.Now(), pack.Zone)})
		return err
	})
	return gates, err
}

// gatesOf are the gates of a proceeding that is being prepared, and the house's own that is closed, if one is.
func (d *Desk) gatesOf(tx *postgres.Tx, p Proceeding, all []*cases.Case, pack *law.Pack, today day.Date) ([]law.Gate, *problem.Error, error) {
	s := suit{cases: all, pack: pack, procedure: p.Procedure, title: p.Title, against: p.Defendants, today: today}
	if p.Follows != nil {
		from, err := byID(tx, *p.Follows)
		if err != nil {
			return nil, nil, err
		}
		if s.before, _, err = d.follows(tx, from, p.Procedure, all, today); err != nil {
			return nil, nil, err
		}
	}
	gates, _, err := d.gates(tx, s)
	if err != nil {
		return nil, nil, err
	}
	err = maySue(tx, all, p.Follows != nil, today)
	if closed := problem.Of(err); closed != nil {
		return gates, closed, nil
	}
	return gates, nil, err
}
