package demands_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/demands"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
)

func TestADemandGoesFromDraftToDeliveredAndItsTermIsTheLater(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.openCase(t, testfirm.Opts{})
	d := o.dispatched(t, c)
	if d.State != demands.Dispatched || d.Template != "formal_demand" || d.Language != "es" || d.AsOf != o.Clock.Today() || d.DocumentID == nil {
		t.Fatalf("dispatched %+v", d)
	}
	o.Clock.AddDays(4)
	d, err := o.Deliver(ctx, o.Paralegal, d.ID, demands.Delivery{State: demands.Delivered, On: day.Of(2026, 3, 5), Grade: 4, Proof: proof()})
	must(t, err)
	// Ten days of the firm end on 15 March; the negotiation of LO 1/2025 ends thirty days after receipt, on 4 April.
	if d.TermOn != day.Of(2026, 4, 4) || d.State != demands.Delivered || d.DeliveryDocumentID == nil {
		t.Errorf("delivered %+v", d)
	}
	want := []string{"case.opened", "debt.added", "compensation.charged", "demand.drafted", "case.advanced", "demand.submitted", "demand.approved", "demand.issued",
		"interest.fixed", "demand.dispatched", "demand.delivered", "limitation.fact_recorded"}
	got := o.Kinds(c)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("log %v, want %v", got, want)
	}
	if now := o.Case(c.ID); now.Stage != cases.FormalDemand {
		t.Errorf("stage %s", now.Stage)
	}
	report, err := o.Firm.Log.Verify(ctx, o.Job, o.Documents.Store.Check, nil)
	must(t, err)
	if len(report.Findings) > 0 || report.Attachments != 2 {
		t.Errorf("verify: %+v", report)
	}
}

func TestTheIssuedLetterSaysWhatTheLedgerSays(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.openCase(t, testfirm.Opts{Invoices: []testfirm.Invoice{{Principal: "7761.43", Number: "F-2026-1187", DueOn: day.Of(2025, 11, 28)}, {Principal: "3719.98", Number: "F-2026-1240", DueOn: day.Of(2026, 1, 15)}}})
	d, err := o.Sign(ctx, o.Lawyer, o.approved(t, c).ID)
	must(t, err)
	s := o.statement(t, c, d.AsOf)
	doc, pdf, err := o.Documents.Open(ctx, o.ClientAdminA, *d.DocumentID)
	must(t, err)
	text := testfirm.Words(t, pdf)
	wanted := []string{s.Open.In("es"), s.Total("principal").Left.In("es"), s.Total("interest").Left.In("es"), s.Total("compensation").Left.In("es"), s.DailyInterest.In("es"),
		"F-2026-1187", "F-2026-1240", c.Number, c.DebtorName, o.ClientA.Name, "Irene Valdelomar", "ICAV", "BOE-A-2026-14327"}
	for _, debt := range s.Debts {
		for _, slice := range debt.Slices {
			wanted = append(wanted, slice.Amount.In("es"), fmt.Sprint(slice.Days))
		}
	}
	if o.Clock.Today().Before(day.Of(2026, 7, 1)) {
		wanted = slices.DeleteFunc(wanted, func(w string) bool { return w == "BOE-A-2026-14327" })
		wanted = append(wanted, "BOE-A-2025-27201", "10,15 %")
	}
	for _, want := range wanted {
		if !strings.Contains(text, testfirm.Flat(want)) {
			t.Errorf("the letter does not say %q", want)
		}
	}
	if doc.Kind != documents.Demand || doc.Sum() != [32]byte(doc.SHA256) {
		t.Errorf("document %+v", doc)
	}
	if out := os.Getenv("RECOBRO_LETTERS_OUT"); out != "" {
		must(t, os.WriteFile(filepath.Join(out, "demand.pdf"), pdf, 0o600))
	}
}

