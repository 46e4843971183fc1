package settlements_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/ledger"
	"recobro/internal/letters"
	"recobro/internal/money"
	"recobro/internal/payments"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/settlements"
	"recobro/internal/testfirm"
	shipped "recobro/letters"
)

var ctx = context.Background()

// office is the firm with the desks that an agreement passes.
type office struct {
	*testfirm.Firm
	settle *settlements.Desk
	pay    *payments.Desk
}

func open(t *testing.T) *office {
	t.Helper()
	f := testfirm.New(t)
	shelf, err := letters.Load(shipped.FS)
	must(t, err)
	store, err := documents.OpenStore(t.TempDir())
	must(t, err)
	t.Cleanup(func() { _ = store.Close() })
	book := &ledger.Book{Law: f.Law}
	settle := &settlements.Desk{Log: f.Log, Law: f.Law, Book: book, Shelf: shelf, Store: store}
	o := &office{f, settle, &payments.Desk{Log: f.Log, Law: f.Law, Book: book, Settlements: settle}}
	t.Cleanup(func() { o.verify(t) })
	return o
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// verify holds the log after every test.
func (o *office) verify(t *testing.T) {
	t.Helper()
	report, err := o.Log.Verify(ctx, o.Job, o.settle.Store.Check, nil)
	if err != nil || len(report.Findings) > 0 {
		t.Errorf("the log does not verify: %v %v", report.Findings, err)
	}
}

func (o *office) view(t *testing.T, fn func(*postgres.Tx) error) {
	t.Helper()
	must(t, o.Log.DB.View(ctx, o.Job.Token, fn))
}

func (o *office) balance(t *testing.T, c *cases.Case) (b ledger.Balance) {
	t.Helper()
	o.view(t, func(tx *postgres.Tx) error {
		all, err := o.settle.Book.Balance(tx, c.ClientID, []uuid.UUID{c.ID}, o.Clock.Today())
		b = all[c.ID]
		return err
	})
	return b
}

func (o *office) agreement(t *testing.T, id uuid.UUID) (a settlements.Agreement) {
	t.Helper()
	o.view(t, func(tx *postgres.Tx) (err error) {
		a, err = settlements.Get(tx, o.Job, id)
		return err
	})
	return a
}

func (o *office) log(t *testing.T, c *cases.Case) (kinds []string) {
	t.Helper()
	o.view(t, func(tx *postgres.Tx) error {
		lines, err := evidence.Interactions(tx, evidence.CaseOf(c.ClientID, c.ID), 0, 200)
		for _, l := range lines {
			kinds = append([]string{l.Kind}, kinds...)
		}
		return err
	})
	return kinds
}

func (o *office) logged(t *testing.T, c *cases.Case, want ...string) {
	t.Helper()
	all := " " + strings.Join(o.log(t, c), " ") + " "
	for _, kind := range want {
		if !strings.Contains(all, " "+kind+" ") {
			t.Errorf("the log of %s has no %s:%s", c.Number, kind, all)
		}
	}
}

func (o *office) received(t *testing.T, c *cases.Case, minor int64) payments.Payment {
	t.Helper()
	p, err := o.pay.Record(ctx, o.Finance, payments.Received{CaseID: c.ID, Amount: money.Of(minor, c.Currency), ReceivedOn: o.Clock.Today()})
	must(t, err)
	return p
}

// propose offers the claim less its interest, in so many instalments from a week on.
func (o *office) propose(t *testing.T, c *cases.Case, count int) settlements.Agreement {
	t.Helper()
	b := o.balance(t, c)
	a, err := o.settle.Propose(ctx, o.Paralegal, c.ID, settlements.Terms{Kind: settlements.FullWithDiscount, Total: b.Total.Minus(b.Interest), Count: count, FirstDueOn: o.Clock.Today().AddDays(7)})
	must(t, err)
	return a
}

func (o *office) accept(t *testing.T, a settlements.Agreement) settlements.Agreement {
	t.Helper()
	a, err := o.settle.Accept(ctx, o.Paralegal, a.ID, settlements.Acceptance{Source: "E-mail of the debtor's manager"})
	must(t, err)
	return a
}

func code(err error) string {
	if p := problem.Of(err); p != nil {
		return p.Code
	}
	return ""
}

func TestATermInsideTheAuthorityGoesStraightToTheDebtor(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	a := o.propose(t, c, 3)
	if a.State != settlements.Proposed || a.DiscountPrincipalMinor != 0 || a.DiscountInterestMinor == 0 || len(a.Instalments) != 3 {
		t.Fatalf("proposed %+v", a)
	}
	o.logged(t, c, "agreement.proposed")
	_, err := o.settle.Propose(ctx, o.Paralegal, c.ID, settlements.Terms{Kind: settlements.Extension, Total: o.balance(t, c).Total, Count: 1, FirstDueOn: o.Clock.Today().AddDays(9)})
	if code(err) != "agreement_live" {
		t.Fatalf("a second live agreement: %v", err)
	}
}

func TestBeyondTheAuthorityTheClientDecides(t *testing.T) {
	o := open(t)
	for _, granted := range []bool{true, false} {
		c := o.OpenCase(testfirm.Opts{})
		a, err := o.settle.Propose(ctx, o.Paralegal, c.ID, settlements.Terms{Kind: settlements.FullWithDiscount, Total: money.Of(500_00, money.EUR), Count: 1, FirstDueOn: o.Clock.Today()})
		must(t, err)
		if a.State != settlements.AwaitingClient {
			t.Fatalf("proposed %+v", a)
		}
		var asked clients.Approval
		o.view(t, func(tx *postgres.Tx) (err error) {
			asked, err = clients.LatestAbout(tx, c.ClientID, "agreement", a.ID)
			return err
		})
		if _, err := o.settle.Accept(ctx, o.Paralegal, a.ID, settlements.Acceptance{Source: "said yes"}); code(err) != "agreement_state" {
			t.Fatalf("accepted before the client answered: %v", err)
		}
		for name, who := range map[string]evidence.Actor{"another client": o.ClientAdminB, "a machine": o.KeyA, "the firm": o.Lawyer} {
			if _, err := o.settle.Decide(ctx, who, asked.ID, true, ""); problem.Of(err) == nil {
				t.Fatalf("%s decided: %v", name, err)
			}
		}
		got, err := o.settle.Decide(ctx, o.ClientAdminA, asked.ID, granted, "as discussed")
		must(t, err)
		want := map[bool]settlements.State{true: settlements.Proposed, false: settlements.Refused}[granted]
		if now := o.agreement(t, a.ID).State; got.State != map[bool]string{true: "granted", false: "refused"}[granted] || now != want {
			t.Fatalf("granted %v: %+v", granted, got)
		}
		o.logged(t, c, "agreement.sent_to_client", "approval.asked", map[bool]string{true: "agreement.proposed", false: "agreement.refused"}[granted])
		if _, err := o.settle.Decide(ctx, o.ClientAdminA, asked.ID, !granted, ""); problem.Of(err) == nil {
			t.Fatalf("decided twice: %v", err)
		}
	}
}

func TestAKeptAgreementWaivesTheDiscountAndSettlesTheCase(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	a := o.accept(t, o.propose(t, c, 2))
	if a.State != settlements.Active || a.DocumentID == nil {
		t.Fatalf("accepted %+v", a)
	}
	o.Clock.AddDays(7)
	p := o.received(t, c, a.Instalments[0].Amount.Minor-1)
	if p.UnallocatedMinor != 0 || o.agreement(t, a.ID).Open().Minor != a.Instalments[1].Amount.Minor+1 || o.Case(c.ID).Stage == cases.Closed {
		t.Fatalf("after the first payment: %+v, open %s", p, o.agreement(t, a.ID).Open())
	}
	o.Clock.AddDays(30)
	p = o.received(t, c, a.Instalments[1].Amount.Minor+1+25_00)
	if p.Unallocated().Minor != 25_00 {
		t.Errorf("more than agreed must stay unallocated: %+v", p)
	}
	b, got, now := o.balance(t, c), o.agreement(t, a.ID), o.Case(c.ID)
	if !b.Total.IsZero() || !b.Principal.IsZero() || !b.Waived.IsPositive() || got.State != settlements.Kept || now.Stage != cases.Closed || *now.Outcome != "settled" {
		t.Fatalf("balance %+v, agreement %s, case %s", b, got.State, now.Stage)
	}
	o.logged(t, c, "agreement.accepted", "interest.fixed", "instalment.paid", "agreement.kept", "ledger.waived", "case.closed")
	var waived []string
	must(t, o.DB.Super.Select(&waived, `select distinct component from app.ledger_entries where case_id = $1 and kind = 'waiver'`, c.ID))
	if len(waived) != 1 || waived[0] != "interest" {
		t.Errorf("the agreement forgives interest, the ledger %v", waived)
	}
}

func TestWhatAKeptAgreementForgivesIsWhatItSaid(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{}, {DueOn: day.Of(2025, 10, 31)}}})
	o.received(t, c, 150_00) // before the agreement: the law's order
	o.Clock.AddDays(3)
	before := o.balance(t, c)
	a, err := o.settle.Propose(ctx, o.Lawyer, c.ID, settlements.Terms{Kind: settlements.FullWithDiscount, Count: 2, FirstDueOn: o.Clock.Today(),
		Total: before.Principal.Minus(money.Of(100_00, money.EUR))})
	must(t, err)
	o.accept(t, a)
	for range 2 {
		o.Clock.AddDays(6)
		o.received(t, c, a.TotalMinor/2+1)
	}
	var principal int64
	must(t, o.DB.Super.Get(&principal, `select -sum(minor)::bigint from app.ledger_entries l where case_id = $1 and kind = 'waiver' and component = 'principal'
		and not exists (select 1 from app.ledger_entries r where r.reverses = l.id)`, c.ID))
	if b := o.balance(t, c); !b.Total.IsZero() || principal != a.DiscountPrincipalMinor || principal != 100_00 {
		t.Errorf("%d of principal waived, %d agreed; balance %+v", principal, a.DiscountPrincipalMinor, b)
	}
}

