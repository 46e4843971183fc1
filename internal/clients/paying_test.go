package clients

import "testing"

func TestADebtorPaysTheFirmAtHomeAndTheCreditorAbroad(t *testing.T) {
	firm := Firm{Name: "Cardoalto Abogados, S.L.P.", Country: "ES", ClientAccountIBAN: "ES1"}
	client := Client{Name: "Refacciones Tornavel, S.A. de C.V.", AccountIBAN: "MX1"}
	without := Client{Name: "Suministros Zafirel, S.A."}
	for _, c := range []struct {
		why, jurisdiction string
		firm              Firm
		client            Client
		want              Payee
	}{
		{"at home the firm's account for clients' money, whatever the client has", "ES", firm, client, Payee{firm.Name, "ES1"}},
		{"abroad the creditor's own account", "PE", firm, client, Payee{client.Name, "MX1"}},
		{"abroad the firm's when the creditor has none", "PE", firm, without, Payee{firm.Name, "ES1"}},
		{"in Mexico never the firm's", "MX", firm, client, Payee{client.Name, "MX1"}},
		{"in Mexico nothing rather than the firm's", "MX", firm, without, Payee{}},
		{"a firm without an account names none", "ES", Firm{Name: "Otra", Country: "ES"}, client, Payee{}},
	} {
		if got := c.firm.PaidTo(c.client, c.jurisdiction); got != c.want {
			t.Errorf("%s: got %+v", c.why, got)
		}
	}
}
