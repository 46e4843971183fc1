package testdb

import (
	"context"
	"testing"

	"recobro/internal/postgres"
)

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	a, b := New(t), New(t)
	a.Super.MustExec("create table app.only_here (n int)")
	var found bool
	if err := b.Super.Get(&found, "select to_regclass('app.only_here') is not null"); err != nil || found {
		t.Fatalf("the second database sees the table of the first (%v, %v)", found, err)
	}
}

func TestRolesAreWhoTheySay(t *testing.T) {
	db := New(t)
	for role, pool := range map[string]*postgres.DB{"recobro_app": db.App, "recobro_worker": db.Worker, "recobro_log": db.Log} {
		err := pool.View(context.Background(), "", func(tx *postgres.Tx) error {
			var user string
			if err := tx.Get(&user, "select current_user::text"); err != nil {
				return err
			}
			if user != role {
				t.Errorf("the pool of %s is logged in as %s", role, user)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
