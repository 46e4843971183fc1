package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"recobro/internal/day"
	"recobro/internal/law"
)

func TestAFirmRecoversThePortfolioOfACreditorFromTheFirstReminderToTheCourt(t *testing.T) {
	s := begin(t, day.Of(2026, 3, 2))
	s.handsOver()
	s.reminds()
	s.paysEverything()
	s.proposesInstalments()
	s.asksTheClient()
	s.demands()
	s.delivers()
	s.breaksOff()
	s.goesToCourt()
	s.files()
	s.serves()
	s.keepsTheAgreement()
	s.logTellsItAll()
	s.tampersAndIsNamed()
}

// invoice is an item of the portfolio with its paper.
func (s *story) invoice(n int, debtor, due, principal string) map[string]any {
	number := fmt.Sprintf("F-2025-%04d", n)
	return map[string]any{"external_ref": fmt.Sprintf("2025/%04d", n),
		"debtor": map[string]any{"kind": "company", "name": debtor, "tax_id": law.MakeTaxID("ES", law.Company, uint64(5000+n)), "country": "ES",
			"email":   fmt.Sprintf("pagos%d@deudores.example", n),
			"address": map[string]any{"street": "Calle Mayor 4", "postal_code": "28013", "city": "Valdemiel", "country": "ES"}},
		"debt":      map[string]any{"kind": "invoice", "number": number, "issued_on": "2025-11-10", "due_on": due, "principal": principal, "business": true},
		"documents": []any{paper(s.t, number+".pdf", "FACTURA "+number, "Total "+principal)}}
}

// with changes one member of a part of an item.
func with(item map[string]any, part, member string, value any) map[string]any {
	changed := maps.Clone(item)
	changed[part] = maps.Clone(item[part].(map[string]any))
	changed[part].(map[string]any)[member] = value
	return changed
}

// handsOver: the creditor's system submits a mixed portfolio; each item has its own fate, and a repeated call does nothing.
func (s *story) handsOver() {
	good := []map[string]any{s.invoice(1, "Talleres Anaceta, S.L.", "2026-01-15", "1250.00"), s.invoice(2, "Bodegas Brunel, S.L.", "2025-12-10", "2000.00"),
		s.invoice(3, "Reformas Cruzal, S.L.", "2025-12-10", "3000.00"), s.invoice(4, "Viveros Diamar, S.L.", "2026-01-20", "480.50")}
	items := append(slices.Clone(good), with(s.invoice(5, "Textil Equivoca, S.L.", "2026-01-15", "10.00"), "debtor", "tax_id", "B00000001"),
		with(s.invoice(6, "Textil Febrero, S.L.", "2026-01-15", "10.00"), "debt", "due_on", "2026-02-30"),
		with(s.invoice(7, "Textil Milésima, S.L.", "2026-01-15", "10.00"), "debt", "principal", "10.005"), good[0])
	body := map[string]any{"reference": "2026-03", "currency": "EUR", "items": items}
	first := s.good(s.key, 201, "POST", "/portfolios", body, "Idempotency-Key", "marzo-1")
	again := s.good(s.key, 201, "POST", "/portfolios", body, "Idempotency-Key", "marzo-1")
	if string(again.body) != string(first.body) || again.header.Get("Idempotency-Replayed") != "true" {
		s.t.Errorf("the repeated portfolio answers otherwise: %s", again.body)
	}
	s.good(s.key, 422, "POST", "/portfolios", map[string]any{"reference": "otra", "items": items}, "Idempotency-Key", "marzo-1")
	s.good(s.key, 422, "POST", "/portfolios", map[string]any{"reference": "dólares", "currency": "XYZ", "items": good})
	s.good(s.lawyer, 422, "POST", "/portfolios", map[string]any{"reference": "sin cliente", "items": good}) // which client?
	var fates struct {
		Accepted, Rejected int
		Items              []struct {
			Status  string
			CaseID  uuid.UUID `json:"case_id"`
			Reasons []struct{ Pointer, Code string }
		}
	}
	first.into(&fates)
	if fates.Accepted != 4 || fates.Rejected != 4 || len(fates.Items) != 8 {
		s.t.Fatalf("fates: %s", first.body)
	}
	for i, want := range []string{"", "", "", "", "/debtor/tax_id tax_id_invalid", "/debt/due_on date_invalid", "/debt/principal amount_decimals", "/external_ref duplicate_in_portfolio"} {
		got := ""
		if r := fates.Items[i].Reasons; len(r) > 0 {
			got = strings.TrimPrefix(r[0].Pointer, fmt.Sprintf("/items/%d", i)) + " " + r[0].Code
		}
		if got != want || (want == "") != (fates.Items[i].CaseID != uuid.Nil) {
			s.t.Errorf("item %d: %+v, want %q", i, fates.Items[i], want)
		}
	}
	s.anna, s.bruno, s.cruz, s.dia = fates.Items[0].CaseID, fates.Items[1].CaseID, fates.Items[2].CaseID, fates.Items[3].CaseID
	must(s.t, s.house.runDay(s.t.Context(), s.today))
	if n, _ := s.mail.Counts(); n != 0 {
		s.t.Errorf("%d mails on the day of the hand-over", n)
	}
}

