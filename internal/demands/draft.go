package demands

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/problem"
)

// The tasks that hand a demand from one person to the next.
const (
	taskPrepare  = "prepare_demand"
	taskReview   = "review_demand"
	taskSign     = "sign_demand"
	taskDispatch = "dispatch_demand"
	taskAddress  = "check_address"
)

// editable are the fields that people write; everything else in the letter is read from the case and its statement.
var editable = []string{"debt_origin", "payments_note", "negotiation_contact", "contact", "data_contact", "credit_files", "costs_note"}

// mostTermDays is the longest term that a demand may give.
const mostTermDays = 90

// Draft begins a demand for cases of one account: it moves them from amicable to formal demand. Without a template the one of
// the jurisdiction and the debtor's language is taken. values are editable fields of the template, and term_days.
func (d *Desk) Draft(ctx context.Context, who evidence.Actor, caseIDs []uuid.UUID, template string, values map[string]string) (Demand, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Demand, []evidence.Entry, error) {
		w, err := d.lock(tx, caseIDs, access.To(access.ActDraft, access.ObjDemand), access.NoState)
		if err != nil {
			return Demand{}, nil, err
		}
		if err := w.draft(template, values); err != nil {
			return Demand{}, nil, err
		}
		return *w.demand, w.entries, nil
	})
}

