package ledger_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/testfirm"
)

func (d *desk) dated(c *cases.Case, do func(*evidence.Tx) (ledger.Changed, []evidence.Entry, error)) ledger.Changed {
	d.t.Helper()
	changed, err := act(d, []*cases.Case{c}, do)
	d.ok(err)
	return changed
}

func (d *desk) inDefault(c *cases.Case, on string) ledger.Changed {
	d.t.Helper()
	return d.dated(c, func(tx *evidence.Tx) (ledger.Changed, []evidence.Entry, error) {
		return d.book.InDefault(tx, c, day.MustParse(on), "requerimiento recibido")
	})
}

func (d *desk) judged(c *cases.Case, on string) {
	d.t.Helper()
	d.dated(c, func(tx *evidence.Tx) (ledger.Changed, []evidence.Entry, error) {
		return d.book.Judged(tx, c, day.MustParse(on), "sentencia")
	})
}

func (d *desk) interest(c *cases.Case, on string) string {
	d.t.Helper()
	return d.statement(c, on).Total(ledger.Interest).Charged.Decimal()
}

// A consumer owes legal interest only once the creditor demands (CC 1100, 1108), not from the due day; 3.25 % in 2026.
// 1000.00, received 10-01-2026, to 02-03-2026: 51 days, 1000 × 3.25 % × 51 / 365 = 4.541 = 4.54.
func TestConsumersOweInterestFromTheDemandOnly(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{Person: true, Invoices: []testfirm.Invoice{{Principal: "1000.00", DueOn: day.Of(2025, 6, 1)}}})
	s := d.statement(c, "2026-03-02")
	if got := s.Total(ledger.Interest).Charged.Decimal(); got != "0.00" || len(s.Debts[0].Terms) != 0 || !s.DailyInterest.IsZero() {
		t.Errorf("before any demand it bears %s, terms %+v, daily %s", got, s.Debts[0].Terms, s.DailyInterest)
	}
	d.inDefault(c, "2026-01-20")
	d.inDefault(c, "2026-02-10") // the earliest day stands
	d.inDefault(c, "2026-01-10") // and an earlier receipt goes before it
	s = d.statement(c, "2026-03-02")
	x := s.Debts[0].Slices
	if got := s.Total(ledger.Interest).Charged.Decimal(); got != "4.54" || len(x) != 1 || x[0].From != day.Of(2026, 1, 11) || x[0].Days != 51 {
		t.Errorf("bears %s in %+v", got, x)
	}
	if terms := s.Debts[0].Terms; len(terms) != 1 || terms[0].Kind != ledger.Starts || terms[0].From != day.Of(2026, 1, 11) {
		t.Errorf("terms %+v", terms)
	}
	if got := d.interest(c, "2026-01-10"); got != "0.00" {
		t.Errorf("the day of receipt itself bears %s", got)
	}
}

func TestBusinessesOweInterestWithoutADemand(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{})
	before := d.interest(c, "2026-03-02")
	if changed := d.inDefault(c, "2026-02-01"); len(changed.Lines) != 0 {
		t.Errorf("the demand wrote %+v", changed.Lines)
	}
	if after := d.interest(c, "2026-03-02"); after != before || before == "0.00" {
		t.Errorf("%s before the demand, %s after it", before, after)
	}
}

// LEC 576: from the judgment of 20-01-2026 legal interest plus two points (5.25 %): 1000 × 3.25 % × 10 / 365 = 0.89 to the judgment,
// 1000 × 5.25 % × 41 / 365 = 5.897 = 5.90 after it. What was agreed goes on as agreed.
func TestAJudgmentRaisesTheLegalInterestFromTheNextDay(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{Person: true, Invoices: []testfirm.Invoice{{Principal: "1000.00", DueOn: day.Of(2025, 6, 1)}}})
	d.inDefault(c, "2026-01-10")
	d.judged(c, "2026-01-20")
	if got := d.interest(c, "2026-01-20") + " " + d.interest(c, "2026-03-02"); got != "0.89 6.79" {
		t.Errorf("to the judgment and after: %s", got)
	}
	agreed := d.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Regime: law.Agreed, AgreedPct: "8"}}})
	before := d.interest(agreed, "2026-03-02")
	d.judged(agreed, "2026-01-20")
	if after := d.interest(agreed, "2026-03-02"); after != before {
		t.Errorf("agreed interest was %s, is %s", before, after)
	}
}

func TestACorrectedDayOfTheJudgmentMovesItsInterest(t *testing.T) {
	d := open(t)
	of := testfirm.Opts{Person: true, Invoices: []testfirm.Invoice{{Principal: "1000.00", DueOn: day.Of(2025, 6, 1)}}}
	late, early, right := d.OpenCase(of), d.OpenCase(of), d.OpenCase(of)
	for c, on := range map[*cases.Case]string{late: "2026-02-01", early: "2026-01-12", right: "2026-01-20"} {
		d.inDefault(c, "2026-01-10")
		d.judged(c, on)
		d.pay("2026-02-20", "5.00", nil, c)
	}
	for c, on := range map[*cases.Case]string{late: "2026-02-01", early: "2026-01-12"} {
		d.dated(c, func(tx *evidence.Tx) (ledger.Changed, []evidence.Entry, error) {
			return d.book.JudgedOn(tx, c, day.MustParse(on), day.Of(2026, 1, 20), "fecha mal copiada")
		})
		if got, want := d.statement(c, "2026-03-02"), d.statement(right, "2026-03-02"); got.Open != want.Open || len(got.Debts[0].Terms) != 2 {
			t.Errorf("moved from %s: open %s, want %s; terms %+v", on, got.Open, want.Open, got.Debts[0].Terms)
		}
	}
}

