package revocation

import (
	"context"
	"crypto/x509"
	"time"

	"github.com/qoltanba/eds/internal/fetch"
)

// Fetcher asks for revocation data. It is where the rules about hosts and limits are kept; [HTTP] is the usual one. An
// error means that there is no answer, whatever the error says. A Fetcher must be safe for concurrent use.
type Fetcher interface {
	Fetch(ctx context.Context, r Request) ([]byte, error)
}

// Request is one question for a [Fetcher].
type Request struct {
	Source  Source // OCSP: POST Body; CRL: get a list
	Address string // as it stands in a certificate whose path has verified
	Body    []byte // an OCSP request, DER
}

// Host is a host that may be asked besides the national services.
type Host struct {
	// Name is a name or an IP address: "ocsp.example.kz", "10.0.0.8:8080", "[2001:db8::1]:80". Without a port it stands
	// for ports 80 of http and 443 of https. It does not stand for subdomains.
	Name string
	// Private lets the name resolve to any address: loopback, private, link-local. Without it only to public ones.
	Private bool
}

// HTTPOptions are the rules of an [HTTP]. The zero value asks the national services only.
type HTTPOptions struct {
	// Hosts may be asked besides the national services.
	Hosts []Host
	// InsecureAnyHost lets every host be asked that has a public address, at the port of its scheme. Whoever gets a
	// certificate issued then chooses where this machine connects to.
	InsecureAnyHost bool
	// UserAgent names the service that asks. It has a default: the national services want one.
	UserAgent string
	// RootCAs verify TLS servers; nil stands for the system's.
	RootCAs *x509.CertPool
	// OCSPTime and CRLTime bound one request from the name's resolution to the last octet; 0 stands for 5 and 30
	// seconds.
	OCSPTime, CRLTime time.Duration
	// MaxOCSP and MaxCRL bound an answer in octets; 0 stands for 64 KiB and 128 MiB.
	MaxOCSP, MaxCRL int64
}

// HTTP is a [Fetcher] over HTTP and HTTPS: hosts by list, no redirects, no proxies, private addresses refused when the
// connection is made, everything bounded. It keeps no connections.
type HTTP struct{ client *fetch.Client }

// FetchError is the error of [HTTP]: its Cause tells apart what the names say ("policy", "dns", "tcp", "tls", "status",
// "protocol", "limit", "canceled"), Status is the HTTP status where there was one, Timeout tells that time ran out. It
// stands among the causes of an undecided [Finding].
type FetchError = fetch.Error

// NewHTTP validates and copies the options. It opens no connection. The error is misuse.
func NewHTTP(o HTTPOptions) (*HTTP, error) {
	hosts := make([]fetch.Host, len(o.Hosts))
	for i, host := range o.Hosts {
		hosts[i] = fetch.Host(host)
	}
	client, err := fetch.New(fetch.Options{
		Hosts: hosts, InsecureAnyHost: o.InsecureAnyHost, UserAgent: o.UserAgent, RootCAs: o.RootCAs,
		Limits: map[fetch.Kind]fetch.Limits{
			fetch.OCSP: {Time: o.OCSPTime, Body: o.MaxOCSP},
			fetch.CRL:  {Time: o.CRLTime, Body: o.MaxCRL},
		},
	})
	if err != nil {
		return nil, err
	}
	return &HTTP{client: client}, nil
}

// Fetch asks. The error is a [*FetchError].
func (h *HTTP) Fetch(ctx context.Context, r Request) ([]byte, error) {
	kind := fetch.OCSP
	if r.Source == CRL {
		kind = fetch.CRL
	}
	return h.client.Fetch(ctx, fetch.Request{Kind: kind, Address: r.Address, Body: r.Body})
}
