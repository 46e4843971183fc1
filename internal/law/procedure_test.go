package law

import (
	"slices"
	"strings"
	"testing"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// vouched is the library in which a firm confirmed every unverified fact.
func vouched(t testing.TB) *Library {
	t.Helper()
	lib := library(t)
	var ids []string
	for _, code := range lib.Codes() {
		p, _ := lib.Pack(code)
		for _, f := range p.Facts() {
			if f.Confidence == Unverified {
				ids = append(ids, f.ID)
			}
		}
	}
	lib, err := lib.Confirm(ids...)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// paths are all ways through a procedure from one of its entries to an end, no act twice.
func paths(pr Procedure, done []string) [][]string {
	var all [][]string
	for _, a := range pr.next(done) {
		switch way := append(slices.Clone(done), a.ID); {
		case slices.Contains(done, a.ID):
		case a.Outcome != NoOutcome:
			all = append(all, way)
		default:
			all = append(all, paths(pr, way)...)
		}
	}
	return all
}

func TestEveryProcedureIsWalkedActByActToEveryEndAndItsTermsExplainThemselves(t *testing.T) {
	lib := vouched(t)
	walked := map[string]int{}
	for _, code := range lib.Codes() {
		p, _ := lib.Pack(code)
		for _, pr := range p.Procedures() {
			ways := paths(pr, nil)
			walked[code+" "+pr.ID] = len(ways)
			ends := map[string]bool{}
			for _, way := range ways {
				on := day.MustParse("2026-03-02")
				for i, id := range way {
					on = on.AddDays(23)
					checkStep(t, p, pr, way[:i], id, on)
				}
				last := way[len(way)-1]
				ends[last] = true
				if next, err := p.Next(pr.ID, way); err != nil || len(next) > 0 || pr.Outcome(way) == NoOutcome || !both(pr.Outcome(way).Text()) {
					t.Errorf("%s %s ended by %v: next %v, %v", code, pr.ID, way, next, err)
				}
			}
			for _, a := range pr.Acts {
				if a.Outcome != NoOutcome && !ends[a.ID] {
					t.Errorf("%s %s: no way ends with %s", code, pr.ID, a.ID)
				}
			}
		}
	}
	for _, want := range strings.Split("ES monitorio,ES verbal,ES ordinario,ES cambiario,ES notarial_monitorio,ES ejecucion,ES ejecucion_extrajudicial,ES european_order,ES european_small_claim,"+
		"MX oral_mercantil,MX ejecutivo_mercantil,MX ejecutivo_oral,MX ordinario,PE ejecucion,PE sumarisimo,PE abreviado,PE conocimiento,CL gestion_preparatoria,CL notificacion_factura,CL ejecutivo,"+
		"CO monitorio,CO verbal_sumario,CO ejecutivo", ",") {
		if walked[want] < 4 {
			t.Errorf("%s: %d ways", want, walked[want])
		}
	}
	t.Logf("ways walked: %v", walked)
}

// checkStep asserts that an act may come now, and that each term it starts is computed and explains itself.
func checkStep(t *testing.T, p *Pack, pr Procedure, done []string, id string, on day.Date) {
	t.Helper()
	next, err := p.Next(pr.ID, done)
	if err != nil || !slices.ContainsFunc(next, func(a Act) bool { return a.ID == id }) {
		t.Fatalf("%s %s: %s may not come after %v: %v", p.Code, pr.ID, id, done, err)
	}
	for _, minor := range []int64{100_00, 20_000_00} {
		starts, err := p.TermsStarted(pr.ID, id, money.Of(minor, p.Currency))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range starts {
			d, err := p.Term(s.Term, on)
			if err != nil || d.Due.Before(on) || d.Law == "" || !both(d.Name) || !both(d.TriggerName) || !both(d.Calendar) || d.Trigger != on {
				t.Errorf("%s %s %s: term %s does not explain itself: %+v, %v", p.Code, pr.ID, id, s.Term, d, err)
			}
			for _, gap := range d.Skipped {
				if !both(gap.Why) || gap.To.Before(gap.From) {
					t.Errorf("%s %s: skipped %+v", p.Code, s.Term, gap)
				}
			}
		}
	}
}

func TestEveryProcedureIsAnsweredWithItsLaw(t *testing.T) {
	lib := vouched(t)
	for _, code := range lib.Codes() {
		p, _ := lib.Pack(code)
		for _, pr := range p.Procedures() {
			if pr.Law == "" || pr.Confidence == "" || !both(pr.Scope.Text) || pr.Scope.Law == "" || len(pr.Contents) < 2 {
				t.Errorf("%s %s: law, scope with its law, contents", code, pr.ID)
			}
			for _, item := range pr.Contents {
				if item.Law == "" || !both(item.Text) {
					t.Errorf("%s %s: content %s without its article", code, pr.ID, item.ID)
				}
			}
		}
	}
}

func TestAProcedureThatStrandsACaseIsRefused(t *testing.T) {
	p := pack(t, "ES")
	monitorio, _ := p.Procedure("monitorio")
	for name, spoil := range map[string]func(*Procedure){
		"an act that nothing leads to": func(pr *Procedure) {
			pr.Acts = append(pr.Acts, Act{ID: "x", By: ByCourt, Name: pr.Name, Outcome: PaidUp})
		},
		"an act that leads nowhere":            func(pr *Procedure) { pr.Acts[0].Next = nil },
		"an end without an outcome we know":    func(pr *Procedure) { pr.Acts[len(pr.Acts)-1].Outcome = "vanished" },
		"a next act that does not exist":       func(pr *Procedure) { pr.Acts[0].Next = []string{"guess"} },
		"a term that does not exist":           func(pr *Procedure) { pr.Acts[0].Starts = []TermStart{{Term: "guess", For: ByDebtor}} },
		"a term that runs against nobody":      func(pr *Procedure) { pr.Acts[0].Starts = []TermStart{{Term: "payment_requirement"}} },
		"a procedure that follows and is none": func(pr *Procedure) { pr.Acts[0].Follow = []Follow{{Procedure: "guess"}} },
		"a name in one language":               func(pr *Procedure) { pr.Acts[0].Name.EN = "" },
		"acts in a circle without a way out": func(pr *Procedure) {
			pr.Acts = []Act{{ID: "a", By: ByCourt, Name: pr.Name, Next: []string{"b"}}, {ID: "b", By: ByCourt, Name: pr.Name, Next: []string{"a"}}}
		},
		"a limit in a measure that the pack does not have": func(pr *Procedure) { pr.Max = "40 SMLMV" },
		"a gate that nobody knows":                         func(pr *Procedure) { pr.Gates = []GateRule{{ID: "mood", Text: pr.Name}} },
	} {
		spoiled := monitorio
		spoiled.Acts = slices.Clone(monitorio.Acts)
		spoil(&spoiled)
		if err := p.checkProcedure(spoiled, p.TermIDs()); err == nil {
			t.Errorf("%s passed", name)
		}
	}
	if err := p.checkProcedure(monitorio, p.TermIDs()); err != nil {
		t.Error(err)
	}
}

func TestTheEuropeanProceduresHoldWherePacksIncludeThemAndNowhereElse(t *testing.T) {
	lib := vouched(t)
	es, _ := lib.Pack("ES")
	order, err := es.Procedure("european_order")
	if err != nil || order.First().Name.EN != "Form A filed" {
		t.Fatalf("%+v, %v", order, err)
	}
	if d, err := es.Term("european_opposition", day.MustParse("2026-11-06")); err != nil || d.Raw.String() != "2026-12-06" || d.Due.String() != "2026-12-07" {
		t.Errorf("thirty calendar days that end on a Sunday: %+v, %v", d, err)
	}
	mx, _ := lib.Pack("MX")
	if _, err := mx.Procedure("european_order"); problem.Of(err) == nil {
		t.Error("Mexico knows the European order")
	}
	if _, err := lib.Pack("EU"); problem.Of(err) == nil {
		t.Error("a case could have the jurisdiction EU")
	}
}

func TestOppositionStartsTheTermOfItsAmountAndNamesWhatFollows(t *testing.T) {
	p := pack(t, "ES")
	for amount, want := range map[int64][2]string{15_000_00: {"opposition_verbal", "verbal"}, 15_000_01: {"opposition_ordinary", "ordinario"}} {
		claim := money.Of(amount, money.EUR)
		got, err := p.TermsStarted("monitorio", "opposed", claim)
		if err != nil || len(got) != 1 || got[0].Term != want[0] || got[0].For != ByCreditor {
			t.Errorf("%d: %v, %v", amount, got, err)
		}
		next, err := p.Follows("monitorio", []string{"filed", "served", "opposed"}, claim)
		if err != nil || len(next) != 1 || next[0].Procedure != want[1] {
			t.Errorf("%d is followed by %v, %v", amount, next, err)
		}
	}
	if got, err := p.TermsStarted("monitorio", "served", money.Of(1, money.EUR)); err != nil || len(got) != 1 || got[0] != (TermStart{Term: "payment_requirement", For: ByDebtor}) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := p.TermsStarted("monitorio", "guess", money.Of(1, money.EUR)); problem.Of(err) == nil {
		t.Error("an unknown act passed")
	}
	for way, want := range map[string]string{"monitorio filed served no_answer": "ejecucion", "notarial_monitorio filed served no_answer": "ejecucion_extrajudicial", "european_order filed issued served no_answer": "ejecucion"} {
		f := strings.Fields(way)
		if next, err := p.Follows(f[0], f[1:], money.Of(1_000_00, money.EUR)); err != nil || len(next) != 1 || next[0].Procedure != want || next[0].Title == "" {
			t.Errorf("%s is followed by %v, %v", way, next, err)
		}
	}
}

func TestLimitsStandInTheCurrencyOrInADatedMeasure(t *testing.T) {
	lib := vouched(t)
	for _, c := range []struct {
		code, procedure, on string
		minor               int64
		takes               bool
	}{
		{"ES", "verbal", "2026-05-04", 15_000_01, false}, {"ES", "verbal", "2026-05-04", 15_000_00, true}, {"ES", "ordinario", "2026-05-04", 15_000_00, false},
		{"ES", "ejecucion_extrajudicial", "2026-05-04", 300_00, false}, {"ES", "ejecucion_extrajudicial", "2026-05-04", 300_01, true},
		{"CO", "monitorio", "2026-05-04", 70_036_200_00, true}, {"CO", "monitorio", "2026-05-04", 70_036_200_01, false},
		{"PE", "sumarisimo", "2026-05-04", 55_000_00, true}, {"PE", "sumarisimo", "2026-05-04", 55_000_01, false},
		{"PE", "abreviado", "2026-05-04", 55_000_00, false}, {"PE", "abreviado", "2026-05-04", 550_000_00, true}, {"PE", "conocimiento", "2026-05-04", 550_000_01, true},
		{"MX", "ejecutivo_oral", "2022-05-04", 757_365_46, false}, {"MX", "ejecutivo_oral", "2022-05-04", 757_365_47, true},
	} {
		p, _ := lib.Pack(c.code)
		pr, err := p.Procedure(c.procedure)
		if err != nil {
			t.Fatal(err)
		}
		if takes, err := p.Takes(pr, money.Of(c.minor, p.Currency), day.MustParse(c.on)); err != nil || takes != c.takes {
			t.Errorf("%+v: %v, %v", c, takes, err)
		}
	}
	mx, _ := lib.Pack("MX")
	pr, _ := mx.Procedure("ejecutivo_oral")
	_, err := mx.Takes(pr, money.Of(1, mx.Currency), day.MustParse("2026-05-04"))
	if q := problem.Of(err); q == nil || q.Code != "unit_missing" || !strings.Contains(q.Text.ES, "MX") || !strings.Contains(q.Text.ES, "2026-05-04") {
		t.Errorf("the amount of 2026 is not loaded and gave %v", err)
	}
}
