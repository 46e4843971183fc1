package bundle_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"recobro/internal/evidence/bundle"
	"recobro/internal/evidence/format"
)

// verdict is what a verifier says in one line.
func verdict(b []byte, trust format.Trust, d bundle.Demand) string {
	r, err := verify(b, trust, d)
	var no *bundle.Refused
	switch {
	case errors.As(err, &no):
		return "invalid " + no.Class
	case r.Warned():
		return "warnings"
	}
	return "valid"
}

// second asks the second verifier about many bundles at once.
func second(t *testing.T, folder, trust string, d bundle.Demand, names []string) []string {
	t.Helper()
	args := []string{"testdata/verifier.py", "--trust", trust, "--require-witness", strconv.Itoa(d.Witnesses)}
	if d.Printed != nil {
		args = append(args, "--printed", d.Printed.String())
	}
	cmd := exec.Command("python3", args...)
	cmd.Stdin = strings.NewReader(strings.Join(names, "\n"))
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, _ := cmd.Output() // it ends with 1 as soon as one is invalid
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != len(names) {
		t.Fatalf("%d verdicts for %d bundles in %s: %s", len(lines), len(names), folder, complaints.String())
	}
	return lines
}

// bend makes bundle i: whole when i is even, else changed in one of the ways that somebody could.
func bend(t *testing.T, i int, kinds []string, changes map[string]func(*made)) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(4, uint64(i)))
	m := makeVariant(t, bundle.Profiles[random.IntN(4)], i%8)
	if i%3 == 0 {
		m.Events[1+random.IntN(4)].Opened = nil // not of those that structural changes reach into
	}
	if i%5 == 0 {
		m.Note += "— nobody.example/x AAAAAAAA\n"
	}
	if i%2 == 0 {
		return m.zip(t)
	}
	if random.IntN(3) == 0 {
		changes[kinds[random.IntN(len(kinds))]](m)
		if data, err := m.Bytes(); err == nil {
			return data
		}
		m = makeVariant(t, bundle.Court, i%8)
	}
	data := m.zip(t)
	if random.IntN(4) == 0 {
		return spoil(random, data)
	}
	files := unpack(t, data)
	names := sorted(files)
	name := names[random.IntN(len(names))]
	return repack(t, files, name, alter(random, files, names, name))
}

// spoil changes the container.
func spoil(random *rand.Rand, data []byte) []byte {
	at := random.IntN(len(data))
	switch random.IntN(4) {
	case 0:
		return data[:at]
	case 1:
		return append(data, 0)
	case 2:
		return slices.Insert(data, at, byte(random.IntN(256)))
	}
	data[at] ^= 1 << random.IntN(8)
	return data
}

// alter changes one file.
func alter(random *rand.Rand, files map[string][]byte, names []string, name string) []byte {
	data := files[name]
	words := []string{`"open"`, `"partial"`, `"destroyed"`, `"withheld: internal"`, `[]`, `null`, `full`, `court`, `client`, `":`, `": `,
		"com: ", "att: ", "\n", "\r\n", "class: open", "class: internal", "ok", "-", "0", "1", "old ", "index ", "e", `\u0065`, "\u2028", "—"}
	switch random.IntN(5) {
	case 0:
		if len(data) > 0 {
			data = bytes.Clone(data)
			data[random.IntN(len(data))] ^= 1 << random.IntN(8)
		}
	case 1:
		data = files[names[random.IntN(len(names))]]
	case 2:
		delete(files, name)
	case 3:
		files[fmt.Sprintf("%s%d", name, random.IntN(10))] = data
	default:
		data = bytes.Replace(data, []byte(words[random.IntN(len(words))]), []byte(words[random.IntN(len(words))]), 1)
	}
	return data
}

// EV-04. The second verifier is written from FORMAT.md in another language with no code in common.
func TestTwoVerifiersGiveTheSameVerdictForTheSameReason(t *testing.T) {
	count, batch := 240, 60 // make differential compares 10,000
	if n, err := strconv.Atoi(os.Getenv("RECOBRO_DIFFERENTIAL")); err == nil {
		count = n
	}
	folder, keys := t.TempDir(), ""
	for variant := range 8 {
		keys += makeVariant(t, bundle.Full, variant).keys
	}
	trust, err := format.ParseTrust([]byte(keys))
	if err != nil {
		t.Fatal(err)
	}
	trustFile := filepath.Join(folder, "keys.txt")
	if err := os.WriteFile(trustFile, []byte(keys), 0o600); err != nil {
		t.Fatal(err)
	}
	paper := makeVariant(t, bundle.Full, 6).Older[1]
	demands := []bundle.Demand{{}, {Witnesses: 1}, {Printed: &format.PrintedCheckpoint{Size: paper.Old, Root: paper.Root}}, {Witnesses: 2}}
	changes, seen := structural(), map[string]int{}
	kinds := slices.Sorted(maps.Keys(changes))
	for from := 0; from < count; from += batch {
		demand := demands[from/batch%len(demands)]
		names, ours := make([]string, batch), make([]string, batch)
		for k := range batch {
			data := bend(t, from+k, kinds, changes)
			names[k], ours[k] = filepath.Join(folder, fmt.Sprintf("%d.zip", k)), verdict(data, trust, demand)
			if err := os.WriteFile(names[k], data, 0o600); err != nil {
				t.Fatal(err)
			}
			seen[ours[k]]++
		}
		for k, theirs := range second(t, folder, trustFile, demand, names) {
			if theirs != ours[k] {
				t.Errorf("bundle %d: %q and, by the second verifier, %q", from+k, ours[k], theirs)
			}
		}
	}
	if seen["valid"] == 0 || seen["warnings"] == 0 || len(seen) < 10 {
		t.Errorf("too few kinds of verdict: %v", seen)
	}
	t.Logf("%d bundles, verdicts %v", count, seen)
}
