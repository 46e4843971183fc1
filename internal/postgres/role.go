package postgres

import (
	"context"
	"fmt"
)

// RefusePrivileged is an error when the role of this pool could step around row security or the log: a superuser, one that
// bypasses row security, an owner of tables, or a member of an owner's role. Such a program must not serve.
func (db *DB) RefusePrivileged(ctx context.Context) error {
	var why *string
	err := db.View(ctx, "", func(tx *Tx) error {
		return tx.Get(&why, `select case
			when r.rolsuper then 'is a superuser'
			when r.rolbypassrls then 'bypasses row security'
			when exists (select 1 from pg_catalog.pg_class c where c.relowner = r.oid and c.relnamespace::regnamespace::text in ('app', 'ev')) then 'owns tables'
			when pg_catalog.pg_has_role('recobro_owner', 'member') or pg_catalog.pg_has_role('ev_owner', 'member') then 'is a member of an owner'
			end from pg_catalog.pg_roles r where r.rolname = current_user`)
	})
	if err != nil {
		return fmt.Errorf("looking at the database role: %w", err)
	}
	if why != nil {
		return fmt.Errorf("refusing to work as a database role that %s: use recobro_app and recobro_worker", *why)
	}
	return nil
}
