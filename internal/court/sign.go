package court

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/letters"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/statements"
)

var errState = problem.New(problem.Conflict, "proceeding_state", "El procedimiento no está en la fase que eso pide.", "The proceeding is not in the state for that.")

// read sees a filing with its proceeding and cases, as who may do act to it.
func (d *Desk) read(ctx context.Context, who evidence.Actor, id uuid.UUID, act access.Action, fn func(*postgres.Tx, *Proceeding, *Filing, []*cases.Case) error) (Filing, error) {
	var found Filing
	err := d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		var err error
		if found, err = filingByID(tx, id); err != nil {
			return err
		}
		pr, all, err := d.proceeding(tx, who, found.ProceedingID, access.To(act, access.ObjFiling), access.State(found.State))
		if err != nil {
			return err
		}
		return fn(tx, &pr, &found, all)
	})
	if err != nil {
		return Filing{}, err
	}
	return found, nil
}

// proceeding reads a proceeding and its cases and asks a permission of each.
func (d *Desk) proceeding(tx *postgres.Tx, who evidence.Actor, id uuid.UUID, p access.Permission, state access.State) (Proceeding, []*cases.Case, error) {
	pr, err := byID(tx, id)
	if err != nil {
		return pr, nil, err
	}
	var all []*cases.Case
	for _, caseID := range pr.CaseIDs {
		c, err := cases.Get(tx, who, caseID)
		if err != nil {
			return Proceeding{}, nil, err
		}
		if err := access.Require(who, p, c.Place(), state); err != nil {
			return Proceeding{}, nil, err
		}
		all = append(all, c)
	}
	if len(all) == 0 { // none of its cases is within reach
		return Proceeding{}, nil, problem.Missing
	}
	return pr, all, nil
}

// Read answers a proceeding with its filings and acts to whoever may read it.
func (d *Desk) Read(ctx context.Context, who evidence.Actor, id uuid.UUID) (pr Proceeding, filings []Filing, acts []Act, err error) {
	err = d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		var all []*cases.Case
		if pr, all, err = d.proceeding(tx, who, id, access.To(access.ActRead, access.ObjProceeding), access.NoState); err != nil {
			return err
		}
		if filings, err = filingsOf(tx, pr.ClientID, pr.ID); err != nil {
			return err
		}
		filings = slices.DeleteFunc(filings, func(f Filing) bool {
			return !access.May(who, access.To(access.ActRead, access.ObjFiling), all[0].Place(), access.State(f.State))
		})
		acts, err = actsOf(tx, pr.ClientID, pr.ID)
		return err
	})
	return pr, filings, acts, err
}

// List reads the proceedings of a case, the newest first; the caller has read the case and asked for proceeding:list.
func List(tx *postgres.Tx, client, caseID uuid.UUID) ([]Proceeding, error) {
	return ofCase(tx, client, caseID)
}

// ReadFiling answers a filing to whoever may read it in its state.
func (d *Desk) ReadFiling(ctx context.Context, who evidence.Actor, id uuid.UUID) (Filing, error) {
	return d.read(ctx, who, id, access.ActRead, func(*postgres.Tx, *Proceeding, *Filing, []*cases.Case) error { return nil })
}

