package migrations_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/testdb"
	"recobro/internal/testfirm"
)

// notEvidence is the closed list of what may change without an entry in the log: a whole table, or one column of it, each
// with its reason. Whatever else the application may write is refused at commit unless it is told of.
var notEvidence = map[string]string{
	"teams":          "names of teams; who belongs to one is told of",
	"sessions":       "signing in is not a fact of a case",
	"operations":     "stored answers of calls",
	"case_steps":     "made by migrations, which no log can name",
	"tasks":          "planning: work made from facts that are told of",
	"sign_in_links":  "asked for with a logged change, or by whoever forgot a password",
	"recovery_codes": "made with a logged change; their use opens a session",
	"ceremonies":     "signing in is not a fact of a case",
	"access_log":     "each batch is written together with the entry that holds its root",
	"attempts":       "counters of attempts",
	"doomed_files":   "a list of work: the destruction is told of",

	"destruction_columns": "made by migrations, which no log can name",
	"contact_log":         "only ever added, for the debtor's protection: a contact is counted before it leaves the house; the message is told of",

	"cases.strategy": "plan column", "cases.strategy_version": "plan column", "cases.steps_done": "plan column", "cases.next_step": "plan column",
	"cases.next_on": "plan column", "cases.plan_due": "plan column", "cases.plan_error": "plan column", "cases.version": "number of the edit",
	"messages.lease": "which worker holds it", "messages.lease_until": "until when a worker holds it",
	"users.language": "of the pages",
}

// probe is a database of tables with one invented row each, where every barrier has been taken away but the one that asks
// for the log entry: what a commit is refused for is that and nothing else.
type probe struct {
	*testfirm.Firm
	columns map[string][]column
}

type column struct {
	Table, Name, Type               string
	Generated, Identity, PK         bool
	MayUpdate, MayInsert, MayDelete bool
}

// made is a value of a type; other is another one of it.
func made(typ string) (one, other string) {
	switch base := strings.TrimSuffix(typ, "[]"); {
	case base == "uuid" && base != typ:
		return "'{}'", "'{00000000-0000-0000-0000-0000000000a1}'"
	case base != typ:
		return "'{}'", "'{1}'"
	case base == "uuid":
		return "'00000000-0000-0000-0000-0000000000a1'", "'00000000-0000-0000-0000-0000000000a2'"
	case base == "text":
		return "'reserved'", "'sent'"
	case base == "boolean":
		return "true", "false"
	case base == "date", strings.HasPrefix(base, "timestamp"):
		return "'2026-01-02'", "'2026-01-03'"
	case base == "jsonb":
		return `'{}'`, `'{"a":1}'`
	case base == "bytea":
		return `'\x01'`, `'\x02'`
	case base == "interval":
		return "'1 day'", "'2 days'"
	}
	return "1", "2"
}

func newProbe(t *testing.T) *probe {
	t.Helper()
	p := &probe{testfirm.New(t), map[string][]column{}}
	super := p.DB.Super
	var all []column
	err := super.Select(&all, `select c.relname as "table", a.attname as name, format_type(a.atttypid, null) as type, a.attgenerated <> '' as generated, a.attidentity <> '' as identity,
			has_column_privilege('recobro_app', c.oid, a.attnum, 'update') as mayupdate, has_column_privilege('recobro_app', c.oid, a.attnum, 'insert') as mayinsert,
			has_table_privilege('recobro_app', c.oid, 'delete') as maydelete,
			exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any (i.indkey)) as pk
		from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
		where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') order by c.relname, a.attnum`)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		p.columns[c.Table] = append(p.columns[c.Table], c)
	}
	super.MustExec(`do $$ declare r record; begin
		for r in select conrelid::regclass as t, conname from pg_constraint where connamespace = 'app'::regnamespace and contype = 'f' and conparentid = 0 loop
			execute format('alter table %s drop constraint %I', r.t, r.conname); end loop;
		for r in select conrelid::regclass as t, conname from pg_constraint where connamespace = 'app'::regnamespace and contype = 'c' and conrelid <> 0 loop
			execute format('alter table %s drop constraint %I', r.t, r.conname); end loop;
		for r in select conrelid::regclass as t, conname from pg_constraint where connamespace = 'app'::regnamespace and contype in ('p', 'u') loop
			execute format('alter table %s drop constraint %I cascade', r.t, r.conname); end loop;
		for r in select indexrelid::regclass as i from pg_index where indrelid in (select oid from pg_class where relnamespace = 'app'::regnamespace) and indisunique loop
			execute format('drop index %s', r.i); end loop;
		for r in select tgrelid::regclass as t, tgname from pg_trigger where tgrelid in (select oid from pg_class where relnamespace = 'app'::regnamespace) and not tgisinternal and tgname !~ '^must_have_logged' loop
			execute format('drop trigger %I on %s', r.tgname, r.t); end loop;
		for r in select polrelid::regclass as t, polname from pg_policy where not polpermissive and polrelid in (select oid from pg_class where relnamespace = 'app'::regnamespace) loop
			execute format('drop policy %I on %s', r.polname, r.t); end loop;
		for r in select oid::regclass as t from pg_class where relnamespace = 'app'::regnamespace and relkind = 'r' and relname not in ('users', 'sessions', 'user_teams', 'user_clients', 'api_keys') loop
			execute format('create policy probe on %s using (true) with check (true)', r.t);
		end loop;
	end $$`)
	return p
}

