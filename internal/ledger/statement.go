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

// Statement (liquidación) is the claim of debts of a client on a day, all in one currency. Every total is a sum of debts.
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
	WrittenOff    money.Amount    `json:"written_off"`
	Open          money.Amount    `json:"open"`
	Advanced      money.Amount    `json:"advanced"`            // costs that the debtor does not bear, or not yet: no part of the claim
	Converted     *Converted      `json:"converted,omitempty"` // open in the country's money, of a claim in a unit of account
	DailyInterest *money.Amount   `json:"daily_interest"`      // earned on the day after as_of; null when the law's rate of that day is not known yet
	Rates         []Rate          `json:"rates"`
}

// Total is one component of a debt or of the whole.
type Total struct {
	Component Component `json:"component"`
	Sum
	Left money.Amount `json:"open"`
}

// Converted is a sum of units of account in money, at the unit's value of the day of the statement.
type Converted struct {
	Open   money.Amount `json:"open"`
	Value  string       `json:"unit_value"`
	On     day.Date     `json:"on"`
	Source string       `json:"source"`
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
	Advanced      money.Amount  `json:"advanced"`
	DailyInterest *money.Amount `json:"daily_interest"`
	Terms         []Bears       `json:"interest_terms"` // none: it bears no interest, or none yet
	Slices        []Slice       `json:"slices"`
	Lines         []Line        `json:"lines"`
	doubts        []Doubt
}

// Bears says under which terms a debt bears interest from a day on.
type Bears struct {
	From    day.Date   `json:"from"` // the first day
	Regime  law.Regime `json:"regime"`
	RatePct string     `json:"agreed_rate_pct,omitempty"`
	Kind    TermsKind  `json:"set_by,omitempty"` // empty: the debt itself, from its due day
	Basis   string     `json:"basis"`
}

// Slice is the interest of the days From to To, both included, on one principal at one rate.
type Slice struct {
	From        day.Date       `json:"from"`
	To          day.Date       `json:"to"`
	Days        int            `json:"days"`
	Base        money.Amount   `json:"base"`
	RatePct     string         `json:"rate_pct"`            // yearly per cent; of the whole slice where the law uses accumulated factors
	YearDays    int            `json:"year_days,omitempty"` // that divide the yearly rate
	Compound    bool           `json:"compound,omitempty"`  // the yearly rate is an effective one
	Law         string         `json:"law"`
	Source      string         `json:"source"`
	Publication string         `json:"publication,omitempty"` // the official one, as it is printed
	Confidence  law.Confidence `json:"confidence"`
	RateID      string         `json:"rate_id"` // by which a lawyer ticks or confirms the period
	Vouched     bool           `json:"vouched"` // a lawyer has
	Rests       string         `json:"-"`       // the fact read in no text that it rests on; a doubt of the statement names it
	Amount      money.Amount   `json:"amount"`
}

// Rate is one rate that the statement used, from its first day to its last.
type Rate struct {
	From        day.Date       `json:"from"`
	To          day.Date       `json:"to"`
	RatePct     string         `json:"rate_pct"`
	Law         string         `json:"law"`
	Source      string         `json:"source"`
	Publication string         `json:"publication,omitempty"`
	Confidence  law.Confidence `json:"confidence"`
	RateID      string         `json:"rate_id"`
	Vouched     bool           `json:"vouched"`
	Rests       string         `json:"-"`
}

// Total finds a component of the whole.
func (s Statement) Total(c Component) Total { return find(s.Totals, c) }

// Total finds a component of the debt.
func (s DebtStatement) Total(c Component) Total { return find(s.Totals, c) }

// Advanced says that the line is a cost that the debtor does not bear, or not yet: it is no part of the claim.
func (l Line) Advanced() bool { return l.BorneBy != "" && l.BorneBy != ByDebtor }

// Size is the amount without its sign.
func (l Line) Size() money.Amount {
	if l.Amount.IsNegative() {
		return l.Amount.Neg()
	}
	return l.Amount
}

// Entered are the standing lines that people enter, and may reverse: costs, court fees, compensation, waivers and write-offs.
func (s Statement) Entered() (lines []Line) {
	for _, d := range s.Debts {
		for _, l := range d.Lines {
			charged := l.Kind == Charge && (l.Component == Cost || l.Component == CourtFee || l.Component == Compensation)
			if !l.undone && (charged || l.Kind == Waiver || l.Kind == WritingOff) {
				lines = append(lines, l)
			}
		}
	}
	return lines
}

