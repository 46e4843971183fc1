package court

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/problem"
)

// Act (actuación) is one step of the court or of a party, on the day it happened.
type Act struct {
	ClientID     uuid.UUID  `db:"client_id" json:"-"`
	ID           uuid.UUID  `db:"id" json:"id"`
	ProceedingID uuid.UUID  `db:"proceeding_id" json:"proceeding_id"`
	Kind         string     `db:"kind" json:"kind"`
	HappenedOn   day.Date   `db:"happened_on" json:"happened_on"`
	Note         string     `db:"note" json:"note,omitempty"`
	DocumentID   *uuid.UUID `db:"document_id" json:"document_id"`
	RecordedAt   time.Time  `db:"recorded_at" json:"recorded_at"`
}

// move is what an act does to a proceeding: the states in which it can happen, and the one it leads to.
type move struct {
	from  []State
	to    State // empty: stays
	title bool  // gives a title to enforce
}

const (
	actFiled    = "filed"
	actReturned = "returned"
	actNoAnswer = "no_answer"
	actAdmitted = "admitted"
)

var live = []State{Filed, Admitted, Served, Opposed}

// moves of the acts. What starts which term is the jurisdiction's; hearing, decree, judgment and returned exist in every procedure.
var moves = map[string]move{
	actFiled:             {from: []State{Filed}},
	actAdmitted:          {[]State{Filed}, Admitted, false},
	actReturned:          {[]State{Filed}, Preparing, false},
	"reduction_proposed": {from: []State{Filed, Admitted}},
	"served":             {[]State{Filed, Admitted}, Served, false},
	"not_found":          {[]State{Filed, Admitted}, Ended, false},
	"answered":           {[]State{Served}, Opposed, false},
	"opposed":            {[]State{Served}, Opposed, false},
	"hearing":            {from: live},
	actNoAnswer:          {[]State{Served}, Decided, true},
	"decree":             {[]State{Served, Opposed}, Decided, true},
	"judgment":           {[]State{Admitted, Served, Opposed}, Decided, true},
	"paid":               {append([]State{Decided}, live...), Ended, false},
	"satisfied":          {append([]State{Decided}, live...), Ended, false},
}

// everywhere are the acts that no pack has to list.
var everywhere = []string{actFiled, actReturned, "hearing", "decree", "judgment", "paid"}

var (
	errAct     = problem.New(problem.Invalid, "act_unknown", "Ese procedimiento no tiene esa actuación.", "That procedure has no such act.")
	errRunning = problem.New(problem.Conflict, "term_running", "El plazo del deudor no ha terminado.", "The debtor's term is not over.")
)

// ActIn is an act to take down.
type ActIn struct {
	Kind     string
	On       day.Date
	Note     string
	Lost     bool              // a judgment that gives no title
	Document *documents.Upload // the court's paper, when there is one
}

// RecordAct takes down an act: the proceeding moves, the terms that the law attaches to the act become deadlines of every
// case, and a title takes the cases to enforcement.
func (d *Desk) RecordAct(ctx context.Context, who evidence.Actor, proceedingID uuid.UUID, in ActIn) (Act, error) {
	permission := access.To(access.ActRecord, access.ObjAct)
	paper, err := d.prepare(who, permission, in.Document, documents.Court)
	if err != nil {
		return Act{}, err
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Act, []evidence.Entry, error) {
		w, err := d.hold(tx, proceedingID, permission, access.NoState)
		if err != nil {
			return Act{}, nil, err
		}
		if err := w.possible(in); err != nil {
			return Act{}, nil, err
		}
		doc, attachments, err := w.attach(paper)
		if err != nil {
			return Act{}, nil, err
		}
		a := Act{ClientID: w.proceeding.ClientID, ID: uuid.Must(uuid.NewV7()), ProceedingID: w.proceeding.ID, Kind: in.Kind, HappenedOn: in.On, Note: in.Note, DocumentID: doc}
		if err := w.record(a, in.Lost, attachments); err != nil {
			return Act{}, nil, err
		}
		return a, w.entries, w.handOver(nil, "", "")
	})
}

// possible refuses an act that the procedure does not have, or that cannot happen on that day or in that state.
func (w *work) possible(in ActIn) error {
	pr, err := w.pack.Procedure(w.proceeding.Procedure)
	if err != nil {
		return err
	}
	_, listed := pr.Act(in.Kind)
	m, known := moves[in.Kind]
	if !known || in.Kind == actFiled || !listed && !slices.Contains(everywhere, in.Kind) {
		return errAct
	}
	if !slices.Contains(m.from, w.proceeding.State) {
		return errState
	}
	if in.On.IsZero() || in.On.After(w.today) || in.On.Before(w.proceeding.FiledOn) {
		return errDay
	}
	if in.Kind != actNoAnswer {
		return nil
	}
	open, err := openDeadlines(w.Tx.Tx, w.proceeding.ClientID, w.proceeding.ID)
	if err != nil {
		return err
	}
	for _, l := range open {
		if l.Whose == theirs && !l.DueOn.Before(in.On) {
			return errRunning
		}
	}
	return nil
}

// record writes the act and its consequences.
func (w *work) record(a Act, lost bool, attachments []evidence.Attachment) error {
	m := moves[a.Kind]
	w.log("act.recorded", evidence.Fields{"act": a.ID.String(), "kind": a.Kind, "on": a.HappenedOn.String(), "note": a.Note}, attachments...)
	if m.to != "" {
		if err := w.move(m.from, m.to, ""); err != nil {
			return err
		}
	}
	if err := w.answer(a, m); err != nil {
		return err
	}
	if err := w.act(a); err != nil {
		return err
	}
	if err := w.interrupt(a, lost); err != nil {
		return err
	}
	switch {
	case m.title && !lost:
		return w.advance(cases.Judicial, cases.TitleObtained, a.Kind)
	case a.Kind == actReturned || a.Kind == "not_found":
		return w.advance(cases.Judicial, cases.SuitWithdrawn, a.Kind)
	}
	return nil
}

