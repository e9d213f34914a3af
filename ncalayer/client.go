package ncalayer

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"time"

	"github.com/coder/websocket"

	"github.com/qoltanba/eds/verdict"
)

// DefaultURL is where NCALayer listens.
const DefaultURL = "wss://127.0.0.1:13579/"

const (
	greetingTimeout = 15 * time.Second
	closeTimeout    = time.Second
)

// Options are for [Dial]. The zero value connects as a program does, and trusts the certificates that the machine
// trusts: installing NCALayer adds its issuer to them.
type Options struct {
	TLS    *tls.Config // copied; nil: the machine's
	Origin string      // to pass for a page, in tests; "": a program has none
}

// Client is a connection to NCALayer. Its methods may be called at the same time; they take turns, because replies
// carry nothing that tells which request they answer. None has a time limit of its own but the context's: the person
// may think for minutes.
//
// A context that ends in the middle of a request closes the connection, for the same reason, and so does a reply that
// cannot be read. All later calls fail with [ErrClosed].
type Client struct {
	conn    *websocket.Conn
	socket  net.Conn // below it and TLS; nil in a browser
	version string
	turn    chan struct{} // holds one token
	dead    chan struct{} // closed once the connection is of no more use; by whoever has the turn
}

// Dial connects and waits for the greeting. The host of address must be this machine by number, or "localhost": any
// other is misuse. The error is [ErrNotNCALayer] where something else listens there, else that of the connection.
func Dial(ctx context.Context, address string, o Options) (*Client, error) {
	if err := checkLoopback(address); err != nil {
		return nil, err
	}
	c := &Client{turn: make(chan struct{}, 1), dead: make(chan struct{})}
	conn, err := c.open(ctx, address, o)
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(MaxMessage)
	c.conn = conn
	if err := c.greet(ctx); err != nil {
		return nil, errors.Join(err, ignoreClosed(conn.CloseNow()))
	}
	c.turn <- struct{}{}
	return c, nil
}

func checkLoopback(address string) error {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "wss" && u.Scheme != "ws") {
		return verdict.Misuse("ncalayer: the address is no ws:// or wss:// URL")
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback()) {
		return verdict.Misuse("ncalayer: %q is not this machine", u.Hostname())
	}
	return nil
}

func (c *Client) greet(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, greetingTimeout)
	defer cancel()
	reply, err := c.read(ctx)
	if err != nil {
		return fmt.Errorf("%w (%w)", ErrNotNCALayer, err)
	}
	greeting, ok := reply.(Greeting)
	if !ok {
		return ErrNotNCALayer
	}
	c.version = greeting.Version
	return nil
}

// Version returns what the greeting said, "1.4" mostly.
func (c *Client) Version() string { return c.version }

// Close ends the connection. A request that waits fails with [ErrClosed].
func (c *Client) Close() error {
	timer := time.AfterFunc(closeTimeout, c.drop)
	defer timer.Stop()
	return ignoreClosed(c.conn.Close(websocket.StatusNormalClosure, ""))
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) || websocket.CloseStatus(err) != -1 {
		return nil
	}
	return err
}

// Call sends a request and returns its reply. [Cancelled], [ModuleNotFound] and [Failure] come as the errors
// [ErrCancelled], [ErrModuleNotFound] and [*Failure]; the reply is then nil.
func (c *Client) Call(ctx context.Context, r Request) (Reply, error) {
	message, err := r.Encode()
	if err != nil {
		return nil, verdict.Misuse("ncalayer: request: %w", err)
	}
	reply, err := c.exchange(ctx, message)
	if err != nil {
		return nil, err
	}
	switch reply := reply.(type) {
	case Cancelled:
		return nil, ErrCancelled
	case ModuleNotFound:
		return nil, ErrModuleNotFound
	case Failure:
		return nil, &reply
	}
	return reply, nil
}

