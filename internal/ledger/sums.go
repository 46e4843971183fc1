package ledger

import "recobro/internal/money"

// Sum is what became of one component: Charged − Paid − Waived − WrittenOff is open.
type Sum struct {
	Charged    money.Amount `json:"charged"`
	Paid       money.Amount `json:"paid"`
	Waived     money.Amount `json:"waived"`
	WrittenOff money.Amount `json:"written_off"`
}

// Open is what is still owed.
func (s Sum) Open() money.Amount { return s.Charged.Minus(s.Paid).Minus(s.Waived).Minus(s.WrittenOff) }

func (s Sum) plus(o Sum) Sum {
	return Sum{s.Charged.Plus(o.Charged), s.Paid.Plus(o.Paid), s.Waived.Plus(o.Waived), s.WrittenOff.Plus(o.WrittenOff)}
}

// add counts one standing line.
func (s *Sum) add(l *Line) {
	switch l.Kind {
	case Charge:
		s.Charged = s.Charged.Plus(l.Amount)
	case Paying:
		s.Paid = s.Paid.Minus(l.Amount)
	case Waiver:
		s.Waived = s.Waived.Minus(l.Amount)
	case WritingOff:
		s.WrittenOff = s.WrittenOff.Minus(l.Amount)
	}
}

// sums are those of all components of a claim, in the order of Components.
type sums [6]Sum

func place(c Component) int {
	switch c {
	case Principal:
		return 0
	case OrdinaryInterest:
		return 1
	case Interest:
		return 2
	case Compensation:
		return 3
	case Cost:
		return 4
	case CourtFee:
		return 5
	}
	return -1
}

func nothing(c money.Currency) (s sums) {
	zero := money.Of(0, c)
	for i := range s {
		s[i] = Sum{zero, zero, zero, zero}
	}
	return s
}

func (s *sums) of(c Component) *Sum { return &s[place(c)] }

func (s *sums) open(c Component) money.Amount { return s[place(c)].Open() }

func (s *sums) plus(o *sums) {
	for i := range s {
		s[i] = s[i].plus(o[i])
	}
}

// all adds the components up.
func (s *sums) all() (whole Sum) {
	for _, one := range s {
		whole = whole.plus(one)
	}
	return whole
}

func (s *sums) totals() []Total {
	totals := make([]Total, len(Components))
	for i, c := range Components {
		totals[i] = Total{c, s[i], s[i].Open()}
	}
	return totals
}

// Balance is what stands open of one case on a day.
type Balance struct {
	Principal        money.Amount `json:"principal"`
	OrdinaryInterest money.Amount `json:"ordinary_interest"`
	Interest         money.Amount `json:"interest"`
	Compensation     money.Amount `json:"compensation"`
	Cost             money.Amount `json:"cost"`
	CourtFee         money.Amount `json:"court_fee"`
	Total            money.Amount `json:"total"`
	Paid             money.Amount `json:"paid"` // of all components, up to the day
	Waived           money.Amount `json:"waived"`
	WrittenOff       money.Amount `json:"written_off"`
}

func (s *sums) balance() Balance {
	whole := s.all()
	return Balance{s.open(Principal), s.open(OrdinaryInterest), s.open(Interest), s.open(Compensation), s.open(Cost), s.open(CourtFee),
		whole.Open(), whole.Paid, whole.Waived, whole.WrittenOff}
}
