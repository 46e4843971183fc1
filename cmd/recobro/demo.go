package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"recobro/internal/contact/mailbox"
	"recobro/internal/day"
	"recobro/internal/evidence/format"
	"recobro/internal/evidence/signer"
	"recobro/internal/jobs"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/simulation"
	"recobro/internal/web"
	"recobro/migrations"
)

type demoCommand struct {
	Data   string        `default:".recobro" type:"path" help:"Folder of the demo: database, files, demo.json."`
	Addr   string        `default:"127.0.0.1:8080" help:"Where to serve pages and API."`
	Cases  int           `default:"400" help:"How many cases the story has."`
	Days   int           `default:"240" help:"How many business days are played."`
	Seed   uint64        `default:"1" help:"Another seed is another story."`
	Replay string        `type:"existingfile" help:"Play a receivables file (CSV) on its own calendar instead of the story."`
	Fresh  time.Duration `default:"12h" help:"How long a code counts for signing and approving; production asks again after 5m."`
	Once   bool          `help:"End after the report instead of serving."`
}

// playful lets the story call the API as fast as it is played.
var playful = web.Rates{Caller: web.Rate{PerSecond: 10_000, Burst: 10_000}, Address: web.Rate{PerSecond: 10_000, Burst: 10_000}}

const demoDatabase = "recobro"

// Run starts the private PostgreSQL, plays the story on it unless it was played before, and serves it.
func (c demoCommand) Run(ctx context.Context) error {
	cluster, err := c.startOrFind(ctx)
	if cluster == nil || err != nil {
		return err
	}
	defer cluster.Stop()
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", c.Addr, err)
	}
	baseURL := "http://" + listener.Addr().String()
	demo, played := c.played()
	if err := c.prepare(ctx, cluster, played); err != nil {
		return err
	}
	mail, err := mailbox.Open(2000)
	if err != nil {
		return err
	}
	defer mail.Close()
	keys, err := c.makeKeys(ctx, cluster)
	if err != nil {
		return err
	}
	clock := &simulation.Clock{}
	h, err := openHouse(ctx, settings{
		App: hasty(cluster.DSN("recobro_app", demoDatabase)), Worker: hasty(cluster.DSN("recobro_worker", demoDatabase)), River: hasty(cluster.DSN("recobro_river", demoDatabase)),
		Files: filepath.Join(c.Data, "files"), SMTP: "smtp+plain://" + mail.Addr(), From: "recobro@cardoalto.example",
		BaseURL: baseURL, Now: clock.Now, FreshFor: c.Fresh, Rates: playful, Logger: quiet(), vouching: vouching{Keys: keys}})
	if err != nil {
		return err
	}
	defer h.close()
	stopVouching, err := c.vouch(ctx, h, cluster)
	if err != nil {
		return err
	}
	defer stopVouching()
	if err := h.startWork(ctx, jobs.Brisk); err != nil {
		return err
	}
	stopServing := h.serve(listener)
	defer stopServing()
	if played {
		err = c.welcomeBack(ctx, h, &demo, baseURL)
	} else {
		demo, err = c.play(ctx, h, clock, mail, baseURL)
	}
	if err != nil || c.Once {
		return err
	}
	clock.Release()
	return c.stay(ctx, h, cluster, demo)
}

// prepare gives the demo its database, of this program's schema.
func (c demoCommand) prepare(ctx context.Context, cluster *postgres.Cluster, played bool) error {
	if !played {
		// A story that was cut short is begun again: its database holds demo data only.
		if err := cluster.DropDatabase(ctx, demoDatabase); err != nil {
			return err
		}
	}
	if err := cluster.CreateDatabase(ctx, demoDatabase); err != nil {
		return err
	}
	if _, err := postgres.Migrate(ctx, cluster.DSN("postgres", demoDatabase), migrations.FS); err != nil {
		return err
	}
	return nil
}

// makeKeys makes the receipt key of the demo's log where there is none, and answers its folder.
func (c demoCommand) makeKeys(ctx context.Context, cluster *postgres.Cluster) (folder string, err error) {
	app, err := postgres.Open(ctx, cluster.DSN("recobro_app", demoDatabase))
	if err != nil {
		return "", err
	}
	defer app.Close()
	origin, err := originOf(ctx, app)
	if err != nil {
		return "", err
	}
	folder = filepath.Join(c.Data, "keys", filepath.Base(origin))
	if _, err := os.Stat(filepath.Join(folder, "receipts")); err == nil {
		return folder, nil
	}
	_, err = signer.MakeKey(filepath.Join(folder, "receipts"), format.ReceiptsOf(origin), format.LogKey)
	return folder, err
}

// vouch lets a signer and a witness of the demo's own vouch for its log, and writes the keys to trust. What they sign is on
// the disk first: they would remember more than a database that a power cut threw back.
func (c demoCommand) vouch(ctx context.Context, h *house, cluster *postgres.Cluster) (stop func(), err error) {
	own, stopVouchers, err := ownVouchers(ctx, h.app, c.Data, h.Logger)
	if err != nil {
		return nil, err
	}
	own.LogURL, own.Keys = cluster.DSN("recobro_log", demoDatabase), h.Keys
	h.vouching = own
	receipts, err := own.receiptKey(ctx, h.app)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(c.trustFile(), []byte(own.trust(receipts)), 0o644); err != nil {
		return nil, fmt.Errorf("writing the keys to trust: %w", err)
	}
	if err := h.startLog(ctx); err != nil {
		return nil, err
	}
	return func() { h.stopLog(); stopVouchers() }, nil
}

