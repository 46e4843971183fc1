package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/evidence/format"
	"recobro/internal/postgres"
)

// longestWait is how long an event may be without its place in the tree: what the firm promises.
const longestWait = 60 * time.Second

// tree re-reads the tree, from what was seen earlier if that was kept, prints what does not hold, and keeps what it saw.
func (c verifyCommand) tree(ctx context.Context, out io.Writer, log *evidence.Log, worker *postgres.DB) error {
	check := evidence.TreeCheck{Late: longestWait, Told: func(n int64) { fmt.Fprintf(os.Stderr, "\r%d places checked", n) }}
	seen, err := c.seen()
	if err != nil {
		return err
	}
	if !c.Full {
		check.Since = seen
	}
	if c.Trust != "" {
		file, err := os.ReadFile(c.Trust)
		if err != nil {
			return fmt.Errorf("reading the keys to trust: %w", err)
		}
		trust, err := format.ParseTrust(file)
		if err != nil {
			return err
		}
		check.Keys, check.Witnesses = trust.Log, trust.Witnesses
	}
	job, err := access.OpenJob(ctx, worker, "recobro verify", nil, time.Hour)
	if err != nil {
		return err
	}
	if c.Full && seen.Size > 0 { // everything is read below; this asks whether it begins with what was seen
		first := evidence.TreeCheck{Since: seen}
		report, err := log.VerifyTree(ctx, job, first)
		if err != nil || len(report.Findings) > 0 {
			return broken(out, report, err)
		}
	}
	report, err := log.VerifyTree(ctx, job, check)
	fmt.Fprintln(os.Stderr)
	if err != nil || len(report.Findings) > 0 {
		return broken(out, report, err)
	}
	fmt.Fprintf(out, "tree of %d events, %d read, %d waiting, %d checkpoints, %d cosignatures, %d lists of heads: 0 findings\n", report.Size, report.Read, report.Waiting, report.Checkpoints, report.Cosigned, report.Heads)
	return c.keep(report.End)
}

func broken(out io.Writer, report evidence.TreeReport, err error) error {
	for _, f := range report.Findings {
		fmt.Fprintln(out, f)
	}
	if err != nil {
		return err
	}
	return errLogBroken
}

// seen reads the file of --since; a file that does not exist yet has seen nothing.
func (c verifyCommand) seen() (format.Checkpoint, error) {
	if c.Since == "" {
		return format.Checkpoint{}, nil
	}
	text, err := os.ReadFile(c.Since)
	if errors.Is(err, os.ErrNotExist) {
		return format.Checkpoint{}, nil
	}
	if err != nil {
		return format.Checkpoint{}, fmt.Errorf("reading what was seen earlier: %w", err)
	}
	return format.ParseCheckpoint(string(text))
}

// keep replaces the file of --since in one step.
func (c verifyCommand) keep(end format.Checkpoint) error {
	if c.Since == "" || end.Size == 0 {
		return nil
	}
	if err := os.WriteFile(c.Since+".new", []byte(end.Text()), 0o644); err != nil {
		return fmt.Errorf("keeping what was seen: %w", err)
	}
	return os.Rename(c.Since+".new", c.Since)
}
