package contact_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/contact"
	"recobro/internal/contact/mailbox"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	shelf "recobro/internal/letters"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
	"recobro/letters"
)

// post is a firm with a mail server.
type post struct {
	*testfirm.Firm
	box  *mailbox.Box
	desk *contact.Desk
}

func open(t *testing.T) *post {
	t.Helper()
	f := testfirm.New(t)
	box, err := mailbox.Open(100)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	templates, err := shelf.Load(letters.FS)
	if err != nil {
		t.Fatal(err)
	}
	return &post{f, box, &contact.Desk{Log: f.Log, Law: f.Law, Shelf: templates, Book: &ledger.Book{Law: f.Law},
		Sender: &contact.Sender{Addr: box.Addr(), Plain: true, From: "recobro@quimera.example"}}}
}

func (p *post) remind(c *cases.Case) contact.Outcome {
	p.T.Helper()
	out, err := p.desk.Remind(context.Background(), p.Job, contact.Reminder{CaseID: c.ID, Step: "reminder_first", Template: "reminder_first", DecidedOn: p.Clock.Today()})
	if err != nil {
		p.T.Fatal(err)
	}
	return out
}

func (p *post) send(m contact.Message) error {
	return p.desk.Send(context.Background(), p.Job, m.ClientID, m.ID)
}

func (p *post) get(m contact.Message) contact.Message {
	p.T.Helper()
	got, err := p.desk.Get(context.Background(), p.Job, m.ID)
	if err != nil {
		p.T.Fatal(err)
	}
	return got
}

// logged lists the kinds of a case's log.
func (p *post) logged(c *cases.Case) (kinds []string) {
	p.T.Helper()
	err := p.DB.Super.Select(&kinds, `select type from ev.events where subject_kind = 'case' and subject = $1 order by seq`, c.ID)
	if err != nil {
		p.T.Fatal(err)
	}
	return kinds
}

func (p *post) has(c *cases.Case, kind string) bool {
	return strings.Contains(strings.Join(p.logged(c), " ")+" ", kind+" ")
}

func (p *post) exec(query string, args ...any) {
	p.T.Helper()
	tx := p.DB.Super.MustBegin()
	tx.MustExec(`set local session_replication_role = replica`) // behind the triggers that ask for the log entry
	if _, err := tx.Exec(query, args...); err != nil {
		p.T.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		p.T.Fatal(err)
	}
}

// debtor makes one with an address of its own.
func (p *post) debtor(name, email string) *cases.Debtor {
	d := p.Debtor("ES", false)
	if name != "" {
		d.Name = name
	}
	d.Email = email
	return &d
}

func read(t *testing.T, m mailbox.Mail) (*mail.Message, string) {
	t.Helper()
	parsed, err := mail.ReadMessage(bytes.NewReader(m.Raw))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(parsed.Body)
	if err != nil {
		t.Fatal(err)
	}
	return parsed, string(body)
}