func find(totals []Total, c Component) Total {
	return totals[slices.IndexFunc(totals, func(t Total) bool { return t.Component == c })]
}

// Statement computes what cases of one currency amount to on a day, from what was recorded and adopted up to knownAt (zero: all so
// far). A rate that the law's pack does not have is the problem rate_missing.
func (b *Book) Statement(tx *postgres.Tx, client uuid.UUID, caseIDs []uuid.UUID, asOf day.Date, knownAt time.Time) (Statement, error) {
	r, err := b.Read(tx, client, Selection{Cases: caseIDs}, knownAt)
	if err != nil || len(r.claims) == 0 {
		return Statement{}, err
	}
	return r.state(r.claims, asOf)
}

// Reading is what the ledger holds of a selection at an instant, from which statements of any day are computed.
type Reading struct {
	client  uuid.UUID
	knownAt time.Time
	claims  []*claim
}

// Read reads a selection as known at an instant (zero: now). Nothing within reach is the problem not_found.
func (b *Book) Read(tx *postgres.Tx, client uuid.UUID, of Selection, knownAt time.Time) (*Reading, error) {
	claims, err := b.load(tx, client, of, knownAt, "")
	return &Reading{client, knownAt, claims}, err
}

// Statements are those of a day, one for every currency, in the order of the oldest debts.
func (r *Reading) Statements(asOf day.Date) ([]Statement, error) {
	return each(r, asOf, func(c *claim) money.Currency { return c.Currency })
}

// ByCase are the statements of a day, one for every case, in the order of their oldest debts.
func (r *Reading) ByCase(asOf day.Date) ([]Statement, error) {
	return each(r, asOf, func(c *claim) uuid.UUID { return c.CaseID })
}

