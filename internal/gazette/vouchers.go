package gazette

import (
	"fmt"

	"github.com/lib/pq"

	"recobro/internal/postgres"
)

// VouchedBy finds the change by which a lawyer last vouched for each of the facts, with the lawyer's name. Facts without one, and
// changes out of the reader's reach, are left out.
func VouchedBy(tx *postgres.Tx, facts []string) (map[string]Change, error) {
	by := map[string]Change{}
	if len(facts) == 0 {
		return by, nil
	}
	var rows []changeRow
	err := tx.Select(&rows, `select `+changeWithWho+` where c.state = 'approved' and c.kind in ('tick', 'confirm')
		and exists (select 1 from jsonb_array_elements(c.payload) one where one ->> 'fact' = any ($1)) order by c.seq`, pq.Array(facts))
	if err != nil {
		return nil, fmt.Errorf("finding who vouched for %d facts: %w", len(facts), err)
	}
	for _, r := range rows {
		c, err := r.change()
		if err != nil {
			return nil, err
		}
		for _, row := range c.Rows {
			by[row.Fact] = c
		}
	}
	return by, nil
}
