package court

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
)

// Opening is what a proceeding is begun with.
type Opening struct {
	Procedure  string      // its id in the jurisdiction's pack
	Court      string      // empty: the one that the law names, or that of the proceeding before
	Place      law.Place   // where it sits, when that is known
	Title      string      // what is enforced, of the procedure's titles; empty where the debts or the proceeding before give it
	Defendants []uuid.UUID // parties of the account; none: the principal debtor and every guarantor
	Follows    *uuid.UUID  // the proceeding that it goes on from; nil: one of the cases that this procedure follows, if there is
}

// Open begins a proceeding of cases of one account. Every gate to court must hold; the refusal names each closed one with what is
// missing. What goes on from an earlier proceeding keeps its defendants, court and docket.
func (d *Desk) Open(ctx context.Context, who evidence.Actor, caseIDs []uuid.UUID, in Opening) (Proceeding, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Proceeding, []evidence.Entry, error) {
		w, err := d.lock(tx, caseIDs, access.To(access.ActRecord, access.ObjProceeding), access.NoState)
		if err != nil {
			return Proceeding{}, nil, err
		}
		if err := w.open(in); err != nil {
			return Proceeding{}, nil, err
		}
		return *w.proceeding, w.entries, nil
	})
}

func (w *work) open(in Opening) error {
	pr, err := w.pack.Procedure(in.Procedure)
	if err != nil {
		return err
	}
	before, err := w.before(in)
	if err != nil {
		return err
	}
	first := w.cases[0]
	p := Proceeding{ClientID: first.ClientID, ID: uuid.Must(uuid.NewV7()), AccountID: first.AccountID, CaseIDs: idsOf(w.cases), Jurisdiction: first.Jurisdiction, Procedure: pr.ID,
		Court: in.Court, Region: in.Place.Region, Town: in.Place.Town, Title: in.Title, State: Preparing, OpenedOn: w.today, PackVersion: w.pack.Label(), Defendants: in.Defendants}
	if err := w.pack.Knows(in.Place); err != nil {
		return err
	}
	if before != nil {
		p.goesOnFrom(before)
	}
	if p.Court == "" {
		p.Court = pr.Court.Text.ES
	}
	w.proceeding = &p
	if p.Defendants, err = w.defendants(p.Defendants); err != nil {
		return err
	}
	if err := w.allMaySue(before != nil); err != nil {
		return err
	}
	gates, facts, err := w.desk.gates(w.Tx.Tx, w.toSue(before))
	if err != nil {
		return err
	}
	if err := shut(gates); err != nil {
		return err
	}
	p.ClaimMinor = facts.Claim.Minor
	if err := insertProceeding(w.Tx, p); err != nil {
		return err
	}
	fields := evidence.Fields{"procedure": p.Procedure, "court": p.Court, "region": p.Region, "town": p.Town, "claim": facts.Claim.Decimal(), "currency": string(facts.Claim.Currency), "pack": p.PackVersion,
		"defendants": fmt.Sprint(len(p.Defendants)), "title": p.Title}
	if before != nil {
		fields["follows"] = before.ID.String()
	}
	w.log("proceeding.opened", fields)
	if err := w.startSueBy(gates, before); err != nil {
		return err
	}
	if before != nil && before.follow.At != "" {
		if err := w.enter(before); err != nil {
			return err
		}
	}
	return w.handOver([]string{"ask_to_sue", "prepare_suit"}, "", "")
}

// earlier is a proceeding from which another goes on.
type earlier struct {
	Proceeding
	follow  law.Follow
	lastOn  day.Date // of its newest act
	begunOn day.Date // when the first of the chain was filed
}

func (p *Proceeding) goesOnFrom(b *earlier) {
	p.Follows = &b.ID
	if p.Title == "" {
		p.Title = b.follow.Title
	}
	if p.Court == "" {
		p.Court = b.Court
	}
	if p.Region == "" {
		p.Region, p.Town = b.Region, b.Town
	}
	if len(p.Defendants) == 0 {
		p.Defendants = b.Defendants
	}
	p.DocketNumber = b.DocketNumber
}

// before finds the proceeding that the new one goes on from. Another one that is still under way is refused, and so is a wish to
// follow where the law lets nothing follow.
func (w *work) before(in Opening) (*earlier, error) {
	var all []Proceeding
	for _, c := range w.cases {
		of, err := ofCase(w.Tx.Tx, c.ClientID, c.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, of...)
	}
	var found *earlier
	running := false
	for _, p := range all {
		b, outcome, err := w.desk.follows(w.Tx.Tx, p, in.Procedure, w.cases, w.today)
		if err != nil {
			return nil, err
		}
		switch {
		case b != nil && (in.Follows == nil || *in.Follows == p.ID):
			if found == nil {
				found = b
			}
		case outcome == law.NoOutcome && p.State != Ended && p.State != Decided:
			running = true
		}
	}
	switch {
	case in.Follows != nil && found == nil:
		return nil, errFollows
	case running:
		return nil, errLive
	}
	return found, nil
}

