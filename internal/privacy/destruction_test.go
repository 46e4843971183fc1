package privacy_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/cases"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/privacy"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
)

// house is a firm whose lawyers have set the terms: blocked 30 days after closing, destroyed after two years.
type house struct {
	*testfirm.Firm
	desk *privacy.Desk
}

func newHouse(t *testing.T) *house {
	t.Helper()
	f := testfirm.New(t)
	store, err := documents.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := &house{f, &privacy.Desk{Log: f.Log, Store: store}}
	for _, term := range []privacy.Term{{Jurisdiction: "ES", About: "block", Amount: 30, Unit: "days"}, {Jurisdiction: "ES", About: "destroy", Claim: "invoice", Amount: 2, Unit: "years"}} {
		term.Source = "decisión de prueba"
		h.ok(h.desk.SetTerm(context.Background(), f.Lawyer, term))
	}
	return h
}

func (h *house) ok(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

func (h *house) refused(code string, err error) {
	h.T.Helper()
	if p := problem.Of(err); p == nil || p.Code != code {
		h.T.Fatalf("got %v, want %s", err, code)
	}
}

func (h *house) close(c *cases.Case) {
	h.T.Helper()
	_, err := (&cases.Desk{Log: h.Log, Law: h.Law}).Advance(context.Background(), h.Job, c.ID, "declined", "")
	h.ok(err)
}

const canary = "canary4711"

// plant writes the canary into every column of the data map that destruction clears, for the rows of the case and its account,
// as the superuser: columns that the fixture leaves empty are tested like the others.
func (h *house) plant(c *cases.Case) (file [32]byte) {
	h.T.Helper()
	ctx := context.Background()
	stored, err := h.desk.Store.Put([]byte("bytes with the " + canary))
	h.ok(err)
	doc := uuid.New()
	_, err = evidence.Record(ctx, h.Log, h.Job, func(tx *evidence.Tx) (int, []evidence.Entry, error) {
		_, err := tx.Exec(`insert into documents (client_id, id, account_id, case_id, kind, name, media_type, sha256, bytes, added_on)
			values ($1, $2, $3, $4, 'other', $5, 'text/plain', $6, $7, $8)`, c.ClientID, doc, c.AccountID, c.ID, canary, stored.SHA256[:], stored.Bytes, h.Clock.Today())
		return 0, []evidence.Entry{c.Entry("document.added", evidence.Fields{"name": canary})}, err
	})
	h.ok(err)
	tx := h.DB.Super.MustBegin()
	tx.MustExec(`set local session_replication_role = replica`) // no trigger: the canaries are not facts
	one := func(query string, args ...any) { tx.MustExec(query, args...) }
	demand, message, agreement, proceeding := uuid.New(), uuid.New(), uuid.New(), uuid.New()
	one(`insert into app.demands (client_id, id, account_id, template, template_version, language, state, as_of, term_days, drafted_by) values ($1, $2, $3, 'x', 1, 'es', 'draft', '2026-03-02', 10, $4)`, c.ClientID, demand, c.AccountID, h.Paralegal.ID)
	one(`insert into app.demand_cases values ($1, $2, $3)`, c.ClientID, demand, c.ID)
	one(`insert into app.messages (client_id, id, account_id, channel, step, template, template_version, language, to_name, to_address, state, reserved_on) values ($1, $2, $3, 'email', 's', 'x', 1, 'es', '', '', 'sent', '2026-03-02')`, c.ClientID, message, c.AccountID)
	one(`insert into app.message_cases (client_id, message_id, case_id, step) values ($1, $2, $3, 's')`, c.ClientID, message, c.ID)
	one(`insert into app.agreements (client_id, id, account_id, kind, state, currency, claim_minor, total_minor, as_of, proposed_on, proposed_by) values ($1, $2, $3, 'extension', 'refused', 'EUR', 1, 1, '2026-03-02', '2026-03-02', $4)`, c.ClientID, agreement, c.AccountID, h.Lawyer.ID)
	one(`insert into app.agreement_cases values ($1, $2, $3)`, c.ClientID, agreement, c.ID)
	one(`insert into app.emergencies (client_id, id, case_id, user_id, reason, until_at) values ($1, $2, $3, $4, 'llama el juzgado', now() + interval '1 hour')`, c.ClientID, uuid.New(), c.ID, h.Supervisor.ID)
	one(`insert into app.proceedings (client_id, id, account_id, jurisdiction, procedure, court, state, opened_on) values ($1, $2, $3, 'ES', 'x', 'x', 'ended', '2026-03-02')`, c.ClientID, proceeding, c.AccountID)
	one(`insert into app.proceeding_cases values ($1, $2, $3)`, c.ClientID, proceeding, c.ID)
	one(`insert into app.filings (client_id, id, proceeding_id, template, template_version, language, state, as_of, claim_minor, currency, drafted_by) values ($1, $2, $3, 'x', 1, 'es', 'draft', '2026-03-02', 1, 'EUR', $4)`, c.ClientID, uuid.New(), proceeding, h.Paralegal.ID)
	one(`insert into app.proceeding_acts (client_id, id, proceeding_id, kind, happened_on) values ($1, $2, $3, 'x', '2026-03-02')`, c.ClientID, uuid.New(), proceeding)
	one(`insert into app.disputes (client_id, id, case_id, contested_minor, reason, raised_on, answer_due_on) values ($1, $2, $3, 1, '', '2026-03-02', '2026-03-02')`, c.ClientID, uuid.New(), c.ID)
	one(`insert into app.holds (client_id, id, case_id, scope, reason, opened_on) values ($1, $2, $3, 'all', '', '2026-03-02')`, c.ClientID, uuid.New(), c.ID)
	one(`insert into app.approvals (client_id, id, case_id, kind, about, asked_on, expires_on) values ($1, $2, $3, 'suit', $2, '2026-03-02', '2026-03-02')`, c.ClientID, uuid.New(), c.ID)
	payment := uuid.New()
	one(`insert into app.payments (client_id, id, account_id, minor, currency, received_on, source) values ($1, $2, $3, 1, 'EUR', '2026-03-02', 'bank')`, c.ClientID, payment, c.AccountID)
	one(`update app.ledger_entries set payment_id = $3 where client_id = $1 and case_id = $2`, c.ClientID, c.ID, payment)
	one(`insert into app.limitation_facts (client_id, id, case_id, act, from_on, recorded_by) values ($1, $2, $3, 'letter', '2026-03-02', $4)`, c.ClientID, uuid.New(), c.ID, h.Lawyer.ID)
	one(`insert into app.interest_terms (client_id, id, case_id, debt_id, kind, from_on, regime, basis, recorded_at) select client_id, $3, case_id, id, 'start', '2026-03-02', 'none', '', now() from app.debts where client_id = $1 and case_id = $2`, c.ClientID, c.ID, uuid.New())
	portfolio := uuid.New()
	one(`insert into app.portfolios (client_id, id, reference, source, currency, items, accepted, rejected, accepted_minor, received_on, submitted_by) values ($1, $2, 'P', 'page', 'EUR', 1, 1, 0, 1, '2026-03-02', $3)`, c.ClientID, portfolio, h.Lawyer.ID)
	one(`insert into app.portfolio_items (client_id, portfolio_id, n, external_ref, status, case_id, input) values ($1, $2, 1, '', 'accepted', $3, '{}')`, c.ClientID, portfolio, c.ID)
	one(`insert into app.contact_log (person_id, id, channel, happened_at, on_day) select person_id, $3, 'email', now(), '2026-03-02' from app.accounts where client_id = $1 and id = $2`, c.ClientID, c.AccountID, uuid.New())
	one(`insert into app.operations (caller, key, route, body_sha256, state, lease_until, status, answer) values ($1, 'k', '/x', '\x00', 'done', now(), 200, convert_to('`+canary+` ' || $2, 'UTF8'))`, h.Lawyer.ID, c.ID.String())
	var texts []struct{ Table, Column, Type string }
	h.ok(tx.Select(&texts, `select n.nspname || '.' || c.relname as "table", a.attname as "column", format_type(a.atttypid, null) as type from pg_class c
		join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
		where n.nspname = 'app' and c.relkind = 'r' and format_type(a.atttypid, null) in ('text', 'jsonb') order by 1, 2`))
	planted := map[string]bool{}
	for _, x := range texts {
		if col, _ := privacy.DataMap().Column(x.Table, x.Column); col.Fate != "clear" {
			continue
		}
		value := fmt.Sprintf(`'%s' || t.ctid`, canary)
		if x.Type == "jsonb" {
			value = fmt.Sprintf(`jsonb_build_object('x', '%s')`, canary)
		}
		done, err := tx.Exec(fmt.Sprintf(`update %s t set %s = %s`, x.Table, x.Column, value))
		h.ok(err)
		if n, _ := done.RowsAffected(); n > 0 {
			planted[x.Table] = true
		} else if x.Table != "app.data_requests" && x.Table != "app.legal_holds" && x.Table != "app.disclosures" {
			h.T.Errorf("no row of %s carries the canary", x.Table)
		}
	}
	h.ok(tx.Commit())
	return stored.SHA256
}

// hits are the places in the whole database where the words stand: every column of every table as text, bytes decoded.
func (h *house) hits(words string) (places []string) {
	h.T.Helper()
	for _, c := range catalog(h.T.(*testing.T), h.DB) {
		var n int
		h.ok(h.DB.Super.Get(&n, fmt.Sprintf(`select count(*) from %s t where position($1 in t.%s::text) > 0 or position(encode(convert_to($1, 'UTF8'), 'hex') in t.%s::text) > 0`,
			c.Table, pq.QuoteIdentifier(c.Column), pq.QuoteIdentifier(c.Column)), words))
		if n > 0 {
			places = append(places, c.Table+"."+c.Column)
		}
	}
	return places
}

// retire closes, blocks and proposes a case and moves the clock to the day of its destruction.
func (h *house) retire(c *cases.Case) {
	h.T.Helper()
	ctx := context.Background()
	h.close(c)
	_, err := h.desk.Block(ctx, h.DPO, c.ID)
	h.refused("before_its_day", err)
	h.Clock.AddDays(31)
	_, err = h.desk.Block(ctx, h.DPO, c.ID)
	h.ok(err)
	_, err = h.desk.Propose(ctx, h.DPO, c.ID)
	h.refused("before_its_day", err)
	h.Clock.AddDays(2 * 366)
	_, err = h.desk.Propose(ctx, h.DPO, c.ID)
	h.ok(err)
}

func TestAfterDestructionThePersonIsInNoColumnNoFileAndNoSearchAndTheChainStands(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	debtor := h.Debtor("ES", true)
	debtor.Name = "Berta " + canary
	c := h.OpenCase(testfirm.Opts{Debtor: &debtor})
	sum := h.plant(c)
	hash, taxID := hex.EncodeToString(sum[:]), debtor.TaxID
	if len(h.hits(canary)) < 20 || len(h.hits(hash)) == 0 || len(h.hits(taxID)) == 0 {
		t.Fatalf("the canary stands only in %v", h.hits(canary))
	}
	leaves := h.leaves(c)
	h.retire(c)
	_, err := h.desk.Destroy(ctx, h.DPO, c.ID)
	h.refused("second_person_needed", err)
	_, err = h.desk.Destroy(ctx, h.Paralegal, c.ID)
	if problem.Of(err) == nil {
		t.Fatalf("a paralegal destroyed a case: %v", err)
	}
	if _, err := h.desk.Destroy(ctx, h.Lawyer, c.ID); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{canary, hash, taxID} {
		if places := h.hits(words); len(places) > 0 {
			t.Errorf("%s is still in %v", words, places)
		}
	}
	if _, err := h.desk.Store.Read(sum); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the stored file: %v", err)
	}
	var found int
	h.ok(h.DB.App.View(ctx, h.Job.Token, func(tx *postgres.Tx) error {
		return tx.Get(&found, `select count(*) from app.find_cases($1, 10)`, canary)
	}))
	if found != 0 {
		t.Error("the search finds the person")
	}
	if after := h.leaves(c); !strings.HasPrefix(strings.Join(after, " "), strings.Join(leaves, " ")) {
		t.Error("the chain before the destruction is not what it was")
	}
	report, err := h.Log.Verify(ctx, h.Job, h.desk.Store.Check, nil)
	if err != nil || len(report.Findings) > 0 {
		t.Errorf("verify: %v, %v", err, report.Findings)
	}
}

