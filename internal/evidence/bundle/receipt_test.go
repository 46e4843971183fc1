package bundle_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"recobro/internal/evidence/bundle"
	"recobro/internal/evidence/format"
)

func TestAReceiptIsKeptOrTheBundleIsRefused(t *testing.T) {
	m := makeBundle(t, bundle.Client)
	key, public := signer(t, format.ReceiptsOf(origin), format.LogKey, 0)
	trust, err := format.ParseTrust([]byte(m.keys + "receipts " + public))
	if err != nil {
		t.Fatal(err)
	}
	leaf := format.Leaf(origin, m.Events[0].Header)
	all := []format.Receipt{
		{PortfolioID: "p", ExternalRef: "other", CaseID: "another", Seq: 1, LeafHash: strings.Repeat("0", 64)},
		{PortfolioID: "p", ExternalRef: "mine", CaseID: strings.TrimPrefix(subject, "case "), Seq: 1, LeafHash: hex.EncodeToString(leaf[:]), At: "a", IncludedBy: "b"},
	}
	root, err := format.SignReceipts(all, key)
	if err != nil {
		t.Fatal(err)
	}
	broken := func(change func(*format.Receipt)) []format.Receipt {
		r := all[1]
		change(&r)
		return []format.Receipt{r}
	}
	promise := func(change func(*format.Receipt)) format.Receipts {
		lost := broken(change)
		signed, err := format.SignReceipts(lost, key)
		if err != nil {
			t.Fatal(err)
		}
		return format.Receipts{Root: signed, All: lost}
	}
	for name, c := range map[string]struct {
		receipts format.Receipts
		trust    format.Trust
		kept     bool
	}{
		"kept":                       {format.Receipts{Root: root, All: all}, trust, true},
		"of another case alone":      {format.Receipts{Root: root, All: all[:1]}, trust, false},
		"by a key nobody trusts":     {format.Receipts{Root: root, All: all}, m.trust, false},
		"changed":                    {format.Receipts{Root: root, All: broken(func(r *format.Receipt) { r.IncludedBy = "c" })}, trust, false},
		"of an event that never was": {promise(func(r *format.Receipt) { r.LeafHash = strings.Repeat("0", 64) }), trust, false},
		"of a later event":           {promise(func(r *format.Receipt) { r.Seq = 99 }), trust, false},
		"of the wrong event":         {promise(func(r *format.Receipt) { r.Seq = 2 }), trust, false},
		"of no event":                {promise(func(r *format.Receipt) { r.Seq = 0 }), trust, false},
	} {
		r, err := verify(m.zip(t), c.trust, bundle.Demand{Receipts: &c.receipts})
		var no *bundle.Refused
		if c.kept != (err == nil && r.Kept != nil && strings.Contains(r.Say("es"), "El recibo de mine")) || !c.kept && !(errors.As(err, &no) && no.Class == "receipt") {
			t.Errorf("%s: %v", name, err)
		}
	}
	page, err := json.Marshal(map[string]any{"receipts_root": root, "data": all})
	if err != nil {
		t.Fatal(err)
	}
	submitted, err := json.Marshal(map[string]any{"receipts_root": root, "items": []any{map[string]any{"n": 0}, map[string]any{"n": 1, "receipt": all[1]}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, answer := range [][]byte{page, submitted} {
		read, err := format.ParseReceipts(answer)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := verify(m.zip(t), trust, bundle.Demand{Receipts: &read}); err != nil || r.Kept == nil {
			t.Errorf("as it was answered: %v", err)
		}
	}
	for _, answer := range []string{"", "{}", `{"receipts_root":"x"}`, `{"data":[{}]}`} {
		if _, err := format.ParseReceipts([]byte(answer)); err == nil {
			t.Errorf("%q was read as receipts", answer)
		}
	}
}