func TestABrokenAgreementRevivesTheClaim(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	a := o.accept(t, o.propose(t, c, 2))
	due := a.Instalments[0].DueOn
	last := due.AddDays(a.ToleranceDays)
	sweep := func(on day.Date) settlements.Sweep {
		t.Helper()
		s, err := o.settle.Breach(ctx, o.Job, on)
		must(t, err)
		return s
	}
	o.Clock.On(last.AddDays(1))
	if s := sweep(last.AddDays(1)); len(s.Broken) != 0 {
		t.Fatal("broken although nobody has read the bank")
	}
	must(t, o.pay.KnowMoneyUntil(ctx, o.Finance, c.ClientID, last.AddDays(-1)))
	if s := sweep(last.AddDays(1)); len(s.Broken) != 0 {
		t.Fatal("broken although the last day's money is not known")
	}
	must(t, o.pay.KnowMoneyUntil(ctx, o.Finance, c.ClientID, last))
	if s := sweep(last); len(s.Broken) != 0 {
		t.Fatal("broken inside the tolerance")
	}
	if s := sweep(last.AddDays(1)); len(s.Broken) != 1 || s.Broken[0] != a.ID {
		t.Fatalf("swept %+v", s)
	}
	b, now := o.balance(t, c), o.Case(c.ID)
	if b.Waived.IsPositive() || b.Total.Cmp(a.Claim()) <= 0 || now.Stage != cases.Amicable || o.agreement(t, a.ID).State != settlements.Broken {
		t.Fatalf("balance %+v, case %s", b, now.Stage)
	}
	o.logged(t, c, "agreement.broken")
	o.propose(t, c, 1) // the account is free for another
}

