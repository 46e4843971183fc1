package ledger_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/postgres"
	"recobro/internal/testfirm"
)

func TestMissingRateIsAnErrorAndWritesNothing(t *testing.T) {
	d := open(t)
	d.Clock.On(day.Of(2027, 1, 20))
	c := d.OpenCase(testfirm.Opts{})
	if _, err := d.tryStatement(c, "2027-01-01", time.Time{}); code(err) != "rate_missing" {
		t.Errorf("a statement beyond the known rates: %v", err)
	}
	if _, _, err := d.tryPay("2027-01-20", "10.00", nil, c); code(err) != "rate_missing" {
		t.Errorf("a payment beyond the known rates: %v", err)
	}
	s := d.statement(c, "2026-12-31")
	if s.DailyInterest != nil {
		t.Errorf("the day after the last known rate earns %s", s.DailyInterest)
	}
	if len(s.Debts[0].Lines) != 2 {
		t.Errorf("lines %+v", s.Debts[0].Lines)
	}
	if _, _, err := d.tryPay("2027-01-21", "10.00", nil, c); code(err) != "effective_in_future" {
		t.Errorf("a payment of tomorrow: %v", err)
	}
}

func TestPaymentInMexicoNeedsTheConfirmedOrder(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{Client: &d.ClientB})
	made, _ := d.pay("2026-03-02", "100.00", nil, c)
	if made.Shares[0].Component != ledger.Interest {
		t.Errorf("fell on %+v", made.Shares)
	}
}

func TestPesosOfChileHaveNoDecimals(t *testing.T) {
	d := open(t)
	chile := d.AddClient(clients.Client{Name: "Áridos Quilaco SpA", Country: "CL", City: "Quilaco", Currency: money.CLP})
	c := d.OpenCase(testfirm.Opts{Client: &chile, Invoices: []testfirm.Invoice{{Principal: "3450000", DueOn: day.Of(2025, 12, 31), Regime: law.Agreed, AgreedPct: "9.6"}}})
	s := d.statement(c, "2026-03-02") // 61 days: 55 351.23, and 1 % of the invoice by Ley 19.983 art. 2 ter
	if got := s.Total(ledger.Interest).Charged.Decimal() + " " + s.Total(ledger.Compensation).Charged.Decimal() + " " + s.Open.Decimal(); got != "55351 34500 3539851" {
		t.Errorf("interest, compensation, open: %s", got)
	}
	made, _ := d.pay("2026-03-02", "3539852", nil, c)
	if made.Unallocated.Decimal() != "1" || !d.statement(c, "2026-03-02").Open.IsZero() {
		t.Errorf("unallocated %s", made.Unallocated)
	}
}

func TestTwoPaymentsAtOnceFallOneAfterTheOther(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{NoCompensation: true})
	var wait sync.WaitGroup
	var mu sync.Mutex
	received, allocated := int64(0), int64(0)
	for range 4 {
		wait.Go(func() {
			made, err := evidence.Record(context.Background(), d.Log, d.Job, func(tx *evidence.Tx) (ledger.Allocated, []evidence.Entry, error) {
				p := ledger.Payment{ID: uuid.Must(uuid.NewV7()), Amount: money.Of(30000, money.EUR), ReceivedOn: day.Of(2026, 3, 2)}
				return d.receive(tx, p, []*cases.Case{c}) // without the lock its caller should have taken
			})
			if err != nil {
				t.Errorf("paying: %v", err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			received += made.Amount.Minor
			allocated += made.Amount.Minor - made.Unallocated.Minor
		})
	}
	wait.Wait()
	s := d.statement(c, "2026-03-02")
	if received != 120000 || s.Paid.Minor != allocated || !s.Open.IsZero() {
		t.Errorf("received %d, allocated %d; the statement says paid %s, open %s", received, allocated, s.Paid, s.Open)
	}
}

func TestThousandsOfDebtsAreChargedAtOnce(t *testing.T) {
	d := open(t)
	invoices := make([]testfirm.Invoice, 2000)
	for i := range invoices {
		invoices[i] = testfirm.Invoice{Principal: "10.00"}
	}
	openings := d.Openings(testfirm.Opts{Invoices: invoices})
	start := time.Now()
	opened, err := evidence.Record(context.Background(), d.Log, d.Job, func(tx *evidence.Tx) ([]cases.Opened, []evidence.Entry, error) {
		opened, entries, err := cases.OpenAll(tx, d.ClientA.ID, d.Team, false, d.Clock.Today(), openings)
		if err != nil {
			return nil, nil, err
		}
		more, err := d.book.Charge(tx, d.ClientA.ID, ledger.Claims(openings, opened, true))
		return opened, append(entries, more...), err
	})
	d.ok(err)
	took, ids := time.Since(start), []uuid.UUID{}
	for _, o := range opened {
		ids = append(ids, o.CaseID)
	}
	d.ok(d.DB.App.View(context.Background(), d.Job.Token, func(tx *postgres.Tx) error {
		s, err := d.book.Statement(tx, d.ClientA.ID, ids, day.Of(2025, 11, 29), time.Time{})
		if s.Total(ledger.Principal).Left.Decimal() != "20000.00" || s.Total(ledger.Compensation).Left.Decimal() != "80000.00" {
			t.Errorf("totals %+v", s.Totals)
		}
		return err
	}))
	t.Logf("2000 debts opened and charged in %s, their statement in %s", took, time.Since(start)-took)
}

func TestAnotherClientsCaseDoesNotExist(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{})
	d.Job = d.KeyB
	if _, err := d.tryStatement(c, "2026-03-02", time.Time{}); code(err) != "not_found" {
		t.Errorf("the other client's key read %v", err)
	}
}

func TestTheLogTellsEveryLine(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{})
	_, payment := d.pay("2026-03-02", "100.00", nil, c)
	var logged []evidence.Interaction
	d.ok(d.DB.App.View(context.Background(), d.Job.Token, func(tx *postgres.Tx) (err error) {
		logged, err = evidence.Interactions(tx, evidence.CaseOf(c.ClientID, c.ID), 0, 1)
		return err
	}))
	if e := logged[0]; e.Kind != "payment.allocated" || e.Fields["payment"] != payment.String() || e.Fields["line_001"] == "" || e.Fields["line_003"] == "" {
		t.Errorf("logged %s %v", e.Kind, e.Fields)
	}
}
