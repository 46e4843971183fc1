package testfirm

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"recobro/internal/cases"
	"recobro/internal/evidence"
	"recobro/internal/postgres"
)

// Kinds lists the entries of a case's chain, the oldest first.
func (f *Firm) Kinds(c *cases.Case) (all []string) {
	f.T.Helper()
	err := f.DB.App.View(context.Background(), f.Job.Token, func(tx *postgres.Tx) error {
		all = nil
		lines, err := evidence.Interactions(tx, evidence.CaseOf(c.ClientID, c.ID), 0, 1000)
		for _, l := range lines {
			all = append([]string{l.Kind}, all...)
		}
		return err
	})
	f.must(err)
	return all
}

// Words are the text of a PDF with plain blanks, as pdftotext reads it.
func Words(t testing.TB, pdf []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", "-enc", "UTF-8", file, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext: %v\n%s", err, out)
	}
	return Flat(string(out))
}

// Flat is a text on one line with single plain blanks.
func Flat(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), " ")
}
