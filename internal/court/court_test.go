package court_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/court"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
)

func TestAPetitionIsFiledServedAndItsTermSkipsAugust(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.ready(t, testfirm.Opts{}, true)
	p, f := o.filed(t, c)
	if f.State != court.FilingFiled || f.ReceiptDocumentID == nil || len(f.Annexes.V) != 3 || o.Case(c.ID).Stage != cases.Judicial {
		t.Fatalf("filed %+v, stage %s", f, o.Case(c.ID).Stage)
	}
	o.on(t, day.Of(2026, 7, 30), c.ClientID)
	_, err := o.RecordAct(ctx, o.Paralegal, p.ID, court.ActIn{Kind: "admitted", On: day.Of(2026, 5, 14)})
	must(t, err)
	served, err := o.RecordAct(ctx, o.Paralegal, p.ID, court.ActIn{Kind: "served", On: day.Of(2026, 7, 20), Note: "en el domicilio"})
	must(t, err)
	all, err := o.Deadlines(ctx, o.ClientAdminA, p.ID)
	must(t, err)
	payment := all[slices.IndexFunc(all, func(l court.Deadline) bool { return l.Rule == "payment_requirement" })]
	// 21 to 24 and 27 to 31 July are nine court days; August does not count; the eleven others end on 15 September 2026.
	if payment.DueOn != day.Of(2026, 9, 15) || payment.Whose != "theirs" || payment.TriggerOn != served.HappenedOn || !strings.Contains(payment.Law, "815.1") {
		t.Errorf("deadline %+v", payment)
	}
	var skipped []struct {
		From, To day.Date
		ES       string
	}
	must(t, json.Unmarshal(payment.Skipped, &skipped))
	if !slices.ContainsFunc(skipped, func(s struct {
		From, To day.Date
		ES       string
	}) bool {
		return s.From == day.Of(2026, 8, 1) && s.To == day.Of(2026, 8, 31) && strings.Contains(s.ES, "agosto")
	}) {
		t.Errorf("skipped %s", payment.Skipped)
	}
	sue := all[slices.IndexFunc(all, func(l court.Deadline) bool { return l.Rule == "suit_after_negotiation" })]
	if sue.DueOn != day.Of(2027, 3, 6) || sue.MetOn != day.Of(2026, 4, 20) || sue.Whose != "ours" {
		t.Errorf("term to sue %+v", sue)
	}
	got := o.Kinds(c)
	for _, kind := range []string{"approval.asked", "approval.granted", "proceeding.opened", "filing.drafted", "filing.submitted", "filing.approved", "filing.signed", "filing.filed",
		"filing.admitted", "act.recorded", "deadline.computed", "deadline.met", "interest.fixed"} {
		if !slices.Contains(got, kind) {
			t.Errorf("no entry %s in %v", kind, got)
		}
	}
	report, err := o.Firm.Log.Verify(ctx, o.Job, o.Documents.Store.Check, nil)
	must(t, err)
	if len(report.Findings) > 0 || report.Attachments != 5 {
		t.Errorf("verify %+v", report)
	}
}

func TestSilenceOfTheDebtorGivesATitleOnlyAfterItsTerm(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.ready(t, testfirm.Opts{}, true)
	p, _ := o.filed(t, c)
	o.on(t, day.Of(2026, 7, 1), c.ClientID)
	_, err := o.RecordAct(ctx, o.Lawyer, p.ID, court.ActIn{Kind: "no_answer", On: day.Of(2026, 6, 1)})
	refused(t, err, "act_out_of_order")
	served, err := o.RecordAct(ctx, o.Lawyer, p.ID, court.ActIn{Kind: "served", On: day.Of(2026, 5, 4)})
	must(t, err)
	// Twenty court days from 4 May end on 1 June.
	_, err = o.RecordAct(ctx, o.Lawyer, p.ID, court.ActIn{Kind: "no_answer", On: day.Of(2026, 6, 1)})
	refused(t, err, "term_running")
	_, err = o.CorrectAct(ctx, o.Paralegal, served.ID, day.Of(2026, 5, 6), "fecha del acuse")
	refused(t, err, "not_allowed")
	_, err = o.CorrectAct(ctx, o.Lawyer, served.ID, day.Of(2026, 5, 6), "fecha del acuse")
	must(t, err)
	all, err := o.Deadlines(ctx, o.Lawyer, p.ID)
	must(t, err)
	all = slices.DeleteFunc(all, func(l court.Deadline) bool { return l.Rule != "payment_requirement" })
	if len(all) != 2 || all[0].DueOn != day.Of(2026, 6, 1) || all[1].DueOn != day.Of(2026, 6, 3) || all[0].ReplacedBy == nil || *all[0].ReplacedBy != all[1].ID || all[1].ReplacedBy != nil {
		t.Fatalf("after the correction %+v", all)
	}
	_, err = o.RecordAct(ctx, o.Lawyer, p.ID, court.ActIn{Kind: "no_answer", On: day.Of(2026, 6, 4)})
	must(t, err)
	if stage := o.Case(c.ID).Stage; stage != cases.Enforcement {
		t.Errorf("stage %s", stage)
	}
	var open int
	must(t, o.DB.Super.Get(&open, `select count(*) from app.deadlines where met_on is null and replaced_by is null`))
	if open != 0 {
		t.Errorf("%d deadlines stay open", open)
	}
}

