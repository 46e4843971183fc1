package simulation

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"recobro/internal/money"
)

// handOver submits today's portfolios, one a creditor, through the public API with the creditor's own key.
func (w *World) handOver(ctx context.Context) error {
	batches := map[int][]*debtor{}
	for _, d := range w.debtors {
		if d.handOver == w.today {
			batches[d.creditor] = append(batches[d.creditor], d)
		}
	}
	for i := range w.demo.Clients {
		if len(batches[i]) == 0 {
			continue
		}
		if err := w.submit(ctx, i, batches[i]); err != nil {
			return err
		}
	}
	return nil
}

type portfolioAnswer struct {
	ID    uuid.UUID `json:"id"`
	Items []struct {
		Status  string     `json:"status"`
		CaseID  *uuid.UUID `json:"case_id"`
		Reasons []struct {
			Code string `json:"code"`
		} `json:"reasons"`
	} `json:"items"`
}

func (w *World) submit(ctx context.Context, creditor int, batch []*debtor) error {
	var items []portfolioItem
	var owners []*debtor
	for _, d := range batch {
		for _, item := range d.items {
			items, owners = append(items, item), append(owners, d)
		}
	}
	client := w.demo.Clients[creditor]
	var answer portfolioAnswer
	err := w.systems[client.ID].post(ctx, "/portfolios", map[string]any{"reference": fmt.Sprintf("%s-%d", w.today, creditor+1), "items": items}, &answer)
	if err != nil {
		return fmt.Errorf("handing over %d debts of %s: %w", len(items), client.Name, err)
	}
	for n, item := range answer.Items {
		if item.CaseID == nil {
			return fmt.Errorf("handing over %s: %s %v", items[n].ExternalRef, item.Status, item.Reasons)
		}
		owners[n].open(w, *item.CaseID)
	}
	for _, d := range batch {
		w.begin(d)
	}
	return nil
}

// open notes a case of the debtor once; consolidated debts come back with the same case.
func (d *debtor) open(w *World, id uuid.UUID) {
	if w.byCase[id] == nil {
		w.byCase[id] = d
		d.cases = append(d.cases, id)
	}
}

// begin is what a debtor or its creditor does whether or not anybody writes.
func (w *World) begin(d *debtor) {
	switch d.fate {
	case paysAtOnce:
		w.in(1, func(ctx context.Context) error { return w.payAll(ctx, d, false) })
	case settlesOnItsDay:
		w.money = append(w.money, transfer{on: d.settlesOn, to: d, caseID: d.cases[0], amount: d.invoice})
		if d.disputes && d.settlesOn.DaysSince(w.today) > 1 {
			w.in(1, func(ctx context.Context) error { return w.contest(ctx, d) })
		}
	case recalledByClient:
		w.in(12+w.rand.IntN(20), func(ctx context.Context) error {
			return w.eachCase(ctx, d, func(id uuid.UUID) error {
				return w.systems[w.demo.Clients[d.creditor].ID].post(ctx, "/cases/"+id.String()+"/recall", map[string]any{"reason": "El acreedor retoma la gestión"}, nil)
			})
		})
	case limitationRunsOut:
		w.in(55, func(ctx context.Context) error {
			return w.eachCase(ctx, d, func(id uuid.UUID) error {
				return w.advance(ctx, d, id, "time_barred", "La acción ha prescrito sin reconocimiento ni pago")
			})
		})
	}
}

// eachCase does something to every case of the debtor that is still open.
func (w *World) eachCase(ctx context.Context, d *debtor, do func(uuid.UUID) error) error {
	for _, id := range d.cases {
		if err := do(id); err != nil && !closed(err) {
			return err
		}
	}
	return nil
}

// closed says that the refusal only means: the case was closed meanwhile.
func closed(err error) bool {
	var r *refusal
	return errors.As(err, &r) && (r.Code == "case_closed" || r.Code == "step_not_possible")
}

func (w *World) advance(ctx context.Context, d *debtor, id uuid.UUID, event, reason string) error {
	return w.lawyer(d).post(ctx, "/cases/"+id.String()+"/advance", map[string]any{"event": event, "reason": reason}, nil)
}

// clientsDecide answers what waits in the creditors' inboxes: every second day, and yes to most.
func (w *World) clientsDecide(ctx context.Context) error {
	if w.today.DaysSince(w.start)%2 == 0 {
		return nil
	}
	for i, client := range w.demo.Clients {
		who := w.clientAdmin(i)
		var page struct {
			Data []struct {
				ID     uuid.UUID `json:"id"`
				CaseID uuid.UUID `json:"case_id"`
				Kind   string    `json:"kind"`
			} `json:"data"`
		}
		if err := who.get(ctx, "/approvals?limit=200", &page); err != nil {
			return fmt.Errorf("reading the approvals of %s: %w", client.Name, err)
		}
		for _, a := range page.Data {
			if d := w.byCase[a.CaseID]; a.Kind == "suit" && d != nil && (d.fate == silent || d.fate == settlesOnItsDay) {
				continue // this creditor takes its time
			}
			if err := who.post(ctx, "/approvals/"+a.ID.String()+"/grant", map[string]any{"reason": "Conforme"}, nil); err != nil {
				return err
			}
			if d := w.byCase[a.CaseID]; a.Kind == "agreement" && d != nil {
				w.in(2, func(ctx context.Context) error { return w.acceptAgreement(ctx, d) })
			}
		}
	}
	return nil
}

// amount is money on the wire.
type amount struct {
	Amount   string         `json:"amount"`
	Currency money.Currency `json:"currency"`
}

func (a amount) money() (money.Amount, error) { return money.Parse(a.Amount, a.Currency) }
