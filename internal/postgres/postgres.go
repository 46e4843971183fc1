// Package postgres opens, keeps and migrates the database, and names the constraints that a write breaks.
// The rule: every statement runs inside View or Write, under the identity of one opaque session token, so that no write
// is ever sent outside a transaction: lib/pq repeats such a write in silence when its reply is lost.
package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// MaxConnections is how many connections one process holds at most for the pages and the API, or for the jobs.
const MaxConnections = 20

// sessionSettings hold for every connection of the application; a value in the DSN wins.
var sessionSettings = map[string]string{
	"search_path":                         "app",
	"timezone":                            "UTC",
	"statement_timeout":                   "15s",
	"lock_timeout":                        "3s",
	"idle_in_transaction_session_timeout": "30s",
}

// DB is a pool of connections of one database role. Its statements are reached through View and Write only.
type DB struct {
	pool *sqlx.DB
}

// Open connects to dsn (key=value words or a postgres:// address) and asks for one answer before it returns.
func Open(ctx context.Context, dsn string) (*DB, error) {
	config, err := pq.NewConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("reading the database address: %w", err)
	}
	if config.Runtime == nil {
		config.Runtime = map[string]string{}
	}
	for name, value := range sessionSettings {
		if _, given := config.Runtime[name]; !given {
			config.Runtime[name] = value
		}
	}
	dialer, err := pq.NewConnectorConfig(config)
	if err != nil {
		return nil, fmt.Errorf("preparing connections to %s: %w", config.Database, err)
	}
	pool := sqlx.NewDb(sql.OpenDB(connector{dialer}), "postgres")
	pool.SetMaxOpenConns(MaxConnections)
	pool.SetMaxIdleConns(MaxConnections)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("connecting to database %s as %s: %w", config.Database, config.User, err)
	}
	return &DB{pool: pool}, nil
}

// Close ends all connections.
func (db *DB) Close() error { return db.pool.Close() }

// Ping asks the database for one answer.
func (db *DB) Ping(ctx context.Context) error { return db.pool.PingContext(ctx) }

// Stats counts the connections of the pool.
func (db *DB) Stats() sql.DBStats { return db.pool.Stats() }
