package intake_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"recobro/internal/documents"
	"recobro/internal/intake"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/testfirm"
)

func desk(t testing.TB) (*testfirm.Firm, *intake.Desk) {
	t.Helper()
	f := testfirm.New(t)
	store, err := documents.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return f, &intake.Desk{Log: f.Log, Law: f.Law, Book: &ledger.Book{Law: f.Law}, Documents: &documents.Desk{Log: f.Log, Law: f.Law, Store: store}}
}

func good(n int) intake.Item {
	return intake.Item{ExternalRef: fmt.Sprintf("ref-%d", n),
		Debtor: intake.Debtor{Kind: "company", Name: fmt.Sprintf("Deudora Ficticia %d, S.L.", n), TaxID: law.MakeTaxID("ES", law.Company, uint64(4_000_000+n)), Country: "ES", Email: "a@b.example"},
		Debt:   intake.Debt{Kind: "invoice", Number: fmt.Sprintf("N-%d", n), IssuedOn: "2025-10-01", DueOn: "2025-12-01", Principal: "100.00"}}
}

func TestAThousandItemsAreAnsweredAtOnceAndTheLogVerifies(t *testing.T) {
	f, d := desk(t)
	p := intake.Portfolio{Reference: "thousand", Source: "api"}
	for n := range intake.MaxItems {
		p.Items = append(p.Items, good(n))
	}
	begun := time.Now()
	r, err := d.Submit(context.Background(), f.KeyA, f.ClientA.ID, p)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(begun)
	t.Logf("%d items in %s", r.Items, took)
	if r.Accepted != intake.MaxItems || r.AcceptedTotal() != money.Of(100_00*intake.MaxItems, money.EUR) || took > 10*time.Second {
		t.Errorf("%d accepted, %s, in %s", r.Accepted, r.AcceptedTotal(), took)
	}
	report, err := f.Log.Verify(context.Background(), f.Job, nil, nil)
	if err != nil || len(report.Findings) != 0 {
		t.Errorf("the log does not verify: %v %v", err, report.Findings)
	}
	p.Reference, p.Items = "more", append(p.Items, good(intake.MaxItems))
	if _, err := d.Submit(context.Background(), f.KeyA, f.ClientA.ID, p); err == nil {
		t.Error("1001 items were taken in one call")
	}
}

func TestTwoPortfoliosAtOnceNeverTakeTheSameInvoiceTwice(t *testing.T) {
	f, d := desk(t)
	var mu sync.Mutex
	accepted := 0
	var wait sync.WaitGroup
	for i := range 6 {
		wait.Go(func() {
			r, err := d.Submit(context.Background(), f.KeyA, f.ClientA.ID, intake.Portfolio{Reference: fmt.Sprint("p", i), Source: "api", Items: []intake.Item{good(1), good(2), good(3)}})
			mu.Lock()
			defer mu.Unlock()
			accepted += r.Accepted
			if err != nil {
				t.Errorf("portfolio %d: %v", i, err)
			}
		})
	}
	wait.Wait()
	if accepted != 3 {
		t.Errorf("%d accepted of three invoices handed over six times", accepted)
	}
}

func TestConsolidationPutsTheDebtsOfADebtorIntoOneCase(t *testing.T) {
	f, d := desk(t)
	if _, err := f.DB.Super.Exec(`alter table app.clients disable trigger user; update app.clients set consolidate = true; alter table app.clients enable trigger user`); err != nil {
		t.Fatal(err)
	}
	second := good(1)
	second.ExternalRef, second.Debt.Number = "ref-x", "N-x"
	r, err := d.Submit(context.Background(), f.KeyA, f.ClientA.ID, intake.Portfolio{Reference: "c", Source: "api", Items: []intake.Item{good(1), second, good(2)}})
	if err != nil || r.Accepted != 3 {
		t.Fatalf("%+v %v", r, err)
	}
	if *r.Fates[0].CaseID != *r.Fates[1].CaseID || *r.Fates[0].CaseID == *r.Fates[2].CaseID {
		t.Errorf("%v %v %v", r.Fates[0].CaseID, r.Fates[1].CaseID, r.Fates[2].CaseID)
	}
}

