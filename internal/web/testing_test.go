package web_test

import (
	"io"
	"sync"

	"recobro/internal/postgres"
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

func postgresIdentity(token string) postgres.Identity { return postgres.Identity(token) }
