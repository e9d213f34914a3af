package fetch

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"sync/atomic"
)

// A phase is how far a request has come. The transport works in goroutines of its own, so it is atomic.
type phase struct{ now atomic.Int32 }

const (
	inHTTP int32 = iota
	inDNS
	inTCP
	inTLS
)

func (p *phase) is(phase int32) bool { return p.now.Load() == phase }

// trace returns a context whose request keeps p up to date. A phase that fails is not left.
func (p *phase) trace(ctx context.Context) context.Context {
	enter := func(phase int32) { p.now.Store(phase) }
	leave := func(err error) {
		if err == nil {
			p.now.Store(inHTTP)
		}
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart:          func(httptrace.DNSStartInfo) { enter(inDNS) },
		DNSDone:           func(info httptrace.DNSDoneInfo) { leave(info.Err) },
		ConnectStart:      func(_, _ string) { enter(inTCP) },
		ConnectDone:       func(_, _ string, err error) { leave(err) },
		TLSHandshakeStart: func() { enter(inTLS) },
		TLSHandshakeDone:  func(_ tls.ConnectionState, err error) { leave(err) },
	})
}