func each[K comparable](r *Reading, asOf day.Date, key func(*claim) K) ([]Statement, error) {
	groups, order := make(map[K][]*claim, len(r.claims)), make([]K, 0, len(r.claims))
	for _, c := range r.claims {
		k := key(c)
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], c)
	}
	all := make([]Statement, len(order))
	for i, k := range order {
		var err error
		if all[i], err = r.state(groups[k], asOf); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// state makes the statement of claims of one currency.
func (r *Reading) state(claims []*claim, asOf day.Date) (Statement, error) {
	currency := claims[0].Currency
	zero := money.Of(0, currency)
	s := Statement{ClientID: r.client, AsOf: asOf, KnownAt: r.knownAt, Currency: currency, Debts: make([]DebtStatement, 0, len(claims)), Advanced: zero, Rates: []Rate{}}
	whole, daily := nothing(currency), zero
	s.DailyInterest = &daily
	for _, c := range claims {
		if c.Currency != currency {
			return Statement{}, errMixed
		}
		d, sums, err := c.statement(asOf)
		if err != nil {
			return Statement{}, err
		}
		s.Debts, s.Advanced = append(s.Debts, d), s.Advanced.Plus(d.Advanced)
		whole.plus(sums)
		if r.knownAt.IsZero() {
			s.KnownAt = c.newest(s.KnownAt)
		}
		if s.DailyInterest != nil && d.DailyInterest != nil {
			daily = daily.Plus(*d.DailyInterest)
		} else {
			s.DailyInterest = nil
		}
		for i := range d.Slices {
			s.addRate(&d.Slices[i])
		}
	}
	slices.SortStableFunc(s.Rates, func(a, b Rate) int { return a.From.DaysSince(b.From) })
	all := whole.all()
	s.Totals, s.Charged, s.Paid, s.Waived, s.WrittenOff, s.Open = whole.totals(), all.Charged, all.Paid, all.Waived, all.WrittenOff, all.Open()
	s.Converted = converted(claims[0].pack, s.Open, asOf)
	return s, nil
}

// converted is nil for what is owed in money, and where the law has no value of the unit on that day: none is guessed.
func converted(pack *law.Pack, open money.Amount, on day.Date) *Converted {
	if !Pays(pack, pack.Currency, open.Currency) || open.Currency == pack.Currency {
		return nil
	}
	u, err := unitOn(pack, open.Currency, pack.Currency, on)
	if err != nil {
		return nil
	}
	return &Converted{u.back(open), u.value.String(), on, u.source.Source}
}

// newest is the latest instant at which anything of the claim was recorded, or its law changed.
func (c *claim) newest(at time.Time) time.Time {
	for _, l := range c.lines {
		if l.RecordedAt.After(at) {
			at = l.RecordedAt
		}
	}
	for _, t := range c.Terms {
		if t.RecordedAt.After(at) {
			at = t.RecordedAt
		}
	}
	if known := c.pack.KnownSince(); known.After(at) {
		at = known
	}
	return at
}

// addRate widens the days of a rate that is listed already.
func (s *Statement) addRate(slice *Slice) {
	for i := range s.Rates {
		r := &s.Rates[i]
		if r.RateID == slice.RateID && r.RatePct == slice.RatePct && r.Source == slice.Source && r.Law == slice.Law {
			r.From, r.To = day.Earlier(r.From, slice.From), day.Later(r.To, slice.To)
			return
		}
	}
	s.Rates = append(s.Rates, Rate{slice.From, slice.To, slice.RatePct, slice.Law, slice.Source, slice.Publication, slice.Confidence, slice.RateID, slice.Vouched, slice.Rests})
}

// shown are the lines of a statement: those in effect on the day, without the firm's fee. They are the claim's own, not copies, where
// none is left out.
func (c *claim) shown(asOf day.Date) []Line {
	n := len(c.lines)
	for n > 0 && c.lines[n-1].EffectiveOn.After(asOf) {
		n--
	}
	isFee := func(l Line) bool { return l.Component == Fee }
	if slices.ContainsFunc(c.lines[:n], isFee) {
		return slices.DeleteFunc(slices.Clone(c.lines[:n]), isFee)
	}
	if n == 0 {
		return []Line{}
	}
	return c.lines[:n:n]
}

func (c *claim) statement(asOf day.Date) (DebtStatement, *sums, error) {
	p, err := c.at(asOf)
	if err != nil {
		return DebtStatement{}, nil, err
	}
	d := DebtStatement{CaseID: c.CaseID, CaseNumber: c.CaseNumber, DebtID: c.DebtID, Kind: c.Kind, Number: c.Number, IssuedOn: c.IssuedOn, DueOn: c.DueOn,
		Totals: p.sums.totals(), Open: p.sums.all().Open(), Advanced: c.zero(), Terms: []Bears{},
		Slices: make([]Slice, len(p.slices)), Lines: c.shown(asOf)}
	for i := range p.slices {
		s := &p.slices[i]
		pct := ""
		if i > 0 && s.RateID == p.slices[i-1].RateID && s.RatePct.Equal(p.slices[i-1].RatePct) {
			pct = d.Slices[i-1].RatePct
		} else {
			pct = s.RatePct.String()
		}
		d.Slices[i] = Slice{s.From, s.To, s.Days, s.Base, pct, s.YearDays, s.Compound, s.Law, s.Source, s.Publication, s.Confidence, s.RateID, s.Vouched, s.Rests, s.Amount}
	}
	for i := range d.Lines {
		if l := &d.Lines[i]; !l.undone && l.Advanced() {
			d.Advanced = d.Advanced.Plus(l.Amount)
		}
	}
	for _, s := range c.timeline() {
		if s.after.Before(asOf) {
			b := Bears{From: s.after.AddDays(1), Regime: s.terms.Regime, Kind: s.kind, Basis: s.basis}
			if s.terms.Regime == law.Agreed {
				b.RatePct = s.terms.AgreedRate.String()
			}
			d.Terms = append(d.Terms, b)
		}
	}
	d.doubts = c.doubts(asOf)
	d.DailyInterest, err = c.daily(asOf, p.sums.open(Principal))
	return d, &p.sums, err
}

// Balance computes what stands open of each case on a day: the figures of Statement without their explanation.
func (b *Book) Balance(tx *postgres.Tx, client uuid.UUID, caseIDs []uuid.UUID, asOf day.Date) (map[uuid.UUID]Balance, error) {
	claims, err := b.load(tx, client, Selection{Cases: caseIDs}, time.Time{}, "")
	if err != nil {
		return nil, err
	}
	return balances(claims, asOf)
}

func balances(claims []*claim, on day.Date) (map[uuid.UUID]Balance, error) {
	whole := map[uuid.UUID]*sums{}
	for _, c := range claims {
		p, err := c.at(on)
		if err != nil {
			return nil, err
		}
		if s := whole[c.CaseID]; s != nil {
			s.plus(&p.sums)
			continue
		}
		whole[c.CaseID] = &p.sums
	}
	out := make(map[uuid.UUID]Balance, len(whole))
	for id, s := range whole {
		out[id] = s.balance()
	}
	return out, nil
}
