package outgoing

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// errAddress is wrapped with what is wrong about an address.
var errAddress = errors.New("not an address that may be called")

// Check judges an address when somebody enters it, before anything is resolved: https, a full name or a public number, no user,
// no fragment. That the name leads nowhere private is judged again at every dial.
func Check(raw string) error {
	if strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r > '~' || r == '\\' }) {
		return fmt.Errorf("%w: a character that has no place in an address", errAddress)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return fmt.Errorf("%w: %w", errAddress, err)
	}
	return Options{}.judge(u)
}

// judge is what every request is held against.
func (o Options) judge(u *url.URL) error {
	port, ok := portOf(u.Scheme, u.Port())
	own := ok && o.own(net.JoinHostPort(u.Hostname(), port))
	switch {
	case u.Scheme != "https" && !(own && u.Scheme == "http"):
		return fmt.Errorf("%w: want https", errAddress)
	case !ok:
		return fmt.Errorf("%w: no such port", errAddress)
	case u.Opaque != "" || u.Host == "" || u.User != nil || u.Fragment != "":
		return fmt.Errorf("%w: want https://name/path", errAddress)
	case own:
		return nil
	}
	return judgeHost(u.Hostname())
}

// judgeHost takes a public number or a full name. What looks half like a number ("127.1", "0x7f.0.0.1", "2130706433") is read
// differently by different programs and therefore not taken at all.
func judgeHost(host string) error {
	if at, err := netip.ParseAddr(host); err == nil {
		if !Public(at) {
			return fmt.Errorf("%w: not a public address", errAddress)
		}
		return nil
	}
	host = strings.ToLower(host)
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	if len(labels) < 2 || len(host) > 253 || last == "" || last[0] >= '0' && last[0] <= '9' {
		return fmt.Errorf("%w: want a full name", errAddress)
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" || label[0] == '-' || label[len(label)-1] == '-' {
			return fmt.Errorf("%w: not a name", errAddress)
		}
	}
	for _, inside := range []string{"localhost", "local", "internal", "intranet", "lan", "home", "corp", "localdomain", "onion", "home.arpa"} {
		if host == inside || strings.HasSuffix(host, "."+inside) {
			return fmt.Errorf("%w: a name of an inner network", errAddress)
		}
	}
	return nil
}
