package court

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/letters"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// FilingState is how a filing stands.
type FilingState string

const (
	FilingDraft     FilingState = "draft"
	FilingInReview  FilingState = "in_review"
	FilingApproved  FilingState = "approved"
	FilingSigned    FilingState = "signed"
	FilingFiled     FilingState = "filed"
	FilingAdmitted  FilingState = "admitted"
	FilingReturned  FilingState = "returned"
	FilingCancelled FilingState = "cancelled"
)

// The tasks that hand a filing from one person to the next.
const (
	taskReview = "review_filing"
	taskSign   = "sign_filing"
	taskFile   = "file_filing"
	taskWrite  = "prepare_filing"
)

// jsonColumn reads and writes a value as jsonb.
type jsonColumn[T any] struct{ V T }

func (c *jsonColumn[T]) Scan(src any) error {
	b, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("reading a jsonb column from %T", src)
	}
	return json.Unmarshal(b, &c.V)
}

func (c jsonColumn[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(c.V)
	return string(b), err
}

func (c jsonColumn[T]) MarshalJSON() ([]byte, error) { return json.Marshal(c.V) }

// Annex is one numbered document that goes with a filing.
type Annex struct {
	N          int       `json:"n"`
	Title      string    `json:"title"`
	DocumentID uuid.UUID `json:"document_id"`
}

// Filing (escrito) is one paper for the court, with its annexes.
type Filing struct {
	ClientID          uuid.UUID                     `db:"client_id" json:"-"`
	ID                uuid.UUID                     `db:"id" json:"id"`
	ProceedingID      uuid.UUID                     `db:"proceeding_id" json:"proceeding_id"`
	Template          string                        `db:"template" json:"template"`
	TemplateVersion   int                           `db:"template_version" json:"template_version"`
	Language          string                        `db:"language" json:"language"`
	State             FilingState                   `db:"state" json:"state"`
	Fields            jsonColumn[map[string]string] `db:"fields" json:"fields"`
	Annexes           jsonColumn[[]Annex]           `db:"annexes" json:"annexes"`
	AsOf              day.Date                      `db:"as_of" json:"as_of"`
	ClaimMinor        int64                         `db:"claim_minor" json:"-"`
	Currency          money.Currency                `db:"currency" json:"-"`
	ReviewNote        string                        `db:"review_note" json:"review_note,omitempty"`
	DraftedBy         uuid.UUID                     `db:"drafted_by" json:"drafted_by"`
	ApprovedBy        *uuid.UUID                    `db:"approved_by" json:"approved_by"`
	ApprovedOn        day.Date                      `db:"approved_on" json:"approved_on"`
	SignedBy          *uuid.UUID                    `db:"signed_by" json:"signed_by"`
	SignedOn          day.Date                      `db:"signed_on" json:"signed_on"`
	FiledOn           day.Date                      `db:"filed_on" json:"filed_on"`
	DocumentID        *uuid.UUID                    `db:"document_id" json:"document_id"`
	ReceiptDocumentID *uuid.UUID                    `db:"receipt_document_id" json:"receipt_document_id"`
	Version           int                           `db:"version" json:"version"`
}

// Claim is what the filing asks for.
func (f Filing) Claim() money.Amount { return money.Of(f.ClaimMinor, f.Currency) }

var (
	errDrafter     = problem.New(problem.Forbidden, "drafter_cannot_decide", "Quien redacta no aprueba ni firma.", "Who drafts neither approves nor signs.")
	errNoPerson    = problem.New(problem.Forbidden, "person_needed", "Solo una persona puede hacerlo.", "Only a person can do this.")
	errFilingState = problem.New(problem.Conflict, "filing_state", "El escrito no está en la fase que eso pide.", "The filing is not in the state for that.")
	errFilingLive  = problem.New(problem.Conflict, "filing_live", "El procedimiento ya tiene un escrito inicial en curso.", "The proceeding already has an initial filing under way.")
	errNotHere     = problem.New(problem.Invalid, "filing_not_drafted",
		"Recobro aún no redacta el escrito inicial de ese procedimiento; cuando se presente, anote su presentación con el documento.",
		"Recobro does not draft the initial filing of that procedure yet; when it is filed, record the filing with its document.")
	errStale = problem.New(problem.Stale, "version_stale", "El escrito ha cambiado; vuelva a cargarlo.", "The filing has changed; load it again.")
)

// editable are the fields of a petition that people write.
var editable = []string{"court", "client_representative", "notification_contact", "debt_origin", "negotiation_facts", "place"}

// DraftFiling begins the initial filing of a proceeding that is being prepared. Only procedures that have a template for the
// jurisdiction are drafted here (ES: monitorio).
func (d *Desk) DraftFiling(ctx context.Context, who evidence.Actor, proceedingID uuid.UUID, values map[string]string) (Filing, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Filing, []evidence.Entry, error) {
		w, err := d.hold(tx, proceedingID, access.To(access.ActDraft, access.ObjFiling), access.NoState)
		if err != nil {
			return Filing{}, nil, err
		}
		if w.proceeding.State != Preparing {
			return Filing{}, nil, errState
		}
		t := d.petitionOf(*w.proceeding)
		if t == nil {
			return Filing{}, nil, errNotHere
		}
		earlier, err := filingsOf(tx.Tx, w.proceeding.ClientID, w.proceeding.ID)
		if err != nil {
			return Filing{}, nil, err
		}
		if slices.ContainsFunc(earlier, func(f Filing) bool { return f.State != FilingCancelled && f.State != FilingReturned }) {
			return Filing{}, nil, errFilingLive
		}
		f := Filing{ClientID: w.proceeding.ClientID, ID: uuid.Must(uuid.NewV7()), ProceedingID: w.proceeding.ID, Template: t.ID, TemplateVersion: t.Version,
			Language: t.Language, State: FilingDraft, AsOf: w.today, Currency: w.cases[0].Currency, DraftedBy: tx.Actor.ID, Version: 1}
		if err := f.write(values); err != nil {
			return Filing{}, nil, err
		}
		claim, err := d.claim(tx.Tx, w.cases, w.today)
		if err != nil {
			return Filing{}, nil, err
		}
		f.ClaimMinor = claim.Minor
		if err := insertFiling(tx, f); err != nil {
			return Filing{}, nil, err
		}
		w.log("filing.drafted", evidence.Fields{"filing": f.ID.String(), "template": f.Template, "claim": claim.Decimal(), "currency": string(claim.Currency)})
		return f, w.entries, w.handOver([]string{taskWrite}, "", "")
	})
}

