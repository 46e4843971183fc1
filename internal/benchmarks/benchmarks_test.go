package benchmarks

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// tiny runs every row in seconds: the figures mean nothing, but that there are figures does.
var tiny = Size{Rounds: 1, Debts: 20, Readers: 2, Reads: 20, Letters: 2, Appends: 64, Leaves: 1000, Proofs: 10, Statements: 40}

// tempFolder is where the measurements of this test put everything. Another user runs PostgreSQL when the tests run as root,
// and may not enter what t.TempDir makes.
func tempFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "recobro-benchmarks-test-")
	if err == nil {
		err = os.Chmod(folder, 0o711)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	t.Setenv("TMPDIR", folder)
	return folder
}

func TestEveryRowMeasuresBothSides(t *testing.T) {
	folder := tempFolder(t)
	var said bytes.Buffer
	var lines []Line
	if err := Run(t.Context(), "all", tiny, &said, func(l Line) { lines = append(lines, l) }); err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	var table bytes.Buffer
	if err := Print(&table, lines); err != nil {
		t.Fatal(err)
	}
	for _, name := range Names() {
		if !strings.Contains(table.String(), "\n"+name+" ") {
			t.Errorf("no line of %s in\n%s", name, table.String())
		}
	}
	for _, l := range lines {
		if l.Ours <= 0 || l.Floor <= 0 || l.Ratio() <= 0 {
			t.Errorf("%+v has no figures", l)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

func TestAMeasurementCutShortLeavesNothing(t *testing.T) {
	folder := tempFolder(t)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	endless := tiny
	endless.Rounds = 1 << 30
	var said bytes.Buffer
	if err := Run(ctx, "log_append", endless, &said, func(l Line) { t.Errorf("a line: %+v", l) }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("answered %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

func TestAnUnknownRowIsRefused(t *testing.T) {
	if err := Run(t.Context(), "tomorrow", tiny, &bytes.Buffer{}, func(Line) {}); err == nil {
		t.Error("measured a row that does not exist")
	}
}

func TestTheMedianIsOfTheCountedRoundsOnly(t *testing.T) {
	b := &bench{size: Size{WarmRounds: 1, Rounds: 3}, progress: &bytes.Buffer{}}
	times := []time.Duration{time.Hour, 5, 1, 3}
	took, err := b.inTurn(t.Context(), func(_ context.Context, round int) (time.Duration, error) { return times[round], nil })
	if err != nil || took[0] != 3 {
		t.Errorf("%v (%v)", took, err)
	}
}
