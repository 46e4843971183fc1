package cases_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
)

// seen counts the rows of every table of clients' data, and of the log, that speak of one client: the database's own answer, with
// no line of the program's gate in between.
func seen(t *testing.T, f *testfirm.Firm, who evidence.Actor, client uuid.UUID) map[string]int {
	t.Helper()
	var tables []string
	err := f.DB.Super.Select(&tables, `select c.oid::regclass::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'client_id' and not a.attisdropped
		where c.relnamespace in ('app'::regnamespace, 'ev'::regnamespace) and c.relkind in ('r', 'v') and has_table_privilege('recobro_app', c.oid, 'select') order by 1`)
	if err != nil || len(tables) < 30 {
		t.Fatalf("%v, %v", tables, err)
	}
	found := map[string]int{}
	err = f.DB.App.View(context.Background(), who.Token, func(tx *postgres.Tx) error {
		for _, table := range tables {
			var n int
			if err := tx.Get(&n, `select count(*) from `+table+` where client_id = $1`, client); err != nil {
				return err
			}
			if n > 0 {
				found[table] = n
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func again(t *testing.T, f *testfirm.Firm, who evidence.Actor) evidence.Actor {
	t.Helper()
	now, err := access.Identify(context.Background(), f.DB.App, who.Token)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

func get(f *testfirm.Firm, who evidence.Actor, id uuid.UUID) error {
	return f.DB.App.View(context.Background(), who.Token, func(tx *postgres.Tx) error {
		_, err := cases.Get(tx, who, id)
		return err
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAWallHidesAClientInEveryTableAndEndsWhenItIsLifted(t *testing.T) {
	f := testfirm.New(t)
	desk := cases.Desk{Log: f.Log, Law: f.Law}
	c := f.OpenCase(testfirm.Opts{})
	before := seen(t, f, f.Lawyer, c.ClientID)
	if before["app.cases"] != 1 || before["app.ledger_entries"] == 0 || before["ev.events"] == 0 {
		t.Fatalf("a lawyer sees %v", before)
	}
	wall, err := access.RaiseWall(t.Context(), f.Log, f.Admin, access.Wall{ClientID: c.ClientID, UserID: f.Lawyer.ID, Reason: "Su cónyuge dirige el cliente"})
	must(t, err)
	if left := seen(t, f, f.Lawyer, c.ClientID); len(left) > 0 {
		t.Errorf("through the wall: %v", left)
	}
	walled := again(t, f, f.Lawyer)
	if rel := access.RelationOf(walled, c.Place()); rel != access.RelWalled {
		t.Errorf("the relation is %s", rel)
	}
	for _, words := range []string{c.DebtorName, c.Number} {
		if lines, _, err := desk.List(t.Context(), walled, cases.Filter{Words: words}); err != nil || len(lines) > 0 {
			t.Errorf("search finds %d, %v", len(lines), err)
		}
	}
	if err := get(f, walled, c.ID); !errors.Is(err, problem.Missing) {
		t.Errorf("a walled case answers %v", err)
	}
	// The door to the log is the owner's, and asks for the wall itself.
	err = f.DB.App.Write(t.Context(), walled.Token, func(tx *postgres.Tx) error {
		_, err := tx.Exec(`select ev.append_many(array['case'], array[$1::uuid], array[$2::uuid], array['note.written'], array[now()], array['-'], array['\x00'::bytea], array['open'], array['\x00'::bytea], '-', '-', '-', '-')`, c.ID, c.ClientID)
		return err
	})
	if postgres.Code(err) != "42501" {
		t.Errorf("a walled lawyer writes into the chain: %v", err)
	}
	for i := range 4 { // the turn never falls on who is walled off
		if next := f.OpenCase(testfirm.Opts{}); next.LawyerID != nil && *next.LawyerID == f.Lawyer.ID {
			t.Errorf("case %d of the walled client went to the walled lawyer", i)
		}
	}
	_, err = access.LiftWall(t.Context(), f.Log, f.DPO, wall.ID, "Ya no hay conflicto")
	must(t, err)
	if after := seen(t, f, f.Lawyer, c.ClientID); after["app.cases"] != 5 {
		t.Errorf("after the wall: %v", after)
	}
}

func TestAWallBeforeADebtorOrACaseHidesThatAndNothingElse(t *testing.T) {
	f := testfirm.New(t)
	desk := cases.Desk{Log: f.Log, Law: f.Law}
	for _, scope := range []string{"debtor", "case"} {
		for _, who := range []evidence.Actor{f.Lawyer, f.Paralegal, f.Finance, f.DPO} {
			c, other := f.OpenCase(testfirm.Opts{}), f.OpenCase(testfirm.Opts{})
			w := access.Wall{ClientID: c.ClientID, UserID: who.ID, Reason: "Conflicto"}
			if scope == "case" {
				w.CaseID = &c.ID
			} else {
				w.AccountID = &c.AccountID
			}
			_, err := access.RaiseWall(t.Context(), f.Log, f.Admin, w)
			must(t, err)
			walled := again(t, f, who)
			if err := get(f, walled, c.ID); !errors.Is(err, problem.Missing) {
				t.Errorf("%s, %s: the case answers %v", scope, who.Role, err)
			}
			if err := get(f, walled, other.ID); err != nil {
				t.Errorf("%s, %s: another case answers %v", scope, who.Role, err)
			}
			lines, _, err := desk.List(t.Context(), walled, cases.Filter{Words: c.DebtorName})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range lines {
				if l.ID == c.ID {
					t.Errorf("%s, %s: found by search", scope, who.Role)
				}
			}
			var left []string
			err = f.DB.App.View(t.Context(), walled.Token, func(tx *postgres.Tx) error {
				return tx.Select(&left, `select 'debts' from debts where case_id = $1 union all select 'ledger_entries' from ledger_entries where case_id = $1
					union all select 'parties' from parties where account_id = $2 union all select 'accounts' from accounts where id = $2
					union all select 'events' from ev.events where subject = $1 union all select 'openings' from ev.openings where subject = $1
					union all select 'facts' from case_facts where case_id = $1
					union all select 'contact_points' from contact_points p where not exists (select 1 from parties x where x.id = p.party_id)`, c.ID, c.AccountID)
			})
			must(t, err)
			for _, table := range left {
				if scope == "debtor" || table != "accounts" && table != "parties" {
					t.Errorf("%s, %s: %s shows through the wall", scope, who.Role, table)
				}
			}
		}
	}
}

func TestOnlyAdministratorAndOfficerRaiseWalls(t *testing.T) {
	f := testfirm.New(t)
	for _, who := range []evidence.Actor{f.Lawyer, f.Paralegal, f.Supervisor, f.Finance} {
		if _, err := access.RaiseWall(t.Context(), f.Log, who, access.Wall{ClientID: f.ClientA.ID, UserID: f.Lawyer2.ID, Reason: "x"}); err == nil {
			t.Errorf("%s raised a wall", who.Role)
		}
		err := f.DB.App.Write(t.Context(), who.Token, func(tx *postgres.Tx) error {
			_, err := tx.Exec(`insert into walls (client_id, id, user_id, reason, raised_by) values ($1, gen_random_uuid(), $2, 'x', $2)`, f.ClientA.ID, f.Lawyer2.ID)
			return err
		})
		if postgres.Code(err) != "42501" {
			t.Errorf("%s wrote a wall: %v", who.Role, err)
		}
	}
}

// otherTeam moves a case to a team that nobody is in.
func otherTeam(t *testing.T, f *testfirm.Firm, c *cases.Case) *cases.Case {
	t.Helper()
	_, err := evidence.Record(t.Context(), f.Log, f.Job, func(tx *evidence.Tx) (int, []evidence.Entry, error) {
		var team int
		if err := tx.Get(&team, `insert into teams (name) values ('otro ' || $1) returning id`, c.Number); err != nil {
			return 0, nil, err
		}
		return team, []evidence.Entry{c.Entry("case.assigned", evidence.Fields{"team": "otro"})}, tx.One(`update cases set team_id = $2, paralegal_id = null, lawyer_id = $3 where id = $1`, c.ID, team, f.Lawyer2.ID)
	})
	must(t, err)
	return f.Case(c.ID)
}

func TestEveryRowOfAnotherTeamsCaseIsOutOfReach(t *testing.T) {
	f := testfirm.New(t)
	client := f.ClientB
	c := otherTeam(t, f, f.OpenCase(testfirm.Opts{Client: &client}))
	for _, who := range []evidence.Actor{f.Paralegal, f.Supervisor, f.Admin} {
		for table, n := range seen(t, f, who, c.ClientID) {
			switch table { // what is the client's or the log's, not the case's; an account without a case is its client's team's
			case "app.mandates", "app.portfolios", "app.user_clients", "app.api_keys", "app.accounts", "app.parties", "app.contact_points", "ev.events", "ev.openings", "app.sessions":
			default:
				t.Errorf("%s sees %d rows of %s", who.Role, n, table)
			}
		}
		var n int
		must(t, f.DB.App.View(t.Context(), who.Token, func(tx *postgres.Tx) error {
			return tx.Get(&n, `select count(*) from ev.events where subject = $1`, c.ID)
		}))
		if n > 0 {
			t.Errorf("%s reads %d entries of the case", who.Role, n)
		}
	}
}

func TestADelegateStandsAsAssignedUntilTheAbsenceEnds(t *testing.T) {
	f := testfirm.New(t)
	desk := cases.Desk{Log: f.Log, Law: f.Law}
	c := otherTeam(t, f, f.OpenCase(testfirm.Opts{})) // Lawyer2's, of another team: the first lawyer reads it and does nothing in it
	note := cases.Contact{Kind: "note", Text: "Llamar el lunes"}
	if _, err := desk.Write(t.Context(), f.Lawyer, c.ID, note); !errors.Is(err, access.Denied) {
		t.Fatalf("before the absence: %v", err)
	}
	now := time.Now()
	a := access.Absence{AbsentID: f.Lawyer2.ID, DelegateID: f.Lawyer.ID, From: now.Add(-time.Hour), Until: now.Add(time.Hour)}
	if _, err := access.Delegate(t.Context(), f.Log, f.Paralegal, a); err == nil {
		t.Fatal("a paralegal sent a lawyer on leave")
	}
	wrong := a
	wrong.DelegateID = f.Paralegal.ID
	if _, err := access.Delegate(t.Context(), f.Log, f.Lawyer2, wrong); err == nil {
		t.Fatal("a paralegal was made to stand for a lawyer")
	}
	a, err := access.Delegate(t.Context(), f.Log, f.Lawyer2, a)
	must(t, err)
	delegate := again(t, f, f.Lawyer)
	if rel := access.RelationOf(delegate, c.Place()); rel != access.RelAssigned {
		t.Fatalf("the delegate stands as %s", rel)
	}
	_, err = desk.Write(t.Context(), delegate, c.ID, note)
	must(t, err)
	var newest evidence.Interaction
	must(t, f.DB.App.View(t.Context(), f.Lawyer.Token, func(tx *postgres.Tx) error {
		lines, err := evidence.Interactions(tx, evidence.CaseOf(c.ClientID, c.ID), 0, 1)
		if err == nil {
			newest = lines[0]
		}
		return err
	}))
	if newest.Actor.ID != f.Lawyer.ID.String() || newest.Actor.Behalf != f.Lawyer2.ID.String() {
		t.Errorf("the log names %+v", newest.Actor)
	}
	_, err = access.EndAbsence(t.Context(), f.Log, f.Lawyer2, a.ID)
	must(t, err)
	if rel := access.RelationOf(again(t, f, f.Lawyer), c.Place()); rel != access.RelFirm {
		t.Errorf("after the absence the delegate stands as %s", rel)
	}
}

func TestAnEmergencyOpensOneCaseToReadAndNeverAWall(t *testing.T) {
	f := testfirm.New(t)
	desk := cases.Desk{Log: f.Log, Law: f.Law}
	c, other := otherTeam(t, f, f.OpenCase(testfirm.Opts{})), otherTeam(t, f, f.OpenCase(testfirm.Opts{}))
	if _, err := desk.OpenEmergency(t.Context(), f.Admin, c.Number, "El juzgado llama y nadie del equipo contesta", 2); err == nil {
		t.Error("an administrator, who sees no case content, opened a case")
	}
	for _, who := range []evidence.Actor{f.Supervisor, f.Paralegal} {
		if err := get(f, who, c.ID); !errors.Is(err, problem.Missing) {
			t.Fatalf("%s before: %v", who.Role, err)
		}
		if _, err := desk.OpenEmergency(t.Context(), who, c.Number, "corto", 2); err == nil {
			t.Error("opened without a reason")
		}
		e, err := desk.OpenEmergency(t.Context(), who, c.Number, "El juzgado llama y nadie del equipo contesta", 2)
		must(t, err)
		opened := again(t, f, who)
		if rel := access.RelationOf(opened, c.Place()); rel != access.RelEmergency {
			t.Errorf("%s stands as %s", who.Role, rel)
		}
		must(t, get(f, opened, c.ID))
		if err := get(f, opened, other.ID); !errors.Is(err, problem.Missing) {
			t.Errorf("%s: another case answers %v", who.Role, err)
		}
		if _, err := desk.PlaceHold(t.Context(), opened, c.ID, cases.Hold{Scope: "all", Reason: "x"}); err == nil {
			t.Errorf("%s changed a case opened to read", who.Role)
		}
		var told int
		must(t, f.DB.App.View(t.Context(), f.DPO.Token, func(tx *postgres.Tx) error {
			return tx.Get(&told, `select count(*) from tasks where case_id = $1 and kind in ('emergency_opened', 'emergency_opened_dpo') and done_on is null`, c.ID)
		}))
		if told != 2 {
			t.Errorf("%d were told", told)
		}
		_, err = desk.CloseEmergency(t.Context(), who, e.ID)
		must(t, err)
		if err := get(f, again(t, f, who), c.ID); !errors.Is(err, problem.Missing) {
			t.Errorf("%s after: %v", who.Role, err)
		}
	}
	_, err := access.RaiseWall(t.Context(), f.Log, f.DPO, access.Wall{ClientID: c.ClientID, UserID: f.Supervisor.ID, CaseID: &c.ID, Reason: "Parte interesada"})
	must(t, err)
	if _, err := desk.OpenEmergency(t.Context(), f.Supervisor, c.Number, "El juzgado llama y nadie del equipo contesta", 2); !errors.Is(err, problem.Missing) {
		t.Errorf("an emergency went through a wall: %v", err)
	}
}

func TestAnExternalSeesTheCaseThatNamesThemAndItsProceedingOnly(t *testing.T) {
	f := testfirm.New(t)
	desk := cases.Desk{Log: f.Log, Law: f.Law}
	c, other := f.OpenCase(testfirm.Opts{}), f.OpenCase(testfirm.Opts{})
	who := f.AddPerson("Procuradora Ensayo", access.External, nil)
	if err := get(f, who, c.ID); !errors.Is(err, problem.Missing) {
		t.Fatalf("before being named: %v", err)
	}
	if _, err := desk.NameExternal(t.Context(), f.Lawyer, c.ID, f.Paralegal.ID); err == nil {
		t.Error("a paralegal was named as an outsider")
	}
	x, err := desk.NameExternal(t.Context(), f.Lawyer, c.ID, who.ID)
	must(t, err)
	who = again(t, f, who)
	must(t, get(f, who, c.ID))
	if err := get(f, who, other.ID); !errors.Is(err, problem.Missing) {
		t.Errorf("another case answers %v", err)
	}
	for table, n := range seen(t, f, who, c.ClientID) {
		switch table {
		case "app.cases", "app.parties", "app.case_externals", "app.proceedings", "app.proceeding_acts", "app.proceeding_cases", "app.filings", "app.deadlines":
			if n != 1 {
				t.Errorf("%d rows of %s", n, table)
			}
		default:
			t.Errorf("an outsider sees %d rows of %s", n, table)
		}
	}
	_, err = desk.RemoveExternal(t.Context(), f.Lawyer, x.ID)
	must(t, err)
	if left := seen(t, f, who, c.ClientID); left["app.cases"] > 0 {
		t.Errorf("after being removed: %v", left)
	}
}

// A revocation acts on the very next read: fifty readers poll while the case is taken away.
func TestNoReadSucceedsAfterARevocationHasCommitted(t *testing.T) {
	f := testfirm.New(t)
	c := otherTeam(t, f, f.OpenCase(testfirm.Opts{}))
	desk := cases.Desk{Log: f.Log, Law: f.Law}
	_, err := desk.Assign(t.Context(), f.Lawyer2, c.ID, nil, &f.Paralegal.ID)
	must(t, err)
	var gone atomic.Bool
	var before, late atomic.Int64
	var readers sync.WaitGroup
	enough := make(chan struct{})
	stop := make(chan struct{})
	for range 50 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				after := gone.Load()
				switch err := get(f, f.Paralegal, c.ID); {
				case err == nil && after:
					late.Add(1)
				case err == nil:
					if before.Add(1) == 100 {
						close(enough)
					}
				}
			}
		})
	}
	<-enough
	_, err = evidence.Record(t.Context(), f.Log, f.Job, func(tx *evidence.Tx) (int, []evidence.Entry, error) {
		return 0, []evidence.Entry{c.Entry("case.assigned", evidence.Fields{"paralegal": "-"})}, tx.One(`update cases set paralegal_id = null where id = $1`, c.ID)
	})
	gone.Store(true)
	must(t, err)
	for range 200 {
		if get(f, f.Paralegal, c.ID) == nil {
			late.Add(1)
		}
	}
	close(stop)
	readers.Wait()
	if late.Load() > 0 || before.Load() < 100 {
		t.Fatalf("%d reads succeeded after the revocation, %d before it", late.Load(), before.Load())
	}
}