func TestAnOppositionStartsTheTermOfItsAmount(t *testing.T) {
	for _, item := range []struct{ principal, rule, due string }{
		{"1000.00", "opposition_verbal", "2026-06-22"}, {"20000.00", "opposition_ordinary", "2026-07-08"},
	} {
		o := open(t)
		ctx := context.Background()
		c := o.ready(t, testfirm.Opts{Invoices: []testfirm.Invoice{{Principal: item.principal}}}, true)
		p, _ := o.filed(t, c)
		o.on(t, day.Of(2026, 6, 9), c.ClientID)
		_, err := o.RecordAct(ctx, o.Paralegal, p.ID, court.ActIn{Kind: "served", On: day.Of(2026, 5, 20)})
		must(t, err)
		_, err = o.RecordAct(ctx, o.Paralegal, p.ID, court.ActIn{Kind: "opposed", On: day.Of(2026, 6, 8)})
		must(t, err)
		var soon []court.Deadline
		must(t, o.DB.App.View(ctx, o.Lawyer.Token, func(tx *postgres.Tx) error {
			soon, err = court.Upcoming(tx, day.Of(2026, 12, 31), 10)
			return err
		}))
		if len(soon) != 1 || soon[0].Rule != item.rule || soon[0].DueOn.String() != item.due || soon[0].Whose != "ours" {
			t.Fatalf("%s: upcoming %+v", item.principal, soon)
		}
		if _, err := o.CompleteDeadline(ctx, o.Paralegal, soon[0].ID, day.Date{}); err != nil {
			t.Error(err)
		}
		_, err = o.CompleteDeadline(ctx, o.Paralegal, soon[0].ID, day.Date{})
		refused(t, err, "changed_meanwhile")
	}
}

func TestTheGatesToCourtAreNamed(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.delivered(t, testfirm.Opts{}, true)
	start := func(procedure string) error {
		_, err := o.Open(ctx, o.Lawyer, []uuid.UUID{c.ID}, court.Opening{Procedure: procedure})
		return err
	}
	refused(t, start("monitorio"), "demand_term_running")
	o.on(t, day.Of(2026, 4, 20), c.ClientID)
	refused(t, start("monitorio"), "suit_not_approved")
	a, err := o.AskToSue(ctx, o.Lawyer, c.ID)
	must(t, err)
	_, err = o.AskToSue(ctx, o.Lawyer, c.ID)
	refused(t, err, "approval_already_asked")
	for _, who := range []evidence.Actor{o.ClientAdminB, o.KeyA} {
		_, err = o.DecideSuit(ctx, who, a.ID, true, "")
		if p := problem.Of(err); p == nil || p.Kind != problem.NotFound && p.Kind != problem.Forbidden {
			t.Errorf("%s decided: %v", who.Role, err)
		}
	}
	_, err = o.DecideSuit(ctx, o.ClientAdminA, a.ID, false, "esperemos")
	must(t, err)
	refused(t, start("monitorio"), "suit_not_approved")
	a, err = o.AskToSue(ctx, o.Lawyer, c.ID)
	must(t, err)
	_, err = o.DecideSuit(ctx, o.ClientAdminA, a.ID, true, "")
	must(t, err)
	_, err = o.AskToSue(ctx, o.Lawyer, c.ID)
	refused(t, err, "suit_already_allowed")
	refused(t, start("monitorio"), "step_not_possible")
	_, err = o.cases.Advance(ctx, o.Lawyer, c.ID, cases.DemandExpired, "")
	must(t, err)
	hold, err := o.cases.PlaceHold(ctx, o.Lawyer, c.ID, cases.Hold{Scope: "judicial", Reason: "concurso en estudio"})
	must(t, err)
	refused(t, start("monitorio"), "case_on_hold")
	_, err = o.cases.LiftHold(ctx, o.Lawyer, hold.ID, "no hay concurso")
	must(t, err)
	refused(t, start("ordinario"), "procedure_amount")
	refused(t, start("cuento"), "procedure_unknown")
	must(t, start("monitorio"))
	refused(t, start("monitorio"), "proceeding_live")
}

