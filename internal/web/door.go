package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"recobro/internal/problem"
)

var errHost = problem.New("misdirected", "host_unknown", "Este servidor no responde por ese nombre.", "This server does not answer to that name.")

// known says whether the request is for us: by a name of Hosts, by the very address at which it arrived, or by this machine's own
// name when it arrived from inside. Another name is somebody else's page that points here (DNS rebinding), or a cache being poisoned.
func (s *Server) known(r *http.Request) bool {
	host := strings.ToLower(r.Host)
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	for _, name := range s.Hosts {
		if strings.EqualFold(name, host) {
			return true
		}
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	at, err := netip.ParseAddrPort(local.String())
	if err != nil {
		return false
	}
	arrived := at.Addr().Unmap()
	named, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && named.Unmap() == arrived || host == "localhost" && arrived.IsLoopback()
}

// fromProxy puts in place of a trusted proxy's address the one that the proxy heard the caller at: of X-Forwarded-For the last address
// that no trusted proxy has. Whoever else sends such a header is not believed.
func (s *Server) fromProxy(r *http.Request) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !s.trusted(peer.Addr()) {
		return
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		at, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return // not an address: whatever stands before it was not written by the proxy
		}
		r.RemoteAddr = netip.AddrPortFrom(at, 0).String()
		if !s.trusted(at) {
			return
		}
	}
}

func (s *Server) trusted(a netip.Addr) bool {
	for _, proxy := range s.Proxies {
		if proxy.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

// features that no page uses are off in every frame; keys of the sign-in are for our own pages.
const features = "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), " +
	"payment=(), picture-in-picture=(), usb=(), xr-spatial-tracking=(), publickey-credentials-create=(self), publickey-credentials-get=(self)"

// headers that every answer carries.
func (s *Server) headers(h http.Header, r *http.Request, id string) {
	h.Set("X-Request-Id", id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", features)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cache-Control", "no-store")
	if s.Secure {
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
	if strings.HasPrefix(r.URL.Path, basePath) {
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
		return
	}
	h.Set("Content-Security-Policy", csp)
}
