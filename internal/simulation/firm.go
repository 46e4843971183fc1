// Package simulation plays a plausible firm on a seeded calendar: creditors hand debts over, the firm works, debtors pay,
// promise, dispute, bounce or stay silent. The rule: it acts only as people and systems do, through the public API and real
// SMTP; it never writes a row itself.
package simulation

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"recobro/internal/access"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/postgres"
)

// Demo is what the demo tells its visitor in demo.json: where it is and how to come in. Demo data only.
type Demo struct {
	BaseURL     string       `json:"base_url"`
	Users       []Login      `json:"users"`
	Clients     []ClientPass `json:"clients"`
	DebtorLinks []string     `json:"debtor_links"`
	TrustKeys   string       `json:"trust_keys"`
}

// Login is one person of the demo.
type Login struct {
	Email      string `json:"email"`
	Name       string `json:"name"`
	Password   string `json:"password"`
	TOTPSecret string `json:"totp_secret"`
	Role       string `json:"role"`
	Team       string `json:"team,omitempty"`
	Token      string `json:"token"` // a session for the API; renewed at every start of the demo
}

// ClientPass is one creditor company of the demo with the key of its system.
type ClientPass struct {
	ID     uuid.UUID `json:"id"`
	Name   string    `json:"name"`
	APIKey string    `json:"api_key"`
}

// staff of the fictional firm; every paralegal and supervisor belongs to one team.
var staff = []struct {
	name, email string
	role        access.Role
	team        string
	bar         string
}{
	{"Irene Valdelomar", "irene@cardoalto.example", access.Lawyer, "Madrid", "ICA-F 10412"},
	{"Gonzalo Pradeira", "gonzalo@cardoalto.example", access.Lawyer, "Madrid", "ICA-F 10977"},
	{"Noelia Roblavieja", "noelia@cardoalto.example", access.Lawyer, "Norte", "ICA-F 11020"},
	{"Joaquín Sendarrubia", "joaquin@cardoalto.example", access.Lawyer, "Norte", "ICA-F 11385"},
	{"Bruno Castrelo", "bruno@cardoalto.example", access.Paralegal, "Madrid", ""},
	{"Lucía Marantes", "lucia@cardoalto.example", access.Paralegal, "Norte", ""},
	{"Tomás Ibarguren", "tomas@cardoalto.example", access.Supervisor, "Madrid", ""},
	{"Ximena Albornal", "ximena@cardoalto.example", access.Supervisor, "Norte", ""},
	{"Begoña Nogaledo", "begona@cardoalto.example", access.Finance, "", ""},
	{"Andrés Vallinas", "andres@cardoalto.example", access.DPO, "", ""},
	{"Pilar Quintaniel", "pilar@cardoalto.example", access.Admin, "", ""},
}

// creditor is a fictional client company and its mandate.
type creditor struct {
	client  clients.Client
	mandate clients.Mandate
	team    string
	agreed  string
	share   int // of the cases, in per cent
}

func creditors(start day.Date) []creditor {
	mandate := func(m clients.Mandate) clients.Mandate {
		m.SignedOn = start.AddDays(-20)
		m.MaxDiscountInterestBP, m.ApprovalDays = 10000, 10
		return m
	}
	es := func(name, street, code, city, mail string) clients.Client {
		return clients.Client{Name: name, Country: "ES", Street: street, PostalCode: code, City: city, Email: mail, Currency: money.EUR, Language: "es"}
	}
	ardentia := es("Renting Ardentia, S.A.", "Avenida de los Sauces 3", "48001", "Bilbao", "morosidad@ardentia.example")
	ardentia.Consolidate = true
	mx := clients.Client{Name: "Refacciones Tornavel, S.A. de C.V.", Country: "MX", Street: "Avenida del Encino 210", PostalCode: "03100", City: "Ciudad de México", Email: "cartera@tornavel.example", Currency: money.MXN, Language: "es", AccountIBAN: clabe("99900000000000040")}
	pe := clients.Client{Name: "Distribuciones Andaluz S.A.C.", Country: "PE", Street: "Jirón de los Molles 455", PostalCode: "15046", City: "Lima", Email: "cobranzas@andaluz.example", Currency: money.PEN, Language: "es", AccountIBAN: "99900100000000040681"}
	return []creditor{
		{client: es("Suministros Zafirel, S.A.", "Calle del Telar 14", "28013", "Madrid", "cobros@zafirel.example"), team: "Madrid", share: 32,
			mandate: mandate(clients.Mandate{MaxDiscountPrincipalBP: 500, MaxMonths: 6, MinInstalmentMinor: 5000, MaySueWithoutAsking: true})},
		{client: ardentia, team: "Norte", share: 32,
			mandate: mandate(clients.Mandate{MaxDiscountPrincipalBP: 1000, MaxMonths: 12, MinInstalmentMinor: 10000})},
		{client: mx, team: "Madrid", share: 18, mandate: mandate(clients.Mandate{MaxDiscountPrincipalBP: 1000, MaxMonths: 6, MinInstalmentMinor: 50000})},
		{client: pe, team: "Norte", share: 18, agreed: "12.00", mandate: mandate(clients.Mandate{MaxDiscountPrincipalBP: 1000, MaxMonths: 6, MinInstalmentMinor: 10000})},
	}
}

// clabe adds the control digit to the seventeen figures of a fictional Mexican account; no bank has the code 999.
func clabe(figures string) string {
	for digit := range 10 {
		if whole, err := money.CheckCLABE(fmt.Sprint(figures, digit)); err == nil {
			return whole
		}
	}
	return ""
}