// put lays the invented row into a table behind the triggers' back.
func (p *probe) put(table string) {
	p.T.Helper()
	var names, values []string
	for _, c := range p.columns[table] {
		if c.Generated {
			continue
		}
		one, _ := made(c.Type)
		names, values = append(names, `"`+c.Name+`"`), append(values, one)
	}
	tx := p.DB.Super.MustBegin()
	tx.MustExec(`set local session_replication_role = replica`)
	tx.MustExec(`delete from app.` + table + ` where ` + p.theRow(table))
	tx.MustExec(`insert into app.` + table + ` (` + strings.Join(names, ", ") + `) overriding system value values (` + strings.Join(values, ", ") + `)`)
	if err := tx.Commit(); err != nil {
		p.T.Fatal(err)
	}
}

func (p *probe) theRow(table string) string {
	for _, c := range p.columns[table] {
		if c.PK {
			one, _ := made(c.Type)
			return `"` + c.Name + `" = ` + one
		}
	}
	p.T.Fatalf("table %s has no primary key", table)
	return ""
}

// silent tries a statement as the application under a job's identity; it answers whether it stands.
func (p *probe) silent(statement string) (stands bool) {
	p.T.Helper()
	err := p.DB.App.Write(context.Background(), p.Job.Token, func(tx *postgres.Tx) error {
		touched, err := tx.Exec(statement)
		if err == nil && touched == 0 {
			return fmt.Errorf("nothing was touched")
		}
		return err
	})
	if name, _ := postgres.Broken(err); name == "must_have_logged" {
		return false
	}
	if err != nil {
		p.T.Errorf("%s: %v", statement, err)
	}
	return err == nil
}

// The list is made from the catalog: each table, each insert, delete and update of each column that the application has a
// grant for is tried, with every other barrier taken away.
func TestWhateverTheApplicationMayWriteNeedsItsLogEntry(t *testing.T) {
	p := newProbe(t)
	needed := map[string]bool{}
	excused := func(what, statement string) {
		t.Helper()
		table, _, _ := strings.Cut(what, ".")
		reason := notEvidence[what]
		if reason == "" {
			reason = notEvidence[table]
		}
		switch stands := p.silent(statement); {
		case stands && reason == "":
			t.Errorf("%s may change without a log entry: %s", what, statement)
		case stands:
			needed[what], needed[table] = true, true
		}
	}
	tried := 0
	for table, columns := range p.columns {
		var names, values []string
		mayInsert := true
		p.put(table)
		for _, c := range columns {
			one, other := made(c.Type)
			if !c.Generated && !c.Identity {
				names, values = append(names, `"`+c.Name+`"`), append(values, one)
				mayInsert = mayInsert && c.MayInsert
			}
			if c.MayUpdate && !c.Generated && !c.Identity {
				p.put(table)
				tried++
				excused(table+"."+c.Name, fmt.Sprintf(`update app.%s set "%s" = %s where %s`, table, c.Name, other, p.theRow(table)))
			}
		}
		if mayInsert {
			tried++
			excused(table, fmt.Sprintf(`insert into app.%s (%s) values (%s)`, table, strings.Join(names, ", "), strings.Join(values, ", ")))
		}
		if columns[0].MayDelete {
			p.put(table)
			tried++
			excused(table, fmt.Sprintf(`delete from app.%s where %s`, table, p.theRow(table)))
		}
	}
	if tried < 200 {
		t.Errorf("only %d changes were tried", tried)
	}
	for what := range notEvidence {
		table, name, ofColumn := strings.Cut(what, ".")
		columns, known := p.columns[table]
		writable := slices.ContainsFunc(columns, func(c column) bool { return c.MayUpdate || c.MayInsert || c.MayDelete })
		if !known || (ofColumn && !slices.ContainsFunc(columns, func(c column) bool { return c.Name == name })) || (writable && !needed[what]) {
			t.Errorf("%s is on the list of exceptions for nothing", what)
		}
	}
}

func TestEveryTableHasATriggerThatAsksForTheLogOrAReason(t *testing.T) {
	db := testdb.New(t)
	var silent []string
	err := db.Super.Select(&silent, `select c.relname from pg_class c where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p')
		and not exists (select 1 from pg_trigger g where g.tgrelid = c.oid and g.tgname ~ '^must_have_logged' and g.tgdeferrable and g.tginitdeferred)`)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range silent {
		if notEvidence[table] == "" {
			t.Errorf("table %s may change without a log entry", table)
		}
	}
	for table := range notEvidence {
		if !strings.Contains(table, ".") && !slices.Contains(silent, table) {
			t.Errorf("table %s is on the list of exceptions for nothing", table)
		}
	}
}