func TestIssuedBytesNeverChangeAndAChangedByteIsFound(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.openCase(t, testfirm.Opts{})
	d, err := o.Sign(ctx, o.Lawyer2, o.approved(t, c).ID)
	must(t, err)
	first, err := o.Preview(ctx, o.Paralegal, d.ID)
	must(t, err)
	o.Clock.AddDays(20)
	again, err := o.Preview(ctx, o.Lawyer, d.ID)
	must(t, err)
	if !bytes.Equal(first, again) {
		t.Error("the issued letter is not the same twenty days later")
	}
	_, err = o.Update(ctx, o.Paralegal, d.ID, d.Version, map[string]string{"debt_origin": "otra cosa"})
	refused(t, err, "demand_state")
	files, err := filepath.Glob(filepath.Join(o.folder, "sha256", "*", "*", "*"))
	must(t, err)
	must(t, os.Chmod(files[0], 0o600))
	must(t, os.WriteFile(files[0], append(first[:len(first)-1:len(first)-1], 'X'), 0o600))
	report, err := o.Firm.Log.Verify(ctx, o.Job, o.Documents.Store.Check, nil)
	must(t, err)
	if len(report.Findings) != 1 {
		t.Errorf("findings %v", report.Findings)
	}
	if _, err := o.Preview(ctx, o.Lawyer, d.ID); err == nil {
		t.Error("changed bytes were shown")
	}
}

func TestWhoDraftsNeitherApprovesNorSigns(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.openCase(t, testfirm.Opts{})
	d, err := o.Draft(ctx, o.Lawyer, []uuid.UUID{c.ID}, "", nil)
	must(t, err)
	_, err = o.Submit(ctx, o.Lawyer, d.ID)
	must(t, err)
	_, err = o.Approve(ctx, o.Lawyer, d.ID, "")
	refused(t, err, "drafter_cannot_decide")
	_, err = o.Approve(ctx, o.Lawyer2, d.ID, "")
	must(t, err)
	_, err = o.Sign(ctx, o.Lawyer, d.ID)
	refused(t, err, "drafter_cannot_decide")
	// The database holds the rule too, whoever writes.
	for _, column := range []string{"approved_by", "signed_by"} {
		_, err = o.DB.Super.Exec(`update app.demands set ` + column + ` = drafted_by`)
		if name, _ := postgres.Broken(err); name != "demands_drafter_never_approves" {
			t.Errorf("%s: %v", column, err)
		}
	}
}

func TestOnlyLawyersApproveAndSignAndClientsSeeNoDraft(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.openCase(t, testfirm.Opts{})
	d := o.approved(t, c)
	for _, who := range []evidence.Actor{o.Supervisor, o.Paralegal} {
		_, err := o.Sign(ctx, who, d.ID)
		refused(t, err, "not_allowed")
	}
	for _, who := range []evidence.Actor{o.ClientAdminA, o.ClientAdminB, o.KeyA, o.Finance} {
		_, err := o.Sign(ctx, who, d.ID)
		refused(t, err, "not_found")
		_, err = o.Read(ctx, who, d.ID)
		refused(t, err, "not_found")
		_, err = o.Draft(ctx, who, []uuid.UUID{c.ID}, "", nil)
		if p := problem.Of(err); p == nil {
			t.Errorf("%s drafted: %v", who.Role, err)
		}
	}
	_, err := o.Sign(ctx, o.Job, d.ID)
	refused(t, err, "person_needed")
	_, err = o.Sign(ctx, o.Lawyer, d.ID)
	must(t, err)
	if _, err := o.Read(ctx, o.ClientAdminA, d.ID); err != nil {
		t.Errorf("the client cannot read the issued demand: %v", err)
	}
	_, err = o.Read(ctx, o.ClientAdminB, d.ID)
	refused(t, err, "not_found")
}

