package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"recobro/internal/postgres"
	"recobro/internal/simulation"
)

// receivables is the file of real invoices, where somebody has put it: it is not part of the project.
func receivables(t *testing.T) (path string, late []simulation.Invoice) {
	t.Helper()
	path = os.Getenv("RECOBRO_RECEIVABLES")
	if path == "" {
		path = filepath.Join("..", "..", "..", "shared", "data", "accounts-receivable.csv")
	}
	file, err := os.Open(path)
	if err != nil {
		t.Skip("The replay needs a file of real receivables, which is not part of the project: name it in RECOBRO_RECEIVABLES.")
	}
	defer file.Close()
	all, err := simulation.ReadInvoices(file)
	must(t, err)
	for _, i := range all {
		if i.Late() {
			late = append(late, i)
		}
	}
	path, err = filepath.Abs(path)
	must(t, err)
	return path, late
}

// ownFolder is a folder for a demo: short enough for a socket, open to the user that runs PostgreSQL, gone afterwards.
func ownFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "recobro-demo-")
	must(t, err)
	must(t, os.Chmod(folder, 0o711))
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

// reopened is the house of a demo that was played before, on its own data.
type reopened struct {
	*house
	t     *testing.T
	super *sqlx.DB
	demo  simulation.Demo
}

func reopen(t *testing.T, data string) *reopened {
	t.Helper()
	ctx := t.Context()
	cluster, err := postgres.Start(context.Background(), postgres.Options{Data: data})
	must(t, err)
	t.Cleanup(cluster.Stop)
	super, err := sqlx.ConnectContext(ctx, "postgres", cluster.DSN("postgres", demoDatabase))
	must(t, err)
	t.Cleanup(func() { _ = super.Close() })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	h, err := openHouse(ctx, settings{App: cluster.DSN("recobro_app", demoDatabase), Worker: cluster.DSN("recobro_worker", demoDatabase), River: cluster.DSN("recobro_river", demoDatabase),
		Files: filepath.Join(data, "files"), SMTP: "smtp+plain://127.0.0.1:1", From: "recobro@cardoalto.example",
		BaseURL: "http://" + listener.Addr().String(), Now: time.Now, Rates: playful, Logger: quiet()})
	must(t, err)
	t.Cleanup(h.close)
	t.Cleanup(h.serve(listener))
	r := &reopened{house: h, t: t, super: super}
	b, err := os.ReadFile(filepath.Join(data, "demo.json"))
	must(t, err)
	must(t, json.Unmarshal(b, &r.demo))
	r.demo.BaseURL = "http://" + listener.Addr().String()
	return r
}

// ask reads from the API of a demo as one of its people.
func ask(t *testing.T, base, token, path string, out any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", base+"/api/v1"+path, nil)
	must(t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	defer res.Body.Close()
	if res.StatusCode != 200 {
		t.Fatalf("GET %s: %d", path, res.StatusCode)
	}
	must(t, json.NewDecoder(res.Body).Decode(out))
}

// person is the login of somebody of a role.
func person(t *testing.T, demo simulation.Demo, role string) simulation.Login {
	t.Helper()
	for _, u := range demo.Users {
		if u.Role == role {
			return u
		}
	}
	t.Fatalf("nobody is %s", role)
	return simulation.Login{}
}

// none asserts that a query of the superuser finds nothing; the query names what it finds.
func (r *reopened) none(claim, query string, args ...any) {
	r.t.Helper()
	var found []string
	must(r.t, r.super.Select(&found, query, args...))
	if len(found) > 0 {
		r.t.Errorf("%s: %d, such as %s", claim, len(found), found[0])
	}
}

func TestAYearOfRealReceivablesEndsPaidToTheCentWithoutAWordTooMany(t *testing.T) {
	if testing.Short() {
		t.Skip("The replay plays two years of a firm: not with -short.")
	}
	path, late := receivables(t)
	data := ownFolder(t)
	began := time.Now()
	must(t, demoCommand{Data: data, Addr: "127.0.0.1:0", Replay: path, Once: true}.Run(t.Context()))
	t.Logf("%d late invoices replayed in %s", len(late), time.Since(began).Round(time.Second))
	r := reopen(t, data)
	r.becameCases(late)
	r.endedPaid(late)
	r.keptSilent()
	r.heardDisputes(late)
	r.leftNothingOpen()
	if err := verify(t.Context(), testWriter{t}, r.log, r.worker, r.store.Check); err != nil {
		t.Error(err)
	}
}

// testWriter lets a command print into the test's log.
type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Helper()
	w.t.Logf("%s", b)
	return len(b), nil
}

