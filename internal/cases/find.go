package cases

import (
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/postgres"
)

// OfAccount reads the cases of an account that row security lets through, the oldest first. The caller asks what the actor may do
// to each; none is an account that is not there.
func OfAccount(tx *postgres.Tx, account uuid.UUID) ([]*Case, error) {
	return find(tx, `(client_id, account_id) in (select client_id, id from accounts where id = $1)`, account)
}

// OfDebt reads the case of a debt in the same way.
func OfDebt(tx *postgres.Tx, debt uuid.UUID) ([]*Case, error) {
	return find(tx, `(client_id, id) in (select d.client_id, d.case_id from clients k join debts d on d.client_id = k.id and d.id = $1)`, debt)
}

func find(tx *postgres.Tx, condition string, id uuid.UUID) ([]*Case, error) {
	var all []*Case
	if err := tx.Select(&all, `select `+columns+` from cases where `+condition+` order by opened_on, id`, id); err != nil {
		return nil, fmt.Errorf("finding the cases of %s: %w", id, err)
	}
	return all, nil
}
