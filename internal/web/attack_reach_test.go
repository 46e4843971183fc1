package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/testfirm"
	"recobro/internal/web"
)

// strangers are people and systems that have nothing to do with ClientA's cases, though their roles open the same routes.
func (o *outside) strangers() map[string]evidence.Actor {
	o.t.Helper()
	far, err := clients.AddTeam(o.t.Context(), o.DB.App, o.Job, "Equipo Sur")
	if err != nil {
		o.t.Fatal(err)
	}
	near := o.Team
	o.Team = far
	all := map[string]evidence.Actor{"paralegal of another team": o.AddPerson("Sira Lejana", access.Paralegal, nil), "supervisor of another team": o.AddPerson("Eloy Lejano", access.Supervisor, nil)}
	o.Team = near
	all["viewer of another client"] = o.AddPerson("Uxía Ajena", access.ClientViewer, &o.ClientB.ID)
	all["administrator of another client"], all["key of another client"], all["administrator"] = o.ClientAdminB, o.KeyB, o.Admin
	all["external"] = o.AddPerson("Brais Externo", access.External, &o.ClientA.ID)
	return all
}

// full makes at least one of everything that hangs on a case of ClientA and answers the ids by table.
func (o *outside) full() map[string][]string {
	o.t.Helper()
	suit, deal := o.OpenCase(testfirm.Opts{}), o.OpenCase(testfirm.Opts{})
	at := "/api/v1/cases/" + deal.ID.String()
	o.delivered(suit)
	o.good(o.Paralegal, 201, "POST", at+"/holds", `{"scope":"judicial","reason":"x"}`)
	o.good(o.Paralegal, 201, "POST", at+"/disputes", `{"contested":{"amount":"1.00","currency":"EUR"},"reason":"x"}`)
	o.good(o.Paralegal, 201, "POST", at+"/promises", `{"amount":{"amount":"1.00","currency":"EUR"},"due_on":"2026-04-09"}`)
	o.good(o.Paralegal, 201, "POST", at+"/agreements", `{"kind":"full_with_discount","total":{"amount":"500.00","currency":"EUR"},"count":1,"first_due_on":"2026-04-01"}`)
	o.good(o.KeyA, 201, "POST", at+"/payments", `{"amount":{"amount":"1.00","currency":"EUR"},"received_on":"2026-03-02","external_ref":"PAY-A"}`, "Idempotency-Key", "pay")
	o.handOver(o.KeyA, "cartera-a", agreedItem("REF-A", "100.00", "5"))
	o.sued(suit)
	_, of := o.everyID()
	of["acts"] = of["proceeding_acts"]
	var keys []string
	if err := o.DB.Super.Select(&keys, `select id::text from app.api_keys where client_id = $1`, o.ClientA.ID); err != nil {
		o.t.Fatal(err)
	}
	of["api-keys"] = keys
	of["law"] = []string{o.proposed(o.Finance, rateBody("2027-01-01", "2027-06-30", "10.25")).ID}
	return of
}

// sued takes a case with a delivered demand to the debtor's term in court.
func (o *outside) sued(c *cases.Case) {
	o.t.Helper()
	o.Clock.AddDays(40)
	o.knowMoney(c)
	base := "/cases/" + c.ID.String()
	o.good(o.Lawyer, 200, "POST", "/api/v1"+base+"/advance", `{"event":"demand_expired"}`)
	asked := o.made(o.Paralegal, 201, "POST", base+"/ask_to_sue", "")
	o.good(o.ClientAdminA, 200, "POST", "/api/v1/approvals/"+asked.ID+"/grant", `{}`)
	p := o.made(o.Paralegal, 201, "POST", base+"/proceedings", `{"procedure":"monitorio"}`)
	at := "/filings/" + o.made(o.Paralegal, 201, "POST", "/proceedings/"+p.ID+"/filings", `{}`).ID
	o.made(o.Paralegal, 200, "POST", at+"/submit", `{}`)
	o.made(o.Lawyer, 200, "POST", at+"/approve", `{}`)
	o.made(o.Lawyer, 200, "POST", at+"/sign", "")
	o.made(o.Lawyer, 200, "POST", at+"/file", `{"docket_number":"412/2026"}`)
	o.Clock.AddDays(1)
	o.made(o.Paralegal, 201, "POST", "/proceedings/"+p.ID+"/acts", `{"kind":"served","happened_on":"2026-04-12"}`)
}

