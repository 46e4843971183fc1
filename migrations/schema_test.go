package migrations_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"recobro/internal/testdb"
)

var update = flag.Bool("update", false, "rewrite schema.golden.sql")

// TestSchemaIsTheReviewedOne lists what the migrations make: a change of the schema is a diff somebody reads.
func TestSchemaIsTheReviewedOne(t *testing.T) {
	const golden = "schema.golden.sql"
	made := describe(t, testdb.New(t))
	if *update {
		if err := os.WriteFile(golden, []byte(made), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	reviewed, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if made != string(reviewed) {
		t.Fatal("the migrations make another schema than schema.golden.sql: go test ./migrations -update, and read the diff")
	}
}

// describe reads tables, columns, constraints, indexes, policies, triggers and functions from the catalog.
func describe(t *testing.T, db *testdb.DB) string {
	t.Helper()
	var b strings.Builder
	for _, part := range []struct{ title, query string }{
		{"tables and columns", `select format('%s.%s.%s %s%s%s', n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then ' not null' else '' end,
			coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) from pg_class c join pg_namespace n on n.oid = c.relnamespace
			join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
			where n.nspname in ('app', 'ev') and c.relkind in ('r', 'v') order by n.nspname, c.relname, a.attnum`},
		{"constraints", `select format('%s %s: %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint
			where connamespace in ('app'::regnamespace, 'ev'::regnamespace) and contype <> 't' order by 1`},
		{"indexes", `select indexdef from pg_indexes where schemaname in ('app', 'ev') order by indexdef`},
		{"row security", `select format('%s.%s %s for %s to %s using %s with check %s', schemaname, tablename, policyname, cmd, roles, coalesce(qual, '-'), coalesce(with_check, '-'))
			from pg_policies where schemaname in ('app', 'ev') order by 1`},
		{"triggers", `select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal and tgrelid::regclass::text ~ '^(app|ev)[.]' order by 1`},
		{"functions", `select format('%s(%s) owner %s%s', p.oid::regproc, pg_get_function_identity_arguments(p.oid), pg_get_userbyid(p.proowner), case when p.prosecdef then ' security definer' else '' end)
			from pg_proc p where p.pronamespace in ('app'::regnamespace, 'ev'::regnamespace) order by 1`},
		{"grants", `select format('%s on %s.%s to %s', string_agg(privilege_type, ' ' order by privilege_type), table_schema, table_name, grantee) from information_schema.role_table_grants
			where table_schema in ('app', 'ev') and grantee like 'recobro\_%' and grantee <> 'recobro_owner' group by table_schema, table_name, grantee order by table_schema, table_name, grantee`},
		{"grants on columns", `select format('%s.%s %s to %s', a.attrelid::regclass, a.attname, g.privilege_type, g.grantee::regrole) from pg_attribute a, aclexplode(a.attacl) g
			where a.attrelid::regclass::text ~ '^(app|ev)[.]' and g.grantee::regrole::text like 'recobro\_%' order by 1`},
		{"legal moves of a case", `select format('%s --%s--> %s', from_stage, event, to_stage) from app.case_steps order by 1`},
	} {
		var lines []string
		if err := db.Super.Select(&lines, part.query); err != nil {
			t.Fatalf("describing %s: %v", part.title, err)
		}
		if len(lines) == 0 {
			t.Fatalf("describing %s: nothing there", part.title)
		}
		fmt.Fprintf(&b, "-- %s\n%s\n\n", part.title, strings.Join(lines, "\n"))
	}
	return b.String()
}

func TestEveryTableIsBehindForcedRowSecurity(t *testing.T) {
	db := testdb.New(t)
	var open []string
	err := db.Super.Select(&open, `select c.relname from pg_class c where c.relnamespace = 'app'::regnamespace and c.relkind = 'r'
		and not (c.relrowsecurity and c.relforcerowsecurity and exists (select 1 from pg_policy p where p.polrelid = c.oid))`)
	if err != nil {
		t.Fatal(err)
	}
	// The step table is public knowledge.
	if open = slices.DeleteFunc(open, func(s string) bool { return s == "case_steps" }); len(open) > 0 {
		t.Fatalf("without forced row security: %v", open)
	}
}

func TestTheApplicationOwnsAndTruncatesNothing(t *testing.T) {
	db := testdb.New(t)
	var owned []string
	err := db.Super.Select(&owned, `select c.oid::regclass::text from pg_class c where pg_get_userbyid(c.relowner) in ('recobro_app', 'recobro_worker', 'recobro_river', 'recobro_log')
		and c.relnamespace in ('app'::regnamespace, 'ev'::regnamespace)
		union all select table_schema || '.' || table_name || ' ' || privilege_type from information_schema.role_table_grants
		where grantee in ('recobro_app', 'recobro_worker', 'recobro_log') and (privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER')
			or table_schema = 'ev' and privilege_type <> 'SELECT' and not (grantee = 'recobro_log' and privilege_type = 'INSERT')
			or grantee = 'recobro_log' and table_schema <> 'ev')
		union all select rolname from pg_roles where rolname in ('recobro_app', 'recobro_worker', 'recobro_river', 'recobro_log') and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)`)
	if err != nil || len(owned) > 0 {
		t.Fatalf("%v, %v", owned, err)
	}
}
