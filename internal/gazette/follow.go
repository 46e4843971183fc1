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
		newest, err := newestSeq(tx)
		if err != nil || newest == d.adopted.Load() {
			return err
		}
		changes, err := Load(tx)
		if err != nil {
			return err
		}
		if err := d.Law.Adopt(changes); err != nil {
			return fmt.Errorf("adopting the changes of the law: %w", err)
		}
		d.adopted.Store(newest)
		return nil
	})
}

func newestSeq(tx *postgres.Tx) (newest int64, err error) {
	if err = tx.Get(&newest, `select coalesce(max(seq), 0) from law_changes`); err != nil {
		return 0, fmt.Errorf("asking for the newest change of the law: %w", err)
	}
	return newest, nil
}

// Current runs read, which computes by the law and says as of which instant, with everything on the shelf that anybody had
// approved before it ended; it runs again when an approval came meanwhile. Without it a statement made in the seconds until Follow
// looks again would be computed by the older pack, and would claim the instant of a line recorded after the approval: asked for
// again as known then, it would say something else. A later instant of approval would only move that gap, and an earlier instant
// of knowledge would deny a line that the statement counts. What remains is an approval that is still being committed.
func (d *Desk) Current(ctx context.Context, read func() error) error {
	if d.Identity == nil {
		return read()
	}
	who, err := d.Identity(ctx)
	if err == nil {
		_, err = d.catchUp(ctx, who)
	}
	for moved := true; moved && err == nil; {
		if err = read(); err == nil {
			moved, err = d.catchUp(ctx, who)
		}
	}
	return err
}

// catchUp looks whether anything was approved that is not on the shelf, and puts it there. It waits for nobody when there is nothing.
func (d *Desk) catchUp(ctx context.Context, who evidence.Actor) (moved bool, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		newest, err := newestSeq(tx)
		moved = newest != d.adopted.Load()
		return err
	})
	if err == nil && moved {
		err = d.Refresh(ctx, who)
	}
	return moved, err
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
