package letters

import (
	"os"
	"path/filepath"
	"testing"
)

func TestEveryTemplatePrintsFromAFullSample(t *testing.T) {
	for _, tpl := range shelf(t).Templates() {
		if tpl.Kind == Mail {
			continue
		}
		pdf, err := tpl.PDF(sample(t, tpl))
		if err != nil {
			t.Fatalf("%s: %v", tpl.key(), err)
		}
		if dir := os.Getenv("LETTERS_OUT"); dir != "" {
			os.WriteFile(filepath.Join(dir, tpl.key()+".pdf"), pdf, 0o600)
		}
	}
}
