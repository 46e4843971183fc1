package postgres

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// clear waits for, or ends, what an earlier run left behind on this cluster, and removes its stale files. It is called
// only by the holder of the lock, so nothing alive in there belongs to a living Recobro.
func (p place) clear(log func(string)) error {
	if _, err := os.Stat("/proc/self/cwd"); err != nil {
		return nil // without a list of processes nobody knows what is stale: PostgreSQL's own checks decide
	}
	if !p.settled(time.Second) { // a server whose parent died is shutting down by itself
		log(fmt.Sprintf("ending the PostgreSQL that an earlier run left on %s", p.pg))
		p.end()
	}
	if left := p.residents(); len(left) > 0 {
		return fmt.Errorf("clearing %s: the processes %v of an earlier run do not end", p.pg, left)
	}
	stale := []string{filepath.Join(p.pg, "postmaster.pid")}
	sockets, err := filepath.Glob(filepath.Join(p.sockets, ".s.PGSQL.*"))
	if err != nil {
		return fmt.Errorf("looking for stale sockets in %s: %w", p.sockets, err)
	}
	for _, file := range append(stale, sockets...) {
		if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("removing the stale file %s: %w", file, err)
		}
	}
	if info, err := os.Stat(p.log); err == nil && info.Size() > 16<<20 {
		return os.Truncate(p.log, 0)
	}
	return nil
}

// end asks a living postmaster for a fast shutdown; backends that outlived theirs, or do not listen, are ended harder:
// they hold the shared memory that the next server needs.
func (p place) end() {
	if postmaster := p.postmaster(); postmaster != 0 {
		_ = syscall.Kill(postmaster, syscall.SIGINT)
		if p.settled(10 * time.Second) {
			return
		}
	}
	for _, signal := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGKILL} {
		for _, pid := range p.residents() {
			_ = syscall.Kill(pid, signal)
		}
		if p.settled(2 * time.Second) {
			return
		}
	}
}

// settled waits until no server process is left.
func (p place) settled(patience time.Duration) bool {
	for until := time.Now().Add(patience); len(p.residents()) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			return false
		}
	}
	return true
}

// postmaster is the living first process of the cluster, else 0.
func (p place) postmaster() int {
	text, err := os.ReadFile(filepath.Join(p.pg, "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := bytes.Cut(text, []byte("\n"))
	pid, err := strconv.Atoi(string(bytes.TrimSpace(first)))
	if err != nil {
		return 0
	}
	for _, resident := range p.residents() {
		if resident == pid {
			return pid
		}
	}
	return 0
}

// residents are the living PostgreSQL processes whose current folder is the data directory, as that of every one is.
// A process that has ended but was not yet waited for has no current folder, so it does not count.
func (p place) residents() []int {
	home, err := filepath.EvalSymlinks(p.pg)
	if err != nil {
		return nil
	}
	folders, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		return nil
	}
	var pids []int
	for _, folder := range folders {
		process := filepath.Dir(folder)
		if at, err := os.Readlink(folder); err != nil || at != home {
			continue
		}
		name, err := os.ReadFile(filepath.Join(process, "comm"))
		if err != nil || string(bytes.TrimSpace(name)) != "postgres" {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(process)); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
