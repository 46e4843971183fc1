package format

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Receipt is what a client holds for one debt that it handed over: the event of the case that the firm promised to have in
// the log's tree by a time. One signature stands under all receipts of a portfolio, over a tree of their texts. A receipt
// whose leaf is in no checkpoint after that time is proof against the firm.
type Receipt struct {
	PortfolioID string   `json:"portfolio_id"`
	ExternalRef string   `json:"external_ref"`
	CaseID      string   `json:"case_id"`
	Seq         int      `json:"seq" doc:"Place of the event in the chain of the case"`
	LeafHash    string   `json:"leaf_hash" doc:"Hash of the event, hex, as it stands in the tree of the log"`
	At          string   `json:"at" doc:"When it was received, UTC"`
	IncludedBy  string   `json:"included_by" doc:"By when a checkpoint of the log includes the leaf"`
	Index       int64    `json:"index" doc:"Place among the receipts of the portfolio, from 0"`
	Path        []string `json:"path" doc:"Base64 hashes that lead from this receipt to the signed root (RFC 6962)"`
}

// Text is what the tree of receipts holds of one: eight lines that end in line feeds, values as they stand in the receipt.
func (r Receipt) Text(origin string) string {
	return fmt.Sprintf("%s/receipt/v1\nportfolio: %s\nexternal_ref: %s\ncase: %s\nseq: %d\nleaf: %s\nat: %s\nincluded_by: %s\n",
		origin, r.PortfolioID, r.ExternalRef, r.CaseID, r.Seq, r.LeafHash, r.At, r.IncludedBy)
}

// Receipts are receipts of one portfolio with the root that was signed for it.
type Receipts struct {
	Root string
	All  []Receipt
}

// ParseReceipts reads what a client was answered and kept: the answer to its submission (receipts stand at the items), or a
// page of the portfolio's receipts.
func ParseReceipts(answer []byte) (r Receipts, err error) {
	var kept struct {
		Root  string    `json:"receipts_root"`
		Data  []Receipt `json:"data"`
		Items []struct {
			Receipt *Receipt `json:"receipt"`
		} `json:"items"`
	}
	if err := json.Unmarshal(answer, &kept); err != nil {
		return r, fmt.Errorf("reading receipts: %w", err)
	}
	r = Receipts{kept.Root, kept.Data}
	for _, i := range kept.Items {
		if i.Receipt != nil {
			r.All = append(r.All, *i.Receipt)
		}
	}
	if r.Root == "" || len(r.All) == 0 {
		return r, errors.New("reading receipts: there is none, or no signed root")
	}
	return r, nil
}

// inMemory are the stored hashes of a small tree.
type inMemory []tlog.Hash

// ReadHashes makes it a tlog.HashReader.
func (m inMemory) ReadHashes(ids []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		out[i] = m[id]
	}
	return out, nil
}

// receiptsName is the name of the key that signs receipts of a log.
const receiptsName = "/receipts"

// ReceiptsOf is the name of the receipt key of the log of that origin.
func ReceiptsOf(origin string) string { return origin + receiptsName }

// SignReceipts gives the receipts of one portfolio their places and paths, and signs their root: a checkpoint of the origin
// "<log>/receipts" with one extension line, "portfolio <id>". The name of the key says which log it is.
func SignReceipts(all []Receipt, key *Signer) (root string, err error) {
	origin, ok := strings.CutSuffix(key.Name(), receiptsName)
	if !ok || len(all) == 0 {
		return "", errors.New("signing receipts: that key signs none, or there is none")
	}
	var hashes inMemory
	for i := range all {
		all[i].Index = int64(i)
		more, err := tlog.StoredHashes(int64(i), []byte(all[i].Text(origin)), hashes)
		if err != nil {
			return "", fmt.Errorf("signing receipts: %w", err)
		}
		hashes = append(hashes, more...)
	}
	size := int64(len(all))
	c := Checkpoint{Origin: key.Name(), Size: size, Extension: []string{"portfolio " + all[0].PortfolioID}}
	if c.Root, err = tlog.TreeHash(size, hashes); err != nil {
		return "", fmt.Errorf("signing receipts: %w", err)
	}
	for i := range all {
		path, err := tlog.ProveRecord(size, int64(i), hashes)
		if err != nil {
			return "", fmt.Errorf("signing receipts: %w", err)
		}
		all[i].Path = make([]string, len(path))
		for k, h := range path {
			all[i].Path[k] = base64.StdEncoding.EncodeToString(h[:])
		}
	}
	signed, err := note.Sign(&note.Note{Text: c.Text()}, key)
	return string(signed), err
}

// VerifyReceipt checks a receipt against the signed root of its portfolio and the trusted receipt keys of the log. Whether the
// promise was kept is another question: whether an event with that case, number and leaf stands in a checkpoint.
func VerifyReceipt(r Receipt, root string, origin string, known ...note.Verifier) error {
	c, _, err := OpenCheckpoint([]byte(root), ReceiptsOf(origin), known...)
	if err != nil {
		return err
	}
	if len(c.Extension) != 1 || c.Extension[0] != "portfolio "+r.PortfolioID {
		return errors.New("the signed root is of another portfolio")
	}
	if r.Index < 0 || r.Index >= c.Size || len(r.Path) > 63 {
		return errors.New("the receipt has no place in that portfolio")
	}
	text := r.Text(origin)
	if strings.Count(text, "\n") != 8 {
		return errors.New("a value of the receipt holds a line end")
	}
	path := make(tlog.RecordProof, len(r.Path))
	for i, encoded := range r.Path {
		if path[i], err = ParseHash(encoded); err != nil {
			return err
		}
	}
	if err := tlog.CheckRecord(path, c.Size, c.Root, r.Index, tlog.RecordHash([]byte(text))); err != nil {
		return errors.New("the path does not lead from the receipt to the signed root")
	}
	return nil
}
