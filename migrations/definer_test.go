package migrations_test

import (
	"strings"
	"testing"

	"recobro/internal/postgres"
	"recobro/internal/testdb"
	"recobro/internal/testfirm"
)

// Whoever got hold of the application's role may make types of his own in the temporary schema, which is searched first
// unless it is named last. A function that runs as its owner must not take them for PostgreSQL's.
func TestNoTemporaryTypeRunsCodeAsAnOwner(t *testing.T) {
	f := testfirm.New(t)
	var ran []string
	err := f.DB.App.Write(t.Context(), "", func(tx *postgres.Tx) error {
		for _, name := range []string{"text", "bytea", "uuid", "timestamptz", "jsonb", "name"} {
			if _, err := tx.Exec(strings.ReplaceAll(`create function pg_temp.seen_X(pg_catalog.X) returns boolean language plpgsql as
				$f$ begin perform set_config('seen.by', coalesce(current_setting('seen.by', true), '') || ' ' || current_user, false); return true; end $f$`, "X", name)); err != nil {
				return err
			}
			if _, err := tx.Exec(strings.ReplaceAll(`create domain pg_temp.X as pg_catalog.X check (pg_temp.seen_X(value))`, "X", name)); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(`select set_config('app.session', $1, true)`, string(f.Lawyer.Token)); err != nil {
			return err
		}
		for _, call := range []string{`select app.me()`, `select app.find_cases('x', 5)`, `select app.persons_for('{ES}', '{B1}', array['00000000-0000-0000-0000-0000000000aa'::pg_catalog.uuid])`,
			`select app.login_of('x')`, `select app.holders_for(gen_random_uuid(), 1, 1)`, `select app.case_numbered('x')`, `select app.close_session()`} {
			if _, err := tx.Exec(call); err != nil {
				return err
			}
		}
		return tx.Select(&ran, `select distinct x from unnest(string_to_array(coalesce(current_setting('seen.by', true), ''), ' ')) x where x in ('recobro_owner', 'ev_owner')`)
	})
	if err != nil || len(ran) > 0 {
		t.Fatalf("code of the application ran as %v, %v", ran, err)
	}
}

func TestEveryFunctionThatRunsAsItsOwnerNamesTheTemporarySchemaLast(t *testing.T) {
	var open []string
	err := testdb.New(t).Super.Select(&open, `select p.oid::regprocedure::text from pg_proc p where p.pronamespace in ('app'::regnamespace, 'ev'::regnamespace) and p.prosecdef
		and coalesce(array_to_string(p.proconfig, ' '), '') !~ 'search_path=pg_catalog(, public)?, pg_temp' and p.oid <> 'app.me()'::regprocedure`)
	if err != nil || len(open) > 0 {
		t.Fatalf("%v, %v", open, err)
	}
}
