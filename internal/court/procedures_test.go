package court_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"recobro/internal/cases"
	"recobro/internal/court"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
)

// vouched is an office whose lawyers confirmed every fact that nobody has verified.
func vouched(t testing.TB) office {
	t.Helper()
	o := open(t)
	// The amount of this year is not shipped: a firm enters it by page.
	o.adopt(t, law.Change{Kind: law.ChangeUnitValue, Jurisdiction: "MX", At: time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC), Unit: "CCOM1339", On: day.Of(2026, 1, 1),
		Value: decimal.NewFromInt(900_000), Source: "cifra inventada para la prueba", Confidence: law.ReadSecondary})
	var ids []string
	for _, code := range o.Firm.Law.Codes() {
		p, err := o.Firm.Law.Pack(code)
		must(t, err)
		for _, f := range p.Facts() {
			if f.Confidence == law.Unverified {
				ids = append(ids, f.ID)
			}
		}
	}
	lib, err := o.Firm.Law.Confirm(ids...)
	must(t, err)
	o.Desk.Law, o.Book.Law, o.demands.Law, o.cases.Law = lib, lib, lib, lib
	return o
}

// longest is the way through a procedure with the most acts, without mending the petition.
func longest(pr law.Procedure, next func([]string) []law.Act, way []string) []string {
	var best []string
	for _, a := range next(way) {
		if slices.Contains(way, a.ID) || a.ID == "returned" || len(way) == 0 && a.Entry || a.Anytime {
			continue
		}
		got := append(slices.Clone(way), a.ID)
		if a.Outcome == law.NoOutcome {
			got = longest(pr, next, got)
		}
		if len(got) > len(best) {
			best = got
		}
	}
	return best
}

// suedFor is a case that one may sue for by a procedure: with a debtor abroad, a conciliation that failed or a large debt where it asks for it.
func (o office) suedFor(t testing.TB, code string, pr law.Procedure) *cases.Case {
	t.Helper()
	debtor := o.Debtor(code, false)
	if slices.ContainsFunc(pr.Gates, func(g law.GateRule) bool { return g.ID == law.GateCrossBorder }) {
		debtor.AddressCountry = "PT"
	}
	principal := "1000.00"
	switch pr.MinOver {
	case "15000.00":
		principal = "20000.00"
	case "1 CCOM1339":
		principal = "950000.00"
	}
	c := o.ready(t, testfirm.Opts{Jurisdiction: code, Debtor: &debtor, NoCompensation: code != "ES", Invoices: []testfirm.Invoice{{Principal: principal, Regime: law.None}}}, true)
	if slices.ContainsFunc(pr.Gates, func(g law.GateRule) bool { return len(g.Means) > 0 }) {
		o.talk(t, c, o.party(t, c, "principal"), court.Negotiation{Means: "conciliation", Channel: "centro", RequestedOn: day.Of(2026, 3, 10), ReceivedOn: day.Of(2026, 3, 12), Grade: 4, EndedOn: day.Of(2026, 4, 1), EndedHow: "not_attended"})
	}
	return c
}

func (o office) party(t testing.TB, c *cases.Case, role string) uuid.UUID {
	t.Helper()
	var id uuid.UUID
	must(t, o.DB.Super.Get(&id, `select id from app.parties where account_id = $1 and role = $2`, c.AccountID, role))
	return id
}

func (o office) talk(t testing.TB, c *cases.Case, party uuid.UUID, n court.Negotiation) {
	t.Helper()
	n.PartyID = party
	_, err := o.RecordNegotiation(context.Background(), o.Paralegal, c.ID, n, &documents.Upload{Name: "acuse.png", MediaType: "image/png", Data: append(scan(t), 7)})
	must(t, err)
}

func TestEveryProcedureIsWalkedThroughTheDeskToItsEndAndNothingOutOfOrder(t *testing.T) {
	o := vouched(t)
	for _, code := range o.Desk.Law.Codes() {
		pack, err := o.Desk.Law.Pack(code)
		must(t, err)
		for _, pr := range pack.Procedures() {
			o.Clock.On(day.Of(2026, 3, 2))
			c := o.suedFor(t, code, pr)
			next := func(done []string) []law.Act { all, _ := pack.Next(pr.ID, done); return all }
			o.walk(t, c, pack, pr, longest(pr, next, nil))
		}
	}
}

