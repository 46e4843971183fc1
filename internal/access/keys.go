package access

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

const (
	// KeyDays is how long a secret of a key opens at most, and unless less is asked for.
	KeyDays = 365
	// OverlapDays is how long at most the secret before goes on opening after a rotation.
	OverlapDays = 30
	prefixLen   = len(LiveKey) + 4
)

// KeyState is how a key stands today.
type KeyState string

const (
	KeyActive   KeyState = "active"
	KeyExpiring KeyState = "expiring" // within 30 days
	KeyExpired  KeyState = "expired"
	KeyRevoked  KeyState = "revoked"
)

// APIKey is a client system's key. Key is the secret itself, only in what AddAPIKey and RotateAPIKey return: it is neither
// stored nor recorded.
type APIKey struct {
	ID         uuid.UUID
	ClientID   uuid.UUID
	ClientName string
	Name       string
	Scopes     []Scope
	State      KeyState
	CreatedAt  time.Time
	RevokedAt  *time.Time
	Secrets    []KeySecret // newest first; never empty
	Key        string
}

// KeySecret is one secret of a key, known by its first letters.
type KeySecret struct {
	KeyID      uuid.UUID  `db:"api_key_id"`
	Prefix     string     `db:"prefix"`
	IssuedAt   time.Time  `db:"issued_at"`
	EndsAt     time.Time  `db:"ends_at"`
	LastUsedAt *time.Time `db:"last_used_at"` // to the minute
	Open       bool       `db:"open"`
}

// LastUsedAt is the last use of any of its secrets; nil when nobody ever called.
func (k APIKey) LastUsedAt() (last *time.Time) {
	for _, s := range k.Secrets {
		if s.LastUsedAt != nil && (last == nil || s.LastUsedAt.After(*last)) {
			last = s.LastUsedAt
		}
	}
	return last
}

// NewKey is what a key is asked for with.
type NewKey struct {
	ClientID uuid.UUID
	Name     string
	Scopes   []Scope
	Days     int // until it expires; 0 is a year, which is the most
}

var (
	errKeyIncomplete = problem.New(problem.Invalid, "api_key_incomplete", "Una clave necesita un nombre de hasta 100 caracteres y una duración de 1 a 365 días.", "A key needs a name of up to 100 characters and a life of 1 to 365 days.")
	errOverlap       = problem.New(problem.Invalid, "overlap_invalid", "La clave anterior sigue valiendo de 0 a 30 días.", "The secret before goes on for 0 to 30 days.")
	errKeyOver       = problem.New(problem.Conflict, "api_key_revoked", "La clave está revocada; cree otra.", "The key is revoked; make another.")
)

// AddAPIKey makes a key for the client's system.
func AddAPIKey(ctx context.Context, log *evidence.Log, who evidence.Actor, asked NewKey) (APIKey, error) {
	if err := Require(who, To(ActRecord, ObjAPIKey), Place{Client: asked.ClientID}, NoState); err != nil {
		return APIKey{}, err
	}
	asked.Name = strings.TrimSpace(asked.Name)
	if asked.Days == 0 {
		asked.Days = KeyDays
	}
	if asked.Name == "" || utf8.RuneCountInString(asked.Name) > 100 || asked.Days < 1 || asked.Days > KeyDays {
		return APIKey{}, errKeyIncomplete
	}
	named := make(pq.StringArray, 0, len(asked.Scopes))
	for _, s := range asked.Scopes {
		named = append(named, string(s))
	}
	if _, err := ParseScopes(named); err != nil {
		return APIKey{}, err
	}
	var by *uuid.UUID
	if who.Kind == "person" {
		by = &who.ID
	}
	id := uuid.Must(uuid.NewV7())
	token, hash := NewToken(LiveKey)
	key, err := evidence.Record(ctx, log, who, func(tx *evidence.Tx) (APIKey, []evidence.Entry, error) {
		_, err := tx.Exec(`insert into api_keys (id, client_id, name, scopes, created_by) values ($1, $2, $3, $4, $5)`, id, asked.ClientID, asked.Name, named, by)
		if name, _ := postgres.Broken(err); name == "api_keys_client_id_fkey" {
			return APIKey{}, nil, problem.Missing
		}
		if err != nil {
			return APIKey{}, nil, fmt.Errorf("adding an API key of %s: %w", asked.ClientID, err)
		}
		return issueSecret(tx, APIKey{ID: id, ClientID: asked.ClientID}, token, hash, asked.Days, "api_key.added", evidence.Fields{"scopes": strings.Join(named, ", ")})
	})
	key.Key = token
	return key, err
}

