package cases_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
)

type bench struct {
	*testfirm.Firm
	desk *cases.Desk
}

func newBench(t *testing.T) bench {
	t.Helper()
	f := testfirm.New(t)
	return bench{f, &cases.Desk{Log: f.Log, Law: f.Law}}
}

// lines counts the interactions of a case.
func (b bench) lines(t *testing.T, c *cases.Case) (n int) {
	t.Helper()
	if err := b.DB.Super.Get(&n, `select count(*) from ev.events where subject = $1`, c.ID); err != nil {
		t.Fatal(err)
	}
	return n
}

func code(err error) string {
	if p := problem.Of(err); p != nil {
		return p.Code
	}
	return ""
}

func TestHoldIsPlacedAndLiftedWithItsEntries(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	c := b.OpenCase(testfirm.Opts{})
	before := b.lines(t, c)
	h, err := b.desk.PlaceHold(ctx, b.Paralegal, c.ID, cases.Hold{Scope: "contact", Reason: "Pide contacto solo por escrito"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.desk.LiftHold(ctx, b.Paralegal, h.ID, "Acordado"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.desk.LiftHold(ctx, b.Paralegal, h.ID, "otra vez"); code(err) != "changed_meanwhile" {
		t.Fatalf("lifted twice: %v", err)
	}
	if got := b.lines(t, c) - before; got != 2 {
		t.Fatalf("%d entries, want placed and lifted", got)
	}
}

func TestRefusedChangesLeaveNothingBehind(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	c := b.OpenCase(testfirm.Opts{})
	before := b.lines(t, c)
	for name, try := range map[string]func() error{
		"hold_scope_unknown": func() error {
			_, err := b.desk.PlaceHold(ctx, b.Paralegal, c.ID, cases.Hold{Scope: "todo", Reason: "x"})
			return err
		},
		"promise_terms": func() error {
			_, err := b.desk.RecordPromise(ctx, b.Paralegal, c.ID, money.Of(100, money.MXN), b.Clock.Today().AddDays(3))
			return err
		},
		"dispute_amount": func() error {
			_, err := b.desk.RaiseDispute(ctx, b.Paralegal, c.ID, money.Of(-1, money.EUR), "rota")
			return err
		},
		"step_not_possible": func() error {
			_, err := b.desk.Advance(ctx, b.Lawyer, c.ID, cases.DemandExpired, "")
			return err
		},
		"limitation_not_past": func() error {
			_, err := b.desk.Advance(ctx, b.Lawyer, c.ID, cases.TimeBarred, "")
			return err
		},
	} {
		if err := try(); code(err) != name {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if got := b.lines(t, c); got != before {
		t.Fatalf("%d entries were written by refused changes", got-before)
	}
}

func TestAnothersCaseDoesNotExist(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	c := b.OpenCase(testfirm.Opts{})
	for who, actor := range map[string]evidence.Actor{"key of another client": b.KeyB, "admin of another client": b.ClientAdminB, "system administrator": b.Admin} {
		err := b.Log.DB.View(ctx, actor.Token, func(tx *postgres.Tx) error {
			_, err := cases.Get(tx, actor, c.ID)
			return err
		})
		if !errors.Is(err, problem.Missing) {
			t.Errorf("%s reads: %v", who, err)
		}
		if _, err := b.desk.Write(ctx, actor, c.ID, cases.Contact{Kind: "note", Text: "x"}); !errors.Is(err, problem.Missing) {
			t.Errorf("%s writes: %v", who, err)
		}
		if lines, _, err := b.desk.List(ctx, actor, cases.Filter{}); len(lines) != 0 && err == nil {
			t.Errorf("%s lists %d cases", who, len(lines))
		}
	}
	if _, err := b.desk.Write(ctx, b.KeyA, c.ID, cases.Contact{Kind: "note", Text: "x", Internal: true}); err == nil {
		t.Error("a client's key wrote an internal note")
	}
	if _, err := b.desk.Advance(ctx, b.Lawyer, uuid.New(), cases.Declined, ""); !errors.Is(err, problem.Missing) {
		t.Errorf("a case that is not there: %v", err)
	}
}

func TestClosedCaseKeepsNothingOpen(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	c := b.OpenCase(testfirm.Opts{})
	if _, err := b.desk.PlaceHold(ctx, b.Paralegal, c.ID, cases.Hold{Scope: "all", Reason: "espera"}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.desk.RaiseDispute(ctx, b.Paralegal, c.ID, money.Of(100, money.EUR), "rota"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.desk.Advance(ctx, b.Lawyer, c.ID, cases.Declined, "Sin fundamento"); err != nil {
		t.Fatal(err)
	}
	var open int
	err := b.DB.Super.Get(&open, `select (select count(*) from app.holds where lifted_on is null) + (select count(*) from app.disputes where state = 'open')
		+ (select count(*) from app.cases where stage = 'closed' and (next_step is not null or plan_due))`)
	if err != nil || open != 0 {
		t.Fatalf("%d things stay open, %v", open, err)
	}
	if _, err := b.desk.PlaceHold(ctx, b.Paralegal, c.ID, cases.Hold{Scope: "all", Reason: "x"}); code(err) != "case_closed" {
		t.Fatalf("a closed case took a hold: %v", err)
	}
}

func TestTwoMovesAtOnceHaveOneWinner(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	c := b.OpenCase(testfirm.Opts{})
	var wait sync.WaitGroup
	results := make(chan error, 6)
	for range 6 {
		wait.Go(func() {
			_, err := b.desk.Advance(ctx, b.Lawyer, c.ID, cases.Uncollectible, "")
			results <- err
		})
	}
	wait.Wait()
	close(results)
	won := 0
	for err := range results {
		if err == nil {
			won++
		} else if code(err) != "step_not_possible" && code(err) != "changed_meanwhile" && code(err) != "not_allowed" {
			t.Errorf("loser heard %v", err)
		}
	}
	if won != 1 {
		t.Fatalf("%d winners", won)
	}
}

func TestListFindsByEveryWord(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	debtor := b.Debtor("ES", false)
	debtor.Name = "Ferrallas Ñandutí, S.L."
	c := b.OpenCase(testfirm.Opts{Debtor: &debtor, Invoices: []testfirm.Invoice{{Number: "F-77"}}})
	for range 3 {
		b.OpenCase(testfirm.Opts{})
	}
	for _, f := range []cases.Filter{{Words: "ÑANDUT"}, {Words: debtor.TaxID}, {Words: c.Number}, {Words: "F-77"}, {TaxID: debtor.TaxID}} {
		lines, _, err := b.desk.List(ctx, b.Lawyer, f)
		if err != nil || len(lines) != 1 || lines[0].ID != c.ID {
			t.Errorf("%+v: %d lines, %v", f, len(lines), err)
		}
	}
	if lines, _, err := b.desk.List(ctx, b.Lawyer, cases.Filter{Words: "100%_\\"}); err != nil || len(lines) != 0 {
		t.Errorf("signs of the pattern language found %d cases, %v", len(lines), err)
	}
}

func TestPagesJoinWithoutGapOrRepeat(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	for range 7 {
		b.OpenCase(testfirm.Opts{})
	}
	seen := map[uuid.UUID]bool{}
	after := ""
	for {
		lines, next, err := b.desk.List(ctx, b.Lawyer, cases.Filter{Limit: 3, After: after})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			if seen[l.ID] {
				t.Fatalf("case %s twice", l.Number)
			}
			seen[l.ID] = true
		}
		if after = next; next == "" {
			break
		}
	}
	if len(seen) != 7 {
		t.Fatalf("%d cases seen", len(seen))
	}
	if _, _, err := b.desk.List(ctx, b.Lawyer, cases.Filter{After: "bm9wZQ"}); code(err) != "cursor_invalid" {
		t.Fatalf("a made-up cursor: %v", err)
	}
}

func TestRowSecurityAloneHidesOtherClients(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	b.OpenCase(testfirm.Opts{})
	for _, table := range []string{"cases", "accounts", "parties", "contact_points", "debts", "ledger_entries", "case_facts", "persons", "contact_log"} {
		var n int
		err := b.Log.DB.View(ctx, b.KeyB.Token, func(tx *postgres.Tx) error { return tx.Get(&n, `select count(*) from `+table) })
		if err != nil || n != 0 {
			t.Errorf("%s: another client's key counts %d, %v", table, n, err)
		}
		err = b.Log.DB.View(ctx, "", func(tx *postgres.Tx) error { return tx.Get(&n, `select count(*) from `+table) })
		if err != nil || n != 0 {
			t.Errorf("%s: nobody counts %d, %v", table, n, err)
		}
	}
}

func TestAssignedParalegalReachesTheCase(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	c := b.OpenCase(testfirm.Opts{})
	if _, err := b.desk.Assign(ctx, b.Supervisor, c.ID, nil, &b.Paralegal.ID); err != nil {
		t.Fatal(err)
	}
	if rel := access.RelationOf(b.Paralegal, b.Case(c.ID).Place()); rel != access.RelAssigned {
		t.Fatalf("relation %s", rel)
	}
	if lines, _, err := b.desk.List(ctx, b.Paralegal, cases.Filter{Mine: true}); err != nil || len(lines) != 1 {
		t.Fatalf("%d of mine, %v", len(lines), err)
	}
}
