package access

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"recobro/internal/postgres"
)

// Limit is a bucket of attempts under a name: Burst at once, one more Every so long.
type Limit struct {
	Name  string
	Burst int
	Every time.Duration
}

// Attempt takes one attempt from each bucket in turn and says whether all had one; those after an empty one lose nothing. The buckets stand in the database, so that an
// attacker gains nothing from a second process; only hashes of the names do.
func Attempt(ctx context.Context, db *postgres.DB, at time.Time, limits ...Limit) (bool, error) {
	names, bursts, every := make(pq.ByteaArray, len(limits)), make([]int64, len(limits)), make([]float64, len(limits))
	for i, l := range limits {
		hash := HashToken("attempt:" + l.Name)
		names[i], bursts[i], every[i] = hash[:], int64(l.Burst), l.Every.Seconds()
	}
	allowed := false
	err := db.Write(ctx, "", func(tx *postgres.Tx) error {
		return tx.Get(&allowed, `select app.attempt($1, $2, $3, $4)`, names, pq.Array(bursts), pq.Array(every), at)
	})
	if err != nil {
		return false, fmt.Errorf("counting an attempt: %w", err)
	}
	return allowed, nil
}
