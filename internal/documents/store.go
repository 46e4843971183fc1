package documents

import (
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

const columns = `client_id, id, account_id, case_id, kind, class, name, media_type, sha256, bytes, added_on, added_by`

func insert(tx *evidence.Tx, d Document) error {
	_, err := tx.NamedExecContext(tx.Context(), `insert into documents (`+columns+`) values
		(:client_id, :id, :account_id, :case_id, :kind, :class, :name, :media_type, :sha256, :bytes, :added_on, :added_by)`, d)
	if err != nil {
		return fmt.Errorf("adding document %s: %w", d.ID, err)
	}
	return nil
}

func byID(tx *postgres.Tx, id uuid.UUID) (Document, error) {
	var d Document
	if err := tx.Get(&d, `select `+columns+` from documents where id = $1`, id); err != nil {
		return d, fmt.Errorf("reading document %s: %w", id, err)
	}
	return d, nil
}

// Of reads one document of a client; the caller has asked the permission of the thing that cites it.
func Of(tx *postgres.Tx, client, id uuid.UUID) (Document, error) {
	var d Document
	if err := tx.Get(&d, `select `+columns+` from documents where client_id = $1 and id = $2`, client, id); err != nil {
		return d, fmt.Errorf("reading document %s: %w", id, err)
	}
	return d, nil
}

// List reads the papers of a case, the oldest first; row security leaves out what a client may not see. The caller has read
// the case and asked for document:list.
func List(tx *postgres.Tx, client, caseID uuid.UUID) ([]Document, error) {
	var all []Document
	if err := tx.Select(&all, `select `+columns+` from documents where client_id = $1 and case_id = $2 order by id`, client, caseID); err != nil {
		return nil, fmt.Errorf("reading the documents of case %s: %w", caseID, err)
	}
	return all, nil
}
