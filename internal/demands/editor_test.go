package demands_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"recobro/internal/testfirm"
)

// A lawyer who rewrites a paralegal's draft is its drafter from then on: another lawyer approves and signs.
func TestWhoeverEditsADraftNeitherApprovesNorSignsIt(t *testing.T) {
	o, ctx := open(t), context.Background()
	c := o.openCase(t, testfirm.Opts{})
	d, err := o.Draft(ctx, o.Paralegal, []uuid.UUID{c.ID}, "", nil)
	must(t, err)
	d, err = o.Update(ctx, o.Lawyer, d.ID, d.Version, map[string]string{"costs_note": "Texto del letrado"})
	must(t, err)
	_, err = o.Submit(ctx, o.Paralegal, d.ID)
	must(t, err)
	_, err = o.Approve(ctx, o.Lawyer, d.ID, "")
	refused(t, err, "drafter_cannot_decide")
	_, err = o.Approve(ctx, o.Lawyer2, d.ID, "")
	must(t, err)
	_, err = o.Sign(ctx, o.Lawyer, d.ID)
	refused(t, err, "drafter_cannot_decide")
	_, err = o.Sign(ctx, o.Lawyer2, d.ID)
	must(t, err)
}
