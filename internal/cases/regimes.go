package cases

import (
	"fmt"

	"github.com/lib/pq"

	"recobro/internal/law"
	"recobro/internal/postgres"
)

// RegimesInUse says which of the regimes, each of the jurisdiction at the same place, a debt of an open case within reach bears.
func RegimesInUse(tx *postgres.Tx, jurisdictions []string, regimes []law.Regime) ([]bool, error) {
	names := make([]string, len(regimes))
	for i, r := range regimes {
		names[i] = string(r)
	}
	var used []bool
	err := tx.Select(&used, `select exists (select 1 from cases c join debts d on d.client_id = c.client_id and d.case_id = c.id
			where c.jurisdiction = q.jurisdiction and c.stage <> 'closed' and d.regime = q.regime)
		from unnest($1::text[], $2::text[]) with ordinality q(jurisdiction, regime, n) order by q.n`, pq.Array(jurisdictions), pq.Array(names))
	if err != nil {
		return nil, fmt.Errorf("asking which regimes are in use: %w", err)
	}
	return used, nil
}
