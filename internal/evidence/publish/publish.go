// Package publish gives the log's tree to those who vouch for it: the signer, then the witnesses. The rule: whoever does not
// answer delays a checkpoint, never an event; whoever refuses raises an alarm, and nothing is adapted to please them.
package publish

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"recobro/internal/evidence"
	"recobro/internal/evidence/format"
	"recobro/internal/evidence/signer"
	"recobro/internal/evidence/tree"
	"recobro/internal/postgres"
)

// Publisher asks for signatures while the tree grows. Any number may run: the signer lets one of them win, and what another
// has stored already is not stored again.
type Publisher struct {
	DB        *postgres.DB // role recobro_log
	Signer    Peer
	Witnesses []Peer
	Quorum    int // how many witnesses are enough; fewer are an alarm
	Logger    *slog.Logger
	// Alarm records on the firm's chain that somebody refused; it is asked once for each refusal of one wording.
	Alarm func(ctx context.Context, kind, peer, why string) error
	told  map[string]string
}

// The kinds of alarm entries on the firm's chain.
const (
	SignerRefused  = "log.signer_refused"
	WitnessRefused = "log.witness_refused"
)

// Run publishes until ctx ends. What goes wrong is logged and tried again.
func (p *Publisher) Run(ctx context.Context, every time.Duration) {
	for {
		if err := p.Step(ctx); err != nil && ctx.Err() == nil {
			p.Logger.Error("publishing the log", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
	}
}

// Step publishes a checkpoint when the tree has grown, and asks every witness that has not signed the newest one.
func (p *Publisher) Step(ctx context.Context) error {
	problems := []error{p.sign(ctx)}
	enough := 0
	for _, w := range p.Witnesses {
		if err := p.cosign(ctx, w); err != nil {
			problems = append(problems, err)
			continue
		}
		enough++
	}
	if enough < p.Quorum {
		problems = append(problems, fmt.Errorf("ALARM: %d witnesses vouch for the newest checkpoint, %d should", enough, p.Quorum))
	}
	return errors.Join(problems...)
}

// candidate is the tree as it stands, with the proof that it begins with what the signer signed.
type candidate struct {
	format.Checkpoint
	proof tlog.TreeProof
}

// candidate reads the tree and proves that it begins with its first old events. grown is false when there is nothing to prove.
func (p *Publisher) candidate(ctx context.Context, old int64) (c candidate, published evidence.Checkpoint, err error) {
	err = p.DB.View(ctx, "", func(tx *postgres.Tx) error {
		if published, err = evidence.NewestCheckpoint(tx); err != nil {
			return err
		}
		if old < 0 {
			old = published.Size
		}
		if err := tx.Get(&c.Origin, `select origin from ev.log`); err != nil {
			return err
		}
		if c.Size, err = tree.Size(tx); err != nil || c.Size == 0 {
			return err
		}
		if c.Root, err = tree.Root(tx, c.Size); err != nil || old == 0 || old >= c.Size {
			return err
		}
		c.proof, err = tree.Consistency(tx, old, c.Size)
		return err
	})
	return c, published, err
}

// sign lets the signer sign the tree when it has grown, and stores the checkpoint.
func (p *Publisher) sign(ctx context.Context) error {
	c, published, err := p.candidate(ctx, -1)
	if err != nil || c.Size == published.Size {
		return err
	}
	if c.Size < published.Size {
		return p.refused(ctx, SignerRefused, p.Signer, fmt.Sprintf("the tree has %d events, and a checkpoint of %d was published", c.Size, published.Size))
	}
	line, err := p.Signer.sign(ctx, signer.Request{Old: published.Size, Proof: c.proof, Checkpoint: []byte(c.Text())})
	var no signer.Refusal
	if errors.As(err, &no) && no.Status == http.StatusConflict {
		if line, c, err = p.catchUp(ctx, published.Size, no.Size); line == "" && err == nil {
			return nil
		}
	}
	if errors.As(err, &no) {
		return p.refused(ctx, SignerRefused, p.Signer, no.Why)
	}
	if err != nil {
		return err
	}
	return p.store(ctx, c, line)
}

// catchUp judges that the signer signed another size last than was published here before. Another publisher may have been
// quicker, then nothing is left to do; a crash may have lost an answer, then the signer is asked from where it stands. A signer
// that remembers less than was published was put back, and a tree that is shorter than what it signed was cut: refusals both.
func (p *Publisher) catchUp(ctx context.Context, before, signed int64) (line string, c candidate, err error) {
	if signed < before {
		return "", c, signer.Refusal{Why: fmt.Sprintf("the signer remembers a tree of %d events, and a checkpoint of %d was published: its state was put back", signed, before)}
	}
	c, published, err := p.candidate(ctx, signed)
	switch {
	case err != nil:
		return "", c, err
	case published.Size > signed || published.Size == c.Size:
		return "", c, nil
	case c.Size < signed:
		return "", c, signer.Refusal{Why: fmt.Sprintf("the tree has %d events, and the signer signed one of %d: the log was cut or put back", c.Size, signed)}
	}
	line, err = p.Signer.sign(ctx, signer.Request{Old: signed, Proof: c.proof, Checkpoint: []byte(c.Text())})
	var no signer.Refusal
	if errors.As(err, &no) && no.Status == http.StatusConflict && no.Size > signed { // overtaken again: the next step sees it
		return "", c, nil
	}
	return line, c, err
}

func (p *Publisher) store(ctx context.Context, c candidate, line string) error {
	err := p.DB.Write(ctx, "", func(tx *postgres.Tx) error {
		_, err := tx.Exec(`insert into ev.checkpoints (size, root, note, signed_at) values ($1, $2, $3, clock_timestamp()) on conflict do nothing`,
			c.Size, c.Root[:], c.Text()+"\n"+line)
		return err
	})
	if err != nil {
		return fmt.Errorf("storing the checkpoint of %d events: %w", c.Size, err)
	}
	return nil
}

// cosign asks a witness to sign the newest checkpoint, unless it has.
func (p *Publisher) cosign(ctx context.Context, w Peer) error {
	signed, size, seen, err := p.forWitness(ctx, w)
	if err != nil || size == seen {
		return err
	}
	line, err := p.ask(ctx, w, seen, size, signed)
	var no signer.Refusal
	if errors.As(err, &no) && no.Status == http.StatusConflict && no.Size <= size {
		line, err = p.ask(ctx, w, no.Size, size, signed)
	}
	if errors.As(err, &no) {
		if no.Status == http.StatusConflict && p.overtaken(ctx, no.Size) {
			return nil
		}
		return p.refused(ctx, WitnessRefused, w, no.Why)
	}
	if err != nil {
		return err
	}
	err = p.DB.Write(ctx, "", func(tx *postgres.Tx) error {
		_, err := tx.Exec(`insert into ev.cosignatures (size, witness, line, at) values ($1, $2, $3, clock_timestamp()) on conflict do nothing`, size, w.Name, line)
		return err
	})
	if err != nil {
		return fmt.Errorf("storing the cosignature of %s: %w", w.Name, err)
	}
	return nil
}

// forWitness reads the newest checkpoint and the size that the witness signed last.
func (p *Publisher) forWitness(ctx context.Context, w Peer) (signed string, size, seen int64, err error) {
	err = p.DB.View(ctx, "", func(tx *postgres.Tx) error {
		newest, err := evidence.NewestCheckpoint(tx)
		if err != nil {
			return err
		}
		signed, size = newest.Note, newest.Size
		return tx.Get(&seen, `select coalesce(max(size), 0) from ev.cosignatures where witness = $1`, w.Name)
	})
	return signed, size, seen, err
}

func (p *Publisher) ask(ctx context.Context, w Peer, old, size int64, signed string) (line string, err error) {
	r := signer.Request{Old: old, Checkpoint: []byte(signed)}
	if old > 0 && old < size {
		err := p.DB.View(ctx, "", func(tx *postgres.Tx) (err error) {
			r.Proof, err = tree.Consistency(tx, old, size)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return w.sign(ctx, r)
}

// overtaken says whether a checkpoint of that size is published by now: then another publisher was quicker.
func (p *Publisher) overtaken(ctx context.Context, size int64) bool {
	var there bool
	err := p.DB.View(ctx, "", func(tx *postgres.Tx) error {
		return tx.Get(&there, `select exists (select 1 from ev.checkpoints where size = $1)`, size)
	})
	return err == nil && there
}

// refused raises the alarm: an error at every try, an entry on the firm's chain once for each wording.
func (p *Publisher) refused(ctx context.Context, kind string, by Peer, why string) error {
	alarm := fmt.Errorf("ALARM: %s: %s: %s", kind, by.Name, why)
	if p.told[by.Name] == why {
		return alarm
	}
	if err := p.Alarm(ctx, kind, by.Name, why); err != nil {
		return errors.Join(alarm, err)
	}
	if p.told == nil {
		p.told = map[string]string{}
	}
	p.told[by.Name] = why
	return alarm
}
