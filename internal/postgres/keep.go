package postgres

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"
)

// A server that dies alone is started again; one that dies this often within a minute is left.
const maxDeaths = 5

// keep runs the server until Stop. It never leaves its thread: the kernel ends the server when that thread ends.
func (c *Cluster) keep() {
	runtime.LockOSThread()
	defer close(c.gone)
	var deaths []time.Time
	for {
		err := c.serve()
		c.mu.Lock()
		final := c.stopping || !c.serving
		c.mu.Unlock()
		if final {
			return
		}
		now := time.Now()
		deaths = append(deaths, now)
		if len(deaths) >= maxDeaths && now.Sub(deaths[len(deaths)-maxDeaths]) < time.Minute {
			c.options.Log(fmt.Sprintf("PostgreSQL died %d times within a minute and is left: %v; its log ends: %s", maxDeaths, err, c.place.logTail()))
			return
		}
		c.options.Log(fmt.Sprintf("PostgreSQL ended (%v) and is started again", err))
		if err := c.place.clear(c.options.Log); err != nil {
			c.options.Log(err.Error())
			return
		}
	}
}

// serve starts the server and waits for its end.
func (c *Cluster) serve() error {
	log, err := os.OpenFile(c.place.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("opening the log of PostgreSQL: %w", err)
	}
	defer log.Close()
	cmd := c.command(context.Background(), "postgres", c.arguments()...)
	cmd.Stdout, cmd.Stderr = log, log
	c.mu.Lock()
	if c.stopping {
		c.mu.Unlock()
		return nil
	}
	err = cmd.Start()
	c.server = cmd.Process
	c.mu.Unlock()
	if err != nil {
		return fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	err = cmd.Wait()
	c.mu.Lock()
	c.server = nil
	c.mu.Unlock()
	return err
}

func (c *Cluster) arguments() []string {
	args := []string{"-D", c.place.pg, "-k", c.place.sockets}
	settings := []string{
		"listen_addresses=", "port=5432", "unix_socket_permissions=0700", "logging_collector=off", "log_destination=stderr",
		"timezone=UTC", "max_connections=100", "jit=off", "max_wal_size=2GB", "shared_buffers=256MB",
	}
	if c.options.Fast {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	return args
}
