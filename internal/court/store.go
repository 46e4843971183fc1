package court

import (
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

const (
	proceedingColumns = `client_id, id, account_id, jurisdiction, procedure, court, region, town, docket_number, state, opened_on, filed_on, pack_version, follows, title, claim_minor, fee_minor, fee_line`
	filingColumns     = `client_id, id, proceeding_id, template, template_version, language, state, fields, annexes, as_of, claim_minor, currency, review_note, drafted_by,
		approved_by, approved_on, signed_by, signed_on, filed_on, document_id, receipt_document_id, version`
	actColumns      = `client_id, id, proceeding_id, kind, happened_on, note, document_id, recorded_at, costs_awarded`
	deadlineColumns = `client_id, id, case_id, proceeding_id, act_id, rule, law, trigger_kind, trigger_on, raw_on, due_on, grace_at, calendar, skipped, explanation, whose, met_on, replaced_by`
)

func insertProceeding(tx *evidence.Tx, p Proceeding) error {
	_, err := tx.NamedExecContext(tx.Context(), `insert into proceedings (`+proceedingColumns+`)
		values (:client_id, :id, :account_id, :jurisdiction, :procedure, :court, :region, :town, :docket_number, :state, :opened_on, :filed_on, :pack_version, :follows, :title, :claim_minor, :fee_minor, :fee_line)`, p)
	if err != nil {
		return fmt.Errorf("opening proceeding %s: %w", p.ID, err)
	}
	if _, err := tx.Exec(`insert into proceeding_cases (client_id, proceeding_id, case_id) select $1, $2, unnest($3::uuid[])`, p.ClientID, p.ID, pq.Array(p.CaseIDs)); err != nil {
		return fmt.Errorf("linking proceeding %s to its cases: %w", p.ID, err)
	}
	if _, err := tx.Exec(`insert into proceeding_parties (client_id, proceeding_id, party_id) select $1, $2, unnest($3::uuid[])`, p.ClientID, p.ID, pq.Array(p.Defendants)); err != nil {
		return fmt.Errorf("naming the defendants of proceeding %s: %w", p.ID, err)
	}
	return nil
}

func byID(tx *postgres.Tx, id uuid.UUID) (Proceeding, error) {
	var p Proceeding
	if err := tx.Get(&p, `select `+proceedingColumns+` from proceedings where id = $1`, id); err != nil {
		return p, fmt.Errorf("reading proceeding %s: %w", id, err)
	}
	if err := tx.Select(&p.CaseIDs, `select case_id from proceeding_cases where client_id = $1 and proceeding_id = $2 order by case_id`, p.ClientID, id); err != nil {
		return p, fmt.Errorf("reading the cases of proceeding %s: %w", id, err)
	}
	if err := tx.Select(&p.Defendants, `select party_id from proceeding_parties where client_id = $1 and proceeding_id = $2 order by party_id`, p.ClientID, id); err != nil {
		return p, fmt.Errorf("reading the defendants of proceeding %s: %w", id, err)
	}
	return p, nil
}

func ofCase(tx *postgres.Tx, client, caseID uuid.UUID) ([]Proceeding, error) {
	var all []Proceeding
	err := tx.Select(&all, `select `+proceedingColumns+` from proceedings where client_id = $1
		and id in (select proceeding_id from proceeding_cases where client_id = $1 and case_id = $2) order by id desc`, client, caseID)
	if err != nil {
		return nil, fmt.Errorf("reading the proceedings of case %s: %w", caseID, err)
	}
	return all, nil
}

// move takes the proceeding from the state it was read in, one of from, to another, and writes more columns when they are named.
func (w *work) move(from []State, to State, set string) error {
	p := w.proceeding
	was := p.State
	if !slices.Contains(from, was) {
		return errState
	}
	p.State = to
	if set != "" {
		set = ", " + set
	}
	query, args, err := w.BindNamed(`update proceedings set state = :state`+set+` where client_id = :client_id and id = :id`, p)
	if err != nil {
		return fmt.Errorf("binding proceeding %s: %w", p.ID, err)
	}
	if err := w.One(query+fmt.Sprintf(` and state = $%d`, len(args)+1), append(args, was)...); err != nil {
		return fmt.Errorf("moving proceeding %s: %w", p.ID, err)
	}
	return nil
}

func insertFiling(tx *evidence.Tx, f Filing) error {
	_, err := tx.NamedExecContext(tx.Context(), `insert into filings (client_id, id, proceeding_id, template, template_version, language, state, fields, as_of, claim_minor, currency, drafted_by, version)
		values (:client_id, :id, :proceeding_id, :template, :template_version, :language, :state, :fields, :as_of, :claim_minor, :currency, :drafted_by, :version)`, f)
	if err != nil {
		return fmt.Errorf("drafting filing %s: %w", f.ID, err)
	}
	return nil
}

// save writes the named columns of a filing that still stands in the state from.
func (w *work) save(f *Filing, from FilingState, set string) error {
	query, args, err := w.BindNamed(`update filings set `+set+`, version = version + 1 where client_id = :client_id and id = :id and version = :version`, f)
	if err != nil {
		return fmt.Errorf("binding filing %s: %w", f.ID, err)
	}
	if err := w.One(query+fmt.Sprintf(` and state = $%d`, len(args)+1), append(args, from)...); err != nil {
		return fmt.Errorf("changing filing %s: %w", f.ID, err)
	}
	f.Version++
	return nil
}

func filingByID(tx *postgres.Tx, id uuid.UUID) (Filing, error) {
	var f Filing
	if err := tx.Get(&f, `select `+filingColumns+` from filings where id = $1`, id); err != nil {
		return f, fmt.Errorf("reading filing %s: %w", id, err)
	}
	return f, nil
}

// filingsOf reads the filings of a proceeding, the newest first.
func filingsOf(tx *postgres.Tx, client, proceeding uuid.UUID) ([]Filing, error) {
	var all []Filing
	err := tx.Select(&all, `select `+filingColumns+` from filings where client_id = $1 and proceeding_id = $2 order by id desc`, client, proceeding)
	if err != nil {
		return nil, fmt.Errorf("reading the filings of proceeding %s: %w", proceeding, err)
	}
	return all, nil
}

func insertAct(tx *evidence.Tx, a Act) error {
	_, err := tx.Exec(`insert into proceeding_acts (client_id, id, proceeding_id, kind, happened_on, note, document_id, recorded_at, costs_awarded) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ClientID, a.ID, a.ProceedingID, a.Kind, a.HappenedOn, a.Note, a.DocumentID, tx.Now, a.CostsAwarded)
	if err != nil {
		return fmt.Errorf("recording act %s: %w", a.ID, err)
	}
	return nil
}

func actByID(tx *postgres.Tx, id uuid.UUID) (Act, error) {
	var a Act
	if err := tx.Get(&a, `select `+actColumns+` from proceeding_acts where id = $1`, id); err != nil {
		return a, fmt.Errorf("reading act %s: %w", id, err)
	}
	return a, nil
}

// done are the acts of a proceeding in the order in which they were taken down.
func done(tx *postgres.Tx, client, proceeding uuid.UUID) (kinds []string, last Act, err error) {
	var all []Act
	if err := tx.Select(&all, `select `+actColumns+` from proceeding_acts where client_id = $1 and proceeding_id = $2 order by recorded_at, id`, client, proceeding); err != nil {
		return nil, last, fmt.Errorf("reading the acts of proceeding %s: %w", proceeding, err)
	}
	for _, a := range all {
		kinds, last = append(kinds, a.Kind), a
	}
	return kinds, last, nil
}

// actsOf reads the acts of a proceeding in the order of their days.
func actsOf(tx *postgres.Tx, client, proceeding uuid.UUID) ([]Act, error) {
	var all []Act
	err := tx.Select(&all, `select `+actColumns+` from proceeding_acts where client_id = $1 and proceeding_id = $2 order by happened_on, id`, client, proceeding)
	if err != nil {
		return nil, fmt.Errorf("reading the acts of proceeding %s: %w", proceeding, err)
	}
	return all, nil
}

func insertDeadlines(tx *evidence.Tx, all ...Deadline) error {
	_, err := tx.NamedExecContext(tx.Context(), `insert into deadlines (`+deadlineColumns+`) values (:client_id, :id, :case_id, :proceeding_id, :act_id, :rule, :law,
		:trigger_kind, :trigger_on, :raw_on, :due_on, :grace_at, :calendar, :skipped, :explanation, :whose, :met_on, :replaced_by)`, all)
	if err != nil {
		return fmt.Errorf("setting %d deadlines: %w", len(all), err)
	}
	return nil
}

func met(tx *evidence.Tx, l Deadline, on day.Date) error {
	if err := tx.One(`update deadlines set met_on = $3 where client_id = $1 and id = $2 and met_on is null and replaced_by is null`, l.ClientID, l.ID, on); err != nil {
		return fmt.Errorf("closing deadline %s: %w", l.ID, err)
	}
	return nil
}

func replace(tx *evidence.Tx, old Deadline, by uuid.UUID) error {
	if err := tx.One(`update deadlines set replaced_by = $3 where client_id = $1 and id = $2 and met_on is null and replaced_by is null`, old.ClientID, old.ID, by); err != nil {
		return fmt.Errorf("replacing deadline %s: %w", old.ID, err)
	}
	return nil
}

func deadlineByID(tx *postgres.Tx, id uuid.UUID) (Deadline, error) {
	var l Deadline
	if err := tx.Get(&l, `select `+deadlineColumns+` from deadlines where id = $1`, id); err != nil {
		return l, fmt.Errorf("reading deadline %s: %w", id, err)
	}
	return l, nil
}

func openDeadlines(tx *postgres.Tx, client, proceeding uuid.UUID) ([]Deadline, error) {
	var all []Deadline
	err := tx.Select(&all, `select `+deadlineColumns+` from deadlines where client_id = $1 and proceeding_id = $2 and met_on is null and replaced_by is null
		order by due_on, id`, client, proceeding)
	if err != nil {
		return nil, fmt.Errorf("reading the open deadlines of proceeding %s: %w", proceeding, err)
	}
	return all, nil
}

func deadlinesOf(tx *postgres.Tx, client, proceeding uuid.UUID) ([]Deadline, error) {
	var all []Deadline
	err := tx.Select(&all, `select `+deadlineColumns+` from (
			select distinct on (rule, act_id, trigger_on, due_on, replaced_by is null) * from deadlines where client_id = $1 and proceeding_id = $2
			order by rule, act_id, trigger_on, due_on, replaced_by is null, met_on nulls first, id) d
		order by due_on, id`, client, proceeding)
	if err != nil {
		return nil, fmt.Errorf("reading the deadlines of proceeding %s: %w", proceeding, err)
	}
	return all, nil
}

// upcoming joins the cases, whose row security is narrower than the deadlines' own.
func upcoming(tx *postgres.Tx, until day.Date, limit int) ([]Deadline, error) {
	var all []Deadline
	err := tx.Select(&all, `select `+deadlineColumns+` from (
			select distinct on (coalesce(l.proceeding_id, l.id), l.rule, l.act_id) l.* from deadlines l
			  join cases c on c.client_id = l.client_id and c.id = l.case_id
			 where l.met_on is null and l.replaced_by is null and l.due_on <= $1 and c.stage <> 'closed'
			 order by coalesce(l.proceeding_id, l.id), l.rule, l.act_id, l.id) d
		order by due_on, id limit $2`, until, limit)
	return all, err
}
