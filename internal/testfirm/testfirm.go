// Package testfirm is the law firm that tests share: people of every role, two client companies with mandates, and cases on
// request, on a database of the test's own. The rule: everybody in it is fictional, and everything that it does goes through
// the actions the product itself uses, except that its people skip the slow password hash.
package testfirm

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/gazette"
	"recobro/internal/jobs/outbox"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/testdb"
	lawpolicy "recobro/policies/law"
)

// Password and TOTPSecret are everybody's in the firm, for tests that sign in by the page.
const (
	Password   = "Castaño-Pértiga-41-nube"
	TOTPSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

// confirmed are the unverified legal facts that this firm's lawyers answer for, besides every rate of a secondary source.
var confirmed = []string{"mx.allocation", "cl.agreed_cap"}

// Firm is the fixture. The persons are signed in; Job is Recobro itself with the whole firm in reach.
type Firm struct {
	T     testing.TB
	DB    *testdb.DB
	Log   *evidence.Log // the App pool, on Clock
	Clock *Clock
	Law   *law.Library
	Team  int64

	Job                                                         evidence.Actor
	Lawyer, Lawyer2, Paralegal, Supervisor, Finance, DPO, Admin evidence.Actor
	ClientA, ClientB                                            clients.Client // ES in EUR; MX in MXN
	ClientAdminA, ClientAdminB, KeyA, KeyB                      evidence.Actor
	serial                                                      uint64
}

// Clock is the business time of the test; it stands still until it is moved.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Madrid is the zone of the firm.
var Madrid = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		panic(err)
	}
	return zone
}()

// Now reads the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Set moves the clock to an instant.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// On moves the clock to nine in the morning of a day in Madrid.
func (c *Clock) On(d day.Date) { c.Set(time.Date(d.Year, d.Month, d.Day, 9, 0, 0, 0, Madrid)) }

// AddDays moves the clock by calendar days.
func (c *Clock) AddDays(n int) { c.Set(c.Now().In(Madrid).AddDate(0, 0, n)) }

// Today is the day in Madrid.
func (c *Clock) Today() day.Date { return day.In(c.Now(), Madrid) }

// office is a firm that is founded once in a test process; each test gets a copy of it.
type office struct {
	template testdb.Template
	firm     Firm // as it was left; the copies take their people, clients and law from it
}

// The firm before any of its lawyers looked at a rate, and with every rate of a secondary source ticked.
var unticked, ticked office

func init() {
	unticked.template.Fill = func(t testing.TB, db *testdb.DB) {
		library, err := law.Load(lawpolicy.FS)
		unticked.firm = Firm{Law: library}
		f := unticked.copy(t, db)
		f.must(err)
		f.Job, err = access.OpenJob(t.Context(), db.Worker, "test", nil, 24*time.Hour)
		f.must(err)
		f.found(t.Context())
		unticked.firm = *f
	}
	ticked.template.Base = &unticked.template
	ticked.template.Fill = func(t testing.TB, db *testdb.DB) {
		f := unticked.copy(t, db)
		f.tick(t.Context())
		ticked.firm = *f
	}
}

// copy is the firm on a database that was filled with it, in a time of its own.
func (o *office) copy(t testing.TB, db *testdb.DB) *Firm {
	t.Helper()
	f := o.firm
	f.T, f.DB, f.Clock = t, db, &Clock{}
	f.Clock.On(day.Of(2026, 3, 2))
	jobs, err := outbox.Open(nil)
	f.must(err)
	f.Log = &evidence.Log{DB: db.App, Now: f.Clock.Now, Build: "test", Policy: fmt.Sprintf("%x", access.Rules().Hash()), Jobs: jobs}
	f.Law, err = f.Law.Confirm() // a shelf that no other test changes
	f.must(err)
	return &f
}

// New is the firm on 2 March 2026, nine in the morning in Madrid. Its lawyers have ticked every rate of a secondary source.
func New(t testing.TB) *Firm {
	t.Helper()
	db := ticked.template.New(t)
	return ticked.copy(t, db)
}

// Unticked is the same firm before any of its lawyers looked at a rate.
func Unticked(t testing.TB) *Firm {
	t.Helper()
	db := unticked.template.New(t)
	return unticked.copy(t, db)
}

func (f *Firm) must(err error) {
	f.T.Helper()
	if err != nil {
		f.T.Fatalf("founding the test firm: %v", err)
	}
}

