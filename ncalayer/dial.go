//go:build !js

package ncalayer

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"

	"github.com/coder/websocket"
)

// open connects, to this machine itself, through no proxy, and nowhere that a redirect points to.
func (c *Client) open(ctx context.Context, address string, o Options) (*websocket.Conn, error) {
	transport := &http.Transport{TLSClientConfig: o.TLS.Clone(), DialContext: c.dial}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: stay}
	options := &websocket.DialOptions{HTTPClient: client, HTTPHeader: http.Header{}}
	if o.Origin != "" {
		options.HTTPHeader.Set("Origin", o.Origin)
	}
	conn, response, err := websocket.Dial(ctx, address, options)
	switch {
	case err == nil:
		return conn, nil
	case response != nil:
		return nil, fmt.Errorf("ncalayer: refused with status %d: %w", response.StatusCode, err)
	}
	return nil, fmt.Errorf("ncalayer: not connected: %w", err)
}

func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// dial keeps the connection at hand, to end it when the other side does not answer a goodbye.
func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Control: checkPeer}
	socket, err := dialer.DialContext(ctx, network, address)
	c.socket = socket
	return socket, err
}

func (c *Client) drop() { _ = c.socket.Close() }

// checkPeer refuses addresses of other machines, also where "localhost" resolves to one.
func checkPeer(_, address string, _ syscall.RawConn) error {
	peer, err := netip.ParseAddrPort(address)
	if err != nil || !peer.Addr().Unmap().IsLoopback() {
		return errors.New("ncalayer: localhost is not this machine")
	}
	return nil
}