func TestOffersThatNobodyTakesUpLapse(t *testing.T) {
	o := open(t)
	mine, theirs, taken := o.OpenCase(testfirm.Opts{}), o.OpenCase(testfirm.Opts{}), o.OpenCase(testfirm.Opts{})
	a := o.propose(t, mine, 1)
	b, err := o.settle.Propose(ctx, o.Paralegal, theirs.ID, settlements.Terms{Kind: settlements.FullWithDiscount, Total: money.Of(500_00, money.EUR), Count: 1, FirstDueOn: o.Clock.Today()})
	must(t, err)
	paid := o.propose(t, taken, 1)
	o.received(t, taken, paid.TotalMinor)
	o.Clock.AddDays(20)
	must(t, o.pay.KnowMoneyUntil(ctx, o.Finance, mine.ClientID, o.Clock.Today()))
	s, err := o.settle.Breach(ctx, o.Job, o.Clock.Today())
	must(t, err)
	if len(s.Lapsed) != 2 || o.agreement(t, a.ID).State != settlements.Cancelled || o.agreement(t, b.ID).State != settlements.Refused {
		t.Fatalf("swept %+v", s)
	}
	o.logged(t, theirs, "approval.expired")
	if got := o.accept(t, paid); got.State != settlements.Kept || *o.Case(taken.ID).Outcome != "settled" {
		t.Fatalf("an offer that the debtor paid at once is kept when accepted: %+v", got)
	}
}