// play plays the story or the replay to its last day and writes demo.json.
func (c demoCommand) play(ctx context.Context, h *house, clock *simulation.Clock, mail *mailbox.Box, baseURL string) (simulation.Demo, error) {
	on := simulation.House{BaseURL: baseURL, Log: h.log, Worker: h.worker, Clock: clock, Mail: mail, RunDay: h.runDay}
	world, err := c.world(ctx, on, h.law)
	if err != nil {
		return simulation.Demo{}, err
	}
	began := time.Now()
	if err := world.Play(ctx, progressBar(os.Stderr)); err != nil {
		return simulation.Demo{}, err
	}
	fmt.Fprintf(os.Stderr, "\nplayed in %s\n", time.Since(began).Round(100*time.Millisecond))
	if err := world.Report(ctx, os.Stdout); err != nil {
		return simulation.Demo{}, err
	}
	demo := world.Demo()
	demo.TrustKeys = c.trustFile()
	return demo, c.write(demo)
}

func (c demoCommand) world(ctx context.Context, on simulation.House, library *law.Library) (*simulation.World, error) {
	if c.Replay != "" {
		file, err := os.Open(c.Replay)
		if err != nil {
			return nil, fmt.Errorf("opening the receivables file: %w", err)
		}
		defer file.Close()
		invoices, err := simulation.ReadInvoices(file)
		if err != nil {
			return nil, err
		}
		return simulation.Replay(ctx, on, invoices)
	}
	spain, err := library.Pack("ES")
	if err != nil {
		return nil, err
	}
	end := day.In(time.Now(), spain.Zone)
	if covered, open := spain.CoveredTo(law.StatutoryCommercial); !open && covered.Before(end) {
		end = covered
	}
	end = simulation.BusinessDaysBack(end, 1)
	return simulation.Story(ctx, on, c.Seed, c.Cases, simulation.BusinessDaysBack(end, c.Days), end)
}

func (c demoCommand) file() string      { return filepath.Join(c.Data, "demo.json") }
func (c demoCommand) trustFile() string { return filepath.Join(c.Data, "keys.txt") }

// played reads demo.json: it is written when the story is whole.
func (c demoCommand) played() (demo simulation.Demo, ok bool) {
	b, err := os.ReadFile(c.file())
	return demo, err == nil && json.Unmarshal(b, &demo) == nil
}

// write replaces demo.json in one step; only its owner reads it.
func (c demoCommand) write(demo simulation.Demo) error {
	b, err := json.MarshalIndent(demo, "", "  ")
	if err != nil {
		return fmt.Errorf("writing demo.json: %w", err)
	}
	if err := os.WriteFile(c.file()+".new", append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("writing demo.json: %w", err)
	}
	return os.Rename(c.file()+".new", c.file())
}

// welcomeBack renews the sessions of a story that was played before.
func (c demoCommand) welcomeBack(ctx context.Context, h *house, demo *simulation.Demo, baseURL string) error {
	demo.BaseURL, demo.TrustKeys = baseURL, c.trustFile()
	if err := demo.SignInAll(ctx, h.log.DB); err != nil {
		return err
	}
	return c.write(*demo)
}

// stay prints the logins and serves until it is told to stop.
func (c demoCommand) stay(ctx context.Context, h *house, cluster *postgres.Cluster, demo simulation.Demo) error {
	if err := cluster.Announce(demo.BaseURL); err != nil {
		return err
	}
	fmt.Printf("\nlogins (all in %s):\n", c.file())
	for _, u := range demo.Users {
		fmt.Printf("  %-14s %-34s %s   code secret %s\n", u.Role, u.Email, u.Password, u.TOTPSecret)
	}
	fmt.Printf("\nrecobro: ready on %s\n", demo.BaseURL)
	h.stopWork()
	if err := h.startWork(ctx, jobs.Steady); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// quiet keeps the terminal for the visitor: only what went wrong is printed.
func quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
}

// startOrFind starts the private PostgreSQL. When another demo runs on the same data it waits until that one is ready, prints
// its address and returns no cluster.
func (c demoCommand) startOrFind(ctx context.Context) (*postgres.Cluster, error) {
	for {
		cluster, err := postgres.Start(ctx, postgres.Options{Data: c.Data, Log: say})
		var owned *postgres.Owned
		if !errors.As(err, &owned) {
			return cluster, err
		}
		if owned.Says != "" {
			fmt.Println("recobro: already running on", owned.Says)
			return nil, nil
		}
		select {
		case <-ctx.Done():
			return nil, owned
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// hasty lets a commit return before the disk has it: after a power cut the demo may lack its last second, never half of one.
func hasty(dsn string) string { return dsn + " synchronous_commit=off" }

func say(text string) { fmt.Fprintln(os.Stderr, text) }

// progressBar draws the calendar as it is played.
func progressBar(out io.Writer) func(done, total int) {
	const width = 40
	return func(done, total int) {
		filled := done * width / total
		fmt.Fprintf(out, "\r[%-*s] %d/%d días", width, bar[:filled], done, total)
	}
}

const bar = "########################################"
