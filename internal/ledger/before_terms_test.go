package ledger_test

import (
	"testing"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/testfirm"
	"recobro/migrations"
)

// forget takes the terms away again, as a database has them that was made before terms were kept.
func (d *desk) forget(cs ...*cases.Case) {
	d.t.Helper()
	d.DB.Super.MustExec(`alter table app.interest_terms disable trigger all`)
	for _, c := range cs {
		d.DB.Super.MustExec(`delete from app.interest_terms where case_id = $1`, c.ID)
	}
	d.DB.Super.MustExec(`alter table app.interest_terms enable trigger all`)
}

// A firm that already worked keeps what it was paid: interest counted from the due day before terms were dated facts. Nothing is
// given to debts of which nobody paid interest and which nobody demanded, nor to those that bear it from the due day by law.
func TestWhatWasPaidBeforeTermsWereKeptStands(t *testing.T) {
	d := open(t)
	owed := testfirm.Opts{NoCompensation: true, Invoices: []testfirm.Invoice{{Principal: "1000.00", DueOn: day.Of(2025, 6, 1), Regime: law.Legal}}}
	paid, charged, business := d.OpenCase(owed), d.OpenCase(owed), d.OpenCase(testfirm.Opts{})
	for _, c := range []*cases.Case{paid, charged} {
		d.inDefault(c, "2025-06-01")
	}
	d.pay("2026-02-09", "100.00", nil, paid)
	d.fix(charged, "2026-02-09")
	before := d.statement(paid, "2026-03-02")
	d.forget(paid, charged)
	if _, err := d.tryStatement(paid, "2026-03-02", before.KnownAt); code(err) != "interest_below_paid" {
		t.Fatalf("without terms: %v", err)
	}
	sql, err := migrations.FS.ReadFile("0014_interest_before_terms.sql")
	d.ok(err)
	d.DB.Super.MustExec(string(sql))
	d.DB.Super.MustExec(string(sql)) // and says it once
	known, err := d.tryStatement(paid, "2026-03-02", before.KnownAt)
	d.ok(err)
	if after := d.statement(paid, "2026-03-02"); after.Open != before.Open || known.Open != before.Open || len(after.Debts[0].Terms) != 1 {
		t.Errorf("open %s before, %s after, %s as known then; terms %+v", before.Open, after.Open, known.Open, after.Debts[0].Terms)
	}
	if got := d.interest(charged, "2026-03-02"); got != "0.00" {
		t.Errorf("what nobody demanded or paid bears %s", got)
	}
	if terms := d.statement(business, "2026-03-02").Debts[0].Terms; len(terms) != 1 || terms[0].Kind == ledger.Starts {
		t.Errorf("a business owes by law from the due day: %+v", terms)
	}
	d.DB.Super.MustExec(`alter table app.cases disable trigger all; update app.cases set stage = 'judicial' where id = '` + charged.ID.String() + `'; alter table app.cases enable trigger all`)
	d.DB.Super.MustExec(string(sql))
	if got := d.interest(charged, "2026-02-09"); got != "22.53" {
		t.Errorf("what was charged and claimed in court bears %s", got)
	}
}
