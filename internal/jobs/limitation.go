package jobs

import (
	"context"

	"github.com/google/uuid"

	"recobro/internal/day"
	"recobro/internal/evidence"
)

// moveLimitation puts last days where the law as known now puts them, in the cases that have facts: a rule may have been confirmed.
func (d *Desk) moveLimitation(ctx context.Context, who evidence.Actor, _ day.Date, course *Day) error {
	after := uuid.Nil
	for {
		moved, last, err := d.Cases.LimitationMoved(ctx, who, after, page)
		if err != nil || last == uuid.Nil {
			return err
		}
		for _, id := range moved {
			if err := d.Cases.RefreshLimitation(ctx, who, id); err != nil {
				course.fail(d.Logger, "moving the limitation of a case", id, err)
				continue
			}
			course.LimitationMoved++
		}
		after = last
	}
}

// ringLimitation ends the alarms that no longer stand and rings those that are due, page by page.
func (d *Desk) ringLimitation(ctx context.Context, who evidence.Actor, today day.Date, course *Day) error {
	if err := d.Cases.EndLimitationAlarms(ctx, who, today); err != nil {
		return err
	}
	for {
		rung, err := d.Cases.LimitationAlarms(ctx, who, today, page)
		course.LimitationAlarms += rung
		if err != nil || rung == 0 {
			return err
		}
	}
}