// cardoalto is the fictional firm.
func cardoalto(baseURL, iban string) clients.Firm {
	return clients.Firm{Name: "Cardoalto Abogados, S.L.P.", TaxID: law.MakeTaxID("ES", law.Company, 406), Registry: "Despacho ficticio de demostración", Street: "Calle de la Encina 8",
		PostalCode: "28013", City: "Madrid", Country: "ES", Email: "recobro@cardoalto.example", Phone: "+34 600 000 000",
		ClientAccountIBAN: iban, BaseURL: baseURL, DemandTermDays: 30}
}

// founder sets the fictional firm up by the same actions an installation uses.
type founder struct {
	log    *evidence.Log
	worker *postgres.DB
	now    func() time.Time // real time: codes and sessions know no simulated calendar
	job    evidence.Actor
	teams  map[string]int64
}

// Found makes the firm, its people, its client companies and their keys. It returns the logins without tokens.
func Found(ctx context.Context, log *evidence.Log, worker *postgres.DB, start day.Date, baseURL string, book []creditor) (Demo, error) {
	job, err := access.OpenJob(ctx, worker, "demo", nil, time.Hour)
	if err != nil {
		return Demo{}, err
	}
	f := founder{log: log, worker: worker, now: time.Now, job: job, teams: map[string]int64{}}
	demo := Demo{BaseURL: baseURL, DebtorLinks: []string{}}
	iban, err := money.MakeIBANES("9999", "0406", "0000000406") // no bank has this code
	if err != nil {
		return demo, fmt.Errorf("making the firm's account: %w", err)
	}
	if err := clients.SetFirm(ctx, log, job, cardoalto(baseURL, iban)); err != nil {
		return demo, err
	}
	for _, person := range staff {
		login, err := f.hire(ctx, access.User{Name: person.name, Email: person.email, Role: person.role, BarNumber: person.bar, Language: "es"}, person.team)
		if err != nil {
			return demo, err
		}
		demo.Users = append(demo.Users, login)
	}
	for i, c := range book {
		pass, logins, err := f.takeOn(ctx, c, i)
		if err != nil {
			return demo, err
		}
		demo.Clients = append(demo.Clients, pass)
		demo.Users = append(demo.Users, logins...)
	}
	return demo, nil
}

func (f *founder) team(ctx context.Context, name string) (int64, error) {
	if id, ok := f.teams[name]; ok || name == "" {
		return id, nil
	}
	id, err := clients.AddTeam(ctx, f.log.DB, f.job, name)
	f.teams[name] = id
	return id, err
}

func (f *founder) hire(ctx context.Context, u access.User, team string) (Login, error) {
	id, err := f.team(ctx, team)
	if err != nil {
		return Login{}, err
	}
	if id != 0 {
		u.TeamIDs = []int64{id}
	}
	password := newPassword()
	made, err := access.AddUser(ctx, f.log, f.job, u, password)
	if err != nil {
		return Login{}, fmt.Errorf("hiring %s: %w", u.Name, err)
	}
	return Login{Email: made.Email, Name: made.Name, Password: password, TOTPSecret: made.TOTPSecret, Role: string(made.Role), Team: team}, nil
}

func (f *founder) takeOn(ctx context.Context, c creditor, n int) (ClientPass, []Login, error) {
	team, err := f.team(ctx, c.team)
	if err != nil {
		return ClientPass{}, nil, err
	}
	c.client.TeamID, c.client.TaxID = team, law.MakeTaxID(c.client.Country, law.Company, uint64(n))
	made, err := clients.Add(ctx, f.log, f.job, c.client, c.mandate)
	if err != nil {
		return ClientPass{}, nil, fmt.Errorf("taking %s on: %w", c.client.Name, err)
	}
	key, err := access.AddAPIKey(ctx, f.log, f.job, access.NewKey{ClientID: made.ID, Name: "ERP", Scopes: access.Scopes()})
	if err != nil {
		return ClientPass{}, nil, err
	}
	domain := c.client.Email[strings.Index(c.client.Email, "@")+1:]
	var logins []Login
	for _, u := range []access.User{
		{Name: "Rosaura " + family[n], Email: "direccion@" + domain, Role: access.ClientAdmin},
		{Name: "Emiliano " + family[n], Email: "contabilidad@" + domain, Role: access.ClientViewer},
	} {
		u.ClientIDs = []uuid.UUID{made.ID}
		login, err := f.hire(ctx, u, "")
		if err != nil {
			return ClientPass{}, nil, err
		}
		logins = append(logins, login)
	}
	return ClientPass{made.ID, made.Name, key.Key}, logins, nil
}

// SignInAll opens a session for every person of the demo, as each would: password and one-time code. A code opens one
// session: where it was used a moment ago the session it opened is kept, or, when that is not known, the next code awaited.
func (d *Demo) SignInAll(ctx context.Context, db *postgres.DB) error {
	for i := range d.Users {
		u := &d.Users[i]
		for attempt := 0; ; attempt++ {
			at := time.Now()
			code, err := totp.GenerateCode(u.TOTPSecret, at)
			if err != nil {
				return fmt.Errorf("making the code of %s: %w", u.Email, err)
			}
			token, err := access.SignIn(ctx, db, u.Email, u.Password, code, access.Visit{Agent: "demo", At: at}, nil)
			if err == nil {
				u.Token = token
				break
			}
			if _, stillOpen := access.Identify(ctx, db, postgres.Identity(u.Token)); u.Token != "" && stillOpen == nil {
				break
			}
			if attempt == 1 {
				return fmt.Errorf("signing %s in: %w", u.Email, err)
			}
			time.Sleep(time.Until(at.Truncate(30 * time.Second).Add(30 * time.Second)))
		}
	}
	return nil
}

func newPassword() string {
	var b [10]byte
	rand.Read(b[:]) // never fails: crypto/rand stops the program instead
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}
