package ledger

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"recobro/internal/day"
	"recobro/internal/law"
	"recobro/internal/money"
	"recobro/internal/postgres"
)

// Statement (liquidación) is the claim of one or more cases of a client on a day. Every total is a sum of debts.
type Statement struct {
	ClientID      uuid.UUID       `json:"client_id"`
	AsOf          day.Date        `json:"as_of"`
	KnownAt       time.Time       `json:"known_at"` // asked for again as known then, it says the same to the cent
	Currency      money.Currency  `json:"currency"`
	Debts         []DebtStatement `json:"debts"` // the oldest due first
	Totals        []Total         `json:"totals"`
	Charged       money.Amount    `json:"charged"`
	Paid          money.Amount    `json:"paid"`
	Waived        money.Amount    `json:"waived"`
	Open          money.Amount    `json:"open"`
	DailyInterest *money.Amount   `json:"daily_interest"` // earned on the day after as_of; null when the law's rate of that day is not known yet
	Rates         []Rate          `json:"rates"`
}

// Total is one component of a debt or of the whole.
type Total struct {
	Component Component `json:"component"`
	Sum
	Left money.Amount `json:"open"`
}

// DebtStatement is one debt of a statement with the lines and slices that explain it.
type DebtStatement struct {
	CaseID        uuid.UUID     `json:"case_id"`
	CaseNumber    string        `json:"case_number"`
	DebtID        uuid.UUID     `json:"debt_id"`
	Kind          string        `json:"kind"`
	Number        string        `json:"number"`
	IssuedOn      day.Date      `json:"issued_on"`
	DueOn         day.Date      `json:"due_on"`
	Totals        []Total       `json:"totals"`
	Open          money.Amount  `json:"open"`
	DailyInterest *money.Amount `json:"daily_interest"`
	Slices        []Slice       `json:"slices"`
	Lines         []Line        `json:"lines"`
}

// Slice is the interest of the days From to To, both included, on one principal at one rate.
type Slice struct {
	From       day.Date       `json:"from"`
	To         day.Date       `json:"to"`
	Days       int            `json:"days"`
	Base       money.Amount   `json:"base"`
	RatePct    string         `json:"rate_pct"` // yearly per cent; of the whole slice where the law uses accumulated factors
	Law        string         `json:"law"`
	Source     string         `json:"source"`
	Confidence law.Confidence `json:"confidence"`
	Amount     money.Amount   `json:"amount"`
}

// Rate is one rate that the statement used, from its first day to its last.
type Rate struct {
	From       day.Date       `json:"from"`
	To         day.Date       `json:"to"`
	RatePct    string         `json:"rate_pct"`
	Law        string         `json:"law"`
	Source     string         `json:"source"`
	Confidence law.Confidence `json:"confidence"`
}

// Total finds a component of the whole.
func (s Statement) Total(c Component) Total { return find(s.Totals, c) }

// Total finds a component of the debt.
func (s DebtStatement) Total(c Component) Total { return find(s.Totals, c) }

func find(totals []Total, c Component) Total {
	return totals[slices.IndexFunc(totals, func(t Total) bool { return t.Component == c })]
}

// Statement computes what the cases amount to on a day, from the lines recorded up to knownAt (zero: all recorded so far). A rate
// that the law's pack does not have is the problem rate_missing.
func (b *Book) Statement(tx *postgres.Tx, client uuid.UUID, caseIDs []uuid.UUID, asOf day.Date, knownAt time.Time) (Statement, error) {
	claims, err := b.load(tx, client, caseIDs, "")
	if err != nil || len(claims) == 0 {
		return Statement{}, err
	}
	s := Statement{ClientID: client, AsOf: asOf, KnownAt: knownAt, Currency: claims[0].Currency}
	var whole map[Component]Sum
	daily := money.Of(0, s.Currency)
	s.DailyInterest = &daily
	for _, c := range claims {
		if c.Currency != s.Currency {
			return Statement{}, errMixed
		}
		c.knownBy(knownAt)
		d, sums, err := c.statement(asOf)
		if err != nil {
			return Statement{}, err
		}
		s.Debts, whole = append(s.Debts, d), plus(whole, sums)
		if knownAt.IsZero() && len(c.lines) > 0 {
			s.KnownAt = later(s.KnownAt, c.lines)
		}
		if s.DailyInterest != nil && d.DailyInterest != nil {
			daily = daily.Plus(*d.DailyInterest)
		} else {
			s.DailyInterest = nil
		}
		for _, slice := range d.Slices {
			s.addRate(slice)
		}
	}
	slices.SortFunc(s.Rates, func(a, b Rate) int { return a.From.DaysSince(b.From) })
	s.Totals = totalsOf(whole)
	all := all(whole)
	s.Charged, s.Paid, s.Waived, s.Open = all.Charged, all.Paid, all.Waived, all.Open()
	return s, nil
}

