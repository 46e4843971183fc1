package demands

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/day"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/problem"
)

// The ways in which a demand leaves the house.
const (
	Burofax        = "burofax"
	CartaNotarial  = "carta_notarial"
	CertifiedEmail = "certified_email"
	Post           = "post"
)

// The proof grades of domain.md that a delivery can have.
const (
	gradeDeclared  = 1
	gradeDelivered = 3 // per operator: the least from which a term runs; a server's acceptance is never delivery
	gradeActedOn   = 5
)

// Dispatch is the hand-over to the operator.
type Dispatch struct {
	Channel           string // burofax, carta_notarial, certified_email or post
	OperatorReference string // the operator's own number; only the plain post has none
	On                day.Date
	Proof             *documents.Upload // the operator's receipt, when there is one
}

// Delivery is what became of the letter.
type Delivery struct {
	State State // delivered, refused or returned
	On    day.Date
	Grade int               // of the proof, 1 to 5
	Proof *documents.Upload // needed for delivered
}

var (
	errChannel   = problem.New(problem.Invalid, "dispatch_channel", "El canal es burofax, carta_notarial, certified_email o post.", "The channel is burofax, carta_notarial, certified_email or post.")
	errReference = problem.New(problem.Invalid, "operator_reference_missing", "Falta la referencia del operador.", "The operator's reference is missing.")
	errDay       = problem.New(problem.Invalid, "day_impossible", "Esa fecha no puede ser: es futura o anterior al paso previo.", "That date cannot be: it is in the future or before the step before.")
	errFate      = problem.New(problem.Invalid, "delivery_state", "La entrega acaba en delivered, refused o returned, con un grado de prueba de 1 a 5.", "A delivery ends as delivered, refused or returned, with a proof grade of 1 to 5.")
	errProof     = problem.New(problem.Invalid, "delivery_proof_missing", "Sin el justificante no consta la entrega.", "Without its proof a delivery is not recorded.")
	errGrade     = problem.New(problem.Invalid, "delivery_grade_low", "Un acuse de un servidor o una declaración no prueban la entrega.", "A server's acceptance or somebody's word does not prove delivery.")
)

// Dispatch records that an issued demand was handed to the operator.
func (d *Desk) Dispatch(ctx context.Context, who evidence.Actor, id uuid.UUID, in Dispatch) (Demand, error) {
	if !slices.Contains([]string{Burofax, CartaNotarial, CertifiedEmail, Post}, in.Channel) {
		return Demand{}, errChannel
	}
	if in.OperatorReference == "" && in.Channel != Post {
		return Demand{}, errReference
	}
	proof, err := d.prepare(ctx, who, id, in.Proof, documents.DispatchProof)
	if err != nil {
		return Demand{}, err
	}
	return d.change(ctx, who, id, access.ActDispatch, []State{Issued}, func(w *work) error {
		if err := w.mayGoOn(); err != nil {
			return err
		}
		if in.On.IsZero() {
			in.On = w.today
		}
		if in.On.Before(w.demand.IssuedOn) || in.On.After(w.today) {
			return errDay
		}
		w.demand.State, w.demand.Channel, w.demand.OperatorReference, w.demand.DispatchedOn = Dispatched, in.Channel, in.OperatorReference, in.On
		if err := w.save(Issued, `state = :state, channel = :channel, operator_reference = :operator_reference, dispatched_on = :dispatched_on`); err != nil {
			return err
		}
		_, attachments, err := w.attach(proof)
		if err != nil {
			return err
		}
		w.log("demand.dispatched", evidence.Fields{"channel": in.Channel, "operator_reference": in.OperatorReference, "on": in.On.String()}, attachments...)
		return w.handOver([]string{taskDispatch}, "", "")
	})
}

