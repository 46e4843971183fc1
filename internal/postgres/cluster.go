package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Options say where a private cluster lives and how it runs.
type Options struct {
	Data     string       // folder of this installation; made when missing
	Binaries string       // folder of initdb and postgres; empty looks for them
	Fast     bool         // for tests only: nothing is forced to disk, a crash of the machine loses the data
	Log      func(string) // told what a person should know; may be nil
}

// Owned says that another living process runs the cluster of this data folder.
type Owned struct {
	Data string
	Says string // what the owner announced, such as its address; empty while it starts
}

func (o *Owned) Error() string {
	if o.Says == "" {
		return fmt.Sprintf("the data in %s is in use by another Recobro that is still starting", o.Data)
	}
	return fmt.Sprintf("the data in %s is in use by another Recobro: %s", o.Data, o.Says)
}

// Cluster is a running private PostgreSQL that listens on one unix socket. It ends with this process, however that ends,
// and is started again when it dies alone.
type Cluster struct {
	options Options
	bin     string // folder of the binaries
	place   place
	lock    *os.File

	mu       sync.Mutex
	server   *os.Process // nil while none runs
	stopping bool
	serving  bool          // it has answered once
	gone     chan struct{} // closed when no server runs and none will
}

// Start finds PostgreSQL, makes the cluster at the first time, clears what a crash left and starts the server.
// When another process owns the data the error is *Owned.
func Start(ctx context.Context, options Options) (*Cluster, error) {
	if options.Log == nil {
		options.Log = func(string) {}
	}
	data, err := filepath.Abs(options.Data)
	if err != nil {
		return nil, fmt.Errorf("resolving the data folder %s: %w", options.Data, err)
	}
	options.Data = data
	c := &Cluster{options: options, gone: make(chan struct{})}
	if c.lock, err = takeLock(data); err != nil {
		return nil, err
	}
	if err := c.start(ctx); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context) error {
	var err error
	if c.place, err = choosePlace(c.options.Data, c.options.Log); err != nil {
		close(c.gone)
		return err
	}
	if c.bin, err = findBinaries(ctx, c.options, c.place); err != nil {
		close(c.gone)
		return err
	}
	if err := c.place.clear(c.options.Log); err != nil {
		close(c.gone)
		return err
	}
	if err := c.initialise(ctx); err != nil {
		close(c.gone)
		return err
	}
	go c.keep()
	return c.awaitReady(ctx)
}

// initialise makes the cluster beside its place and moves it there when whole, so that a crash leaves no half of one.
func (c *Cluster) initialise(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(c.place.pg, "PG_VERSION")); err == nil {
		return nil
	}
	fresh := c.place.pg + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("removing an unfinished cluster: %w", err)
	}
	var said []byte
	for _, locale := range []string{"C.UTF-8", "en_US.UTF-8", "C"} { // the first that the machine knows
		if err := c.place.makeFolder(fresh); err != nil {
			return err
		}
		args := []string{"-D", fresh, "-U", "postgres", "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--locale=" + locale}
		if c.options.Fast {
			args = append(args, "--no-sync")
		} else {
			args = append(args, "--data-checksums")
		}
		var err error
		if said, err = c.command(ctx, "initdb", args...).CombinedOutput(); err == nil {
			return os.Rename(fresh, c.place.pg)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("making the cluster in %s: %w", c.place.pg, ctx.Err())
		}
		_ = os.RemoveAll(fresh)
	}
	return fmt.Errorf("making the cluster in %s: initdb said: %s", c.place.pg, strings.TrimSpace(string(said)))
}

// command prepares a PostgreSQL program under the account of the place, without the caller's PG… variables.
func (c *Cluster) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, program), args...)
	cmd.Dir = "/" // the current folder may be closed to that account
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "PG") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: c.place.account.credential()}
	dieWithParent(cmd.SysProcAttr)
	return cmd
}

