package access

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// account is what signing in rests on, of one's own user.
type account struct {
	Email        string
	PasswordHash string `db:"password_hash"`
	TOTPSecret   string `db:"totp_secret"`
	LastStep     int64  `db:"totp_last_step"`
	RecoveryLeft int    `db:"recovery_left"`
}

func accountOf(tx *postgres.Tx, who evidence.Actor) (own account, err error) {
	err = tx.Get(&own, `select email, password_hash, totp_secret, totp_last_step, recovery_left from app.factors_of($1)`, who.ID)
	if err != nil {
		return own, fmt.Errorf("reading one's own account: %w", err)
	}
	return own, nil
}

// Account is what a person sees of how they sign in.
type Account struct {
	Email         string
	Authenticator bool
	RecoveryLeft  int
	Passkeys      []Passkey
	Sessions      []Session
}

// Session is one signed-in device. Times are those of the database.
type Session struct {
	ID        uuid.UUID `db:"id" json:"id"`
	CreatedAt time.Time `db:"created_at" json:"created_at"`
	SeenAt    time.Time `db:"seen_at" json:"seen_at"`
	EndsAt    time.Time `db:"ends_at" json:"ends_at"`
	Address   string    `db:"address" json:"address"` // the network, not the whole address of IPv6
	Agent     string    `db:"agent" json:"agent"`
	ProvedBy  string    `db:"proved_by" json:"proved_by"`
	Open      bool      `db:"open" json:"open"`
	Current   bool      `db:"current" json:"current"`
}

// SessionsOf lists the last fifty sessions of a person, the newest first: one's own, or those of a person one keeps.
func SessionsOf(tx *postgres.Tx, user uuid.UUID) ([]Session, error) {
	all := []Session{}
	if err := tx.Select(&all, `select id, created_at, seen_at, ends_at, address, agent, proved_by, open, current from app.sessions_of($1)`, user); err != nil {
		return nil, fmt.Errorf("listing the sessions of %s: %w", user, err)
	}
	return all, nil
}

// Own reads the account of whoever asks.
func (d *Desk) Own(ctx context.Context, who evidence.Actor) (Account, error) {
	var out Account
	err := d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		own, err := accountOf(tx, who)
		if err != nil {
			return err
		}
		out = Account{Email: own.Email, Authenticator: own.TOTPSecret != "", RecoveryLeft: own.RecoveryLeft}
		if out.Passkeys, err = passkeysOf(tx, who.ID); err != nil {
			return err
		}
		out.Sessions, err = SessionsOf(tx, who.ID)
		return err
	})
	return out, err
}

func (d *Desk) own(ctx context.Context, who evidence.Actor, kind string, fields evidence.Fields, fn func(*evidence.Tx) error) error {
	if who.Kind != "person" {
		return problem.Missing
	}
	return d.record(ctx, who, change{user: who.ID, clients: who.Clients, kind: kind, fields: fields, tell: &Notify{User: who.ID, What: kind}}, fn)
}

var errCurrent = problem.New(problem.Invalid, "password_wrong", "La contraseña actual no es esa.", "That is not the current password.")

// ChangePassword needs the current one; every other session of the person ends.
func (d *Desk) ChangePassword(ctx context.Context, who evidence.Actor, current, next string) error {
	var own account
	err := d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		own, err = accountOf(tx, who)
		return err
	})
	if err != nil {
		return err
	}
	if ok, _, err := VerifyPassword(ctx, own.PasswordHash, current); err != nil || !ok {
		if err != nil {
			return err
		}
		return errCurrent
	}
	if err := CheckPassword(next, own.Email, who.Name); err != nil {
		return err
	}
	hash, err := HashPassword(ctx, next)
	if err != nil {
		return err
	}
	return d.own(ctx, who, PasswordSet, nil, func(tx *evidence.Tx) error {
		if err := holds(tx.Tx, problem.Missing, `select app.set_password($1, $2)`, who.ID, hash); err != nil {
			return err
		}
		return endSessions(tx.Tx, who.ID, nil)
	})
}

func endSessions(tx *postgres.Tx, user uuid.UUID, session *uuid.UUID) error {
	if _, err := tx.Exec(`select app.end_sessions($1, $2)`, user, session); err != nil {
		return fmt.Errorf("ending sessions of %s: %w", user, err)
	}
	return nil
}

// EndOwnSessions ends one session of the person, or every other one when none is named.
func (d *Desk) EndOwnSessions(ctx context.Context, who evidence.Actor, session *uuid.UUID) error {
	return d.record(ctx, who, change{user: who.ID, clients: who.Clients, kind: sessionsEnded}, func(tx *evidence.Tx) error {
		return endSessions(tx.Tx, who.ID, session)
	})
}

var totpSecretForm = regexp.MustCompile(`^[A-Z2-7]{32}$`)

// AddAuthenticator puts an authenticator in the place of the one before, once it has shown that it knows the secret.
func (d *Desk) AddAuthenticator(ctx context.Context, who evidence.Actor, secret, code string, at time.Time) error {
	if !totpSecretForm.MatchString(secret) {
		return ErrTOTP
	}
	step, err := VerifyTOTP(secret, code, at, 0)
	if err != nil {
		return err
	}
	return d.own(ctx, who, FactorAdded, evidence.Fields{"factor": "totp"}, func(tx *evidence.Tx) error {
		return holds(tx.Tx, problem.Missing, `select app.set_totp($1, $2, $3)`, who.ID, secret, step)
	})
}

var errLastFactor = problem.New(problem.Conflict, "factor_last", "Es su único segundo factor; añada otro antes de quitarlo.", "It is your only second factor; add another before you remove it.")

// RemoveAuthenticator takes the authenticator away, never the last factor.
func (d *Desk) RemoveAuthenticator(ctx context.Context, who evidence.Actor) error {
	return d.own(ctx, who, FactorRemoved, evidence.Fields{"factor": "totp"}, func(tx *evidence.Tx) error {
		return holds(tx.Tx, errLastFactor, `select app.set_totp($1, '', 0)`, who.ID)
	})
}

// RenewRecoveryCodes makes ten new codes, which are shown once; those of before open nothing any more.
func (d *Desk) RenewRecoveryCodes(ctx context.Context, who evidence.Actor) (codes []string, err error) {
	codes, hashes := NewRecoveryCodes()
	return codes, d.own(ctx, who, CodesRenewed, nil, func(tx *evidence.Tx) error { return setRecoveryCodes(tx.Tx, who.ID, hashes) })
}

func setRecoveryCodes(tx *postgres.Tx, user uuid.UUID, hashes []TokenHash) error {
	all := make(pq.ByteaArray, len(hashes))
	for i := range hashes {
		all[i] = hashes[i][:]
	}
	if _, err := tx.Exec(`select app.set_recovery_codes($1, $2)`, user, all); err != nil {
		return fmt.Errorf("storing recovery codes of %s: %w", user, err)
	}
	return nil
}
