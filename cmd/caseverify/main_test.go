package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What opens no socket needs no network: the package net is not even linked.
func TestTheVerifierIsOfflineAndKnowsNoDatabase(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	for _, no := range []string{"net", "net/http", "database/sql", "os/exec", "plugin"} {
		if slices.Contains(deps, no) {
			t.Errorf("the verifier is linked with %s", no)
		}
	}
	ours := 0
	for _, d := range deps {
		if strings.HasPrefix(d, "recobro/internal/") {
			ours++
			if d != "recobro/internal/evidence/bundle" && d != "recobro/internal/evidence/format" {
				t.Errorf("the verifier knows %s", d)
			}
		}
	}
	if ours != 2 {
		t.Errorf("the verifier knows %d packages of ours", ours)
	}
}

func TestWhatIsNoBundleIsRefusedInBothLanguages(t *testing.T) {
	folder := t.TempDir()
	path, keys := filepath.Join(folder, "x.zip"), filepath.Join(folder, "keys.txt")
	for name, data := range map[string]string{path: "PK\x03\x04 not one", keys: "# nobody\n"} {
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, complaints bytes.Buffer
	if code := run([]string{path, "--trust", keys}, &out, &complaints); code != 1 || !strings.Contains(out.String(), "NO VÁLIDO / INVALID") {
		t.Errorf("exit %d, %s %s", code, out.String(), complaints.String())
	}
	if code := run([]string{path}, &out, &complaints); code != 1 || !strings.Contains(complaints.String(), "--trust") {
		t.Errorf("without keys: exit %d, %s", code, complaints.String())
	}
}
