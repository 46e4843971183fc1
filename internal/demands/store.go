package demands

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

const columns = `client_id, id, account_id, template, template_version, language, state, fields, as_of, term_days, term_on, review_note, drafted_by, submitted_on,
	approved_by, approved_on, signed_by, issued_on, document_id, channel, operator_reference, dispatched_on, delivered_on, delivery_grade, delivery_document_id, version`

func insert(tx *evidence.Tx, d *Demand) error {
	_, err := tx.NamedExecContext(tx.Context(), `insert into demands (client_id, id, account_id, template, template_version, language, state, fields, as_of, term_days, drafted_by, version)
		values (:client_id, :id, :account_id, :template, :template_version, :language, :state, :fields, :as_of, :term_days, :drafted_by, :version)`, d)
	if err != nil {
		return fmt.Errorf("drafting demand %s: %w", d.ID, err)
	}
	for _, id := range d.CaseIDs {
		if _, err := tx.Exec(`insert into demand_cases (client_id, demand_id, case_id) values ($1, $2, $3)`, d.ClientID, d.ID, id); err != nil {
			return fmt.Errorf("linking demand %s to case %s: %w", d.ID, id, err)
		}
	}
	return nil
}

// save writes the named columns of a demand that still stands in the state from.
func (w *work) save(from State, set string) error {
	query, args, err := w.BindNamed(`update demands set `+set+`, version = version + 1 where client_id = :client_id and id = :id and version = :version`, w.demand)
	if err != nil {
		return fmt.Errorf("binding demand %s: %w", w.demand.ID, err)
	}
	if err := w.One(query+fmt.Sprintf(` and state = $%d`, len(args)+1), append(args, from)...); err != nil {
		return fmt.Errorf("changing demand %s: %w", w.demand.ID, err)
	}
	w.demand.Version++
	return nil
}

func byID(tx *postgres.Tx, id uuid.UUID) (Demand, error) {
	var d Demand
	if err := tx.Get(&d, `select `+columns+` from demands where id = $1`, id); err != nil {
		return d, fmt.Errorf("reading demand %s: %w", id, err)
	}
	err := tx.Select(&d.CaseIDs, `select case_id from demand_cases where client_id = $1 and demand_id = $2 order by case_id`, d.ClientID, id)
	if err != nil {
		return d, fmt.Errorf("reading the cases of demand %s: %w", id, err)
	}
	return d, nil
}

// ofCase reads the demands of a case, the newest first, without the other cases that they name.
func ofCase(tx *postgres.Tx, client, caseID uuid.UUID) ([]Demand, error) {
	var all []Demand
	err := tx.Select(&all, `select `+columns+` from demands where client_id = $1
		and id in (select demand_id from demand_cases where client_id = $1 and case_id = $2) order by id desc`, client, caseID)
	if err != nil {
		return nil, fmt.Errorf("reading the demands of case %s: %w", caseID, err)
	}
	return all, nil
}

var errApart = problem.New(problem.Conflict, "demand_not_shared", "Los expedientes no comparten el mismo requerimiento entregado: demande por separado.", "The cases do not share one delivered demand: sue separately.")

var errNotDelivered = problem.New(problem.Conflict, "demand_not_delivered", "No consta la entrega del requerimiento.", "There is no proof that the demand was delivered.")

// DeliveredOf reads the newest delivered demand that speaks of all the cases; a suit rests on it.
func DeliveredOf(tx *postgres.Tx, client uuid.UUID, caseIDs []uuid.UUID) (Demand, error) {
	var found Demand
	for _, id := range caseIDs {
		all, err := ofCase(tx, client, id)
		if err != nil {
			return found, err
		}
		i := slices.IndexFunc(all, func(d Demand) bool { return d.State == Delivered })
		if i < 0 {
			return Demand{}, errNotDelivered
		}
		if found.ID != uuid.Nil && all[i].ID != found.ID {
			return Demand{}, errApart
		}
		found = all[i]
	}
	return found, nil
}
