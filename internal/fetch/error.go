package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
)

// Cause sorts failures by whose trouble they are.
type Cause string

// The causes.
const (
	Policy   Cause = "policy"   // this side refuses: the scheme, the host or the address behind it
	DNS      Cause = "dns"      // the name did not resolve
	TCP      Cause = "tcp"      // no connection, or it broke
	TLS      Cause = "tls"      // no secure connection
	Status   Cause = "status"   // an HTTP status other than 200
	Protocol Cause = "protocol" // no well-formed answer, or an empty one
	Limit    Cause = "limit"    // connected, but too slow or too long
	Canceled Cause = "canceled" // the caller gave up
)

// Error is a request that brought no answer. Its text names scheme and host, never path or query: those come out of a
// certificate, and may hold anything.
type Error struct {
	Cause   Cause
	Host    string // scheme and host, like "http://ocsp.pki.gov.kz"; empty where nothing was asked
	Status  int    // the HTTP status, where there was one
	Timeout bool   // time ran out

	text string
	err  error
}

// maxText is how much of a peer's words a text repeats.
const maxText = 200

// Error returns one sentence for logs.
func (e *Error) Error() string {
	text := "fetch: "
	if e.Host != "" {
		text += e.Host + ": "
	}
	text += string(e.Cause) + ": " + e.text
	if e.err != nil {
		text += fmt.Sprintf(": %.*s", maxText, e.err.Error())
	}
	return text
}

// Unwrap returns what went wrong below.
func (e *Error) Unwrap() error { return e.err }

// refuse makes the Error of a request or connection that this side does not make.
func refuse(format string, args ...any) *Error {
	return &Error{Cause: Policy, text: fmt.Sprintf(format, args...)}
}

// complete returns the Error with its host, and with its cause where only the phase or what is below tells.
func (e *Error) complete(host string, call context.Context, p *phase) *Error {
	var refused *Error
	if errors.As(e.err, &refused) { // by the dialer
		return &Error{Cause: refused.Cause, Host: host, text: refused.text}
	}
	completed := *e
	completed.Host = host
	if e.Cause == "" {
		completed.Cause, completed.Timeout = causeOf(e.err, call.Err(), p)
		if ended := call.Err(); ended != nil && !errors.Is(e.err, ended) { // what is below may have seen the connection close
			completed.err = ended
		}
	}
	return &completed
}

// causeOf tells what kind of failure err is, given how the call ended, and whether time ran out. A deadline may strike
// anywhere: where it did, the phase knows.
func causeOf(err, ended error, p *phase) (cause Cause, timeout bool) {
	var dns *net.DNSError
	var op net.Error
	timeout = errors.Is(ended, context.DeadlineExceeded) || errors.As(err, &op) && op.Timeout()
	switch {
	case errors.Is(ended, context.Canceled):
		return Canceled, false
	case errors.As(err, &dns), p.is(inDNS):
		return DNS, timeout
	case p.is(inTCP):
		return TCP, timeout
	case p.is(inTLS):
		return TLS, timeout
	case timeout:
		return Limit, true
	case brokenConnection(err):
		return TCP, false
	}
	return Protocol, false
}

func brokenConnection(err error) bool {
	var op *net.OpError
	return errors.As(err, &op)
}
