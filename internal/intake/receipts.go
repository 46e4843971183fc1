package intake

import (
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"

	"recobro/internal/evidence"
	"recobro/internal/evidence/format"
)

// Receipt is what the client holds for one debt.
type Receipt = format.Receipt

// includedWithin is the promise of a receipt: a checkpoint of the log includes its leaf no later.
const includedWithin = 60 * time.Second

// giveReceipts makes the receipt of every accepted item: it cites the last event that this portfolio made in the item's case,
// which stands on all events before it. The time is the database's, whatever calendar is played.
func (d *Desk) giveReceipts(tx *evidence.Tx, r *Result, appended []evidence.Appended) error {
	if d.Receipts == nil || len(appended) == 0 {
		return nil
	}
	last := map[uuid.UUID]evidence.Appended{}
	for _, a := range appended {
		if a.Seq > last[a.Subject].Seq {
			last[a.Subject] = a
		}
	}
	var now time.Time
	if err := tx.Get(&now, `select clock_timestamp()`); err != nil {
		return fmt.Errorf("reading the time of the receipts: %w", err)
	}
	const instant = "2006-01-02T15:04:05.000000Z"
	var all []format.Receipt
	var of []int
	for i, f := range r.Fates {
		if f.CaseID == nil {
			continue
		}
		a := last[*f.CaseID]
		of = append(of, i)
		all = append(all, format.Receipt{PortfolioID: r.ID.String(), ExternalRef: f.ExternalRef, CaseID: f.CaseID.String(), Seq: a.Seq, LeafHash: hex.EncodeToString(a.Leaf),
			At: now.UTC().Format(instant), IncludedBy: now.Add(includedWithin).UTC().Format(instant)})
	}
	root, err := format.SignReceipts(all, d.Receipts)
	if err != nil {
		return fmt.Errorf("giving receipts of portfolio %s: %w", r.ID, err)
	}
	r.ReceiptsRoot = &root
	for k, i := range of {
		r.Fates[i].Receipt = &all[k]
	}
	return nil
}
