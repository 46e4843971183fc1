package stamp

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"recobro/internal/testdb"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// issued is a certificate with its key.
type issued struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func issue(t *testing.T, by *issued, change func(*x509.Certificate)) *issued {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	c := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "TSA de prueba"}, NotBefore: time.Now().Add(-48 * time.Hour),
		NotAfter: time.Now().Add(48 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, BasicConstraintsValid: true}
	change(c)
	if by == nil {
		by = &issued{c, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, by.cert, &key.PublicKey, by.key)
	must(t, err)
	cert, err := x509.ParseCertificate(der)
	must(t, err)
	return &issued{cert, key}
}

func root(t *testing.T) *issued {
	return issue(t, nil, func(c *x509.Certificate) { c.IsCA, c.Subject.CommonName = true, "Raíz de prueba" })
}

// purpose marks a certificate as one for time stamping; critical as the standard demands.
func purpose(critical bool, more ...asn1.ObjectIdentifier) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		value, _ := asn1.Marshal(append([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}}, more...))
		c.KeyUsage = x509.KeyUsageDigitalSignature
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: critical, Value: value}}
	}
}

// authority is openssl ts behind HTTP.
func authority(t *testing.T, signer *issued, trusted *issued) (Authority, *http.ServeMux) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, kind string, der []byte) string {
		file := filepath.Join(dir, name)
		must(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
		return file
	}
	key, err := x509.MarshalPKCS8PrivateKey(signer.key)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "tsa.cnf"), fmt.Appendf(nil, "[tsa]\ndefault_tsa=one\n[one]\nserial=%s/serial\ncrypto_device=builtin\nsigner_cert=%s\nsigner_key=%s\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\ness_cert_id_alg=sha256\n",
		dir, write("cert.pem", "CERTIFICATE", signer.cert.Raw), write("key.pem", "PRIVATE KEY", key)), 0o600))
	mux := http.NewServeMux()
	mux.HandleFunc("/tsa", func(w http.ResponseWriter, r *http.Request) {
		query, err := io.ReadAll(r.Body)
		if err == nil {
			_, err = w.Write(reply(t, dir, query))
		}
		if err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(trusted.cert)
	a, err := NewAuthority(server.URL+"/tsa", roots)
	must(t, err)
	return a, mux
}

func reply(t *testing.T, dir string, query []byte) []byte {
	t.Helper()
	in, out := filepath.Join(dir, "query"), filepath.Join(dir, "reply")
	must(t, os.WriteFile(in, query, 0o600))
	if b, err := exec.Command("openssl", "ts", "-reply", "-config", filepath.Join(dir, "tsa.cnf"), "-queryfile", in, "-out", out).CombinedOutput(); err != nil {
		t.Logf("openssl: %v\n%s", err, b)
		return nil
	}
	b, err := os.ReadFile(out)
	must(t, err)
	return b
}

func at(a Authority, path string) Authority {
	a.url = a.url[:len(a.url)-len("/tsa")] + path
	return a
}

// TestEV20ATokenThatDoesNotHoldIsRefused walks what an authority can get wrong.
func TestEV20ATokenThatDoesNotHoldIsRefused(t *testing.T) {
	ca, stranger := root(t), root(t)
	tsa := issue(t, ca, purpose(true))
	good, mux := authority(t, tsa, ca)
	token, err := good.Stamp(t.Context(), []byte("checkpoint"))
	must(t, err)
	if age := time.Since(token.At); age > time.Hour || age < -time.Hour {
		t.Errorf("stamped at %s", token.At)
	}
	if _, err := Verify(token.DER, []byte("another"), good.roots); err == nil {
		t.Error("a stamp over something else passed")
	}
	for i := 0; i < len(token.DER); i += 7 {
		changed := bytes.Clone(token.DER)
		changed[i] ^= 0x10
		if when, err := Verify(changed, []byte("checkpoint"), good.roots); err == nil && !when.Equal(token.At) {
			t.Errorf("byte %d changed: it says %s", i, when)
		}
	}
	untrusted, _ := authority(t, tsa, stranger)
	expired, _ := authority(t, issue(t, ca, func(c *x509.Certificate) { purpose(true)(c); c.NotAfter = time.Now().Add(-time.Hour) }), ca)
	server, _ := authority(t, issue(t, ca, purpose(true, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 1})), ca)
	lax, _ := authority(t, issue(t, ca, purpose(false)), ca)
	var kept []byte // an answer to another question: its nonce and imprint are wrong
	mux.HandleFunc("/old", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(kept) })
	mux.HandleFunc("/keep", func(w http.ResponseWriter, r *http.Request) {
		res, err := http.Post(good.url, "application/timestamp-query", r.Body)
		must(t, err)
		defer res.Body.Close()
		kept, err = io.ReadAll(res.Body)
		must(t, err)
		_, _ = w.Write(kept)
	})
	if _, err := at(good, "/keep").Stamp(t.Context(), []byte("checkpoint")); err != nil {
		t.Fatal(err)
	}
	mux.HandleFunc("/down", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", 503) })
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "file:///etc/hostname", 302) })
	mux.HandleFunc("/endless", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, maxToken+10)) })
	for name, a := range map[string]Authority{"untrusted": untrusted, "expired": expired, "a certificate for servers too": server, "a purpose that is not critical": lax,
		"an answer given before": at(good, "/old"), "down": at(good, "/down"), "a redirect": at(good, "/away"), "too long": at(good, "/endless")} {
		if _, err := a.Stamp(t.Context(), []byte("checkpoint")); err == nil {
			t.Errorf("%s: a stamp was accepted", name)
		}
	}
	mux.HandleFunc("/garbage", func(w http.ResponseWriter, r *http.Request) {
		b := make([]byte, 1<<10)
		_, _ = rand.Read(b)
		_, _ = w.Write(append(kept[:len(kept)/2:len(kept)/2], bytes.Repeat(b, 1+int(b[0])%100)...))
	})
	for range 50 {
		if _, err := at(good, "/garbage").Stamp(t.Context(), []byte("checkpoint")); err == nil {
			t.Fatal("garbage was accepted")
		}
	}
}

