package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// maxPrepared bounds the statements that one connection keeps prepared on the server.
const maxPrepared = 256

// connector hands out lib/pq connections that prepare each text once. A statement cache above database/sql would need a
// second connection from the pool while a transaction already holds one, and twenty of those would wait for each other.
type connector struct{ driver.Connector }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	bare, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	whole, ok := bare.(pqConn)
	if !ok {
		_ = bare.Close()
		return nil, fmt.Errorf("connecting: %T lacks a method that prepared statements need", bare)
	}
	return &conn{pqConn: whole, prepared: map[string]driver.Stmt{}}, nil
}

// pqConn is what a connection of lib/pq can do; it is its own driver.Tx.
type pqConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
	driver.NamedValueChecker
	driver.Tx
}

type conn struct {
	pqConn
	prepared map[string]driver.Stmt // by statement text
}

// identityKey carries the Identity of a transaction to BeginTx.
type identityKey struct{}

// BeginTx opens the transaction and sets its identity in one round trip. The setting is local: it ends with the transaction.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	begin := "begin read write"
	if opts.ReadOnly { // all statements of one page see the same moment
		begin = "begin isolation level repeatable read read only"
	}
	id, _ := ctx.Value(identityKey{}).(Identity)
	if strings.ContainsRune(string(id), 0) {
		return nil, errors.New("beginning a transaction: the session token contains a zero byte")
	}
	begin += "; set local app.session = " + pq.QuoteLiteral(string(id))
	if _, err := c.pqConn.ExecContext(context.WithoutCancel(ctx), begin, nil); err != nil {
		_ = c.pqConn.Rollback()
		if pq.As(err) == nil { // the connection is dead; nothing was begun, so another may take its place
			return nil, driver.ErrBadConn
		}
		return nil, err
	}
	return c.pqConn, nil
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if len(args) == 0 { // may hold several statements, which cannot be prepared
		return c.pqConn.QueryContext(ctx, query, nil)
	}
	stmt, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	c.forgetStale(err)
	return rows, err
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 {
		return c.pqConn.ExecContext(ctx, query, nil)
	}
	stmt, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	result, err := stmt.(driver.StmtExecContext).ExecContext(ctx, args)
	c.forgetStale(err)
	return result, err
}

func (c *conn) statement(ctx context.Context, query string) (driver.Stmt, error) {
	if stmt, ok := c.prepared[query]; ok {
		return stmt, nil
	}
	if len(c.prepared) >= maxPrepared {
		for text, old := range c.prepared { // any one: map order is random
			delete(c.prepared, text)
			_ = old.Close()
			break
		}
	}
	stmt, err := c.pqConn.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, err
	}
	c.prepared[query] = stmt
	return stmt, nil
}

// forgetStale drops the prepared statements after a migration changed a result type under them; the transaction runs again.
func (c *conn) forgetStale(err error) {
	if stale(err) {
		c.prepared = map[string]driver.Stmt{}
	}
}

// stale recognises "cached plan must not change result type", which shares its code with many other refusals.
func stale(err error) bool {
	refused := pq.As(err, pqerror.FeatureNotSupported)
	return refused != nil && refused.Routine == "RevalidateCachedQuery"
}
