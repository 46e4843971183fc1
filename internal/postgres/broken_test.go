package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"recobro/internal/postgres"
	"recobro/internal/testdb"
)

func TestBrokenRulesAreKnownByName(t *testing.T) {
	db := testdb.New(t)
	db.Super.MustExec(`
		create table app.rooms (
			id int constraint rooms_pkey primary key,
			name text not null constraint rooms_name_once unique,
			size int constraint rooms_have_a_size check (size > 0),
			within int constraint rooms_lie_in_a_room references app.rooms (id));
		create function app.refuse() returns trigger language plpgsql as $$
			begin
				if new.size = 99 then raise exception 'rooms_too_large' using constraint = 'rooms_have_a_limit'; end if;
				if new.size = 98 then raise exception 'rooms_suspicious'; end if;
				return new;
			end $$;
		create trigger refuse before insert on app.rooms for each row execute function app.refuse();
		grant select, insert on app.rooms to recobro_app;
		insert into app.rooms values (1, 'hall', 10, null)`)
	cases := []struct{ insert, rule, code string }{
		{"insert into app.rooms values ($1, 'attic', 1, null)", "rooms_pkey", "23505"},
		{"insert into app.rooms values ($1 + 1, 'hall', 1, null)", "rooms_name_once", "23505"},
		{"insert into app.rooms values ($1 + 1, 'attic', 0, null)", "rooms_have_a_size", "23514"},
		{"insert into app.rooms values ($1 + 1, 'attic', 1, 7)", "rooms_lie_in_a_room", "23503"},
		{"insert into app.rooms values ($1 + 1, null, 1, null)", "rooms_name_not_null", "23502"},
		{"insert into app.rooms values ($1 + 1, 'attic', 99, null)", "rooms_have_a_limit", "P0001"},
		{"insert into app.rooms values ($1 + 1, 'attic', 98, null)", "rooms_suspicious", "P0001"},
	}
	for _, c := range cases {
		err := db.App.Write(context.Background(), "", func(tx *postgres.Tx) error {
			_, err := tx.Exec(c.insert, 1)
			return fmt.Errorf("furnishing: %w", err)
		})
		rule, ok := postgres.Broken(err)
		if !ok || rule != c.rule || postgres.Code(err) != c.code {
			t.Errorf("%s: broke %q (%v) with %s, want %q with %s", c.insert, rule, ok, postgres.Code(err), c.rule, c.code)
		}
	}
	if rule, ok := postgres.Broken(errors.New("something else")); ok {
		t.Errorf("an error of another kind breaks %q", rule)
	}
}