func (f *Firm) found(ctx context.Context) {
	f.T.Helper()
	iban, err := money.MakeIBANES("9999", "0001", "0000000412")
	f.must(err)
	f.must(clients.SetFirm(ctx, f.Log, f.Job, clients.Firm{Name: "Bufete Quimera Ficticio, S.L.P.", TaxID: law.MakeTaxID("ES", law.Company, 9_000_001), Street: "Plaza del Olmo 3",
		PostalCode: "00001", City: "Valdemiel", Country: "ES", Email: "despacho@quimera.example", Phone: "+34 600 000 000", ClientAccountIBAN: iban,
		BaseURL: "https://recobro.example", Registry: "Registro Mercantil de Valdemiel, hoja V-412"}))
	f.Team, err = clients.AddTeam(ctx, f.DB.App, f.Job, "Equipo Norte")
	f.must(err)
	f.ClientA = f.AddClient(clients.Client{Name: "Suministros Zafirel, S.A.", Country: "ES", City: "Valdemiel", Currency: money.EUR})
	f.ClientB = f.AddClient(clients.Client{Name: "Comercializadora Ocotepal, S.A. de C.V.", Country: "MX", City: "Ocotepal", Currency: money.MXN})
	people := []struct {
		actor  *evidence.Actor
		role   access.Role
		name   string
		client *uuid.UUID
	}{
		{&f.Lawyer, access.Lawyer, "Irene Valdelomar", nil}, {&f.Paralegal, access.Paralegal, "Bruno Castrelo", nil},
		{&f.Lawyer2, access.Lawyer, "Gadea Pradeira", nil}, {&f.Supervisor, access.Supervisor, "Noa Ferreirín", nil},
		{&f.Finance, access.Finance, "Telmo Arizcuren", nil}, {&f.DPO, access.DPO, "Aldara Quintián", nil},
		{&f.Admin, access.Admin, "Ximena Robledal", nil}, {&f.ClientAdminA, access.ClientAdmin, "Leandro Zafirel", &f.ClientA.ID},
		{&f.ClientAdminB, access.ClientAdmin, "Rocío Ocotepal", &f.ClientB.ID},
	}
	for _, p := range people {
		*p.actor = f.AddPerson(p.name, p.role, p.client)
	}
	f.confirm(ctx)
	for _, k := range []struct {
		actor  *evidence.Actor
		client uuid.UUID
	}{{&f.KeyA, f.ClientA.ID}, {&f.KeyB, f.ClientB.ID}} {
		key, err := access.AddAPIKey(ctx, f.Log, f.Job, access.NewKey{ClientID: k.client, Name: "ERP", Scopes: access.Scopes()})
		f.must(err)
		*k.actor, err = access.Identify(ctx, f.DB.App, postgres.Identity(key.Key))
		f.must(err)
	}
}

// confirm lets a lawyer answer for the unverified facts that the tests count on.
func (f *Firm) confirm(ctx context.Context) {
	f.T.Helper()
	_, err := (&gazette.Desk{Log: f.Log, Law: f.Law}).Confirm(ctx, f.Lawyer, confirmed, "")
	f.must(err)
}

// tick lets a lawyer answer for every rate that waits for it.
func (f *Firm) tick(ctx context.Context) {
	f.T.Helper()
	var rates []string
	for _, code := range f.Law.Codes() {
		pack, err := f.Law.Pack(code)
		f.must(err)
		rates = append(rates, gazette.Awaiting(pack, law.ChangeTick)...)
	}
	_, err := (&gazette.Desk{Log: f.Log, Law: f.Law}).Tick(ctx, f.Lawyer, rates, "")
	f.must(err)
}

// AddClient takes on one more client company; tax id, address, language, account and team are filled in where they are empty.
func (f *Firm) AddClient(c clients.Client) clients.Client {
	f.T.Helper()
	n := f.next()
	if c.TaxID == "" {
		c.TaxID = law.MakeTaxID(c.Country, law.Company, 8_000_000+n)
	}
	if c.AccountIBAN == "" && c.Country == "ES" {
		var err error
		c.AccountIBAN, err = money.MakeIBANES("9999", "0002", fmt.Sprintf("%010d", n))
		f.must(err)
	}
	c.Street, c.PostalCode, c.Email, c.Language, c.TeamID = "Calle Inventada 1", "00002", fmt.Sprintf("cobros%d@cliente.example", n), "es", f.Team
	added, err := clients.Add(context.Background(), f.Log, f.Job, c, clients.Mandate{SignedOn: day.Of(2025, 1, 15), MaxDiscountPrincipalBP: 1000,
		MaxDiscountInterestBP: 10000, MaxMonths: 6, MinInstalmentMinor: 100_00})
	f.must(err)
	return added
}

func (f *Firm) next() uint64 {
	f.serial++
	return f.serial
}
