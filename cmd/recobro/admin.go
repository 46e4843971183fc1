package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/gazette"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/migrations"
	packs "recobro/policies/law"
)

type migrateCommand struct {
	DatabaseURL string `env:"RECOBRO_MIGRATE_DATABASE_URL" required:"" help:"Address of the database for a role that may create roles and schemas."`
}

// Run migrates and says what ran.
func (c migrateCommand) Run(ctx context.Context) error {
	ran, err := postgres.Migrate(ctx, c.DatabaseURL, migrations.FS)
	for _, name := range ran {
		fmt.Println("migrated", name)
	}
	if err == nil && len(ran) == 0 {
		fmt.Println("nothing to migrate")
	}
	return err
}

type firmCommand struct {
	databases
	Name       string `required:""`
	TaxID      string `required:""`
	Registry   string `help:"Bar or registry line under the letterhead."`
	Street     string `required:""`
	PostalCode string `required:""`
	City       string `required:""`
	Country    string `required:"" help:"ISO code of two letters."`
	Email      string `required:""`
	Phone      string
	IBAN       string   `required:"" name:"client-account" help:"Account for clients' money."`
	BaseURL    string   `env:"RECOBRO_BASE_URL" required:"" help:"Address that people open, https://…"`
	Confirm    []string `help:"Ids of legal facts without a read source that the firm's lawyers answer for."`
	TermDays   int      `default:"30" help:"Days that a formal demand gives, where the law sets none."`
}

// Run writes the firm's own data; running it again changes them, and the log keeps both.
func (c firmCommand) Run(ctx context.Context) error {
	app, worker, err := c.open(ctx)
	if err != nil {
		return err
	}
	job, err := access.OpenJob(ctx, worker, "recobro firm", nil, 10*time.Minute)
	if err != nil {
		return err
	}
	err = clients.SetFirm(ctx, newLog(app), job, clients.Firm{Name: c.Name, TaxID: c.TaxID, Registry: c.Registry, Street: c.Street, PostalCode: c.PostalCode,
		City: c.City, Country: c.Country, Email: c.Email, Phone: c.Phone, ClientAccountIBAN: c.IBAN, BaseURL: c.BaseURL, DemandTermDays: c.TermDays})
	if err != nil || len(c.Confirm) == 0 {
		return err
	}
	return confirmFacts(ctx, newLog(app), job, c.Confirm)
}

// confirmFacts records that the firm's lawyers vouch for unverified facts; for those that they already vouched for, nothing.
func confirmFacts(ctx context.Context, log *evidence.Log, job evidence.Actor, facts []string) error {
	library, err := law.Load(packs.FS)
	if err != nil {
		return err
	}
	_, err = (&gazette.Desk{Log: log, Law: library}).Confirm(ctx, job, facts, "recobro firm --confirm")
	if errors.Is(err, gazette.ErrVouched) {
		return nil
	}
	return err
}

type userCommand struct {
	Add addUser `cmd:"" help:"Add a person. The password is read from standard input."`
}

type addUser struct {
	databases
	Email  string      `arg:""`
	Name   string      `arg:""`
	Role   string      `arg:"" help:"admin, lawyer, paralegal, supervisor, finance, dpo, client_admin or client_viewer"`
	Team   string      `help:"Team of the firm; made when it is new."`
	Client []uuid.UUID `help:"Client companies, for the people of a client."`
	Bar    string      `help:"A lawyer's number at the bar."`
	Invite bool        `help:"Print a one-time link, good for 48 hours, with which the person chooses password and second factor; no password is read."`
}

// Run adds the user and prints the TOTP secret once.
func (c addUser) Run(ctx context.Context) error {
	app, worker, err := c.open(ctx)
	if err != nil {
		return err
	}
	if c.Invite {
		return c.invite(ctx, app, worker)
	}
	fmt.Fprint(os.Stderr, "password: ")
	password, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && password == "" {
		return fmt.Errorf("reading the password: %w", err)
	}
	job, err := access.OpenJob(ctx, worker, "recobro user", nil, 10*time.Minute)
	if err != nil {
		return err
	}
	u, err := c.user(ctx, app, job)
	if err != nil {
		return err
	}
	made, err := access.AddUser(ctx, newLog(app), job, u, strings.TrimRight(password, "\r\n"))
	if err != nil {
		return err
	}
	fmt.Printf("user %s\none-time code secret, shown only now: %s\n", made.ID, made.TOTPSecret)
	return nil
}

// user is the person as the flags say; a new team is made.
func (c addUser) user(ctx context.Context, app *postgres.DB, job evidence.Actor) (access.User, error) {
	u := access.User{Email: c.Email, Name: c.Name, Role: access.Role(c.Role), BarNumber: c.Bar, ClientIDs: c.Client}
	if c.Team == "" {
		return u, nil
	}
	id, err := clients.AddTeam(ctx, app, job, c.Team)
	u.TeamIDs = []int64{id}
	return u, err
}

