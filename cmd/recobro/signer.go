package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"recobro/internal/evidence/format"
	"recobro/internal/evidence/signer"
)

// keyHolder is what the log's signer and a witness have in common.
type keyHolder struct {
	State string `required:"" type:"path" help:"Folder of what the key has signed; only its owner reads it, and it is never restored from a backup."`
	Key   string `required:"" type:"path" help:"File of the secret key, mode 0400."`
	Addr  string `default:"127.0.0.1:8090" help:"Where to listen: host:port on this machine or a private network, or unix:/path."`
	Init  bool   `help:"Make the key where there is none and begin its state; print the public key and end. It says that the key never signed."`
}

type signerCommand struct {
	keyHolder
	Origin string `help:"The log's name, as recobro trust prints it; needed with --init only."`
}

// Run serves the log's signer.
func (c signerCommand) Run(ctx context.Context) error {
	if c.Init {
		return c.begin(c.Origin, format.LogKey)
	}
	key, err := signer.LoadKey(c.Key)
	if err != nil {
		return err
	}
	return c.serve(ctx, key, signer.Log{Origin: key.Name()})
}

type witnessCommand struct {
	keyHolder
	Name string   `help:"The witness's name, such as witness.client.example; needed with --init only."`
	Log  []string `required:"" sep:"none" help:"Public key of a log to follow, once each; several keys of one log are several flags."`
}

// Run serves a witness.
func (c witnessCommand) Run(ctx context.Context) error {
	follows, err := logsOf(c.Log)
	if err != nil {
		return err
	}
	if c.Init {
		return c.begin(c.Name, format.WitnessKey, follows...)
	}
	key, err := signer.LoadKey(c.Key)
	if err != nil {
		return err
	}
	if key.Kind() != format.WitnessKey {
		return errors.New("this is not a witness's key")
	}
	return c.serve(ctx, key, follows...)
}

// logsOf groups the keys of logs by the log's name.
func logsOf(keys []string) ([]signer.Log, error) {
	var follows []signer.Log
	at := map[string]int{}
	for _, text := range keys {
		v, err := format.Verifier(text)
		if err != nil {
			return nil, fmt.Errorf("reading --log %q: %w", text, err)
		}
		i, known := at[v.Name()]
		if !known {
			i = len(follows)
			at[v.Name()], follows = i, append(follows, signer.Log{Origin: v.Name()})
		}
		follows[i].Keys = append(follows[i].Keys, note.Verifier(v))
	}
	return follows, nil
}

// begin makes the key where there is none, begins the state and prints the key to trust. The log's signer signs for the log of
// its own name.
func (c keyHolder) begin(name string, kind format.Kind, follows ...signer.Log) error {
	key, err := signer.LoadKey(c.Key)
	if errors.Is(err, os.ErrNotExist) {
		key, err = signer.MakeKey(c.Key, name, kind)
	}
	if err != nil {
		return err
	}
	if key.Kind() != kind {
		return errors.New("the key is of another kind")
	}
	if kind == format.LogKey {
		follows = []signer.Log{{Origin: key.Name()}}
	}
	if err := signer.Init(c.State, key, follows...); err != nil {
		return err
	}
	fmt.Println(key.Public())
	return nil
}

// serve answers until it is told to stop.
func (c keyHolder) serve(ctx context.Context, key *format.Signer, follows ...signer.Log) error {
	s, err := signer.Open(c.State, key, follows...)
	if err != nil {
		return err
	}
	defer s.Close()
	logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	listener, err := listen(c.Addr)
	if err != nil {
		return err
	}
	logger.Info("ready", "addr", c.Addr, "key", s.Public())
	return serveUntil(ctx, s.Server(logger), listener)
}

// listen listens on host:port, or on unix:/path where only the owner connects.
func listen(addr string) (net.Listener, error) {
	path, unix := strings.CutPrefix(addr, "unix:")
	if !unix {
		return net.Listen("tcp", addr)
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 { // of a process that was killed: the state's lock is ours
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("listening on %s: %w", addr, err)
		}
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", addr, err)
	}
	return l, os.Chmod(path, 0o600)
}

func serveUntil(ctx context.Context, server *http.Server, listener net.Listener) error {
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		stop, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		return server.Shutdown(stop)
	}
}
