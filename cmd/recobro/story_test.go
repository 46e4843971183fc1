package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-pdf/fpdf"
	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"recobro/internal/access"
	"recobro/internal/clients"
	"recobro/internal/contact/mailbox"
	"recobro/internal/day"
	"recobro/internal/jobs"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/simulation"
	"recobro/internal/testdb"
)

// story is a whole installation on a calendar of its own: the house that openHouse wires, spoken to over HTTP only.
type story struct {
	t     *testing.T
	db    *testdb.DB
	house *house
	mail  *mailbox.Box
	clock *simulation.Clock
	zone  *time.Location
	url   string
	today day.Date

	creditor, stranger     clients.Client
	key, strangersKey      string
	lawyer, paralegal      string // tokens of signed-in people
	finance, admin         string
	clientAdmin, newcomer  string
	anna, bruno, cruz, dia uuid.UUID // the cases of the four debtors
	petition               uuid.UUID
	demand, proceeding     uuid.UUID
	agreed, offered        agreement
}

// begin opens the house on the first day, founds the firm and signs its people in.
func begin(t *testing.T, on day.Date) *story {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Madrid")
	must(t, err)
	box, err := mailbox.Open(1000)
	must(t, err)
	t.Cleanup(func() { _ = box.Close() })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s := &story{t: t, db: testdb.New(t), mail: box, clock: &simulation.Clock{}, zone: zone, url: "http://" + listener.Addr().String()}
	s.turn(on)
	s.house, err = openHouse(t.Context(), settings{App: s.db.AppDSN, Worker: s.db.WorkerDSN, River: s.db.RiverDSN, Files: filepath.Join(t.TempDir(), "files"),
		SMTP: "smtp+plain://" + box.Addr(), From: "recobro@robledal.example", BaseURL: s.url, Now: s.clock.Now, Rates: playful,
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))})
	must(t, err)
	t.Cleanup(s.house.close)
	must(t, s.house.startWork(context.Background(), jobs.Brisk))
	t.Cleanup(s.house.serve(listener))
	s.found(on)
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// found makes the firm, two creditors and the people, by the actions that an installation uses.
func (s *story) found(on day.Date) {
	s.t.Helper()
	ctx, log := s.t.Context(), s.house.log
	job, err := access.OpenJob(ctx, s.house.worker, "founding", nil, time.Hour)
	must(s.t, err)
	iban, err := money.MakeIBANES("9999", "0007", "0000000077")
	must(s.t, err)
	must(s.t, clients.SetFirm(ctx, log, job, clients.Firm{Name: "Robledal Abogados, S.L.P.", TaxID: law.MakeTaxID("ES", law.Company, 77), Street: "Calle del Ensayo 7", PostalCode: "28013",
		City: "Valdemiel", Country: "ES", Email: "recobro@robledal.example", Phone: "+34 600 000 077", ClientAccountIBAN: iban, BaseURL: s.url, DemandTermDays: 30}))
	team, err := clients.AddTeam(ctx, log.DB, job, "Madrid")
	must(s.t, err)
	for i, c := range []*clients.Client{&s.creditor, &s.stranger} {
		*c, err = clients.Add(ctx, log, job, clients.Client{Name: []string{"Suministros Brañal, S.A.", "Papelera Ajena, S.A."}[i], TaxID: law.MakeTaxID("ES", law.Company, uint64(700+i)), Country: "ES",
			Street: "Calle del Telar 1", PostalCode: "28013", City: "Valdemiel", Email: "cobros@cliente.example", Currency: money.EUR, Language: "es", TeamID: team},
			clients.Mandate{SignedOn: on.AddDays(-30), MaxDiscountPrincipalBP: 500, MaxDiscountInterestBP: 10000, MaxMonths: 6, MinInstalmentMinor: 5000, ApprovalDays: 10})
		must(s.t, err)
	}
	for client, key := range map[uuid.UUID]*string{s.creditor.ID: &s.key, s.stranger.ID: &s.strangersKey} {
		made, err := access.AddAPIKey(ctx, log, job, access.NewKey{ClientID: client, Name: "ERP", Scopes: access.Scopes()})
		must(s.t, err)
		*key = made.Key
	}
	for _, p := range []struct {
		token *string
		user  access.User
	}{
		{&s.lawyer, access.User{Name: "Irene Valdelomar", Role: access.Lawyer, BarNumber: "ICA-F 10412", TeamIDs: []int64{team}}},
		{&s.paralegal, access.User{Name: "Bruno Castrelo", Role: access.Paralegal, TeamIDs: []int64{team}}},
		{&s.finance, access.User{Name: "Begoña Nogaledo", Role: access.Finance}},
		{&s.admin, access.User{Name: "Pilar Quintaniel", Role: access.Admin}},
		{&s.clientAdmin, access.User{Name: "Rosaura Brañal", Role: access.ClientAdmin, ClientIDs: []uuid.UUID{s.creditor.ID}}},
		{&s.newcomer, access.User{Name: "Leandro Ajena", Role: access.ClientAdmin, ClientIDs: []uuid.UUID{s.stranger.ID}}},
	} {
		p.user.Email, p.user.Language = strings.ToLower(strings.Fields(p.user.Name)[0])+"@gente.example", "es"
		const password = "Castaño-Pértiga-41-nube"
		made, err := access.AddUser(ctx, log, job, p.user, password)
		must(s.t, err)
		*p.token = s.signIn(made.Email, password, made.TOTPSecret)
	}
}