func TestReminderIsReceivedOnceWithItsAmountAndReference(t *testing.T) {
	p := open(t)
	c := p.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Number: "F-77", Principal: "1234.56"}}})
	out := p.remind(c)
	if err := p.send(out.Message); err != nil {
		t.Fatal(err)
	}
	if err := p.send(out.Message); err != nil {
		t.Fatalf("sending a sent message again: %v", err)
	}
	got := p.get(out.Message)
	mails := p.box.To(got.ToAddress)
	if len(mails) != 1 || got.State != contact.Sent || got.Grade != 2 {
		t.Fatalf("%d mails received; the message is %s with grade %d", len(mails), got.State, got.Grade)
	}
	if mails[0].MessageID != got.ProviderReference || !strings.HasPrefix(mails[0].MessageID, got.ID.String()+"@") {
		t.Errorf("Message-ID %q, reference %q", mails[0].MessageID, got.ProviderReference)
	}
	var claim ledger.Statement
	var account cases.Account
	err := p.Log.DB.View(t.Context(), p.Job.Token, func(tx *postgres.Tx) (err error) {
		if account, err = cases.AccountOf(tx, c.ClientID, c.AccountID); err != nil {
			return err
		}
		claim, err = p.desk.Book.Statement(tx, c.ClientID, []uuid.UUID{c.ID}, p.Clock.Today(), time.Time{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{claim.Open.In("es-ES"), "1.234,56", "F-77", account.PaymentReference, c.Number} {
		if !strings.Contains(got.BodyText, want) {
			t.Errorf("the mail does not say %q:\n%s", want, got.BodyText)
		}
	}
	if !p.has(c, "message.reserved") || !p.has(c, "message.sent") {
		t.Errorf("the log holds %v", p.logged(c))
	}
	if _, err := p.desk.Remind(t.Context(), p.Job, contact.Reminder{CaseID: c.ID, Step: "reminder_first", Template: "reminder_first"}); problem.Of(err) == nil || problem.Of(err).Code != "step_already_sent" {
		t.Errorf("the same step again answers %v", err)
	}
}

func TestTwoWorkersAtOnceSendOnce(t *testing.T) {
	p := open(t)
	out := p.remind(p.OpenCase(testfirm.Opts{}))
	var wait sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		wait.Go(func() { errs[i] = p.send(out.Message) })
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil && !errors.Is(err, contact.ErrBusy) {
			t.Errorf("a worker heard %v", err)
		}
	}
	if n := len(p.box.Mails()); n != 1 {
		t.Errorf("%d mails were received", n)
	}
}

func TestPaymentBetweenWritingAndSendingWithdraws(t *testing.T) {
	p := open(t)
	c := p.OpenCase(testfirm.Opts{})
	out := p.remind(c)
	_, err := evidence.Record(t.Context(), p.Log, p.Job, func(tx *evidence.Tx) (int, []evidence.Entry, error) {
		held, err := cases.LockOpen(tx, c.ID, access.To(access.ActRecord, access.ObjPayment))
		if err != nil {
			return 0, nil, err
		}
		id := uuid.Must(uuid.NewV7())
		if _, err := tx.Exec(`insert into payments (client_id, id, account_id, minor, currency, received_on, source) values ($1, $2, $3, 10000, 'EUR', $4, 'direct')`,
			c.ClientID, id, c.AccountID, p.Clock.Today()); err != nil {
			return 0, nil, err
		}
		_, entries, err := p.desk.Book.Pay(tx, []*cases.Case{held}, ledger.Payment{ID: id, Amount: money.Of(100_00, money.EUR), ReceivedOn: p.Clock.Today()})
		return 0, entries, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.send(out.Message); err != nil {
		t.Fatal(err)
	}
	if got := p.get(out.Message); got.State != contact.Withdrawn || len(p.box.Mails()) != 0 || !p.has(c, "message.withdrawn") {
		t.Errorf("the message is %s, %d mails were received, the log holds %v", got.State, len(p.box.Mails()), p.logged(c))
	}
}

func TestHoldBetweenWritingAndSendingWithdraws(t *testing.T) {
	p := open(t)
	c := p.OpenCase(testfirm.Opts{})
	out := p.remind(c)
	desk := cases.Desk{Log: p.Log, Law: p.Law}
	if _, err := desk.PlaceHold(t.Context(), p.Job, c.ID, cases.Hold{Scope: "contact", Reason: "queja"}); err != nil {
		t.Fatal(err)
	}
	if err := p.send(out.Message); err != nil {
		t.Fatal(err)
	}
	if got := p.get(out.Message); got.State != contact.Withdrawn || len(p.box.Mails()) != 0 {
		t.Errorf("the message is %s and %d mails were received", got.State, len(p.box.Mails()))
	}
}

func TestRefusedAttemptIsLoggedAndWritesNothing(t *testing.T) {
	for rule, set := range map[string]func(*post, *cases.Case){
		"hold": func(p *post, c *cases.Case) {
			desk := cases.Desk{Log: p.Log, Law: p.Law}
			if _, err := desk.PlaceHold(context.Background(), p.Job, c.ID, cases.Hold{Scope: "all", Reason: "queja"}); err != nil {
				p.T.Fatal(err)
			}
		},
		"opted_out": func(p *post, c *cases.Case) { p.exec(`update app.persons set opted_out_on = '2026-03-01'`) },
		"deceased":  func(p *post, c *cases.Case) { p.exec(`update app.persons set deceased_on = '2026-03-01'`) },
		"insolvent": func(p *post, c *cases.Case) { p.exec(`update app.persons set insolvent_on = '2026-03-01'`) },
		"no_usable_email": func(p *post, c *cases.Case) {
			p.exec(`update app.contact_points set status = 'barred' where kind = 'email'`)
		},
		"money_not_known": func(p *post, c *cases.Case) { p.exec(`update app.accounts set known_until = '2026-03-01'`) },
		"represented": func(p *post, c *cases.Case) {
			p.exec(`insert into app.parties (client_id, id, account_id, role, kind, name, tax_id, country, language) values ($1, $2, $3, 'lawyer', 'person', 'Abogada Ajena', '', 'ES', 'es')`,
				c.ClientID, uuid.New(), c.AccountID)
		},
	} {
		t.Run(rule, func(t *testing.T) {
			p := open(t)
			c := p.OpenCase(testfirm.Opts{})
			set(p, c)
			out := p.remind(c)
			if out.Refused == nil || out.Refused.Rule != rule {
				t.Fatalf("refused: %v", out.Refused)
			}
			var messages, jobs int
			if err := errors.Join(p.DB.Super.Get(&messages, `select count(*) from app.messages`), p.DB.Super.Get(&jobs, `select count(*) from river.river_job`)); err != nil {
				t.Fatal(err)
			}
			if messages != 0 || jobs != 0 || !p.has(c, "contact.refused") {
				t.Errorf("%d messages, %d jobs, log %v", messages, jobs, p.logged(c))
			}
		})
	}
}

func TestContactHoursPutTheReminderOff(t *testing.T) {
	p := open(t)
	c := p.OpenCase(testfirm.Opts{Client: &p.ClientB})
	p.Clock.Set(time.Date(2026, 3, 6, 23, 30, 0, 0, time.FixedZone("Mexico", -6*3600))) // a Friday, half past eleven at night
	out := p.remind(c)
	if out.Refused == nil || out.Refused.Next.IsZero() {
		t.Fatalf("refused: %+v", out.Refused)
	}
	if got := p.Case(c.ID); got.NextOn != day.Of(2026, 3, 9) {
		t.Errorf("the next look is on %s, not on Monday", got.NextOn)
	}
	p.Clock.Set(out.Refused.Next)
	if out := p.remind(c); out.Refused != nil {
		t.Errorf("at the instant that the refusal names: %v", out.Refused)
	}
}

func TestCapsProtectThePersonAcrossClients(t *testing.T) {
	p := open(t)
	other := p.AddClient(clients.Client{Name: "Aceros Peumo, S.A.", Country: "ES", City: "Peumo", Currency: money.EUR})
	debtor := p.Debtor("CL", true)
	a := p.OpenCase(testfirm.Opts{Jurisdiction: "CL", Currency: money.CLP, Debtor: &debtor, Invoices: []testfirm.Invoice{{Regime: law.Agreed, AgreedPct: "6"}}})
	b := p.OpenCase(testfirm.Opts{Jurisdiction: "CL", Currency: money.CLP, Debtor: &debtor, Invoices: []testfirm.Invoice{{Regime: law.Agreed, AgreedPct: "6"}}, Client: &other})
	if out := p.remind(a); out.Refused != nil {
		t.Fatalf("the first contact: %v", out.Refused)
	}
	out := p.remind(b)
	if out.Refused == nil || out.Refused.Law == "" {
		t.Fatalf("the second client's reminder on the same day: %v", out.Refused)
	}
	p.Clock.Set(out.Refused.Next)
	if out := p.remind(b); out.Refused != nil {
		t.Errorf("after the gap of the law: %v", out.Refused)
	}
}

func TestRefusedAddressBecomesBadAndIsNotUsedAgain(t *testing.T) {
	p := open(t)
	c := p.OpenCase(testfirm.Opts{Debtor: p.debtor("", "rebota1@deudores.example")})
	out := p.remind(c)
	if err := p.send(out.Message); err != nil {
		t.Fatal(err)
	}
	var status string
	if err := p.DB.Super.Get(&status, `select status from app.contact_points where kind = 'email'`); err != nil {
		t.Fatal(err)
	}
	if got := p.get(out.Message); got.State != contact.Failed || status != "bad" || !strings.Contains(got.ProviderAnswer, "no such mailbox") {
		t.Errorf("the message is %s (%s) and the address %s", got.State, got.ProviderAnswer, status)
	}
	again, err := p.desk.Remind(t.Context(), p.Job, contact.Reminder{CaseID: c.ID, Step: "reminder_second", Template: "reminder_second"})
	if err != nil || again.Refused == nil || again.Refused.Rule != "no_usable_email" {
		t.Errorf("the next reminder: %v (%v)", again.Refused, err)
	}
}

func TestServerThatSaysLaterIsAskedAgain(t *testing.T) {
	p := open(t)
	c := p.OpenCase(testfirm.Opts{Debtor: p.debtor("", "ocupado1@deudores.example")})
	out := p.remind(c)
	if err := p.send(out.Message); !errors.Is(err, contact.ErrLater) {
		t.Fatalf("the first attempt: %v", err)
	}
	if got := p.get(out.Message); got.State != contact.Reserved {
		t.Fatalf("the message is %s", got.State)
	}
	if err := p.send(out.Message); err != nil {
		t.Fatal(err)
	}
	if got := p.get(out.Message); got.State != contact.Sent || len(p.box.Mails()) != 1 {
		t.Errorf("the message is %s and %d mails were received", got.State, len(p.box.Mails()))
	}
}

func TestNoServerLeavesTheMessageReserved(t *testing.T) {
	p := open(t)
	out := p.remind(p.OpenCase(testfirm.Opts{}))
	if err := p.box.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.send(out.Message); !errors.Is(err, contact.ErrLater) {
		t.Errorf("without a server: %v", err)
	}
	if err := p.desk.GiveUp(t.Context(), p.Job, out.Message.ClientID, out.Message.ID); err != nil {
		t.Fatal(err)
	}
	if got := p.get(out.Message); got.State != contact.Failed {
		t.Errorf("given up, the message is %s", got.State)
	}
}

func TestLostAnswerIsAmbiguousAndNeverSentAgain(t *testing.T) {
	p := open(t)
	c := p.OpenCase(testfirm.Opts{})
	out := p.remind(c)
	// The server takes the message and the connection dies before its answer.
	p.box.Answer(func(string) error { _ = p.box.Close(); return &smtp.SMTPError{Code: 421} })
	if err := p.send(out.Message); err != nil && !errors.Is(err, contact.ErrLater) {
		t.Fatal(err)
	}
	got := p.get(out.Message)
	if got.State != contact.Ambiguous {
		t.Fatalf("the message is %s: %s", got.State, got.ProviderAnswer)
	}
	if err := p.send(out.Message); err != nil || len(p.box.Mails()) != 1 {
		t.Errorf("sending it again: %v, %d mails", err, len(p.box.Mails()))
	}
}

func TestWorkerThatVanishedAfterTheServerTookTheMessage(t *testing.T) {
	p := open(t)
	c := p.OpenCase(testfirm.Opts{})
	out := p.remind(c)
	p.exec(`update app.messages set state = 'sending', lease = gen_random_uuid(), lease_until = clock_timestamp() + interval '1 minute'`)
	if err := p.send(out.Message); !errors.Is(err, contact.ErrBusy) {
		t.Errorf("while the lease runs: %v", err)
	}
	p.exec(`update app.messages set lease_until = clock_timestamp() - interval '1 second'`)
	left, err := p.desk.Unfinished(t.Context(), p.Job, p.Clock.Today(), 10)
	if err != nil || len(left) != 1 {
		t.Fatalf("unfinished are %v (%v)", left, err)
	}
	if err := p.desk.Send(t.Context(), p.Job, left[0].Client, left[0].Message); err != nil {
		t.Fatal(err)
	}
	if got := p.get(out.Message); got.State != contact.Ambiguous || len(p.box.Mails()) != 0 || !p.has(c, "message.ambiguous") {
		t.Fatalf("the message is %s and %d mails were received", got.State, len(p.box.Mails()))
	}
	if err := p.desk.Resolve(t.Context(), p.Paralegal, out.Message.ID, contact.Sent, "el deudor contestó"); err != nil {
		t.Fatal(err)
	}
	if got := p.get(out.Message); got.State != contact.Sent || got.Grade != 1 {
		t.Errorf("resolved, the message is %s with grade %d", got.State, got.Grade)
	}
}

func TestBounceMarksTheAddressOnce(t *testing.T) {
	p := open(t)
	c := p.OpenCase(testfirm.Opts{})
	out := p.remind(c)
	if err := p.send(out.Message); err != nil {
		t.Fatal(err)
	}
	reference := p.get(out.Message).ProviderReference
	for range 2 {
		if err := p.desk.Bounce(t.Context(), p.Job, reference, "550 mailbox full"); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(strings.Join(p.logged(c), " "), "message.bounced"); n != 1 || p.get(out.Message).State != contact.Bounced {
		t.Errorf("%d bounces in the log; the message is %s", n, p.get(out.Message).State)
	}
	if err := p.desk.Bounce(t.Context(), p.Job, "nobody@nowhere", "x"); !errors.Is(err, problem.Missing) {
		t.Errorf("a bounce of nothing: %v", err)
	}
}

// A name is data: it must not become a header or a second recipient.
func TestNamesCannotInjectHeaders(t *testing.T) {
	p := open(t)
	for i, name := range []string{"Pérez\r\nBcc: espia@ajeno.example", "\"Ana\" <otra@ajeno.example>,", "Ñandú 日本 \u202e\x00 S.L.\r\n\r\n<script>alert(1)</script>"} {
		c := p.OpenCase(testfirm.Opts{Debtor: p.debtor("Talleres Limpios", "limpio"+string(rune('a'+i))+"@deudores.example")})
		p.exec(`update app.parties set name = $2 where account_id = $1`, c.AccountID, strings.ReplaceAll(name, "\x00", ""))
		out := p.remind(c)
		if err := p.send(out.Message); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		mails := p.box.To(out.Message.ToAddress)
		if len(mails) != 1 {
			t.Fatalf("%q: %d mails", name, len(mails))
		}
		parsed, body := read(t, mails[0])
		to, err := parsed.Header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Address != out.Message.ToAddress {
			t.Errorf("%q: recipients %v (%v)", name, to, err)
		}
		if parsed.Header.Get("Bcc") != "" || strings.Contains(body, "<script>") {
			t.Errorf("%q came through: Bcc %q", name, parsed.Header.Get("Bcc"))
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject"))
		if err != nil || !strings.Contains(subject, c.Number) {
			t.Errorf("subject %q (%v)", subject, err)
		}
	}
	for _, m := range p.box.Mails() {
		if strings.Contains(m.To, "ajeno") {
			t.Errorf("a mail went to %s", m.To)
		}
	}
}

func TestListShowsOnlyWhatIsWithinReach(t *testing.T) {
	p := open(t)
	var last contact.Message
	for range 5 {
		last = p.remind(p.OpenCase(testfirm.Opts{})).Message
	}
	seen := map[uuid.UUID]bool{}
	var after contact.Cursor
	for range 3 {
		page, err := p.desk.List(t.Context(), p.Lawyer, contact.Filter{Client: p.ClientA.ID, State: contact.Reserved}, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page {
			seen[m.ID] = true
			after = contact.Cursor{ReservedOn: m.ReservedOn, ID: m.ID}
		}
	}
	if len(seen) != 5 {
		t.Errorf("%d of 5 messages on three pages", len(seen))
	}
	if one, err := p.desk.List(t.Context(), p.Lawyer, contact.Filter{Case: last.CaseID}, contact.Cursor{}, 10); err != nil || len(one) != 1 || one[0].CaseNumber == "" {
		t.Errorf("of one case: %v (%v)", one, err)
	}
	for _, who := range []evidence.Actor{p.ClientAdminA, p.KeyB, p.Admin} {
		if _, err := p.desk.List(t.Context(), who, contact.Filter{}, contact.Cursor{}, 10); err == nil {
			t.Errorf("%s lists messages", who.Role)
		}
		if _, err := p.desk.Get(t.Context(), who, last.ID); !errors.Is(err, problem.Missing) {
			t.Errorf("%s reads a message: %v", who.Role, err)
		}
	}
}

func TestReplyIsTakenDownForAPerson(t *testing.T) {
	p := open(t)
	c := p.OpenCase(testfirm.Opts{})
	if err := p.desk.RecordReply(t.Context(), p.Paralegal, c.ID, contact.Reply{From: "deudor@deudores.example", Text: "Pago el lunes."}); err != nil {
		t.Fatal(err)
	}
	var tasks []cases.Task
	err := p.Log.DB.View(t.Context(), p.Job.Token, func(tx *postgres.Tx) (err error) {
		tasks, err = cases.TasksOf(tx, c.ClientID, c.ID)
		return err
	})
	if err != nil || len(tasks) != 1 || tasks[0].Kind != "read_reply" || !p.has(c, "reply.received") {
		t.Errorf("tasks %v (%v), log %v", tasks, err, p.logged(c))
	}
}

// A debtor of a Spanish case who lives in the United States is not written to in his night.
func TestADebtorAbroadIsNotWrittenToInHisNight(t *testing.T) {
	p := open(t)
	debtor := p.Debtor("ES", true)
	debtor.AddressCountry, debtor.PostalCode = "US", "10001"
	c := p.OpenCase(testfirm.Opts{Debtor: &debtor})
	p.Clock.Set(time.Date(2026, 3, 2, 9, 0, 0, 0, testfirm.Madrid))
	out := p.remind(c)
	if out.Refused == nil || !strings.Contains(out.Refused.Law, "1006.6") {
		t.Fatalf("at nine in Madrid: %+v", out.Refused)
	}
	if later, err := p.desk.OpensLaterToday(t.Context(), p.Job, c.ID); err != nil || !later {
		t.Errorf("the hours open later that day: %v, %v", later, err)
	}
	p.Clock.Set(out.Refused.Next)
	if out := p.remind(c); out.Refused != nil {
		t.Errorf("at the instant that the refusal names: %v", out.Refused)
	}
}

// A formal demand is a letter: in Chile the next contact by another channel waits two days.
func TestAFormalDemandCountsAsALetter(t *testing.T) {
	p := open(t)
	debtor := p.Debtor("CL", true)
	c := p.OpenCase(testfirm.Opts{Jurisdiction: "CL", Currency: money.CLP, Debtor: &debtor, Invoices: []testfirm.Invoice{{Regime: law.Agreed, AgreedPct: "6"}}})
	p.exec(`alter table app.demands drop constraint demands_issued_has_bytes, disable trigger user`) // neither paper nor log matter here
	p.exec(`insert into app.demands (client_id, id, account_id, template, template_version, language, state, as_of, term_days, drafted_by, dispatched_on)
		values ($1, $2, $3, 'demand', 1, 'es', 'dispatched', $4, 30, $5, $4)`, c.ClientID, uuid.New(), c.AccountID, p.Clock.Today().AddDays(-1), p.Lawyer.ID)
	out := p.remind(c)
	if out.Refused == nil || out.Refused.Rule != "other_channels" || day.In(out.Refused.Next, testfirm.Madrid) != p.Clock.Today().AddDays(1) {
		t.Errorf("the day after the demand: %+v", out.Refused)
	}
}
