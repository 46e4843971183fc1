package migrations_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"recobro/internal/postgres"
	"recobro/internal/testdb"
)

// EV-10: what each login role may do to each table of the log, read from the catalog: a table or a role that is new has no
// privilege here until somebody writes it down.
func TestLoginRolesMayDoToTheLogOnlyWhatIsWrittenHere(t *testing.T) {
	const published = "leaves hashes checkpoints cosignatures stamps"
	var want []string
	add := func(roles, tables, privileges string) {
		for _, r := range strings.Fields(roles) {
			for _, table := range strings.Fields(tables) {
				for _, p := range strings.Fields(privileges) {
					want = append(want, r+" "+table+" "+p)
				}
			}
		}
	}
	add("recobro_app recobro_worker", "events log openings "+published, "SELECT")
	add("recobro_log", "log "+published, "SELECT")
	add("recobro_log", published, "INSERT")
	var got []string
	err := testdb.New(t).Super.Select(&got, `select r.rolname || ' ' || c.relname || ' ' || p from pg_roles r, pg_class c,
			unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) p
		where r.rolname like 'recobro\_%' and r.rolcanlogin and c.relnamespace = 'ev'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
		  and has_table_privilege(r.oid, c.oid, p)`)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("privileges on the log are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// attempts are ways to change, lock or get round a table of the log that a privilege bit does not name, or names only half:
// %s is the table.
var attempts = []string{
	`insert into %s select * from %[1]s`, `insert into %s select * from %[1]s on conflict do nothing`, `delete from %s`, `truncate %s`,
	`merge into %s t using (select 1) s on false when not matched then do nothing when matched then delete`,
	`copy %s from '/dev/null'`, `copy %s from stdin`, `copy %s to program 'true'`, `alter table %s add column more int`, `alter table %s disable trigger all`,
	`alter table %s disable row level security`, `alter table %s no force row level security`, `alter table %s owner to current_user`,
	`drop table %s`, `lock table %s in access exclusive mode`, `create rule away as on insert to %s do instead nothing`,
	`create trigger away before insert on %s for each row execute function ev.refuse_change()`,
	`set session_replication_role = replica`, `set role ev_owner`, `set session authorization postgres`,
}

// EV-10: the attempts themselves, by each role that logs in, on every table of the log.
func TestNoLoginRoleGetsRoundThePrivilegesOfTheLog(t *testing.T) {
	db := testdb.New(t)
	var tables []string
	if err := db.Super.Select(&tables, `select oid::regclass::text from pg_class where relnamespace = 'ev'::regnamespace and relkind in ('r', 'p')`); err != nil {
		t.Fatal(err)
	}
	published := strings.Fields("ev.leaves ev.hashes ev.checkpoints ev.cosignatures ev.stamps")
	tried := 0
	for role, pool := range map[string]*postgres.DB{"recobro_app": db.App, "recobro_worker": db.Worker, "recobro_log": db.Log} {
		for _, table := range tables {
			for _, attempt := range attempts {
				inserts := strings.HasPrefix(attempt, "insert") || strings.HasPrefix(attempt, "copy %s from stdin")
				if role == "recobro_log" && inserts && slices.Contains(published, table) {
					continue // its work
				}
				sql := attempt
				if strings.Contains(attempt, "%") {
					sql = fmt.Sprintf(attempt, table)
				}
				err := pool.Write(t.Context(), "", func(tx *postgres.Tx) error {
					_, err := tx.Exec(sql)
					return err
				})
				if postgres.Code(err) != "42501" {
					t.Errorf("%s: %s: %v", role, sql, err)
				}
				tried++
			}
		}
	}
	if want := 3*len(tables)*len(attempts) - 3*len(published); tried != want {
		t.Errorf("%d attempts, want %d", tried, want)
	}
}
