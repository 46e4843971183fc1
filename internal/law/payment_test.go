package law

import (
	"testing"

	"recobro/internal/problem"
)

func TestEnforcementInSpainPaysPrincipalBeforeDefaultInterest(t *testing.T) {
	places, err := pack(t, "ES").AllocationOrder(true)
	if err != nil || len(places) != len(components) {
		t.Fatalf("%v %v", places, err)
	}
	for i, want := range []Ranked{{"ordinary_interest", "LEC, art. 654.3"}, {"principal", "LEC, art. 654.3"}, {"interest", "LEC, art. 654.3"}, {"cost", "LEC, art. 654.3"}} {
		if places[i] != want {
			t.Errorf("place %d: %v, want %v", i, places[i], want)
		}
	}
	if elsewhere, err := pack(t, "PE").AllocationOrder(true); err != nil || elsewhere[0].Law != "Código Civil, art. 1257" {
		t.Errorf("Peru has one order: %v %v", elsewhere, err)
	}
}

func TestDebtorsDesignationHasTheLimitsOfTheLaw(t *testing.T) {
	if law, err := pack(t, "ES").Designation(false, true); err != nil || law != "CC, art. 1172" {
		t.Errorf("Spain: %q %v", law, err)
	}
	if law, err := pack(t, "CL").Designation(false, true); err != nil || law != "Código Civil, art. 1596" {
		t.Errorf("a limit that nobody confirmed refuses nothing: %q %v", law, err)
	}
	lib, err := library(t).Confirm("cl.allocation.due_first")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := lib.Pack("CL")
	if _, err := p.Designation(false, true); problem.Of(err) == nil || problem.Of(err).Code != "designation_refused" {
		t.Errorf("a debt not due before one that is: %v", err)
	}
	for _, c := range [][2]bool{{true, true}, {true, false}, {false, false}} {
		if law, err := p.Designation(c[0], c[1]); err != nil || law == "" {
			t.Errorf("due %v, others due %v: %v", c[0], c[1], err)
		}
	}
	if _, err := pack(t, "MX").Designation(true, true); problem.Of(err) == nil || problem.Of(err).Code != "fact_unverified" {
		t.Errorf("Mexico: %v", err)
	}
}
