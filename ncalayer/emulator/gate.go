package emulator

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// admit decides whether a request for a connection may come in. What it refuses, it refuses with a status and a
// sentence that say why.
func (e *Emulator) admit(r *http.Request) (status int, why string) {
	switch {
	case !isLoopback(r.RemoteAddr):
		return http.StatusForbidden, "You shall not pass!" // the words of NCALayer
	case !isOwnName(r.Host):
		return http.StatusForbidden, "This is the emulator of NCALayer. It answers to localhost and 127.0.0.1 only."
	case r.URL.Path != "/" && r.URL.Path != pathCA:
		return http.StatusNotFound, "There is nothing here."
	}
	return 0, ""
}

// admitPage decides whether the page that asks for a socket may have it.
func (e *Emulator) admitPage(r *http.Request) (status int, why string) {
	switch {
	case r.URL.Path != "/":
		return http.StatusNotFound, "There is no socket here."
	case !e.isOriginAllowed(r.Header.Values("Origin")):
		return http.StatusForbidden, "Pages of this origin may not use the emulator of NCALayer. Start it with the origin in its list, if they should."
	}
	return 0, ""
}

func isLoopback(address string) bool {
	peer, err := netip.ParseAddrPort(address)
	return err == nil && peer.Addr().Unmap().IsLoopback()
}

// isOwnName tells a Host header that names this machine from one of a name that somebody made point here (DNS
// rebinding). The port is not looked at: it adds nothing.
func isOwnName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

// isOriginAllowed lets in programs, which send no Origin, pages of this machine, and those of the list.
func (e *Emulator) isOriginAllowed(headers []string) bool {
	switch len(headers) {
	case 0:
		return true
	case 1:
	default:
		return false
	}
	origin := strings.ToLower(headers[0])
	if slices.Contains(e.options.Origins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && origin == u.Scheme+"://"+u.Host && isOwnName(u.Host)
}
