package court

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/postgres"
)

// Whose time a deadline measures.
const (
	ours   = "ours"
	theirs = "theirs"
)

// Deadline (plazo) is one computed date with everything that explains it. A proceeding's deadline stands on each of its cases.
type Deadline struct {
	ClientID     uuid.UUID       `db:"client_id" json:"-"`
	ID           uuid.UUID       `db:"id" json:"id"`
	CaseID       uuid.UUID       `db:"case_id" json:"case_id"`
	ProceedingID *uuid.UUID      `db:"proceeding_id" json:"proceeding_id"`
	ActID        *uuid.UUID      `db:"act_id" json:"act_id"`
	Rule         string          `db:"rule" json:"rule"` // the pack's id of the term
	Law          string          `db:"law" json:"law"`
	Trigger      string          `db:"trigger_kind" json:"trigger"`
	TriggerOn    day.Date        `db:"trigger_on" json:"trigger_on"`
	RawOn        day.Date        `db:"raw_on" json:"raw_on"` // the last day before it moved because nobody works on it
	DueOn        day.Date        `db:"due_on" json:"due_on"`
	GraceAt      *time.Time      `db:"grace_at" json:"grace_at"` // until when a writ still counts
	Calendar     string          `db:"calendar" json:"calendar"`
	Skipped      json.RawMessage `db:"skipped" json:"skipped"`         // stretches of days that did not count: from, to, why in both languages
	Explanation  json.RawMessage `db:"explanation" json:"explanation"` // how it came about, to be read aloud: es and en
	Whose        string          `db:"whose" json:"whose"`             // ours or theirs
	MetOn        day.Date        `db:"met_on" json:"met_on"`
	ReplacedBy   *uuid.UUID      `db:"replaced_by" json:"replaced_by"`
}

// whose time a term measures.
func whose(s law.TermStart) string {
	if s.For == law.ByDebtor {
		return theirs
	}
	return ours
}

// stretch is one run of days that did not count, as stored.
type stretch struct {
	From day.Date `json:"from"`
	To   day.Date `json:"to"`
	ES   string   `json:"es"`
	EN   string   `json:"en"`
}

// told is an explanation in both languages, as stored.
type told struct {
	ES string `json:"es"`
	EN string `json:"en"`
}

// explained is a computed term as a deadline of a case.
func explained(c *cases.Case, proceeding uuid.UUID, act uuid.UUID, term law.Deadline, whose string) (Deadline, error) {
	skipped := make([]stretch, len(term.Skipped))
	for i, s := range term.Skipped {
		skipped[i] = stretch{s.From, s.To, s.Why.ES, s.Why.EN}
	}
	text, err := json.Marshal(skipped)
	if err != nil {
		return Deadline{}, err
	}
	why := term.Explain()
	told, err := json.Marshal(told{why.ES, why.EN})
	l := Deadline{ClientID: c.ClientID, ID: uuid.Must(uuid.NewV7()), CaseID: c.ID, ProceedingID: &proceeding, Rule: term.Rule, Law: term.Law, Trigger: term.TriggerName.ES,
		TriggerOn: term.Trigger, RawOn: term.Raw, DueOn: term.Due, Calendar: term.Calendar.ES, Skipped: text, Explanation: told, Whose: whose}
	if !term.Grace.IsZero() {
		l.GraceAt = &term.Grace
	}
	if act != uuid.Nil {
		l.ActID = &act
	}
	return l, err
}

// startTerm computes a term from the day of its trigger and puts its deadline on every open case.
func (w *work) startTerm(rule string, act uuid.UUID, trigger day.Date, whose string) error {
	pack, err := w.desk.calendarOf(w.pack, w.proceeding)
	if err != nil {
		return err
	}
	term, err := pack.Term(rule, trigger)
	if err != nil {
		return err
	}
	for _, c := range w.cases {
		if c.Stage == cases.Closed {
			continue
		}
		l, err := explained(c, w.proceeding.ID, act, term, whose)
		if err != nil {
			return err
		}
		if err := insertDeadlines(w.Tx, l); err != nil {
			return err
		}
		w.entries = append(w.entries, c.Entry("deadline.computed", l.facts()))
	}
	return nil
}

