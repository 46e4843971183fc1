package clients_test

import (
	"errors"
	"testing"

	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/testfirm"
)

func TestAccountsAreKeptInTheirNormalFormAndWrongOnesRefused(t *testing.T) {
	o := testfirm.New(t)
	add := func(country, account string) (clients.Client, error) {
		return clients.Add(t.Context(), o.Log, o.Job, clients.Client{Name: "Acreedora " + account, TaxID: account, Country: country, Currency: money.EUR, Language: "es", AccountIBAN: account, TeamID: o.ClientA.TeamID},
			clients.Mandate{SignedOn: day.Of(2026, 1, 2)})
	}
	for _, c := range [][3]string{{"ES", "es91 2100 0418 4502 0005 1332", "ES9121000418450200051332"}, {"ES", "2100 0418 45 0200051332", "ES9121000418450200051332"},
		{"MX", "032 180 00011835971 9", "032180000118359719"}, {"CL", "", ""}} {
		if got, err := add(c[0], c[1]); err != nil || got.AccountIBAN != c[2] {
			t.Errorf("%s %q was kept as %q, %v", c[0], c[1], got.AccountIBAN, err)
		}
	}
	if _, err := add("MX", "032180000118359718"); !errors.Is(err, money.ErrCLABE) {
		t.Errorf("a CLABE with a wrong digit: %v", err)
	}
	firm := clients.Firm{Name: "Bufete", Country: "ES", ClientAccountIBAN: "ES9121000418450200051333"}
	if err := clients.SetFirm(t.Context(), o.Log, o.Job, firm); !errors.Is(err, money.ErrIBAN) {
		t.Errorf("an account for clients' money with a wrong digit: %v", err)
	}
}