// issueSecret gives the key another secret and tells of it.
func issueSecret(tx *evidence.Tx, k APIKey, token string, hash TokenHash, days int, kind string, fields evidence.Fields) (APIKey, []evidence.Entry, error) {
	_, err := tx.Exec(`insert into api_key_secrets (key_hash, api_key_id, client_id, prefix, ends_at) values ($1, $2, $3, $4, clock_timestamp() + make_interval(days => $5))`,
		hash[:], k.ID, k.ClientID, token[:prefixLen], days)
	if err != nil {
		return APIKey{}, nil, fmt.Errorf("giving API key %s a secret: %w", k.ID, err)
	}
	keys, err := keysOf(tx.Tx, `k.id = $1`, k.ID)
	if err != nil {
		return APIKey{}, nil, err
	}
	if len(keys) == 0 {
		return APIKey{}, nil, problem.Missing
	}
	k = keys[0]
	fields["api_key"], fields["name"], fields["until"] = k.ID.String(), k.Name, k.Secrets[0].EndsAt.UTC().Format(time.DateOnly)
	return k, []evidence.Entry{{Subject: evidence.ClientOf(k.ClientID), Kind: kind, Fields: fields}}, nil
}

// RotateAPIKey gives the key another secret. Those before go on opening for the overlap, or until their own earlier end: whoever
// asks again because the answer was lost ends nothing that is in use.
func RotateAPIKey(ctx context.Context, log *evidence.Log, who evidence.Actor, id uuid.UUID, overlapDays int) (APIKey, error) {
	if overlapDays < 0 || overlapDays > OverlapDays {
		return APIKey{}, errOverlap
	}
	token, hash := NewToken(LiveKey)
	key, err := evidence.Record(ctx, log, who, func(tx *evidence.Tx) (APIKey, []evidence.Entry, error) {
		k, err := holdKey(tx, who, To(ActRecord, ObjAPIKey), id)
		if err != nil {
			return APIKey{}, nil, err
		}
		_, err = tx.Exec(`update api_key_secrets set ends_at = least(ends_at, clock_timestamp() + make_interval(days => $2)) where api_key_id = $1 and ends_at > clock_timestamp()`, id, overlapDays)
		if err != nil {
			return APIKey{}, nil, fmt.Errorf("ending the secrets of API key %s: %w", id, err)
		}
		return issueSecret(tx, k, token, hash, KeyDays, "api_key.rotated", evidence.Fields{"overlap_days": fmt.Sprint(overlapDays)})
	})
	key.Key = token
	return key, err
}

// RevokeAPIKey ends a key with all its secrets at once.
func RevokeAPIKey(ctx context.Context, log *evidence.Log, who evidence.Actor, id uuid.UUID) (APIKey, error) {
	return evidence.Record(ctx, log, who, func(tx *evidence.Tx) (APIKey, []evidence.Entry, error) {
		k, err := holdKey(tx, who, To(ActCancel, ObjAPIKey), id)
		if err != nil {
			return APIKey{}, nil, err
		}
		if err := tx.One(`update api_keys set revoked_at = clock_timestamp() where id = $1 and revoked_at is null`, id); err != nil {
			return APIKey{}, nil, err
		}
		keys, err := keysOf(tx.Tx, `k.id = $1`, id)
		if err != nil {
			return APIKey{}, nil, err
		}
		return keys[0], []evidence.Entry{{Subject: evidence.ClientOf(k.ClientID), Kind: "api_key.revoked", Fields: evidence.Fields{"api_key": id.String(), "name": k.Name}}}, nil
	})
}

