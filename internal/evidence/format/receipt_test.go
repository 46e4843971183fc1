package format

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// receiptText is what is hashed of a receipt, for ever.
const receiptText = `recobro/golden/receipt/v1
portfolio: p
external_ref: F-2026/0000
case: c0
seq: 1
leaf: 00
at: 2026-11-29T10:00:00.000001Z
included_by: 2026-11-29T10:01:00.000001Z
`

func portfolio(n int) []Receipt {
	all := make([]Receipt, n)
	for i := range all {
		all[i] = Receipt{PortfolioID: "p", ExternalRef: fmt.Sprintf("F-2026/%04d", i), CaseID: fmt.Sprint("c", i), Seq: 1 + i%3, LeafHash: fmt.Sprintf("%02x", i),
			At: "2026-11-29T10:00:00.000001Z", IncludedBy: "2026-11-29T10:01:00.000001Z"}
	}
	return all
}

func TestEveryReceiptOfAPortfolioLeadsToItsOneSignature(t *testing.T) {
	if got := portfolio(1)[0].Text("recobro/golden"); got != receiptText {
		t.Fatalf("%q", got)
	}
	signer, known := key(t, 8, ReceiptsOf("recobro/golden"), LogKey)
	for _, n := range []int{1, 2, 3, 7, 8, 100, 1000} {
		all := portfolio(n)
		root, err := SignReceipts(all, signer)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range all {
			if err := VerifyReceipt(r, root, "recobro/golden", known); err != nil {
				t.Fatalf("receipt %d of %d: %v", i, n, err)
			}
		}
	}
}

func TestAChangedReceiptIsRefused(t *testing.T) {
	signer, known := key(t, 8, ReceiptsOf("recobro/golden"), LogKey)
	_, other := key(t, 9, ReceiptsOf("recobro/golden"), LogKey)
	all := portfolio(9)
	root, err := SignReceipts(all, signer)
	if err != nil {
		t.Fatal(err)
	}
	changes := map[string]func(r *Receipt){
		"portfolio": func(r *Receipt) { r.PortfolioID = "q" }, "reference": func(r *Receipt) { r.ExternalRef += "x" }, "case": func(r *Receipt) { r.CaseID = "c1" },
		"seq": func(r *Receipt) { r.Seq++ }, "leaf": func(r *Receipt) { r.LeafHash = "ff" }, "at": func(r *Receipt) { r.At = r.IncludedBy },
		"promise": func(r *Receipt) { r.IncludedBy = r.At }, "index": func(r *Receipt) { r.Index++ }, "index far": func(r *Receipt) { r.Index = 9 }, "index below": func(r *Receipt) { r.Index = -1 },
		"no path": func(r *Receipt) { r.Path = nil }, "longer path": func(r *Receipt) { r.Path = append(slices.Clone(r.Path), r.Path[0]) },
		"swapped path": func(r *Receipt) { r.Path = slices.Clone(r.Path); r.Path[0], r.Path[1] = r.Path[1], r.Path[0] },
		"a line more":  func(r *Receipt) { r.ExternalRef += "\ncase: c7" },
	}
	for name, change := range changes {
		r := all[3]
		change(&r)
		if VerifyReceipt(r, root, "recobro/golden", known) == nil {
			t.Errorf("%s: a changed receipt passed", name)
		}
	}
	if VerifyReceipt(all[3], root, "recobro/golden", other) == nil || VerifyReceipt(all[3], root, "recobro/silver", known) == nil {
		t.Error("a receipt of another key or log passed")
	}
	if VerifyReceipt(all[3], strings.Replace(root, "\n9\n", "\n8\n", 1), "recobro/golden", known) == nil {
		t.Error("another root passed")
	}
}
