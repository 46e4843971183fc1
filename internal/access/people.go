package access

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

const (
	// InvitationLife is how long an invitation may be accepted.
	InvitationLife = 48 * time.Hour
	// ResetLife is how long the link of a forgotten password opens anything.
	ResetLife = 30 * time.Minute
)

// Person is a user as whoever keeps the accounts sees them.
type Person struct {
	User
	CreatedAt     time.Time
	DisabledAt    *time.Time
	Invited       bool // has not accepted yet
	Authenticator bool
	Passkeys      int
	LastSignIn    *time.Time
}

type personRow struct {
	User
	CreatedAt  time.Time      `db:"created_at"`
	DisabledAt *time.Time     `db:"disabled_at"`
	Invited    *bool          `db:"invited"`
	TOTP       *bool          `db:"totp"`
	Passkeys   *int           `db:"passkeys"`
	LastSignIn *time.Time     `db:"last_sign_in"`
	Teams      pq.Int64Array  `db:"teams"`
	Clients    pq.StringArray `db:"clients"`
}

const personColumns = `select u.id, u.email, u.name, u.role, u.language, u.bar_number, u.created_at, u.disabled_at, s.invited, s.totp, s.passkeys, s.last_sign_in,
	array(select t.team_id::bigint from user_teams t where t.user_id = u.id order by 1) as teams,
	array(select c.client_id::text from user_clients c where c.user_id = u.id order by 1) as clients from `

func (r personRow) person() (Person, error) {
	p := Person{User: r.User, CreatedAt: r.CreatedAt, DisabledAt: r.DisabledAt, LastSignIn: r.LastSignIn}
	p.TeamIDs = r.Teams
	if r.Invited != nil {
		p.Invited, p.Authenticator, p.Passkeys = *r.Invited, *r.TOTP, *r.Passkeys
	}
	for _, c := range r.Clients {
		id, err := uuid.Parse(c)
		if err != nil {
			return p, fmt.Errorf("reading the clients of %s: %w", r.ID, err)
		}
		p.ClientIDs = append(p.ClientIDs, id)
	}
	return p, nil
}

// People lists the people whose accounts the one who asks may list, by id after the cursor.
func (d *Desk) People(ctx context.Context, who evidence.Actor, after uuid.UUID, limit int) ([]Person, error) {
	var rows []personRow
	err := d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		return tx.Select(&rows, personColumns+`(select x.id, x.email, x.name, x.role, x.language, x.bar_number, x.created_at, x.disabled_at from users x where x.id > $1 and ($2 or exists (select 1 from user_clients c where c.user_id = x.id and c.client_id = any ($3::uuid[])))
			order by x.id limit $4) u left join app.standing_of(array(select y.id from users y)) s on s.id = u.id order by u.id`, after, !Role(who.Role).IsClient(), pq.Array(who.Clients), limit)
	})
	if err != nil {
		return nil, fmt.Errorf("listing people: %w", err)
	}
	all := make([]Person, 0, len(rows))
	for _, r := range rows {
		p, err := r.person()
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// Person reads one account with the sessions of its person.
func (d *Desk) Person(ctx context.Context, who evidence.Actor, id uuid.UUID) (p Person, sessions []Session, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		if p, err = personOf(tx, id); err != nil {
			return err
		}
		if err := Require(who, To(ActList, ObjUser), placeOf(who, p), NoState); err != nil {
			return err
		}
		sessions, err = SessionsOf(tx, id)
		return err
	})
	return p, sessions, err
}

func personOf(tx *postgres.Tx, id uuid.UUID) (Person, error) {
	var row personRow
	if err := tx.Get(&row, personColumns+`users u left join app.standing_of(array[$1::uuid]) s on s.id = u.id where u.id = $1`, id); err != nil {
		return Person{}, fmt.Errorf("reading person %s: %w", id, err)
	}
	return row.person()
}

// placeOf is where a person hangs for the one who asks: with a company that keeps its own people, at that company.
func placeOf(who evidence.Actor, p Person) Place {
	place := Place{Person: p.ID}
	for _, c := range p.ClientIDs {
		if place.Client == uuid.Nil || who.For(c) {
			place.Client = c
		}
	}
	return place
}

