package bundle_test

import (
	"os"
	"path/filepath"
	"testing"

	"recobro/internal/evidence/bundle"
	"recobro/internal/evidence/format"
)

// EV-30. Bundles once handed out hold for ever: those of each version are kept, and never made again.
func TestEveryReleasedBundleStillHolds(t *testing.T) {
	versions, err := filepath.Glob("testdata/released/*/keys.txt")
	if err != nil || len(versions) == 0 {
		t.Fatalf("no released bundles: %v", err)
	}
	for _, keys := range versions {
		text, err := os.ReadFile(keys)
		if err != nil {
			t.Fatal(err)
		}
		trust, err := format.ParseTrust(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, profile := range bundle.Profiles {
			path := filepath.Join(filepath.Dir(keys), profile+".zip")
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want := map[bool]string{true: "valid", false: "warnings"}[profile == bundle.Full]
			if got := verdict(data, trust, bundle.Demand{Witnesses: 1}); got != want {
				t.Errorf("%s: %s, want %s", path, got, want)
			}
			if got := second(t, filepath.Dir(keys), keys, bundle.Demand{Witnesses: 1}, []string{path}); got[0] != want {
				t.Errorf("%s: the second verifier says %s, want %s", path, got[0], want)
			}
		}
	}
}
