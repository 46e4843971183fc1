package web_test

import (
	"io"
	"sync"
	"testing"

	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/strategy"
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

func postgresIdentity(token string) postgres.Identity { return postgres.Identity(token) }
