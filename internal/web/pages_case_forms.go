package web

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"recobro/internal/cases"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/money"
	"recobro/internal/payments"
	"recobro/internal/postgres"
)

// onCase is a form of the case page: it comes back to the case, and to the form when it was refused.
func onCase[T any](s *Server, w http.ResponseWriter, r *http.Request, who evidence.Actor, name, done, tab string, do func(context.Context, uuid.UUID) (T, error)) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	return submit(s, w, r, submitted[T]{name: name, done: done,
		do:    func(ctx context.Context) (T, error) { return do(ctx, id) },
		next:  func(T) string { return caseURL(id) + "?" + url.Values{"tab": {tab}}.Encode() },
		again: func(t tried) error { return s.showCase(w, r, who, t) }})
}

// currencyOf is the currency of a case; the action asks again whether it may be touched.
func (s *Server) currencyOf(ctx context.Context, who evidence.Actor, id uuid.UUID) (c money.Currency, err error) {
	err = s.Log.DB.View(ctx, who.Token, func(tx *postgres.Tx) error {
		found, err := cases.Get(tx, who, id)
		if err == nil {
			c = found.Currency
		}
		return err
	})
	return c, err
}

func (s *Server) takeNote(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onCase(s, w, r, who, "note", "note", "log", func(ctx context.Context, id uuid.UUID) (cases.Contact, error) {
		return s.Cases.Write(ctx, who, id, cases.Contact{Kind: r.PostFormValue("kind"), Text: r.PostFormValue("text"), Internal: r.PostFormValue("internal") == "1"})
	})
}

func (s *Server) recordPromise(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onCase(s, w, r, who, "promise", "promise_recorded", "promises", func(ctx context.Context, id uuid.UUID) (cases.Promise, error) {
		amount, err := s.caseAmount(ctx, r, who, id)
		if err != nil {
			return cases.Promise{}, err
		}
		due, err := dayOf(r, "due_on")
		if err != nil {
			return cases.Promise{}, err
		}
		return s.Cases.RecordPromise(ctx, who, id, amount, due)
	})
}

// caseAmount reads the amount field in the currency of the case.
func (s *Server) caseAmount(ctx context.Context, r *http.Request, who evidence.Actor, id uuid.UUID) (money.Amount, error) {
	currency, err := s.currencyOf(ctx, who, id)
	if err != nil {
		return money.Amount{}, err
	}
	return s.formAmount(r, "amount", who, currency)
}

func (s *Server) recordPayment(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onCase(s, w, r, who, "payment", "payment_recorded", "log", func(ctx context.Context, id uuid.UUID) (payments.Payment, error) {
		amount, err := s.caseAmount(ctx, r, who, id)
		if err != nil {
			return payments.Payment{}, err
		}
		on, err := dayOf(r, "received_on")
		if err != nil {
			return payments.Payment{}, err
		}
		return s.Payments.Record(ctx, who, payments.Received{CaseID: id, Amount: amount, ReceivedOn: on, Source: payments.Source(r.PostFormValue("source")), PayerReference: r.PostFormValue("payer_reference")})
	})
}

func (s *Server) placeHold(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onCase(s, w, r, who, "hold", "hold_placed", "log", func(ctx context.Context, id uuid.UUID) (cases.Hold, error) {
		until, err := dayOf(r, "until_on")
		if err != nil {
			return cases.Hold{}, err
		}
		return s.Cases.PlaceHold(ctx, who, id, cases.Hold{Scope: r.PostFormValue("scope"), Reason: r.PostFormValue("reason"), LiftsWhen: r.PostFormValue("lifts_when"), UntilOn: until})
	})
}

func (s *Server) liftHold(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onCase(s, w, r, who, "lift", "hold_lifted", "log", func(ctx context.Context, _ uuid.UUID) (cases.Hold, error) {
		return s.Cases.LiftHold(ctx, who, part(r, "hold"), r.PostFormValue("reason"))
	})
}

func (s *Server) raiseDispute(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onCase(s, w, r, who, "dispute", "dispute_raised", "promises", func(ctx context.Context, id uuid.UUID) (cases.Dispute, error) {
		amount, err := s.caseAmount(ctx, r, who, id)
		if err != nil {
			return cases.Dispute{}, err
		}
		return s.Cases.RaiseDispute(ctx, who, id, amount, r.PostFormValue("reason"))
	})
}

func (s *Server) resolveDispute(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onCase(s, w, r, who, "resolve", "dispute_resolved", "promises", func(ctx context.Context, _ uuid.UUID) (cases.Dispute, error) {
		return s.Cases.ResolveDispute(ctx, who, part(r, "dispute"), r.PostFormValue("state"), r.PostFormValue("resolution"))
	})
}

func (s *Server) addDocument(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onCase(s, w, r, who, "document", "document_added", "papers", func(ctx context.Context, id uuid.UUID) (documents.Document, error) {
		up, err := uploadOf(r, "file")
		if err != nil {
			return documents.Document{}, err
		}
		if up == nil {
			return documents.Document{}, errFile
		}
		up.Kind, up.Class = r.PostFormValue("kind"), evidence.Class(r.PostFormValue("class"))
		return s.Documents.Attach(ctx, who, id, *up)
	})
}

func (s *Server) advanceCase(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return onCase(s, w, r, who, "advance", "case_advanced", "log", func(ctx context.Context, id uuid.UUID) (*cases.Case, error) {
		return s.Cases.Advance(ctx, who, id, cases.Event(r.PostFormValue("event")), r.PostFormValue("reason"))
	})
}

// uploadOf reads a file field; nil when nothing was chosen.
func uploadOf(r *http.Request, field string) (*documents.Upload, error) {
	file, about, err := r.FormFile(field)
	if err != nil || about.Size == 0 {
		return nil, nil
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, errForm
	}
	return &documents.Upload{Name: about.Filename, MediaType: about.Header.Get("Content-Type"), Data: data}, nil
}

// part is an id in the address besides the first.
func part(r *http.Request, name string) uuid.UUID {
	id, err := uuid.Parse(mux.Vars(r)[name])
	if err != nil {
		return uuid.Nil
	}
	return id
}