func (o office) walk(t *testing.T, c *cases.Case, pack *law.Pack, pr law.Procedure, way []string) {
	t.Helper()
	ctx := context.Background()
	in := court.Opening{Procedure: pr.ID}
	if i := slices.IndexFunc(pr.Titles, func(t law.Title) bool { return !t.FromDebt }); i >= 0 {
		in.Title = pr.Titles[i].ID
	}
	var p court.Proceeding
	if pr.ID == "monitorio" && pack.Code == "ES" {
		p, _ = o.filed(t, c)
	} else {
		var err error
		if p, err = o.Open(ctx, o.Lawyer, []uuid.UUID{c.ID}, in); err != nil {
			t.Errorf("%s %s does not open: %v", pack.Code, pr.ID, err)
			return
		}
	}
	on := o.Clock.Today()
	for i, id := range way {
		act, _ := pr.Act(id)
		if i == 0 && pr.ID == "monitorio" && pack.Code == "ES" {
			continue
		}
		may, err := pack.Next(pr.ID, way[:i])
		must(t, err)
		o.refusesAllBut(t, p, pr, may, on)
		if act.AfterTerms {
			on = o.afterTerms(t, p.ID, on)
		}
		o.on(t, on, c.ClientID)
		if _, err := o.RecordAct(ctx, o.Lawyer, p.ID, court.ActIn{Kind: id, On: on, DocketNumber: fmt.Sprint(i)}); err != nil {
			t.Errorf("%s %s: %s after %v on %s: %v", pack.Code, pr.ID, id, way[:i], on, err)
			return
		}
		on = on.AddDays(1)
	}
	ahead, err := o.Ahead(ctx, o.Lawyer, p.ID)
	if err != nil || ahead.Outcome == law.NoOutcome || len(ahead.Next) > 0 {
		t.Errorf("%s %s after %v: %+v, %v", pack.Code, pr.ID, way, ahead, err)
	}
	_, err = o.RecordAct(ctx, o.Lawyer, p.ID, court.ActIn{Kind: "paid", On: o.Clock.Today()})
	refused(t, err, "act_out_of_order")
	all, err := o.Deadlines(ctx, o.Lawyer, p.ID)
	must(t, err)
	for _, l := range all {
		if l.Law == "" || l.Trigger == "" || l.Calendar == "" || len(l.Explanation) < 10 {
			t.Errorf("%s %s: %s does not explain itself: %+v", pack.Code, pr.ID, l.Rule, l)
		}
	}
}

// afterTerms is the first day on which no term of the debtor runs.
func (o office) afterTerms(t *testing.T, id uuid.UUID, on day.Date) day.Date {
	t.Helper()
	all, err := o.Deadlines(context.Background(), o.Lawyer, id)
	must(t, err)
	for _, l := range all {
		if l.Whose == "theirs" && l.MetOn.IsZero() && l.ReplacedBy == nil {
			on = day.Later(on, l.DueOn.AddDays(1))
		}
	}
	return on
}

// refusesAllBut tries the first act that may not come now: the refusal names those that may.
func (o office) refusesAllBut(t *testing.T, p court.Proceeding, pr law.Procedure, may []law.Act, on day.Date) {
	t.Helper()
	for _, a := range pr.Acts {
		if slices.ContainsFunc(may, func(m law.Act) bool { return m.ID == a.ID }) {
			continue
		}
		_, err := o.RecordAct(context.Background(), o.Lawyer, p.ID, court.ActIn{Kind: a.ID, On: on})
		q := problem.Of(err)
		if q == nil || q.Code != "act_out_of_order" || q.Kind != problem.Invalid || len(q.Reasons) != len(may) {
			t.Errorf("%s %s out of order: %v", pr.ID, a.ID, err)
		}
		return
	}
}