// becameCases: every late invoice is one case, no other is, and a lawyer finds all of them through the API.
func (r *reopened) becameCases(late []simulation.Invoice) {
	r.t.Helper()
	count := map[string]int{}
	var refs []string
	must(r.t, r.super.Select(&refs, `select d.external_ref from app.debts d join app.cases c on c.client_id = d.client_id and c.id = d.case_id`))
	for _, ref := range refs {
		count[ref]++
	}
	for _, i := range late {
		if count[i.Number] != 1 {
			r.t.Errorf("the invoice %s stands in %d cases", i.Number, count[i.Number])
		}
	}
	var cases int
	must(r.t, r.super.Get(&cases, `select count(*) from app.cases`))
	if cases != len(late) || len(refs) != len(late) {
		r.t.Errorf("%d cases with %d debts of %d late invoices", cases, len(refs), len(late))
	}
	lawyer := person(r.t, r.demo, "lawyer")
	var page struct {
		Data []struct{ ID, Stage, Outcome string }
	}
	for _, i := range late[:5] {
		ask(r.t, r.demo.BaseURL, lawyer.Token, "/cases?external_ref="+i.Number, &page)
		if len(page.Data) != 1 || page.Data[0].Stage != "closed" || page.Data[0].Outcome != "paid" {
			r.t.Errorf("%s through the API: %+v", i.Number, page.Data)
			continue
		}
		var claim claim
		ask(r.t, r.demo.BaseURL, lawyer.Token, "/cases/"+page.Data[0].ID+"/statement?as_of="+i.Settled.AddDays(1).String(), &claim)
		if claim.Open.Amount != "0.00" || claim.Paid.Amount != i.Amount.Decimal() {
			r.t.Errorf("the statement of %s the day after: %+v", i.Number, claim)
		}
	}
}

// endedPaid: each case closed on the day its invoice was settled; the principal was paid, the rest waived as the mandate says.
func (r *reopened) endedPaid(late []simulation.Invoice) {
	r.t.Helper()
	r.none("cases that did not end paid", `select number || ' ' || stage || ' ' || coalesce(outcome, '') from app.cases where stage <> 'closed' or outcome is distinct from 'paid'`)
	r.none("components that do not end at zero", `select c.number || ' ' || l.component || ' ' || sum(l.minor) from app.ledger_entries l join app.cases c on c.client_id = l.client_id and c.id = l.case_id
		group by c.number, l.component having sum(l.minor) <> 0`)
	r.none("money that fell on anything but principal", `select c.number || ' ' || l.component from app.ledger_entries l join app.cases c on c.client_id = l.client_id and c.id = l.case_id
		where l.kind = 'payment' and l.component <> 'principal'
		  and not exists (select 1 from app.ledger_entries r where r.client_id = l.client_id and r.reverses = l.id)`)
	r.none("waivers that do not name the mandate", `select distinct basis from app.ledger_entries where kind = 'waiver' and (basis !~* 'mandate|encargo' or component = 'principal')`)
	settled := map[string]string{}
	var rows []struct {
		Ref string
		On  string
	}
	must(r.t, r.super.Select(&rows, `select d.external_ref as ref, c.closed_on::text as on from app.debts d join app.cases c on c.client_id = d.client_id and c.id = d.case_id`))
	for _, row := range rows {
		settled[row.Ref] = row.On
	}
	sum := late[0].Amount.Zero()
	for _, i := range late {
		sum = sum.Plus(i.Amount)
		if settled[i.Number] != i.Settled.String() {
			r.t.Errorf("%s was settled on %s and closed on %s", i.Number, i.Settled, settled[i.Number])
		}
	}
	var received int64
	must(r.t, r.super.Get(&received, `select sum(minor)::bigint from app.payments`))
	if received != sum.Minor {
		r.t.Errorf("received %d, the invoices are %s", received, sum)
	}
}

