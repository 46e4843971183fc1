package postgres_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"recobro/internal/postgres"
)

// ownerVariable makes this test program play a Recobro that owns the data folder named in it.
const ownerVariable = "RECOBRO_TEST_OWNER"

func TestMain(m *testing.M) {
	if data := os.Getenv(ownerVariable); data != "" {
		own(data)
	}
	os.Exit(m.Run())
}

// own starts a cluster, keeps one backend busy, writes row after row, and prints each that the server has acknowledged.
func own(data string) {
	ctx := context.Background()
	cluster, err := postgres.Start(ctx, postgres.Options{Data: data, Log: func(text string) { fmt.Println("log", text) }})
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	if err := cluster.Announce("the owner of the test"); err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	db := sqlx.MustConnect("postgres", cluster.DSN("postgres", "postgres"))
	db.MustExec("create table if not exists acknowledged (n bigint primary key)")
	go func() {
		_, _ = db.Exec("select count(*) from generate_series(1, 1000000000000) where pg_sleep(0) is null")
	}()
	var n int64
	if err := db.Get(&n, "select coalesce(max(n), 0) from acknowledged"); err != nil {
		panic(err)
	}
	for {
		n++
		if _, err := db.Exec("insert into acknowledged values ($1)", n); err != nil {
			time.Sleep(time.Hour) // the server was killed first; the process is next
		}
		fmt.Println("row", n)
	}
}

// owner is such a process.
type owner struct {
	process *os.Process
	lines   *bufio.Scanner
	seen    int64 // the last row that was waited for
}

// program is a copy of this test program that everybody may run.
func program(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	path := filepath.Join(openFolder(t), "owner")
	target, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(target, source); err != nil {
		t.Fatal(err)
	}
	if err := target.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// openFolder is a temporary folder that everybody may pass, unlike t.TempDir.
func openFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

func startOwner(t *testing.T, program, data string, as *syscall.Credential) *owner {
	t.Helper()
	cmd := exec.Command(program)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), ownerVariable+"="+data)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as, Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	o := &owner{process: cmd.Process, lines: bufio.NewScanner(out)}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	o.awaitRow(t)
	return o
}

