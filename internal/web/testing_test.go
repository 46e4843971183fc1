package web_test

import (
	"context"
	"io"
	"sync"
	"testing"

	"recobro/internal/access"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/strategy"
	"recobro/internal/testfirm"
	"recobro/internal/web"
	"recobro/policies/collection"
)

// locked lets requests that run at once share one log.
type locked struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// planned is the desk of the strategies that ship.
func planned(t *testing.T, log *evidence.Log, library *law.Library) *strategy.Desk {
	t.Helper()
	plans, err := strategy.Load(collection.FS)
	if err != nil {
		t.Fatal(err)
	}
	return &strategy.Desk{Log: log, Law: library, Plans: plans}
}

// unhurried lets a test call as often as it can; the limits have a test of their own.
var unhurried = web.Rates{Caller: web.Rate{PerSecond: 1e6, Burst: 1e6}, Address: web.Rate{PerSecond: 1e6, Burst: 1e6}}

func postgresIdentity(token string) postgres.Identity { return postgres.Identity(token) }

// people is the desk of the firm's accounts.
func people(f *testfirm.Firm) *access.Desk {
	return &access.Desk{Log: f.Log, Identity: func(context.Context) (evidence.Actor, error) { return f.Job, nil }}
}
