package documents

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"recobro/internal/problem"
)

func openStore(t testing.TB) (*Store, string) {
	t.Helper()
	folder := t.TempDir()
	s, err := OpenStore(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, folder
}

func put(t testing.TB, s *Store, data string) Stored {
	t.Helper()
	at, err := s.Put([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestWhatIsPutIsReadBackAndLiesReadOnlyUnderItsHash(t *testing.T) {
	s, folder := openStore(t)
	at := put(t, s, "factura")
	if at.SHA256 != sha256.Sum256([]byte("factura")) || at.Bytes != 7 {
		t.Fatalf("stored as %+v", at)
	}
	if data, err := s.Read(at.SHA256); err != nil || string(data) != "factura" {
		t.Fatalf("read %q, %v", data, err)
	}
	info, err := os.Stat(filepath.Join(folder, nameOf(at.SHA256)))
	if err != nil || info.Mode().Perm() != 0o400 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	entries, _ := filepath.Glob(filepath.Join(folder, "sha256", "*", "*", "*"))
	if len(entries) != 1 {
		t.Errorf("a draft stayed behind: %v", entries)
	}
}

func TestSameBytesPutAtOnceAreOneFileNeverWrittenOver(t *testing.T) {
	s, folder := openStore(t)
	first := put(t, s, "albarán")
	before, err := os.Stat(filepath.Join(folder, nameOf(first.SHA256)))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for _, data := range []string{"albarán", "contrato"} {
				if _, err := s.Put([]byte(data)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	after, err := os.Stat(filepath.Join(folder, nameOf(first.SHA256)))
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("the file was replaced: %v", err)
	}
	entries, _ := filepath.Glob(filepath.Join(folder, "sha256", "*", "*", "*"))
	if len(entries) != 2 {
		t.Errorf("%d files, want 2: %v", len(entries), entries)
	}
}

func TestACheckFindsAChangedAShortAndALostFile(t *testing.T) {
	s, folder := openStore(t)
	at := put(t, s, "requerimiento")
	file := filepath.Join(folder, nameOf(at.SHA256))
	if err := s.Check(at.SHA256, at.Bytes); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(at.SHA256, at.Bytes+1); err == nil {
		t.Error("a wrong length was not found")
	}
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("requerimientO"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(at.SHA256, at.Bytes); err == nil {
		t.Error("a changed byte was not found")
	}
	if _, err := s.Read(at.SHA256); err == nil {
		t.Error("changed bytes were handed out")
	}
	if _, err := s.Put([]byte("requerimiento")); err == nil {
		t.Error("a put trusted the changed file")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(at.SHA256, at.Bytes); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a lost file: %v", err)
	}
}

func TestALinkOutOfTheFolderIsNotFollowed(t *testing.T) {
	s, folder := openStore(t)
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(folder, "sha256")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put([]byte("fuera")); err == nil {
		t.Error("the store wrote outside of its folder")
	}
}

func TestFilesOverTheLimitAreRefused(t *testing.T) {
	s, _ := openStore(t)
	if _, err := s.Put(make([]byte, MaxBytes+1)); problem.Of(err) == nil || problem.Of(err).Code != "document_too_large" {
		t.Errorf("put %v", err)
	}
}

func TestEveryNameBecomesPlain(t *testing.T) {
	pdf := allowed[0]
	for in, want := range map[string]string{
		"factura.pdf": "factura.pdf", `C:\temp\Factura F-1.PDF`: "Factura F-1.pdf", "../../etc/passwd": "passwd.pdf", "a\u202efdp.exe": "afdp.exe.pdf",
		"uno\r\ndos.pdf": "unodos.pdf", `x"; filename=y.pdf`: "x; filename=y.pdf", " . ": "", "": "", "nin\u0303o.pdf": "niño.pdf",
	} {
		got, err := tidyName(in, pdf)
		if got != want || (want == "") != (err != nil) {
			t.Errorf("%q became %q (%v), want %q", in, got, err, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		name, err := tidyName(rapid.String().Draw(t, "name"), pdf)
		if err == nil && (!strings.HasSuffix(name, ".pdf") || len([]rune(name)) > longestName || strings.ContainsAny(name, "/\\\"\r\n\x00")) {
			t.Fatalf("%q", name)
		}
		if header := Disposition(name); strings.ContainsAny(header, "\r\n") || strings.Count(header, `"`) != 2 {
			t.Fatalf("%q", header)
		}
	})
	if got := Disposition("Señal 1.pdf"); got != `attachment; filename="Se_al 1.pdf"; filename*=UTF-8''Se%C3%B1al%201.pdf` {
		t.Errorf("%s", got)
	}
}
