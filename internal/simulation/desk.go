package simulation

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// deskWork is a day of the firm's people: the tasks the strategy has put on their desks, and each other's drafts.
func (w *World) deskWork(ctx context.Context) error {
	for _, team := range []string{"Madrid", "Norte"} {
		var tasks struct {
			Data []struct {
				CaseID uuid.UUID `json:"case_id"`
				Kind   string    `json:"kind"`
			} `json:"data"`
		}
		if err := w.person("paralegal", team).get(ctx, "/tasks?limit=200", &tasks); err != nil {
			return fmt.Errorf("reading the tasks of %s: %w", team, err)
		}
		for _, task := range tasks.Data {
			d := w.byCase[task.CaseID]
			if d == nil {
				continue
			}
			if err := w.work(ctx, d, task.CaseID, task.Kind); err != nil && !closed(err) {
				return fmt.Errorf("working %s of case %s (%s): %w", task.Kind, task.CaseID, d.fate, err)
			}
		}
	}
	return nil
}

func (w *World) work(ctx context.Context, d *debtor, id uuid.UUID, kind string) error {
	switch kind {
	case "prepare_demand":
		return w.draftDemand(ctx, d, id)
	case "prepare_suit":
		return w.draftSuit(ctx, d, id)
	case "propose_uncollectible":
		return w.advance(ctx, d, id, "uncollectible", "Importe inferior al que compensa demandar")
	}
	return nil
}

type made struct {
	ID uuid.UUID `json:"id"`
}

// draftDemand: the paralegal drafts and submits; a lawyer reads it the next day.
func (w *World) draftDemand(ctx context.Context, d *debtor, id uuid.UUID) error {
	var demand made
	if err := w.paralegal(d).post(ctx, "/cases/"+id.String()+"/demands", map[string]any{}, &demand); err != nil {
		return err
	}
	if err := w.paralegal(d).post(ctx, "/demands/"+demand.ID.String()+"/submit", map[string]any{}, nil); err != nil {
		return err
	}
	w.in(1, func(ctx context.Context) error { return w.signDemand(ctx, d, demand.ID) })
	return nil
}

// signDemand: the lawyer approves and signs, the paralegal hands the frozen letter to the certified channel.
func (w *World) signDemand(ctx context.Context, d *debtor, id uuid.UUID) error {
	for _, act := range []string{"approve", "sign"} {
		if err := w.lawyer(d).post(ctx, "/demands/"+id.String()+"/"+act, map[string]any{}, nil); err != nil {
			if closed(err) || stopped(err) {
				return nil
			}
			return err
		}
	}
	reference := "BF" + id.String()[24:]
	err := w.paralegal(d).post(ctx, "/demands/"+id.String()+"/dispatch", map[string]any{"channel": channelOf(d.party.Country), "operator_reference": reference}, nil)
	if err != nil {
		return err
	}
	w.in(3+w.rand.IntN(4), func(ctx context.Context) error { return w.deliverDemand(ctx, d, id, reference) })
	return nil
}

func channelOf(country string) string {
	if country == "PE" {
		return "carta_notarial"
	}
	return "burofax"
}

// deliverDemand: the operator's certificate comes back.
func (w *World) deliverDemand(ctx context.Context, d *debtor, id uuid.UUID, reference string) error {
	result, grade := "delivered", 4
	if d.fate == letterReturned || d.fate == limitationRunsOut { // a letter that arrives would start the term of limitation again
		result, grade = "returned", 3
	}
	paper, err := deliveryPDF(reference, d.party.Name, w.today.String(), result)
	if err != nil {
		return err
	}
	err = w.paralegal(d).post(ctx, "/demands/"+id.String()+"/delivery", map[string]any{"result": result, "on": w.today.String(), "grade": grade,
		"document": document{Name: "acuse-" + reference + ".pdf", MediaType: "application/pdf", ContentBase64: paper}}, nil)
	if err != nil {
		return err
	}
	switch {
	case d.fate == limitationRunsOut:
		return nil
	case result == "returned":
		w.in(20, func(ctx context.Context) error {
			return w.eachCase(ctx, d, func(c uuid.UUID) error {
				return w.advance(ctx, d, c, "uncollectible", "Ausente y sin otro domicilio conocido")
			})
		})
		return nil
	}
	w.letterArrived(d)
	return nil
}

// draftSuit: the paralegal opens the payment order procedure and drafts the petition.
func (w *World) draftSuit(ctx context.Context, d *debtor, id uuid.UUID) error {
	if d.party.Country != "ES" || d.fate == silent || d.fate == settlesOnItsDay {
		return nil // elsewhere a local lawyer sues; here the desk is full
	}
	var proceeding, filing made
	err := w.paralegal(d).post(ctx, "/cases/"+id.String()+"/proceedings", map[string]any{"procedure": "monitorio", "court": "Tribunal de Instancia de " + d.party.Address.City + ", Sección Civil"}, &proceeding)
	if err != nil {
		return err
	}
	if err := w.paralegal(d).post(ctx, "/proceedings/"+proceeding.ID.String()+"/filings", map[string]any{}, &filing); err != nil {
		return err
	}
	if err := w.paralegal(d).post(ctx, "/filings/"+filing.ID.String()+"/submit", map[string]any{}, nil); err != nil {
		return err
	}
	w.in(2, func(ctx context.Context) error { return w.fileSuit(ctx, d, proceeding.ID, filing.ID) })
	return nil
}

func (w *World) fileSuit(ctx context.Context, d *debtor, proceeding, filing uuid.UUID) error {
	for _, act := range []string{"approve", "sign"} {
		if err := w.lawyer(d).post(ctx, "/filings/"+filing.String()+"/"+act, map[string]any{}, nil); err != nil {
			if closed(err) {
				return nil
			}
			return err
		}
	}
	docket := fmt.Sprintf("Monitorio %d/%d", 100+w.rand.IntN(900), w.today.Year)
	receipt, err := courtPDF("JUSTIFICANTE DE PRESENTACIÓN", docket, w.today.String())
	if err != nil {
		return err
	}
	err = w.lawyer(d).post(ctx, "/filings/"+filing.String()+"/file", map[string]any{"docket_number": docket, "filed_on": w.today.String(),
		"receipt": document{Name: "justificante.pdf", MediaType: "application/pdf", ContentBase64: receipt}}, nil)
	if err != nil {
		return err
	}
	w.in(9, w.act(d, proceeding, "admitted"))
	w.in(20, w.act(d, proceeding, "served"))
	if d.fate == silentToTitle || d.fate == paysInEnforcement {
		w.in(52, w.act(d, proceeding, "no_answer"))
	}
	if d.fate == paysInEnforcement {
		w.in(70, func(ctx context.Context) error { return w.payAll(ctx, d, false) })
	}
	return nil
}

func (w *World) act(d *debtor, proceeding uuid.UUID, kind string) func(context.Context) error {
	return func(ctx context.Context) error {
		err := w.lawyer(d).post(ctx, "/proceedings/"+proceeding.String()+"/acts", map[string]any{"kind": kind, "happened_on": w.today.String()}, nil)
		var r *refusal
		if errors.As(err, &r) && r.Code == "term_running" { // August does not count
			w.in(7, w.act(d, proceeding, kind))
			return nil
		}
		return err
	}
}
