package demands

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"reflect"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/statements"
)

var (
	errBar   = problem.New(problem.Conflict, "bar_number_missing", "Quien firma necesita su número de colegiado en su ficha.", "Who signs needs the bar number in the user's record.")
	errMoney = problem.New(problem.Conflict, "money_not_known",
		"Aún no se conocen los cobros de esta cuenta hasta ningún día: no se puede fijar lo que se debe.", "The money received on this account is not known up to any day yet: what is owed cannot be stated.")
)

// read sees a demand with its cases, as who may do act to it.
func (d *Desk) read(ctx context.Context, who evidence.Actor, id uuid.UUID, act access.Action, fn func(*postgres.Tx, *Demand, []*cases.Case) error) (Demand, error) {
	var found Demand
	err := d.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		var err error
		if found, err = byID(tx, id); err != nil {
			return err
		}
		var all []*cases.Case
		for _, caseID := range found.CaseIDs {
			c, err := cases.Get(tx, who, caseID)
			if err != nil {
				return err
			}
			if err := access.Require(who, access.To(act, access.ObjDemand), c.Place(), access.State(found.State)); err != nil {
				return err
			}
			all = append(all, c)
		}
		if len(all) == 0 { // none of its cases is within reach
			return problem.Missing
		}
		return fn(tx, &found, all)
	})
	if err != nil {
		return Demand{}, err
	}
	return found, nil
}

// Read answers a demand to whoever may read it in its state.
func (d *Desk) Read(ctx context.Context, who evidence.Actor, id uuid.UUID) (Demand, error) {
	return d.read(ctx, who, id, access.ActRead, func(*postgres.Tx, *Demand, []*cases.Case) error { return nil })
}

// List reads the demands of a case that the actor may read, the newest first.
func List(tx *postgres.Tx, who evidence.Actor, c *cases.Case) ([]Demand, error) {
	all, err := ofCase(tx, c.ClientID, c.ID)
	if err != nil {
		return nil, err
	}
	readable := all[:0]
	for _, one := range all {
		if access.May(who, access.To(access.ActRead, access.ObjDemand), c.Place(), access.State(one.State)) {
			readable = append(readable, one)
		}
	}
	return readable, nil
}

