package main

import (
	"context"
	"fmt"
	"os"

	"recobro/internal/benchmarks"
)

type benchCommand struct {
	Name string `arg:"" default:"all" help:"What to measure: intake, case_read, letter_pdf, log_append, proof, statement, or all."`
}

// Run measures and prints name, ours, floor, ratio and target of each row. It ends with an error only when it could not
// measure; a missed target is told by the figures.
func (c benchCommand) Run(ctx context.Context) error {
	var lines []benchmarks.Line
	err := benchmarks.Run(ctx, c.Name, benchmarks.Full, os.Stderr, func(l benchmarks.Line) { lines = append(lines, l) })
	if printErr := benchmarks.Print(os.Stdout, lines); err == nil && printErr != nil {
		err = fmt.Errorf("printing the figures: %w", printErr)
	}
	return err
}
