// Package custody knows who has seen what: each read, search, list, download and export of case content is one line of the
// access log. The rule: lines are written in batches whose root stands in the evidence log, and no search, download or export
// leaves the house before its line is written.
package custody

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/evidence"
)

// What was done with content; the closed list of the table.
type What string

const (
	Read     What = "read"
	List     What = "list"
	Search   What = "search"
	Download What = "download"
	Export   What = "export"
)

// Leaves says whether content goes out in bulk or as a file: then its line is written first.
func (w What) Leaves() bool { return w == Search || w == Download || w == Export }

// Line is one access: who looked at what, when, and whether it was shown. What was searched for is not kept.
type Line struct {
	At        time.Time  `db:"at"` // of the clock, in microseconds
	Request   string     `db:"request"`
	ActorKind string     `db:"actor_kind"` // person, key, job; nobody when no one was recognised
	ActorID   *uuid.UUID `db:"actor_id"`
	ActorRole string     `db:"actor_role"`
	Route     string     `db:"route"` // method and pattern of the route table
	What      What       `db:"what"`
	Subject   *uuid.UUID `db:"subject"` // the id in the address: of a case, document, demand …
	Outcome   string     `db:"outcome"` // allowed, denied, failed
}

// canonical is the line as the batch's tree holds it.
func (l Line) canonical(n int) []byte {
	return fmt.Appendf(nil, "%d\t%s\t%s\t%s %s %s\t%s\t%s\t%s\t%s\n", n, l.At.UTC().Format("2006-01-02T15:04:05.000000Z"), l.Request,
		l.ActorKind, idOr(l.ActorID), l.ActorRole, l.Route, l.What, idOr(l.Subject), l.Outcome)
}

func idOr(id *uuid.UUID) string {
	if id == nil {
		return "-"
	}
	return id.String()
}

// Chain is the access log's chain in the evidence log.
var Chain = evidence.Subject{Kind: "access", ID: uuid.MustParse("00000000-0000-0000-0000-000000000002")}

// root is the RFC 6962 root over the lines of a batch.
func root(lines []Line) (string, error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = stored[x]
		}
		return out, nil
	})
	for i, l := range lines {
		hashes, err := tlog.StoredHashes(int64(i), l.canonical(i), reader)
		if err != nil {
			return "", fmt.Errorf("hashing line %d: %w", i, err)
		}
		stored = append(stored, hashes...)
	}
	h, err := tlog.TreeHash(int64(len(lines)), reader)
	return fmt.Sprintf("%x", h[:]), err
}

const (
	every   = 200 * time.Millisecond
	queued  = 4096 // lines that may wait; then whoever reads waits too
	atOnce  = 1000 // lines of one batch
	patient = 10 * time.Second
)

// Keeper writes the access log of one process.
type Keeper struct {
	Log      *evidence.Log
	Identity func(context.Context) (evidence.Actor, error) // Recobro itself, at each batch
	Logger   *slog.Logger
	lines    chan waiting
	done     chan struct{}
}

type waiting struct {
	Line
	written chan error // nil when nobody waits
}

// Start begins to write; the returned function writes what is left and ends.
func (k *Keeper) Start() (stop func()) {
	k.lines, k.done = make(chan waiting, queued), make(chan struct{})
	go k.run()
	return func() { close(k.lines); <-k.done }
}

// Note takes a line down. What leaves the house is written when Note returns nil; other lines follow within moments.
func (k *Keeper) Note(ctx context.Context, l Line) error {
	l.At = l.At.UTC().Truncate(time.Microsecond)
	w := waiting{Line: l}
	if l.What.Leaves() {
		w.written = make(chan error, 1)
	}
	select {
	case k.lines <- w:
	case <-ctx.Done():
		return ctx.Err()
	}
	if w.written == nil {
		return nil
	}
	select {
	case err := <-w.written:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run gathers lines and writes a batch every moment, at once when somebody waits for it.
func (k *Keeper) run() {
	defer close(k.done)
	var batch []waiting
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		open, urgent := true, false
		var w waiting
		select {
		case w, open = <-k.lines:
			if open {
				batch, urgent = append(batch, w), w.written != nil
			}
		case <-tick.C:
			urgent = true
		}
		if (urgent || !open || len(batch) >= atOnce) && len(batch) > 0 {
			batch = k.flush(batch)
		}
		if !open {
			if len(batch) > 0 {
				k.Logger.Error("closing the access log", "lines_lost", len(batch))
			}
			return
		}
	}
}

// flush writes a batch and tells who waits; what could not be written stays for the next try.
func (k *Keeper) flush(batch []waiting) (left []waiting) {
	ctx, cancel := context.WithTimeout(context.Background(), patient)
	defer cancel()
	lines := make([]Line, len(batch))
	for i, w := range batch {
		lines[i] = w.Line
	}
	err := k.write(ctx, lines)
	if err != nil {
		k.Logger.Error("writing the access log", "error", err.Error())
	}
	for i := range batch {
		if batch[i].written != nil {
			batch[i].written <- err
			batch[i].written = nil
		}
	}
	if err != nil {
		return batch
	}
	return nil
}

func (k *Keeper) write(ctx context.Context, lines []Line) error {
	who, err := k.Identity(ctx)
	if err != nil {
		return err
	}
	sum, err := root(lines)
	if err != nil {
		return err
	}
	_, err = evidence.Record(ctx, k.Log, who, func(tx *evidence.Tx) (uuid.UUID, []evidence.Entry, error) {
		batch := uuid.Must(uuid.NewV7())
		return batch, []evidence.Entry{{Subject: Chain, Kind: "access.batch", Class: evidence.Internal, Fields: evidence.Fields{
			"batch": batch.String(), "root": sum, "lines": fmt.Sprint(len(lines))}}}, insert(tx, batch, lines)
	})
	return err
}
