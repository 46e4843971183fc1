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

// A court runs the program as it was built; what it prints and how it ends is all that there is.
func TestTheBuiltProgramEndsWithWhatItFound(t *testing.T) {
	folder := t.TempDir()
	program, broken := filepath.Join(folder, "caseverify"), filepath.Join(folder, "broken.zip")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	const released = "../../internal/evidence/bundle/testdata/released/v1/"
	data, err := os.ReadFile(released + "full.zip")
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(broken, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code int
		says string
		args []string
	}{
		{0, "Queda probado", []string{"--require-witness", "1", released + "full.zip"}},
		{0, "Proved:", []string{released + "full.zip", "--lang", "en"}},
		{2, "To keep in mind:", []string{released + "court.zip"}},
		{1, "INVALID: container", []string{broken}},
		{1, "INVALID: witness", []string{"--require-witness", "2", released + "full.zip"}},
		{1, "INVALID: printed", []string{"--printed", "1 " + strings.Repeat("00", 32), released + "full.zip"}},
		{1, "INVALID", []string{released + "none.zip"}},
		{1, "caseverify --trust", []string{"--no-such-flag", released + "full.zip"}},
	} {
		cmd := exec.Command(program, append([]string{"--trust", released + "keys.txt"}, c.args...)...)
		if c.args[0][0] != '-' {
			cmd.Args = append([]string{program, c.args[0], "--trust", released + "keys.txt"}, c.args[1:]...)
		}
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != c.code || !strings.Contains(string(out), c.says) {
			t.Errorf("%v: exit %d, want %d with %q: %s", c.args, code, c.code, c.says, out)
		}
	}
}