// Who has nothing to do with a thing hears the same of it as of one that does not exist, whatever the place of its id.
func TestAStrangerHearsTheSameOfEveryIdAsOfNone(t *testing.T) {
	o := open(t)
	of, strangers := o.full(), o.strangers()
	o.estranged(of, strangers)
}

// The gate holds by itself: with row security taken away nobody reaches an id that is not theirs.
func TestTheGateAloneKeepsEveryIdFromStrangers(t *testing.T) {
	o := open(t)
	of, strangers := o.full(), o.strangers()
	_, err := o.DB.Super.Exec(`do $$ declare t regclass; begin
		for t in select c.oid from pg_class c where c.relkind = 'r' and c.relrowsecurity and c.relnamespace in ('app'::regnamespace, 'ev'::regnamespace) loop
			execute format('alter table %s disable row level security', t);
		end loop; end $$`)
	if err != nil {
		t.Fatal(err)
	}
	o.estranged(of, strangers)
}

// Row security holds by itself: no statement of the program, however wrong, shows or touches a row of another client.
func TestRowSecurityAloneKeepsEveryTableFromAnotherClient(t *testing.T) {
	o := open(t)
	of, strangers := o.full(), o.strangers()
	var tables []string
	err := o.DB.Super.Select(&tables, `select c.oid::regclass::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'client_id' and not a.attisdropped
		where c.relkind in ('r', 'v') and c.relnamespace in ('app'::regnamespace, 'ev'::regnamespace) and c.relname <> 'sessions' order by 1`)
	if err != nil || len(tables) < 30 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	for _, name := range []string{"viewer of another client", "administrator of another client", "key of another client", "external"} {
		err := o.DB.App.View(t.Context(), strangers[name].Token, func(tx *postgres.Tx) error {
			for _, table := range tables {
				var n int
				if err := tx.Get(&n, `select count(client_id) from `+table+` where client_id = $1`, o.ClientA.ID); err != nil {
					return fmt.Errorf("%s: %w", table, err)
				}
				if n > 0 {
					t.Errorf("%s sees %d rows of %s", name, n, table)
				}
			}
			var found []string
			if err := tx.Select(&found, `select id::text from app.find_cases('Talleres', 1000)`); err != nil || len(found) > 0 {
				t.Errorf("%s finds %v, %v", name, found, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		err = o.DB.App.Write(t.Context(), strangers[name].Token, func(tx *postgres.Tx) error {
			_, err := tx.Exec(`insert into holds (client_id, id, case_id, scope, reason, opened_on) values ($1, $2, $3, 'all', 'x', '2026-03-02')`, o.ClientA.ID, strangers[name].ID, of["cases"][0])
			return err
		})
		if postgres.Code(err) != "42501" {
			t.Errorf("%s wrote into another's case: %v", name, err)
		}
	}
}

func (o *outside) estranged(of map[string][]string, strangers map[string]evidence.Actor) {
	t := o.t
	doc, err := openapi3.NewLoader().LoadFromData(o.good(evidence.Actor{}, 200, "GET", "/api/v1/openapi.json", "").body)
	if err != nil {
		t.Fatal(err)
	}
	const nothing = "01a20000-0000-7000-8000-0000000000aa"
	before, asked := o.rows(), 0
	for _, r := range o.server.Routes() {
		if !r.API || !strings.Contains(r.Path, "{id}") || r.Permission == web.Public {
			continue
		}
		body := ""
		if op := doc.Paths.Value(strings.TrimPrefix(r.Path, "/api/v1")).GetOperation(r.Method); op.RequestBody != nil {
			b, err := json.Marshal(sample(op.RequestBody.Value.Content["application/json"].Schema.Value))
			if err != nil {
				t.Fatal(err)
			}
			body = string(b)
		}
		ids := of[strings.Split(r.Path, "/")[3]]
		if len(ids) == 0 {
			t.Errorf("there is nothing to try %s with", r.Path)
		}
		for name, who := range strangers {
			if r.Permission == "portfolio:read" && who.Staff || r.Permission.Object() == access.ObjLaw && access.Role(who.Role).IsStaff() { // the whole firm's, by the policy
				continue
			}
			if kept := r.Permission.Object(); access.Role(who.Role) == access.Admin && (kept == access.ObjUser || kept == access.ObjAPIKey) { // who keeps accounts and keys is no stranger to them
				continue
			}
			for _, id := range ids {
				if id == who.ID.String() { // nor is anybody to themselves
					continue
				}
				var heard [2]string
				for i, one := range []string{nothing, id} {
					asked++
					headers := []string{"If-Match", `"1"`}
					if r.Method == http.MethodPost {
						headers = append(headers, "Idempotency-Key", fmt.Sprint("s", asked))
					}
					a := o.call(who, r.Method, strings.Replace(r.Path, "{id}", one, 1), body, headers...)
					heard[i] = fmt.Sprint(a.status, " ", string(a.body))
				}
				if heard[0] != heard[1] || !strings.HasPrefix(heard[1], "4") {
					t.Errorf("%s, %s %s: %s of one that is there, %s of none", name, r.Method, r.Path, heard[1], heard[0])
				}
			}
		}
	}
	if after := o.rows(); after != before {
		t.Errorf("a stranger left rows:\n%s\nbefore:\n%s", after, before)
	}
	t.Log(asked, "calls")
}

// Lists, searches and bodies that name an id or a reference of another client show and change nothing.
func TestAStrangersListsAndBodiesReachNothing(t *testing.T) {
	o := open(t)
	of, strangers := o.full(), o.strangers()
	canaries := []string{o.ClientA.ID.String(), o.ClientA.Name, "REF-A", "PAY-A", "Talleres Brumaluz"}
	for _, ids := range of {
		canaries = append(canaries, ids...)
	}
	var reference string
	if err := o.DB.Super.Get(&reference, `select payment_reference from app.accounts where client_id = $1 limit 1`, o.ClientA.ID); err != nil {
		t.Fatal(err)
	}
	before := o.rows()
	for name, who := range strangers {
		own := map[string]bool{}
		for _, id := range append(who.Clients, who.ID) {
			own[id.String()] = true
		}
		for _, path := range []string{"/api/v1/cases?q=Talleres", "/api/v1/cases?limit=200", "/api/v1/cases?external_ref=REF-A", "/api/v1/cases?debtor_tax_id=B65410011", "/api/v1/cases?client_id=" + o.ClientA.ID.String(),
			"/api/v1/cases?updated_since=2020-01-01T00:00:00Z", "/api/v1/cases?q=REF-A", "/api/v1/portfolios", "/api/v1/approvals", "/api/v1/tasks", "/api/v1/demands", "/api/v1/deadlines?until=2099-12-31", "/api/v1/me"} {
			a := o.call(who, "GET", path, "")
			for _, canary := range canaries {
				if who.Staff && path == "/api/v1/portfolios" {
					continue
				}
				if !own[canary] && strings.Contains(string(a.body), canary) {
					t.Errorf("%s sees %s in %s: %.300s", name, canary, path, a.body)
				}
			}
		}
		a := o.call(who, "POST", "/api/v1/payments:batch", `{"items":[{"external_ref":"x1","payment_reference":"`+reference+`","amount":"1.00","currency":"EUR","received_on":"2026-03-01"},
			{"external_ref":"x2","case_id":"`+of["cases"][0]+`","amount":"1.00","currency":"EUR","received_on":"2026-03-01"},{"external_ref":"x3","debt_external_ref":"REF-A","amount":"1.00","currency":"EUR","received_on":"2026-03-01"}]}`,
			"Idempotency-Key", "batch-"+strings.ReplaceAll(name, " ", "-"))
		if strings.Contains(string(a.body), "recorded") || strings.Contains(string(a.body), "failed") {
			t.Errorf("%s pays: %s", name, a.body)
		}
		for path, body := range map[string]string{
			"/api/v1/payments:known": `{"client_id":"` + o.ClientA.ID.String() + `","until":"2026-03-01"}`,
			"/api/v1/portfolios":     `{"client_id":"` + o.ClientA.ID.String() + `","reference":"ajena","items":[` + agreedItem("REF-X", "1.00", "1") + `]}`,
		} {
			if a := o.call(who, "POST", path, body, "Idempotency-Key", "b-"+strings.ReplaceAll(name+path, " ", "-")); a.status < 400 {
				t.Errorf("%s acts for another client at %s: %d %s", name, path, a.status, a.body)
			}
		}
	}
	if after := o.rows(); withoutOperations(after) != withoutOperations(before) {
		t.Errorf("a stranger left rows:\n%s\nbefore:\n%s", after, before)
	}
}

// withoutOperations leaves out the table of answered calls: a batch of refused items is an answer.
func withoutOperations(rows string) string {
	var kept []string
	for _, line := range strings.Split(rows, "\n") {
		if !strings.HasPrefix(line, "app.operations ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}
