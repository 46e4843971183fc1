package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/contact"
	"recobro/internal/court"
	"recobro/internal/custody"
	"recobro/internal/day"
	"recobro/internal/demands"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/evidence/format"
	"recobro/internal/gazette"
	"recobro/internal/intake"
	"recobro/internal/jobs"
	"recobro/internal/jobs/outbox"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/payments"
	"recobro/internal/postgres"
	"recobro/internal/settlements"
	"recobro/internal/statements"
	"recobro/internal/strategy"
	"recobro/internal/web"
	templates "recobro/letters"
	"recobro/policies/collection"
	packs "recobro/policies/law"
)

// databases are the addresses of one database for two of its roles.
type databases struct {
	DatabaseURL string `env:"RECOBRO_DATABASE_URL" required:"" help:"Address of the database for role recobro_app."`
	WorkerURL   string `env:"RECOBRO_WORKER_DATABASE_URL" required:"" help:"Address of the database for role recobro_worker."`
}

func (d databases) open(ctx context.Context) (app, worker *postgres.DB, err error) {
	if app, err = postgres.Open(ctx, d.DatabaseURL); err != nil {
		return nil, nil, err
	}
	worker, err = postgres.Open(ctx, d.WorkerURL)
	return app, worker, err
}

// blobs is where stored files lie.
type blobs struct {
	BlobURL string `env:"RECOBRO_BLOB_URL" required:"" help:"Where stored files lie: file:///absolute/folder."`
}

func (b blobs) folder() (string, error) {
	u, err := url.Parse(b.BlobURL)
	if err != nil || u.Scheme != "file" || !filepath.IsAbs(u.Path) {
		return "", fmt.Errorf("reading RECOBRO_BLOB_URL: want file:///absolute/folder")
	}
	return u.Path, nil
}

func (b blobs) open() (*documents.Store, error) {
	folder, err := b.folder()
	if err != nil {
		return nil, err
	}
	return documents.OpenStore(folder)
}

// newLog is the evidence log on the real clock.
func newLog(app *postgres.DB) *evidence.Log {
	hash := access.Rules().Hash()
	return &evidence.Log{DB: app, Now: time.Now, Policy: fmt.Sprintf("%x", hash), Build: build}
}

// settings are what an installation is made of.
type settings struct {
	App, Worker, River string // addresses of the database for its three roles
	Files              string // folder of the stored files
	SMTP               string // smtp://user:password@host:port, smtp+plain:// without TLS on this machine
	From               string // address that messages come from
	BaseURL            string
	Now                func() time.Time
	FreshFor           time.Duration // how long a factor that was shown counts; the default of web when zero
	Secure             bool
	Proxies            []netip.Prefix // whose X-Forwarded-For is believed
	Rates              web.Rates      // of the API; zero: the usual ones
	Logger             *slog.Logger
	vouching
}

// house is a whole installation in one process.
type house struct {
	settings
	app, worker *postgres.DB
	log         *evidence.Log
	law         *law.Library
	gazette     *gazette.Desk
	seen        func() // writes what is left of the access log
	unfollow    func() // ends the goroutine that follows the gazette
	stopLog     func() // ends the sequencer and the publisher of the log
	store       *documents.Store
	jobs        *jobs.Desk
	runner      *jobs.Runner
	server      *web.Server
}

// openHouse wires every package to its neighbours.
func openHouse(ctx context.Context, s settings) (*house, error) {
	h := &house{settings: s}
	var err error
	if h.app, h.worker, err = (databases{s.App, s.Worker}).open(ctx); err != nil {
		return nil, err
	}
	for _, pool := range []*postgres.DB{h.app, h.worker} {
		if err := pool.RefusePrivileged(ctx); err != nil {
			return nil, err
		}
	}
	if h.store, err = documents.OpenStore(s.Files); err != nil {
		return nil, err
	}
	h.log = newLog(h.app)
	h.log.Now = s.Now
	if h.log.Jobs, err = outbox.Open(s.Logger); err != nil {
		return nil, err
	}
	if h.law, err = law.Load(packs.FS); err != nil {
		return nil, err
	}
	shelf, err := letters.Load(templates.FS)
	if err != nil {
		return nil, err
	}
	plans, err := strategy.Load(collection.FS)
	if err != nil {
		return nil, err
	}
	sender, err := senderOf(s)
	if err != nil {
		return nil, err
	}
	receipts, err := s.receiptKey(ctx, h.app)
	if err != nil {
		return nil, err
	}
	if err := h.wire(shelf, plans, sender, receipts); err != nil {
		return nil, err
	}
	return h, h.follow(ctx)
}