// follows tells how a proceeding ended, and how the procedure would go on from it; nil when the law does not let it.
func (d *Desk) follows(tx *postgres.Tx, p Proceeding, procedure string, all []*cases.Case, today day.Date) (*earlier, law.Outcome, error) {
	pack, err := d.packOf(p)
	if err != nil {
		return nil, "", err
	}
	pr, err := pack.Procedure(p.Procedure)
	if err != nil {
		return nil, "", err
	}
	kinds, last, err := done(tx, p.ClientID, p.ID)
	if err != nil {
		return nil, "", err
	}
	claim, err := d.claimed(tx, p, all, today)
	if err != nil {
		return nil, "", err
	}
	next, err := pack.Follows(p.Procedure, kinds, claim)
	i := slices.IndexFunc(next, func(f law.Follow) bool { return f.Procedure == procedure })
	if err != nil || i < 0 {
		return nil, pr.Outcome(kinds), err
	}
	begun, err := d.begun(tx, p)
	return &earlier{p, next[i], last.HappenedOn, begun}, pr.Outcome(kinds), err
}

// begun is the day on which the first proceeding of a chain was filed.
func (d *Desk) begun(tx *postgres.Tx, p Proceeding) (day.Date, error) {
	var first day.Date
	err := tx.Get(&first, `with recursive chain as (
			select id, follows, filed_on from proceedings where client_id = $1 and id = $2
			union all select p.id, p.follows, p.filed_on from proceedings p join chain c on p.client_id = $1 and p.id = c.follows)
		select filed_on from chain where follows is null`, p.ClientID, p.ID)
	if err != nil {
		return first, fmt.Errorf("reading what proceeding %s follows: %w", p.ID, err)
	}
	return first, nil
}

// startSueBy puts the term to sue after the negotiation, of the defendant for whom it ends first.
func (w *work) startSueBy(gates []law.Gate, before *earlier) error {
	if before != nil {
		return nil
	}
	var first law.Deadline
	for _, g := range gates {
		if !g.SueBy.Due.IsZero() && (first.Due.IsZero() || g.SueBy.Due.Before(first.Due)) {
			first = g.SueBy
		}
	}
	if first.Due.IsZero() {
		return nil
	}
	return w.startTerm(first.Rule, uuid.Nil, first.Trigger, ours)
}

// enter begins a proceeding into which the court goes on by itself, on the day that led to it, and ends the one before.
func (w *work) enter(before *earlier) error {
	p := w.proceeding
	p.FiledOn = before.FiledOn
	if err := w.move([]State{Preparing}, Filed, `filed_on = :filed_on`); err != nil {
		return err
	}
	if err := w.record(w.made(ActIn{Kind: before.follow.At, On: before.lastOn}, nil), nil); err != nil {
		return err
	}
	return w.closeEarlier(before, before.lastOn)
}

// closeEarlier takes down in the proceeding before the act that ends it, now that the one that follows is before the court.
func (w *work) closeEarlier(before *earlier, on day.Date) error {
	if before.follow.Closes == "" {
		return nil
	}
	here, pack := w.proceeding, w.pack
	defer func() { w.proceeding, w.pack = here, pack }()
	var err error
	w.proceeding = &before.Proceeding
	if w.pack, err = w.desk.packOf(before.Proceeding); err != nil {
		return err
	}
	kinds, _, err := done(w.Tx.Tx, before.ClientID, before.ID)
	if err != nil {
		return err
	}
	next, err := w.pack.Next(before.Procedure, kinds)
	if err != nil || !slices.ContainsFunc(next, func(a law.Act) bool { return a.ID == before.follow.Closes }) {
		return err
	}
	return w.record(w.made(ActIn{Kind: before.follow.Closes, On: on}, nil), nil)
}

// followed is the proceeding from which the present one goes on, with how; nil when it stands alone.
func (w *work) followed() (*earlier, error) {
	if w.proceeding.Follows == nil {
		return nil, nil
	}
	p, err := byID(w.Tx.Tx, *w.proceeding.Follows)
	if err != nil {
		return nil, err
	}
	b, _, err := w.desk.follows(w.Tx.Tx, p, w.proceeding.Procedure, w.cases, w.today)
	if err != nil || b != nil {
		return b, err
	}
	begun, err := w.desk.begun(w.Tx.Tx, p) // it has ended meanwhile: nothing is left to close
	return &earlier{Proceeding: p, begunOn: begun}, err
}

func idsOf(all []*cases.Case) []uuid.UUID {
	ids := make([]uuid.UUID, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	return ids
}
