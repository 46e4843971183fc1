package cases

import (
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/postgres"
)

// HoldsOf reads the open holds of a case, the oldest first.
func HoldsOf(tx *postgres.Tx, client, caseID uuid.UUID) ([]Hold, error) {
	var all []Hold
	err := tx.Select(&all, `select client_id, id, case_id, scope, reason, lifts_when, opened_on, until_on, lifted_on from holds
		where client_id = $1 and case_id = $2 and lifted_on is null order by opened_on, id`, client, caseID)
	if err != nil {
		return nil, fmt.Errorf("reading the holds of case %s: %w", caseID, err)
	}
	return all, nil
}

// DisputesOf reads the disputes of a case, the newest first.
func DisputesOf(tx *postgres.Tx, client, caseID uuid.UUID) ([]Dispute, error) {
	var all []Dispute
	err := tx.Select(&all, `select client_id, id, case_id, contested_minor, reason, raised_on, answer_due_on, state, resolved_on, resolution from disputes
		where client_id = $1 and case_id = $2 order by raised_on desc, id desc`, client, caseID)
	if err != nil {
		return nil, fmt.Errorf("reading the disputes of case %s: %w", caseID, err)
	}
	return all, nil
}

// PromisesOf reads the promises of a case, the newest first.
func PromisesOf(tx *postgres.Tx, client, caseID uuid.UUID) ([]Promise, error) {
	var all []Promise
	err := tx.Select(&all, `select client_id, id, case_id, minor, due_on, made_on, state, judged_on from promises
		where client_id = $1 and case_id = $2 order by due_on desc, id desc`, client, caseID)
	if err != nil {
		return nil, fmt.Errorf("reading the promises of case %s: %w", caseID, err)
	}
	return all, nil
}
