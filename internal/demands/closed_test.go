package demands_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/testfirm"
)

func TestALetterOfACaseThatClosedMeanwhileIsNeitherSubmittedNorApproved(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	desk := cases.Desk{Log: o.Firm.Log, Law: o.Firm.Law}
	for _, submitted := range []bool{false, true} {
		c := o.openCase(t, testfirm.Opts{})
		d, err := o.Draft(ctx, o.Paralegal, []uuid.UUID{c.ID}, "", nil)
		must(t, err)
		if submitted {
			_, err = o.Submit(ctx, o.Paralegal, d.ID)
			must(t, err)
		}
		_, err = desk.Advance(ctx, o.ClientAdminA, c.ID, cases.Recalled, "cobrado por el cliente")
		must(t, err)
		if submitted {
			_, err = o.Approve(ctx, o.Lawyer, d.ID, "")
		} else {
			_, err = o.Submit(ctx, o.Paralegal, d.ID)
		}
		refused(t, err, "step_not_possible")
	}
}
