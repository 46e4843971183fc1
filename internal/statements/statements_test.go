package statements_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/statements"
	"recobro/internal/testfirm"
)

// figures are all amounts that a statement has to show.
func figures(s statements.Statement) (all []money.Amount) {
	for _, t := range s.Totals {
		if !t.Charged.IsZero() {
			all = append(all, t.Charged, t.Paid, t.Left)
		}
	}
	for _, d := range s.Debts {
		all = append(all, d.Open, d.Total(ledger.Principal).Left)
		for _, one := range d.Slices {
			all = append(all, one.Base, one.Amount)
		}
	}
	for _, p := range statements.Payments(s.Statement) {
		all = append(all, p.Amount)
		for _, part := range p.Parts {
			all = append(all, part.Amount)
		}
	}
	for _, p := range statements.Costs(s.Statement) {
		all = append(all, p.Amount)
	}
	return append(all, s.Open, s.Charged, s.Paid, *s.DailyInterest)
}

func TestThePaperSaysTheFiguresOfTheLedgerAndWhereEachRateIsPublished(t *testing.T) {
	o := open(t)
	chile := o.AddClient(clients.Client{Name: "Áridos Quilaco SpA", Country: "CL", City: "Quilaco", Currency: money.CLP})
	for name, opts := range map[string]testfirm.Opts{"one debt": {}, "twelve debts": {Invoices: invoices(12)}, "pesos of Mexico": {Client: &o.ClientB, Invoices: invoices(2)},
		"pesos of Chile": {Client: &chile, Invoices: []testfirm.Invoice{{Regime: law.Agreed, AgreedPct: "6"}}}} {
		c := o.OpenCase(opts)
		half := o.of(t, c).Total(ledger.Principal).Left.Split(2)[0]
		o.paid(t, c, half.Decimal(), day.Of(2026, 2, 3))
		o.costs(t, c, 1210, ledger.ByClient)
		s := o.of(t, c)
		for lang, locale := range map[string]string{"es": s.Packs[0].Locale, "en": "en"} {
			pdf, err := o.desk.PDF(s, lang)
			must(t, err)
			again, err := o.desk.PDF(o.of(t, c), lang)
			must(t, err)
			if !bytes.Equal(pdf, again) {
				t.Errorf("%s %s: the same question got other bytes", name, lang)
			}
			got := strings.ReplaceAll(testfirm.Words(t, pdf), " ", "")
			for _, a := range figures(s) {
				if want := testfirm.Flat(a.In(locale)); !strings.Contains(got, strings.ReplaceAll(want, " ", "")) {
					t.Errorf("%s %s: %s is not in the paper", name, lang, want)
				}
			}
			for _, r := range s.Rates {
				for _, word := range strings.Fields(r.Publication + " " + r.Law) {
					if !strings.Contains(got, word) {
						t.Errorf("%s %s: the paper does not say where %s %% is published: %q of %q", name, lang, r.RatePct, word, r.Publication)
					}
				}
			}
			for _, want := range []string{s.Editions(), statements.Instant(s.KnownAt), c.Number, s.Debtor.Name} {
				if !strings.Contains(got, strings.ReplaceAll(want, " ", "")) {
					t.Errorf("%s %s: no %q", name, lang, want)
				}
			}
		}
	}
}

// cells reads a sheet back as it is stored, without formats.
func cells(t *testing.T, book []byte, sheet string) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	must(t, err)
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	must(t, err)
	return rows
}

// cell is one of a row; behind its end it is empty.
func cell(row []string, i int) string {
	if i < len(row) {
		return row[i]
	}
	return ""
}

func equal(t *testing.T, stored string, want money.Amount) {
	t.Helper()
	got, err := decimal.NewFromString(stored)
	if err != nil || !got.Equal(decimal.RequireFromString(want.Decimal())) {
		t.Errorf("the cell holds %q, the ledger %s", stored, want.Decimal())
	}
}

