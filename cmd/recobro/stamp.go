package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"recobro/internal/evidence/stamp"
	"recobro/internal/postgres"
)

// stamper makes the stamper with every authority; with none it has nothing to do.
func (v vouching) stamper(log *postgres.DB, every time.Duration, logger *slog.Logger) (*stamp.Stamper, error) {
	s := &stamp.Stamper{DB: log, Every: every, Logger: logger}
	if len(v.TSAURLs) == 0 {
		return s, nil
	}
	pem, err := os.ReadFile(v.TSARoots)
	if err != nil {
		return nil, fmt.Errorf("reading RECOBRO_TSA_ROOTS: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, errors.New("reading RECOBRO_TSA_ROOTS: no certificate is in it")
	}
	for _, address := range v.TSAURLs {
		a, err := stamp.NewAuthority(address, roots)
		if err != nil {
			return nil, err
		}
		s.Authorities = append(s.Authorities, a)
	}
	return s, nil
}

type stampCommand struct{ vouching }

// Run has the newest checkpoint stamped now.
func (c stampCommand) Run(ctx context.Context) error {
	if c.LogURL == "" || len(c.TSAURLs) == 0 {
		return errors.New("stamping needs RECOBRO_LOG_DATABASE_URL, RECOBRO_TSA_URLS and RECOBRO_TSA_ROOTS")
	}
	log, err := postgres.Open(ctx, c.LogURL)
	if err != nil {
		return err
	}
	defer log.Close()
	s, err := c.stamper(log, 0, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err != nil {
		return err
	}
	return s.Step(ctx)
}
