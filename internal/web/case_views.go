package web

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/ledger"
	"recobro/internal/money"
)

// caseLine is a case in a list.
type caseLine struct {
	ID           uuid.UUID    `json:"id"`
	Number       string       `json:"number"`
	ClientID     uuid.UUID    `json:"client_id"`
	ClientName   string       `json:"client_name"`
	DebtorName   string       `json:"debtor_name"`
	DebtorTaxID  string       `json:"debtor_tax_id"`
	Jurisdiction string       `json:"jurisdiction"`
	Stage        string       `json:"stage" enum:"intake,amicable,formal_demand,pre_litigation,judicial,enforcement,closed"`
	StageSince   day.Date     `json:"stage_since"`
	Outcome      *string      `json:"outcome,omitempty"`
	OpenedOn     day.Date     `json:"opened_on"`
	OldestDue    day.Date     `json:"oldest_due,omitzero"`
	Open         money.Amount `json:"open" doc:"What stands open in the ledger; the interest of the day is not in it"`
	NextStep     *string      `json:"next_step,omitempty"`
	NextOn       day.Date     `json:"next_on,omitzero"`
	LimitationOn day.Date     `json:"limitation_on,omitzero" doc:"Next last day to sue, in the list of those that prescribe soon"`
}

func caseLineView(l cases.Line) caseLine {
	return caseLine{ID: l.ID, Number: l.Number, ClientID: l.ClientID, ClientName: l.ClientName, DebtorName: l.DebtorName, DebtorTaxID: l.TaxID,
		Jurisdiction: l.Jurisdiction, Stage: string(l.Stage), StageSince: l.StageSince, Outcome: l.Outcome, OpenedOn: l.OpenedOn, OldestDue: l.OldestDue,
		Open: l.Open(), NextStep: l.NextStep, NextOn: l.NextOn, LimitationOn: l.LastOn}
}

// caseOut is a case as everybody who may read it sees it; Firm is for the firm's own people.
type caseOut struct {
	ID               uuid.UUID   `json:"id"`
	Number           string      `json:"number"`
	ClientID         uuid.UUID   `json:"client_id"`
	Jurisdiction     string      `json:"jurisdiction"`
	Currency         string      `json:"currency"`
	Business         bool        `json:"business"`
	Stage            string      `json:"stage" enum:"intake,amicable,formal_demand,pre_litigation,judicial,enforcement,closed"`
	StageSince       day.Date    `json:"stage_since"`
	Outcome          *string     `json:"outcome,omitempty"`
	OpenedOn         day.Date    `json:"opened_on"`
	ClosedOn         day.Date    `json:"closed_on,omitzero"`
	NextStep         *string     `json:"next_step,omitempty"`
	NextOn           day.Date    `json:"next_on,omitzero"`
	PaymentReference string      `json:"payment_reference,omitempty"`
	MoneyKnownUntil  day.Date    `json:"money_known_until,omitzero"`
	Balance          *balanceOut `json:"balance,omitempty" doc:"Of today; absent when a rate of the law is missing, see balance_problem"`
	BalanceProblem   *reasonOut  `json:"balance_problem,omitempty"`
	Parties          []partyOut  `json:"parties,omitempty"`
	Debts            []debtOut   `json:"debts,omitempty"`
	Firm             *firmCase   `json:"firm,omitempty" doc:"Only for people of the firm"`
	Version          int         `json:"version"`
}

func (c caseOut) version() int { return c.Version }

// firmCase is what of a case never leaves the firm.
type firmCase struct {
	TeamID      int64      `json:"team_id"`
	LawyerID    *uuid.UUID `json:"lawyer_id,omitempty"`
	ParalegalID *uuid.UUID `json:"paralegal_id,omitempty"`
	PlanError   *string    `json:"plan_error,omitempty"`
}

type balanceOut struct {
	AsOf         day.Date     `json:"as_of"`
	Principal    money.Amount `json:"principal"`
	Ordinary     money.Amount `json:"ordinary_interest"`
	Interest     money.Amount `json:"interest"`
	Compensation money.Amount `json:"compensation"`
	Cost         money.Amount `json:"cost"`
	CourtFee     money.Amount `json:"court_fee"`
	Total        money.Amount `json:"total"`
	Paid         money.Amount `json:"paid"`
	Waived       money.Amount `json:"waived"`
	WrittenOff   money.Amount `json:"written_off"`
}

type partyOut struct {
	ID      uuid.UUID `json:"id"`
	Role    string    `json:"role"`
	Kind    string    `json:"kind"`
	Name    string    `json:"name"`
	TaxID   string    `json:"tax_id"`
	Country string    `json:"country"`
	City    string    `json:"city,omitempty"`
}