func TestEveryCoDebtorIsAskedToNegotiateBeforeTheSuit(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.OpenCase(testfirm.Opts{})
	guarantor := o.Debtor("ES", true)
	_, err := evidence.Record(ctx, o.Firm.Log, o.Job, func(tx *evidence.Tx) (bool, []evidence.Entry, error) {
		entries, err := cases.AddGuarantors(tx, c.ClientID, []cases.Guarantor{{Account: c.AccountID, Case: c.ID, Debtor: guarantor, Source: "contrato"}})
		return true, entries, err
	})
	must(t, err)
	o.deliver(t, c, true)
	o.allow(t, c)
	start := func(against ...uuid.UUID) error {
		_, err := o.Open(ctx, o.Lawyer, []uuid.UUID{c.ID}, court.Opening{Procedure: "monitorio", Defendants: against})
		return err
	}
	bruno := o.party(t, c, "guarantor")
	err = start()
	refused(t, err, "negotiation_missing")
	if q := problem.Of(err); q == nil || len(q.Reasons) != 1 || q.Reasons[0].Pointer != "/gates/negotiation/"+bruno.String() {
		t.Fatalf("%v", err)
	}
	for code, n := range map[string]court.Negotiation{
		"negotiation_receipt": {Means: "negotiation", Channel: "burofax", RequestedOn: day.Of(2026, 4, 2), ReceivedOn: day.Of(2026, 4, 4)},
		"negotiation_means":   {Means: "shouting", Channel: "burofax", RequestedOn: day.Of(2026, 4, 2)},
		"negotiation_end":     {Means: "negotiation", Channel: "burofax", RequestedOn: day.Of(2026, 4, 2), EndedOn: day.Of(2026, 4, 9)},
		"day_impossible":      {Means: "negotiation", Channel: "burofax", RequestedOn: day.Of(2027, 4, 2)},
	} {
		n.PartyID = bruno
		_, err := o.RecordNegotiation(ctx, o.Paralegal, c.ID, n, nil)
		refused(t, err, code)
	}
	asked := court.Negotiation{Means: "negotiation", Channel: "burofax", RequestedOn: day.Of(2026, 4, 2)}
	asked.PartyID = bruno
	_, err = o.RecordNegotiation(ctx, o.Paralegal, c.ID, asked, nil)
	must(t, err)
	refused(t, start(), "negotiation_not_received")
	asked.ReceivedOn, asked.Grade = day.Of(2026, 4, 4), 4
	o.talk(t, c, bruno, asked)
	refused(t, start(), "negotiation_running")
	o.on(t, day.Of(2026, 5, 4), c.ClientID)
	refused(t, start(), "negotiation_running")
	o.on(t, day.Of(2026, 5, 5), c.ClientID)
	refused(t, start(uuid.New()), "defendants_unknown")
	must(t, start())
	if kinds := o.Kinds(c); !slices.Contains(kinds, "negotiation.recorded") {
		t.Errorf("log %v", kinds)
	}
	var against int
	must(t, o.DB.Super.Get(&against, `select count(*) from app.proceeding_parties`))
	if against != 2 {
		t.Errorf("the suit is against %d", against)
	}
}

