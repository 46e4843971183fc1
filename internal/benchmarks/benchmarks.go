// Package benchmarks measures the product's hot paths beside a floor: the least work that could give the same result on the
// same machine. The rule: floor and ours run in turn in one run, on one private PostgreSQL, medians of the rounds; a floor
// found to be soft is replaced by a harder one, never the other way round.
package benchmarks

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"recobro/internal/problem"
)

// Size says how much work a measurement does. All counts are per round.
type Size struct {
	Rounds     int
	Debts      int // intake: handed over in portfolios of at most a thousand
	Readers    int // case_read: clients that read at once
	Reads      int
	Letters    int
	Appends    int
	Leaves     int // proof: of the tree
	Proofs     int
	Statements int // cases of five years and twelve payments
	WarmRounds int // run before and not counted
}

// Full is the size whose figures are worth reporting: a few seconds a round on two cores.
var Full = Size{Rounds: 5, Debts: 3000, Readers: 4, Reads: 3000, Letters: 400, Appends: 6000, Leaves: 1_000_000, Proofs: 2000, Statements: 100_000, WarmRounds: 1}

// Line is one result: rates of ours and of the floor, or times where less is better.
type Line struct {
	Name        string
	Ours, Floor float64 // in Unit
	Unit        string
	Target      float64 // of the ratio; zero where none is set
	Limit       float64 // of ours, in Unit, where that is what counts
	LessIsGood  bool
}

// Ratio is ours to the floor.
func (l Line) Ratio() float64 { return l.Ours / l.Floor }

// target prints the bound of the ratio.
func (l Line) target() string {
	switch {
	case l.Limit > 0:
		return fmt.Sprintf("ours ≤ %s %s", figure(l.Limit), l.Unit)
	case l.Target == 0:
		return "-"
	case l.LessIsGood:
		return fmt.Sprintf("≤ %.2f", l.Target)
	}
	return fmt.Sprintf("≥ %.2f", l.Target)
}

// rows in the order in which they are measured and printed.
var rows = []struct {
	name    string
	measure func(context.Context, *bench) ([]Line, error)
}{
	{"intake", intakeLines}, {"case_read", caseReadLines}, {"letter_pdf", letterLines}, {"log_append", logAppendLines},
	{"proof", proofLines},
	{"statement", statementLines},
}

// Names lists what can be measured.
func Names() []string {
	var all []string
	for _, r := range rows {
		all = append(all, r.name)
	}
	return all
}

// Run measures one row by its name, or all, and hands each line over as soon as it is known. It leaves nothing behind, also
// when ctx ends early. progress hears what is being done; it may not be nil.
func Run(ctx context.Context, name string, size Size, progress io.Writer, each func(Line)) error {
	if name != "all" && !slices.Contains(Names(), name) {
		return problem.New(problem.Invalid, "bench_unknown", "No hay tal medición; hay: "+strings.Join(Names(), ", "), "There is no such row; there are: "+strings.Join(Names(), ", "))
	}
	b := &bench{size: size, progress: progress}
	defer b.close()
	for _, r := range rows {
		if name != "all" && name != r.name {
			continue
		}
		b.row = r.name
		lines, err := r.measure(ctx, b)
		if err != nil && ctx.Err() != nil { // a cut-off statement may answer with the database's own word for it
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("measuring %s: %w", r.name, err)
		}
		for _, l := range lines {
			each(l)
		}
	}
	return nil
}

// Print writes the lines as a table.
func Print(out io.Writer, lines []Line) error {
	t := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(t, "name\tours\tfloor\tratio\ttarget")
	for _, l := range lines {
		fmt.Fprintf(t, "%s\t%s %s\t%s %s\t%.2f\t%s\n", l.Name, figure(l.Ours), l.Unit, figure(l.Floor), l.Unit, l.Ratio(), l.target())
	}
	return t.Flush()
}

// figure shows three digits of small numbers and the whole of large ones.
func figure(x float64) string {
	if x < 100 {
		return fmt.Sprintf("%.3g", x)
	}
	return fmt.Sprintf("%.0f", x)
}

// side is one of the things that are compared: it does a round of work and says how long the work itself took.
type side func(ctx context.Context, round int) (time.Duration, error)

// inTurn runs the rounds of all sides in turn and answers the median time of each. Rounds are numbered from 0 with the
// warm ones first.
func (b *bench) inTurn(ctx context.Context, sides ...side) ([]time.Duration, error) {
	took := make([][]time.Duration, len(sides))
	for round := range b.size.WarmRounds + b.size.Rounds {
		for i, work := range sides {
			d, err := work(ctx, round)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return nil, err
			}
			if round >= b.size.WarmRounds {
				took[i] = append(took[i], d)
			}
		}
		b.say("round %d of %d", round+1, b.size.WarmRounds+b.size.Rounds)
	}
	medians := make([]time.Duration, len(sides))
	for i := range took {
		slices.Sort(took[i])
		medians[i] = took[i][len(took[i])/2]
	}
	return medians, nil
}

// perSecond is a rate.
func perSecond(n int, d time.Duration) float64 { return float64(n) / d.Seconds() }
