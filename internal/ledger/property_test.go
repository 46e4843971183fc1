package ledger_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"recobro/internal/cases"
	"recobro/internal/clients"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/money"
	"recobro/internal/problem"
	"recobro/internal/testfirm"
)

// Whatever happens in whatever order of days: nothing falls below zero on any day, every total is a sum of its debts, and what
// was received is what is applied and what is not.
func TestLedgerAlwaysBalances(t *testing.T) {
	d := open(t)
	chile := d.AddClient(clients.Client{Name: "Áridos Quilaco SpA", Country: "CL", City: "Quilaco", Currency: money.CLP})
	homes := []testfirm.Opts{
		{Invoices: []testfirm.Invoice{{Principal: "812.37", DueOn: day.Of(2025, 1, 10)}, {Principal: "1500.00", DueOn: day.Of(2025, 5, 31)}, {Principal: "99.99", DueOn: day.Of(2025, 5, 31)}}},
		{Client: &d.ClientB, Invoices: []testfirm.Invoice{{Principal: "812.37", Ordinary: "31.10", DueOn: day.Of(2025, 1, 10)}, {Principal: "1500.00", DueOn: day.Of(2025, 5, 31)},
			{Principal: "99.99", DueOn: day.Of(2025, 5, 31)}}},
		{Client: &chile, Invoices: []testfirm.Invoice{{Principal: "81237", DueOn: day.Of(2025, 1, 10), Regime: law.Agreed, AgreedPct: "9.6"},
			{Principal: "150000", DueOn: day.Of(2025, 5, 31), Regime: law.Agreed, AgreedPct: "9.6"}, {Principal: "999", DueOn: day.Of(2025, 5, 31), Regime: law.Agreed, AgreedPct: "9.6"}}},
	}
	rapid.Check(t, func(r *rapid.T) {
		d.t = t
		of := rapid.SampledFrom(homes).Draw(r, "home")
		c := d.OpenCase(of)
		first := day.Of(2025, 1, 1)
		var payments []uuid.UUID
		received, loose := money.Of(0, c.Currency), money.Of(0, c.Currency)
		free := func(freed map[uuid.UUID]money.Amount) {
			for _, a := range freed {
				loose = loose.Plus(a)
			}
		}
		var then ledger.Statement
		for range rapid.IntRange(1, 8).Draw(r, "movements") {
			if rapid.Bool().Draw(r, "look") {
				then = d.statement(c, "2026-03-02")
			}
			on := first.AddDays(rapid.IntRange(0, 420).Draw(r, "day")).String()
			amount := money.Of(rapid.Int64Range(1, 120000).Draw(r, "minor"), c.Currency)
			switch rapid.IntRange(0, 5).Draw(r, "movement") {
			case 0, 1, 2:
				made, id := d.pay(on, amount.Decimal(), wish(r, d.statement(c, on)), c)
				payments = append(payments, id)
				received, loose = received.Plus(amount), loose.Plus(made.Unallocated)
				free(made.Freed)
			case 3:
				component := rapid.SampledFrom([]ledger.Component{ledger.Principal, ledger.Interest, ledger.Compensation}).Draw(r, "component")
				made, err := d.waive(c, component, on, money.Of(amount.Minor/20+1, c.Currency).Decimal())
				if err != nil && problem.Of(err) == nil {
					r.Fatal(err)
				}
				free(made.Freed)
			case 4:
				d.fix(c, on)
			case 5:
				if len(payments) == 0 {
					continue
				}
				back := payments[0]
				payments = payments[1:]
				received, loose = d.giveBack(r, c, back, received, loose, free)
			}
		}
		for _, on := range []string{"2025-01-10", "2025-04-01", "2025-06-30", "2025-11-11", "2026-03-02"} {
			s := d.statement(c, on)
			d.balances(r, s)
			d.agrees(r, c, s)
		}
		if again, err := d.tryStatement(c, "2026-03-02", then.KnownAt); !then.KnownAt.IsZero() && (err != nil || text(again) != text(then)) {
			r.Fatalf("as known then it %s", differs(text(then), text(again), err))
		}
		if s := d.statement(c, "2026-03-02"); s.Paid.Plus(loose) != received {
			r.Fatalf("received %s, applied %s, not applied %s", received, s.Paid, loose)
		}
	})
}