// Preview prints the letter as it would be today, marked as a draft; an issued one is shown as it was issued.
func (d *Desk) Preview(ctx context.Context, who evidence.Actor, id uuid.UUID) ([]byte, error) {
	var l *letter
	var sum [32]byte
	_, err := d.read(ctx, who, id, access.ActRead, func(tx *postgres.Tx, demand *Demand, all []*cases.Case) error {
		if demand.DocumentID != nil {
			doc, err := documents.Of(tx, demand.ClientID, *demand.DocumentID)
			if err == nil {
				sum = doc.Sum()
			}
			return err
		}
		var err error
		l, err = d.compose(tx, demand, all, nil, d.Log.Now())
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case l == nil:
		return d.Documents.Store.Read(sum)
	}
	l.sheet.Draft, l.sheet.Nonce = true, "draft"
	return l.template.PDF(l.sheet)
}

// Checklist answers what the jurisdiction asks of a demand and how the letter stands today, then what its signer has to know of the
// figures.
func (d *Desk) Checklist(ctx context.Context, who evidence.Actor, id uuid.UUID) (items []statements.Check, err error) {
	_, err = d.read(ctx, who, id, access.ActRead, func(tx *postgres.Tx, demand *Demand, all []*cases.Case) error {
		l, err := d.compose(tx, demand, all, nil, d.Log.Now())
		if err == nil {
			items = append(l.checklist(), statements.Checks(l.statement, l.stale, l.pack, l.debtor)...)
		}
		return err
	})
	return items, err
}

// Sign issues an approved demand whose figures may be signed (ledger.Statement.Signable). The letter is printed and its bytes are stored before the transaction; under the locks it
// is composed again and must say the same, else nothing happens. Then the interest is fixed in the ledger on the day of the
// statement, the bytes become a document of the case, and the log cites them.
func (d *Desk) Sign(ctx context.Context, who evidence.Actor, id uuid.UUID) (Demand, error) {
	if who.IsJob() {
		return Demand{}, errNoPerson
	}
	printed, stored, err := d.print(ctx, who, id)
	if err != nil {
		return Demand{}, err
	}
	return d.change(ctx, who, id, access.ActSign, []State{Approved}, func(w *work) error {
		if err := w.otherThanDrafter(); err != nil {
			return err
		}
		if err := w.mayGoOn(); err != nil {
			return err
		}
		l, err := d.compose(w.Tx.Tx, w.demand, w.cases, &w.Actor, w.Now)
		if err != nil {
			return err
		}
		l.sheet.Nonce = printed.sheet.Nonce
		if !reflect.DeepEqual(l.sheet, printed.sheet) {
			return postgres.ErrChanged
		}
		return w.issue(l, stored)
	})
}

// print composes, checks and prints the letter of who signs, and stores its bytes.
func (d *Desk) print(ctx context.Context, who evidence.Actor, id uuid.UUID) (*letter, documents.Stored, error) {
	var l *letter
	_, err := d.read(ctx, who, id, access.ActRead, func(tx *postgres.Tx, demand *Demand, all []*cases.Case) error {
		if demand.State != Approved {
			return d.refuseSign(who, all)
		}
		for _, c := range all {
			if err := access.Require(who, access.To(access.ActSign, access.ObjDemand), c.Place(), access.StateApproved); err != nil {
				return err
			}
		}
		if demand.DraftedBy == who.ID {
			return errDrafter
		}
		var err error
		l, err = d.compose(tx, demand, all, &who, d.Log.Now())
		return err
	})
	if err != nil {
		return nil, documents.Stored{}, err
	}
	if err := incomplete(l.checklist()); err != nil {
		return nil, documents.Stored{}, err
	}
	if err := l.statement.Signable(); err != nil {
		return nil, documents.Stored{}, err
	}
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return nil, documents.Stored{}, fmt.Errorf("reading randomness: %w", err)
	}
	l.sheet.Nonce = hex.EncodeToString(random)
	pdf, err := l.template.PDF(l.sheet)
	if err != nil {
		return nil, documents.Stored{}, err
	}
	stored, err := d.Documents.Store.Put(pdf)
	return l, stored, err
}

// refuseSign tells who could sign an approved demand that this one is not; anybody else hears what the policy says.
func (d *Desk) refuseSign(who evidence.Actor, all []*cases.Case) error {
	for _, c := range all {
		if err := access.Require(who, access.To(access.ActSign, access.ObjDemand), c.Place(), access.StateApproved); err != nil {
			return err
		}
	}
	return errState
}

// issue freezes the printed letter.
func (w *work) issue(l *letter, stored documents.Stored) error {
	w.demand.State, w.demand.SignedBy, w.demand.IssuedOn, w.demand.AsOf = Issued, &w.Actor.ID, w.today, l.statement.AsOf
	w.demand.TemplateVersion = l.template.Version
	doc, att, err := documents.Add(w.Tx, w.cases[0], documents.Doc{Kind: documents.Demand, Name: "requerimiento-" + w.cases[0].Number + ".pdf",
		MediaType: "application/pdf", Stored: stored, Ours: true}, w.today)
	if err != nil {
		return err
	}
	w.demand.DocumentID = &doc.ID
	if err := w.save(Approved, `state = :state, signed_by = :signed_by, issued_on = :issued_on, as_of = :as_of, template_version = :template_version, document_id = :document_id`); err != nil {
		return err
	}
	for _, c := range w.cases {
		_, entries, err := w.desk.Book.FixInterest(w.Tx, c, w.demand.AsOf, "demand "+w.demand.ID.String())
		if err != nil {
			return err
		}
		w.entries = append(w.entries, entries...)
	}
	w.log("demand.issued", evidence.Fields{"document": doc.ID.String(), "as_of": w.demand.AsOf.String(), "amount": l.statement.Open.Decimal(),
		"currency": string(w.cases[0].Currency), "term_days": fmt.Sprint(w.demand.TermDays), "signed_by": l.sheet.Signature.Name, "bar_number": l.sheet.Signature.BarNumber}, att)
	return w.handOver([]string{taskSign}, taskDispatch, string(access.Paralegal))
}