// reminds: the step is due on the next business day, and goes out as soon as the bank's file of that day is read.
func (s *story) reminds() {
	s.until(day.Of(2026, 3, 3))
	if n, _ := s.mail.Counts(); n != 0 {
		s.t.Errorf("%d mails before the money of the day was known", n)
	}
	s.until(day.Of(2026, 3, 4))
	mails := s.mail.To("pagos1@deudores.example")
	if n, _ := s.mail.Counts(); n != 4 || len(mails) != 1 {
		s.t.Fatalf("%d mails, %d of them to the first debtor", n, len(mails))
	}
	c := s.stands(s.anna, "amicable", "")
	// 1,250.00 for 48 days at 10.15 % (BOE-A-2025-27201) is 16.68; the compensation of art. 8 Ley 3/2004 is 40.00.
	if open := s.claim(s.anna).Open; open.Amount != "1306.68" {
		s.t.Errorf("the statement says %s", open)
	}
	subject, text := letter(s.t, mails[0])
	says(s.t, "the reminder", text, "1.306,68 €", c.PaymentReference, "F-2025-0001", s.creditor.Name)
	says(s.t, "the subject", subject, s.creditor.Name, c.Number)
	page := s.send("GET", "/messages", nil, "Cookie", "recobro="+s.paralegal, "Accept", "text/html")
	says(s.t, "the page of messages", plain(string(page.body)), "Talleres Anaceta, S.L.", "pagos1@deudores.example", c.Number)
	if r := s.send("GET", "/messages", nil, "Accept", "text/html"); r.status != 303 {
		s.t.Errorf("the page of messages answers nobody with %d", r.status)
	}
}

// paysEverything: the fourth debtor pays all; the case closes and nobody writes again.
func (s *story) paysEverything() {
	s.until(day.Of(2026, 3, 5))
	s.pay(s.dia, s.claim(s.dia).Open, "TR-1")
	s.stands(s.dia, "closed", "paid")
	if c := s.claim(s.dia); c.Open.Amount != "0.00" || c.Waived.Amount != "0.00" || c.Paid != c.Charged {
		s.t.Errorf("after full payment: %+v", c)
	}
}

// agreement is what the story reads of one.
type agreement struct {
	ID            uuid.UUID
	State         string
	Total, Open   amount
	ToleranceDays int `json:"tolerance_days"`
	Instalments   []struct {
		DueOn  string `json:"due_on"`
		Amount amount
	}
}

func (s *story) agreement(id uuid.UUID) (a agreement) {
	s.t.Helper()
	s.good(s.paralegal, 200, "GET", "/agreements/"+id.String(), nil).into(&a)
	return a
}

// proposesInstalments: inside the authority the paralegal may promise it; the third debtor asks for more than that.
func (s *story) proposesInstalments() {
	s.until(day.Of(2026, 3, 6))
	s.good(s.paralegal, 201, "POST", "/cases/"+s.bruno.String()+"/agreements",
		map[string]any{"kind": "full_with_discount", "total": euros("1950.01"), "count": 3, "first_due_on": "2026-03-16"}).into(&s.agreed)
	sum := euros("0.00").read(s.t)
	for _, i := range s.agreed.Instalments {
		sum = sum.Plus(i.Amount.read(s.t))
	}
	if s.agreed.State != "proposed" || len(s.agreed.Instalments) != 3 || sum.Decimal() != "1950.01" {
		s.t.Fatalf("inside the authority: %+v, sum %s", s.agreed, sum)
	}
	s.ticksTheRates(s.agreed.ID)
	s.good(s.paralegal, 200, "POST", "/agreements/"+s.agreed.ID.String()+"/accept", map[string]any{"source": "Correo del deudor del 6 de marzo"})
	s.good(s.paralegal, 201, "POST", "/cases/"+s.cruz.String()+"/agreements", map[string]any{"kind": "full_with_discount", "total": euros("1800.00"),
		"instalments": []any{map[string]any{"due_on": "2026-03-16", "amount": euros("900.00")}, map[string]any{"due_on": "2026-04-16", "amount": euros("900.00")}}}).into(&s.offered)
	if s.offered.State != "awaiting_client" {
		s.t.Fatalf("beyond the authority: %+v", s.offered)
	}
	s.good(s.paralegal, 409, "POST", "/agreements/"+s.offered.ID.String()+"/accept", map[string]any{"source": "Correo del deudor"})
}

