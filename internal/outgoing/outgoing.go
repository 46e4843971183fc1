// Package outgoing speaks HTTP to addresses that other people chose: a webhook, a sign-in provider, a time-stamping authority, a
// witness. The rule: the address that is dialled is the address that was judged, so that no name, however it resolves and whenever
// it changes, leads into the firm's own network.
package outgoing

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Options say how far a client reaches. The zero value reaches public addresses over https.
type Options struct {
	Own      []string       // host:port of services the firm runs itself, as configured: these may be private and speak plain http
	Timeout  time.Duration  // of one whole exchange; 15 s when zero
	MaxBytes int64          // of an answer's body; 1 MiB when zero
	Roots    *x509.CertPool // who vouches for certificates; the system's when nil
	Resolver *net.Resolver  // net.DefaultResolver when nil
}

// ErrTooLarge ends the reading of an answer that is longer than MaxBytes.
var ErrTooLarge = errors.New("the answer is longer than agreed")

// Client makes a client that follows no redirect, uses no proxy of the environment, keeps no cookies, verifies certificates and
// dials public addresses only. A redirect is answered as it came.
func Client(o Options) *http.Client {
	if o.Timeout == 0 {
		o.Timeout = 15 * time.Second
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 1 << 20
	}
	transport := &http.Transport{DialContext: o.dial, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots}, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: o.Timeout, ResponseHeaderTimeout: o.Timeout, MaxResponseHeaderBytes: 64 << 10, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute}
	return &http.Client{Timeout: o.Timeout, Transport: guarded{o, transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// guarded judges the address of every request and cuts its answer.
type guarded struct {
	Options
	next http.RoundTripper
}

// RoundTrip sends one request.
func (g guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := g.judge(r.URL); err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // a RoundTripper closes it whatever happens; nothing was sent
		}
		return nil, err
	}
	res, err := g.next.RoundTrip(r)
	if err == nil {
		res.Body = &short{ReadCloser: res.Body, left: g.MaxBytes}
	}
	return res, err
}

// short reads up to left bytes; one more is an error, never a silent end.
type short struct {
	io.ReadCloser
	left int64
}

func (s *short) Read(b []byte) (int, error) {
	if int64(len(b)) > s.left+1 {
		b = b[:s.left+1]
	}
	n, err := s.ReadCloser.Read(b)
	if s.left -= int64(n); s.left < 0 {
		return n + int(s.left), ErrTooLarge
	}
	return n, err
}

// dial resolves and connects; control sees each address between the two.
func (o Options) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: o.Timeout, Resolver: o.Resolver}
	if !o.own(address) {
		dialer.ControlContext = control
	}
	return dialer.DialContext(ctx, network, address)
}

func (o Options) own(hostPort string) bool {
	for _, own := range o.Own {
		if strings.EqualFold(own, hostPort) {
			return true
		}
	}
	return false
}

// control refuses the address that is about to be dialled when it is not public.
func control(_ context.Context, network, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !strings.HasPrefix(network, "tcp") || !Public(at.Addr()) {
		return fmt.Errorf("dialling %s: not a public address", address)
	}
	return nil
}

// Public says whether an address belongs to the open internet: what the registries of special addresses (RFC 6890) name does not,
// nor does an IPv6 address that carries an IPv4 one inside.
func Public(a netip.Addr) bool {
	if a.Zone() != "" || a.Is4In6() || !a.IsValid() {
		return false
	}
	if a.Is6() && !global6.Contains(a) {
		return false
	}
	for _, special := range specials {
		if special.Contains(a) {
			return false
		}
	}
	return true
}

// global6 is the only part of IPv6 that is handed out for the open internet.
var global6 = netip.MustParsePrefix("2000::/3")

var specials = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
	"192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"168.63.129.16/32", // the host of a cloud's virtual machine
	"2001::/23",        // protocol assignments, Teredo among them
	"2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")

func prefixes(all ...string) (parsed []netip.Prefix) {
	for _, p := range all {
		parsed = append(parsed, netip.MustParsePrefix(p))
	}
	return parsed
}

// portOf is the port of an address that names none.
func portOf(scheme, port string) (string, bool) {
	if port == "" {
		return map[string]string{"https": "443", "http": "80"}[scheme], true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return port, err == nil && n > 0
}
