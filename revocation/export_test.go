package revocation

import (
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/fetch"
)

// HTTPOf makes a Fetcher of a client with the seams that only tests have.
func HTTPOf(c *fetch.Client) *HTTP { return &HTTP{client: c} }

// WithPin returns a Checker that takes one more certificate for pinned.
func (c *Checker) WithPin(pinned *cert.Certificate) *Checker {
	another := *c
	another.pinned = func(one *cert.Certificate) bool { return one.Equal(pinned) || c.pinned(one) }
	return &another
}
