package cases_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"recobro/internal/access"
	"recobro/internal/cases"
	"recobro/internal/testdb"
)

var update = flag.Bool("update", false, "redraw the picture in ARCHITECTURE.md")

// moves are the legal pairs of the step table, as text.
func moves() (all []string) {
	for _, s := range cases.Steps {
		all = append(all, fmt.Sprintf("%s %s %s", s.From, s.Event, s.To))
	}
	slices.Sort(all)
	return all
}

func TestDatabaseHoldsTheSameStepTable(t *testing.T) {
	db := testdb.New(t)
	var stored []string
	err := db.Super.Select(&stored, `select from_stage || ' ' || event || ' ' || to_stage from app.case_steps where event not in ('opened', 'accepted', 'corrected')`)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(stored)
	wanted := slices.DeleteFunc(moves(), func(s string) bool { return strings.Contains(s, " accepted ") })
	if !slices.Equal(stored, wanted) {
		t.Fatalf("database:\n%s\nprogram:\n%s", strings.Join(stored, "\n"), strings.Join(wanted, "\n"))
	}
}

func TestEveryStepNamesAPermissionSomebodyHolds(t *testing.T) {
	held := access.Rules().Permissions()
	for _, s := range cases.Steps {
		if !slices.Contains(held, s.Permission) {
			t.Errorf("%s %s: nobody holds %s", s.From, s.Event, s.Permission)
		}
	}
}

func TestEveryStageButClosedCanBeClosedAndIsReached(t *testing.T) {
	reached := map[cases.Stage]bool{cases.Intake: true}
	closes := map[cases.Stage]bool{}
	for _, s := range cases.Steps {
		reached[s.To] = true
		closes[s.From] = closes[s.From] || s.To == cases.Closed
		if s.From == cases.Closed {
			t.Errorf("%s leaves closed", s.Event)
		}
	}
	for _, stage := range cases.Stages {
		if !reached[stage] {
			t.Errorf("no step leads to %s", stage)
		}
		if stage != cases.Closed && !closes[stage] {
			t.Errorf("%s cannot be closed", stage)
		}
	}
}

// TestArchitectureShowsTheStepTable compares the drawing in ARCHITECTURE.md; run with -update to redraw it.
func TestArchitectureShowsTheStepTable(t *testing.T) {
	const path, begin, end = "../../ARCHITECTURE.md", "<!-- steps:begin -->\n", "<!-- steps:end -->"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("ARCHITECTURE.md has no place for the step table")
	}
	drawn := before + begin + drawing() + end + after
	if *update {
		if err := os.WriteFile(path, []byte(drawn), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if drawn != string(page) {
		t.Fatal("ARCHITECTURE.md shows other steps: go test ./internal/cases -update")
	}
}

// drawing is a Mermaid state diagram; closings from every stage share one arrow.
func drawing() string {
	var b strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n    [*] --> intake\n")
	outcomes := []string{}
	for _, s := range cases.Steps {
		if s.To == cases.Closed {
			if s.From == cases.Intake {
				outcomes = append(outcomes, string(s.Event))
			}
			continue
		}
		by := ""
		if s.Manual {
			by = " (by hand)"
		}
		fmt.Fprintf(&b, "    %s --> %s: %s%s\n", s.From, s.To, s.Event, by)
	}
	fmt.Fprintf(&b, "    note right of closed: from every open stage by %s\n    closed --> [*]\n```\n", strings.Join(outcomes, ", "))
	return b.String()
}
