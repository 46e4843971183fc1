package ledger_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/testfirm"
)

// uf adopts values of the UF, made up for these tests.
func (d *desk) uf(values map[string]string) {
	d.t.Helper()
	changes := []law.Change{{Jurisdiction: "CL", Kind: law.ChangeConfirm, At: d.Clock.Now(), Fact: "cl.unit.CLF"}}
	for on, value := range values {
		changes = append(changes, law.Change{Seq: int64(len(changes)), Jurisdiction: "CL", Kind: law.ChangeUnitValue, At: d.Clock.Now(), Unit: "CLF", On: day.MustParse(on),
			Value: decimal.RequireFromString(value), Source: "Banco Central de Chile", Confidence: law.ReadSecondary})
	}
	d.own(changes...)
}

// inUF opens a Chilean case kept in UF, of an agreed rate.
func (d *desk) inUF(principal string) *cases.Case {
	d.t.Helper()
	chile := d.AddClient(clients.Client{Name: "Áridos Quilaco SpA", Country: "CL", City: "Quilaco", Currency: money.CLP})
	return d.OpenCase(testfirm.Opts{Client: &chile, Currency: money.CLF, NoCompensation: true,
		Invoices: []testfirm.Invoice{{Principal: principal, DueOn: day.Of(2025, 12, 31), Regime: law.Agreed, AgreedPct: "3.65"}}})
}

// payPesos pays a case kept in UF.
func (d *desk) payPesos(c *cases.Case, on string, pesos int64) (ledger.Allocated, uuid.UUID, error) {
	p := ledger.Payment{ID: uuid.Must(uuid.NewV7()), Amount: money.Of(pesos, money.CLP), ReceivedOn: day.MustParse(on)}
	made, err := act(d, []*cases.Case{c}, func(tx *evidence.Tx) (ledger.Allocated, []evidence.Entry, error) {
		return d.receive(tx, p, []*cases.Case{c})
	})
	return made, p.ID, err
}

// 100.0000 UF at 3.65 % earn 0.0100 UF a day: on 30-01-2026, 30 days, 0.3000. At 39 000.00 pesos a UF the 100.3000 are 3 911 700 pesos. Of 1 000 000 pesos
// 25.6410 UF are paid (999 999 pesos): 0.3000 of interest (11 700) and 25.3410 of principal (988 299). The last peso pays nothing.
func TestACaseKeptInUFIsPaidInPesosAtTheValueOfTheDay(t *testing.T) {
	d := open(t)
	d.uf(map[string]string{"2026-01-30": "39000.00", "2026-03-01": "39500.50"})
	c := d.inUF("100.0000")
	if s := d.statement(c, "2026-01-30"); s.Open.Decimal() != "100.3000" || s.Converted == nil || s.Converted.Open != money.Of(3_911_700, money.CLP) || s.Converted.Value != "39000" {
		t.Fatalf("open %s, in pesos %+v", s.Open, s.Converted)
	}
	made, _, err := d.payPesos(c, "2026-01-30", 1_000_000)
	d.ok(err)
	got := ""
	for _, s := range made.Shares {
		got += string(s.Component) + " " + s.Amount.Decimal() + " "
	}
	if got != "interest 0.3000 principal 25.3410 " || made.Unallocated != money.Of(1, money.CLP) {
		t.Errorf("%s, unallocated %s", got, made.Unallocated)
	}
	for _, l := range d.statement(c, "2026-01-30").Debts[0].Lines {
		if l.Kind == ledger.Paying && (l.Received == nil || l.Received.Currency != money.CLP || !strings.Contains(l.Basis, "CLF a 39000 CLP del 2026-01-30")) {
			t.Errorf("line %+v", l)
		}
	}
	d.Clock.On(day.Of(2026, 11, 20)) // the values that ship end on 10-10-2026
	if _, _, err := d.payPesos(c, "2026-11-15", 1000); code(err) != "unit_missing" {
		t.Errorf("a day without a value: %v", err)
	}
	if s := d.statement(c, "2026-11-15"); s.Converted != nil {
		t.Errorf("the pesos of a day without a value: %+v", s.Converted)
	}
	// Whoever pays the pesos of the statement has paid: nothing is left in UF, nothing over in pesos.
	made, last, err := d.payPesos(c, "2026-03-01", d.statement(c, "2026-03-01").Converted.Open.Minor)
	d.ok(err)
	if s := d.statement(c, "2026-03-01"); !s.Open.IsZero() || !made.Unallocated.IsZero() {
		t.Errorf("open %s, unallocated %s", s.Open, made.Unallocated)
	}
	// A payment learnt of late frees pesos of the later one, and all of them are accounted for.
	earlier, _, err := d.payPesos(c, "2026-01-30", 390_000)
	d.ok(err)
	if free := earlier.Freed[last]; free.Currency != money.CLP || free.Minor < 390_000 {
		t.Errorf("freed %v", earlier.Freed)
	}
}

// Whatever is paid at whatever value: every peso is on a line or left over, and what the lines took in UF is worth what they took in pesos.
func TestNoPesoIsMadeOrLostInConversion(t *testing.T) {
	d := open(t)
	d.uf(map[string]string{"2026-01-30": "39127.39", "2026-02-10": "39203.07", "2026-03-01": "3.01"})
	rapid.Check(t, func(r *rapid.T) {
		d.t = t
		c := d.inUF(money.Of(rapid.Int64Range(1, 3_000_000).Draw(r, "principal"), money.CLF).Decimal())
		received, loose, ids := int64(0), int64(0), []uuid.UUID{}
		for range rapid.IntRange(1, 4).Draw(r, "payments") {
			pesos := rapid.Int64Range(1, 5_000_000).Draw(r, "pesos")
			made, id, err := d.payPesos(c, rapid.SampledFrom([]string{"2026-01-30", "2026-02-10", "2026-03-01"}).Draw(r, "day"), pesos)
			d.ok(err)
			received, loose, ids = received+pesos, loose+made.Unallocated.Minor, append(ids, id)
			for _, free := range made.Freed {
				loose += free.Minor
			}
		}
		shares := int64(0)
		d.ok(d.view(func(tx viewTx) error {
			all, err := d.book.SharesOf(tx, c.ClientID, ids...)
			for _, s := range all {
				shares += s.Received().Minor
			}
			return err
		}))
		if shares+loose != received || loose < 0 {
			r.Fatalf("received %d pesos, %d on lines, %d left over", received, shares, loose)
		}
		d.balances(r, d.statement(c, "2026-03-01"))
	})
}
