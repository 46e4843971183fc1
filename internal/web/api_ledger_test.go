package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"recobro/internal/cases"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/testfirm"
)

// written is the answer of a call that writes into the ledger.
type written struct {
	Entries []struct {
		ID, Component, Kind, Basis string
		Amount                     struct{ Amount string }
		Proved                     *struct{ Amount string }
	}
	Freed []struct {
		PaymentID string `json:"payment_id"`
		Amount    struct{ Amount string }
	}
}

// booked is a statement as these tests read it.
type booked struct {
	Open, Advanced, Waived struct{ Amount string }
	WrittenOff             struct{ Amount string } `json:"written_off"`
	Debts                  []struct {
		DebtID string `json:"debt_id"`
	}
	Totals []struct {
		Component     string
		Charged, Open struct{ Amount string }
	}
}

func (b booked) of(component string) string {
	for _, t := range b.Totals {
		if t.Component == component {
			return t.Open.Amount
		}
	}
	return ""
}

// purse is a case with a document, and its addresses.
type purse struct {
	*outside
	c         *cases.Case
	at, paper string
}

func openPurse(t *testing.T, opts testfirm.Opts) purse {
	t.Helper()
	o := open(t)
	c := o.OpenCase(opts)
	return purse{o, c, "/api/v1/cases/" + c.ID.String(), o.proof(c)}
}

func (o *outside) proof(c *cases.Case) string {
	o.t.Helper()
	d, err := o.server.Documents.Attach(o.t.Context(), o.Lawyer, c.ID, documents.Upload{Kind: documents.DeliveryProof, Name: "factura.pdf", MediaType: "application/pdf", Class: "open", Data: []byte("%PDF-1.4\n%%EOF")})
	if err != nil {
		o.t.Fatal(err)
	}
	return d.ID.String()
}

func (p purse) statement(query string) (b booked) {
	p.t.Helper()
	p.good(p.Lawyer, 200, "GET", p.at+"/statement"+query, "").into(p.t, &b)
	return b
}

// keyed is a key of its own for every call.
var keyed int

func (p purse) write(who evidence.Actor, status int, at, body string) (w written) {
	p.t.Helper()
	keyed++
	p.good(who, status, "POST", at, body, "Idempotency-Key", fmt.Sprint("money-", keyed)).into(p.t, &w)
	return w
}

// refused says with which code a call is refused, and that it left nothing behind.
func (p purse) refused(who evidence.Actor, status int, code, at, body string) {
	p.t.Helper()
	before := p.rows()
	keyed++
	a := p.call(who, "POST", at, body, "Idempotency-Key", fmt.Sprint("money-", keyed))
	if got := a.refusal(p.t); a.status != status || got.Code != code {
		p.t.Errorf("%s %s: %d %s, want %d %s", at, body, a.status, got.Code, status, code)
	}
	if after := p.rows(); after != before {
		p.t.Errorf("%s %s left rows:\n%s\nbefore:\n%s", at, body, after, before)
	}
}

func cost(component, amount, more string) string {
	return fmt.Sprintf(`{"component":%q,"amount":{"amount":%q,"currency":"EUR"},"on":"2026-02-01","basis":"factura del operador"%s}`, component, amount, more)
}

// Ley 3/2004 art. 8.1: 250.00 proved beside the fixed 40.00 are 210.00.
func TestProvedCostsAreChargedLessTheFixedCompensationOverTheAPI(t *testing.T) {
	p := openPurse(t, testfirm.Opts{})
	p.refused(p.Paralegal, 422, "cost_without_proof", p.at+"/costs", cost("cost", "250.00", `,"proved":true`))
	other := p.OpenCase(testfirm.Opts{})
	p.refused(p.Paralegal, 422, "cost_without_proof", p.at+"/costs", cost("cost", "250.00", fmt.Sprintf(`,"proved":true,"document_id":%q`, p.proof(other))))
	proved := cost("cost", "250.00", fmt.Sprintf(`,"proved":true,"document_id":%q`, p.paper))
	for range 2 { // sent twice it is charged once
		var w written
		p.good(p.Paralegal, 201, "POST", p.at+"/costs", proved, "Idempotency-Key", "once").into(t, &w)
		if len(w.Entries) != 1 || w.Entries[0].Amount.Amount != "210.00" || w.Entries[0].Proved.Amount != "250.00" {
			t.Fatalf("%+v", w)
		}
	}
	if s := p.statement(""); s.of("cost") != "210.00" || s.of("compensation") != "40.00" {
		t.Errorf("costs %s, compensation %s", s.of("cost"), s.of("compensation"))
	}
	p.verified(t)
}

