package access

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// User is a person of the firm or of a client.
type User struct {
	ID         uuid.UUID   `json:"id" db:"id"`
	Email      string      `json:"email" db:"email"`
	Name       string      `json:"name" db:"name"`
	Role       Role        `json:"role" db:"role"`
	Language   string      `json:"language" db:"language"`
	BarNumber  string      `json:"bar_number,omitempty" db:"bar_number"` // a lawyer's number at the bar, printed under the signature
	TeamIDs    []int64     `json:"team_ids,omitempty" db:"-"`
	ClientIDs  []uuid.UUID `json:"client_ids,omitempty" db:"-"`
	TOTPSecret string      `json:"totp_secret,omitempty" db:"-"` // only in the answer to the creation
}

var (
	errEmailTaken = problem.New(problem.Conflict, "email_taken", "Ya hay un usuario con ese correo.", "There is already a user with that e-mail.")
	errRoleClient = problem.New(problem.Invalid, "role_client_mismatch", "Un usuario de cliente necesita su cliente; uno del despacho no lo lleva.", "A client's user needs a client; a user of the firm has none.")
)

// AddUser creates a person with a password and a fresh TOTP secret.
func AddUser(ctx context.Context, log *evidence.Log, who evidence.Actor, u User, password string) (User, error) {
	if err := Require(who, To(ActManage, ObjUser), Place{}, NoState); err != nil {
		return User{}, err
	}
	u.Email = strings.ToLower(strings.TrimSpace(u.Email))
	if err := fit(who, u); err != nil {
		return User{}, err
	}
	if err := CheckPassword(password, u.Email, u.Name); err != nil {
		return User{}, err
	}
	hash, err := HashPassword(ctx, password)
	if err != nil {
		return User{}, err
	}
	u.ID, u.TOTPSecret = uuid.Must(uuid.NewV7()), NewTOTPSecret()
	return evidence.Record(ctx, log, who, func(tx *evidence.Tx) (User, []evidence.Entry, error) {
		if err := insertUser(tx.Tx, u, hash); err != nil {
			return User{}, nil, err
		}
		return u, []evidence.Entry{{Subject: evidence.Firm, Kind: "user.added", Class: evidence.Internal,
			Fields: evidence.Fields{"user": u.ID.String(), "email": u.Email, "name": u.Name, "role": string(u.Role)}}}, nil
	})
}

func insertUser(tx *postgres.Tx, u User, hash string) error {
	language := u.Language
	if !slices.Contains([]string{"es", "en"}, language) {
		language = "es"
	}
	_, err := tx.Exec(`insert into users (id, email, name, role, language, bar_number, password_hash, totp_secret)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`, u.ID, u.Email, u.Name, u.Role, language, u.BarNumber, hash, u.TOTPSecret)
	if name, _ := postgres.Broken(err); name == "users_email_unique" {
		return errEmailTaken
	}
	if err != nil {
		return fmt.Errorf("adding user %s: %w", u.ID, err)
	}
	return belongTo(tx, u)
}

// belongTo puts a person into their teams and companies.
func belongTo(tx *postgres.Tx, u User) error {
	if len(u.TeamIDs) > 0 {
		if _, err := tx.Exec(`insert into user_teams (user_id, team_id) select $1, unnest($2::int[])`, u.ID, pq.Array(u.TeamIDs)); err != nil {
			return fmt.Errorf("putting user %s into teams: %w", u.ID, err)
		}
	}
	if len(u.ClientIDs) > 0 {
		if _, err := tx.Exec(`insert into user_clients (user_id, client_id) select $1, unnest($2::uuid[])`, u.ID, pq.Array(u.ClientIDs)); err != nil {
			return fmt.Errorf("giving user %s clients: %w", u.ID, err)
		}
	}
	return nil
}
