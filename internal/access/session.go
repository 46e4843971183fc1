package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// SessionLife is how long a person stays signed in at most.
const SessionLife = 12 * time.Hour

// errSignIn is the one answer for an unknown address, a wrong password and a wrong or used code.
var errSignIn = problem.New(problem.Unauthenticated, "sign_in_refused",
	"El correo, la contraseña o el código no son correctos.", "The e-mail, the password or the code is not right.")

// SignIn checks password and one-time code and opens a session. The token is shown once; only its hash is stored. mayTry, when
// given, is asked before the code of somebody whose password is right is looked at: codes are few, and whoever guesses them
// hears no more than of a wrong one.
func SignIn(ctx context.Context, db *postgres.DB, email, password, code, agent string, at time.Time, mayTry func(user uuid.UUID) bool) (string, error) {
	var row struct {
		ID           uuid.UUID
		PasswordHash string `db:"password_hash"`
		TOTPSecret   string `db:"totp_secret"`
		LastStep     int64  `db:"totp_last_step"`
	}
	err := db.View(ctx, "", func(tx *postgres.Tx) error {
		return tx.Get(&row, `select id, password_hash, totp_secret, totp_last_step from app.login_of($1)`, email)
	})
	if errors.Is(err, problem.Missing) {
		if err := VerifyNobody(ctx, password); err != nil {
			return "", err
		}
		return "", errSignIn
	}
	if err != nil {
		return "", fmt.Errorf("looking up the login: %w", err)
	}
	ok, _, err := VerifyPassword(ctx, row.PasswordHash, password)
	if err != nil {
		return "", err
	}
	step, codeErr := VerifyTOTP(row.TOTPSecret, code, at, row.LastStep)
	if !ok || mayTry != nil && !mayTry(row.ID) || codeErr != nil {
		return "", errSignIn
	}
	token, hash := NewToken(SessionToken)
	opened := false
	err = db.Write(ctx, "", func(tx *postgres.Tx) error {
		return tx.Get(&opened, `select app.open_session($1, $2, $3::interval, $4, $5)`, row.ID, hash[:], fmt.Sprintf("%d seconds", int(SessionLife.Seconds())), step, agent)
	})
	if err != nil {
		return "", fmt.Errorf("opening the session: %w", err)
	}
	if !opened {
		return "", errSignIn
	}
	return token, nil
}

// SignOut ends the session of the token; nothing happens when it is over already.
func SignOut(ctx context.Context, db *postgres.DB, token postgres.Identity) error {
	return db.Write(ctx, token, func(tx *postgres.Tx) error {
		_, err := tx.Exec(`select app.close_session()`)
		return err
	})
}

// Identify reads who the token is, at every request anew: a revocation acts at once.
func Identify(ctx context.Context, db *postgres.DB, token postgres.Identity) (evidence.Actor, error) {
	var who evidence.Actor
	if token == "" {
		return who, evidence.ErrNobody
	}
	err := db.View(ctx, token, func(tx *postgres.Tx) error {
		var err error
		who, err = evidence.WhoIs(tx, token)
		return err
	})
	return who, err
}

// OpenJob makes the identity of one job of Recobro: of the whole firm, or of one client when client is set. Only the worker's
// database role may; the identity ends by itself.
func OpenJob(ctx context.Context, worker *postgres.DB, job string, client *uuid.UUID, life time.Duration) (evidence.Actor, error) {
	token, hash := NewToken(SessionToken)
	err := worker.Write(ctx, "", func(tx *postgres.Tx) error {
		_, err := tx.Exec(`select app.open_job($1, $2, $3, $4::interval)`, hash[:], job, client, fmt.Sprintf("%d seconds", int(life.Seconds())))
		return err
	})
	if err != nil {
		return evidence.Actor{}, fmt.Errorf("opening the job %s: %w", job, err)
	}
	return Identify(ctx, worker, postgres.Identity(token))
}