// otherProcesses is how long this one may not know what another has approved.
const otherProcesses = 2 * time.Second

// follow puts what the firm has approved on the shelf of the law, and keeps it there until the house is closed.
func (h *house) follow(ctx context.Context) error {
	who, err := h.jobs.Identity(ctx)
	if err != nil {
		return err
	}
	if err := h.gazette.Refresh(ctx, who); err != nil {
		return err
	}
	ctx, h.unfollow = context.WithCancel(context.WithoutCancel(ctx))
	go h.gazette.Follow(ctx, otherProcesses, h.jobs.Identity)
	return nil
}

// wire makes the desks, from the ledger up to the route table.
func (h *house) wire(shelf *letters.Shelf, plans *strategy.Plans, sender *contact.Sender, receipts *format.Signer) error {
	book := &ledger.Book{Law: h.law}
	files := &documents.Desk{Log: h.log, Law: h.law, Store: h.store}
	file := &cases.Desk{Log: h.log, Law: h.law}
	mail := &contact.Desk{Log: h.log, Law: h.law, Shelf: shelf, Book: book, Sender: sender}
	deals := &settlements.Desk{Log: h.log, Law: h.law, Book: book, Shelf: shelf, Store: h.store}
	suits := &court.Desk{Log: h.log, Law: h.law, Shelf: shelf, Book: book, Documents: files}
	plan := &strategy.Desk{Log: h.log, Law: h.law, Plans: plans}
	h.gazette = &gazette.Desk{Log: h.log, Law: h.law, Logger: h.Logger}
	h.gazette.Identity = func(ctx context.Context) (evidence.Actor, error) { return h.jobs.Identity(ctx) }
	h.jobs = &jobs.Desk{Worker: h.worker, Log: h.log, Cases: file, Contact: mail, Settlements: deals, Court: suits, Gazette: h.gazette, Logger: h.Logger, Strategy: plan}
	names, err := hostsOf(h.BaseURL)
	if err != nil {
		return err
	}
	keeper := &custody.Keeper{Log: h.log, Identity: h.jobs.Identity, Logger: h.Logger}
	h.seen = keeper.Start()
	h.server, err = web.New(web.Deps{Custody: keeper, Log: h.log, Law: h.law, Cases: file, Documents: files, Contact: mail, Settlements: deals, Court: suits,
		Statements: &statements.Desk{Law: h.law, Shelf: shelf, Book: book, Now: h.Now},
		Payments:   &payments.Desk{Log: h.log, Law: h.law, Book: book, Settlements: deals},
		Demands:    &demands.Desk{Log: h.log, Law: h.law, Shelf: shelf, Book: book, Documents: files},
		Intake:     &intake.Desk{Log: h.log, Law: h.law, Book: book, Documents: files, Receipts: receipts},
		Strategy:   plan, Gazette: h.gazette, Now: h.Now, Secure: h.Secure, FreshFor: h.FreshFor, BaseURL: h.BaseURL, Hosts: names, Proxies: h.Proxies, Rates: h.Rates, Logger: h.Logger,
		People: &access.Desk{Log: h.log, Identity: h.jobs.Identity}})
	return err
}

// hostsOf is the name that people open.
func hostsOf(baseURL string) ([]string, error) {
	u, err := url.Parse(baseURL)
	if err != nil || u.Hostname() == "" {
		return nil, fmt.Errorf("reading RECOBRO_BASE_URL: want https://name")
	}
	return []string{u.Hostname()}, nil
}

// senderOf reads the address of the mail server.
func senderOf(s settings) (*contact.Sender, error) {
	u, err := url.Parse(s.SMTP)
	if err != nil || u.Host == "" || (u.Scheme != "smtp" && u.Scheme != "smtp+plain") {
		return nil, fmt.Errorf("reading RECOBRO_SMTP_URL: want smtp://user:password@host:port, or smtp+plain://host:port on this machine")
	}
	password, _ := u.User.Password()
	return &contact.Sender{Addr: u.Host, Username: u.User.Username(), Password: password, Plain: u.Scheme == "smtp+plain", From: s.From}, nil
}

// serve answers on the listener until the returned function is called.
func (h *house) serve(listener net.Listener) (stop func()) {
	server := h.server.HTTPServer(listener.Addr().String())
	go func() {
		if err := server.Serve(listener); err != nil && err != http.ErrServerClosed {
			h.Logger.Error("serving", "error", err)
		}
	}()
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), 25*time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			h.Logger.Error("closing the server", "error", err)
		}
	}
}

