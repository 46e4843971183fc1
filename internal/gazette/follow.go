package gazette

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

// Refresh puts everything that was approved on the shelf, if there is anything new. The desks of this process see it at once.
func (d *Desk) Refresh(ctx context.Context, who evidence.Actor) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		var newest int64
		if err := tx.Get(&newest, `select coalesce(max(seq), 0) from law_changes`); err != nil {
			return fmt.Errorf("asking for the newest change of the law: %w", err)
		}
		if newest == d.adopted {
			return nil
		}
		changes, err := Load(tx)
		if err != nil {
			return err
		}
		if err := d.Law.Adopt(changes); err != nil {
			return fmt.Errorf("adopting the changes of the law: %w", err)
		}
		d.adopted = newest
		return nil
	})
}

// refresh follows an approval of this process. The approval stands whatever happens here; Follow tries again.
func (d *Desk) refresh(ctx context.Context, who evidence.Actor) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := d.Refresh(ctx, who); err != nil {
		d.logger().Error("refreshing the law", "error", err)
	}
}

// Follow looks again and again for what other processes have approved, until ctx ends. identity is Recobro itself.
func (d *Desk) Follow(ctx context.Context, every time.Duration, identity func(context.Context) (evidence.Actor, error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		who, err := identity(ctx)
		if err == nil {
			err = d.Refresh(ctx, who)
		}
		if err != nil && ctx.Err() == nil {
			d.logger().Error("following the law", "error", err)
		}
	}
}

func (d *Desk) logger() *slog.Logger { return cmp.Or(d.Logger, slog.Default()) }