// Ping sends a heartbeat and waits for its echo.
func (c *Client) Ping(ctx context.Context) error {
	_, err := c.exchange(ctx, []byte(Heartbeat))
	return err
}

// exchange sends a message and reads the next one. Whoever fails in between leaves no connection behind on which a
// late reply could be read as the answer to another request.
func (c *Client) exchange(ctx context.Context, message []byte) (Reply, error) {
	select {
	case <-c.turn:
	case <-c.dead:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	reply, err := c.roundTrip(ctx, message)
	if err != nil {
		close(c.dead)
		_ = c.conn.CloseNow()
		return nil, err
	}
	c.turn <- struct{}{}
	return reply, nil
}

func (c *Client) roundTrip(ctx context.Context, message []byte) (Reply, error) {
	if err := c.conn.Write(ctx, websocket.MessageText, message); err != nil {
		return nil, closed(ctx, err)
	}
	for {
		reply, err := c.read(ctx)
		if _, pulse := reply.(Pulse); pulse && !IsHeartbeat(message) {
			continue
		}
		return reply, err
	}
}

func (c *Client) read(ctx context.Context) (Reply, error) {
	kind, message, err := c.conn.Read(ctx)
	switch {
	case errors.Is(err, websocket.ErrMessageTooBig):
		return nil, tooMuch("a message of more than %d octets", MaxMessage)
	case err != nil:
		return nil, closed(ctx, err)
	case kind != websocket.MessageText:
		return nil, malformed("a message that is no text")
	}
	return DecodeReply(message)
}

// closed tells a context that ended from a connection that did.
func closed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%w: %w", ErrClosed, err)
}

// Sign asks the person for signatures. There are as many in the result as documents in the request.
func (c *Client) Sign(ctx context.Context, a SignArgs) (Signed, error) {
	r, err := a.Request()
	if err != nil {
		return Signed{}, err
	}
	reply, err := c.Call(ctx, r)
	if err != nil {
		return Signed{}, err
	}
	signed, ok := reply.(Signed)
	switch {
	case !ok:
		return Signed{}, unexpected(reply)
	case len(signed.Signatures) != len(a.Data.Items):
		return Signed{}, malformed("%d signatures of %d documents", len(signed.Signatures), len(a.Data.Items))
	}
	return signed, nil
}

// ActiveTokens lists the hardware storages that are plugged in.
func (c *Client) ActiveTokens(ctx context.Context) ([]string, error) {
	var names []string
	err := c.common(ctx, &names, MethodActiveTokens)
	return names, err
}

// KeyInfo asks the person for a key and returns its public data, which prove nothing.
func (c *Client) KeyInfo(ctx context.Context, storage string) (KeyInfo, error) {
	var raw json.RawMessage
	if err := c.common(ctx, &raw, MethodKeyInfo, storage); err != nil {
		return KeyInfo{}, err
	}
	return DecodeKeyInfo(raw)
}

// CreateCAdES asks the person for a signature by the module before Basics, and returns the CMS.
func (c *Client) CreateCAdES(ctx context.Context, storage, keyType string, content []byte, attach bool) ([]byte, error) {
	var text string
	data := base64.StdEncoding.EncodeToString(content)
	if err := c.common(ctx, &text, MethodCreateCAdES, storage, keyType, data, attach); err != nil {
		return nil, err
	}
	return DecodeCMS(text)
}

// common calls a method of CommonUtils.
func (c *Client) common(ctx context.Context, out any, method string, args ...any) error {
	r, err := commonRequest(method, args...)
	if err != nil {
		return err
	}
	reply, err := c.Call(ctx, r)
	if err != nil {
		return err
	}
	response, ok := reply.(Response)
	switch {
	case !ok:
		return unexpected(reply)
	case response.Object == nil || json.Unmarshal(response.Object, out) != nil:
		return malformed("the answer to %s is of another type", method)
	}
	return nil
}

func unexpected(r Reply) error { return malformed("a reply of type %T was not asked for", r) }