func TestACourtFeeOfTheClientIsClaimedOnceTheDebtorBearsItOverTheAPI(t *testing.T) {
	p := openPurse(t, testfirm.Opts{})
	before := p.statement("").Open.Amount
	w := p.write(p.Finance, 201, p.at+"/costs", cost("court_fee", "100.00", `,"borne_by":"client"`))
	if s := p.statement(""); s.Open.Amount != before || s.Advanced.Amount != "100.00" || s.of("court_fee") != "0.00" {
		t.Errorf("borne by the client: open %s of %s, advanced %s", s.Open.Amount, before, s.Advanced.Amount)
	}
	bearer := "/api/v1/ledger_entries/" + w.Entries[0].ID + "/bearer"
	award := `{"borne_by":"debtor","basis":"decreto de tasación de costas"}`
	p.refused(p.Paralegal, 403, "not_allowed", bearer, award)
	p.refused(p.ClientAdminA, 404, "not_found", bearer, award)
	p.refused(p.Lawyer, 422, "bearer_invalid", "/api/v1/ledger_entries/"+p.principal()+"/bearer", award)
	p.write(p.Lawyer, 200, bearer, award)
	if s := p.statement(""); s.Advanced.Amount != "0.00" || s.of("court_fee") != "100.00" {
		t.Errorf("awarded: advanced %s, court fee %s", s.Advanced.Amount, s.of("court_fee"))
	}
	p.refused(p.Lawyer, 409, "line_not_standing", bearer, award)
	p.verified(t)
}

// principal is the line of the principal.
func (p purse) principal() (id string) {
	p.t.Helper()
	if err := p.DB.Super.Get(&id, `select id from app.ledger_entries where case_id = $1 and component = 'principal' and kind = 'charge'`, p.c.ID); err != nil {
		p.t.Fatal(err)
	}
	return id
}

func TestWhatIsGivenUpStandsInTheStatementAndFallsWithItsReversalOverTheAPI(t *testing.T) {
	p := openPurse(t, testfirm.Opts{})
	before := p.statement("")
	give := func(component, amount, currency string) string {
		return fmt.Sprintf(`{"component":%q,"amount":{"amount":%q,"currency":%q},"basis":"acuerdo con el acreedor"}`, component, amount, currency)
	}
	p.refused(p.Paralegal, 403, "not_allowed", p.at+"/waivers", give("principal", "10.00", "EUR"))
	p.refused(p.Lawyer, 422, "waiver_invalid", p.at+"/waivers", give("principal", "1000.01", "EUR"))
	p.refused(p.Lawyer, 422, "waiver_invalid", p.at+"/waivers", give("principal", "10.00", "USD"))
	p.refused(p.Lawyer, 422, "waiver_invalid", p.at+"/waivers", give("principal", "-10.00", "EUR"))
	p.refused(p.Lawyer, 422, "waiver_invalid", p.at+"/write_offs", give("interest", "9999.00", "EUR"))
	p.refused(p.Lawyer, 422, "write_off_all_or_part", p.at+"/write_offs", `{"all":true,"component":"cost","basis":"x"}`)
	p.refused(p.Lawyer, 422, "waiver_invalid", p.at+"/write_offs", `{"basis":"x"}`)
	waived := p.write(p.Lawyer, 201, p.at+"/waivers", give("compensation", "40.00", "EUR"))
	if s := p.statement(""); s.Waived.Amount != "40.00" || s.of("compensation") != "0.00" {
		t.Errorf("waived %s, compensation %s", s.Waived.Amount, s.of("compensation"))
	}
	back := "/api/v1/ledger_entries/" + waived.Entries[len(waived.Entries)-1].ID + "/reverse"
	p.write(p.Lawyer, 200, back, `{"reason":"se anotó por error"}`)
	p.refused(p.Lawyer, 409, "line_not_standing", back, `{"reason":"otra vez"}`)
	if s := p.statement(""); s.Open != before.Open {
		t.Errorf("the waiver taken back: open %s, before %s", s.Open.Amount, before.Open.Amount)
	}
	p.write(p.Finance, 201, p.at+"/write_offs", `{"all":true,"basis":"concurso sin masa"}`)
	if s := p.statement(""); s.Open.Amount != "0.00" || s.WrittenOff != before.Open || s.Waived.Amount != "0.00" {
		t.Errorf("written off %s of %s, open %s", s.WrittenOff.Amount, before.Open.Amount, s.Open.Amount)
	}
	p.refused(p.Finance, 409, "ledger_unchanged", p.at+"/write_offs", `{"all":true,"basis":"otra vez"}`)
	p.refused(p.Lawyer, 409, "line_of_the_debt", "/api/v1/ledger_entries/"+p.principal()+"/reverse", `{"reason":"x"}`)
	p.verified(t)
}