func TestAWrongStateIsAConflictAndLeavesNothingBehind(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.openCase(t, testfirm.Opts{})
	d, err := o.Draft(ctx, o.Paralegal, []uuid.UUID{c.ID}, "", nil)
	must(t, err)
	before := o.Kinds(c)
	_, err = o.Approve(ctx, o.Lawyer, d.ID, "")
	refused(t, err, "demand_state")
	_, err = o.Sign(ctx, o.Lawyer, d.ID)
	refused(t, err, "demand_state")
	_, err = o.Dispatch(ctx, o.Paralegal, d.ID, demands.Dispatch{Channel: demands.Post, Proof: proof()})
	refused(t, err, "demand_state")
	_, err = o.Deliver(ctx, o.Paralegal, d.ID, demands.Delivery{State: demands.Returned, On: o.Clock.Today(), Grade: 3})
	refused(t, err, "demand_state")
	_, err = o.Draft(ctx, o.Paralegal, []uuid.UUID{c.ID}, "", nil)
	refused(t, err, "demand_live")
	_, err = o.Update(ctx, o.Paralegal, d.ID, d.Version+1, nil)
	refused(t, err, "version_stale")
	_, err = o.Update(ctx, o.Paralegal, d.ID, d.Version, map[string]string{"amount_total": "1,00 €"})
	refused(t, err, "demand_field_unknown")
	var documents int
	must(t, o.DB.Super.Get(&documents, `select count(*) from app.documents`))
	if now, err := o.Read(ctx, o.Paralegal, d.ID); err != nil || now.Version != d.Version || documents != 0 || !slices.Equal(before, o.Kinds(c)) {
		t.Errorf("something stayed behind: %+v, %d documents, log %v, %v", now, documents, o.Kinds(c), err)
	}
}

func TestOfTwoSignersAtOnceOneWins(t *testing.T) {
	o := open(t)
	c := o.openCase(t, testfirm.Opts{})
	d := o.approved(t, c)
	var all sync.WaitGroup
	errs := make([]error, 2)
	for i, who := range []evidence.Actor{o.Lawyer, o.Lawyer2} {
		all.Go(func() { _, errs[i] = o.Sign(context.Background(), who, d.ID) })
	}
	all.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("signers got %v and %v", errs[0], errs[1])
	}
	for _, err := range errs {
		if err != nil && problem.Of(err).Kind != problem.Conflict {
			t.Errorf("the loser got %v", err)
		}
	}
	if n := strings.Count(strings.Join(o.Kinds(c), " "), "demand.issued"); n != 1 {
		t.Errorf("issued %d times", n)
	}
}

func TestADeliveryNeedsItsProof(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.openCase(t, testfirm.Opts{})
	d := o.dispatched(t, c)
	today := o.Clock.Today()
	for code, in := range map[string]demands.Delivery{
		"delivery_proof_missing":  {State: demands.Delivered, On: today, Grade: 4},
		"delivery_grade_low":      {State: demands.Delivered, On: today, Grade: 2, Proof: proof()},
		"delivery_state":          {State: demands.Issued, On: today, Grade: 4, Proof: proof()},
		"day_impossible":          {State: demands.Delivered, On: today.AddDays(1), Grade: 4, Proof: proof()},
		"document_media_mismatch": {State: demands.Delivered, On: today, Grade: 4, Proof: &documents.Upload{Name: "a.pdf", MediaType: "application/pdf", Data: []byte("GIF89a")}},
	} {
		_, err := o.Deliver(ctx, o.Paralegal, d.ID, in)
		refused(t, err, code)
	}
	_, err := o.DB.Super.Exec(`update app.demands set state = 'delivered', delivered_on = current_date`)
	if name, _ := postgres.Broken(err); name != "demands_delivery_has_proof" {
		t.Errorf("the database took a delivery without proof: %v", err)
	}
	d, err = o.Deliver(ctx, o.Paralegal, d.ID, demands.Delivery{State: demands.Returned, On: today, Grade: 3})
	must(t, err)
	var task string
	must(t, o.DB.Super.Get(&task, `select kind from app.tasks where done_on is null`))
	if !d.TermOn.IsZero() || task != "check_address" {
		t.Errorf("a returned letter: term %s, task %q", d.TermOn, task)
	}
	if _, err := o.Draft(ctx, o.Paralegal, []uuid.UUID{c.ID}, "", nil); err != nil {
		t.Errorf("no second demand after a return: %v", err)
	}
}

