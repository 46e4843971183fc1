// Command caseverify checks an evidence bundle offline, against keys that come from elsewhere. Exit status: 0 it holds, 1 it
// does not, 2 it holds and something is to be kept in mind.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"recobro/internal/evidence/bundle"
	"recobro/internal/evidence/format"
)

const usage = `caseverify --trust KEYS [--require-witness N] [--printed "SIZE ROOT"] [--receipt FILE] [--lang es|en] BUNDLE.zip`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, complaints io.Writer) int {
	flags := flag.NewFlagSet("caseverify", flag.ContinueOnError)
	flags.SetOutput(complaints)
	flags.Usage = func() { fmt.Fprintln(complaints, usage); flags.PrintDefaults() }
	trustFile := flags.String("trust", "", "file of the keys that are trusted; it must not come from the bundle")
	witnesses := flags.Int("require-witness", 0, "cosignatures of trusted witnesses that are demanded")
	printed := flags.String("printed", "", "checkpoint printed on a paper, to be found in the bundle's history")
	receipt := flags.String("receipt", "", "file of the answer with the client's receipts, one of which must be of this case and kept")
	lang := flags.String("lang", "", "es or en; both when empty")
	if len(args) > 1 && args[0] != "" && args[0][0] != '-' { // the bundle may be named first
		args = append(args[1:], args[0])
	}
	if err := flags.Parse(args); err != nil {
		return 1
	}
	if flags.NArg() != 1 || *trustFile == "" {
		flags.Usage()
		return 1
	}
	report, err := check(flags.Arg(0), *trustFile, *witnesses, *printed, *receipt)
	if err != nil {
		fmt.Fprintf(out, "NO VÁLIDO / INVALID: %v\n", err)
		return 1
	}
	for _, l := range []string{"es", "en"} {
		if *lang == "" || *lang == l {
			fmt.Fprintln(out, report.Say(l))
		}
	}
	if report.Warned() {
		return 2
	}
	return 0
}

func check(path, trustFile string, witnesses int, printed, receipt string) (bundle.Report, error) {
	keys, err := os.ReadFile(trustFile)
	if err != nil {
		return bundle.Report{}, err
	}
	trust, err := format.ParseTrust(keys)
	if err != nil {
		return bundle.Report{}, err
	}
	demand, err := demanded(witnesses, printed, receipt)
	if err != nil {
		return bundle.Report{}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return bundle.Report{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return bundle.Report{}, err
	}
	return bundle.Verify(f, info.Size(), trust, demand)
}

func demanded(witnesses int, printed, receipt string) (bundle.Demand, error) {
	demand := bundle.Demand{Witnesses: witnesses}
	if printed != "" {
		p, err := format.ParsePrintedCheckpoint(printed)
		if err != nil {
			return demand, err
		}
		demand.Printed = &p
	}
	if receipt != "" {
		answer, err := os.ReadFile(receipt)
		if err != nil {
			return demand, err
		}
		r, err := format.ParseReceipts(answer)
		if err != nil {
			return demand, err
		}
		demand.Receipts = &r
	}
	return demand, nil
}