func TestMoneyThatPaidAnEntryTakenBackIsUnallocatedAgain(t *testing.T) {
	p := openPurse(t, testfirm.Opts{})
	w := p.write(p.Paralegal, 201, p.at+"/costs", cost("cost", "50.00", ""))
	var paid struct{ ID string }
	all := p.statement("").Open.Amount
	less := strings.Replace(all, ".", "", 1)
	var minor int
	if _, err := fmt.Sscan(less, &minor); err != nil {
		t.Fatal(err)
	}
	p.good(p.KeyA, 201, "POST", p.at+"/payments", fmt.Sprintf(`{"amount":{"amount":"%d.%02d","currency":"EUR"},"received_on":"2026-03-02"}`, (minor-1000)/100, minor%100), "Idempotency-Key", "pay").into(t, &paid)
	w = p.write(p.Lawyer, 200, "/api/v1/ledger_entries/"+w.Entries[0].ID+"/reverse", `{"reason":"no era de este expediente"}`)
	if len(w.Freed) != 1 || w.Freed[0].PaymentID != paid.ID || w.Freed[0].Amount.Amount != "40.00" {
		t.Fatalf("freed %+v", w.Freed)
	}
	var list struct {
		Data []struct{ Unallocated struct{ Amount string } }
	}
	p.good(p.KeyA, 200, "GET", p.at+"/payments", "").into(t, &list)
	if list.Data[0].Unallocated.Amount != "40.00" || p.statement("").Open.Amount != "0.00" {
		t.Errorf("unallocated %+v, open %s", list.Data, p.statement("").Open.Amount)
	}
	var line string
	if err := p.DB.Super.Get(&line, `select id from app.ledger_entries l where case_id = $1 and kind = 'payment' and not exists (select 1 from app.ledger_entries r where r.reverses = l.id) limit 1`, p.c.ID); err != nil {
		t.Fatal(err)
	}
	p.refused(p.Lawyer, 409, "line_of_payment", "/api/v1/ledger_entries/"+line+"/reverse", `{"reason":"x"}`)
	p.verified(t)
}

func TestNewInterestTermsMoveTheStatementAndWhatWasKnownBeforeStaysAsItWas(t *testing.T) {
	p := openPurse(t, testfirm.Opts{})
	before := p.statement("")
	known := p.Clock.Now().Add(time.Minute).UTC().Format(time.RFC3339)
	p.Clock.AddDays(1)
	was := p.statement("")
	at := "/api/v1/debts/" + was.Debts[0].DebtID + "/interest_terms"
	terms := func(regime, rate, kind string) string {
		return fmt.Sprintf(`{"from_on":"2025-11-28","regime":%q%s,"kind":%q,"basis":"cláusula 7"}`, regime, rate, kind)
	}
	p.refused(p.Paralegal, 403, "not_allowed", at, terms("agreed", `,"agreed_rate":"3"`, "correction"))
	p.refused(p.Lawyer, 422, "interest_terms_invalid", at, terms("legal", `,"agreed_rate":"3"`, "correction"))
	p.refused(p.Lawyer, 422, "interest_terms_invalid", at, terms("agreed", "", "correction"))
	p.refused(p.Lawyer, 422, "not_valid", at, terms("agreed", `,"agreed_rate":"3"`, "judgment"))
	p.write(p.Lawyer, 201, at, terms("agreed", `,"agreed_rate":"3.65"`, "correction"))
	// by hand: 1 000.00 × 3.65 % ÷ 365 = 0.10 a day, 33 days of 2025 and 62 of 2026
	if s := p.statement(""); s.of("interest") != "9.50" {
		t.Errorf("interest %s, before %s", s.of("interest"), was.of("interest"))
	}
	if s := p.statement("?as_of=2026-03-02&known_at=" + known); s.of("interest") != before.of("interest") || s.Open != before.Open {
		t.Errorf("known before: %s, want %s", s.of("interest"), before.of("interest"))
	}
	p.verified(t)
}

