package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"recobro/internal/evidence/format"
	"recobro/internal/evidence/publish"
	"recobro/internal/evidence/signer"
	"recobro/internal/evidence/tree"
	"recobro/internal/postgres"
)

// vouching says who vouches for the log: its own signer, witnesses. Without them the log works, and nobody outside can tell
// whether it was rewritten.
type vouching struct {
	LogURL      string   `env:"RECOBRO_LOG_DATABASE_URL" help:"Address of the database for role recobro_log, which gives events their place in the tree."`
	SignerURL   string   `env:"RECOBRO_SIGNER_URL" help:"Where recobro signer answers and its key: unix:/path#KEY, http://host:port#KEY."`
	WitnessURLs []string `env:"RECOBRO_WITNESS_URLS" help:"Witnesses, separated by commas: https://host/prefix#KEY."`
	Quorum      int      `env:"RECOBRO_WITNESS_QUORUM" help:"How many witnesses are enough; fewer are an alarm. All of them unless said otherwise."`
	TSAURLs     []string `name:"tsa-urls" env:"RECOBRO_TSA_URLS" help:"Time-stamping authorities (RFC 3161), separated by commas."`
	TSARoots    string   `name:"tsa-roots" env:"RECOBRO_TSA_ROOTS" type:"path" help:"PEM file of the root certificates that the authorities must lead to."`
	Keys        string   `env:"RECOBRO_KEYS" type:"path" help:"Folder of the application's own keys; recobro key make receipts puts the first there."`
}

// receiptKey reads the key that signs receipts; nil where the installation has no folder of keys.
func (v vouching) receiptKey(ctx context.Context, app *postgres.DB) (*format.Signer, error) {
	if v.Keys == "" {
		return nil, nil
	}
	origin, err := originOf(ctx, app)
	if err != nil {
		return nil, err
	}
	key, err := signer.LoadKey(filepath.Join(v.Keys, "receipts"))
	if err == nil && (key.Name() != format.ReceiptsOf(origin) || key.Kind() != format.LogKey) {
		err = fmt.Errorf("reading the receipt key: it is of %q, not of this log, %q", key.Name(), origin)
	}
	return key, err
}

func originOf(ctx context.Context, app *postgres.DB) (origin string, err error) {
	err = app.View(ctx, "", func(tx *postgres.Tx) error { return tx.Get(&origin, `select origin from ev.log`) })
	if err != nil {
		return "", fmt.Errorf("reading the log's name: %w", err)
	}
	return origin, nil
}

const (
	takeInEvery  = 100 * time.Millisecond
	publishEvery = 5 * time.Second // a checkpoint is promised within 60 s
	stampEvery   = time.Hour
	stampLook    = time.Minute // how soon an authority that was down is asked again
)

// publisher makes the publisher; nil without a signer.
func (v vouching) publisher(h *house, log *postgres.DB) (*publish.Publisher, error) {
	if v.SignerURL == "" {
		if len(v.WitnessURLs) > 0 {
			return nil, errors.New("reading RECOBRO_WITNESS_URLS: a witness needs the log's signer, RECOBRO_SIGNER_URL")
		}
		return nil, nil
	}
	p := &publish.Publisher{DB: log, Quorum: cmp.Or(v.Quorum, len(v.WitnessURLs)), Logger: h.Logger, Alarm: publish.OnTheChain(h.log, h.jobs.Identity)}
	var err error
	if p.Signer, err = publish.ParsePeer(v.SignerURL, format.LogKey); err != nil {
		return nil, err
	}
	for _, text := range v.WitnessURLs {
		w, err := publish.ParsePeer(text, format.WitnessKey)
		if err != nil {
			return nil, err
		}
		p.Witnesses = append(p.Witnesses, w)
	}
	return p, nil
}

