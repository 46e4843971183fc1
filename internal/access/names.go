package access

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/postgres"
)

// NamesOf reads the names of people by id, as far as the reader may know them: a client company's people do not learn who
// works at the firm.
func NamesOf(tx *postgres.Tx, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	var rows []struct {
		ID   uuid.UUID `db:"id"`
		Name string    `db:"name"`
	}
	if err := tx.Select(&rows, `select id, name from users where id = any ($1::uuid[])`, pq.Array(ids)); err != nil {
		return nil, fmt.Errorf("reading the names of %d people: %w", len(ids), err)
	}
	names := make(map[uuid.UUID]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, nil
}
