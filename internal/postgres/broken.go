package postgres

import (
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// Broken names the rule that a write broke: the constraint or unique index (constraints bear the name of their rule), or
// the CONSTRAINT (else the message) of an exception raised by a trigger or function. ok is false for any other error.
func Broken(err error) (constraint string, ok bool) {
	broken := pq.As(err, pqerror.UniqueViolation, pqerror.ForeignKeyViolation, pqerror.CheckViolation,
		pqerror.ExclusionViolation, pqerror.NotNullViolation, pqerror.IntegrityConstraintViolation,
		pqerror.RestrictViolation, pqerror.RaiseException)
	switch {
	case broken == nil:
		return "", false
	case broken.Constraint != "":
		return broken.Constraint, true
	case broken.Code == pqerror.NotNullViolation:
		return broken.Table + "_" + broken.Column + "_not_null", true
	}
	return broken.Message, true
}

// Code is the five-character SQLSTATE inside err, or empty.
func Code(err error) string {
	if e := pq.As(err); e != nil {
		return string(e.Code)
	}
	return ""
}
