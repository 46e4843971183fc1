package postgres

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	embedded "github.com/fergusstrange/embedded-postgres"
)

// downloadable are the versions offered for download, by major version; 0 is for a cluster not made yet.
var downloadable = map[int]embedded.PostgresVersion{
	0: embedded.V17, 15: embedded.V15, 16: embedded.V16, 17: embedded.V17, 18: embedded.V18,
}

// download fetches PostgreSQL once and keeps it beside the cluster. repository is empty for the usual one.
func download(ctx context.Context, at place, wanted int, repository string, log func(string)) (string, error) {
	version, ok := downloadable[wanted]
	if !ok {
		return "", fmt.Errorf("PostgreSQL %d is not offered for download", wanted)
	}
	home := filepath.Join(filepath.Dir(at.pg), "postgresql-"+string(version))
	bin := filepath.Join(home, "bin")
	if suits(ctx, bin, wanted) == nil {
		return bin, nil
	}
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("downloading PostgreSQL %s: %w", version, err)
	}
	log(fmt.Sprintf("no PostgreSQL was found on this machine: downloading version %s", version))
	scratch, err := os.MkdirTemp(filepath.Dir(at.pg), "download-")
	if err != nil {
		return "", fmt.Errorf("downloading PostgreSQL %s: %w", version, err)
	}
	// The package can only download as the first step of starting a server of its own, on a TCP port and not as root.
	// The locale that does not exist stops it after the download; what counts is whether the programs are there.
	config := embedded.DefaultConfig().Version(version).BinariesPath(home).CachePath(scratch).
		RuntimePath(filepath.Join(scratch, "run")).Locale("nowhere").Port(freePort).Logger(io.Discard)
	if repository != "" {
		config = config.BinaryRepositoryURL(repository)
	}
	ended := make(chan error, 1)
	go func() {
		defer os.RemoveAll(scratch)
		ended <- embedded.NewDatabase(config).Start()
	}()
	select {
	case err = <-ended:
	case <-ctx.Done():
		return "", fmt.Errorf("downloading PostgreSQL %s: %w", version, ctx.Err())
	}
	if unfit := suits(ctx, bin, wanted); unfit != nil {
		return "", fmt.Errorf("downloading PostgreSQL %s: %w (%w)", version, err, unfit)
	}
	return bin, nil
}

// freePort lets the system choose the port that the package insists on testing.
const freePort = 0
