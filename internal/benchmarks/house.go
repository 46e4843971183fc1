package benchmarks

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/lib/pq"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/intake"
	"recobro/internal/jobs/outbox"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/web"
	"recobro/migrations"
	packs "recobro/policies/law"
)

// bench is one run. The house is founded when the first row needs it.
type bench struct {
	size     Size
	progress io.Writer
	row      string
	house    *house
	cleanUp  []func()
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.progress, "%s: %s\n", b.row, fmt.Sprintf(format, args...))
}

// close undoes in reverse order.
func (b *bench) close() {
	for i := len(b.cleanUp) - 1; i >= 0; i-- {
		b.cleanUp[i]()
	}
}

func (b *bench) later(undo func()) { b.cleanUp = append(b.cleanUp, undo) }

// house is a firm with one client on a private PostgreSQL, served as in production.
type house struct {
	cluster *postgres.Cluster
	app     *postgres.DB
	log     *evidence.Log
	law     *law.Library
	job     evidence.Actor
	client  clients.Client
	key     string // the client's API key
	addr    string // of the server
	super   *sql.DB
}

const (
	oursDatabase  = "ours"
	floorDatabase = "floor"
)

// opened is the business day of every measurement, so that runs of different days do the same work.
func opened() time.Time { return time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC) }

// found starts the house at first, and answers the same one later. Nothing is forced to disk, for neither side: a ratio in
// which both wait for the same disk would flatter us.
func (b *bench) found(ctx context.Context) (*house, error) {
	if b.house != nil {
		return b.house, nil
	}
	b.say("starting a private PostgreSQL")
	data, err := os.MkdirTemp("", "recobro-bench-")
	if err != nil {
		return nil, fmt.Errorf("making the folder of the measurement: %w", err)
	}
	b.later(func() { _ = os.RemoveAll(data) })
	if err := os.Chmod(data, 0o711); err != nil { // another user runs PostgreSQL when this runs as root
		return nil, fmt.Errorf("opening the folder of the measurement: %w", err)
	}
	cluster, err := postgres.Start(ctx, postgres.Options{Data: data, Fast: true, Log: func(s string) { b.say("%s", s) }})
	if err != nil {
		return nil, err
	}
	b.later(cluster.Stop)
	h := &house{cluster: cluster}
	for _, name := range []string{oursDatabase, floorDatabase} {
		if err := cluster.CreateDatabase(ctx, name); err != nil {
			return nil, err
		}
		if _, err := postgres.Migrate(ctx, cluster.DSN("postgres", name), migrations.FS); err != nil {
			return nil, err
		}
	}
	if h.super, err = b.open(cluster.DSN("postgres", oursDatabase)); err != nil {
		return nil, err
	}
	if err := b.hire(ctx, h); err != nil {
		return nil, err
	}
	if err := b.serve(h, data); err != nil {
		return nil, err
	}
	b.house = h
	return h, nil
}

// open reaches a database past the product's own doors.
func (b *bench) open(dsn string) (*sql.DB, error) {
	connector, err := pq.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("reading the address of a floor: %w", err)
	}
	db := sql.OpenDB(connector)
	b.later(func() { _ = db.Close() })
	return db, nil
}

