package ledger

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/postgres"
	"recobro/internal/problem"
)

// Doubt is something in a statement that its signer has to know.
type Doubt struct {
	Code string       `json:"code"` // rate_unticked, fact_confirmed, rate_table_late, rate_table_stale
	ID   string       `json:"id"`   // of the rate period or fact; of a stale table its regime
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
		switch {
		case r.Confidence == law.ReadSecondary && !r.Vouched:
			add(Doubt{"rate_unticked", r.RateID, problem.Text{
				ES: fmt.Sprintf("El tipo del %s %% (%s, del %s al %s) solo se ha leído en una fuente secundaria: un abogado debe cotejarlo con la publicación oficial.", r.RatePct, r.Law, r.From, r.To),
				EN: fmt.Sprintf("The rate of %s %% (%s, %s to %s) was read only in a secondary source: a lawyer has to check it against the official publication.", r.RatePct, r.Law, r.From, r.To)}})
		case r.Confidence == law.Unverified:
			add(confirmedFact(r.RateID))
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
	return Doubt{"fact_confirmed", id, problem.Text{
		ES: fmt.Sprintf("El dato «%s» no se ha leído en ningún texto: se usa porque el despacho lo confirmó.", id),
		EN: fmt.Sprintf("The fact %q was read in no text: it is used because the firm confirmed it.", id)}}
}

// Signable refuses a statement in a signed document: rates_unticked, with every period that a lawyer has still to tick, and
// rate_table_stale where a table ended longer ago than the firm's grace.
func (s Statement) Signable() error {
	var unticked []problem.Reason
	for _, d := range s.Doubts() {
		switch d.Code {
		case "rate_unticked":
			unticked = append(unticked, problem.Reason{Pointer: d.ID, Code: d.Code, Text: d.Text})
		case staleRefused:
			return problem.New(problem.Conflict, staleRefused, d.Text.ES, d.Text.EN)
		}
	}
	if len(unticked) > 0 {
		return problem.New(problem.Conflict, "rates_unticked",
			"Hay tipos leídos solo en una fuente secundaria: un abogado debe cotejarlos antes de firmar.",
			"There are rates read only in a secondary source: a lawyer has to check them before this is signed.").With(unticked...)
	}
	return nil
}

const (
	staleWarned  = "rate_table_late"
	staleRefused = "rate_table_stale"
)

// doubts are those of a claim that its slices do not show: how the law orders payments, and whether its table reaches the day.
func (c *claim) doubts(asOf day.Date) (all []Doubt) {
	terms, _ := c.termsOn(asOf.AddDays(1))
	if terms.Regime != law.None {
		if s := c.pack.Stale(terms.Regime, asOf); s != nil {
			code := staleWarned
			if s.Refused {
				code = staleRefused
			}
			all = append(all, Doubt{code, string(s.Regime), s.Text})
		}
	}
	for l := range c.standing(asOf) {
		if l.Kind != Paying {
			continue
		}
		for _, f := range c.pack.AllocationFacts() {
			if f.Confidence == law.Unverified {
				all = append(all, confirmedFact(f.ID))
			}
		}
		break
	}
	return all
}

// DocumentDay is the day to which a document made today states the interest of cases: today, or the last day that the law's tables
// cover, with the warning to show its signer. After the grace it is the problem rate_table_stale.
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
	return asOf, warning, nil
}