// ticksTheRates: nothing is signed on rates that no lawyer has held against their publication, and the refusal names each.
func (s *story) ticksTheRates(agreement uuid.UUID) {
	var refused struct {
		Code   string
		Errors []struct{ Pointer string }
	}
	s.good(s.paralegal, 409, "POST", "/agreements/"+agreement.String()+"/accept", map[string]any{"source": "Correo del deudor del 6 de marzo"}).into(&refused)
	var periods []string
	for _, r := range refused.Errors {
		periods = append(periods, r.Pointer)
	}
	if refused.Code != "rates_unticked" || len(periods) == 0 {
		s.t.Fatalf("before any tick: %+v", refused)
	}
	tick := map[string]any{"facts": periods, "note": "Cotejado con el BOE"}
	s.good(s.paralegal, 403, "POST", "/law/tick", tick)
	s.good(s.lawyer, 200, "POST", "/law/tick", tick)
}

// asksTheClient: the client's administrator finds the question and grants it; nobody else can.
func (s *story) asksTheClient() {
	s.until(day.Of(2026, 3, 9))
	question := s.question("agreement", s.offered.ID)
	at := "/approvals/" + question.String() + "/grant"
	s.good(s.newcomer, 404, "POST", at, map[string]any{})
	s.good(s.key, 403, "POST", at, map[string]any{})
	s.good(s.paralegal, 403, "POST", at, map[string]any{})
	s.good(s.clientAdmin, 200, "POST", at, map[string]any{"reason": "Conforme"})
	s.good(s.paralegal, 200, "POST", "/agreements/"+s.offered.ID.String()+"/accept", map[string]any{"source": "Correo del deudor del 9 de marzo"})
	s.until(day.Of(2026, 3, 16))
	s.pay(s.bruno, s.agreed.Instalments[0].Amount, "TR-2")
	s.pay(s.cruz, euros("900.00"), "TR-3")
	if open := s.agreement(s.offered.ID).Open; open.Amount != "900.00" {
		s.t.Errorf("after the first instalment %s is open", open)
	}
	for n := 2; n <= 4; n++ { // whoever pays or has an agreement hears nothing more
		if mails := s.mail.To(fmt.Sprintf("pagos%d@deudores.example", n)); len(mails) != 1 {
			s.t.Errorf("the debtor %d got %d mails", n, len(mails))
		}
	}
	if mails := s.mail.To("pagos1@deudores.example"); len(mails) != 2 {
		s.t.Errorf("the first debtor got %d mails, want the second reminder", len(mails))
	}
}

// question finds what waits for the client about a thing.
func (s *story) question(kind string, about uuid.UUID) uuid.UUID {
	s.t.Helper()
	var inbox struct {
		Data []struct {
			ID, About uuid.UUID
			Kind      string
		}
	}
	s.good(s.clientAdmin, 200, "GET", "/approvals", nil).into(&inbox)
	for _, q := range inbox.Data {
		if q.Kind == kind && q.About == about {
			return q.ID
		}
	}
	s.t.Fatalf("on %s no question of %s waits for the client: %+v", s.today, kind, inbox.Data)
	return uuid.Nil
}

// document reads a stored file as the creditor does, and compares it with the hash that the database has of it.
func (s *story) document(id uuid.UUID) (text string) {
	s.t.Helper()
	r := s.good(s.key, 200, "GET", "/documents/"+id.String()+"/content", nil)
	digest := sha256.Sum256(r.body)
	var stored []byte
	must(s.t, s.db.Super.Get(&stored, `select sha256 from app.documents where id = $1`, id))
	if hex.EncodeToString(stored) != hex.EncodeToString(digest[:]) || r.header.Get("Content-Type") != "application/pdf" {
		s.t.Errorf("document %s: the bytes are not those that were stored: %v", id, r.header)
	}
	s.good(s.strangersKey, 404, "GET", "/documents/"+id.String()+"/content", nil)
	return words(s.t, r.body)
}

