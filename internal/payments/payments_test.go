package payments_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

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

// till is the firm with the desk that takes money in.
type till struct {
	*testfirm.Firm
	*payments.Desk
}

func open(t *testing.T) *till {
	t.Helper()
	f := testfirm.New(t)
	shelf, err := letters.Load(shipped.FS)
	must(t, err)
	store, err := documents.OpenStore(t.TempDir())
	must(t, err)
	t.Cleanup(func() { _ = store.Close() })
	book := &ledger.Book{Law: f.Law}
	o := &till{f, &payments.Desk{Log: f.Log, Law: f.Law, Book: book,
		Settlements: &settlements.Desk{Log: f.Log, Law: f.Law, Book: book, Shelf: shelf, Store: store}}}
	t.Cleanup(func() { o.check(t) })
	return o
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// check holds after every test: the log verifies, and money received = allocated + unallocated + returned.
func (o *till) check(t *testing.T) {
	t.Helper()
	report, err := o.Firm.Log.Verify(ctx, o.Job, nil, nil)
	if err != nil || len(report.Findings) > 0 {
		t.Errorf("the log does not verify: %v %v", report.Findings, err)
	}
	var wrong []string
	must(t, o.DB.Super.Select(&wrong, `select p.id || ': ' || p.minor || ' received, ' || p.unallocated_minor || ' unallocated, ' || coalesce(l.allocated, 0) || ' allocated'
		from app.payments p left join (select payment_id, -sum(coalesce(received_minor, minor)) as allocated from app.ledger_entries group by payment_id) l on l.payment_id = p.id
		where p.minor <> p.unallocated_minor + coalesce(l.allocated, 0) + case when p.returned_on is null then 0 else p.minor end`))
	if len(wrong) > 0 {
		t.Errorf("money is lost: %v", wrong)
	}
}

func (o *till) balance(t *testing.T, c *cases.Case) (b ledger.Balance) {
	t.Helper()
	must(t, o.Firm.Log.DB.View(ctx, o.Job.Token, func(tx *postgres.Tx) error {
		all, err := o.Book.Balance(tx, c.ClientID, []uuid.UUID{c.ID}, o.Clock.Today())
		b = all[c.ID]
		return err
	}))
	return b
}

func (o *till) reference(t *testing.T, c *cases.Case) (rf string) {
	t.Helper()
	must(t, o.DB.Super.Get(&rf, `select payment_reference from app.accounts where id = $1`, c.AccountID))
	return rf
}

func (o *till) kinds(t *testing.T, c *cases.Case) string {
	t.Helper()
	var all []string
	must(t, o.DB.Super.Select(&all, `select type from ev.events where subject = $1 order by seq`, c.ID))
	return " " + strings.Join(all, " ") + " "
}

func (o *till) on(c *cases.Case, minor int64) payments.Received {
	return payments.Received{CaseID: c.ID, Amount: money.Of(minor, c.Currency), ReceivedOn: o.Clock.Today()}
}

func code(err error) string {
	if p := problem.Of(err); p != nil {
		return p.Code
	}
	return ""
}

func TestThePaymentOfTheExactTotalClosesTheCaseAsPaid(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	p, err := o.Record(ctx, o.Finance, o.on(c, o.balance(t, c).Total.Minor))
	must(t, err)
	now := o.Case(c.ID)
	if p.UnallocatedMinor != 0 || now.Stage != cases.Closed || *now.Outcome != "paid" || !o.balance(t, c).Total.IsZero() {
		t.Fatalf("payment %+v, case %s", p, now.Stage)
	}
	if kinds := o.kinds(t, c); !strings.Contains(kinds, " payment.recorded payment.allocated case.closed ") {
		t.Errorf("log:%s", kinds)
	}
}

func TestACentLessLeavesTheCaseOpen(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	_, err := o.Record(ctx, o.Finance, o.on(c, o.balance(t, c).Total.Minor-1))
	must(t, err)
	if now := o.Case(c.ID); now.Stage != cases.Amicable || o.balance(t, c).Total.Minor != 1 {
		t.Fatalf("case %s, open %s", now.Stage, o.balance(t, c).Total)
	}
}

func TestAPartPaymentFallsOnInterestFirstAndNamesTheArticle(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	before := o.balance(t, c)
	if !before.Interest.IsPositive() {
		t.Fatal("no interest has accrued")
	}
	p, err := o.Record(ctx, o.Finance, o.on(c, before.Interest.Minor+100_00))
	must(t, err)
	after := o.balance(t, c)
	if !after.Interest.IsZero() || after.Principal != before.Principal.Minus(money.Of(100_00, money.EUR)) || after.Compensation != before.Compensation {
		t.Fatalf("before %+v, after %+v", before, after)
	}
	var basis []string
	must(t, o.DB.Super.Select(&basis, `select distinct basis from app.ledger_entries where payment_id = $1`, p.ID))
	if len(basis) == 0 || slices.ContainsFunc(basis, func(b string) bool { return !strings.Contains(b, "1173") }) {
		t.Errorf("basis %q does not name the article", basis)
	}
	if len(p.Shares) != 2 {
		t.Errorf("shares %+v", p.Shares)
	}
}

func TestAnOverpaymentStaysUnallocated(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	p, err := o.Record(ctx, o.Finance, o.on(c, o.balance(t, c).Total.Minor+12_34))
	must(t, err)
	if p.UnallocatedMinor != 12_34 || o.Case(c.ID).Stage != cases.Closed || !strings.Contains(o.kinds(t, c), " payment.unallocated ") {
		t.Fatalf("%+v %s", p, o.kinds(t, c))
	}
	late, err := o.Record(ctx, o.Finance, o.on(c, 50_00))
	must(t, err)
	if late.UnallocatedMinor != 50_00 {
		t.Fatalf("money on a closed case: %+v", late)
	}
	byReference, err := o.Record(ctx, o.Finance, payments.Received{Reference: o.reference(t, c), Amount: money.Of(60_00, money.EUR), ReceivedOn: o.Clock.Today()})
	must(t, err)
	if byReference.UnallocatedMinor != 60_00 {
		t.Fatalf("money on a closed account: %+v", byReference)
	}
}

func TestTheSameExternalReferenceIsOnePayment(t *testing.T) {
	o := open(t)
	c, other := o.OpenCase(testfirm.Opts{}), o.OpenCase(testfirm.Opts{})
	in := o.on(c, 100_00)
	in.ExternalRef = "bank/2026-03/17"
	first, err := o.Record(ctx, o.Finance, in)
	must(t, err)
	again, err := o.Record(ctx, o.Finance, in)
	must(t, err)
	if again.ID != first.ID || !again.Repeated || first.Repeated || len(again.Shares) != len(first.Shares) {
		t.Fatalf("first %+v, again %+v", first, again)
	}
	for name, changed := range map[string]func(payments.Received) payments.Received{
		"another amount": func(r payments.Received) payments.Received { r.Amount.Minor++; return r },
		"another day":    func(r payments.Received) payments.Received { r.ReceivedOn = r.ReceivedOn.AddDays(-1); return r },
		"another case":   func(r payments.Received) payments.Received { r.CaseID = other.ID; return r },
	} {
		if _, err := o.Record(ctx, o.Finance, changed(in)); code(err) != "payment_ref_reused" {
			t.Errorf("%s: %v", name, err)
		}
	}
	in.ExternalRef = "bank/2026-03/18"
	ids := map[uuid.UUID]bool{}
	var mu sync.Mutex
	together(t, 5, func() error {
		p, err := o.Record(ctx, o.Finance, in)
		mu.Lock()
		defer mu.Unlock()
		ids[p.ID] = true
		return err
	})
	var stored int
	must(t, o.DB.Super.Get(&stored, `select count(*) from app.payments`))
	if len(ids) != 1 || stored != 2 {
		t.Fatalf("%d answers, %d payments", len(ids), stored)
	}
}

func TestPaymentsAtOnceNeverTakeADebtBelowZero(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	total := o.balance(t, c).Total.Minor
	together(t, 4, func() error {
		_, err := o.Record(ctx, o.Finance, o.on(c, total/2))
		return err
	})
	var unallocated int64
	must(t, o.DB.Super.Get(&unallocated, `select sum(unallocated_minor)::bigint from app.payments`))
	if want := total/2*4 - total; unallocated != want || !o.balance(t, c).Total.IsZero() {
		t.Fatalf("%d unallocated, want %d; open %s", unallocated, want, o.balance(t, c).Total)
	}
}

func TestAPaymentByReferencePaysEveryCaseOfTheAccount(t *testing.T) {
	o := open(t)
	debtor := o.Debtor("ES", false)
	one, two := o.OpenCase(testfirm.Opts{Debtor: &debtor}), o.OpenCase(testfirm.Opts{Debtor: &debtor, Invoices: []testfirm.Invoice{{DueOn: day.Of(2025, 10, 1)}}})
	total := o.balance(t, one).Total.Plus(o.balance(t, two).Total)
	rf := o.reference(t, one)
	p, err := o.Record(ctx, o.Finance, payments.Received{Reference: rf[:4] + " " + strings.ToLower(rf[4:]), Amount: total, ReceivedOn: o.Clock.Today()})
	must(t, err)
	if p.UnallocatedMinor != 0 || o.Case(one.ID).Stage != cases.Closed || o.Case(two.ID).Stage != cases.Closed {
		t.Fatalf("%+v", p)
	}
	if _, err := o.Record(ctx, o.Finance, payments.Received{Reference: "RF00" + rf[4:], Amount: total, ReceivedOn: o.Clock.Today()}); code(err) != "payment_reference" {
		t.Errorf("a reference with wrong digits: %v", err)
	}
}

func TestAPaymentOnACaseLeavesTheOtherCasesAlone(t *testing.T) {
	o := open(t)
	debtor := o.Debtor("ES", false)
	one, two := o.OpenCase(testfirm.Opts{Debtor: &debtor}), o.OpenCase(testfirm.Opts{Debtor: &debtor})
	before := o.balance(t, two)
	p, err := o.Record(ctx, o.Finance, o.on(one, o.balance(t, one).Total.Minor+10_00))
	must(t, err)
	if o.balance(t, two) != before || p.UnallocatedMinor != 10_00 {
		t.Fatalf("%+v, %+v", p, o.balance(t, two))
	}
}

func TestAClientThatWaivesInterestClosesWhenThePrincipalIsPaid(t *testing.T) {
	o := open(t)
	_, err := clients.SignMandate(ctx, o.Firm.Log, o.Job, o.ClientA.ID, clients.Mandate{SignedOn: day.Of(2026, 1, 1), WaivesInterestWhenPaid: true, MaxMonths: 6})
	must(t, err)
	c, d := o.OpenCase(testfirm.Opts{}), o.OpenCase(testfirm.Opts{})
	p, err := o.Record(ctx, o.Finance, o.on(c, o.balance(t, c).Principal.Minor))
	must(t, err)
	b := o.balance(t, c)
	if now := o.Case(c.ID); p.UnallocatedMinor != 0 || now.Outcome == nil || *now.Outcome != "paid" || !b.Total.IsZero() || !b.Waived.IsPositive() {
		t.Fatalf("case %s, %+v", now.Stage, b)
	}
	_, err = o.Record(ctx, o.Finance, o.on(d, o.balance(t, d).Principal.Minor-1))
	must(t, err)
	if b := o.balance(t, d); o.Case(d.ID).Stage == cases.Closed || b.Waived.IsPositive() {
		t.Fatalf("a cent less than the principal waives nothing: %+v", b)
	}
}

func TestALatePaymentIsPlacedBeforeTheEarlierRecordedOne(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	first, err := o.Record(ctx, o.Finance, o.on(c, 500_00))
	must(t, err)
	in := o.on(c, 900_00)
	in.ReceivedOn = in.ReceivedOn.AddDays(-40)
	_, err = o.Record(ctx, o.Finance, in)
	must(t, err)
	again, err := o.Get(ctx, o.Finance, first.ID)
	must(t, err)
	if now := o.Case(c.ID); now.Stage != cases.Closed || !again.Unallocated().IsPositive() {
		t.Fatalf("case %s, first payment %+v", now.Stage, again)
	}
}

func TestAClientReportsOnlyItsOwnDirectPayments(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	var ref string
	must(t, o.DB.Super.Get(&ref, `select external_ref from app.debts where case_id = $1`, c.ID))
	in := payments.Received{DebtRef: ref, Amount: money.Of(100_00, money.EUR), ReceivedOn: o.Clock.Today()}
	p, err := o.Record(ctx, o.KeyA, in)
	must(t, err)
	if p.Source != payments.Direct || p.UnallocatedMinor != 0 {
		t.Fatalf("%+v", p)
	}
	if _, err := o.Record(ctx, o.KeyA, payments.Received{DebtRef: ref, Amount: in.Amount, ReceivedOn: in.ReceivedOn, Source: payments.Bank}); code(err) != "payment_source" {
		t.Errorf("a client saw the firm's bank: %v", err)
	}
	rf := o.reference(t, c)
	for name, other := range map[string]payments.Received{"by case": o.on(c, 1_00), "by debt": in, "by reference": {Reference: rf, Amount: in.Amount, ReceivedOn: in.ReceivedOn}} {
		if _, err := o.Record(ctx, o.KeyB, other); code(err) != "not_found" {
			t.Errorf("another client's key, %s: %v", name, err)
		}
	}
	if _, err := o.Record(ctx, o.Paralegal, o.on(c, 1_00)); problem.Of(err) == nil {
		t.Errorf("a paralegal booked money: %v", err)
	}
	if _, err := o.Get(ctx, o.KeyB, p.ID); code(err) != "not_found" {
		t.Errorf("another client read a payment: %v", err)
	}
	for name, who := range map[string]evidence.Actor{"own key": o.KeyA, "paralegal": o.Paralegal, "finance": o.Finance} {
		if got, err := o.Get(ctx, who, p.ID); err != nil || got.ID != p.ID {
			t.Errorf("%s reads: %v", name, err)
		}
	}
}

func TestWhatMakesNoSenseIsRefusedAndLeavesNothing(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	for want, in := range map[string]payments.Received{
		"payment_amount":      {CaseID: c.ID, Amount: money.Of(0, money.EUR), ReceivedOn: o.Clock.Today()},
		"payment_date":        {CaseID: c.ID, Amount: money.Of(1, money.EUR), ReceivedOn: o.Clock.Today().AddDays(1)},
		"payment_designation": {CaseID: c.ID, DebtRef: "x", Amount: money.Of(1, money.EUR), ReceivedOn: o.Clock.Today()},
		"payment_source":      {CaseID: c.ID, Amount: money.Of(1, money.EUR), ReceivedOn: o.Clock.Today(), Source: "cash"},
		"not_found":           {CaseID: uuid.New(), Amount: money.Of(1, money.EUR), ReceivedOn: o.Clock.Today()},
	} {
		if _, err := o.Record(ctx, o.Finance, in); code(err) != want {
			t.Errorf("want %s: %v", want, err)
		}
	}
	wrong := o.on(c, 100)
	wrong.Amount.Currency = money.MXN
	if _, err := o.Record(ctx, o.Finance, wrong); code(err) != "payment_amount" {
		t.Errorf("another currency: %v", err)
	}
	list := []payments.Received{o.on(c, 100), wrong, o.on(c, 200), o.on(c, 300)}
	for i := range 3 {
		list[i].ExternalRef = fmt.Sprintf("item %d", i)
	}
	for range 2 {
		fates := o.Batch(ctx, o.Finance, list)
		if fates[0].Err != nil || code(fates[1].Err) != "payment_amount" || fates[2].Err != nil || code(fates[3].Err) != "external_ref_missing" {
			t.Errorf("fates %+v", fates)
		}
	}
	var stored int
	must(t, o.DB.Super.Get(&stored, `select count(*) from app.payments`))
	if stored != 2 {
		t.Errorf("%d payments stored", stored)
	}
}

func TestAReturnedPaymentIsAsIfItHadNeverBeen(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	before := o.balance(t, c)
	p, err := o.Record(ctx, o.Finance, o.on(c, 300_00))
	must(t, err)
	later, err := o.Record(ctx, o.Finance, o.on(c, 50_00))
	must(t, err)
	if _, err := o.Return(ctx, o.KeyA, p.ID, "no"); problem.Of(err) == nil {
		t.Errorf("a client returned a payment: %v", err)
	}
	got, err := o.Return(ctx, o.Finance, p.ID, "direct debit returned by the payer's bank")
	must(t, err)
	after := o.balance(t, c)
	if got.ReturnedOn != o.Clock.Today() || after.Total != before.Total.Minus(later.Amount()) {
		t.Fatalf("before %+v, after %+v", before, after)
	}
	if _, err := o.Return(ctx, o.Finance, p.ID, "again"); code(err) != "payment_returned" {
		t.Errorf("returned twice: %v", err)
	}
	last, err := o.Record(ctx, o.Finance, o.on(c, after.Total.Minor))
	must(t, err)
	if _, err := o.Return(ctx, o.Finance, last.ID, "returned"); code(err) != "payment_closed_case" {
		t.Errorf("a closed case was reopened: %v", err)
	}
}

func TestAReturnedInstalmentIsOpenAgain(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	a, err := o.Settlements.Propose(ctx, o.Lawyer, c.ID, settlements.Terms{Kind: settlements.Instalments, Total: o.balance(t, c).Total, Count: 3, FirstDueOn: o.Clock.Today()})
	must(t, err)
	a, err = o.Settlements.Accept(ctx, o.Lawyer, a.ID, settlements.Acceptance{Source: "signed copy"})
	must(t, err)
	p, err := o.Record(ctx, o.Finance, o.on(c, a.Instalments[0].Amount.Minor+10_00))
	must(t, err)
	_, err = o.Return(ctx, o.Finance, p.ID, "returned")
	must(t, err)
	must(t, o.Firm.Log.DB.View(ctx, o.Job.Token, func(tx *postgres.Tx) error {
		a, err = settlements.Get(tx, o.Job, a.ID)
		return err
	}))
	if a.Open() != a.Total() || a.State != settlements.Active {
		t.Fatalf("%+v", a)
	}
	if !strings.Contains(o.kinds(t, c), " instalment.reopened ") {
		t.Errorf("log:%s", o.kinds(t, c))
	}
}

func TestMoneyKnownMovesOnlyForwardAndWakesWaitingCases(t *testing.T) {
	o := open(t)
	today := o.Clock.Today()
	waiting, later := o.OpenCase(testfirm.Opts{}), o.OpenCase(testfirm.Opts{})
	_, err := o.DB.Super.Exec(`update app.cases set plan_due = false, next_step = 'reminder', next_on = $2 where id = $1`, waiting.ID, today)
	must(t, err)
	_, err = o.DB.Super.Exec(`update app.cases set plan_due = false, next_step = 'reminder', next_on = $2 where id = $1`, later.ID, today.AddDays(20))
	must(t, err)
	must(t, o.KnowMoneyUntil(ctx, o.Finance, o.ClientA.ID, today))
	must(t, o.KnowMoneyUntil(ctx, o.Finance, o.ClientA.ID, today.AddDays(-3)))
	var due []uuid.UUID
	must(t, o.DB.Super.Select(&due, `select id from app.cases where plan_due`))
	var known []day.Date
	must(t, o.DB.Super.Select(&known, `select distinct known_until from app.accounts`))
	if len(due) != 1 || due[0] != waiting.ID || len(known) != 1 || known[0] != today {
		t.Errorf("to plan %v, known %v", due, known)
	}
	if err := o.KnowMoneyUntil(ctx, o.Finance, o.ClientA.ID, today.AddDays(1)); code(err) != "known_until" {
		t.Errorf("the future: %v", err)
	}
	if err := o.KnowMoneyUntil(ctx, o.Paralegal, o.ClientA.ID, today); problem.Of(err) == nil {
		t.Errorf("a paralegal: %v", err)
	}
}

func together(t *testing.T, n int, call func() error) {
	t.Helper()
	errs, start := make([]error, n), make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			errs[i] = call()
		})
	}
	close(start)
	all.Wait()
	must(t, errors.Join(errs...))
}
