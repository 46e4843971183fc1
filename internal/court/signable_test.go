package court_test

import (
	"context"
	"strings"
	"testing"

	"recobro/internal/day"
	"recobro/internal/gazette"
	"recobro/internal/statements"
	"recobro/internal/testfirm"
)

func TestAPetitionIsSignedOnlyOnTickedRatesAndSaysWhatIsMissing(t *testing.T) {
	o := openFor(t, testfirm.Unticked(t))
	ctx := context.Background()
	tick := func(rates ...string) {
		t.Helper()
		_, err := (&gazette.Desk{Log: o.Firm.Log, Law: o.Firm.Law}).Tick(ctx, o.Lawyer2, rates, "")
		must(t, err)
	}
	tick("es.statutory_commercial.2025-07-01", "es.statutory_commercial.2026-01-01") // what the demand needed
	c := o.ready(t, testfirm.Opts{}, true)
	_, f := o.approved(t, c)
	o.on(t, day.Of(2026, 7, 6), c.ClientID)
	items, err := o.Checklist(ctx, o.Lawyer, f.ID)
	must(t, err)
	unticked := 0
	for _, i := range items {
		if i.State == statements.Missing && i.Signature && i.Fact == "es.statutory_commercial.2026-07-01" && i.Note.ES != "" {
			unticked++
		}
	}
	if unticked != 1 {
		t.Errorf("the checklist does not name the new half-year: %+v", items)
	}
	_, err = o.Sign(ctx, o.Lawyer, f.ID)
	refused(t, err, "rates_unticked")
	tick("es.statutory_commercial.2026-07-01")
	if items, err := o.Checklist(ctx, o.Lawyer, f.ID); err != nil || len(items) != 0 {
		t.Errorf("after the ticks: %+v, %v", items, err)
	}
	_, err = o.Sign(ctx, o.Lawyer, f.ID)
	must(t, err)
}

func TestAPetitionStatesInterestToTheLastCoveredDayAndReservesTheRest(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.ready(t, testfirm.Opts{}, true)
	_, f := o.approved(t, c)
	o.on(t, day.Of(2027, 1, 8), c.ClientID)
	items, err := o.Checklist(ctx, o.Lawyer, f.ID)
	must(t, err)
	if len(items) != 1 || items[0].State != statements.Doubtful || !strings.Contains(items[0].Text.ES, "31/12/2026") {
		t.Errorf("the signer is told %+v", items)
	}
	pdf, err := o.Preview(ctx, o.Lawyer, f.ID)
	must(t, err)
	if words := testfirm.Words(t, pdf); !strings.Contains(words, "Quedan reservados los intereses que correspondan desde el 31 de diciembre de 2026 hasta el pago") {
		t.Errorf("the petition reserves nothing: %s", words)
	}
	o.on(t, day.Of(2027, 2, 1), c.ClientID)
	_, err = o.Preview(ctx, o.Lawyer, f.ID)
	refused(t, err, "rate_table_stale")
}
