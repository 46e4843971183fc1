package cases

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/postgres"
)

// Facts is what guards and the strategy decide from: one row of the view case_facts.
type Facts struct {
	ClientID            uuid.UUID      `db:"client_id"`
	CaseID              uuid.UUID      `db:"case_id"`
	AccountID           uuid.UUID      `db:"account_id"`
	Number              string         `db:"number"`
	Stage               Stage          `db:"stage"`
	StageSince          day.Date       `db:"stage_since"`
	Jurisdiction        string         `db:"jurisdiction"`
	Currency            money.Currency `db:"currency"`
	Business            bool           `db:"business"`
	OpenedOn            day.Date       `db:"opened_on"`
	Strategy            string         `db:"strategy"`
	StrategyVersion     int            `db:"strategy_version"`
	StepsDone           pq.StringArray `db:"steps_done"`
	NextStep            *string        `db:"next_step"`
	NextOn              day.Date       `db:"next_on"`
	PlanDue             bool           `db:"plan_due"`
	KnownUntil          day.Date       `db:"known_until"` // money known up to; zero: not yet
	Debts               int            `db:"debts"`
	OldestDue           day.Date       `db:"oldest_due"`
	LimitationOn        day.Date       `db:"limitation_on"`
	ClaimedMinor        int64          `db:"claimed_minor"`
	PrincipalMinor      int64          `db:"principal_minor"` // still open
	HoldAll             bool           `db:"hold_all"`
	HoldContact         bool           `db:"hold_contact"`
	HoldJudicial        bool           `db:"hold_judicial"`
	AgreementState      *string        `db:"agreement_state"`
	ContestedMinor      int64          `db:"contested_minor"`
	PromiseDue          day.Date       `db:"promise_due"`
	Sent                int            `db:"sent"`
	LastSentOn          day.Date       `db:"last_sent_on"`
	Bounced             int            `db:"bounced"`
	Pending             int            `db:"pending"`
	Email               *string        `db:"email"` // the address that may be used; nil when there is none
	DemandID            *uuid.UUID     `db:"demand_id"`
	DemandState         *string        `db:"demand_state"`
	DemandDeliveredOn   day.Date       `db:"demand_delivered_on"`
	DemandTermOn        day.Date       `db:"demand_term_on"`
	DemandGrade         *int           `db:"demand_grade"`
	ProceedingID        *uuid.UUID     `db:"proceeding_id"`
	ProceedingState     *string        `db:"proceeding_state"`
	SuitApproval        *string        `db:"suit_approval"`
	MandateVersion      *int           `db:"mandate_version"`
	MandateStrategy     *string        `db:"mandate_strategy"`
	MaySueWithoutAsking bool           `db:"may_sue_without_asking"`
	WaivesInterest      bool           `db:"waives_interest_when_paid"`
	Language            string         `db:"language"`
	DebtorKind          string         `db:"debtor_kind"`
	DebtorCountry       string         `db:"debtor_country"`
	OptedOutOn          day.Date       `db:"opted_out_on"` // of the person, firm-wide; zero for a reader who is not of the firm
	DeceasedOn          day.Date       `db:"deceased_on"`
	InsolventOn         day.Date       `db:"insolvent_on"`
	Represented         bool           `db:"represented"` // by a lawyer, who alone may be written to
}

// LiveAgreement says whether an agreement binds or waits for an answer.
func (f Facts) LiveAgreement() bool {
	return f.AgreementState != nil && (*f.AgreementState == "active" || *f.AgreementState == "proposed" || *f.AgreementState == "awaiting_client")
}

const factColumns = `client_id, case_id, account_id, number, stage, stage_since, jurisdiction, currency, business, opened_on, strategy, strategy_version,
	steps_done, next_step, next_on, plan_due, known_until, debts, oldest_due, limitation_on, claimed_minor, principal_minor, hold_all, hold_contact,
	hold_judicial, agreement_state, contested_minor, promise_due, sent, last_sent_on, bounced, pending, email, demand_id, demand_state, demand_delivered_on,
	demand_term_on, demand_grade, proceeding_id, proceeding_state, suit_approval, mandate_version, mandate_strategy, may_sue_without_asking,
	waives_interest_when_paid, language, debtor_kind, debtor_country, opted_out_on, deceased_on, insolvent_on, represented`

// FactsOf reads the facts of one case.
func FactsOf(tx *postgres.Tx, client, id uuid.UUID) (Facts, error) {
	var f Facts
	if err := tx.Get(&f, `select `+factColumns+` from case_facts where client_id = $1 and case_id = $2`, client, id); err != nil {
		return f, fmt.Errorf("reading the facts of case %s: %w", id, err)
	}
	return f, nil
}

// FactsToPlan reads the facts of open cases that wait for planning, or whose next step is due on today or before; at most
// limit, after the given case in the order of ids. The plan columns make it proportional to what is due.
func FactsToPlan(tx *postgres.Tx, today day.Date, after uuid.UUID, limit int) ([]Facts, error) {
	var all []Facts
	err := tx.Select(&all, `with due as materialized (
			select c.id from cases c where c.id > $2 and (c.plan_due or c.next_on <= $1) and c.stage <> 'closed' order by c.id limit $3)
		select `+factColumns+` from case_facts where case_id in (select id from due) order by case_id`, today, after, limit)
	if err != nil {
		return nil, fmt.Errorf("reading the cases to plan for %s: %w", today, err)
	}
	return all, nil
}
