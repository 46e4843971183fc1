package postgres

import (
	"archive/zip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// archive is a folder with two programs that say what PostgreSQL's own would, packed as the repository packs them.
func archive(t *testing.T, version string) string {
	t.Helper()
	if _, err := exec.LookPath("xz"); err != nil {
		t.Skip("packing needs xz")
	}
	folder := t.TempDir()
	bin := filepath.Join(folder, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, script := range map[string]string{
		"postgres": "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n",
		"pg_ctl":   "#!/bin/sh\nexit 1\n",
		"initdb":   "#!/bin/sh\necho invalid locale >&2; exit 1\n",
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	packed, err := exec.Command("tar", "-C", folder, "-cJf", filepath.Join(folder, "all.txz"), "bin").CombinedOutput()
	if err != nil {
		t.Fatalf("packing: %v %s", err, packed)
	}
	jar, err := os.Create(filepath.Join(folder, "all.jar"))
	if err != nil {
		t.Fatal(err)
	}
	defer jar.Close()
	files := zip.NewWriter(jar)
	file, err := files.Create("postgres.txz")
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.Open(filepath.Join(folder, "all.txz"))
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	if _, err := io.Copy(file, content); err != nil {
		t.Fatal(err)
	}
	if err := files.Close(); err != nil {
		t.Fatal(err)
	}
	return jar.Name()
}

func TestDownloadKeepsTheProgramsAndStartsNothing(t *testing.T) {
	jar, asked := archive(t, "17.5"), 0
	repository := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, ".jar") {
			http.NotFound(w, r)
			return
		}
		asked++
		http.ServeFile(w, r, jar)
	}))
	defer repository.Close()
	home := t.TempDir()
	at := place{pg: filepath.Join(home, "pg")}
	for range 2 {
		bin, err := download(context.Background(), at, 0, repository.URL, func(string) {})
		if err != nil {
			t.Fatal(err)
		}
		if err := suits(context.Background(), bin, 17); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 1 {
		t.Errorf("the repository was asked %d times, want once", asked)
	}
	if left, err := filepath.Glob(filepath.Join(home, "download-*")); err != nil || len(left) != 0 {
		t.Errorf("the download left %v behind", left)
	}
	if _, err := download(context.Background(), at, 12, repository.URL, func(string) {}); err == nil {
		t.Error("a version that is not offered was downloaded")
	}
}

func TestNoPostgreSQLAnywhereSaysWhatToInstall(t *testing.T) {
	saved := layouts
	defer func() { layouts = saved }()
	layouts = nil
	t.Setenv("PATH", "")
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // nothing may be fetched here
	_, err := findBinaries(ctx, Options{Log: func(string) {}}, place{pg: filepath.Join(t.TempDir(), "pg")})
	if err == nil || !strings.Contains(err.Error(), "apt install postgresql") {
		t.Fatalf("without any PostgreSQL the error is %v", err)
	}
}

func TestNewestLayoutComesFirst(t *testing.T) {
	root := t.TempDir()
	for _, version := range []string{"9", "17", "15"} {
		if err := os.MkdirAll(filepath.Join(root, "postgresql", version, "bin"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	saved := layouts
	defer func() { layouts = saved }()
	layouts = []string{filepath.Join(root, "postgresql", "*", "bin")}
	t.Setenv("PATH", "")
	want := []string{"17", "15", "9"}
	for i, folder := range candidates() {
		if filepath.Base(filepath.Dir(folder)) != want[i] {
			t.Errorf("candidate %d is %s, want version %s", i, folder, want[i])
		}
	}
}
