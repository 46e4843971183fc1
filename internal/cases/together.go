package cases

import (
	"recobro/internal/day"
	"recobro/internal/evidence"
)

// AdvanceAll moves those of several locked cases that stand in the stage: one letter or one suit may stand for many.
func AdvanceAll(tx *evidence.Tx, cs []*Case, from Stage, event Event, today day.Date, reason string) (entries []evidence.Entry, err error) {
	for _, c := range cs {
		if c.Stage != from {
			continue
		}
		entry, err := c.Advance(tx, event, today, reason)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

// HandOver closes, in several locked cases, the tasks that an action answers, opens the next one for a role (none when next is
// empty) where the case is open, and lets the strategy look again.
func HandOver(tx *evidence.Tx, cs []*Case, today day.Date, done []string, next, role string) error {
	for _, c := range cs {
		for _, kind := range done {
			if err := CloseTask(tx, c.ClientID, c.ID, kind, today); err != nil {
				return err
			}
		}
		if next != "" && c.Stage != Closed {
			if err := OpenTask(tx, c.ClientID, c.ID, next, role, today); err != nil {
				return err
			}
		}
		if err := Replan(tx, c.ClientID, c.ID); err != nil {
			return err
		}
	}
	return nil
}