// keepsTheAgreement: the second debtor pays its instalments; the discount is waived and the case closes as settled.
func (s *story) keepsTheAgreement() {
	s.stands(s.bruno, "closed", "settled")
	c := s.claim(s.bruno)
	if got := s.agreement(s.agreed.ID); got.State != "kept" || c.Open.Amount != "0.00" || c.Paid.Amount != "1950.01" {
		s.t.Errorf("kept: %+v, statement %+v", got, c)
	}
	if sum := c.Paid.read(s.t).Plus(c.Waived.read(s.t)); sum.Cmp(c.Charged.read(s.t)) != 0 {
		s.t.Errorf("charged %s, paid and waived %s", c.Charged, sum)
	}
	if mails := s.mail.To("pagos4@deudores.example"); len(mails) != 1 {
		s.t.Errorf("who had paid all got %d mails", len(mails))
	}
}

// logTellsItAll: the log of the first case holds every kind in the order of the story, and nothing in it is broken.
func (s *story) logTellsItAll() {
	var page struct {
		Data []struct {
			Seq  int
			Kind string
		}
		NextCursor string `json:"next_cursor"`
	}
	s.good(s.lawyer, 200, "GET", "/cases/"+s.anna.String()+"/interactions?limit=200", nil).into(&page)
	var kinds []string
	for i := len(page.Data) - 1; i >= 0; i-- {
		kinds = append(kinds, page.Data[i].Kind)
	}
	want := strings.Fields(`case.opened debt.added compensation.charged document.added message.reserved message.sent message.reserved message.sent
		step.taken case.advanced demand.drafted demand.submitted demand.approved interest.fixed demand.issued demand.dispatched demand.delivered limitation.fact_recorded case.advanced
		approval.asked approval.granted step.taken proceeding.opened deadline.computed filing.drafted filing.submitted filing.approved interest.fixed
		filing.signed filing.filed case.advanced act.recorded deadline.met limitation.fact_recorded act.recorded filing.admitted act.recorded
		deadline.computed limitation.fact_recorded`)
	if !slices.Equal(kinds, want) || page.NextCursor != "" {
		s.t.Errorf("the log tells\n%s\nwant\n%s", strings.Join(kinds, " "), strings.Join(want, " "))
	}
	if said, err := s.verified(); err != nil {
		s.t.Errorf("verify: %v\n%s", err, said)
	}
}

// tampersAndIsNamed: whoever has the superuser's password or the disk changes one byte, and verify says where.
func (s *story) tampersAndIsNamed() {
	tamper := func(query string) {
		s.t.Helper()
		for _, q := range []string{`alter table ev.events disable trigger events_never_change`, query, `alter table ev.events enable always trigger events_never_change`} {
			_, err := s.db.Super.Exec(q)
			must(s.t, err)
		}
	}
	const at = ` where subject_kind = 'case' and seq = 3 and subject = '`
	flip := `update ev.events set header = set_byte(header, octet_length(header) - 2, get_byte(header, octet_length(header) - 2) # 1)` + at + s.anna.String() + `'`
	tamper(flip)
	said, err := s.verified()
	if !errors.Is(err, errLogBroken) || !strings.Contains(said, "case "+s.anna.String()+" seq 3: the leaf is not the hash of the header") {
		s.t.Errorf("a changed header: %v\n%s", err, said)
	}
	tamper(flip)
	var letter string
	must(s.t, s.db.Super.Get(&letter, `select encode(d.sha256, 'hex') from app.documents d join app.demands x on x.document_id = d.id where x.id = $1`, s.demand))
	file := filepath.Join(s.house.Files, "sha256", letter[:2], letter[2:4], letter)
	b, err := os.ReadFile(file)
	must(s.t, err)
	b[len(b)/2] ^= 1
	must(s.t, os.Chmod(file, 0o600))
	must(s.t, os.WriteFile(file, b, 0o600))
	said, err = s.verified()
	if !errors.Is(err, errLogBroken) || !strings.Contains(said, "case "+s.anna.String()) || !strings.Contains(said, "1 findings") {
		s.t.Errorf("a changed file: %v\n%s", err, said)
	}
}
