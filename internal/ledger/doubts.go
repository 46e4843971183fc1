package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// The codes of doubts.
const (
	RateUnticked  = "rate_unticked"    // read only in a secondary source, and no lawyer ticked its period: it stands in no signed paper
	FactConfirmed = "fact_confirmed"   // read nowhere; the firm's word stands for it
	TableLate     = "rate_table_late"  // the table of rates does not reach the day, within the firm's grace
	TableStale    = "rate_table_stale" // after the grace: it stands in no signed paper
)

// Doubt is something in a statement that its signer has to know.
type Doubt struct {
	Code string       `json:"code"`
	ID   string       `json:"id"` // of the rate period or fact; of a stale table its regime
	Text problem.Text `json:"text"`
}

// Doubts are what the statement rests on without the official text: rates read only in a secondary source that no lawyer ticked,
// unverified facts that the firm confirmed and the statement uses, tables that do not reach its day. Each once.
func (s Statement) Doubts() []Doubt {
	var all []Doubt
	add := func(d Doubt) {
		if !slices.ContainsFunc(all, func(have Doubt) bool { return have.Code == d.Code && have.ID == d.ID }) {
			all = append(all, d)
		}
	}
	for _, r := range s.Rates {
		if !r.Vouched && (r.Confidence == law.ReadSecondary || r.Confidence == law.Unverified) {
			add(Doubt{RateUnticked, r.RateID, problem.Text{
				ES: fmt.Sprintf("El tipo del %s %% (%s, del %s al %s) solo se ha leído en una fuente secundaria: un abogado debe cotejarlo con la publicación oficial y darle el visto.", strings.Replace(r.RatePct, ".", ",", 1), r.Law, r.From.Short("es"), r.To.Short("es")),
				EN: fmt.Sprintf("The rate of %s %% (%s, %s to %s) was read only in a secondary source: a lawyer has to check it against the official publication and tick it.", r.RatePct, r.Law, r.From.Short("en"), r.To.Short("en"))}})
		}
		if r.Rests != "" {
			add(confirmedFact(r.Rests))
		}
	}
	for _, d := range s.Debts {
		for _, doubt := range d.doubts {
			add(doubt)
		}
	}
	return all
}

func confirmedFact(id string) Doubt {
	return Doubt{FactConfirmed, id, problem.Text{
		ES: fmt.Sprintf("El dato «%s» no se ha leído en ningún texto: se usa porque el despacho lo confirmó.", id),
		EN: fmt.Sprintf("The fact %q was read in no text: it is used because the firm confirmed it.", id)}}
}

// Signable refuses a statement in a signed document: rates_unticked, with every period that a lawyer has still to tick, and
// rate_table_stale where a table ended longer ago than the firm's grace.
func (s Statement) Signable() error {
	var unticked []problem.Reason
	for _, d := range s.Doubts() {
		switch d.Code {
		case RateUnticked:
			unticked = append(unticked, problem.Reason{Pointer: d.ID, Code: d.Code, Text: d.Text})
		case TableStale:
			return problem.New(problem.Conflict, TableStale, d.Text.ES, d.Text.EN)
		}
	}
	if len(unticked) > 0 {
		return problem.New(problem.Conflict, "rates_unticked",
			"Hay tipos leídos solo en una fuente secundaria: un abogado debe darles el visto, en la liquidación o en Normativa, antes de firmar.",
			"There are rates read only in a secondary source: a lawyer has to tick them, on the statement or under Law, before this is signed.").With(unticked...)
	}
	return nil
}

// doubts are those of a claim that its slices do not show: how the law orders payments, and whether its table reaches the day.
func (c *claim) doubts(asOf day.Date) (all []Doubt) {
	terms, _ := c.termsOn(asOf.AddDays(1))
	if terms.Regime != law.None {
		if s := c.pack.Stale(terms.Regime, asOf); s != nil {
			code := TableLate
			if s.Refused {
				code = TableStale
			}
			all = append(all, Doubt{code, string(s.Regime), s.Text})
		}
	}
	for l := range c.standing(asOf) {
		if l.Kind != Paying {
			continue
		}
		for _, f := range c.pack.AllocationFacts() {
			if f.Confidence == law.Unverified && f.Confirmed {
				all = append(all, confirmedFact(f.ID))
			}
		}
		break
	}
	return all
}

// DocumentDay is the day to which a document made today states the interest of cases: today, or the last day that the law's tables
// cover, with the warning to show its signer. After the grace it is the problem rate_table_stale; moved_after_rates where the ledger
// moved after that last day, for a paper up to it would leave a payment out.
func (b *Book) DocumentDay(tx *postgres.Tx, client uuid.UUID, caseIDs []uuid.UUID, today day.Date) (asOf day.Date, warning *law.Stale, err error) {
	claims, err := b.load(tx, client, Selection{Cases: caseIDs}, time.Time{}, "")
	if err != nil {
		return today, nil, err
	}
	asOf = today
	for _, c := range claims {
		terms, _ := c.termsOn(today)
		if terms.Regime == law.None {
			continue
		}
		on, stale, err := c.pack.DocumentDay([]law.Regime{terms.Regime}, today)
		if err != nil {
			return today, stale, err
		}
		if on.Before(asOf) {
			asOf, warning = on, stale
		}
	}
	for _, c := range claims {
		if warning != nil && slices.ContainsFunc(c.lines, func(l Line) bool { return l.Stands() && l.EffectiveOn.After(asOf) }) {
			return today, warning, errMoved.With(problem.Reason{Code: TableLate, Text: warning.Text})
		}
	}
	return asOf, warning, nil
}

var errMoved = problem.New(problem.Conflict, "moved_after_rates",
	"Hay cobros o apuntes posteriores al último día con tipo publicado: cargue el tipo antes de hacer documentos.",
	"There are payments or lines after the last day with a published rate: load the rate before papers are made.")
