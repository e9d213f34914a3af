package fetch

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/verdict"
)

// Host is a host that may be asked.
type Host struct {
	// Name is a name or an IP address: "ocsp.example.kz", "10.0.0.8:8080", "[2001:db8::1]:80". Without a port it stands
	// for ports 80 of http and 443 of https. It does not stand for subdomains.
	Name string
	// Private lets the name resolve to any address: loopback, private, link-local. Without it only to public ones.
	Private bool
}

// hosts are the rules, by "name:port". The value tells whether any address may stand behind the name.
type hosts struct {
	private map[string]bool
	any     bool // hosts that are not listed too, at the ports of their schemes
}

func newHosts(o Options) (hosts, error) {
	h := hosts{private: map[string]bool{}, any: o.InsecureAnyHost}
	for _, name := range nca.Hosts() {
		h.add(Host{Name: name})
	}
	for _, host := range o.Hosts {
		if !h.add(host) {
			return hosts{}, verdict.Misuse("fetch: %q is no host name, and no host and port", host.Name)
		}
	}
	return h, nil
}

// add lists a host and reports whether it could be one.
func (h hosts) add(host Host) bool {
	u, err := url.Parse("http://" + host.Name)
	if err != nil || u.Host != host.Name || u.Hostname() == "" || !canonicalName(u.Hostname()) {
		return false
	}
	if u.Port() != "" {
		h.private[net.JoinHostPort(fold(u.Hostname()), u.Port())] = host.Private
		return canonicalPort(u.Port())
	}
	for _, port := range defaultPorts {
		h.private[net.JoinHostPort(fold(u.Hostname()), port)] = host.Private
	}
	return !strings.HasSuffix(host.Name, ":")
}

// defaultPorts are the ports of the schemes, which are the only schemes.
var defaultPorts = map[string]string{"http": "80", "https": "443"}

// check returns the parsed address if it may be asked.
func (h hosts) check(address string) (*url.URL, *Error) {
	if len(address) > maxAddress {
		return nil, refuse("an address of %d octets, want at most %d", len(address), maxAddress)
	}
	u, err := url.Parse(address)
	if err != nil { // its text quotes the address
		return nil, refuse("the address does not parse")
	}
	port, ok := defaultPorts[u.Scheme]
	if !ok {
		return nil, refuse("scheme %.20q, want http or https", u.Scheme)
	}
	if u.User != nil || !canonicalName(u.Hostname()) {
		return nil, refuse("the address has no plain host")
	}
	own := u.Port() == "" || u.Port() == port
	if u.Port() != "" {
		port = u.Port()
	}
	_, listed := h.private[net.JoinHostPort(fold(u.Hostname()), port)]
	if !listed && !(h.any && own) {
		return nil, refuse("the host %.100q is not on the list", u.Host)
	}
	return u, nil
}

// mayBePrivate reports whether any address may stand behind "name:port".
func (h hosts) mayBePrivate(address string) bool { return h.private[strings.ToLower(address)] }

// canonicalName reports whether a host has one spelling but for letter case: ASCII that needs no mapping, no dot at the
// end, no zone.
func canonicalName(name string) bool {
	for _, c := range []byte(name) {
		if c <= ' ' || c >= 0x7F || strings.IndexByte(`%\/?#@`, c) >= 0 {
			return false
		}
	}
	return name != "" && !strings.HasSuffix(name, ".")
}

func canonicalPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0 && strconv.FormatUint(n, 10) == port
}

// fold gives the spellings of a name one form.
func fold(name string) string {
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.String()
	}
	return strings.ToLower(name)
}

// checkAddress refuses to connect to "ip:port" unless the address is public.
func checkAddress(address string) *Error {
	ip, err := netip.ParseAddrPort(address)
	if err != nil {
		return refuse("a connection to no IP address")
	}
	if !public(ip.Addr().Unmap()) {
		return refuse("the name resolves to a special address, and its host is not listed with that permission")
	}
	return nil
}

// public reports whether an address belongs to a host of the open Internet (IANA special-purpose address registries).
// An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4, Teredo) does not: it would need to be judged twice.
func public(ip netip.Addr) bool {
	if ip.Is6() && !globalUnicast.Contains(ip) {
		return false
	}
	for _, special := range specialPurpose {
		if special.Contains(ip) {
			return false
		}
	}
	return true
}

var globalUnicast = netip.MustParsePrefix("2000::/3")

var specialPurpose = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", // of 2000::/3; the rest is outside of it
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}
