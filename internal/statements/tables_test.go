package statements

import (
	"testing"

	"recobro/internal/day"
	"recobro/internal/ledger"
	"recobro/internal/money"
)

func TestPaymentsNoteSaysWhatThePaymentsWereTakenOff(t *testing.T) {
	eur := func(minor int64) money.Amount { return money.Of(minor, money.EUR) }
	paid := func(c ledger.Component, minor int64) ledger.Total {
		return ledger.Total{Component: c, Sum: ledger.Sum{Charged: eur(minor), Paid: eur(minor), Waived: eur(0)}, Left: eur(0)}
	}
	s := ledger.Statement{AsOf: day.Of(2026, 7, 9), Currency: money.EUR, Paid: eur(320016),
		Totals: []ledger.Total{paid(ledger.Principal, 305924), paid(ledger.OrdinaryInterest, 0), paid(ledger.Interest, 14092), paid(ledger.Compensation, 0), paid(ledger.Cost, 0), paid(ledger.CourtFee, 0)}}
	want := "Ya se han descontado los pagos recibidos hasta el 9 de julio de 2026, 3.200,16\u00a0€ en total: 3.059,24\u00a0€ del principal y 140,92\u00a0€ de los intereses."
	if got := PaymentsNote(s, "es", "es-ES"); got != want {
		t.Errorf("got %q", got)
	}
	for i, total := range s.Totals {
		s.Totals[i] = paid(total.Component, 0)
	}
	if got := PaymentsNote(s, "es", "es-ES"); got != "" {
		t.Errorf("nothing was paid, yet: %q", got)
	}
}

func TestALetterCitesTheGazetteOrTheArticleNeverWhereWeReadIt(t *testing.T) {
	for publication, want := range map[string]string{"BOE-A-2026-14327": "BOE-A-2026-14327", "": "Código de Comercio, art. 362"} {
		if got := Published(publication, "Código de Comercio, art. 362"); got != want {
			t.Errorf("%s: %q", publication, got)
		}
	}
}
