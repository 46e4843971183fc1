package testfirm

import (
	"context"
	"fmt"
	"sync"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

// hashed is made once for the whole test process: one hash costs as much as opening ten cases.
var hashed = sync.OnceValues(func() (string, error) { return access.HashPassword(context.Background(), Password) })

// AddPerson adds a user of the firm, or of a client company, and signs it in. Lawyers, paralegals and supervisors belong to the
// firm's one team. The address is "user<n>@people.example" (see Email).
func (f *Firm) AddPerson(name string, role access.Role, client *uuid.UUID) evidence.Actor {
	f.T.Helper()
	ctx := context.Background()
	hash, err := hashed()
	f.must(err)
	id := uuid.Must(uuid.NewV7())
	_, err = evidence.Record(ctx, f.Log, f.Job, func(tx *evidence.Tx) (uuid.UUID, []evidence.Entry, error) {
		_, err := tx.Exec(`insert into users (id, email, name, role, language, bar_number, password_hash, totp_secret) values ($1, $2, $3, $4, 'es', $5, $6, $7)`,
			id, Email(id), name, role, barNumber(role, f.next()), hash, TOTPSecret)
		if err == nil && client != nil {
			_, err = tx.Exec(`insert into user_clients (user_id, client_id) values ($1, $2)`, id, *client)
		}
		if err == nil && (role == access.Lawyer || role == access.Paralegal || role == access.Supervisor) {
			_, err = tx.Exec(`insert into user_teams (user_id, team_id) values ($1, $2)`, id, f.Team)
		}
		return id, []evidence.Entry{{Subject: evidence.Firm, Kind: "user.added", Class: evidence.Internal, Fields: evidence.Fields{"user": id.String(), "role": string(role)}}}, err
	})
	f.must(err)
	return f.SignIn(id)
}

// Email is the login of a person of the fixture.
func Email(id uuid.UUID) string { return fmt.Sprintf("%s@people.example", id) }

func barNumber(role access.Role, n uint64) string {
	if role != access.Lawyer {
		return ""
	}
	return fmt.Sprintf("ICAV %05d", n)
}

// SignIn opens a session of a person, as after password and code.
func (f *Firm) SignIn(user uuid.UUID) evidence.Actor {
	f.T.Helper()
	ctx := context.Background()
	token, hash := access.NewToken(access.SessionToken)
	f.must(f.DB.App.Write(ctx, "", func(tx *postgres.Tx) error {
		var opened bool
		if err := tx.Get(&opened, `select app.open_session($1, $2, interval '12 hours', interval '12 hours', 'totp', $3, null, 'test', '')`, user, hash[:], f.next()); err != nil || opened {
			return err
		}
		return fmt.Errorf("opening a session of %s: refused", user)
	}))
	who, err := access.Identify(ctx, f.DB.App, postgres.Identity(token))
	f.must(err)
	return who
}
