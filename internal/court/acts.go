package court

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/law"
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
	CostsAwarded *bool      `db:"costs_awarded" json:"costs_awarded,omitempty"` // of a judgment
}

const (
	actFiled    = "filed" // by which every procedure begins
	actReturned = "returned"
	actAdmitted = "admitted"
)

var (
	errAct     = problem.New(problem.Invalid, "act_unknown", "Ese procedimiento no tiene esa actuación.", "That procedure has no such act.")
	errRunning = problem.New(problem.Conflict, "term_running", "El plazo del deudor no ha terminado.", "The debtor's term is not over.")
	errCosts   = problem.New(problem.Invalid, "costs_not_decided", "Esa actuación no decide sobre las costas.", "That act does not decide on costs.")
	errOrder   = problem.New(problem.Invalid, "act_out_of_order", "Esa actuación no puede venir ahora.", "That act cannot come now.")
	errWritten = problem.New(problem.Conflict, "filing_needed", "El escrito de ese procedimiento se prepara y presenta aquí.", "The filing of that procedure is drafted and filed here.")
)

// ActIn is an act to take down.
type ActIn struct {
	Kind         string
	On           day.Date
	Note         string
	DocketNumber string            // of the court, with the act that begins the procedure
	CostsAwarded *bool             // with a judgment: whether the debtor was ordered to pay the costs
	Document     *documents.Upload // the court's paper, when there is one
}

// RecordAct takes down an act that may come now: the proceeding moves, the terms that the law attaches to the act become deadlines
// of every case, and what ends the procedure moves the cases. The refusal of another act names those that may come.
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
		a := w.made(in, doc)
		if in.Kind == actFiled {
			err = w.fileOutside(a, in.DocketNumber, attachments)
		} else {
			err = w.record(a, attachments)
		}
		return a, w.entries, errors.Join(err, w.handOver(nil, "", ""))
	})
}

// made is an act of the proceeding as it will be stored.
func (w *work) made(in ActIn, doc *uuid.UUID) Act {
	return Act{ClientID: w.proceeding.ClientID, ID: uuid.Must(uuid.NewV7()), ProceedingID: w.proceeding.ID, Kind: in.Kind, HappenedOn: in.On, Note: in.Note,
		CostsAwarded: in.CostsAwarded, DocumentID: doc}
}

// possible refuses an act that the procedure does not have, that may not come now, or that cannot happen on that day.
func (w *work) possible(in ActIn) error {
	act, err := w.pack.Act(w.proceeding.Procedure, in.Kind)
	if p := problem.Of(err); p != nil && p.Code == "act_unknown" {
		return errAct
	} else if err != nil {
		return err
	}
	kinds, last, err := done(w.Tx.Tx, w.proceeding.ClientID, w.proceeding.ID)
	if err != nil {
		return err
	}
	next, err := w.pack.Next(w.proceeding.Procedure, kinds)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(next, func(a law.Act) bool { return a.ID == in.Kind }) || act.Entry {
		return errOrder.With(mayCome(next)...)
	}
	if in.On.IsZero() || in.On.After(w.today) || in.On.Before(w.proceeding.FiledOn) || in.On.Before(last.HappenedOn) {
		return errDay
	}
	if in.CostsAwarded != nil && !act.Judges {
		return errCosts
	}
	if !act.AfterTerms {
		return nil
	}
	return w.termsOver(in.On)
}

// mayCome names the acts that may come now.
func mayCome(next []law.Act) []problem.Reason {
	reasons := make([]problem.Reason, len(next))
	for i, a := range next {
		reasons[i] = problem.Reason{Pointer: "/kind", Code: a.ID, Text: a.Name}
	}
	return reasons
}

