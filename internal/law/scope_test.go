package law

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// only contact rules: the smallest pack that loads.
const limited = `
code: US
name: {es: Estados Unidos, en: United States}
version: 1
scope: [contact]
currency: USD
time_zone: America/New_York
locale: en-US
contact:
  rules:
    - {id: hours, name: {es: Horas, en: Hours}, channels: [phone], hours: [{days: [monday], from: "08:00", to: "21:00"}], confidence: house_rule}
`

func TestNoCaseIsOpenedUnderAPackOfContactRules(t *testing.T) {
	lib := library(t)
	if _, err := lib.Pack("US"); !errors.Is(err, errJurisdiction) || slices.Contains(lib.Codes(), "US") {
		t.Errorf("the United States are offered for cases: %v, %v", err, lib.Codes())
	}
	for _, code := range []string{"US", "ES", "CL"} {
		if p, err := lib.PackFor(ContactArea, code); err != nil || p.Code != code {
			t.Errorf("contact rules of %s: %v", code, err)
		}
	}
	if _, err := lib.PackFor(ContactArea, "FR"); !errors.Is(err, errJurisdiction) {
		t.Errorf("France: %v", err)
	}
}

func TestWhatALimitedPackDoesNotHoldIsAProblemAndNeverZero(t *testing.T) {
	p, err := library(t).PackFor(ContactArea, "US")
	if err != nil {
		t.Fatal(err)
	}
	hundred, on := money.Of(100_00, money.USD), day.Of(2026, 3, 2)
	refused := map[string]error{}
	_, refused["limitation"] = p.Limitation(LimitationClaim{Business: true, Due: on})
	_, refused["term"] = p.Term("payment_requirement", on)
	_, refused["procedure"] = p.Procedure("monitorio")
	_, refused["terms started"] = p.TermsStarted("monitorio", "petition", hundred)
	_, refused["allocation"] = p.AllocationOrder(false)
	_, refused["designation"] = p.Designation(true, true)
	_, _, refused["between debts"] = p.BetweenDebts()
	for what, err := range refused {
		if problem.Of(err) == nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, law, ok := p.Compensation("invoice", true, hundred); ok || law != "" {
		t.Errorf("compensation by %q", law)
	}
	if _, ok := p.CourtFee("monitorio", true, hundred); ok {
		t.Error("a court fee")
	}
}

func TestALimitedPackHoldsOnlyWhatItsScopeSays(t *testing.T) {
	load := func(s string) error {
		_, err := Load(fstest.MapFS{"us.yaml": {Data: []byte(s)}})
		return err
	}
	if err := load(limited); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{
		strings.Replace(limited, "scope: [contact]", "scope: [contacts]", 1),
		strings.Replace(limited, "scope: [contact]", "", 1),
		limited + "demand: {term: {days: 10, confidence: house_rule}}\n",
		limited + "allocation: {by_law: [interest], confidence: house_rule}\n",
	} {
		if err := load(wrong); err == nil {
			t.Errorf("loads:\n%s", wrong)
		}
	}
}
