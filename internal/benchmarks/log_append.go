package benchmarks

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"recobro/internal/evidence"
)

// The floor of an append is a prepared insert of the same event and opening, in a transaction, into logged tables with the
// same columns, checks, indexes and foreign key: no chain, no header to build, nobody to identify, no row security. Each
// writer keeps to its own cases, as the lock of a case makes writers do.

const (
	writers       = 8
	appendedCases = 64
)

func logAppendLines(ctx context.Context, b *bench) ([]Line, error) {
	h, err := b.found(ctx)
	if err != nil {
		return nil, err
	}
	b.say("opening %d cases", appendedCases)
	bodies, err := portfolios("log-append", 6_000_000, appendedCases)
	if err != nil {
		return nil, err
	}
	ids, err := h.handOver(ctx, bodies)
	if err != nil {
		return nil, err
	}
	floor, err := b.plainInserts(ctx, h, ids)
	if err != nil {
		return nil, err
	}
	ours := func(ctx context.Context, _ int) (time.Duration, error) {
		return together(ctx, writers, b.size.Appends, func(ctx context.Context, _, piece int) error {
			return h.note(ctx, ids[piece%appendedCases])
		})
	}
	took, err := b.inTurn(ctx, ours, floor)
	if err != nil {
		return nil, err
	}
	return []Line{{Name: "log_append", Unit: "entries/s", Target: 0.65, Ours: perSecond(b.size.Appends, took[0]), Floor: perSecond(b.size.Appends, took[1])}}, nil
}

// note records one call on a case.
func (h *house) note(ctx context.Context, id uuid.UUID) error {
	_, err := evidence.Record(ctx, h.log, h.job, func(*evidence.Tx) (uuid.UUID, []evidence.Entry, error) {
		return id, []evidence.Entry{{Subject: evidence.CaseOf(h.client.ID, id), Kind: "interaction.recorded", Fields: evidence.Fields{
			"channel": "phone", "direction": "out", "summary": "Contesta administración; pide copia de la factura y promete respuesta el lunes."}}}, nil
	})
	return err
}

// plainTables are those of the log without their triggers and policies; the foreign key is not part of "like".
const plainTables = `create schema plain;
	create table plain.events (like ev.events including all);
	create table plain.openings (like ev.openings including all);
	alter table plain.openings add foreign key (subject_kind, subject, seq) references plain.events;
	drop index plain.events_xid_idx` // the sequencer's way in: a table without a tree needs none

const plainInsert = `with e as (insert into plain.events (subject_kind, subject, seq, client_id, type, at, occ, leaf, header, body)
	values ('case', $1, $2, $3, 'interaction.recorded', $4, $4, $5, $6, $7))
	insert into plain.openings (subject_kind, subject, seq, client_id, class, opening) values ('case', $1, $2, $3, 'open', $8)`

// plainInserts is the floor. Its rows are as large as the one that our side writes first.
func (b *bench) plainInserts(ctx context.Context, h *house, ids []uuid.UUID) (side, error) {
	if err := h.note(ctx, ids[0]); err != nil {
		return nil, err
	}
	var header, body, opening []byte
	err := h.super.QueryRowContext(ctx, `select e.header, e.body, o.opening from ev.events e join ev.openings o using (subject_kind, subject, seq)
		where e.subject_kind = 'case' and e.subject = $1 order by e.seq desc limit 1`, ids[0]).Scan(&header, &body, &opening)
	if err != nil {
		return nil, fmt.Errorf("reading the entry to copy: %w", err)
	}
	if _, err := h.super.ExecContext(ctx, plainTables); err != nil {
		return nil, fmt.Errorf("making the plain tables: %w", err)
	}
	conns, inserts := make([]*sql.Conn, writers), make([]*sql.Stmt, writers)
	for i := range conns {
		if conns[i], err = h.super.Conn(ctx); err != nil {
			return nil, fmt.Errorf("connecting the floor: %w", err)
		}
		b.later(func() { _ = conns[i].Close() })
		if inserts[i], err = conns[i].PrepareContext(ctx, plainInsert); err != nil {
			return nil, fmt.Errorf("preparing the plain insert: %w", err)
		}
	}
	var seq atomic.Int32
	return func(ctx context.Context, _ int) (time.Duration, error) {
		return together(ctx, writers, b.size.Appends, func(ctx context.Context, worker, piece int) error {
			var leaf [32]byte
			rand.Read(leaf[:]) // never fails: crypto/rand stops the program instead
			return insertOnce(ctx, conns[worker], inserts[worker], ids[piece%appendedCases], seq.Add(1), h.client.ID, time.Now(), leaf[:], header, body, opening)
		})
	}, nil
}

func insertOnce(ctx context.Context, conn *sql.Conn, insert *sql.Stmt, row ...any) error {
	if _, err := conn.ExecContext(ctx, "begin"); err != nil {
		return fmt.Errorf("beginning a plain insert: %w", err)
	}
	if _, err := insert.ExecContext(ctx, row...); err != nil {
		return fmt.Errorf("inserting plainly: %w", err)
	}
	if _, err := conn.ExecContext(ctx, "commit"); err != nil {
		return fmt.Errorf("committing a plain insert: %w", err)
	}
	return nil
}