func (l Deadline) facts() evidence.Fields {
	return evidence.Fields{"deadline": l.ID.String(), "rule": l.Rule, "law": l.Law, "trigger": l.Trigger, "trigger_on": l.TriggerOn.String(),
		"raw_on": l.RawOn.String(), "due_on": l.DueOn.String(), "calendar": l.Calendar, "skipped": string(l.Skipped), "whose": l.Whose}
}

// meet closes the open deadlines of the proceeding that suit.
func (w *work) meet(on day.Date, suits func(Deadline) bool) error {
	return w.meetOf(w.proceeding.ID, on, suits)
}

func (w *work) meetOf(proceeding uuid.UUID, on day.Date, suits func(Deadline) bool) error {
	open, err := openDeadlines(w.Tx.Tx, w.proceeding.ClientID, proceeding)
	if err != nil {
		return err
	}
	for _, l := range open {
		if !suits(l) {
			continue
		}
		if err := met(w.Tx, l, on); err != nil {
			return err
		}
		w.entries = append(w.entries, evidence.Entry{Subject: evidence.CaseOf(l.ClientID, l.CaseID), Kind: "deadline.met",
			Fields: evidence.Fields{"deadline": l.ID.String(), "rule": l.Rule, "due_on": l.DueOn.String(), "on": on.String()}})
	}
	return nil
}

// recompute replaces the open deadlines that an act started by those of its corrected day.
func (w *work) recompute(a Act, reason string) error {
	open, err := openDeadlines(w.Tx.Tx, w.proceeding.ClientID, w.proceeding.ID)
	if err != nil {
		return err
	}
	pack, err := w.desk.calendarOf(w.pack, w.proceeding)
	if err != nil {
		return err
	}
	for _, old := range open {
		if old.ActID == nil || *old.ActID != a.ID {
			continue
		}
		term, err := pack.Term(old.Rule, a.HappenedOn)
		if err != nil {
			return err
		}
		for _, c := range w.cases {
			if c.ID != old.CaseID {
				continue
			}
			l, err := explained(c, w.proceeding.ID, a.ID, term, old.Whose)
			if err != nil {
				return err
			}
			if err := insertDeadlines(w.Tx, l); err != nil {
				return err
			}
			if err := replace(w.Tx, old, l.ID); err != nil {
				return err
			}
			w.entries = append(w.entries, c.Entry("deadline.replaced", l.replacing(old, reason)))
		}
	}
	return nil
}

// CompleteDeadline says that we did in time what a deadline of ours asked.
func (d *Desk) CompleteDeadline(ctx context.Context, who evidence.Actor, id uuid.UUID, on day.Date) (Deadline, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Deadline, []evidence.Entry, error) {
		l, err := deadlineByID(tx.Tx, id)
		if err != nil {
			return Deadline{}, nil, err
		}
		w, err := d.lock(tx, []uuid.UUID{l.CaseID}, access.To(access.ActComplete, access.ObjDeadline), access.StateOpen)
		if err != nil {
			return Deadline{}, nil, err
		}
		if on.IsZero() {
			on = w.today
		}
		if on.After(w.today) || on.Before(l.TriggerOn) {
			return Deadline{}, nil, errDay
		}
		if err := met(tx, l, on); err != nil {
			return Deadline{}, nil, err
		}
		l.MetOn = on
		return l, []evidence.Entry{w.cases[0].Entry("deadline.met", evidence.Fields{"deadline": l.ID.String(), "rule": l.Rule, "due_on": l.DueOn.String(), "on": on.String()})}, nil
	})
}

// Deadlines lists all deadlines of a proceeding, met and replaced ones included, once each though they stand on several cases.
func (d *Desk) Deadlines(ctx context.Context, who evidence.Actor, proceedingID uuid.UUID) (all []Deadline, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		pr, _, err := d.proceeding(tx, who, proceedingID, access.To(access.ActList, access.ObjDeadline), access.NoState)
		if err != nil {
			return err
		}
		all, err = deadlinesOf(tx, pr.ClientID, pr.ID)
		return err
	})
	return all, err
}

// Upcoming lists the open deadlines within reach that are due up to a day, the most urgent first, each of a proceeding once.
func Upcoming(tx *postgres.Tx, until day.Date, limit int) ([]Deadline, error) {
	all, err := upcoming(tx, until, limit)
	if err != nil {
		return nil, fmt.Errorf("reading the deadlines up to %s: %w", until, err)
	}
	return all, nil
}
