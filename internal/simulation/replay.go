package simulation

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/money"
)

// Invoice is one line of a real receivables file: amount, due day, the day it was settled, and whether it was disputed.
type Invoice struct {
	Customer, Number string
	Issued, Due      day.Date
	Settled          day.Date
	Amount           money.Amount
	Disputed         bool
}

// Late says whether the invoice was still open at the end of its due day.
func (i Invoice) Late() bool { return i.Settled.After(i.Due) }

// ReadInvoices reads a receivables file: a CSV with the columns customerID, invoiceNumber, InvoiceDate, DueDate (both
// month/day/year), InvoiceAmount, Disputed and SettledDate, in any order. Amounts count as euros.
func ReadInvoices(r io.Reader) ([]Invoice, error) {
	rows := csv.NewReader(r)
	head, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("reading the head of the receivables file: %w", err)
	}
	column := map[string]int{}
	for _, name := range []string{"customerID", "invoiceNumber", "InvoiceDate", "DueDate", "InvoiceAmount", "Disputed", "SettledDate"} {
		if column[name] = slices.Index(head, name); column[name] < 0 {
			return nil, fmt.Errorf("reading the receivables file: it has no column %s", name)
		}
	}
	var all []Invoice
	for line := 2; ; line++ {
		row, err := rows.Read()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading line %d of the receivables file: %w", line, err)
		}
		i, err := readInvoice(row, column)
		if err != nil {
			return nil, fmt.Errorf("reading line %d of the receivables file: %w", line, err)
		}
		all = append(all, i)
	}
}

func readInvoice(row []string, column map[string]int) (i Invoice, err error) {
	date := func(name string) (d day.Date) {
		t, e := time.Parse("1/2/2006", row[column[name]])
		if e != nil && err == nil {
			err = fmt.Errorf("reading %s: %w", name, e)
		}
		return day.In(t, time.UTC)
	}
	i = Invoice{Customer: row[column["customerID"]], Number: row[column["invoiceNumber"]], Issued: date("InvoiceDate"), Due: date("DueDate"),
		Settled: date("SettledDate"), Disputed: row[column["Disputed"]] == "Yes"}
	if err != nil {
		return i, err
	}
	i.Amount, err = money.Parse(row[column["InvoiceAmount"]], money.EUR)
	return i, err
}

// replayBook is the one creditor of a replay: its rule forgives interest and compensation once the principal is paid.
func replayBook(start day.Date) []creditor {
	book := creditors(start)[:1]
	book[0].mandate = clients.Mandate{SignedOn: start.AddDays(-20), WaivesInterestWhenPaid: true, ApprovalDays: 60}
	return book
}

// replayed makes the debtors of a replay: each late invoice is handed over the day after it fell due, and its amount
// arrives on its real settlement day. Customers get fictional identities.
func replayed(invoices []Invoice, r *rand.Rand) []*debtor {
	identity := map[string]party{}
	var all []*debtor
	for _, i := range invoices {
		if !i.Late() {
			continue
		}
		who, known := identity[i.Customer]
		if !known {
			who = company(r, "ES", len(identity))
			identity[i.Customer] = who
		}
		all = append(all, &debtor{party: who, fate: settlesOnItsDay, handOver: i.Due.AddDays(1), settlesOn: i.Settled, disputes: i.Disputed,
			items: []portfolioItem{{ExternalRef: i.Number, Debtor: who, Debt: itemDebt{Kind: "invoice", Number: i.Number, IssuedOn: i.Issued.String(),
				DueOn: i.Due.String(), Principal: i.Amount.Decimal(), Business: true}}}, invoice: i.Amount})
	}
	return all
}