func TestTheWorkbookReadsBackToTheCent(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{Invoices: invoices(12)})
	o.paid(t, c, "2100.33", day.Of(2026, 2, 3))
	o.costs(t, c, 1210, ledger.Undecided)
	s := o.of(t, c)
	book, err := statements.Workbook(s, "es")
	must(t, err)
	again, err := statements.Workbook(s, "es")
	must(t, err)
	if !bytes.Equal(book, again) {
		t.Error("the same statement got another workbook")
	}
	rows := cells(t, book, "Intereses")
	n := 1
	for _, d := range s.Debts {
		for _, one := range d.Slices {
			row := rows[n]
			equal(t, row[4], one.Base)
			equal(t, row[7], one.Amount)
			if from := day.Of(1899, 12, 30).AddDays(number(t, row[1])); from != one.From || number(t, row[3]) != one.Days || row[5] != one.RatePct || cell(row, 9) != one.Publication {
				t.Errorf("row %v of %+v", row, one)
			}
			n++
		}
	}
	equal(t, rows[n][7], s.Total(ledger.Interest).Charged)
	totals := cells(t, book, "Resumen")
	at := slices.IndexFunc(totals, func(row []string) bool { return cell(row, 0) == "Total" })
	for i, want := range []money.Amount{s.Charged, s.Paid, s.Waived, s.WrittenOff, s.Open} {
		equal(t, totals[at][i+1], want)
	}
	costs := cells(t, book, "Costes")
	last := costs[len(costs)-1]
	if cell(last, 3) != "=cmd()|burofax" || cell(last, 4) != "Por decidir" {
		t.Errorf("the cost reads %v", last)
	}
	f, err := excelize.OpenReader(bytes.NewReader(book))
	must(t, err)
	if formula, err := f.GetCellFormula("Costes", "D"+itoa(len(costs))); err != nil || formula != "" {
		t.Errorf("what a person wrote became the formula %q (%v)", formula, err)
	}
}

func TestThePlainLinesAddUpAndAreNoFormulas(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Number: "=1+1"}, {Number: "@F-2"}}})
	o.paid(t, c, "500.01", day.Of(2026, 2, 3))
	s := o.of(t, c)
	raw, err := statements.CSV(s)
	must(t, err)
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	must(t, err)
	sums := map[string]decimal.Decimal{}
	for _, row := range rows[1:] {
		for _, text := range row {
			if text != "" && strings.ContainsAny(text[:1], "=+@") {
				t.Errorf("a program could run %q", text)
			}
		}
		key := row[0]
		if key == "total" {
			key += " " + row[3]
		}
		sums[key] = sums[key].Add(decimal.RequireFromString(row[15]))
	}
	for key, want := range map[string]money.Amount{"interest": s.Total(ledger.Interest).Charged, "debt": s.Open, "total open": s.Open, "total principal": s.Total(ledger.Principal).Left} {
		if !sums[key].Equal(decimal.RequireFromString(want.Decimal())) {
			t.Errorf("%s: %s, not %s", key, sums[key], want.Decimal())
		}
	}
}

func TestAStatementIsOfACaseOfADebtOrOfAllThatADebtorOwesAClient(t *testing.T) {
	o := open(t)
	debtor := o.Debtor("ES", false)
	one, two := o.OpenCase(testfirm.Opts{Debtor: &debtor, Invoices: invoices(2)}), o.OpenCase(testfirm.Opts{Debtor: &debtor})
	if one.AccountID != two.AccountID {
		t.Fatal("two accounts")
	}
	whole, err := o.read(o.Lawyer, statements.Question{Subject: statements.Subject{Account: one.AccountID}})
	must(t, err)
	a, b := o.of(t, one), o.of(t, two)
	if len(whole.Debts) != 3 || whole.Open != a.Open.Plus(b.Open) || len(whole.Cases) != 2 {
		t.Errorf("the account owes %s in %d debts, its cases %s and %s", whole.Open, len(whole.Debts), a.Open, b.Open)
	}
	debt, err := o.read(o.ClientAdminA, statements.Question{Subject: statements.Subject{Debt: a.Debts[1].DebtID}})
	must(t, err)
	if len(debt.Debts) != 1 || debt.Open != a.Debts[1].Open {
		t.Errorf("the debt owes %s, not %s", debt.Open, a.Debts[1].Open)
	}
}