func TestTheWholeAccountIsSettledTogether(t *testing.T) {
	o := open(t)
	debtor := o.Debtor("ES", false)
	one, two := o.OpenCase(testfirm.Opts{Debtor: &debtor}), o.OpenCase(testfirm.Opts{Debtor: &debtor})
	total := o.balance(t, one).Total.Plus(o.balance(t, two).Total)
	a, err := o.settle.Propose(ctx, o.Lawyer, one.ID, settlements.Terms{Kind: settlements.Instalments, Total: total, Count: 2, FirstDueOn: o.Clock.Today(), WholeAccount: true})
	must(t, err)
	if len(a.CaseIDs) != 2 {
		t.Fatalf("covers %v", a.CaseIDs)
	}
	o.accept(t, a)
	o.received(t, one, total.Minor)
	for _, c := range []*cases.Case{one, two} {
		if now := o.Case(c.ID); now.Outcome == nil || *now.Outcome != "settled" {
			t.Errorf("case %s: %s", now.Number, now.Stage)
		}
		o.logged(t, c, "agreement.proposed", "agreement.accepted", "agreement.kept")
	}
}

func TestARecalledCaseCancelsItsAgreementAndLosesNoMoney(t *testing.T) {
	o := open(t)
	debtor := o.Debtor("ES", false)
	one, two := o.OpenCase(testfirm.Opts{Debtor: &debtor}), o.OpenCase(testfirm.Opts{Debtor: &debtor})
	total := o.balance(t, one).Total.Plus(o.balance(t, two).Total)
	a, err := o.settle.Propose(ctx, o.Lawyer, one.ID, settlements.Terms{Kind: settlements.Instalments, Total: total, Count: 2, FirstDueOn: o.Clock.Today(), WholeAccount: true})
	must(t, err)
	o.accept(t, a)
	_, err = (&cases.Desk{Log: o.Log, Law: o.Law}).Advance(ctx, o.ClientAdminA, two.ID, cases.Recalled, "sold")
	must(t, err)
	o.received(t, one, 100_00)
	if p := o.received(t, two, 50_00); p.UnallocatedMinor != 50_00 {
		t.Errorf("money on the recalled case: %+v", p)
	}
	s, err := o.settle.Breach(ctx, o.Job, o.Clock.Today())
	must(t, err)
	if got := o.agreement(t, a.ID); len(s.Broken) != 0 || len(s.Lapsed) != 1 || got.State != settlements.Cancelled {
		t.Errorf("swept %+v, agreement %s", s, got.State)
	}
}

