// Package evidence is the interaction log and the only door to a change of state: Record runs an action and appends what
// happened in the same transaction. The rule: a change without its entry does not commit.
package evidence

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Actor is who acts: a person of the firm or of a client, a client's system (an API key) or a job of Recobro itself.
// It is read anew for every request, so a revocation acts at once.
type Actor struct {
	Kind     string            // person, key or job
	ID       uuid.UUID         // user, API key, or a number made from the job's token
	Role     string            // one of the closed list of roles; "job" for a job
	Name     string            // for pages and log lines
	Language string            // es or en
	Clients  []uuid.UUID       // the client companies it acts for; empty for the firm's people
	Teams    []int64           // the teams of a person of the firm
	Staff    bool              // works for the firm
	Firm     bool              // sees the cases of every team
	Near     Near              // what stands between it and single cases
	Scopes   []string          // what a key was made for; empty for everybody else
	Token    postgres.Identity // what the database resolves; never printed
}

// Near is what lies between an actor and single clients, accounts and cases, as the database knows it at this moment.
type Near struct {
	Walls     []uuid.UUID // clients, accounts, cases and papers that an ethical wall stands before
	StandsFor []uuid.UUID // people of the same role who are absent and whose cases it holds meanwhile
	Opened    []uuid.UUID // cases it opened in an emergency
	Named     []uuid.UUID // cases that name it, an outsider
}

// IsJob says whether Recobro itself acts.
func (a Actor) IsJob() bool { return a.Kind == "job" }

// For says whether the actor acts for the client company.
func (a Actor) For(client uuid.UUID) bool {
	for _, c := range a.Clients {
		if c == client {
			return true
		}
	}
	return false
}

// ErrNobody answers a token that is unknown, expired or revoked.
var ErrNobody = problem.New(problem.Unauthenticated, "unauthenticated", "Inicie sesión o envíe una clave válida.", "Sign in or send a valid key.")

// WhoIs asks the database whose the token is.
func WhoIs(tx *postgres.Tx, token postgres.Identity) (Actor, error) {
	var row struct {
		Kind, Role, Label, Language *string
		ID                          *uuid.UUID
		Clients                     pq.StringArray
		Walls, Opened, Named        pq.StringArray
		StandsFor                   pq.StringArray `db:"stands_for"`
		Teams                       pq.Int64Array
		Scopes                      pq.StringArray
		Staff, Firm                 *bool
	}
	err := tx.Get(&row, `select m.kind, m.id, m.role, m.clients::text[] as clients, m.staff, m.firm, m.teams::bigint[] as teams, m.label, m.language,
		m.walls::text[] as walls, m.stands_for::text[] as stands_for, m.opened::text[] as opened, m.named::text[] as named, m.scopes from app.me() m`)
	if err != nil {
		return Actor{}, fmt.Errorf("asking who is there: %w", err)
	}
	if row.ID == nil {
		return Actor{}, ErrNobody
	}
	actor := Actor{Kind: *row.Kind, ID: *row.ID, Role: *row.Role, Name: *row.Label, Language: *row.Language, Teams: row.Teams,
		Staff: *row.Staff, Firm: *row.Firm, Scopes: row.Scopes, Token: token}
	for _, list := range []struct {
		from pq.StringArray
		to   *[]uuid.UUID
	}{{row.Clients, &actor.Clients}, {row.Walls, &actor.Near.Walls}, {row.StandsFor, &actor.Near.StandsFor}, {row.Opened, &actor.Near.Opened}, {row.Named, &actor.Near.Named}} {
		for _, text := range list.from {
			id, err := uuid.Parse(text)
			if err != nil {
				return Actor{}, fmt.Errorf("reading what %s reaches: %w", actor.ID, err)
			}
			*list.to = append(*list.to, id)
		}
	}
	return actor, nil
}
