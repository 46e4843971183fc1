package law

import (
	"testing"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

func dayOf(s string) day.Date { return day.MustParse(s) }

// ready are the facts of a claim of 1,000 EUR against a debtor and a guarantor for which every gate of the monitorio is open.
func ready() SuitFacts {
	talked := func(id, name string) Defendant {
		return Defendant{ID: id, Name: name, Country: "ES", Attempts: []Attempt{{Means: "negotiation", RequestedOn: dayOf("2026-03-04"), ReceivedOn: dayOf("2026-03-06"), Grade: 4}}}
	}
	return SuitFacts{On: dayOf("2026-04-20"), Claim: money.Of(1_000_00, money.EUR), DueOn: dayOf("2026-01-10"), LimitationOn: dayOf("2031-01-10"), Business: true, DebtKinds: []string{"invoice"},
		DeliveredOn: dayOf("2026-03-06"), DemandEnd: dayOf("2026-04-05"), CreditorCountry: "ES", Defendants: []Defendant{talked("1", "Anaceta"), talked("2", "Bruno")}}
}

// shut are the codes of the closed gates, with the defendant they are about.
func shut(t *testing.T, p *Pack, procedure string, f SuitFacts) (codes []string) {
	t.Helper()
	gates, err := p.Gates(procedure, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range gates {
		if !both(g.Text) || g.Confidence == "" || (g.Confidence != HouseRule && g.Law == "") || !g.Open() != both(g.Missing) {
			t.Errorf("%s does not explain itself: %+v", procedure, g)
		}
		if !g.Open() {
			codes = append(codes, g.Code+g.Party)
			if r := g.Reason(); r.Code != g.Code || g.Party != "" && r.Pointer != "/gates/"+g.ID+"/"+g.Party {
				t.Errorf("reason %+v", r)
			}
		}
	}
	return codes
}

func TestEachGateOfASpanishSuitSaysWhatIsMissing(t *testing.T) {
	p := pack(t, "ES")
	for _, c := range []struct {
		name, procedure string
		change          func(*SuitFacts)
		want            string
	}{
		{"everything is there", "monitorio", func(*SuitFacts) {}, ""},
		{"nobody wrote to the guarantor", "monitorio", func(f *SuitFacts) { f.Defendants[1].Attempts = nil }, "negotiation_missing2"},
		{"nobody wrote to either", "monitorio", func(f *SuitFacts) { f.Defendants[0].Attempts, f.Defendants[1].Attempts = nil, nil }, "negotiation_missing1 negotiation_missing2"},
		{"sent and not received", "monitorio", func(f *SuitFacts) { f.Defendants[1].Attempts[0].ReceivedOn = day.Date{} }, "negotiation_not_received2"},
		{"a server's word", "monitorio", func(f *SuitFacts) { f.Defendants[1].Attempts[0].Grade = 2 }, "negotiation_grade_low2"},
		{"the thirtieth day", "monitorio", func(f *SuitFacts) { f.Defendants[1].Attempts[0].ReceivedOn = dayOf("2026-03-21") }, "negotiation_running2"},
		{"the day after the thirtieth", "monitorio", func(f *SuitFacts) { f.Defendants[1].Attempts[0].ReceivedOn = dayOf("2026-03-20") }, ""},
		{"refused after five days", "monitorio", func(f *SuitFacts) {
			f.Defendants[1].Attempts[0].ReceivedOn, f.Defendants[1].Attempts[0].EndedOn = dayOf("2026-04-10"), dayOf("2026-04-15")
		}, ""},
		{"a year and a day ago", "monitorio", func(f *SuitFacts) { f.Defendants[1].Attempts[0].ReceivedOn = dayOf("2025-04-19") }, "negotiation_lapsed2"},
		{"the last day of the year", "monitorio", func(f *SuitFacts) { f.Defendants[1].Attempts[0].ReceivedOn = dayOf("2025-04-20") }, ""},
		{"a newer attempt mends an old one", "monitorio", func(f *SuitFacts) {
			f.Defendants[1].Attempts = append([]Attempt{{Means: "negotiation", ReceivedOn: dayOf("2024-01-10"), Grade: 4}}, f.Defendants[1].Attempts...)
		}, ""},
		{"before the law", "monitorio", func(f *SuitFacts) {
			f.Defendants, f.On, f.DemandEnd = []Defendant{{ID: "1", Name: "x"}}, dayOf("2025-04-02"), dayOf("2025-03-01")
			f.DueOn = dayOf("2025-01-01")
		}, ""},
		{"the note needs no talks", "cambiario", func(f *SuitFacts) { f.Defendants[1].Attempts, f.DebtKinds = nil, []string{"note"} }, ""},
		{"an invoice is no note", "cambiario", func(f *SuitFacts) {}, "title_missing"},
		{"an invoice called a note", "cambiario", func(f *SuitFacts) { f.Title = "note" }, "title_missing"},
		{"a bill that the lawyer names", "cambiario", func(f *SuitFacts) { f.Title = "bill" }, ""},
		{"enforcement needs no talks", "ejecucion", func(f *SuitFacts) { f.Defendants[1].Attempts, f.Title = nil, "monitorio" }, ""},
		{"a judgment waits twenty days", "ejecucion", func(f *SuitFacts) { f.Title, f.TitleOn = "judgment", dayOf("2026-04-01") }, "title_waiting"},
		{"a decree of the monitorio does not", "ejecucion", func(f *SuitFacts) { f.Title, f.TitleOn = "monitorio", dayOf("2026-04-01") }, ""},
		{"no title, no enforcement", "ejecucion", func(f *SuitFacts) {}, "title_missing"},
		{"the notary is not for consumers", "notarial_monitorio", func(f *SuitFacts) { f.Business, f.Defendants[0].Attempts = false, nil }, "consumer_debt"},
		{"European only across a border", "european_order", func(f *SuitFacts) {}, "not_cross_border"},
		{"a debtor in Portugal", "european_order", func(f *SuitFacts) { f.Defendants[0].Country, f.Defendants[0].Attempts = "PT", nil }, ""},
		{"a debtor in Denmark", "european_order", func(f *SuitFacts) { f.Defendants[0].Country = "DK" }, "not_cross_border"},
		{"not due", "monitorio", func(f *SuitFacts) { f.DueOn = dayOf("2026-04-20") }, "debt_not_due"},
		{"time-barred", "monitorio", func(f *SuitFacts) { f.LimitationOn = dayOf("2026-04-19") }, "limitation_past"},
		{"limitation stands still in the suit", "verbal", func(f *SuitFacts) { f.LimitationOn, f.BegunOn = dayOf("2026-04-19"), dayOf("2026-04-10") }, ""},
		{"the talks are judged on the day the first procedure began", "verbal", func(f *SuitFacts) { f.On, f.BegunOn = dayOf("2027-06-01"), dayOf("2026-04-20") }, ""},
		{"too much for the verbal", "verbal", func(f *SuitFacts) { f.Claim = money.Of(15_000_01, money.EUR) }, "procedure_amount"},
		{"no demand", "monitorio", func(f *SuitFacts) { f.DeliveredOn = day.Date{} }, "demand_not_delivered"},
		{"its term runs", "monitorio", func(f *SuitFacts) { f.DemandEnd = f.On }, "demand_term_running"},
	} {
		f := ready()
		c.change(&f)
		got := ""
		for i, code := range shut(t, p, c.procedure, f) {
			if i > 0 {
				got += " "
			}
			got += code
		}
		if got != c.want {
			t.Errorf("%s: shut %q, want %q", c.name, got, c.want)
		}
	}
}

func TestAnOpenNegotiationGateKnowsUntilWhenToSue(t *testing.T) {
	gates, err := pack(t, "ES").Gates("monitorio", ready())
	if err != nil {
		t.Fatal(err)
	}
	last := gates[len(gates)-1]
	if last.ID != GateNegotiation || last.SueBy.Due.String() != "2027-03-06" || last.SueBy.Trigger.String() != "2026-03-06" {
		t.Fatalf("%+v", last)
	}
}

func TestConciliationIsAskedInPeruForDeclarativeClaimsOnly(t *testing.T) {
	lib := vouched(t)
	p, _ := lib.Pack("PE")
	f := ready()
	f.Claim = money.Of(1_000_00, p.Currency)
	if got := shut(t, p, "sumarisimo", f); len(got) != 2 || got[0] != "negotiation_missing1" {
		t.Errorf("a letter is no conciliation: %v", got)
	}
	for i := range f.Defendants {
		f.Defendants[i].Attempts[0].Means = "conciliation"
	}
	if got := shut(t, p, "sumarisimo", f); len(got) != 2 || got[1] != "negotiation_running2" {
		t.Errorf("a conciliation that did not end: %v", got)
	}
	for i := range f.Defendants {
		f.Defendants[i].Attempts[0].EndedOn = dayOf("2026-03-20")
	}
	if got := shut(t, p, "sumarisimo", f); len(got) != 0 {
		t.Errorf("ended without agreement: %v", got)
	}
	f.Title = "judgment"
	f.Defendants[0].Attempts = nil
	if got := shut(t, p, "ejecucion", f); len(got) != 0 {
		t.Errorf("enforcement: %v", got)
	}
	if _, err := p.Gates("guess", f); problem.Of(err) == nil {
		t.Error("an unknown procedure passed")
	}
}

func TestChileanInvoiceIsNotifiedBeforeItIsEnforced(t *testing.T) {
	lib := vouched(t)
	p, _ := lib.Pack("CL")
	f := ready()
	f.Claim = money.Of(1_000_000, p.Currency)
	if got := shut(t, p, "ejecutivo", f); len(got) != 1 || got[0] != "title_missing" {
		t.Errorf("an invoice alone: %v", got)
	}
	if got := shut(t, p, "notificacion_factura", f); len(got) != 0 {
		t.Errorf("its notice: %v", got)
	}
	next, err := p.Follows("notificacion_factura", []string{"filed", "served", "no_answer"}, f.Claim)
	if err != nil || len(next) != 1 || next[0].Procedure != "ejecutivo" {
		t.Fatalf("%v, %v", next, err)
	}
	f.Title = next[0].Title
	if got := shut(t, p, "ejecutivo", f); len(got) != 0 {
		t.Errorf("after the notice: %v", got)
	}
}
