package migrations_test

import (
	"context"
	"testing"

	"recobro/internal/postgres"
	"recobro/internal/testfirm"
)

// What evidence rests on never changes in silence, whatever the program does: either the application's role may not, or the
// commit is refused.
func TestNothingThatEvidenceRestsOnChangesInSilence(t *testing.T) {
	f := testfirm.New(t)
	c := f.OpenCase(testfirm.Opts{})
	for _, change := range []string{
		`update cases set debtor_name = 'Otro'`, `update cases set number = 'R-1'`, `update cases set currency = 'USD'`, `update cases set jurisdiction = 'MX'`,
		`update cases set business = false`, `update cases set opened_on = '2020-01-01'`, `update cases set stage_since = '2020-01-01'`, `update cases set client_id = client_id`,
		`update cases set account_id = account_id`, `update parties set name = 'Otro'`, `update parties set tax_id = 'X'`, `update contact_points set value = 'x@evil.example'`,
		`update accounts set payment_reference = 'RF00'`, `update persons set tax_id = 'X'`,
		`update users set bar_number = '1'`, `update users set name = 'Otro'`, `update clients set email = 'x@evil.example'`, `update clients set currency = 'USD'`,
		`delete from user_clients`, `delete from user_teams`, `update mandates set max_months = 60`, `update ledger_entries set minor = 1`, `update portfolios set accepted = 0`,
		`update portfolio_items set status = 'rejected'`, `update documents set name = 'x'`, `update messages set body_text = 'x'`, `update tasks set kind = 'x'`,
		`insert into demand_cases (client_id, demand_id, case_id) select client_id, id, '` + c.ID.String() + `' from demands`,
	} {
		var touched int64
		err := f.DB.App.Write(context.Background(), f.Job.Token, func(tx *postgres.Tx) (err error) {
			touched, err = tx.Exec(change)
			return err
		})
		name, _ := postgres.Broken(err)
		switch {
		case postgres.Code(err) == "42501" || name == "must_have_logged":
		case err == nil && touched == 0: // no row of that table here; the grant is asked nonetheless
		default:
			t.Errorf("%s: %d rows, %v", change, touched, err)
		}
	}
}
