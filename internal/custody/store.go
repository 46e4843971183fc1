package custody

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

func insert(tx *evidence.Tx, batch uuid.UUID, lines []Line) error {
	payload, err := json.Marshal(lines)
	if err != nil {
		return fmt.Errorf("preparing %d lines of the access log: %w", len(lines), err)
	}
	_, err = tx.Exec(`insert into access_log (batch, n, at, request, actor_kind, actor_id, actor_role, route, what, subject, outcome)
		select $1, x.ord - 1, (x.line ->> 'At')::timestamptz, x.line ->> 'Request', x.line ->> 'ActorKind', (x.line ->> 'ActorID')::uuid, x.line ->> 'ActorRole',
		       x.line ->> 'Route', x.line ->> 'What', (x.line ->> 'Subject')::uuid, x.line ->> 'Outcome'
		  from jsonb_array_elements($2) with ordinality x(line, ord)`, batch, payload)
	if err != nil {
		return fmt.Errorf("writing %d lines of the access log: %w", len(lines), err)
	}
	return nil
}

// Lines reads what was seen of a subject, the newest first.
func Lines(tx *postgres.Tx, subject uuid.UUID, limit int) (lines []Line, err error) {
	err = tx.Select(&lines, `select `+columns+` from access_log where subject = $1 order by at desc, batch desc, n desc limit $2`, subject, limit)
	if err != nil {
		return nil, fmt.Errorf("reading who has seen %s: %w", subject, err)
	}
	return lines, nil
}

const columns = `at, request, actor_kind, actor_id, actor_role, route, what, subject, outcome`

// Verify computes the root of every batch anew from its rows and answers what does not hold.
func Verify(ctx context.Context, log *evidence.Log, who evidence.Actor) (findings []string, err error) {
	before := 0
	for {
		var told []evidence.Interaction
		err := log.DB.View(ctx, who.Token, func(tx *postgres.Tx) (err error) {
			if told, err = evidence.Interactions(tx, Chain, before, 500); err != nil {
				return err
			}
			for _, e := range told {
				if what, err := check(tx, e); err != nil || what != "" {
					findings = append(findings, what)
					if err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil || len(told) == 0 {
			return findings, err
		}
		if before = told[len(told)-1].Seq; before == 1 {
			return findings, nil
		}
	}
}

func check(tx *postgres.Tx, e evidence.Interaction) (what string, err error) {
	if e.Kind != "access.batch" {
		return "", nil
	}
	var lines []Line
	if err := tx.Select(&lines, `select `+columns+` from access_log where batch = $1 order by n`, e.Fields["batch"]); err != nil {
		return "", fmt.Errorf("reading batch %s of the access log: %w", e.Fields["batch"], err)
	}
	sum, err := root(lines)
	if err == nil && (sum != e.Fields["root"] || strconv.Itoa(len(lines)) != e.Fields["lines"]) {
		what = fmt.Sprintf("access log, batch %s (seq %d): its lines are not those that were written", e.Fields["batch"], e.Seq)
	}
	return what, err
}