func TestAPetitionWithoutInvoiceOrProofOfDeliveryIsRefused(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.ready(t, testfirm.Opts{}, false)
	p, err := o.Open(ctx, o.Paralegal, []uuid.UUID{c.ID}, court.Opening{Procedure: "monitorio"})
	must(t, err)
	f, err := o.DraftFiling(ctx, o.Paralegal, p.ID, nil)
	must(t, err)
	_, err = o.Submit(ctx, o.Paralegal, f.ID)
	refused(t, err, "filing_annex_missing")
	if q := problem.Of(err); q != nil && (len(q.Reasons) != 1 || q.Reasons[0].Pointer != "/annexes/debt_proof") {
		t.Errorf("reasons %+v", q.Reasons)
	}
	// A proof that cannot be bound is none: the court could not read it.
	_, err = o.DB.Super.Exec(`alter table app.documents disable trigger must_have_logged; update app.documents set media_type = 'text/plain' where kind = 'delivery_proof'`)
	must(t, err)
	_, err = o.Submit(ctx, o.Paralegal, f.ID)
	if q := problem.Of(err); q == nil || len(q.Reasons) != 2 || q.Reasons[1].Pointer != "/annexes/negotiation_proof" {
		t.Errorf("got %v", err)
	}
}

func TestThePackHoldsPetitionIndexAndNumberedAnnexes(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.ready(t, testfirm.Opts{Invoices: []testfirm.Invoice{{Principal: "7761.43"}, {Principal: "3719.98"}}}, true)
	_, f := o.approved(t, c)
	f, err := o.Sign(ctx, o.Lawyer, f.ID)
	must(t, err)
	pack, err := o.Preview(ctx, o.Lawyer, f.ID)
	must(t, err)
	text := testfirm.Words(t, pack)
	for _, want := range []string{f.Claim().In("es"), "PETICIÓN INICIAL DE PROCESO MONITORIO", "TRIBUNAL DE INSTANCIA DE VALDEMIEL", "Documento n.º 1", "Documento n.º 3", "doña Rosa Ficticia Prado",
		"6 de marzo de 2026", "modelo 696", "100,00 €", "documento n.º 3", "burofax", "NB00000001", "Fdo.: Irene Valdelomar"} {
		if !strings.Contains(strings.ToLower(text), strings.ToLower(testfirm.Flat(want))) {
			t.Errorf("the pack does not say %q", want)
		}
	}
	o.Clock.AddDays(9)
	again, err := o.Preview(ctx, o.Paralegal, f.ID)
	must(t, err)
	if !bytes.Equal(pack, again) {
		t.Error("the signed pack has changed")
	}
	if out := os.Getenv("RECOBRO_LETTERS_OUT"); out != "" {
		must(t, os.WriteFile(filepath.Join(out, "pack.pdf"), pack, 0o600))
	}
}