// wish is none, the last debt, or an agreement's order.
func wish(r *rapid.T, s ledger.Statement) *ledger.Wish {
	switch rapid.IntRange(0, 5).Draw(r, "wish") {
	case 0:
		return &ledger.Wish{Debt: &s.Debts[2].DebtID}
	case 1:
		return &ledger.Wish{Order: []ledger.Component{ledger.Principal}, Basis: "acuerdo"}
	}
	return nil
}

// differs shows where two statements part.
func differs(was, is string, err error) string {
	if err != nil {
		return err.Error()
	}
	i := 0
	for i < min(len(was), len(is)) && was[i] == is[i] {
		i++
	}
	around := func(s string) string { return s[max(0, min(i, len(s))-80):min(len(s), i+120)] }
	return "was …" + around(was) + "… and is …" + around(is) + "…"
}

func text(s ledger.Statement) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// giveBack returns a payment that still stands somewhere; what of it was loose stays loose, as received and not applied.
func (d *desk) giveBack(r *rapid.T, c *cases.Case, payment uuid.UUID, received, loose money.Amount, free func(map[uuid.UUID]money.Amount)) (money.Amount, money.Amount) {
	for _, debt := range d.statement(c, "2026-03-02").Debts {
		undone := map[uuid.UUID]bool{}
		for _, l := range debt.Lines {
			if l.Reverses != nil {
				undone[*l.Reverses] = true
			}
		}
		for _, l := range debt.Lines {
			if l.Kind != ledger.Paying || *l.PaymentID != payment || undone[l.ID] {
				continue
			}
			var applied money.Amount
			changed, err := act(d, []*cases.Case{c}, func(tx *evidence.Tx) (ledger.Changed, []evidence.Entry, error) {
				shares, err := d.book.SharesOf(tx.Tx, c.ClientID, payment)
				applied = money.Of(0, c.Currency)
				for _, s := range shares {
					applied = applied.Plus(s.Amount())
				}
				if err != nil {
					return ledger.Changed{}, nil, err
				}
				return d.book.Reverse(tx, []*cases.Case{c}, "devuelto", l.ID)
			})
			if err != nil {
				r.Fatal(err)
			}
			free(changed.Freed)
			return received.Minus(applied), loose
		}
	}
	return received, loose
}

// agrees compares the statement with every other answer of the book for the same day.
func (d *desk) agrees(r *rapid.T, c *cases.Case, s ledger.Statement) {
	d.ok(d.view(func(tx viewTx) error {
		all, err := d.book.Balance(tx, c.ClientID, []uuid.UUID{c.ID}, s.AsOf)
		if b := all[c.ID]; err != nil || b.Total != s.Open || b.Interest != s.Total(ledger.Interest).Left || b.Principal != s.Total(ledger.Principal).Left || b.Paid != s.Paid {
			r.Fatalf("balance %+v, statement %+v (%v)", b, s.Totals, err)
		}
		reading, err := d.book.Read(tx, c.ClientID, ledger.Selection{Account: c.AccountID}, time.Time{})
		if err != nil {
			return err
		}
		byCase, err := reading.ByCase(s.AsOf)
		if err != nil || len(byCase) != 1 || text(byCase[0]) != text(s) {
			r.Fatalf("the debtor's only case states otherwise (%v)", err)
		}
		open := s.Open.Zero()
		for _, debt := range s.Debts {
			one, err := d.book.Read(tx, c.ClientID, ledger.Selection{Debts: []uuid.UUID{debt.DebtID}}, time.Time{})
			if err != nil {
				return err
			}
			alone, err := one.Statements(s.AsOf)
			if err != nil {
				return err
			}
			open = open.Plus(alone[0].Open)
		}
		if open != s.Open {
			r.Fatalf("the debts alone have %s open, together %s", open, s.Open)
		}
		return nil
	}))
}

func (d *desk) balances(r *rapid.T, s ledger.Statement) {
	total := money.Of(0, s.Currency)
	for _, c := range ledger.Components {
		sum := money.Of(0, s.Currency)
		for _, debt := range s.Debts {
			x := debt.Total(c)
			if x.Left.IsNegative() || x.Left != x.Charged.Minus(x.Paid).Minus(x.Waived) {
				r.Fatalf("on %s %s of %s: %+v", s.AsOf, c, debt.Number, x)
			}
			sum = sum.Plus(x.Left)
		}
		if sum != s.Total(c).Left {
			r.Fatalf("on %s %s: the debts have %s, the whole %s", s.AsOf, c, sum, s.Total(c).Left)
		}
		total = total.Plus(sum)
	}
	if total != s.Open {
		r.Fatalf("on %s open %s, components %s", s.AsOf, s.Open, total)
	}
}
