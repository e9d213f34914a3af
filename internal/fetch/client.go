package fetch

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/qoltanba/eds/verdict"
)

// DefaultUserAgent is sent where the operator names nothing. The national services answer a request without a user
// agent with a captive portal (DOMAIN, Section 7.1).
const DefaultUserAgent = "eds (+https://github.com/qoltanba/eds)"

// Options are the rules of a [Client]. The zero value asks the national services only.
type Options struct {
	// Hosts may be asked besides the national services.
	Hosts []Host
	// InsecureAnyHost lets every host be asked that has a public address. Whoever gets a certificate issued then chooses
	// where this machine connects to.
	InsecureAnyHost bool
	// UserAgent stands for DefaultUserAgent if empty.
	UserAgent string
	// RootCAs verify TLS servers; nil stands for the system's.
	RootCAs *x509.CertPool
	// Limits stand for the default ones, by kind. A field that is 0 keeps its default.
	Limits map[Kind]Limits

	// Resolver resolves names; nil stands for net.DefaultResolver. Dial makes connections in place of net.Dialer, and
	// then has to look at addresses itself. Both are for tests.
	Resolver *net.Resolver
	Dial     func(ctx context.Context, network, address string) (net.Conn, error)
}

// Client asks. It is frozen when built and safe for concurrent use. It keeps no connections between requests.
type Client struct {
	hosts     hosts
	limits    map[Kind]Limits
	userAgent string
	transport *http.Transport
}

// New validates and copies the options. It opens no connection.
func New(o Options) (*Client, error) {
	rules, err := newHosts(o)
	if err != nil {
		return nil, err
	}
	c := &Client{hosts: rules, userAgent: o.UserAgent, limits: map[Kind]Limits{}}
	if c.userAgent == "" {
		c.userAgent = DefaultUserAgent
	}
	if strings.TrimSpace(c.userAgent) == "" || strings.ContainsFunc(c.userAgent, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil, verdict.Misuse("fetch: %q is no user agent", c.userAgent)
	}
	for _, kind := range []Kind{OCSP, CRL} {
		c.limits[kind] = defaultLimits(kind).with(o.Limits[kind])
	}
	c.transport = c.newTransport(o)
	return c, nil
}

func (l Limits) with(given Limits) Limits {
	if given.Time > 0 {
		l.Time = given.Time
	}
	if given.Body > 0 {
		l.Body = given.Body
	}
	return l
}

func (c *Client) newTransport(o Options) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	dial := o.Dial
	if dial == nil {
		dial = c.dialer(o.Resolver)
	}
	return &http.Transport{
		Proxy:                  nil, // not even from the environment
		DialContext:            bound(dial),
		TLSClientConfig:        &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12},
		Protocols:              protocols,
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
	}
}

// dialer connects, and looks at every address at the last moment before it does.
func (c *Client) dialer(resolver *net.Resolver) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		d := net.Dialer{Resolver: resolver}
		if !c.hosts.mayBePrivate(address) {
			d.Control = func(_, address string, _ syscall.RawConn) error {
				if refused := checkAddress(address); refused != nil {
					return refused
				}
				return nil
			}
		}
		return d.DialContext(ctx, network, address)
	}
}

// callKey holds the context of a call in the context of its request: the transport dials under one that outlives it.
type callKey struct{}

// bound ends a dial and its connection together with the call that needed them.
func bound(dial func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		call, ok := ctx.Value(callKey{}).(context.Context)
		if !ok {
			return nil, refuse("a connection without a call")
		}
		conn, err := dial(call, network, address)
		if err == nil {
			context.AfterFunc(call, func() { conn.Close() })
		}
		return conn, err
	}
}

// Request is one question.
type Request struct {
	Kind    Kind
	Address string // as a certificate has it
	Body    []byte // of an OCSP request
}

// Fetch asks and returns the body of the answer, which is not empty and proves nothing. The error is an [*Error].
func (c *Client) Fetch(ctx context.Context, r Request) ([]byte, error) {
	limits, ok := c.limits[r.Kind]
	if !ok {
		return nil, refuse("nothing of kind %d is asked for", r.Kind)
	}
	u, refused := c.hosts.check(r.Address)
	if refused != nil {
		return nil, refused
	}
	call, cancel := context.WithTimeout(ctx, limits.Time)
	defer cancel()
	phase := new(phase)
	body, failed := c.ask(phase.trace(call), u.String(), r, limits.Body)
	if failed != nil {
		return nil, failed.complete(u.Scheme+"://"+u.Host, call, phase)
	}
	return body, nil
}

func (c *Client) ask(ctx context.Context, address string, r Request, limit int64) ([]byte, *Error) {
	method := http.MethodGet
	if r.Kind == OCSP {
		method = http.MethodPost
	}
	ctx = context.WithValue(ctx, callKey{}, ctx)
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(r.Body))
	if err != nil {
		return nil, refuse("the request cannot be made")
	}
	request.Header.Set("User-Agent", c.userAgent)
	if t := r.Kind.contentType(); t != "" {
		request.Header.Set("Content-Type", t)
	}
	response, err := c.transport.RoundTrip(request) // not http.Client: it would follow redirects
	if err != nil {
		return nil, &Error{text: "no answer", err: err}
	}
	defer response.Body.Close()
	return read(response, limit)
}

// read takes the body of a response that is an answer.
func read(response *http.Response, limit int64) ([]byte, *Error) {
	if response.StatusCode != http.StatusOK {
		return nil, &Error{Cause: Status, Status: response.StatusCode, text: fmt.Sprintf("HTTP status %d, want 200", response.StatusCode)}
	}
	if e := response.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return nil, &Error{Cause: Protocol, text: fmt.Sprintf("a body in content encoding %.20q, which was not asked for", e)}
	}
	tooLong := &Error{Cause: Limit, text: fmt.Sprintf("a body of more than %d octets", limit)}
	if response.ContentLength > limit {
		return nil, tooLong
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	switch {
	case err != nil:
		return nil, &Error{text: "the answer broke off", err: err}
	case int64(len(body)) > limit:
		return nil, tooLong
	case len(body) == 0:
		return nil, &Error{Cause: Protocol, text: "an empty body"}
	}
	return body, nil
}