func (h *house) leaves(c *cases.Case) (all []string) {
	h.T.Helper()
	h.ok(h.DB.Super.Select(&all, `select encode(leaf, 'hex') from ev.events where subject = $1 order by seq`, c.ID))
	return all
}

func TestTheDatabaseWritesOverWhatTheDataMapSays(t *testing.T) {
	h := newHouse(t)
	var listed []string
	h.ok(h.DB.Super.Select(&listed, `select 'app.' || table_name || '.' || column_name from app.destruction_columns order by 1`))
	// What app.destroy_case does itself, for it asks more than whose rows they are.
	itself := strings.Fields(`app.accounts.person_id app.blocked_cases.person_id app.data_requests.tax_id app.data_requests.name app.data_requests.wish app.data_requests.verified_how
		app.data_requests.outcome app.legal_holds.reason app.persons.tax_id app.persons.opted_out_on app.persons.deceased_on app.persons.insolvent_on`)
	done := map[string]bool{}
	for _, name := range append(listed, itself...) {
		done[name] = true
	}
	for _, table := range privacy.DataMap().Sorted() {
		for _, c := range table.Columns {
			name, wanted := table.Name+"."+c.Name, c.Fate == "clear" || c.Fate == "file"
			if wanted && !done[name] {
				t.Errorf("the data map says that destruction clears %s: add it to app.destruction_columns in a migration", name)
			}
			if !wanted && done[name] {
				t.Errorf("destruction writes over %s, and the data map says %s", name, c.Fate)
			}
		}
	}
}