// The triggers cannot be put off, switched off or gone around by whoever holds the application's role.
func TestTheApplicationCannotStepAroundTheQuestionForTheEntry(t *testing.T) {
	f := testfirm.New(t)
	c, other := f.OpenCase(testfirm.Opts{}), f.OpenCase(testfirm.Opts{})
	change := fmt.Sprintf(`update app.debts set limitation_law = 'x' where case_id = '%s'`, c.ID)
	for name, statements := range map[string][]string{
		"plainly":                             {change},
		"one that changes nothing":            {fmt.Sprintf(`update app.debts set limitation_law = limitation_law where case_id = '%s'`, c.ID)},
		"constraints said to be deferred":     {`set constraints all deferred`, change},
		"constraints named and deferred":      {`set constraints app.must_have_logged deferred`, change, `set constraints all deferred`},
		"constraints asked at once":           {`set constraints all immediate`, change},
		"asked, then put off":                 {change, `set constraints all deferred`},
		"inside a savepoint":                  {`savepoint a`, change, `release savepoint a`},
		"triggers disabled":                   {`alter table app.debts disable trigger must_have_logged`, change},
		"triggers dropped":                    {`drop trigger must_have_logged on app.debts`, change},
		"played as a replica":                 {`set local session_replication_role = replica`, change},
		"table emptied":                       {`truncate app.debts cascade`},
		"the function replaced":               {`create or replace function app.logged_case() returns trigger language plpgsql as $$ begin return null; end $$`, change},
		"another function found first":        {`set local search_path = pg_temp, app`, change},
		"as the owner":                        {`set local role recobro_owner`, change},
		"an entry written by hand":            {`insert into ev.events select * from ev.events limit 1`, change},
		"the row moved to the case next door": {fmt.Sprintf(`update app.debts set case_id = '%s' where case_id = '%s'`, other.ID, c.ID)},
	} {
		err := f.DB.App.Write(t.Context(), f.Job.Token, func(tx *postgres.Tx) error {
			for _, s := range statements {
				if _, err := tx.Exec(s); err != nil {
					return err
				}
			}
			return nil
		})
		if broken, _ := postgres.Broken(err); broken != "must_have_logged" && postgres.Code(err) != "42501" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheEntryOfAnotherCaseCoversNothing(t *testing.T) {
	f := testfirm.New(t)
	c, other := f.OpenCase(testfirm.Opts{}), f.OpenCase(testfirm.Opts{})
	for _, x := range []struct {
		name    string
		told    []evidence.Subject
		change  string
		refused bool
	}{
		{"nobody's", []evidence.Subject{evidence.Firm}, fmt.Sprintf(`update debts set limitation_law = 'x' where case_id = '%s'`, c.ID), true},
		{"the other's", []evidence.Subject{evidence.CaseOf(other.ClientID, other.ID)}, fmt.Sprintf(`update debts set limitation_law = 'x' where case_id = '%s'`, c.ID), true},
		{"its own", []evidence.Subject{evidence.CaseOf(c.ClientID, c.ID)}, fmt.Sprintf(`update debts set limitation_law = 'x' where case_id = '%s'`, c.ID), false},
		{"moved, told only where it came to", []evidence.Subject{evidence.CaseOf(other.ClientID, other.ID)}, fmt.Sprintf(`update debts set case_id = '%s' where case_id = '%s'`, other.ID, c.ID), true},
		{"known money, told in a case", []evidence.Subject{evidence.CaseOf(c.ClientID, c.ID)}, fmt.Sprintf(`update accounts set known_until = '2026-03-01' where id = '%s'`, c.AccountID), true},
		{"known money, told in the client's chain", []evidence.Subject{evidence.ClientOf(c.ClientID)}, fmt.Sprintf(`update accounts set known_until = '2026-03-01' where id = '%s'`, c.AccountID), false},
		{"a person, told in nobody's case", []evidence.Subject{evidence.CaseOf(other.ClientID, other.ID)}, fmt.Sprintf(`update persons set deceased_on = '2026-03-01' where id = (select person_id from accounts where id = '%s')`, c.AccountID), true},
		{"a person, told in its case", []evidence.Subject{evidence.CaseOf(c.ClientID, c.ID)}, fmt.Sprintf(`update persons set deceased_on = '2026-03-01' where id = (select person_id from accounts where id = '%s')`, c.AccountID), false},
	} {
		_, err := evidence.Record(t.Context(), f.Log, f.Job, func(tx *evidence.Tx) (uuid.UUID, []evidence.Entry, error) {
			var entries []evidence.Entry
			for _, s := range x.told {
				entries = append(entries, evidence.Entry{Subject: s, Kind: "note.added"})
			}
			touched, err := tx.Exec(x.change)
			if err == nil && touched == 0 {
				err = fmt.Errorf("nothing was touched")
			}
			return c.ID, entries, err
		})
		if broken, _ := postgres.Broken(err); (broken == "must_have_logged") != x.refused || (!x.refused && err != nil) {
			t.Errorf("%s: %v", x.name, err)
		}
	}
}
