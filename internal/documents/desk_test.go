package documents_test

import (
	"context"
	"testing"

	"recobro/internal/cases"
	"recobro/internal/documents"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
)

func desk(t *testing.T) (*testfirm.Firm, *documents.Desk) {
	t.Helper()
	f := testfirm.New(t)
	store, err := documents.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return f, &documents.Desk{Log: f.Log, Law: f.Law, Store: store}
}

func note(class evidence.Class) documents.Upload {
	return documents.Upload{Kind: documents.Other, Class: class, Name: "nota.txt", MediaType: "text/plain", Data: []byte("nota " + class)}
}

func code(err error) string {
	if p := problem.Of(err); p != nil {
		return p.Code
	}
	return ""
}

func TestADocumentIsReadByClassAndByWhoMaySeeTheCase(t *testing.T) {
	f, d := desk(t)
	ctx := context.Background()
	c := f.OpenCase(testfirm.Opts{})
	readers := map[string]evidence.Actor{"lawyer": f.Lawyer, "client": f.ClientAdminA, "key": f.KeyA, "other client": f.ClientAdminB, "finance": f.Finance, "admin": f.Admin}
	for class, may := range map[evidence.Class][]string{
		evidence.Open: {"lawyer", "client", "key"}, evidence.Confidential: {"lawyer", "client", "key"},
		evidence.Internal: {"lawyer"}, evidence.LawyerToLawyer: {"lawyer"}, evidence.SpecialCategory: {"lawyer"},
	} {
		made, err := d.Attach(ctx, f.Paralegal, c.ID, note(class))
		if err != nil {
			t.Fatal(err)
		}
		allowed := map[string]bool{}
		for _, name := range may {
			allowed[name] = true
		}
		for name, who := range readers {
			got, data, err := d.Open(ctx, who, made.ID)
			switch {
			case allowed[name] && (err != nil || string(data) != "nota "+string(class) || got.ID != made.ID):
				t.Errorf("%s cannot read %s: %v", name, class, err)
			case !allowed[name] && code(err) != "not_found":
				t.Errorf("%s reads %s: %v", name, class, err)
			}
		}
	}
	for name, n := range map[string]int{"lawyer": 5, "client": 2, "other client": 0} {
		var all []documents.Document
		err := f.DB.App.View(ctx, readers[name].Token, func(tx *postgres.Tx) (err error) {
			all, err = documents.List(tx, c.ClientID, c.ID)
			return err
		})
		if err != nil || len(all) != n {
			t.Errorf("%s lists %d documents, want %d (%v)", name, len(all), n, err)
		}
	}
}

func TestAnUploadIsLoggedWithItsFileAndARefusedOneLeavesNothing(t *testing.T) {
	f, d := desk(t)
	ctx := context.Background()
	c := f.OpenCase(testfirm.Opts{})
	invoice := documents.Upload{Kind: documents.Invoice, Name: "../Factura 1", MediaType: "application/pdf", Data: []byte("%PDF-1.7\n")}
	made, err := d.Attach(ctx, f.KeyA, c.ID, invoice)
	if err != nil || made.Name != "Factura 1.pdf" || made.Class != evidence.Open || made.AddedBy != nil || made.AddedOn != f.Clock.Today() {
		t.Fatalf("%+v, %v", made, err)
	}
	proof := invoice
	proof.Kind = documents.DeliveryProof
	secret := invoice
	secret.Class = evidence.Internal
	for want, try := range map[string]func() error{
		"document_kind_refused":  func() error { _, err := d.Attach(ctx, f.KeyA, c.ID, proof); return err },
		"document_class_refused": func() error { _, err := d.Attach(ctx, f.ClientAdminA, c.ID, secret); return err },
		"not_found":              func() error { _, err := d.Attach(ctx, f.ClientAdminB, c.ID, invoice); return err },
	} {
		if err := try(); code(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	var lines []evidence.Interaction
	err = f.DB.App.View(ctx, f.ClientAdminA.Token, func(tx *postgres.Tx) (err error) {
		lines, err = evidence.Interactions(tx, evidence.CaseOf(c.ClientID, c.ID), 0, 1)
		return err
	})
	if err != nil || lines[0].Kind != "document.added" || len(lines[0].Attachments) != 1 || lines[0].Attachments[0].SHA256 != made.Sum() || lines[0].Attachments[0].Ours {
		t.Errorf("%+v, %v", lines, err)
	}
	var rows int
	if err := f.DB.Super.Get(&rows, `select count(*) from app.documents`); err != nil || rows != 1 {
		t.Errorf("%d rows, %v", rows, err)
	}
	report, err := f.Log.Verify(ctx, f.Job, d.Store.Check, nil)
	if err != nil || len(report.Findings) > 0 || report.Attachments != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestTheDatabaseRefusesADocumentWithoutItsLogEntry(t *testing.T) {
	f, d := desk(t)
	ctx := context.Background()
	c := f.OpenCase(testfirm.Opts{})
	doc, err := d.Prepare(f.Paralegal, note(evidence.Open))
	if err != nil {
		t.Fatal(err)
	}
	_, err = evidence.Record(ctx, f.Log, f.Paralegal, func(tx *evidence.Tx) (*cases.Case, []evidence.Entry, error) {
		_, _, err := documents.Add(tx, c, doc, f.Clock.Today())
		return c, []evidence.Entry{{Subject: evidence.ClientOf(c.ClientID), Kind: "client.noted", Fields: evidence.Fields{}}}, err
	})
	if name, _ := postgres.Broken(err); name != "must_have_logged" {
		t.Errorf("the document without an entry: %v", err)
	}
}
