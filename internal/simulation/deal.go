package simulation

import (
	"fmt"
	"math/rand/v2"

	"recobro/internal/day"
	"recobro/internal/money"
)

// portfolioItem is one debt as the creditor's system hands it over.
type portfolioItem struct {
	ExternalRef string     `json:"external_ref"`
	Debtor      party      `json:"debtor"`
	Debt        itemDebt   `json:"debt"`
	Documents   []document `json:"documents,omitempty"`
}

type itemDebt struct {
	Kind       string `json:"kind"`
	Number     string `json:"number"`
	IssuedOn   string `json:"issued_on"`
	DueOn      string `json:"due_on"`
	Principal  string `json:"principal"`
	Business   bool   `json:"business"`
	AgreedRate string `json:"agreed_rate,omitempty"`
}

type document struct {
	Name          string `json:"name"`
	MediaType     string `json:"media_type"`
	ContentBase64 string `json:"content_base64"`
}

// dealer makes the debtors of the story, the same ones for the same seed.
type dealer struct {
	rand       *rand.Rand
	book       []creditor
	start, end day.Date
	serial     int
}

// deal makes debtors until they hold the wanted number of cases, each creditor its share, each script in turn.
func (d *dealer) deal(total int) ([]*debtor, error) {
	var all []*debtor
	for i, c := range d.book {
		scripts := spanish
		if c.client.Country != "ES" {
			scripts = american
		}
		want := total * c.share / 100
		if i == 0 { // what rounding left over
			want = total
			for _, other := range d.book[1:] {
				want -= total * other.share / 100
			}
		}
		for n := 0; want > 0; n++ {
			made, err := d.debtor(i, scripts[n%len(scripts)], n, want)
			if err != nil {
				return nil, err
			}
			all = append(all, made)
			if c.client.Consolidate {
				want--
			} else {
				want -= len(made.items)
			}
		}
	}
	return all, nil
}

func (d *dealer) debtor(creditor int, s script, n, want int) (*debtor, error) {
	d.serial++
	c := d.book[creditor]
	who := company(d.rand, c.client.Country, d.serial)
	if n%9 == 8 && c.client.Country == "ES" {
		who = person(d.rand, "ES", d.serial)
	}
	if s.fate == bouncesSettles {
		who.Email = "rebota." + who.Email
	}
	on := day.Later(d.end.AddDays(-s.late-d.rand.IntN(s.early-s.late+1)), d.start)
	made := &debtor{creditor: creditor, party: who, fate: s.fate, handOver: businessDay(on)}
	if made.handOver.After(d.end) {
		made.handOver = d.end
	}
	debts := 1
	if n%5 == 4 {
		debts = min(2+d.rand.IntN(2), want)
	}
	for k := range debts {
		item, err := d.item(made, k, c)
		if err != nil {
			return nil, err
		}
		made.items = append(made.items, item)
	}
	return made, nil
}

// item is an invoice overdue for one to twelve weeks when it is handed over; an old one when its limitation is to run out.
func (d *dealer) item(to *debtor, k int, c creditor) (portfolioItem, error) {
	due := to.handOver.AddDays(-7 - d.rand.IntN(77))
	business := to.party.Kind == "company"
	if to.fate == limitationRunsOut {
		term := 60 // months; a sale to a consumer prescribes in three years
		if !business {
			term = 36
		}
		due = to.handOver.AddDays(30 + d.rand.IntN(20)).AddMonths(-term)
	}
	amount := d.amount(c.client.Currency)
	if to.fate.sued() { // nobody sues over the price of the petition
		amount.Minor += 250_000
	}
	item := portfolioItem{ExternalRef: fmt.Sprintf("%s/%06d-%d", due.String()[:4], d.serial, k+1), Debtor: to.party,
		Debt: itemDebt{Kind: "invoice", Number: fmt.Sprintf("F-%d-%05d", due.Year, d.serial*10+k), IssuedOn: due.AddDays(-30).String(), DueOn: due.String(),
			Principal: amount.Decimal(), Business: business, AgreedRate: c.agreed}}
	paper, err := invoicePDF(c.client.Name, to.party.Name, item.Debt, string(c.client.Currency))
	if err != nil {
		return item, fmt.Errorf("drawing invoice %s: %w", item.Debt.Number, err)
	}
	item.Documents = []document{{Name: item.Debt.Number + ".pdf", MediaType: "application/pdf", ContentBase64: paper}}
	return item, nil
}

// amount is small more often than large, as invoices are.
func (d *dealer) amount(c money.Currency) money.Amount {
	scale := map[money.Currency]int64{money.EUR: 1, money.MXN: 20, money.PEN: 4}[c]
	base := int64(8_000 + d.rand.IntN(120_000))
	switch d.rand.IntN(10) {
	case 7, 8:
		base *= 6
	case 9:
		base *= 25
	}
	return money.Of(base*scale+int64(d.rand.IntN(100)), c)
}