func TestNothingLeavesDuringAHoldNorBeforeMoneyIsKnown(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.OpenCase(testfirm.Opts{})
	d := o.approved(t, c)
	_, err := o.Sign(ctx, o.Lawyer, d.ID)
	refused(t, err, "money_not_known")
	o.knowMoney(t, c.ClientID)
	desk := cases.Desk{Log: o.Firm.Log, Law: o.Firm.Law}
	hold, err := desk.PlaceHold(ctx, o.Lawyer, c.ID, cases.Hold{Scope: "contact", Reason: "queja"})
	must(t, err)
	_, err = o.Sign(ctx, o.Lawyer, d.ID)
	refused(t, err, "case_on_hold")
	_, err = desk.LiftHold(ctx, o.Lawyer, hold.ID, "resuelta")
	must(t, err)
	o.Clock.AddDays(3) // money is known up to three days ago: that is the day of the statement
	d, err = o.Sign(ctx, o.Lawyer, d.ID)
	must(t, err)
	if d.AsOf != o.Clock.Today().AddDays(-3) || d.IssuedOn != o.Clock.Today() {
		t.Errorf("as of %s, issued on %s", d.AsOf, d.IssuedOn)
	}
}

func TestACaseThatWasClosedMeanwhileTakesNoLetterAndNoTask(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	desk := cases.Desk{Log: o.Firm.Log, Law: o.Firm.Law}
	signed, sent := o.openCase(t, testfirm.Opts{}), o.openCase(t, testfirm.Opts{})
	d, e := o.approved(t, signed), o.dispatched(t, sent)
	for _, c := range []*cases.Case{signed, sent} {
		_, err := desk.Advance(ctx, o.ClientAdminA, c.ID, cases.Recalled, "cobrado por el cliente")
		must(t, err)
	}
	_, err := o.Sign(ctx, o.Lawyer, d.ID)
	refused(t, err, "step_not_possible")
	_, err = o.Deliver(ctx, o.Paralegal, e.ID, demands.Delivery{State: demands.Returned, On: o.Clock.Today(), Grade: 3})
	must(t, err)
	var open int
	must(t, o.DB.Super.Get(&open, `select count(*) from app.tasks where done_on is null`))
	if open != 0 {
		t.Errorf("%d tasks stand open in closed cases", open)
	}
}

func TestARejectedDemandIsWrittenAgainAndACancelledOneTakesTheCaseBack(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.openCase(t, testfirm.Opts{})
	d := o.approved(t, c)
	_, err := o.Reject(ctx, o.Lawyer, d.ID, " ")
	refused(t, err, "reason_missing")
	d, err = o.Reject(ctx, o.Lawyer, d.ID, "falta el origen")
	must(t, err)
	if d.State != demands.Draft || d.ApprovedBy != nil || d.ReviewNote != "falta el origen" {
		t.Errorf("rejected %+v", d)
	}
	d, err = o.Update(ctx, o.Paralegal, d.ID, d.Version, map[string]string{"debt_origin": "los tejidos servidos en 2025", "term_days": "40"})
	must(t, err)
	pdf, err := o.Preview(ctx, o.Paralegal, d.ID)
	must(t, err)
	text := testfirm.Words(t, pdf)
	if !strings.Contains(text, "los tejidos servidos en 2025") || !strings.Contains(text, "40 días naturales, a contar desde el siguiente a aquel en que reciba") {
		t.Errorf("preview: %.800s", text)
	}
	_, err = o.Cancel(ctx, o.Paralegal, d.ID, "paga")
	must(t, err)
	if now := o.Case(c.ID); now.Stage != cases.Amicable {
		t.Errorf("stage %s", now.Stage)
	}
}

