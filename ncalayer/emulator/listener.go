package emulator

import (
	"net"
	"sync"
)

// A listener drops connections beyond its limit at once, before they cost a TLS handshake.
type listener struct {
	net.Listener
	limit int

	mu   sync.Mutex
	open int
}

// Accept waits for a connection within the limit.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.count(1) <= l.limit {
			return &counted{Conn: c, listener: l}, nil
		}
		l.count(-1)
		_ = c.Close()
	}
}

func (l *listener) count(delta int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open += delta
	return l.open
}

// counted is a connection that gives its place back when it is closed.
type counted struct {
	net.Conn
	listener *listener
	once     sync.Once
}

// Close closes the connection.
func (c *counted) Close() error {
	c.once.Do(func() { c.listener.count(-1) })
	return c.Conn.Close()
}