// awaitRow reads until the owner has written a row, and returns its number.
func (o *owner) awaitRow(t *testing.T) (n int64) {
	t.Helper()
	for o.lines.Scan() {
		word, rest, _ := strings.Cut(o.lines.Text(), " ")
		switch word {
		case "row":
			n, err := strconv.ParseInt(rest, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			o.seen = n
			return n
		case "failed":
			t.Fatal(rest)
		}
	}
	t.Fatal("the owner ended without a row")
	return 0
}

// rest waits for the end of the owner and returns the last row that it had acknowledged.
func (o *owner) rest(t *testing.T) (last int64) {
	t.Helper()
	last = o.seen
	for o.lines.Scan() {
		if number, ok := strings.CutPrefix(o.lines.Text(), "row "); ok {
			last, _ = strconv.ParseInt(number, 10, 64)
		}
	}
	_, _ = o.process.Wait()
	return last
}

func postmaster(t *testing.T, data string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(data, "pg", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// ordinary is an unprivileged user of this machine; the test runs as root.
func ordinary(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("becoming somebody else needs root")
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Skip("there is no user nobody")
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func TestNoAcknowledgedRowIsLostWhateverIsKilled(t *testing.T) {
	kill := func(pid int) { _ = syscall.Kill(pid, syscall.SIGKILL) }
	patterns := []struct {
		name string
		kill func(owner, server int)
	}{
		{"the owner", func(owner, _ int) { kill(owner) }},
		{"the server, then the owner", func(owner, server int) { kill(server); kill(owner) }},
		{"the owner, then the server", func(owner, server int) { kill(owner); kill(server) }},
	}
	users := map[string]func(t *testing.T) *syscall.Credential{
		"ourselves": func(*testing.T) *syscall.Credential { return nil }, "an ordinary user": ordinary,
	}
	for name, who := range users {
		t.Run(name, func(t *testing.T) {
			as := who(t)
			data := filepath.Join(openFolder(t), "data")
			if as != nil {
				if err := os.Mkdir(data, 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.Chown(data, int(as.Uid), int(as.Gid)); err != nil {
					t.Fatal(err)
				}
			}
			path := program(t)
			o := startOwner(t, path, data, as)
			for _, pattern := range patterns {
				time.Sleep(50 * time.Millisecond)
				pattern.kill(o.process.Pid, postmaster(t, data))
				last := o.rest(t)
				began := time.Now()
				o = startOwner(t, path, data, as)
				took := time.Since(began)
				if next := o.awaitRow(t) - 1; next <= last || last == 0 {
					t.Errorf("after killing %s: row %d was acknowledged, the next is %d", pattern.name, last, next)
				}
				if took > 6*time.Second {
					t.Errorf("after killing %s: the restart took %s", pattern.name, took)
				}
				t.Logf("after killing %s: %d rows, up again in %s", pattern.name, last, took.Round(time.Millisecond))
			}
			_, err := postgres.Start(context.Background(), postgres.Options{Data: data})
			var owned *postgres.Owned
			if !errors.As(err, &owned) || owned.Says != "the owner of the test" {
				t.Errorf("starting beside a living owner gave %v", err)
			}
			_ = o.process.Kill()
			o.rest(t)
		})
	}
}

func start(t *testing.T, options postgres.Options) *postgres.Cluster {
	t.Helper()
	cluster, err := postgres.Start(context.Background(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Stop)
	return cluster
}

func TestServerThatDiesAloneComesBack(t *testing.T) {
	data := filepath.Join(openFolder(t), "data")
	said := make(chan string, 10)
	cluster := start(t, postgres.Options{Data: data, Fast: true, Log: func(text string) { said <- text }})
	db, err := postgres.Open(context.Background(), cluster.DSN("postgres", "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ask := func() error {
		return db.View(context.Background(), "", func(tx *postgres.Tx) error { var n int; return tx.Get(&n, "select 1") })
	}
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(postmaster(t, data), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if text := <-said; !strings.Contains(text, "started again") {
		t.Errorf("the log says %q", text)
	}
	for until := time.Now().Add(8 * time.Second); ask() != nil; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("the server did not come back")
		}
	}
}

func TestStoppedClusterStartsAgainWithItsData(t *testing.T) {
	folder := openFolder(t)
	t.Setenv("TMPDIR", openFolder(t)) // the socket's path would be too long, so the socket lies there
	if err := os.Chmod(os.Getenv("TMPDIR"), 0o777); err != nil {
		t.Fatal(err)
	}
	long := filepath.Join(folder, strings.Repeat("a rather long name/", 6), "it's data")
	for round := range 2 {
		cluster := start(t, postgres.Options{Data: long, Fast: true})
		for range 2 { // the second time it is there
			if err := cluster.CreateDatabase(context.Background(), "recobro"); err != nil {
				t.Fatal(err)
			}
		}
		db := sqlx.MustConnect("postgres", cluster.DSN("postgres", "recobro"))
		db.MustExec("create table if not exists kept (n int)")
		db.MustExec("insert into kept values (1)")
		var rows, port int
		if err := db.Get(&rows, "select count(*) from kept"); err != nil || rows != round+1 {
			t.Fatalf("round %d: %d rows (%v)", round, rows, err)
		}
		if err := db.Get(&port, "select count(*) from pg_settings where name = 'listen_addresses' and setting = ''"); err != nil || port != 1 {
			t.Fatal("the server listens on the network")
		}
		_ = db.Close()
		cluster.Stop()
		cluster.Stop()
	}
}

func TestClosedFolderSendsTheClusterElsewhereAloud(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root becomes somebody else")
	}
	t.Setenv("TMPDIR", openFolder(t))
	if err := os.Chmod(os.Getenv("TMPDIR"), 0o777); err != nil {
		t.Fatal(err)
	}
	var said []string
	options := postgres.Options{Data: filepath.Join(t.TempDir(), "data"), Fast: true, Log: func(text string) { said = append(said, text) }}
	start(t, options).Stop() // t.TempDir lies in a folder for root alone
	if len(said) != 1 || !strings.Contains(said[0], os.Getenv("TMPDIR")) {
		t.Fatalf("the log says %q", said)
	}
}

func TestProgramsThatDoNotSuitAreNamed(t *testing.T) {
	folder := openFolder(t)
	for name, said := range map[string]string{"initdb": "", "postgres": "postgres (PostgreSQL) 9.6.2"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\necho '"+said+"'\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	_, err := postgres.Start(context.Background(), postgres.Options{Data: filepath.Join(openFolder(t), "data"), Binaries: folder})
	if err == nil || !strings.Contains(err.Error(), folder) || !strings.Contains(err.Error(), "older than") {
		t.Fatalf("an old version gave %v", err)
	}
}