func TestAnOfferOnAChangedClaimIsNotAccepted(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	a := o.propose(t, c, 2)
	_, err := evidence.Record(ctx, o.Log, o.Job, func(tx *evidence.Tx) (ledger.Changed, []evidence.Entry, error) {
		return o.settle.Book.WaiveRest(tx, c, o.Clock.Today(), "credit note", ledger.Compensation)
	})
	must(t, err)
	if _, err := o.settle.Accept(ctx, o.Paralegal, a.ID, settlements.Acceptance{Source: "letter"}); code(err) != "claim_changed" {
		t.Fatalf("accepted: %v", err)
	}
	got, err := o.settle.Cancel(ctx, o.Lawyer, a.ID, "the claim has changed")
	must(t, err)
	if got.State != settlements.Cancelled {
		t.Fatalf("%+v", got)
	}
	o.logged(t, c, "agreement.cancelled")
}

func TestOnlyOneOfManyAcceptances(t *testing.T) {
	o := open(t)
	a := o.propose(t, o.OpenCase(testfirm.Opts{}), 2)
	errs := together(6, func(int) error {
		_, err := o.settle.Accept(ctx, o.Paralegal, a.ID, settlements.Acceptance{Source: "phone call"})
		return err
	})
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if p := problem.Of(err); p == nil || p.Kind != problem.Conflict {
			t.Errorf("loser heard %v", err)
		}
	}
	if won != 1 {
		t.Fatalf("%d acceptances won", won)
	}
}

func TestPaymentAgainstBreachHasOneOutcome(t *testing.T) {
	o := open(t)
	for range 5 {
		c := o.OpenCase(testfirm.Opts{})
		a := o.accept(t, o.propose(t, c, 1))
		o.Clock.On(a.Instalments[0].DueOn.AddDays(a.ToleranceDays + 1))
		must(t, o.pay.KnowMoneyUntil(ctx, o.Finance, c.ClientID, o.Clock.Today()))
		errs := together(2, func(i int) error {
			if i == 0 {
				_, err := o.settle.Breach(ctx, o.Job, o.Clock.Today())
				return err
			}
			_, err := o.pay.Record(ctx, o.Finance, payments.Received{CaseID: c.ID, Amount: a.Total(), ReceivedOn: o.Clock.Today()})
			return err
		})
		must(t, errors.Join(errs...))
		got, b := o.agreement(t, a.ID), o.balance(t, c)
		switch {
		case got.State == settlements.Kept && b.Total.IsZero() && o.Case(c.ID).Stage == cases.Closed:
		case got.State == settlements.Broken && b.Total.IsPositive() && b.Paid == a.Total() && !b.Waived.IsPositive() && o.Case(c.ID).Stage == cases.Amicable:
		default:
			t.Fatalf("agreement %s, balance %+v", got.State, b)
		}
	}
}

func TestWhoMayNotProposeLeavesNothingBehind(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	for name, who := range map[string]evidence.Actor{"the client": o.ClientAdminA, "another client": o.ClientAdminB, "finance": o.Finance, "a key": o.KeyA} {
		_, err := o.settle.Propose(ctx, who, c.ID, settlements.Terms{Kind: settlements.Extension, Total: money.Of(1000_00, money.EUR), Count: 1, FirstDueOn: o.Clock.Today()})
		if p := problem.Of(err); p == nil || (p.Kind != problem.NotFound && p.Kind != problem.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var left int
	must(t, o.DB.Super.Get(&left, `select count(*) from app.agreements`))
	if left != 0 {
		t.Errorf("%d agreements left behind", left)
	}
}

// together runs n calls at once.
func together(n int, call func(i int) error) []error {
	errs, start := make([]error, n), make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			errs[i] = call(i)
		})
	}
	time.AfterFunc(10*time.Millisecond, func() { close(start) })
	all.Wait()
	return errs
}