// fit says whether role, teams and companies go together, and whether the one who asks may give that role.
func fit(who evidence.Actor, u User) error {
	if _, err := ParseRole(string(u.Role)); err != nil || u.Role == Integration || u.Role == Debtor {
		return errRole
	}
	if u.Role.IsStaff() != (len(u.ClientIDs) == 0) || !u.Role.IsStaff() && len(u.TeamIDs) > 0 {
		return errRoleClient
	}
	if Role(who.Role) == ClientAdmin && (u.Role != ClientAdmin && u.Role != ClientViewer || slices.ContainsFunc(u.ClientIDs, func(c uuid.UUID) bool { return !who.For(c) })) {
		return Denied
	}
	return nil
}

var errRole = problem.New(problem.Invalid, "role_unknown", "Esa función no existe.", "There is no such role.")

// Invite adds a person without a password. They choose one, and a second factor, with a link that is good for 48 hours: the mail
// brings it when mail is set, else whoever invites asks for it with WriteLink.
func (d *Desk) Invite(ctx context.Context, who evidence.Actor, u User, mail bool) (User, uuid.UUID, error) {
	u.Email, u.Name = strings.ToLower(strings.TrimSpace(u.Email)), strings.TrimSpace(u.Name)
	place := Place{}
	if len(u.ClientIDs) > 0 {
		place.Client = u.ClientIDs[0]
	}
	if err := Require(who, To(ActRecord, ObjUser), place, NoState); err != nil {
		return User{}, uuid.Nil, err
	}
	if err := fit(who, u); err != nil {
		return User{}, uuid.Nil, err
	}
	if u.Name == "" || !plausibleEmail(u.Email) {
		return User{}, uuid.Nil, errPerson
	}
	u.ID = uuid.Must(uuid.NewV7())
	link := uuid.Must(uuid.NewV7())
	c := change{user: u.ID, clients: u.ClientIDs, kind: Invited, made: u, fields: evidence.Fields{"email": u.Email, "name": u.Name, "role": string(u.Role)}}
	if mail {
		c.tell = &Notify{User: u.ID, What: Invited, Link: &link}
	}
	err := d.record(ctx, who, c, func(tx *evidence.Tx) error {
		if err := insertUser(tx.Tx, u, ""); err != nil {
			return err
		}
		return holds(tx.Tx, problem.Missing, `select app.ask_link($1, $2, 'invitation', $3::interval)`, link, u.ID, seconds(InvitationLife))
	})
	return u, link, err
}

var errPerson = problem.New(problem.Invalid, "person_incomplete", "Hacen falta un nombre y un correo válido.", "A name and a valid e-mail are needed.")

func plausibleEmail(s string) bool {
	local, domain, found := strings.Cut(s, "@")
	return found && local != "" && strings.Contains(domain, ".") && len(s) <= 254 && !strings.ContainsAny(s, " \t\r\n<>,;\"\\") && !strings.Contains(domain, "@")
}

// keep runs one change of somebody else's account under its lock.
func (d *Desk) keep(ctx context.Context, who evidence.Actor, id uuid.UUID, kind string, link *uuid.UUID, fn func(*evidence.Tx, Person) (evidence.Fields, error)) error {
	var p Person
	err := d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
		p, err = personOf(tx, id)
		return err
	})
	if err != nil {
		return err
	}
	if err := Require(who, To(ActManage, ObjUser), placeOf(who, p), NoState); err != nil {
		return err
	}
	c := change{user: id, clients: p.ClientIDs, kind: kind, fields: evidence.Fields{}}
	if link != nil {
		c.tell = &Notify{User: id, What: kind, Link: link}
	}
	return d.record(ctx, who, c, func(tx *evidence.Tx) error {
		fields, err := fn(tx, p)
		for name, value := range fields {
			c.fields[name] = value
		}
		return err
	})
}

