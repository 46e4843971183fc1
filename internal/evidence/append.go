package evidence

import "github.com/google/uuid"

// Appended is the place of an entry in its chain, known before the transaction commits.
type Appended struct {
	Subject uuid.UUID
	Seq     int
	Leaf    []byte // SHA-256, as it will stand in the tree
}

// Append appends entries before the action ends, for one that has to cite their leaves. Record appends what the action returns
// after them, and still demands one entry at least.
func (tx *Tx) Append(entries []Entry) ([]Appended, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	return tx.log.append(tx.Context(), tx, entries)
}