func TestAPaymentAfterALateKnownDemandFallsAgain(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{Person: true, NoCompensation: true, Invoices: []testfirm.Invoice{{Principal: "1000.00", DueOn: day.Of(2025, 6, 1)}}})
	d.pay("2026-02-09", "100.00", nil, c)
	d.inDefault(c, "2026-01-10") // 30 days of 1000.00 at 3.25 %: 2.67
	s := d.statement(c, "2026-02-09")
	if got := s.Total(ledger.Interest).Paid.Decimal() + " " + s.Total(ledger.Principal).Left.Decimal(); got != "2.67 902.67" {
		t.Errorf("interest paid and principal open: %s", got)
	}
}

func TestTermsAreAgreedOrCorrectedFromADay(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{})
	debt := d.statement(c, "2026-03-02").Debts[0].DebtID
	set := func(from string, regime law.Regime, pct string, kind ledger.TermsKind) error {
		in := ledger.Terms{Debt: debt, FromOn: day.MustParse(from), Regime: regime, Kind: kind, Basis: "acuerdo de 10 de enero"}
		if pct != "" {
			rate := decimal.RequireFromString(pct)
			in.AgreedPct = &rate
		}
		_, err := act(d, []*cases.Case{c}, func(tx *evidence.Tx) (ledger.Changed, []evidence.Entry, error) { return d.book.SetTerms(tx, c, in) })
		return err
	}
	to := d.interest(c, "2026-01-10")
	d.ok(set("2026-01-10", law.None, "", ledger.Agreement))
	if got := d.interest(c, "2026-03-02"); got != to {
		t.Errorf("interest waived from a day on went from %s to %s", to, got)
	}
	d.ok(set("2026-02-01", law.Agreed, "10", ledger.Correction)) // 29 days of 1000.00 at 10 %: 7.95
	if got := d.statement(c, "2026-03-02").Debts[0].Slices; got[len(got)-1].Amount.Decimal() != "7.95" || got[len(got)-1].Days != 29 {
		t.Errorf("last slice %+v", got[len(got)-1])
	}
	for what, err := range map[string]error{
		"interest_terms_invalid": set("2026-02-01", law.Agreed, "", ledger.Agreement), "interest_terms_kind": set("2026-02-01", law.None, "", ledger.Starts),
		"effective_in_future": set("2026-03-30", law.None, "", ledger.Agreement), "agreed_rate_invalid": set("2026-02-01", law.Agreed, "0", ledger.Agreement),
	} {
		if code(err) != what {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// What was known at an instant stays known: later payments, terms and adopted corrections of a rate do not reach it.
func TestTheStatementAsKnownThenIsTheSameWheneverItIsComputed(t *testing.T) {
	d := open(t)
	d.own()
	c := d.OpenCase(testfirm.Opts{})
	person := d.OpenCase(testfirm.Opts{Person: true})
	d.pay("2026-01-15", "200.00", nil, c)
	type known struct {
		c    *cases.Case
		at   ledger.Statement
		text string
	}
	var all []known
	look := func() {
		for _, one := range []*cases.Case{c, person} {
			s := d.statement(one, "2026-03-01")
			all = append(all, known{one, s, text(s)})
		}
	}
	look()
	d.inDefault(person, "2026-01-10")
	_, bounced := d.pay("2025-12-20", "300.00", nil, c)
	look()
	adopted := law.Change{Seq: 1, Jurisdiction: "ES", Kind: law.ChangeRate, At: d.Clock.Now().Add(time.Minute), Regime: law.StatutoryCommercial,
		From: day.Of(2025, 7, 1), To: day.Of(2025, 12, 31), Pct: decimal.RequireFromString("11.15"), Source: "BOE-A-2025-13217", Confidence: law.ReadLaw}
	d.own(adopted)
	if now := d.statement(c, "2026-03-01"); !now.KnownAt.Equal(adopted.At) || text(now) == all[2].text {
		t.Errorf("the corrected rate is not in the statement known at %s", now.KnownAt)
	}
	look()
	d.Clock.AddDays(3)
	_, err := act(d, []*cases.Case{c}, func(tx *evidence.Tx) (ledger.Changed, []evidence.Entry, error) {
		return d.book.Recompute(tx, []*cases.Case{c}, day.Of(2025, 7, 1), "tipo corregido")
	})
	d.ok(err)
	if _, err := d.reverse(c, d.lineOf(c, bounced)); err != nil {
		t.Error(err)
	}
	d.judged(person, "2026-03-03")
	look()
	for i, was := range all {
		again, err := d.tryStatement(was.c, "2026-03-01", was.at.KnownAt)
		if err != nil || text(again) != was.text {
			t.Errorf("look %d: as known at %s %s", i, was.at.KnownAt, differs(was.text, text(again), err))
		}
	}
}

func TestASelectionIsADebtACaseOrADebtor(t *testing.T) {
	d := open(t)
	debtor := d.Debtor("ES", false)
	one := d.OpenCase(testfirm.Opts{Debtor: &debtor, Invoices: []testfirm.Invoice{{Principal: "100.00"}, {Principal: "200.00"}}})
	d.OpenCase(testfirm.Opts{Debtor: &debtor, Invoices: []testfirm.Invoice{{Principal: "400.00"}}})
	debts := d.statement(one, "2026-03-02").Debts
	principal := func(of ledger.Selection) string {
		var all []ledger.Statement
		err := d.view(func(tx viewTx) (err error) {
			r, err := d.book.Read(tx, one.ClientID, of, time.Time{})
			if err != nil {
				return err
			}
			all, err = r.Statements(day.Of(2026, 3, 2))
			return err
		})
		if err != nil {
			return code(err)
		}
		return all[0].Total(ledger.Principal).Left.Decimal()
	}
	for want, of := range map[string]ledger.Selection{"200.00": {Debts: []uuid.UUID{debts[1].DebtID}}, "300.00": {Cases: []uuid.UUID{one.ID}}, "700.00": {Account: one.AccountID},
		"not_found": {Account: uuid.New()}} {
		if got := principal(of); got != want {
			t.Errorf("%+v: %s, want %s", of, got, want)
		}
	}
	if got := principal(ledger.Selection{Debts: []uuid.UUID{debts[1].DebtID, uuid.New()}}); got != "not_found" {
		t.Errorf("a debt of nobody: %s", got)
	}
}

func TestDoubtsAreNamedAndUntickedRatesAreNotSigned(t *testing.T) {
	d := open(t)
	d.own()
	c := d.OpenCase(testfirm.Opts{})
	s := d.statement(c, "2026-03-02")
	err := s.Signable()
	if code(err) != "rates_unticked" || len(s.Doubts()) != len(s.Rates) {
		t.Fatalf("signable: %v; doubts %+v of rates %+v", err, s.Doubts(), s.Rates)
	}
	var ticks []law.Change
	for i, r := range s.Rates {
		ticks = append(ticks, law.Change{Seq: int64(i), Jurisdiction: "ES", Kind: law.ChangeTick, At: d.Clock.Now(), Fact: r.RateID})
	}
	d.own(ticks...)
	if s := d.statement(c, "2026-03-02"); s.Signable() != nil || len(s.Doubts()) != 0 {
		t.Errorf("after the ticks: %v, %+v", s.Signable(), s.Doubts())
	}
	mexico := d.OpenCase(testfirm.Opts{Client: &d.ClientB})
	d.pay("2026-03-02", "10.00", nil, mexico)
	if doubts, _ := json.Marshal(d.statement(mexico, "2026-03-02").Doubts()); !json.Valid(doubts) || len(doubts) < 10 {
		t.Errorf("Mexico's order is confirmed, not read: %s", doubts)
	}
}

func TestADocumentStatesInterestToTheLastKnownDayWithinTheGrace(t *testing.T) {
	d := open(t)
	c := d.OpenCase(testfirm.Opts{})
	on := func(today string) (asOf string, warned bool, err error) {
		verr := d.view(func(tx viewTx) error {
			day, warning, e := d.book.DocumentDay(tx, c.ClientID, []uuid.UUID{c.ID}, day.MustParse(today))
			asOf, warned, err = day.String(), warning != nil, e
			return nil
		})
		d.ok(verr)
		return asOf, warned, err
	}
	if asOf, warned, err := on("2026-12-31"); asOf != "2026-12-31" || warned || err != nil {
		t.Errorf("covered: %s %v %v", asOf, warned, err)
	}
	if asOf, warned, err := on("2027-01-02"); asOf != "2026-12-31" || !warned || err != nil {
		t.Errorf("in the grace: %s %v %v", asOf, warned, err)
	}
	if _, _, err := on("2027-12-01"); code(err) != "rate_table_stale" {
		t.Errorf("after the grace: %v", err)
	}
	d.Clock.On(day.Of(2027, 1, 4))
	_, err := act(d, []*cases.Case{c}, func(tx *evidence.Tx) (ledger.Line, []evidence.Entry, error) {
		return d.book.AddCost(tx, c, ledger.Spending{Debt: d.statement(c, "2026-03-02").Debts[0].DebtID, Component: ledger.Cost, Amount: money.Of(1210, c.Currency),
			On: day.Of(2027, 1, 3), Basis: "burofax"})
	})
	d.ok(err)
	if _, _, err := on("2027-01-04"); code(err) != "moved_after_rates" {
		t.Errorf("a cost after the last covered day was left out of the paper: %v", err)
	}
}
