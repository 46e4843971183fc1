package clients

// Payee is in whose name and into which account a debtor pays; the zero Payee means that no account may be named.
type Payee struct{ Name, Account string }

// PaidTo says where a debtor under a jurisdiction pays. At home it is the firm's account for clients' money. Abroad it is the
// client's own account when it has one; in Mexico it can be no other, for who collects there may not receive the money
// (Disposiciones CONDUSEF of 7 October 2014).
func (f Firm) PaidTo(c Client, jurisdiction string) Payee {
	if jurisdiction != f.Country {
		if c.AccountIBAN != "" {
			return Payee{c.Name, c.AccountIBAN}
		}
		if jurisdiction == "MX" {
			return Payee{}
		}
	}
	if f.ClientAccountIBAN == "" {
		return Payee{}
	}
	return Payee{f.Name, f.ClientAccountIBAN}
}
