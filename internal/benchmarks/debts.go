package benchmarks

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/google/uuid"

	"recobro/internal/intake"
	"recobro/internal/law"
)

// portfolioSize is the largest portfolio of one call.
const portfolioSize = 1000

type portfolioBody struct {
	Reference string        `json:"reference"`
	Items     []intake.Item `json:"items"`
}

// portfolios writes the bodies of n debts, numbered from serial on: every debtor is new, each with e-mail and telephone.
func portfolios(reference string, serial, n int) ([][]byte, error) {
	var bodies [][]byte
	for from := 0; from < n; from += portfolioSize {
		p := portfolioBody{Reference: fmt.Sprintf("%s-%d", reference, from)}
		for i := from; i < min(n, from+portfolioSize); i++ {
			p.Items = append(p.Items, debt(serial+i))
		}
		body, err := json.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("writing a portfolio: %w", err)
		}
		bodies = append(bodies, body)
	}
	return bodies, nil
}

var trades = []string{"Talleres", "Ferretería", "Panadería", "Transportes", "Reformas", "Papelería", "Viveros", "Imprenta"}

func debt(n int) intake.Item {
	due := opened().AddDate(0, 0, -30-n%300)
	return intake.Item{
		ExternalRef: fmt.Sprintf("ERP/2025/%07d", n),
		Debtor: intake.Debtor{Kind: "company", Name: fmt.Sprintf("%s Brumaluz %d, S.L.", trades[n%len(trades)], n), TaxID: law.MakeTaxID("ES", law.Company, uint64(1000+n)), Country: "ES",
			Language: "es", Email: fmt.Sprintf("deudor%d@deudores.example", n), Phone: fmt.Sprintf("+346%08d", n),
			Address: &intake.Address{Street: fmt.Sprintf("Calle del Molino %d", n%200), PostalCode: "00002", City: "Peñarrubia del Río", Country: "ES"}},
		Debt: intake.Debt{Kind: "invoice", Number: fmt.Sprintf("F-2025-%07d", n), IssuedOn: due.AddDate(0, 0, -30).Format(time.DateOnly), DueOn: due.Format(time.DateOnly),
			Principal: fmt.Sprintf("%d.%02d", 100+n%9000, n%100)},
	}
}

// handOver posts the portfolios one after another, as a client's system does, and answers the ids of the cases.
func (h *house) handOver(ctx context.Context, bodies [][]byte) (opened []uuid.UUID, err error) {
	for _, body := range bodies {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+h.addr+"/api/v1/portfolios", bytes.NewReader(body))
		if err != nil {
			return nil, fmt.Errorf("handing over a portfolio: %w", err)
		}
		r.Header.Set("Authorization", "Bearer "+h.key)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", uuid.NewString())
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			return nil, fmt.Errorf("handing over a portfolio: %w", err)
		}
		answer, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != http.StatusCreated {
			return nil, fmt.Errorf("handing over a portfolio: status %d %.400s (%w)", response.StatusCode, answer, err)
		}
		var said struct {
			Rejected int
			Items    []struct {
				CaseID uuid.UUID `json:"case_id"`
			}
		}
		if err := json.Unmarshal(answer, &said); err != nil {
			return nil, fmt.Errorf("reading the answer to a portfolio: %w", err)
		}
		if said.Rejected > 0 {
			return nil, fmt.Errorf("handing over a portfolio: %d items were rejected: %.400s", said.Rejected, answer)
		}
		for _, item := range said.Items {
			opened = append(opened, item.CaseID)
		}
	}
	return opened, nil
}