// startLog lets events take their places in the tree and the tree be published, until the house is closed.
func (h *house) startLog(ctx context.Context) error {
	if h.LogURL == "" {
		h.Logger.Warn("no event gets a place in the tree and no checkpoints are published: RECOBRO_LOG_DATABASE_URL is not set")
		return nil
	}
	db, err := postgres.Open(ctx, h.LogURL)
	if err != nil {
		return err
	}
	if err := db.RefusePrivileged(ctx); err != nil {
		return err
	}
	p, err := h.publisher(h, db)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	running.Go(func() { (&tree.Sequencer{DB: db, Logger: h.Logger}).Run(ctx, takeInEvery) })
	if p == nil {
		h.Logger.Warn("no checkpoints are published: RECOBRO_SIGNER_URL is not set")
	} else {
		running.Go(func() { p.Run(ctx, publishEvery) })
	}
	stamper, err := h.stamper(db, stampEvery, h.Logger)
	if err != nil {
		cancel()
		return err
	}
	running.Go(func() { stamper.Run(ctx, stampLook) })
	h.stopLog = func() {
		cancel()
		running.Wait()
		_ = db.Close()
	}
	return nil
}

// ownVouchers are a signer and a witness in the demo's own process, each with its folder and its key. They show how it works;
// who vouches for oneself proves nothing to others.
func ownVouchers(ctx context.Context, app *postgres.DB, data string, logger *slog.Logger) (v vouching, stop func(), err error) {
	origin, err := originOf(ctx, app)
	if err != nil {
		return v, nil, err
	}
	var stops []func()
	stop = func() {
		for _, end := range stops {
			end()
		}
	}
	serve := func(folder, name string, kind format.Kind, follows signer.Log) (url string, key *format.Signer, err error) {
		folder = filepath.Join(data, folder, filepath.Base(origin)) // a story that is begun again has another log
		key, end, addr, err := serveKey(folder, name, kind, follows, logger)
		if err == nil {
			stops = append(stops, end)
			url = "http://" + addr + "#" + key.Public()
		}
		return url, key, err
	}
	log, key, err := serve("signer", origin, format.LogKey, signer.Log{Origin: origin})
	if err != nil {
		return v, stop, err
	}
	logKey, err := format.Verifier(key.Public())
	if err != nil {
		return v, stop, err
	}
	witness, _, err := serve("witness", "witness.demo.example", format.WitnessKey, signer.Log{Origin: origin, Keys: []note.Verifier{logKey}})
	return vouching{SignerURL: log, WitnessURLs: []string{witness}}, stop, err
}

// serveKey serves a key on this machine, and makes it where the folder is new.
func serveKey(folder, name string, kind format.Kind, follows signer.Log, logger *slog.Logger) (key *format.Signer, stop func(), addr string, err error) {
	file, state := filepath.Join(folder, "key"), filepath.Join(folder, "state")
	key, err = signer.LoadKey(file)
	if errors.Is(err, os.ErrNotExist) {
		if key, err = signer.MakeKey(file, name, kind); err == nil {
			err = signer.Init(state, key, follows)
		}
	}
	if err != nil {
		return nil, nil, "", err
	}
	s, err := signer.Open(state, key, follows)
	if err != nil {
		return nil, nil, "", err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		_ = s.Close()
		return nil, nil, "", fmt.Errorf("listening for the key %s: %w", name, err)
	}
	server := s.Server(logger)
	go func() {
		if err := server.Serve(listener); err != nil && err != http.ErrServerClosed {
			logger.Error("serving a key", "key", name, "error", err)
		}
	}()
	return key, func() { _ = server.Close(); _ = s.Close() }, listener.Addr().String(), nil
}

// trust is the file of keys that a court's tool trusts: it is handed over by other means than the bundles it judges. receipts
// may be nil.
func (v vouching) trust(receipts *format.Signer) string {
	var b strings.Builder
	line := func(kind, url string) {
		if _, key, ok := strings.Cut(url, "#"); ok {
			fmt.Fprintf(&b, "%s %s\n", kind, key)
		}
	}
	line("log", v.SignerURL)
	for _, w := range v.WitnessURLs {
		line("witness", w)
	}
	if receipts != nil {
		fmt.Fprintf(&b, "receipts %s\n", receipts.Public())
	}
	return b.String()
}