// keptSilent: nobody was written to about a case from the day on which it was paid.
func (r *reopened) keptSilent() {
	r.t.Helper()
	r.none("messages on or after the day of payment", `select c.number || ' ' || m.step || ' ' || m.reserved_on || ' ' || coalesce(m.sent_on::text, m.state)
		from app.messages m join app.message_cases y on y.client_id = m.client_id and y.message_id = m.id join app.cases c on c.client_id = y.client_id and c.id = y.case_id
		where m.reserved_on >= c.closed_on or m.sent_on >= c.closed_on`)
	r.none("demands drafted on or after the day of payment", `select c.number || ' ' || d.state from app.demands d join app.demand_cases y on y.client_id = d.client_id and y.demand_id = d.id
		join app.cases c on c.client_id = y.client_id and c.id = y.case_id where d.as_of >= c.closed_on`)
	var sent int
	must(r.t, r.super.Get(&sent, `select count(*) from app.messages where state = 'sent'`))
	if sent == 0 {
		r.t.Error("nobody was reminded at all")
	}
	r.t.Logf("%d reminders", sent)
}

// heardDisputes: an invoice that was disputed has its dispute on the case, if the debtor had a day to raise it.
func (r *reopened) heardDisputes(late []simulation.Invoice) {
	r.t.Helper()
	raised := map[string]bool{}
	var refs []string
	must(r.t, r.super.Select(&refs, `select d.external_ref from app.disputes x join app.debts d on d.client_id = x.client_id and d.case_id = x.case_id`))
	for _, ref := range refs {
		raised[ref] = true
	}
	for _, i := range late {
		if want := i.Disputed && i.Settled.DaysSince(i.Due) > 2; want != raised[i.Number] {
			r.t.Errorf("%s, disputed %t, due %s, settled %s: a dispute on the case %t", i.Number, i.Disputed, i.Due, i.Settled, raised[i.Number])
		}
	}
}

// leftNothingOpen: a closed case has no step, task, promise, hold, dispute, question or deadline.
func (r *reopened) leftNothingOpen() {
	r.t.Helper()
	r.none("cases that still have a plan", `select number || ' ' || coalesce(next_step, '') from app.cases where next_step is not null or next_on is not null or plan_error is not null`)
	for table, open := range map[string]string{"tasks": "done_on is null", "promises": "state = 'open'", "holds": "lifted_on is null", "disputes": "state = 'open'",
		"approvals": "state = 'open'", "deadlines": "met_on is null and replaced_by is null", "agreements": "state in ('awaiting_client', 'proposed', 'active')",
		"demands": "state = 'approved'", "messages": "state in ('reserved', 'sending', 'ambiguous')"} {
		r.none(table+" left open", `select id::text || ' ' || to_jsonb(x)::text from app.`+table+` x where `+open)
	}
	// The proof of a letter that had left before may still come, and with it, in its transaction, what the receipt means in law.
	r.none("log entries after the case was closed", `select e.type from ev.events e join ev.events z on z.subject_kind = e.subject_kind and z.subject = e.subject and z.type = 'case.closed'
		where e.seq > z.seq and not exists (select 1 from ev.events p where p.subject_kind = e.subject_kind and p.subject = e.subject and p.type = 'demand.delivered' and p.xid = e.xid)`)
}
