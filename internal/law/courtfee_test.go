package law

import (
	"testing"

	"recobro/internal/money"
)

func TestCourtFeeOfForm696(t *testing.T) {
	p := pack(t, "ES")
	for _, c := range []struct {
		procedure       string
		company         bool
		claim           int64
		fee, electronic string
		exempt, known   bool
	}{
		{"monitorio", true, 2_000_01, "100.00", "90.00", false, true},
		{"monitorio", true, 2_000_00, "0.00", "0.00", true, true},
		{"monitorio", false, 9_000_00, "0.00", "0.00", true, true},
		{"european_order", true, 1_000_00, "100.00", "90.00", false, true},
		{"verbal", true, 2_000_00, "0.00", "0.00", true, true},
		{"cambiario", true, 1_000_00, "150.00", "135.00", false, true},
		{"ordinario", true, 16_000_00, "300.00", "270.00", false, true},
		{"ejecucion_extrajudicial", true, 400_00, "200.00", "180.00", false, true},
		{"ejecucion", true, 16_000_00, "", "", false, false},
		{"notarial_monitorio", true, 16_000_00, "", "", false, false},
	} {
		fee, ok := p.CourtFee(c.procedure, c.company, money.Of(c.claim, money.EUR))
		if ok != c.known || (ok && (fee.Amount.Decimal() != c.fee || fee.Electronic.Decimal() != c.electronic || both(fee.Why) != c.exempt || fee.Law == "")) {
			t.Errorf("%+v: %+v, %v", c, fee, ok)
		}
	}
	if _, ok := pack(t, "MX").CourtFee("ordinario", true, money.Of(1, money.MXN)); ok {
		t.Error("Mexico has a court fee")
	}
}

func TestWhatWasPaidInTheMonitorioIsDeductedInTheOrdinaryClaimThatFollows(t *testing.T) {
	p := pack(t, "ES")
	full, _ := p.CourtFee("ordinario", true, money.Of(20_000_00, money.EUR))
	paid := money.Of(90_00, money.EUR)
	if fee := full.Less(p, "ordinario", "monitorio", paid); fee.Electronic.Decimal() != "180.00" || fee.Amount.Decimal() != "210.00" || !both(fee.Why) {
		t.Errorf("%+v", fee)
	}
	if fee := full.Less(p, "ordinario", "cambiario", paid); fee != full {
		t.Errorf("another procedure's fee was deducted: %+v", fee)
	}
	if fee := full.Less(p, "ordinario", "monitorio", money.Of(500_00, money.EUR)); !fee.Amount.IsZero() || fee.Electronic.IsNegative() {
		t.Errorf("more than the fee: %+v", fee)
	}
	if law := full.Electronically(p); law != "Ley 10/2012, art. 7.1; Ley 10/2012, art. 10" {
		t.Error(law)
	}
}

func TestSixtyPerCentComesBackAfterASettlementAndTwentyAfterJoinder(t *testing.T) {
	p := pack(t, "ES")
	for cause, want := range map[string]string{"settled": "54.00", "acquiescence": "54.00", "joinder": "18.00", "judgment": ""} {
		back, form, law, ok := p.FeeRefund(cause, money.Of(90_00, money.EUR))
		if ok != (want != "") || ok && (back.Decimal() != want || form != "695" || law == "") {
			t.Errorf("%s: %s %s %s %v", cause, back, form, law, ok)
		}
	}
}