// signIn opens a session as a person does: password and one-time code.
func (s *story) signIn(email, password, secret string) string {
	s.t.Helper()
	code, err := totp.GenerateCode(secret, time.Now())
	must(s.t, err)
	var session struct{ Token string }
	s.good("", 201, "POST", "/sessions", map[string]any{"email": email, "password": password, "code": code}).into(&session)
	return session.Token
}

// turn sets the clock to eleven in the morning of a day.
func (s *story) turn(on day.Date) {
	s.today = on
	s.clock.Set(time.Date(on.Year, on.Month, on.Day, 11, 0, 0, 0, s.zone))
}

// until plays every business day after today up to a day: finance says how far the bank's file reaches, the firm's daily
// run does the rest.
func (s *story) until(on day.Date) {
	s.t.Helper()
	for d := s.today.AddDays(1); !d.After(on); d = d.AddDays(1) {
		if d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
			continue
		}
		s.turn(d)
		s.good(s.finance, 200, "POST", "/payments:known", map[string]any{"client_id": s.creditor.ID, "until": d.AddDays(-1)})
		must(s.t, s.house.runDay(s.t.Context(), d))
	}
}

// reply is what came back.
type reply struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	body   []byte
}

func (r reply) into(v any) {
	r.t.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		r.t.Fatalf("%s: reading %s: %v", r.what, r.body, err)
	}
}

// call speaks to the API with a token; nobody's when it is empty.
func (s *story) call(token, method, path string, in any, headers ...string) reply {
	s.t.Helper()
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		must(s.t, err)
		body = bytes.NewReader(b)
		headers = append(headers, "Content-Type", "application/json")
	}
	if token != "" {
		headers = append(headers, "Authorization", "Bearer "+token)
	}
	if method == "POST" && token != "" && !strings.Contains(strings.Join(headers, " "), "Idempotency-Key") {
		headers = append(headers, "Idempotency-Key", uuid.NewString())
	}
	return s.send(method, "/api/v1"+path, body, headers...)
}

func (s *story) send(method, path string, body io.Reader, headers ...string) reply {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, body)
	must(s.t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req) // a redirect is an answer
	must(s.t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(s.t, err)
	return reply{s.t, method + " " + path, res.StatusCode, res.Header, b}
}

// good is a call that must answer the status.
func (s *story) good(token string, status int, method, path string, in any, headers ...string) reply {
	s.t.Helper()
	r := s.call(token, method, path, in, headers...)
	if r.status != status {
		s.t.Fatalf("%s %s on %s: %d, want %d: %s", method, path, s.today, r.status, status, r.body)
	}
	return r
}

// made is a call that makes or changes something with an id.
func (s *story) made(token string, status int, path string, in any) uuid.UUID {
	s.t.Helper()
	var out struct{ ID uuid.UUID }
	s.good(token, status, "POST", path, in).into(&out)
	return out.ID
}

// amount is money on the wire.
type amount struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

func euros(text string) amount { return amount{text, "EUR"} }

func (a amount) read(t testing.TB) money.Amount {
	t.Helper()
	m, err := money.Parse(a.Amount, money.Currency(a.Currency))
	must(t, err)
	return m
}