// holdKey locks a key that stands, for someone who may do p to it.
func holdKey(tx *evidence.Tx, who evidence.Actor, p Permission, id uuid.UUID) (APIKey, error) {
	var row keyRow
	if err := tx.Get(&row, `select id, client_id, name, revoked_at from api_keys where id = $1 for update`, id); err != nil {
		return APIKey{}, fmt.Errorf("holding API key %s: %w", id, err)
	}
	if err := Require(who, p, Place{Client: row.ClientID}, NoState); err != nil {
		return APIKey{}, err
	}
	if row.RevokedAt != nil {
		return APIKey{}, errKeyOver
	}
	return APIKey{ID: row.ID, ClientID: row.ClientID, Name: row.Name}, nil
}

// APIKeys lists the keys of the clients that the one who asks keeps, by id after the cursor.
func APIKeys(ctx context.Context, db *postgres.DB, who evidence.Actor, after uuid.UUID, limit int) (keys []APIKey, err error) {
	if err := RequireSome(who, To(ActList, ObjAPIKey)); err != nil {
		return nil, err
	}
	err = db.View(ctx, who.Token, func(tx *postgres.Tx) error {
		keys, err = keysOf(tx, `k.id > $1 and ($3 or k.client_id = any ($4::uuid[])) order by k.id limit $2`, after, limit, !Role(who.Role).IsClient(), pq.Array(who.Clients))
		return err
	})
	return keys, err
}

type keyRow struct {
	ID         uuid.UUID      `db:"id"`
	ClientID   uuid.UUID      `db:"client_id"`
	ClientName string         `db:"client_name"`
	Name       string         `db:"name"`
	Scopes     pq.StringArray `db:"scopes"`
	CreatedAt  time.Time      `db:"created_at"`
	RevokedAt  *time.Time     `db:"revoked_at"`
	State      KeyState       `db:"state"`
}

// keysOf reads keys and their secrets in two queries.
func keysOf(tx *postgres.Tx, which string, args ...any) ([]APIKey, error) {
	var rows []keyRow
	err := tx.Select(&rows, `select k.id, k.client_id, c.name as client_name, k.name, k.scopes, k.created_at, k.revoked_at,
			case when k.revoked_at is not null then 'revoked' when s.ends_at <= clock_timestamp() then 'expired'
			     when s.ends_at <= clock_timestamp() + interval '30 days' then 'expiring' else 'active' end as state
		from api_keys k join clients c on c.id = k.client_id
		join lateral (select x.ends_at from api_key_secrets x where x.api_key_id = k.id order by x.issued_at desc limit 1) s on true where `+which, args...)
	if err != nil {
		return nil, fmt.Errorf("reading API keys: %w", err)
	}
	ids, at := make([]uuid.UUID, len(rows)), map[uuid.UUID]int{}
	keys := make([]APIKey, len(rows))
	for i, r := range rows {
		ids[i], at[r.ID] = r.ID, i
		keys[i] = APIKey{ID: r.ID, ClientID: r.ClientID, ClientName: r.ClientName, Name: r.Name, State: r.State, CreatedAt: r.CreatedAt, RevokedAt: r.RevokedAt}
		for _, s := range r.Scopes {
			keys[i].Scopes = append(keys[i].Scopes, Scope(s))
		}
	}
	var secrets []KeySecret
	err = tx.Select(&secrets, `select api_key_id, prefix, issued_at, ends_at, last_used_at, ends_at > clock_timestamp() as open from api_key_secrets
		where api_key_id = any ($1::uuid[]) order by issued_at desc`, pq.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("reading the secrets of API keys: %w", err)
	}
	for _, s := range secrets {
		keys[at[s.KeyID]].Secrets = append(keys[at[s.KeyID]].Secrets, s)
	}
	return keys, nil
}

// KeyUsed writes down that the secret was used; the database keeps it to once a minute.
func KeyUsed(ctx context.Context, db *postgres.DB, token postgres.Identity) error {
	return db.Write(ctx, token, func(tx *postgres.Tx) error {
		_, err := tx.Exec(`select app.key_used()`)
		return err
	})
}