// Change gives a person another role, teams or companies; every session is judged by them from the next request on.
func (d *Desk) Change(ctx context.Context, who evidence.Actor, id uuid.UUID, u User) error {
	return d.keep(ctx, who, id, personChanged, nil, func(tx *evidence.Tx, p Person) (evidence.Fields, error) {
		if Role(who.Role) == ClientAdmin {
			u.ClientIDs, u.TeamIDs = p.ClientIDs, nil
		}
		if err := fit(who, u); err != nil {
			return nil, err
		}
		fields := evidence.Fields{"role": string(u.Role), "role_before": string(p.Role), "teams": fmt.Sprint(u.TeamIDs), "clients": fmt.Sprint(u.ClientIDs)}
		if err := tx.One(`update users set role = $2, bar_number = $3 where id = $1 and role = $4`, id, u.Role, u.BarNumber, p.Role); err != nil {
			return nil, fmt.Errorf("changing person %s: %w", id, err)
		}
		if Role(who.Role) == ClientAdmin {
			return fields, nil
		}
		for _, query := range []string{`delete from user_teams where user_id = $1`, `delete from user_clients where user_id = $1`} {
			if _, err := tx.Exec(query, id); err != nil {
				return nil, fmt.Errorf("changing where person %s belongs: %w", id, err)
			}
		}
		u.ID = id
		return fields, belongTo(tx.Tx, u)
	})
}

// Disable shuts an account and ends every session of it.
func (d *Desk) Disable(ctx context.Context, who evidence.Actor, id uuid.UUID) error {
	return d.keep(ctx, who, id, personDisabled, nil, func(tx *evidence.Tx, _ Person) (evidence.Fields, error) {
		if err := tx.One(`update users set disabled_at = clock_timestamp() where id = $1 and disabled_at is null`, id); err != nil {
			return nil, err
		}
		return nil, endSessions(tx.Tx, id, nil)
	})
}

// Enable opens a shut account again; its person signs in anew.
func (d *Desk) Enable(ctx context.Context, who evidence.Actor, id uuid.UUID) error {
	return d.keep(ctx, who, id, personEnabled, nil, func(tx *evidence.Tx, _ Person) (evidence.Fields, error) {
		return nil, tx.One(`update users set disabled_at = null where id = $1 and disabled_at is not null`, id)
	})
}

// EndSessions ends every session of a person.
func (d *Desk) EndSessions(ctx context.Context, who evidence.Actor, id uuid.UUID) error {
	return d.keep(ctx, who, id, sessionsEnded, nil, func(tx *evidence.Tx, _ Person) (evidence.Fields, error) {
		return nil, endSessions(tx.Tx, id, nil)
	})
}

// ResetFactors takes password and factors away from somebody who lost them, ends their sessions and invites them anew; the person
// hears of it by mail.
func (d *Desk) ResetFactors(ctx context.Context, who evidence.Actor, id uuid.UUID) error {
	link := uuid.Must(uuid.NewV7())
	return d.keep(ctx, who, id, FactorsReset, &link, func(tx *evidence.Tx, _ Person) (evidence.Fields, error) {
		if err := holds(tx.Tx, problem.Missing, `select app.reset_factors($1)`, id); err != nil {
			return nil, err
		}
		return nil, holds(tx.Tx, problem.Missing, `select app.ask_link($1, $2, 'invitation', $3::interval)`, link, id, seconds(InvitationLife))
	})
}

var errAccepted = problem.New(problem.Conflict, "invitation_accepted", "Ya aceptó su invitación.", "The invitation was accepted already.")

// InviteAgain sends a new link to somebody who has not accepted; the one before opens nothing any more.
func (d *Desk) InviteAgain(ctx context.Context, who evidence.Actor, id uuid.UUID) error {
	link := uuid.Must(uuid.NewV7())
	return d.keep(ctx, who, id, Invited, &link, func(tx *evidence.Tx, p Person) (evidence.Fields, error) {
		if !p.Invited {
			return nil, errAccepted
		}
		return nil, holds(tx.Tx, problem.Missing, `select app.ask_link($1, $2, 'invitation', $3::interval)`, link, id, seconds(InvitationLife))
	})
}

// AskReset mails a link for a new password to whoever has an account under the address; nobody learns whether anybody has.
func (d *Desk) AskReset(ctx context.Context, email string) error {
	row, err := loginOf(ctx, d.Log.DB, email)
	if problem.Of(err) != nil {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking up who forgot a password: %w", err)
	}
	job, err := d.Identity(ctx)
	if err != nil {
		return err
	}
	link := uuid.Must(uuid.NewV7())
	return d.record(ctx, job, change{user: row.ID, kind: ResetAsked, tell: &Notify{User: row.ID, What: ResetAsked, Link: &link}}, func(tx *evidence.Tx) error {
		return holds(tx.Tx, problem.Missing, `select app.ask_link($1, $2, 'reset', $3::interval)`, link, row.ID, seconds(ResetLife))
	})
}