func (c *Cluster) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		err := c.answer(ctx)
		if err == nil {
			c.mu.Lock()
			c.serving = true
			c.mu.Unlock()
			return nil
		}
		select {
		case <-c.gone:
			return fmt.Errorf("starting PostgreSQL in %s: it ended at once; its log ends: %s", c.place.pg, c.place.logTail())
		case <-ctx.Done():
			return fmt.Errorf("waiting for PostgreSQL in %s: %w (%w)", c.place.pg, ctx.Err(), err)
		case <-time.After(pause):
		}
	}
}

// answer asks the server for one answer as the superuser.
func (c *Cluster) answer(ctx context.Context) error {
	db, err := sqlx.ConnectContext(ctx, "postgres", c.DSN("postgres", "postgres"))
	if err != nil {
		return err
	}
	return db.Close()
}

// DSN is the address of a database for a role, as key=value words; the superuser is "postgres".
func (c *Cluster) DSN(role, db string) string {
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	return fmt.Sprintf("host='%s' port=5432 user='%s' dbname='%s' sslmode=disable",
		quote.Replace(c.place.sockets), quote.Replace(role), quote.Replace(db))
}

// CreateDatabase makes an empty database unless it is there.
func (c *Cluster) CreateDatabase(ctx context.Context, name string) error {
	db, err := sqlx.ConnectContext(ctx, "postgres", c.DSN("postgres", "postgres"))
	if err != nil {
		return fmt.Errorf("creating database %s: %w", name, err)
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "create database "+pq.QuoteIdentifier(name))
	if err != nil && Code(err) != "42P04" { // duplicate_database
		return fmt.Errorf("creating database %s: %w", name, err)
	}
	return nil
}

// Announce writes into the lock what a second Recobro on the same data shall read, such as the address of this one.
func (c *Cluster) Announce(text string) error {
	if err := c.lock.Truncate(0); err != nil {
		return fmt.Errorf("announcing in %s: %w", c.lock.Name(), err)
	}
	if _, err := c.lock.WriteAt([]byte(text), 0); err != nil {
		return fmt.Errorf("announcing in %s: %w", c.lock.Name(), err)
	}
	return nil
}

// Stop ends the server in good order and gives the data folder free. It may be called again.
func (c *Cluster) Stop() {
	c.signal(syscall.SIGINT) // fast shutdown: open transactions are rolled back, then a checkpoint
	select {
	case <-c.gone:
	case <-time.After(30 * time.Second):
		c.signal(syscall.SIGQUIT)
		<-c.gone
	}
	_ = c.lock.Truncate(0)
	_ = c.lock.Close()
}

func (c *Cluster) signal(sig syscall.Signal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopping = true
	if c.server != nil {
		_ = c.server.Signal(sig)
	}
}

// takeLock makes the data folder and owns it by a lock that the kernel gives free with the process.
func takeLock(data string) (*os.File, error) {
	if err := makePassable(data); err != nil {
		return nil, fmt.Errorf("making the data folder %s: %w", data, err)
	}
	lock, err := os.OpenFile(filepath.Join(data, "owner.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the lock of %s: %w", data, err)
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return lock, lock.Truncate(0)
	}
	defer lock.Close()
	if !errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("locking %s: %w", lock.Name(), err)
	}
	says, err := os.ReadFile(lock.Name())
	if err != nil {
		return nil, fmt.Errorf("reading the lock of %s: %w", data, err)
	}
	return nil, &Owned{Data: data, Says: strings.TrimSpace(string(says))}
}

// DropDatabase removes a database with all that is in it, whoever is connected.
func (c *Cluster) DropDatabase(ctx context.Context, name string) error {
	db, err := sqlx.ConnectContext(ctx, "postgres", c.DSN("postgres", "postgres"))
	if err != nil {
		return fmt.Errorf("dropping database %s: %w", name, err)
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "drop database if exists "+pq.QuoteIdentifier(name)+" with (force)"); err != nil {
		return fmt.Errorf("dropping database %s: %w", name, err)
	}
	return nil
}