func later(at time.Time, lines []Line) time.Time {
	for _, l := range lines {
		if l.RecordedAt.After(at) {
			at = l.RecordedAt
		}
	}
	return at
}

// addRate widens the days of a rate that is listed already.
func (s *Statement) addRate(slice Slice) {
	for i, r := range s.Rates {
		if r.RatePct == slice.RatePct && r.Source == slice.Source && r.Law == slice.Law {
			s.Rates[i].From, s.Rates[i].To = day.Earlier(r.From, slice.From), day.Later(r.To, slice.To)
			return
		}
	}
	s.Rates = append(s.Rates, Rate{slice.From, slice.To, slice.RatePct, slice.Law, slice.Source, slice.Confidence})
}

func (c *claim) statement(asOf day.Date) (DebtStatement, map[Component]Sum, error) {
	p, err := c.at(asOf)
	if err != nil {
		return DebtStatement{}, nil, err
	}
	d := DebtStatement{CaseID: c.CaseID, CaseNumber: c.CaseNumber, DebtID: c.DebtID, Kind: c.Kind, Number: c.Number, IssuedOn: c.IssuedOn, DueOn: c.DueOn,
		Totals: totalsOf(p.sums), Open: all(p.sums).Open(), Slices: []Slice{}, Lines: []Line{}}
	for _, s := range p.slices {
		d.Slices = append(d.Slices, Slice{s.From, s.To, s.Days, s.Base, s.RatePct.String(), s.Law, s.Source, s.Confidence, s.Amount})
	}
	for _, l := range c.lines {
		if !l.EffectiveOn.After(asOf) {
			d.Lines = append(d.Lines, l)
		}
	}
	d.DailyInterest, err = c.daily(asOf)
	return d, p.sums, err
}

func plus(a, b map[Component]Sum) map[Component]Sum {
	if a == nil {
		return b
	}
	for _, c := range Components {
		a[c] = a[c].plus(b[c])
	}
	return a
}

func totalsOf(sums map[Component]Sum) []Total {
	totals := make([]Total, len(Components))
	for i, c := range Components {
		totals[i] = Total{c, sums[c], sums[c].Open()}
	}
	return totals
}

// all adds the components up.
func all(sums map[Component]Sum) Sum {
	var whole Sum
	for _, s := range sums {
		whole = whole.plus(s)
	}
	return whole
}

// Balance is what stands open of one case on a day.
type Balance struct {
	Principal    money.Amount `json:"principal"`
	Interest     money.Amount `json:"interest"`
	Compensation money.Amount `json:"compensation"`
	Cost         money.Amount `json:"cost"`
	CourtFee     money.Amount `json:"court_fee"`
	Total        money.Amount `json:"total"`
	Paid         money.Amount `json:"paid"` // of all components, up to the day
	Waived       money.Amount `json:"waived"`
}

// Balance computes what stands open of each case on a day: the figures of Statement without their explanation.
func (b *Book) Balance(tx *postgres.Tx, client uuid.UUID, caseIDs []uuid.UUID, asOf day.Date) (map[uuid.UUID]Balance, error) {
	claims, err := b.load(tx, client, caseIDs, "")
	if err != nil {
		return nil, err
	}
	return balances(claims, asOf)
}

func balances(claims []*claim, on day.Date) (map[uuid.UUID]Balance, error) {
	sums := map[uuid.UUID]map[Component]Sum{}
	for _, c := range claims {
		p, err := c.at(on)
		if err != nil {
			return nil, err
		}
		sums[c.CaseID] = plus(sums[c.CaseID], p.sums)
	}
	out := map[uuid.UUID]Balance{}
	for id, s := range sums {
		whole := all(s)
		out[id] = Balance{s[Principal].Open(), s[Interest].Open(), s[Compensation].Open(), s[Cost].Open(), s[CourtFee].Open(), whole.Open(), whole.Paid, whole.Waived}
	}
	return out, nil
}
