package payments_test

import (
	"testing"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/payments"
	"recobro/internal/testfirm"
)

func TestAPartPaymentCountsForLimitationOnlyWhereConfirmedAndAReturnedOneNoMore(t *testing.T) {
	o := open(t)
	c := o.OpenCase(testfirm.Opts{Invoices: []testfirm.Invoice{{Principal: "1000.00", DueOn: day.Of(2021, 5, 10)}}})
	p, err := o.Record(ctx, o.Finance, payments.Received{CaseID: c.ID, Amount: money.Of(100_00, money.EUR), ReceivedOn: day.Of(2026, 2, 20)})
	must(t, err)
	desk := &cases.Desk{Log: o.Firm.Log, Law: o.Firm.Law}
	sheet, err := desk.Limitation(ctx, o.Lawyer, c.ID)
	must(t, err)
	if l := sheet.Debts[0].Limitation; len(sheet.Facts) != 1 || sheet.Facts[0].Act != law.PaymentAct || l.On != day.Of(2026, 5, 10) || l.Later != day.Of(2031, 2, 20) {
		t.Errorf("%+v: %s, if confirmed %s", sheet.Facts, l.On, l.Later)
	}
	_, err = o.Return(ctx, o.Finance, p.ID, "returned by the payer's bank")
	must(t, err)
	sheet, err = desk.Limitation(ctx, o.Lawyer, c.ID)
	must(t, err)
	if l := sheet.Debts[0].Limitation; !sheet.Facts[0].Reversed || !l.Later.IsZero() {
		t.Errorf("%+v: if confirmed %s", sheet.Facts, l.Later)
	}
}