// startWork begins to work the jobs at a pace.
func (h *house) startWork(ctx context.Context, pace jobs.Pace) (err error) {
	h.runner, err = h.jobs.Start(context.WithoutCancel(ctx), h.River, pace)
	return err
}

// stopWork lets running jobs finish.
func (h *house) stopWork() {
	if h.runner == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 25*time.Second)
	defer cancel()
	if err := h.runner.Stop(ctx); err != nil {
		h.Logger.Error("stopping the workers", "error", err)
	}
	h.runner = nil
}

// runDay is one business day to its end, messages included.
func (h *house) runDay(ctx context.Context, today day.Date) error {
	course, err := h.jobs.Daily(ctx, today)
	if err != nil {
		return err
	}
	if course.Failed > 0 {
		return fmt.Errorf("running the day %s: %d actions failed; the log of the program says which", today, course.Failed)
	}
	return h.runner.Drain(ctx)
}

// close ends the work and the connections.
func (h *house) close() {
	if h.stopLog != nil {
		h.stopLog()
	}
	h.stopWork()
	if h.seen != nil {
		h.seen()
	}
	if h.unfollow != nil {
		h.unfollow()
	}
	_ = h.store.Close()
	_ = h.worker.Close()
	_ = h.app.Close()
}

// production is the configuration of serve and worker, from the environment or flags.
type production struct {
	databases
	blobs
	RiverURL string `env:"RECOBRO_RIVER_DATABASE_URL" required:"" help:"Address of the database for role recobro_river."`
	SMTPURL  string `env:"RECOBRO_SMTP_URL" required:"" help:"smtp://user:password@host:port"`
	MailFrom string `env:"RECOBRO_MAIL_FROM" required:"" help:"Address that messages to debtors come from."`
	BaseURL  string `env:"RECOBRO_BASE_URL" required:"" help:"Address that people open, https://…"`
	vouching

	TrustedProxies []netip.Prefix `env:"RECOBRO_TRUSTED_PROXIES" help:"Networks of the proxies in front, such as 10.0.0.0/24: only their X-Forwarded-For is believed."`
}

// open wires the house on the real clock, once the firm has said who it is.
func (p production) open(ctx context.Context) (*house, error) {
	folder, err := p.blobs.folder()
	if err != nil {
		return nil, err
	}
	app, worker, err := p.databases.open(ctx)
	if err != nil {
		return nil, err
	}
	_, err = firmOf(ctx, app, worker)
	_ = app.Close()
	_ = worker.Close()
	if err != nil {
		return nil, err
	}
	return openHouse(ctx, settings{App: p.DatabaseURL, Worker: p.WorkerURL, River: p.RiverURL, Files: folder, SMTP: p.SMTPURL, From: p.MailFrom,
		BaseURL: p.BaseURL, Now: time.Now, Secure: true, Proxies: p.TrustedProxies, vouching: p.vouching, Logger: slog.New(slog.NewJSONHandler(os.Stdout, nil))})
}

func firmOf(ctx context.Context, app, worker *postgres.DB) (firm clients.Firm, err error) {
	job, err := access.OpenJob(ctx, worker, "recobro start", nil, time.Minute)
	if err != nil {
		return firm, err
	}
	err = app.View(ctx, job.Token, func(tx *postgres.Tx) (err error) {
		firm, err = clients.FirmOf(tx)
		return err
	})
	return firm, err
}

type serveCommand struct {
	production
	Addr     string `env:"RECOBRO_ADDR" default:"127.0.0.1:8080" help:"Where to listen; a proxy in front speaks TLS."`
	NoWorker bool   `env:"RECOBRO_NO_WORKER" help:"Leave the jobs to recobro worker."`
}

// Run serves until it is told to stop.
func (c serveCommand) Run(ctx context.Context) error {
	h, err := c.production.open(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", c.Addr, err)
	}
	if !c.NoWorker {
		if err := h.startWork(ctx, jobs.Steady); err != nil {
			return err
		}
		if err := h.startLog(ctx); err != nil {
			return err
		}
	}
	stop := h.serve(listener)
	defer stop()
	h.Logger.Info("ready", "addr", listener.Addr().String())
	<-ctx.Done()
	return nil
}

type workerCommand struct{ production }

// Run works the jobs until it is told to stop.
func (c workerCommand) Run(ctx context.Context) error {
	h, err := c.production.open(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	if err := h.startWork(ctx, jobs.Steady); err != nil {
		return err
	}
	if err := h.startLog(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