// Preview prints the petition as it would be today, marked as a draft and without its annexes; a signed one is shown as the pack
// that was signed.
func (d *Desk) Preview(ctx context.Context, who evidence.Actor, id uuid.UUID) ([]byte, error) {
	var p *petition
	var sum [32]byte
	_, err := d.read(ctx, who, id, access.ActRead, func(tx *postgres.Tx, pr *Proceeding, f *Filing, all []*cases.Case) error {
		if f.DocumentID != nil {
			doc, err := documents.Of(tx, f.ClientID, *f.DocumentID)
			if err == nil {
				sum = doc.Sum()
			}
			return err
		}
		var err error
		p, err = d.compose(tx, pr, f, all, nil, d.Log.Now())
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case p == nil:
		return d.Documents.Store.Read(sum)
	}
	p.sheet.Draft, p.sheet.Nonce = true, "draft"
	return p.template.PDF(p.sheet)
}

// state computes what the petition claims: up to today, or the last day that the rates cover, and never after money is known.
func (d *Desk) state(tx *postgres.Tx, p *petition, known day.Date) error {
	asOf, stale, err := d.Book.DocumentDay(tx, p.proceeding.ClientID, p.proceeding.CaseIDs, p.today)
	if err != nil {
		return err
	}
	p.stale = stale
	p.statement, err = d.Book.Statement(tx, p.proceeding.ClientID, p.proceeding.CaseIDs, day.Earlier(asOf, known), time.Time{})
	return err
}

// Checklist answers what whoever signs a filing has to know of its figures.
func (d *Desk) Checklist(ctx context.Context, who evidence.Actor, id uuid.UUID) (items []statements.Check, err error) {
	_, err = d.read(ctx, who, id, access.ActRead, func(tx *postgres.Tx, pr *Proceeding, f *Filing, all []*cases.Case) error {
		p, err := d.compose(tx, pr, f, all, nil, d.Log.Now())
		if err == nil {
			items = statements.Checks(p.statement, p.stale, p.pack, p.debtor)
		}
		return err
	})
	return items, err
}

// Sign freezes the filing pack, when its figures may be signed (ledger.Statement.Signable). The petition is printed, bound with its numbered annexes and stored before the transaction;
// under the locks it is composed again and must say and annex the same, else nothing happens. Then the interest is fixed on
// the day of the statement and the pack becomes a document of the case.
func (d *Desk) Sign(ctx context.Context, who evidence.Actor, id uuid.UUID) (Filing, error) {
	if who.IsJob() {
		return Filing{}, errNoPerson
	}
	printed, stored, err := d.bind(ctx, who, id)
	if err != nil {
		return Filing{}, err
	}
	return d.change(ctx, who, id, access.ActSign, []FilingState{FilingApproved}, func(w *work, f *Filing) error {
		if err := otherThanDrafter(w.Actor, f); err != nil {
			return err
		}
		if err := w.mayGo(); err != nil {
			return err
		}
		p, err := d.compose(w.Tx.Tx, w.proceeding, f, w.cases, &w.Actor, w.Now)
		if err != nil {
			return err
		}
		p.sheet.Nonce = printed.sheet.Nonce
		if !reflect.DeepEqual(p.sheet, printed.sheet) || !slices.Equal(p.numbered(), printed.numbered()) {
			return postgres.ErrChanged
		}
		return w.sign(f, p, stored)
	})
}

// bind composes and prints the petition of who signs and binds it with its annexes.
func (d *Desk) bind(ctx context.Context, who evidence.Actor, id uuid.UUID) (*petition, documents.Stored, error) {
	var p *petition
	_, err := d.read(ctx, who, id, access.ActRead, func(tx *postgres.Tx, pr *Proceeding, f *Filing, all []*cases.Case) error {
		for _, c := range all {
			if err := access.Require(who, access.To(access.ActSign, access.ObjFiling), c.Place(), access.StateApproved); err != nil {
				return err
			}
		}
		if f.State != FilingApproved {
			return errFilingState
		}
		if err := otherThanDrafter(who, f); err != nil {
			return err
		}
		var err error
		if p, err = d.compose(tx, pr, f, all, &who, d.Log.Now()); err != nil {
			return err
		}
		return p.statement.Signable()
	})
	if err != nil {
		return nil, documents.Stored{}, err
	}
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return nil, documents.Stored{}, fmt.Errorf("reading randomness: %w", err)
	}
	p.sheet.Nonce = hex.EncodeToString(random)
	pack, err := d.pack(p)
	if err != nil {
		return nil, documents.Stored{}, err
	}
	stored, err := d.Documents.Store.Put(pack)
	return p, stored, err
}

// pack is the printed petition bound with its annexes.
func (d *Desk) pack(p *petition) ([]byte, error) {
	pdf, err := p.template.PDF(p.sheet)
	if err != nil {
		return nil, err
	}
	parts := []letters.Part{{Title: p.template.Title, Data: pdf}}
	for _, doc := range p.annexes {
		data, err := d.Documents.Store.Read(doc.Sum())
		if err != nil {
			return nil, err
		}
		parts = append(parts, letters.Part{Title: p.title(doc), Data: data})
	}
	return letters.Merge(p.template.Title, parts, p.filing.Language)
}