type debtOut struct {
	ID           uuid.UUID    `json:"id"`
	ExternalRef  string       `json:"external_ref"`
	Kind         string       `json:"kind"`
	Number       string       `json:"number"`
	IssuedOn     day.Date     `json:"issued_on"`
	DueOn        day.Date     `json:"due_on"`
	Principal    money.Amount `json:"principal" doc:"As handed over, less what was already paid then"`
	Ordinary     money.Amount `json:"ordinary_interest" doc:"Of the contract, a fixed sum beside the principal"`
	Regime       string       `json:"interest_regime"`
	LimitationOn day.Date     `json:"limitation_on" doc:"Last day to sue"`
	Limitation   string       `json:"limitation_law"`
}

// caseView is the case alone, as an action answers it.
func caseView(who evidence.Actor, c *cases.Case) caseOut {
	out := caseOut{ID: c.ID, Number: c.Number, ClientID: c.ClientID, Jurisdiction: c.Jurisdiction, Currency: string(c.Currency), Business: c.Business,
		Stage: string(c.Stage), StageSince: c.StageSince, Outcome: c.Outcome, OpenedOn: c.OpenedOn, ClosedOn: c.ClosedOn, NextStep: c.NextStep, NextOn: c.NextOn, Version: c.Version}
	if who.Staff {
		out.Firm = &firmCase{TeamID: c.TeamID, LawyerID: c.LawyerID, ParalegalID: c.ParalegalID, PlanError: c.PlanError}
	}
	return out
}

func balanceView(b ledger.Balance, currency money.Currency, on day.Date) *balanceOut {
	out := balanceOut{on, b.Principal, b.OrdinaryInterest, b.Interest, b.Compensation, b.Cost, b.CourtFee, b.Total, b.Paid, b.Waived, b.WrittenOff}
	for _, a := range []*money.Amount{&out.Principal, &out.Ordinary, &out.Interest, &out.Compensation, &out.Cost, &out.CourtFee, &out.Total, &out.Paid, &out.Waived, &out.WrittenOff} {
		if a.IsZero() { // a component without lines has no currency yet
			*a = money.Of(0, currency)
		}
	}
	return &out
}

func partyView(p cases.Party) partyOut {
	return partyOut{p.ID, p.Role, p.Kind, p.Name, p.TaxID, p.Country, p.City}
}

func debtView(d cases.Debt) debtOut {
	return debtOut{d.ID, d.ExternalRef, d.Kind, d.Number, d.IssuedOn, d.DueOn, d.Principal(), money.Of(d.OrdinaryMinor, d.Currency), d.Regime, d.LimitationOn, d.LimitationLaw}
}

// interactionOut is one line of a case's log.
type interactionOut struct {
	Seq         int               `json:"seq"`
	Kind        string            `json:"kind"`
	At          time.Time         `json:"at"`
	Occurred    time.Time         `json:"occurred_at"`
	ActorKind   string            `json:"actor_kind" enum:"person,key,job"`
	ActorRole   string            `json:"actor_role"`
	ActorID     string            `json:"actor_id,omitempty" doc:"Only for people of the firm"`
	Class       string            `json:"class,omitempty"`
	Fields      map[string]string `json:"fields,omitempty" doc:"Absent when they were erased"`
	Attachments []attachmentOut   `json:"attachments,omitempty"`
	Leaf        string            `json:"leaf" doc:"Hash of the line in the log, hex"`
}

type attachmentOut struct {
	DocumentID uuid.UUID `json:"document_id"`
	MediaType  string    `json:"media_type"`
	Bytes      int64     `json:"bytes"`
}

// outsideMayRead are the classes whose content leaves the firm.
var outsideMayRead = []evidence.Class{evidence.Open, evidence.Confidential}

// staffFields name people of the firm in log entries.
var staffFields = []string{"lawyer", "paralegal", "user", "person", "signer", "author", "approver", "drafter", "by"}

// interactionView is a log line for somebody; shown is false for what is the firm's own affair.
func interactionView(who evidence.Actor, i evidence.Interaction) (out interactionOut, shown bool) {
	out = interactionOut{Seq: i.Seq, Kind: i.Kind, At: i.At, Occurred: i.Occurred, ActorKind: i.Actor.Kind, ActorRole: i.Actor.Role, Class: string(i.Class),
		Fields: i.Fields, Leaf: i.Leaf}
	for _, a := range i.Attachments {
		out.Attachments = append(out.Attachments, attachmentOut{a.Document, a.MediaType, a.Bytes})
	}
	if who.Staff {
		out.ActorID = i.Actor.ID
		return out, true
	}
	if !slices.Contains(outsideMayRead, i.Class) {
		return out, false
	}
	out.Fields = map[string]string{}
	for name, value := range i.Fields {
		if !slices.Contains(staffFields, name) && !strings.HasSuffix(name, "_by") {
			out.Fields[name] = value
		}
	}
	return out, true
}
