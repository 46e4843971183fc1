package court_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/court"
	"recobro/internal/testfirm"
)

func TestAFilingOfACaseThatClosedMeanwhileIsNeitherSubmittedNorApproved(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	for _, submitted := range []bool{false, true} {
		c := o.ready(t, testfirm.Opts{}, true)
		p, err := o.Open(ctx, o.Paralegal, []uuid.UUID{c.ID}, court.Opening{Procedure: "monitorio"})
		must(t, err)
		f, err := o.DraftFiling(ctx, o.Paralegal, p.ID, map[string]string{"client_representative": "doña Rosa Ficticia Prado", "place": "Valdemiel"})
		must(t, err)
		if submitted {
			_, err = o.Submit(ctx, o.Paralegal, f.ID)
			must(t, err)
		}
		_, err = o.cases.Advance(ctx, o.ClientAdminA, c.ID, cases.Recalled, "cobrado por el cliente")
		must(t, err)
		if submitted {
			_, err = o.Approve(ctx, o.Lawyer, f.ID, "")
		} else {
			_, err = o.Submit(ctx, o.Paralegal, f.ID)
		}
		refused(t, err, "step_not_possible")
	}
}