// termsOver asks that no term of the debtor runs on a day any more.
func (w *work) termsOver(on day.Date) error {
	open, err := openDeadlines(w.Tx.Tx, w.proceeding.ClientID, w.proceeding.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(open, func(l Deadline) bool { return l.Whose == theirs && !l.DueOn.Before(on) }) {
		return errRunning
	}
	return nil
}

// fileOutside takes down that a petition written outside was filed. Whoever may file does it, with every gate open.
func (w *work) fileOutside(a Act, docket string, attachments []evidence.Attachment) error {
	if w.desk.petitionOf(*w.proceeding) != nil {
		return errWritten
	}
	for _, c := range w.cases {
		if err := access.Require(w.Actor, access.To(access.ActFile, access.ObjFiling), c.Place(), access.StateSigned); err != nil {
			return err
		}
	}
	if err := w.mayGo(); err != nil {
		return err
	}
	claim, err := w.desk.claim(w.Tx.Tx, w.cases, w.today)
	if err != nil {
		return err
	}
	if docket != "" {
		w.proceeding.DocketNumber = docket
	}
	w.proceeding.ClaimMinor = claim.Minor
	if err := w.begin(a, attachments); err != nil {
		return err
	}
	return w.chargeFee(claim, a.HappenedOn, false)
}

// begin takes down the act that brings a proceeding before the court: its cases become judicial, and what it goes on from ends.
func (w *work) begin(a Act, attachments []evidence.Attachment) error {
	if a.ID == uuid.Nil {
		a.ClientID, a.ID, a.ProceedingID = w.proceeding.ClientID, uuid.Must(uuid.NewV7()), w.proceeding.ID
	}
	before, err := w.followed()
	if err != nil {
		return err
	}
	w.proceeding.FiledOn = a.HappenedOn
	if err := w.move([]State{Preparing}, Filed, `filed_on = :filed_on, docket_number = :docket_number, court = :court, region = :region, town = :town, claim_minor = :claim_minor`); err != nil {
		return err
	}
	if err := w.advance(cases.PreLitigation, cases.SuitFiled, ""); err != nil {
		return err
	}
	if err := w.record(a, attachments); err != nil {
		return err
	}
	if before == nil {
		return nil
	}
	return w.closeEarlier(before, a.HappenedOn)
}

// record writes an act and its consequences.
func (w *work) record(a Act, attachments []evidence.Attachment) error {
	act, err := w.pack.Act(w.proceeding.Procedure, a.Kind)
	if err != nil {
		return err
	}
	fields := evidence.Fields{"act": a.ID.String(), "kind": a.Kind, "on": a.HappenedOn.String(), "note": a.Note}
	if a.CostsAwarded != nil {
		fields["costs_awarded"] = strconv.FormatBool(*a.CostsAwarded)
	}
	if act.Outcome != law.NoOutcome {
		fields["outcome"] = string(act.Outcome)
	}
	w.log("act.recorded", fields, attachments...)
	if to := leadsTo(act); to != "" {
		if err := w.move([]State{w.proceeding.State}, to, ""); err != nil {
			return err
		}
	}
	if err := w.answer(a, act); err != nil {
		return err
	}
	if err := w.act(a); err != nil {
		return err
	}
	if err := w.interrupt(a, act); err != nil {
		return err
	}
	if err := w.judged(a, act); err != nil {
		return err
	}
	return w.moveCases(act)
}

// leadsTo is the state to which an act moves its proceeding; empty: it stays.
func leadsTo(act law.Act) State {
	switch act.Outcome {
	case law.NoOutcome:
		return State(act.State)
	case law.WithTitle:
		return Decided
	case law.Opposed:
		return Opposed
	}
	return Ended
}

// moveCases takes the cases to where the end of a procedure leads: a title to enforcement, what may begin anew to before the suit.
func (w *work) moveCases(act law.Act) error {
	switch {
	case act.Outcome == law.WithTitle:
		return w.advance(cases.Judicial, cases.TitleObtained, act.ID)
	case act.ID == actReturned, act.Outcome == law.WithdrawnSuit, act.Outcome == law.NotFound,
		act.Outcome == law.Opposed && act.By == law.ByDebtor: // nothing goes on from it
		return w.advance(cases.Judicial, cases.SuitWithdrawn, act.ID)
	}
	return nil
}

// answer closes what the act answers: the terms that it keeps; the debtor's terms when the debtor acts; every term when the court decides
// or the proceeding is over, except what the one that goes on from it still has to keep; and the filing that the court admits or
// returns. What it answers of the proceeding before is closed there.
func (w *work) answer(a Act, act law.Act) error {
	over := act.Judges || act.ID == actReturned || act.Outcome != law.NoOutcome && act.Outcome != law.Opposed
	answers := func(l Deadline) bool {
		return over || (act.By == law.ByDebtor || act.Outcome == law.Opposed) && l.Whose == theirs || slices.Contains(act.Meets, l.Rule)
	}
	if err := w.meet(a.HappenedOn, answers); err != nil {
		return err
	}
	if w.proceeding.Follows != nil && (over || len(act.Meets) > 0) {
		if err := w.meetOf(*w.proceeding.Follows, a.HappenedOn, answers); err != nil {
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

// act writes the row of an act and starts the terms that the law attaches to it, for the amount that was filed.
func (w *work) act(a Act) error {
	if err := insertAct(w.Tx, a); err != nil {
		return err
	}
	claim, err := w.desk.claimed(w.Tx.Tx, *w.proceeding, w.cases, w.today)
	if err != nil {
		return err
	}
	starts, err := w.pack.TermsStarted(w.proceeding.Procedure, a.Kind, claim)
	if err != nil {
		return err
	}
	for _, s := range starts {
		if err := w.startTerm(s.Term, a.ID, a.HappenedOn, whose(s)); err != nil {
			return err
		}
	}
	return nil
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
		act, err := w.pack.Act(w.proceeding.Procedure, a.Kind)
		if err != nil {
			return Act{}, nil, err
		}
		if err := errors.Join(w.interrupt(a, act), w.judgedOn(act, old, on, reason)); err != nil {
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
