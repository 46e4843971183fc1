package outgoing

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// innerForms are addresses that lead, or might be read as leading, into the firm's own network.
var innerForms = []string{
	"https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://0/", "https://0.0.0.0/", "https://2130706433/", "https://0x7f000001/", "https://0x7f.0.0.1/",
	"https://0177.0.0.1/", "https://017700000001/", "https://127.0.0.1.:443/", "https://127.255.255.254/", "https://localhost/", "https://LOCALHOST/", "https://localhost./",
	"https://a.localhost/", "https://localhost.localdomain/", "https://[::1]/", "https://[::]/", "https://[0:0:0:0:0:0:0:1]/", "https://[::ffff:127.0.0.1]/",
	"https://[::ffff:7f00:1]/", "https://[::127.0.0.1]/", "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[64:ff9b::a9fe:a9fe]/", "https://[2002:7f00:1::]/",
	"https://[2001:0:4136:e378::]/", "https://[fe80::1]/", "https://[fe80::1%25lo]/", "https://[fc00::1]/", "https://[fd00:ec2::254]/", "https://[ff02::1]/", "https://[2001:db8::1]/",
	"https://[100::1]/", "https://10.0.0.1/", "https://172.16.0.1/", "https://172.31.255.255/", "https://192.168.1.1/", "https://100.64.0.1/", "https://169.254.169.254/latest/meta-data/",
	"https://169.254.170.2/", "https://168.63.129.16/", "https://192.0.0.192/", "https://192.0.2.1/", "https://198.18.0.1/", "https://203.0.113.9/", "https://224.0.0.1/",
	"https://255.255.255.255/", "https://240.0.0.1/", "https://metadata.google.internal/", "https://printer.local/", "https://db/", "https://db.lan/", "https://router.home.arpa/",
	"http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "//example.com/", "example.com", "https:example.com", "https:///path", "",
	"https://user@example.com/", "https://user:secret@example.com/", "https://example.com@127.0.0.1/", "https://127.0.0.1#@example.com/", "https://127.0.0.1\\@example.com/",
	"https://example.com:0/", "https://example.com:65536/", "https://example.com:x/", "https://exa mple.com/", "https://example.com/\r\nHost: x", "https://①②⑦.0.0.1/",
	"https://ⓛocalhost/", "https://xn--.com-/", "https://%6c%6f%63%61%6c%68%6f%73%74/", "https://-a.com/", "https://a..com/", "https://1.1.1.1.1/", "https://example.com/#x",
	"javascript:alert(1)", "data:text/plain,x", "https://example.0x7f/",
}

func TestASVS_1_3_6_NoFormOfAnAddressLeadsIntoTheFirmsOwnNetwork(t *testing.T) {
	if len(innerForms) < 60 {
		t.Fatalf("only %d forms", len(innerForms))
	}
	client := Client(Options{Resolver: resolves(t, netip.MustParseAddr("127.0.0.1"))})
	for _, form := range innerForms {
		if Check(form) == nil {
			t.Errorf("%q was taken", form)
		}
		r, err := http.NewRequestWithContext(t.Context(), "GET", form, nil)
		if err != nil {
			continue // no request can be made of it
		}
		r.URL.Fragment = "" // never leaves the caller: what is left must be refused for itself, or dial a public name only
		if res, err := client.Do(r); err == nil {
			_ = res.Body.Close()
			t.Errorf("%q answered %d", form, res.StatusCode)
		}
	}
	for _, good := range []string{"https://example.com/", "https://hooks.example.com:8443/in?x=1", "https://1.1.1.1/", "https://[2606:4700::1111]/", "https://xn--nandu-qta.example/"} {
		if err := Check(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}

// A name that was harmless when it was entered resolves to an inner address when it is called.
func TestASVS_1_3_6_ANameThatTurnsInwardsLaterIsNotDialled(t *testing.T) {
	var reached atomic.Int64
	inner := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	inner.Config.ConnState = func(net.Conn, http.ConnState) { reached.Add(1) }
	inner.StartTLS()
	defer inner.Close()
	_, port, _ := net.SplitHostPort(inner.Listener.Addr().String())
	for _, at := range []string{"127.0.0.1", "::1", "::ffff:127.0.0.1", "10.1.2.3", "169.254.169.254", "0.0.0.0", "fd00::1"} {
		address := "https://hooks.example.com:" + port + "/"
		if err := Check(address); err != nil {
			t.Fatal(err)
		}
		client := Client(Options{Resolver: resolves(t, netip.MustParseAddr(at))})
		res, err := client.Get(address)
		if err == nil {
			_ = res.Body.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "not a public address") {
			t.Errorf("a name at %s: %v", at, err)
		}
	}
	if reached.Load() != 0 {
		t.Errorf("%d connections reached the inner server", reached.Load())
	}
}

func TestRedirectsAreAnsweredAndNotFollowed(t *testing.T) {
	followed := false
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		followed = followed || r.URL.Path == "/inner"
		http.Redirect(w, r, "/inner", http.StatusFound)
	}))
	defer s.Close()
	res, err := Client(Options{Own: []string{s.Listener.Addr().String()}}).Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusFound || followed {
		t.Errorf("answered %d, followed %v", res.StatusCode, followed)
	}
}

func TestAServiceOfTheFirmIsReachedOnlyWhereItIsConfigured(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") }))
	defer s.Close()
	client := Client(Options{Own: []string{s.Listener.Addr().String()}})
	res, err := client.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res, err := client.Get("http://127.0.0.1:1/"); err == nil {
		_ = res.Body.Close()
		t.Error("another port of this machine was dialled")
	}
}

func TestASVS_12_3_2_ACertificateThatNobodyVouchesForIsRefused(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer s.Close()
	s.Config.ErrorLog = nil
	res, err := Client(Options{Own: []string{s.Listener.Addr().String()}}).Get(s.URL)
	if err == nil {
		_ = res.Body.Close()
		t.Fatal("an unknown certificate was taken")
	}
	if !strings.Contains(err.Error(), "certificate") {
		t.Error(err)
	}
}

func TestALongAnswerEndsWithAnErrorAndAnExactOneDoesNot(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("x", len(r.URL.Path)-1))
	}))
	defer s.Close()
	client := Client(Options{Own: []string{s.Listener.Addr().String()}, MaxBytes: 10})
	for n, want := range map[int]error{0: nil, 9: nil, 10: nil, 11: ErrTooLarge, 5000: ErrTooLarge} {
		res, err := client.Get(s.URL + "/" + strings.Repeat("a", n))
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if !errors.Is(err, want) || len(b) != min(n, 10) {
			t.Errorf("%d bytes: read %d, %v", n, len(b), err)
		}
	}
}

// resolves is a resolver that asks a name server of ours, which answers every name with one address.
func resolves(t *testing.T, at netip.Addr) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := server.ReadFrom(buffer)
			if err != nil {
				return
			}
			if answer := answerWith(buffer[:n], at); answer != nil {
				_, _ = server.WriteTo(answer, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

func answerWith(query []byte, at netip.Addr) []byte {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	head := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}
	switch {
	case q.Type == dnsmessage.TypeA && at.Is4():
		m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: at.As4()}}}
	case q.Type == dnsmessage.TypeAAAA && at.Is6():
		m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AAAAResource{AAAA: at.As16()}}}
	}
	answer, err := m.Pack()
	if err != nil {
		return nil
	}
	return answer
}
