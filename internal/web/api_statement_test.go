package web_test

import (
	"testing"

	"recobro/internal/testfirm"
)

func TestAStatementIsOfADebtACaseOrADebtor(t *testing.T) {
	o := open(t)
	debtor := o.Debtor("ES", false)
	c := o.OpenCase(testfirm.Opts{Debtor: &debtor, Invoices: []testfirm.Invoice{{Principal: "100.00"}, {Principal: "200.00"}}})
	other := o.OpenCase(testfirm.Opts{Debtor: &debtor, Invoices: []testfirm.Invoice{{Principal: "400.00"}}})
	type stated struct {
		Debts []struct {
			DebtID string `json:"debt_id"`
			Totals []struct {
				Component string
				Open      struct{ Amount string }
			}
		}
		Totals []struct {
			Component string
			Open      struct{ Amount string }
		}
	}
	at := "/api/v1/cases/" + c.ID.String()
	var whole, one stated
	var all struct{ Data []stated }
	o.good(o.KeyA, 200, "GET", at+"/statement", "").into(t, &whole)
	o.good(o.KeyA, 200, "GET", at+"/statement?debt_id="+whole.Debts[1].DebtID, "").into(t, &one)
	o.good(o.KeyA, 200, "GET", at+"/debtor-statements", "").into(t, &all)
	if got := whole.Totals[0].Open.Amount + " " + one.Totals[0].Open.Amount + " " + all.Data[0].Totals[0].Open.Amount; got != "300.00 200.00 700.00" || len(one.Debts) != 1 {
		t.Errorf("principals of the case, the debt and the debtor: %s", got)
	}
	if a := o.call(o.KeyA, "GET", "/api/v1/cases/"+other.ID.String()+"/statement?debt_id="+whole.Debts[1].DebtID, ""); a.status != 404 {
		t.Errorf("a debt of another case: %d %s", a.status, a.body)
	}
	if a := o.call(o.KeyB, "GET", at+"/debtor-statements", ""); a.status != 404 {
		t.Errorf("another client: %d %s", a.status, a.body)
	}
}
