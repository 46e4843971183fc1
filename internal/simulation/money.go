package simulation

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/day"
	"recobro/internal/money"
)

// bookMoney is finance's morning: the transfers that arrived since yesterday, and up to which day the bank's file reaches.
func (w *World) bookMoney(ctx context.Context) error {
	var later []transfer
	for _, t := range w.money {
		if t.on.After(w.today) {
			later = append(later, t)
			continue
		}
		who, source := w.person("finance", ""), "bank"
		if t.direct {
			who, source = w.systems[w.demo.Clients[t.to.creditor].ID], "direct"
		}
		w.serial++
		err := who.post(ctx, "/cases/"+t.caseID.String()+"/payments", map[string]any{"amount": t.amount, "received_on": w.today.String(), "source": source,
			"external_ref": fmt.Sprintf("sim-%d", w.serial), "payer_reference": t.to.party.Name}, nil)
		if err != nil {
			return fmt.Errorf("booking %s for case %s (%s): %w", t.amount, t.caseID, t.to.fate, err)
		}
		w.received[t.amount.Currency] += t.amount.Minor
	}
	w.money = later
	yesterday := w.today.AddDays(-1)
	for _, c := range w.demo.Clients {
		err := w.person("finance", "").post(ctx, "/payments:known", map[string]any{"client_id": c.ID, "until": yesterday.String()}, nil)
		if err != nil {
			return fmt.Errorf("telling how far the bank's file of %s reaches: %w", c.Name, err)
		}
	}
	return nil
}

// propose asks for an agreement over every open case of the debtor: so many per cent of the claim in so many instalments.
func (w *World) propose(ctx context.Context, d *debtor, percent int64, count int) error {
	for _, id := range d.cases {
		claim, err := w.claim(ctx, d, id, w.today)
		if err != nil {
			return err
		}
		if !claim.IsPositive() {
			continue
		}
		total := claim
		total.Minor = claim.Minor * percent / 100
		kind := "instalments"
		if count == 1 {
			kind = "full_with_discount"
		}
		var agreement struct {
			ID          uuid.UUID    `json:"id"`
			State       string       `json:"state"`
			Instalments []instalment `json:"instalments"`
		}
		err = w.paralegal(d).post(ctx, "/cases/"+id.String()+"/agreements", map[string]any{"kind": kind, "total": total, "count": count,
			"first_due_on": businessDay(w.today.AddDays(12)).String()}, &agreement)
		if err != nil {
			if stopped(err) || closed(err) {
				return nil
			}
			return err
		}
		d.agreement, d.plan, d.agreedCase = agreement.ID, agreement.Instalments, id
		if agreement.State == "proposed" {
			w.in(2, func(ctx context.Context) error { return w.acceptAgreement(ctx, d) })
		}
		return nil // one agreement stands for the account
	}
	return nil
}

type instalment struct {
	DueOn  string `json:"due_on"`
	Amount amount `json:"amount"`
}

func (i instalment) read() (day.Date, money.Amount, error) {
	due, err := day.Parse(i.DueOn)
	if err != nil {
		return due, money.Amount{}, err
	}
	sum, err := i.Amount.money()
	return due, sum, err
}

// acceptAgreement: the debtor says yes on the telephone and pays as it is used to.
func (w *World) acceptAgreement(ctx context.Context, d *debtor) error {
	err := w.paralegal(d).post(ctx, "/agreements/"+d.agreement.String()+"/accept", map[string]any{"source": "Aceptado por correo del deudor desde su dirección conocida"}, nil)
	if err != nil {
		if stopped(err) || closed(err) {
			return nil
		}
		return err
	}
	d.settled = true
	for n, i := range d.plan {
		if d.fate == breaksAgreement && n > 0 {
			break
		}
		due, sum, err := i.read()
		if err != nil {
			return err
		}
		if due.Before(w.end) {
			w.money = append(w.money, transfer{on: businessDay(due), to: d, caseID: d.agreedCase, amount: sum})
		}
	}
	return nil
}

// stopped says that something else came first: an agreement that is live, a case on hold, a state that has moved on.
func stopped(err error) bool {
	var r *refusal
	if !errors.As(err, &r) {
		return false
	}
	switch r.Code {
	case "agreement_live", "case_on_hold", "changed_meanwhile", "not_allowed":
		return true
	}
	return false
}
