package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

const (
	// SessionLife is how long a person stays signed in at most.
	SessionLife = 12 * time.Hour
	// IdleLife is how long a session lives that nobody uses.
	IdleLife = 2 * time.Hour
	// PendingLife is how long a session waits for its factor.
	PendingLife = 15 * time.Minute
)

// errSignIn is the one answer for an unknown address, a wrong password and a wrong or used code.
var errSignIn = problem.New(problem.Unauthenticated, "sign_in_refused",
	"El correo, la contraseña o el código no son correctos.", "The e-mail, the password or the code is not right.")

// Visit is where and when somebody knocks: what the session list will show, and the clock that codes follow.
type Visit struct {
	Agent, Address string
	At             time.Time
}

// proof is one use of a factor as the database counts it: a step of the authenticator, the hash of a recovery code or the id of
// a passkey.
type proof struct {
	factor string
	step   int64
	code   []byte
}

// proofOf reads a typed code: six figures of the authenticator, or a recovery code.
func proofOf(code, secret string, lastStep int64, at time.Time) (proof, error) {
	if len(squeeze(code)) == recoveryLetters {
		hash := HashRecoveryCode(code)
		return proof{factor: "recovery", code: hash[:]}, nil
	}
	step, err := VerifyTOTP(secret, code, at, lastStep)
	return proof{factor: "totp", step: step}, err
}

type login struct {
	ID           uuid.UUID
	PasswordHash string `db:"password_hash"`
	TOTPSecret   string `db:"totp_secret"`
	LastStep     int64  `db:"totp_last_step"`
}

func loginOf(ctx context.Context, db *postgres.DB, email string) (row login, err error) {
	err = db.View(ctx, "", func(tx *postgres.Tx) error {
		return tx.Get(&row, `select id, password_hash, totp_secret, totp_last_step from app.login_of($1)`, email)
	})
	return row, err
}

// SignIn checks password and code (of the authenticator, or a recovery code) and opens a session. The token is shown once; only
// its hash is stored. mayTry, when given, is asked before the code of somebody whose password is right is looked at: codes are
// few, and whoever guesses them hears no more than of a wrong one.
func SignIn(ctx context.Context, db *postgres.DB, email, password, code string, v Visit, mayTry func(user uuid.UUID) bool) (string, error) {
	row, err := loginOf(ctx, db, email)
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
	p, codeErr := proofOf(code, row.TOTPSecret, row.LastStep, v.At)
	if !ok || mayTry != nil && !mayTry(row.ID) || codeErr != nil {
		return "", errSignIn
	}
	return openSession(ctx, db, row.ID, p, v)
}

// openSession uses the factor up and opens a session under a new token.
func openSession(ctx context.Context, db *postgres.DB, user uuid.UUID, p proof, v Visit) (string, error) {
	token, hash := NewToken(SessionToken)
	err := db.Write(ctx, "", func(tx *postgres.Tx) error { return insertSession(tx, user, hash, p, v) })
	if err != nil {
		return "", err
	}
	return token, nil
}

func insertSession(tx *postgres.Tx, user uuid.UUID, hash TokenHash, p proof, v Visit) error {
	opened := false
	err := tx.Get(&opened, `select app.open_session($1, $2, $3::interval, $4::interval, $5, $6, $7, $8, $9)`, user, hash[:], seconds(SessionLife), seconds(IdleLife),
		p.factor, p.step, p.code, strings.ToValidUTF8(v.Agent, ""), v.Address)
	if err != nil {
		return fmt.Errorf("opening the session: %w", err)
	}
	if !opened {
		return errSignIn
	}
	return nil
}

func seconds(d time.Duration) string { return fmt.Sprintf("%d seconds", int(d.Seconds())) }

// SignOut ends the session of the token; nothing happens when it is over already.
func SignOut(ctx context.Context, db *postgres.DB, token postgres.Identity) error {
	return db.Write(ctx, token, func(tx *postgres.Tx) error {
		_, err := tx.Exec(`select app.close_session()`)
		return err
	})
}

// Touch says that a session is in use, so that it does not end for want of it; at most once a minute it writes anything.
func Touch(ctx context.Context, db *postgres.DB, token postgres.Identity) error {
	return db.Write(ctx, token, func(tx *postgres.Tx) error {
		_, err := tx.Exec(`select app.touch_session($1::interval)`, seconds(IdleLife))
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
		_, err := tx.Exec(`select app.open_job($1, $2, $3, $4::interval)`, hash[:], job, client, seconds(life))
		return err
	})
	if err != nil {
		return evidence.Actor{}, fmt.Errorf("opening the job %s: %w", job, err)
	}
	return Identify(ctx, worker, postgres.Identity(token))
}
