package statements

import (
	"slices"

	"recobro/internal/cases"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/problem"
)

// How an item of a checklist stands.
const (
	Present  = "present"
	Doubtful = "doubtful" // a lawyer should look: it rests on a fact that nobody has read in the law itself, or the paper may do without it
	Missing  = "missing"  // the paper cannot go on
)

// Check is one item that is looked at before a paper is submitted or signed.
type Check struct {
	ID        string       `json:"id"`
	Text      problem.Text `json:"text"`
	Law       string       `json:"law,omitempty"`
	State     string       `json:"state"`
	Note      problem.Text `json:"note,omitzero"`
	Signature bool         `json:"signature,omitempty"` // what is missing stands against the signature alone
	Fact      string       `json:"fact,omitempty"`      // the rate that a lawyer may tick, or the fact that the firm confirmed
}

var (
	mend      = problem.Text{ES: "Un abogado da el visto en Normativa, tras cotejarlo con la publicación oficial.", EN: "A lawyer ticks it under Law, once it is checked against the official publication."}
	reserved  = problem.Text{ES: "El documento liquida intereses hasta ese día y reserva los posteriores.", EN: "The paper states interest up to that day and reserves what comes later."}
	applied   = problem.Text{ES: "El tipo pactado se ha limitado a lo que la ley permite.", EN: "The agreed rate was held to what the law allows."}
	byHand    = problem.Text{ES: "La ley no da una cifra: compruebe que el tipo pactado la respeta.", EN: "The law gives no figure: make sure that the agreed rate keeps to it."}
	published = problem.Text{ES: "Cargue el tipo publicado en Normativa: no se firma hasta entonces.", EN: "Load the published rate under Law: nothing is signed until then."}
)

// Checks are what whoever signs a paper with these figures has to know of them: periods of rates without a lawyer's tick (missing, for
// the signature), facts that only the firm's word supports, a table that ends before today (stale, nil when none), and the law's limit
// on the rate that this debtor agreed.
func Checks(s ledger.Statement, stale *law.Stale, pack *law.Pack, debtor cases.Party) []Check {
	var all []Check
	for _, d := range s.Doubts() {
		c := Check{ID: d.Code, Text: d.Text, State: Doubtful, Fact: d.ID, Signature: true}
		switch d.Code {
		case ledger.RateUnticked:
			c.State, c.Note = Missing, mend
		case ledger.TableStale:
			c.State, c.Note = Missing, published
		}
		all = append(all, c)
	}
	if stale != nil {
		all = append(all, Check{ID: "rate_table_late", Text: stale.Text, State: Doubtful, Note: reserved, Signature: true})
	}
	agreed := slices.ContainsFunc(s.Debts, func(d ledger.DebtStatement) bool {
		return slices.ContainsFunc(d.Terms, func(b ledger.Bears) bool { return b.Regime == law.Agreed })
	})
	if limit, article, figures, found := pack.AgreedCap(debtor.Kind == law.Person); found && agreed {
		c := Check{ID: "agreed_rate_cap", Text: limit, Law: article, State: Doubtful, Note: byHand, Signature: true}
		if figures {
			c.State, c.Note = Present, applied
		}
		all = append(all, c)
	}
	return all
}