// hire sets up the firm, its people and its client by the actions an installation uses.
func (b *bench) hire(ctx context.Context, h *house) error {
	var err error
	if h.app, err = postgres.Open(ctx, h.cluster.DSN("recobro_app", oursDatabase)); err != nil {
		return err
	}
	b.later(func() { _ = h.app.Close() })
	worker, err := postgres.Open(ctx, h.cluster.DSN("recobro_worker", oursDatabase))
	if err != nil {
		return err
	}
	b.later(func() { _ = worker.Close() })
	if h.law, err = law.Load(packs.FS); err != nil {
		return err
	}
	jobs, err := outbox.Open(nil)
	if err != nil {
		return err
	}
	h.log = &evidence.Log{DB: h.app, Now: opened, Build: "bench", Policy: fmt.Sprintf("%x", access.Rules().Hash()), Jobs: jobs}
	if h.job, err = access.OpenJob(ctx, worker, "bench", nil, time.Hour); err != nil {
		return err
	}
	team, err := h.people(ctx)
	if err != nil {
		return err
	}
	h.client, err = clients.Add(ctx, h.log, h.job, clients.Client{Name: "Suministros Zafirel, S.A.", TaxID: law.MakeTaxID("ES", law.Company, 1), Country: "ES",
		Street: "Calle del Telar 14", PostalCode: "00001", City: "Valdemiel", Email: "cobros@zafirel.example", Currency: money.EUR, Language: "es", TeamID: team},
		clients.Mandate{SignedOn: day.Of(2025, 1, 15), MaxMonths: 6})
	if err != nil {
		return err
	}
	key, err := access.AddAPIKey(ctx, h.log, h.job, access.NewKey{ClientID: h.client.ID, Name: "ERP", Scopes: access.Scopes()})
	h.key = key.Key
	return err
}

func (h *house) people(ctx context.Context) (team int64, err error) {
	iban, err := money.MakeIBANES("9999", "0001", "0000000412") // no bank has this code
	if err != nil {
		return 0, fmt.Errorf("making the firm's account: %w", err)
	}
	err = clients.SetFirm(ctx, h.log, h.job, clients.Firm{Name: "Cardoalto Abogados, S.L.P.", TaxID: law.MakeTaxID("ES", law.Company, 406), Street: "Calle de la Encina 8",
		PostalCode: "00001", City: "Valdemiel", Country: "ES", Email: "recobro@cardoalto.example", ClientAccountIBAN: iban, BaseURL: "https://recobro.example"})
	if err != nil {
		return 0, err
	}
	if team, err = clients.AddTeam(ctx, h.app, h.job, "Norte"); err != nil {
		return 0, err
	}
	for _, u := range []access.User{
		{Name: "Irene Valdelomar", Email: "irene@cardoalto.example", Role: access.Lawyer, BarNumber: "ICA-F 10412"},
		{Name: "Bruno Castrelo", Email: "bruno@cardoalto.example", Role: access.Paralegal},
	} {
		u.TeamIDs, u.Language = []int64{team}, "es"
		if _, err := access.AddUser(ctx, h.log, h.job, u, "Castaño-Pértiga-41-nube"); err != nil {
			return 0, err
		}
	}
	return team, nil
}

// serve listens on a loopback port with the server of production, its access log written to a file.
func (b *bench) serve(h *house, data string) error {
	store, err := documents.OpenStore(filepath.Join(data, "files"))
	if err != nil {
		return err
	}
	accessLog, err := os.Create(filepath.Join(data, "access.log"))
	if err != nil {
		return fmt.Errorf("making the access log: %w", err)
	}
	b.later(func() { _ = accessLog.Close() })
	papers := &documents.Desk{Log: h.log, Law: h.law, Store: store}
	server, err := web.New(web.Deps{Rates: web.Rates{Caller: web.Rate{PerSecond: 1e6, Burst: 1e6}, Address: web.Rate{PerSecond: 1e6, Burst: 1e6}}, Log: h.log, Law: h.law, Now: opened, Logger: slog.New(slog.NewJSONHandler(accessLog, nil)), Documents: papers,
		Cases: &cases.Desk{Log: h.log, Law: h.law}, Intake: &intake.Desk{Log: h.log, Law: h.law, Book: &ledger.Book{Law: h.law}, Documents: papers}})
	if err != nil {
		return err
	}
	h.addr, err = b.listen(server.HTTPServer(""))
	return err
}

// listen serves on a free loopback port until the run ends.
func (b *bench) listen(server *http.Server) (addr string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listening: %w", err)
	}
	go func() { _ = server.Serve(listener) }() // ends with Close
	b.later(func() { _ = server.Close() })
	return listener.Addr().String(), nil
}
