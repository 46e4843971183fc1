package access

import (
	"context"
	"fmt"
	"slices"
	"time"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// FreshFor is how long a factor that was shown counts for what binds or reveals.
const FreshFor = 5 * time.Minute

// ErrStepUp asks the person for their factor once more. A program sends a code to POST /sessions/current:prove and repeats.
var ErrStepUp = problem.New(problem.Forbidden, "step_up_required",
	"Confirme primero que es usted: con un código en POST /sessions/current:prove, o en la página /prove.",
	"Confirm first that it is you: with a code at POST /sessions/current:prove, or on the page /prove.")

// binding are the acts that a session alone may not do: whoever sits down at a screen left open does not sign for the firm, take
// its files away or let others in.
var binding = []Action{ActSign, ActApprove, ActGrant, ActFile, ActExport, ActManage}

// DemandsProof says whether the permission needs a factor shown within the last minutes.
func DemandsProof(p Permission) bool {
	if p.Object() == ObjAPIKey {
		return p.Action() == ActRecord || p.Action() == ActEdit || p.Action() == ActCancel
	}
	if p.Object() == ObjUser && p.Action() == ActRecord {
		return true
	}
	return slices.Contains(binding, p.Action())
}

// Fresh refuses with ErrStepUp when the person has shown no factor within the time. Systems have none; what their keys may do is
// their scope.
func Fresh(ctx context.Context, db *postgres.DB, who evidence.Actor, within time.Duration) error {
	if who.Kind != "person" {
		return nil
	}
	fresh := false
	err := db.View(ctx, who.Token, func(tx *postgres.Tx) error {
		return tx.Get(&fresh, `select app.fresh($1::interval)`, seconds(within))
	})
	if err != nil {
		return fmt.Errorf("asking when a factor was shown: %w", err)
	}
	if !fresh {
		return ErrStepUp
	}
	return nil
}

// Prove shows a factor once more in an open session: a code of the authenticator or a recovery code.
func Prove(ctx context.Context, db *postgres.DB, who evidence.Actor, code string, at time.Time) error {
	return prove(ctx, db, who, func(own account) (proof, error) { return proofOf(code, own.TOTPSecret, own.LastStep, at) })
}

func prove(ctx context.Context, db *postgres.DB, who evidence.Actor, show func(account) (proof, error)) error {
	var own account
	err := db.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		own, err = accountOf(tx, who)
		return err
	})
	if err != nil {
		return err
	}
	p, err := show(own)
	if err != nil {
		return err
	}
	proved := false
	err = db.Write(ctx, who.Token, func(tx *postgres.Tx) error {
		return tx.Get(&proved, `select app.prove_session($1, $2, $3)`, p.factor, p.step, p.code)
	})
	if err != nil {
		return fmt.Errorf("proving the session: %w", err)
	}
	if !proved {
		return ErrTOTP
	}
	return nil
}