// answer closes what the act answers: the debtor's terms when the debtor acts or the court decides, every term when the
// proceeding is over, and the filing that the court admits or returns.
func (w *work) answer(a Act, m move) error {
	switch {
	case m.to == Ended || m.to == Decided || m.to == Preparing:
		if err := w.meet(a.HappenedOn, func(Deadline) bool { return true }); err != nil {
			return err
		}
	case m.to == Opposed:
		if err := w.meet(a.HappenedOn, func(l Deadline) bool { return l.Whose == theirs }); err != nil {
			return err
		}
	}
	if a.Kind != actAdmitted && a.Kind != actReturned {
		return nil
	}
	filings, err := filingsOf(w.Tx.Tx, w.proceeding.ClientID, w.proceeding.ID)
	if err != nil {
		return err
	}
	for _, f := range filings {
		if f.State != FilingFiled {
			continue
		}
		f.State = FilingState(a.Kind)
		if err := w.save(&f, FilingFiled, `state = :state`); err != nil {
			return err
		}
		w.logFiling("filing."+a.Kind, &f, evidence.Fields{"reason": a.Note})
	}
	return nil
}

// act writes the row of an act and starts the terms that the law attaches to it.
func (w *work) act(a Act) error {
	if a.ID == uuid.Nil {
		a.ClientID, a.ID, a.ProceedingID = w.proceeding.ClientID, uuid.Must(uuid.NewV7()), w.proceeding.ID
	}
	if err := insertAct(w.Tx, a); err != nil {
		return err
	}
	rules, err := w.rules(a.Kind)
	if err != nil {
		return err
	}
	for _, rule := range rules {
		if err := w.startTerm(rule, a.ID, a.HappenedOn, whose(a.Kind)); err != nil {
			return err
		}
	}
	return nil
}

// rules are the terms that an act starts for a claim of the amount that was filed; an act that no pack lists starts none.
func (w *work) rules(kind string) ([]string, error) {
	pr, err := w.pack.Procedure(w.proceeding.Procedure)
	if err != nil {
		return nil, err
	}
	if _, listed := pr.Act(kind); !listed {
		return nil, nil
	}
	filings, err := filingsOf(w.Tx.Tx, w.proceeding.ClientID, w.proceeding.ID)
	if err != nil {
		return nil, err
	}
	claim, err := w.desk.claim(w.Tx.Tx, w.cases, w.today)
	if len(filings) > 0 {
		claim = filings[0].Claim()
	}
	if err != nil {
		return nil, err
	}
	return w.pack.TermsStarted(pr.ID, kind, claim)
}

// CorrectAct mends the day of an act. Its deadlines are computed anew: each old one stays, replaced by the new.
func (d *Desk) CorrectAct(ctx context.Context, who evidence.Actor, actID uuid.UUID, on day.Date, reason string) (Act, error) {
	if strings.TrimSpace(reason) == "" {
		return Act{}, errReason
	}
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Act, []evidence.Entry, error) {
		a, err := actByID(tx.Tx, actID)
		if err != nil {
			return Act{}, nil, err
		}
		w, err := d.hold(tx, a.ProceedingID, access.To(access.ActEdit, access.ObjAct), access.NoState)
		if err != nil {
			return Act{}, nil, err
		}
		if a, err = actByID(tx.Tx, actID); err != nil {
			return Act{}, nil, err
		}
		if on.IsZero() || on.After(w.today) || a.Kind != actFiled && on.Before(w.proceeding.FiledOn) {
			return Act{}, nil, errDay
		}
		old := a.HappenedOn
		a.HappenedOn = on
		if err := tx.One(`update proceeding_acts set happened_on = $3 where client_id = $1 and id = $2 and happened_on = $4`, a.ClientID, a.ID, on, old); err != nil {
			return Act{}, nil, fmt.Errorf("correcting act %s: %w", a.ID, err)
		}
		w.log("act.corrected", evidence.Fields{"act": a.ID.String(), "kind": a.Kind, "from": old.String(), "on": on.String(), "reason": reason})
		if err := w.filedOn(a, old); err != nil {
			return Act{}, nil, err
		}
		if err := w.recompute(a, reason); err != nil {
			return Act{}, nil, err
		}
		if err := w.interrupt(a, false); err != nil {
			return Act{}, nil, err
		}
		return a, w.entries, w.handOver(nil, "", "")
	})
}

// filedOn carries the corrected day of filing to the proceeding and to the filing itself.
func (w *work) filedOn(a Act, old day.Date) error {
	if a.Kind != actFiled {
		return nil
	}
	w.proceeding.FiledOn = a.HappenedOn
	if err := w.move([]State{w.proceeding.State}, w.proceeding.State, `filed_on = :filed_on`); err != nil {
		return err
	}
	filings, err := filingsOf(w.Tx.Tx, w.proceeding.ClientID, w.proceeding.ID)
	if err != nil {
		return err
	}
	for _, f := range filings {
		if f.FiledOn != old {
			continue
		}
		if a.HappenedOn.Before(f.SignedOn) {
			return errDay
		}
		f.FiledOn = a.HappenedOn
		if err := w.save(&f, f.State, `filed_on = :filed_on`); err != nil {
			return err
		}
	}
	return nil
}