func TestAFileThatALivingCaseCitesStays(t *testing.T) {
	h := newHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	sum := h.plant(c)
	other := h.OpenCase(testfirm.Opts{})
	h.DB.Super.MustExec(`alter table app.documents disable trigger all; insert into app.documents (client_id, id, account_id, case_id, kind, name, media_type, sha256, bytes, added_on)
		select '` + other.ClientID.String() + `', gen_random_uuid(), '` + other.AccountID.String() + `', '` + other.ID.String() + `', kind, name, media_type, sha256, bytes, added_on from app.documents; alter table app.documents enable trigger all`)
	h.retire(c)
	_, err := h.desk.Destroy(context.Background(), h.Lawyer, c.ID)
	h.ok(err)
	if _, err := h.desk.Store.Read(sum); err != nil {
		t.Error(err)
	}
}

func TestAnOpeningThatNobodyDestroyedByTheRulesIsAFinding(t *testing.T) {
	h := newHouse(t)
	c := h.OpenCase(testfirm.Opts{})
	tx := h.DB.Super.MustBegin()
	tx.MustExec(`set local role ev_owner`)
	tx.MustExec(`delete from ev.openings where subject = $1 and seq = 2`, c.ID)
	h.ok(tx.Commit())
	report, err := h.Log.Verify(context.Background(), h.Job, nil, nil)
	if err != nil || len(report.Findings) != 1 || report.Findings[0].Seq != 2 || report.Findings[0].Subject.ID != c.ID {
		t.Errorf("%v, %v", report.Findings, err)
	}
}
