package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"recobro/internal/access"
	"recobro/internal/custody"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/web"
)

// watched is the house with its access log running; seen stops it and gives what it wrote.
func watched(t *testing.T) (w patrol, seen func() []custody.Line) {
	t.Helper()
	w = newPatrol(t)
	keeper := &custody.Keeper{Log: w.Log, Identity: func(context.Context) (evidence.Actor, error) { return w.Job, nil }, Logger: slog.Default()}
	stop := sync.OnceFunc(keeper.Start())
	t.Cleanup(stop)
	deps := w.deps
	deps.Custody = keeper
	server, err := web.New(deps)
	if err != nil {
		t.Fatal(err)
	}
	outside := httptest.NewServer(server.Handler())
	t.Cleanup(outside.Close)
	w.house.url, w.server = outside.URL, server
	return w, func() (lines []custody.Line) {
		outside.Close()
		stop()
		if err := w.DB.Super.Select(&lines, `select at, request, actor_kind, actor_id, actor_role, route, what, subject, outcome from app.access_log order by at, batch, n`); err != nil {
			t.Fatal(err)
		}
		return lines
	}
}

// Every GET of the table writes exactly one line, denied ones too, or shows nothing of a case.
func TestEveryReadingOfContentIsALineOfTheAccessLog(t *testing.T) {
	w, seen := watched(t)
	want := map[string]int{}
	for _, r := range w.server.Routes() {
		if r.Method != http.MethodGet {
			continue
		}
		object := r.Permission.Object()
		exempt := r.Permission == web.Public || r.Permission == web.SignedIn || object == access.ObjLaw || object == access.ObjUser || object == access.ObjTeam
		if exempt != (r.Custody() == "") {
			t.Errorf("%s %s: to the access log it is %q", r.Method, r.Path, r.Custody())
		}
		for _, who := range []evidence.Actor{w.Lawyer, {}} {
			w.ask(r, who)
			if !exempt {
				want["GET "+r.Path]++
			}
		}
	}
	got, denied := map[string]int{}, 0
	for _, l := range seen() {
		got[l.Route]++
		if l.Outcome == "denied" && l.ActorKind == "nobody" || l.ActorKind == "person" && *l.ActorID == w.Lawyer.ID && l.ActorRole == "lawyer" {
			denied++
		}
		if strings.Contains(l.Route, "{id}") && (l.Subject == nil || l.Subject.String() != w.id) {
			t.Errorf("%s names %v", l.Route, l.Subject)
		}
	}
	for route, n := range want {
		if got[route] != n { // pages of nobody lead to signing in: a line, too
			t.Errorf("%s: %d lines, want %d", route, got[route], n)
		}
	}
	if len(want) < 30 || len(got) != len(want) {
		t.Errorf("%d routes wrote lines, %d should have", len(got), len(want))
	}
	if findings, err := custody.Verify(t.Context(), w.Log, w.Job); err != nil || len(findings) > 0 {
		t.Errorf("%v, %v", findings, err)
	}
}

func TestALineOfTheAccessLogThatWasTamperedWithIsFound(t *testing.T) {
	for name, change := range map[string]string{"changed": `update app.access_log set outcome = 'denied'`, "taken away": `delete from app.access_log`,
		"moved": `update app.access_log set at = at + interval '1 second'`} {
		t.Run(name, func(t *testing.T) {
			w, seen := watched(t)
			w.ask(web.Route{Method: "GET", Path: "/api/v1/cases/{id}", API: true}, w.Lawyer)
			if lines := seen(); len(lines) != 1 || lines[0].What != custody.Read || lines[0].Outcome != "allowed" {
				t.Fatalf("%+v", lines)
			}
			w.DB.Super.MustExec(change)
			if findings, err := custody.Verify(t.Context(), w.Log, w.Job); err != nil || len(findings) != 1 {
				t.Errorf("%v, %v", findings, err)
			}
		})
	}
}

// What leaves the house waits for its line; without it nothing goes out. A plain read goes on.
func TestNoSearchLeavesTheHouseWithoutItsLine(t *testing.T) {
	w, _ := watched(t)
	w.DB.Super.MustExec(`create function app.broken() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`)
	w.DB.Super.MustExec(`create trigger broken before insert on app.access_log for each row execute function app.broken()`)
	if status, _, body := w.ask(web.Route{Method: "GET", Path: "/api/v1/cases?q=Brumaluz", API: true}, w.Lawyer); status != 503 || strings.Contains(body, "Brumaluz") {
		t.Errorf("a search: %d %s", status, body)
	}
	if status, _, _ := w.ask(web.Route{Method: "GET", Path: "/api/v1/cases/{id}", API: true}, w.Lawyer); status != 200 {
		t.Errorf("a read: %d", status)
	}
	w.DB.Super.MustExec(`drop trigger broken on app.access_log`)
	if status, _, body := w.ask(web.Route{Method: "GET", Path: "/api/v1/cases?q=Brumaluz", API: true}, w.Lawyer); status != 200 || !strings.Contains(body, "Brumaluz") {
		t.Errorf("a search afterwards: %d %s", status, body)
	}
}

func TestOnlyTheDataProtectionOfficerReadsTheAccessLogAndNobodyWritesIt(t *testing.T) {
	w, seen := watched(t)
	w.ask(web.Route{Method: "GET", Path: "/api/v1/cases/{id}", API: true}, w.Lawyer)
	subject := *seen()[0].Subject
	for _, x := range []struct {
		who  evidence.Actor
		sees int
	}{{w.DPO, 1}, {w.Lawyer, 0}, {w.Admin, 0}, {w.ClientAdminA, 0}, {w.KeyA, 0}} {
		var lines []custody.Line
		err := w.DB.App.View(t.Context(), x.who.Token, func(tx *postgres.Tx) (err error) {
			lines, err = custody.Lines(tx, subject, 10)
			return err
		})
		if err != nil || len(lines) != x.sees {
			t.Errorf("%s: %d lines, %v", x.who.Role, len(lines), err)
		}
		for _, s := range []string{`delete from access_log`, `update access_log set outcome = 'denied'`,
			`insert into access_log select gen_random_uuid(), 0, now(), 'x', 'nobody', null, '-', 'x', 'read', null, 'allowed'`} {
			err := w.DB.App.Write(t.Context(), x.who.Token, func(tx *postgres.Tx) error { _, err := tx.Exec(s); return err })
			if postgres.Code(err) != "42501" {
				t.Errorf("%s: %s: %v", x.who.Role, s, err)
			}
		}
	}
}
