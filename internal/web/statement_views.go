package web

import (
	"context"
	"net/http"
	"path"
	"strings"

	"recobro/internal/access"
	"recobro/internal/day"
	"recobro/internal/evidence"
	"recobro/internal/gazette"
	"recobro/internal/law"
	"recobro/internal/ledger"
	"recobro/internal/postgres"
	"recobro/internal/statements"
)

// rateLine is a rate with how far it can be trusted.
type rateLine struct {
	ledger.Rate
	Published string
	Tone      string
	Check     string // key of its word
	By        string // the lawyer who vouched for it
	On        day.Date
}

// Short is the publication as a table cites it.
func (l rateLine) Short() string { return statements.Short(l.Published) }

// explainRates says of each rate whether it was checked, and by whom; whoever may tick those that wait gets the button.
func (s *Server) explainRates(r *http.Request, who evidence.Actor, p *statementSheet) error {
	var vouched, unticked []string
	for _, rate := range p.Rates {
		if rate.Vouched {
			vouched = append(vouched, rate.RateID)
		}
	}
	var by map[string]gazette.Change
	err := s.Log.DB.View(r.Context(), who.Token, func(tx *postgres.Tx) (err error) {
		by, err = gazette.VouchedBy(tx, vouched)
		return err
	})
	if err != nil {
		return err
	}
	for _, rate := range p.Rates {
		line := rateLine{Rate: rate, Published: statements.Published(rate.Publication, rate.Source), Tone: "ok", Check: "statement.check." + string(rate.Confidence)}
		switch {
		case rate.Vouched && rate.Confidence != law.ReadLaw && rate.Confidence != law.Computed:
			line.Check, line.By = "statement.check.vouched", by[rate.RateID].Decider
			if at := by[rate.RateID].DecidedAt; !at.IsZero() {
				line.On = day.In(at, p.Zone)
			}
		case rate.Confidence == law.ReadSecondary:
			line.Tone = "warn"
			unticked = append(unticked, rate.RateID)
		case rate.Confidence != law.ReadLaw && rate.Confidence != law.Computed:
			line.Tone = "info"
		}
		p.RateLines = append(p.RateLines, line)
	}
	if p.Fixed == "" { // what was known then is not changed by a tick of today
		p.Ticks = ticksFor(r, who, unticked)
	}
	return nil
}

// ticks are rates that wait for a lawyer, with the button of whoever may tick them. No rates, no button.
type ticks struct {
	Facts     []string
	May       bool
	Back, Key string
}

func ticksFor(r *http.Request, who evidence.Actor, facts []string) ticks {
	back := r.URL.RequestURI()
	if r.Method != http.MethodGet { // a form that was refused: its page is one step up
		back = path.Dir(r.URL.Path)
	}
	return ticks{Facts: facts, May: access.RequireSome(who, access.To(access.ActVerify, access.ObjLaw)) == nil, Back: back, Key: newKey()}
}

// tickRates records that a lawyer has checked rates against their official publication, and goes back to the paper.
func (s *Server) tickRates(w http.ResponseWriter, r *http.Request, who evidence.Actor) error {
	return submit(s, w, r, submitted[[]gazette.Change]{name: "rates", done: "rates_ticked",
		do: func(ctx context.Context) ([]gazette.Change, error) {
			return s.Gazette.Tick(ctx, who, r.PostForm["fact"], "")
		},
		next: func([]gazette.Change) string { return localPath(r.PostFormValue("back")) }})
}

// month is one month of the daily detail.
type month struct {
	ledger.Month
	Name   string
	Events map[day.Date][]string
}

// monthsOf lays the days of a statement out by months.
func monthsOf(lang string, s ledger.Statement) ([]month, error) {
	all, err := s.Daily()
	if err != nil {
		return nil, err
	}
	events := eventsOf(lang, s)
	named := make([]month, len(all))
	for i, m := range all {
		_, name, _ := strings.Cut(m.First.Long(lang), map[string]string{"es": " de ", "en": " "}[lang])
		named[i] = month{m, name, events}
	}
	return named, nil
}

// eventsOf are what changes the interest of a statement, by the day.
func eventsOf(lang string, s ledger.Statement) map[day.Date][]string {
	events := map[day.Date][]string{}
	told := map[string]bool{}
	add := func(on day.Date, sentence string) {
		if key := on.String() + sentence; !told[key] {
			told[key] = true
			events[on] = append(events[on], sentence)
		}
	}
	for _, d := range s.Debts {
		for i, one := range d.Slices {
			switch {
			case i == 0:
				add(one.From, text(lang, "statement.event.start", statements.DebtName(d.Kind, d.Number, lang)))
			case one.RateID != d.Slices[i-1].RateID:
				add(one.From, text(lang, "statement.event.rate", percent(lang, one.RatePct), statements.Short(statements.Published(one.Publication, one.Law))))
			}
		}
	}
	for _, p := range statements.Payments(s) {
		add(p.On, text(lang, "statement.event.payment", inWords(lang, p.Amount)))
	}
	for _, p := range statements.GivenUp(s) {
		add(p.Line.EffectiveOn, text(lang, "statement.event.given", inWords(lang, p.Amount)))
	}
	return events
}
