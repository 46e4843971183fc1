package simulation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"recobro/internal/contact/mailbox"
	"recobro/internal/day"
	"recobro/internal/money"
)

// readMail lets every debtor read what arrived since yesterday over SMTP, and think about an answer.
func (w *World) readMail(ctx context.Context) error {
	accepted, _ := w.mail.Counts()
	kept := w.mail.Mails()
	arrived := kept[len(kept)-min(len(kept), accepted-w.seen):]
	w.seen = accepted
	slices.SortFunc(arrived, func(a, b mailbox.Mail) int { return strings.Compare(a.To, b.To) }) // two workers send in any order
	for _, m := range arrived {
		if d := w.byMail[strings.ToLower(m.To)]; d != nil {
			d.mails++
			w.answer(d)
		}
	}
	return nil
}

// answer is a debtor's reaction to a mail.
func (w *World) answer(d *debtor) {
	if d.settled {
		return
	}
	switch d.fate {
	case paysAfterMail:
		d.settled = true
		w.in(2+w.rand.IntN(5), func(ctx context.Context) error { return w.payAll(ctx, d, w.rand.IntN(4) == 0) })
	case paysInParts:
		w.in(3, func(ctx context.Context) error { return w.payShare(ctx, d, 3) })
	case keepsPromise, breaksPromise:
		d.settled = d.fate == keepsPromise
		if d.mails == 1 {
			w.in(1, func(ctx context.Context) error { return w.promise(ctx, d) })
		}
	case contestsRightly, contestsWrongly:
		if d.mails == 1 {
			w.in(1, func(ctx context.Context) error { return w.contest(ctx, d) })
		}
	case settlesAtDiscount:
		d.settled = true
		w.in(2, func(ctx context.Context) error { return w.propose(ctx, d, 97, 1) })
	case asksTooMuch:
		d.settled = true
		w.in(2, func(ctx context.Context) error { return w.propose(ctx, d, 70, 1) })
	case breaksAgreement:
		if d.mails == 1 {
			w.in(2, func(ctx context.Context) error { return w.propose(ctx, d, 100, 4) })
		}
	}
}

// letterArrived is a debtor's reaction to the formal demand, once it has been delivered.
func (w *World) letterArrived(d *debtor) {
	switch d.fate {
	case breaksPromise, contestsWrongly, paysInParts:
		w.in(5+w.rand.IntN(8), func(ctx context.Context) error { return w.payAll(ctx, d, false) })
	case bouncesSettles:
		w.in(4, func(ctx context.Context) error { return w.propose(ctx, d, 100, 3) })
	}
}

// payAll sends the whole open claim of every case; known: the creditor received it directly and reports it.
func (w *World) payAll(ctx context.Context, d *debtor, known bool) error {
	for _, id := range d.cases {
		open, err := w.open(ctx, d, id)
		if err != nil {
			return err
		}
		if open.IsPositive() {
			w.money = append(w.money, transfer{on: businessDay(w.today.AddDays(1)), to: d, caseID: id, amount: open, direct: known})
		}
	}
	return nil
}

func (w *World) payShare(ctx context.Context, d *debtor, parts int) error {
	for _, id := range d.cases {
		open, err := w.open(ctx, d, id)
		if err != nil {
			return err
		}
		if open.IsPositive() {
			w.money = append(w.money, transfer{on: businessDay(w.today.AddDays(1)), to: d, caseID: id, amount: open.Split(parts)[0]})
		}
	}
	return nil
}

// open asks the firm for the claim at the day the money will arrive.
func (w *World) open(ctx context.Context, d *debtor, id uuid.UUID) (money.Amount, error) {
	return w.claim(ctx, d, id, businessDay(w.today.AddDays(1)))
}

func (w *World) claim(ctx context.Context, d *debtor, id uuid.UUID, on day.Date) (money.Amount, error) {
	var statement struct {
		Open amount `json:"open"`
	}
	if err := w.paralegal(d).get(ctx, fmt.Sprintf("/cases/%s/statement?as_of=%s", id, on), &statement); err != nil {
		return money.Amount{}, err
	}
	return statement.Open.money()
}

// promise is a telephone call in which the debtor names a day; whether the money comes is another matter.
func (w *World) promise(ctx context.Context, d *debtor) error {
	return w.eachCase(ctx, d, func(id uuid.UUID) error {
		open, err := w.open(ctx, d, id)
		if err != nil || !open.IsPositive() {
			return err
		}
		who := w.paralegal(d)
		if err := who.post(ctx, "/cases/"+id.String()+"/interactions", map[string]any{"kind": "call", "text": "Llama el deudor: falta de caja, pagará en diez días."}, nil); err != nil {
			return err
		}
		due := businessDay(w.today.AddDays(10))
		if d.fate == keepsPromise {
			w.at(due.AddDays(-3), func(ctx context.Context) error { return w.payAll(ctx, d, false) })
		}
		return who.post(ctx, "/cases/"+id.String()+"/promises", map[string]any{"amount": open, "due_on": due.String()}, nil)
	})
}

// contest raises a dispute; two weeks later the creditor has answered and the firm resolves it.
func (w *World) contest(ctx context.Context, d *debtor) error {
	return w.eachCase(ctx, d, func(id uuid.UUID) error {
		open, err := w.open(ctx, d, id)
		if err != nil || !open.IsPositive() {
			return err
		}
		reason := "Parte de la mercancía llegó rota y no se ha abonado."
		var made struct {
			ID uuid.UUID `json:"id"`
		}
		if err := w.paralegal(d).post(ctx, "/cases/"+id.String()+"/disputes", map[string]any{"contested": open, "reason": reason}, &made); err != nil {
			return err
		}
		w.in(15, func(ctx context.Context) error { return w.resolve(ctx, d, id, made.ID) })
		return nil
	})
}

func (w *World) resolve(ctx context.Context, d *debtor, caseID, dispute uuid.UUID) error {
	state, words := "rejected", "El albarán firmado prueba la entrega conforme."
	if d.fate == contestsRightly {
		state, words = "upheld", "El acreedor reconoce el defecto y emitirá abono."
	}
	err := w.lawyer(d).post(ctx, "/disputes/"+dispute.String()+"/resolve", map[string]any{"state": state, "resolution": words}, nil)
	if err != nil && (stopped(err) || closed(err)) {
		return nil // paid meanwhile
	}
	if err != nil || d.fate != contestsRightly {
		return err
	}
	return w.advance(ctx, d, caseID, "declined", "Disputa estimada")
}
