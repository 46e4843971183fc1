package court_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/court"
	"recobro/internal/day"
	"recobro/internal/ledger"
	"recobro/internal/payments"
	"recobro/internal/testfirm"
)

// pleaded is a case whose monitorio was opposed and whose trial waits for its judgment, on 20-07-2026.
func (o office) pleaded(t *testing.T, of testfirm.Opts) (*cases.Case, court.Proceeding, court.Proceeding) {
	t.Helper()
	c := o.ready(t, of, true)
	p, _ := o.filed(t, c)
	o.on(t, day.Of(2026, 7, 20), c.ClientID)
	record := func(id uuid.UUID, kind string, on day.Date) {
		t.Helper()
		_, err := o.RecordAct(context.Background(), o.Lawyer, id, court.ActIn{Kind: kind, On: on})
		must(t, err)
	}
	record(p.ID, "served", day.Of(2026, 5, 20))
	record(p.ID, "opposed", day.Of(2026, 6, 8))
	next, err := o.Open(context.Background(), o.Lawyer, []uuid.UUID{c.ID}, court.Opening{Procedure: "ordinario"})
	must(t, err)
	for _, kind := range []string{"filed", "served", "answered", "pretrial"} {
		record(next.ID, kind, day.Of(2026, 6, 20))
	}
	return c, p, next
}

// Interest of judgments runs from the day of the judgment, also when that day was first written down wrongly.
func TestACorrectedJudgmentMovesTheInterestOfJudgments(t *testing.T) {
	o := open(t)
	c, _, next := o.pleaded(t, testfirm.Opts{Person: true, Invoices: []testfirm.Invoice{{Principal: "20000.00"}}})
	a, err := o.RecordAct(context.Background(), o.Lawyer, next.ID, court.ActIn{Kind: "judgment", On: day.Of(2026, 7, 10)})
	must(t, err)
	_, err = o.CorrectAct(context.Background(), o.Lawyer, a.ID, day.Of(2026, 7, 3), "fecha de la notificación")
	must(t, err)
	var from []string
	must(t, o.DB.Super.Select(&from, `select t.from_on::text from app.interest_terms t where t.case_id = $1 and t.kind = 'judgment' and t.reverses is null
		and not exists (select 1 from app.interest_terms r where r.reverses = t.id)`, c.ID))
	if len(from) != 1 || from[0] != "2026-07-03" {
		t.Errorf("interest of judgments after %v", from)
	}
}

// People may change who bears a court fee, or reverse it, before the judgment: the judgment is taken down all the same and decides
// about what stands.
func TestAJudgmentDecidesOnTheFeeThatStands(t *testing.T) {
	ctx := context.Background()
	for name, want := range map[string]struct {
		meddle  func(*payments.Desk, office, uuid.UUID) error
		debtors string
	}{
		"borne by another since": {func(d *payments.Desk, o office, line uuid.UUID) error {
			_, err := d.Bears(ctx, o.Lawyer, line, ledger.ByClient, "encargo del cliente")
			return err
		}, "9000"},
		"reversed": {func(d *payments.Desk, o office, line uuid.UUID) error {
			_, err := d.Reverse(ctx, o.Lawyer, line, "exenta")
			return err
		}, ""},
	} {
		o := open(t)
		c, p, next := o.pleaded(t, testfirm.Opts{Invoices: []testfirm.Invoice{{Principal: "20000.00"}}})
		var line uuid.UUID
		must(t, o.DB.Super.Get(&line, `select fee_line from app.proceedings where id = $1`, p.ID))
		must(t, want.meddle(&payments.Desk{Log: o.Desk.Log, Law: o.Desk.Law, Book: o.Book}, o, line))
		yes := true
		if _, err := o.RecordAct(ctx, o.Lawyer, next.ID, court.ActIn{Kind: "judgment", On: day.Of(2026, 7, 10), CostsAwarded: &yes}); err != nil {
			t.Errorf("%s: the judgment: %v", name, err)
			continue
		}
		var debtors string
		must(t, o.DB.Super.Get(&debtors, `select coalesce(string_agg(l.minor::text, ' '), '') from app.ledger_entries l where l.case_id = $1 and l.component = 'court_fee'
			and l.kind = 'charge' and l.borne_by = 'debtor' and l.minor = 9000 and not exists (select 1 from app.ledger_entries r where r.reverses = l.id)`, c.ID))
		if debtors != want.debtors {
			t.Errorf("%s: of the monitorio's fee the debtor bears %q, want %q", name, debtors, want.debtors)
		}
	}
}