// petitionOf is the template of a proceeding's initial filing; nil when it is written outside.
func (d *Desk) petitionOf(p Proceeding) *letters.Template {
	t, err := d.Shelf.Template(p.Procedure+"_petition", "es")
	if err != nil || !t.For(p.Jurisdiction) {
		return nil
	}
	return t
}

// write takes over what a person wrote; an empty value goes back to what the program proposes.
func (f *Filing) write(values map[string]string) error {
	fields := map[string]string{}
	for name, value := range f.Fields.V {
		fields[name] = value
	}
	for name, value := range values {
		if !slices.Contains(editable, name) {
			return problem.New(problem.Invalid, "filing_field_unknown", "Ese campo no se escribe a mano.", "That field is not written by hand.").With(
				problem.Reason{Pointer: "/values/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name), Code: "unknown", Text: problem.Text{ES: "Campo desconocido.", EN: "Unknown field."}})
		}
		if fields[name] = strings.TrimSpace(value); fields[name] == "" {
			delete(fields, name)
		}
	}
	f.Fields.V = fields
	return nil
}

// change runs one action on a filing. In a state outside from the permission is asked as if it were in the first of them:
// who could never do it hears no more than that, and who could hears a conflict.
func (d *Desk) change(ctx context.Context, who evidence.Actor, id uuid.UUID, act access.Action, from []FilingState, fn func(*work, *Filing) error) (Filing, error) {
	return evidence.Record(ctx, d.Log, who, func(tx *evidence.Tx) (Filing, []evidence.Entry, error) {
		f, err := filingByID(tx.Tx, id)
		if err != nil {
			return Filing{}, nil, err
		}
		state := from[0]
		if slices.Contains(from, f.State) {
			state = f.State
		}
		w, err := d.hold(tx, f.ProceedingID, access.To(act, access.ObjFiling), access.State(state))
		if err != nil {
			return Filing{}, nil, err
		}
		if f, err = filingByID(tx.Tx, id); err != nil {
			return Filing{}, nil, err
		}
		if !slices.Contains(from, f.State) {
			return Filing{}, nil, errFilingState
		}
		if err := fn(w, &f); err != nil {
			return Filing{}, nil, err
		}
		return f, w.entries, nil
	})
}

// logFiling is log with the filing named.
func (w *work) logFiling(kind string, f *Filing, fields evidence.Fields, attachments ...evidence.Attachment) {
	fields["filing"] = f.ID.String()
	before := len(w.entries)
	w.log(kind, fields, attachments...)
	for i := range w.entries[before:] {
		w.entries[before+i].Template = fmt.Sprintf("%s.%s %d", f.Template, f.Language, f.TemplateVersion)
	}
}

// Update changes what people write in a draft; version is the one that the writer has read.
func (d *Desk) Update(ctx context.Context, who evidence.Actor, id uuid.UUID, version int, values map[string]string) (Filing, error) {
	return d.change(ctx, who, id, access.ActEdit, []FilingState{FilingDraft}, func(w *work, f *Filing) error {
		if f.Version != version {
			return errStale
		}
		if err := f.write(values); err != nil {
			return err
		}
		f.DraftedBy = w.Actor.ID // whoever writes the words answers as drafter: another lawyer approves them
		if err := w.save(f, FilingDraft, `fields = :fields, drafted_by = :drafted_by`); err != nil {
			return err
		}
		w.logFiling("filing.edited", f, evidence.Fields{})
		return nil
	})
}

// Submit hands a draft to review; it is refused while a document that the procedure requires is missing, or when a gate to
// court has closed meanwhile.
func (d *Desk) Submit(ctx context.Context, who evidence.Actor, id uuid.UUID) (Filing, error) {
	return d.change(ctx, who, id, access.ActSubmit, []FilingState{FilingDraft}, func(w *work, f *Filing) error {
		if err := w.mayGo(); err != nil {
			return err
		}
		p, err := d.compose(w.Tx.Tx, w.proceeding, f, w.cases, nil, w.Now)
		if err != nil {
			return err
		}
		f.State = FilingInReview
		f.Annexes.V = p.numbered()
		if err := w.save(f, FilingDraft, `state = :state, annexes = :annexes`); err != nil {
			return err
		}
		w.logFiling("filing.submitted", f, evidence.Fields{"annexes": fmt.Sprint(len(f.Annexes.V))})
		return w.handOver(nil, taskReview, string(access.Lawyer))
	})
}

// Approve says that the filing may be signed. Whoever drafted it may not, and nobody when a gate to court has closed meanwhile.
func (d *Desk) Approve(ctx context.Context, who evidence.Actor, id uuid.UUID, note string) (Filing, error) {
	return d.change(ctx, who, id, access.ActApprove, []FilingState{FilingInReview}, func(w *work, f *Filing) error {
		if err := otherThanDrafter(w.Actor, f); err != nil {
			return err
		}
		if err := w.mayGo(); err != nil {
			return err
		}
		f.State, f.ApprovedBy, f.ApprovedOn, f.ReviewNote = FilingApproved, &w.Actor.ID, w.today, note
		if err := w.save(f, FilingInReview, `state = :state, approved_by = :approved_by, approved_on = :approved_on, review_note = :review_note`); err != nil {
			return err
		}
		w.logFiling("filing.approved", f, evidence.Fields{"note": note})
		return w.handOver([]string{taskReview}, taskSign, string(access.Lawyer))
	})
}

// Reject gives the filing back to be written again, with the reason.
func (d *Desk) Reject(ctx context.Context, who evidence.Actor, id uuid.UUID, reason string) (Filing, error) {
	if strings.TrimSpace(reason) == "" {
		return Filing{}, errReason
	}
	return d.change(ctx, who, id, access.ActReject, []FilingState{FilingInReview, FilingApproved}, func(w *work, f *Filing) error {
		from := f.State
		f.State, f.ReviewNote, f.ApprovedBy, f.ApprovedOn = FilingDraft, reason, nil, day.Date{}
		if err := w.save(f, from, `state = :state, review_note = :review_note, approved_by = null, approved_on = null`); err != nil {
			return err
		}
		w.logFiling("filing.rejected", f, evidence.Fields{"reason": reason})
		return w.handOver([]string{taskReview, taskSign}, taskWrite, string(access.Paralegal))
	})
}

// Cancel gives a filing up before it is approved.
func (d *Desk) Cancel(ctx context.Context, who evidence.Actor, id uuid.UUID, reason string) (Filing, error) {
	return d.change(ctx, who, id, access.ActCancel, []FilingState{FilingDraft, FilingInReview}, func(w *work, f *Filing) error {
		from := f.State
		f.State = FilingCancelled
		if err := w.save(f, from, `state = :state`); err != nil {
			return err
		}
		w.logFiling("filing.cancelled", f, evidence.Fields{"reason": reason})
		return w.handOver([]string{taskWrite, taskReview, taskSign}, "", "")
	})
}

// otherThanDrafter holds the rule of two persons; the database holds it too.
func otherThanDrafter(who evidence.Actor, f *Filing) error {
	switch {
	case who.Kind != "person":
		return errNoPerson
	case who.ID == f.DraftedBy:
		return errDrafter
	}
	return nil
}