func TestAfterAnOppositionTheClaimThatFollowsKeepsItsMonthItsDocketAndDeductsTheFee(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.ready(t, testfirm.Opts{Invoices: []testfirm.Invoice{{Principal: "20000.00"}}}, true)
	p, f := o.filed(t, c)
	fees := func() (lines []string) {
		must(t, o.DB.Super.Select(&lines, `select minor || ' ' || borne_by || ' ' || effective_on from app.ledger_entries where case_id = $1 and component = 'court_fee' order by id`, c.ID))
		return lines
	}
	if got := fees(); !slices.Equal(got, []string{"9000 undecided 2026-04-20"}) {
		t.Errorf("the fee of the monitorio: %v", got)
	}
	o.on(t, day.Of(2026, 6, 9), c.ClientID)
	record := func(id uuid.UUID, kind string, on day.Date, costs *bool) {
		t.Helper()
		_, err := o.RecordAct(ctx, o.Lawyer, id, court.ActIn{Kind: kind, On: on, CostsAwarded: costs})
		must(t, err)
	}
	record(p.ID, "served", day.Of(2026, 5, 20), nil)
	_, err := o.Open(ctx, o.Lawyer, []uuid.UUID{c.ID}, court.Opening{Procedure: "ordinario"})
	refused(t, err, "proceeding_live")
	record(p.ID, "opposed", day.Of(2026, 6, 8), nil)
	_, err = o.Open(ctx, o.Lawyer, []uuid.UUID{c.ID}, court.Opening{Procedure: "verbal"})
	refused(t, err, "proceeding_live")
	next, err := o.Open(ctx, o.Lawyer, []uuid.UUID{c.ID}, court.Opening{Procedure: "ordinario"})
	must(t, err)
	if next.Follows == nil || *next.Follows != p.ID || next.DocketNumber != "412/2026" || len(next.Defendants) != 1 {
		t.Fatalf("%+v", next)
	}
	record(next.ID, "filed", day.Of(2026, 6, 9), nil)
	all, err := o.Deadlines(ctx, o.Lawyer, p.ID)
	must(t, err)
	month := all[slices.IndexFunc(all, func(l court.Deadline) bool { return l.Rule == "opposition_ordinary" })]
	if month.DueOn != day.Of(2026, 7, 8) || month.MetOn != day.Of(2026, 6, 9) {
		t.Errorf("the month %+v", month)
	}
	ahead, err := o.Ahead(ctx, o.Lawyer, p.ID)
	if err != nil || ahead.Outcome != law.Opposed {
		t.Errorf("the monitorio %+v, %v", ahead, err)
	}
	if got := fees(); len(got) != 2 || got[1] != "18000 undecided 2026-06-09" {
		t.Errorf("300 less 10 per cent less the 90 paid: %v", got)
	}
	o.on(t, day.Of(2026, 7, 20), c.ClientID)
	record(next.ID, "served", day.Of(2026, 6, 10), nil)
	record(next.ID, "answered", day.Of(2026, 7, 1), nil)
	record(next.ID, "pretrial", day.Of(2026, 7, 2), nil)
	yes := true
	_, err = o.RecordAct(ctx, o.Lawyer, next.ID, court.ActIn{Kind: "hearing", On: day.Of(2026, 7, 3), CostsAwarded: &yes})
	refused(t, err, "costs_not_decided")
	record(next.ID, "judgment", day.Of(2026, 7, 10), &yes)
	var borne money.Amount
	var minor int64
	must(t, o.DB.Super.Get(&minor, `select sum(minor) from app.ledger_entries where case_id = $1 and component = 'court_fee' and borne_by = 'debtor'`, c.ID))
	if borne = money.Of(minor, money.EUR); borne.Decimal() != "270.00" {
		t.Errorf("the debtor bears %s", borne)
	}
	record(next.ID, "final", day.Of(2026, 7, 20), nil)
	if stage := o.Case(c.ID).Stage; stage != cases.Enforcement || f.ClaimMinor == 0 {
		t.Errorf("stage %s", stage)
	}
	_, err = o.Open(ctx, o.Lawyer, []uuid.UUID{c.ID}, court.Opening{Procedure: "ejecucion"})
	refused(t, err, "title_waiting")
}

func TestTheVerbalTrialGoesOnFromTheMonitorioByItself(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.ready(t, testfirm.Opts{}, true)
	p, _ := o.filed(t, c)
	o.on(t, day.Of(2026, 6, 15), c.ClientID)
	for kind, on := range map[string]day.Date{"served": day.Of(2026, 5, 20)} {
		_, err := o.RecordAct(ctx, o.Paralegal, p.ID, court.ActIn{Kind: kind, On: on})
		must(t, err)
	}
	_, err := o.RecordAct(ctx, o.Paralegal, p.ID, court.ActIn{Kind: "opposed", On: day.Of(2026, 6, 8)})
	must(t, err)
	next, err := o.Open(ctx, o.Paralegal, []uuid.UUID{c.ID}, court.Opening{Procedure: "verbal", Follows: &p.ID})
	must(t, err)
	if next.FiledOn != p.FiledOn && next.FiledOn.IsZero() || next.State != court.Opposed {
		t.Errorf("%+v", next)
	}
	_, err = o.RecordAct(ctx, o.Paralegal, next.ID, court.ActIn{Kind: "challenged", On: day.Of(2026, 6, 12)})
	must(t, err)
	all, err := o.Deadlines(ctx, o.Lawyer, p.ID)
	must(t, err)
	if i := slices.IndexFunc(all, func(l court.Deadline) bool { return l.Rule == "opposition_verbal" }); all[i].MetOn != day.Of(2026, 6, 12) {
		t.Errorf("ten days to challenge %+v", all[i])
	}
}
