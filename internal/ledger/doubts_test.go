package ledger_test

import (
	"testing"

	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/testfirm"
)

// Confirming how effective rates are charged by the day is one thing, checking the certificate of a month another: both are asked.
func TestAConfirmedConversionTicksNoRate(t *testing.T) {
	d := open(t)
	conversion := law.Change{Jurisdiction: "CO", Kind: law.ChangeConfirm, At: d.Clock.Now(), Fact: "co.setting.rate_conversion"}
	d.own(conversion)
	bogota := d.AddClient(clients.Client{Name: "Cafés Sumapaz S.A.S.", Country: "CO", City: "Bogotá", Currency: money.COP})
	c := d.OpenCase(testfirm.Opts{Client: &bogota, Invoices: []testfirm.Invoice{{Principal: "1000000.00", DueOn: day.Of(2025, 12, 31)}}})
	s := d.statement(c, "2026-03-02")
	if code(s.Signable()) != "rates_unticked" {
		t.Errorf("with rates that no lawyer ticked: %v", s.Signable())
	}
	changes := []law.Change{conversion}
	for i, r := range s.Rates {
		changes = append(changes, law.Change{Seq: int64(i + 1), Jurisdiction: "CO", Kind: law.ChangeTick, At: d.Clock.Now(), Fact: r.RateID})
	}
	d.own(changes...)
	s = d.statement(c, "2026-03-02")
	if all := s.Doubts(); s.Signable() != nil || len(all) != 1 || all[0].Code != ledger.FactConfirmed || all[0].ID != "co.setting.rate_conversion" {
		t.Errorf("ticked: %v, doubts %+v", s.Signable(), all)
	}
}

// Chile's limit on the debtor's choice of a debt was read nowhere and confirmed by nobody: it refuses nothing, so no paper rests on it.
func TestAFactThatNobodyConfirmedIsNoDoubt(t *testing.T) {
	d := open(t)
	chile := d.AddClient(clients.Client{Name: "Áridos Quilaco SpA", Country: "CL", City: "Quilaco", Currency: money.CLP})
	c := d.OpenCase(testfirm.Opts{Client: &chile, NoCompensation: true, Invoices: []testfirm.Invoice{{Principal: "1000000", DueOn: day.Of(2025, 12, 31), Regime: law.None}}})
	d.pay("2026-02-01", "1000", nil, c)
	if all := d.statement(c, "2026-03-02").Doubts(); len(all) != 0 {
		t.Errorf("doubts %+v", all)
	}
}
