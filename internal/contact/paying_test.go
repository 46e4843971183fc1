package contact_test

import (
	"strings"
	"testing"
	"time"

	"recobro/internal/clients"
	"recobro/internal/money"
	"recobro/internal/testfirm"
)

// In Mexico who collects may not receive the money (Disposiciones CONDUSEF of 7 October 2014): no mail may name the firm's account.
func TestAReminderInMexicoNeverNamesTheFirmsAccount(t *testing.T) {
	p := open(t)
	var firms string
	if err := p.DB.Super.Get(&firms, `select client_account_iban from app.firm`); err != nil {
		t.Fatal(err)
	}
	home := p.remind(p.OpenCase(testfirm.Opts{})).Message
	p.Clock.Set(time.Date(2026, 3, 3, 11, 0, 0, 0, time.FixedZone("Mexico", -6*3600))) // a Tuesday, within its contact hours
	at := map[string]string{"with": "646180000000000009", "without": ""}
	for name, account := range at {
		client := p.AddClient(clients.Client{Name: "Refacciones " + name, Country: "MX", Currency: money.MXN, AccountIBAN: account})
		out := p.remind(p.OpenCase(testfirm.Opts{Client: &client}))
		if out.Refused != nil {
			t.Fatalf("refused: %+v", out.Refused)
		}
		m := out.Message
		if m.BodyText == "" || strings.Contains(m.BodyText, firms) || strings.Contains(m.BodyHTML, firms) {
			t.Errorf("%s an account of its own: %s", name, m.BodyText)
		}
		if account != "" && !strings.Contains(strings.Join(strings.Fields(m.BodyText), " "), account+", a nombre de "+client.Name) {
			t.Errorf("the creditor's own account is not named: %s", m.BodyText)
		}
	}
	if !strings.Contains(home.BodyText, firms) {
		t.Errorf("at home the firm's account for clients' money is not named: %s", home.BodyText)
	}
}