func TestADemandWithoutAddressOrAccountIsNotSubmitted(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	debtor := o.Debtor("ES", false)
	debtor.Street, debtor.City, debtor.PostalCode = "", "", ""
	for _, item := range []struct {
		missing string
		opts    testfirm.Opts
	}{{"debtor", testfirm.Opts{Debtor: &debtor}}, {"payment", testfirm.Opts{Client: &o.ClientB}}} {
		c := o.openCase(t, item.opts)
		d, err := o.Draft(ctx, o.Paralegal, []uuid.UUID{c.ID}, "", nil)
		must(t, err)
		_, err = o.Submit(ctx, o.Paralegal, d.ID)
		refused(t, err, "demand_incomplete")
		if p := problem.Of(err); p != nil && (len(p.Reasons) != 1 || p.Reasons[0].Pointer != "/checklist/"+item.missing) {
			t.Errorf("reasons %+v", p.Reasons)
		}
	}
}

func TestEveryCountryAndLanguageHasItsLetter(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	client := o.AddClient(clients.Client{Name: "Exportadora Cenzontle, S.A. de C.V.", Country: "MX", City: "Ocotepal", Currency: money.MXN, AccountIBAN: "032180000118359719"})
	c := o.openCase(t, testfirm.Opts{Client: &client})
	d := o.approved(t, c)
	d, err := o.Sign(ctx, o.Lawyer, d.ID)
	must(t, err)
	_, pdf, err := o.Documents.Open(ctx, o.Lawyer, *d.DocumentID)
	must(t, err)
	text := testfirm.Words(t, pdf)
	if d.Template != "formal_demand_mx" || !strings.Contains(text, "0321 8000 0118 3597 19") || !strings.Contains(text, "RFC") || strings.Contains(text, "Orgánica 1/2025") {
		t.Errorf("%s: %.600s", d.Template, text)
	}
	debtor := o.Debtor("ES", false)
	debtor.Language = "en"
	c = o.openCase(t, testfirm.Opts{Debtor: &debtor})
	d, err = o.Draft(ctx, o.Paralegal, []uuid.UUID{c.ID}, "", nil)
	must(t, err)
	pdf, err = o.Preview(ctx, o.Paralegal, d.ID)
	must(t, err)
	if text := testfirm.Words(t, pdf); d.Language != "en" || !strings.Contains(text, "€1,000.00") || !strings.Contains(text, "Invoice F-2025") {
		t.Errorf("%s: %.600s", d.Language, text)
	}
}

func TestTheDatabaseRefusesAChangeOfADemandWithoutItsLogEntry(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.openCase(t, testfirm.Opts{})
	d, err := o.Draft(ctx, o.Paralegal, []uuid.UUID{c.ID}, "", nil)
	must(t, err)
	err = o.DB.App.Write(ctx, o.Paralegal.Token, func(tx *postgres.Tx) error {
		_, err := tx.Exec(`update demands set term_days = 1 where id = $1`, d.ID)
		return err
	})
	if name, _ := postgres.Broken(err); name != "must_have_logged" {
		t.Errorf("the change without an entry: %v", err)
	}
}

func TestADeliveredLetterIsAFactOfLimitation(t *testing.T) {
	o := open(t)
	c := o.openCase(t, testfirm.Opts{})
	d := o.dispatched(t, c)
	o.Clock.AddDays(4)
	d, err := o.Deliver(context.Background(), o.Paralegal, d.ID, demands.Delivery{State: demands.Delivered, On: day.Of(2026, 3, 5), Grade: 4, Proof: proof()})
	must(t, err)
	sheet, err := (&cases.Desk{Log: o.Firm.Log, Law: o.Firm.Law}).Limitation(context.Background(), o.Lawyer, c.ID)
	must(t, err)
	if len(sheet.Facts) != 1 || sheet.Facts[0].Received != day.Of(2026, 3, 5) || sheet.Facts[0].From != d.DispatchedOn || sheet.Facts[0].Grade != 4 || *sheet.Facts[0].About != d.ID || sheet.Facts[0].DocumentID == nil {
		t.Errorf("%+v", sheet.Facts)
	}
	if l := sheet.Debts[0].Limitation; l.On != sheet.Debts[0].LimitationOn || l.Later != day.Of(2031, 3, 5) {
		t.Errorf("last day %s, if confirmed %s", l.On, l.Later)
	}
}
