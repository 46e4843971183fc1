package privacy_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/privacy"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
)

// sees counts what an actor reaches of a case in every table that the policies hide it from.
func (h *house) sees(who evidence.Actor, c *cases.Case) (n int) {
	h.T.Helper()
	h.ok(h.DB.App.View(context.Background(), who.Token, func(tx *postgres.Tx) error {
		return tx.Get(&n, `select (select count(*) from cases where id = $1) + (select count(*) from debts where case_id = $1) + (select count(*) from ledger_entries where case_id = $1)
			+ (select count(*) from documents where case_id = $1) + (select count(*) from parties where account_id = $2) + (select count(*) from demands where account_id = $2)
			+ (select count(*) from messages where account_id = $2) + (select count(*) from agreements where account_id = $2) + (select count(*) from proceedings where account_id = $2)
			+ (select count(*) from filings) + (select count(*) from contact_points) + (select count(*) from payments where account_id = $2) + (select count(*) from case_facts where case_id = $1)`,
			c.ID, c.AccountID)
	}))
	return n
}

func TestABlockedCaseExistsForNobodyButByGrantForAnAuthority(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	c := h.OpenCase(testfirm.Opts{})
	h.plant(c)
	_, err := h.desk.Block(ctx, h.DPO, c.ID)
	h.refused("case_open", err)
	h.close(c)
	h.Clock.AddDays(31)
	_, err = h.desk.Block(ctx, h.Lawyer, c.ID)
	if problem.Of(err) == nil {
		t.Fatalf("a lawyer blocked a case: %v", err)
	}
	_, err = h.desk.Block(ctx, h.DPO, c.ID)
	h.ok(err)
	everybody := []evidence.Actor{h.Job, h.Lawyer, h.Lawyer2, h.Paralegal, h.Supervisor, h.Finance, h.DPO, h.Admin, h.ClientAdminA, h.ClientAdminB, h.KeyA, h.KeyB}
	for _, who := range everybody {
		if n := h.sees(who, c); n != 0 {
			t.Errorf("%s sees %d rows of a blocked case", who.Role, n)
		}
	}
	_, err = h.desk.AskDisclosure(ctx, h.DPO, c.ID, "creditor", "curiosidad")
	h.refused("disclosure_incomplete", err)
	asked, err := h.desk.AskDisclosure(ctx, h.DPO, c.ID, "judge", "Diligencias 1/2026")
	h.ok(err)
	if n := h.sees(h.DPO, c); n != 0 {
		t.Errorf("before the grant the dpo sees %d rows", n)
	}
	_, err = h.desk.GrantDisclosure(ctx, h.DPO, asked.ID)
	h.refused("second_person_needed", err)
	_, err = h.desk.GrantDisclosure(ctx, h.Lawyer, asked.ID)
	h.ok(err)
	_, err = h.desk.GrantDisclosure(ctx, h.Lawyer2, asked.ID)
	h.refused("disclosure_granted", err)
	if n := h.sees(h.DPO, c); n < 5 {
		t.Errorf("with the grant the dpo sees %d rows", n)
	}
	for _, who := range everybody {
		if n := h.sees(who, c); who.ID != h.DPO.ID && n != 0 {
			t.Errorf("%s sees %d rows of a case disclosed to the dpo", who.Role, n)
		}
	}
	past := h.DB.Super.MustBegin()
	past.MustExec(`set local session_replication_role = replica`)
	past.MustExec(`update app.disclosures set until_at = clock_timestamp() - interval '1 second'`)
	h.ok(past.Commit())
	if n := h.sees(h.DPO, c); n != 0 {
		t.Errorf("after its time the dpo sees %d rows", n)
	}
}

func TestANewDebtOfADebtorWhoseCaseIsBlockedOpensACase(t *testing.T) {
	h := newHouse(t)
	debtor := h.Debtor("ES", false)
	c := h.OpenCase(testfirm.Opts{Debtor: &debtor})
	h.close(c)
	h.Clock.AddDays(31)
	_, err := h.desk.Block(context.Background(), h.DPO, c.ID)
	h.ok(err)
	if again := h.OpenCase(testfirm.Opts{Debtor: &debtor}); again.AccountID != c.AccountID || h.sees(h.Lawyer, again) == 0 {
		t.Errorf("the new case stands on account %s, not %s, or nobody sees it", again.AccountID, c.AccountID)
	}
}

func TestATermThatNobodySetIsAnErrorThatNamesIt(t *testing.T) {
	h := newHouse(t)
	c := h.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Kind: "cheque"}}})
	h.close(c)
	h.Clock.AddDays(31)
	_, err := h.desk.Block(context.Background(), h.DPO, c.ID)
	h.refused("privacy_term_missing", err)
	_, err = h.desk.Receive(context.Background(), h.DPO, privacy.Request{Kind: "access", Jurisdiction: "PE", Country: "ES", TaxID: h.Debtor("ES", true).TaxID, ReceivedOn: h.Clock.Today()})
	h.refused("privacy_term_missing", err)
}

// model is the whole of blocking, hold and destruction on one page.
type model struct{ closed, asked, held, expired, blocked, proposed, destroyed bool }