// sign freezes the pack that was bound.
func (w *work) sign(f *Filing, p *petition, stored documents.Stored) error {
	doc, att, err := documents.Add(w.Tx, w.cases[0], documents.Doc{Kind: documents.FilingPack, Name: "peticion-" + w.cases[0].Number + ".pdf",
		MediaType: "application/pdf", Stored: stored, Ours: true}, w.today)
	if err != nil {
		return err
	}
	f.State, f.SignedBy, f.SignedOn, f.DocumentID = FilingSigned, &w.Actor.ID, w.today, &doc.ID
	f.AsOf, f.ClaimMinor, f.TemplateVersion, f.Annexes.V = p.statement.AsOf, p.statement.Open.Minor, p.template.Version, p.numbered()
	if err := w.save(f, FilingApproved, `state = :state, signed_by = :signed_by, signed_on = :signed_on, document_id = :document_id, as_of = :as_of,
		claim_minor = :claim_minor, template_version = :template_version, annexes = :annexes`); err != nil {
		return err
	}
	for _, c := range w.cases {
		_, entries, err := w.desk.Book.FixInterest(w.Tx, c, f.AsOf, "filing "+f.ID.String())
		if err != nil {
			return err
		}
		w.entries = append(w.entries, entries...)
	}
	fields := evidence.Fields{"document": doc.ID.String(), "claim": f.Claim().Decimal(), "currency": string(f.Currency), "as_of": f.AsOf.String(),
		"annexes": fmt.Sprint(len(f.Annexes.V)), "signed_by": p.lawyer.Name, "bar_number": p.lawyer.BarNumber}
	if p.fee.Form != "" {
		fields["court_fee"], fields["court_fee_form"], fields["court_fee_law"] = p.fee.Amount.Decimal(), p.fee.Form, p.fee.Law
	}
	w.logFiling("filing.signed", f, fields, att)
	return w.handOver([]string{taskSign}, taskFile, string(access.Lawyer))
}

// FiledAt is where and when a pack was filed.
type FiledAt struct {
	DocketNumber string    // empty when the court gives it later
	Court        string    // empty: the proceeding's
	Place        law.Place // empty: the proceeding's
	On           day.Date
	OnPaper      bool              // not through the electronic service: the court fee is not reduced
	Receipt      *documents.Upload // the court's receipt, when there is one
}

// File records that the signed pack was filed: the proceeding is before the court, its cases become judicial.
func (d *Desk) File(ctx context.Context, who evidence.Actor, id uuid.UUID, in FiledAt) (Filing, error) {
	receipt, err := d.prepare(who, access.To(access.ActFile, access.ObjFiling), in.Receipt, documents.FilingReceipt)
	if err != nil {
		return Filing{}, err
	}
	return d.change(ctx, who, id, access.ActFile, []FilingState{FilingSigned}, func(w *work, f *Filing) error {
		if err := w.mayGo(); err != nil {
			return err
		}
		if in.On.IsZero() {
			in.On = w.today
		}
		if in.On.Before(f.SignedOn) || in.On.After(w.today) {
			return errDay
		}
		doc, attachments, err := w.attach(receipt)
		if err != nil {
			return err
		}
		f.State, f.FiledOn, f.ReceiptDocumentID = FilingFiled, in.On, doc
		if err := w.save(f, FilingSigned, `state = :state, filed_on = :filed_on, receipt_document_id = :receipt_document_id`); err != nil {
			return err
		}
		w.proceeding.DocketNumber, w.proceeding.ClaimMinor = in.DocketNumber, f.ClaimMinor
		if err := w.seat(in.Court, in.Place); err != nil {
			return err
		}
		p := w.proceeding
		w.logFiling("filing.filed", f, evidence.Fields{"court": p.Court, "region": p.Region, "town": p.Town, "docket_number": p.DocketNumber, "on": in.On.String()}, attachments...)
		if err := w.begin(Act{Kind: actFiled, HappenedOn: in.On, DocumentID: doc}, nil); err != nil {
			return err
		}
		if err := w.chargeFee(f.Claim(), in.On, in.OnPaper); err != nil {
			return err
		}
		return w.handOver([]string{taskFile}, "", "")
	})
}

// prepare stores the bytes of a paper before the transaction, for whoever may do such a thing in some case.
func (d *Desk) prepare(who evidence.Actor, p access.Permission, up *documents.Upload, kind string) (*documents.Doc, error) {
	if up == nil {
		return nil, nil
	}
	if err := access.RequireSome(who, p); err != nil {
		return nil, err
	}
	file := *up
	file.Kind = kind
	doc, err := d.Documents.Prepare(who, file)
	return &doc, err
}
