package access

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// LinkToken begins the one-time links that people get by mail.
const LinkToken TokenKind = "rl_"

// Link is whom a one-time link was made for.
type Link struct {
	Email, Name, Language, Purpose string // Purpose: invitation or reset
}

// LinkOf reads a link that has not been used and is not over.
func (d *Desk) LinkOf(ctx context.Context, token string) (l Link, err error) {
	hash := HashToken(token)
	err = d.Log.DB.View(ctx, "", func(tx *postgres.Tx) error {
		return tx.Get(&l, `select email, name, language, purpose from app.link_of($1)`, hash[:])
	})
	if errors.Is(err, problem.Missing) {
		return l, errLink
	}
	return l, err
}

// WriteLink makes the token of a link that a mail is about to bring. problem.Missing when the link is over; only a job may.
func WriteLink(tx *postgres.Tx, link uuid.UUID) (token string, err error) {
	token, hash := NewToken(LinkToken)
	return token, holds(tx, problem.Missing, `select app.write_link($1, $2)`, link, hash[:])
}

// Accept takes the password that the holder of a link chose and opens a session that waits for a factor: neither the password
// nor the link opens anything by itself.
func (d *Desk) Accept(ctx context.Context, link, password string, v Visit) (pending string, err error) {
	of, err := d.LinkOf(ctx, link)
	if err != nil {
		return "", err
	}
	if err := CheckPassword(password, of.Email, of.Name); err != nil {
		return "", err
	}
	hash, err := HashPassword(ctx, password)
	if err != nil {
		return "", err
	}
	linkHash := HashToken(link)
	return d.openPending(ctx, nil, linkHash[:], hash, v)
}

func (d *Desk) openPending(ctx context.Context, user *uuid.UUID, link []byte, password string, v Visit) (string, error) {
	token, hash := NewToken(SessionToken)
	err := d.Log.DB.Write(ctx, "", func(tx *postgres.Tx) error {
		return holds(tx, errLink, `select app.open_pending($1, $2, $3, $4, $5::interval, $6, $7)`, user, link, hash[:], password, seconds(PendingLife),
			strings.ToValidUTF8(v.Agent, ""), v.Address)
	})
	return token, err
}

// Pending is a person whose session waits for a factor.
type Pending struct {
	UserID      uuid.UUID      `db:"user_id"`
	Email       string         `db:"email"`
	Name        string         `db:"name"`
	Role        Role           `db:"role"`
	Language    string         `db:"language"`
	ClientNames pq.StringArray `db:"clients"`
	Purpose     string         `db:"purpose"`
	HasPassword bool           `db:"has_password"`
	TOTPSecret  string         `db:"totp_secret"`
	LastStep    int64          `db:"totp_last_step"`
	Passkeys    int            `db:"passkeys"`
	token       TokenHash
	clients     []uuid.UUID
}

// Enrols says that the person has no factor yet and enrols one now; whoever has one must show it.
func (p Pending) Enrols() bool { return p.TOTPSecret == "" && p.Passkeys == 0 }

// PendingOf reads whose session waits under the token; evidence.ErrNobody when there is none.
func (d *Desk) PendingOf(ctx context.Context, token string) (p Pending, err error) {
	p.token = HashToken(token)
	err = d.Log.DB.View(ctx, "", func(tx *postgres.Tx) error {
		return tx.Get(&p, `select user_id, email, name, role, language, clients, purpose, has_password, totp_secret, totp_last_step, passkeys from app.pending_of($1)`, p.token[:])
	})
	if errors.Is(err, problem.Missing) {
		return p, evidence.ErrNobody
	}
	if err != nil {
		return p, fmt.Errorf("reading a pending session: %w", err)
	}
	for _, c := range p.ClientNames {
		id, err := uuid.Parse(c)
		if err != nil {
			return p, fmt.Errorf("reading the clients of %s: %w", p.UserID, err)
		}
		p.clients = append(p.clients, id)
	}
	return p, nil
}

// Enrol opens the session of a person without a factor with a new authenticator. The recovery codes are shown once.
func (d *Desk) Enrol(ctx context.Context, p Pending, secret, code string, v Visit) (token string, codes []string, err error) {
	if !p.Enrols() || !totpSecretForm.MatchString(secret) {
		return "", nil, ErrTOTP
	}
	step, err := VerifyTOTP(secret, code, v.At, 0)
	if err != nil {
		return "", nil, err
	}
	return d.finish(ctx, p, proof{factor: "totp", step: step}, enrolment{totp: secret}, v)
}

// ShowFactor opens the session of a person with the factor they have.
func (d *Desk) ShowFactor(ctx context.Context, p Pending, code string, v Visit) (token string, err error) {
	shown, err := proofOf(code, p.TOTPSecret, p.LastStep, v.At)
	if err != nil {
		return "", err
	}
	token, _, err = d.finish(ctx, p, shown, enrolment{}, v)
	return token, err
}

// enrolment is the first factor of a person; empty when they have one.
type enrolment struct {
	totp    string
	passkey Passkey
}

func (e enrolment) first() bool { return e.totp != "" || e.passkey.ID != nil }

// finish ends the waiting: what the session held becomes the person's and a session under a new token opens, all at once.
func (d *Desk) finish(ctx context.Context, p Pending, shown proof, first enrolment, v Visit) (token string, codes []string, err error) {
	token, hash := NewToken(SessionToken)
	var hashes []TokenHash
	if first.first() {
		codes, hashes = NewRecoveryCodes()
	}
	work := func(tx *postgres.Tx) error {
		err := holds(tx, evidence.ErrNobody, `select app.finish_pending($1, $2, $3, $4, $5)`, p.token[:], first.totp, first.passkey.ID, first.passkey.Name, first.passkey.Record)
		if err != nil {
			return err
		}
		if err := insertSession(tx, p.UserID, hash, shown, v); err != nil {
			return err
		}
		if !first.first() {
			return nil
		}
		return setRecoveryCodes(tx, p.UserID, hashes)
	}
	who := evidence.Actor{Kind: "person", ID: p.UserID, Role: string(p.Role), Name: p.Name, Clients: p.clients, Token: postgres.Identity(token)}
	switch p.Purpose {
	case "":
		err = d.Log.DB.Write(ctx, who.Token, work)
	case "invitation":
		err = d.record(ctx, who, change{user: p.UserID, clients: p.clients, kind: enrolled}, func(tx *evidence.Tx) error { return work(tx.Tx) })
	default:
		err = d.record(ctx, who, change{user: p.UserID, clients: p.clients, kind: PasswordReset, tell: &Notify{User: p.UserID, What: PasswordReset}},
			func(tx *evidence.Tx) error { return work(tx.Tx) })
	}
	if err != nil {
		return "", nil, err
	}
	return token, codes, nil
}