var steps = map[string]func(model) (model, bool){
	"request": func(m model) (model, bool) { ok := !m.destroyed; m.asked = m.asked || ok; return m, ok },
	"hold":    func(m model) (model, bool) { ok := !m.held && !m.destroyed; m.held = m.held || ok; return m, ok },
	"release": func(m model) (model, bool) { ok := m.held; m.held = false; return m, ok },
	"expire":  func(m model) (model, bool) { ok := !m.expired; m.expired = true; return m, ok },
	"block": func(m model) (model, bool) {
		ok := !m.blocked && (m.asked || m.expired)
		m.blocked = m.blocked || ok
		return m, ok
	},
	"propose": func(m model) (model, bool) { ok := m.may() && !m.proposed; m.proposed = m.proposed || ok; return m, ok },
	"destroy": func(m model) (model, bool) {
		ok := m.may() && m.proposed
		m.destroyed = m.destroyed || ok
		return m, ok
	},
	"disclose": func(m model) (model, bool) { return m, m.blocked && !m.destroyed },
}

func (m model) may() bool { return m.blocked && m.expired && !m.held && !m.destroyed }

func TestAHoldBeatsErasureInEveryOrderOfTheModel(t *testing.T) {
	names := slices.Sorted(maps.Keys(steps))
	walked := 0
	var walk func(m model, depth int, trace []string)
	walk = func(m model, depth int, trace []string) {
		walked++
		if depth == 0 {
			return
		}
		for _, name := range names {
			next, ok := steps[name](m)
			if !ok && next != m {
				t.Fatalf("%v: a refused %s changed %+v to %+v", trace, name, m, next)
			}
			if next.destroyed && !m.destroyed && (m.held || !m.expired || !m.blocked || !m.proposed) {
				t.Fatalf("%v: destroyed out of %+v", trace, m)
			}
			if m.destroyed && (next.blocked != m.blocked || !next.destroyed) {
				t.Fatalf("%v: what was destroyed came back", trace)
			}
			walk(next, depth-1, append(slices.Clone(trace), name))
		}
	}
	walk(model{closed: true}, 6, nil)
	if walked < 200_000 {
		t.Fatalf("only %d orders", walked)
	}
}

func TestPostgreSQLAgreesWithTheModelInRandomOrders(t *testing.T) {
	h := newHouse(t)
	names := slices.Sorted(maps.Keys(steps))
	rng := rand.New(rand.NewPCG(20260302, 4))
	for range 12 {
		h.walk(rng, names)
	}
}

// walk takes random steps with one case and compares each answer with the model's.
func (h *house) walk(rng *rand.Rand, names []string) {
	h.T.Helper()
	h.Clock.AddDays(1)
	debtor := h.Debtor("ES", true)
	c := h.OpenCase(testfirm.Opts{Debtor: &debtor})
	h.close(c)
	m, hold, trace := model{closed: true}, uuid.Nil, []string{}
	for range 14 {
		name := names[rng.IntN(len(names))]
		want, ok := steps[name](m)
		err := h.step(name, c, debtor, &hold)
		trace = append(trace, name)
		if (err == nil) != (ok || (name == "expire")) {
			h.T.Fatalf("%v: the model says %v, PostgreSQL says %v", trace, ok, err)
		}
		if err != nil && problem.Of(err) == nil {
			h.T.Fatalf("%v: refused in no words of ours: %v", trace, err)
		}
		m = want
		var state string
		h.ok(h.DB.Super.Get(&state, `select coalesce((select state from app.blocked_cases where case_id = $1), 'active')`, c.ID))
		if says := m.word(); state != says {
			h.T.Fatalf("%v: the model is %s, PostgreSQL %s", trace, says, state)
		}
	}
}

func (m model) word() string {
	switch {
	case m.destroyed:
		return "destroyed"
	case m.proposed:
		return "proposed"
	case m.blocked:
		return "blocked"
	}
	return "active"
}

func (h *house) step(name string, c *cases.Case, debtor cases.Debtor, hold *uuid.UUID) error {
	ctx := context.Background()
	switch name {
	case "request":
		r, err := h.desk.Receive(ctx, h.DPO, privacy.Request{Kind: "erasure", Jurisdiction: "ES", Country: "ES", TaxID: debtor.TaxID, Name: debtor.Name, ReceivedOn: h.Clock.Today()})
		if err == nil {
			_, err = h.desk.Verify(ctx, h.DPO, r.ID, "DNI a la vista")
		}
		if err == nil && h.destroyed(c) { // a request about somebody gone is recorded and answered like any other
			return problem.Missing
		}
		return err
	case "hold":
		if *hold != uuid.Nil {
			return problem.Missing
		}
		placed, err := h.desk.PlaceHold(ctx, h.DPO, privacy.Hold{Scope: "case", Target: c.ID, Reason: "pleito", ReviewOn: h.Clock.Today().AddDays(30)})
		if err == nil {
			*hold = placed.ID
		}
		if err == nil && h.destroyed(c) {
			return fmt.Errorf("a hold on what is destroyed")
		}
		return err
	case "release":
		_, err := h.desk.LiftHold(ctx, h.DPO, *hold)
		if err == nil {
			*hold = uuid.Nil
		}
		return err
	case "expire":
		if h.Clock.Today().DaysSince(c.OpenedOn) < 731 {
			h.Clock.AddDays(3 * 366)
		}
		return nil
	case "block":
		_, err := h.desk.Block(ctx, h.DPO, c.ID)
		return err
	case "propose":
		_, err := h.desk.Propose(ctx, h.DPO, c.ID)
		return err
	case "destroy":
		_, err := h.desk.Destroy(ctx, h.Lawyer, c.ID)
		return err
	}
	_, err := h.desk.AskDisclosure(ctx, h.DPO, c.ID, "authority", "requerimiento")
	return err
}

func (h *house) destroyed(c *cases.Case) (is bool) {
	h.T.Helper()
	h.ok(h.DB.Super.Get(&is, `select exists (select 1 from app.blocked_cases where case_id = $1 and state = 'destroyed')`, c.ID))
	return is
}