// Deliver records what became of a dispatched demand. Only a delivery with its document and a grade of at least "delivered per
// operator" starts the term; a refused or returned letter asks for another address.
func (d *Desk) Deliver(ctx context.Context, who evidence.Actor, id uuid.UUID, in Delivery) (Demand, error) {
	switch {
	case !slices.Contains([]State{Delivered, Refused, Returned}, in.State) || in.Grade < gradeDeclared || in.Grade > gradeActedOn:
		return Demand{}, errFate
	case in.State == Delivered && in.Proof == nil:
		return Demand{}, errProof
	case in.State == Delivered && in.Grade < gradeDelivered:
		return Demand{}, errGrade
	}
	proof, err := d.prepare(ctx, who, id, in.Proof, documents.DeliveryProof)
	if err != nil {
		return Demand{}, err
	}
	return d.change(ctx, who, id, access.ActDeliver, []State{Dispatched}, func(w *work) error {
		if in.On.Before(w.demand.DispatchedOn) || in.On.After(w.today) {
			return errDay
		}
		doc, attachments, err := w.attach(proof)
		if err != nil {
			return err
		}
		w.demand.State, w.demand.DeliveredOn, w.demand.DeliveryGrade, w.demand.DeliveryDocumentID = in.State, in.On, in.Grade, doc
		fields := evidence.Fields{"delivered_on": in.On.String(), "grade": strconv.Itoa(in.Grade)}
		if in.State == Delivered {
			if err := w.startTerm(fields); err != nil {
				return err
			}
		}
		if err := w.save(Dispatched, `state = :state, delivered_on = :delivered_on, delivery_grade = :delivery_grade, delivery_document_id = :delivery_document_id, term_on = :term_on`); err != nil {
			return err
		}
		w.log("demand."+string(in.State), fields, attachments...)
		if in.State == Delivered {
			if err := w.interrupt(); err != nil {
				return err
			}
			if err := w.putInDefault(in.On); err != nil {
				return err
			}
			return w.handOver([]string{taskAddress}, "", "")
		}
		return w.handOver(nil, taskAddress, string(access.Paralegal))
	})
}

// negotiation is the pack's term after which an unanswered request to negotiate is over (ES LO 1/2025 art. 10.4: 30 days).
const negotiation = "negotiation"

// startTerm computes the last day from the day of receipt, which does not count: the term of the letter, or the end of the
// negotiation where the law asks for one, whichever is later. It gates the suit.
func (w *work) startTerm(fields evidence.Fields) error {
	w.demand.TermOn = w.demand.DeliveredOn.AddDays(w.demand.TermDays)
	fields["term_days"] = strconv.Itoa(w.demand.TermDays)
	if slices.Contains(w.pack.TermIDs(), negotiation) {
		end, err := w.pack.Term(negotiation, w.demand.DeliveredOn)
		if err != nil {
			return err
		}
		fields["negotiation_ends_on"], fields["negotiation_law"] = end.Due.String(), end.Law
		w.demand.TermOn = day.Later(w.demand.TermOn, end.Due)
	}
	fields["term_on"] = w.demand.TermOn.String()
	return nil
}

// interrupt tells limitation that the letter was received, and on what proof; the law of the case says what that does.
func (w *work) interrupt() error {
	d := w.demand
	fact := cases.LimitationFact{Act: law.LetterAct, From: d.DispatchedOn, Received: d.DeliveredOn, Grade: d.DeliveryGrade, DocumentID: d.DeliveryDocumentID, About: &d.ID}
	if d.Channel == CartaNotarial {
		fact.Act = law.NotarialAct
	}
	entries, err := cases.Interrupted(w.Tx, w.pack, w.cases, fact)
	w.entries = append(w.entries, entries...)
	return err
}

// putInDefault lets interest run from the receipt on what the law lets bear it only once it is demanded (ES CC 1100 and 1108).
func (w *work) putInDefault(on day.Date) error {
	for _, c := range w.cases {
		_, entries, err := w.desk.Book.InDefault(w.Tx, c, on, "requerimiento "+w.demand.ID.String()+" recibido")
		if err != nil {
			return fmt.Errorf("putting case %s in default: %w", c.Number, err)
		}
		w.entries = append(w.entries, entries...)
	}
	return nil
}

// prepare stores the bytes of a proof before the transaction, for whoever may see the demand at all.
func (d *Desk) prepare(ctx context.Context, who evidence.Actor, id uuid.UUID, up *documents.Upload, kind string) (*documents.Doc, error) {
	if up == nil {
		return nil, nil
	}
	if err := access.RequireSome(who, access.To(access.ActDispatch, access.ObjDemand)); err != nil {
		return nil, err
	}
	if _, err := d.Read(ctx, who, id); err != nil {
		return nil, err
	}
	file := *up
	file.Kind = kind
	doc, err := d.Documents.Prepare(who, file)
	return &doc, err
}

// attach puts the proof into the first case; the entries of all cases cite it.
func (w *work) attach(doc *documents.Doc) (*uuid.UUID, []evidence.Attachment, error) {
	if doc == nil {
		return nil, nil, nil
	}
	made, att, err := documents.Add(w.Tx, w.cases[0], *doc, w.today)
	return &made.ID, []evidence.Attachment{att}, err
}
