package gazette

import (
	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"recobro/internal/evidence"
	"recobro/internal/law"
)

// CalendarChanged is the job that an approved holiday leaves, added or taken away: the open terms that it reaches are computed anew.
type CalendarChanged struct {
	Change uuid.UUID `json:"change" river:"unique"`
}

// Kind names the job.
func (CalendarChanged) Kind() string { return "calendar_changed" }

// InsertOpts makes one job of a change.
func (CalendarChanged) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 5, UniqueOpts: river.UniqueOpts{ByArgs: true}}
}

// tell leaves a job for what has to be done about an approved change, and commits with it.
func tell(tx *evidence.Tx, c Change) error {
	if c.Kind != law.ChangeHoliday && c.Kind != law.ChangeHolidayRemoved {
		return nil
	}
	return tx.Enqueue(CalendarChanged{Change: c.ID})
}
