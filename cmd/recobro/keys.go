package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"recobro/internal/evidence/format"
	"recobro/internal/evidence/signer"
	"recobro/internal/postgres"
)

type keyCommand struct {
	Make makeKey `cmd:"" help:"Make a key of the application in RECOBRO_KEYS."`
}

type makeKey struct {
	databases
	What string `arg:"" enum:"receipts" help:"receipts: the key that signs what clients receive for the debts they hand over."`
	Keys string `env:"RECOBRO_KEYS" required:"" type:"path" help:"Folder of the application's own keys."`
}

// Run makes the key and prints its public part.
func (c makeKey) Run(ctx context.Context) error {
	app, err := postgres.Open(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	origin, err := originOf(ctx, app)
	if err != nil {
		return err
	}
	key, err := signer.MakeKey(filepath.Join(c.Keys, c.What), format.ReceiptsOf(origin), format.LogKey)
	if err != nil {
		return err
	}
	fmt.Println(key.Public())
	return nil
}

type trustCommand struct {
	databases
	vouching
}

// Run prints the keys that a court's tool may trust, and the log's name, which the signer's key bears.
func (c trustCommand) Run(ctx context.Context) error {
	app, err := postgres.Open(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	origin, err := originOf(ctx, app)
	if err != nil {
		return err
	}
	receipts, err := c.receiptKey(ctx, app)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(os.Stdout, "# %s\n%s", origin, c.trust(receipts))
	return err
}
