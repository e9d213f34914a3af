//go:build !js

package ncalayer

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"github.com/coder/websocket"
)

// open connects, to this machine itself and through no proxy.
func (c *Client) open(ctx context.Context, address string, o Options) (*websocket.Conn, error) {
	transport := &http.Transport{TLSClientConfig: o.TLS.Clone(), DialContext: c.dial}
	defer transport.CloseIdleConnections()
	options := &websocket.DialOptions{HTTPClient: &http.Client{Transport: transport}, HTTPHeader: http.Header{}}
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

// dial keeps the connection at hand, to end it when the other side does not answer a goodbye.
func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var dialer net.Dialer
	socket, err := dialer.DialContext(ctx, network, address)
	c.socket = socket
	return socket, err
}

func (c *Client) drop() { _ = c.socket.Close() }
