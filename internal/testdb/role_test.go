package testdb

import (
	"context"
	"strings"
	"testing"

	"recobro/internal/postgres"
)

func TestOnlyUnprivilegedRolesMayServe(t *testing.T) {
	db := New(t)
	ctx := context.Background()
	for name, pool := range map[string]*postgres.DB{"app": db.App, "worker": db.Worker, "log": db.Log} {
		if err := pool.RefusePrivileged(ctx); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	super, err := postgres.Open(ctx, db.SuperDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer super.Close()
	if err := super.RefusePrivileged(ctx); err == nil || !strings.Contains(err.Error(), "superuser") {
		t.Fatalf("a superuser may serve: %v", err)
	}
}
