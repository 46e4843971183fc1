package jobs

import (
	"context"
	"fmt"

	"github.com/riverqueue/river"

	"recobro/internal/gazette"
	"recobro/internal/law"
	"recobro/internal/postgres"
)

// calendarChanged computes anew the open deadlines that the holidays of a change reach. It may run again: what is computed anew
// does not change twice.
func (d *Desk) calendarChanged(ctx context.Context, job *river.Job[gazette.CalendarChanged]) error {
	who, err := d.Identity(ctx)
	if err != nil {
		return err
	}
	if err := d.Gazette.Refresh(ctx, who); err != nil { // another process may have approved it
		return err
	}
	var c gazette.Change
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		c, err = gazette.Get(tx, job.Args.Change)
		return err
	})
	if err != nil {
		return err
	}
	for _, r := range c.Rows {
		n, err := d.Court.RecomputeDeadlines(ctx, who, c.Jurisdiction, law.Place{Region: r.Region, Town: r.Place}, r.On, fmt.Sprintf("%s: %s", r.On, c.Source))
		if err != nil {
			return err
		}
		d.Logger.Info("deadlines computed anew", "jurisdiction", c.Jurisdiction, "holiday", r.On, "deadlines", n)
	}
	return nil
}
