// Command recobro is the case management system of a debt recovery law firm: pages and API, worker, demo, administration.
// This folder only wires packages together; what the firm does stands in internal/.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// build names the running program in every log entry; the linker may set it.
var build = "dev"

type program struct {
	Demo    demoCommand    `cmd:"" help:"Start a fictional firm on a private PostgreSQL and serve it. The only set-up to see Recobro work."`
	Serve   serveCommand   `cmd:"" help:"Serve pages and API, and work the jobs."`
	Worker  workerCommand  `cmd:"" help:"Only work the jobs."`
	Migrate migrateCommand `cmd:"" help:"Bring the database to this program's schema."`
	Firm    firmCommand    `cmd:"" help:"Say who the firm is: letterhead, client account, confirmed legal facts. Needed once before serve."`
	User    userCommand    `cmd:"" help:"Manage people."`
	Client  clientCommand  `cmd:"" help:"Manage client companies and their API keys."`
	Verify  verifyCommand  `cmd:"" help:"Re-check the whole evidence log and every stored file; exit 1 if anything does not hold."`
	Key     keyCommand     `cmd:"" help:"Manage the application's own keys."`
	Stamp   stampCommand   `cmd:"" help:"Have the newest checkpoint stamped by every time-stamping authority now."`
	Trust   trustCommand   `cmd:"" help:"Print the keys that a court's tool may trust, and the name of the log."`
	Signer  signerCommand  `cmd:"" help:"Hold the log's key and sign its checkpoints; a process, and best a user, of its own."`
	Witness witnessCommand `cmd:"" help:"Cosign the checkpoints of logs: at a client or a second office."`
	Bench   benchCommand   `cmd:"" help:"Measure against a floor taken in the same run."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var p program
	call := kong.Parse(&p, kong.Name("recobro"), kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Description("Recobro: case management for a debt recovery law firm."))
	if err := call.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "recobro:", err)
		os.Exit(1)
	}
}
