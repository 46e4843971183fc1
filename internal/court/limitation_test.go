package court_test

import (
	"context"
	"slices"
	"testing"

	"recobro/internal/cases"
	"recobro/internal/court"
	"recobro/internal/law"
	"recobro/internal/testfirm"
)

func TestASuitIsOneFactOfLimitationFromItsFilingToItsService(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	c := o.ready(t, testfirm.Opts{}, true)
	p, f := o.filed(t, c)
	suits := func() (standing []cases.LimitationFact) {
		t.Helper()
		sheet, err := (&cases.Desk{Log: o.Firm.Log, Law: o.Firm.Law}).Limitation(ctx, o.Lawyer, c.ID)
		must(t, err)
		return slices.DeleteFunc(sheet.Facts, func(f cases.LimitationFact) bool { return f.Reversed || f.Act != law.SuitAct })
	}
	if s := suits(); len(s) != 1 || s[0].From != f.FiledOn || !s[0].Received.IsZero() || *s[0].About != p.ID {
		t.Errorf("filed: %+v", s)
	}
	o.on(t, f.FiledOn.AddDays(30), c.ClientID)
	for _, a := range []court.ActIn{{Kind: "admitted", On: f.FiledOn.AddDays(5)}, {Kind: "served", On: f.FiledOn.AddDays(20)}} {
		_, err := o.RecordAct(ctx, o.Paralegal, p.ID, a)
		must(t, err)
	}
	if s := suits(); len(s) != 1 || s[0].From != f.FiledOn || s[0].Received != f.FiledOn.AddDays(20) || s[0].Grade != 4 {
		t.Errorf("served: %+v", s)
	}
}
