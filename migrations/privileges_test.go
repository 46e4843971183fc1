package migrations_test

import (
	"slices"
	"strings"
	"testing"

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