// caseNow is what the story reads of a case.
type caseNow struct {
	Number, Stage, Outcome string
	PaymentReference       string `json:"payment_reference"`
	NextStep               string `json:"next_step"`
	NextOn                 string `json:"next_on"`
}

func (s *story) read(id uuid.UUID) (c caseNow) {
	s.t.Helper()
	s.good(s.lawyer, 200, "GET", "/cases/"+id.String(), nil).into(&c)
	return c
}

// stands asserts stage and outcome of a case.
func (s *story) stands(id uuid.UUID, stage, outcome string) caseNow {
	s.t.Helper()
	c := s.read(id)
	if c.Stage != stage || c.Outcome != outcome {
		s.t.Fatalf("on %s the case %s stands in %s %s, want %s %s; next %s on %s", s.today, c.Number, c.Stage, c.Outcome, stage, outcome, c.NextStep, c.NextOn)
	}
	return c
}

// claim is what the story reads of a statement.
type claim struct {
	Open, Charged, Paid, Waived amount
	Rates                       []struct {
		RatePct string `json:"rate_pct"`
	}
}

// claim is the statement of a case today, claimOn that of a day.
func (s *story) claim(id uuid.UUID) claim { s.t.Helper(); return s.claimOn(id, s.today) }

func (s *story) claimOn(id uuid.UUID, on day.Date) (c claim) {
	s.t.Helper()
	s.good(s.lawyer, 200, "GET", fmt.Sprintf("/cases/%s/statement?as_of=%s", id, on), nil).into(&c)
	return c
}

// pay books a transfer that finance finds in the bank's file.
func (s *story) pay(id uuid.UUID, sum amount, reference string) {
	s.t.Helper()
	s.good(s.finance, 201, "POST", "/cases/"+id.String()+"/payments", map[string]any{"amount": sum, "received_on": s.today, "source": "bank", "external_ref": reference})
}

// shown is money as a Spanish letter writes it.
func (s *story) shown(a amount) string { return plain(a.read(s.t).In("es")) }

// plain turns every kind of blank into single spaces.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)), " ")
}

// letter reads the text part of a received mail.
func letter(t testing.TB, m mailbox.Mail) (subject, text string) {
	t.Helper()
	parsed, err := mail.ReadMessage(bytes.NewReader(m.Raw))
	must(t, err)
	subject, err = new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject"))
	must(t, err)
	_, parameters, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	must(t, err)
	for parts := multipart.NewReader(parsed.Body, parameters["boundary"]); ; {
		part, err := parts.NextPart()
		must(t, err)
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/plain") {
			b, err := io.ReadAll(part)
			must(t, err)
			return subject, plain(string(b))
		}
	}
}

// words are the text of a PDF, as pdftotext -layout reads it.
func words(t testing.TB, pdf []byte) string {
	t.Helper()
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Fatalf("no PDF: %.40q", pdf)
	}
	file := filepath.Join(t.TempDir(), "read.pdf")
	must(t, os.WriteFile(file, pdf, 0o600))
	out, err := exec.Command("pdftotext", "-layout", "-enc", "UTF-8", file, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext: %v\n%s", err, out)
	}
	return plain(string(out))
}

// says asserts that a text holds every one of the words.
func says(t testing.TB, name, text string, all ...string) {
	t.Helper()
	for _, one := range all {
		if !strings.Contains(text, one) {
			t.Errorf("%s does not say %q:\n%s", name, one, text)
		}
	}
}

// paper is somebody else's document: an invoice, an operator's or a court's receipt.
func paper(t testing.TB, name string, lines ...string) map[string]any {
	t.Helper()
	doc := fpdf.New("P", "mm", "A4", "")
	doc.AddPage()
	doc.SetFont("Helvetica", "", 12)
	for _, line := range lines {
		doc.Cell(0, 8, line)
		doc.Ln(9)
	}
	var b bytes.Buffer
	must(t, doc.Output(&b))
	return map[string]any{"name": name, "media_type": "application/pdf", "content_base64": base64.StdEncoding.EncodeToString(b.Bytes())}
}

// verified is what recobro verify prints, and how it ends.
func (s *story) verified() (string, error) {
	s.t.Helper()
	var out strings.Builder
	err := verify(s.t.Context(), &out, s.house.log, s.house.worker, s.house.store.Check)
	return out.String(), err
}