// Whatever is written into an item, the call answers, each item has one fate, and refused ones say why without repeating it.
func TestEveryItemHasExactlyOneFateWhateverItSays(t *testing.T) {
	f, d := desk(t)
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		text := func(name, normal string) string {
			if rapid.IntRange(0, 7).Draw(t, name+" spoiled") != 0 {
				return normal
			}
			return rapid.String().Draw(t, name)
		}
		p := intake.Portfolio{Reference: fmt.Sprint("fuzz", run), Source: "api"}
		for n := range rapid.IntRange(1, 4).Draw(t, "items") {
			i := good(run*10 + n)
			i.ExternalRef, i.Debtor.Name, i.Debtor.TaxID = text("ref", i.ExternalRef), text("name", i.Debtor.Name), text("tax", i.Debtor.TaxID)
			i.Debtor.Email, i.Debtor.Phone, i.Debtor.Country = text("email", ""), text("phone", ""), text("country", "ES")
			i.Debt.Number, i.Debt.IssuedOn, i.Debt.DueOn = text("number", i.Debt.Number), text("issued", i.Debt.IssuedOn), text("due", i.Debt.DueOn)
			i.Debt.Principal, i.Debt.AlreadyPaid, i.Debt.AgreedRate = text("principal", i.Debt.Principal), text("paid", ""), text("rate", "")
			p.Items = append(p.Items, i)
		}
		r, err := d.Submit(context.Background(), f.KeyA, f.ClientA.ID, p)
		if err != nil {
			t.Fatalf("%+v: %v", p, err)
		}
		if len(r.Fates) != len(p.Items) || r.Accepted+r.Rejected != len(p.Items) {
			t.Fatalf("%d fates of %d items", len(r.Fates), len(p.Items))
		}
		for _, fate := range r.Fates {
			if (fate.Status == intake.Accepted) != (fate.CaseID != nil) || (fate.Status == intake.Rejected) != (len(fate.Reasons) > 0) {
				t.Fatalf("%+v", fate)
			}
			for _, why := range append(fate.Reasons, fate.Warnings...) {
				if why.Code == "" || why.Text.ES == "" || why.Text.EN == "" || why.Pointer == "" {
					t.Fatalf("a reason without words: %+v", why)
				}
			}
		}
	})
	var cases, ledgers int
	if err := f.DB.Super.Get(&cases, `select count(*) from app.debts`); err != nil {
		t.Fatal(err)
	}
	if err := f.DB.Super.Get(&ledgers, `select count(*) from app.ledger_entries where component = 'principal'`); err != nil || cases != ledgers {
		t.Errorf("%d debts, %d principals (%v)", cases, ledgers, err)
	}
}

func TestAWrongTaxIDIsExplainedAndAGenericOneNamesNobody(t *testing.T) {
	f, d := desk(t)
	wrong, generic, abroad := good(1), good(2), good(3)
	wrong.Debtor.TaxID = "B64717839"
	generic.Debtor.Country, generic.Debtor.TaxID = "MX", "XAXX010101000"
	abroad.Debtor.Country, abroad.Debtor.TaxID = "US", "12-3456789"
	r, err := d.Submit(context.Background(), f.KeyA, f.ClientA.ID, intake.Portfolio{Reference: "ids", Source: "api", Items: []intake.Item{wrong, generic, abroad}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][3]string{{"tax_id_invalid", "/items/0/debtor/tax_id", "debería ser 8"}, {"tax_id_generic", "/items/1/debtor/tax_id", "no identifica a nadie"},
		{"jurisdiction_unknown", "/items/2/debtor/country", "No hay normativa"}} {
		got := r.Fates[i].Reasons
		if len(got) != 1 || got[0].Code != want[0] || got[0].Pointer != want[1] || !strings.Contains(got[0].Text.ES, want[2]) {
			t.Errorf("%+v, want %v", got, want)
		}
	}
}