func (w *work) draft(template string, values map[string]string) error {
	if err := w.mayGoOn(); err != nil {
		return err
	}
	first := w.cases[0]
	firm, err := clients.FirmOf(w.Tx.Tx)
	if err != nil {
		return err
	}
	w.demand = &Demand{ClientID: first.ClientID, ID: uuid.Must(uuid.NewV7()), AccountID: first.AccountID, State: Draft,
		AsOf: w.today, TermDays: firm.DemandTermDays, DraftedBy: w.Actor.ID, Version: 1}
	for _, c := range w.cases {
		earlier, err := ofCase(w.Tx.Tx, c.ClientID, c.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(earlier, func(e Demand) bool { return e.live() }) {
			return errLive
		}
		w.demand.CaseIDs = append(w.demand.CaseIDs, c.ID)
	}
	if err := w.choose(template); err != nil {
		return err
	}
	if err := w.write(values); err != nil {
		return err
	}
	if err := insert(w.Tx, w.demand); err != nil {
		return err
	}
	if err := w.advance(cases.Amicable, cases.DemandStarted, ""); err != nil {
		return err
	}
	w.log("demand.drafted", evidence.Fields{"template": w.demand.Template, "term_days": strconv.Itoa(w.demand.TermDays)})
	return w.handOver([]string{taskPrepare}, "", "")
}

// choose takes the named template or the one of the jurisdiction, in the debtor's language or else in Spanish.
func (w *work) choose(template string) error {
	c := w.cases[0]
	debtor, err := cases.DebtorOf(w.Tx.Tx, c.ClientID, c.AccountID)
	if err != nil {
		return err
	}
	if template == "" {
		template = "formal_demand"
		if c.Jurisdiction != "ES" {
			template += "_" + strings.ToLower(c.Jurisdiction)
		}
	}
	t, err := w.desk.Shelf.Template(template, debtor.Language)
	if err != nil {
		if t, err = w.desk.Shelf.Template(template, "es"); err != nil {
			return err
		}
	}
	if !strings.HasPrefix(t.ID, "formal_demand") || !t.For(c.Jurisdiction) {
		return problem.New(problem.Invalid, "demand_template", "Esa plantilla no es un requerimiento de esta jurisdicción.", "That template is no demand of this jurisdiction.")
	}
	w.demand.Template, w.demand.TemplateVersion, w.demand.Language = t.ID, t.Version, t.Language
	return nil
}

// write takes over what a person wrote; an empty value goes back to what the program proposes.
func (w *work) write(values map[string]string) error {
	fields := Fields{}
	for name, value := range w.demand.Fields {
		fields[name] = value
	}
	for name, value := range values {
		value = strings.TrimSpace(value)
		if name == "term_days" {
			days, err := strconv.Atoi(value)
			if err != nil || days < 1 || days > mostTermDays {
				return problem.New(problem.Invalid, "demand_term", "El plazo va de 1 a 90 días naturales.", "The term is 1 to 90 calendar days.")
			}
			w.demand.TermDays = days
			continue
		}
		if !slices.Contains(editable, name) {
			return problem.New(problem.Invalid, "demand_field_unknown", "Ese campo no se escribe a mano.", "That field is not written by hand.").With(
				problem.Reason{Pointer: "/values/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name), Code: "unknown", Text: problem.Text{ES: "Campo desconocido.", EN: "Unknown field."}})
		}
		fields[name] = value
		if value == "" {
			delete(fields, name)
		}
	}
	w.demand.Fields = fields
	return nil
}

// Update changes what people write in a draft; version is the one that the writer has read.
func (d *Desk) Update(ctx context.Context, who evidence.Actor, id uuid.UUID, version int, values map[string]string) (Demand, error) {
	return d.change(ctx, who, id, access.ActEdit, []State{Draft}, func(w *work) error {
		if w.demand.Version != version {
			return errStale
		}
		if err := w.write(values); err != nil {
			return err
		}
		w.demand.DraftedBy = w.Actor.ID // whoever writes the words answers as drafter: another lawyer approves them
		if err := w.save(Draft, `fields = :fields, term_days = :term_days, drafted_by = :drafted_by`); err != nil {
			return err
		}
		names := make([]string, 0, len(values))
		for name := range values {
			names = append(names, name)
		}
		slices.Sort(names)
		w.log("demand.edited", evidence.Fields{"fields": strings.Join(names, " ")})
		return nil
	})
}

// Submit hands a draft to review; it is refused while the checklist of the jurisdiction lacks a required item, or when the
// case was paid or stopped meanwhile.
func (d *Desk) Submit(ctx context.Context, who evidence.Actor, id uuid.UUID) (Demand, error) {
	return d.change(ctx, who, id, access.ActSubmit, []State{Draft}, func(w *work) error {
		if err := w.mayGoOn(); err != nil {
			return err
		}
		l, err := d.compose(w.Tx.Tx, w.demand, w.cases, nil, w.Now)
		if err != nil {
			return err
		}
		if err := incomplete(l.checklist()); err != nil {
			return err
		}
		w.demand.State, w.demand.SubmittedOn = InReview, w.today
		if err := w.save(Draft, `state = :state, submitted_on = :submitted_on`); err != nil {
			return err
		}
		w.log("demand.submitted", evidence.Fields{"amount": l.statement.Open.Decimal(), "currency": string(w.cases[0].Currency)})
		return w.handOver(nil, taskReview, string(access.Lawyer))
	})
}

// Approve says that the letter may be signed. Whoever drafted it may not, and nobody once the case was paid or stopped.
func (d *Desk) Approve(ctx context.Context, who evidence.Actor, id uuid.UUID, note string) (Demand, error) {
	return d.change(ctx, who, id, access.ActApprove, []State{InReview}, func(w *work) error {
		if err := w.otherThanDrafter(); err != nil {
			return err
		}
		if err := w.mayGoOn(); err != nil {
			return err
		}
		w.demand.State, w.demand.ApprovedBy, w.demand.ApprovedOn, w.demand.ReviewNote = Approved, &w.Actor.ID, w.today, note
		if err := w.save(InReview, `state = :state, approved_by = :approved_by, approved_on = :approved_on, review_note = :review_note`); err != nil {
			return err
		}
		w.log("demand.approved", evidence.Fields{"note": note})
		return w.handOver([]string{taskReview}, taskSign, string(access.Lawyer))
	})
}

// Reject gives the letter back to be written again, with the reason.
func (d *Desk) Reject(ctx context.Context, who evidence.Actor, id uuid.UUID, reason string) (Demand, error) {
	if strings.TrimSpace(reason) == "" {
		return Demand{}, errReason
	}
	return d.change(ctx, who, id, access.ActReject, []State{InReview, Approved}, func(w *work) error {
		from := w.demand.State
		w.demand.State, w.demand.ReviewNote = Draft, reason
		w.demand.ApprovedBy, w.demand.ApprovedOn, w.demand.SubmittedOn = nil, day.Date{}, day.Date{}
		if err := w.save(from, `state = :state, review_note = :review_note, approved_by = null, approved_on = null, submitted_on = null`); err != nil {
			return err
		}
		w.log("demand.rejected", evidence.Fields{"reason": reason})
		return w.handOver([]string{taskReview, taskSign}, taskPrepare, string(access.Paralegal))
	})
}

// Cancel gives a letter up before it is issued: its cases go back to the amicable stage.
func (d *Desk) Cancel(ctx context.Context, who evidence.Actor, id uuid.UUID, reason string) (Demand, error) {
	return d.change(ctx, who, id, access.ActCancel, []State{Draft, InReview}, func(w *work) error {
		from := w.demand.State
		w.demand.State = Cancelled
		if err := w.save(from, `state = :state`); err != nil {
			return err
		}
		w.log("demand.cancelled", evidence.Fields{"reason": reason})
		if err := w.advance(cases.FormalDemand, cases.DemandWithdrawn, reason); err != nil {
			return err
		}
		return w.handOver([]string{taskPrepare, taskReview, taskSign}, "", "")
	})
}

// otherThanDrafter holds the rule of two persons; the database holds it too.
func (w *work) otherThanDrafter() error {
	switch {
	case w.Actor.Kind != "person":
		return errNoPerson
	case w.Actor.ID == w.demand.DraftedBy:
		return errDrafter
	}
	return nil
}