// TestEV20AnAuthorityThatWasDownCatchesUp has two authorities, of which one is away while checkpoints are published.
func TestEV20AnAuthorityThatWasDownCatchesUp(t *testing.T) {
	db, ca := testdb.New(t), root(t)
	steady, _ := authority(t, issue(t, ca, purpose(true)), ca)
	flaky, mux := authority(t, issue(t, ca, purpose(true)), ca)
	mux.HandleFunc("/down", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", 503) })
	publish := func(size int) {
		_, err := db.Super.Exec(`insert into ev.checkpoints (size, root, note, signed_at) values ($1, sha256('x'), $2, now())`, size, fmt.Sprint("note ", size))
		must(t, err)
	}
	stamps := func(a Authority) (sizes []int) {
		must(t, db.Super.Select(&sizes, `select size from ev.stamps where tsa = $1 order by size`, a.Name))
		return sizes
	}
	step := func(every time.Duration, all ...Authority) error {
		return (&Stamper{DB: db.Log, Authorities: all, Every: every, Logger: slog.New(slog.DiscardHandler)}).Step(context.Background())
	}
	must(t, step(0, steady)) // nothing is published yet
	away := at(flaky, "/down")
	for size := 1; size <= 3; size++ {
		publish(size)
		if err := step(0, steady, away); err == nil {
			t.Error("nobody said that an authority is down")
		}
	}
	must(t, step(0, steady, flaky))
	must(t, step(0, steady, flaky))
	if s, f := stamps(steady), stamps(flaky); len(s) != 3 || len(f) != 1 || f[0] != 3 {
		t.Errorf("stamped %v and %v", s, f)
	}
	publish(4)
	must(t, step(time.Hour, steady, flaky))
	if s := stamps(steady); len(s) != 3 {
		t.Errorf("a second stamp within the hour: %v", s)
	}
}