func TestWhoDraftsAFilingNeitherApprovesNorSignsNorDoTwoSign(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.ready(t, testfirm.Opts{}, true)
	p, err := o.Open(ctx, o.Lawyer, []uuid.UUID{c.ID}, court.Opening{Procedure: "monitorio"})
	must(t, err)
	f, err := o.DraftFiling(ctx, o.Lawyer, p.ID, nil)
	must(t, err)
	_, err = o.DraftFiling(ctx, o.Paralegal, p.ID, nil)
	refused(t, err, "filing_live")
	_, err = o.Sign(ctx, o.Lawyer2, f.ID)
	refused(t, err, "filing_state")
	_, err = o.Submit(ctx, o.Lawyer, f.ID)
	must(t, err)
	_, err = o.Approve(ctx, o.Lawyer, f.ID, "")
	refused(t, err, "drafter_cannot_decide")
	_, err = o.Approve(ctx, o.Paralegal, f.ID, "")
	refused(t, err, "not_allowed")
	_, err = o.Approve(ctx, o.Lawyer2, f.ID, "")
	must(t, err)
	_, err = o.Sign(ctx, o.Lawyer, f.ID)
	refused(t, err, "drafter_cannot_decide")
	_, err = o.Sign(ctx, o.ClientAdminA, f.ID)
	refused(t, err, "not_found")
	_, err = o.DB.Super.Exec(`update app.filings set signed_by = drafted_by`)
	if name, _ := postgres.Broken(err); name != "filings_drafter_never_approves" {
		t.Errorf("the database let the drafter sign: %v", err)
	}
	var all sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		all.Go(func() { _, errs[i] = o.Sign(ctx, o.Lawyer2, f.ID) })
	}
	all.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("signers got %v and %v", errs[0], errs[1])
	}
	_, err = o.File(ctx, o.Paralegal, f.ID, court.FiledAt{})
	refused(t, err, "not_allowed")
}

func TestAWrongStepBeforeTheCourtLeavesNothingBehind(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.ready(t, testfirm.Opts{}, true)
	p, f := o.approved(t, c)
	before := o.Kinds(c)
	_, err := o.File(ctx, o.Lawyer, f.ID, court.FiledAt{})
	refused(t, err, "filing_state")
	for code, in := range map[string]court.ActIn{
		"act_out_of_order": {Kind: "served", On: o.Clock.Today()},
		"act_unknown":      {Kind: "satisfied", On: o.Clock.Today()},
	} {
		_, err = o.RecordAct(ctx, o.Lawyer, p.ID, in)
		refused(t, err, code)
	}
	_, err = o.RecordAct(ctx, o.ClientAdminA, p.ID, court.ActIn{Kind: "served", On: o.Clock.Today()})
	refused(t, err, "not_allowed")
	_, err = o.RecordAct(ctx, o.ClientAdminB, p.ID, court.ActIn{Kind: "served", On: o.Clock.Today()})
	refused(t, err, "not_found")
	if now := o.Kinds(c); !slices.Equal(before, now) {
		t.Errorf("log %v", now[len(before):])
	}
	err = o.DB.App.Write(ctx, o.Lawyer.Token, func(tx *postgres.Tx) error {
		_, err := tx.Exec(`update proceedings set docket_number = 'x'`)
		return err
	})
	if name, _ := postgres.Broken(err); name != "must_have_logged" {
		t.Errorf("the change without an entry: %v", err)
	}
}

func TestOtherCountriesHaveNoPetitionYet(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	client := o.AddClient(clients.Client{Name: "Exportadora Cenzontle, S.A. de C.V.", Country: "MX", City: "Ocotepal", Currency: money.MXN, AccountIBAN: "032180000118359719"})
	_, err := clients.SignMandate(ctx, o.Firm.Log, o.Job, client.ID, clients.Mandate{SignedOn: day.Of(2026, 1, 1), MaySueWithoutAsking: true})
	must(t, err)
	c := o.delivered(t, testfirm.Opts{Client: &client}, true)
	o.on(t, day.Of(2026, 4, 20), c.ClientID)
	_, err = o.cases.Advance(ctx, o.Lawyer, c.ID, cases.DemandExpired, "")
	must(t, err)
	_, err = o.AskToSue(ctx, o.Lawyer, c.ID)
	refused(t, err, "suit_already_allowed")
	p, err := o.Open(ctx, o.Lawyer, []uuid.UUID{c.ID}, court.Opening{Procedure: "ordinario"})
	must(t, err)
	_, err = o.DraftFiling(ctx, o.Lawyer, p.ID, nil)
	refused(t, err, "filing_not_drafted")
}