// invite adds the person without a password and prints the link.
func (c addUser) invite(ctx context.Context, app, worker *postgres.DB) error {
	job, err := access.OpenJob(ctx, worker, "recobro user", nil, 10*time.Minute)
	if err != nil {
		return err
	}
	firm, err := firmOf(ctx, app, worker)
	if err != nil {
		return err
	}
	u, err := c.user(ctx, app, job)
	if err != nil {
		return err
	}
	made, link, err := (&access.Desk{Log: newLog(app)}).Invite(ctx, job, u, false)
	if err != nil {
		return err
	}
	var token string
	err = app.Write(ctx, job.Token, func(tx *postgres.Tx) (err error) {
		token, err = access.WriteLink(tx, link)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Printf("user %s\nlink, good once for 48 hours: %s/in/%s\n", made.ID, strings.TrimSuffix(firm.BaseURL, "/"), token)
	return nil
}

type clientCommand struct {
	Add addClient `cmd:"" help:"Take a client company on, with a first mandate that grants nothing beyond full payment."`
	Key addKey    `cmd:"" help:"Make an API key for a client's system."`
}

type addClient struct {
	databases
	Name       string `arg:""`
	TaxID      string `arg:""`
	Country    string `arg:""`
	Currency   string `arg:""`
	Email      string `arg:""`
	Team       string `required:"" help:"The team that works for this client."`
	Street     string `required:""`
	PostalCode string `required:""`
	City       string `required:""`
	SignedOn   string `required:"" help:"Day the mandate was signed, YYYY-MM-DD."`
}

// Run adds the client and prints its id.
func (c addClient) Run(ctx context.Context) error {
	signed, err := day.Parse(c.SignedOn)
	if err != nil {
		return fmt.Errorf("reading --signed-on: %w", err)
	}
	app, worker, err := c.open(ctx)
	if err != nil {
		return err
	}
	job, err := access.OpenJob(ctx, worker, "recobro client", nil, 10*time.Minute)
	if err != nil {
		return err
	}
	team, err := clients.AddTeam(ctx, app, job, c.Team)
	if err != nil {
		return err
	}
	made, err := clients.Add(ctx, newLog(app), job, clients.Client{Name: c.Name, TaxID: c.TaxID, Country: c.Country, Currency: money.Currency(c.Currency),
		Email: c.Email, Street: c.Street, PostalCode: c.PostalCode, City: c.City, Language: "es", TeamID: team}, clients.Mandate{SignedOn: signed})
	if err != nil {
		return err
	}
	fmt.Println("client", made.ID)
	return nil
}

type addKey struct {
	databases
	Client uuid.UUID `arg:""`
	Name   string    `arg:"" help:"What the key is for, such as ERP."`
}

// Run makes the key and prints it once.
func (c addKey) Run(ctx context.Context) error {
	app, worker, err := c.open(ctx)
	if err != nil {
		return err
	}
	job, err := access.OpenJob(ctx, worker, "recobro client", nil, 10*time.Minute)
	if err != nil {
		return err
	}
	key, err := access.AddAPIKey(ctx, newLog(app), job, access.NewKey{ClientID: c.Client, Name: c.Name, Scopes: access.Scopes()})
	if err != nil {
		return err
	}
	fmt.Println("API key, shown only now:", key.Key)
	return nil
}

type verifyCommand struct {
	databases
	blobs
	Since string `type:"path" help:"File kept outside the database with the newest tree seen: the log must begin with it. Only what is new is read. Written anew when all holds."`
	Full  bool   `help:"With --since: re-read everything nonetheless."`
	Trust string `type:"existingfile" help:"File of trusted keys: the checkpoints must be signed by the log's, and what its witnesses cosigned must hold."`
}

var errLogBroken = errors.New("the log or a stored file does not hold")

// Run re-checks everything and prints each finding.
func (c verifyCommand) Run(ctx context.Context) error {
	app, worker, err := c.databases.open(ctx)
	if err != nil {
		return err
	}
	store, err := c.blobs.open()
	if err != nil {
		return err
	}
	log := newLog(app)
	if c.Full || c.Since == "" {
		if err := verify(ctx, os.Stdout, log, worker, store.Check); err != nil {
			return err
		}
	}
	return c.tree(ctx, os.Stdout, log, worker)
}

// verify re-reads log and files, prints each finding to out, and ends with errLogBroken when there is one.
func verify(ctx context.Context, out io.Writer, log *evidence.Log, worker *postgres.DB, stored evidence.StoredFile) error {
	job, err := access.OpenJob(ctx, worker, "recobro verify", nil, time.Hour)
	if err != nil {
		return err
	}
	report, err := log.Verify(ctx, job, stored, func(n int) { fmt.Fprintf(os.Stderr, "\r%d events checked", n) })
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return err
	}
	for _, f := range report.Findings {
		fmt.Fprintln(out, f)
	}
	fmt.Fprintf(out, "%d events in %d chains, %d openings, %d files: %d findings\n", report.Events, report.Chains, report.Openings, report.Attachments, len(report.Findings))
	if len(report.Findings) > 0 {
		return errLogBroken
	}
	return nil
}
