package ledger

import (
	"slices"

	"github.com/shopspring/decimal"

	"recobro/internal/day"
	"recobro/internal/money"
	"recobro/internal/problem"
)

// Day is what the debts of a statement earned on one day, before any rounding: for people who check a calculation day by day.
type Day struct {
	On       day.Date
	N        int             // counted from the first day that earned
	Base     money.Amount    // the principal that bore interest
	Rates    []string        // per cents, each once
	Interest decimal.Decimal // of the day, in units of the currency
	Accrued  decimal.Decimal // of all days up to it
}

// Month is a month of days with what it earned, and what had accrued at its end.
type Month struct {
	First    day.Date // that earned
	Interest decimal.Decimal
	Accrued  decimal.Decimal
	Days     []Day
}

// mostDays is how many days a table may have: ten years and some.
const mostDays = 4000

var errDays = problem.New(problem.Invalid, "daily_too_long", "El detalle diario abarca más de diez años: elija una fecha anterior.", "The daily detail spans more than ten years: choose an earlier day.")

// beyondCents is to how many decimals exact interest is divided: its remainder never shows in four.
const beyondCents = 12

// Daily spreads the slices of the statement over their days, month by month. The problem daily_too_long when they are too many.
func (s Statement) Daily() ([]Month, error) {
	var all []Day
	at := map[day.Date]int{}
	for _, d := range s.Debts {
		for i := range d.Slices {
			for n := range d.Slices[i].Days {
				on := d.Slices[i].From.AddDays(n)
				if _, known := at[on]; !known {
					if len(at) == mostDays {
						return nil, errDays
					}
					at[on] = len(all)
					all = append(all, Day{On: on, Base: money.Of(0, s.Currency)})
				}
			}
		}
	}
	for _, d := range s.Debts {
		for i := range d.Slices {
			spread(&d.Slices[i], all, at)
		}
	}
	slices.SortFunc(all, func(a, b Day) int { return a.On.DaysSince(b.On) })
	return months(all), nil
}

// months counts the days, adds them up and lays them out by months.
func months(days []Day) (all []Month) {
	var accrued decimal.Decimal
	for i, d := range days {
		accrued = accrued.Add(d.Interest)
		d.N, d.Accrued = i+1, accrued
		if n := len(all); n == 0 || all[n-1].First.Year != d.On.Year || all[n-1].First.Month != d.On.Month {
			all = append(all, Month{First: d.On})
		}
		m := &all[len(all)-1]
		m.Interest, m.Accrued, m.Days = m.Interest.Add(d.Interest), accrued, append(m.Days, d)
	}
	return all
}

// spread adds a slice to its days.
func spread(s *Slice, all []Day, at map[day.Date]int) {
	earned := s.oneDay()
	for n := range s.Days {
		d := &all[at[s.From.AddDays(n)]]
		d.Base, d.Interest = d.Base.Plus(s.Base), d.Interest.Add(earned)
		if !slices.Contains(d.Rates, s.RatePct) {
			d.Rates = append(d.Rates, s.RatePct)
		}
	}
}

// oneDay is the slice's interest of one day in units of the currency: of a year's rate its part; where the law compounds or uses
// accumulated factors, the slice's in equal parts.
func (s *Slice) oneDay() decimal.Decimal {
	digits, _ := s.Base.Currency.Exponent()
	rate, err := decimal.NewFromString(s.RatePct)
	if err != nil || s.YearDays == 0 || s.Compound {
		return decimal.New(s.Amount.Minor, int32(-digits)).DivRound(decimal.NewFromInt(int64(s.Days)), beyondCents)
	}
	return decimal.New(s.Base.Minor, int32(-digits)).Mul(rate).DivRound(decimal.NewFromInt(int64(100*s.YearDays)), beyondCents)
}

// Stands says that the line counts: it is no reversal, and none undid it.
func (l Line) Stands() bool { return !l.undone }