// Ley 19/1985 art. 149: interest from the presentation, and 10 % of what is not covered against the drawer.
func TestAChequeThatWasPresentedBearsInterestAndTheSurchargeOverTheAPI(t *testing.T) {
	p := openPurse(t, testfirm.Opts{Invoices: []testfirm.Invoice{{Kind: "cheque", Regime: "bill"}, {}}})
	before := p.statement("")
	var cheque, invoice string
	for _, d := range []*string{&cheque, &invoice} {
		kind := map[bool]string{true: "cheque", false: "invoice"}[d == &cheque]
		if err := p.DB.Super.Get(d, `select id from app.debts where case_id = $1 and kind = $2`, p.c.ID, kind); err != nil {
			t.Fatal(err)
		}
	}
	body := fmt.Sprintf(`{"on":"2026-01-10","document_id":%q,"surcharge":true}`, p.paper)
	p.refused(p.Paralegal, 403, "not_allowed", "/api/v1/debts/"+cheque+"/presentation", body)
	p.refused(p.Lawyer, 422, "cost_invalid", "/api/v1/debts/"+invoice+"/presentation", body)
	p.refused(p.Lawyer, 409, "ledger_unchanged", "/api/v1/debts/"+invoice+"/presentation", strings.Replace(body, "true", "false", 1))
	p.refused(p.Lawyer, 422, "cost_without_proof", "/api/v1/debts/"+cheque+"/presentation", strings.Replace(body, p.paper, cheque, 1))
	w := p.write(p.Lawyer, 201, "/api/v1/debts/"+cheque+"/presentation", body)
	if got := w.Entries[len(w.Entries)-1]; got.Component != "compensation" || got.Amount.Amount != "100.00" {
		t.Errorf("surcharge %+v", got)
	}
	// the invoice's 40.00 of compensation, and the cheque's 100.00
	if s := p.statement(""); s.of("compensation") != "140.00" || s.of("interest") == before.of("interest") {
		t.Errorf("compensation %s, interest %s (%s before)", s.of("compensation"), s.of("interest"), before.of("interest"))
	}
	p.refused(p.Lawyer, 409, "surcharged_before", "/api/v1/debts/"+cheque+"/presentation", body)
	p.verified(t)
}

func TestTheLedgerOfAnotherClientsCaseIsNotThere(t *testing.T) {
	p := openPurse(t, testfirm.Opts{})
	foreign := p.OpenCase(testfirm.Opts{Client: &p.ClientB})
	theirs := "/api/v1/cases/" + foreign.ID.String()
	for _, who := range []evidence.Actor{p.KeyA, p.ClientAdminA, p.KeyB, p.ClientAdminB, p.Admin, p.DPO} {
		for at, body := range map[string]string{p.at + "/costs": cost("cost", "1.00", ""), theirs + "/costs": cost("cost", "1.00", ""),
			p.at + "/waivers": `{"component":"cost","amount":{"amount":"1.00","currency":"EUR"},"basis":"x"}`, p.at + "/write_offs": `{"all":true,"basis":"x"}`} {
			p.refused(who, 404, "not_found", at, body)
		}
	}
	p.refused(p.Lawyer, 404, "not_found", "/api/v1/cases/"+p.paper+"/costs", cost("cost", "1.00", ""))
	p.refused(p.Lawyer, 404, "not_found", "/api/v1/ledger_entries/"+p.paper+"/reverse", `{"reason":"x"}`)
	p.refused(p.Lawyer, 422, "cost_invalid", p.at+"/costs", cost("cost", "1.00", fmt.Sprintf(`,"debt_id":%q`, p.paper)))
	p.refused(p.Lawyer, 422, "cost_invalid", p.at+"/costs", strings.Replace(cost("cost", "1.00", ""), "EUR", "USD", 1))
	p.refused(p.Lawyer, 422, "effective_in_future", p.at+"/costs", strings.Replace(cost("cost", "1.00", ""), "2026-02-01", "2026-03-03", 1))
}

func TestWhatAnAgreementRestsOnIsNotChangedBesideIt(t *testing.T) {
	p := openPurse(t, testfirm.Opts{})
	var deal agreementAnswer
	p.good(p.Paralegal, 201, "POST", p.at+"/agreements", `{"kind":"full_with_discount","total":{"amount":"1000.00","currency":"EUR"},"count":2,"first_due_on":"2026-03-10"}`).into(t, &deal)
	p.good(p.Paralegal, 200, "POST", "/api/v1/agreements/"+deal.ID+"/accept", `{"source":"correo"}`)
	p.refused(p.Lawyer, 409, "agreement_binds", p.at+"/write_offs", `{"all":true,"basis":"x"}`)
	p.refused(p.Lawyer, 409, "agreement_binds", p.at+"/waivers", `{"component":"principal","amount":{"amount":"1.00","currency":"EUR"},"basis":"x"}`)
}
