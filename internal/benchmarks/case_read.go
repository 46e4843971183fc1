package benchmarks

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// The floor of a case read is one prepared statement that fetches the same facts under the same row security as the same
// role: begin and identity in one round trip, the statement, commit. It knows beforehand who asks and what they may, computes
// no interest and writes no JSON and no log. A handler that answers the same bytes from memory stands beside it.

// readBackground is how many cases the database holds at least.
const readBackground = 1000

// theSameFacts answers one row for each line of the ledger.
const theSameFacts = `select c.client_id, c.id, c.account_id, c.number, c.debtor_name, c.jurisdiction, c.currency, c.business, c.stage, c.stage_since, c.outcome,
	c.opened_on, c.closed_on, c.team_id, c.lawyer_id, c.paralegal_id, c.next_step, c.next_on, c.plan_error, c.version, a.payment_reference, a.known_until,
	p.id, p.role, p.kind, p.name, p.tax_id, p.country, p.city, d.id, d.external_ref, d.kind, d.number, d.issued_on, d.due_on, d.principal_minor, d.regime,
	d.agreed_rate_pct, d.limitation_on, d.limitation_law, l.id, l.component, l.kind, l.minor, l.effective_on, l.recorded_at, l.payment_id, l.reverses, l.basis
	from app.cases c
	join app.accounts a on a.client_id = c.client_id and a.id = c.account_id
	join app.parties p on p.client_id = c.client_id and p.account_id = c.account_id
	join app.debts d on d.client_id = c.client_id and d.case_id = c.id
	left join app.ledger_entries l on l.client_id = d.client_id and l.debt_id = d.id
	where c.id = $1`

func caseReadLines(ctx context.Context, b *bench) ([]Line, error) {
	h, err := b.found(ctx)
	if err != nil {
		return nil, err
	}
	b.say("opening %d cases", readBackground)
	bodies, err := portfolios("case-read", 5_000_000, readBackground)
	if err != nil {
		return nil, err
	}
	ids, err := h.handOver(ctx, bodies)
	if err != nil {
		return nil, err
	}
	if _, err := h.super.ExecContext(ctx, `analyze`); err != nil { // as autovacuum would have a minute later
		return nil, fmt.Errorf("gathering statistics: %w", err)
	}
	path := func(piece int) string { return "/api/v1/cases/" + ids[piece%len(ids)].String() }
	floor, err := b.overSQL(ctx, h, ids)
	if err != nil {
		return nil, err
	}
	static, err := b.static(ctx, h, path)
	if err != nil {
		return nil, err
	}
	took, err := b.inTurn(ctx, b.overHTTP(h.addr, h.key, path), floor, static)
	if err != nil {
		return nil, err
	}
	n := b.size.Reads
	return []Line{{Name: "case_read", Unit: "reads/s", Target: 0.4, Ours: perSecond(n, took[0]), Floor: perSecond(n, took[1])},
		{Name: "case_read static", Unit: "reads/s", Ours: perSecond(n, took[0]), Floor: perSecond(n, took[2])}}, nil
}

// overHTTP reads addresses of a server by several clients at once, each on one connection for the round.
func (b *bench) overHTTP(addr, key string, path func(piece int) string) side {
	return func(ctx context.Context, _ int) (time.Duration, error) {
		readers := make([]*reader, b.size.Readers)
		for i := range readers {
			r, err := dial(ctx, addr)
			if err != nil {
				return 0, err
			}
			defer r.conn.Close()
			readers[i] = r
		}
		return together(ctx, b.size.Readers, b.size.Reads, func(ctx context.Context, worker, piece int) error {
			_, err := readers[worker].get(requestOf(addr, path(piece), key))
			return err
		})
	}
}

// static serves the answer of the first case to everybody.
func (b *bench) static(ctx context.Context, h *house, path func(int) string) (side, error) {
	r, err := dial(ctx, h.addr)
	if err != nil {
		return nil, err
	}
	answer, err := r.get(requestOf(h.addr, path(0), h.key))
	_ = r.conn.Close()
	if err != nil {
		return nil, err
	}
	addr, err := b.listen(&http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
	})})
	if err != nil {
		return nil, err
	}
	return b.overHTTP(addr, h.key, path), nil
}

// overSQL is the floor: as many connections as readers, the statement prepared once on each.
func (b *bench) overSQL(ctx context.Context, h *house, ids []uuid.UUID) (side, error) {
	db, err := b.open(h.cluster.DSN("recobro_app", oursDatabase))
	if err != nil {
		return nil, err
	}
	conns, reads := make([]*sql.Conn, b.size.Readers), make([]*sql.Stmt, b.size.Readers)
	for i := range conns {
		if conns[i], err = db.Conn(ctx); err != nil {
			return nil, fmt.Errorf("connecting the floor: %w", err)
		}
		b.later(func() { _ = conns[i].Close() })
		if reads[i], err = conns[i].PrepareContext(ctx, theSameFacts); err != nil {
			return nil, fmt.Errorf("preparing the read: %w", err)
		}
	}
	begin := `begin isolation level repeatable read read only; set local app.session = ` + pq.QuoteLiteral(h.key)
	return func(ctx context.Context, _ int) (time.Duration, error) {
		return together(ctx, b.size.Readers, b.size.Reads, func(ctx context.Context, worker, piece int) error {
			return readOnce(ctx, conns[worker], reads[worker], begin, ids[piece%len(ids)])
		})
	}, nil
}

func readOnce(ctx context.Context, conn *sql.Conn, read *sql.Stmt, begin string, id uuid.UUID) error {
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		return fmt.Errorf("beginning a read: %w", err)
	}
	rows, err := read.QueryContext(ctx, id)
	if err != nil {
		return fmt.Errorf("reading case %s: %w", id, err)
	}
	found := 0
	for rows.Next() {
		found++
	}
	_ = rows.Close()
	if err := rows.Err(); err != nil || found == 0 {
		return fmt.Errorf("reading case %s: %d rows (%w)", id, found, err)
	}
	if _, err := conn.ExecContext(ctx, "commit"); err != nil {
		return fmt.Errorf("ending a read: %w", err)
	}
	return nil
}