func TestWhatIsOutOfReachHasNoStatement(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	s := o.of(t, c)
	for _, of := range []statements.Subject{{Case: c.ID}, {Debt: s.Debts[0].DebtID}, {Account: c.AccountID}, {Debt: uuid.New()}} {
		for _, who := range []evidence.Actor{o.ClientAdminB, o.KeyB} {
			_, err := o.read(who, statements.Question{Subject: of})
			refused(t, err, "not_found")
		}
	}
	if _, err := o.read(o.KeyA, statements.Question{Subject: statements.Subject{Account: c.AccountID}}); err != nil {
		t.Errorf("the client does not read its own: %v", err)
	}
}

func TestAnAccountInTwoCurrenciesIsStatedInTheOneNamed(t *testing.T) {
	o := open(t)
	debtor := o.Debtor("ES", false)
	euros, dollars := o.OpenCase(testfirm.Opts{Debtor: &debtor}), o.OpenCase(testfirm.Opts{Debtor: &debtor, Currency: money.USD})
	if euros.AccountID != dollars.AccountID {
		t.Fatal("two accounts")
	}
	q := statements.Question{Subject: statements.Subject{Account: euros.AccountID}}
	_, err := o.read(o.Lawyer, q)
	refused(t, err, "currency_mixed")
	for currency, c := range map[money.Currency]*cases.Case{money.EUR: euros, money.USD: dollars} {
		q.Currency = currency
		s, err := o.read(o.Lawyer, q)
		must(t, err)
		if s.Currency != currency || s.Open != o.of(t, c).Open {
			t.Errorf("%s: %s in %s", currency, s.Open, s.Currency)
		}
	}
}

func TestAskedForAsKnownThenItSaysTheSameToTheByte(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{})
	o.paid(t, c, "200", day.Of(2026, 2, 3))
	before := o.of(t, c)
	first, err := o.desk.PDF(before, "es")
	must(t, err)
	o.Clock.AddDays(20)
	o.paid(t, c, "300", day.Of(2026, 2, 20))
	q := statements.Question{Subject: statements.Subject{Case: c.ID}, AsOf: before.AsOf, KnownAt: before.KnownAt}
	then, err := o.read(o.Lawyer, q)
	must(t, err)
	second, err := o.desk.PDF(then, "es")
	must(t, err)
	if then.Open != before.Open || !bytes.Equal(first, second) {
		t.Errorf("it said %s and says %s; equal bytes: %v", before.Open, then.Open, bytes.Equal(first, second))
	}
	q.KnownAt = o.Clock.Now().Add(time.Hour)
	_, err = o.read(o.Lawyer, q)
	refused(t, err, "known_at_in_future")
	q.KnownAt = day.Of(2025, 1, 1).Time()
	_, err = o.read(o.Lawyer, q)
	refused(t, err, "not_found")
}

func TestTheDaysAddUpToTheSlicesBeforeTheyWereRounded(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{Invoices: invoices(3)})
	o.paid(t, c, "1500", day.Of(2026, 1, 20))
	s := o.of(t, c)
	months, err := s.Daily()
	must(t, err)
	var days []ledger.Day
	for _, m := range months {
		days = append(days, m.Days...)
	}
	slicesOf := 0
	for _, d := range s.Debts {
		slicesOf += len(d.Slices)
	}
	last := days[len(days)-1]
	exact := decimal.RequireFromString(s.Total(ledger.Interest).Charged.Decimal())
	if gap := exact.Sub(last.Accrued).Abs(); gap.GreaterThan(decimal.New(5, -3).Mul(decimal.NewFromInt(int64(slicesOf)))) || last.On != s.AsOf {
		t.Errorf("the days add up to %s on %s, the slices to %s on %s", last.Accrued, last.On, exact, s.AsOf)
	}
	for i, d := range days {
		if d.N != i+1 || i > 0 && d.On != days[i-1].On.AddDays(1) {
			t.Errorf("day %d is %s", d.N, d.On)
		}
	}
}
