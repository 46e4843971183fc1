package law

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// The short way gives the cent that exact decimals give, ties included.
func TestWholeNumbersEarnWhatDecimalsDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.Int64Range(0, 1_000_000_000_000_000).Draw(t, "base")
		pct := decimal.New(rapid.Int64Range(0, 9_999_999_999).Draw(t, "pct"), -rapid.Int32Range(0, 8).Draw(t, "decimals"))
		if pct.GreaterThan(hundred) {
			pct = pct.Mod(hundred)
		}
		days, divisor := rapid.IntRange(0, 40_000).Draw(t, "days"), rapid.SampledFrom([]int{360, 365, 366}).Draw(t, "divisor")
		want := decimal.NewFromInt(base).Mul(pct).Mul(decimal.NewFromInt(int64(days))).DivRound(decimal.NewFromInt(int64(divisor)).Mul(hundred), 0).IntPart()
		if got := simple(base, pct, days, divisor); got != want {
			t.Fatalf("%d at %s for %d/%d: %d, want %d", base, pct, days, divisor, got, want)
		}
	})
	if got := simple(36500, decimal.RequireFromString("0.5"), 1, 365); got != 1 { // exactly half a cent
		t.Errorf("half a cent became %d", got)
	}
}
