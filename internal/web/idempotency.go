package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

var (
	errKeyMissing = problem.New(problem.Malformed, "idempotency_key_missing", "Esta llamada necesita Idempotency-Key.", "This call needs an Idempotency-Key.")
	errKeyForm    = problem.New(problem.Malformed, "idempotency_key_invalid", "Idempotency-Key tiene de 1 a 255 caracteres ASCII visibles.", "Idempotency-Key has 1 to 255 visible ASCII characters.")
	errUnknown    = problem.New(problem.Unavailable, "outcome_unknown", "No se sabe si se hizo; repita con la misma Idempotency-Key o compruébelo antes.", "It is not known whether it was done; repeat with the same Idempotency-Key, or look first.")
)

// needsKey marks the calls that must not be sent without an Idempotency-Key: those that hand over debts or money, where a
// call repeated after a lost answer would otherwise count twice. Every other POST takes the key and does without.
func needsKey(op huma.Operation) huma.Operation {
	op.Extensions = map[string]any{"x-needs-idempotency-key": true}
	return op
}

func idempotencyKey(op huma.Operation) *huma.Param {
	shortest, longest := 1, 255
	return &huma.Param{Name: "Idempotency-Key", In: "header", Required: op.Extensions["x-needs-idempotency-key"] == true,
		Description: "The same key and content give the first answer again; the same key with other content is refused.",
		Schema:      &huma.Schema{Type: huma.TypeString, MinLength: &shortest, MaxLength: &longest}}
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	err := writeJSON(&b, v)
	return b.Bytes(), err
}

// once runs the action, at most once for one Idempotency-Key: claimed before, finished in the transaction that does the
// work, released when nothing was changed.
func once[T any](ctx context.Context, log *evidence.Log, call huma.Operation, fn func(context.Context) (T, error), view func(T) ([]byte, error)) (answer evidence.Answer, made T, replayed bool, err error) {
	state := requestOf(ctx)
	op, err := operationOf(state, call)
	if err != nil {
		return answer, made, false, err
	}
	if op == nil {
		if made, err = fn(ctx); err == nil {
			answer.Status = call.DefaultStatus
			answer.Body, err = view(made)
		}
		return answer, made, false, unknown(err)
	}
	op.Encode = func(recorded any) (int, []byte, bool, error) {
		thing, ok := recorded.(T)
		if !ok {
			return 0, nil, false, nil
		}
		body, err := view(thing)
		answer = evidence.Answer{Status: call.DefaultStatus, Body: body}
		return call.DefaultStatus, body, true, err
	}
	first, err := log.Claim(ctx, state.who, op)
	if err != nil {
		return answer, made, false, err
	}
	if first != nil {
		return *first, made, true, nil
	}
	made, err = fn(evidence.WithOperation(ctx, op))
	if err == nil && answer.Body == nil {
		if before, ok := any(made).(interface{ Again() bool }); !ok || !before.Again() {
			return answer, made, false, fmt.Errorf("answering %s: the action recorded no %T", call.OperationID, made)
		}
		answer.Status = call.DefaultStatus
		if answer.Body, err = view(made); err == nil {
			err = log.Finish(ctx, state.who, op, answer)
		}
		return answer, made, false, err
	}
	if err != nil {
		found, err := settle(ctx, log, state.who, op, err)
		if found != nil {
			return *found, made, true, nil
		}
		return answer, made, false, err
	}
	return answer, made, false, nil
}

// settle ends an operation whose action failed. After a commit without an answer the stored operation tells what happened.
func settle(ctx context.Context, log *evidence.Log, who evidence.Actor, op *evidence.Operation, failed error) (*evidence.Answer, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if errors.Is(failed, postgres.ErrUnknownOutcome) {
		answer, err := log.Outcome(ctx, who, op)
		if err != nil {
			return nil, errUnknown
		}
		if answer != nil {
			return answer, nil
		}
	}
	if err := log.Release(ctx, who, op); err != nil {
		requestOf(ctx).log.Warn("releasing an operation", "error", err.Error())
	}
	return nil, failed
}

func unknown(err error) error {
	if errors.Is(err, postgres.ErrUnknownOutcome) {
		return errUnknown
	}
	return err
}

// operationOf reads the key of the request; nil when it has none and needs none.
func operationOf(state *request, call huma.Operation) (*evidence.Operation, error) {
	switch {
	case state.key == "" && call.Extensions["x-needs-idempotency-key"] == true:
		return nil, errKeyMissing
	case state.key == "":
		return nil, nil
	case !visible(state.key) || call.Method == http.MethodGet:
		return nil, errKeyForm
	}
	op := &evidence.Operation{Key: state.key, Route: state.route}
	copy(op.BodySHA256[:], state.body.Sum(nil))
	return op, nil
}

func visible(s string) bool {
	for i := range len(s) {
		if s[i] < '!' || s[i] > '~' {
			return false
		}
	}
	return len(s) <= 255
}
