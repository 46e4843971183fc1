package law

import (
	"math/bits"

	"github.com/shopspring/decimal"
)

// simple is base × pct × days ÷ (100 × divisor), rounded half up, of a base and a rate that are not negative. Whole numbers of 128
// bits hold it exactly for every rate of up to six decimals below ten thousand per cent; what they cannot hold, decimals do.
func simple(base int64, pct decimal.Decimal, days, divisor int) int64 {
	if exp := pct.Exponent(); exp <= 0 && exp >= -6 && pct.NumDigits() <= 10 && days < 1_000_000 {
		part := uint64(100 * divisor)
		for range -exp {
			part *= 10
		}
		high, low := bits.Mul64(uint64(base), uint64(pct.CoefficientInt64())*uint64(days))
		low, carry := bits.Add64(low, part/2, 0)
		if high += carry; high < part {
			if minor, _ := bits.Div64(high, low, part); minor < 1<<63 {
				return int64(minor)
			}
		}
	}
	exact := decimal.NewFromInt(base).Mul(pct).Mul(decimal.NewFromInt(int64(days)))
	return exact.DivRound(decimal.NewFromInt(int64(divisor)).Mul(hundred), 0).IntPart()
}
