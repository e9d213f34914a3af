package emulator

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/qoltanba/eds/ncalayer"
)

const (
	headerTimeout = 10 * time.Second
	closeTimeout  = time.Second
	maxHeader     = 16 << 10
	pathCA        = "/ca.pem"
)

// Emulator is a running server. Its methods are safe for concurrent use.
type Emulator struct {
	options Options
	tls     *TLS // nil for ws://
	address net.Addr
	server  *http.Server
	desk    chan struct{} // held by the request that is being asked for

	working context.Context // of requests; ends with Close
	stop    context.CancelFunc
	done    sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	sessions map[*session]struct{}
}

// New checks the options, binds the address and serves until Close. Mistakes in the options and keys of the production
// authorities are errors of kind [verdict.KindMisuse]; others come from binding the address.
func New(o Options) (*Emulator, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	e := &Emulator{options: o, tls: o.TLS, desk: make(chan struct{}, 1), sessions: map[*session]struct{}{}}
	if !o.Plain && e.tls == nil {
		if e.tls, err = NewTLS(time.Now()); err != nil {
			return nil, err
		}
	}
	plain, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return nil, err
	}
	e.address = plain.Addr()
	e.working, e.stop = context.WithCancel(context.Background())
	e.serve(&listener{Listener: plain, limit: 2 * o.MaxConnections})
	return e, nil
}

func (e *Emulator) serve(l net.Listener) {
	e.server = &http.Server{
		Handler: e, ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout, WriteTimeout: headerTimeout, IdleTimeout: headerTimeout,
		ConnContext: withSocket, MaxHeaderBytes: maxHeader, ErrorLog: log.New(io.Discard, "", 0),
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}, // no HTTP/2, which has no such upgrade
	}
	if e.tls != nil {
		l = tls.NewListener(l, &tls.Config{
			MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{e.tls.Certificate}, NextProtos: []string{"http/1.1"},
		})
	}
	e.done.Go(func() { _ = e.server.Serve(l) }) // ends with ErrServerClosed
}

type socketKey struct{}

// withSocket keeps the connection below TLS at hand, to end it when the other side does not answer a goodbye.
func withSocket(ctx context.Context, c net.Conn) context.Context {
	if encrypted, ok := c.(*tls.Conn); ok {
		c = encrypted.NetConn()
	}
	return context.WithValue(ctx, socketKey{}, c)
}

func socketOf(r *http.Request) net.Conn {
	c, _ := r.Context().Value(socketKey{}).(net.Conn)
	return c
}

// URL returns the address to connect to, "wss://127.0.0.1:13579/".
func (e *Emulator) URL() string {
	scheme := "wss://"
	if e.tls == nil {
		scheme = "ws://"
	}
	return scheme + e.address.String() + "/"
}

// Addr returns the address that the emulator listens on.
func (e *Emulator) Addr() net.Addr { return e.address }

// TLS returns the certificates, or nil for ws://.
func (e *Emulator) TLS() *TLS { return e.tls }

// CA returns the certificate that clients must trust, in PEM, or nil for ws://.
func (e *Emulator) CA() []byte {
	if e.tls == nil {
		return nil
	}
	return e.tls.CA
}

// Close takes leave of all clients, stops what is being asked, and returns when all is quiet.
func (e *Emulator) Close() error {
	e.mu.Lock()
	e.closed = true
	var open []*session
	for s := range e.sessions {
		open = append(open, s)
	}
	e.mu.Unlock()
	e.stop()
	for _, s := range open {
		go s.leave(websocket.StatusGoingAway, "the emulator stops")
	}
	err := e.server.Close()
	e.done.Wait()
	return err
}

// ServeHTTP answers pages in the browser with a sentence, and everything else that is admitted with a socket.
func (e *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, why := e.admit(r)
	upgrade := r.Header.Get("Upgrade") != ""
	if status == 0 && upgrade {
		status, why = e.admitPage(r)
	}
	switch {
	case status != 0:
		e.refuse(w, r, status, why)
	case !upgrade:
		e.page(w, r)
	default:
		e.socket(w, r)
	}
}

func (e *Emulator) refuse(w http.ResponseWriter, r *http.Request, status int, why string) {
	e.options.Observe(Event{Kind: Refused, Origin: r.Header.Get("Origin"), Detail: why})
	http.Error(w, why, status)
}

// page is what a person sees who opens the address in a tab, to see whether the certificate is trusted.
func (e *Emulator) page(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if r.URL.Path == pathCA && e.tls != nil {
		w.Header().Set("Content-Type", "application/x-pem-file")
		_, _ = w.Write(e.tls.CA)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "This is an emulator of NCALayer for tests, not NCALayer. The browser reaches it, so pages can.\n")
}

// socket upgrades the connection and serves it until it ends.
func (e *Emulator) socket(w http.ResponseWriter, r *http.Request) {
	s := &session{emulator: e, origin: r.Header.Get("Origin"), socket: socketOf(r)}
	if !e.enter(s) {
		e.refuse(w, r, http.StatusServiceUnavailable, "Too many connections are open.")
		return
	}
	defer e.exit(s)
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true}) // admitPage looked at the origin
	if err != nil {
		e.options.Observe(Event{Kind: Refused, Origin: s.origin, Detail: err.Error()})
		return
	}
	conn.SetReadLimit(e.options.MaxMessage)
	s.start(conn)
	s.serve(e.working)
}

// enter counts a session, unless there are too many or the emulator is closed.
func (e *Emulator) enter(s *session) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed || len(e.sessions) >= e.options.MaxConnections {
		return false
	}
	e.sessions[s] = struct{}{}
	e.done.Add(1)
	return true
}

func (e *Emulator) exit(s *session) {
	e.mu.Lock()
	delete(e.sessions, s)
	e.mu.Unlock()
	e.done.Done()
}

// failureOf returns the failure that whoever was asked wants to be answered.
func failureOf(err error) (ncalayer.Failure, bool) {
	var f *ncalayer.Failure
	if errors.As(err, &f) {
		return *f, true
	}
	return ncalayer.Failure{}, false
}
